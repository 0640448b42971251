//! Extractors of handlers: the signed-in person, a proof of permission, parts of the path.

use std::str::FromStr;

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::Method;
use axum::http::request::Parts;

use super::Web;
use super::error::PageError;
use super::session::AuthSession;
use crate::model::{DomainName, LocalPart, Refusal, Right, SeeDomain, Why};
use crate::store::{Allowed, MailboxPage, SignedIn, Tended};

impl FromRequestParts<Web> for SignedIn {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, _: &Web) -> Result<Self, PageError> {
        let session = parts.extensions.get::<AuthSession>();
        let account = session.and_then(|session| session.user.as_ref());
        account.map(|account| account.person.clone()).ok_or_else(|| PageError::sign_in(parts))
    }
}

/// That the person operates the portal; 403 for all others.
pub(crate) struct Staff;

impl FromRequestParts<Web> for Staff {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, PageError> {
        let person = SignedIn::from_request_parts(parts, web).await?;
        if person.user().is_staff { Ok(Self) } else { Err(Refusal::Forbidden(Why::StaffOnly).into()) }
    }
}

impl<R: Right> FromRequestParts<Web> for Allowed<R> {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, PageError> {
        let person = SignedIn::from_request_parts(parts, web).await?;
        let name = domain_name(parts, web).await?;
        let store = &web.app().store;
        let is_page = parts.method == Method::GET;
        let by = if is_page { store.allow_page(&person, &name).await? } else { store.allow(&person, &name).await? };
        note_visit(web, &by).await;
        Ok(by)
    }
}

/// Records the day of a member's visit: the first request of a day writes, all others only read.
pub(crate) async fn note_visit<R>(web: &Web, by: &Allowed<R>) {
    let app = web.app();
    if by.is_first_visit_since(app.clock.start_of_day(&app.settings.time_zone)) {
        app.store.try_to_note_visit(by).await;
    }
}

pub(crate) async fn domain_name(parts: &mut Parts, web: &Web) -> Result<DomainName, PageError> {
    let typed = parameter(parts, web, "domain").await?;
    let name = DomainName::parse(&typed).ok().filter(|name| name.as_str() == typed);
    Ok(name.ok_or(Refusal::NotFound)?)
}

/// A mailbox for its page, with the proof that the person may see its domain; 404 if there is none.
pub(crate) struct ShownMailbox {
    pub(crate) by: Allowed<SeeDomain>,
    pub(crate) found: MailboxPage,
}

impl FromRequestParts<Web> for ShownMailbox {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, PageError> {
        let person = SignedIn::from_request_parts(parts, web).await?;
        let name = domain_name(parts, web).await?;
        let MailboxPart(part) = MailboxPart::from_request_parts(parts, web).await?;
        let (by, found) = web.app().store.mailbox_page(&person, &name, &part).await?;
        note_visit(web, &by).await;
        Ok(Self { by, found: found.ok_or(Refusal::NotFound)? })
    }
}

/// The local part of a mailbox in the path; an invalid one gives 404.
pub(crate) struct MailboxPart(pub(super) LocalPart);

impl FromRequestParts<Web> for MailboxPart {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, PageError> {
        local_part(parts, web, "mailbox").await.map(Self)
    }
}

/// The local part of an alias in the path; an invalid one gives 404.
pub(crate) struct AliasPart(pub(super) LocalPart);

impl FromRequestParts<Web> for AliasPart {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, PageError> {
        local_part(parts, web, "alias").await.map(Self)
    }
}

async fn local_part(parts: &mut Parts, web: &Web, name: &str) -> Result<LocalPart, PageError> {
    let typed = parameter(parts, web, name).await?;
    let part = LocalPart::parse(&typed).ok().filter(|part| part.as_str() == typed);
    Ok(part.ok_or(Refusal::NotFound)?)
}

impl FromRequestParts<Web> for Tended {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, PageError> {
        let by = Allowed::<SeeDomain>::from_request_parts(parts, web).await?;
        let MailboxPart(part) = MailboxPart::from_request_parts(parts, web).await?;
        Ok(by.tend(part).ok_or(Refusal::Forbidden(Why::Role))?)
    }
}

/// The id of a row in the path; an invalid one gives 404.
pub(crate) struct Id<T>(pub(super) T);

impl<T: FromStr> FromRequestParts<Web> for Id<T> {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, PageError> {
        let typed = parameter(parts, web, "id").await?;
        typed.parse().map(Self).map_err(|_| Refusal::NotFound.into())
    }
}

/// The token of a link in the path.
pub(crate) struct LinkToken(pub(super) String);

impl FromRequestParts<Web> for LinkToken {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, PageError> {
        parameter(parts, web, "token").await.map(Self)
    }
}

/// A path parameter, read by name, so that reordering the segments of a route cannot swap them.
async fn parameter(parts: &mut Parts, web: &Web, name: &str) -> Result<String, PageError> {
    let parameters = RawPathParams::from_request_parts(parts, web).await.map_err(|_| Refusal::NotFound)?;
    let found = parameters.iter().find(|(key, _)| *key == name);
    Ok(found.map(|(_, value)| value.to_owned()).ok_or(Refusal::NotFound)?)
}
