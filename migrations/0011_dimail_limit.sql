-- What the processes of this database share to protect dimail: how many calls all of them together may
-- have in flight, and until when background calls pause. One row at most.
create table dimail_limit (
    id bigint primary key,
    calls bigint not null,
    paused_until bigint not null
);

-- The processes between which the limit is divided, and when each was seen last.
create table dimail_clients (
    id text primary key,
    seen_at bigint not null
);
