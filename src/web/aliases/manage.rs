//! The aliases of a domain: list, form, page, removal.

use askama::Template;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Response};

use crate::actions::aliases;
use crate::actions::aliases::manage::{Added, Blocked, Removed, To};
use crate::model::address::LocalPart;
use crate::model::alias::{AliasDestination, AliasFields, AliasMistakes, AliasRow, AliasStatus, DISCARD, Surroundings};
use crate::model::alias::{Destination, Warning};
use crate::model::domain::{Domain, DomainStatus};
use crate::model::list::MailboxSort;
use crate::model::mailbox::MailboxStatus;
use crate::model::order::{OrderKind, OrderView};
use crate::model::role::{ManageAliases, Permission, SeeDomain};
use crate::store::Allowed;
use crate::urls;
use crate::web::Web;
use crate::web::aliases::form::{Form, refusals};
use crate::web::domains::head::{Head, Tab, attempts};
use crate::web::error::{Failure, invalid};
use crate::web::extract::AliasPart;
use crate::web::fields::{Asked, Fields};
use crate::web::listing::{Pager, asked};
use crate::web::mailboxes::guard;
use crate::web::page::{Notice, Page, see_other};

#[derive(Template)]
#[template(path = "aliases/list.html")]
struct Index {
    page: Page,
    head: Head,
    rows: Vec<AliasRow>,
    pager: Pager,
    q: String,
    can_add: bool,
    closed: Option<String>,
}

impl Index {
    fn path(&self) -> String {
        urls::aliases(&self.head.domain.name)
    }

    fn href(&self, row: &AliasRow) -> String {
        urls::alias(&self.head.domain.name, &row.local_part)
    }

    fn address(&self, row: &AliasRow) -> String {
        row.local_part.at(&self.head.domain.name)
    }
}

pub(crate) async fn index(
    State(web): State<Web>,
    by: Allowed<SeeDomain>,
    page: Page,
    Asked(query): Asked,
) -> Result<Response, Failure> {
    // Sorted by local part, whatever is asked for.
    let mut asked = asked(&query, MailboxStatus::from_word, |_: MailboxSort| false);
    (asked.status, asked.sort, asked.reverse) = (None, MailboxSort::default(), false);
    let head = Head::read(&web, &by, &page, Tab::Aliases).await?;
    let rows = web.app().store.aliases(&by, &asked.q, &asked.position).await?;
    let total = page.s.t1("aliases-total", "n", rows.total);
    let manages = by.can(Permission::ManageAliases);
    let index = Index {
        pager: Pager::new(&urls::aliases(&head.domain.name), &asked, &rows, total),
        rows: rows.rows,
        q: asked.q,
        can_add: manages && head.domain.takes_aliases(),
        closed: if manages { closed(&page, &head.domain) } else { None },
        page,
        head,
    };
    Ok(Html(index.render()?).into_response())
}

/// Why no alias can be added to a domain, if so.
fn closed(page: &Page, domain: &Domain) -> Option<String> {
    match domain.status {
        DomainStatus::Enabled => None,
        DomainStatus::Disabled => Some(page.t("alias-domain-disabled")),
        _ => Some(page.t("alias-domain-waits")),
    }
}

