//! What is left to do in the DNS of a domain, as the DNS page and the page of a shared link show it.

use crate::actions::domains::check_now::CheckNow;
use crate::i18n::Sentences;
use crate::model::check::{Check, CheckReport, Problem};
use crate::model::dns_guide::{Guide, GuideRow, Purpose, RecordState};
use crate::model::foreign_addresses::without_foreign_addresses;
use crate::model::found_value::Today;
use crate::model::{Domain, DomainName, DomainStatus};
use crate::store::DomainChecks;
use crate::web::Page;

/// The guide of a domain.
pub(crate) struct GuideView {
    pub(crate) domain: String,
    pub(crate) left: Vec<RowView>,
    pub(crate) right: Vec<RowView>,
    pub(crate) others: Vec<ProblemView>,
    /// The answers of dimail about the records, and the records' labels.
    pub(crate) said: Vec<(String, String)>,
    /// How many records are in place, or that all are.
    pub(crate) count: String,
    pub(crate) is_done: bool,
    /// How many checks fail that are not about an expected record.
    unsolved: usize,
    pub(crate) was_checked: bool,
    /// Whether the MX record is to be changed.
    pub(crate) moves_mail: bool,
    pub(crate) checked: String,
}

/// An expected record.
pub(crate) struct RowView {
    pub(crate) kind: String,
    /// What it is called in its table.
    pub(crate) label: String,
    /// What it is for, if its type does not say it.
    pub(crate) about: String,
    pub(crate) name: String,
    pub(crate) full_name: String,
    pub(crate) value: String,
    pub(crate) priority: String,
    pub(crate) state: &'static str,
    pub(crate) state_label: String,
    pub(crate) todo: String,
    /// The values of today, or a word if they are not known.
    pub(crate) today: Vec<String>,
    pub(crate) today_word: String,
}

/// A problem that is not about an expected record.
pub(crate) struct ProblemView {
    pub(crate) what: String,
    pub(crate) todo: String,
    pub(crate) said: String,
}

impl GuideView {
    /// The guide of a domain. `unlisted`: dimail lists no records that a sentence could refer to.
    pub(crate) fn new(page: &Page, domain: &Domain, checks: &DomainChecks, unlisted: bool) -> Self {
        let guide = Guide::new(&domain.name, &checks.records, checks.report.as_ref());
        let others = guide.others.iter().flat_map(|check| problems(page, domain, check, unlisted)).collect();
        let rows = |row: &GuideRow| row_view(page.s, &domain.name, row);
        Self {
            domain: domain.name.unicode(),
            said: said(&guide, checks, &domain.name),
            count: count(page, domain, &guide),
            is_done: guide.is_done(),
            unsolved: guide.others.len(),
            was_checked: checks.checked_at.is_some(),
            moves_mail: guide.moves_mail(),
            left: guide.to_do().map(rows).collect(),
            right: guide.in_place().map(rows).collect(),
            others,
            checked: match checks.checked_at {
                Some(at) => page.s.t1("dns-checked", "timestamp", page.timestamp(at)),
                None => page.t("dns-never-checked"),
            },
        }
    }

    pub(crate) fn has_records(&self) -> bool {
        !self.left.is_empty() || !self.right.is_empty()
    }

    /// Whether one of these records has a priority.
    #[expect(clippy::unused_self, reason = "the template calls it on the guide")]
    pub(crate) fn has_priority(&self, rows: &[RowView]) -> bool {
        rows.iter().any(|row| !row.priority.is_empty())
    }

    pub(crate) fn total(&self) -> usize {
        self.left.len() + self.right.len()
    }

    /// The label of the button that checks.
    pub(crate) fn check_label(&self) -> &'static str {
        if self.is_done { "domain-check-now" } else { "dns-check" }
    }

    /// How that button looks.
    pub(crate) fn check_kind(&self) -> &'static str {
        if self.is_done { "quiet" } else { "primary" }
    }

    /// What a check found that has just been made, and whether all is well.
    pub(crate) fn news(&self, page: &Page) -> (bool, String) {
        if self.left.is_empty() {
            let key = match (self.is_done, self.has_records()) {
                (true, _) if self.unsolved > 0 => "dns-check-repairing",
                (true, _) => "dns-check-done",
                (false, true) => "dns-check-others",
                (false, false) if self.unsolved == 0 => "domain-checked",
                (false, false) => "dns-check-unlisted",
            };
            return (self.unsolved == 0, page.t(key));
        }
        let labels: Vec<&str> = self.left.iter().map(|row| row.label.as_str()).collect();
        (false, page.s.t2("dns-check-left", "n", self.left.len(), "labels", labels.join(", ")))
    }
}

/// What to say about a check that has no result now; `None` if it has one.
pub(crate) fn without_result(page: &Page, checked: CheckNow) -> Option<String> {
    match checked {
        CheckNow::Checked => None,
        CheckNow::UnderWay => Some(page.t("domain-check-under-way")),
        CheckNow::TooSoon => Some(page.t("domain-check-too-soon")),
        CheckNow::Silent(until) => Some(page.s.t1("domain-check-silent", "until", page.timestamp(until))),
    }
}

