//! Whether the portal is well: its database, its worker, its dimail.
//!
//! Must not know: who asks, and in which form they are told.

use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, timeout};

use super::App;
use crate::dimail::Failure;
use crate::store::{Backlog, Fault};

/// The database has this long to answer.
const DATABASE: Duration = Duration::from_secs(2);
/// A worker that has not looked for work for so long is stuck, or has ended.
const WORKER: Duration = Duration::from_secs(10);
/// dimail has this long to answer.
const DIMAIL: Duration = Duration::from_secs(5);
/// What dimail answered is believed for so long without asking again.
const GOOD_NEWS: Duration = Duration::from_secs(5);
/// That dimail did not answer is believed for a shorter time: it may be back.
const BAD_NEWS: Duration = Duration::from_secs(1);
/// Older news are none.
const OLD_NEWS: Duration = Duration::from_secs(30);
/// Whoever asks when there are no news waits for them this long, no longer.
const PATIENCE: Duration = Duration::from_secs(1);

/// How a part of the portal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It does what it is for.
    Well,
    /// It does not answer, or has not done so for too long.
    Silent,
    /// It answers, but refuses the portal: a fault of the installation.
    Refuses,
}

/// How the portal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Health {
    /// The database.
    pub database: State,
    /// What the portal does by itself.
    pub worker: State,
    /// The mail service.
    pub dimail: State,
}

/// What the running portal notes about itself.
#[derive(Debug, Default)]
pub struct Signs {
    worker: Mutex<Option<Instant>>,
    dimail: Mutex<News>,
    news_came: Notify,
}

/// The last that was heard of dimail.
#[derive(Clone, Copy, Debug, Default)]
struct News {
    heard: Option<(Instant, State)>,
    is_asking: bool,
}

impl Signs {
    /// The worker has looked for work.
    pub fn worker_looked(&self) {
        *lock(&self.worker) = Some(Instant::now());
    }

    /// How long ago the worker last looked for work.
    #[must_use]
    pub fn since_worker_looked(&self) -> Option<Duration> {
        lock(&self.worker).map(|at| at.elapsed())
    }

    fn heard(&self) -> Option<(Duration, State)> {
        lock(&self.dimail).heard.map(|(at, state)| (at.elapsed(), state)).filter(|(age, _)| *age < OLD_NEWS)
    }

    /// Whether nobody else is asking: then the caller must.
    fn begins_asking(&self) -> bool {
        !std::mem::replace(&mut lock(&self.dimail).is_asking, true)
    }

    /// The answer came.
    fn hear(&self, state: State) {
        lock(&self.dimail).is_asking = false;
        self.note(state);
    }

    /// This is how dimail is, whether or not an answer is still waited for.
    fn note(&self, state: State) {
        lock(&self.dimail).heard = Some((Instant::now(), state));
        self.news_came.notify_waiters();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How the portal is now. It takes at most some seconds. dimail is asked at most once a second,
/// however many want to know, and not at all while it takes other calls.
pub async fn health(app: &App) -> Health {
    let (database, dimail) = tokio::join!(database(app), dimail(app));
    let looked = app.signs.since_worker_looked();
    let worker = if looked.is_some_and(|since| since < WORKER) { State::Well } else { State::Silent };
    Health { database, worker, dimail }
}

async fn database(app: &App) -> State {
    match timeout(DATABASE, app.store.ping()).await {
        Ok(Ok(())) => State::Well,
        Ok(Err(fault)) => {
            tracing::warn!(%fault, "the database is not well");
            State::Silent
        }
        Err(_) => State::Silent,
    }
}

async fn dimail(app: &App) -> State {
    if app.dimail.has_taken_calls_within(GOOD_NEWS) {
        return State::Well;
    }
    let came = app.signs.news_came.notified();
    let known = app.signs.heard();
    let is_fresh = known.is_some_and(|(age, state)| age < if state == State::Well { GOOD_NEWS } else { BAD_NEWS });
    if !is_fresh && app.signs.begins_asking() {
        let app = app.clone();
        tokio::spawn(async move {
            let mut answer = pin!(ask(&app));
            // Asking is not broken off: dimail would be at it all the same, and others may wait for
            // this very answer to see whether dimail is back.
            let state = if let Ok(state) = timeout(DIMAIL, &mut answer).await {
                state
            } else {
                app.signs.note(State::Silent);
                answer.await
            };
            app.signs.hear(state);
        });
    }
    if known.is_none() {
        drop(timeout(PATIENCE, came).await);
    }
    app.signs.heard().map_or(State::Silent, |(_, state)| state)
}

/// Asks dimail for a token, as background work: whether it is there and takes our credentials.
async fn ask(app: &App) -> State {
    match app.dimail.sign_in().await {
        Ok(()) => State::Well,
        Err(Failure::Installation(fault)) => {
            tracing::warn!(%fault, "dimail refuses the portal");
            State::Refuses
        }
        Err(failure) => {
            tracing::warn!(%failure, "dimail is not well");
            State::Silent
        }
    }
}

/// What waits and what there is, for figures.
pub async fn backlog(app: &App) -> Result<Backlog, Fault> {
    app.store.backlog().await
}
