//! Health check of the portal: its database, its worker, its dimail.

use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, timeout};

use super::App;
use crate::dimail::CallError;
use crate::store::{Backlog, Fault, briefly};

/// How long the database may take to answer.
const DATABASE: Duration = Duration::from_secs(2);
/// How long the result of writing to the database is reused without writing again.
const WRITTEN: Duration = Duration::from_secs(5);
/// A worker that has not looked for work for this long counts as stuck or stopped.
const WORKER: Duration = Duration::from_secs(10);
/// A worker that has had no answer for this long is stuck. It is longer than a single wait for the
/// database.
const STUCK: Duration = Duration::from_secs(20);
/// How long dimail may take to answer.
const DIMAIL: Duration = Duration::from_secs(5);
/// How long a successful answer of dimail is reused without asking again.
const SUCCESS_REUSED: Duration = Duration::from_secs(5);
/// How long a failure of dimail is reused: shorter, so that a recovery is seen soon.
const FAILURE_REUSED: Duration = Duration::from_secs(1);
/// Results older than this are ignored.
const RESULT_KEPT: Duration = Duration::from_secs(30);
/// How long a health check waits for dimail's answer if there is no earlier result.
const PATIENCE: Duration = Duration::from_secs(1);

/// The state of a part of the portal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartState {
    /// It works.
    Well,
    /// It does not answer, or has not worked for too long.
    Silent,
    /// It answers, but nothing can be written to it.
    Unwritable,
    /// It answers, but refuses the portal: a fault of the installation.
    Refuses,
}

/// The state of the portal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Health {
    /// The database.
    pub database: PartState,
    /// The background worker.
    pub worker: PartState,
    /// The mail service.
    pub dimail: PartState,
}

/// What this process knows of its worker and of dimail, and whether it stops.
#[derive(Debug, Default)]
pub struct Signs {
    worker: Mutex<Option<Instant>>,
    worker_alive: Mutex<Option<Instant>>,
    written: tokio::sync::Mutex<Option<(Instant, PartState)>>,
    dimail: Mutex<LastResult>,
    result_noted: Notify,
    is_leaving: AtomicBool,
}

/// The last result of asking dimail.
#[derive(Clone, Copy, Debug, Default)]
struct LastResult {
    result: Option<(Instant, PartState)>,
    is_asking: bool,
}

impl Signs {
    /// Records that the portal is stopping: it is not ready any more, and still answers for a moment.
    pub(crate) fn leave(&self) {
        self.is_leaving.store(true, Ordering::Relaxed);
    }

    /// Whether the portal is stopping.
    pub(crate) fn is_leaving(&self) -> bool {
        self.is_leaving.load(Ordering::Relaxed)
    }

    /// Records that the worker has looked for work.
    pub fn worker_looked(&self) {
        *lock(&self.worker) = Some(Instant::now());
        self.worker_lives();
    }

    /// Records that the worker is not waiting for anything: it had an answer, if only an error.
    pub fn worker_lives(&self) {
        *lock(&self.worker_alive) = Some(Instant::now());
    }

    /// Whether the worker of this process waits for something that does not answer.
    pub fn is_worker_stuck(&self) -> bool {
        lock(&self.worker_alive).is_some_and(|at| at.elapsed() >= STUCK)
    }

    /// How long ago the worker last looked for work.
    pub fn since_worker_looked(&self) -> Option<Duration> {
        lock(&self.worker).map(|at| at.elapsed())
    }

    fn dimail_result(&self) -> Option<(Duration, PartState)> {
        lock(&self.dimail).result.map(|(at, state)| (at.elapsed(), state)).filter(|(age, _)| *age < RESULT_KEPT)
    }

    /// Whether the caller must ask dimail, because no other task is asking.
    fn begins_asking(&self) -> bool {
        !std::mem::replace(&mut lock(&self.dimail).is_asking, true)
    }

    /// Records dimail's answer.
    fn note_answer(&self, state: PartState) {
        lock(&self.dimail).is_asking = false;
        self.note(state);
    }

    /// Records dimail's state, even if its answer is still pending.
    fn note(&self, state: PartState) {
        lock(&self.dimail).result = Some((Instant::now(), state));
        self.result_noted.notify_waiters();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The present state of the portal; takes a few seconds at most. dimail is asked at most once a second
/// for all callers, and not at all while it answers other calls.
pub async fn health(app: &App) -> Health {
    let (database, dimail) = tokio::join!(database(app), dimail(app));
    let looked = app.signs.since_worker_looked();
    let worker = if looked.is_some_and(|since| since < WORKER) { PartState::Well } else { PartState::Silent };
    Health { database, worker, dimail }
}

async fn database(app: &App) -> PartState {
    let asked = briefly(async {
        match app.store.ping().await {
            Ok(()) => writes(app).await,
            Err(fault) => {
                tracing::warn!(%fault, "health check: the database failed");
                PartState::Silent
            }
        }
    });
    timeout(DATABASE, asked).await.unwrap_or(PartState::Silent)
}

/// Writes to the database: it may answer although its disk is full or it is read-only.
async fn writes(app: &App) -> PartState {
    let mut last = app.signs.written.lock().await;
    if let Some((at, state)) = *last
        && at.elapsed() < WRITTEN
    {
        return state;
    }
    let state = match app.store.check_writable().await {
        Ok(()) => PartState::Well,
        Err(fault) => {
            tracing::warn!(%fault, "health check: the database cannot be written");
            PartState::Unwritable
        }
    };
    *last = Some((Instant::now(), state));
    state
}

async fn dimail(app: &App) -> PartState {
    if app.dimail.has_taken_calls_within(SUCCESS_REUSED) {
        return PartState::Well;
    }
    let noted = app.signs.result_noted.notified();
    let known = app.signs.dimail_result();
    let is_fresh =
        known.is_some_and(|(age, state)| age < if state == PartState::Well { SUCCESS_REUSED } else { FAILURE_REUSED });
    if !is_fresh && app.signs.begins_asking() {
        let app = app.clone();
        tokio::spawn(async move {
            let mut answer = pin!(ask(&app));
            // The request is not cancelled after the timeout: dimail would go on with it anyway, and
            // its answer tells when dimail is back.
            let state = if let Ok(state) = timeout(DIMAIL, &mut answer).await {
                state
            } else {
                app.signs.note(PartState::Silent);
                answer.await
            };
            app.signs.note_answer(state);
        });
    }
    if known.is_none() {
        drop(timeout(PATIENCE, noted).await);
    }
    app.signs.dimail_result().map_or(PartState::Silent, |(_, state)| state)
}

/// Requests a token from dimail, as background work: tests that it answers and accepts our credentials.
async fn ask(app: &App) -> PartState {
    match app.dimail.sign_in().await {
        Ok(()) => PartState::Well,
        Err(CallError::Installation(fault)) => {
            tracing::warn!(%fault, "health check: dimail refuses the portal");
            PartState::Refuses
        }
        Err(failure) => {
            tracing::warn!(%failure, "health check: dimail failed");
            PartState::Silent
        }
    }
}

/// Counts of waiting and stored objects, for metrics.
pub async fn backlog(app: &App) -> Result<Backlog, Fault> {
    app.store.backlog().await
}
