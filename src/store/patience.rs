//! How long the portal waits for its database: shortly for a person, longer in the background.
//!
//! Knows no SQL. The limit is for one wait (a connection and its first statement together, or one
//! statement of a transaction), so that neither a page nor the worker waits for ever.

use std::fmt::Display;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use crate::clock::{NoResult, in_time};

/// The limit while a person waits: so the answer comes within 2 seconds, other work of the page included.
const PERSON: Duration = Duration::from_millis(1500);
/// The limit in the background, where giving up costs a retry; and for people in a queue that moves.
const BACKGROUND: Duration = Duration::from_secs(10);
/// The limit of what a page does by the way.
const BY_THE_WAY: Duration = Duration::from_millis(200);

tokio::task_local! {
    /// Set while a person waits for what the task does. Tasks that it spawns do not inherit it.
    static PERSON_WAITS: ();
}

/// Runs `work` with the short limit for each wait for the database.
pub async fn briefly<T>(work: impl Future<Output = T>) -> T {
    PERSON_WAITS.scope((), work).await
}

fn is_brief() -> bool {
    PERSON_WAITS.try_with(|()| ()).is_ok()
}

/// The end of a wait that begins now.
pub(super) fn deadline() -> Instant {
    Instant::now() + if is_brief() { PERSON } else { BACKGROUND }
}

/// Does something that a page does by the way, but gives up after a short time: displaying a page must not fail
/// or be slow because the database cannot be written at the moment.
pub async fn unless_slow<E: Display>(what: &str, work: impl Future<Output = Result<(), E>>) {
    match in_time(BY_THE_WAY, work).await {
        Ok(()) => {}
        Err(NoResult::Failed(error)) => tracing::warn!(%error, "{what} failed"),
        Err(NoResult::TimedOut) => tracing::debug!("{what} timed out"),
    }
}

/// When a transaction of this process last ended. While they end, the database works, and a wait is one
/// in a queue: for a connection, for SQLite's turn, for the lock of a domain.
#[derive(Clone, Debug, Default)]
pub(super) struct Progress(Arc<Mutex<Option<Instant>>>);

impl Progress {
    /// A transaction has ended.
    pub(super) fn mark(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    fn last(&self) -> Option<Instant> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for `work` until then, and longer while there is progress; `None` when the wait is over.
    pub(super) async fn wait<T>(&self, until: Instant, work: impl Future<Output = T>) -> Option<T> {
        let longest = if is_brief() { Instant::now() + BACKGROUND } else { until };
        let (mut work, mut until) = (pin!(work), until);
        loop {
            if let Ok(done) = timeout_at(until, work.as_mut()).await {
                return Some(done);
            }
            let next = self.last()? + PERSON;
            let now = Instant::now();
            if next <= now || longest <= now {
                return None;
            }
            until = next.min(longest);
        }
    }
}
