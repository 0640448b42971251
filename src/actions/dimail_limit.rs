//! The processes of one database share how many calls dimail can take, and the pause after a
//! time-out: each learns from the answers that the others got.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::App;
use crate::dimail::SharedLimit;
use crate::model::time::Moment;
use crate::store::{Fault, StoredLimit};

/// How often what was learnt is exchanged.
const EXCHANGE: Duration = Duration::from_secs(1);
/// How often a process notes that it runs.
const SIGN_OF_LIFE: Duration = Duration::from_secs(10);
/// A process that was not seen for this long has no share any more.
const GONE_AFTER: Duration = Duration::from_secs(30);

/// What this process told the others last.
#[derive(Default)]
struct Told {
    at: Option<Instant>,
    limit: Option<i64>,
}

/// Exchanges what is learnt about dimail with the other processes, until it is dropped.
pub async fn keep_shared(app: App) {
    let mut told = Told::default();
    loop {
        if let Err(fault) = exchange(&app, &mut told).await {
            tracing::warn!(%fault, "the limit of calls to dimail was not shared");
        }
        sleep(EXCHANGE).await;
    }
}

/// Leaves the share of this process to the others.
///
/// # Errors
/// When the database does not answer.
pub async fn leave(app: &App) -> Result<(), Fault> {
    app.store.forget_dimail_client(app.id).await
}

async fn exchange(app: &App, told: &mut Told) -> Result<(), Fault> {
    let since = app.clock.now().minus(GONE_AFTER);
    if told.at.is_none_or(|at| at.elapsed() >= SIGN_OF_LIFE) {
        app.store.note_dimail_client(app.id, since).await?;
        told.at = Some(Instant::now());
    }
    let processes = usize::try_from(app.store.dimail_clients(since).await?).unwrap_or(1);
    let limiter = app.dimail.limiter();
    let own = limiter.standing();
    if processes <= 1 {
        // This is the only process: nothing is written.
        told.limit = None;
        limiter.agree(own, 1);
        return Ok(());
    }
    let agreed = agree(app, told.limit, own).await?;
    told.limit = Some(agreed.calls);
    let pause = agreed.paused_until.since(app.clock.now());
    limiter.agree(SharedLimit { limit: usize::try_from(agreed.calls).unwrap_or(1), pause }, processes);
    Ok(())
}

/// What all agree on: a change of this process counts, unless another one has become more careful
/// meanwhile; the longest pause holds.
async fn agree(app: &App, told: Option<i64>, own: SharedLimit) -> Result<StoredLimit, Fault> {
    let calls = i64::try_from(own.limit).unwrap_or(1);
    let paused_until = if own.pause.is_zero() { Moment(0) } else { app.clock.now().plus(own.pause) };
    let own = StoredLimit { calls, paused_until };
    let mut tx = app.store.begin().await?;
    let stored = tx.lock_dimail_limit(own).await?;
    let calls = match told {
        Some(told) if own.calls == told => stored.calls,
        Some(told) if stored.calls == told => own.calls,
        Some(_) | None => own.calls.min(stored.calls),
    };
    let agreed = StoredLimit { calls, paused_until: own.paused_until.max(stored.paused_until) };
    if agreed != stored {
        tx.store_dimail_limit(agreed).await?;
    }
    tx.commit().await?;
    Ok(agreed)
}
