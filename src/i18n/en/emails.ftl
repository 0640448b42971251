# The emails.

# On a page, for staff.
staff-emails-held = { $n ->
    [one] { $n } email is being held because this database was restored from a backup: it may have been sent since the backup was made.
   *[other] { $n } emails are being held because this database was restored from a backup: they may have been sent since the backup was made.
  } Decide with “dimail-portal emails release” or “dimail-portal emails withdraw”.
staff-emails-refused = { $n ->
    [one] One email has been waiting since { $since }, because the mail server refuses recipients in several domains.
   *[other] { $n } emails have been waiting since { $since }, because the mail server refuses recipients in several domains.
  } Its last answer: “{ $detail }”. Run “dimail-portal doctor”, and check SMTP_URL, SMTP_HELLO and MAIL_FROM. No email is lost: all will be sent as soon as the server accepts one.

email-hello = Hello { $name },
email-hello-all = Hello,
email-footer = Email sent automatically by { $brand }.
email-support = Portal support:
email-link-as-text = If the button does not work, copy this address into your browser:
mailbox-email-parked = The email to { $recipient } is waiting: the mailbox is being disabled or deleted.
email-waits-its-turn = Today’s limit of emails from this domain to { $recipient } has been reached: this email will be sent on { $timestamp }.
email-domain-both-forms = { $unicode } ({ $ascii })

email-new-mailbox-subject = Your address { $address } is ready
email-new-mailbox-open = Your mailbox is open. You can now receive and send emails with this address.
email-new-mailbox-address = Your address
email-new-mailbox-webmail = Webmail
email-new-mailbox-with-link = To open it for the first time, follow this link and press the button: no password is needed. It works for { $length }, { $uses ->
    [one] { $uses } time
   *[other] { $uses } times
  } at most.
email-new-mailbox-keep-link = Do not forward this email to anyone: with this link, anyone can open your mailbox.
email-new-mailbox-when-expired = If the link no longer works, ask for another one, which will be sent to this same secondary address: { $page }
email-new-mailbox-enter = Open my mailbox
email-new-mailbox-see-webmail = Open the webmail
email-new-mailbox-unexpected = If you were not expecting this email, please tell your support contact: { $support }
email-login-link-subject = Your link to open { $address }
email-login-link-text = Here is a new link to open your mailbox.
email-login-link-with-link = Follow this link and press the button: no password is needed. It works for { $length }, { $uses ->
    [one] { $uses } time
   *[other] { $uses } times
  } at most.
email-login-link-unexpected = If you did not request this, do not open the link, and tell your support contact: { $support }
email-new-password-subject = A new password for { $address }
email-new-password-text = Your mailbox has a new password. The old one no longer works.
email-new-password-password = Your new password
email-new-password-change = Sign in with this password, then choose another one right away. If you receive several emails like this one, only the last one counts.
email-new-password-keep = Do not forward this email to anyone, and delete it afterwards.
email-new-password-unexpected = If you did not request this, please tell your support contact: { $support }
email-secondary-changed-subject = The secondary address of { $address } has changed
email-secondary-changed-text = The secondary address of the mailbox { $address } was changed by { $by }. The address at which you read this email is no longer its secondary address.
email-secondary-changed-then = Links and passwords for this mailbox will no longer be sent here.
email-secondary-changed-unexpected = If you did not expect this, write to your support contact without delay: { $support }
email-unexpected-no-support = If you were not expecting this email, do not open any link, and tell the person who manages your organisation’s addresses.

email-domain-ready-subject = { $domain } is active
email-domain-ready-text = The domain { $domain } has passed all checks: it is active.
email-domain-ready-next = The addresses requested in the meantime are being created right now. The people who have a secondary address will receive an email. You can create more addresses.
email-domain-ready-button = See the addresses

email-domain-action-subject = { $domain }: DNS records need correcting
email-domain-action-text = { $count ->
    [0] A check of the domain { $domain } did not pass: its DNS records need correcting.
    [one] One check of the domain { $domain } did not pass. Here is what to correct in the DNS.
   *[other] { $count } checks of the domain { $domain } did not pass. Here is what to correct in the DNS.
  }
email-domain-action-next = Once this has been corrected, there is nothing else to do: the domain is checked regularly. In the meantime, new addresses are saved and will be created as soon as the domain is active.
email-domain-action-button = See the expected records

email-domain-failed-subject = { $domain }: a fault at the mail service
email-domain-failed-text = The DNS records of the domain { $domain } are correct, but a check fails on the mail service’s side. We have asked the mail service to put this right, so far without success.
email-domain-failed-next = You do not need to change anything. The domain is checked regularly; in the meantime, new addresses are saved and will be created as soon as it is active. If this lasts more than a day, contact { $portal-support }.
email-domain-button = See the domain

email-adopted-subject = { $domain }: the state of the mail service has been adopted
email-adopted-text = { $n ->
    [one] The domain { $domain } was compared with the mail service. { $by } adopted the state of one item in the portal.
   *[other] The domain { $domain } was compared with the mail service. { $by } adopted the state of { $n } items in the portal.
  }
email-adopted-next = You do not need to do anything. The comparison page shows whether anything else differs.
email-pushed-subject = { $domain }: the portal’s state has been sent to the mail service
email-pushed-text = { $n ->
    [one] The domain { $domain } was compared with the mail service. { $by } had the portal’s state of one item sent to the mail service.
   *[other] The domain { $domain } was compared with the mail service. { $by } had the portal’s state of { $n } items sent to the mail service.
  }
