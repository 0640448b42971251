//! The form of the support address.

use askama::Template;
use axum::extract::State;
use axum::response::{Html, IntoResponse};

use crate::actions::domains;
use crate::model::domain::DomainStatus;
use crate::model::refusal::{Refusal, Why};
use crate::model::role::EditDomain;
use crate::store::Allowed;
use crate::urls;
use crate::web::Web;
use crate::web::domains::show::conflict;
use crate::web::error::{Answer, invalid};
use crate::web::fields::Fields;
use crate::web::page::{Notice, Page, Told};

#[derive(Template)]
#[template(path = "domains/edit.html")]
struct Edit {
    page: Page,
    name: String,
    back: String,
    action: String,
    support_email: String,
    errors: Told,
}

pub(crate) async fn edit(by: Allowed<EditDomain>, page: Page) -> Answer {
    let domain = by.domain();
    let back = urls::domain(&domain.name);
    if domain.status == DomainStatus::Disabled {
        return Err(Refusal::Conflict(Why::DomainDisabled).into());
    }
    let (name, support_email) = (domain.name.unicode(), domain.support_email.clone());
    let action = urls::below_domain(&domain.name, "edit");
    let form = Edit { page, name, back, action, support_email, errors: Told::default() };
    Ok(Html(form.render()?).into_response())
}

pub(crate) async fn save(State(web): State<Web>, by: Allowed<EditDomain>, page: Page, typed: Fields) -> Answer {
    let back = urls::domain(&by.domain().name);
    let support_email = typed.text("support_email");
    match domains::edit::edit(web.app(), &by, &support_email).await? {
        Err(refused) => Err(conflict(refused)),
        Ok(Err(errors)) => {
            let errors = page.errors(&errors);
            let name = &by.domain().name;
            let action = urls::below_domain(name, "edit");
            invalid(&Edit { page, name: name.unicode(), back, action, support_email, errors })
        }
        Ok(Ok(())) => Ok(page.see_other(&back, Notice::good(page.t("domain-saved"))).await),
    }
}
