//! Error responses, rendered as pages in the visitor's language by one middleware.

use std::time::Duration;

use askama::Template;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::header::{LOCATION, RETRY_AFTER};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tower_http::csrf::ProtectionError;

use super::Web;
use super::layers::RequestNumber;
use super::page::{Page, see_other};
use crate::model::field_error::{FieldError, FieldErrors};
use crate::model::id::DomainId;
use crate::model::member::owner_names;
use crate::model::throttle::{EMAILS_COUNTED, PAUSE};
use crate::store::{Denied, Fault};
use crate::urls;

/// Why a request could not be answered with its own page.
#[derive(Debug)]
pub enum Failure {
    /// It does not exist, or this person may not see it.
    NotFound,
    /// The person's role is too low.
    Forbidden,
    /// The address is guarded: the domain whose owners may change it, and the page to link to.
    Guarded(DomainId, String),
    /// The request needs a signed-in person.
    SignIn {
        /// Where the person wanted to go.
        next: String,
    },
    /// The object's state forbids it: the sentence's key, and the page to link to.
    Conflict(&'static str, String),
    /// This dimail server cannot do it: the sentence's key, the support address to contact, and the
    /// page to link to.
    Unsupported(&'static str, String, String),
    /// A rate limit is reached: the sentence's key, the page to link to, and how long to wait.
    TooMany(&'static str, String, Duration),
    /// An internal error.
    Fault(Fault),
    /// A template could not be rendered.
    Drawing(askama::Error),
    /// A session could not be written.
    Session(String),
}

impl Failure {
    pub(crate) fn sign_in(parts: &Parts) -> Self {
        // GET on an address that only accepts POST redirects to its object, so the path works for both
        // methods.
        let uri = &parts.uri;
        let is_get = parts.method == Method::GET || parts.method == Method::HEAD;
        let next = if is_get { uri.path_and_query().map(ToString::to_string) } else { None };
        Self::SignIn { next: next.unwrap_or_else(|| uri.path().to_owned()) }
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::NoLonger(Denied::Unknown) => Self::NotFound,
            Fault::NoLonger(Denied::Forbidden) => Self::Forbidden,
            fault => Self::Fault(fault),
        }
    }
}

impl From<askama::Error> for Failure {
    fn from(error: askama::Error) -> Self {
        Self::Drawing(error)
    }
}

/// What the middleware renders: a sentence and a link. Passed as an extension of the response.
#[derive(Clone)]
struct ToDraw {
    sentence: &'static str,
    way_on: String,
    wait: Option<Duration>,
    /// Whose names the sentence contains.
    names: Option<Names>,
}

/// People or an address that the sentence names.
#[derive(Clone)]
enum Names {
    /// The owners of a domain.
    Owners(DomainId),
    /// The support address of a domain.
    Support(String),
}

/// Marks a response that is already rendered.
#[derive(Clone)]
pub(crate) struct Drawn;

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut names = None;
        let (status, sentence, way_on, wait) = match self {
            Self::SignIn { next } => {
                let encoded: String = form_urlencoded::byte_serialize(next.as_bytes()).collect();
                return see_other(&format!("{}?next={encoded}", urls::SIGN_IN));
            }
            Self::NotFound => return StatusCode::NOT_FOUND.into_response(),
            Self::Forbidden => return StatusCode::FORBIDDEN.into_response(),
            Self::Guarded(domain, way_on) => {
                names = Some(Names::Owners(domain));
                (StatusCode::FORBIDDEN, "address-guarded", way_on, None)
            }
            Self::Conflict(sentence, way_on) => (StatusCode::CONFLICT, sentence, way_on, None),
            Self::Unsupported(sentence, support, way_on) => {
                names = Some(Names::Support(support));
                (StatusCode::CONFLICT, sentence, way_on, None)
            }
            Self::TooMany(sentence, way_on, wait) => (StatusCode::TOO_MANY_REQUESTS, sentence, way_on, Some(wait)),
            Self::Fault(fault) => {
                tracing::error!(%fault, "a request failed");
                return StatusCode::INTERNAL_SERVER_ERROR.into_response();
            }
            Self::Session(error) => {
                tracing::error!(error, "a session could not be stored");
                return StatusCode::INTERNAL_SERVER_ERROR.into_response();
            }
            Self::Drawing(error) => {
                tracing::error!(%error, "a page could not be rendered");
                return StatusCode::INTERNAL_SERVER_ERROR.into_response();
            }
        };
        let mut response = status.into_response();
        response.extensions_mut().insert(ToDraw { sentence, way_on, wait, names });
        response
    }
}

/// An address that does not exist.
pub(crate) async fn unknown() -> Failure {
    Failure::NotFound
}

/// 405: the address does not support this method.
pub(crate) async fn wrong_method() -> StatusCode {
    StatusCode::METHOD_NOT_ALLOWED
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    page: Page,
    code: u16,
    title: &'static str,
    sentence: String,
    way_on: String,
    number: Option<String>,
}

