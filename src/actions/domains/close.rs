//! Closes a domain and reopens it, for an operator.

use crate::actions::{App, sync};
use crate::model::change::Object;
use crate::model::job::WaitsFor;
use crate::model::{DomainId, DomainStatus};
use crate::store::{Due, Fault};

/// Closes a domain. Returns `false` if it is closed already.
pub async fn disable(app: &App, domain: DomainId, reason: &str) -> Result<bool, Fault> {
    move_by_operator(app, domain, DomainStatus::Disabled, Some(reason.to_owned())).await
}

/// Reopens a closed domain: it is checked at once, and the result decides its status. Returns `false`
/// if it was not closed.
pub async fn enable(app: &App, domain: DomainId) -> Result<bool, Fault> {
    move_by_operator(app, domain, DomainStatus::Pending, None).await
}

async fn move_by_operator(
    app: &App,
    domain: DomainId,
    to: DomainStatus,
    reason: Option<String>,
) -> Result<bool, Fault> {
    let mut tx = app.store.begin().await?;
    let Some(locked) = tx.lock_as_operator(domain).await? else { return Ok(false) };
    let is_closed = locked.domain.status == DomainStatus::Disabled;
    if is_closed == (to == DomainStatus::Disabled) {
        return Ok(false);
    }
    tx.set_domain_status(&locked, to, reason.as_deref()).await?;
    sync::check::change_of_status(&mut tx, &locked, app, to, reason, Vec::new()).await?;
    // A domain that dimail refused is neither created nor checked.
    if locked.domain.refusal.is_none() {
        let due = if to == DomainStatus::Disabled { Due::Parked(WaitsFor::Reopened) } else { Due::Now };
        tx.need_step(&locked, &Object::Domain, due).await?;
    }
    app.commit(tx).await?;
    Ok(true)
}
