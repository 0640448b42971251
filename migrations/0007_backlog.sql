-- What is counted for the figures of monitoring must be found without a look at every row.

create index mailboxes_failed on mailboxes (status) where status = 'failed';
create index emails_given_up on emails (state) where state = 'given_up';
