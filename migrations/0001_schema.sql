-- The schema, in the one text that SQLite and PostgreSQL both read: text and bigint only, timestamps
-- in microseconds since 1970, keys as UUIDv7 in text, booleans as 0 and 1.

-- Accounts of the portal.

create table users (
    id text primary key,
    email text not null,
    -- The address in lower case.
    email_key text not null unique,
    -- The same without `+…`: the address at which its emails may arrive, too.
    email_base text not null,
    name text not null,
    password_hash text,
    is_staff bigint not null default 0,
    language text,
    created_at bigint not null,
    disabled_at bigint,
    last_sign_in_at bigint,
    -- Part of what a session is bound to: counting it up ends all sessions of an account.
    session_epoch bigint not null default 0,
    -- Links that were asked for before this time are withdrawn.
    password_set_at bigint,
    -- When the last link was sent to its address that was used by this account: since then it has
    -- proved that it reads there. Null after the address was changed.
    proved_at bigint
);
create index users_email_base on users (email_base);

create index users_staff on users (id) where is_staff = 1;

create table sessions (
    -- A hash of the identifier in the cookie, so that the table does not give access.
    id_hash text primary key,
    data text not null,
    -- The account that is signed in, as in the data. Without a reference: a request may write while the
    -- account is deleted.
    user_id text,
    created_at bigint not null,
    used_at bigint not null
);
create index sessions_used_at on sessions (used_at);
create index sessions_created_at on sessions (created_at);

-- Links to choose a new password, each as a hash. An email that left twice carries two; the first
-- that is used ends all of its account.
create table reset_links (
    token_hash text primary key,
    user_id text not null references users (id) on delete cascade,
    created_at bigint not null
);
create index reset_links_user on reset_links (user_id);
create index reset_links_created on reset_links (created_at);

-- Passwords that were tested, kept for an hour: hashes, which are only compared with each other.
create table password_attempts (
    id text primary key,
    address_hash text not null,
    origin_hash text not null,
    at bigint not null,
    -- Testing, then wrong, and forgiven after a right one from the same origin; the row of a right one
    -- is deleted.
    state text not null check (state in ('testing', 'wrong', 'forgiven'))
);
create index password_attempts_origin on password_attempts (origin_hash, at);
create index password_attempts_address on password_attempts (address_hash, at);
create index password_attempts_at on password_attempts (at);

-- Browsers in which a person has signed in to an account: their wrong passwords are counted apart from
-- all others.
create table browsers (
    -- A hash of the cookie.
    cookie_hash text not null,
    user_id text not null references users (id) on delete cascade,
    used_at bigint not null,
    wrong_in_a_row bigint not null,
    primary key (cookie_hash, user_id)
);
create index browsers_user on browsers (user_id);
create index browsers_used_at on browsers (used_at);

-- What limits count within a period: it stays when that is deleted which was counted.
create table rate_limits (
    kind text not null check (kind in ('confirm_address', 'dns_share_address', 'domain_added', 'domain_claimed', 'email_address',
        'first_access', 'invitation_domain', 'invitation_sender', 'new_browser', 'reset_address', 'reset_origin',
        'wrong_passwords')),
    -- An account, the name of a domain, an origin, or the hash of an address or an origin.
    subject text not null,
    at bigint not null
);
create index rate_limits_subject on rate_limits (kind, subject, at);
create index rate_limits_at on rate_limits (at);

-- Locked while the attempts of an origin or for an address are counted, so that parallel ones are
-- counted one after the other on both databases.
create table origins (
    -- The hash of an origin or of an address.
    origin_hash text primary key,
    seen_at bigint not null
);
create index origins_seen on origins (seen_at);

-- Domains and the people who manage them.

