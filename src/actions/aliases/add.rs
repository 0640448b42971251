//! Adds destinations to an alias. The first destination creates the alias.

use std::sync::Arc;

use futures::future::join_all;
use tokio::sync::Semaphore;

use crate::actions::guard;
use crate::actions::sync::outcome::Outcome;
use crate::actions::sync::run::carry_out_in_turn;
use crate::actions::{App, Result};
use crate::model::activity::Event;
use crate::model::address::{DomainName, LocalPart};
use crate::model::alias::{AliasDestination, AliasFields, AliasStatus, Destination, NewAlias};
use crate::model::field_error::{FieldError, FieldErrors};
use crate::model::foreign_addresses::without_foreign_addresses;
use crate::model::order::{Order, OrderKind};
use crate::model::reason::Reason;
use crate::model::refusal::{Refusal, Why};
use crate::model::role::ManageAliases;
use crate::store::{Allowed, Fault, Locked, MayWrite, NewOrder, Tx};

/// How many destinations of one form are sent to dimail concurrently.
const SIDE_BY_SIDE: usize = 8;

/// To which alias destinations may be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum To {
    /// Any alias; an existing one gets more destinations.
    Any,
    /// Only an existing alias.
    Existing,
}

/// The result of adding destinations, each as typed and in the order of the form. At least one of them
/// was not refused.
#[derive(Clone, Debug)]
pub struct Added {
    /// The alias.
    pub local_part: LocalPart,
    /// Destinations that dimail has.
    pub stand: Vec<Destination>,
    /// Destinations without an answer yet: the worker continues.
    pub wait: Vec<Destination>,
    /// Destinations that dimail refused, with the number of their field; they are not stored.
    pub refused: Vec<(usize, Destination, Reason)>,
}

/// Adds destinations to an alias, at dimail within this call, several concurrently.
pub async fn add(app: &App, by: &Allowed<ManageAliases>, typed: &AliasFields, to: To) -> Result<Added> {
    let until = app.answer_by();
    let mut tx = app.store.begin().await?;
    let locked = tx.lock(by).await?;
    if to == To::Existing {
        check_existing(&mut tx, &locked, &typed.local_part).await?;
    }
    locked.domain.check_takes_aliases()?;
    let (new, there, may) = accepted(&mut tx, &locked, typed).await?;
    let mut orders = Vec::new();
    for (_, destination) in &new.destinations {
        orders.push(ordered(app, &mut tx, &locked, (&new.local_part, &may), destination, &there).await?);
    }
    tx.commit().await?;
    let turns = Arc::new(Semaphore::new(SIDE_BY_SIDE));
    let app = &app.for_person(&locked.actor);
    let outcomes = join_all(orders.into_iter().map(|order| carry_out_in_turn(app, order, &turns, until))).await;
    let mut added = Added { local_part: new.local_part, stand: Vec::new(), wait: Vec::new(), refused: Vec::new() };
    for ((n, destination), outcome) in new.destinations.into_iter().zip(outcomes) {
        match outcome {
            Some(Outcome::Done { .. }) => added.stand.push(destination),
            Some(Outcome::Refused(reason)) => added.refused.push((n, destination, reason)),
            Some(Outcome::Later(_) | Outcome::Free | Outcome::Lost) | None => added.wait.push(destination),
        }
    }
    if added.stand.is_empty() && added.wait.is_empty() {
        return Err(refusals(&added, &locked.domain.name).into());
    }
    Ok(added)
}

/// dimail's refusals as field errors of the form.
fn refusals(added: &Added, domain: &DomainName) -> FieldErrors {
    let mut errors = FieldErrors::default();
    let typed: Vec<&str> = added.refused.iter().map(|(_, to, _)| to.as_str()).collect();
    for (n, destination, reason) in &added.refused {
        let detail = match reason {
            Reason::Refused { detail } => without_foreign_addresses(detail, domain),
            _ => String::new(),
        };
        let error = FieldError::RefusedByDimail(detail).one_of(&typed, destination.as_str());
        errors.add_nth("destination", *n, error);
    }
    errors
}

