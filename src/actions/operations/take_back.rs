//! Takes back a change that waits: the opposite is wanted from now on.

use crate::actions::aliases::add::To;
use crate::actions::aliases::remove::Removed;
use crate::actions::mailboxes::edit::Edited;
use crate::actions::mailboxes::lifecycle::MailboxChanged;
use crate::actions::operations::{Target, target};
use crate::actions::{App, Result, aliases, mailboxes};
use crate::model::address::LocalPart;
use crate::model::alias::AliasFields;
use crate::model::change::{ChangeKind, ChangeOutcome, ChangeView, Object};
use crate::model::change_options::Opposite;
use crate::model::reason::Reason;
use crate::model::refusal::{Refusal, Why};
use crate::model::role::{FollowChanges, ManageAliases, ManageMailboxes, Right};
use crate::model::wanted::Wants;
use crate::store::{Allowed, Fault};

/// The result of taking back a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TakenBack {
    /// It is taken back.
    Done,
    /// It is stored; dimail has not answered yet.
    UnderWay,
    /// It is stored, and dimail may have carried out before what is taken back.
    Undone {
        /// What that wanted.
        wanted: Wants,
        /// The mailbox.
        address: String,
    },
    /// dimail refused.
    Refused(Reason),
}

/// Stores the opposite of a change that waits.
pub(crate) async fn take_back(app: &App, by: &Allowed<FollowChanges>, sequence: i64) -> Result<TakenBack> {
    let (change, target) = target(app, by, sequence).await?;
    if change.outcome != ChangeOutcome::Waiting {
        return Err(Refusal::Conflict(Why::CannotTakeBack).into());
    }
    match target {
        Target::Mailbox(by, part) => Box::pin(of_mailbox(app, by, part, &change)).await,
        Target::Alias(by, part) => of_alias(app, &by, &part, &change).await,
    }
}

async fn of_mailbox(
    app: &App,
    by: Allowed<ManageMailboxes>,
    part: LocalPart,
    change: &ChangeView,
) -> Result<TakenBack> {
    let Some(Opposite::State(opposite)) = Opposite::of(change.kind) else {
        let tended = by.also().and_then(|by| by.tend(part)).ok_or(Refusal::Forbidden(Why::Role))?;
        return Ok(match mailboxes::edit::take_back(app, &tended, change.sequence).await? {
            Edited::UnderWay => TakenBack::UnderWay,
            Edited::Done | Edited::Corrected | Edited::Unchanged => TakenBack::Done,
        });
    };
    let changed = mailboxes::lifecycle::take_back(app, &by, &part, (change.sequence, opposite)).await?;
    Ok(match changed {
        MailboxChanged::Done | MailboxChanged::AlreadyDone | MailboxChanged::Withdrawn(_) => TakenBack::Done,
        MailboxChanged::UnderWay => TakenBack::UnderWay,
        MailboxChanged::Undone(wanted) => TakenBack::Undone { wanted, address: change.subject.clone() },
        MailboxChanged::Refused(reason) => TakenBack::Refused(reason),
    })
}

async fn of_alias(app: &App, by: &Allowed<ManageAliases>, part: &LocalPart, change: &ChangeView) -> Result<TakenBack> {
    if let (ChangeKind::AddDestination, Some(added)) = (change.kind, &change.destination) {
        return Ok(match aliases::remove::take_back(app, by, (part, added), change.sequence).await? {
            Removed::Gone { .. } => TakenBack::Done,
            Removed::UnderWay => TakenBack::UnderWay,
            Removed::Kept(reason) => TakenBack::Refused(reason),
        });
    }
    let destinations = destinations(app, by, part, change).await?;
    let back = AliasFields { local_part: part.to_string(), destinations };
    let added = aliases::add::add(app, by, &back, To::TakingBack(change.sequence)).await?;
    Ok(match added.refused.into_iter().next() {
        Some((_, _, reason)) => TakenBack::Refused(reason),
        None if added.wait.is_empty() => TakenBack::Done,
        None => TakenBack::UnderWay,
    })
}

/// The destinations that a change of an alias is about.
async fn destinations<R: Right>(
    app: &App,
    by: &Allowed<R>,
    part: &LocalPart,
    change: &ChangeView,
) -> Result<Vec<String>, Fault> {
    match &change.destination {
        Some(destination) => Ok(vec![destination.clone()]),
        None => removed_with_alias(app, by, part).await,
    }
}

/// Whether an alias may have the destinations of a change (again): what was removed from a guarded address may lead
/// where emails to it may not go any longer.
pub(crate) async fn may_lead_there(
    app: &App,
    by: &Allowed<FollowChanges>,
    part: &LocalPart,
    change: &ChangeView,
) -> Result<bool, Fault> {
    let guard = app.store.guard(by, part).await?;
    for destination in destinations(app, by, part, change).await? {
        if app.store.leads_elsewhere(by, guard, &destination).await? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The destinations that a deletion of the whole alias removes: all but those that were removed one by one.
async fn removed_with_alias<R: Right>(app: &App, by: &Allowed<R>, part: &LocalPart) -> Result<Vec<String>, Fault> {
    let changes = app.store.changes_of(by, &Object::Alias(part.clone())).await?;
    let pairs = app.store.destinations(by, part).await?;
    let is_alone = |destination: &str| {
        let removals = changes.iter().filter(|change| change.kind == ChangeKind::RemoveDestination);
        removals.filter_map(|change| change.destination.as_deref()).any(|removed| removed == destination)
    };
    let removed = pairs.iter().filter(|pair| !pair.wanted).map(|pair| pair.destination.as_str());
    Ok(removed.filter(|destination| !is_alone(destination)).map(str::to_owned).collect())
}
