//! The form of a new alias.

use std::future::Future;
use std::sync::Arc;

use axum::extract::State;

use crate::actions::aliases;
use crate::actions::aliases::add::{Added, To};
use crate::actions::{self, Error};
use crate::i18n::Told;
use crate::model::alias::Destination;
use crate::model::alias::{AliasFields, DISCARD};
use crate::model::domain::Domain;
use crate::model::field_error::FieldErrors;
use crate::model::refusal::Refusal;
use crate::model::role::ManageAliases;
use crate::store::Allowed;
use crate::urls;
use crate::web::Web;
use crate::web::aliases::form::Form;
use crate::web::error::{Answer, invalid, rendered};
use crate::web::fields::{Fields, Query};
use crate::web::notice::{Notice, Undo};
use crate::web::page::Page;

/// The form. What was typed already is kept when more fields are asked for.
pub(crate) async fn new(by: Allowed<ManageAliases>, page: Page, Query(query): Query) -> Answer {
    let domain = by.domain();
    domain.check_takes_aliases()?;
    let form = Form::new(page, domain, &typed(&query, &query.text("local_part")), &FieldErrors::default());
    rendered(&form)
}

pub(crate) fn typed(fields: &Fields, local_part: &str) -> AliasFields {
    AliasFields { local_part: local_part.to_owned(), destinations: fields.texts("destination") }
}

pub(crate) async fn add(State(web): State<Web>, by: Allowed<ManageAliases>, page: Page, fields: Fields) -> Answer {
    let typed = typed(&fields, &fields.text("local_part"));
    let by = Arc::new(by);
    let domain = by.domain();
    let added = match fields.once(&web, adding(&web, &by, &typed, To::Any)).await.map(|done| done.result) {
        Err(Error::Refused(Refusal::Invalid(errors))) => {
            return invalid(&Form::new(page, domain, &typed, &errors));
        }
        added => added?,
    };
    let notice = notice(&page, domain, &added).link(urls::new_alias(&domain.name), page.t("alias-add-another"));
    Ok(page.see_other(&urls::alias(&domain.name, &added.local_part), notice).await)
}

/// The addition, as a task of its own.
pub(crate) fn adding(
    web: &Web,
    by: &Arc<Allowed<ManageAliases>>,
    typed: &AliasFields,
    to: To,
) -> impl Future<Output = actions::Result<Added>> + Send + use<> {
    let (app, by, typed) = (web.app().clone(), Arc::clone(by), typed.clone());
    async move { aliases::add::add(&app, &by, &typed, to).await }
}

/// The notice after adding: which destinations are active, which are pending, and which were refused
/// and why.
pub(crate) fn notice(page: &Page, domain: &Domain, added: &Added) -> Notice {
    let (s, address) = (&page.s, added.local_part.shown_at(&domain.name));
    let words = |all: &[&Destination]| all.iter().map(|to| shown(page, to)).collect::<Vec<_>>().join(", ");
    let (discards, stand): (Vec<_>, Vec<_>) = added.stand.iter().partition(|to| to.as_str() == DISCARD);
    let wait: Vec<_> = added.wait.iter().collect();
    let mut sentences: Vec<Told> = Vec::new();
    if !stand.is_empty() {
        sentences.push(s.t2("alias-stands", "address", &address, "destinations", words(&stand)).into());
    }
    if !wait.is_empty() {
        sentences.push(s.t2("alias-waits", "address", &address, "destinations", words(&wait)).into());
    }
    let is_alone = stand.is_empty() && wait.is_empty();
    if !discards.is_empty() {
        let key = if is_alone { "alias-stands-discarded" } else { "alias-discards-beside" };
        sentences.push(s.t1(key, "address", &address).into());
    }
    for (_, destination, reason) in &added.refused {
        let why = s.reason(reason, &domain.name, page.is_staff());
        sentences.push(why.within(|why| s.t2("alias-refused", "destination", shown(page, destination), "reason", why)));
    }
    let told: Told = sentences.into_iter().collect();
    let is_done = added.wait.is_empty() && added.refused.is_empty();
    let notice = if is_done { Notice::good(told.text()) } else { Notice::warn(told) };
    notice.undo(undo(page, domain, added))
}

/// Removes the destination that was added, if it is a single one: others may have been added since.
fn undo(page: &Page, domain: &Domain, added: &Added) -> Option<Undo> {
    let mut there = added.stand.iter().chain(&added.wait);
    let only = there.next().filter(|_| there.next().is_none())?;
    let remove = urls::below_alias(&domain.name, &added.local_part, "remove");
    Some(Undo::new(remove, page.t("alias-undo-addition")).with("destination", only.as_str()))
}

/// A destination as text for people.
pub(crate) fn shown(page: &Page, destination: &Destination) -> String {
    if destination.as_str() == DISCARD { page.t("alias-discards") } else { destination.as_str().to_owned() }
}
