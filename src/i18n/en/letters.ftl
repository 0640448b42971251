# The letters sent by e-mail.

letter-hello = Hello { $name },
letter-hello-all = Hello,
letter-footer = Letter sent automatically by { $brand }.
letter-link-as-text = If the button does not work, copy this address into your browser:
letter-domain-both-forms = { $unicode } ({ $ascii })

letter-new-mailbox-subject = Your address { $address } is ready
letter-new-mailbox-open = Your mailbox is open. You can receive and send mail with this address from now on.
letter-new-mailbox-address = Your address
letter-new-mailbox-webmail = The webmail
letter-new-mailbox-with-link = To enter it for the first time, open this link: it asks for no password. It works for { $length }, { $uses ->
    [one] { $uses } time
   *[other] { $uses } times
  } at most.
letter-new-mailbox-keep-link = Do not pass this letter on: with this link, anyone can enter your mailbox.
letter-new-mailbox-when-expired = If the link no longer works, ask for another one at { $page }. It will be sent to this same secondary address.
letter-new-mailbox-without-link = To enter it for the first time, you need a password. Ask { $support } for it.
letter-new-mailbox-enter = Enter my mailbox
letter-new-mailbox-see-webmail = Open the webmail
letter-new-mailbox-unexpected = You did not expect this letter? Tell { $support }.
letter-login-link-subject = Your link to enter { $address }
letter-login-link-text = Here is a new link to enter your mailbox.
letter-login-link-with-link = Open this link: it asks for no password. It works for { $length }, { $uses ->
    [one] { $uses } time
   *[other] { $uses } times
  } at most.
letter-login-link-unexpected = You did not ask for this? Do not open the link, and tell { $support }.
letter-new-password-subject = A new password for { $address }
letter-new-password-text = Your mailbox has a new password. The former one no longer works.
letter-new-password-password = Your new password
letter-new-password-change = Enter with this password, then choose another one at once. If you receive several letters like this one, only the last one counts.
letter-new-password-keep = Do not pass this letter on, and destroy it afterwards.
letter-new-password-unexpected = You did not ask for this? Tell { $support }.
letter-secondary-changed-subject = The secondary address of { $address } has changed
letter-secondary-changed-text = { $by } changed the secondary address of the mailbox { $address }: it is no longer this one.
letter-secondary-changed-then = The links and passwords of this mailbox will no longer arrive here.
letter-secondary-changed-unexpected = If this surprises you, write to { $support } without delay.

letter-domain-ready-subject = { $domain } is active
letter-domain-ready-text = The domain { $domain } has passed all checks: it is active.
letter-domain-ready-next = The addresses asked for in the meantime are being created right now. Those of their holders who have a secondary address receive a letter. You can create more.
letter-domain-ready-button = See the addresses

letter-domain-action-subject = { $domain }: DNS records need correction
letter-domain-action-text = { $count ->
    [0] A check of the domain { $domain } did not pass: its DNS records need correction.
    [one] One check of the domain { $domain } did not pass. Here is what to correct in the DNS.
   *[other] { $count } checks of the domain { $domain } did not pass. Here is what to correct in the DNS.
  }
letter-domain-action-next = Once this is corrected, there is nothing else to do: the domain is checked regularly. In the meantime, new addresses are stored and will be created as soon as the domain is active.
letter-domain-action-button = See the expected records

letter-domain-failed-subject = { $domain }: the mail service needs repair
letter-domain-failed-text = The DNS records of the domain { $domain } are correct, but an internal check of the mail service does not pass. We asked it to repair itself, without effect so far.
letter-domain-failed-next = There is nothing for you to change. The domain is checked regularly; in the meantime, new addresses are stored and will be created as soon as it is active. If this lasts more than a day, write to the portal's support.
letter-domain-failed-button = See the domain

letter-domain-disabled-subject = { $domain } was disabled
letter-domain-disabled-text = The portal's team disabled the domain { $domain }.
letter-domain-disabled-reason = Reason given
letter-domain-disabled-next = Its mailboxes go on working. In the portal, everything can still be read, but no address can be created or changed any more. If you have questions, write to the portal's support.
letter-domain-disabled-button = See the domain

letter-invitation-subject = { $inviter } invites you to manage { $domain }
letter-invitation-text = { $inviter } invites you to join the people who manage the mail domain { $domain }.
letter-invitation-expires = The link works until
letter-invitation-button = Accept the invitation
letter-invitation-unexpected = You do not know { $inviter }? You can ignore this letter: without you, nothing happens.
letter-access-domain = Domain
letter-access-role = Your role
letter-access-given-subject = You have access to { $domain }
letter-access-given-text = { $by } gave you a role on the mail domain { $domain }. You can use it right away.
letter-role-changed-subject = Your role on { $domain } has changed
letter-role-changed-text = { $by } changed your role on the mail domain { $domain }.
letter-access-removed-subject = You no longer have access to { $domain }
letter-access-removed-text = { $by } removed your role on the mail domain { $domain }. If this is a mistake, please ask this person.
letter-access-button = Open the portal

letter-forgotten-password-subject = Choose a new password
letter-forgotten-password-text = Somebody, most likely you, asked for a new password for your account on the portal.
letter-forgotten-password-valid = Open this link to choose it. It works once, for { $length }.
letter-forgotten-password-button = Choose a new password
letter-forgotten-password-unexpected = You did not ask for anything? You can ignore this letter: your password does not change. Do not pass it on.
letter-password-changed-subject = Your password has changed
letter-password-changed-text = The password of your account on the portal has just been changed. Sessions that were open elsewhere have ended.
letter-password-changed-account = Account
letter-password-changed-at = Changed on
letter-password-changed-not-you = If this was not you, choose a new password right away with the link below, and tell the portal's support.
