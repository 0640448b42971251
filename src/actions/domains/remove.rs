//! Removes a domain that was never enabled.

use crate::actions::App;
use crate::actions::domains::edit::Refused;
use crate::model::domain::DomainStatus;
use crate::model::role::RemoveDomain;
use crate::store::{Allowed, Fault};

/// Removes a domain that was never enabled, with what is stored for it.
///
/// # Errors
/// A database error. The inner result says why the state does not allow it.
pub async fn remove(app: &App, by: &Allowed<RemoveDomain>) -> Result<Result<(), Refused>, Fault> {
    let mut tx = app.store.begin().await?;
    let locked = tx.lock(by).await?;
    if locked.domain.status == DomainStatus::Disabled {
        return Ok(Err(Refused::Disabled));
    }
    if !locked.domain.can_be_removed() {
        return Ok(Err(Refused::WasEnabled));
    }
    if tx.is_being_created(&locked).await? {
        return Ok(Err(Refused::BeingClarified));
    }
    tx.delete_domain(&locked).await?;
    tx.commit().await?;
    tracing::info!(domain = %locked.domain.name, by = %locked.actor.email, "domain removed");
    Ok(Ok(()))
}
