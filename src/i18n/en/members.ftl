# Collaborators and invitations.

domain-tab-members = People

members-lead = The people who have a role on this domain.
members-lead-viewer = The people who have a role on this domain. To ask for a change, contact { $owners }.
members-column-name = Name
members-column-role = Role
members-column-since = Since
members-column-last-visit = Last visit
members-column-actions = Actions
members-column-inviter = Invited by
members-column-expires = Expires
members-self = (you)
members-closed = (account closed)
members-never = never
members-invitations = Invitations
invitations-resend-note = Resending an invitation makes a new link: the old one stops working.

member-role-link = Change the role
member-role-title = Role of { $name } on { $domain }
member-role-now = Current role: { $role }.
member-role-submit = Save the role
member-role-self = This is your own role. If you choose a lower one, you lose these rights at once, and only someone else can give them back to you.
member-role-told = { $name } will receive an email.
member-role-told-self = You will receive an email.
member-role-lost = If the new role gives fewer rights, some of what this person sent stops working: the invitations and the links to the DNS settings that they could no longer send.
member-role-owner = Before someone becomes Owner, a page says what that means, and asks you to confirm.
member-role-invitations = { $n ->
    [one] { $n } open invitation from this person would be cancelled.
   *[other] { $n } open invitations from this person would be cancelled.
  }
member-role-set = { $name } now has the role { $role }.
member-role-again = Change the role again
member-remove-link = Remove
member-remove-title = Remove { $name } from { $domain }
member-remove-what = { $name } ({ $email }) will no longer have access to this domain, and will receive an email. Their mailboxes do not change.
member-removed = { $name } no longer has a role on this domain.
member-leave-title = Leave { $domain }
member-leave-what = You will no longer have access to this domain. To come back, you will have to be invited again.
member-left = You have left { $domain }.
member-last-owner = A domain always keeps at least one owner. Appoint another owner first.
member-last-owner-note = You are the only owner of this domain: to leave it or change your role, appoint another owner first.
member-no-role = You do not have a role on this domain: the portal’s staff acts on it without one.

role-about-viewer = Views the domain and its lists, changes nothing.
role-about-administrator = Creates and changes addresses, invites colleagues.
role-about-owner = Is responsible for the domain, and appoints the other owners.

invitation-new-title = Invite a person
invitation-new-lead = The person will have access to { $domain }, with the role you give them.
invitation-new-submit = Send the invitation
invitation-email-hint = For example name@example.com. The person receives an email with a link, and can accept or not. If they already have an account, they also find the invitation at the top of their list of domains.
invitation-only-owners = Only the owners ({ $owners }) can appoint an owner.
invitation-another = Invite another person
invitation-again = Invite this person again
invitation-sent = The invitation is on its way to { $email }. Its link works for 7 days.
invitation-resend = Resend
invitation-resend-to = the invitation to { $email }
invitation-resent = The invitation is on its way to { $email } again, with a new link that works for 7 days. The old one no longer works.
invitation-withdraw = Cancel the invitation
invitation-withdrawn = The invitation for { $email } has been cancelled: its link no longer works.
invitation-expired = Expired
invitation-too-many = The limit of invitations has been reached for now.

invitation-title = Invitation to join { $domain }
invitation-text = { $inviter } invites you to join the domain { $domain }, with the role { $role }.
invitation-join = To accept, create your account. You will then sign in with { $email } and the password you choose here.
invitation-your-name = Your first and last name
invitation-password-hint = At least 12 characters.
invitation-join-submit = Create my account and accept
invitation-sign-in = { $email } already has an account. Sign in to accept.
invitation-accept = Accept the invitation
invitation-other-account = This invitation is addressed to { $email }, and you are signed in with another account. Sign out to come back to this page with the right account.
invitation-waits = This domain is disabled at the moment. Your link stays valid: come back once the domain is enabled again.
invitation-over = This invitation has expired. Ask { $inviter } to send it again.
invitation-unknown-title = This invitation is no longer valid
invitation-unknown = The link is incomplete, has already been used, or the invitation was cancelled. If you have already accepted, sign in; if not, ask the person who wrote to you for a new invitation.
invitation-accepted = Welcome. You now have access to { $domain }.
invitation-to-portal = Go to the portal

owner-confirm-title = Give { $email } the role Owner on { $domain }
owner-confirm-what = An owner is responsible for the domain, and appoints and removes the other owners, including you.
owner-confirm-reads = Anyone who reads the emails sent to { $email } will be able to act in this owner’s place. This is where they arrive:
owner-confirm-changed = Where the emails to this address arrive has changed since you last saw it. Look again before you confirm.
owner-confirm-hidden = Anyone who reads the emails sent to this address will be able to act in this owner’s place. Ask the person whether they alone read them: this portal does not show you where they are forwarded.
leads-alias = The alias { $from } sends them to { $to }.
leads-secondary = The login links of the mailbox { $from } are sent to { $to }.
leads-secondary-hidden = The login links of the mailbox { $from } are sent to a secondary address.
leads-creation = A mailbox is waiting to be created at { $from }.
leads-none = No alias, no secondary address and no waiting mailbox for { $email }.
invitation-correct = Correct the address
invitation-no-longer-open = This invitation is no longer open: it was accepted or cancelled in the meantime. The list of people shows who has a role.
