//! Error responses, rendered as pages in the visitor's language by one middleware.

use std::any::Any;
use std::time::Duration;

use askama::Template;
use axum::extract::{FromRequestParts, MatchedPath, Request, State};
use axum::http::header::{LOCATION, RETRY_AFTER};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use tower_http::csrf::ProtectionError;

use super::layers::RequestNumber;
use super::link_over::{self, LinkOver};
use super::page::{Page, see_other};
use super::typed::{self, Again};
use super::{Web, session, why};
use crate::actions::Error;
use crate::model::throttle::{BUSY_FOR, COUNTED_FOR_ADDRESS, PAUSE};
use crate::model::{FieldError, FieldErrors, Refusal, Why};
use crate::store::Fault;
use crate::urls;

/// Tells the layout that the page has mistakes.
const MISTAKEN: &str = "mistaken";

const UNAVAILABLE: StatusCode = StatusCode::SERVICE_UNAVAILABLE;
/// When a request may be repeated that the database did not answer.
const AGAIN_AFTER: Duration = Duration::from_secs(5);

/// The response of a handler.
pub(crate) type Answer = Result<Response, PageError>;

/// Why a request could not be answered with its own page.
#[derive(Debug)]
pub enum PageError {
    /// The action was refused or failed.
    Action(Error),
    /// The request needs a signed-in person.
    SignIn {
        /// Where the person wanted to go.
        next: String,
    },
    /// The page has another address.
    Elsewhere {
        /// That address.
        to: String,
    },
    /// A template could not be rendered.
    Template(askama::Error),
    /// A session could not be written.
    Session(String),
}

impl PageError {
    pub(crate) fn sign_in(parts: &Parts) -> Self {
        // GET on an address that only accepts POST redirects to its object, so the path works for both
        // methods.
        let uri = &parts.uri;
        let is_get = parts.method == Method::GET || parts.method == Method::HEAD;
        let next = if is_get { uri.path_and_query().map(ToString::to_string) } else { None };
        Self::SignIn { next: next.unwrap_or_else(|| uri.path().to_owned()) }
    }
}

impl<E: Into<Error>> From<E> for PageError {
    fn from(error: E) -> Self {
        Self::Action(error.into())
    }
}

impl From<askama::Error> for PageError {
    fn from(error: askama::Error) -> Self {
        Self::Template(error)
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        match self {
            Self::Action(Error::Refused(refusal)) => refusal_response(refusal),
            Self::Action(Error::Fault(fault)) if fault.is_temporary() => {
                tracing::error!(%fault, "the database does not work");
                let mut response = UNAVAILABLE.into_response();
                if matches!(fault, Fault::Unsure) {
                    response.extensions_mut().insert(Unsure);
                }
                response
            }
            Self::Action(Error::Fault(fault)) => {
                tracing::error!(%fault, "a request failed");
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            }
            Self::SignIn { next } => {
                let encoded: String = form_urlencoded::byte_serialize(next.as_bytes()).collect();
                see_other(&format!("{}?next={encoded}", urls::SIGN_IN))
            }
            Self::Elsewhere { to } => (StatusCode::FOUND, [(LOCATION, to)]).into_response(),
            Self::Session(error) => {
                tracing::error!(error, "a session could not be stored");
                let status = if session::is_database_away() { UNAVAILABLE } else { StatusCode::INTERNAL_SERVER_ERROR };
                status.into_response()
            }
            Self::Template(error) => {
                tracing::error!(%error, "a page could not be rendered");
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            }
        }
    }
}

/// The reason that the middleware renders. Passed as an extension of the response.
#[derive(Clone)]
struct ShownRefusal {
    why: Why,
    retry_after: Option<Duration>,
}

/// Marks a response to a request that may have been carried out.
#[derive(Clone)]
struct Unsure;