/// The page that says why the state forbids something.
fn conflict(blocked: Blocked, domain: &Domain, back: String) -> Failure {
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

/// The form; what was typed already comes along when more fields are asked for.
pub(crate) async fn new(by: Allowed<ManageAliases>, page: Page, Asked(query): Asked) -> Result<Response, Failure> {
    let domain = by.domain();
    open(domain).map_err(|blocked| conflict(blocked, domain, urls::aliases(&domain.name)))?;
    let form = Form::new(page, domain, &typed(&query, &query.text("local_part")), &AliasMistakes::default());
    Ok(Html(form.render()?).into_response())
}

fn typed(fields: &Fields, local_part: &str) -> AliasFields {
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
    let added = aliases::manage::add(web.app(), &by, &typed, To::Any).await?;
    match added.map_err(|blocked| conflict(blocked, domain, urls::aliases(&domain.name)))? {
        Err(mistakes) => invalid(&Form::new(page, domain, &typed, &mistakes)),
        Ok(added) if added.stand.is_empty() && added.wait.is_empty() => {
            invalid(&Form::new(page, domain, &typed, &refusals(&added, &domain.name)))
        }
        Ok(added) => {
            let notice = told(&page, domain, &added).link(urls::new_alias(&domain.name), page.t("alias-add-another"));
            Ok(page.see_other(&urls::alias(&domain.name, &added.local_part), notice).await)
        }
    }
}

/// Which destinations stand, which wait, and which don't stand and why.
fn told(page: &Page, domain: &Domain, added: &Added) -> Notice {
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

/// A destination in words.
fn shown(page: &Page, destination: &Destination) -> String {
    if destination.as_str() == DISCARD { page.t("alias-discards") } else { destination.as_str().to_owned() }
}

/// A destination as the page of its alias shows it.
struct Pair {
    destination: String,
    words: String,
    discards: bool,
    status: AliasStatus,
    label: String,
    details: Vec<String>,
    warning: Option<String>,
    can_remove: bool,
    can_retry: bool,
}

#[derive(Template)]
#[template(path = "aliases/show.html")]
struct Show {
    page: Page,
    domain: Domain,
    part: LocalPart,
    pairs: Vec<Pair>,
    closed: Option<String>,
    can_add: bool,
    can_delete: bool,
    busy: bool,
    typed: String,
    mistake: String,
}

impl Show {
    async fn read(web: &Web, by: &Allowed<SeeDomain>, page: Page, part: LocalPart) -> Result<Self, Failure> {
        let (store, domain) = (&web.app().store, by.domain().clone());
        let pairs = store.destinations(by, &part).await?;
        let orders = store.alias_orders(by, &part).await?;
        let around = if pairs.iter().any(|pair| pair.destination.local_part_in(&domain.name).is_some()) {
            store.surroundings(by, &part).await?
        } else {
            Surroundings::default()
        };
        let guarded = by.can(Permission::ManageAliases) && guard::is_guarded(web, by, &part).await?;
        let manages = by.can(Permission::ManageAliases) && !guarded;
        let leaving = orders.iter().any(|(_, order)| order.kind == OrderKind::DeleteAlias);
        let runs = orders.iter().any(|(_, order)| order.running);
        let view = |pair: &AliasDestination| {
            let order = orders.iter().find(|(id, _)| *id == pair.id).map(|(_, order)| order);
            pair_view(&page, &domain, pair, order, &around, manages)
        };
        Ok(Self {
            pairs: pairs.iter().map(view).collect(),
            closed: if guarded {
                Some(guard::sentence(web, by, &page).await?)
            } else if leaving {
                Some(page.t("mistake-alias-leaving"))
            } else if manages {
                closed(&page, &domain)
            } else {
                None
            },
            can_add: manages && domain.takes_aliases() && !leaving,
            can_delete: manages && !leaving && !runs && !pairs.is_empty(),
            busy: !orders.is_empty(),
            typed: String::new(),
            mistake: String::new(),
            page,
            domain,
            part,
        })
    }

    fn address(&self) -> String {
        self.part.at(&self.domain.name)
    }

    fn back(&self) -> String {
        urls::aliases(&self.domain.name)
    }

    fn below(&self, rest: &str) -> String {
        urls::below_alias(&self.domain.name, &self.part, rest)
    }

    fn can_discard(&self) -> bool {
        self.can_add && !self.pairs.iter().any(|pair| pair.discards)
    }
}

fn pair_view(
    page: &Page,
    domain: &Domain,
    pair: &AliasDestination,
    order: Option<&OrderView>,
    around: &Surroundings,
    manages: bool,
) -> Pair {
    let s = &page.s;
    let mut details = Vec::new();
    if let Some(reason) = &pair.reason {
        let reason = s.reason(reason, &domain.name, page.is_staff());
        let is_kept = pair.status == AliasStatus::Enabled;
        details.push(if is_kept { s.t1("alias-kept", "reason", reason) } else { reason });
    }
    if pair.status == AliasStatus::Pending && !domain.takes_aliases() {
        details.push(s.t1("alias-waits-for-domain", "domain", domain.name.unicode()));
    } else if order.is_some() {
        details.push(attempts(page, order).join(" "));
    }
    let target = pair.destination.local_part_in(&domain.name);
    let warning = target.and_then(|target| around.warning(&pair.local_part, &target));
    let free = manages && pair.status != AliasStatus::Removing && !order.is_some_and(|order| order.running);
    Pair {
        destination: pair.destination.as_str().to_owned(),
        words: shown(page, &pair.destination),
        discards: pair.destination.as_str() == DISCARD,
        status: pair.status,
        label: page.t(status_key(pair.status)),
        details,
        warning: warning.map(|warning| page.t(warning_key(warning))),
        can_remove: free,
        can_retry: free && pair.status == AliasStatus::Failed && domain.takes_aliases(),
    }
}

fn status_key(status: AliasStatus) -> &'static str {
    match status {
        AliasStatus::Pending => "status-pending",
        AliasStatus::Enabled => "status-enabled",
        AliasStatus::Removing => "alias-status-removing",
        AliasStatus::Failed => "status-failed",
    }
}

fn warning_key(warning: Warning) -> &'static str {
    match warning {
        Warning::Itself => "alias-warning-itself",
        Warning::Circle => "alias-warning-circle",
        Warning::Mailbox(MailboxStatus::Disabled) => "alias-warning-disabled",
        Warning::Mailbox(MailboxStatus::Failed) => "alias-warning-failed",
        Warning::Mailbox(MailboxStatus::Pending | MailboxStatus::Enabled) => "alias-warning-pending",
        Warning::Unknown => "alias-warning-unknown",
    }
}

