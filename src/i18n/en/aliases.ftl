# Aliases: list, form, page, removal.

domain-tab-aliases = Aliases

aliases-of = Aliases of { $domain }
aliases-lead = An alias is an address that passes on: each message that arrives there goes on to its destinations.
aliases-search = Search an alias or a destination
aliases-empty = This domain has no alias yet. An alias is an address, such as contact@, that sends its messages to one or several people.
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
alias-more = More destinations
alias-add-another = Create another alias
alias-local-part = Address of the alias
alias-local-part-hint = Letters without accents, digits, dot, hyphen and underscore. It can be the address of a mailbox, too.
alias-destination = Destination
alias-destinations-list = Several destinations at once
alias-destinations-list-hint = One per line, or separated by commas or semicolons. “Name <address>” is accepted.
alias-destination-n = Destination { $n }
alias-discard = Discard the messages
alias-discard-hint = For an address to which nobody is meant to reply: nobody gets the messages, and whoever writes is not told.
alias-discard-text = What arrives at this address is discarded, besides going on to the destinations that are left. Whoever writes is not told.
alias-discards = Messages discarded

alias-stands = { $address } now has as destinations: { $destinations }.
alias-waits = The mail service does not answer at the moment. { $address } is stored, and will be completed as soon as possible with: { $destinations }. There is nothing you need to do again.
alias-refused = Not added: { $destination }. { $reason }
alias-domain-waits = Aliases are created when the domain is active, which it is not at the moment.
alias-domain-disabled = This domain is disabled by the portal's staff: no alias can be created in it. Those that exist work, and can be removed.
alias-under-way-short = Under way

alias-destinations = Destinations
alias-status-removing = Being removed
alias-waits-for-domain = This destination will be added as soon as { $domain } is active.
alias-kept = This destination could not be removed. { $reason }
alias-nothing-left = No destination is left of this alias.
alias-warning = Mind
alias-warning-itself = The alias points to its own address. If there is no mailbox at this address, these messages arrive nowhere.
alias-warning-circle = This destination is an alias that leads back here: messages go round in a circle.
alias-warning-disabled = This mailbox is disabled: it does not get these messages.
alias-warning-pending = This mailbox is still to be created: it does not get these messages for now.
alias-warning-failed = This mailbox could not be created: it does not get these messages.
alias-warning-unknown = This domain has neither a mailbox nor an alias at this address: nobody gets these messages.
alias-remove = Remove
alias-keep = Keep
alias-reduced = { $address } does not have this destination any more: { $destination }.
alias-reducing = The mail service has not answered yet. The removal is stored and goes on by itself ({ $destination }); there is nothing you need to do again.
alias-not-reduced = Not removed: { $destination }. { $reason }
alias-add-title = Add a destination
alias-add-submit = Add the destination

alias-delete-link = Delete this alias
alias-delete-text = The address sends nothing to any of its destinations any more.
alias-delete-title = Delete { $address }
alias-delete-what = Messages to { $address } will not reach the following destinations any more. This cannot be undone, but the alias can be created again.
alias-deleted = The alias { $address } is deleted.
alias-deleting = The mail service has not answered yet. The deletion of { $address } is stored and goes on by itself; there is nothing you need to do again.
alias-not-deleted = The alias { $address } is not deleted. { $reason }
