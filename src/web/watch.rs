//! Middleware inside the sessions: keeps pages with personal data out of caches, logs who was refused, and
//! warns once of a proxy that is missing in the settings.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::extract::{ConnectInfo, FromRequestParts, MatchedPath, Request, State};
use axum::http::header::CACHE_CONTROL;
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;

use super::Web;
use super::layers::logged_path;
use super::origin::{FORWARDED_FOR, Origin};
use super::session::AuthSession;
use crate::urls;

/// Empty forms of signed-in people: they show no person's data, and a browser may keep what was typed.
const EMPTY_FORMS: [&str; 4] = [
    urls::NEW_DOMAIN,
    "/domains/{domain}/new-mailbox",
    "/domains/{domain}/new-alias",
    "/domains/{domain}/new-invitation",
];

/// Warnings that this process gives once.
#[derive(Debug, Default)]
pub(super) struct Warned {
    untrusted_proxy: AtomicBool,
}

/// Applies to each request of a page.
pub(super) async fn watch(State(web): State<Web>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let Ok(origin) = Origin::from_request_parts(&mut parts, &web).await;
    warn_of_proxy(&web, &parts);
    let user = parts.extensions.get::<AuthSession>().and_then(|session| session.user.as_ref());
    let account = user.map(|account| account.person.user().email.clone());
    let route = parts.extensions.get::<MatchedPath>().map(|route| route.as_str().to_owned());
    let path = logged_path(route.as_deref(), parts.uri.path());
    let is_form = parts.method == Method::GET && route.as_deref().is_some_and(|route| EMPTY_FORMS.contains(&route));
    // Links from emails lead to pages with the address of a person.
    let is_link = route.as_deref().is_some_and(|route| route.contains("{token}"));
    let is_personal = (account.is_some() && !is_form) || is_link;

    let mut response = next.run(Request::from_parts(parts, body)).await;

    if response.status() == StatusCode::FORBIDDEN {
        let account = account.as_deref().unwrap_or("(nobody)");
        tracing::warn!(account, origin = origin.text(), path, "forbidden");
    }
    if is_personal {
        response.headers_mut().entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("private, no-store"));
    }
    response
}

fn warn_of_proxy(web: &Web, parts: &axum::http::request::Parts) {
    if !parts.headers.contains_key(FORWARDED_FOR) {
        return;
    }
    let Some(ConnectInfo(peer)) = parts.extensions.get::<ConnectInfo<SocketAddr>>() else { return };
    let peer = peer.ip().to_canonical();
    let is_trusted = web.app().settings.trusted_proxies.trust(peer);
    if !is_trusted && !web.warned().untrusted_proxy.swap(true, Ordering::Relaxed) {
        tracing::warn!(
            %peer,
            "a request bears X-Forwarded-For, but its peer is not in TRUSTED_PROXIES: if that is the proxy of the \
             portal, add it, or all visitors count as one when wrong passwords are counted"
        );
    }
}