pub(crate) async fn show(
    State(web): State<Web>,
    by: Allowed<SeeDomain>,
    AliasPart(part): AliasPart,
    page: Page,
) -> Result<Response, Failure> {
    let show = Show::read(&web, &by, page, part).await?;
    if show.pairs.is_empty() {
        return Err(Failure::NotFound);
    }
    Ok(Html(show.render()?).into_response())
}

/// The page again, with what is wrong with the destination that was typed or chosen.
async fn invalid_destination(
    web: &Web,
    by: &Allowed<ManageAliases>,
    page: Page,
    part: LocalPart,
    (typed, mistake): (String, String),
) -> Result<Response, Failure> {
    let seen = by.also::<SeeDomain>().ok_or(Failure::NotFound)?;
    let page = page.placed_at(&urls::alias(&by.domain().name, &part));
    let show = Show::read(web, &seen, page, part).await?;
    invalid(&Show { typed, mistake, ..show })
}

pub(crate) async fn add_destination(
    State(web): State<Web>,
    by: Allowed<ManageAliases>,
    AliasPart(part): AliasPart,
    page: Page,
    fields: Fields,
) -> Result<Response, Failure> {
    let (domain, typed) = (by.domain(), typed(&fields, part.as_str()));
    let here = urls::alias(&domain.name, &part);
    let added = aliases::manage::add(web.app(), &by, &typed, To::Existing).await?;
    let mistakes = match added.map_err(|blocked| conflict(blocked, domain, here.clone()))? {
        Err(mistakes) => mistakes,
        Ok(added) if added.stand.is_empty() && added.wait.is_empty() => refusals(&added, &domain.name),
        Ok(added) => return Ok(page.see_other(&here, told(&page, domain, &added)).await),
    };
    let told = mistakes.local_part.iter().chain(mistakes.destinations.iter().map(|(_, mistake)| mistake));
    let told = told.map(|mistake| page.s.mistake(mistake)).collect::<Vec<_>>().join(" ");
    let wrong = mistakes.destinations.first().and_then(|(n, _)| typed.destinations.get(*n)).cloned();
    invalid_destination(&web, &by, page, part, (wrong.unwrap_or_default(), told)).await
}

