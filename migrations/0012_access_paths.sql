-- What pages ask for is found without a look at everything that a domain has.

-- The mailboxes of one status by address and by name; by age, `mailboxes_status` has them.
create index mailboxes_status_part on mailboxes (domain_id, status, local_part, id);
create index mailboxes_status_name on mailboxes (domain_id, status, name_key, id);

-- The emails that did not leave, on the page of their domain.
create index emails_stuck on emails (domain_id, id)
    where mailbox_id is null and trouble is not null and state in ('waiting', 'given_up');
-- The last email to the holder of a mailbox.
create index emails_holder on emails (domain_id, mailbox_id, id) where mailbox_id is not null;
drop index emails_mailbox;

-- The last lines about a mailbox.
create index journal_lines on journal (domain_id, mailbox_id, sequence) where mailbox_id is not null;
drop index journal_mailbox;

-- The aliases that lead to a mailbox, in order.
create index aliases_leading on aliases (domain_id, target, local_part) where target is not null;
drop index aliases_target;
