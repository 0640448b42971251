//! Removes a domain that was never enabled.

use crate::actions::{App, Result};
use crate::model::refusal::{Refusal, Why};
use crate::model::role::RemoveDomain;
use crate::store::Allowed;

/// Removes a domain that was never enabled, with what is stored for it.
pub async fn remove(app: &App, by: &Allowed<RemoveDomain>) -> Result<()> {
    let mut tx = app.store.begin().await?;
    let locked = tx.lock(by).await?;
    locked.domain.check_can_be_removed()?;
    if tx.is_being_created(&locked).await? {
        return Err(Refusal::Conflict(Why::DomainUnclear).into());
    }
    tx.delete_domain(&locked).await?;
    tx.commit().await?;
    tracing::info!(domain = %locked.domain.name, by = %locked.actor.email, "domain removed");
    Ok(())
}
