//! Edits a domain: its support address.

use crate::actions::domains::add::support_email;
use crate::actions::{App, Result};
use crate::model::activity::Event;
use crate::model::field_error::FieldErrors;
use crate::model::role::EditDomain;
use crate::store::Allowed;

/// Changes the support address.
pub async fn edit(app: &App, by: &Allowed<EditDomain>, typed: &str) -> Result<()> {
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
        tx.commit().await?;
    }
    Ok(())
}
