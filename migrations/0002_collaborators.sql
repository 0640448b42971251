-- Collaborators: invitations, and what ties letters and sessions to people.

create table invitations (
    id text primary key,
    domain_id text not null references domains (id) on delete cascade,
    email text not null,
    email_key text not null,
    role text not null,
    inviter_id text not null references users (id) on delete cascade,
    created_at bigint not null,
    expires_at bigint not null,
    unique (domain_id, email_key)
);
create index invitations_email on invitations (email_key);
create index invitations_inviter on invitations (inviter_id);

-- The links of an invitation, each as a hash. A letter that left twice carries two; both work.
create table invitation_links (
    token_hash text primary key,
    invitation_id text not null references invitations (id) on delete cascade,
    created_at bigint not null
);
create index invitation_links_invitation on invitation_links (invitation_id);

-- No reference: the letter outlives its invitation, to be withdrawn.
alter table letters add column invitation_id text;
-- Who caused it, and whether it counts as an invitation, for the limits.
alter table letters add column sender_id text;
alter table letters add column invites bigint not null default 0;
create index letters_sender on letters (sender_id, created_at);
create index letters_invitation on letters (invitation_id);

-- Part of what a session is bound to: counting it up ends all sessions of an account.
alter table users add column session_epoch bigint not null default 0;
