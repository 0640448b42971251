//! Resets forgotten passwords: an email with a link is requested, and the link sets a new password.
//! Operators can also set a password.
//!
//! The answer to a request must not reveal whether there is an account: an email is stored for any
//! address, and the account is looked up when the email is sent. Without an account the email is
//! dropped without a trace.

use secrecy::SecretString;

use crate::actions::accounts::throttle::{Source, attempt, request};
use crate::actions::emails::token::hash_of;
use crate::actions::{App, Result, accounts};
use crate::model::throttle::{EMAILS_COUNTED, EMAILS_FROM_ORIGIN};
use crate::model::{Email, EmailAddress, EmailContent, FieldError, FieldErrors, Language, Refusal, User};
use crate::store::{Credentials, Fault, NewEmail, Store, Tx};

/// Requests an email with a link to choose a new password. The answer is the same whether the address
/// has an account or not, and also if the limit of emails for it is reached.
pub async fn forgot(app: &App, typed: &str, source: &Source) -> Result<()> {
    let email = EmailAddress::parse(typed).map_err(|error| FieldErrors::one("email", error))?;
    tracing::info!(account = %email, origin = source.origin, "a link for a new password was requested");
    let attempt = request(app, typed, source).await?;
    let mut tx = app.store.begin().await?;
    tx.lock_origin(&attempt).await?;
    let (for_address, from_origin) = tx.asked(&attempt, EMAILS_COUNTED).await?;
    if from_origin >= EMAILS_FROM_ORIGIN {
        return Err(FieldErrors::one("email", FieldError::TooManyEmails { retry_after: EMAILS_COUNTED }).into());
    }
    tx.note_asked(&attempt).await?;
    if for_address < i64::from(app.settings.emails_per_hour) {
        let email = NewEmail::to_account(email.to_string(), source.language, EmailContent::ForgottenPassword);
        tx.insert_email(&email).await?;
    }
    Ok(app.commit(tx).await?)
}

/// Prepares an email for sending. One with a link, or about many wrong passwords, was stored for the address
/// that was typed; it is sent to the address of the account, in its language. Returns `None` if there is no
/// such account, or if its password was set meanwhile.
pub(crate) async fn to_account(app: &App, mut email: Email) -> Result<Option<Email>, Fault> {
    if matches!(email.content, EmailContent::ForgottenPassword | EmailContent::ManyWrongPasswords { .. }) {
        let Some(account) = account_for(app, &email).await? else { return Ok(None) };
        let user = account.person.user();
        email.recipient.clone_from(&user.email);
        email.language = user.language.unwrap_or(email.language);
    }
    Ok(Some(email))
}

async fn account_for(app: &App, email: &Email) -> Result<Option<Credentials>, Fault> {
    match EmailAddress::parse(&email.recipient) {
        Ok(address) => app.store.account_to_reset(&address, email.created_at).await,
        Err(_) => Ok(None),
    }
}

/// Stores the hash of a new link to choose a password; `false` if the account no longer exists.
pub(crate) async fn keep_reset_link(app: &App, email: &Email, hash: &str) -> Result<bool, Fault> {
    let Some(account) = account_for(app, email).await? else { return Ok(false) };
    let user = account.person.user().id;
    let mut tx = app.store.begin().await?;
    tx.lock_account(user).await?;
    let is_kept = tx.insert_reset_link(user, hash, email.created_at).await?;
    tx.commit().await?;
    Ok(is_kept)
}

/// The account of a link, unless the link is unknown, used or expired.
pub async fn look_up(app: &App, token: &str) -> Result<User> {
    let found = app.store.account_of_reset_link(&hash_of(token)).await?.ok_or(Refusal::NotFound)?;
    Ok(found.person.user().clone())
}

/// Sets a password with a link, unless it is unknown, used or expired. This invalidates all links of the
/// account and ends its sessions; an email informs the person.
pub async fn reset(app: &App, token: &str, password: SecretString, source: &Source) -> Result<Credentials> {
    let user = look_up(app, token).await?;
    let about = [user.name.as_str(), &user.email, &app.settings.brand_name];
    let turn = app.passwords.turn(true).await;
    let hash = accounts::password_hash::checked_and_hashed(password, &about).await?;
    drop(turn);
    let mut tx = app.store.begin().await?;
    // Lock the account before its links, so that two links used at the same time do not deadlock.
    let account = tx.lock_account(user.id).await?.ok_or(Refusal::NotFound)?;
    let sent_at = tx.use_reset_link(user.id, &hash_of(token)).await?.ok_or(Refusal::NotFound)?;
    tx.note_proved(user.id, sent_at).await?;
    set(&mut tx, account.person.user(), &hash, source.language).await?;
    tx.clear_wrong(&attempt(&user.email, &source.origin), None).await?;
    app.commit(tx).await?;
    tracing::info!(account = user.email, origin = source.origin, "a new password was set with a link");
    Ok(app.store.account(user.id).await?.ok_or(Refusal::NotFound)?)
}

/// Sets the password of an account for an operator. Ends its sessions; an email informs the person.
pub async fn set_by_operator(store: &Store, user: &User, password: SecretString, language: Language) -> Result<()> {
    let hash = accounts::password_hash::checked_and_hashed(password, &[&user.name, &user.email]).await?;
    let mut tx = store.begin().await?;
    set(&mut tx, user, &hash, language).await?;
    Ok(tx.commit().await?)
}

/// Stores the new password and the email that informs of it.
pub(crate) async fn set(tx: &mut Tx, user: &User, hash: &str, language: Language) -> Result<(), Fault> {
    tx.set_password(user.id, hash).await?;
    let content = EmailContent::PasswordChanged { address: user.email.clone(), at: tx.now() };
    tx.insert_email(&NewEmail::to_user(user, language, content)).await?;
    Ok(())
}
