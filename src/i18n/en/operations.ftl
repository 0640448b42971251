# Operations: what is under way or to be dealt with, and what ended.

domain-tab-operations = Operations

operations-lead = What was asked for and the mail service has not done yet, what it refused, and the emails that do not leave.
operations-lead-ended = What ended stays visible here for { $kept }.
operations-open-title = Under way and to deal with
operations-ended-title = Ended
operations-see-open = See what is under way
operations-see-ended = See what ended
operations-reload = Refresh
operations-none-open = Nothing is under way, and there is nothing to deal with.
operations-none-ended = No operation has ended.
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

operations-create-domain = Registration of the domain
operations-create-mailbox = Creation
operations-rename-mailbox = New names
operations-rename-mailbox-to = New name: { $first } { $last }
operations-disable-mailbox = Disabling
operations-enable-mailbox = Enabling
operations-delete-mailbox = Deletion
operations-keep-mailbox = Deletion withdrawn
operations-add-destination = Adding the destination { $destination }
operations-remove-destination = Removing the destination { $destination }
operations-delete-alias = Deletion of the alias
operations-email = Email
operations-email-new-mailbox = Welcome email
operations-email-login-link = Email with a login link
operations-email-new-password = Email with a new password
operations-email-secondary-changed = Email to the former secondary address

operations-waiting = Under way
operations-parked = Waits for the domain
operations-done = Done
operations-refused = Refused
operations-given-up = Given up
operations-replaced = Replaced
operations-cancelled = Cancelled
operations-email-waiting = Waiting
operations-email-held = Held
operations-email-sent = Sent
operations-email-given-up = Given up
operations-email-withdrawn = Withdrawn
operations-ended = Ended on { $timestamp }.
operations-technical = Technical detail

operations-retry = Try now
operations-take-back = Take back
operations-correct = Correct
operations-send-again = Send again
operations-email-invitation = Invitation email
operations-taken-back = The request is taken back.
operations-taking-back = The request is taken back here. The mail service has not answered yet; you have nothing to do again.
operations-not-taken-back = The request could not be taken back. { $reason }
operations-cannot-take-back = This request can no longer be taken back: it has ended, or the mail service may have carried it out. The present state is on the page of the address.

operations-pending = { $n ->
    [one] { $n } operation is under way or to be dealt with on this domain.
   *[other] { $n } operations are under way or to be dealt with on this domain.
  }
operations-pending-many = More than { $n } operations are under way or to be dealt with on this domain.
operations-see = See the operations

operations-staff-title = Operations of all domains
operations-staff-lead = Faults of the installation first, then what was given up, then what has waited longest for an answer.
operations-none-for-staff = There is nothing to deal with.
