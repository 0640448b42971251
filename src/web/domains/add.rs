//! The form that adds a domain.

use askama::Template;
use axum::extract::State;

use crate::actions::domains::add::{DomainAdded, DomainFields};
use crate::actions::domains::claim::Claimed;
use crate::actions::{Error, domains};
use crate::model::{DomainName, FieldError, Refusal, Why};
use crate::store::SignedIn;
use crate::urls;
use crate::web::{Answer, ErrorTexts, Fields, Notice, Page, Web, invalid, rendered};

#[derive(Template)]
#[template(path = "domains/add.html")]
struct New {
    page: Page,
    fields: DomainFields,
    errors: ErrorTexts,
    /// The name, if it can not be added because it belongs to others: staff can be told that it is ours.
    claimable: Option<String>,
    /// The domain, if the person may see it already.
    yours: Option<DomainName>,
}

impl New {
    fn claim_title(&self, name: &str) -> String {
        self.page.s.t1("domain-claim-title", "domain", name)
    }
}

pub(crate) async fn new(State(web): State<Web>, person: SignedIn, page: Page) -> Answer {
    if !domains::add::may_add(web.app(), &person) {
        return Err(Refusal::Forbidden(Why::StaffOnly).into());
    }
    let form =
        New { page, fields: DomainFields::default(), errors: ErrorTexts::default(), claimable: None, yours: None };
    rendered(&form)
}

pub(crate) async fn add(State(web): State<Web>, person: SignedIn, page: Page, typed: Fields) -> Answer {
    if !domains::add::may_add(web.app(), &person) {
        return Err(Refusal::Forbidden(Why::StaffOnly).into());
    }
    let ours = typed.text("ours");
    if !ours.is_empty() {
        return claim(&web, &person, &page, &ours).await;
    }
    let fields = DomainFields { name: typed.text("name"), support_email: typed.text("support_email") };
    let action = {
        let (app, fields) = (web.app().clone(), fields.clone());
        async move { domains::add::add(&app, &person, &fields).await }
    };
    let added = match typed.once(&web, action).await.map(|done| done.result) {
        Err(Error::Refused(Refusal::Invalid(errors))) => {
            let belongs_to_others =
                |(_, error): (_, &FieldError)| matches!(error, FieldError::DomainTaken | FieldError::DomainReserved);
            let claimable = errors.iter().any(belongs_to_others).then(|| fields.name.clone());
            let yours = errors.iter().find_map(|(_, error)| match error {
                FieldError::DomainYours { domain } => DomainName::parse(domain).ok(),
                _ => None,
            });
            let errors = page.errors_with(&errors, &[("name", "domain-name")]);
            return invalid(&New { page, fields, errors, claimable, yours });
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

async fn claim(web: &Web, person: &SignedIn, page: &Page, typed: &str) -> Answer {
    let (name, claimed) = domains::claim::claim(web.app(), person, typed).await?;
    let notice = match claimed {
        Claimed::Told => Notice::good(page.s.t1("domain-claimed", "domain", name.unicode())),
        Claimed::AlreadyToday => Notice::warn(page.t("domain-claimed-already")),
    };
    Ok(page.see_other(urls::DOMAINS, notice).await)
}
