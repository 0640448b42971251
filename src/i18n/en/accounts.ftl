# A person's account, and the forgotten password.

account-title = Your account
account-name = First and last name
account-language = Language
account-language-fr = Français
account-language-en = English
account-language-hint = That of the pages and of the emails you receive.
account-password-title = Change your password
account-password-lead = Leave these two fields empty to keep your password. Changing it ends your sessions that are open elsewhere.
account-current-password = Current password
account-new-password = New password
account-password-hint = At least 12 characters. A sentence is easy to remember.
account-saved = Your account is saved.
account-password-saved = Your password is changed. Sessions that were open elsewhere have ended, and an email confirms it.
account-address = Address
account-address-fixed = You sign in with it. It cannot be changed here: write to the portal's support.
account-leads = Where your address leads
account-leads-lead = A person who reads the emails to your address can take over your account, and your rights with it. This is where they go, too.
account-leads-nowhere = As far as this portal knows, the emails to your address go nowhere else.
account-leads-what = Does it surprise you? Ask an owner of the domain or the portal's support to change it.
account-staff = You are part of the portal's team: you act on all domains as an owner would.
account-roles = Your domains
account-no-roles = You have no role on any domain yet.

forgot-title = Forgotten password
forgot-lead = Give the address with which you sign in. You will receive a link to choose a new password.
forgot-submit = Get the link
forgot-sent-title = Look into your mail
forgot-sent = If an account has this address, an email leaves now, with a link that works once, for one hour.
forgot-sent-nothing = Nothing arrives? Look among the unwanted mail, and check that it is the address with which you sign in. At most five emails leave in an hour; the link of each one works.
forgot-again = Start again
forgot-link = Forgotten password?

reset-title = Choose a new password
reset-lead = For the account { $email }. Your sessions that are open elsewhere will end.
reset-submit = Save and sign in
reset-over-title = This link is no longer valid
reset-over = It is incomplete, was used already, or is more than an hour old. You can ask for a new one.
reset-ask-again = Ask for a new link

account-address-confirmed = You showed on { $day } that you read at this address.
account-address-unconfirmed = You have not shown yet that you read at this address.
account-address-confirm = Get a link to confirm

confirm-title = Confirm an address
confirm-account-text = { $by } asked for a link that shows that they read at { $email }.
confirm-support-text = { $by } chose { $email } as the support address of { $domain }. If you confirm, we will write there when the status of the domain changes.
confirm-submit = Confirm
confirm-unexpected = You have nothing to do with this request? Close this page without confirming: nothing happens.
confirm-other-account = This link was asked for by { $by }, with another account than the one that is open here. Only the person who asked for it should open it. If that is you, sign out to come back to this page with the right account.
confirm-account-done = { $email } is confirmed.
confirm-done-title = It is confirmed
confirm-support-done = We will write to { $email } when the status of { $domain } changes. You can close this page.
confirm-unknown-title = This link is no longer valid
confirm-unknown = It is incomplete, was used already, is more than 24 hours old, or the address has changed. Ask for a new one on the page where you asked for it.
confirm-sent = A link to confirm leaves for { $email }. It works once, for 24 hours.
confirm-too-many = Many links have left for this address already. Wait an hour before asking for another one.
