//! Tells staff that a domain of the portal belongs to a person's organisation, once a day and person.

use std::time::Duration;

use crate::actions::{App, Result};
use crate::model::{DomainName, EmailContent, Refusal};
use crate::store::{NewEmail, SignedIn};

const DAY: Duration = Duration::from_hours(24);

/// Whether staff was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claimed {
    /// An email goes to each account of staff.
    Told,
    /// The person has told them something like that today already.
    AlreadyToday,
}

/// Tells staff that the person says that a domain is theirs, if the name can not be added here.
pub async fn claim(app: &App, person: &SignedIn, typed: &str) -> Result<(DomainName, Claimed)> {
    let name = DomainName::parse_pasted(typed).map_err(|_| Refusal::NotFound)?;
    let user = person.user();
    let staff = app.store.staff().await?;
    let mut tx = app.store.begin().await?;
    tx.check_signed_in(person).await?;
    tx.lock_account(user.id).await?.ok_or(Refusal::NotFound)?;
    if !tx.has_domain(&name).await? && !tx.is_reserved_from(user.id, &name).await? {
        return Err(Refusal::NotFound.into());
    }
    if !tx.note_domain_claimed(user.id, tx.now().minus(DAY)).await? {
        return Ok((name, Claimed::AlreadyToday));
    }
    let (by, address) = (user.name.clone(), user.email.clone());
    let content = EmailContent::DomainClaimed { by, address, domain: name.to_string() };
    for colleague in staff {
        tx.insert_email(&NewEmail::to_user(&colleague, app.settings.default_language, content.clone())).await?;
    }
    app.commit(tx).await?;
    Ok((name, Claimed::Told))
}