/// The response of a refusal, to be rendered by the middleware.
fn refusal_response(refusal: Refusal) -> Response {
    let (status, why, retry_after) = match refusal {
        // The middleware redirects to the sign-in page.
        Refusal::SignedOut => return StatusCode::UNAUTHORIZED.into_response(),
        Refusal::NotFound => return StatusCode::NOT_FOUND.into_response(),
        // The handler of a form renders its errors; another page has no fields to show them at.
        Refusal::Invalid(_) => return StatusCode::UNPROCESSABLE_ENTITY.into_response(),
        Refusal::Forbidden(why) => (StatusCode::FORBIDDEN, why, None),
        Refusal::Conflict(why) => (StatusCode::CONFLICT, why, None),
        Refusal::TooMany { why, retry_after } => (StatusCode::TOO_MANY_REQUESTS, why, Some(retry_after)),
    };
    let mut response = status.into_response();
    response.extensions_mut().insert(ShownRefusal { why, retry_after });
    response
}

/// Marks a response that is already rendered.
#[derive(Clone)]
pub(crate) struct Drawn;

/// An address that does not exist.
pub(crate) async fn unknown() -> StatusCode {
    StatusCode::NOT_FOUND
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
    /// Whether the way on is to try the same again.
    is_again: bool,
    /// Whether the request may have been carried out.
    is_unsure: bool,
    /// The form that was sent, to be sent again.
    form: Option<Again>,
    number: Option<String>,
}

impl ErrorPage {
    /// The label of a field with a password.
    fn secret_label(&self, name: &str) -> String {
        self.page.t(match name {
            "current_password" => "account-current-password",
            "new_password" => "account-new-password",
            _ => "sign-in-password",
        })
    }
}

/// 200 with the page.
pub(crate) fn rendered(page: &impl Template) -> Answer {
    Ok(Html(page.render()?).into_response())
}

/// 422 with the form, its errors and all typed values. The title of the page says that there are mistakes.
pub(crate) fn invalid(form: &impl Template) -> Answer {
    let mistaken: &dyn Any = &true;
    let html = form.render_with_values(&(MISTAKEN, mistaken))?;
    Ok(with_status(StatusCode::UNPROCESSABLE_ENTITY, html))
}

/// A page with this status, instead of the one that the middleware would render for it.
pub(crate) fn drawn(status: StatusCode, page: &impl Template) -> Answer {
    Ok(with_status(status, page.render()?))
}

fn with_status(status: StatusCode, html: String) -> Response {
    let mut response = (status, Html(html)).into_response();
    response.extensions_mut().insert(Drawn);
    response
}

/// 422 with the form; after too many attempts 429, and 503 while too many passwords wait, with
/// `Retry-After`.
pub(crate) fn refused(form: &impl Template, errors: &FieldErrors) -> Answer {
    let mut response = invalid(form)?;
    let wait = errors.iter().find_map(|(_, error)| match error {
        FieldError::TooManyAttempts => Some((StatusCode::TOO_MANY_REQUESTS, PAUSE)),
        FieldError::TooManyForAddress => Some((StatusCode::TOO_MANY_REQUESTS, COUNTED_FOR_ADDRESS)),
        FieldError::TooManyEmails { retry_after } => Some((StatusCode::TOO_MANY_REQUESTS, *retry_after)),
        FieldError::TooManyWaiting => Some((StatusCode::SERVICE_UNAVAILABLE, BUSY_FOR)),
        _ => None,
    });
    if let Some((status, wait)) = wait {
        *response.status_mut() = status;
        insert_retry_after(&mut response, wait);
    }
    Ok(response)
}

