//! Removing a domain, after a confirmation.

use askama::Template;
use axum::extract::State;

use crate::actions::domains;
use crate::model::role::RemoveDomain;
use crate::store::Allowed;
use crate::urls;
use crate::web::Web;
use crate::web::error::{Answer, rendered};
use crate::web::page::{Notice, Page};

#[derive(Template)]
#[template(path = "domains/remove.html")]
struct Remove {
    page: Page,
    name: String,
    back: String,
    action: String,
    mailboxes: i64,
}

pub(crate) async fn ask_remove(by: Allowed<RemoveDomain>, page: Page) -> Answer {
    let domain = by.domain();
    let back = urls::domain(&domain.name);
    domain.check_can_be_removed()?;
    let action = urls::below_domain(&domain.name, "remove");
    let form = Remove { page, name: domain.name.unicode(), back, action, mailboxes: domain.mailboxes };
    rendered(&form)
}

pub(crate) async fn remove(State(web): State<Web>, by: Allowed<RemoveDomain>, page: Page) -> Answer {
    domains::remove::remove(web.app(), &by).await?;
    let text = page.s.t1("domain-removed", "domain", by.domain().name.unicode());
    Ok(page.see_other(urls::DOMAINS, Notice::good(text)).await)
}
