//! The cookie of a known browser, and what the portal knows of the source of a request.

use std::convert::Infallible;

use axum::extract::{FromRequestParts, Request};
use axum::http::header::{COOKIE, SET_COOKIE, USER_AGENT};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use secrecy::{ExposeSecret, SecretString};

use super::Web;
use super::origin::Origin;
use super::page::language_of;
use crate::actions::accounts::throttle::Source;
use crate::model::throttle::KNOWN_FOR;

/// The longest cookie that is looked up, in bytes; a token has 43.
const LONGEST: usize = 64;

/// The name of the cookie. `__Host-` cookies cannot be set by a sibling domain; browsers require them to be
/// secure.
pub(crate) fn name(is_https: bool) -> &'static str {
    if is_https { "__Host-browser" } else { "browser" }
}

/// The value of a cookie of a request.
fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let lines = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.filter(|(found, _)| *found == name).map(|(_, value)| value).find(|value| !value.is_empty())
}

/// Where a request comes from: the origin, and the cookie of a browser that may be known.
pub(crate) struct Client {
    pub(crate) source: Source,
    /// Whether the request has a cookie of the portal.
    pub(crate) has_cookies: bool,
    /// Tells browsers behind one origin apart.
    agent: String,
}

impl Client {
    /// What distinguishes the browser if it sends no cookies.
    pub(crate) fn trace(&self) -> String {
        format!("{} {}", self.source.origin, self.agent)
    }
}

impl FromRequestParts<Web> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Infallible> {
        let is_https = web.app().settings.is_https();
        let origin = Origin::from_request_parts(parts, web).await?;
        let language = language_of(parts, web);
        let headers = &parts.headers;
        let browser = cookie(headers, name(is_https)).filter(|value| value.len() <= LONGEST).map(SecretString::from);
        let others = [super::session::cookie_name(is_https), "language"];
        let has_cookies = browser.is_some() || others.into_iter().any(|name| cookie(headers, name).is_some());
        let agent = headers.get(USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
        let agent = agent.chars().take(200).collect();
        let source = Source { origin: origin.text().to_owned(), browser, language };
        Ok(Self { source, has_cookies, agent })
    }
}

/// The cookie that a response gives to a browser that is known from now on.
#[derive(Clone)]
struct Known(HeaderValue);

/// Lets the browser of a response keep its cookie for a year.
pub(crate) fn keep(mut response: Response, web: &Web, cookie: &SecretString) -> Response {
    let is_https = web.app().settings.is_https();
    let (name, secure) = (name(is_https), if is_https { "; Secure" } else { "" });
    let (value, age) = (cookie.expose_secret(), KNOWN_FOR.as_secs());
    let cookie = format!("{name}={value}; Path=/; Max-Age={age}; SameSite=Lax; HttpOnly{secure}");
    if let Ok(mut cookie) = HeaderValue::from_str(&cookie) {
        cookie.set_sensitive(true);
        response.extensions_mut().insert(Known(cookie));
    }
    response
}

/// Middleware outside of the sessions: sets the cookie after that of the session.
pub(crate) async fn set(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    if let Some(Known(cookie)) = response.extensions_mut().remove::<Known>() {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}
