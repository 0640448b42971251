//! Sign in, sign out, choose a language.

use askama::Template;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::SET_COOKIE;
use axum::response::Response;
use secrecy::SecretString;
use tower_sessions::Session;

use crate::actions::accounts::throttle::Tested;
use crate::actions::members::accept::InvitationLink;
use crate::actions::{self, Error, accounts, members};
use crate::model::field_error::{FieldError, FieldErrors};
use crate::model::refusal::Refusal;
use crate::model::user::Language;
use crate::store::{Credentials, SignedIn};
use crate::urls;
use crate::web::Web;
use crate::web::error::{Answer, PageError, refused, rendered};
use crate::web::fields::{Fields, Query};
use crate::web::origin::Origin;
use crate::web::page::{ErrorTexts, Page, see_other};
use crate::web::session::{Account, AuthSession};

#[derive(Template)]
#[template(path = "accounts/sign_in.html")]
struct SignIn {
    page: Page,
    email: String,
    next: String,
    errors: ErrorTexts,
}

/// `/` redirects to the list of domains, or to the sign-in page.
pub(crate) async fn home(session: AuthSession) -> Response {
    see_other(if session.user.is_some() { urls::DOMAINS } else { urls::SIGN_IN })
}

pub(crate) async fn show(session: AuthSession, Query(asked): Query, page: Page) -> Answer {
    let next = local(&asked.text("next"));
    if session.user.is_some() {
        return Ok(see_other(&next));
    }
    let form = SignIn { page, email: String::new(), next, errors: ErrorTexts::default() };
    rendered(&form)
}

pub(crate) async fn sign_in(
    State(web): State<Web>,
    mut session: AuthSession,
    identifier: Session,
    origin: Origin,
    page: Page,
    fields: Fields,
) -> Answer {
    let (email, next) = (fields.text("email"), local(&fields.text("next")));
    let found = match authenticated(&web, &fields, &origin).await {
        Err(Error::Refused(Refusal::Invalid(errors))) => {
            return refused(&SignIn { errors: page.errors(&errors), page, email, next }, &errors);
        }
        found => found?,
    };
    let next = beyond_invitation(&web, &found.person, next).await?;
    begin_noted(&web, &mut session, &identifier, found).await?;
    Ok(see_other(&next))
}

/// Starts a session, and records that the person signed in.
pub(crate) async fn begin_noted(
    web: &Web,
    session: &mut AuthSession,
    identifier: &Session,
    found: Credentials,
) -> Result<(), PageError> {
    let account = Account::new(found);
    begin(session, identifier, &account).await?;
    Ok(accounts::manage::note_sign_in(web.app(), &account.person).await?)
}

/// Starts a session with a new identifier, even if a person was signed in before. This prevents session
/// fixation: an identifier planted by an attacker is worthless after sign-in.
pub(crate) async fn begin(session: &mut AuthSession, identifier: &Session, account: &Account) -> Result<(), PageError> {
    identifier.clear().await;
    identifier.cycle_id().await.map_err(unkept)?;
    session.login(account).await.map_err(unkept)
}

/// Where to redirect after sign-in. Signing in accepts the person's open invitations, so a link to an
/// invitation then leads to its domain.
async fn beyond_invitation(web: &Web, person: &SignedIn, next: String) -> Result<String, PageError> {
    let Some(token) = next.strip_prefix("/invitations/") else { return Ok(next) };
    Ok(match members::accept::look_up(web.app(), token).await? {
        InvitationLink::Open(open) if open.invitation.is_for(&person.user().email) => urls::domain(&open.domain.name),
        _ => next,
    })
}

async fn authenticated(web: &Web, fields: &Fields, origin: &Origin) -> actions::Result<Credentials> {
    let mut errors = FieldErrors::default();
    for field in ["email", "password"] {
        if fields.text(field).trim().is_empty() {
            errors.add(field, FieldError::Required);
        }
    }
    errors.into_result()?;
    let password = SecretString::from(fields.text("password"));
    let error = match accounts::throttle::test(web.app(), &fields.text("email"), password, origin.text()).await? {
        Tested::Right(found) => return Ok(found),
        Tested::Wrong => FieldError::WrongCredentials,
        Tested::TooMany => FieldError::TooManyAttempts,
    };
    Err(FieldErrors::one("password", error).into())
}

/// A session that cannot be written is an internal fault.
fn unkept<E: std::fmt::Display>(error: E) -> PageError {
    PageError::Session(error.to_string())
}

pub(crate) async fn sign_out(mut session: AuthSession, fields: Fields) -> Answer {
    session.logout().await.map_err(unkept)?;
    let next = fields.text("next");
    Ok(see_other(&if next.is_empty() { urls::SIGN_IN.to_owned() } else { local(&next) }))
}

/// Stores the chosen language: in the account, and in a cookie for requests without an account.
pub(crate) async fn language(State(web): State<Web>, session: AuthSession, fields: Fields) -> Answer {
    let mut response = see_other(&local(&fields.text("next")));
    let Some(language) = Language::from_code(&fields.text("language")) else { return Ok(response) };
    if let Some(account) = &session.user {
        accounts::manage::set_language(web.app(), &account.person, language).await?;
    }
    let secure = if web.app().settings.is_https() { "; Secure" } else { "" };
    let cookie = format!("language={}; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly{secure}", language.code());
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    Ok(response)
}

/// `next` if it is a path of this portal, else the list of domains: prevents open redirects.
fn local(next: &str) -> String {
    let is_local = next.starts_with('/')
        && !next.starts_with("//")
        && !next.contains('\\')
        && !next.contains(|c: char| c.is_control() || !c.is_ascii());
    if is_local { next.to_owned() } else { urls::DOMAINS.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::local;

    #[test]
    fn no_person_is_sent_to_another_site() {
        assert_eq!(local("/domains/ville.fr?q=a"), "/domains/ville.fr?q=a");
        for odd in ["", "https://evil.fr", "//evil.fr", "/\\evil.fr", "/a\r\nb", "javascript:alert(1)"] {
            assert_eq!(local(odd), "/domains", "{odd:?}");
        }
    }
}
