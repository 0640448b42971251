# The emails sent by e-mail.

# On a page, for staff.
staff-emails-held = { $n ->
    [one] One email is held
   *[other] { $n } emails are held
  } because this database was restored from a backup: they may have left after it. Decide with “dimail-portal emails release” or “dimail-portal emails withdraw”.
staff-emails-refused = { $n ->
    [one] One email waits since { $since }, because the mail server refuses recipients in several domains.
   *[other] { $n } emails wait since { $since }, because the mail server refuses recipients in several domains.
  } Its last answer: “{ $detail }”. Run “dimail-portal doctor”, and check SMTP_URL, SMTP_HELLO and MAIL_FROM. No email is lost: all leave as soon as the server takes one.

email-hello = Hello { $name },
email-hello-all = Hello,
email-footer = Email sent automatically by { $brand }.
email-link-as-text = If the button does not work, copy this address into your browser:
mailbox-email-parked = The email to { $recipient } waits until it is clear what becomes of the mailbox.
email-waits-its-turn = Many emails of this domain have left for { $recipient } today already: the next one leaves on { $timestamp }.
email-domain-both-forms = { $unicode } ({ $ascii })

email-new-mailbox-subject = Your address { $address } is ready
email-new-mailbox-open = Your mailbox is open. You can receive and send mail with this address from now on.
email-new-mailbox-address = Your address
email-new-mailbox-webmail = The webmail
email-new-mailbox-with-link = To enter it for the first time, open this link and press the button: it asks for no password. It works for { $length }, { $uses ->
    [one] { $uses } time
   *[other] { $uses } times
  } at most.
email-new-mailbox-keep-link = Do not pass this email on: with this link, anyone can enter your mailbox.
email-new-mailbox-when-expired = If the link no longer works, ask for another one at { $page }. It will be sent to this same secondary address.
email-new-mailbox-enter = Enter my mailbox
email-new-mailbox-see-webmail = Open the webmail
email-new-mailbox-unexpected = You did not expect this email? Tell { $support }.
email-login-link-subject = Your link to enter { $address }
email-login-link-text = Here is a new link to enter your mailbox.
email-login-link-with-link = Open this link and press the button: it asks for no password. It works for { $length }, { $uses ->
    [one] { $uses } time
   *[other] { $uses } times
  } at most.
email-login-link-unexpected = You did not ask for this? Do not open the link, and tell { $support }.
email-new-password-subject = A new password for { $address }
email-new-password-text = Your mailbox has a new password. The former one no longer works.
email-new-password-password = Your new password
email-new-password-change = Enter with this password, then choose another one at once. If you receive several emails like this one, only the last one counts.
email-new-password-keep = Do not pass this email on, and destroy it afterwards.
email-new-password-unexpected = You did not ask for this? Tell { $support }.
email-secondary-changed-subject = The secondary address of { $address } has changed
email-secondary-changed-text = The secondary address of the mailbox { $address } was changed by { $by }: it is no longer this one.
email-secondary-changed-then = The links and passwords of this mailbox will no longer arrive here.
email-secondary-changed-unexpected = If this surprises you, write to { $support } without delay.

email-domain-ready-subject = { $domain } is active
email-domain-ready-text = The domain { $domain } has passed all checks: it is active.
email-domain-ready-next = The addresses asked for in the meantime are being created right now. Those of their holders who have a secondary address receive an email. You can create more.
email-domain-ready-button = See the addresses

email-domain-action-subject = { $domain }: DNS records need correction
email-domain-action-text = { $count ->
    [0] A check of the domain { $domain } did not pass: its DNS records need correction.
    [one] One check of the domain { $domain } did not pass. Here is what to correct in the DNS.
   *[other] { $count } checks of the domain { $domain } did not pass. Here is what to correct in the DNS.
  }
email-domain-action-next = Once this is corrected, there is nothing else to do: the domain is checked regularly. In the meantime, new addresses are stored and will be created as soon as the domain is active.
email-domain-action-button = See the expected records

email-domain-failed-subject = { $domain }: the mail service needs repair
email-domain-failed-text = The DNS records of the domain { $domain } are correct, but an internal check of the mail service does not pass. We asked it to repair itself, without effect so far.
email-domain-failed-next = There is nothing for you to change. The domain is checked regularly; in the meantime, new addresses are stored and will be created as soon as it is active. If this lasts more than a day, write to the portal's support.
email-domain-failed-button = See the domain

email-adopted-subject = { $domain }: the state of the mail service is adopted
email-adopted-text = { $n ->
    [one] The domain { $domain } was compared with the mail service. { $by } adopted the state of one item in the portal.
   *[other] The domain { $domain } was compared with the mail service. { $by } adopted the state of { $n } items in the portal.
  }
email-adopted-next = There is nothing to do. The page of the comparison says whether anything else differs.
email-pushed-subject = { $domain }: the state of the portal is sent to the mail service
email-pushed-text = { $n ->
    [one] The domain { $domain } was compared with the mail service. { $by } had the state of one item of the portal sent to it.
   *[other] The domain { $domain } was compared with the mail service. { $by } had the state of { $n } items of the portal sent to it.
  }
