//! Removing a destination or a whole alias.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;

use crate::actions::aliases;
use crate::actions::aliases::remove::Removed;
use crate::actions::{App, Error};
use crate::model::address::LocalPart;
use crate::model::alias::{AliasDestination, Destination};
use crate::model::refusal::Refusal;
use crate::model::role::ManageAliases;
use crate::store::Allowed;
use crate::urls;
use crate::web::Web;
use crate::web::aliases::add::shown;
use crate::web::aliases::show::invalid_destination;
use crate::web::error::{Answer, PageError, rendered};
use crate::web::extract::AliasPart;
use crate::web::fields::Fields;
use crate::web::guard;
use crate::web::notice::{Notice, Undo};
use crate::web::page::Page;

pub(crate) async fn remove(
    State(web): State<Web>,
    by: Allowed<ManageAliases>,
    AliasPart(part): AliasPart,
    page: Page,
    fields: Fields,
) -> Answer {
    let (by, typed) = (Arc::new(by), fields.text("destination"));
    let domain = by.domain();
    let here = urls::alias(&domain.name, &part);
    let (from, unwanted) = (part.clone(), typed.clone());
    let act = |app: App, by: Arc<_>| async move {
        let there = app.store.destinations(&by, &from).await?;
        Ok((there, aliases::remove::remove(&app, &by, &from, &unwanted).await?))
    };
    let (there, removed) = match fields.act_once(&web, &by, act).await {
        Err(Error::Refused(Refusal::Invalid(errors))) => {
            return invalid_destination(&web, &by, page, part, (typed, &errors)).await;
        }
        removed => removed?,
    };
    let unwanted = Destination::parse(&typed).ok();
    let words = unwanted.as_ref().map_or(typed, |to| shown(&page, to));
    let is_unwanted = |pair: &AliasDestination| unwanted.as_ref().is_some_and(|to| to.key() == pair.destination.key());
    let there = there.into_iter().filter(is_unwanted).collect();
    let undo = undo(&web, &by, &part, (there, &removed), page.t("alias-undo-removal")).await?;
    let (address, s) = (part.shown_at(&domain.name), &page.s);
    let gone = |key| Notice::good(s.t2(key, "address", &address, "destination", &words));
    let (to, notice) = match removed {
        Removed::Gone { others: true } => (here, gone("alias-reduced")),
        Removed::Gone { others: false } => (urls::aliases(&domain.name), gone("alias-reduced-last")),
        Removed::UnderWay => (here, Notice::warn(s.t1("alias-reducing", "destination", &words))),
        Removed::Kept(reason) => {
            let why = s.reason(&reason, &domain.name, page.is_staff());
            let told = why.within(|why| s.t2("alias-not-reduced", "destination", &words, "reason", why));
            (here, Notice::warn(told))
        }
    };
    Ok(page.see_other(&to, notice.undo(undo)).await)
}

/// Adds removed destinations again; `None` if there were none, or if the visitor may not.
async fn undo(
    web: &Web,
    by: &Allowed<ManageAliases>,
    part: &LocalPart,
    (there, removed): (Vec<AliasDestination>, &Removed),
    label: String,
) -> Result<Option<Undo>, PageError> {
    let wanted = there.iter().filter(|pair| pair.wanted);
    let destinations: Vec<&str> = wanted.map(|pair| pair.destination.as_str()).collect();
    let is_kept = matches!(removed, Removed::Kept(_));
    if is_kept || destinations.is_empty() || !by.domain().takes_aliases() {
        return Ok(None);
    }
    if !guard::may_lead(web, by, part, &destinations).await? {
        return Ok(None);
    }
    let undo = Undo::new(urls::new_alias(&by.domain().name), label).with("local_part", part.as_str());
    Ok(Some(destinations.into_iter().fold(undo, |undo, destination| undo.with("destination", destination))))
}

#[derive(Template)]
#[template(path = "aliases/delete.html")]
struct Delete {
    page: Page,
    address: String,
    back: String,
    action: String,
    destinations: Vec<String>,
}

pub(crate) async fn ask_delete(
    State(web): State<Web>,
    by: Allowed<ManageAliases>,
    AliasPart(part): AliasPart,
    page: Page,
) -> Answer {
    let pairs = web.app().store.destinations(&by, &part).await?;
    if pairs.is_empty() {
        return Err(Refusal::NotFound.into());
    }
    let domain = &by.domain().name;
    if let Some(why) = guard::kept_out(&web, &by, &part).await? {
        return Err(Refusal::Forbidden(why).into());
    }
    let form = Delete {
        address: part.shown_at(domain),
        back: urls::alias(domain, &part),
        action: urls::below_alias(domain, &part, "delete"),
        destinations: pairs.iter().map(|pair| shown(&page, &pair.destination)).collect(),
        page,
    };
    rendered(&form)
}

pub(crate) async fn delete(
    State(web): State<Web>,
    by: Allowed<ManageAliases>,
    AliasPart(part): AliasPart,
    page: Page,
    typed: Fields,
) -> Answer {
    let by = Arc::new(by);
    let domain = &by.domain().name;
    let (here, deleted) = (urls::alias(domain, &part), part.clone());
    let act = |app: App, by: Arc<_>| async move {
        let there = app.store.destinations(&by, &deleted).await?;
        Ok((there, aliases::remove::delete(&app, &by, &deleted).await?))
    };
    let (there, removed) = typed.act_once(&web, &by, act).await?;
    let undo = undo(&web, &by, &part, (there, &removed), page.t("alias-undo-deletion")).await?;
    let (address, s) = (part.shown_at(domain), &page.s);
    let (to, notice) = match removed {
        Removed::Gone { .. } => (urls::aliases(domain), Notice::good(s.t1("alias-deleted", "address", address))),
        Removed::UnderWay => (here, Notice::warn(s.t1("alias-deleting", "address", address))),
        Removed::Kept(reason) => {
            let why = s.reason(&reason, domain, page.is_staff());
            (here, Notice::warn(why.within(|why| s.t2("alias-not-deleted", "address", &address, "reason", why))))
        }
    };
    Ok(page.see_other(&to, notice.undo(undo)).await)
}
