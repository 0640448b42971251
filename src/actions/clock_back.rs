//! Notices that the clock went back, because it had been wrong, and corrects what was stored meanwhile.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use super::App;
use crate::store::Fault;

/// How far the clock may go back without consequences: everything waits that long at most.
const TOLERATED: Duration = Duration::from_mins(1);

/// The time at which this process last looked at the clock, in microseconds since 1970; 0 before that.
#[derive(Debug, Default)]
pub struct LastLook(AtomicI64);

/// Sets timestamps that lie in the future to now: when the process starts, because the clock may have
/// gone back since the last one stopped, and when the clock goes back while it runs.
pub async fn correct_timestamps(app: &App) -> Result<(), Fault> {
    let now = app.clock.now();
    let before = app.last_look.0.swap(now.0, Ordering::SeqCst);
    if before != 0 && now.plus(TOLERATED).0 >= before {
        return Ok(());
    }
    if before != 0 {
        tracing::warn!(seconds = (before - now.0) / 1_000_000, "the clock went back: timestamps in the future are now");
    }
    let corrected = async {
        let mut tx = app.store.begin().await?;
        tx.bring_back_future(app.pauses().longest).await?;
        tx.commit().await
    };
    let result = corrected.await;
    if result.is_err() {
        app.last_look.0.store(before, Ordering::SeqCst);
    }
    result
}
