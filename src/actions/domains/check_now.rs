//! Checks a domain immediately, for a person or an operator.

use tokio::time::Instant;

use crate::actions::domains::share_dns::look_up;
use crate::actions::emails::token::hash_of;
use crate::actions::sync::job::{check_for_person, run};
use crate::actions::sync::respond::Waiting;
use crate::actions::{App, Result};
use crate::model::change::{JobView, Object};
use crate::model::{Actor, DomainId, EditDomain, Event, Refusal, Timestamp, Why};
use crate::store::{Allowed, Due, Fault, Locked, Tx};

/// The result of "check now".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckNow {
    /// There is a new result.
    Checked,
    /// The check is still running.
    UnderWay,
    /// The previous check is too recent.
    TooSoon,
    /// The name servers did not answer the last check: the next one is at this time.
    Silent(Timestamp),
}

/// Runs the check immediately.
pub async fn check_now(app: &App, by: &Allowed<EditDomain>) -> Result<CheckNow> {
    let (asked_at, until) = (app.clock.now(), app.answer_by());
    let mut tx = app.store.begin().await?;
    let locked = tx.lock(by).await?;
    start(app, tx, &locked, (asked_at, until)).await
}

/// The same for a person without an account, who has a link to the domain's DNS settings. The pause after a
/// check is the domain's own: it holds for all.
pub async fn check_by_link(app: &App, token: &str, origin: &str) -> Result<CheckNow> {
    let (asked_at, until) = (app.clock.now(), app.answer_by());
    let shared = look_up(app, token).await?;
    let mut tx = app.store.begin().await?;
    let actor = Actor::by_link(&shared.share.email, origin);
    let locked = tx.lock_as_portal(shared.domain.id, actor).await?.ok_or(Refusal::NotFound)?;
    if !tx.has_dns_link(&locked, &hash_of(token)).await? {
        return Err(Refusal::NotFound.into());
    }
    start(app, tx, &locked, (asked_at, until)).await
}

async fn start<R>(
    app: &App,
    mut tx: Tx,
    locked: &Locked<R>,
    (asked_at, until): (Timestamp, Instant),
) -> Result<CheckNow> {
    locked.domain.check_not_closed()?;
    if locked.domain.refusal.is_some() {
        return Err(Refusal::Conflict(Why::DomainNotAccepted).into());
    }
    if let Some(until) = tx.silent_until(locked).await? {
        return Ok(CheckNow::Silent(until));
    }
    if !tx.note_check_asked(locked, asked_at.minus(app.settings.check_now_pause)).await? {
        return Ok(CheckNow::TooSoon);
    }
    tx.record(locked, &Event::CheckAsked, None).await?;
    let job = tx.need_step(locked, &Object::Domain, Due::Here(app.lease())).await?;
    tx.commit().await?;
    let id = locked.domain.id;
    check_for_person(&app.for_person(&locked.actor), job, id, until).await;
    let checked_at = app.store.domain_of(id).await?.and_then(|domain| domain.checked_at);
    Ok(if checked_at >= Some(asked_at) { CheckNow::Checked } else { CheckNow::UnderWay })
}

/// Runs the check of a domain now, for an operator. Returns its job afterwards, which has the trouble if there
/// was no result; `None` if there is nothing to check or another process is checking it.
pub async fn check_as_operator(app: &App, domain: DomainId) -> Result<Option<JobView>, Fault> {
    let mut tx = app.store.begin().await?;
    let Some(locked) = tx.lock_as_operator(domain).await? else { return Ok(None) };
    if locked.domain.accepted_at.is_none() || locked.domain.check_not_closed().is_err() {
        return Ok(None);
    }
    let job = tx.need_step(&locked, &Object::Domain, Due::Here(app.lease())).await?;
    tx.commit().await?;
    let Some(job) = job else { return Ok(None) };
    run(app, job, &Waiting::no_person()).await?;
    app.store.job_of(domain, &Object::Domain).await
}
