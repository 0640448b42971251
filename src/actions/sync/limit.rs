//! The processes of one database share how many calls dimail can take, and the pause after a
//! time-out: each learns from the answers that the others got.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::actions::App;
use crate::dimail::{Share, SharedLimit, Standing, agreed_limit};
use crate::model::time::Timestamp;
use crate::store::{Fault, StoredLimit};

/// How often what was learnt is exchanged.
const EXCHANGE: Duration = Duration::from_secs(1);
/// How often a process notes that it runs.
const SIGN_OF_LIFE: Duration = Duration::from_secs(10);
/// A process that was not seen for this long has no share any more.
const GONE_AFTER: Duration = Duration::from_secs(30);
/// How often processes change places, where the limit cannot be divided evenly: longer than most
/// calls take.
const TURN: Duration = Duration::from_secs(10);
/// How it is stored that no pause began, or that an answer ended it.
const NO_PAUSE: Timestamp = Timestamp(0);

/// What this process told the others last.
#[derive(Default)]
struct Told {
    at: Option<Instant>,
    agreed: Option<Agreed>,
}

/// What all agreed on last, and how often this process had begun or ended a pause by then.
#[derive(Clone, Copy)]
struct Agreed {
    stored: StoredLimit,
    pause_changes: u64,
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
pub async fn leave(app: &App) -> Result<(), Fault> {
    app.store.forget_dimail_client(app.id).await
}

async fn exchange(app: &App, told: &mut Told) -> Result<(), Fault> {
    let since = app.clock.now().minus(GONE_AFTER);
    if told.at.is_none_or(|at| at.elapsed() >= SIGN_OF_LIFE) {
        app.store.note_dimail_client(app.id, since).await?;
        told.at = Some(Instant::now());
    }
    let limiter = app.dimail.limiter();
    let share = share(app, since).await?;
    limiter.divide(share);
    // While this is the only process, nothing is written.
    if share.processes > 1 {
        let own = limiter.standing();
        let stored = agree(app, told.agreed, own).await?;
        told.agreed = Some(Agreed { stored, pause_changes: own.pause_changes });
        let pause = (stored.paused_until != NO_PAUSE).then(|| stored.paused_until.since(app.clock.now()));
        limiter.agree(own, SharedLimit { limit: usize::try_from(stored.calls).unwrap_or(1), pause });
    }
    Ok(())
}

/// The part of this process: processes are in the order of their ids, and all move on by one place
/// with each turn of the clock.
async fn share(app: &App, since: Timestamp) -> Result<Share, Fault> {
    let (processes, before) = app.store.dimail_clients(since, app.id).await?;
    let processes = usize::try_from(processes).unwrap_or(1).max(1);
    let turns = app.clock.now().since(Timestamp(0)).as_secs() / TURN.as_secs();
    let turn = (usize::try_from(before).unwrap_or(0) + usize::try_from(turns).unwrap_or(0)) % processes;
    Ok(Share { processes, turn })
}

/// Agrees with what is stored: what only one side has changed since the last time counts; where
/// both have, the lower limit and the longer pause.
async fn agree(app: &App, last: Option<Agreed>, own: Standing) -> Result<StoredLimit, Fault> {
    let Standing { own, pause_changes } = own;
    let own = StoredLimit {
        calls: i64::try_from(own.limit).unwrap_or(1),
        paused_until: own.pause.map_or(NO_PAUSE, |left| app.clock.now().plus(left)),
    };
    let mut tx = app.store.begin().await?;
    let stored = tx.lock_dimail_limit(own).await?;
    let calls = agreed_limit(last.map(|last| last.stored.calls), own.calls, stored.calls);
    let paused_until = match last {
        Some(last) if last.pause_changes == pause_changes => stored.paused_until,
        Some(last) if last.stored.paused_until == stored.paused_until => own.paused_until,
        Some(_) | None => own.paused_until.max(stored.paused_until),
    };
    let agreed = StoredLimit { calls, paused_until };
    if agreed != stored {
        tx.store_dimail_limit(agreed).await?;
    }
    tx.commit().await?;
    Ok(agreed)
}
