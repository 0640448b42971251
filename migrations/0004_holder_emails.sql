-- Emails to the holder of a mailbox: counted by kind, and why one was given up.
alter table emails add column kind text;
-- recipient, dimail or silence.
alter table emails add column given_up text;
-- So far only the confirmation email was about a mailbox.
update emails set kind = 'new_mailbox' where mailbox_id is not null;

-- While a new password is asked of dimail for a sheet, nobody asks for another one.
alter table mailboxes add column reset_until bigint;

-- Who asked for a way into a mailbox without an account: a row at once, its email a moment later,
-- so that the answer takes as long for every address. Kept as long as the limit counts it.
create table first_accesses (
    id text primary key,
    origin text not null,
    address text not null,
    asked_at bigint not null,
    taken bigint not null default 0
);
create index first_accesses_origin on first_accesses (origin, asked_at);
create index first_accesses_waiting on first_accesses (id) where taken = 0;
