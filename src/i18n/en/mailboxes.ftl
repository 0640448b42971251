# Mailboxes: list, form, hand-over sheet, page.

mailboxes-of = Addresses of { $domain }
mailboxes-search = Search for an address or a name
mailboxes-empty = This domain has no addresses yet.
mailboxes-column-address = Address
mailboxes-column-name = Name
mailboxes-total = { $n ->
    [one] { $n } address
   *[other] { $n } addresses
  }

mailbox-new-title = Create an address
mailbox-new-submit = Create the address
mailbox-new-waits = { $domain } is not active yet. The address will be saved. It will open once the domain is active, and the person will then receive an email at their secondary address.
mailbox-add-another = Create another address
mailbox-first-name = First name
mailbox-last-name = Last name
mailbox-local-part = Address
mailbox-address-free = { $address } is free.
mailbox-address-taken = { $address } is already taken.
mailbox-address-other-free = { $address } is already taken. { $free } is free.
mailbox-local-part-hint = Leave this empty to get the address first.last. Letters without accents, digits, dots, hyphens and underscores.
mailbox-secondary = Secondary address
mailbox-secondary-hint = An address that the person already reads, for example name@example.com: the login link is sent there. Without it, you hand over a printed sheet yourself.
mailbox-no-secondary = none
mailbox-to-hand-over = Password to hand over
mailbox-asked-on = Requested on
mailbox-email = Last email from the portal

mailbox-opened = { $address } has been created. The welcome email is on its way to { $secondary }.
mailbox-opened-unseen = { $address } has been created, but its first password could not be shown. You still need to hand over a new one to the person.
mailbox-waits-for-domain = { $address } has been saved. It will be created once { $domain } is active, and the person will receive an email at their secondary address.
mailbox-waits-for-domain-sheet = { $address } has been saved. It will be created once { $domain } is active. As it has no secondary address, you will then need to hand the person a sheet with the password.
mailbox-waits-for-dimail = The mail service is not responding at the moment. { $address } has been saved and will be created as soon as possible; you do not need to do anything.

mailbox-step-domain-disabled = { $domain } is disabled: this address is waiting until it is enabled again.
mailbox-step-waits-for-domain = This address will be created once { $domain } is active, and the person will receive an email at their secondary address.
mailbox-step-waits-for-domain-sheet = This address will be created once { $domain } is active. As it has no secondary address, you will then need to hand the person a sheet with the password.
mailbox-step-under-way = { $address } is being created. You do not need to do anything.
mailbox-step-failed = This address could not be created. { $reason }
mailbox-step-to-hand-over = The password of this mailbox has not been handed over yet, and it has no secondary address.

mailbox-email-waiting = The email to { $recipient } will be sent in a moment.
mailbox-email-retried = { $n ->
    [one] The email to { $recipient } has not been sent yet ({ $n } attempt). Next attempt { $next }.
   *[other] The email to { $recipient } has not been sent yet ({ $n } attempts). Next attempt { $next }.
  }
mailbox-email-sent = Sent to { $recipient } on { $timestamp }.
mailbox-email-given-up = The email to { $recipient } could not be delivered; we gave up on { $timestamp }. Please check this address.
mailbox-email-withdrawn = The email to { $recipient } was not sent: there was no longer a reason for it.
mailbox-email-silence = The email to { $recipient } could not be sent, because the server did not answer; we gave up on { $timestamp }. You can send another one.
mailbox-email-held = The email to { $recipient } is waiting for a decision by the portal’s staff: it may have been sent before the portal was restored from a backup.
mailbox-email-server = The server that sends our emails did not accept the one to { $recipient }; we gave up on { $timestamp }. As far as we know, the address is not at fault. You can send another email.
mailbox-email-no-link = The mail service gives no login link for this mailbox: the email to { $recipient } was not sent on { $timestamp }. You can send a new password.
mailbox-email-no-password = The mail service gave no new password: the email to { $recipient } was not sent on { $timestamp }. Please contact { $portal-support }.
mailbox-email-password-refused = The email to { $recipient } was refused on { $timestamp }, and the old password may no longer work. Check this address, then send a new password again.
mailbox-email-password-lost = The email to { $recipient } could not be sent; we gave up on { $timestamp }. The old password may no longer work: send a new password again.