pub(crate) async fn remove(
    State(web): State<Web>,
    by: Allowed<ManageAliases>,
    AliasPart(part): AliasPart,
    page: Page,
    fields: Fields,
) -> Result<Response, Failure> {
    let (domain, typed) = (by.domain(), fields.text("destination"));
    let here = urls::alias(&domain.name, &part);
    let removed = aliases::manage::remove(web.app(), &by, &part, &typed).await?;
    match removed.map_err(|blocked| conflict(blocked, domain, here.clone()))? {
        Err(mistake) => {
            let told = page.s.mistake(&mistake);
            invalid_destination(&web, &by, page, part, (typed, told)).await
        }
        Ok(removed) => {
            let words = Destination::parse(&typed).map_or(typed, |to| shown(&page, &to));
            let (address, s) = (part.at(&domain.name), &page.s);
            let gone = || s.t2("alias-reduced", "address", &address, "destination", &words);
            let (to, notice) = match removed {
                Removed::Gone { others: true } => (here, Notice::good(gone())),
                Removed::Gone { others: false } => (urls::aliases(&domain.name), Notice::good(gone())),
                Removed::UnderWay => (here, Notice::warn(s.t1("alias-reducing", "destination", &words))),
                Removed::Kept(reason) => {
                    let reason = s.reason(&reason, &domain.name, page.is_staff());
                    (here, Notice::warn(s.t2("alias-not-reduced", "destination", &words, "reason", reason)))
                }
            };
            Ok(page.see_other(&to, notice).await)
        }
    }
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
) -> Result<Response, Failure> {
    let pairs = web.app().store.destinations(&by, &part).await?;
    if pairs.is_empty() {
        return Err(Failure::NotFound);
    }
    let domain = &by.domain().name;
    if guard::is_guarded(&web, &by, &part).await? {
        return Err(guard::refused(by.domain(), urls::alias(domain, &part)));
    }
    let form = Delete {
        address: part.at(domain),
        back: urls::alias(domain, &part),
        action: urls::below_alias(domain, &part, "delete"),
        destinations: pairs.iter().map(|pair| shown(&page, &pair.destination)).collect(),
        page,
    };
    Ok(Html(form.render()?).into_response())
}

pub(crate) async fn delete(
    State(web): State<Web>,
    by: Allowed<ManageAliases>,
    AliasPart(part): AliasPart,
    page: Page,
) -> Result<Response, Failure> {
    let domain = &by.domain().name;
    let here = urls::alias(domain, &part);
    let removed = aliases::manage::delete(web.app(), &by, &part).await?;
    let removed = removed.map_err(|blocked| conflict(blocked, by.domain(), here.clone()))?;
    let (address, s) = (part.at(domain), &page.s);
    let (to, notice) = match removed {
        Removed::Gone { .. } => (urls::aliases(domain), Notice::good(s.t1("alias-deleted", "address", address))),
        Removed::UnderWay => (here, Notice::warn(s.t1("alias-deleting", "address", address))),
        Removed::Kept(reason) => {
            let reason = s.reason(&reason, domain, page.is_staff());
            (here, Notice::warn(s.t2("alias-not-deleted", "address", address, "reason", reason)))
        }
    };
    Ok(page.see_other(&to, notice).await)
}

/// An address that only acts leads to its object.
pub(crate) async fn to_alias(by: Allowed<SeeDomain>, AliasPart(part): AliasPart) -> Response {
    see_other(&urls::alias(&by.domain().name, &part))
}
