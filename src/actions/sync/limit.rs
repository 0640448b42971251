//! Shares the limit of concurrent calls to dimail, and the pause after a time-out, between all
//! processes that use one database: each process learns from the answers that the others received.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::actions::App;
use crate::dimail::{ProcessLimit, Share, SharedLimit, agreed_limit};
use crate::model::time::Timestamp;
use crate::store::{Fault, StoredLimit};

/// How often the processes exchange the limit and the pause.
const EXCHANGE: Duration = Duration::from_secs(1);
/// How often a process records that it is running.
const SIGN_OF_LIFE: Duration = Duration::from_secs(4);
/// A process that was not seen for this long loses its share: soon, because a killed one leaves the others
/// with a part of the limit.
const GONE_AFTER: Duration = Duration::from_secs(10);
/// How often processes rotate their shares when the limit cannot be divided evenly: longer than most
/// calls take.
const TURN: Duration = Duration::from_secs(10);
/// The stored value for "no pause began" or "an answer ended the pause".
const NO_PAUSE: Timestamp = Timestamp(0);

/// What this process stored last.
#[derive(Default)]
struct Shared {
    at: Option<Instant>,
    agreed: Option<Agreed>,
}

/// The state agreed on last, and how many pauses this process had begun or ended by then.
#[derive(Clone, Copy)]
struct Agreed {
    stored: StoredLimit,
    pause_changes: u64,
}

/// Exchanges the state of the call limit with the other processes, until it is dropped.
pub async fn keep_shared(app: App) {
    let mut shared = Shared::default();
    loop {
        if let Err(fault) = exchange(&app, &mut shared).await {
            tracing::warn!(%fault, "could not share the limit of calls to dimail");
        }
        sleep(EXCHANGE).await;
    }
}

/// Gives the share of this process back to the others.
pub async fn leave(app: &App) -> Result<(), Fault> {
    app.store.delete_dimail_client(app.id).await
}

async fn exchange(app: &App, shared: &mut Shared) -> Result<(), Fault> {
    let since = app.clock.now().minus(GONE_AFTER);
    if shared.at.is_none_or(|at| at.elapsed() >= SIGN_OF_LIFE) {
        app.store.note_dimail_client(app.id, since).await?;
        shared.at = Some(Instant::now());
    }
    let limiter = app.dimail.limiter();
    let share = share(app, since).await?;
    limiter.divide(share);
    // While this is the only process, nothing is written.
    if share.processes > 1 {
        let own = limiter.standing();
        let stored = agree(app, shared.agreed, own).await?;
        shared.agreed = Some(Agreed { stored, pause_changes: own.pause_changes });
        let pause = (stored.paused_until != NO_PAUSE).then(|| stored.paused_until.since(app.clock.now()));
        limiter.agree(own, SharedLimit { limit: usize::try_from(stored.calls).unwrap_or(1), pause });
    }
    Ok(())
}

/// The share of this process: processes are ordered by id, and all move one place in each rotation.
async fn share(app: &App, since: Timestamp) -> Result<Share, Fault> {
    let (processes, before) = app.store.dimail_clients(since, app.id).await?;
    let processes = usize::try_from(processes).unwrap_or(1).max(1);
    let turns = app.clock.now().since(Timestamp(0)).as_secs() / TURN.as_secs();
    let turn = (usize::try_from(before).unwrap_or(0) + usize::try_from(turns).unwrap_or(0)) % processes;
    Ok(Share { processes, turn })
}

/// Merges this process's state with the stored one: a value that only one side has changed since the
/// last exchange wins; if both have, the lower limit and the longer pause win.
async fn agree(app: &App, last: Option<Agreed>, own: ProcessLimit) -> Result<StoredLimit, Fault> {
    let ProcessLimit { own, pause_changes } = own;
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
