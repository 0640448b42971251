//! Adds destinations to an alias. The first destination creates the alias.

use std::sync::Arc;

use futures::future::join_all;
use tokio::sync::Semaphore;

use crate::actions::App;
use crate::actions::domains::add::own_order;
use crate::actions::mailboxes::create::guarded;
use crate::actions::mailboxes::lock::is_guarded;
use crate::actions::sync::run::{Outcome, carry_out_in_turn};
use crate::model::activity::Event;
use crate::model::address::LocalPart;
use crate::model::alias::{AliasDestination, AliasErrors, AliasFields, AliasStatus, Destination, NewAlias};
use crate::model::domain::DomainStatus;
use crate::model::field_error::FieldError;
use crate::model::id::AliasId;
use crate::model::order::{Order, OrderKind, Reason};
use crate::model::role::ManageAliases;
use crate::store::{Allowed, Fault, Locked, NewOrder, Tx};

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

/// The result of adding destinations, each as typed and in the order of the form.
#[derive(Debug)]
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

/// Why the state of an alias does not allow the change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blocked {
    /// The alias or its domain no longer exists.
    Gone,
    /// Its address is guarded: only owners of the domain may change this alias.
    Guarded,
    /// The domain is closed.
    DomainDisabled,
    /// The domain is not enabled.
    DomainWaits,
    /// An attempt is running right now.
    UnderWay,
    /// The whole alias is being deleted.
    Leaving,
}

/// Adds destinations to an alias, at dimail within this call, several concurrently.
///
/// # Errors
/// A database error. The inner results say why the state does not allow it, then the field errors.
pub async fn add(
    app: &App,
    by: &Allowed<ManageAliases>,
    typed: &AliasFields,
    to: To,
) -> Result<Result<Result<Added, AliasErrors>, Blocked>, Fault> {
    let until = app.answer_by();
    let mut tx = app.store.begin().await?;
    let Some(locked) = tx.lock(by).await? else { return Ok(Err(Blocked::Gone)) };
    if to == To::Existing
        && let Some(blocked) = missing(&mut tx, &locked, &typed.local_part).await?
    {
        return Ok(Err(blocked));
    }
    match locked.domain.status {
        DomainStatus::Enabled => {}
        DomainStatus::Disabled => return Ok(Err(Blocked::DomainDisabled)),
        _ => return Ok(Err(Blocked::DomainWaits)),
    }
    let (new, there) = match accepted(&mut tx, &locked, typed).await? {
        Ok(accepted) => accepted,
        Err(errors) => return Ok(Ok(Err(errors))),
    };
    let mut orders = Vec::new();
    for (_, destination) in &new.destinations {
        orders.push(ordered(app, &mut tx, &locked, &new.local_part, destination, &there).await?);
    }
    tx.commit().await?;
    let turns = Arc::new(Semaphore::new(SIDE_BY_SIDE));
    let app = &app.for_person(&locked.actor);
    let outcomes = join_all(orders.into_iter().map(|order| carry_out_in_turn(app, order, &turns, until))).await;
    let mut added = Added { local_part: new.local_part, stand: Vec::new(), wait: Vec::new(), refused: Vec::new() };
    for ((n, destination), outcome) in new.destinations.into_iter().zip(outcomes) {
        match outcome? {
            Some(Outcome::Done { .. }) => added.stand.push(destination),
            Some(Outcome::Refused(reason)) => added.refused.push((n, destination, reason)),
            Some(Outcome::Later(_) | Outcome::Free | Outcome::Lost) | None => added.wait.push(destination),
        }
    }
    Ok(Ok(Ok(added)))
}

/// Why nothing can be added, if the alias must exist.
async fn missing(tx: &mut Tx, locked: &Locked<ManageAliases>, typed: &str) -> Result<Option<Blocked>, Fault> {
    let Ok(part) = LocalPart::parse(typed) else { return Ok(Some(Blocked::Gone)) };
    if tx.destinations(locked, &part).await?.is_empty() {
        return Ok(Some(Blocked::Gone));
    }
    if is_guarded(tx, locked, &part.at(&locked.domain.name)).await? {
        return Ok(Some(Blocked::Guarded));
    }
    Ok(tx.is_alias_leaving(locked, &part).await?.then_some(Blocked::Leaving))
}

