# Operations: what is in progress or to be dealt with, and what has finished.

domain-tab-operations = Operations

operations-lead = What has been requested and the mail service has not done yet, what it refused, and the emails that could not be sent.
operations-lead-ended = Finished operations stay visible here for { $kept }.
operations-open-title = In progress and needing attention
operations-ended-title = Finished
operations-see-open = See what is in progress
operations-see-ended = See finished operations
operations-reload = Refresh
operations-none-open = Nothing is in progress, and nothing needs attention.
operations-none-ended = No finished operations.
operations-total = { $n ->
    [one] { $n } operation
   *[other] { $n } operations
  }
operations-total-many = more than { $n } operations
operations-many = more than { $n }

operations-column-subject = Address
operations-column-what = Request
operations-column-state = State
operations-column-acts = Actions

operations-create-domain = Adding the domain
operations-create-mailbox = Creation
operations-rename-mailbox = New names
operations-rename-mailbox-to = New name: { $first } { $last }
operations-disable-mailbox = Disabling
operations-enable-mailbox = Enabling
operations-delete-mailbox = Deletion
operations-keep-mailbox = Deletion cancelled
operations-add-destination = Adding the destination { $destination }
operations-remove-destination = Removing the destination { $destination }
operations-delete-alias = Deletion of the alias
operations-email-new-mailbox = Welcome email
operations-email-login-link = Email with a login link
operations-email-new-password = Email with a new password
operations-email-secondary-changed = Email to the old secondary address
operations-email-role = Email about a new role
operations-email-access-removed = Email about a role that was removed
operations-email-domain-status = Email about the status of the domain
operations-email-creation-guarded = Email about a creation that was held back
operations-email-reconciled = Email about a comparison
operations-email-confirm = Email to confirm an address
operations-email-domain-removed = Email about the deleted domain
operations-email-domain-claimed = Email about a claimed domain
operations-email-dns-settings = Email with the DNS settings
operations-email-account = Email about an account

operations-waiting = In progress
operations-parked = Waiting for the domain
operations-done = Done
operations-refused = Refused
operations-given-up = Given up
operations-replaced = Replaced
operations-cancelled = Cancelled
operations-replaced-why = A later request took its place.
operations-cancelled-why = It was cancelled before it was carried out, or was no longer needed.
operations-email-waiting = Waiting
operations-email-held = On hold
operations-email-sent = Sent
operations-email-given-up = Given up
operations-email-withdrawn = Cancelled
operations-refused-on = Refused on { $timestamp }.
operations-ended = Finished on { $timestamp }.
operations-technical = Technical details

operations-retry = Try again now
operations-take-back = Cancel the request
operations-taken-back = The request has been cancelled.
operations-taking-back = The request has been cancelled here. The mail service has not answered yet; you do not need to do anything.
operations-not-taken-back = The request could not be cancelled. { $reason }
operations-cannot-take-back = This request can no longer be cancelled: it has finished, or the mail service may have carried it out. The page of the address shows the current state.

operations-pending = { $n ->
    [one] { $n } operation is in progress or needs attention on this domain.
   *[other] { $n } operations are in progress or need attention on this domain.
  }
operations-pending-many = More than { $n } operations are in progress or need attention on this domain.
operations-see = See the operations

operations-staff-title = Operations of all domains
operations-staff-lead = Faults of the installation first, then what was given up, then what has been waiting longest for an answer, and finally the domains that differ from the mail service.
operations-none-for-staff = Nothing needs attention.
operations-staff-differences = Domains that differ from the mail service
operations-staff-all-domains = See all domains, by what is left to do
operations-send-again = Send again
operations-email-invitation = Invitation email
