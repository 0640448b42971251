-- Collaborators: invitations, and what ties emails and sessions to people.

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

-- The links of an invitation, each as a hash. An email that left twice carries two; both work.
create table invitation_links (
    token_hash text primary key,
    invitation_id text not null references invitations (id) on delete cascade,
    created_at bigint not null
);
create index invitation_links_invitation on invitation_links (invitation_id);

-- No reference: the email outlives its invitation, to be withdrawn.
alter table emails add column invitation_id text;

-- What the limits on invitations count: it stays when the domain or the email goes.
create table invites (
    id text primary key,
    sender_id text not null,
    domain_name text not null,
    sent_at bigint not null
);
create index invites_sender on invites (sender_id, sent_at);
create index invites_domain on invites (domain_name, sent_at);

create index emails_invitation on emails (invitation_id);

-- Part of what a session is bound to: counting it up ends all sessions of an account.
alter table users add column session_epoch bigint not null default 0;
