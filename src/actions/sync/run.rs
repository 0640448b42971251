//! Carries out claimed orders and sends claimed emails, for the worker and for a waiting person alike.

use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout_at};
use tracing::Instrument;

use crate::actions::sync::lease::Held;
use crate::actions::sync::outcome::Outcome;
use crate::actions::sync::respond::{Leaver, Waiting};
use crate::actions::{App, emails, sync};
use crate::model::email::Email;
use crate::model::order::{Order, OrderKind};
use crate::store::Fault;

/// Carries out an order that this process has claimed.
///
/// # Errors
/// When the database does not answer. The lease then expires, and the order is in doubt.
pub async fn carry_out(app: &App, order: &Order, waiting: &Waiting) -> Result<Outcome, Fault> {
    let _held = Held::order(app, order.id);
    let outcome = match order.kind {
        OrderKind::CreateDomain => sync::create_domain::create(app, order, waiting).await,
        OrderKind::CheckDomain => sync::check::check_domain(app, order).await,
        OrderKind::CreateMailbox => sync::create_mailbox::create(app, order, waiting).await,
        OrderKind::RenameMailbox | OrderKind::DisableMailbox | OrderKind::EnableMailbox | OrderKind::DeleteMailbox => {
            sync::change_mailbox::change(app, order, waiting).await
        }
        OrderKind::CreateAlias => sync::alias::create(app, order, waiting).await,
        OrderKind::RemoveDestination => sync::alias::remove(app, order).await,
        OrderKind::DeleteAlias => sync::alias::delete(app, order).await,
    };
    app.wake.notify_one();
    match &outcome {
        Ok(Outcome::Later(trouble)) => {
            tracing::info!(order = %order.id, kind = order.kind.as_str(), attempts = order.attempts, ?trouble, "order put off");
        }
        Ok(Outcome::Refused(reason)) => {
            tracing::info!(order = %order.id, kind = order.kind.as_str(), ?reason, "order refused");
        }
        Ok(Outcome::Done { .. } | Outcome::Free | Outcome::Lost) => {}
        Err(fault) => tracing::error!(order = %order.id, kind = order.kind.as_str(), %fault, "result not recorded"),
    }
    outcome
}

/// Sends an email that this process has claimed.
pub async fn send(app: &App, email: &Email) -> Result<(), Fault> {
    let _held = Held::email(app, email.id);
    emails::deliver::send(app, email).await
}

/// Answers the oldest request for first access to a mailbox without an account. Returns `false` when
/// none waits.
pub async fn answer_first_access(app: &App) -> Result<bool, Fault> {
    emails::first_access::answer(app).await
}

/// Carries out a stored order in its own task, and waits until the person must be answered. Returns `None`
/// if it takes longer or the person has gone; the task then continues in the background. Also returns
/// `None` if the database does not take the result: the change is stored, so the person must not be
/// asked to send it again, and the order is in doubt once its lease expires.
pub(crate) async fn carry_out_for_person(app: &App, order: Order, until: Instant) -> Option<Outcome> {
    carry_out_in_turn(app, order, &Arc::new(Semaphore::new(1)), until).await
}

/// As [`carry_out_for_person`], for one of several orders that share their concurrency limit and the
/// time that the person waits. An order keeps its lease while it waits for its turn.
pub(crate) async fn carry_out_in_turn(
    app: &App,
    order: Order,
    turns: &Arc<Semaphore>,
    until: Instant,
) -> Option<Outcome> {
    let waiting = Waiting::person();
    let (task_app, task_waiting, task_turns) = (app.clone(), waiting.clone(), Arc::clone(turns));
    let work = async move {
        let _held = Held::order(&task_app, order.id);
        let _turn = task_turns.acquire_owned().await;
        carry_out(&task_app, &order, &task_waiting).await
    };
    // The task's log lines carry the request id.
    let mut task = app.under_way.spawn(work.in_current_span());
    let leaver = Leaver(waiting.clone());
    let patient = app.shutdown.run_until_cancelled(timeout_at(until, &mut task));
    let joined = match patient.await.and_then(Result::ok) {
        Some(joined) => joined,
        None if waiting.leave() => return None,
        // The task is about to answer: only a short transaction is left.
        None => task.await,
    };
    drop(leaver);
    // If the task panicked, its lease expires as well.
    joined.ok().and_then(Result::ok)
}

/// Asks dimail in its own task whether an order in doubt took effect, and waits until the person must
/// be answered.
pub(crate) async fn settle_for_person(app: &App, order: Order, until: Instant) -> Result<Option<Outcome>, Fault> {
    let task_app = app.clone();
    // The task's log lines carry the request id.
    let work = async move {
        let _held = Held::order(&task_app, order.id);
        let outcome = match order.kind {
            OrderKind::CreateMailbox => sync::create_mailbox::settle(&task_app, &order).await,
            OrderKind::RenameMailbox
            | OrderKind::DisableMailbox
            | OrderKind::EnableMailbox
            | OrderKind::DeleteMailbox => sync::change_mailbox::settle(&task_app, &order).await,
            // The orders about domains and aliases are settled by their next attempt.
            OrderKind::CreateDomain
            | OrderKind::CheckDomain
            | OrderKind::CreateAlias
            | OrderKind::RemoveDestination
            | OrderKind::DeleteAlias => Ok(Outcome::Lost),
        };
        if !matches!(outcome, Ok(Outcome::Free)) {
            task_app.wake.notify_one();
        }
        outcome
    };
    let task = app.under_way.spawn(work.in_current_span());
    let joined = app.shutdown.run_until_cancelled(timeout_at(until, task)).await.and_then(Result::ok);
    joined.and_then(Result::ok).transpose()
}
