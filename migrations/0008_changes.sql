-- Changes of mailboxes that dimail has, and operations on several of them at once.

-- Why an order ended without being carried out, as JSON.
alter table orders add column refusal text;

-- The names and the secondary address that wait for dimail, as JSON, and the display name that
-- nobody else may take meanwhile.
alter table mailboxes add column wanted text;
alter table mailboxes add column wanted_key text;
create unique index mailboxes_wanted on mailboxes (domain_id, wanted_key);

create table operations (
    id text primary key,
    domain_id text not null references domains (id) on delete cascade,
    -- disable, enable or login-link.
    action text not null,
    actor_name text not null,
    created_at bigint not null
);
create index operations_domain on operations (domain_id, id);

-- One line for each chosen mailbox. What became of it is read from its order or its email; the
-- address stays when the mailbox goes.
create table operation_lines (
    operation_id text not null references operations (id) on delete cascade,
    position bigint not null,
    address text not null,
    order_id text,
    email_id text,
    -- Why nothing was asked for, as a word.
    hindrance text,
    primary key (operation_id, position)
);
create index orders_mailbox_state on orders (mailbox_id, state);
