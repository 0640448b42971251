//! Compares enabled domains by themselves, one at a time, and records how much differs. Mailboxes that dimail's list
//! lacks are looked for once more.

use std::time::Duration;

use super::compared;
use super::observe::observe_until;
use crate::actions::App;
use crate::model::change::Object;
use crate::model::compared::LinesWanted;
use crate::model::domain::Domain;
use crate::model::night::next_comparison;
use crate::model::{Actor, DomainId, MailboxId, Timestamp};
use crate::store::{Due, Fault};

/// After how long a comparison without an answer is tried again.
const AGAIN: Duration = Duration::from_hours(1);
/// How many times its time limit a call waits for its turn and answer: background work may have to wait.
const PATIENCE: u32 = 10;

/// Plans the comparisons of domains that became enabled, and makes those that are due.
pub(crate) async fn run(app: &App) -> Result<(), Fault> {
    for domain in app.store.domains_to_plan().await? {
        app.store.plan_comparison(domain, next(app, domain)).await?;
    }
    while let Some(domain) = app.store.claim_comparison(app.clock.now().plus(AGAIN)).await? {
        compare(app, &domain).await?;
    }
    Ok(())
}

/// Has dimail asked once more for each mailbox that its list lacks: then its page says that it is gone.
async fn look_for(app: &App, domain: DomainId, missing: &[MailboxId]) -> Result<(), Fault> {
    if missing.is_empty() {
        return Ok(());
    }
    let mut tx = app.store.begin().await?;
    let Some(locked) = tx.lock_as_portal(domain, Actor::portal()).await? else { return Ok(()) };
    for mailbox in missing {
        let object = Object::Mailbox(*mailbox);
        tx.need_step(&locked, &object, Due::Now).await?;
        tx.observe_first(&locked, &object).await?;
    }
    app.commit(tx).await
}

fn next(app: &App, domain: DomainId) -> Timestamp {
    let today = app.clock.start_of_day(&app.settings.time_zone);
    next_comparison(domain, app.clock.now(), today, app.settings.compare_every)
}

async fn compare(app: &App, domain: &Domain) -> Result<(), Fault> {
    let until = tokio::time::Instant::now() + app.settings.dimail_timeout * PATIENCE;
    let Some(observation) = observe_until(app, &domain.name, until).await else { return Ok(()) };
    let ignored = app.store.ignored_differences(domain.id).await?;
    let found = compared(app, domain, &observation.observed, &LinesWanted::default(), ignored).await?;
    look_for(app, domain.id, &found.missing).await?;
    app.store.record_comparison(domain.id, (found.open(), &found.stale), next(app, domain.id)).await
}
