//! Edits a domain: its support address.

use crate::actions::accounts::confirm::{SupportLink, write_to_support};
use crate::actions::domains::add::support_email;
use crate::actions::{App, Result};
use crate::model::{EditDomain, Event, FieldErrors, Language};
use crate::store::Allowed;

/// Changes the support address, and sends a link there: until it is used, the new address is not told of
/// the domain's status. `None` if it is the same as before.
pub async fn edit(app: &App, by: &Allowed<EditDomain>, typed: &str, language: Language) -> Result<Option<SupportLink>> {
    let mut tx = app.store.begin().await?;
    let locked = tx.lock(by).await?;
    locked.domain.check_not_closed()?;
    let email = support_email(typed, Some(&locked.domain.name));
    let email = email.map_err(|error| FieldErrors::one("support_email", error))?;
    let from = locked.domain.support_email.clone();
    if from == email.to_string() {
        return Ok(None);
    }
    tx.set_support_email(&locked, &email).await?;
    let event = Event::SupportEmailChanged { from, to: email.to_string() };
    tx.record(&locked, &event, None).await?;
    let asked = (email.to_string(), locked.actor.clone());
    let link = write_to_support(app, &mut tx, &locked, (&asked.0, &asked.1), language).await?;
    app.commit(tx).await?;
    Ok(Some(link))
}
