//! The page of a login link: one button, which leads to the webmail. Nothing happens when the page is
//! opened, because mail programs and virus scanners open links, too.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_SECURITY_POLICY;
use secrecy::ExposeSecret;

use crate::actions::emails::login_link::{self, Pressed};
use crate::actions::sync::optional_routes::OptionalRoute;
use crate::actions::{Error, sync};
use crate::model::{Refusal, Why};
use crate::store::MailboxInDomain;
use crate::web::layers::content_policy;
use crate::web::{Answer, LinkToken, Page, Web, drawn, see_other};
use crate::{actions, urls};

/// What the page says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    /// The button can be pressed.
    Ready,
    /// The mail service did not answer: the button can be pressed again.
    Again,
    /// This mail service makes no login codes.
    Unsupported,
    /// The mail service refuses a code for this mailbox.
    Refused,
    /// The domain is disabled.
    Closed,
}

impl Step {
    fn status(self) -> StatusCode {
        match self {
            Self::Ready => StatusCode::OK,
            Self::Again => StatusCode::SERVICE_UNAVAILABLE,
            Self::Unsupported | Self::Refused | Self::Closed => StatusCode::CONFLICT,
        }
    }

    fn has_button(self) -> bool {
        matches!(self, Self::Ready | Self::Again)
    }
}

#[derive(Template)]
#[template(path = "emails/login_link.html")]
struct LoginLink {
    page: Page,
    step: Step,
    token: String,
    /// The address of the mailbox; empty if its domain is disabled.
    address: String,
    /// Whom to ask.
    support: String,
}

impl LoginLink {
    /// The page for the mailbox of a link, or for the reason why there is none.
    fn of(page: Page, token: String, found: actions::Result<MailboxInDomain>, step: Step) -> actions::Result<Self> {
        let (step, address, support) = match found {
            Ok(MailboxInDomain { mailbox, domain, .. }) => (step, mailbox.address(&domain.name), domain.support_email),
            Err(Error::Refused(Refusal::Conflict(Why::DomainDisabled))) => (Step::Closed, String::new(), String::new()),
            Err(error) => return Err(error),
        };
        Ok(Self { page, step, token, address, support })
    }

    fn action(&self) -> String {
        urls::login_link(&self.token)
    }

    fn respond(self) -> Answer {
        let mut response = drawn(self.step.status(), &self)?;
        // Browsers apply the policy of the form also to where its answer redirects to.
        if self.step.has_button()
            && let Some(policy) = content_policy(self.page.app().settings.webmail_url.as_deref())
        {
            response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
        }
        Ok(response)
    }
}

pub(crate) async fn show(State(web): State<Web>, LinkToken(token): LinkToken, page: Page) -> Answer {
    // Known from earlier calls only: opening the page must not cause a call to dimail.
    let is_lacking = sync::optional_routes::is_lacking(web.app(), OptionalRoute::Code);
    let step = if is_lacking { Step::Unsupported } else { Step::Ready };
    let found = login_link::look_up(web.app(), &token).await;
    LoginLink::of(page, token, found, step)?.respond()
}

pub(crate) async fn press(State(web): State<Web>, LinkToken(token): LinkToken, page: Page) -> Answer {
    let step = match login_link::press(web.app(), &token).await {
        Ok(Pressed::SignedIn(address)) => return Ok(see_other(address.expose_secret())),
        Ok(Pressed::Unanswered) => Step::Again,
        Ok(Pressed::Unsupported) => Step::Unsupported,
        Ok(Pressed::Refused) => Step::Refused,
        Err(error) => return LoginLink::of(page, token, Err(error), Step::Closed)?.respond(),
    };
    let found = login_link::look_up(web.app(), &token).await;
    LoginLink::of(page, token, found, step)?.respond()
}
