//! Checks a domain immediately, for a person or an operator.

use tokio::time::timeout_at;

use crate::actions::domains::add::check_and_wait;
use crate::actions::sync::outcome::Outcome;
use crate::actions::sync::respond::Waiting;
use crate::actions::sync::run::carry_out;
use crate::actions::{App, Result};
use crate::model::order::OrderKind;
use crate::model::{Actor, DomainId, EditDomain, Event, Refusal, Timestamp, Why};
use crate::store::{Allowed, Fault};

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
    locked.domain.check_not_closed()?;
    if locked.domain.refusal.is_some() {
        return Err(Refusal::Conflict(Why::DomainNotAccepted).into());
    }
    if let Some(until) = tx.silent_until(&locked).await? {
        return Ok(CheckNow::Silent(until));
    }
    if !tx.note_check_asked(&locked, asked_at.minus(app.settings.check_now_pause)).await? {
        return Ok(CheckNow::TooSoon);
    }
    tx.make_orders_due(&locked, OrderKind::CheckDomain).await?;
    tx.make_orders_due(&locked, OrderKind::CreateDomain).await?;
    tx.record(&locked, &Event::CheckAsked, None).await?;
    tx.commit().await?;
    // The worker is not woken: the person's own request claims the check, because it has priority.
    let id = by.domain().id;
    let app = &app.for_person(by.actor());
    timeout_at(until, check_and_wait(app, id, until)).await.unwrap_or(Ok(()))?;
    let checked_at = app.store.domain_of(id).await?.and_then(|domain| domain.checked_at);
    Ok(if checked_at >= Some(asked_at) { CheckNow::Checked } else { CheckNow::UnderWay })
}

/// Runs the check of a domain now, for an operator. Returns `None` if there is nothing to check or
/// another process is checking it.
pub async fn check_as_operator(app: &App, domain: DomainId) -> Result<Option<Outcome>, Fault> {
    let mut tx = app.store.begin().await?;
    if let Some(locked) = tx.lock_as_portal(domain, Actor::operator()).await? {
        tx.make_orders_due(&locked, OrderKind::CheckDomain).await?;
        tx.commit().await?;
    }
    let Some(order) = app.store.open_order_of(domain, OrderKind::CheckDomain).await? else { return Ok(None) };
    let Some(order) = app.store.claim_this_order(order, &app.lease()).await? else { return Ok(None) };
    carry_out(app, &order, &Waiting::no_person()).await.map(Some)
}
