# A person’s account, and the forgotten password.

account-title = Your account
account-name = First and last name
account-language = Language
account-language-fr = Français
account-language-en = English
account-language-hint = The language of the pages and of the emails you receive.
account-password-title = Change your password
account-password-lead = Leave these two fields empty to keep your password. If you change it, you will be signed out in your other browsers.
account-current-password = Current password
account-new-password = New password
account-password-hint = At least 12 characters. A sentence is easy to remember.
account-saved = Your account has been saved.
account-password-saved = Your password has been changed. Your sessions in other browsers have ended, and you will receive an email to confirm it.
account-address = Address
account-address-fixed = You sign in with this address. It cannot be changed here: please contact { $portal-support }.
account-leads = Where your address leads
account-leads-lead = Anyone who reads the emails sent to your address can take over your account, and your rights with it. This is where else they arrive.
account-leads-what = If this is not what you expected, ask an owner of the domain or { $portal-support } to correct it.
account-staff = You are a member of the portal’s staff: you act on every domain as an owner would.
account-roles = Your domains
account-no-roles = You do not have a role on any domain yet.

forgot-title = Forgotten password
forgot-lead = Enter the address you sign in with. You will receive a link to choose a new password.
forgot-submit = Get the link
forgot-sent-title = Check your email
forgot-sent = If there is an account for this address, an email is now on its way. Its link works once, within one hour.
forgot-sent-nothing = Nothing has arrived? Check your junk folder, and check that this is the address you sign in with. At most five emails are sent in an hour; the link in each of them works.
forgot-again = Start again
forgot-link = Forgotten password?

reset-title = Choose a new password
reset-lead = For the account { $email }. Your sessions in other browsers will end.
reset-submit = Save and sign in
reset-over-title = This link is no longer valid
reset-over = It is incomplete, has already been used, or is more than an hour old. You can request a new one.
reset-ask-again = Request a new link

account-address-confirmed = On { $day } you confirmed that you read the emails sent to this address.
account-address-unconfirmed = You have not yet confirmed that you read the emails sent to this address.
account-address-confirm = Get a confirmation link

confirm-title = Confirm an address
confirm-account-text = { $by } requested a link to confirm that they read the emails sent to { $email }.
confirm-support-text = { $by } chose { $email } as the support address of { $domain }. If you confirm, we will write to it whenever the status of the domain changes.
confirm-submit = Confirm
confirm-unexpected = If this request has nothing to do with you, close this page without confirming: nothing will happen.
confirm-other-account = This link was requested by { $by }, with a different account from the one signed in here. Only the person who requested it should open it. If that is you, sign out to come back to this page with the right account.
confirm-account-done = { $email } is confirmed.
confirm-done-title = Confirmed
confirm-support-done = We will write to { $email } whenever the status of { $domain } changes. You can close this page.
confirm-unknown-title = This link is no longer valid
confirm-unknown = It is incomplete, has already been used, is more than 24 hours old, or the address has changed. Request a new one from the page where you requested it.
confirm-sent = A confirmation link is on its way to { $email }. It works once, within 24 hours.
confirm-too-many = The limit of confirmation links sent to this address within an hour has been reached.
