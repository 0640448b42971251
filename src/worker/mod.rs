//! The background worker: claims due jobs and emails, carries them out concurrently, and shuts down
//! cleanly.
//!
//! Must not know: what a job or an email is about; that is in `actions::sync::job` and `actions::emails`.

mod queue;

use std::time::Duration;

use queue::Queue;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until, timeout};

use crate::actions::clock_back::correct_timestamps;
use crate::actions::sync::job::{self, release_parked, retry_put_off};
use crate::actions::{App, Waiting, domains, emails, tidy};
use crate::model::email::Email;
use crate::model::job::{Job, Lane};
use crate::store::{Cause, EmailQueue, Fault, Lease, briefly};

/// dimail runs one check at a time. A second one is claimed so that a slow check can be interrupted for
/// it; it must be a first check, or one whose last attempt had a result.
const CHECKS: usize = 2;
/// How many emails are sent concurrently.
const EMAILS: usize = 8;
/// How many emails with a new password are sent concurrently. They wait for dimail, and have slots of
/// their own so that the others do not.
const PASSWORD_EMAILS: usize = 2;
/// How many requests for first access are answered before the worker turns to other work.
const FIRST_ACCESSES: usize = 20;
/// How often the worker looks for due work; commands that store changes cannot wake it.
const POLL_INTERVAL: Duration = Duration::from_secs(1);
/// How often expired rows are deleted.
const TIDY: Duration = Duration::from_hours(1);
/// How often the worker looks for domains that are to be compared with dimail.
const COMPARE: Duration = Duration::from_mins(1);
/// How long a shutdown waits for a look for due work that has begun.
const LAST_LOOK: Duration = Duration::from_secs(1);
/// How long a shutdown waits for running work.
const GRACE_PERIOD: Duration = Duration::from_secs(8);

/// Runs until `stop` is set, then waits for running work for the grace period and releases the rest.
pub async fn run(app: App, mut stop: watch::Receiver<bool>) {
    let mut work = Work {
        changes: Queue::new(usize::from(app.settings.dimail_concurrency)),
        checks: Queue::new(CHECKS),
        password_emails: Queue::new(PASSWORD_EMAILS),
        other_emails: Queue::new(EMAILS),
    };
    let mut comparisons = Queue::new(1);
    let (mut tidy_at, mut compare_at) = (Instant::now(), Instant::now() + COMPARE);
    while !*stop.borrow() {
        let mut poll_interval = POLL_INTERVAL;
        let Some(looked) = unless_stopped(&mut stop, look(&app, &mut work)).await else { break };
        if let Err(fault) = looked {
            tracing::error!(%fault, "the worker could not claim due jobs and emails");
            note_answer(&app, &fault);
            // If the database fails, wait longer before the next query.
            poll_interval = POLL_INTERVAL * 2;
        } else {
            app.signs.worker_looked();
        }
        if Instant::now() >= tidy_at {
            tidy_at = Instant::now() + TIDY;
            let Some(tidied) = unless_stopped(&mut stop, tidy(&app)).await else { break };
            if let Err(fault) = tidied {
                tracing::warn!(%fault, "could not delete expired rows");
            }
        }
        if Instant::now() >= compare_at {
            compare_at = Instant::now() + COMPARE;
            begin_comparisons(&app, &mut comparisons);
        }
        tokio::select! {
            () = app.wake.notified() => {}
            Some(_) = work.changes.tasks.join_next() => {}
            Some(_) = work.checks.tasks.join_next() => {}
            Some(_) = work.password_emails.tasks.join_next() => {}
            Some(_) = work.other_emails.tasks.join_next() => {}
            () = sleep_until(Instant::now() + poll_interval) => {}
            () = async { drop(stop.wait_for(|stop| *stop).await) } => {}
        }
    }
    // Only lists are requested, which need not be waited for.
    comparisons.tasks.abort_all();
    finish(&app, work).await;
}

/// Begins to compare the domains that are due, unless that is under way.
fn begin_comparisons(app: &App, comparisons: &mut Queue) {
    if comparisons.running() == 0 {
        let app = app.clone();
        comparisons.tasks.spawn(async move {
            if let Err(fault) = compare(&app).await {
                tracing::warn!(%fault, "could not record comparisons");
            }
        });
    }
}

/// Compares the domains with dimail that are due, one after the other.
pub async fn compare(app: &App) -> Result<(), Fault> {
    domains::compare::nightly::run(app).await
}

/// Waits for `work`, after a stop for a second at most: the database may be silent. What was claimed
/// meanwhile is released at the end.
async fn unless_stopped<T>(stop: &mut watch::Receiver<bool>, work: impl Future<Output = T>) -> Option<T> {
    let stopped = async {
        drop(stop.wait_for(|stop| *stop).await);
        sleep(LAST_LOOK).await;
    };
    tokio::select! {
        biased;
        done = work => Some(done),
        () = stopped => None,
    }
}

/// Deletes what is over.
pub async fn tidy(app: &App) -> Result<(), Fault> {
    tidy::tidy(app).await
}

/// The running jobs and emails; comparisons are apart, because a shutdown need not wait for them.
struct Work {
    changes: Queue,
    checks: Queue,
    password_emails: Queue,
    other_emails: Queue,
}

impl Work {
    fn all(&mut self) -> [&mut Queue; 4] {
        [&mut self.changes, &mut self.checks, &mut self.password_emails, &mut self.other_emails]
    }
}

