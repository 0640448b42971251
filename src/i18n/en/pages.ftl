# What all pages share, sign-in, errors, the emails of the demonstration.

save = Save
cancel = Cancel
edit = Change
column-status = Status
what-is-lost = What will be lost

list-any-status = Any status
list-nothing-found = Nothing matches this search.
list-show-all = Show all
list-sort-name = Name
list-sort-last-name = Last name
list-sort-address = Address
list-sort-status = Status
list-sort-newest = Newest first
list-sort-mailboxes = Number of addresses

sign-in-title = Sign in
sign-in-lead = To manage the mail domains of your administration.
sign-in-email = E-mail address
sign-in-password = Password
sign-in-submit = Sign in
sign-in-first-access = You hold a mailbox and cannot get in?
sign-in-cookies = Have you just signed in, and are back here? Your browser did not send the portal's cookie back. Accept the cookies of this site, then try again.
sign-in-cookies-https = Have you just signed in, and are back here? Your browser did not send the portal's cookie back. Accept the cookies of this site, and open it by its https address: { $address }.

first-access-title = Enter your mailbox
first-access-back = Sign in
first-access-lead = The link in your email no longer works, or your password is lost: ask here for a new login link. No account is needed.
first-access-address = Address of your mailbox
first-access-address-hint = The one that was opened for you, such as first.last@your-town.fr. The link is sent to your secondary address.
first-access-submit = Get a link
first-access-asked = If this mailbox is open and has a secondary address, an email with a login link leaves for it in a moment.
first-access-nothing = Nothing received within a quarter of an hour? Ask the person who manages the addresses of your administration: they can hand you a new password.
first-access-again = Give another address
first-access-unsupported = This mail service makes no login links. Ask the person who manages the addresses of your administration.
first-access-too-many = Many links have been asked for from your network. Try again in a few minutes.

login-link-title = Enter your mailbox
login-link-lead = This link is for the mailbox { $address }.
login-link-text = The webmail opens without asking for a password.
login-link-again = The mail service does not answer at the moment. Nothing was used up: press the button again in a few minutes.
login-link-unsupported = This mail service makes no login links. Write to { $support } to get into your mailbox.
login-link-refused = The mail service refuses to open this mailbox. Write to { $support }.
login-link-closed = The domain of this mailbox is disabled for the moment. The link works again when it is enabled, unless it has expired by then.
login-link-over-title = This link no longer works
login-link-over = It has expired, was used several times, or a newer one was sent since; or the mailbox was changed. Have a new link sent to your secondary address.

error-number = Request number:
error-to-domains = See your domains
error-back = Back to the previous page
error-get-help = Get help
error-not-found-title = This page does not exist
error-not-found = The address may be incomplete, or you have no role on this domain. If you should have one, ask one of its owners to invite you.
error-forbidden-title = Your role does not allow this
error-forbidden = Your role does not allow this action.
error-forbidden-owners = You can look at this domain, but this action needs a higher role. Please ask one of its owners: { $owners }.
error-staff-only = Only the portal's staff can do this.
error-cross-site-title = This request comes from another site
error-cross-site = For safety, only the pages of this portal can act in your name. Open the portal and start again from its own page.
error-conflict-title = This is not possible right now
error-conflict = The state of this item does not allow this action.
error-too-many-title = Too many requests in a short time
error-too-many = Wait a little, then try again.
error-too-large-title = This form is too large
error-too-large = What you sent exceeds the allowed size. Go back to the form and shorten your text.
error-odd-title = This request was not understood
error-odd = Your browser sent a request that this portal does not know. Start again from the list of your domains.
error-unavailable-title = The portal is not available right now
error-unavailable = Its database does not answer, or cannot store anything at the moment. Try again in a few seconds; if it lasts, write to the support and give the number below.
error-unsure = Its database did not answer at the last moment: what you asked for may have been stored. Look whether it is there before you send it again; if this lasts, write to the support and give the number below.
error-look = Look whether it is there
error-typed-kept = What you typed is still here: the button sends it again.
error-again = Try again
error-fault-title = The portal ran into a difficulty
error-fault = This is not your doing. Try again in a moment; if it happens again, write to the support and give the number below.

outbox-title = Sent emails
outbox-lead = In the demonstration emails do not leave: they can be read here.
outbox-empty = No email has left yet.
outbox-to = to
