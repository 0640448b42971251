//! Extractors of handlers: the signed-in person, a proof of permission, parts of the path.

use std::str::FromStr;

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;

use super::Web;
use super::error::Failure;
use super::session::AuthSession;
use crate::model::address::{DomainName, LocalPart};
use crate::model::role::{Right, SeeDomain};
use crate::store::{Allowed, Denied, SignedIn, Tended};

impl FromRequestParts<Web> for SignedIn {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &Web) -> Result<Self, Failure> {
        let session = parts.extensions.get::<AuthSession>();
        let account = session.and_then(|session| session.user.as_ref());
        account.map(|account| account.person.clone()).ok_or_else(|| Failure::sign_in(parts))
    }
}

impl<R: Right> FromRequestParts<Web> for Allowed<R> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Failure> {
        let person = SignedIn::from_request_parts(parts, web).await?;
        let typed = parameter(parts, web, "domain").await?;
        let name = DomainName::parse(&typed).ok().filter(|name| name.as_str() == typed);
        let name = name.ok_or(Failure::NotFound)?;
        match web.app().store.allow(&person, &name).await? {
            Ok(allowed) => Ok(allowed),
            Err(Denied::Unknown) => Err(Failure::NotFound),
            Err(Denied::Forbidden) => Err(Failure::Forbidden),
        }
    }
}

/// The local part of a mailbox in the path; an invalid one gives 404.
pub(crate) struct MailboxPart(pub(super) LocalPart);

impl FromRequestParts<Web> for MailboxPart {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Failure> {
        local_part(parts, web, "mailbox").await.map(Self)
    }
}

/// The local part of an alias in the path; an invalid one gives 404.
pub(crate) struct AliasPart(pub(super) LocalPart);

impl FromRequestParts<Web> for AliasPart {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Failure> {
        local_part(parts, web, "alias").await.map(Self)
    }
}

async fn local_part(parts: &mut Parts, web: &Web, name: &str) -> Result<LocalPart, Failure> {
    let typed = parameter(parts, web, name).await?;
    let part = LocalPart::parse(&typed).ok().filter(|part| part.as_str() == typed);
    part.ok_or(Failure::NotFound)
}

impl FromRequestParts<Web> for Tended {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Failure> {
        let by = Allowed::<SeeDomain>::from_request_parts(parts, web).await?;
        let MailboxPart(part) = MailboxPart::from_request_parts(parts, web).await?;
        by.tend(part).ok_or(Failure::Forbidden)
    }
}

/// The id of a row in the path; an invalid one gives 404.
pub(crate) struct Id<T>(pub(super) T);

impl<T: FromStr> FromRequestParts<Web> for Id<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Failure> {
        let typed = parameter(parts, web, "id").await?;
        typed.parse().map(Self).map_err(|_| Failure::NotFound)
    }
}

/// The token of a link in the path.
pub(crate) struct Token(pub(super) String);

impl FromRequestParts<Web> for Token {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Failure> {
        parameter(parts, web, "token").await.map(Self)
    }
}

/// A path parameter, read by name, so that reordering the segments of a route cannot swap them.
async fn parameter(parts: &mut Parts, web: &Web, name: &str) -> Result<String, Failure> {
    let parameters = RawPathParams::from_request_parts(parts, web).await.map_err(|_| Failure::NotFound)?;
    let found = parameters.iter().find(|(key, _)| *key == name);
    found.map(|(_, value)| value.to_owned()).ok_or(Failure::NotFound)
}
