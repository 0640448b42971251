//! The form that adds a domain.

use askama::Template;
use axum::extract::State;

use crate::actions::Error;
use crate::actions::domains;
use crate::actions::domains::add::{DomainAdded, DomainFields};
use crate::model::address::DomainName;
use crate::model::refusal::{Refusal, Why};
use crate::store::SignedIn;
use crate::urls;
use crate::web::Web;
use crate::web::error::{Answer, invalid, rendered};
use crate::web::fields::Fields;
use crate::web::page::{ErrorTexts, Notice, Page};

#[derive(Template)]
#[template(path = "domains/add.html")]
struct New {
    page: Page,
    fields: DomainFields,
    errors: ErrorTexts,
}

pub(crate) async fn new(State(web): State<Web>, person: SignedIn, page: Page) -> Answer {
    if !domains::add::may_add(web.app(), &person) {
        return Err(Refusal::Forbidden(Why::Role).into());
    }
    let form = New { page, fields: DomainFields::default(), errors: ErrorTexts::default() };
    rendered(&form)
}

pub(crate) async fn add(State(web): State<Web>, person: SignedIn, page: Page, typed: Fields) -> Answer {
    if !domains::add::may_add(web.app(), &person) {
        return Err(Refusal::Forbidden(Why::Role).into());
    }
    let fields = DomainFields { name: typed.text("name"), support_email: typed.text("support_email") };
    let action = {
        let (app, fields) = (web.app().clone(), fields.clone());
        async move { domains::add::add(&app, &person, &fields).await }
    };
    let added = match typed.once(&web, action).await.map(|done| done.result) {
        Err(Error::Refused(Refusal::Invalid(errors))) => {
            let errors = page.errors(&errors);
            return invalid(&New { page, fields, errors });
        }
        added => added?,
    };
    let text = |key, name: &DomainName| page.s.t1(key, "domain", name.unicode());
    let (name, notice) = match &added {
        DomainAdded::Accepted(name) => (name, Notice::good(text("domain-added", name))),
        DomainAdded::Stored(name) => (name, Notice::warn(text("domain-stored", name))),
    };
    Ok(page.see_other(&urls::domain(name), notice).await)
}
