//! Carries out a change now, or asks again for one that was refused or given up.

use crate::actions::aliases::add::To;
use crate::actions::mailboxes::lifecycle::Retried;
use crate::actions::operations::{Target, target};
use crate::actions::{App, Result, aliases, mailboxes};
use crate::model::alias::AliasFields;
use crate::model::change::{ChangeKind, ChangeOutcome};
use crate::model::refusal::{Refusal, Why};
use crate::model::role::FollowChanges;
use crate::store::Allowed;

/// Makes the work on the object of a change due now; of one that was refused or given up, asks for the same
/// again.
pub(crate) async fn retry(app: &App, by: &Allowed<FollowChanges>, sequence: i64) -> Result<Retried> {
    let (change, target) = target(app, by, sequence).await?;
    let nothing = || Refusal::Conflict(Why::NothingToRetry);
    // What was refused may be asked for again as long as nothing else was asked since.
    if !change.is_open {
        return Err(nothing().into());
    }
    let is_refused = match change.outcome {
        ChangeOutcome::Waiting => false,
        ChangeOutcome::Refused | ChangeOutcome::GivenUp => true,
        ChangeOutcome::Done | ChangeOutcome::Replaced | ChangeOutcome::Cancelled => return Err(nothing().into()),
    };
    let (by, part) = match target {
        Target::Mailbox(by, part) => return mailboxes::lifecycle::retry(app, &by, &part).await,
        Target::Alias(by, part) => (by, part),
    };
    match (change.kind, change.destination) {
        (kind, _) if !is_refused => aliases::retry::retry(app, &by, &part, kind).await?,
        (ChangeKind::AddDestination, Some(destination)) => {
            let again = AliasFields { local_part: part.to_string(), destinations: vec![destination] };
            // The list of operations shows what becomes of it.
            drop(aliases::add::add(app, &by, &again, To::Existing).await?);
        }
        (ChangeKind::RemoveDestination, Some(destination)) => {
            drop(aliases::remove::remove(app, &by, &part, &destination).await?);
        }
        _ => return Err(nothing().into()),
    }
    Ok(Retried::Due)
}
