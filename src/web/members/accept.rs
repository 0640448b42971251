//! The page that the link of an invitation leads to.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse};
use secrecy::SecretString;
use tower_sessions::Session;

use crate::actions::members;
use crate::actions::members::accept::{Accepted, Joined, Link, NewPerson};
use crate::model::address::EmailAddress;
use crate::store::OpenInvitation;
use crate::urls;
use crate::web::Web;
use crate::web::accounts::sign_in::begin;
use crate::web::error::{Answer, Drawn, PageError, invalid};
use crate::web::extract::Token;
use crate::web::fields::Fields;
use crate::web::page::{Notice, Page, Told};
use crate::web::session::{Account, AuthSession};

/// The choices of the page.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// Create an account.
    Join,
    /// Sign in with the existing account of the address.
    SignIn,
    /// Accept with one button.
    Accept,
    /// Sign out first: another account is signed in.
    SignOut,
    /// Wait until the domain is enabled again.
    Wait,
    /// Ask for another invitation: this one has expired.
    Over,
    /// The link is unknown.
    Unknown,
}

#[derive(Template)]
#[template(path = "members/accept.html")]
struct Show {
    page: Page,
    way: Way,
    open: Option<OpenInvitation>,
    token: String,
    typed_name: String,
    errors: Told,
}

impl Show {
    fn action(&self) -> String {
        urls::invitation(&self.token)
    }

    fn sign_in(&self) -> String {
        format!("{}?next={}", urls::SIGN_IN, self.action())
    }

    fn is(&self, word: &str) -> bool {
        let own = match self.way {
            Way::Join => "join",
            Way::SignIn => "sign-in",
            Way::Accept => "accept",
            Way::SignOut => "sign-out",
            Way::Wait => "wait",
            Way::Over => "over",
            Way::Unknown => "unknown",
        };
        own == word
    }

    fn title(&self) -> String {
        match &self.open {
            Some(open) => self.page.s.t1("invitation-title", "domain", open.domain.name.unicode()),
            None => self.page.t("invitation-unknown-title"),
        }
    }

    fn text(&self) -> String {
        let Some(open) = &self.open else { return self.page.t("invitation-unknown") };
        let role = self.page.s.role(open.invitation.role);
        let inviter = open.invitation.inviter.as_str();
        self.page.s.t3("invitation-text", "inviter", inviter, "domain", open.domain.name.unicode(), "role", role)
    }

    fn respond(self) -> Answer {
        let status = match self.way {
            Way::Wait => StatusCode::CONFLICT,
            Way::Over => StatusCode::GONE,
            Way::Unknown => StatusCode::NOT_FOUND,
            Way::Join | Way::SignIn | Way::Accept | Way::SignOut => StatusCode::OK,
        };
        let mut response = (status, Html(self.render()?)).into_response();
        response.extensions_mut().insert(Drawn);
        Ok(response)
    }
}

async fn read(web: &Web, page: Page, session: &AuthSession, token: String) -> Result<Show, PageError> {
    let (way, open) = match members::accept::look_up(web.app(), &token).await? {
        Link::Unknown => (Way::Unknown, None),
        Link::Expired(open) => (Way::Over, Some(open)),
        Link::Waits(open) => (Way::Wait, Some(open)),
        Link::Open(open) => (way(web, session, &open).await?, Some(open)),
    };
    Ok(Show { page, way, open, token, typed_name: String::new(), errors: Told::default() })
}

async fn way(web: &Web, session: &AuthSession, open: &OpenInvitation) -> Result<Way, PageError> {
    let invited = open.invitation.email.to_lowercase();
    if let Some(account) = &session.user {
        let own = account.person.user().email.to_lowercase();
        return Ok(if own == invited { Way::Accept } else { Way::SignOut });
    }
    let known = match EmailAddress::parse(&open.invitation.email) {
        Ok(email) => web.app().store.user_with_email(&email).await?,
        Err(_) => None,
    };
    Ok(if known.is_some() { Way::SignIn } else { Way::Join })
}

pub(crate) async fn show(State(web): State<Web>, session: AuthSession, Token(token): Token, page: Page) -> Answer {
    read(&web, page, &session, token).await?.respond()
}

pub(crate) async fn accept(
    State(web): State<Web>,
    session: AuthSession,
    identifier: Session,
    Token(token): Token,
    page: Page,
    typed: Fields,
) -> Answer {
    let show = read(&web, page, &session, token).await?;
    let Some(open) = show.open.clone() else { return show.respond() };
    match show.way {
        Way::Accept => accept_signed_in(&web, &session, show, &open).await,
        Way::Join => join(&web, (session, identifier), show, &open, &typed).await,
        Way::SignIn | Way::SignOut => {
            let mut response = show.respond()?;
            *response.status_mut() = StatusCode::CONFLICT;
            Ok(response)
        }
        Way::Wait | Way::Over | Way::Unknown => show.respond(),
    }
}

async fn accept_signed_in(web: &Web, session: &AuthSession, show: Show, open: &OpenInvitation) -> Answer {
    let Some(account) = &session.user else { return show.respond() };
    let (store, invitation) = (&web.app().store, &open.invitation);
    match members::accept::accept(store, &account.person, open.domain.id, invitation.id).await? {
        Accepted::Yes => welcome(&show.page, open).await,
        Accepted::Waits => Show { way: Way::Wait, ..show }.respond(),
        Accepted::NoLonger => Show { way: Way::Unknown, open: None, ..show }.respond(),
    }
}

async fn join(
    web: &Web,
    (mut session, identifier): (AuthSession, Session),
    show: Show,
    open: &OpenInvitation,
    typed: &Fields,
) -> Answer {
    let (name, password) = (typed.text("name"), typed.text("password"));
    let new = NewPerson { name: &name, password: SecretString::from(password.as_str()), language: show.page.s.0 };
    let person = match members::accept::join(web.app(), open, new).await? {
        Ok(Joined::Yes(person)) => person,
        Ok(Joined::Waits) => return Show { way: Way::Wait, ..show }.respond(),
        Ok(Joined::NoLonger) => return Show { way: Way::Unknown, open: None, ..show }.respond(),
        Err(errors) => {
            let errors = show.page.errors(&errors);
            return invalid(&Show { typed_name: name, errors, ..show });
        }
    };
    if let Some(found) = web.app().store.account(person.user().id).await? {
        let account = Account::new(found);
        begin(&mut session, &identifier, &account).await?;
        crate::actions::accounts::manage::note_sign_in(web.app(), &account.person).await?;
    }
    welcome(&show.page, open).await
}

async fn welcome(page: &Page, open: &OpenInvitation) -> Answer {
    let text = page.s.t1("invitation-accepted", "domain", open.domain.name.unicode());
    Ok(page.see_other(&urls::domain(&open.domain.name), Notice::good(text)).await)
}
