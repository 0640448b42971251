//! Connections that are cut without an answer: on purpose, or because the server stops during a wait.

use std::fmt;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

/// The connection must be cut without an answer.
#[derive(Debug)]
pub(crate) struct Closed;

impl fmt::Display for Closed {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("the connection is cut on purpose")
    }
}

impl std::error::Error for Closed {}

/// Waits; returns early with an error if the server stops.
pub(crate) async fn wait(duration: Duration, stopped: &mut watch::Receiver<()>) -> Result<(), Closed> {
    if duration.is_zero() {
        return Ok(());
    }
    wait_until(Instant::now() + duration, stopped).await
}

/// Like [`wait`].
pub(crate) async fn wait_until(end: Instant, stopped: &mut watch::Receiver<()>) -> Result<(), Closed> {
    tokio::select! {
        () = tokio::time::sleep_until(end) => Ok(()),
        _ = stopped.changed() => Err(Closed),
    }
}
