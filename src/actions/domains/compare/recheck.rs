//! Compares what a line is about once more, under the lock of its domain.

use super::check;
use super::observe::{Observation, observe_until};
use crate::actions::{App, Result};
use crate::model::address::LocalPart;
use crate::model::alias::Destination;
use crate::model::change::Object;
use crate::model::compared::{line_of_pair, lines_at, odd_line};
use crate::model::comparison::{Line, LineObject, StoredMailbox, StoredPair, object_of};
use crate::model::observed::Seen;
use crate::model::{Refusal, Right, Timestamp, Why};
use crate::store::{Allowed, Denied, Fault, Locked, Tx};

/// Why nothing was done about a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NotDone {
    /// It no longer differs as it was shown.
    Changed,
    /// This cannot be done about such a difference.
    NotOffered,
    /// Another mailbox of the domain has the display name.
    NameTaken,
    /// The person may not, or the state of the domain forbids it.
    Refused(Why),
}

/// What ends the work on a line: for itself, or for all.
pub(super) enum Stop {
    NotDone(NotDone),
    Fault(Fault),
}

impl From<NotDone> for Stop {
    fn from(not_done: NotDone) -> Self {
        Self::NotDone(not_done)
    }
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Denied(Denied::LeadsElsewhere) => Self::NotDone(NotDone::Refused(Why::LeadsElsewhere)),
            fault => Self::Fault(fault),
        }
    }
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::NotDone(match refusal {
            Refusal::Forbidden(why) | Refusal::Conflict(why) => NotDone::Refused(why),
            _ => NotDone::Changed,
        })
    }
}

/// A domain that is locked to decide about differences, with what dimail showed before.
pub(super) struct Deciding<R> {
    pub(super) observation: Observation,
    pub(super) tx: Tx,
    pub(super) locked: Locked<R>,
}

/// Asks dimail for its present state, then locks the domain; `None` if dimail gives no answer.
pub(super) async fn observe_and_lock<R: Right>(app: &App, by: &Allowed<R>) -> Result<Option<Deciding<R>>> {
    check(by.domain())?;
    let until = app.answer_by();
    let observation = observe_until(&app.for_person(by.actor()), &by.domain().name, until).await;
    let Some(observation) = observation else { return Ok(None) };
    let mut tx = app.store.begin().await?;
    let locked = tx.lock(by).await?;
    check(&locked.domain)?;
    Ok(Some(Deciding { observation, tx, locked }))
}

/// The two sides of a line.
pub(super) enum Sides {
    Mailbox { part: LocalPart, stored: Option<Box<StoredMailbox>>, seen: Option<Seen> },
    Pair { part: LocalPart, destination: Destination, stored: Option<StoredPair>, is_seen: bool },
    Odd,
}

/// The line with this key as it is now, with its sides.
pub(super) async fn line_now<R>(
    tx: &mut Tx,
    locked: &Locked<R>,
    observation: &Observation,
    key: &str,
) -> Result<(Line, Sides), Stop> {
    let Observation { observed, began } = observation;
    let domain = &locked.domain.name;
    let (lines, sides) = match object_of(key).ok_or(NotDone::Changed)? {
        LineObject::Mailbox(part) => {
            let stored = tx.mailbox_to_compare(locked, &part).await?;
            if let Some(stored) = &stored {
                check_unchanged(tx, locked, (&Object::Mailbox(stored.mailbox.id), None), *began).await?;
            } else if tx.was_deleted_since(locked, &part.at(domain), *began).await? {
                // It was deleted while dimail was asked.
                return Err(NotDone::Changed.into());
            }
            let lines = lines_at(domain, observed, &part, stored.as_ref());
            let seen = observed.mailboxes().get(observed.places_of(part.as_str())).unwrap_or_default().first();
            (lines, Sides::Mailbox { part, stored: stored.map(Box::new), seen: seen.cloned() })
        }
        LineObject::Pair(part, destination) => {
            let object = Object::Alias(part.clone());
            check_unchanged(tx, locked, (&object, Some(destination.as_str())), *began).await?;
            let stored = tx.pair_to_compare(locked, &part, &destination).await?;
            let is_seen = observed.place_of_pair(&part, &destination).is_some();
            let line = line_of_pair(domain, observed, (&part, &destination), stored.as_ref());
            (line.into_iter().collect(), Sides::Pair { part, destination, stored, is_seen })
        }
        LineObject::Odd => (odd_line(domain, observed, key).into_iter().collect(), Sides::Odd),
    };
    let line = lines.into_iter().find(|line| line.key == key).ok_or(NotDone::Changed)?;
    Ok((line, sides))
}

/// What was observed says nothing about an object that was changed since.
async fn check_unchanged<R>(
    tx: &mut Tx,
    locked: &Locked<R>,
    (object, destination): (&Object, Option<&str>),
    began: Timestamp,
) -> Result<(), Stop> {
    if tx.has_changed_since(locked, object, destination, began).await? { Err(NotDone::Changed.into()) } else { Ok(()) }
}
