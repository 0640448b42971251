# Domains: list, page, forms, DNS.

domains-title = Domains
domains-lead = The mail domains on which you have a role.
domains-lead-staff = All mail domains of the portal.
domains-search = Search for a domain
domains-add = Add a domain
domains-lead-none = To begin, add the domain of your town.
domains-first-title = What is the domain name of your town?
domains-first-step-name = You enter the name here, for example my-town.fr.
domains-first-step-dns = The domain’s page tells you what to change at your domain host, and checks it.
domains-first-step-mailboxes = You create the addresses; they open as soon as the domain is active.
domains-first-invited = Is your town here already? Ask an owner of the domain to invite you.
domains-column-todo = Left to do
domains-todo-records = { $n ->
    [one] { $n } DNS record
   *[other] { $n } DNS records
  }
domains-todo-failed = { $n ->
    [one] { $n } failed address
   *[other] { $n } failed addresses
  }
domains-todo-hand-over = { $n ->
    [one] { $n } password to hand over
   *[other] { $n } passwords to hand over
  }
domains-todo-refused = Refused by the mail service: see why
domains-todo-adding = Being added to the mail service
domains-todo-checking = Check under way
domains-todo-not-ready = The mail service has not finished: see why
domains-todo-dns = DNS settings to correct
domains-empty-staff-adds = You do not have a role on any domain. Ask an owner to invite you.
domains-invitations = Invitations to accept
domains-invitation-text = { $inviter } invites you to join this domain, with the role { $role }. Nothing changes unless you accept.
domains-invitation-waits = This domain is disabled at the moment: you will be able to accept once it is enabled again.
domains-column-name = Domain
domains-column-mailboxes = Addresses
domains-column-role = Your role
domains-role-staff = Portal staff
domains-total = { $n ->
    [one] { $n } domain
   *[other] { $n } domains
  }

domain-new-title = Add a domain
domain-new-lead = You become its owner. The domain’s page will then tell you which DNS records to publish.
domain-new-submit = Add the domain
domain-open = Open { $domain }
domain-name = Domain name
domain-name-hint = For example ville.fr. You will then have to change settings (the DNS zone) at the domain host. You can send these settings to the person who does that.
domain-support-email = Support address
domain-support-email-hint = The address where people who have a mailbox can ask for help: it is given in the emails they receive. We also write to it whenever the status of the domain changes. Choose an address in another domain, for example name@example.com.
domain-added = { $domain } has been added, and you are its owner.
domain-stored = The mail service is not responding at the moment. { $domain } has been saved and will be added there as soon as possible; you do not need to do anything.

domain-claim-title = Does { $domain } belong to your organisation?
domain-claim-text = The portal’s staff will receive your name, your address and the name of the domain, and will reply to you. Once a day at most.
domain-claim-submit = It is ours: tell the portal’s staff
domain-claimed = The portal’s staff has been told that { $domain } belongs to your organisation.
domain-claimed-already = You have already told the portal’s staff today, about this domain or another: nothing was sent to them this time. Wait for their reply, or contact { $portal-support }.

domain-tab-overview = Overview
domain-tab-mailboxes = Addresses
domain-tab-dns = DNS

domain-facts = Information
domain-ascii = ASCII form
domain-support-unconfirmed = not confirmed yet: we only write to the owners
domain-support-resend = Send the confirmation link again
domain-context = Context at the mail service
domain-context-hint = The name under which the mail service files the mailboxes of this domain. It helps the portal’s staff to find them.
domain-no-context = not known yet
domain-status-since = In this status since
domain-last-check = Last check
domain-never-checked = not yet
domain-added-on = Added on
domain-what-now = What would you like to do?
domain-add-mailbox-enabled = The mailbox opens at once. The person receives an email at their secondary address, or you give them a printed sheet.
domain-add-mailbox-waits = The address is saved for later. Its mailbox will open once the domain is active, and the person will receive an email at their secondary address.
domain-see-dns = See the DNS records
domain-see-dns-text = What the DNS zone must contain, and what the last check found.

