//! The page of a link that confirms an address, and the buttons that ask for one.

use askama::Template;
use axum::extract::State;
use axum::http::{StatusCode, Uri};

use crate::actions::accounts;
use crate::model::{Confirming, DomainName, EditDomain, LocalPart, SeeDomain};
use crate::store::{Allowed, Confirmation, SignedIn};
use crate::urls;
use crate::web::origin::Origin;
use crate::web::{Answer, AuthSession, LinkToken, MailboxPart, Notice, Page, PageError, Web, drawn};

/// The notice that a link is on its way.
const SENT: &str = "confirm-sent";

/// What the page says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Choice {
    /// One button confirms.
    Confirm,
    /// It was confirmed now.
    Done,
    /// Another account is signed in than the one that asked.
    SignOut,
}

#[derive(Template)]
#[template(path = "accounts/confirm.html")]
struct Show {
    page: Page,
    way: Choice,
    found: Confirmation,
    token: String,
}

impl Show {
    fn action(&self) -> String {
        urls::confirm(&self.token)
    }

    fn title(&self) -> String {
        self.page.t(if self.way == Choice::Done { "confirm-done-title" } else { "confirm-title" })
    }

    fn text(&self) -> String {
        let found = &self.found;
        let domain = found.domain.as_ref().map(DomainName::unicode).unwrap_or_default();
        let key = match (self.way, found.what) {
            (Choice::SignOut, _) => "confirm-other-account",
            (Choice::Done, _) => "confirm-support-done",
            (_, Confirming::Support) => "confirm-support-text",
            (_, Confirming::Account | Confirming::Mailbox) => "confirm-account-text",
        };
        let by = found.by.as_str();
        self.page.s.sentence(key, &[("by", &by), ("email", &found.email.as_str()), ("domain", &domain)])
    }

    fn respond(self) -> Answer {
        let status = match self.way {
            Choice::SignOut => StatusCode::FORBIDDEN,
            Choice::Confirm | Choice::Done => StatusCode::OK,
        };
        drawn(status, &self)
    }
}

/// What a link leads to in this browser. A link about an account asks to sign in first.
async fn read(web: &Web, page: Page, session: &AuthSession, token: String) -> Result<Show, PageError> {
    let found = accounts::confirm::look_up(web.app(), &token).await?;
    let way = match &session.user {
        _ if !found.what.is_about_account() => Choice::Confirm,
        None => return Err(PageError::SignIn { next: urls::confirm(&token) }),
        Some(account) if account.person.user().id == found.user_id => Choice::Confirm,
        Some(_) => Choice::SignOut,
    };
    Ok(Show { page, way, found, token })
}

pub(crate) async fn show(
    State(web): State<Web>,
    session: AuthSession,
    LinkToken(token): LinkToken,
    page: Page,
) -> Answer {
    read(&web, page, &session, token).await?.respond()
}

pub(crate) async fn confirm(
    State(web): State<Web>,
    session: AuthSession,
    origin: Origin,
    LinkToken(token): LinkToken,
    page: Page,
) -> Answer {
    let show = read(&web, page, &session, token).await?;
    if show.way != Choice::Confirm {
        return show.respond();
    }
    let person = session.user.as_ref().map(|account| &account.person);
    let found = accounts::confirm::confirm(web.app(), person, &show.token, origin.text()).await?;
    if !found.what.is_about_account() {
        return Show { way: Choice::Done, ..show }.respond();
    }
    let part = found.email.rsplit_once('@').and_then(|(part, _)| LocalPart::parse(part).ok());
    let to = match (found.what, &found.domain, part) {
        (Confirming::Mailbox, Some(domain), Some(part)) => urls::mailbox(domain, &part),
        _ => urls::ACCOUNT.to_owned(),
    };
    let text = show.page.s.t1("confirm-account-done", "email", found.email);
    Ok(show.page.see_other(&to, Notice::good(text)).await)
}

pub(crate) async fn ask_account(State(web): State<Web>, person: SignedIn, page: Page) -> Answer {
    let queued = accounts::confirm::ask_account(web.app(), &person, page.s.0).await?;
    Ok(page.see_other(urls::ACCOUNT, page.email_notice(SENT, &queued)).await)
}

pub(crate) async fn to_account(_: SignedIn) -> axum::response::Response {
    crate::web::page::see_other(urls::ACCOUNT)
}

pub(crate) async fn ask_mailbox(
    State(web): State<Web>,
    person: SignedIn,
    by: Allowed<SeeDomain>,
    MailboxPart(part): MailboxPart,
    address: Uri,
    page: Page,
) -> Answer {
    let queued = accounts::confirm::ask_mailbox(web.app(), &person, (&by, &part), page.s.0).await?;
    Ok(page.see_other(&urls::object_of(address.path()), page.email_notice(SENT, &queued)).await)
}

pub(crate) async fn ask_support(State(web): State<Web>, by: Allowed<EditDomain>, page: Page) -> Answer {
    let notice = match accounts::confirm::ask_support(web.app(), &by, page.s.0).await? {
        Some(queued) => page.email_notice(SENT, &queued),
        None => Notice::good(page.s.t1("confirm-account-done", "email", by.domain().support_email.as_str())),
    };
    Ok(page.see_other(&urls::domain(&by.domain().name), notice).await)
}
