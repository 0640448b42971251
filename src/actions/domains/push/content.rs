//! Compares the mailboxes and aliases of a domain with dimail, and stores that those are created again that it
//! lost. Their jobs create them; this process runs those jobs, or the portal does.

use super::PushResult;
use crate::actions::App;
use crate::actions::domains::compare::observe::Observation;
use crate::actions::domains::compare::push::{add_again, create_again};
use crate::model::alias::{AliasKnown, Destination};
use crate::model::change::{Object, WaitingChange};
use crate::model::comparison::{Difference, StoredMailbox, StoredPair, mailbox_line};
use crate::model::mailbox::Mailbox;
use crate::model::observed::{Seen, SeenPair};
use crate::model::wanted::{Known, Wants};
use crate::model::{Domain, DomainId, DomainStatus, LocalPart, Timestamp};
use crate::store::{ByPortal, Denied, Fault, Locked, Tx};

/// How many objects are compared in one transaction: short transactions let others write in between.
const AT_ONCE: usize = 100;
/// The reason that is given for a half-made mailbox: a creation that failed midway leaves one.
pub(super) const HALF_MADE: &str = "a user of Open-XChange without a mailbox";
const CLOSED: &str = "the domain is disabled";
pub(super) const GUARDED: &str = "the address is guarded";
const LEADS_ELSEWHERE: &str = "the address is guarded, and its emails would reach another domain of the portal";

/// A mailbox of the portal, or a destination of one of its aliases.
pub struct Item {
    /// What it is, in words.
    pub words: String,
    pub(super) object: Object,
    pub(super) part: LocalPart,
    /// The destination of an alias; `None` for a mailbox.
    pub(super) destination: Option<Destination>,
    pub(super) next: Next,
    /// Whether its job was run before.
    pub(super) is_repeated: bool,
}

/// What is done next about an object.
pub(super) enum Next {
    /// The result is reported.
    Tell(PushResult),
    /// These changes are waited for.
    Await(Vec<WaitingChange>),
    /// It is asked for once more, since dimail does not have it.
    Ask,
}

impl Next {
    fn refuse(why: &str) -> Self {
        Self::Tell(PushResult::Refused(why.to_owned()))
    }
}

/// What dimail showed of an object, and when it was asked.
pub(super) type Shown<'a, T> = (Option<&'a T>, Timestamp);

/// The mailboxes and the destinations of aliases that dimail had of a domain. Without an observation they have
/// the result that asking for it had.
pub(crate) async fn content(
    app: &App,
    domain: &Domain,
    observation: Result<&Observation, &PushResult>,
) -> Result<[Vec<Item>; 2], Fault> {
    Ok([mailboxes(app, domain.id, observation).await?, pairs(app, domain.id, observation).await?])
}

async fn mailboxes(
    app: &App,
    id: DomainId,
    observation: Result<&Observation, &PushResult>,
) -> Result<Vec<Item>, Fault> {
    let (mut items, mut last) = (Vec::new(), None);
    loop {
        let mut tx = app.store.begin().await?;
        let Some(locked) = tx.lock_as_operator(id).await? else { return Ok(items) };
        let mut some = tx.mailboxes_to_compare(&locked, last.as_ref(), AT_ONCE).await?;
        for stored in some.iter().filter(|stored| was_there(&stored.mailbox)) {
            let next = match observation {
                Ok(Observation { observed, began }) => {
                    let at = observed.mailboxes().get(observed.places_of(stored.mailbox.local_part.as_str()));
                    let seen = at.unwrap_or_default().first();
                    next_of_mailbox(&mut tx, &locked, stored, (seen, *began)).await?
                }
                Err(result) => Next::Tell(result.clone()),
            };
            let words = format!("mailbox {}", stored.mailbox.address(&locked.domain.name));
            let (object, part) = (Object::Mailbox(stored.mailbox.id), stored.mailbox.local_part.clone());
            items.push(Item { words, object, part, destination: None, next, is_repeated: false });
        }
        app.commit(tx).await?;
        last = some.pop();
        if last.is_none() {
            return Ok(items);
        }
    }
}

async fn pairs(app: &App, id: DomainId, observation: Result<&Observation, &PushResult>) -> Result<Vec<Item>, Fault> {
    let (mut items, mut last) = (Vec::new(), None);
    loop {
        let mut tx = app.store.begin().await?;
        let Some(locked) = tx.lock_as_operator(id).await? else { return Ok(items) };
        let mut some = tx.pairs_to_compare(&locked, last.as_ref(), AT_ONCE).await?;
        for stored in some.iter().filter(|stored| is_content(stored)) {
            let (part, destination) = (&stored.pair.local_part, &stored.pair.destination);
            let next = match observation {
                Ok(Observation { observed, began }) => {
                    let place = observed.place_of_pair(part, destination);
                    let seen = place.and_then(|place| observed.pairs().get(place));
                    next_of_pair(&mut tx, &locked, stored, (seen, *began)).await?
                }
                Err(result) => Next::Tell(result.clone()),
            };
            let words = format!("alias {} \u{2192} {}", part.at(&locked.domain.name), destination.as_str());
            let (object, destination) = (Object::Alias(part.clone()), Some(destination.clone()));
            items.push(Item { words, object, part: part.clone(), destination, next, is_repeated: false });
        }
        app.commit(tx).await?;
        last = some.pop();
        if last.is_none() {
            return Ok(items);
        }
    }
}

