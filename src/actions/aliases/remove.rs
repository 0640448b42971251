//! Removes one destination, or a whole alias.

use crate::actions::aliases::add::found;
use crate::actions::sync::outcome::Outcome;
use crate::actions::sync::run::carry_out_for_person;
use crate::actions::{App, Result};
use crate::model::activity::Event;
use crate::model::address::LocalPart;
use crate::model::alias::{AliasStatus, Destination};
use crate::model::field_error::FieldErrors;
use crate::model::order::OrderKind;
use crate::model::reason::Reason;
use crate::model::refusal::{Refusal, Why};
use crate::model::role::ManageAliases;
use crate::store::{Allowed, Locked, MayWrite, NewOrder, Tx};

/// The result of a removal.
#[derive(Debug, PartialEq, Eq)]
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
    let until = app.answer_by();
    let (mut tx, locked, there, may) = found(app, by, part).await?;
    let wanted = Destination::parse(typed).map_err(|error| FieldErrors::one("destination", error))?;
    let Some(pair) = there.iter().find(|pair| pair.destination.key() == wanted.key()) else {
        // Removed already, by another person or by a second click: this is the state that was asked
        // for.
        return Ok(Removed::Gone { others: true });
    };
    if pair.status == AliasStatus::Removing {
        return hurried(app, tx, &locked, &may).await;
    }
    if !tx.begin_removal(&locked, &may, pair.id).await? {
        return Err(Refusal::Conflict(Why::AliasUnderWay).into());
    }
    let address = part.at(&locked.domain.name);
    let destination = pair.destination.as_str().to_owned();
    tx.record(&locked, &Event::AliasReduced { address, destination }, None).await?;
    let order = app.ask(&mut tx, &locked, NewOrder::of_alias(&may, OrderKind::RemoveDestination, pair.id)).await?;
    tx.commit().await?;
    let outcome = carry_out_for_person(&app.for_person(&locked.actor), order, until).await;
    Ok(removed(outcome, there.len() > 1))
}

/// Deletes a whole alias: first at dimail, including destinations that the portal does not know, then
/// here.
pub async fn delete(app: &App, by: &Allowed<ManageAliases>, part: &LocalPart) -> Result<Removed> {
    let until = app.answer_by();
    let (mut tx, locked, there, may) = found(app, by, part).await?;
    if tx.is_alias_leaving(&locked, part).await? {
        return hurried(app, tx, &locked, &may).await;
    }
    for pair in &there {
        if !tx.begin_removal(&locked, &may, pair.id).await? {
            return Err(Refusal::Conflict(Why::AliasUnderWay).into());
        }
    }
    let Some(first) = there.first() else { return Err(Refusal::NotFound.into()) };
    tx.record(&locked, &Event::AliasDeleted { address: part.at(&locked.domain.name) }, None).await?;
    let order = app.ask(&mut tx, &locked, NewOrder::of_alias(&may, OrderKind::DeleteAlias, first.id)).await?;
    tx.commit().await?;
    let outcome = carry_out_for_person(&app.for_person(&locked.actor), order, until).await;
    Ok(removed(outcome, false))
}

/// Retries now what is being removed already.
async fn hurried(app: &App, mut tx: Tx, locked: &Locked<ManageAliases>, may: &MayWrite) -> Result<Removed> {
    tx.make_alias_due(locked, may).await?;
    tx.commit().await?;
    app.wake.notify_one();
    Ok(Removed::UnderWay)
}

fn removed(outcome: Option<Outcome>, others: bool) -> Removed {
    match outcome {
        Some(Outcome::Done { .. }) => Removed::Gone { others },
        Some(Outcome::Refused(reason)) => Removed::Kept(reason),
        Some(Outcome::Later(_) | Outcome::Free | Outcome::Lost) | None => Removed::UnderWay,
    }
}