create table domains (
    id text primary key,
    name text not null unique,
    -- The name as people read it, without accents: by which lists are sorted.
    name_key text not null,
    search text not null,
    support_email text not null,
    -- When the support address confirmed by a link that it wants emails about the domain's status.
    support_confirmed_at bigint,
    status text not null check (status in ('pending', 'action_required', 'failed', 'enabled', 'disabled')),
    status_since bigint not null,
    context text,
    created_at bigint not null,
    -- The person who added it, for the limits; null where an operator imported it.
    added_by text references users (id) on delete set null,
    accepted_at bigint,
    refusal text,
    first_enabled_at bigint,
    disabled_reason text,
    -- The checks: the last report with its date, and the expected records, as JSON.
    report text,
    checked_at bigint,
    records text,
    bad_since bigint,
    check_asked_at bigint,
    -- When it is compared with dimail next; null until that is planned, once it is enabled.
    compare_at bigint,
    -- When it was last compared so, and how many differences were found that are not ignored.
    compared_at bigint,
    differences bigint not null default 0,
    -- Whether jobs that waited for its status are being released.
    releasing bigint not null default 0,
    -- Counts the changes: the domain's lock, and the number of its journal lines.
    sequence bigint not null default 0,
    -- How many mailboxes, and how many local parts with an alias: kept with each change, since
    -- counting on each page would read the whole domain.
    mailboxes bigint not null default 0,
    aliases bigint not null default 0,
    -- What is left to do: DNS records, mailboxes that failed, and those to hand over (each of these counted
    -- up to 1,001).
    records_left bigint not null default 0,
    mailboxes_failed bigint not null default 0,
    mailboxes_to_hand_over bigint not null default 0,
    todo bigint not null generated always as (case when status = 'disabled' then 0
        else records_left + mailboxes_failed + mailboxes_to_hand_over + differences end) stored
);
create index domains_name on domains (name_key, id);
create index domains_todo on domains (todo, id);
create index domains_differ on domains (differences, id);
create index domains_status on domains (status, id);
create index domains_mailboxes on domains (mailboxes, id);
-- Those that are compared every night: in their order, and not planned yet.
create index domains_compare on domains (compare_at, id) where status = 'enabled';
create index domains_to_plan on domains (id) where status = 'enabled' and compare_at is null;
-- The domains of a person that were never enabled.
create index domains_waiting on domains (added_by) where first_enabled_at is null;

-- The names that dimail accepted from this portal, also after their domain was removed here.
create table accepted_names (
    name text primary key,
    accepted_at bigint not null
);

-- Names for which a check ever found the MX record or the DKIM key right, and the people who owned such
-- a domain when it was removed: they and staff alone may add it again.
create table proven_names (
    name text primary key,
    proven_at bigint not null
);
create table former_owners (
    name text not null,
    user_id text not null references users (id) on delete cascade,
    primary key (name, user_id)
);
create index former_owners_user on former_owners (user_id);

-- Domains that were removed: their journal stays, for staff.
create table removed_domains (
    id text primary key,
    name text not null,
    removed_at bigint not null,
    -- The number of the last line of its journal.
    sequence bigint not null
);
create index removed_domains_name on removed_domains (name, removed_at);

create table members (
    id text primary key,
    domain_id text not null references domains (id) on delete cascade,
    user_id text not null references users (id) on delete cascade,
    role text not null check (role in ('viewer', 'administrator', 'owner')),
    created_at bigint not null,
    -- The person's last visit to the domain: written at the first request of a day.
    visited_at bigint,
    unique (domain_id, user_id)
);
create index members_user_id on members (user_id);

-- Links that confirm an address, each as a hash: that of the account that asked, or a support address.
create table confirmations (
    token_hash text primary key,
    kind text not null check (kind in ('account', 'mailbox', 'support')),
    user_id text not null references users (id) on delete cascade,
    email text not null,
    domain_id text references domains (id) on delete cascade,
    created_at bigint not null
);
create index confirmations_user on confirmations (user_id);
create index confirmations_domain on confirmations (domain_id);
create index confirmations_created on confirmations (created_at);

-- Links that show what is left to do in a domain's DNS to a person without an account. They end with the
-- sender's right, which is read when they are used.
create table dns_shares (
    id text primary key,
    domain_id text not null references domains (id) on delete cascade,
    sender_id text not null references users (id) on delete cascade,
    email text not null,
    email_key text not null,
    created_at bigint not null,
    unique (domain_id, email_key)
);
create index dns_shares_sender on dns_shares (sender_id);
create index dns_shares_created on dns_shares (created_at);

-- The tokens of such a link, each as a hash. An email that left twice carries two; both work.
create table dns_share_links (
    token_hash text primary key,
    share_id text not null references dns_shares (id) on delete cascade
);
create index dns_share_links_share on dns_share_links (share_id);