email-pushed-next = There is nothing to do. A mailbox that is created again is empty, and its user got no email: send them a login link, or hand over a new password.
email-reconciled-what = Items
email-reconciled-others = { $n ->
    [one] and { $n } other
   *[other] and { $n } others
  }
email-reconciled-button = See the comparison

email-creation-guarded-subject = { $address } was not created
email-creation-guarded-text = The creation of { $address } waited on { $domain }. Since then this address receives the emails of an account that has rights: the request was not sent to the mail service.
email-creation-guarded-next = As an owner you decide: open its page, then try again, correct it or delete it.

email-domain-disabled-subject = { $domain } was disabled
email-domain-disabled-text = The portal's team disabled the domain { $domain }.
email-domain-disabled-reason = Reason given
email-domain-disabled-next = Its mailboxes go on working. In the portal, everything can still be read, but no address can be created or changed any more. If you have questions, write to the portal's support.
email-domain-disabled-button = See the domain

email-confirm-account-subject = Confirm your address
email-confirm-account-text = This link was asked for in the portal by “{ $by }”, to show that this is their address.
email-confirm-support-subject = { $domain }: confirm the support address
email-confirm-support-text = This address was chosen as the support address of the mail domain { $domain } by “{ $by }”. If you confirm, we will write to you when the status of the domain changes.
email-confirm-valid = Open this link, then press the button on the page. It works once, for { $length }.
email-confirm-button = Confirm this address
email-confirm-unexpected = Nobody else should press this button. You do not know “{ $by }”, or did not ask for anything? Do not open the link: without you, nothing happens.

email-domain-removed-subject = { $domain } was removed from the portal
email-domain-removed-text = The portal's staff removed the domain { $domain }, which was never active. What was stored for it is deleted.
email-domain-removed-next = If you have questions, write to the portal's support.

email-domain-claimed-subject = { $domain }: a person says that this domain is theirs
email-domain-claimed-text = A person could not add the domain { $domain }, because the portal knows it already. They say that it belongs to their organisation.
email-domain-claimed-by = Name
email-domain-claimed-address = Address of the account
email-domain-claimed-next = Check to whom this domain belongs before you give a role or remove it.

email-invitation-subject = Invitation to manage { $domain }
email-invitation-text = You are invited to join the people who manage the mail domain { $domain }. The invitation comes from “{ $inviter }”.
email-invitation-expires = The link works until
email-invitation-button = Accept the invitation
email-invitation-unexpected = You do not know “{ $inviter }”? You can ignore this email: without you, nothing happens.
email-access-domain = Domain
email-access-role = Your role
email-role-changed-subject = Your role on { $domain } has changed
email-role-changed-text = Your role on the mail domain { $domain } was changed by { $by }.
email-access-removed-subject = You no longer have access to { $domain }
email-access-removed-text = Your role on the mail domain { $domain } was removed by { $by }. If this is a mistake, please ask this person.
email-access-button = Open the portal
email-owner-now-subject = You are an owner of { $domain }
email-owner-now-text = Your account { $address } is now an owner of the mail domain { $domain }.
email-staff-now-subject = You belong to the portal's staff
email-staff-now-text = Your account { $address } now belongs to the portal's staff.
email-raised-by = Decided by
email-raised-operator = the portal's staff
email-raised-leads-nowhere = As far as this portal knows, the emails to { $address } go nowhere else.
email-raised-leads = A person who reads the emails to { $address } can take over your account. As far as this portal knows, they go elsewhere, too ({ $count ->
    [one] { $count } place
   *[other] { $count } places
  }). The page of your account says where.
email-raised-next = If something surprises you, write to the portal's support.
email-raised-button = See your account

email-forgotten-password-subject = Choose a new password
email-forgotten-password-text = Somebody, most likely you, asked for a new password for your account on the portal.
email-forgotten-password-valid = Open this link to choose it. It works once, for { $length }.
email-forgotten-password-button = Choose a new password
email-forgotten-password-unexpected = You did not ask for anything? You can ignore this email: your password does not change. Do not pass it on.
email-wrong-passwords-subject = Many wrong passwords for your account
email-wrong-passwords-text = In one hour, { $count } wrong passwords were tried for your account on the portal, from browsers that your account does not know. Further attempts are refused for the time being, even with the right password.
email-wrong-passwords-safe = Your password has not changed. A browser in which you have signed in before works as usual.
email-wrong-passwords-at = Noticed on
email-wrong-passwords-way = To sign in from another browser, choose a new password with the link below. If your password is used elsewhere too, or can be guessed, change it.
email-new-browser-subject = Sign-in from a new browser
email-new-browser-text = Somebody, most likely you, has just signed in to your account on the portal from a browser that your account did not know.
email-new-browser-at = Signed in on
email-new-browser-not-you = If this was not you, choose a new password right away with the link below: all sessions end. Tell the portal's support, too.
email-password-changed-subject = Your password has changed
email-password-changed-text = The password of your account on the portal has just been changed. Sessions that were open elsewhere have ended.
email-password-changed-account = Account
email-password-changed-at = Changed on
email-password-changed-not-you = If this was not you, choose a new password right away with the link below, and tell the portal's support.
