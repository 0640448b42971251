//! Runs the job of an object: asks dimail for its state if that is not certain, makes the next step, and
//! records it, until no step is left.
//!
//! Every run of a job goes through here; what the steps are is in `sync::domain`, `sync::mailbox` and
//! `sync::alias`.

use std::pin::pin;
use std::time::Duration;

use secrecy::SecretString;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, sleep_until, timeout_at};
use tracing::Instrument;

use crate::actions::sync::lease::Held;
use crate::actions::sync::respond::{Leaver, Waiting};
use crate::actions::sync::work::{Progress, Work};
use crate::actions::{App, sync};
use crate::model::change::{ChangeOutcome, Object};
use crate::model::id::DomainId;
use crate::model::job::Job;
use crate::model::reason::Reason;
use crate::model::user::Actor;
use crate::store::Fault;

/// How often a waiting request looks whether another process has recorded the outcome of its change.
const LOOK_INTERVAL: Duration = Duration::from_millis(200);

/// Runs a claimed job until no step is left.
///
/// # Errors
/// When the database does not answer. The lease then expires, and the job runs again.
pub async fn run(app: &App, job: Job, waiting: &Waiting) -> Result<(), Fault> {
    carry_out(app, job, waiting, false).await
}

/// Runs the job of an object before it is due, or waits until the process that works on it is done. With
/// `looks_first`, dimail is asked first what it has: nothing is sent twice that was carried out without an answer.
pub(crate) async fn run_now(app: &App, domain: DomainId, object: &Object, looks_first: bool) -> Result<(), Fault> {
    match app.store.claim_job_of(domain, object, &app.lease()).await? {
        Some(job) => carry_out(app, job, &Waiting::no_person(), looks_first).await,
        None => until_idle(app, domain, object).await,
    }
}

async fn carry_out(app: &App, job: Job, waiting: &Waiting, looks_first: bool) -> Result<(), Fault> {
    let _held = Held::job(app, &job);
    let (id, object) = (job.id, job.object.clone());
    let mut work = Work {
        app,
        job,
        waiting,
        looks_first,
        observed_at: None,
        has_progressed: false,
        absent_at: None,
        has_called: false,
    };
    loop {
        let progress = match &object {
            Object::Domain => sync::domain::advance(&mut work).await,
            Object::Mailbox(_) => sync::mailbox::advance(&mut work).await,
            Object::Alias(_) => sync::alias::advance(&mut work).await,
        };
        work.tell();
        match progress {
            Ok(Progress::Again) => continue,
            Ok(Progress::Later(trouble)) => {
                tracing::info!(job = %id, object = object.kind(), attempts = work.job.attempts, ?trouble, "job put off");
            }
            Ok(Progress::Ended | Progress::Lost) => {}
            Err(fault) => {
                tracing::error!(job = %id, object = object.kind(), %fault, "result not recorded");
                return Err(fault);
            }
        }
        app.wake.notify_one();
        return Ok(());
    }
}

/// What a person who waited for a change is told.
#[derive(Debug)]
pub(crate) enum Awaited {
    /// dimail has it; with the first password of a mailbox that was just created for this person.
    Done(Option<SecretString>),
    /// dimail refused it.
    Refused(Reason),
    /// It is stored, and goes on without the person; or a later change took its place.
    UnderWay,
}