create table invitations (
    id text primary key,
    domain_id text not null references domains (id) on delete cascade,
    email text not null,
    email_key text not null,
    -- The same without `+…`.
    email_base text not null,
    role text not null check (role in ('viewer', 'administrator', 'owner')),
    inviter_id text not null references users (id) on delete cascade,
    created_at bigint not null,
    expires_at bigint not null,
    unique (domain_id, email_key)
);
create index invitations_email on invitations (email_key);
create index invitations_email_base on invitations (email_base);
create index invitations_inviter on invitations (inviter_id);

-- The links of an invitation, each as a hash. An email that left twice carries two; both work.
create table invitation_links (
    token_hash text primary key,
    invitation_id text not null references invitations (id) on delete cascade,
    created_at bigint not null
);
create index invitation_links_invitation on invitation_links (invitation_id);

-- Mailboxes and aliases.

create table mailboxes (
    id text primary key,
    domain_id text not null references domains (id) on delete cascade,
    local_part text not null,
    first_name text not null,
    last_name text not null,
    -- Open-XChange demands unique display names; compared after folding.
    display_key text not null,
    -- By which the list is sorted by name: family name first.
    name_key text not null,
    search text not null,
    secondary_email text,
    -- Apart from `search`: only those who may see secondary addresses search in them.
    secondary_search text not null default '',
    -- Its local part without `+…` where it lies in the same domain: what the guard follows.
    secondary_target text,
    -- What people want it to be, besides its names.
    wants text not null default 'active' check (wants in ('active', 'inactive', 'absent')),
    -- What dimail was last known to have: `new` as long as nothing was sent, `absent` after dimail showed
    -- none, `gone` once it no longer shows one that it had.
    known text not null check (known in ('new', 'absent', 'active', 'inactive', 'half_made', 'gone')),
    -- What people see; follows from `known` and the refusal.
    status text not null check (status in ('pending', 'enabled', 'failed', 'disabled')),
    -- The refusal that stands: nothing is sent before somebody asks again.
    reason text,
    to_hand_over bigint not null default 0,
    -- Whether that password was shown on a sheet.
    sheet_shown bigint not null default 0,
    -- The language of the emails to its user, who has no account: that of the person who created it.
    language text not null,
    version bigint not null default 1,
    created_at bigint not null,
    -- Until then a new password is being asked of dimail for a sheet: one at a time.
    reset_until bigint,
    -- The names that wait for dimail, as JSON, and their display name.
    wanted text,
    wanted_key text,
    -- The form that asked for it (a hash), so that sending it twice is one request on each process.
    request text,
    -- The highest guard that the person passed who last asked for the creation (0 none, 1 owner,
    -- 2 staff): a higher one keeps it from being sent.
    cleared bigint not null default 0,
    -- Since when dimail has it, as far as the portal knows.
    there_since bigint,
    -- Whether it is created again because dimail lost it, without an email to its user.
    is_pushed bigint not null default 0,
    unique (domain_id, local_part),
    unique (domain_id, display_key)
);
create unique index mailboxes_wanted on mailboxes (domain_id, wanted_key);
create index mailboxes_created on mailboxes (domain_id, id);
create index mailboxes_name on mailboxes (domain_id, name_key, id);
create index mailboxes_status on mailboxes (domain_id, status, id);
create index mailboxes_status_part on mailboxes (domain_id, status, local_part, id);
create index mailboxes_status_name on mailboxes (domain_id, status, name_key, id);
-- Those that are to be handed over, in each order of the list. The flag is a column, so that SQLite prefers them.
create index mailboxes_hand_over on mailboxes (domain_id, to_hand_over, local_part, id)
    where to_hand_over = 1 and secondary_email is null;
create index mailboxes_hand_over_name on mailboxes (domain_id, to_hand_over, name_key, id)
    where to_hand_over = 1 and secondary_email is null;
create index mailboxes_hand_over_created on mailboxes (domain_id, to_hand_over, id)
    where to_hand_over = 1 and secondary_email is null;
-- The mailboxes whose emails lead to a local part of their domain.
create index mailboxes_secondary_target on mailboxes (domain_id, secondary_target, local_part)
    where secondary_target is not null;
-- For monitoring, which counts over all domains.
create index mailboxes_failed on mailboxes (status) where status = 'failed';
-- For staff.
create index mailboxes_half_made on mailboxes (id) where known = 'half_made';