/// Middleware: renders a page for every error response that has none.
pub(crate) async fn draw(State(web): State<Web>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    typed::make_place(&mut parts);
    let mut visitor = parts.clone();
    let mut response = next.run(Request::from_parts(parts, body)).await;
    if response.status() == StatusCode::UNAUTHORIZED {
        response = PageError::sign_in(&visitor).into_response();
    }
    let status = response.status();
    if status == StatusCode::SEE_OTHER && visitor.headers.contains_key("hx-request") {
        return whole_page(response);
    }
    let is_error = status.is_client_error() || status.is_server_error();
    if !is_error || response.extensions().get::<Drawn>().is_some() {
        return response;
    }
    // An error page must not consume the pending notice, which only a GET does.
    visitor.method = Method::POST;
    let Ok(page) = Page::from_request_parts(&mut visitor, &web).await;
    let route = visitor.extensions.get::<MatchedPath>().filter(|_| status == StatusCode::NOT_FOUND);
    match route.and_then(|route| link_over::words(route.as_str())) {
        Some(words) => drawn(status, &LinkOver { page, words }).into_response(),
        None => error_page(page, status, facts(&response), &visitor).await,
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

/// What the error page needs of the response: whether the request was sent by another site, whether it may have
/// been carried out, and the refusal.
fn facts(response: &Response) -> (bool, bool, Option<ShownRefusal>) {
    let extensions = response.extensions();
    (extensions.get::<ProtectionError>().is_some(), extensions.get::<Unsure>().is_some(), extensions.get().cloned())
}

async fn error_page(
    page: Page,
    status: StatusCode,
    (is_foreign, is_unsure, reason): (bool, bool, Option<ShownRefusal>),
    visitor: &Parts,
) -> Response {
    let (title, general) = words(status, is_foreign);
    let why = reason.as_ref().map(|reason| &reason.why).filter(|why| !matches!(why, Why::Role | Why::StaffOnly));
    let mut sentence = match reason.as_ref().map(|reason| &reason.why) {
        Some(Why::Role) => why::role_sentence(&page, visitor.uri.path()).await,
        Some(why) => why::sentence(&page, why).await,
        None if is_unsure => page.t("error-unsure"),
        None => page.t(general),
    };
    let retry_after = reason.as_ref().and_then(|reason| reason.retry_after);
    if let Some(wait) = retry_after {
        sentence = format!("{sentence} {}", page.s.try_again(wait));
    }
    let number = visitor.extensions.get::<RequestNumber>().map(|number| number.0.clone());
    let is_away = status == UNAVAILABLE;
    let form = if is_away { Again::of(visitor) } else { None };
    let here = || visitor.uri.path_and_query().map_or_else(|| urls::DOMAINS.to_owned(), ToString::to_string);
    let error = ErrorPage {
        // Missing and hidden objects give byte for byte the same page, so that it reveals nothing.
        page: page.placed_at(urls::DOMAINS),
        code: status.as_u16(),
        title,
        sentence,
        way_on: match why {
            Some(_) => urls::object_of(visitor.uri.path()),
            None if is_unsure => urls::list_of(visitor.uri.path()),
            None if is_away => here(),
            None => urls::DOMAINS.to_owned(),
        },
        is_again: is_away && form.is_none() && !is_unsure,
        is_unsure,
        form,
        number: number.filter(|_| status.is_server_error()),
    };
    let mut response = match error.render() {
        Ok(html) => (status, Html(html)).into_response(),
        Err(error) => {
            tracing::error!(%error, "an error page could not be rendered");
            status.into_response()
        }
    };
    if let Some(wait) = retry_after.or(is_away.then_some(AGAIN_AFTER)) {
        insert_retry_after(&mut response, wait);
    }
    response.extensions_mut().insert(Drawn);
    response
}

/// `Retry-After` in whole seconds, rounded up.
fn insert_retry_after(response: &mut Response, wait: Duration) {
    let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
}

/// The title and the general sentence of an error.
fn words(status: StatusCode, is_foreign: bool) -> (&'static str, &'static str) {
    match status {
        StatusCode::NOT_FOUND => ("error-not-found-title", "error-not-found"),
        StatusCode::FORBIDDEN if is_foreign => ("error-cross-site-title", "error-cross-site"),
        StatusCode::FORBIDDEN => ("error-forbidden-title", "error-forbidden"),
        StatusCode::CONFLICT => ("error-conflict-title", "error-conflict"),
        StatusCode::TOO_MANY_REQUESTS => ("error-too-many-title", "error-too-many"),
        StatusCode::PAYLOAD_TOO_LARGE => ("error-too-large-title", "error-too-large"),
        UNAVAILABLE => ("error-unavailable-title", "error-unavailable"),
        status if status.is_client_error() => ("error-odd-title", "error-odd"),
        _ => ("error-fault-title", "error-fault"),
    }
}
