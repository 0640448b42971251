//! Random tokens for links into the portal: the link carries the token, the database its hash.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::Rng;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

/// A new token of 256 random bits, and the hash to keep.
pub(crate) fn new_token() -> (SecretString, String) {
    let bytes: [u8; 32] = rand::rng().random();
    let token = SecretString::from(URL_SAFE_NO_PAD.encode(bytes));
    let hash = hash_of(token.expose_secret());
    (token, hash)
}

/// The hash under which a token is kept. It is compared by the database's index, which tells
/// nothing about tokens: whoever learns a hash's beginning still knows no token.
pub(crate) fn hash_of(token: &str) -> String {
    format!("{:x}", Sha256::digest(token.as_bytes()))
}
