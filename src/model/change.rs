//! What people may have done to a mailbox, and when: it follows from its status and from what is
//! under way.

use super::mailbox::MailboxStatus;
use super::order::OrderKind;

/// What people do to a mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Change names and secondary address.
    Edit,
    /// Make it inactive.
    Disable,
    /// Make it active again.
    Enable,
    /// Delete it.
    Delete,
}

/// What a verb comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Course {
    /// dimail is asked.
    Ask,
    /// Only the portal knows of it yet: nothing is asked of dimail.
    Here,
    /// The opposite is asked for and not done: that is withdrawn.
    Withdraw,
    /// It is asked for already.
    Asked,
    /// It is so already.
    Already,
}

/// Why the state of a mailbox forbids a verb.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hindrance {
    /// dimail is not known to have the mailbox.
    Unborn,
    /// Something else about it is under way.
    UnderWay,
}

/// What `verb` comes to on a mailbox in `status` while `open` waits for dimail.
///
/// # Errors
/// Why its state forbids it.
pub fn course(verb: Verb, status: MailboxStatus, open: Option<OrderKind>) -> Result<Course, Hindrance> {
    use MailboxStatus::{Disabled, Enabled, Failed, Pending};
    use OrderKind::{DeleteMailbox, DisableMailbox, EnableMailbox, RenameMailbox};
    match (verb, status, open) {
        // Deleting or a cancelled creation waits: enabling it withdraws that.
        (Verb::Enable, _, Some(DeleteMailbox)) => Ok(Course::Withdraw),
        (Verb::Delete, _, Some(DeleteMailbox)) => Ok(Course::Asked),
        (Verb::Edit, Pending | Failed, Some(DeleteMailbox)) => Err(Hindrance::UnderWay),
        (Verb::Edit | Verb::Delete, Pending | Failed, _) | (Verb::Edit, Disabled, None) => Ok(Course::Here),
        (_, Pending | Failed, _) => Err(Hindrance::Unborn),
        (Verb::Disable, Enabled, Some(DisableMailbox)) | (Verb::Enable, Disabled, Some(EnableMailbox)) => {
            Ok(Course::Asked)
        }
        (Verb::Disable, Disabled, Some(EnableMailbox)) | (Verb::Enable, Enabled, Some(DisableMailbox)) => {
            Ok(Course::Withdraw)
        }
        (Verb::Disable, Disabled, None) | (Verb::Enable, Enabled, None) => Ok(Course::Already),
        (Verb::Edit, Enabled, None | Some(RenameMailbox))
        | (Verb::Disable, Enabled, None)
        | (Verb::Enable, Disabled, None)
        | (Verb::Delete, ..) => Ok(Course::Ask),
        _ => Err(Hindrance::UnderWay),
    }
}

#[cfg(test)]
mod tests {
    use super::{Course, Hindrance, Verb, course};
    use crate::model::mailbox::MailboxStatus::{self, Disabled, Enabled, Failed, Pending};
    use crate::model::order::OrderKind::{
        self, CreateMailbox, DeleteMailbox, DisableMailbox, EnableMailbox, RenameMailbox,
    };

    fn all(status: MailboxStatus, open: Option<OrderKind>) -> [Result<Course, Hindrance>; 4] {
        [Verb::Edit, Verb::Disable, Verb::Enable, Verb::Delete].map(|verb| course(verb, status, open))
    }

    #[test]
    fn what_dimail_does_not_have_is_changed_here() {
        let unborn = Err(Hindrance::Unborn);
        for status in [Pending, Failed] {
            let expected = [Ok(Course::Here), unborn, unborn, Ok(Course::Here)];
            assert_eq!(all(status, Some(CreateMailbox)), expected);
            let cancelled = [Err(Hindrance::UnderWay), unborn, Ok(Course::Withdraw), Ok(Course::Asked)];
            assert_eq!(all(status, Some(DeleteMailbox)), cancelled);
        }
    }

    #[test]
    fn what_dimail_has_is_changed_there() {
        let busy = Err(Hindrance::UnderWay);
        let (ask, here) = (Ok(Course::Ask), Ok(Course::Here));
        assert_eq!(all(Enabled, None), [ask, ask, Ok(Course::Already), ask]);
        assert_eq!(all(Disabled, None), [here, Ok(Course::Already), ask, ask]);
        assert_eq!(all(Enabled, Some(RenameMailbox)), [ask, busy, busy, ask]);
        assert_eq!(all(Enabled, Some(DisableMailbox)), [busy, Ok(Course::Asked), Ok(Course::Withdraw), ask]);
        assert_eq!(all(Disabled, Some(EnableMailbox)), [busy, Ok(Course::Withdraw), Ok(Course::Asked), ask]);
        assert_eq!(all(Enabled, Some(DeleteMailbox)), [busy, busy, Ok(Course::Withdraw), Ok(Course::Asked)]);
        assert_eq!(all(Disabled, Some(DeleteMailbox)), [busy, busy, Ok(Course::Withdraw), Ok(Course::Asked)]);
    }
}
