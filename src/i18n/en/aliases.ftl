# Aliases: list, form, page, removal.

domain-tab-aliases = Aliases

aliases-of = Aliases of { $domain }
aliases-lead = An alias is an address that forwards: each message that arrives there is sent on to its destinations.
aliases-search = Search for an alias or a destination
aliases-empty = This domain has no aliases yet. An alias is an address, such as contact@, that forwards its messages to one or more people.
aliases-column-alias = Alias
aliases-column-to = Destinations
aliases-destinations = { $n ->
    [one] { $n } destination
   *[other] { $n } destinations
  }
aliases-total = { $n ->
    [one] { $n } alias
   *[other] { $n } aliases
  }

alias-new-title = Create an alias
alias-new-submit = Create the alias
alias-more = Add more destination fields
alias-add-another = Create another alias
alias-local-part = Alias address
alias-local-part-hint = Letters without accents, digits, dots, hyphens and underscores. A mailbox may already have this address.
alias-destination = Destination
alias-destination-hint = For example name@example.com. At least one is needed, here or in the list below, unless you discard the messages.
alias-destinations-list = Several destinations at once
alias-destinations-list-hint = One per line, or separated by commas or semicolons. “Name <address>” is accepted.
alias-destination-n = Destination { $n }
alias-discard = Discard the messages
alias-discard-hint = For an address that is not meant to receive replies: the messages reach no one, and the sender is not told.
alias-discard-text = Without another destination, messages to this address are discarded, and the sender is not told. Any remaining destinations still receive them.
alias-discards = Messages discarded

alias-stands = Saved. These destinations receive the emails sent to { $address }: { $destinations }
alias-stands-discarded = Saved: emails sent to { $address } are discarded. If the alias has other destinations, they still receive them.
alias-discards-beside = Discarding messages changes nothing as long as { $address } has other destinations: they continue to receive them.
alias-undo-addition = Undo the addition
alias-undo-removal = Undo the removal
alias-undo-deletion = Undo the deletion
alias-waits = The mail service is not responding at the moment. { $address } has been saved, and these destinations will be added as soon as possible: { $destinations }. You do not need to do anything.
alias-refused = Destination not added: { $destination }. { $reason }
alias-domain-waits = Aliases can be created once the domain is active, and it is not active at the moment.
alias-domain-disabled = This domain has been disabled by the portal’s staff: no alias can be created in it. The existing ones still work, and can be deleted.
alias-under-way-short = In progress

alias-destinations = Destinations
alias-status-removing = Being removed
alias-waits-for-domain = This destination will be added as soon as { $domain } is active.
alias-kept = This destination could not be removed. { $reason }
alias-nothing-left = This alias has no destinations left.
alias-warning = Please note
alias-warning-itself = The alias points to its own address. If there is no mailbox at this address, these messages arrive nowhere.
alias-warning-circle = This destination is an alias that leads back here: messages go round in a loop.
alias-warning-disabled = This mailbox is disabled: it does not receive these messages.
alias-warning-pending = This mailbox has not been created yet: it does not receive these messages for now.
alias-warning-failed = This mailbox could not be created: it does not receive these messages.
alias-warning-unknown = There is neither a mailbox nor an alias at this address: the emails sent on to it are lost.
alias-remove = Remove
alias-remove-last = This is the last destination: removing it deletes the alias.
alias-keep = Keep
alias-reduced = { $address } no longer has this destination: { $destination }.
alias-reduced-last = That was the last destination of { $address }: the alias no longer exists ({ $destination }).
alias-reducing = The mail service has not answered yet. The removal has been saved and will be carried out ({ $destination }); you do not need to do anything.
alias-not-reduced = Destination not removed: { $destination }. { $reason }
alias-add-title = Add a destination
alias-add-submit = Add the destination

alias-delete-link = Delete this alias
alias-delete-text = The address no longer forwards anything to its destinations.
alias-delete-title = Delete { $address }
alias-delete-what = Messages to { $address } will no longer reach the following destinations. This cannot be undone, but the alias can be created again.
alias-deleted = The alias { $address } has been deleted.
alias-deleting = The mail service has not answered yet. The deletion of { $address } has been saved and will be carried out; you do not need to do anything.
alias-not-deleted = The alias { $address } has not been deleted. { $reason }
