//! Sign in, sign out, choose a language.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use askama::Template;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::SET_COOKIE;
use axum::response::Response;
use secrecy::SecretString;
use tower_sessions::Session;

use crate::actions::accounts::browsers::Arrival;
use crate::actions::accounts::throttle::{Source, Tested};
use crate::actions::{self, Error, accounts};
use crate::model::{FieldError, FieldErrors, Language, Refusal, Timestamp};
use crate::store::Credentials;
use crate::urls;
use crate::web::browser::{self, Client};
use crate::web::domains::list::landing;
use crate::web::{
    Account, Answer, AuthSession, ErrorTexts, Fields, Page, PageError, Query, Web, refused, rendered, see_other,
};

#[derive(Template)]
#[template(path = "accounts/sign_in.html")]
struct SignIn {
    page: Page,
    email: String,
    next: String,
    errors: ErrorTexts,
    /// Whether the password of this address is not tested for the time being.
    is_full: bool,
    /// Why a browser that has just signed in is back here; empty otherwise.
    cookies: String,
}

/// How long a sign-in without a cookie is remembered.
const COOKIELESS: Duration = Duration::from_mins(1);
/// How many are remembered at most.
const MOST_COOKIELESS: usize = 1000;

/// The browsers that signed in just now and had no cookie of the portal before: if one comes back without
/// a cookie, it does not keep them.
#[derive(Debug, Default)]
pub(crate) struct Cookieless(Mutex<VecDeque<(String, Timestamp)>>);

impl Cookieless {
    fn note(&self, trace: String, now: Timestamp) {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seen.retain(|(_, at)| now.since(*at) < COOKIELESS);
        seen.truncate(MOST_COOKIELESS - 1);
        seen.push_front((trace, now));
    }

    fn has(&self, trace: &str, now: Timestamp) -> bool {
        let seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seen.iter().any(|(other, at)| other == trace && now.since(*at) < COOKIELESS)
    }
}

/// `/` redirects to where a person's work begins, or to the sign-in page.
pub(crate) async fn home(State(web): State<Web>, session: AuthSession) -> Answer {
    Ok(see_other(&match &session.user {
        Some(account) => landing(&web, &account.person).await?,
        None => urls::SIGN_IN.to_owned(),
    }))
}

/// An address of a form redirects to the list of domains, or to the sign-in page.
pub(crate) async fn to_start(session: AuthSession) -> Response {
    see_other(if session.user.is_some() { urls::DOMAINS } else { urls::SIGN_IN })
}

pub(crate) async fn show(
    State(web): State<Web>,
    session: AuthSession,
    client: Client,
    Query(asked): Query,
    page: Page,
) -> Answer {
    let typed = asked.text("next");
    let next = local(&typed);
    if session.user.is_some() {
        return Ok(see_other(&next));
    }
    let is_back = !typed.is_empty() && !client.has_cookies;
    let is_back = is_back && web.cookieless().has(&client.trace(), web.app().clock.now());
    // A person who wanted no page in particular begins where their work does.
    let next = if typed.is_empty() { urls::HOME.to_owned() } else { next };
    let settings = &web.app().settings;
    let cookies = match (is_back, settings.is_https()) {
        (false, _) => String::new(),
        (true, false) => page.t("sign-in-cookies"),
        (true, true) => page.s.t1("sign-in-cookies-https", "address", settings.public_url()),
    };
    rendered(&SignIn { page, email: String::new(), next, errors: ErrorTexts::default(), is_full: false, cookies })
}

pub(crate) async fn sign_in(
    State(web): State<Web>,
    mut session: AuthSession,
    identifier: Session,
    client: Client,
    page: Page,
    fields: Fields,
) -> Answer {
    let (email, next) = (fields.text("email"), local(&fields.text("next")));
    let found = match authenticated(&web, &fields, &client.source).await {
        Err(Error::Refused(Refusal::Invalid(errors))) => {
            let is_full = errors.iter().any(|(_, error)| *error == FieldError::TooManyForAddress);
            let texts = page.errors(&errors);
            return refused(&SignIn { page, email, next, errors: texts, is_full, cookies: String::new() }, &errors);
        }
        found => found?,
    };
    if !client.has_cookies {
        web.cookieless().note(client.trace(), web.app().clock.now());
    }
    let next = if next == urls::HOME { landing(&web, &found.person).await? } else { next };
    let cookie = begin_noted(&web, (&mut session, &identifier), found, &client.source, Arrival::Password).await?;
    Ok(browser::keep(see_other(&next), &web, &cookie))
}

/// Starts a session, makes the browser known, and records that the person signed in. Returns the cookie of
/// the browser.
pub(crate) async fn begin_noted(
    web: &Web,
    (session, identifier): (&mut AuthSession, &Session),
    found: Credentials,
    source: &Source,
    arrival: Arrival,
) -> Result<SecretString, PageError> {
    let account = Account::new(found);
    begin(session, identifier, &account).await?;
    let cookie = accounts::browsers::remember(web.app(), &account.person, source, arrival).await?;
    accounts::manage::note_sign_in(web.app(), &account.person).await?;
    Ok(cookie)
}

/// Starts a session with a new identifier, even if a person was signed in before. This prevents session
/// fixation: an identifier planted by an attacker is worthless after sign-in.
pub(crate) async fn begin(session: &mut AuthSession, identifier: &Session, account: &Account) -> Result<(), PageError> {
    identifier.clear().await;
    identifier.cycle_id().await.map_err(unkept)?;
    session.login(account).await.map_err(unkept)
}

async fn authenticated(web: &Web, fields: &Fields, source: &Source) -> actions::Result<Credentials> {
    let mut errors = FieldErrors::default();
    for field in ["email", "password"] {
        if fields.text(field).trim().is_empty() {
            errors.add(field, FieldError::Required);
        }
    }
    errors.into_result()?;
    let password = SecretString::from(fields.text("password"));
    let error = match accounts::throttle::test(web.app(), &fields.text("email"), password, source).await? {
        Tested::Right(found) => return Ok(found),
        Tested::Wrong => FieldError::WrongCredentials,
        Tested::Untested(why) => why.error(),
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
    let mut response = see_other(&if next.is_empty() { urls::SIGN_IN.to_owned() } else { local(&next) });
    // What the person saw must not come back with the browser's button "back".
    response.headers_mut().insert("clear-site-data", HeaderValue::from_static("\"cache\""));
    Ok(response)
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
