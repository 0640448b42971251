# Domains: list, page, forms, DNS.

domains-title = Domains
domains-lead = The mail domains on which you have a role.
domains-lead-staff = All mail domains of the portal.
domains-search = Search a domain
domains-add = Add a domain
domains-empty = You have no role on any domain. Add yours, or ask an owner to invite you.
domains-empty-staff-adds = You have no role on any domain. Ask an owner to invite you.
domains-invitations = Invitations to accept
domains-invitation-text = { $inviter } invites you to manage this domain, with the role { $role }. Nothing changes unless you accept.
domains-invitation-waits = This domain is disabled at the moment: you can accept when it is open again.
domains-column-name = Domain
domains-column-mailboxes = Addresses
domains-column-role = Your role
domains-role-staff = Portal staff
domains-total = { $n ->
    [one] { $n } domain
   *[other] { $n } domains
  }

domain-new-title = Add a domain
domain-new-lead = You become its owner. The domain's page will then say which DNS records to publish.
domain-new-submit = Add the domain
domain-name = Domain name
domain-name-hint = For example ville.fr. You must be able to change its DNS zone.
domain-support-email = Support address
domain-support-email-hint = We write there when the status of the domain changes. Choose an address in another domain.
domain-added = { $domain } is added, and you are its owner.
domain-stored = The mail service does not answer at the moment. { $domain } is stored and will be declared to it as soon as possible; there is nothing you need to do again.

domain-claim-title = Does { $domain } belong to your organisation?
domain-claim-text = The portal's staff receives your name, your address and the name of the domain, and answers you. Once a day at most.
domain-claim-submit = It is ours: tell the portal's staff
domain-claimed = The portal's staff was told that { $domain } belongs to your organisation.
domain-claimed-already = You have told the portal's staff today already. Wait for their answer, or write to the portal's support.

domain-tab-overview = Overview
domain-tab-mailboxes = Addresses
domain-tab-dns = DNS

domain-facts = Information
domain-ascii = ASCII form
domain-support-unconfirmed = not confirmed yet: only the owners are told
domain-support-resend = Send the link to confirm again
domain-context = Context at the mail service
domain-no-context = not known yet
domain-status-since = In this status since
domain-last-check = Last check
domain-never-checked = not yet
domain-added-on = Added
domain-what-now = What would you like to do?
domain-add-mailbox-enabled = The mailbox is opened at once, and the person is told.
domain-add-mailbox-waits = The mailbox is stored; it will open, and the person will be told, when the domain is active.
domain-see-dns = See the DNS records
domain-see-dns-text = What the DNS zone must contain, and what the last check found.

domain-check-now = Check now
domain-checked = The check is done. The status below is up to date.
domain-check-under-way = The check is under way. This page updates by itself.
domain-check-silent = The name servers of the domain did not answer the last check. The next one is on { $until }.
domain-check-too-soon = A check was asked for a moment ago. Wait a little before the next one.
domain-not-accepted = The mail service did not accept this domain: there is nothing to check.
domain-is-disabled = This domain was disabled by the portal's staff: it can be looked at, not changed.

domain-step-creating = { $domain } is stored. We are declaring it to the mail service; there is nothing you need to do again.
domain-step-checking = The mail service knows { $domain }. The first check of its DNS records is under way.
domain-step-refused = The mail service did not accept { $domain }. { $reason }
domain-step-action-required = { $domain } is not active yet: its DNS records must be published or corrected. You can create addresses already, they will open as soon as the domain is active.
domain-step-action-required-waiting = { $n ->
    [one] { $domain } is not active: its DNS records must be published or corrected. { $n } address is waiting and will open as soon as the domain is active.
   *[other] { $domain } is not active: its DNS records must be published or corrected. { $n } addresses are waiting and will open as soon as the domain is active.
  }
domain-viewer-note = As a viewer you look at this domain without changing it. The tab Collaborators says whom to ask.
domain-step-checking-again = { $domain } is open again. A check decides whether it becomes active.
domain-step-action-required-again = { $domain } is no longer active: its DNS records must be corrected. Existing mailboxes stay; new addresses will be created as soon as the domain is active again.
domain-step-failed = The DNS records of { $domain } are right, but the mail service has not finished on its side. There is nothing you need to do: we check again regularly.
domain-step-unchecked = { $domain } works. Its last check had no result.
domain-step-doubted = The last check of { $domain } found a problem. The domain stays active; we check again { $next } before drawing any conclusion.
domain-step-mailboxes-failed = { $n ->
    [one] { $n } address could not be created.
   *[other] { $n } addresses could not be created.
  }
domain-step-disabled = { $domain } was disabled by the portal's staff. Existing mailboxes work; nothing can be created.
domain-step-disabled-reason = { $domain } was disabled by the portal's staff ({ $reason }). Existing mailboxes work; nothing can be created.
domain-step-see-records = See the records
domain-step-see-failed = See these addresses

domain-progress = Creation of the waiting addresses
domain-progress-numbers = { $done } of { $total }
domain-progress-failed = { $failed ->
    [one] { $failed } could not be created
   *[other] { $failed } could not be created
  }

domain-edit-title = Change the support address
domain-saved = The support address is saved.

domain-remove-link = Remove this domain
domain-remove-text = Possible as long as it has never been active.
domain-remove-title = Remove { $domain }
domain-remove-what = The domain disappears from this portal, with everything stored for it. This cannot be undone.
domain-remove-mailboxes = { $n ->
    [0] no address has been asked for yet;
    [one] { $n } address that was asked for;
   *[other] { $n } addresses that were asked for;
  }
domain-remove-roles = the roles of all people on this domain.
domain-remove-journal = Its journal can still be read by the portal's staff.
domain-remove-told = The people who have a role on this domain are told by an email.
domain-remove-after = You can add the domain again later.
domain-removed = { $domain } is removed from the portal.
domain-was-enabled = This domain has been active: it can no longer be removed. To close it, write to the portal's support.

job-since = Asked for on { $timestamp }.
job-attempts = { $n ->
    [one] { $n } attempt so far.
   *[other] { $n } attempts so far.
  }
job-running = An attempt is under way.
job-next = Next attempt { $next }.

demo-publish = Publish the records (demonstration)
demo-published = The demonstration published the DNS records, and the check is done.
demo-not-published = The demonstration could not publish the records.
