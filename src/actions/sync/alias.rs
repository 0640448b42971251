//! Adds destinations of aliases at dimail, removes them there, and records the result. Both calls can
//! be repeated without harm, so dimail is asked for its present state only when it refuses a call that
//! an earlier attempt may already have carried out.

use crate::actions::App;
use crate::actions::sync;
use crate::actions::sync::outcome::Outcome;
use crate::actions::sync::respond::Waiting;
use crate::actions::sync::retry::Later;
use crate::dimail::{CallError, Made};
use crate::model::activity::Event;
use crate::model::address::LocalPart;
use crate::model::alias::AliasDestination;
use crate::model::domain::Domain;
use crate::model::order::Order;
use crate::model::reason::Reason;
use crate::model::user::Actor;
use crate::store::{AliasInDomain, ByPortal, Fault, Locked, Tx};

/// The result of an attempt, before it is recorded.
enum AliasResult {
    /// dimail has made the change, or had made it before.
    Done,
    /// dimail refused.
    Refused(Reason),
    /// The result is unknown, or the change was not made.
    Later(Later),
}

impl AliasResult {
    fn of(result: Result<(), CallError>, in_doubt: bool) -> Self {
        match result {
            Ok(()) => Self::Done,
            Err(CallError::Refused(refusal)) => Self::Refused(Reason::Refused { detail: refusal.detail }),
            Err(failure) => Self::Later(Later::after(&failure, in_doubt || failure.may_have_acted())),
        }
    }
}

/// The alias and destination of an order, with their domain.
async fn pair(app: &App, order: &Order) -> Result<Option<AliasInDomain>, Fault> {
    match order.alias_id {
        Some(id) => app.store.pair_of(id).await,
        None => Ok(None),
    }
}

/// Adds a destination at dimail. One that already exists counts as added.
pub(crate) async fn create(app: &App, order: &Order, waiting: &Waiting) -> Result<Outcome, Fault> {
    let Some(AliasInDomain { pair, domain, cleared }) = pair(app, order).await? else { return Ok(Outcome::Lost) };
    // The alias may have become guarded since the destination was stored.
    if app.store.guard_at(domain.id, &domain.name, &pair.local_part).await? > cleared {
        return record_created(app, order, &pair, AliasResult::Refused(Reason::Guarded), waiting).await;
    }
    let made = app.dimail.add_alias(&domain.name, &pair.local_part, pair.destination.as_str()).await;
    let no = match &made {
        Ok(Made::AlreadyThere) => Some(Reason::Refused { detail: String::new() }),
        // An earlier attempt without an answer may have added it.
        Err(CallError::Refused(refusal)) if order.in_doubt => Some(Reason::Refused { detail: refusal.detail.clone() }),
        _ => None,
    };
    let result = match no {
        Some(reason) => settled(app, &domain, &pair.local_part, reason, |has| has.contains(&pair)).await,
        None => AliasResult::of(made.map(|_| ()), order.in_doubt),
    };
    let result = match result {
        AliasResult::Later(later) if later.is_hopeless(app, order, waiting) => AliasResult::Refused(Reason::GivenUp),
        result => result,
    };
    record_created(app, order, &pair, result, waiting).await
}

/// The destinations that dimail has of an alias.
struct Has(Vec<String>);

impl Has {
    fn contains(&self, pair: &AliasDestination) -> bool {
        self.0.iter().any(|other| other.to_lowercase() == pair.destination.key())
    }
}

/// Asks dimail for its present state, when it refused a change that may already have been made.
async fn settled(
    app: &App,
    domain: &Domain,
    part: &LocalPart,
    reason: Reason,
    is_done: impl Fn(&Has) -> bool,
) -> AliasResult {
    match app.dimail.destinations(&domain.name, part).await {
        Ok(has) => {
            if is_done(&Has(has)) {
                AliasResult::Done
            } else {
                AliasResult::Refused(reason)
            }
        }
        Err(failure) => AliasResult::Later(Later::after(&failure, true)),
    }
}

