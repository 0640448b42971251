//! Removing a domain, after a confirmation.

use askama::Template;
use axum::extract::State;

use crate::actions::domains;
use crate::model::RemoveDomain;
use crate::store::Allowed;
use crate::urls;
use crate::web::{Answer, Notice, Page, Staff, Web, rendered};

#[derive(Template)]
#[template(path = "domains/remove.html")]
struct Remove {
    page: Page,
    name: String,
    back: String,
    action: String,
    mailboxes: i64,
    /// Whether the people of the domain are told by email.
    is_told: bool,
}

pub(crate) async fn ask_remove(by: Allowed<RemoveDomain>, page: Page) -> Answer {
    let action = urls::below_domain(&by.domain().name, "remove");
    form(&by, page, action)
}

fn form(by: &Allowed<RemoveDomain>, page: Page, action: String) -> Answer {
    let domain = by.domain();
    let is_told = by.actor().as_staff;
    domain.check_can_be_removed(is_told)?;
    let (back, name) = (urls::domain(&domain.name), domain.name.unicode());
    rendered(&Remove { page, name, back, action, mailboxes: domain.mailboxes, is_told })
}

pub(crate) async fn remove(State(web): State<Web>, by: Allowed<RemoveDomain>, page: Page) -> Answer {
    domains::remove::remove(web.app(), &by).await?;
    let text = page.s.t1("domain-removed", "domain", by.domain().name.unicode());
    Ok(page.see_other(urls::DOMAINS, Notice::good(text)).await)
}

pub(crate) async fn ask_remove_as_staff(_: Staff, by: Allowed<RemoveDomain>, page: Page) -> Answer {
    let action = urls::staff_domain(&by.domain().name, "remove");
    form(&by, page, action)
}

pub(crate) async fn remove_as_staff(_: Staff, web: State<Web>, by: Allowed<RemoveDomain>, page: Page) -> Answer {
    remove(web, by, page).await
}
