//! The form of the support address.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;

use crate::actions::accounts::confirm::SupportLink;
use crate::actions::{Error, domains};
use crate::model::{Domain, EditDomain, EmailAddress, Refusal};
use crate::store::Allowed;
use crate::urls;
use crate::web::{Answer, ErrorTexts, Fields, Notice, Page, Undo, Web, invalid, rendered};

/// The field of an undo with the address that it takes away: one that was saved since stays.
const REPLACED: &str = "replaced";

/// What became of the form.
#[derive(Clone)]
enum Saved {
    Stored {
        former: String,
        link: Option<SupportLink>,
    },
    /// Another address was saved since.
    ChangedSince(String),
}

#[derive(Template)]
#[template(path = "domains/edit.html")]
struct Edit {
    page: Page,
    name: String,
    back: String,
    action: String,
    support_email: String,
    errors: ErrorTexts,
}

impl Edit {
    fn new(page: Page, domain: &Domain, support_email: String, errors: ErrorTexts) -> Self {
        let (back, action) = (urls::domain(&domain.name), urls::below_domain(&domain.name, "edit"));
        Self { page, name: domain.name.unicode(), back, action, support_email, errors }
    }
}

pub(crate) async fn edit(by: Allowed<EditDomain>, page: Page) -> Answer {
    let domain = by.domain();
    domain.check_not_closed()?;
    let form = Edit::new(page, domain, domain.support_email.clone(), ErrorTexts::default());
    rendered(&form)
}

pub(crate) async fn save(State(web): State<Web>, by: Allowed<EditDomain>, page: Page, typed: Fields) -> Answer {
    let (support_email, replaced) = (typed.text("support_email"), typed.text(REPLACED));
    let by = Arc::new(by);
    let act = {
        let (app, by, email, language) = (web.app().clone(), Arc::clone(&by), support_email.clone(), page.s.0);
        async move {
            let former = by.domain().support_email.clone();
            if !replaced.is_empty() && replaced != former {
                return Ok(Saved::ChangedSince(former));
            }
            Ok(Saved::Stored { former, link: domains::edit::edit(&app, &by, &email, language).await? })
        }
    };
    let (former, link) = match typed.once(&web, act).await.map(|done| done.result) {
        Ok(Saved::Stored { former, link }) => (former, link),
        Ok(Saved::ChangedSince(now)) => {
            let text = page.s.t1("domain-edited-since", "email", now);
            return Ok(page.see_other(&urls::domain(&by.domain().name), Notice::warn(text)).await);
        }
        Err(Error::Refused(Refusal::Invalid(errors))) => {
            let errors = page.errors(&errors);
            return invalid(&Edit::new(page, by.domain(), support_email, errors));
        }
        Err(error) => return Err(error.into()),
    };
    let saved = page.t("domain-saved");
    let to = EmailAddress::parse(&support_email).map_or(support_email, |address| address.to_string());
    let notice = match link.map(|link| (link, held_link(&page, &to, link))) {
        None => Notice::good(saved),
        Some((_, Some(held))) => Notice::warn(format!("{saved} {held}")),
        Some((_, None)) => Notice::good(format!("{saved} {}", page.t("domain-support-link-sent"))),
    };
    let undo = (former != to).then(|| {
        let edit = urls::below_domain(&by.domain().name, "edit");
        let label = page.s.t1("domain-undo-edit", "email", &former);
        Undo::new(edit, label).with("support_email", former).with(REPLACED, &to)
    });
    Ok(page.see_other(&urls::domain(&by.domain().name), notice.undo(undo)).await)
}

/// That the link which confirms a support address does not leave now, and when it can.
pub(crate) fn held_link(page: &Page, address: &str, link: SupportLink) -> Option<String> {
    match link {
        SupportLink::Leaves => None,
        SupportLink::WaitsUntil(at) => Some(page.email_waits(address, at)),
        SupportLink::HeldFor(wait) => Some(format!("{} {}", page.t("confirm-too-many"), page.s.try_again(wait))),
    }
}
