# What happens to a mailbox after its creation, and its history.

mailbox-edit-text = The names shown by the mail service, and the secondary address.
mailbox-edit-text-names = The names only.
mailbox-edit-text-disabled = The names and the secondary address. The mail service will be given the names when the mailbox is enabled again.
mailbox-edited = { $address } has been changed.
mailbox-unchanged = Nothing has changed for { $address }.
mailbox-edit-now = The mailbox is now in the name of { $first } { $last }. Secondary address: { $secondary }.
mailbox-edit-under-way = The mail service is not responding at the moment. The new names of { $address } have been saved and will be passed on as soon as possible; you do not need to do anything.
mailbox-wanted-names = New name: { $first } { $last }.

mailbox-disable-link = Disable
mailbox-disable-text = The person can no longer open the mailbox. The calendar and address book are deleted; the messages are kept.
mailbox-disable-title = Disable { $address }
mailbox-disable-what = The person will not be able to open the mailbox until it is enabled again.
mailbox-disable-lost = The mail service deletes the calendar and the address book. This cannot be undone, not even by enabling the mailbox again.
mailbox-disable-kept = The messages are kept, and the address stays taken.
mailbox-disabled = { $address } has been disabled.
mailbox-disabled-already = { $address } is already disabled.
mailbox-disable-under-way = The mail service is not responding at the moment. { $address } will be disabled as soon as possible.
mailbox-disable-withdrawn = The mailbox had not been disabled yet: the request is cancelled. { $address } stays active.
mailbox-disable-undone = The request to disable { $address } is cancelled. The mail service may have carried it out already: if so, the mailbox is enabled again, but its calendar and address book are lost.

mailbox-enable = Enable again
mailbox-enable-text = The person can open the mailbox again and will find their messages there. The calendar and address book start empty.
mailbox-enabled = { $address } is active again.
mailbox-enabled-already = { $address } is already active.
mailbox-enable-under-way = The mail service is not responding at the moment. { $address } will be enabled as soon as possible.
mailbox-enable-withdrawn = The mailbox had not been enabled yet: the request is cancelled. { $address } stays disabled.
mailbox-enable-undone = The request to enable { $address } is cancelled. The mail service may have carried it out already: if so, the mailbox is disabled again.
mailbox-change-refused = The request for { $address } did not succeed. { $reason }
mailbox-keep-enabled = Keep the mailbox active
mailbox-keep-enabled-text = If the mail service has not disabled it yet, the mailbox stays active, with its calendar and address book.

mailbox-delete-text-there = The mailbox is deleted, with its messages, its calendar and its address book.
mailbox-delete-lost = The mail service deletes the mailbox with its messages, its calendar and its address book.
mailbox-delete-final = This cannot be undone. A new mailbox at this address would be empty.
mailbox-delete-under-way = The mail service is not responding at the moment. { $address } will be deleted as soon as possible.

mailbox-keep = Keep the mailbox
mailbox-keep-text = If the mail service has not deleted it yet, the request is cancelled and nothing is lost.
mailbox-delete-withdrawn = The mailbox had not been deleted yet: the request is cancelled. { $address } is kept.
mailbox-delete-undone = If the mail service has not deleted { $address } yet, the deletion is cancelled. Its answer can take a quarter of an hour; the mailbox’s page will tell you.
mailbox-leading-aliases = These aliases stay, but their messages will no longer arrive in this mailbox: { $aliases }.
mailbox-aliases = Aliases that lead to this mailbox

mailbox-login-link = Send a login link
mailbox-login-link-text = An email is sent to the secondary address, with a link that opens the mailbox without a password. A link that was already sent stops working; the password does not change.
mailbox-reset-email = Send a new password
mailbox-reset-email-text = An email is sent to the secondary address. The current password stops working at that moment.
mailbox-reset-sheet = Create a password and show the sheet
mailbox-reset-sheet-text = A sheet to hand over in person is shown, once only. The current password stops working.
mailbox-no-secondary-note = A login link cannot be sent: this mailbox has no secondary address. Add one, or hand over a new password on a sheet.
mailbox-no-secondary-holder-note = A login link cannot be sent: this mailbox has no secondary address. Add one.

own-mailbox = My mailbox
own-mailbox-prove = Confirm that this mailbox is yours
own-mailbox-prove-text = It has the address of your account, but that address may have passed to another person. A link is sent to it, to be opened in this browser. Once you have used it, you can edit your mailbox.
mailbox-viewer-note = Your role lets you view this mailbox. To have it changed, ask someone with the role Owner or Administrator on the domain.
mailbox-not-created = The mail service does not have this mailbox yet. This action will be possible once the mailbox has been created.
mailbox-person-there = { $name } has the role “{ $role }” on { $domain } with this address, and keeps it.
mailbox-person-remove = Remove the role of { $name }
mailbox-is-busy = The deletion of this mailbox has been requested: nothing else can be requested for it. To keep the mailbox, open its page and press “Keep the mailbox”.
mailbox-retry-change-text = The request in progress is sent now. Nothing is done twice.
mailbox-retry-nothing = No request is waiting for this mailbox: there is nothing to try again.

mailbox-step-change-under-way = Request in progress: { $what }. It will be carried out; you do not need to do anything.
mailbox-step-change-refused = This request was refused: { $what }. { $reason }
mailbox-step-change-given-up = The mail service did not answer for too long, and we have stopped trying: { $what }. You can try again now.
mailbox-step-to-let-in = As far as the portal knows, the person has not received a password yet. Send them a login link.
mailbox-step-unseen = As far as the portal knows, the person has not received a password yet.