domain-check-now = Check now
domain-checked = The check is done. The status below is up to date.
domain-check-under-way = The check is in progress. This page updates by itself.
domain-check-silent = The name servers of the domain did not answer during the last check. The next one is on { $until }.
domain-check-too-soon = A check was requested a moment ago. Wait a minute before the next one.
domain-not-accepted = The mail service did not accept this domain: there is nothing to check.
domain-is-disabled = This domain has been disabled by the portal’s staff: it can be viewed, not changed.

domain-step-creating = { $domain } has been saved. We are adding it to the mail service; you do not need to do anything.
domain-step-checking = The mail service has accepted { $domain }. The first check of its DNS records has not given a result yet.
domain-step-refused = The mail service did not accept { $domain }. { $reason }
domain-step-action-required = { $domain } is not active yet: its DNS records must be published or corrected. You can already create addresses; they will open as soon as the domain is active.
domain-step-action-required-waiting = { $n ->
    [one] { $domain } is not active: its DNS records must be published or corrected. { $n } address is waiting and will open as soon as the domain is active.
   *[other] { $domain } is not active: its DNS records must be published or corrected. { $n } addresses are waiting and will open as soon as the domain is active.
  }
domain-viewer-note = Your role lets you view this domain, not change it. The People tab tells you whom to ask.
domain-step-checking-again = { $domain } has been enabled again. A check will decide whether it becomes active.
domain-step-action-required-again = { $domain } is no longer active: its DNS records must be corrected. Existing mailboxes stay; new addresses will be created as soon as the domain is active again.
domain-step-failed = The DNS records of { $domain } are correct, but the mail service has not finished its part. You do not need to do anything: we check again regularly.
domain-step-unchecked = { $domain } has stayed active, but its last check had no result.
domain-step-doubted = The last check of { $domain } found a problem. The domain stays active; another check { $next } will show whether the problem persists.
domain-step-mailboxes-failed = { $n ->
    [one] { $n } address could not be created.
   *[other] { $n } addresses could not be created.
  }
domain-step-hand-over = { $n ->
    [one] { $n } person has not received the password of their mailbox yet.
   *[other] { $n } people have not received the password of their mailbox yet.
  }
domain-step-disabled = { $domain } has been disabled by the portal’s staff. Existing mailboxes still work; nothing can be created.
domain-step-disabled-reason = { $domain } has been disabled by the portal’s staff ({ $reason }). Existing mailboxes still work; nothing can be created.
domain-step-see-records = See the records
domain-step-see-failed = See these addresses

domain-progress = Creating the addresses that were waiting
domain-progress-numbers = { $done } of { $total }
domain-progress-done = { $n ->
    [one] { $n } address is active
   *[other] { $n } addresses are active
  }
domain-progress-failed = { $failed ->
    [one] { $failed } could not be created
   *[other] { $failed } could not be created
  }

domain-edit-title = Change the support address
domain-saved = The support address has been saved.
domain-undo-edit = Put { $email } back
domain-edited-since = The support address has been changed since: it is now { $email }, and stays.
domain-support-link-sent = A confirmation link is on its way to this address.

domain-remove-link = Delete this domain
domain-remove-text = Only possible if the domain has never been active.
domain-remove-title = Delete { $domain }
domain-remove-what = The domain is deleted from this portal, with everything saved for it. This cannot be undone.
domain-remove-mailboxes = { $n ->
    [one] { $n } requested address;
   *[other] { $n } requested addresses;
  }
domain-remove-roles = the roles on this domain, the invitations and the links to the DNS settings.
domain-remove-journal = The portal’s staff can still read the domain’s activity log.
domain-remove-told = The people who have a role on this domain will receive an email.
domain-remove-after = You can add the domain again later.
domain-removed = { $domain } has been deleted from the portal.
domain-was-enabled = This domain has been active: it can no longer be deleted. To close it, contact { $portal-support }.

job-since = Requested on { $timestamp }.
job-attempts = { $n ->
    [one] { $n } attempt so far.
   *[other] { $n } attempts so far.
  }
job-running = An attempt is in progress.
job-next = Next attempt { $next }.

demo-publish = Publish the records (demonstration)
demo-published = The demonstration published the DNS records, and the check has been done.
demo-not-published = The demonstration could not publish the records.