/// Checks that the alias exists and may get more destinations.
async fn check_existing(tx: &mut Tx, locked: &Locked<ManageAliases>, typed: &str) -> Result<()> {
    let part = LocalPart::parse(typed).map_err(|_| Refusal::NotFound)?;
    if tx.destinations(locked, &part).await?.is_empty() {
        return Err(Refusal::NotFound.into());
    }
    tx.guard(locked, &part).await?.may_write()?;
    if tx.is_alias_leaving(locked, &part).await? {
        return Err(Refusal::Conflict(Why::AliasBeingDeleted).into());
    }
    Ok(())
}

/// Validates the destinations against the existing ones and the guard of the alias.
async fn accepted(
    tx: &mut Tx,
    locked: &Locked<ManageAliases>,
    typed: &AliasFields,
) -> Result<(NewAlias, Vec<AliasDestination>, MayWrite)> {
    let new = NewAlias::parse(typed)?;
    let there = tx.destinations(locked, &new.local_part).await?;
    let mut errors = FieldErrors::default();
    // The alias would receive the emails to the account at its address, including password reset links.
    let guarded = tx.guard(locked, &new.local_part).await?;
    if guarded.keeps_out() {
        return Err(FieldErrors::one("local_part", guard::field_error(tx, locked, &guarded).await?).into());
    }
    let may = guarded.may_write()?;
    let is_leaving = tx.is_alias_leaving(locked, &new.local_part).await?;
    if is_leaving {
        errors.add("local_part", FieldError::AliasLeaving);
    }
    for (n, destination) in &new.destinations {
        match there.iter().find(|pair| pair.destination.key() == destination.key()).map(|pair| pair.status) {
            Some(AliasStatus::Enabled | AliasStatus::Pending) => {
                errors.add_nth("destination", *n, new.error_at(*n, destination, FieldError::DestinationThere));
            }
            Some(AliasStatus::Removing) if !is_leaving => {
                errors.add_nth("destination", *n, new.error_at(*n, destination, FieldError::DestinationLeaving));
            }
            // A failed destination is sent again.
            Some(AliasStatus::Failed | AliasStatus::Removing) | None => {
                if tx.leads_elsewhere(&may, destination.as_str()).await? {
                    errors.add_nth("destination", *n, FieldError::LeadsElsewhere);
                }
            }
        }
    }
    errors.into_result()?;
    Ok((new, there, may))
}

/// Stores a destination with its order, or reuses the stored one if that failed.
async fn ordered(
    app: &App,
    tx: &mut Tx,
    locked: &Locked<ManageAliases>,
    (part, may): (&LocalPart, &MayWrite),
    destination: &Destination,
    there: &[AliasDestination],
) -> Result<Order, Fault> {
    let address = part.at(&locked.domain.name);
    if let Some(failed) = there.iter().find(|pair| pair.destination.key() == destination.key()) {
        let subject = format!("{address} → {}", failed.destination.as_str());
        tx.record(locked, &Event::OrderRetried { subject }, None).await?;
        return match tx.revive_destination(locked, may, failed, &app.lease()).await? {
            Some(order) => Ok(order),
            None => app.ask(tx, locked, NewOrder::of_alias(may, OrderKind::CreateAlias, failed.id)).await,
        };
    }
    let id = tx.insert_destination(locked, may, destination).await?;
    // All pairs were read under the lock, so this cannot fail.
    let id = id.ok_or(Fault::Unreadable { column: "destination_key" })?;
    let destination = destination.as_str().to_owned();
    tx.record(locked, &Event::AliasAdded { address, destination }, None).await?;
    app.ask(tx, locked, NewOrder::of_alias(may, OrderKind::CreateAlias, id)).await
}

/// Locks the domain and reads the destinations of an alias, at least one, with the proof that the person
/// may change it.
pub(crate) async fn found(
    app: &App,
    by: &Allowed<ManageAliases>,
    part: &LocalPart,
) -> Result<(Tx, Locked<ManageAliases>, Vec<AliasDestination>, MayWrite)> {
    let mut tx = app.store.begin().await?;
    let locked = tx.lock(by).await?;
    let there = tx.destinations(&locked, part).await?;
    if there.is_empty() {
        return Err(Refusal::NotFound.into());
    }
    // Removing an alias also decides where the emails to the account at this address go.
    let may = tx.guard(&locked, part).await?.may_write()?;
    Ok((tx, locked, there, may))
}
