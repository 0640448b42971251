//! Edits a domain: its support address.

use crate::actions::domains::add::support_email;
use crate::actions::{App, Result, accounts};
use crate::model::{EditDomain, Event, FieldErrors, Language};
use crate::store::Allowed;

/// Changes the support address, and sends a link there: until it is used, the new address is not told of
/// the domain's status.
pub async fn edit(app: &App, by: &Allowed<EditDomain>, typed: &str, language: Language) -> Result<()> {
    let mut tx = app.store.begin().await?;
    let locked = tx.lock(by).await?;
    locked.domain.check_not_closed()?;
    let email = support_email(typed, Some(&locked.domain.name));
    let email = email.map_err(|error| FieldErrors::one("support_email", error))?;
    let from = locked.domain.support_email.clone();
    if from != email.to_string() {
        tx.set_support_email(&locked, &email).await?;
        let event = Event::SupportEmailChanged { from, to: email.to_string() };
        tx.record(&locked, &event, None).await?;
        let asked = (email.to_string(), locked.actor.clone());
        accounts::confirm::write_to_support(app, &mut tx, &locked, (&asked.0, &asked.1), language).await?;
        app.commit(tx).await?;
    }
    Ok(())
}
