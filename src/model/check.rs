//! dimail's report about a domain, and the DNS records that it expects.

use serde::{Deserialize, Serialize};

use super::address::DomainName;

/// The result of one run of dimail's checks on a domain.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckReport {
    /// Whether dimail calls the domain as a whole usable (`state` is `ok`).
    pub usable: bool,
    /// The individual checks, in dimail's order.
    pub checks: Vec<Check>,
}

/// One check of dimail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// dimail's name for it: `mx`, `spf`, `cert` …
    pub name: String,
    /// Whether dimail must repair it; otherwise the owner of the DNS zone must.
    pub internal: bool,
    /// The problems found; empty if the check passes.
    pub problems: Vec<Problem>,
}

/// A problem found by a check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// dimail's code: `wrong_mx`, `no_spf` …
    pub code: String,
    /// dimail's text, in French, with what it expected and found.
    pub detail: String,
}

/// The overall result of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// All checks pass.
    Passes,
    /// An external check fails: the owner must change the DNS.
    ExternalFails,
    /// Only internal checks fail: dimail must be asked to repair.
    InternalFails,
}

impl CheckReport {
    /// The overall result of the report.
    pub fn verdict(&self) -> Verdict {
        let fails = |internal| self.failing().any(|check| check.internal == internal);
        if fails(false) {
            Verdict::ExternalFails
        } else if fails(true) || !self.usable {
            Verdict::InternalFails
        } else {
            Verdict::Passes
        }
    }

    /// The checks that found a problem.
    pub fn failing(&self) -> impl Iterator<Item = &Check> {
        self.checks.iter().filter(|check| !check.problems.is_empty())
    }

    /// Whether the person who manages the DNS zone has followed the portal: the MX record or the DKIM key
    /// is right.
    pub fn proves_control(&self) -> bool {
        // When `domain_exist` fails, dimail does not run the other checks, and reports no problem of them.
        !self.failing().any(|check| check.name == "domain_exist")
            && self.checks.iter().any(|check| matches!(check.name.as_str(), "mx" | "dkim") && check.problems.is_empty())
    }

    /// The codes of all problems that the owner of the DNS zone must solve.
    pub fn external_codes(&self) -> Vec<String> {
        self.failing()
            .filter(|check| !check.internal)
            .flat_map(|check| check.problems.iter().map(|problem| problem.code.clone()))
            .collect()
    }
}

/// A record that dimail expects in the DNS zone of a domain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DnsRecord {
    /// The name relative to the domain; empty for the domain itself.
    pub target: String,
    /// The type in lower case: `mx`, `txt`, `cname`.
    pub kind: String,
    /// The value; names end with a dot, text is one unquoted string.
    pub value: String,
    /// The value that the portal told people to publish instead, and that a check then found right: dimail's SPF
    /// record merged into theirs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<String>,
}

/// The priority written for MX records; dimail gives none.
pub const MX_PRIORITY: u16 = 10;
/// The longest single string of a TXT record, in bytes (RFC 1035, 3.3.14).
const TXT_STRING_MAX: usize = 255;

impl DnsRecord {
    /// The name relative to the domain, `@` for the domain itself.
    pub fn relative_name(&self) -> &str {
        if self.target.is_empty() { "@" } else { &self.target }
    }

    /// The full name with its final dot.
    pub fn full_name(&self, domain: &DomainName) -> String {
        if self.target.is_empty() { format!("{domain}.") } else { format!("{}.{domain}.", self.target) }
    }

    /// The type in capitals.
    pub fn type_name(&self) -> String {
        self.kind.to_ascii_uppercase()
    }

    /// The value as a zone file writes it.
    pub fn zone_value(&self) -> String {
        match self.kind.as_str() {
            "mx" => format!("{MX_PRIORITY} {}", one_line(&self.value)),
            "txt" => quoted(&self.value),
            _ => one_line(&self.value),
        }
    }

