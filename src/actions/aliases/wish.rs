//! Stores what a person wants of an alias, and waits for dimail.

use tokio::time::Instant;

use crate::actions::sync::job::{Awaited, run_for_person};
use crate::actions::{App, Result};
use crate::model::address::LocalPart;
use crate::model::alias::{AliasDestination, AliasStatus, Destination};
use crate::model::change::{ChangeKind, ChangeOutcome, Object};
use crate::model::event::Event;
use crate::model::id::DomainId;
use crate::model::refusal::Refusal;
use crate::model::role::ManageAliases;
use crate::model::user::Actor;
use crate::store::{Allowed, Due, Fault, Locked, MayWrite, NewChange, Tx};

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

/// Stores a change of an alias with its journal line; returns the number of both.
pub(crate) async fn record(
    tx: &mut Tx,
    locked: &Locked<ManageAliases>,
    part: &LocalPart,
    (kind, destination): (ChangeKind, Option<&str>),
    event: &Event,
) -> Result<i64, Fault> {
    let new = NewChange {
        object: Object::Alias(part.clone()),
        subject: part.at(&locked.domain.name),
        kind,
        destination: destination.map(str::to_owned),
    };
    tx.record_change(locked, event, &new).await
}

/// Commits what was stored about an alias: ends the changes that it replaces, makes the alias' job due, and
/// carries it out in this process, unless another one is at it. Waits for the outcomes of some changes; those
/// that were refused are told to the person, and additions among them (`additions`, in the same order) are
/// taken back, since the form comes back.
pub(crate) async fn carried_out(
    app: &App,
    mut tx: Tx,
    locked: &Locked<ManageAliases>,
    part: &LocalPart,
    (changes, additions): (&[i64], &[Destination]),
    until: Instant,
) -> Result<Vec<Awaited>, Fault> {
    let object = Object::Alias(part.clone());
    let pairs = tx.destinations(locked, part).await?;
    for change in tx.waiting_changes(locked, &object).await? {
        if change.is_replaced(&pairs) {
            tx.end_change(locked, &change, ChangeOutcome::Replaced, (None, false)).await?;
        }
    }
    let job = tx.need_step(locked, &object, Due::Here(app.lease())).await?;
    tx.commit().await?;
    let domain = locked.domain.id;
    let outcomes = run_for_person(&app.for_person(&locked.actor), job, (domain, changes), until).await;
    let is_refused = |n: usize| matches!(outcomes.get(n), Some(Awaited::Refused(_)));
    let told: Vec<i64> =
        changes.iter().enumerate().filter(|(n, _)| is_refused(*n)).map(|(_, change)| *change).collect();
    let back: Vec<&Destination> =
        additions.iter().enumerate().filter(|(n, _)| is_refused(*n)).map(|(_, to)| to).collect();
    if !told.is_empty() {
        take_back(app, domain, part, &told, &back).await?;
    }
    Ok(outcomes)
}

/// Deletes refused destinations, except those that a person has asked for again meanwhile.
async fn take_back(
    app: &App,
    domain: DomainId,
    part: &LocalPart,
    told: &[i64],
    back: &[&Destination],
) -> Result<(), Fault> {
    let mut tx = app.store.begin().await?;
    let Some(locked) = tx.lock_as_portal(domain, Actor::portal()).await? else { return Ok(()) };
    for pair in tx.destinations(&locked, part).await? {
        if pair.status() == AliasStatus::Failed && back.iter().any(|to| to.key() == pair.destination.key()) {
            tx.delete_destination(&locked, &pair).await?;
        }
    }
    for change in told {
        tx.mark_told(&locked, *change).await?;
    }
    tx.commit().await
}
