# What all pages share, sign-in, errors, the emails of the demonstration.

save = Save
cancel = Cancel
edit = Edit
column-status = Status
what-is-lost = What will be lost

list-any-status = Any status
list-nothing-found = Nothing matches these filters.
list-nothing-found-filtered = Nothing matches “{ $q }” with these filters.
list-no-domain = No domain matches “{ $q }”.
list-no-address = No address matches “{ $q }”.
list-no-alias = No alias matches “{ $q }”.
list-no-line = No line matches “{ $q }”.
list-show-all = Show all
list-sort-name = Name
list-sort-last-name = Last name
list-sort-address = Address
list-sort-status = Status
list-sort-newest = Newest first
list-sort-mailboxes = Number of addresses

sign-in-title = Sign in
sign-in-lead = To manage your organisation’s mail domains and addresses.
sign-in-email = Email address
sign-in-password = Password
sign-in-submit = Sign in
sign-in-first-access = Do you have an address here but are unable to open your mailbox?
sign-in-cookies = Have you just signed in, and ended up here again? Your browser did not send the portal’s cookie back. Accept the cookies of this site, then try again.
sign-in-cookies-https = Have you just signed in, and ended up here again? Your browser did not send the portal’s cookie back. Accept the cookies of this site, and open the site at its secure address (https): { $address }

first-access-title = Open your mailbox
first-access-back = Sign in
first-access-lead = Your link no longer works, or you have lost your password? Request a new login link here. You do not need an account.
first-access-address = Address of your mailbox
first-access-address-hint = The one that was created for you, such as first.last@your-town.fr. The link is sent to your secondary address; an older link then stops working.
first-access-submit = Get a link
first-access-asked = If this mailbox is active and has a secondary address, an email with a login link will be sent to that secondary address in a moment.
first-access-nothing = Nothing after a quarter of an hour? Ask the person who manages the addresses of your organisation: they can hand you a new password.
first-access-again = Enter another address
first-access-unsupported = This mail service does not offer login links. Ask the person who manages the addresses of your organisation.
first-access-too-many = Many links have been requested from your network.

login-link-title = Open your mailbox
login-link-lead = This link is for the mailbox { $address }.
login-link-text = The webmail opens without asking for a password.
login-link-again = The mail service is not responding at the moment. The link has not been used up: press the button again in a few minutes.
login-link-unsupported = This mail service does not offer login links. To get into your mailbox, write to this address: { $support }
login-link-refused = The mail service refuses to open this mailbox. Write to this address: { $support }
login-link-closed = The domain of this mailbox is disabled for the moment. Unless the link has expired by then, it will work again once the domain is enabled.
login-link-over-title = This link no longer works
login-link-over = It has expired, has been used several times, or a newer one has been sent since; or the mailbox has been changed. Request a new link to your secondary address.

error-number = Request number:
error-to-domains = See your domains
error-back = Back to the previous page
error-get-help = Support
error-not-found-title = This page does not exist
error-not-found = The address may be incomplete, or you have no role on this domain. If you should have one, ask one of its owners to invite you.
error-forbidden-title = Your role does not allow this
error-forbidden = Your role does not allow this action. Please ask an owner of the domain.
error-forbidden-owners = Your role on this domain does not allow this action. Please ask one of its owners: { $owners }.
error-staff-only = This page is for the portal’s staff only. Go back to your domains.
error-cross-site-title = This request comes from another site
error-cross-site = For safety, only the pages of this portal can act in your name. Open the portal and start again from its own page.
error-conflict-title = This is not possible right now
error-conflict = This action is not possible at the moment. Go back to the previous page and refresh it: it shows what is possible.
error-too-many-title = Too many requests in a short time
error-too-many = Wait a little, then try again.
error-too-large-title = This form is too large
error-too-large = What you sent exceeds the allowed size. Go back to the form and shorten your text.
error-odd-title = This request was not understood
error-odd = Your browser sent a request that this portal does not know. Start again from the list of your domains.
error-unavailable-title = The portal is not available right now
error-unavailable = The portal cannot reach its data, or cannot save anything at the moment. Try again in a few seconds; if this continues, contact { $portal-support } and give the number below.
error-unsure = The portal does not know whether your request was saved. Check this before you send the request again; if this continues, contact { $portal-support } and give the number below.
error-look = Check whether it was saved
error-typed-kept = What you typed is still here: the “Try again” button sends it again.
error-again = Try again
error-fault-title = Something went wrong in the portal
error-fault = This is not your fault. Try again in a moment; if it happens again, contact { $portal-support } and give the number below.

outbox-title = Sent emails
outbox-lead = In the demonstration, emails are not sent: you can read them here.
outbox-empty = No emails yet.
outbox-to = to
