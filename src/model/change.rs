//! Decides which changes of a mailbox are possible, from its status and the order that waits for it.

use super::mailbox::MailboxStatus;
use super::order::OrderKind;
use super::refusal::{Refusal, Why};

/// A change that people request for a mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Change the names and the secondary address.
    Edit,
    /// Make it inactive.
    Disable,
    /// Make it active again.
    Enable,
    /// Delete it.
    Delete,
}

/// How a verb is carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Course {
    /// Ask dimail.
    Ask,
    /// Change it only in the portal: dimail does not know it yet.
    Here,
    /// Withdraw the opposite order, which waits and was not carried out.
    Withdraw,
    /// Nothing to store: the same order waits already.
    Asked,
    /// Nothing to do: the mailbox is in this state already.
    Already,
}

const NOT_CREATED: Refusal = Refusal::Conflict(Why::MailboxNotCreated);
const UNDER_WAY: Refusal = Refusal::Conflict(Why::MailboxUnderWay);

/// How `verb` is carried out on a mailbox in `status` while the order `open` waits for dimail.
///
/// # Errors
/// Returns why the state does not allow it.
pub fn course(verb: Verb, status: MailboxStatus, open: Option<OrderKind>) -> Result<Course, Refusal> {
    use MailboxStatus::{Disabled, Enabled, Failed, Pending};
    use OrderKind::{DeleteMailbox, DisableMailbox, EnableMailbox, RenameMailbox};
    match (verb, status, open) {
        // A deletion or a cancelled creation waits: enabling the mailbox withdraws it.
        (Verb::Enable, _, Some(DeleteMailbox)) => Ok(Course::Withdraw),
        (Verb::Delete, _, Some(DeleteMailbox)) => Ok(Course::Asked),
        (Verb::Edit, Pending | Failed, Some(DeleteMailbox)) => Err(UNDER_WAY),
        (Verb::Edit | Verb::Delete, Pending | Failed, _) | (Verb::Edit, Disabled, None) => Ok(Course::Here),
        (_, Pending | Failed, _) => Err(NOT_CREATED),
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
        _ => Err(UNDER_WAY),
    }
}

#[cfg(test)]
mod tests {
    use super::{Course, NOT_CREATED, UNDER_WAY, Verb, course};
    use crate::model::mailbox::MailboxStatus::{self, Disabled, Enabled, Failed, Pending};
    use crate::model::order::OrderKind::{
        self, CreateMailbox, DeleteMailbox, DisableMailbox, EnableMailbox, RenameMailbox,
    };
    use crate::model::refusal::Refusal;

    fn all(status: MailboxStatus, open: Option<OrderKind>) -> [Result<Course, Refusal>; 4] {
        [Verb::Edit, Verb::Disable, Verb::Enable, Verb::Delete].map(|verb| course(verb, status, open))
    }

    #[test]
    fn what_dimail_does_not_have_is_changed_here() {
        for status in [Pending, Failed] {
            let expected = [Ok(Course::Here), Err(NOT_CREATED), Err(NOT_CREATED), Ok(Course::Here)];
            assert_eq!(all(status, Some(CreateMailbox)), expected);
            let cancelled = [Err(UNDER_WAY), Err(NOT_CREATED), Ok(Course::Withdraw), Ok(Course::Asked)];
            assert_eq!(all(status, Some(DeleteMailbox)), cancelled);
        }
    }

    #[test]
    fn what_dimail_has_is_changed_there() {
        let (busy, ask, here) = (|| Err(UNDER_WAY), || Ok(Course::Ask), || Ok(Course::Here));
        assert_eq!(all(Enabled, None), [ask(), ask(), Ok(Course::Already), ask()]);
        assert_eq!(all(Disabled, None), [here(), Ok(Course::Already), ask(), ask()]);
        assert_eq!(all(Enabled, Some(RenameMailbox)), [ask(), busy(), busy(), ask()]);
        assert_eq!(all(Enabled, Some(DisableMailbox)), [busy(), Ok(Course::Asked), Ok(Course::Withdraw), ask()]);
        assert_eq!(all(Disabled, Some(EnableMailbox)), [busy(), Ok(Course::Withdraw), Ok(Course::Asked), ask()]);
        assert_eq!(all(Enabled, Some(DeleteMailbox)), [busy(), busy(), Ok(Course::Withdraw), Ok(Course::Asked)]);
        assert_eq!(all(Disabled, Some(DeleteMailbox)), [busy(), busy(), Ok(Course::Withdraw), Ok(Course::Asked)]);
    }
}
