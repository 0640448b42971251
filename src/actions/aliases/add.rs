//! Adds destinations to an alias. The first destination creates the alias.

use crate::actions::aliases::wish::{carried_out, record};
use crate::actions::guard;
use crate::actions::sync::job::Awaited;
use crate::actions::{App, Result};
use crate::model::address::{DomainName, LocalPart};
use crate::model::alias::{AliasDestination, AliasFields, AliasKnown, AliasStatus, Destination, NewAlias};
use crate::model::change::ChangeKind;
use crate::model::event::Event;
use crate::model::field_error::{FieldError, FieldErrors};
use crate::model::foreign_addresses::without_foreign_addresses;
use crate::model::reason::Reason;
use crate::model::refusal::{Refusal, Why};
use crate::model::role::ManageAliases;
use crate::store::{Allowed, Fault, Locked, MayWrite, Tx};

/// To which alias destinations may be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum To {
    /// Any alias; an existing one gets more destinations.
    Any,
    /// Only an existing alias.
    Existing,
    /// Only one of which this change still waits, which the addition takes back.
    TakingBack(i64),
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
    if to != To::Any {
        check_existing(&mut tx, &locked, &typed.local_part).await?;
    }
    if let To::TakingBack(change) = to
        && !tx.waits(&locked, change).await?
    {
        return Err(Refusal::Conflict(Why::CannotTakeBack).into());
    }
    locked.domain.check_takes_aliases()?;
    let (new, there, may) = accepted(&mut tx, &locked, typed).await?;
    let mut changes = Vec::new();
    for (_, destination) in &new.destinations {
        let pair = there.iter().find(|pair| pair.destination.key() == destination.key());
        changes.push(wanted(&mut tx, &locked, (&new.local_part, &may), destination, pair).await?);
    }
    let asked: Vec<Destination> = new.destinations.iter().map(|(_, to)| to.clone()).collect();
    let outcomes = carried_out(app, tx, &locked, &new.local_part, (&changes, &asked), until).await?;
    let mut added = Added { local_part: new.local_part, stand: Vec::new(), wait: Vec::new(), refused: Vec::new() };
    for ((n, destination), outcome) in new.destinations.into_iter().zip(outcomes) {
        match outcome {
            Awaited::Done(_) => added.stand.push(destination),
            Awaited::Refused(reason) => added.refused.push((n, destination, reason)),
            Awaited::UnderWay => added.wait.push(destination),
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
            Reason::Refused { detail, .. } => without_foreign_addresses(detail, domain),
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
    Ok(())
}

/// Validates the destinations against the existing ones and the guard of the alias.
async fn accepted(
    tx: &mut Tx,
    locked: &Locked<ManageAliases>,
    typed: &AliasFields,
) -> Result<(NewAlias, Vec<AliasDestination>, MayWrite)> {
    let new = NewAlias::parse(typed, &locked.domain.name)?;
    let there = tx.destinations(locked, &new.local_part).await?;
    let mut errors = FieldErrors::default();
    // The alias would receive the emails to the account at its address, including password reset links.
    let guarded = tx.guard(locked, &new.local_part).await?;
    let may = if guarded.keeps_out() {
        errors.add("local_part", guard::field_error(tx, locked, &guarded).await?);
        None
    } else {
        Some(guarded.may_write()?)
    };
    for (n, destination) in &new.destinations {
        match there.iter().find(|pair| pair.destination.key() == destination.key()).map(AliasDestination::status) {
            Some(AliasStatus::Enabled | AliasStatus::Pending) => {
                errors.add_nth("destination", *n, new.error_at(*n, destination, FieldError::DestinationThere));
            }
            // One that failed is sent again; one that is being removed is kept.
            Some(AliasStatus::Failed | AliasStatus::Removing) | None => {
                if let Some(may) = &may
                    && tx.leads_elsewhere(may, destination.as_str()).await?
                {
                    errors.add_nth("destination", *n, FieldError::LeadsElsewhere);
                }
            }
        }
    }
    errors.into_result()?;
    Ok((new, there, may.ok_or(Refusal::NotFound)?))
}

/// Stores that a destination is wanted: a new one, one that failed, or one that is being removed. Returns the
/// number of the change.
async fn wanted(
    tx: &mut Tx,
    locked: &Locked<ManageAliases>,
    (part, may): (&LocalPart, &MayWrite),
    destination: &Destination,
    pair: Option<&AliasDestination>,
) -> Result<i64, Fault> {
    let address = part.at(&locked.domain.name);
    if let Some(pair) = pair {
        tx.want_destination(locked, may, pair).await?;
    } else {
        let id = tx.insert_destination(locked, may, destination, AliasKnown::New).await?;
        // All pairs were read under the lock, so this cannot fail.
        id.ok_or(Fault::Unreadable { column: "destination_key" })?;
    }
    let destination = pair.map_or(destination, |pair| &pair.destination).as_str();
    let event = if pair.is_some_and(|pair| pair.wanted) {
        Event::Retried { subject: format!("{address} → {destination}") }
    } else {
        Event::AliasAdded { address, destination: destination.to_owned() }
    };
    record(tx, locked, part, (ChangeKind::AddDestination, Some(destination)), &event).await
}
