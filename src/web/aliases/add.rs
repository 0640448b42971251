//! The form of a new alias.

use askama::Template;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Response};

use crate::actions::aliases;
use crate::actions::aliases::add::{Added, Blocked, To};
use crate::model::alias::Destination;
use crate::model::alias::{AliasErrors, AliasFields, DISCARD};
use crate::model::domain::{Domain, DomainStatus};
use crate::model::role::ManageAliases;
use crate::store::Allowed;
use crate::urls;
use crate::web::Web;
use crate::web::aliases::form::{Form, refusals};
use crate::web::error::{Failure, invalid};
use crate::web::fields::{Asked, Fields};
use crate::web::mailboxes::guard;
use crate::web::page::{Notice, Page};

/// The page that says why the state of the domain or alias forbids the change.
pub(crate) fn conflict(blocked: Blocked, domain: &Domain, back: String) -> Failure {
    match blocked {
        Blocked::Gone => Failure::NotFound,
        Blocked::Guarded => guard::refused(domain, back),
        Blocked::DomainDisabled => Failure::Conflict("alias-domain-disabled", back),
        Blocked::DomainWaits => Failure::Conflict("alias-domain-waits", back),
        Blocked::UnderWay => Failure::Conflict("alias-under-way", back),
        Blocked::Leaving => Failure::Conflict("mistake-alias-leaving", back),
    }
}

fn open(domain: &Domain) -> Result<(), Blocked> {
    match domain.status {
        DomainStatus::Enabled => Ok(()),
        DomainStatus::Disabled => Err(Blocked::DomainDisabled),
        _ => Err(Blocked::DomainWaits),
    }
}

/// The form. What was typed already is kept when more fields are asked for.
pub(crate) async fn new(by: Allowed<ManageAliases>, page: Page, Asked(query): Asked) -> Result<Response, Failure> {
    let domain = by.domain();
    open(domain).map_err(|blocked| conflict(blocked, domain, urls::aliases(&domain.name)))?;
    let form = Form::new(page, domain, &typed(&query, &query.text("local_part")), &AliasErrors::default());
    Ok(Html(form.render()?).into_response())
}

pub(crate) fn typed(fields: &Fields, local_part: &str) -> AliasFields {
    AliasFields { local_part: local_part.to_owned(), destinations: fields.texts("destination") }
}

pub(crate) async fn add(
    State(web): State<Web>,
    by: Allowed<ManageAliases>,
    page: Page,
    fields: Fields,
) -> Result<Response, Failure> {
    let typed = typed(&fields, &fields.text("local_part"));
    let domain = by.domain();
    let added = aliases::add::add(web.app(), &by, &typed, To::Any).await?;
    match added.map_err(|blocked| conflict(blocked, domain, urls::aliases(&domain.name)))? {
        Err(errors) => invalid(&Form::new(page, domain, &typed, &errors)),
        Ok(added) if added.stand.is_empty() && added.wait.is_empty() => {
            invalid(&Form::new(page, domain, &typed, &refusals(&added, &domain.name)))
        }
        Ok(added) => {
            let notice = told(&page, domain, &added).link(urls::new_alias(&domain.name), page.t("alias-add-another"));
            Ok(page.see_other(&urls::alias(&domain.name, &added.local_part), notice).await)
        }
    }
}

/// The notice after adding: which destinations are active, which are pending, and which were refused
/// and why.
pub(crate) fn told(page: &Page, domain: &Domain, added: &Added) -> Notice {
    let (s, address) = (&page.s, added.local_part.at(&domain.name));
    let words = |all: &[Destination]| all.iter().map(|to| shown(page, to)).collect::<Vec<_>>().join(", ");
    let mut told = Vec::new();
    if !added.stand.is_empty() {
        told.push(s.t2("alias-stands", "address", &address, "destinations", words(&added.stand)));
    }
    if !added.wait.is_empty() {
        told.push(s.t2("alias-waits", "address", &address, "destinations", words(&added.wait)));
    }
    for (_, destination, reason) in &added.refused {
        let reason = s.reason(reason, &domain.name, page.is_staff());
        told.push(s.t2("alias-refused", "destination", shown(page, destination), "reason", reason));
    }
    let text = told.join(" ");
    if added.wait.is_empty() && added.refused.is_empty() { Notice::good(text) } else { Notice::warn(text) }
}

/// A destination as text for people.
pub(crate) fn shown(page: &Page, destination: &Destination) -> String {
    if destination.as_str() == DISCARD { page.t("alias-discards") } else { destination.as_str().to_owned() }
}
