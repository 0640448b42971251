//! The lines of a comparison in words, and what was done about them.

use crate::actions::domains::compare::act::Acted;
use crate::actions::domains::compare::recheck::NotDone;
use crate::i18n::Said;
use crate::model::DomainName;
use crate::model::compared::{Comparison, Ignored, LinesWanted, Section, SectionLines};
use crate::model::comparison::{Difference, Line, LineObject, Side};
use crate::model::mailbox::MailboxStatus;
use crate::urls;
use crate::web::{Page, why};

/// How many lines a notice names that something was done about, and how many that were refused.
const NAMED: usize = 10;

/// A section of the page.
pub(crate) struct Part {
    pub(crate) word: &'static str,
    pub(crate) title: String,
    pub(crate) lead: String,
    pub(crate) total: String,
    pub(crate) rows: Vec<Row>,
    /// The address of the next lines.
    pub(crate) next: Option<String>,
    /// The address of the first lines, on another page.
    pub(crate) first: Option<String>,
    pub(crate) is_ignored: bool,
}

/// A line as the template needs it.
pub(crate) struct Row {
    pub(crate) key: String,
    pub(crate) subject: String,
    pub(crate) difference: String,
    pub(crate) here: String,
    pub(crate) there: String,
    /// What is to be known besides.
    pub(crate) note: String,
    /// Whether it can be chosen, and is.
    pub(crate) ticks: bool,
    pub(crate) ticked: bool,
}

/// The sections that have lines.
pub(crate) fn parts(
    page: &Page,
    domain: &DomainName,
    found: &Comparison,
    (wanted, chosen): (&LinesWanted, &[String]),
) -> Vec<Part> {
    let is_wanted = |one: &&SectionLines| wanted.section.is_none_or(|section| section == one.section);
    let full = found.sections.iter().filter(|one| one.total > 0).filter(is_wanted);
    full.map(|one| part(page, domain, one, (wanted, chosen))).collect()
}

fn part(page: &Page, domain: &DomainName, found: &SectionLines, (wanted, chosen): (&LinesWanted, &[String])) -> Part {
    let [word, title, lead] = words(found.section);
    let here = format!("{}?kind={}", urls::below_domain(domain, "compare"), found.section.as_ref());
    let after = |key: &str| {
        let after: String = form_urlencoded::byte_serialize(key.as_bytes()).collect();
        format!("{here}&after={after}")
    };
    let last = found.lines.last_key_value().filter(|_| found.has_more).map(|(key, _)| after(key));
    let is_later = wanted.section.is_some() && !wanted.after.is_empty();
    Part {
        word,
        title: page.t(title),
        lead: page.t(lead),
        total: page.s.t1("compare-lines", "n", found.total),
        rows: found.lines.values().map(|(line, ignored)| row(page, line, ignored.as_ref(), chosen)).collect(),
        next: last,
        first: is_later.then(|| here.clone()),
        is_ignored: found.section == Section::Ignored,
    }
}

/// The id of a section, and the keys of its title and of what it says about its lines.
fn words(section: Section) -> [&'static str; 3] {
    match section {
        Section::OnlyThere => ["only-there", "compare-only-there-title", "compare-only-there-lead"],
        Section::OnlyHere => ["only-here", "compare-only-here-title", "compare-only-here-lead"],
        Section::Different => ["different", "compare-different-title", "compare-different-lead"],
        Section::Apart => ["apart", "compare-apart-title", "compare-apart-lead"],
        Section::UnderWay => ["under-way", "compare-under-way-title", "compare-under-way-lead"],
        Section::Ignored => ["ignored", "compare-ignored-title", "compare-ignored-lead"],
    }
}