-- Links with which the user of a mailbox signs in to the webmail, each as a hash.
create table login_links (
    token_hash text primary key,
    mailbox_id text not null references mailboxes (id) on delete cascade,
    -- The email that carries it: one that left twice carries two, and both work.
    email_id text not null,
    -- Where it was sent: a link to a former secondary address is dead.
    recipient text not null,
    -- How often its button was pressed and dimail answered.
    presses bigint not null default 0,
    created_at bigint not null
);
create index login_links_mailbox on login_links (mailbox_id);
create index login_links_created on login_links (created_at);

-- One row for each pair of a local part and a destination, as dimail has them.
create table aliases (
    id text primary key,
    domain_id text not null references domains (id) on delete cascade,
    local_part text not null,
    destination text not null,
    -- Lower case, ASCII domain: dimail compares without regard to case.
    destination_key text not null,
    -- The destination's local part without `+…` where it lies in the same domain: what warnings and the
    -- guard follow.
    target text,
    search text not null,
    -- Whether it should exist (1) or is to be removed (0).
    wanted bigint not null,
    -- `new`: dimail has nothing of it. `present`: dimail has it. `absent`: dimail is not known to have it,
    -- though it may.
    known text not null check (known in ('new', 'present', 'absent')),
    -- What people see; follows from the two and the refusal.
    status text not null check (status in ('pending', 'enabled', 'removing', 'failed')),
    -- Why it was refused or given up, or why its removal was refused.
    reason text,
    -- The highest guard that the person passed who last asked for it, as of mailboxes.
    cleared bigint not null default 0,
    -- Whether it is added again because dimail lost it.
    is_pushed bigint not null default 0,
    created_at bigint not null,
    unique (domain_id, local_part, destination_key)
);
-- The aliases that lead to a mailbox, in order.
create index aliases_leading on aliases (domain_id, target, local_part) where target is not null;

-- Differences from dimail that people decided to leave as they are.
create table ignored_differences (
    domain_id text not null references domains (id) on delete cascade,
    -- The key of the difference: another one of the same object has another key.
    line text not null,
    reason text not null,
    actor_name text not null,
    ignored_at bigint not null,
    primary key (domain_id, line)
);

-- Domains, mailboxes and aliases that may need a step at dimail: at most one row for each, until nothing is
-- left to do. The job of a domain that dimail has accepted stays: it is the clock of its checks.
create table jobs (
    id text primary key,
    domain_id text not null references domains (id) on delete cascade,
    kind text not null check (kind in ('domain', 'mailbox', 'alias')),
    -- The id of a mailbox, the local part of an alias; empty for the domain itself.
    object text not null,
    -- What is claimed apart: checks wait for name servers, and those that had no result go last.
    lane text not null check (lane in ('changes', 'checks', 'repeated_checks')),
    -- When it may be claimed; of a claimed one the end of its lease; null while it waits for its domain,
    -- so that the index of the claim holds only rows that may run. One that waits is due all the same when its
    -- object is to be observed because no call can act any longer.
    due_at bigint,
    waits_for text check (waits_for in ('enabled', 'reopened')),
    -- Whether dimail is asked for the present state before anything else.
    must_observe bigint not null default 0,
    -- The claim under which a process works on it, and that process.
    claim text,
    holder text,
    attempts bigint not null default 0,
    first_attempt_at bigint,
    last_attempt_at bigint,
    trouble text,
    created_at bigint not null,
    unique (domain_id, kind, object)
);
create index jobs_due on jobs (lane, due_at, id) where due_at is not null;
create index jobs_parked on jobs (domain_id, waits_for, id) where waits_for is not null;
create index jobs_held on jobs (holder) where holder is not null;
-- What staff sees: faults of the installation, and what had no answer.
create index jobs_at_fault on jobs (id) where lane = 'changes' and trouble like '%"installation"%';
create index jobs_in_trouble on jobs (id)
    where lane = 'changes' and trouble is not null and trouble not like '%"installation"%';
-- The domains whose parked jobs are being released after a change of their status.
create index domains_releasing on domains (id) where releasing = 1;

-- Calls that change something at dimail, from before they are sent until their effect is known. dimail
-- carries out calls that its clients gave up: as long as a row is here, its call may act.
create table sent_calls (
    id text primary key,
    job_id text not null references jobs (id) on delete cascade,
    -- What was sent, as JSON.
    call text not null,
    -- The display name that it gives to a mailbox, in comparable form: it is reserved, as those of mailboxes.
    display_key text,
    sent_at bigint not null
);
create index sent_calls_names on sent_calls (display_key) where display_key is not null;
create index sent_calls_job on sent_calls (job_id);

