//! What the client must know of its dimail.

use std::time::Duration;

use secrecy::SecretString;

/// The settings of the client.
#[derive(Clone, Debug)]
pub struct DimailSettings {
    /// Its URL, such as `https://api.example.dimail1.numerique.gouv.fr`.
    pub url: String,
    /// The account's name.
    pub username: String,
    /// The account's password.
    pub password: SecretString,
    /// The time limit of a call after it was admitted: connection, token and answer.
    pub timeout: Duration,
    /// The maximum of concurrent calls.
    pub concurrency: usize,
}
