//! Which emails of a domain are to be dealt with, and how many changes and emails are.

/// Rows are counted up to one more than the number that pages show.
pub(crate) const COUNTED: i64 = 1_001;

/// Whether nothing is to be done any longer about an email that did not leave: a later one took its place, with
/// access to the same mailbox or of the same invitation, that mailbox or invitation is gone, or it told an address
/// that it is no longer used.
macro_rules! replaced {
    () => {
        "(coalesce(emails.kind, '') = 'secondary_changed' \
         or exists (select 1 from emails as later where later.domain_id = emails.domain_id \
         and later.mailbox_id = emails.mailbox_id and later.id > emails.id \
         and later.kind in ('new_mailbox', 'login_link', 'new_password')) \
         or exists (select 1 from emails as later where later.invitation_id = emails.invitation_id \
         and later.id > emails.id) \
         or (emails.mailbox_id is not null \
         and not exists (select 1 from mailboxes as there where there.id = emails.mailbox_id)) \
         or (emails.invitation_id is not null \
         and not exists (select 1 from invitations as there where there.id = emails.invitation_id)))"
    };
}

pub(super) use replaced;

/// The emails that are to be dealt with.
macro_rules! open_emails {
    () => {
        concat!(
            "emails.state in ('waiting', 'held', 'given_up') and (emails.trouble is not null \
             or emails.state = 'held') and not (emails.state = 'given_up' and ",
            replaced!(),
            ")"
        )
    };
}
pub(super) use open_emails;

/// How many changes and emails of a domain are to be dealt with, up to a limit each: two ranges of an index.
pub(super) const COUNTS: &str = concat!(
    "(select count(*) from (select 1 as n from changes where changes.domain_id = domains.id and changes.open = 1 \
     limit 1001) as found) + (select count(*) from (select 1 as n from emails \
     where emails.domain_id = domains.id and ",
    open_emails!(),
    " limit 1001) as found) as pending_work"
);
