//! What the portal does by itself while it runs: claim what is due, carry it out, several at a
//! time, and stop cleanly.
//!
//! Must not know: what an order or an email is about; that is `actions::upkeep`.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until, timeout};

use crate::actions::sync::run::{answer_first_access, carry_out, send};
use crate::actions::{App, Waiting};
use crate::store::{Fault, OrderQueue};

/// dimail is asked for one check at a time. Another one waits beside it, so that a check which takes
/// long gives way to it; only one that others give way to.
const CHECKS: usize = 2;
/// At most this many emails leave at the same time.
const EMAILS: usize = 8;
/// As long as orders wait for a free slot, only so many emails leave beside them: each may need a
/// call to dimail, which may serve one at a time.
const EMAILS_BESIDE_ORDERS: usize = 1;
/// What commands have stored, and what becomes due, is seen within this time.
const POLL_INTERVAL: Duration = Duration::from_secs(1);
/// What is over is thrown away this often.
const TIDY: Duration = Duration::from_hours(1);
/// How long a stopping portal waits for what it is doing.
const GRACE_PERIOD: Duration = Duration::from_secs(8);

/// Works until `stop` says so, then waits a little for what is under way and gives the rest back.
pub async fn run(app: App, mut stop: watch::Receiver<bool>) {
    let mut work = Work {
        changes: Queue::new(usize::from(app.settings.dimail_concurrency)),
        checks: Queue::new(CHECKS),
        emails: Queue::new(EMAILS),
    };
    let mut tidy_at = Instant::now();
    while !*stop.borrow() {
        let mut poll_interval = POLL_INTERVAL;
        if let Err(fault) = look(&app, &mut work).await {
            tracing::error!(%fault, "the worker could not look for work");
            // A database that fails is not asked again and again without a pause.
            poll_interval = POLL_INTERVAL * 2;
        } else {
            app.signs.worker_looked();
        }
        if Instant::now() >= tidy_at {
            tidy_at = Instant::now() + TIDY;
            if let Err(fault) = tidy(&app).await {
                tracing::warn!(%fault, "what is over was not thrown away");
            }
        }
        tokio::select! {
            () = app.wake.notified() => {}
            Some(_) = work.changes.tasks.join_next() => {}
            Some(_) = work.checks.tasks.join_next() => {}
            Some(_) = work.emails.tasks.join_next() => {}
            () = sleep_until(Instant::now() + poll_interval) => {}
            _ = stop.changed() => {}
        }
    }
    finish(&app, work).await;
}

/// Throws away what is over: sessions, attempts that count no more, links that work no more.
pub async fn tidy(app: &App) -> Result<(), Fault> {
    app.store.tidy_sessions().await?;
    app.store.tidy_attempts().await
}

/// The tasks of one kind, and their slots.
struct Queue {
    slots: Arc<Semaphore>,
    size: usize,
    tasks: JoinSet<()>,
}

impl Queue {
    fn new(size: usize) -> Self {
        Self { slots: Arc::new(Semaphore::new(size)), size, tasks: JoinSet::new() }
    }

    fn busy(&self) -> usize {
        self.size - self.slots.available_permits()
    }
}

/// All that is under way.
struct Work {
    changes: Queue,
    checks: Queue,
    emails: Queue,
}

impl Work {
    fn all(&mut self) -> [&mut Queue; 3] {
        [&mut self.changes, &mut self.checks, &mut self.emails]
    }
}

async fn look(app: &App, work: &mut Work) -> Result<(), Fault> {
    answer_first_accesses(app).await;
    if work.checks.busy() == 0 {
        claim_orders(app, OrderQueue::Checks, &mut work.checks, 1).await?;
    }
    claim_orders(app, OrderQueue::FirstChecks, &mut work.checks, CHECKS).await?;
    claim_orders(app, OrderQueue::Changes, &mut work.changes, usize::MAX).await?;
    let emails = &mut work.emails;
    let orders_wait = work.changes.slots.available_permits() == 0;
    let allowed = if orders_wait { EMAILS_BESIDE_ORDERS } else { EMAILS };
    while emails.busy() < allowed {
        let Ok(slot) = Arc::clone(&emails.slots).try_acquire_owned() else { break };
        let Some(email) = app.store.claim_email(&app.lease()).await? else { break };
        let app = app.clone();
        emails.tasks.spawn(async move {
            let _slot = slot;
            if let Err(fault) = send(&app, &email).await {
                tracing::error!(email = %email.id, %fault, "an email was not recorded");
            }
        });
    }
    Ok(())
}

async fn claim_orders(app: &App, which: OrderQueue, queue: &mut Queue, most: usize) -> Result<(), Fault> {
    while queue.busy() < most
        && let Ok(slot) = Arc::clone(&queue.slots).try_acquire_owned()
    {
        let Some(order) = app.store.claim_order(which, &app.lease()).await? else { break };
        let app = app.clone();
        queue.tasks.spawn(async move {
            let _slot = slot;
            // What went wrong is in the log; the lease ends, and the order is tried again.
            drop(carry_out(&app, &order, &Waiting::nobody()).await);
        });
    }
    Ok(())
}

/// Each is one short transaction, whose email is claimed afterwards. One that can't be answered
/// must not keep orders and emails waiting.
async fn answer_first_accesses(app: &App) {
    loop {
        match answer_first_access(app).await {
            Ok(true) => {}
            Ok(false) => return,
            Err(fault) => return tracing::error!(%fault, "a first access was not answered"),
        }
    }
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
        tracing::warn!("stopped with work under way: it is in doubt, and goes on at the next start");
    }
    app.shutdown.cancel();
    for queue in work.all() {
        queue.tasks.abort_all();
    }
    if let Err(fault) = free_all(app).await {
        tracing::warn!(%fault, "what was under way keeps its lease for half a minute");
    }
}

/// Gives back, in doubt, whatever this portal still holds.
async fn free_all(app: &App) -> Result<(), Fault> {
    app.store.free_orders(app.id).await?;
    app.store.free_emails(app.id).await
}

/// Does everything that is due now, one after the other, until nothing is; for tests, which move
/// the time by hand.
pub async fn run_until_idle(app: &App) -> Result<(), Fault> {
    loop {
        if answer_first_access(app).await? {
            continue;
        }
        let lease = app.lease();
        let order = match app.store.claim_order(OrderQueue::Checks, &lease).await? {
            Some(order) => Some(order),
            None => app.store.claim_order(OrderQueue::Changes, &lease).await?,
        };
        if let Some(order) = order {
            carry_out(app, &order, &Waiting::nobody()).await?;
        } else if let Some(email) = app.store.claim_email(&app.lease()).await? {
            send(app, &email).await?;
        } else {
            return Ok(());
        }
    }
}
