//! The sheet with the first or a new password of a mailbox, to be given to its user.

use askama::Template;
use axum::extract::State;
use axum::http::header::CACHE_CONTROL;
use axum::response::{Html, IntoResponse};
use secrecy::{ExposeSecret, SecretString};

use crate::actions::mailboxes;
use crate::model::address::LocalPart;
use crate::model::role::ManageMailboxes;
use crate::store::Allowed;
use crate::urls;
use crate::web::Web;
use crate::web::error::Answer;
use crate::web::extract::MailboxPart;
use crate::web::mailboxes::person::PersonThere;
use crate::web::notice::Notice;
use crate::web::page::{Page, see_other};

#[derive(Template)]
#[template(path = "mailboxes/hand_over.html")]
struct HandOver {
    page: Page,
    name: String,
    address: String,
    webmail: String,
    password: String,
    /// Whether the mailbox was just created; otherwise it got a new password.
    is_new: bool,
    mailbox: String,
    /// Where the button is sent that says that the sheet was handed over.
    done: String,
    list: String,
    another: String,
    /// The person whose account has the address of the new mailbox.
    person: Option<PersonThere>,
}

impl HandOver {
    fn label(&self) -> String {
        self.page.t(if self.is_new { "handover-password" } else { "handover-new-password" })
    }
}

/// The sheet for a mailbox that was just created or (`is_new` is false) got a new password: the only page
/// that shows a password, and it does so once. The mailbox stays "to hand over" until the button on it is pressed.
pub(crate) async fn hand_over(
    web: &Web,
    by: &Allowed<ManageMailboxes>,
    page: Page,
    (part, name): (&LocalPart, String),
    password: &SecretString,
    is_new: bool,
) -> Answer {
    let domain = &by.domain().name;
    let person = if is_new { PersonThere::read(web, by, &page, part).await? } else { None };
    let sheet = HandOver {
        name,
        address: part.at(domain),
        webmail: web.app().settings.webmail_url.clone().unwrap_or_default(),
        password: password.expose_secret().to_owned(),
        is_new,
        mailbox: urls::mailbox(domain, part),
        done: urls::below_mailbox(domain, part, "handed-over"),
        list: urls::mailboxes(domain),
        another: urls::new_mailbox(domain),
        person,
        page,
    };
    Ok(([(CACHE_CONTROL, "no-store")], Html(sheet.render()?)).into_response())
}

pub(crate) async fn handed_over(
    State(web): State<Web>,
    by: Allowed<ManageMailboxes>,
    MailboxPart(part): MailboxPart,
    page: Page,
) -> Answer {
    let domain = &by.domain().name;
    let here = urls::mailbox(domain, &part);
    if !mailboxes::hand_over::handed_over(web.app(), &by, &part).await? {
        return Ok(see_other(&here));
    }
    let notice = Notice::good(page.s.t1("handover-noted", "address", part.shown_at(domain)));
    Ok(page.see_other(&here, notice).await)
}
