//! What happens to every request: its number, its log line, the headers that browsers obey.

use std::any::Any;
use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, VARY};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tracing::Instrument;
use uuid::Uuid;

use super::health::ROUTES;
use crate::telemetry;

/// The number of a request, in its log lines and in the header `x-request-id`.
#[derive(Clone)]
pub(crate) struct RequestNumber(pub(super) String);

/// Numbers a request, and tells log and figures how it ended.
pub(crate) async fn number(mut request: Request, next: Next) -> Response {
    let number = Uuid::new_v4().simple().to_string();
    request.extensions_mut().insert(RequestNumber(number.clone()));
    let method = known_method(request.method());
    let route = request.extensions().get::<MatchedPath>().map(|route| told_route(route.as_str()).to_owned());
    let path = told_path(route.as_deref(), request.uri().path());
    // At the level of errors, so that a log of errors alone bears the numbers too.
    let span = tracing::error_span!("request", id = %number);
    let began = Instant::now();
    let mut response = next.run(request).instrument(span.clone()).await;
    let took = began.elapsed();
    let (status, milliseconds) = (response.status().as_u16(), took.as_millis());
    let route = route.as_deref().unwrap_or("none");
    telemetry::request_answered(method, route, status, took);
    span.in_scope(|| {
        if ROUTES.contains(&route) {
            tracing::debug!(method, path, status, milliseconds, "answered");
        } else {
            tracing::info!(method, path, status, milliseconds, "answered");
        }
    });
    if let Ok(value) = HeaderValue::from_str(&number) {
        response.headers_mut().insert("x-request-id", value);
    }
    response
}

/// Methods that anyone may make up are one.
fn known_method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        _ => "other",
    }
}

/// The pattern of a route; static files are one.
fn told_route(pattern: &str) -> &str {
    if pattern.starts_with("/static/") { "/static" } else { pattern }
}

/// The path as the log has it. Links with a token open a door: of them the log has the pattern, and
/// of what is no route (it may be such a link with a slip in it) the first word.
fn told_path(route: Option<&str>, path: &str) -> String {
    match route {
        Some(route) if route.contains("{token}") => route.to_owned(),
        Some(_) => path.to_owned(),
        None => match path.split('/').nth(1) {
            Some(first) if path.matches('/').count() > 1 => format!("/{first}/…"),
            _ => path.to_owned(),
        },
    }
}

const CONTENT_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Sets the headers that keep a page from being read, framed or scripted by others.
pub(crate) async fn secure(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let is_page =
        headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).is_some_and(|kind| kind.starts_with("text/html"));
    if is_page {
        headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("private, no-cache"));
        headers.append(VARY, HeaderValue::from_static("HX-Request"));
    }
    let fixed = [
        (CONTENT_SECURITY_POLICY, CONTENT_POLICY),
        (REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("x-content-type-options"), "nosniff"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// A handler that broke down is a fault like others: a page, a number, a log line.
#[expect(clippy::needless_pass_by_value, reason = "the signature is tower-http's")]
pub(crate) fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let text = panic.downcast_ref::<&str>().copied().map(str::to_owned);
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
    tracing::error!(panic = text, "a handler broke down");
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}