    /// The check that covers this record: the record is right if the check passes.
    pub fn check_name(&self) -> &'static str {
        match (self.kind.as_str(), self.target.as_str()) {
            ("mx", _) => "mx",
            ("cname", "imap") => "cname_imap",
            ("cname", "smtp") => "cname_smtp",
            ("cname", "webmail") => "cname_webmail",
            ("txt", "") => "spf",
            ("txt", _) => "dkim",
            _ => "",
        }
    }
}

/// Drops control characters: a line break would begin a new record in the zone file.
fn one_line(value: &str) -> String {
    value.chars().filter(|c| !c.is_control()).collect()
}

/// A quoted text, split into strings of the length that DNS allows.
fn quoted(value: &str) -> String {
    let mut strings = vec![String::new()];
    for c in one_line(value).chars() {
        let full = strings.last().is_some_and(|last| last.len() + c.len_utf8() > TXT_STRING_MAX);
        if full {
            strings.push(String::new());
        }
        if let Some(last) = strings.last_mut() {
            last.push(c);
        }
    }
    let escaped = |text: &String| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
    strings.iter().map(escaped).collect::<Vec<_>>().join(" ")
}

/// The widest column of names; longer names move what follows.
const COLUMN_MAX: usize = 64;

/// The records as the text of a zone file (RFC 1035, section 5).
pub fn zone_text(domain: &DomainName, records: &[DnsRecord]) -> String {
    let width = records.iter().map(|record| record.relative_name().len()).max().unwrap_or(1).min(COLUMN_MAX);
    let mut zone = format!("$ORIGIN {domain}.\n$TTL 3600\n");
    for record in records {
        let name: String = one_line(record.relative_name());
        let line = format!("{name:<width$} IN {:<5} {}\n", one_line(&record.type_name()), record.zone_value());
        zone.push_str(&line);
    }
    zone
}

#[cfg(test)]
mod tests {
    use super::{Check, CheckReport, DnsRecord, Problem, Verdict, zone_text};
    use crate::model::address::DomainName;

    fn check(name: &str, internal: bool, code: &str) -> Check {
        let problem = Problem { code: code.into(), detail: String::new() };
        let problems = if code.is_empty() { vec![] } else { vec![problem] };
        Check { name: name.into(), internal, problems }
    }

    #[test]
    fn external_problems_come_first() {
        let verdict = |usable, checks| CheckReport { usable, checks }.verdict();
        assert_eq!(verdict(true, vec![check("mx", false, "")]), Verdict::Passes);
        let both = vec![check("cert", true, "no_cert"), check("mx", false, "no_mx")];
        assert_eq!(verdict(false, both), Verdict::ExternalFails);
        assert_eq!(verdict(false, vec![check("cert", true, "no_cert")]), Verdict::InternalFails);
        assert_eq!(verdict(false, vec![]), Verdict::InternalFails);
    }

    #[test]
    fn a_zone_file_quotes_and_cuts_long_texts() {
        let domain = DomainName::parse("ville.fr").expect("a name");
        let record = |target: &str, kind: &str, value: &str| DnsRecord {
            target: target.into(),
            kind: kind.into(),
            value: value.into(),
            published: None,
        };
        let long = "x".repeat(300);
        let records =
            [record("", "mx", "mx.ox.fr."), record("k._domainkey", "txt", &long), record("a", "cname", "b.\n")];
        let zone = zone_text(&domain, &records);
        let expected = format!(
            "$ORIGIN ville.fr.\n$TTL 3600\n@            IN MX    10 mx.ox.fr.\n\
             k._domainkey IN TXT   \"{}\" \"{}\"\na            IN CNAME b.\n",
            "x".repeat(255),
            "x".repeat(45)
        );
        assert_eq!(zone, expected);
        // Stored by an earlier build, which bounded nothing.
        let odd = [record(&"x".repeat(70_000), "a\nwww in a", "192.0.2.1")];
        assert_eq!(zone_text(&domain, &odd).lines().count(), 3);
    }
}
