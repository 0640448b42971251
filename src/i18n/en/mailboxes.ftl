# Mailboxes: list, form, hand-over sheet, page.

mailboxes-of = Addresses of { $domain }
mailboxes-search = Search an address or a name
mailboxes-empty = This domain has no address yet.
mailboxes-column-address = Address
mailboxes-column-name = Name
mailboxes-total = { $n ->
    [one] { $n } address
   *[other] { $n } addresses
  }

mailbox-new-title = Create an address
mailbox-new-submit = Create the address
mailbox-new-waits = { $domain } is not active yet. The address is stored; it will open, and the person will be told, when the domain is active.
mailbox-add-another = Create another address
mailbox-first-name = First name
mailbox-last-name = Last name
mailbox-local-part = Address
mailbox-local-part-hint = Leave empty for first.last. Letters without accents, digits, dot, hyphen and underscore.
mailbox-secondary = Secondary address
mailbox-secondary-hint = An address that the person already reads: the login link is sent there. Without it, you hand over a printed sheet yourself.
mailbox-no-secondary = none
mailbox-to-hand-over = To hand over
mailbox-asked-on = Asked for
mailbox-email = Email to the person

mailbox-opened = { $address } is created. The welcome email is leaving for { $secondary }.
mailbox-opened-unseen = { $address } is created, but its first password could not be shown. A new one is still to be handed over to the person.
mailbox-waits-for-domain = { $address } is stored. It will be created, and the person told, when { $domain } is active.
mailbox-waits-for-dimail = The mail service does not answer at the moment. { $address } is stored and will be created as soon as possible; there is nothing you need to do again.

mailbox-step-domain-disabled = { $domain } is disabled: this address waits until it is opened again.
mailbox-step-waits-for-domain = This address will be created, and the person told, when { $domain } is active.
mailbox-step-under-way = { $address } is being created. This goes on by itself; there is nothing you need to do again.
mailbox-step-failed = This address could not be created. { $reason }
mailbox-step-to-hand-over = The password of this mailbox has not been handed over yet, and it has no secondary address.

mailbox-email-waiting = The email to { $recipient } leaves in a moment.
mailbox-email-retried = { $n ->
    [one] The email to { $recipient } could not leave yet ({ $n } attempt). Next attempt { $next }.
   *[other] The email to { $recipient } could not leave yet ({ $n } attempts). Next attempt { $next }.
  }
mailbox-email-sent = Left for { $recipient } on { $timestamp }.
mailbox-email-given-up = The email to { $recipient } could not be delivered; we gave it up on { $timestamp }. Please check this address.
mailbox-email-withdrawn = The email to { $recipient } did not leave: there was no longer a reason for it.
mailbox-email-silence = The email to { $recipient } could not leave for lack of an answer; we gave up on { $timestamp }. You can send another one.
mailbox-email-held = The email to { $recipient } waits for the operators of the portal: it may have left before the portal was restored from a backup.
mailbox-email-server = The server that sends our emails did not accept the one to { $recipient }; we gave up on { $timestamp }. As far as we know the address is not at fault. You can send another email.
mailbox-email-no-link = The mail service gives no login link for this mailbox: the email to { $recipient } did not leave on { $timestamp }. You can reset the password.
mailbox-email-no-password = The mail service gave no new password: the email to { $recipient } did not leave on { $timestamp }. Ask the support.
mailbox-email-password-refused = The email to { $recipient } was refused on { $timestamp }, and the former password may no longer work. Check this address, then reset the password once more.
mailbox-email-password-lost = The email to { $recipient } could not leave; we gave up on { $timestamp }. The former password may no longer work: reset it once more.


handover-title = Sheet to hand over
handover-back = Addresses
handover-made = { $address } is created.
handover-once = This password will never be shown again. Print or copy the sheet before you leave this page.
handover-kind = Your mailbox
handover-address = Your address
handover-webmail = Where to read your messages
handover-password = Your first password
handover-step-open = Open the address under “Where to read your messages” in a browser.
handover-step-type = Type your address and the password, minding capitals and small letters.
handover-step-change = Choose a password of your own at once, then destroy this sheet.
handover-to-mailbox = Go to the mailbox's page
handover-reset = { $address } has a new password. The former one no longer works.
handover-new-password = Your new password
handover-until = The mailbox stays “To hand over” until you press “Handed over”.
handover-done = Handed over
handover-done-text = If the person has received the sheet. The password stays the same.
handover-noted = Noted: the password of { $address } is handed over.

mailbox-actions = What would you like to do?
mailbox-edit-title = Edit
mailbox-edit-lead = { $address }: names and secondary address.
mailbox-edit-lead-names = { $address }: names only.
mailbox-edit-text-pending = The names and the secondary address. The mailbox will be created with what you save.
mailbox-edit-text-failed = The names and the secondary address. The request is sent again as soon as you save.
mailbox-edit-submit = Save
mailbox-corrected = { $address } is corrected, and the request takes its course.
mailbox-retry = Try again
mailbox-make-again = Make a new mailbox
mailbox-make-again-text = An empty mailbox is made at the same address, with a new password. The messages, the calendar and the address book of the old one do not come back.
mailbox-retry-text = The request is sent again as it is. Nothing is created twice.
mailbox-retried = The request is sent again now.
mailbox-retried-waits = The request will be sent again as soon as { $domain } is active.
mailbox-retry-under-way = An attempt is under way at this moment. This page updates by itself.
mailbox-delete-link = Delete
mailbox-delete-text = The request is dropped, and the address becomes free again.
mailbox-delete-title = Delete { $address }
mailbox-delete-what = This address is not open at the mail service. The request and what was typed for it disappear from this portal; this cannot be undone.
mailbox-delete-confirm = Type the address to confirm
mailbox-deleted = { $address } is deleted.

mailbox-link-leaves = The email with a new login link leaves for { $secondary }.
mailbox-password-leaves = The email with a new password leaves for { $secondary }. The former one stops working when it leaves.
mailbox-not-open = This mailbox is not active: it can receive neither a login link nor a new password.
mailbox-needs-secondary = This mailbox has no secondary address to which a link could be sent. You can give it one, or reset its password: a sheet to hand over is then shown.
mailbox-needs-secondary-own = Your mailbox has no secondary address to which a link could be sent. Give it one, or ask the person who manages this domain for a sheet with a new password.
mailbox-too-many-emails = Enough emails have left for this mailbox within an hour: the next one has to wait. Look into the junk folder of the secondary address, too.
mailbox-reset-under-way = A new password is being asked for this mailbox at this moment. Try again in a minute.
mailbox-reset-unclear = The mail service did not answer: the former password may no longer work. Ask for a new one once more.
mailbox-reset-unasked = The mail service cannot be reached right now: nothing has changed, the former password works. Try again later.
mailbox-link-unsupported = This mail service makes no login links. To get into a mailbox whose password nobody has, write to { $support }.
mailbox-reset-unsupported = This mail service cannot give new passwords through the portal. To get into a mailbox whose password nobody has, write to { $support }.
mailbox-keys-unsupported = This mail service makes neither login links nor new passwords through the portal. To get into a mailbox whose password nobody has, write to { $support }.
mailbox-reset-refused = The password has not changed. { $reason }
