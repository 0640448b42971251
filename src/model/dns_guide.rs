//! What is left to do in the DNS of a domain: each expected record with its state, what is there today, and
//! what to publish. One source for the page, the page of a shared link, the email and the zone file.

use super::address::DomainName;
use super::check::{Check, CheckReport, DnsRecord, MX_PRIORITY};
use super::found_value::{Today, today};
use super::spf::{self, MergedSpf};

/// The state of an expected record, in the order in which they are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RecordState {
    /// The domain has something else.
    Wrong,
    /// The domain does not have it.
    Missing,
    /// It was not looked at yet.
    Unknown,
    /// It is right.
    Right,
}

impl RecordState {
    /// Whether something is to be done.
    pub fn is_left(self) -> bool {
        self != Self::Right
    }
}

/// What a record is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Where mail of the domain goes.
    Mx,
    /// Who may send in its name.
    Spf,
    /// The key of its signatures.
    Dkim,
    /// A name for programs and people.
    Cname,
    /// Something that this version does not know.
    Other,
}

/// An expected record.
#[derive(Clone, Debug)]
pub struct GuideRow {
    /// The record, with the value to publish: an SPF record that exists is merged into it.
    pub record: DnsRecord,
    /// What it is called, unique in the guide: `MX`, `SPF`, `CNAME imap`.
    pub label: String,
    /// What it is for.
    pub purpose: Purpose,
    /// Its state.
    pub state: RecordState,
    /// What the domain has today.
    pub today: Today,
    /// How the SPF record that exists was merged.
    pub merged: Option<MergedSpf>,
    /// What an SPF record must contain at least; empty for other records.
    pub required: String,
}

impl GuideRow {
    /// The priority to enter; only MX records have one.
    pub fn priority(&self) -> Option<u16> {
        (self.purpose == Purpose::Mx).then_some(MX_PRIORITY)
    }
}

/// What is left to do for a domain, and what is right.
#[derive(Clone, Debug, Default)]
pub struct Guide {
    /// The records, what is wrong first.
    pub rows: Vec<GuideRow>,
    /// What other checks found.
    pub others: Vec<Check>,
}

impl Guide {
    /// The guide for the expected records and the last report; without a report no record was looked at yet.
    pub fn new(domain: &DomainName, records: &[DnsRecord], report: Option<&CheckReport>) -> Self {
        let mut rows: Vec<GuideRow> = Vec::new();
        for record in records {
            let mut row = row(domain, record, report);
            let same = rows.iter().filter(|known| known.label == row.label || is_numbered(&known.label, &row.label));
            let number = same.count() + 1;
            if number > 1 {
                row.label = format!("{} ({number})", row.label);
            }
            rows.push(row);
        }
        rows.sort_by_key(|row| row.state);
        let names: Vec<&str> = records.iter().map(DnsRecord::check_name).collect();
        let failing = report.into_iter().flat_map(CheckReport::failing);
        let others = failing.filter(|check| !names.contains(&check.name.as_str())).cloned().collect();
        Self { rows, others }
    }

    /// The records to publish or to correct.
    pub fn to_do(&self) -> impl Iterator<Item = &GuideRow> {
        self.rows.iter().filter(|row| row.state.is_left())
    }

    /// The records that are right.
    pub fn in_place(&self) -> impl Iterator<Item = &GuideRow> {
        self.rows.iter().filter(|row| !row.state.is_left())
    }

    /// How much is left to do: the records that are not right; if all are right, the other checks that the domain's
    /// owner must solve.
    pub fn count_left(&self) -> usize {
        match self.to_do().count() {
            0 => self.others.iter().filter(|check| !check.internal).count(),
            left => left,
        }
    }

    /// Whether all records are known and right, and no other check of the DNS found a problem.
    pub fn is_done(&self) -> bool {
        !self.rows.is_empty() && self.to_do().next().is_none() && self.others.iter().all(|check| check.internal)
    }

    /// Whether the MX record is among those that are left.
    pub fn moves_mail(&self) -> bool {
        self.to_do().any(|row| row.purpose == Purpose::Mx)
    }

    /// Keeps, with each record that dimail expects, the SPF value that this guide, of the check before, told people to
    /// publish: a report says that a record is right, not what is published.
    pub fn note_published(&self, domain: &DomainName, expected: &mut [DnsRecord], report: &CheckReport) {
        for record in expected {
            let before = self.rows.iter().find(|row| row.record.target == record.target && row.purpose == Purpose::Spf);
            let told = before.filter(|row| row.required == spf::required(&record.value)).map(|row| &row.record.value);
            let state = row(domain, record, Some(report)).state;
            record.published = told.filter(|told| keeps_published(state) && **told != record.value).cloned();
        }
    }

    /// All records, as they are to be published, by state, then in dimail's order.
    pub fn records(&self) -> Vec<DnsRecord> {
        self.rows.iter().map(|row| row.record.clone()).collect()
    }
}

/// Whether a record may still be as the portal told to publish it; otherwise what was found counts.
fn keeps_published(state: RecordState) -> bool {
    matches!(state, RecordState::Right | RecordState::Unknown)
}

fn is_numbered(known: &str, label: &str) -> bool {
    known.strip_prefix(label).is_some_and(|rest| rest.starts_with(" ("))
}

