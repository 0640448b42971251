//! Hashes and verifies passwords of accounts. Hashing is slow on purpose, and takes the same time
//! whether there is an account or not. In the portal the caller has a turn of the queue.

use std::sync::OnceLock;

use secrecy::{ExposeSecret, SecretString};

use crate::actions::Result;
use crate::model::user::PASSWORD_MAX;
use crate::model::{FieldError, FieldErrors, Weakness, password};
use crate::store::Fault;

/// Checks that a new password has 12 to 200 characters and is not easy to guess. `about` is what is known
/// of its person.
pub(crate) async fn check(typed: &SecretString, about: &[&str]) -> Result<(), FieldError> {
    let (typed, about) = (typed.clone(), about.iter().map(|&text| text.to_owned()).collect::<Vec<_>>());
    let check = move || {
        let about: Vec<&str> = about.iter().map(String::as_str).collect();
        password::check(&password::normal(typed.expose_secret()), &about)
    };
    tokio::task::spawn_blocking(check).await.unwrap_or(Err(FieldError::WeakPassword(Weakness::Common)))
}

/// Hashes a password for storage.
pub(crate) async fn hashed(typed: SecretString) -> Result<String, Fault> {
    let hash = move || password_auth::generate_hash(password::normal(typed.expose_secret()));
    tokio::task::spawn_blocking(hash).await.map_err(|_| Fault::Unreadable { column: "password" })
}

/// Hashes a new password, if [`check`] accepts it.
pub(crate) async fn checked_and_hashed(password: SecretString, about: &[&str]) -> Result<String> {
    check(&password, about).await.map_err(|error| FieldErrors::one("password", error))?;
    Ok(hashed(password).await?)
}

/// Whether a password matches a hash. Takes the same time if there is no hash.
pub(crate) async fn verified(typed: SecretString, hash: Option<String>) -> bool {
    static DUMMY: OnceLock<String> = OnceLock::new();
    let verify = move || {
        // The dummy hash is created for known addresses, too: otherwise the first unknown address would
        // take longer.
        let dummy = DUMMY.get_or_init(|| password_auth::generate_hash("dummy"));
        let has_hash = hash.is_some();
        let hash = hash.as_deref().unwrap_or(dummy);
        // A password longer than the maximum cannot be right, and must not cost more time.
        let password = password::normal(typed.expose_secret());
        let too_long = password.chars().count() > PASSWORD_MAX;
        let tried = if too_long { "" } else { password.as_str() };
        password_auth::verify_password(tried, hash).is_ok() && has_hash && !too_long
    };
    tokio::task::spawn_blocking(verify).await.unwrap_or(false)
}
