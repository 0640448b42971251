# The journal of a domain.

domain-tab-journal = Activity log

journal-lead = Who did what, when and from where. The portal changes and deletes nothing here.
journal-lead-kept = Who did what, when and from where. The portal changes nothing here; lines are kept for { $kept }.
journal-removed-title = Activity log of { $domain }
journal-removed-lead = This domain was deleted on { $day }. Its activity log is kept for the portal’s staff.
journal-earlier = A domain of the same name was deleted on { $day }: see its activity log
journal-search = Address, person or action
journal-person = Person
journal-anyone = Everyone
journal-kind = Action
journal-any-kind = All actions
journal-from = From
journal-to = To
journal-download = Download these lines (CSV)
journal-none = The activity log is empty.
journal-see = See in the activity log
journal-total = { $n ->
    [one] { $n } line
   *[other] { $n } lines
  }
journal-total-many = more than { $n } lines

journal-column-number = Number
journal-column-when = When
journal-column-who = Who
journal-column-address = Address
journal-column-as = Acting as
journal-column-origin = From
journal-column-what = What
journal-column-about = About
journal-column-before = Before
journal-column-after = After
journal-column-note = Detail
journal-column-change = Before and after

journal-as-person = person
journal-as-staff = portal staff
journal-as-command = command line
journal-as-portal = portal
journal-as-link = by a link sent to this address
journal-somebody = A person without an account
journal-by-link = { $email } (by a link, without an account)
journal-the-portal = The portal
journal-from-origin = from { $origin }

journal-value = { $field }: { $value }
journal-no-value = (empty)
journal-context = context { $context }
journal-note-refused = { $what }. { $reason }
journal-note-by-email = sent by email
journal-note-on-sheet = on a sheet to hand over
journal-note-purged = The lines up to number { $n } have been deleted: their retention period is over.

journal-kind-domain-added = Domain added
journal-kind-domain-accepted = Domain accepted by the mail service
journal-kind-domain-refused = Domain refused by the mail service
journal-kind-domain-adopted = Domain adopted from the mail service
journal-kind-domain-removed = Domain deleted
journal-kind-support-email-changed = Support address changed
journal-kind-support-email-confirmed = Support address confirmed
journal-kind-check-asked = Check requested
journal-kind-status-changed = Status of the domain changed
journal-kind-dns-shared = DNS settings sent
journal-kind-dns-share-revoked = Link to the DNS settings disabled
journal-kind-role-granted = Role given
journal-kind-role-changed = Role changed
journal-kind-member-removed = Person removed from the domain
journal-kind-member-left = Left the domain
journal-kind-member-address-changed = Address of the account changed
journal-kind-member-invited = Person invited
journal-kind-invitation-resent = Invitation sent again
journal-kind-invitation-withdrawn = Invitation cancelled
journal-kind-invitation-accepted = Invitation accepted
journal-kind-mailbox-added = Mailbox requested
journal-kind-mailbox-opened = Mailbox created
journal-kind-mailbox-failed = Mailbox failed
journal-kind-mailbox-adopted = Mailbox adopted from the mail service
journal-kind-mailbox-remade = Mailbox created again
journal-kind-mailbox-edited = Mailbox edited
journal-kind-mailbox-edit-asked = Edit of the mailbox requested
journal-kind-mailbox-disable-asked = Disabling of the mailbox requested
journal-kind-mailbox-disabled = Mailbox disabled
journal-kind-mailbox-enable-asked = Enabling of the mailbox requested
journal-kind-mailbox-enabled = Mailbox enabled
journal-kind-mailbox-delete-asked = Deletion of the mailbox requested
journal-kind-mailbox-deleted = Mailbox deleted
journal-kind-mailbox-change-refused = Request for the mailbox refused
journal-kind-mailbox-change-withdrawn = Request for the mailbox cancelled
journal-kind-login-link-asked = Login link requested
journal-kind-first-access-asked = Link requested from the sign-in page
journal-kind-password-reset = New password
journal-kind-handed-over = Sheet handed over
journal-kind-alias-added = Alias destination requested
journal-kind-alias-adopted = Alias adopted from the mail service
journal-kind-alias-failed = Alias destination refused
journal-kind-destination-remove-asked = Removal of an alias destination requested
journal-kind-alias-deleted = Deletion of the alias requested
journal-kind-alias-kept = Removal or deletion of the alias refused
journal-kind-retried = Request tried again
journal-kind-mailbox-forgotten = Mailbox removed from the portal: the mail service no longer had it
journal-kind-alias-forgotten = Destination removed from the portal: the mail service no longer had it
journal-kind-difference-ignored = Difference from the mail service ignored
journal-kind-difference-heeded = Difference from the mail service no longer ignored
journal-kind-journal-purged = Old lines of the activity log deleted
