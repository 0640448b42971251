//! Carries out claimed orders and sends claimed emails, for the worker and for a waiting person alike.

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
    };
    app.wake.notify_one();
    match &outcome {
        Ok(Outcome::Later(trouble)) => {
            tracing::info!(order = %order.id, kind = order.kind.as_str(), attempts = order.attempts, ?trouble, "order put off");
        }
        Ok(Outcome::Refused(reason)) => {
            tracing::info!(order = %order.id, kind = order.kind.as_str(), ?reason, "order refused");
        }
        Ok(Outcome::Done | Outcome::Lost) => {}
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
    let waiting = Waiting::person();
    let (task_app, task_waiting) = (app.clone(), waiting.clone());
    let work = async move { carry_out(&task_app, &order, &task_waiting).await };
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