/// 422 with the form, its errors and all typed values.
pub(crate) fn invalid(form: &impl Template) -> Result<Response, Failure> {
    let mut response = (StatusCode::UNPROCESSABLE_ENTITY, axum::response::Html(form.render()?)).into_response();
    response.extensions_mut().insert(Drawn);
    Ok(response)
}

/// 422 with the form; after too many attempts, 429 with `Retry-After`.
pub(crate) fn refused(form: &impl Template, errors: &FieldErrors) -> Result<Response, Failure> {
    let mut response = invalid(form)?;
    let wait = errors.iter().find_map(|(_, error)| match error {
        FieldError::TooManyAttempts => Some(PAUSE),
        FieldError::TooManyEmails => Some(EMAILS_COUNTED),
        _ => None,
    });
    if let Some(wait) = wait {
        *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(wait.as_secs()));
    }
    Ok(response)
}

/// Middleware: renders a page for every error response that has none.
pub(crate) async fn draw(State(web): State<Web>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let mut visitor = parts.clone();
    let response = next.run(Request::from_parts(parts, body)).await;
    let status = response.status();
    if status == StatusCode::SEE_OTHER && visitor.headers.contains_key("hx-request") {
        return whole_page(response);
    }
    let is_error = status.is_client_error() || status.is_server_error();
    if !is_error || response.extensions().get::<Drawn>().is_some() {
        return response;
    }
    let whom = response.extensions().get::<ToDraw>().and_then(|drawn| drawn.names.clone());
    let named = match whom {
        Some(Names::Owners(domain)) => named_owners(&web, domain).await.map(|owners| ("owners", owners)),
        Some(Names::Support(address)) => Some(("support", address)),
        None => None,
    };
    // An error page must not consume the pending notice, which only a GET does.
    visitor.method = Method::POST;
    match Page::from_request_parts(&mut visitor, &web).await {
        Ok(page) => error_page(page, &response, &visitor, named),
        Err(never) => match never {},
    }
}

/// A fragment request cannot show a whole page: the header `hx-redirect` makes the browser load that
/// page instead.
fn whole_page(response: Response) -> Response {
    let to = response.headers().get(LOCATION).cloned().unwrap_or(HeaderValue::from_static("/"));
    let (parts, _) = response.into_parts();
    let mut answer = StatusCode::OK.into_response();
    *answer.headers_mut() = parts.headers;
    answer.headers_mut().remove(LOCATION);
    answer.headers_mut().insert("hx-redirect", to);
    answer
}

/// The names of a domain's owners; `None` if the database does not answer.
async fn named_owners(web: &Web, domain: DomainId) -> Option<String> {
    match web.app().store.members_of(domain).await {
        Ok(members) => Some(owner_names(&members)),
        Err(fault) => {
            tracing::warn!(%fault, "reading the owners of a domain for an error page failed");
            None
        }
    }
}

fn error_page(page: Page, response: &Response, visitor: &Parts, named: Option<(&'static str, String)>) -> Response {
    let status = response.status();
    let (title, sentence) = match status {
        StatusCode::NOT_FOUND => ("error-not-found-title", "error-not-found"),
        StatusCode::FORBIDDEN if response.extensions().get::<ProtectionError>().is_some() => {
            ("error-cross-site-title", "error-cross-site")
        }
        StatusCode::FORBIDDEN => ("error-forbidden-title", "error-forbidden"),
        StatusCode::CONFLICT => ("error-conflict-title", "error-conflict"),
        StatusCode::TOO_MANY_REQUESTS => ("error-too-many-title", "error-too-many"),
        StatusCode::PAYLOAD_TOO_LARGE => ("error-too-large-title", "error-too-large"),
        status if status.is_client_error() => ("error-odd-title", "error-odd"),
        _ => ("error-fault-title", "error-fault"),
    };
    let drawn = response.extensions().get::<ToDraw>().cloned();
    let wait = drawn.as_ref().and_then(|drawn| drawn.wait);
    let number = visitor.extensions.get::<RequestNumber>().map(|number| number.0.clone());
    let sentence = match (&drawn, named) {
        (Some(drawn), Some((argument, named))) => page.s.t1(drawn.sentence, argument, named),
        (Some(drawn), None) if drawn.names.is_none() => page.t(drawn.sentence),
        _ => page.t(sentence),
    };
    let error = ErrorPage {
        // Missing and hidden objects give byte for byte the same page, so that it reveals nothing.
        page: page.placed_at(urls::DOMAINS),
        code: status.as_u16(),
        title,
        sentence,
        way_on: drawn.map_or_else(|| urls::DOMAINS.to_owned(), |drawn| drawn.way_on),
        number: number.filter(|_| status.is_server_error()),
    };
    let mut response = match error.render() {
        Ok(html) => (status, axum::response::Html(html)).into_response(),
        Err(error) => {
            tracing::error!(%error, "an error page could not be rendered");
            status.into_response()
        }
    };
    if let Some(wait) = wait {
        // `Retry-After` in whole seconds, rounded up.
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response.extensions_mut().insert(Drawn);
    response
}