fn row(page: &Page, line: &Line, ignored: Option<&Ignored>, chosen: &[String]) -> Row {
    let is_pair = matches!(line.object, LineObject::Pair(..)) || line.subject.contains('→');
    let (here, there) = if is_pair {
        let has = |has: bool| page.t(if has { "compare-there" } else { "compare-not-there" });
        let is_only_here = line.difference == Difference::OnlyHere;
        match line.difference {
            Difference::UnderWay => (page.t("compare-is-under-way"), String::new()),
            _ => (has(is_only_here), has(!is_only_here)),
        }
    } else {
        (side(page, line.here.as_ref()), side(page, line.there.as_ref()))
    };
    let note = match (ignored, line.difference) {
        (Some(ignored), _) => {
            let (by, at) = (ignored.actor_name.as_str(), page.day(ignored.since));
            page.s.t3("compare-ignored-by", "reason", ignored.reason.as_str(), "by", by, "day", at)
        }
        (None, Difference::OnlyHere) if !line.pushes => page.t("compare-inactive-here"),
        (None, Difference::Activity | Difference::NamesAndActivity) => match line.there.as_ref() {
            Some(Side { is_active: Some(true), .. }) => page.t("compare-disables"),
            _ => String::new(),
        },
        _ => String::new(),
    };
    Row {
        key: line.key.clone(),
        subject: line.subject.clone(),
        difference: page.t(difference_key(line.difference)),
        here,
        there,
        note,
        ticks: line.ignores(),
        ticked: chosen.contains(&line.key),
    }
}

fn difference_key(difference: Difference) -> &'static str {
    match difference {
        Difference::OnlyThere => "compare-is-only-there",
        Difference::OnlyHere => "compare-is-only-here",
        Difference::Names => "compare-is-names",
        Difference::Activity => "compare-is-activity",
        Difference::NamesAndActivity => "compare-is-names-and-activity",
        Difference::Back => "compare-is-back",
        Difference::Functional => "compare-is-functional",
        Difference::HalfMade => "compare-is-half-made",
        Difference::Capitals => "compare-is-capitals",
        Difference::Odd => "compare-is-odd",
        Difference::UnderWay => "compare-is-under-way",
    }
}

/// A mailbox on one side.
fn side(page: &Page, side: Option<&Side>) -> String {
    let Some(side) = side else { return page.t("compare-not-there") };
    let state = side.is_active.map(|is_active| {
        page.s.mailbox_status(if is_active { MailboxStatus::Enabled } else { MailboxStatus::Disabled })
    });
    match (side.name.is_empty(), state) {
        (false, Some(state)) => format!("{} · {state}", side.name),
        (false, None) => side.name.clone(),
        (true, Some(state)) => state,
        (true, None) => page.t("compare-nameless"),
    }
}

/// What was done, what was not, and why.
pub(crate) async fn said(page: &Page, (action, reason): (&str, &str), acted: &Acted) -> String {
    let key = match action.trim() {
        "adopt" => "compare-adopted",
        "push" => "compare-pushed",
        // Without a reason they are ignored no longer.
        _ if reason.trim().is_empty() => "compare-heeded",
        _ => "compare-ignored",
    };
    let mut sentences = vec![page.s.t2(key, "n", acted.done.len(), "subjects", named(page, &acted.done))];
    for (subject, not_done) in acted.refused.iter().take(NAMED) {
        let why = match not_done {
            NotDone::Changed => page.t("compare-changed"),
            NotDone::NotOffered => page.t("compare-not-offered"),
            NotDone::NameTaken => page.t("compare-name-taken"),
            NotDone::Refused(why) => why::sentence(page, why).await,
        };
        sentences.push(page.s.t2("compare-refused", "subject", subject.as_str(), "reason", Said(&why)));
    }
    if acted.refused.len() > NAMED {
        sentences.push(page.s.t1("compare-refused-others", "n", acted.refused.len() - NAMED));
    }
    sentences.join(" ")
}

/// The first of these, and how many others there are.
fn named(page: &Page, subjects: &[String]) -> String {
    let first = subjects.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    match subjects.len().saturating_sub(NAMED) {
        0 => first,
        others => page.s.t2("compare-and-others", "n", others, "subjects", first),
    }
}
