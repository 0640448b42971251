//! Edits a domain: its support address.

use crate::actions::App;
use crate::actions::domains::add::support_email;
use crate::model::activity::Event;
use crate::model::domain::DomainStatus;
use crate::model::field_error::FieldErrors;
use crate::model::role::EditDomain;
use crate::store::{Allowed, Fault};

/// Why the state of a domain does not allow a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The domain is closed.
    Disabled,
    /// The domain has been enabled before.
    WasEnabled,
    /// dimail is being asked to accept it, or has not clearly answered yet.
    BeingClarified,
    /// The domain no longer exists.
    Gone,
}

/// Changes the support address.
///
/// # Errors
/// A database error. The inner results have the field errors, or say why the state does not allow it.
pub async fn edit(
    app: &App,
    by: &Allowed<EditDomain>,
    typed: &str,
) -> Result<Result<Result<(), FieldErrors>, Refused>, Fault> {
    let mut tx = app.store.begin().await?;
    let locked = tx.lock(by).await?;
    if locked.domain.status == DomainStatus::Disabled {
        return Ok(Err(Refused::Disabled));
    }
    let email = match support_email(typed, Some(&locked.domain.name)) {
        Ok(email) => email,
        Err(error) => return Ok(Ok(Err(FieldErrors::one("support_email", error)))),
    };
    let from = locked.domain.support_email.clone();
    if from != email.to_string() {
        tx.set_support_email(&locked, &email).await?;
        let event = Event::SupportEmailChanged { from, to: email.to_string() };
        tx.record(&locked, &event, None).await?;
        tx.commit().await?;
    }
    Ok(Ok(Ok(())))
}