/// Runs a job that this process has claimed for these changes in a task of its own, and waits for their
/// outcomes: until all are known, the job is put off, or the person must be answered. Without a job,
/// another process works on the object.
pub(crate) async fn run_for_person(
    app: &App,
    job: Option<Job>,
    (domain, changes): (DomainId, &[i64]),
    mut until: Instant,
) -> Vec<Awaited> {
    let waiting = Waiting::person_for(changes);
    let leaver = Leaver(waiting.clone());
    let has_task = job.is_some();
    let mut task = spawned(app, job, &waiting);
    // The steps of other jobs are no news for a request with a task of its own: each would cost a question.
    let recorded = if has_task { waiting.recorded() } else { &*app.changed };
    loop {
        let mut news = pin!(recorded.notified());
        news.as_mut().enable();
        let is_over = task.is_finished();
        let outcomes = outcomes(app, domain, changes, &waiting).await;
        let are_known = !outcomes.iter().any(|outcome| matches!(outcome, Awaited::UnderWay));
        if are_known || (is_over && has_task) {
            drop(leaver);
            return outcomes;
        }
        tokio::select! {
            () = news => {}
            () = sleep(LOOK_INTERVAL) => {}
            _ = &mut task, if !is_over => {}
            () = async { tokio::select! { () = sleep_until(until) => {}, () = app.shutdown.cancelled() => {} } } => {
                let is_answered = outcomes.iter().any(|outcome| matches!(outcome, Awaited::Refused(_)));
                if waiting.leave() || !has_task || is_answered {
                    return outcomes;
                }
                // The task is about to answer: only a short transaction is left. Afterwards it may go on with
                // other calls, for which the person does not wait.
                until += LOOK_INTERVAL;
            }
        }
    }
}

fn spawned(app: &App, job: Option<Job>, waiting: &Waiting) -> JoinHandle<()> {
    let (app, waiting) = (app.clone(), waiting.clone());
    let tracker = app.under_way.clone();
    let work = async move {
        if let Some(job) = job {
            // The error is logged already; the lease expires, and the job runs again.
            drop(run(&app, job, &waiting).await);
        }
    };
    // The task's log lines carry the request id.
    tracker.spawn(work.in_current_span())
}

/// Runs the job of a domain that this process has claimed to check it, or waits until the process that has it
/// is done, until the person must be answered.
pub(crate) async fn check_for_person(app: &App, job: Option<Job>, domain: DomainId, until: Instant) {
    drop(spawned(app, job, &Waiting::no_person()));
    // Whether it is over or the person is answered before, there is nothing to hand over.
    let work = timeout_at(until, until_idle(app, domain, &Object::Domain));
    let _over = app.shutdown.run_until_cancelled(work).await;
}

/// Waits until no process works on an object.
async fn until_idle(app: &App, domain: DomainId, object: &Object) -> Result<(), Fault> {
    loop {
        let mut news = pin!(app.changed.notified());
        news.as_mut().enable();
        match app.store.job_of(domain, object).await? {
            Some(job) if job.running => {}
            _ => return Ok(()),
        }
        tokio::select! {
            () = news => {}
            () = sleep(LOOK_INTERVAL) => {}
        }
    }
}

/// The outcomes so far. A database that does not answer is no reason to ask the person to send the form
/// again: the change is stored.
async fn outcomes(app: &App, domain: DomainId, changes: &[i64], waiting: &Waiting) -> Vec<Awaited> {
    let mut outcomes = Vec::new();
    for change in changes {
        outcomes.push(match app.store.outcome_of(domain, *change).await {
            Ok(Some((ChangeOutcome::Done, _))) => Awaited::Done(waiting.password()),
            Ok(Some((ChangeOutcome::Refused | ChangeOutcome::GivenUp, Some(reason)))) => Awaited::Refused(reason),
            // The change of a refused domain has gone with it.
            Ok(None) => waiting.refusal().map_or(Awaited::UnderWay, Awaited::Refused),
            Ok(Some(_)) | Err(_) => Awaited::UnderWay,
        });
    }
    outcomes
}

/// Releases parked jobs of one domain whose status allows them now. Returns `false` if there is none.
///
/// # Errors
/// When the database does not answer.
pub async fn release_parked(app: &App) -> Result<bool, Fault> {
    let Some(domain) = app.store.releasing_domain().await? else { return Ok(false) };
    let mut tx = app.store.begin().await?;
    if let Some(locked) = tx.lock_as_portal(domain, Actor::portal()).await? {
        tx.release_some(&locked).await?;
        tx.commit().await?;
    }
    Ok(true)
}

/// Makes the jobs due that dimail did not answer, if it has answered again after it was down: after an hour their
/// pauses are minutes long.
///
/// # Errors
/// When the database does not answer.
pub async fn retry_put_off(app: &App) -> Result<(), Fault> {
    if app.dimail.limiter().take_return() {
        app.store.retry_put_off_jobs().await?;
    }
    Ok(())
}
