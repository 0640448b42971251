//! What happens to every request: its number, its log line, the headers that browsers obey.

use std::any::Any;
use std::time::Instant;

use axum::extract::Request;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, VARY};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tracing::Instrument;
use uuid::Uuid;

/// The number of a request, in its log lines and in the header `x-request-id`.
#[derive(Clone)]
pub(super) struct RequestNumber(pub(super) String);

/// Numbers a request and logs how it ended.
pub(super) async fn number(mut request: Request, next: Next) -> Response {
    let number = Uuid::new_v4().simple().to_string();
    request.extensions_mut().insert(RequestNumber(number.clone()));
    let (method, path) = (request.method().clone(), loggable(request.uri().path()));
    let span = tracing::info_span!("request", id = %number);
    let began = Instant::now();
    let mut response = next.run(request).instrument(span.clone()).await;
    let milliseconds = began.elapsed().as_millis();
    let status = response.status().as_u16();
    span.in_scope(|| tracing::info!(%method, path, status, milliseconds, "answered"));
    if let Ok(value) = HeaderValue::from_str(&number) {
        response.headers_mut().insert("x-request-id", value);
    }
    response
}

/// The path without the token of a link, which is as good as a password.
fn loggable(path: &str) -> String {
    match ["/reset-password/", "/invitations/"].into_iter().find(|beginning| path.starts_with(beginning)) {
        Some(beginning) => format!("{beginning}…"),
        None => path.to_owned(),
    }
}

const CONTENT_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Sets the headers that keep a page from being read, framed or scripted by others.
pub(super) async fn secure(request: Request, next: Next) -> Response {
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
pub(super) fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let text = panic.downcast_ref::<&str>().copied().map(str::to_owned);
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
    tracing::error!(panic = text, "a handler broke down");
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}
