//! Removes a domain that was never enabled. Its journal stays, for staff.

use crate::actions::{App, Result};
use crate::model::{EmailContent, Event, RemoveDomain};
use crate::store::{Allowed, Fault, Locked, NewEmail, Tx};

/// Removes a domain that was never enabled, with what is stored for it. If staff removes it, its people
/// are told by email.
pub async fn remove(app: &App, by: &Allowed<RemoveDomain>) -> Result<()> {
    let mut tx = app.store.begin().await?;
    let locked = tx.lock(by).await?;
    locked.domain.check_can_be_removed(locked.actor.as_staff)?;
    if locked.actor.as_staff {
        tell_people(app, &mut tx, &locked).await?;
    }
    tx.record(&locked, &Event::DomainRemoved, None).await?;
    tx.remember_removed(&locked).await?;
    tx.remember_unanswered(&locked).await?;
    tx.delete_domain(&locked).await?;
    app.commit(tx).await?;
    tracing::info!(domain = %locked.domain.name, by = %locked.actor.email, "domain removed");
    Ok(())
}

/// Stores an email to each member except the one who acts, and to the support address. The row of the email names
/// no domain, because rows that name one are deleted with it.
async fn tell_people(app: &App, tx: &mut Tx, locked: &Locked<RemoveDomain>) -> Result<(), Fault> {
    let content = EmailContent::DomainRemoved { domain: locked.domain.name.to_string() };
    for member in tx.members(locked).await? {
        if !member.is_active || locked.actor.id == Some(member.user_id) {
            continue;
        }
        let language = member.language.unwrap_or(app.settings.default_language);
        tx.insert_email(&NewEmail::to_account(member.email, language, content.clone())).await?;
    }
    if locked.domain.support_confirmed_at.is_some() {
        let support = locked.domain.support_email.clone();
        tx.insert_email(&NewEmail::to_account(support, app.settings.default_language, content)).await?;
    }
    Ok(())
}