-- What people asked of domains, mailboxes and aliases, and what became of it.
create table changes (
    -- Sorts by time, as the keys of emails do: the operations page has both in one list.
    id text not null unique,
    domain_id text not null references domains (id) on delete cascade,
    -- The number of its journal line.
    sequence bigint not null,
    object_kind text not null check (object_kind in ('domain', 'mailbox', 'alias')),
    object text not null,
    -- The address it is about; it stays when the object goes.
    subject text not null,
    kind text not null check (kind in ('create_domain', 'create_mailbox', 'rename_mailbox', 'disable_mailbox',
        'enable_mailbox', 'delete_mailbox', 'keep_mailbox', 'add_destination', 'remove_destination',
        'delete_alias')),
    destination text,
    actor_name text not null,
    asked_at bigint not null,
    outcome text not null check (outcome in ('waiting', 'done', 'refused', 'replaced', 'given_up', 'cancelled')),
    reason text,
    -- Whether the person who asked was told of the refusal in the answer to the form.
    told bigint not null default 0,
    -- Whether it is to be shown as something to deal with: it waits, or it was refused or given up, the
    -- person was not told of it in the answer, and nothing else was asked since of the same.
    open bigint not null default 1,
    finished_at bigint,
    primary key (domain_id, sequence)
);
create index changes_object on changes (domain_id, object_kind, object, sequence);
create index changes_open on changes (domain_id, id) where open = 1;
create index changes_ended on changes (domain_id, id) where open = 0;
create index changes_given_up on changes (id) where open = 1 and outcome = 'given_up';
create index changes_waiting on changes (outcome, asked_at) where outcome = 'waiting';
create index changes_finished on changes (finished_at) where finished_at is not null;

-- What the processes of this database share to protect dimail: how many calls all of them together
-- may have in flight, and until when background calls pause. One row at most.
create table dimail_limit (
    id bigint primary key,
    calls bigint not null,
    paused_until bigint not null
);

-- The processes between which the limit is divided, and when each was last seen.
create table dimail_clients (
    id text primary key,
    seen_at bigint not null
);

-- Actions on several mailboxes at once.
create table bulk_actions (
    id text primary key,
    domain_id text not null references domains (id) on delete cascade,
    action text not null check (action in ('disable', 'enable', 'login-link')),
    actor_name text not null,
    created_at bigint not null
);
create index bulk_actions_domain on bulk_actions (domain_id, id);
create index bulk_actions_created on bulk_actions (created_at);

-- One line for each chosen mailbox. Its outcome is read from its change or its email; the address
-- stays when the mailbox goes.
create table bulk_lines (
    bulk_id text not null references bulk_actions (id) on delete cascade,
    position bigint not null,
    address text not null,
    -- The number of its change.
    change bigint,
    email_id text,
    -- Why nothing was asked for.
    not_requested text,
    primary key (bulk_id, position)
);
create index bulk_lines_change on bulk_lines (change) where change is not null;
create index bulk_lines_email on bulk_lines (email_id) where email_id is not null;

-- Emails that the portal sends.

create table emails (
    id text primary key,
    domain_id text references domains (id) on delete cascade,
    -- No references: the email outlives its mailbox or invitation, to be withdrawn.
    mailbox_id text,
    invitation_id text,
    -- Of those to the user of a mailbox, which are counted by kind.
    kind text check (kind in ('new_mailbox', 'login_link', 'new_password', 'secondary_changed')),
    -- The name of the person who caused it; null if the portal did, or a person without an account.
    actor_name text,
    recipient text not null,
    language text not null,
    content text not null,
    -- Held: it waited in a database that was restored from a backup, and may have left already.
    state text not null check (state in ('waiting', 'held', 'sent', 'given_up', 'withdrawn')),
    attempts bigint not null default 0,
    trouble text,
    -- Why it was given up.
    given_up text check (given_up in ('recipient', 'dimail', 'silence', 'server')),
    created_at bigint not null,
    -- Null while it waits because its mailbox is to become inactive or to be deleted.
    due_at bigint,
    -- The attempts since the portal, or the server that did not answer, came back: after how many, and
    -- how long after the first of them, the email is given up.
    tries bigint not null default 0,
    first_attempt_at bigint,
    last_attempt_at bigint,
    -- Whether the last attempt had no answer at all.
    was_away bigint not null default 0,
    -- When the SMTP server last refused its recipient.
    refused_at bigint,
    lease_holder text,
    lease_until bigint,
    finished_at bigint
);
-- Those for which dimail is asked are claimed apart from the others.
create index emails_due_passwords on emails (due_at, id) where state = 'waiting' and kind = 'new_password';
create index emails_due_others on emails (due_at, id)
    where state = 'waiting' and (kind is null or kind <> 'new_password');