/// Whether dimail had a mailbox that is still wanted: what was deleted here does not come back.
fn was_there(mailbox: &Mailbox) -> bool {
    mailbox.wants != Wants::Absent && mailbox.there_since.is_some()
}

/// Whether a destination is wanted that dimail had, or may have. One that it refused is not asked for again.
fn is_content(StoredPair { pair, .. }: &StoredPair) -> bool {
    let may_be_there = match pair.known {
        AliasKnown::Present => true,
        AliasKnown::Absent => pair.reason.is_none(),
        AliasKnown::New => false,
    };
    pair.wanted && (may_be_there || pair.is_pushed)
}

/// Compares a mailbox, and stores that it is created again if dimail lost it.
pub(super) async fn next_of_mailbox(
    tx: &mut Tx,
    locked: &Locked<ByPortal>,
    stored: &StoredMailbox,
    (seen, began): Shown<'_, Seen>,
) -> Result<Next, Fault> {
    let mailbox = &stored.mailbox;
    match mailbox_line(&locked.domain.name, Some(stored), seen).map(|line| line.difference) {
        None if mailbox.known.is_present() => return Ok(Next::Tell(PushResult::Present)),
        None if mailbox.known == Known::HalfMade => return Ok(Next::refuse(HALF_MADE)),
        None | Some(Difference::OnlyHere | Difference::UnderWay) => {}
        Some(difference) => return Ok(Next::refuse(how_it_differs(difference, mailbox))),
    }
    if locked.domain.status == DomainStatus::Disabled {
        return Ok(Next::refuse(CLOSED));
    }
    let object = Object::Mailbox(mailbox.id);
    let waiting = tx.waiting_changes(locked, &object).await?;
    // What was asked before goes on; and what was shown says nothing of what changed since.
    let is_other = !waiting.is_empty() || seen.is_some() || tx.has_changed_since(locked, &object, None, began).await?;
    if is_other {
        return Ok(Next::Await(waiting));
    }
    let Ok(may) = tx.guard(locked, &mailbox.local_part).await?.may_write() else { return Ok(Next::refuse(GUARDED)) };
    match create_again(tx, (locked, locked), &may, mailbox).await {
        Err(Fault::Denied(Denied::LeadsElsewhere)) => return Ok(Next::refuse(LEADS_ELSEWHERE)),
        created => created?,
    }
    Ok(Next::Await(tx.waiting_changes(locked, &object).await?))
}

/// Compares a destination of an alias, and stores that it is added again if dimail lost it.
pub(super) async fn next_of_pair(
    tx: &mut Tx,
    locked: &Locked<ByPortal>,
    StoredPair { pair, .. }: &StoredPair,
    (seen, began): Shown<'_, SeenPair>,
) -> Result<Next, Fault> {
    if seen.is_some() && pair.known == AliasKnown::Present {
        return Ok(Next::Tell(PushResult::Present));
    }
    if locked.domain.status == DomainStatus::Disabled {
        return Ok(Next::refuse(CLOSED));
    }
    let object = Object::Alias(pair.local_part.clone());
    let mut waiting = tx.waiting_changes(locked, &object).await?;
    waiting.retain(|change| change.is_about(pair));
    let destination = Some(pair.destination.as_str());
    if !waiting.is_empty() || tx.has_changed_since(locked, &object, destination, began).await? {
        return Ok(Next::Await(waiting));
    }
    let Ok(may) = tx.guard(locked, &pair.local_part).await?.may_write() else { return Ok(Next::refuse(GUARDED)) };
    match add_again(tx, locked, &may, pair).await {
        Err(Fault::Denied(Denied::LeadsElsewhere)) => return Ok(Next::refuse(LEADS_ELSEWHERE)),
        added => added?,
    }
    let mut waiting = tx.waiting_changes(locked, &object).await?;
    waiting.retain(|change| change.is_about(pair));
    Ok(Next::Await(waiting))
}

/// How a mailbox differs that dimail has. People decide about it.
fn how_it_differs(difference: Difference, mailbox: &Mailbox) -> &'static str {
    match difference {
        Difference::Activity | Difference::NamesAndActivity if mailbox.known == Known::Active => {
            "it is disabled at dimail, and active here"
        }
        Difference::Activity | Difference::NamesAndActivity => "it is active at dimail, and disabled here",
        Difference::Names => "dimail has it under another name",
        Difference::HalfMade => HALF_MADE,
        Difference::Capitals => "dimail has this address, and lists it in another way",
        Difference::Back => "dimail has it again: adopt or push it on the page of the comparison",
        Difference::OnlyThere
        | Difference::Functional
        | Difference::Odd
        | Difference::OnlyHere
        | Difference::UnderWay => "dimail has another mailbox at its address",
    }
}
