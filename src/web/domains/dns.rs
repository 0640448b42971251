//! The DNS page of a domain: what is left to do, record by record, and the zone as text.

use askama::Template;
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse;

use crate::actions::domains::check_now::CheckNow;
use crate::actions::sync;
use crate::actions::sync::optional_routes::OptionalRoute;
use crate::model::check::zone_text;
use crate::model::dns_guide::Guide;
use crate::model::{DnsShare, DnsShareId, EditDomain, LocalPart, Permission, SeeDomain};
use crate::store::{Allowed, DomainChecks};
use crate::urls;
use crate::web::domains::guide::{GuideView, without_result};
use crate::web::domains::head::{Head, Tab};
use crate::web::{Answer, ErrorTexts, Notice, Page, PageError, Web, rendered};

#[derive(Template)]
#[template(path = "domains/dns.html")]
pub(crate) struct Dns {
    page: Page,
    head: Head,
    guide: GuideView,
    /// Whether dimail lists no expected records; the sentences of its problems then name what it
    /// expects.
    unlisted: bool,
    zone: String,
    /// The address of an owner in this domain that has no mailbox yet; empty if there is none, or if mail does not
    /// move.
    own_address: String,
    /// Whether the person may create the addresses that already receive mail, of which none is there yet.
    may_prepare: bool,
    can_share: bool,
    /// The links that were sent; empty for people who may not send any.
    shares: Vec<DnsShare>,
    /// What was typed to send a link, and what is wrong with it.
    typed: String,
    errors: ErrorTexts,
}

impl Dns {
    pub(crate) async fn read(web: &Web, by: &Allowed<SeeDomain>, page: Page) -> Result<Self, PageError> {
        let head = Head::read(web, by, &page, Tab::Dns).await?;
        let checks = web.app().store.checks(by).await?;
        let unlisted = is_unlisted(web, by, &checks).await;
        let guide = GuideView::new(&page, &head.domain, &checks, unlisted);
        let editing = by.also::<EditDomain>();
        let shares = match &editing {
            Some(by) if guide.has_records() => web.app().store.dns_shares(by).await?,
            _ => Vec::new(),
        };
        Ok(Self {
            own_address: if guide.moves_mail { own_address_without_mailbox(web, by).await? } else { String::new() },
            may_prepare: by.can(Permission::ManageMailboxes)
                && head.domain.takes_mailboxes()
                && head.domain.mailboxes == 0,
            can_share: editing.is_some() && guide.has_records() && head.domain.takes_mailboxes(),
            shares,
            zone: zone(by, &checks),
            guide,
            unlisted,
            page: page.refreshed_while(head.busy),
            head,
            typed: String::new(),
            errors: ErrorTexts::default(),
        })
    }

    /// The page again with what was typed to send a link.
    pub(crate) fn with_typed(self, typed: String, errors: ErrorTexts) -> Self {
        Self { typed, errors, ..self }
    }

    fn below(&self, rest: &str) -> String {
        urls::below_domain(&self.head.domain.name, rest)
    }

    fn end_path(&self, id: &DnsShareId) -> String {
        self.below(&format!("dns/share/{id}/revoke"))
    }

    fn others_title(&self) -> String {
        self.page.t(if self.unlisted { "dns-problems" } else { "dns-other-problems" })
    }
}

/// Whether dimail lists no records at all. Asked only when a check had a result but its records are missing.
async fn is_unlisted(web: &Web, by: &Allowed<SeeDomain>, checks: &DomainChecks) -> bool {
    checks.records.is_empty()
        && checks.checked_at.is_some()
        && sync::optional_routes::lacks(web.app(), by.actor(), OptionalRoute::Spec).await
}

/// The address of an owner's account, if it is in this domain and has no mailbox: its emails would be lost when
/// mail moves.
async fn own_address_without_mailbox(web: &Web, by: &Allowed<SeeDomain>) -> Result<String, PageError> {
    let Ok(part) = LocalPart::parse(&by.own_local_part()) else { return Ok(String::new()) };
    if !by.can(Permission::ManageOwners) || !by.domain().takes_mailboxes() {
        return Ok(String::new());
    }
    let is_there = web.app().store.mailbox(by, &part).await?.is_some();
    Ok(if is_there { String::new() } else { part.at(&by.domain().name) })
}

fn zone(by: &Allowed<SeeDomain>, checks: &DomainChecks) -> String {
    let name = &by.domain().name;
    zone_text(name, &Guide::new(name, &checks.records, checks.report.as_ref()).records())
}

pub(crate) async fn show(State(web): State<Web>, by: Allowed<SeeDomain>, page: Page) -> Answer {
    rendered(&Dns::read(&web, &by, page).await?)
}

/// The zone as a text file.
pub(crate) async fn zone_file(State(web): State<Web>, by: Allowed<SeeDomain>) -> Answer {
    let checks = web.app().store.checks(&by).await?;
    let name = &by.domain().name;
    let headers = [
        (CONTENT_TYPE, "text/plain; charset=utf-8".to_owned()),
        (CONTENT_DISPOSITION, format!("inline; filename=\"{name}.zone.txt\"")),
    ];
    Ok((headers, zone(&by, &checks)).into_response())
}

/// What to say after a check, on this page and on the overview.
pub(crate) async fn notice(
    web: &Web,
    by: &Allowed<EditDomain>,
    page: &Page,
    checked: CheckNow,
) -> Result<Notice, PageError> {
    if let Some(text) = without_result(page, checked) {
        return Ok(Notice::warn(text));
    }
    let checks = web.app().store.checks(by).await?;
    let (is_good, text) = GuideView::new(page, by.domain(), &checks, false).news(page);
    Ok(if is_good { Notice::good(text) } else { Notice::warn(text) })
}
