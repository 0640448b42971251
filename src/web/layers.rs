//! Middleware for every request: its id, its log line, the security headers.

use std::any::Any;
use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, VARY};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tracing::Instrument;
use uuid::Uuid;

use super::health::ROUTES;
use super::page::see_other;
use crate::store::briefly;
use crate::telemetry;

/// The id of a request, in its log lines and in the header `x-request-id`.
#[derive(Clone)]
pub(crate) struct RequestNumber(pub(super) String);

/// Gives the request an id, then logs it and counts it in the metrics.
pub(crate) async fn number(mut request: Request, next: Next) -> Response {
    let number = Uuid::new_v4().simple().to_string();
    request.extensions_mut().insert(RequestNumber(number.clone()));
    let method = known_method(request.method());
    let route = request.extensions().get::<MatchedPath>().map(|route| route_in_metrics(route.as_str()).to_owned());
    let path = logged_path(route.as_deref(), request.uri().path());
    // An error-level span, so that the id is present even if only errors are logged.
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

/// A person waits for the answer: so the waits for the database are short.
pub(crate) async fn hurry(request: Request, next: Next) -> Response {
    briefly(next.run(request)).await
}

/// A final slash leads to the address without it. Browsers read two slashes in front, or a backslash, as the
/// name of another site: such an address leads nowhere.
pub(crate) async fn without_slash(request: Request, next: Next) -> Response {
    let (path, query) = (request.uri().path(), request.uri().query());
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    let is_local = !path.contains("//") && !path.contains('\\');
    match path.strip_suffix('/').filter(|rest| is_read && is_local && !rest.is_empty()) {
        Some(rest) => see_other(&query.map_or_else(|| rest.to_owned(), |query| format!("{rest}?{query}"))),
        None => next.run(request).await,
    }
}

/// The method for logs and metrics. Unknown methods share one value, since a client may invent any.
fn known_method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        _ => "other",
    }
}

/// The route pattern for metrics; all static files share one.
fn route_in_metrics(pattern: &str) -> &str {
    if pattern.starts_with("/static/") { "/static" } else { pattern }
}

/// The path for the log. Tokens in paths are secrets: such a path is logged as its route pattern, and a
/// path that matches no route (it may be a mistyped link with a token) as its first segment only.
pub(super) fn logged_path(route: Option<&str>, path: &str) -> String {
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

/// The content policy of a page whose form redirects to another site.
pub(crate) fn content_policy(site: Option<&str>) -> Option<HeaderValue> {
    let site: Uri = site?.parse().ok()?;
    let origin = format!("{}://{}", site.scheme_str()?, site.authority()?.as_str());
    let form = format!("form-action 'self' {origin}");
    HeaderValue::from_str(&CONTENT_POLICY.replace("form-action 'self'", &form)).ok()
}

/// Sets the security headers: no caching by others, no framing, no foreign scripts. What the link of an
/// email leads to is stored by no browser.
pub(crate) async fn secure(request: Request, next: Next) -> Response {
    let is_link = request.extensions().get::<MatchedPath>().is_some_and(|route| route.as_str().contains("{token}"));
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    if is_link {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
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
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

/// A panic in a handler becomes a 500 like other internal errors: with a page, a request id and a log
/// line.
#[expect(clippy::needless_pass_by_value, reason = "the signature is tower-http's")]
pub(crate) fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let text = panic.downcast_ref::<&str>().copied().map(str::to_owned);
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
    tracing::error!(panic = text, "a handler panicked");
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}