async fn record_created(
    app: &App,
    order: &Order,
    pair: &AliasDestination,
    result: AliasResult,
    waiting: &Waiting,
) -> Result<Outcome, Fault> {
    let Some((mut tx, locked)) = locked(app, order).await? else { return Ok(Outcome::Lost) };
    let outcome = match result {
        AliasResult::Done => {
            if !tx.finish_order(order, app.id, None, false).await? {
                return Ok(Outcome::Lost);
            }
            tx.open_destination(&locked, pair.id).await?;
            Outcome::Done { password: None }
        }
        AliasResult::Refused(reason) => {
            // An order given up without an answer may have been carried out.
            if !tx.finish_order(order, app.id, Some(&reason), reason == Reason::GivenUp).await? {
                return Ok(Outcome::Lost);
            }
            let address = pair.local_part.at(&locked.domain.name);
            let destination = pair.destination.as_str().to_owned();
            tx.record(&locked, &Event::AliasFailed { address, destination, reason: reason.clone() }, None).await?;
            if waiting.claim_answer() {
                tx.delete_destinations(&locked, &pair.local_part, Some(pair.id)).await?;
            } else {
                tx.fail_destination(&locked, pair.id, &reason).await?;
                if reason == Reason::Guarded {
                    sync::guarded::tell_owners(app, &mut tx, &locked, &pair.local_part).await?;
                }
            }
            Outcome::Refused(reason)
        }
        AliasResult::Later(later) => later.put_off(app, &mut tx, order).await?,
    };
    tx.commit().await?;
    Ok(outcome)
}

/// Removes a destination at dimail. The order is never given up: a removed destination must not go on
/// receiving messages.
pub(crate) async fn remove(app: &App, order: &Order) -> Result<Outcome, Fault> {
    let Some(AliasInDomain { pair, domain, .. }) = pair(app, order).await? else { return Ok(Outcome::Lost) };
    let removed = app.dimail.remove_alias(&domain.name, &pair.local_part, pair.destination.as_str()).await;
    let result = gone(app, order, &domain, &pair, removed, |has| !has.contains(&pair)).await;
    record_removed(app, order, &pair.local_part, Some(&pair), result).await
}

/// The result of a removal. A refusal after an attempt without an answer may mean that it was removed
/// before.
async fn gone(
    app: &App,
    order: &Order,
    domain: &Domain,
    pair: &AliasDestination,
    removed: Result<(), CallError>,
    is_done: impl Fn(&Has) -> bool,
) -> AliasResult {
    match removed {
        Err(CallError::Refused(refusal)) if order.in_doubt => {
            let reason = Reason::Refused { detail: refusal.detail };
            settled(app, domain, &pair.local_part, reason, is_done).await
        }
        removed => AliasResult::of(removed, order.in_doubt),
    }
}

/// Deletes an alias at dimail, including destinations that the portal does not know.
pub(crate) async fn delete(app: &App, order: &Order) -> Result<Outcome, Fault> {
    let Some(AliasInDomain { pair, domain, .. }) = pair(app, order).await? else { return Ok(Outcome::Lost) };
    let removed = app.dimail.remove_all_destinations(&domain.name, &pair.local_part).await;
    let result = gone(app, order, &domain, &pair, removed, |has| has.0.is_empty()).await;
    record_removed(app, order, &pair.local_part, None, result).await
}

async fn record_removed(
    app: &App,
    order: &Order,
    part: &LocalPart,
    only: Option<&AliasDestination>,
    result: AliasResult,
) -> Result<Outcome, Fault> {
    let Some((mut tx, locked)) = locked(app, order).await? else { return Ok(Outcome::Lost) };
    let id = only.map(|pair| pair.id);
    let outcome = match result {
        AliasResult::Done => {
            if !tx.finish_order(order, app.id, None, false).await? {
                return Ok(Outcome::Lost);
            }
            tx.delete_destinations(&locked, part, id).await?;
            Outcome::Done { password: None }
        }
        AliasResult::Refused(reason) => {
            if !tx.finish_order(order, app.id, Some(&reason), false).await? {
                return Ok(Outcome::Lost);
            }
            tx.keep_destinations(&locked, part, id, &reason).await?;
            let destination = only.map(|pair| pair.destination.as_str().to_owned());
            let address = part.at(&locked.domain.name);
            tx.record(&locked, &Event::AliasKept { address, destination, reason: reason.clone() }, None).await?;
            Outcome::Refused(reason)
        }
        AliasResult::Later(later) => later.put_off(app, &mut tx, order).await?,
    };
    tx.commit().await?;
    Ok(outcome)
}

async fn locked(app: &App, order: &Order) -> Result<Option<(Tx, Locked<ByPortal>)>, Fault> {
    let mut tx = app.store.begin().await?;
    let locked = tx.lock_as_portal(order.domain_id, Actor::portal()).await?;
    Ok(locked.map(|locked| (tx, locked)))
}
