//! The page of an invitation: its link leads here, and the button in the list of one's own invitations
//! sends its form here, with the id of the invitation in place of the token.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use secrecy::SecretString;
use tower_sessions::Session;

use crate::actions::accounts::browsers::Arrival;
use crate::actions::members::accept::{InvitationLink, NewPerson};
use crate::actions::{Error, members};
use crate::model::{EmailAddress, Refusal, Why};
use crate::store::OpenInvitation;
use crate::urls;
use crate::web::accounts::sign_in::begin_noted;
use crate::web::browser::{self, Client};
use crate::web::{Answer, AuthSession, ErrorTexts, Fields, LinkToken, Notice, Page, PageError, Web, drawn, invalid};

/// The choices of the page.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Choice {
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
}

#[derive(Template)]
#[template(path = "members/accept.html")]
struct Show {
    page: Page,
    way: Choice,
    open: OpenInvitation,
    token: String,
    typed_name: String,
    errors: ErrorTexts,
}

impl Show {
    fn action(&self) -> String {
        urls::invitation(&self.token)
    }

    fn sign_in(&self) -> String {
        format!("{}?next={}", urls::SIGN_IN, self.action())
    }

    fn title(&self) -> String {
        self.page.s.t1("invitation-title", "domain", self.open.domain.name.unicode())
    }

    fn text(&self) -> String {
        let open = &self.open;
        let role = self.page.s.role(open.invitation.role);
        let inviter = open.invitation.inviter.as_str();
        self.page.s.t3("invitation-text", "inviter", inviter, "domain", open.domain.name.unicode(), "role", role)
    }

    fn respond(self) -> Answer {
        let status = match self.way {
            Choice::Wait => StatusCode::CONFLICT,
            Choice::Over => StatusCode::GONE,
            Choice::Join | Choice::SignIn | Choice::Accept | Choice::SignOut => StatusCode::OK,
        };
        drawn(status, &self)
    }
}

async fn read(web: &Web, page: Page, session: &AuthSession, token: String) -> Result<Show, PageError> {
    let person = session.user.as_ref().map(|account| &account.person);
    let (way, open) = match members::accept::look_up(web.app(), &token, person).await? {
        InvitationLink::Expired(open) => (Choice::Over, open),
        InvitationLink::Waits(open) => (Choice::Wait, open),
        InvitationLink::Open(open) => (way(web, session, &open).await?, open),
    };
    Ok(Show { page, way, open, token, typed_name: String::new(), errors: ErrorTexts::default() })
}

async fn way(web: &Web, session: &AuthSession, open: &OpenInvitation) -> Result<Choice, PageError> {
    if let Some(account) = &session.user {
        let is_theirs = open.invitation.is_for(&account.person.user().email);
        return Ok(if is_theirs { Choice::Accept } else { Choice::SignOut });
    }
    let known = match EmailAddress::parse(&open.invitation.email) {
        Ok(email) => web.app().store.user_with_email(&email).await?,
        Err(_) => None,
    };
    Ok(if known.is_some() { Choice::SignIn } else { Choice::Join })
}

pub(crate) async fn show(
    State(web): State<Web>,
    session: AuthSession,
    LinkToken(token): LinkToken,
    page: Page,
) -> Answer {
    read(&web, page, &session, token).await?.respond()
}

pub(crate) async fn accept(
    State(web): State<Web>,
    session: AuthSession,
    identifier: Session,
    client: Client,
    LinkToken(token): LinkToken,
    page: Page,
    typed: Fields,
) -> Answer {
    let show = read(&web, page, &session, token).await?;
    match show.way {
        Choice::Accept => accept_signed_in(&web, &session, show).await,
        Choice::Join => join(&web, (session, identifier, client), show, &typed).await,
        Choice::SignIn | Choice::SignOut => {
            let mut response = show.respond()?;
            *response.status_mut() = StatusCode::CONFLICT;
            Ok(response)
        }
        Choice::Wait | Choice::Over => show.respond(),
    }
}

async fn accept_signed_in(web: &Web, session: &AuthSession, show: Show) -> Answer {
    let Some(account) = &session.user else { return show.respond() };
    members::accept::note_link_used(&web.app().store, &account.person, &show.token).await?;
    let which = (show.open.domain.id, show.open.invitation.id);
    match members::accept::accept(web.app(), &account.person, which, show.page.s.0).await {
        Ok(()) => welcome(&show).await,
        Err(error) => not_accepted(show, error),
    }
}

async fn join(
    web: &Web,
    (mut session, identifier, client): (AuthSession, Session, Client),
    show: Show,
    typed: &Fields,
) -> Answer {
    let (name, password) = (typed.text("name"), typed.text("password"));
    let (password, language) = (SecretString::from(password.as_str()), show.page.s.0);
    let origin = client.source.origin.as_str();
    let new = NewPerson { name: &name, password, language, token: &show.token, origin };
    match members::accept::join(web.app(), &show.open, new).await {
        Ok(found) => {
            let cookie = begin_noted(web, (&mut session, &identifier), found, &client.source, Arrival::Other).await?;
            Ok(browser::keep(welcome(&show).await?, web, &cookie))
        }
        Err(Error::Refused(Refusal::Invalid(errors))) => {
            let errors = show.page.errors(&errors);
            invalid(&Show { typed_name: name, errors, ..show })
        }
        Err(error) => not_accepted(show, error),
    }
}

/// The page of an invitation whose domain has been closed since the page was read.
fn not_accepted(show: Show, error: Error) -> Answer {
    match error {
        Error::Refused(Refusal::Conflict(Why::DomainDisabled)) => Show { way: Choice::Wait, ..show }.respond(),
        error => Err(error.into()),
    }
}

async fn welcome(Show { page, open, .. }: &Show) -> Answer {
    let text = page.s.t1("invitation-accepted", "domain", open.domain.name.unicode());
    Ok(page.see_other(&urls::domain(&open.domain.name), Notice::good(text)).await)
}