change-rename = new names
change-disable = disabling
change-enable = enabling
change-delete = deletion
change-keep = keep the mailbox

history-title = History
history-staff = { $name } (portal staff)
event-mailbox-added = requested this address.
event-mailbox-opened = The mail service has created the mailbox.
event-mailbox-adopted = Mailbox adopted: the mail service already had it.
event-mailbox-names-adopted = Names taken over from the mail service ({ $what })
event-mailbox-remade = The mail service had lost the mailbox: it has been created there again.
event-mailbox-failed = The creation did not succeed. { $reason }
event-mailbox-gone = The mail service no longer has the mailbox.
event-mailbox-edited-by = changed this: { $what }.
event-mailbox-edited = Change made: { $what }.
event-mailbox-edit-asked = requested a change: { $what }.
event-mailbox-disable-asked = asked to disable the mailbox.
event-mailbox-disabled = The mail service has disabled the mailbox.
event-mailbox-enable-asked = asked to enable the mailbox.
event-mailbox-enabled = The mail service has enabled the mailbox.
event-mailbox-delete-asked = asked to delete the mailbox.
event-login-link-asked = had a login link sent.
event-first-access-asked = A link was requested from the sign-in page; it is sent to the secondary address.
event-password-email = had a new password sent.
event-password-sheet = requested a new password to hand over.
event-handed-over = handed over the sheet with the password.
event-mailbox-retried = tried the request again.
event-mailbox-refused = Request refused: { $what }. { $reason }
event-mailbox-withdrawn = cancelled a request: { $what }.
event-fields-names = names
event-fields-secondary = secondary address
event-fields-both = names and secondary address

selected-column = Choose
selected-all = Select all
selected-action = For the selected addresses
selected-hint = Select addresses on this page, then choose what to do with them.
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
selected-disable-what = These people will not be able to open their mailbox until it is enabled again.
selected-choose-action = Choose…
selected-count = { $n ->
    [one] { $n } address selected
   *[other] { $n } addresses selected
  }
selected-none-title = Nothing to do for these addresses
selected-none = This action is not possible for any of the selected addresses.
selected-already = This is the case already
selected-others = { $n ->
    [one] Nothing changes for { $n } address
   *[other] Nothing changes for { $n } addresses
  }
selected-enable-what = These people will be able to open their mailbox again. The calendar and the address book that were deleted when it was disabled do not come back.
selected-login-link-what = An email with a login link is sent to the secondary address of each person. Links that were sent before stop working.
mistake-no-action-chosen = Choose what to do with the selected addresses.
component-selected-go = Continue

bulk-stored = Your request is stored. The result for each address is below.
bulk-progress-label = Progress
bulk-progress = { $done } of { $total }
bulk-asked = Requested by { $actor } on { $timestamp }.
bulk-updates = This page updates by itself; you can leave it.
bulk-column-result = Result
line-done-disable = Disabled
line-done-enable = Active
line-done-login-link = Email sent
line-under-way = In progress
line-tried-again = The mail service is not responding; we will try again soon
line-email-given-up = The email could not be delivered
line-replaced = Replaced by a later request
line-unknown = No mailbox at this address
line-not-created = Not created at the mail service yet
line-busy = Another request is in progress
line-guarded = Protected address: owners only
line-not-enabled = The mailbox is not active
line-unsupported = This mail service does not offer login links
line-no-secondary = No secondary address
line-too-many = Limit of emails in an hour reached: try again in an hour

address-guarded = This address receives the emails of the account of an owner, of an administrator of another domain or of the portal’s staff. Only the owners of the domain ({ $owners }) decide who reads these emails.
address-guarded-staff = This address receives the emails of an account of the portal’s staff. Only the portal’s staff decides who reads these emails.
mistake-secondary-too-often = The secondary address has changed several times within an hour, and each change sends an email to the previous one. Wait an hour before changing it again.
mistake-gone-at-dimail = The mail service no longer has this mailbox: its messages, calendar and address book are lost. Trying again creates a new one, empty, at the same address; otherwise delete the address here.
mistake-nothing-chosen = No row is selected. Select the ones you mean.

# What was requested and the mail service does not have yet.
change-asked-create-domain = Domain added by { $person } on { $timestamp }; the mail service has not answered yet.
change-asked-create-mailbox = Creation requested by { $person } on { $timestamp }; the mail service has not answered yet.
change-asked-rename-mailbox = New names requested by { $person } on { $timestamp }; the mail service has not answered yet.
change-asked-disable-mailbox = Disabling requested by { $person } on { $timestamp }; the mail service has not answered yet.
change-asked-enable-mailbox = Enabling requested by { $person } on { $timestamp }; the mail service has not answered yet.
change-asked-delete-mailbox = Deletion requested by { $person } on { $timestamp }; the mail service has not answered yet.
change-asked-keep-mailbox = Deletion cancelled by { $person } on { $timestamp }; the mail service has not yet said whether it had already been carried out.
change-asked-add-destination = Addition requested by { $person } on { $timestamp }; the mail service has not answered yet.
change-asked-remove-destination = Removal requested by { $person } on { $timestamp }; the mail service has not answered yet.
change-asked-delete-alias = Deletion of the alias requested by { $person } on { $timestamp }; the mail service has not answered yet.
