//! Removes one destination, or a whole alias.

use crate::actions::aliases::wish::{carried_out, found, record};
use crate::actions::sync::job::Awaited;
use crate::actions::{App, Result};
use crate::model::address::LocalPart;
use crate::model::alias::Destination;
use crate::model::change::{ChangeKind, Object, WaitingChange};
use crate::model::event::Event;
use crate::model::field_error::FieldErrors;
use crate::model::reason::Reason;
use crate::model::refusal::{Refusal, Why};
use crate::model::role::ManageAliases;
use crate::store::Allowed;

/// The result of a removal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Removed {
    /// dimail no longer has the destination.
    Gone {
        /// Whether the alias has other destinations.
        others: bool,
    },
    /// dimail has not answered yet: the worker continues.
    UnderWay,
    /// dimail refused: the destination stays.
    Kept(Reason),
}

/// Removes one destination of an alias: at dimail first, then here.
pub async fn remove(app: &App, by: &Allowed<ManageAliases>, part: &LocalPart, typed: &str) -> Result<Removed> {
    removing(app, by, (part, typed), None).await
}

/// Takes back the addition of a destination that waits, unless dimail has it by now.
pub async fn take_back(
    app: &App,
    by: &Allowed<ManageAliases>,
    (part, typed): (&LocalPart, &str),
    waiting: i64,
) -> Result<Removed> {
    removing(app, by, (part, typed), Some(waiting)).await
}

async fn removing(
    app: &App,
    by: &Allowed<ManageAliases>,
    (part, typed): (&LocalPart, &str),
    waiting: Option<i64>,
) -> Result<Removed> {
    let until = app.answer_by();
    let (mut tx, locked, there, may) = found(app, by, part).await?;
    if let Some(change) = waiting
        && !tx.waits(&locked, change).await?
    {
        return Err(Refusal::Conflict(Why::CannotTakeBack).into());
    }
    let unwanted = Destination::parse(typed).map_err(|error| FieldErrors::one("destination", error))?;
    let Some(pair) = there.iter().find(|pair| pair.destination.key() == unwanted.key()) else {
        // Removed already, by another person or by a second click: this is the state that was asked
        // for.
        return Ok(Removed::Gone { others: true });
    };
    let changes = if pair.wanted {
        tx.drop_destination(&locked, &may, pair).await?;
        let (address, destination) = (part.at(&locked.domain.name), pair.destination.as_str().to_owned());
        let kind = (ChangeKind::RemoveDestination, Some(pair.destination.as_str()));
        vec![record(&mut tx, &locked, part, kind, &Event::DestinationRemoveAsked { address, destination }).await?]
    } else {
        let waiting = tx.waiting_changes(&locked, &Object::Alias(part.clone())).await?;
        numbers(&waiting, |change| change.kind == ChangeKind::DeleteAlias || change.is_about(pair))
    };
    let others = there.iter().any(|other| other.wanted && other.id != pair.id);
    Ok(removed(carried_out(app, tx, &locked, part, (&changes, &[]), until).await?, others))
}

/// Deletes a whole alias: first at dimail, including destinations that the portal does not know, then
/// here.
pub async fn delete(app: &App, by: &Allowed<ManageAliases>, part: &LocalPart) -> Result<Removed> {
    let until = app.answer_by();
    let (mut tx, locked, there, may) = found(app, by, part).await?;
    let waiting = tx.waiting_changes(&locked, &Object::Alias(part.clone())).await?;
    let mut changes = numbers(&waiting, |change| change.kind == ChangeKind::DeleteAlias);
    if changes.is_empty() || there.iter().any(|pair| pair.wanted) {
        for pair in there.iter().filter(|pair| pair.wanted) {
            tx.drop_destination(&locked, &may, pair).await?;
        }
        let event = Event::AliasDeleted { address: part.at(&locked.domain.name) };
        changes = vec![record(&mut tx, &locked, part, (ChangeKind::DeleteAlias, None), &event).await?];
    }
    Ok(removed(carried_out(app, tx, &locked, part, (&changes, &[]), until).await?, false))
}

fn numbers(waiting: &[WaitingChange], is_awaited: impl Fn(&WaitingChange) -> bool) -> Vec<i64> {
    waiting.iter().filter(|change| is_awaited(change)).map(|change| change.sequence).collect()
}

fn removed(outcomes: Vec<Awaited>, others: bool) -> Removed {
    let mut removed = if outcomes.is_empty() { Removed::UnderWay } else { Removed::Gone { others } };
    for outcome in outcomes {
        match outcome {
            Awaited::Refused(reason) => return Removed::Kept(reason),
            Awaited::UnderWay => removed = Removed::UnderWay,
            Awaited::Done(_) => {}
        }
    }
    removed
}
