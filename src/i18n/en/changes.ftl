# What happens to a mailbox after its creation, and its history.

mailbox-edit-text = The names that the mail service shows, and the secondary address.
mailbox-edit-text-names = The names only.
mailbox-edit-text-disabled = Names and secondary address. The mail service gets the names when the mailbox is enabled again.
mailbox-correct-title = Correct
mailbox-edited = { $address } is changed.
mailbox-unchanged = Nothing has changed for { $address }.
mailbox-edit-now = The mailbox is now in the name of { $first } { $last }. Secondary address: { $secondary }.
mailbox-edit-under-way = The mail service does not answer at the moment. The new names of { $address } are stored and will be handed on as soon as possible; there is nothing for you to do again.
mailbox-wanted-names = New name: { $first } { $last }.

mailbox-disable-link = Disable
mailbox-disable-text = The person can no longer enter the mailbox. Calendar and address book are deleted; the messages stay.
mailbox-disable-title = Disable { $address }
mailbox-disable-what = The person will not be able to enter the mailbox until it is enabled again.
mailbox-disable-lost = The mail service deletes the calendar and the address book. This cannot be undone, not even by enabling the mailbox again.
mailbox-disable-kept = The messages are kept, and the address stays taken.
mailbox-disabled = { $address } is disabled.
mailbox-disabled-already = { $address } is disabled already.
mailbox-disable-under-way = The mail service does not answer at the moment. The disabling of { $address } is stored and will be done as soon as possible.
mailbox-disable-withdrawn = The disabling had not been done yet: it is withdrawn. { $address } stays active.
mailbox-disable-undone = The disabling of { $address } is withdrawn. The mail service may have done it already: then the mailbox is enabled again, but its calendar and address book are lost.

mailbox-enable = Enable again
mailbox-enable-text = The person enters the mailbox again and finds the messages there. Calendar and address book begin empty.
mailbox-enabled = { $address } is active again.
mailbox-enabled-already = { $address } is active already.
mailbox-enable-under-way = The mail service does not answer at the moment. The enabling of { $address } is stored and will be done as soon as possible.
mailbox-enable-withdrawn = The enabling had not been done yet: it is withdrawn. { $address } stays disabled.
mailbox-enable-undone = The enabling of { $address } is withdrawn. The mail service may have done it already: then the mailbox is disabled again.
mailbox-change-refused = The request about { $address } did not succeed. { $reason }
mailbox-keep-enabled = Withdraw the disabling
mailbox-keep-enabled-text = If the mail service has not done it yet, the mailbox stays active, with its calendar and address book.

mailbox-delete-text-there = The mailbox, its messages, its calendar and its address book disappear.
mailbox-delete-lost = The mail service deletes the mailbox with its messages, its calendar and its address book.
mailbox-delete-final = This cannot be undone. A new mailbox at this address would be empty.
mailbox-delete-under-way = The mail service does not answer at the moment. The deletion of { $address } is stored and will be done as soon as possible.

mailbox-keep = Keep the mailbox
mailbox-keep-text = If the mail service has not deleted it yet, the request is withdrawn and nothing is lost.
mailbox-delete-withdrawn = The deletion had not been done yet: it is withdrawn. { $address } is kept.
mailbox-delete-undone = The deletion of { $address } is withdrawn, unless the mail service has done it already: it has not said so yet. That can take a quarter of an hour; the page of the mailbox will tell.
mailbox-leading-aliases = These aliases stay, but their messages will no longer arrive in this mailbox: { $aliases }.
mailbox-aliases = Aliases that lead to it

mailbox-login-link = Send a login link
mailbox-login-link-text = An email leaves for the secondary address, with a link that opens the mailbox without a password. The password does not change.
mailbox-reset-email = Send a new password
mailbox-reset-email-text = An email leaves for the secondary address. The present password stops working at that moment.
mailbox-reset-sheet = Print a new password
mailbox-reset-sheet-text = A sheet to hand over in person is shown, once. The present password stops working.
mailbox-no-secondary-note = A login link cannot be sent: this mailbox has no secondary address. Add one, or hand over a new password on a sheet.
mailbox-no-secondary-holder-note = A login link cannot be sent: this mailbox has no secondary address. Add one.

own-mailbox = My mailbox
own-mailbox-prove = Confirm that this mailbox is yours
own-mailbox-prove-text = It has the address of your account, but that address may have passed to another person. A link is sent to it, to be opened in this browser. Once you have used it, you can edit your mailbox.
mailbox-viewer-note = Your role lets you look at this mailbox. To have it changed, ask an owner or an administrator of the domain.
mailbox-not-created = The mail service does not have this mailbox yet: this is possible once it is created.
mailbox-person-there = { $name } has the role “{ $role }” on { $domain } with this address, and keeps it.
mailbox-person-remove = Remove the role of { $name }
mailbox-is-busy = Another request about this mailbox is under way. Wait until it is done, or try it again from the page of the mailbox.
mailbox-retry-change-text = The request under way is sent now. Nothing is done twice.
mailbox-retry-nothing = Nothing waits on this mailbox.

