-- What a person does for their own account: passwords that are tried, forgotten and changed.

-- Passwords that were tested, and emails that were asked for, by whom for what: hashes, of which
-- nobody needs to know more than whether two are the same. It forgets after an hour.
create table attempts (
    id text primary key,
    -- password or reset.
    kind text not null,
    address_hash text not null,
    origin_hash text not null,
    at bigint not null,
    -- A password: testing, then wrong; the row of a right one goes. An email: asked.
    state text not null
);
create index attempts_origin on attempts (kind, origin_hash, at);
create index attempts_address on attempts (kind, address_hash, at);

-- Whoever counts the attempts of an origin holds its row: parallel attempts are counted one after
-- the other on both databases.
create table origins (
    origin_hash text primary key,
    seen_at bigint not null
);

-- Links to choose a new password, each as a hash. An email that left twice carries two; the first
-- that is used ends all of its account.
create table reset_links (
    token_hash text primary key,
    user_id text not null references users (id) on delete cascade,
    created_at bigint not null
);
create index reset_links_user on reset_links (user_id);

-- What was asked for before this moment is answered: an email on its way is withdrawn.
alter table users add column password_set_at bigint;
