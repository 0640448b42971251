//! The form of the support address.

use askama::Template;
use axum::extract::State;

use crate::actions::accounts::confirm::SupportLink;
use crate::actions::{Error, domains};
use crate::model::{Domain, EditDomain, EmailAddress, Refusal};
use crate::store::Allowed;
use crate::urls;
use crate::web::{Answer, ErrorTexts, Fields, Notice, Page, Undo, Web, invalid, rendered};

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
    let support_email = typed.text("support_email");
    let link = match domains::edit::edit(web.app(), &by, &support_email, page.s.0).await {
        Err(Error::Refused(Refusal::Invalid(errors))) => {
            let errors = page.errors(&errors);
            return invalid(&Edit::new(page, by.domain(), support_email, errors));
        }
        edited => edited?,
    };
    let saved = page.t("domain-saved");
    let to = EmailAddress::parse(&support_email).map_or(support_email, |address| address.to_string());
    let notice = match link.map(|link| (link, held_link(&page, &to, link))) {
        None => Notice::good(saved),
        Some((_, Some(held))) => Notice::warn(format!("{saved} {held}")),
        Some((_, None)) => Notice::good(format!("{saved} {}", page.t("domain-support-link-sent"))),
    };
    let former = &by.domain().support_email;
    let undo = (*former != to).then(|| {
        let edit = urls::below_domain(&by.domain().name, "edit");
        Undo::new(edit, page.s.t1("domain-undo-edit", "email", former)).with("support_email", former)
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
