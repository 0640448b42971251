//! Deletes what is over, once an hour.

use crate::actions::App;
use crate::store::Fault;

/// Deletes what ended longer ago than `KEEP_FINISHED`, and sessions, links and counted attempts that are over.
pub(crate) async fn tidy(app: &App) -> Result<(), Fault> {
    app.store.tidy(app.settings.keep_finished, app.settings.login_link_valid).await
}
