-- The whole foundation, in the one text that SQLite and PostgreSQL both read:
-- text and bigint only, dates in microseconds since 1970, keys as UUIDv7 in text.

create table users (
    id text primary key,
    email text not null,
    email_key text not null unique,
    name text not null,
    password_hash text,
    is_staff bigint not null default 0,
    language text,
    created_at bigint not null,
    disabled_at bigint,
    last_sign_in_at bigint
);

create table sessions (
    -- A hash of the identifier in the cookie: who reads the table can't take a session over.
    id_hash text primary key,
    data text not null,
    created_at bigint not null,
    used_at bigint not null
);
create index sessions_used_at on sessions (used_at);

create table domains (
    id text primary key,
    name text not null unique,
    search text not null,
    support_email text not null,
    status text not null,
    status_since bigint not null,
    context text,
    created_at bigint not null,
    accepted_at bigint,
    refusal text,
    first_enabled_at bigint,
    disabled_reason text,
    -- The checks: the last report as JSON, the expected records as JSON, and their dates.
    report text,
    checked_at bigint,
    records text,
    records_at bigint,
    bad_since bigint,
    check_asked_at bigint,
    -- Counts the changes: the domain's lock, and the number of its journal lines.
    sequence bigint not null default 0,
    -- Kept with each mailbox that comes and goes: totals must not be counted on each page.
    mailboxes bigint not null default 0
);
create index domains_status on domains (status, id);
create index domains_mailboxes on domains (mailboxes, id);

-- The names that dimail accepted from this portal, also after their domain was removed here.
create table accepted_names (
    name text primary key,
    accepted_at bigint not null
);

create table members (
    id text primary key,
    domain_id text not null references domains (id) on delete cascade,
    user_id text not null references users (id) on delete cascade,
    role text not null,
    created_at bigint not null,
    unique (domain_id, user_id)
);
create index members_user_id on members (user_id);

create table mailboxes (
    id text primary key,
    domain_id text not null references domains (id) on delete cascade,
    local_part text not null,
    first_name text not null,
    last_name text not null,
    -- Open-XChange wants display names unique; compared in lower case.
    display_key text not null,
    name_key text not null,
    search text not null,
    secondary_email text,
    -- Apart from `search`: only those who may see secondary addresses search in them.
    secondary_search text not null default '',
    status text not null,
    reason text,
    to_hand_over bigint not null default 0,
    -- The language of the emails to its holder, who has no account: that of who asked for it.
    language text not null,
    version bigint not null default 1,
    created_at bigint not null,
    unique (domain_id, local_part),
    unique (domain_id, display_key)
);
create index mailboxes_created on mailboxes (domain_id, id);
create index mailboxes_name on mailboxes (domain_id, name_key, id);
create index mailboxes_status on mailboxes (domain_id, status, id);

create table orders (
    id text primary key,
    domain_id text not null references domains (id) on delete cascade,
    mailbox_id text references mailboxes (id) on delete cascade,
    kind text not null,
    -- open, done or refused.
    state text not null,
    in_doubt bigint not null default 0,
    attempts bigint not null default 0,
    first_attempt_at bigint,
    last_attempt_at bigint,
    trouble text,
    created_at bigint not null,
    due_at bigint not null,
    lease_holder text,
    lease_until bigint,
    finished_at bigint
);
create index orders_due on orders (due_at, id) where state = 'open';
create index orders_domain on orders (domain_id, state, kind);
create index orders_mailbox on orders (mailbox_id);

create table emails (
    id text primary key,
    domain_id text references domains (id) on delete cascade,
    -- No reference: the email outlives its mailbox, to be withdrawn in words.
    mailbox_id text,
    recipient text not null,
    language text not null,
    content text not null,
    -- waiting, sent, given_up or withdrawn.
    state text not null,
    attempts bigint not null default 0,
    trouble text,
    created_at bigint not null,
    due_at bigint not null,
    lease_holder text,
    lease_until bigint,
    finished_at bigint
);
create index emails_due on emails (due_at, id) where state = 'waiting';
create index emails_mailbox on emails (mailbox_id);
create index emails_domain on emails (domain_id);

create table journal (
    domain_id text not null references domains (id) on delete cascade,
    sequence bigint not null,
    at bigint not null,
    actor_id text,
    actor_name text not null,
    actor_email text not null,
    as_staff bigint not null,
    event text not null,
    mailbox_id text,
    -- SHA-256 over the hash of the line before and this line.
    hash text not null,
    primary key (domain_id, sequence)
);
create index journal_mailbox on journal (mailbox_id);
