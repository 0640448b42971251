//! Deletes once an hour what has expired or ended long enough ago.

use std::time::Duration;

use crate::actions::App;
use crate::store::Fault;

/// Deletes what ended longer ago than `KEEP_FINISHED`, expired sessions, links and counted attempts, and
/// lines of journals that are older than `KEEP_JOURNAL`.
pub(crate) async fn tidy(app: &App) -> Result<(), Fault> {
    app.store.tidy(app.settings.keep_finished, app.settings.login_link_valid).await?;
    match app.settings.keep_journal {
        Some(kept) => purge_journals(app, kept).await,
        None => Ok(()),
    }
}

/// How much older than they are kept the lines of a journal become at most, before they are deleted together:
/// otherwise there would be a line about deleted lines every hour.
const TOGETHER: Duration = Duration::from_hours(24);

/// A line that says which lines are deleted is stored before they are, so that the chain of hashes goes on from
/// it; then they are deleted, a few in a transaction.
async fn purge_journals(app: &App, kept: Duration) -> Result<(), Fault> {
    let until = app.clock.now().minus(kept);
    for domain in app.store.journals_to_purge(until.minus(TOGETHER.min(kept / 30))).await? {
        // What a stopped process has left.
        while app.store.delete_purged(domain).await? {}
        let Some(point) = app.store.last_to_purge(domain, until).await? else { continue };
        let mut tx = app.store.begin().await?;
        tx.note_purged(domain, &point).await?;
        tx.commit().await?;
        while app.store.delete_purged(domain).await? {}
    }
    Ok(())
}