fn row(domain: &DomainName, record: &DnsRecord, report: Option<&CheckReport>) -> GuideRow {
    let check = report.and_then(|report| report.failing().find(|check| check.name == record.check_name()));
    // When `domain_exist` fails, dimail does not run the other checks, and reports no problem of them.
    let is_blind = report.is_none_or(|report| report.failing().any(|check| check.name == "domain_exist"));
    let today = check.map_or(Today::Other, |check| today(record, &check.problems, domain));
    let state = match (check, &today) {
        (Some(_), Today::Nothing) => RecordState::Missing,
        (Some(_), _) => RecordState::Wrong,
        (None, _) if is_blind => RecordState::Unknown,
        (None, _) => RecordState::Right,
    };
    let purpose = purpose(record);
    let merged = match &today {
        Today::Found(found) if purpose == Purpose::Spf => spf::merged(found, &record.value),
        _ => None,
    };
    let published = record.published.as_ref().filter(|_| keeps_published(state));
    let value = merged.as_ref().map(|merged| &merged.value).or(published).unwrap_or(&record.value).clone();
    GuideRow {
        label: label(record, purpose),
        required: if purpose == Purpose::Spf { spf::required(&record.value) } else { String::new() },
        record: DnsRecord { value, ..record.clone() },
        purpose,
        state,
        today,
        merged,
    }
}

fn purpose(record: &DnsRecord) -> Purpose {
    match (record.kind.as_str(), record.check_name()) {
        (_, "mx") => Purpose::Mx,
        (_, "spf") => Purpose::Spf,
        (_, "dkim") => Purpose::Dkim,
        ("cname", _) => Purpose::Cname,
        _ => Purpose::Other,
    }
}

fn label(record: &DnsRecord, purpose: Purpose) -> String {
    match purpose {
        Purpose::Mx => "MX".to_owned(),
        Purpose::Spf => "SPF".to_owned(),
        Purpose::Dkim => "DKIM".to_owned(),
        Purpose::Cname | Purpose::Other => format!("{} {}", record.type_name(), record.relative_name()),
    }
}

#[cfg(test)]
mod tests {
    use super::{Guide, RecordState};
    use crate::model::address::DomainName;
    use crate::model::check::{Check, CheckReport, DnsRecord, Problem};

    const EXPECTED: [(&str, &str, &str); 5] = [
        ("", "mx", "mx.ox.fr."),
        ("dimail._domainkey", "txt", "v=DKIM1; p=x"),
        ("imap", "cname", "imap.ox.fr."),
        ("", "txt", "v=spf1 include:_spf.ox.fr -all"),
        ("x", "caa", "0 issue x"),
    ];

    fn records(expected: &[(&str, &str, &str)]) -> Vec<DnsRecord> {
        let record = |(target, kind, value): &(&str, &str, &str)| DnsRecord {
            target: (*target).into(),
            kind: (*kind).into(),
            value: (*value).into(),
            published: None,
        };
        expected.iter().map(record).collect()
    }

    fn guide(problems: &[(&str, &str, &str)]) -> Guide {
        let check = |(name, code, detail): &(&str, &str, &str)| Check {
            name: (*name).into(),
            internal: *name == "cert",
            problems: vec![Problem { code: (*code).into(), detail: (*detail).into() }],
        };
        let report = CheckReport { usable: false, checks: problems.iter().map(check).collect() };
        let domain = DomainName::parse("ville.fr").expect("a name");
        Guide::new(&domain, &records(&EXPECTED), Some(&report))
    }

    fn shown(guide: &Guide) -> Vec<(&str, RecordState)> {
        guide.rows.iter().map(|row| (row.label.as_str(), row.state)).collect()
    }

    #[test]
    fn what_is_wrong_comes_first() {
        use RecordState::{Missing, Right, Wrong};
        let spf = ("spf", "wrong_spf", "« v=spf1 mx ~all »");
        let guide = guide(&[("mx", "no_mx", ""), spf, ("cert", "no_cert", "")]);
        let wanted = [("SPF", Wrong), ("MX", Missing), ("DKIM", Right), ("CNAME imap", Right), ("CAA x", Right)];
        assert_eq!(shown(&guide), wanted);
        assert_eq!((guide.to_do().count(), guide.in_place().count(), guide.moves_mail()), (2, 3, true));
        assert_eq!(guide.rows[0].record.value, "v=spf1 mx include:_spf.ox.fr ~all");
        assert_eq!((guide.rows[1].priority(), guide.rows[0].priority()), (Some(10), None));
        let others: Vec<_> = guide.others.iter().map(|check| check.name.as_str()).collect();
        assert_eq!((others, guide.is_done()), (vec!["cert"], false));
    }

    #[test]
    fn what_was_not_looked_at_is_not_right() {
        let blind = guide(&[("domain_exist", "must_exist", "")]);
        assert!(blind.rows.iter().all(|row| row.state == RecordState::Unknown) && !blind.is_done());
        let domain = DomainName::parse("ville.fr").expect("a name");
        let new = Guide::new(&domain, &records(&EXPECTED), None);
        assert_eq!((new.to_do().count(), new.others.len()), (5, 0));
        assert!(guide(&[("cert", "no_cert", "")]).is_done() && guide(&[]).is_done());
        assert!(!Guide::default().is_done());
    }

    #[test]
    fn each_label_is_its_own() {
        let domain = DomainName::parse("ville.fr").expect("a name");
        let mx = ("", "mx", "mx.ox.fr.");
        let three = Guide::new(&domain, &records(&[mx, mx, mx]), None);
        assert_eq!(shown(&three).iter().map(|(label, _)| *label).collect::<Vec<_>>(), ["MX", "MX (2)", "MX (3)"]);
    }
}
