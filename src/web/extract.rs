//! Extractors of handlers: the signed-in person, a proof of permission, parts of the path.

use std::str::FromStr;

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::Method;
use axum::http::request::Parts;
use axum::http::uri::PathAndQuery;
use unicode_normalization::char::is_combining_mark;

use super::Web;
use super::error::PageError;
use super::session::AuthSession;
use crate::model::{DomainName, LocalPart, Refusal, Right, SeeDomain, Why};
use crate::store::{Allowed, MailboxPage, SignedIn, Tended};
use crate::urls;

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
        let (name, spelling) = domain_name(parts, web).await?;
        let store = &web.app().store;
        let is_page = parts.method == Method::GET;
        let by = if is_page { store.allow_page(&person, &name).await? } else { store.allow(&person, &name).await? };
        spelling.is_ours(parts, &name)?;
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

/// How the name of a domain is written in the path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spelling {
    /// As the portal writes it: in ASCII.
    Ours,
    /// As a person types it: with accents, capitals or a final dot.
    Typed,
}

impl Spelling {
    /// Leads to the address with the name as the portal writes it. Asked only after the permission: a name
    /// that the person may not see is not found, however it is written.
    pub(crate) fn is_ours(self, parts: &Parts, name: &DomainName) -> Result<(), PageError> {
        let here = parts.uri.path_and_query().map_or(parts.uri.path(), PathAndQuery::as_str);
        match self {
            Self::Ours => Ok(()),
            Self::Typed => Err(PageError::Elsewhere { to: urls::with_domain(here, name) }),
        }
    }
}

/// The domain in the path. Its page is found by a typed name, too; forms are sent only to our own spelling.
pub(crate) async fn domain_name(parts: &mut Parts, web: &Web) -> Result<(DomainName, Spelling), PageError> {
    let typed = parameter(parts, web, "domain").await?;
    let name = DomainName::parse(&typed).map_err(|_| Refusal::NotFound)?;
    if name.as_str() == typed {
        return Ok((name, Spelling::Ours));
    }
    let is_name = typed.chars().all(|c| c.is_alphanumeric() || is_combining_mark(c) || matches!(c, '.' | '-'));
    let is_read = matches!(parts.method, Method::GET | Method::HEAD);
    if is_name && is_read { Ok((name, Spelling::Typed)) } else { Err(Refusal::NotFound.into()) }
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
        let (name, spelling) = domain_name(parts, web).await?;
        let MailboxPart(part) = MailboxPart::from_request_parts(parts, web).await?;
        let (by, found) = web.app().store.mailbox_page(&person, &name, &part).await?;
        spelling.is_ours(parts, &name)?;
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
