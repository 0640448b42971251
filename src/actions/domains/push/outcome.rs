//! Runs the jobs of what was asked for again, and reports what became of it.

use super::PushResult;
use super::content::{GUARDED, HALF_MADE, Item, Next, next_of_mailbox, next_of_pair};
use crate::actions::{App, sync};
use crate::dimail::CallRefused;
use crate::model::Domain;
use crate::model::alias::{AliasDestination, AliasKnown};
use crate::model::change::{ChangeKind, ChangeOutcome, Object, WaitingChange};
use crate::model::reason::Reason;
use crate::store::Fault;

/// What became of an object, after its job has run. It can be called again for one with an unknown result.
pub(crate) async fn carried_out(app: &App, domain: &Domain, item: &mut Item) -> Result<PushResult, Fault> {
    loop {
        item.next = match &item.next {
            Next::Tell(result) => return Ok(result.clone()),
            Next::Ask => asked(app, domain, item).await?,
            Next::Await(changes) => {
                let changes = changes.clone();
                let is_repeated = std::mem::replace(&mut item.is_repeated, true);
                sync::job::run_now(app, domain.id, &item.object, is_repeated).await?;
                match outcome(app, domain, item, &changes).await? {
                    Outcome::Told(result) => return Ok(result),
                    Outcome::Lost => Next::Ask,
                    Outcome::GivenUp => {
                        item.next = Next::Ask;
                        return Ok(PushResult::Unknown("no answer from dimail for too long".to_owned()));
                    }
                }
            }
        };
    }
}

/// Asks once more for what dimail was just seen not to have.
async fn asked(app: &App, domain: &Domain, item: &Item) -> Result<Next, Fault> {
    let gone = || Next::Tell(PushResult::Refused("it was deleted here meanwhile".to_owned()));
    let mut tx = app.store.begin().await?;
    let Some(locked) = tx.lock_as_operator(domain.id).await? else { return Ok(gone()) };
    let now = app.clock.now();
    let next = if let Some(destination) = &item.destination {
        let stored = tx.pair_to_compare(&locked, &item.part, destination).await?;
        let Some(stored) = stored.filter(|stored| stored.pair.wanted) else { return Ok(gone()) };
        next_of_pair(&mut tx, &locked, &stored, (None, now)).await?
    } else {
        let Some(stored) = tx.mailbox_to_compare(&locked, &item.part).await? else { return Ok(gone()) };
        next_of_mailbox(&mut tx, &locked, &stored, (None, now)).await?
    };
    tx.commit().await?;
    Ok(next)
}

enum Outcome {
    Told(PushResult),
    /// dimail does not have it any longer.
    Lost,
    /// dimail gave no answer for too long.
    GivenUp,
}

/// What became of the changes of an object.
async fn outcome(app: &App, domain: &Domain, item: &Item, changes: &[WaitingChange]) -> Result<Outcome, Fault> {
    let mut done = if changes.is_empty() { known(app, domain, item).await? } else { PushResult::Present };
    for change in changes {
        let is_made = matches!(change.kind, ChangeKind::CreateMailbox | ChangeKind::AddDestination);
        let told = match app.store.outcome_of(domain.id, change.sequence).await? {
            Some((ChangeOutcome::Done, _)) => {
                done = if is_made { PushResult::Created } else { done };
                continue;
            }
            Some((ChangeOutcome::Waiting, _)) => waits(app, domain, item).await?,
            Some((ChangeOutcome::Refused, Some(Reason::Gone))) => return Ok(Outcome::Lost),
            Some((ChangeOutcome::GivenUp, _)) => return Ok(Outcome::GivenUp),
            Some((_, Some(reason))) => PushResult::Refused(in_words(&reason)),
            _ => PushResult::Refused("something else was asked of it meanwhile".to_owned()),
        };
        let is_half = done == PushResult::Created && change.kind == ChangeKind::DisableMailbox;
        return Ok(Outcome::Told(if is_half { told.after("made, but not disabled") } else { told }));
    }
    Ok(Outcome::Told(done))
}

/// The result for an object of which nothing waits.
async fn known(app: &App, domain: &Domain, item: &Item) -> Result<PushResult, Fault> {
    let is_there = if let Object::Mailbox(id) = &item.object {
        app.store.mailbox_in_domain(*id).await?.is_some_and(|found| found.mailbox.known.is_present())
    } else {
        let pairs = app.store.pairs_of(domain.id, &item.part).await?;
        let is_own = |pair: &AliasDestination| item.destination.as_ref() == Some(&pair.destination);
        pairs.iter().any(|pair| is_own(pair) && pair.known == AliasKnown::Present)
    };
    Ok(if is_there { PushResult::Present } else { PushResult::Unknown("it was changed meanwhile".to_owned()) })
}

/// Why a change waits.
async fn waits(app: &App, domain: &Domain, item: &Item) -> Result<PushResult, Fault> {
    let job = app.store.job_of(domain.id, &item.object).await?;
    if job.as_ref().is_some_and(|job| job.due_at.is_none()) {
        return Ok(PushResult::Refused("it waits until its domain is active".to_owned()));
    }
    let trouble = job.and_then(|job| job.trouble);
    let why = trouble.map_or_else(|| "it is under way".to_owned(), |trouble| trouble.detail().to_owned());
    Ok(PushResult::Unknown(why))
}

/// Why dimail does not have it, for an operator.
fn in_words(reason: &Reason) -> String {
    let words = match reason {
        Reason::Refused { status, detail } => {
            return CallRefused { status: *status, detail: detail.clone() }.to_string();
        }
        Reason::DisplayNameTaken { holder: Some(holder) } => return format!("{holder} has its display name"),
        Reason::DisplayNameTaken { holder: None } => "another mailbox of its context has its display name",
        Reason::LocalPartTakenElsewhere => "another domain of its context has its local part",
        Reason::AddressTaken | Reason::DomainKnown => "dimail has another mailbox at its address",
        Reason::HalfMade | Reason::UserLeft => HALF_MADE,
        Reason::CannotDisable | Reason::CannotEnable | Reason::CannotRename => "dimail does not carry it out",
        Reason::Guarded => GUARDED,
        Reason::Gone => "dimail does not have it any longer",
        Reason::GivenUp => "no answer for too long",
    };
    words.to_owned()
}
