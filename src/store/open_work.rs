//! Which emails of a domain are to be dealt with, and how many changes and emails are.

/// Rows are counted up to one more than the number that pages show.
pub(crate) const COUNTED: i64 = 1_001;

/// Whether a later email took the place of this one: with access to the same mailbox, or of the same
/// invitation.
macro_rules! replaced {
    () => {
        "(exists (select 1 from emails as later where later.domain_id = emails.domain_id \
         and later.mailbox_id = emails.mailbox_id and later.id > emails.id \
         and later.kind in ('new_mailbox', 'login_link', 'new_password')) \
         or exists (select 1 from emails as later where later.invitation_id = emails.invitation_id \
         and later.id > emails.id))"
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
