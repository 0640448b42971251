//! Tells a person by email that they are an owner or staff now, and to how many other addresses the emails to
//! their account go: who reads them there can take over the account.

use crate::model::{EmailAddress, EmailContent, Language, User, UserId};
use crate::store::{Fault, Locked, NewEmail, Tx};

/// Tells a new owner of the locked domain, in their language or else in `language`. `by` is the name of the
/// person who decided it, empty if a command did. Closed accounts get no emails.
pub(crate) async fn tell_owner<R>(
    tx: &mut Tx,
    locked: &Locked<R>,
    (user, language): (UserId, Language),
    by: &str,
) -> Result<(), Fault> {
    let members = tx.members(locked).await?;
    let Some(owner) = members.iter().find(|member| member.user_id == user && member.is_active) else { return Ok(()) };
    let language = owner.language.unwrap_or(language);
    let content = content(tx, Some(locked.domain.name.to_string()), &owner.email, by).await?;
    let email = NewEmail::about(locked.domain.id, owner.email.clone(), language, content);
    tx.insert_email(&email.by(&locked.actor)).await?;
    Ok(())
}

/// Tells a new member of staff, whom only a command makes.
pub(crate) async fn tell_staff(tx: &mut Tx, user: &User, language: Language) -> Result<(), Fault> {
    if user.disabled_at.is_some() {
        return Ok(());
    }
    let content = content(tx, None, &user.email, "").await?;
    tx.insert_email(&NewEmail::to_user(user, language, content)).await?;
    Ok(())
}

async fn content(tx: &mut Tx, domain: Option<String>, email: &str, by: &str) -> Result<EmailContent, Fault> {
    let leads = match EmailAddress::parse(email) {
        Ok(address) => tx.leads(&address).await?.len(),
        Err(_) => 0,
    };
    Ok(EmailContent::Raised { domain, address: email.to_owned(), leads, by: by.to_owned() })
}
