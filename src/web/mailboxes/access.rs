//! The ways into a mailbox for its user: a login link by email, or a new password by email or on a
//! sheet.

use askama::Template;
use axum::extract::State;
use axum::http::header::CACHE_CONTROL;
use axum::response::{Html, IntoResponse};
use secrecy::ExposeSecret;

use crate::actions::mailboxes;
use crate::actions::mailboxes::access::NoKey;
use crate::actions::mailboxes::password::Reset;
use crate::model::domain::Domain;
use crate::model::refusal::{Refusal, Why};
use crate::model::role::{ManageMailboxes, Permission};
use crate::store::{Allowed, Tended};
use crate::urls;
use crate::web::Web;
use crate::web::error::{Answer, PageError};
use crate::web::extract::MailboxPart;
use crate::web::mailboxes::guard;
use crate::web::page::{Notice, Page};

/// The sentences, which depend on what was asked for and who asked.
struct Keys {
    no_secondary: Why,
    unsupported: Why,
}

/// The response when no login link or password is sent.
fn refused(no_key: NoKey, keys: &Keys, domain: &Domain) -> PageError {
    match no_key {
        NoKey::Gone => Refusal::NotFound.into(),
        NoKey::Guarded => guard::refused(domain),
        NoKey::DomainDisabled => Refusal::Conflict(Why::DomainDisabled).into(),
        NoKey::NotOpen => Refusal::Conflict(Why::MailboxNotEnabled).into(),
        NoKey::Unsupported => Refusal::Conflict(keys.unsupported.clone()).into(),
        NoKey::NoSecondary => Refusal::Conflict(keys.no_secondary.clone()).into(),
        NoKey::UnderWay => Refusal::Conflict(Why::PasswordUnderWay).into(),
        NoKey::TooMany(wait) => Refusal::TooMany { why: Why::EmailsOfMailbox, retry_after: wait }.into(),
    }
}

pub(crate) async fn login_link(State(web): State<Web>, by: Tended, page: Page) -> Answer {
    let (domain, part) = (by.by().domain(), by.part());
    let manages = by.by().can(Permission::ManageMailboxes);
    let support = domain.support_email.clone();
    let (no_secondary, unsupported) = (Why::NoSecondary { own: !manages }, Why::LinkUnsupported { support });
    match mailboxes::access::login_link(web.app(), &by).await? {
        Err(no_key) => Err(refused(no_key, &Keys { no_secondary, unsupported }, domain)),
        Ok(secondary) => {
            let text = page.s.t1("mailbox-link-leaves", "secondary", secondary);
            Ok(page.see_other(&urls::mailbox(&domain.name, part), Notice::good(text)).await)
        }
    }
}

#[derive(Template)]
#[template(path = "mailboxes/new_password.html")]
struct NewPassword {
    page: Page,
    holder: String,
    address: String,
    webmail: String,
    password: String,
    back: String,
}

pub(crate) async fn reset_password(
    State(web): State<Web>,
    by: Allowed<ManageMailboxes>,
    MailboxPart(part): MailboxPart,
    page: Page,
) -> Answer {
    let domain = &by.domain().name;
    let back = urls::mailbox(domain, &part);
    let reset = match mailboxes::password::new_password(web.app(), &by, &part).await? {
        Err(no_key) => {
            let support = by.domain().support_email.clone();
            let (no_secondary, unsupported) = (Why::NoSecondary { own: false }, Why::PasswordUnsupported { support });
            return Err(refused(no_key, &Keys { no_secondary, unsupported }, by.domain()));
        }
        Ok(reset) => reset,
    };
    let notice = match reset {
        Reset::ToHandOver { id, holder, password } => {
            mailboxes::create::note_handed_over(web.app(), &by, id).await?;
            let sheet = NewPassword {
                holder,
                address: part.at(domain),
                webmail: web.app().settings.webmail_url.clone().unwrap_or_default(),
                password: password.expose_secret().to_owned(),
                back,
                page,
            };
            return Ok(([(CACHE_CONTROL, "no-store")], Html(sheet.render()?)).into_response());
        }
        Reset::ByEmail(secondary) => Notice::good(page.s.t1("mailbox-password-leaves", "secondary", secondary)),
        Reset::Unclear => Notice::warn(page.t("mailbox-reset-unclear")),
        Reset::Unasked => Notice::warn(page.t("mailbox-reset-unasked")),
        Reset::Unknown => {
            Notice::warn(page.s.t1("mailbox-reset-unsupported", "support", by.domain().support_email.as_str()))
        }
        Reset::Refused(reason) => {
            let reason = page.s.reason(&reason, domain, page.is_staff());
            Notice::warn(page.s.t1("mailbox-reset-refused", "reason", reason))
        }
    };
    Ok(page.see_other(&back, notice).await)
}
