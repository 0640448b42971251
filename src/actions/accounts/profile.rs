//! Lets people change their own account: name, language, password.

use secrecy::{ExposeSecret, SecretString};

use crate::actions::accounts::throttle::{Source, Tested, test};
use crate::actions::{App, Result, accounts};
use crate::model::{FieldError, FieldErrors, Language, PersonName, User};
use crate::store::{Credentials, SignedIn};

/// The submitted account page. An empty language or an empty new password means no change.
pub struct Typed<'a> {
    /// The person's name.
    pub name: &'a str,
    /// The language.
    pub language: &'a str,
    /// The current password; read only if there is a new one.
    pub current_password: SecretString,
    /// The new password.
    pub new_password: SecretString,
}

/// The result of saving.
#[derive(Clone, Debug)]
pub enum Saved {
    /// Name and language are stored.
    Profile,
    /// The password is changed, too: all sessions have ended, and a new one must be started with these
    /// credentials.
    Password(Credentials),
    /// Nothing was saved: the account was closed meanwhile.
    Closed,
}

/// Saves the submitted account page: all of it, or nothing.
pub async fn save(app: &App, person: &SignedIn, typed: Typed<'_>, source: &Source) -> Result<Saved> {
    let mut errors = FieldErrors::default();
    let name = errors.check("name", PersonName::parse_or_keep(typed.name, &person.user().name));
    let language = errors.check("language", language(person, typed.language));
    let is_new = !typed.new_password.expose_secret().is_empty();
    if is_new {
        if typed.current_password.expose_secret().is_empty() {
            errors.add("current_password", FieldError::Required);
        }
        let about = [typed.name, &person.user().email, &app.settings.brand_name];
        errors.check("new_password", accounts::password_hash::check(&typed.new_password, &about).await);
    }
    // The password is tested last, so that an error in another field does not count as an attempt.
    let (Some(name), Some(language), true) = (name, language, errors.is_empty()) else { return Err(errors.into()) };
    let change = if is_new {
        let account = tested(app, person, typed.current_password, source).await?;
        let _turn = app.passwords.turn(true).await;
        Some((account, accounts::password_hash::hashed(typed.new_password).await?))
    } else {
        None
    };
    store(app, person, (&name, language), change, source.language).await
}

fn language(person: &SignedIn, typed: &str) -> Result<Option<Language>, FieldError> {
    match typed.trim() {
        "" => Ok(person.user().language),
        "fr" => Ok(Some(Language::Fr)),
        "en" => Ok(Some(Language::En)),
        _ => Err(FieldError::UnknownChoice),
    }
}

async fn tested(app: &App, person: &SignedIn, password: SecretString, source: &Source) -> Result<Credentials> {
    let error = match test(app, &person.user().email, password, source).await? {
        // The address may belong to another account since the page was loaded.
        Tested::Right(account) if account.person.user().id == person.user().id => return Ok(account),
        Tested::Right(_) | Tested::Wrong => FieldError::WrongPassword,
        Tested::Untested(why) => why.error(),
    };
    Err(FieldErrors::one("current_password", error).into())
}

async fn store(
    app: &App,
    person: &SignedIn,
    (name, language): (&PersonName, Option<Language>),
    change: Option<(Credentials, String)>,
    shown: Language,
) -> Result<Saved> {
    let id = person.user().id;
    let mut tx = app.store.begin().await?;
    let Some(account) = tx.lock_account(id).await? else { return Ok(Saved::Closed) };
    tx.check_signed_in(person).await?;
    tx.set_profile(id, name.as_str(), language).await?;
    let Some((tested, hash)) = change else {
        tx.commit().await?;
        return Ok(Saved::Profile);
    };
    // Two changes at the same time: the second one tested a password that is no longer valid.
    if tested.password_hash != account.password_hash {
        return Err(FieldErrors::one("current_password", FieldError::WrongPassword).into());
    }
    let user = User { language, ..account.person.user().clone() };
    accounts::reset_password::set(&mut tx, &user, &hash, shown).await?;
    app.commit(tx).await?;
    Ok(app.store.account(id).await?.map_or(Saved::Closed, Saved::Password))
}
