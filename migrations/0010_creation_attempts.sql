-- Calls that create a mailbox, from before they are sent until they are answered with a status. dimail
-- carries out what its clients have given up: as long as a row is here, its call may still act.
create table creation_attempts (
    id text primary key,
    mailbox_id text not null references mailboxes (id) on delete cascade,
    -- What was sent.
    first_name text not null,
    last_name text not null,
    sent_at bigint not null
);
create index creation_attempts_mailbox on creation_attempts (mailbox_id);
