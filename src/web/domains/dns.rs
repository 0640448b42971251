//! The DNS page of a domain: each expected record, each problem in plain words, the zone as text.

use askama::Template;
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse;

use crate::actions::sync;
use crate::actions::sync::optional_routes::OptionalRoute;
use crate::model::check::zone_text;
use crate::model::foreign_addresses::without_foreign_addresses;
use crate::model::{Check, CheckReport, DnsRecord, SeeDomain};
use crate::store::Allowed;
use crate::urls;
use crate::web::domains::head::{Head, Tab};
use crate::web::{Answer, Page, Web, rendered};

#[derive(Template)]
#[template(path = "domains/dns.html")]
struct Dns {
    page: Page,
    head: Head,
    records: Vec<RecordView>,
    others: Vec<ProblemView>,
    /// Whether dimail lists no expected records; the sentences of its problems then name what it
    /// expects.
    unlisted: bool,
    zone: String,
    zone_href: String,
}

struct RecordView {
    kind: String,
    name: String,
    full_name: String,
    value: String,
    state: &'static str,
    label: String,
    problems: Vec<ProblemView>,
}

struct ProblemView {
    what: String,
    todo: String,
    said: String,
}

impl Dns {
    fn checked(&self) -> String {
        match self.head.domain.checked_at {
            Some(at) => self.page.s.t1("dns-checked", "timestamp", self.page.timestamp(at)),
            None => self.page.t("dns-never-checked"),
        }
    }
}

pub(crate) async fn show(State(web): State<Web>, by: Allowed<SeeDomain>, page: Page) -> Answer {
    let head = Head::read(&web, &by, &page, Tab::Dns).await?;
    let checks = web.app().store.checks(&by).await?;
    let (name, report) = (&head.domain.name, checks.report.unwrap_or_default());
    let was_checked = checks.checked_at.is_some();
    // Asked only when a check had a result but its records are missing.
    let unlisted = checks.records.is_empty()
        && checks.checked_at.is_some()
        && sync::optional_routes::lacks(web.app(), by.actor(), OptionalRoute::Spec).await;
    let records: Vec<RecordView> =
        checks.records.iter().map(|record| record_view(&page, &head, record, &report, was_checked)).collect();
    let shown: Vec<&str> = checks.records.iter().map(DnsRecord::check_name).collect();
    let others = report
        .failing()
        .filter(|check| !shown.contains(&check.name.as_str()))
        .flat_map(|check| problems(&page, &head, check, unlisted))
        .collect();
    let dns = Dns {
        zone: zone_text(name, &checks.records),
        zone_href: urls::below_domain(name, "zone.txt"),
        records,
        others,
        unlisted,
        page: page.refreshed_while(head.busy),
        head,
    };
    rendered(&dns)
}

fn record_view(page: &Page, head: &Head, record: &DnsRecord, report: &CheckReport, was_checked: bool) -> RecordView {
    let check = report.failing().find(|check| check.name == record.check_name());
    let nothing_looked_at = report.failing().any(|check| check.name == "domain_exist");
    let (state, label) = match check {
        Some(_) => ("bad", "dns-record-wrong"),
        // Without name servers dimail looks at nothing else.
        None if !was_checked || nothing_looked_at => ("wait", "dns-record-unknown"),
        None => ("good", "dns-record-right"),
    };
    RecordView {
        kind: record.type_name(),
        name: record.relative_name().to_owned(),
        full_name: record.full_name(&head.domain.name),
        value: record.value.clone(),
        state,
        label: page.t(label),
        problems: check.map(|check| problems(page, head, check, false)).unwrap_or_default(),
    }
}

/// The problems that a check found. `unlisted`: the page shows no records that a sentence could refer
/// to.
fn problems(page: &Page, head: &Head, check: &Check, unlisted: bool) -> Vec<ProblemView> {
    let view = |problem: &crate::model::check::Problem| {
        let (what, todo) = page.s.problem(&problem.code);
        let todo = if unlisted { page.s.unlisted(&problem.code).unwrap_or(todo) } else { todo };
        ProblemView { what, todo, said: without_foreign_addresses(&problem.detail, &head.domain.name) }
    };
    check.problems.iter().map(view).collect()
}

/// The zone as a text file.
pub(crate) async fn zone(State(web): State<Web>, by: Allowed<SeeDomain>) -> Answer {
    let checks = web.app().store.checks(&by).await?;
    let name = &by.domain().name;
    let headers = [
        (CONTENT_TYPE, "text/plain; charset=utf-8".to_owned()),
        (CONTENT_DISPOSITION, format!("inline; filename=\"{name}.zone.txt\"")),
    ];
    Ok((headers, zone_text(name, &checks.records)).into_response())
}
