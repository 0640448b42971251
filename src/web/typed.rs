//! Keeps what a person typed while their form is carried out, so that an error page can offer to send it
//! again.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, HOST, ORIGIN};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::Response;
use tokio::time::timeout;

use super::{FORM_MAX, Web};

/// A form must arrive completely within this time, so that a slow client cannot hold a connection open.
pub(super) const READ_WITHIN: Duration = Duration::from_secs(30);

/// The place for the body of a form, in the extensions of its request.
#[derive(Clone, Default)]
struct Place(Arc<OnceLock<Bytes>>);

/// A form to be sent again.
pub(crate) struct Again {
    /// Where to.
    pub(crate) action: String,
    /// The fields with their values, in the order of the form.
    pub(crate) fields: Vec<(String, String)>,
    /// The names of the fields with a password, which has to be typed again: no page repeats one.
    pub(crate) secrets: Vec<String>,
}

impl Again {
    /// The form of a request, if [`keep`] has kept it.
    pub(super) fn of(parts: &Parts) -> Option<Self> {
        let typed = parts.extensions.get::<Place>()?.0.get()?;
        let fields = form_urlencoded::parse(typed).into_owned();
        let (secrets, fields): (Vec<_>, Vec<_>) = fields.partition(|(name, _)| name.contains("password"));
        let secrets = secrets.into_iter().filter(|(_, value)| !value.is_empty()).map(|(name, _)| name).collect();
        let action = parts.uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string);
        Some(Self { action, fields, secrets })
    }
}

/// Makes a place for the form of a request. The middleware that draws error pages calls it before
/// [`keep`], and looks there afterwards.
pub(super) fn make_place(parts: &mut Parts) {
    if parts.extensions.get::<Place>().is_none() {
        parts.extensions.insert(Place::default());
    }
}

/// Middleware: reads a form before anything else is done with its request, and keeps it. Other bodies, and
/// forms that are too large, that say no size or do not arrive, are left to the handler.
pub(super) async fn keep(State(web): State<Web>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let place = parts.extensions.get::<Place>().cloned();
    let (Some(place), true) = (place, is_kept(&parts, &web)) else {
        return next.run(Request::from_parts(parts, body)).await;
    };
    let read = timeout(READ_WITHIN, to_bytes(body, FORM_MAX)).await;
    let body = match read.ok().and_then(Result::ok) {
        Some(typed) => {
            // The place is new: nothing else sets it.
            drop(place.0.set(typed.clone()));
            Body::from(typed)
        }
        // An incomplete form is no form.
        None => Body::from_stream(futures::stream::once(async { Err::<Bytes, _>("incomplete form") })),
    };
    next.run(Request::from_parts(parts, body)).await
}

fn is_kept(parts: &Parts, web: &Web) -> bool {
    let header = |name| parts.headers.get(name).and_then(|value| value.to_str().ok());
    let is_form = header(CONTENT_TYPE).is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
    let size = header(CONTENT_LENGTH).and_then(|size| size.parse::<usize>().ok());
    parts.method == Method::POST
        && is_form
        && size.is_some_and(|size| size <= FORM_MAX)
        && is_ours(&parts.headers, &web.app().settings.public_url())
}

/// Whether the form is one of the portal's own pages. That of another site must not come back on a page
/// of ours, with a button that sends it in the person's name.
fn is_ours(headers: &HeaderMap, public_url: &str) -> bool {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match (header("sec-fetch-site"), header(ORIGIN.as_str())) {
        (Some(site), _) => site == "same-origin",
        (None, Some(origin)) => {
            let host = origin.split_once("://").map(|(_, host)| host);
            origin == public_url || (host.is_some() && host == header(HOST.as_str()))
        }
        // Not a browser.
        (None, None) => true,
    }
}
