//! The credentials of a call, as it shows them.

use axum::http::header::AUTHORIZATION;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::Value;

use crate::fake_dimail::call::Call;

/// The scheme and the rest of the header; empty without it.
pub(crate) fn authorization(call: &Call) -> (String, String) {
    let header = call.header(AUTHORIZATION).unwrap_or_default();
    let (scheme, rest) = header.split_once(' ').unwrap_or((&header, ""));
    (scheme.to_owned(), rest.to_owned())
}

/// The name and the password.
pub(crate) fn decode_basic(credentials: &str) -> Option<(String, String)> {
    let bytes = STANDARD.decode(credentials).ok()?;
    let text = String::from_utf8(bytes).ok().filter(|text| text.is_ascii())?;
    let (name, password) = text.split_once(':')?;
    Some((name.to_owned(), password.to_owned()))
}

/// For the journal: the kind of authentication that was attempted, and the user that it names.
pub(crate) fn claimed(call: &Call) -> (&'static str, Option<String>) {
    let (scheme, rest) = authorization(call);
    match scheme.to_ascii_lowercase().as_str() {
        "basic" => ("basic", decode_basic(&rest).map(|(name, _)| name)),
        "bearer" => ("bearer", named_user(&rest)),
        _ => ("none", None),
    }
}

/// The user that a token names, whether it is valid or not.
fn named_user(token: &str) -> Option<String> {
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    let claims: Value = serde_json::from_slice(&claims).ok()?;
    claims.get("sub")?.as_str().map(str::to_owned)
}