async fn look(app: &App, work: &mut Work) -> Result<(), Fault> {
    correct_timestamps(app).await?;
    retry_put_off(app).await?;
    let due = app.store.due_work().await?;
    if due.first_accesses {
        answer_first_accesses(app).await;
    }
    if due.checks {
        claim_jobs(app, Lane::Checks, &mut work.checks, CHECKS).await?;
    }
    if due.repeated_checks {
        claim_jobs(app, Lane::RepeatedChecks, &mut work.checks, 1).await?;
    }
    if due.releases && release_parked(app).await? {
        // What was released is claimed at the next look.
        app.wake.notify_one();
    }
    if due.changes {
        claim_jobs(app, Lane::Changes, &mut work.changes, usize::MAX).await?;
    }
    if due.password_emails {
        claim_emails(app, EmailQueue::Passwords, &mut work.password_emails).await?;
    }
    if due.other_emails {
        claim_emails(app, EmailQueue::Others, &mut work.other_emails).await?;
    }
    Ok(())
}

async fn claim_emails(app: &App, which: EmailQueue, queue: &mut Queue) -> Result<(), Fault> {
    let claim = || async { app.store.claim_email(which, &app.lease()).await };
    let work = |email: Email| {
        let app = app.clone();
        async move {
            if let Err(fault) = emails::deliver::send(&app, &email).await {
                tracing::error!(email = %email.id, %fault, "could not record the result of an email");
            }
        }
    };
    queue.fill(emails_at_once(app.sender.stalled_for(), app.settings.retry_first), claim, work).await
}

/// How many emails of a queue may be sent concurrently. While the SMTP server takes none, one at a time
/// tries it, after a pause: however many emails wait, they are no load then.
fn emails_at_once(stalled_for: Option<Duration>, pause: Duration) -> usize {
    match stalled_for {
        None => usize::MAX,
        Some(time) if time < pause => 0,
        Some(_) => 1,
    }
}

async fn claim_jobs(app: &App, lane: Lane, queue: &mut Queue, most: usize) -> Result<(), Fault> {
    let claim = || async { app.store.claim_job(lane, &app.lease()).await };
    let work = |job: Job| {
        let app = app.clone();
        // The error is logged already; the lease expires, and the job runs again.
        async move { drop(job::run(&app, job, &Waiting::no_person()).await) }
    };
    queue.fill(most, claim, work).await
}

/// An error is a sign of life of the worker, unless it is that there was no answer.
fn note_answer(app: &App, fault: &Fault) {
    if fault.cause() != Cause::NoAnswer {
        app.signs.worker_lives();
    }
}

/// Answers requests for first access, each in a short transaction; the emails are claimed afterwards.
/// Neither an error nor many requests may delay jobs and emails.
async fn answer_first_accesses(app: &App) {
    for _ in 0..FIRST_ACCESSES {
        match emails::first_access::answer(app).await {
            Ok(true) => {}
            Ok(false) => break,
            Err(fault) => {
                note_answer(app, &fault);
                return tracing::error!(%fault, "could not answer a request for first access");
            }
        }
    }
    // Their emails are claimed at the next look.
    app.wake.notify_one();
}

async fn finish(app: &App, mut work: Work) {
    let all = async {
        for queue in work.all() {
            while queue.tasks.join_next().await.is_some() {}
        }
        app.under_way.close();
        app.under_way.wait().await;
    };
    if timeout(GRACE_PERIOD, all).await.is_err() {
        tracing::warn!("stopped with running work: it continues at the next start");
    }
    app.shutdown.cancel();
    for queue in work.all() {
        queue.tasks.abort_all();
    }
    if let Err(fault) = briefly(free_all(app)).await {
        tracing::warn!(%fault, "could not release leases: they expire in half a minute");
    }
}

/// Releases everything that this process still holds.
async fn free_all(app: &App) -> Result<(), Fault> {
    app.store.free_jobs(app.id).await?;
    app.store.free_emails(app.id).await
}

/// Carries out everything that is due now, one after the other, until nothing is due; for tests, which
/// advance the clock themselves.
pub async fn run_until_idle(app: &App) -> Result<(), Fault> {
    correct_timestamps(app).await?;
    loop {
        if emails::first_access::answer(app).await? {
            continue;
        }
        let lease = app.lease();
        if release_parked(app).await? || run_next_job(app, &lease).await? {
            continue;
        }
        let email = match app.store.claim_email(EmailQueue::Passwords, &lease).await? {
            Some(email) => Some(email),
            None => app.store.claim_email(EmailQueue::Others, &lease).await?,
        };
        let Some(email) = email else { return Ok(()) };
        emails::deliver::send(app, &email).await?;
    }
}

/// Runs the next job that is due, checks first; `false` if none is.
async fn run_next_job(app: &App, lease: &Lease) -> Result<bool, Fault> {
    for lane in [Lane::Checks, Lane::RepeatedChecks, Lane::Changes] {
        if let Some(job) = app.store.claim_job(lane, lease).await? {
            job::run(app, job, &Waiting::no_person()).await?;
            return Ok(true);
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::emails_at_once;

    #[test]
    fn a_server_that_takes_no_email_is_tried_by_one_at_a_time_after_a_pause() {
        let pause = Duration::from_secs(2);
        assert_eq!(emails_at_once(None, pause), usize::MAX);
        assert_eq!(emails_at_once(Some(Duration::ZERO), pause), 0);
        assert_eq!(emails_at_once(Some(pause), pause), 1);
    }
}
