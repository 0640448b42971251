//! How an attempt to change or delete a mailbox at dimail ends.

use crate::actions::App;
use crate::actions::sync::observe::user_is_left;
use crate::actions::sync::retry::Later;
use crate::model::reason::Reason;
use crate::store::MailboxInDomain;

/// The result of an attempt to change a mailbox, before it is recorded.
pub(crate) enum ChangeResult {
    /// dimail has made the change.
    Done,
    /// dimail refused.
    Refused(Reason),
    /// The result is unknown, or the change was not made.
    Later(Later),
}

/// Handles dimail's answer that a mailbox is deleted: done, unless its Open-XChange user still exists.
pub(crate) async fn deleted(app: &App, target: &MailboxInDomain) -> ChangeResult {
    match user_is_left(app, &target.domain.name, &target.mailbox).await {
        Ok(true) => ChangeResult::Refused(Reason::UserLeft),
        Ok(false) => ChangeResult::Done,
        Err(failure) => ChangeResult::Later(Later::after(&failure, true)),
    }
}
