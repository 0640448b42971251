//! Hashes and verifies passwords of accounts. Hashing is slow on purpose, and takes the same time
//! whether there is an account or not.

use std::sync::{LazyLock, OnceLock};

use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Semaphore;

use crate::actions::Result;
use crate::model::field_error::{FieldError, FieldErrors};
use crate::model::user::{PASSWORD_MAX, PASSWORD_MIN};
use crate::store::Fault;

/// One argon2id hash needs 19 MiB and a CPU core for a while: more at the same time would slow down the
/// pages.
static HASHING: LazyLock<Semaphore> = LazyLock::new(|| Semaphore::new(4));

/// Checks that a password has 12 to 200 characters.
pub(crate) fn well_sized(password: &SecretString) -> Result<(), FieldError> {
    let characters = password.expose_secret().chars().count();
    let fits = (PASSWORD_MIN..=PASSWORD_MAX).contains(&characters);
    if fits { Ok(()) } else { Err(FieldError::PasswordLength { min: PASSWORD_MIN, max: PASSWORD_MAX }) }
}

/// Hashes a password for storage.
pub(crate) async fn hashed(password: SecretString) -> Result<String, Fault> {
    let _turn = HASHING.acquire().await;
    let hash = move || password_auth::generate_hash(password.expose_secret());
    tokio::task::spawn_blocking(hash).await.map_err(|_| Fault::Unreadable { column: "password" })
}

/// Hashes a new password, if it has the right size.
pub(crate) async fn checked_and_hashed(password: SecretString) -> Result<String> {
    well_sized(&password).map_err(|error| FieldErrors::one("password", error))?;
    Ok(hashed(password).await?)
}

/// Whether a password matches a hash. Takes the same time if there is no hash.
pub(crate) async fn verified(password: SecretString, hash: Option<String>) -> bool {
    static DUMMY: OnceLock<String> = OnceLock::new();
    let _turn = HASHING.acquire().await;
    let verify = move || {
        // The dummy hash is created for known addresses, too: otherwise the first unknown address would
        // take longer.
        let dummy = DUMMY.get_or_init(|| password_auth::generate_hash("dummy"));
        let has_hash = hash.is_some();
        let hash = hash.as_deref().unwrap_or(dummy);
        // A password longer than the maximum cannot be right, and must not cost more time.
        let too_long = password.expose_secret().chars().count() > PASSWORD_MAX;
        let tried = if too_long { "" } else { password.expose_secret() };
        password_auth::verify_password(tried, hash).is_ok() && has_hash && !too_long
    };
    tokio::task::spawn_blocking(verify).await.unwrap_or(false)
}
