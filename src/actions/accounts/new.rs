//! A new account: its fields, checked.

use secrecy::SecretString;

use crate::actions::{Result, accounts};
use crate::model::{EmailAddress, FieldErrors, Language, PersonName};
use crate::store::NewUser;

/// An account that an operator makes.
pub struct NewAccount<'a> {
    /// The address, as typed.
    pub email: &'a str,
    /// The person's name, as typed.
    pub name: &'a str,
    /// The password.
    pub password: SecretString,
    /// Whether the person operates the portal.
    pub is_staff: bool,
    /// The person's language, if known.
    pub language: Option<Language>,
}

/// Checks the fields of a new account; `brand` is the name of the portal, if known.
pub(crate) async fn checked(new: NewAccount<'_>, brand: &str) -> Result<NewUser> {
    let mut errors = FieldErrors::default();
    let email = errors.check("email", EmailAddress::parse(new.email));
    let name = errors.check("name", PersonName::parse(new.name));
    let about = [new.name, new.email, brand];
    errors.check("password", accounts::password_hash::check(&new.password, &about).await);
    let (Some(email), Some(name), true) = (email, name, errors.is_empty()) else { return Err(errors.into()) };
    let password_hash = accounts::password_hash::hashed(new.password).await?;
    let name = name.as_str().to_owned();
    Ok(NewUser { email, name, password_hash, is_staff: new.is_staff, language: new.language })
}