fn count(page: &Page, domain: &Domain, guide: &Guide) -> String {
    let (right, total) = (guide.in_place().count(), guide.rows.len());
    if guide.is_done() {
        // Only then all that is known of the domain is well, and has been since that day.
        let is_well = domain.status == DomainStatus::Enabled && guide.others.is_empty();
        return if is_well {
            page.s.t1("dns-done-since", "day", page.day(domain.status_since))
        } else {
            page.t("dns-done")
        };
    }
    if right == 0 && guide.rows.iter().all(|row| row.state == RecordState::Unknown) {
        return page.s.t1("dns-count-unknown", "total", total);
    }
    page.s.t2("dns-count", "right", right, "total", total)
}

/// The sentences of dimail about the records that are left.
fn said(guide: &Guide, checks: &DomainChecks, domain: &DomainName) -> Vec<(String, String)> {
    let mut said: Vec<(String, String)> = Vec::new();
    for row in guide.to_do() {
        let failing = checks.report.iter().flat_map(CheckReport::failing);
        let own = failing.filter(|check| check.name == row.record.check_name());
        for problem in own.flat_map(|check| &check.problems).filter(|problem| !problem.detail.is_empty()) {
            said.push((row.label.clone(), without_foreign_addresses(&problem.detail, domain)));
        }
    }
    said
}

fn problems(page: &Page, domain: &Domain, check: &Check, unlisted: bool) -> Vec<ProblemView> {
    let view = |problem: &Problem| {
        let (what, todo) = page.s.problem(&problem.code);
        let todo = if unlisted { page.s.unlisted(&problem.code).unwrap_or(todo) } else { todo };
        ProblemView { what, todo, said: without_foreign_addresses(&problem.detail, &domain.name) }
    };
    check.problems.iter().map(view).collect()
}

fn row_view(s: Sentences, domain: &DomainName, row: &GuideRow) -> RowView {
    let (state, state_label) = match row.state {
        RecordState::Wrong => ("bad", "dns-state-wrong"),
        RecordState::Missing => ("warn", "dns-state-missing"),
        RecordState::Unknown => ("wait", "dns-state-unknown"),
        RecordState::Right => ("good", ""),
    };
    let (today, today_word) = match (&row.today, row.state) {
        (_, RecordState::Unknown) => (Vec::new(), "dns-today-unknown"),
        (Today::Nothing, _) => (Vec::new(), "dns-today-nothing"),
        (Today::Other, _) => (Vec::new(), "dns-today-other"),
        (Today::Found(values), _) => (values.clone(), ""),
    };
    RowView {
        kind: row.record.type_name(),
        label: row.label.clone(),
        about: if matches!(row.purpose, Purpose::Spf | Purpose::Dkim) { row.label.clone() } else { String::new() },
        name: row.record.relative_name().to_owned(),
        full_name: row.record.full_name(domain),
        value: row.record.value.clone(),
        priority: row.priority().map(|priority| priority.to_string()).unwrap_or_default(),
        state,
        state_label: if state_label.is_empty() { String::new() } else { s.t(state_label) },
        todo: todo(s, row),
        today,
        today_word: if today_word.is_empty() { String::new() } else { s.t(today_word) },
    }
}

/// What to do about a record.
fn todo(s: Sentences, row: &GuideRow) -> String {
    let is_wrong = row.state == RecordState::Wrong;
    match row.purpose {
        Purpose::Mx if is_wrong => s.t("dns-todo-mx-replace"),
        Purpose::Mx => s.t("dns-todo-mx-add"),
        Purpose::Spf => todo_spf(s, row),
        Purpose::Dkim => {
            let verb = s.t(if is_wrong { "dns-todo-replace" } else { "dns-todo-add" });
            format!("{verb} {}", s.t("dns-todo-dkim"))
        }
        Purpose::Cname if !is_wrong => s.t("dns-todo-cname-add"),
        Purpose::Cname | Purpose::Other if is_wrong => s.t("dns-todo-replace"),
        Purpose::Cname | Purpose::Other => s.t("dns-todo-add"),
    }
}

fn todo_spf(s: Sentences, row: &GuideRow) -> String {
    let Some(merged) = &row.merged else {
        let is_wrong = row.state == RecordState::Wrong;
        let key = if is_wrong { "dns-todo-spf-unknown" } else { "dns-todo-spf-add" };
        return s.t1(key, "required", row.required.as_str());
    };
    let key = if merged.is_doubled { "dns-todo-spf-doubled" } else { "dns-todo-spf-merge" };
    let hints = [(merged.redirects, "dns-todo-spf-redirect"), (merged.has_many_lookups, "dns-todo-spf-lookups")];
    let hints = hints.into_iter().filter(|(applies, _)| *applies).map(|(_, hint)| hint);
    std::iter::once(key).chain(hints).map(|key| s.t(key)).collect::<Vec<_>>().join(" ")
}