handover-title = Sheet to hand over
handover-back = Addresses
handover-made = { $address } has been created.
handover-once = This password will never be shown again. Print or copy the sheet before you leave this page.
handover-kind = Your mailbox
handover-address = Your address
handover-webmail = Where to read your messages
handover-password = Your first password
handover-step-open = Open the address under “Where to read your messages” in a browser.
handover-step-type = Type your address and the password, with capitals and small letters as shown.
handover-step-change = Choose a password of your own right away, then destroy this sheet.
handover-to-mailbox = Go to the mailbox’s page
handover-reset = { $address } has a new password. The old one no longer works.
handover-new-password = Your new password
handover-until = The mailbox stays “Password to hand over” until you press “Sheet handed over”.
handover-done = Sheet handed over
handover-done-text = Use this once the person has received the sheet. The password stays the same.
handover-noted = Noted: the password of { $address } has been handed over.

mailbox-actions = What would you like to do?
mailbox-other-actions = Other actions
mailbox-edit-title = Edit
mailbox-edit-of = Edit { $name }
mailbox-edit-lead = { $address }: names and secondary address.
mailbox-edit-lead-names = { $address }: names only.
mailbox-edit-text-pending = The names and the secondary address. The mailbox will be created with what you save.
mailbox-edit-text-failed = The names and the secondary address. The request is sent again as soon as you save.
mailbox-edit-submit = Save
mailbox-corrected = { $address } has been corrected, and the request continues.
mailbox-retry = Try again
mailbox-make-again = Create a new mailbox
mailbox-make-again-text = An empty mailbox is created at the same address, with a new password. The messages, calendar and address book of the old one do not come back.
mailbox-retry-text = The request is sent again as it is. Nothing is created twice.
mailbox-retried = The request is sent again now.
mailbox-retried-waits = The request will be sent again as soon as { $domain } is active.
mailbox-retry-under-way = An attempt is in progress right now. This page updates by itself.
mailbox-delete-link = Delete
mailbox-delete-text = The request is cancelled, and the address becomes free again.
mailbox-delete-title = Delete { $address }
mailbox-delete-what = The mail service has no mailbox at this address. The request and what was typed for it are deleted from this portal; this cannot be undone.
mailbox-delete-confirm = Type the address to confirm
mailbox-deleted = { $address } has been deleted.

mailbox-link-leaves = The email with a new login link is on its way to { $secondary }.
mailbox-password-leaves = The email with a new password is on its way to { $secondary }. The old password stops working as soon as it is sent.
mailbox-not-open = This mailbox is not active: it can receive neither a login link nor a new password.
mailbox-needs-secondary = This mailbox has no secondary address to send a link to. You can give it one, or create a password: a sheet to hand over is then shown.
mailbox-needs-secondary-own = Your mailbox has no secondary address to send a link to. Give it one, or ask the person who manages this domain for a sheet with a new password.
mailbox-too-many-emails = The limit of emails sent for this mailbox within an hour has been reached. Also check the junk folder of the secondary address.
mailbox-reset-under-way = A new password is being requested for this mailbox right now. Try again in a minute.
mailbox-reset-unclear = The mail service did not answer: the old password may no longer work. Request a new password again.
mailbox-reset-unasked = The mail service cannot be reached right now: nothing has changed, and the old password still works. Try again later.
mailbox-link-unsupported = This mail service does not offer login links. If the password of the mailbox is lost, write to this address: { $support }
mailbox-reset-unsupported = This mail service does not provide new passwords through the portal. If the password of the mailbox is lost, write to this address: { $support }
mailbox-keys-unsupported = This mail service offers neither login links nor new passwords through the portal. If the password of the mailbox is lost, write to this address: { $support }
mailbox-reset-refused = The password has not changed. { $reason }
