//! What is done with a change where it is listed. What it may be, and how, is decided by the actions on its
//! mailbox or alias.

pub(crate) mod retry;
pub(crate) mod take_back;

use crate::actions::{App, Result};
use crate::model::address::LocalPart;
use crate::model::change::{ChangeKind, ChangeView, Object};
use crate::model::refusal::{Refusal, Why};
use crate::model::role::{FollowChanges, ManageAliases, ManageMailboxes};
use crate::store::Allowed;

/// The object of a change, with the right to change it.
enum Target {
    Mailbox(Allowed<ManageMailboxes>, LocalPart),
    Alias(Allowed<ManageAliases>, LocalPart),
}

/// A change of a domain and its object, if the person may change that.
async fn target(app: &App, by: &Allowed<FollowChanges>, sequence: i64) -> Result<(ChangeView, Target)> {
    let change = app.store.change(by, sequence).await?.ok_or(Refusal::NotFound)?;
    let role = || Refusal::Forbidden(Why::Role);
    let part = change.subject.split('@').next().and_then(|part| LocalPart::parse(part).ok());
    if change.object == Object::Domain {
        return Err(Refusal::Conflict(Why::NothingToRetry).into());
    }
    let part = part.ok_or(Refusal::NotFound)?;
    // Asked before the outcome of the change is told. Names may be changed at a guarded address.
    if change.kind != ChangeKind::RenameMailbox && app.store.guard(by, &part).await? > by.passes() {
        return Err(Refusal::Forbidden(by.passes().why(by.domain().id)).into());
    }
    let target = match change.object {
        Object::Alias(_) => Target::Alias(by.also().ok_or_else(role)?, part),
        _ => Target::Mailbox(by.also().ok_or_else(role)?, part),
    };
    Ok((change, target))
}
