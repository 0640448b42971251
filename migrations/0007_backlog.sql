-- What is counted for the figures of monitoring must be found without a look at every row.

create index mailboxes_failed on mailboxes (status) where status = 'failed';
create index letters_given_up on letters (state) where state = 'given_up';
