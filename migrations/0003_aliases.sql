-- Aliases: one row for each pair of a local part and a destination, as dimail has them.

create table aliases (
    id text primary key,
    domain_id text not null references domains (id) on delete cascade,
    local_part text not null,
    destination text not null,
    -- Lower case, ASCII domain: dimail compares without regard to case.
    destination_key text not null,
    -- The destination's local part where it lies in the same domain: what warnings follow.
    target text,
    search text not null,
    -- pending, enabled, removing or failed; `before` is the status that a removal may return to.
    status text not null,
    before text,
    reason text,
    created_at bigint not null,
    unique (domain_id, local_part, destination_key)
);
create index aliases_target on aliases (domain_id, target) where target is not null;

-- How many local parts have an alias, kept like `mailboxes`.
alter table domains add column aliases bigint not null default 0;

-- The pair that an order is about; of an order that deletes a whole alias, one of its pairs.
alter table orders add column alias_id text references aliases (id) on delete cascade;
create index orders_alias on orders (alias_id);