mailbox-step-change-under-way = Request under way: { $what }. It goes on by itself; there is nothing for you to do again.
mailbox-step-change-refused = This request was refused: { $what }. { $reason }
mailbox-step-change-given-up = The mail service did not answer for too long, and we have stopped trying: { $what }. You can try again now.
mailbox-step-to-let-in = Nobody has seen the password of this mailbox yet. Send the person a login link.
mailbox-step-unseen = Nobody has seen the password of this mailbox yet.

change-rename = new names
change-disable = disabling
change-enable = enabling
change-delete = deletion
change-keep = keep the mailbox

history-title = History
history-staff = { $name } (portal staff)
event-mailbox-added = asked for this address.
event-mailbox-opened = The mail service has created the mailbox.
event-mailbox-adopted = Mailbox adopted: the mail service had it already.
event-mailbox-remade = The mail service had lost the mailbox: it is created there again.
event-mailbox-failed = The creation did not succeed. { $reason }
event-mailbox-gone = The mail service no longer has the mailbox.
event-mailbox-edited = Change made: { $what }.
event-mailbox-edit-asked = asked for a change: { $what }.
event-mailbox-disable-asked = asked to disable it.
event-mailbox-disabled = The mail service has disabled the mailbox.
event-mailbox-enable-asked = asked to enable it.
event-mailbox-enabled = The mail service has enabled the mailbox.
event-mailbox-delete-asked = asked to delete it.
event-login-link-asked = had a login link sent.
event-first-access-asked = Somebody asked for a link from the sign-in page; it leaves for the secondary address.
event-password-email = had a new password sent.
event-password-sheet = asked for a new password to hand over.
event-mailbox-retried = asked for another try.
event-mailbox-refused = Request refused: { $what }. { $reason }
event-mailbox-withdrawn = withdrew a request: { $what }.
event-fields-names = names
event-fields-secondary = secondary address
event-fields-both = names and secondary address

selected-column = Choose
selected-all = Tick all
selected-action = With the ticked addresses
selected-hint = Tick addresses on this page, then choose.
selected-action-disable = Disable
selected-action-enable = Enable again
selected-action-login-link = Send a login link
selected-title = Several addresses
selected-title-disable = { $n ->
    [one] Disable { $n } address
   *[other] Disable { $n } addresses
  }
selected-title-enable = { $n ->
    [one] Enable { $n } address
   *[other] Enable { $n } addresses
  }
selected-title-login-link = { $n ->
    [one] Send { $n } login link
   *[other] Send { $n } login links
  }
selected-choose = Choose addresses
selected-disable-what = These people will not be able to enter their mailbox until it is enabled again.
component-selected-go = Continue

operation-progress-label = Progress
operation-progress = { $done } of { $total }
operation-asked = Asked for by { $actor } on { $timestamp }. This page updates itself; you may leave it.
operation-column-result = Result
line-done-disable = Disabled
line-done-enable = Active
line-done-login-link = Email sent
line-under-way = Under way
line-tried-again = The mail service does not answer; it is tried again soon
line-email-given-up = The email could not be delivered
line-replaced = Replaced by a later request
line-unknown = No mailbox at this address
line-not-created = Not created at the mail service yet
line-busy = Another request is under way
line-guarded = Guarded address: owners only
line-not-enabled = The mailbox is not active
line-unsupported = This mail service makes no login links
line-no-secondary = No secondary address
line-too-many = Many emails in the last hour: wait

address-guarded = This address receives the emails of the account of an owner, of an administrator of another domain or of the portal's staff. Only the owners of the domain decide who reads them: { $owners }.
address-guarded-staff = This address receives the emails of an account of the portal's staff. Only the staff decides who reads them.
mistake-secondary-too-often = The secondary address has changed several times within an hour, and each change writes to the former one. Wait an hour before changing it again.
mistake-gone-at-dimail = The mail service no longer has this mailbox: its messages, calendar and address book are lost. To try again makes a new one, empty, at the same address; otherwise delete the address here.
mistake-nothing-chosen = No address is ticked. Go back to the list and tick those you mean.

# What was asked for and the mail service does not have yet.
change-asked-create-domain = Addition of the domain asked for by { $person } on { $timestamp }; the mail service has not answered yet.
change-asked-create-mailbox = Creation asked for by { $person } on { $timestamp }; the mail service has not answered yet.
change-asked-rename-mailbox = New names asked for by { $person } on { $timestamp }; the mail service has not answered yet.
change-asked-disable-mailbox = Disabling asked for by { $person } on { $timestamp }; the mail service has not answered yet.
change-asked-enable-mailbox = Enabling asked for by { $person } on { $timestamp }; the mail service has not answered yet.
change-asked-delete-mailbox = Deletion asked for by { $person } on { $timestamp }; the mail service has not answered yet.
change-asked-keep-mailbox = Deletion withdrawn by { $person } on { $timestamp }; the mail service has not yet said whether it had done it already.
change-asked-add-destination = Addition asked for by { $person } on { $timestamp }; the mail service has not answered yet.
change-asked-remove-destination = Removal asked for by { $person } on { $timestamp }; the mail service has not answered yet.
change-asked-delete-alias = Deletion of the alias asked for by { $person } on { $timestamp }; the mail service has not answered yet.