email-pushed-next = If a mailbox was created again, it is empty, and the person has not received an email: send them a login link, or hand over a new password. Otherwise, you do not need to do anything.
email-reconciled-what = Items
email-reconciled-others = { $n ->
    [one] and { $n } other
   *[other] and { $n } others
  }
email-reconciled-button = See the comparison

email-creation-guarded-subject = { $address } was not created
email-creation-guarded-text = The creation of { $address } was waiting on the domain { $domain }. Since then, this address has begun to receive the emails of an account that has rights, so the request was not sent to the mail service.
email-creation-guarded-next = As an owner, you decide: open the page of this address, then try again, or correct or delete the address.

email-domain-disabled-subject = { $domain } has been disabled
email-domain-disabled-text = The portal’s staff has disabled the domain { $domain }.
email-domain-disabled-reason = Reason given
email-domain-disabled-next = Its mailboxes still work. In the portal everything can still be read, but addresses can no longer be created or changed. If you have any questions, contact { $portal-support }.
email-domain-disabled-button = See the domain

email-confirm-account-subject = Confirm your address
email-confirm-account-text = This link was requested in the portal by “{ $by }”, to confirm that this is their address.
email-confirm-support-subject = { $domain }: confirm the support address
email-confirm-support-text = This address was chosen as the support address of the mail domain { $domain } by “{ $by }”. If you confirm, we will write to you whenever the status of the domain changes.
email-confirm-valid = Follow this link, then press the button on the page. It works once, within { $length }.
email-confirm-button = Confirm this address
email-confirm-unexpected = Only the person concerned should press this button. If you do not know “{ $by }”, or did not request anything, do not open the link: nothing will happen.

email-domain-removed-subject = { $domain } has been deleted from the portal
email-domain-removed-text = The portal’s staff has deleted the domain { $domain }, which had never been active. Everything saved for it is deleted too.
email-domain-removed-next = If you have any questions, contact { $portal-support }.

email-domain-claimed-subject = { $domain }: someone says that this domain is theirs
email-domain-claimed-text = Someone could not add the domain { $domain }, because the portal already knows it. They say that it belongs to their organisation.
email-domain-claimed-by = Name
email-domain-claimed-address = Account address
email-domain-claimed-next = Check whom this domain belongs to before you give a role or delete the domain.

email-invitation-subject = Invitation to join { $domain }
email-invitation-text = You are invited to join the people who manage the addresses of the domain { $domain }. The invitation comes from “{ $inviter }”.
email-invitation-expires = The link works until
email-invitation-button = Accept the invitation
email-invitation-unexpected = If you do not know “{ $inviter }”, you can ignore this email: nothing will happen.
email-access-domain = Domain
email-access-role = Your role
email-role-changed-subject = Your role on { $domain } has changed
email-role-changed-text = Your role on the mail domain { $domain } was changed by { $by }.
email-access-removed-subject = You no longer have access to { $domain }
email-access-removed-text = Your role on the mail domain { $domain } was removed by { $by }. If this is a mistake, please ask this person.
email-access-button = Open the portal
email-owner-now-subject = You are now an owner of { $domain }
email-owner-now-text = Your account { $address } is now an owner of the mail domain { $domain }.
email-staff-now-subject = You are now a member of the portal’s staff
email-staff-now-text = Your account { $address } is now part of the portal’s staff.
email-raised-by = Decided by
email-raised-operator = the portal’s staff
email-raised-leads-nowhere = This portal does not forward emails sent to { $address } anywhere else.
email-raised-leads = Anyone who reads the emails sent to { $address } can take over your account. As far as this portal knows, they also arrive elsewhere ({ $count ->
    [one] { $count } place
   *[other] { $count } places
  }). Your account page says where.
email-raised-next = If anything here is not what you expected, contact { $portal-support }.
email-raised-button = See your account

email-forgotten-password-subject = Choose a new password
email-forgotten-password-text = A new password was requested for your account on the portal, most likely by you.
email-forgotten-password-valid = Follow this link to choose it. It works once, within { $length }.
email-forgotten-password-button = Choose a new password
email-forgotten-password-unexpected = If you did not request this, you can ignore this email: your password does not change. Do not forward this email to anyone.
email-wrong-passwords-subject = Many wrong passwords for your account
email-wrong-passwords-text = Within an hour, { $count } wrong passwords were tried for your account on the portal, from browsers that the portal does not recognise. For the time being, further attempts from such browsers are refused, even with the right password.
email-wrong-passwords-safe = Your password has not changed. A browser you have signed in with before works as usual.
email-wrong-passwords-at = Noticed on
email-wrong-passwords-way = To sign in from another browser, choose a new password with the link below. If you also use your password elsewhere, or if it can be guessed, change it.
email-new-browser-subject = Sign-in from a new browser
email-new-browser-text = Someone, most likely you, has just signed in to your account on the portal from a browser that the portal does not recognise.
email-new-browser-at = Signed in on
email-new-browser-not-you = If this was not you, choose a new password right away with the link below: all sessions will end. Please also tell { $portal-support }.
email-password-changed-subject = Your password has changed
email-password-changed-text = The password of your account on the portal has just been changed. Sessions in other browsers have ended.
email-password-changed-account = Account
email-password-changed-at = Changed on
email-password-changed-not-you = If this was not you, choose a new password right away with the link below, and tell { $portal-support }.
