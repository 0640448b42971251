//! The sheet with the first password of a mailbox, to be given to its user.

use askama::Template;
use axum::http::header::CACHE_CONTROL;
use axum::response::{Html, IntoResponse};
use secrecy::{ExposeSecret, SecretString};

use crate::actions::mailboxes;
use crate::model::address::LocalPart;
use crate::model::id::MailboxId;
use crate::model::mailbox::MailboxFields;
use crate::model::name::display_name;
use crate::model::role::ManageMailboxes;
use crate::store::Allowed;
use crate::urls;
use crate::web::Web;
use crate::web::error::Answer;
use crate::web::page::Page;

#[derive(Template)]
#[template(path = "mailboxes/hand_over.html")]
struct HandOver {
    page: Page,
    name: String,
    address: String,
    webmail: String,
    password: String,
    href: String,
    back: String,
    another: String,
}

/// The sheet: the only page that shows a first password, and it does so once.
pub(crate) async fn hand_over(
    web: &Web,
    by: &Allowed<ManageMailboxes>,
    page: Page,
    fields: &MailboxFields,
    (id, part): (MailboxId, LocalPart),
    password: &SecretString,
) -> Answer {
    mailboxes::create::note_handed_over(web.app(), by, id).await?;
    let domain = &by.domain().name;
    let sheet = HandOver {
        name: display_name(fields.first_name.trim(), fields.last_name.trim()),
        address: part.at(domain),
        webmail: web.app().settings.webmail_url.clone().unwrap_or_default(),
        password: password.expose_secret().to_owned(),
        href: urls::mailbox(domain, &part),
        back: urls::mailboxes(domain),
        another: urls::new_mailbox(domain),
        page,
    };
    Ok(([(CACHE_CONTROL, "no-store")], Html(sheet.render()?)).into_response())
}
