//! A forgotten password: the form to ask for a link, and the page that the link leads to.

use askama::Template;
use axum::extract::State;
use secrecy::SecretString;
use tower_sessions::Session;

use crate::actions::accounts::browsers::Arrival;
use crate::actions::{Error, accounts};
use crate::model::{Refusal, User};
use crate::urls;
use crate::web::accounts::sign_in::begin_noted;
use crate::web::browser::{self, Client};
use crate::web::{
    Answer, AuthSession, ErrorTexts, Fields, LinkToken, Notice, Page, PageError, Query, Web, invalid, refused,
    rendered, see_other,
};

#[derive(Template)]
#[template(path = "accounts/forgot_password.html")]
struct Forgot {
    page: Page,
    is_sent: bool,
    email: String,
    errors: ErrorTexts,
}

pub(crate) async fn forgot(Query(asked): Query, page: Page) -> Answer {
    let email = page.account().map(|user| user.email.clone()).unwrap_or_default();
    let is_sent = !asked.text("sent").is_empty();
    rendered(&Forgot { page, is_sent, email, errors: ErrorTexts::default() })
}

pub(crate) async fn ask(State(web): State<Web>, client: Client, page: Page, fields: Fields) -> Answer {
    let email = fields.text("email");
    match accounts::reset_password::forgot(web.app(), &email, &client.source).await {
        Err(Error::Refused(Refusal::Invalid(errors))) => {
            return refused(&Forgot { errors: page.errors(&errors), page, is_sent: false, email }, &errors);
        }
        asked => asked?,
    }
    Ok(see_other(&format!("{}?sent=yes", urls::FORGOT_PASSWORD)))
}

/// The form for the new password. It shows the account's address: the person with the link reads that
/// address's emails anyway.
#[derive(Template)]
#[template(path = "accounts/reset_password.html")]
struct Choose {
    page: Page,
    email: String,
    token: String,
    errors: ErrorTexts,
}

impl Choose {
    async fn read(web: &Web, page: Page, token: String) -> Result<Self, PageError> {
        let User { email, .. } = accounts::reset_password::look_up(web.app(), &token).await?;
        Ok(Self { page, email, token, errors: ErrorTexts::default() })
    }

    fn action(&self) -> String {
        urls::reset_password(&self.token)
    }
}

pub(crate) async fn show(State(web): State<Web>, LinkToken(token): LinkToken, page: Page) -> Answer {
    rendered(&Choose::read(&web, page, token).await?)
}

pub(crate) async fn reset(
    State(web): State<Web>,
    (mut session, identifier): (AuthSession, Session),
    LinkToken(token): LinkToken,
    client: Client,
    page: Page,
    fields: Fields,
) -> Answer {
    let password = SecretString::from(fields.text("password"));
    let found = match accounts::reset_password::reset(web.app(), &token, password, &client.source).await {
        Err(Error::Refused(Refusal::Invalid(errors))) => {
            let errors = page.errors_with(&errors, &[("password", "account-new-password")]);
            return invalid(&Choose { errors, ..Choose::read(&web, page, token).await? });
        }
        found => found?,
    };
    // Sign the person in: they read the account's emails and have just chosen its password.
    let cookie = begin_noted(&web, (&mut session, &identifier), found, &client.source, Arrival::Other).await?;
    let response = page.see_other(urls::DOMAINS, Notice::good(page.t("account-password-saved"))).await;
    Ok(browser::keep(response, &web, &cookie))
}
