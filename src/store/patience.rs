//! How long the portal waits for its database: shortly for a person, longer in the background.
//!
//! Knows no SQL. The limit is for one wait (a connection and its first statement together, or one
//! statement of a transaction), so that neither a page nor the worker waits for ever.

use std::time::Duration;

use tokio::time::Instant;

/// The limit while a person waits: with what a page does besides, the answer comes within 2 seconds.
const PERSON: Duration = Duration::from_millis(1500);
/// The limit in the background, where giving up costs a retry.
const BACKGROUND: Duration = Duration::from_secs(10);

tokio::task_local! {
    /// Set while a person waits for what the task does. Tasks that it spawns do not inherit it.
    static PERSON_WAITS: ();
}

/// Runs `work` with the short limit for each wait for the database.
pub async fn briefly<T>(work: impl Future<Output = T>) -> T {
    PERSON_WAITS.scope((), work).await
}

/// Whether a person waits.
pub(super) fn is_brief() -> bool {
    PERSON_WAITS.try_with(|()| ()).is_ok()
}

/// The end of a wait that begins now.
pub(super) fn deadline() -> Instant {
    Instant::now() + if is_brief() { PERSON } else { BACKGROUND }
}

/// The end of a wait for a commit: longer for people too, because giving up leaves open whether
/// anything was stored.
pub(super) fn commit_deadline() -> Instant {
    Instant::now() + BACKGROUND
}