/// Validates the destinations against the existing ones.
async fn accepted(
    tx: &mut Tx,
    locked: &Locked<ManageAliases>,
    typed: &AliasFields,
) -> Result<Result<(NewAlias, Vec<AliasDestination>), AliasErrors>, Fault> {
    let new = match NewAlias::parse(typed) {
        Ok(new) => new,
        Err(errors) => return Ok(Err(errors)),
    };
    let there = tx.destinations(locked, &new.local_part).await?;
    let mut errors = AliasErrors::default();
    // The alias would receive the emails to the account at its address, including password reset links.
    if is_guarded(tx, locked, &new.local_part.at(&locked.domain.name)).await? {
        errors.local_part = Some(guarded(tx, locked).await?);
        return Ok(Err(errors));
    }
    if tx.is_alias_leaving(locked, &new.local_part).await? {
        errors.local_part = Some(FieldError::AliasLeaving);
    }
    for (n, destination) in &new.destinations {
        match there.iter().find(|pair| pair.destination.key() == destination.key()).map(|pair| pair.status) {
            Some(AliasStatus::Enabled | AliasStatus::Pending) => {
                errors.destinations.push((*n, FieldError::DestinationThere));
            }
            Some(AliasStatus::Removing) if errors.local_part.is_none() => {
                errors.destinations.push((*n, FieldError::DestinationLeaving));
            }
            // A failed destination is sent again.
            Some(AliasStatus::Failed | AliasStatus::Removing) | None => {}
        }
    }
    Ok(if errors.is_empty() { Ok((new, there)) } else { Err(errors) })
}

/// Stores a destination with its order, or reuses the stored one if that failed.
async fn ordered(
    app: &App,
    tx: &mut Tx,
    locked: &Locked<ManageAliases>,
    part: &LocalPart,
    destination: &Destination,
    there: &[AliasDestination],
) -> Result<Order, Fault> {
    let address = part.at(&locked.domain.name);
    if let Some(failed) = there.iter().find(|pair| pair.destination.key() == destination.key()) {
        let subject = format!("{address} → {}", failed.destination.as_str());
        tx.record(locked, &Event::OrderRetried { subject }, None).await?;
        return match tx.revive_destination(locked, failed.id, &app.lease()).await? {
            Some(order) => Ok(order),
            None => order(app, tx, locked, OrderKind::CreateAlias, failed.id).await,
        };
    }
    let id = tx.insert_destination(locked, part, destination).await?;
    // All pairs were read under the lock, so this cannot fail.
    let id = id.ok_or(Fault::Unreadable { column: "destination_key" })?;
    let destination = destination.as_str().to_owned();
    tx.record(locked, &Event::AliasAdded { address, destination }, None).await?;
    order(app, tx, locked, OrderKind::CreateAlias, id).await
}

/// Stores an order about a pair, leased by this process to be carried out at once.
pub(crate) async fn order(
    app: &App,
    tx: &mut Tx,
    locked: &Locked<ManageAliases>,
    kind: OrderKind,
    pair: AliasId,
) -> Result<Order, Fault> {
    let now = app.clock.now();
    let new = NewOrder { kind, mailbox_id: None, alias_id: Some(pair), due_at: now, lease: Some(app.lease()) };
    let id = tx.insert_order(locked, &new).await?;
    Ok(Order { alias_id: Some(pair), ..own_order(app, id, kind, locked.domain.id) })
}

/// Locks the domain and reads the destinations of an alias, at least one.
pub(crate) async fn found(
    app: &App,
    by: &Allowed<ManageAliases>,
    part: &LocalPart,
) -> Result<Result<(Tx, Locked<ManageAliases>, Vec<AliasDestination>), Blocked>, Fault> {
    let mut tx = app.store.begin().await?;
    let Some(locked) = tx.lock(by).await? else { return Ok(Err(Blocked::Gone)) };
    let there = tx.destinations(&locked, part).await?;
    if there.is_empty() {
        return Ok(Err(Blocked::Gone));
    }
    // Removing an alias also decides where the emails to the account at this address go.
    let is_guarded = is_guarded(&mut tx, &locked, &part.at(&locked.domain.name)).await?;
    Ok(if is_guarded { Err(Blocked::Guarded) } else { Ok((tx, locked, there)) })
}