create index emails_domain on emails (domain_id);
create index emails_invitation on emails (invitation_id, id);
-- The last email to the user of a mailbox.
create index emails_holder on emails (domain_id, mailbox_id, id) where mailbox_id is not null;
-- Those that did not leave, and those that ended, on the operations page of their domain.
create index emails_open on emails (domain_id, id)
    where state in ('waiting', 'held', 'given_up') and (trouble is not null or state = 'held');
create index emails_ended on emails (domain_id, id) where state in ('sent', 'withdrawn', 'given_up');
-- For monitoring and staff, over all domains.
create index emails_given_up on emails (id) where state = 'given_up';
create index emails_in_trouble on emails (id) where state = 'waiting' and trouble is not null;
create index emails_finished on emails (finished_at) where finished_at is not null;
-- Those that are released when the SMTP server takes emails again.
create index emails_refused on emails (id) where state = 'waiting' and refused_at is not null;

-- Those whose fate an operator decides.
create index emails_held on emails (id) where state = 'held';

-- What identifies this database among its copies, as the portal saw it at its last start. One row.
create table installation (
    id bigint primary key,
    place text not null,
    -- SQLite: as in the file beside the database, another one at each start.
    mark text
);

-- What the SMTP server last answered to recipients, over all processes: whether its refusals are about
-- a recipient or about the installation. One row at most.
create table smtp_answers (
    id bigint primary key,
    -- When it last took an email.
    accepted_at bigint,
    -- When it last refused a recipient since then, the domain of that recipient, and its words.
    refused_at bigint,
    refused_domain text,
    detail text,
    -- Since when it refuses recipients in several domains.
    fault_since bigint
);

-- Requests for a login link without an account: stored at once, answered a moment later, so that the
-- answer takes as long for every address.
create table first_accesses (
    id text primary key,
    address text not null
);

-- The journal of each domain.

create table journal (
    -- No reference: the lines outlive their domain.
    domain_id text not null,
    sequence bigint not null,
    at bigint not null,
    actor_id text,
    actor_name text not null,
    actor_email text not null,
    as_staff bigint not null,
    -- The address of the client, `command`, or null for the portal's own work.
    origin text,
    event text not null,
    mailbox_id text,
    -- What the list is filtered and searched by: the verb of the event; what it is about; whose it is, an
    -- address in lower case, `command` or `portal`; the folded words of object, person and values.
    kind text not null,
    subject text not null,
    person text not null,
    search text not null,
    -- SHA-256 over the hash of the line before and all columns of this line.
    hash text not null,
    primary key (domain_id, sequence)
);
-- The last lines about a mailbox.
create index journal_lines on journal (domain_id, mailbox_id, sequence) where mailbox_id is not null;
-- The list, and each of its filters, in the order of the list. The first decides filters within a period, too.
create index journal_at on journal (domain_id, at, sequence, person, kind);
create index journal_kind on journal (domain_id, kind, at, sequence);
create index journal_person on journal (domain_id, person, at, sequence);
create index journal_person_kind on journal (domain_id, person, kind, at, sequence);

-- The words of `journal.search`, the beginning of each as a number whose order is that of the alphabet: the
-- words that begin alike are a range on every database, whatever its collation.
create table journal_words (
    domain_id text not null,
    sequence bigint not null,
    word bigint not null,
    primary key (domain_id, sequence, word),
    foreign key (domain_id, sequence) references journal (domain_id, sequence) on delete cascade
);
create index journal_words_word on journal_words (domain_id, word, sequence);

-- The row that a health check writes, so that a database that cannot be written is noticed.

create table write_checks (
    id bigint primary key check (id = 1),
    written_at bigint not null
);
