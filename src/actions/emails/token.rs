//! Random tokens for links into the portal: the link contains the token, the database only its hash.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::Rng;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

/// Returns a new token of 256 random bits and its hash.
pub(crate) fn new_token() -> (SecretString, String) {
    let bytes: [u8; 32] = rand::rng().random();
    let token = SecretString::from(URL_SAFE_NO_PAD.encode(bytes));
    let hash = hash_of(token.expose_secret());
    (token, hash)
}

/// The stored hash of a token. The database's index compares it in variable time, which is safe: the
/// beginning of a hash does not reveal the token.
pub(crate) fn hash_of(token: &str) -> String {
    format!("{:x}", Sha256::digest(token.as_bytes()))
}
