//! Merges the SPF record that dimail expects into the one that a domain has: a domain may have one only
//! (RFC 7208, 3.2), and the other mail servers that it names must stay allowed.

/// The beginning of every SPF record.
pub const VERSION: &str = "v=spf1";
/// The most terms that look something up in DNS (RFC 7208, 4.6.4).
const LOOKUPS_MAX: usize = 10;

/// What is to be published instead of the records that a domain has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MergedSpf {
    /// The value.
    pub value: String,
    /// Whether the domain has several records, of which one must remain.
    pub is_doubled: bool,
    /// Whether the rule of another name is used for servers that match no term (`redirect=`).
    pub redirects: bool,
    /// Whether the value itself has more terms that look something up than are allowed; what these name may have
    /// more.
    pub has_many_lookups: bool,
}

/// Merges the expected record into those that were found. Only those that are SPF records count; `None` if
/// there are none.
pub fn merged(found: &[String], expected: &str) -> Option<MergedSpf> {
    let mut rules = found.iter().filter_map(|text| terms(text));
    let mut merged: Vec<&str> = rules.next()?;
    let others: Vec<Vec<&str>> = rules.collect();
    let wanted = terms(expected).unwrap_or_default();
    // The first term that matches a server decides: one that forbids what is to be allowed is removed.
    merged.retain(|term| !wanted.iter().any(|wanted| excludes(term, wanted)));
    let is_doubled = !others.is_empty();
    for term in others.into_iter().flatten().chain(wanted).filter(|term| !is_last(term)) {
        if !merged.iter().any(|known| mechanism(known).eq_ignore_ascii_case(mechanism(term))) {
            let end = merged.iter().position(|term| is_last(term)).unwrap_or(merged.len());
            merged.insert(end, term);
        }
    }
    let value = std::iter::once(VERSION).chain(merged.iter().copied()).collect::<Vec<_>>().join(" ");
    Some(MergedSpf {
        value,
        is_doubled,
        redirects: merged.iter().any(|term| has_prefix(term, "redirect=")) && !merged.iter().any(|term| is_all(term)),
        has_many_lookups: merged.iter().filter(|term| looks_up(term)).count() > LOOKUPS_MAX,
    })
}

/// What a record must contain at least: its terms without the last one, which says what holds for all others.
pub fn required(expected: &str) -> String {
    terms(expected).unwrap_or_default().into_iter().filter(|term| !is_last(term)).collect::<Vec<_>>().join(" ")
}

/// The terms of an SPF record behind its version.
fn terms(text: &str) -> Option<Vec<&str>> {
    let mut words = text.split_whitespace();
    words.next().filter(|version| version.eq_ignore_ascii_case(VERSION))?;
    Some(words.collect())
}

fn has_prefix(term: &str, prefix: &str) -> bool {
    term.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

/// A term without the sign that allows; the other signs stay.
fn mechanism(term: &str) -> &str {
    term.strip_prefix('+').unwrap_or(term)
}

/// Whether a term says of the same servers as `wanted` that they are not allowed.
fn excludes(term: &str, wanted: &str) -> bool {
    term.strip_prefix(['-', '~', '?']).is_some_and(|term| !is_all(term) && term.eq_ignore_ascii_case(mechanism(wanted)))
}

fn is_all(term: &str) -> bool {
    term.trim_start_matches(['+', '-', '~', '?']).eq_ignore_ascii_case("all")
}

/// Whether a term comes at the end of a record, after the terms that allow servers: terms after `all` are ignored,
/// and `redirect=` and `exp=` apply to servers that no term matched.
fn is_last(term: &str) -> bool {
    is_all(term) || has_prefix(term, "redirect=") || has_prefix(term, "exp=")
}

/// Whether a term has its own look-up in DNS.
fn looks_up(term: &str) -> bool {
    let term = term.trim_start_matches(['+', '-', '~', '?']);
    let name = term.split([':', '/', '=']).next().unwrap_or_default().to_ascii_lowercase();
    matches!(name.as_str(), "include" | "a" | "mx" | "ptr" | "exists" | "redirect")
}

/// Whether a word may be a term of an SPF record.
pub(super) fn is_term(word: &str) -> bool {
    let word = word.trim_start_matches(['+', '-', '~', '?']);
    let name = word.split([':', '/', '=']).next().unwrap_or_default().to_ascii_lowercase();
    matches!(name.as_str(), "all" | "include" | "a" | "mx" | "ptr" | "exists" | "ip4" | "ip6" | "redirect" | "exp")
}

/// Whether a word is the last term of most records.
pub(super) fn ends_record(word: &str) -> bool {
    is_all(word) || has_prefix(word, "redirect=")
}

#[cfg(test)]
mod tests {
    use super::{merged, required};

    const EXPECTED: &str = "v=spf1 include:_spf.ox.fr -all";

    fn value(found: &[&str]) -> Option<String> {
        let found: Vec<String> = found.iter().map(|text| (*text).to_owned()).collect();
        merged(&found, EXPECTED).map(|merged| merged.value)
    }

    #[test]
    fn the_record_that_exists_is_completed() {
        for (found, expected) in [
            ("v=spf1 include:_spf.old.fr -all", "v=spf1 include:_spf.old.fr include:_spf.ox.fr -all"),
            ("v=spf1 mx ip4:192.0.2.1 ~all", "v=spf1 mx ip4:192.0.2.1 include:_spf.ox.fr ~all"),
            ("V=SPF1  a   ?ALL", "v=spf1 a include:_spf.ox.fr ?ALL"),
            // Nothing behind it: what it says of all others stays as it is.
            ("v=spf1 mx", "v=spf1 mx include:_spf.ox.fr"),
            ("v=spf1", "v=spf1 include:_spf.ox.fr"),
            // The rule of another name holds for what matches no term.
            ("v=spf1 redirect=_spf.old.fr", "v=spf1 include:_spf.ox.fr redirect=_spf.old.fr"),
            ("v=spf1 mx -all exp=why.old.fr", "v=spf1 mx include:_spf.ox.fr -all exp=why.old.fr"),
            ("v=spf1 +include:_SPF.ox.fr ~all", "v=spf1 +include:_SPF.ox.fr ~all"),
            ("v=spf1 -include:_spf.ox.fr mx -all", "v=spf1 mx include:_spf.ox.fr -all"),
            ("v=spf1 -all", "v=spf1 include:_spf.ox.fr -all"),
        ] {
            assert_eq!(value(&[found]).as_deref(), Some(expected), "{found}");
        }
    }

    #[test]
    fn of_several_records_one_remains() {
        let two = ["v=spf1 mx ~all", "v=spf1 include:_spf.old.fr mx -all"].map(str::to_owned);
        let one = merged(&two, EXPECTED).expect("a record");
        assert_eq!(one.value, "v=spf1 mx include:_spf.old.fr include:_spf.ox.fr ~all");
        assert!(one.is_doubled && !one.redirects && !one.has_many_lookups);
    }

    #[test]
    fn what_is_no_spf_record_counts_for_nothing() {
        assert_eq!(value(&[]), None);
        assert_eq!(value(&["google-site-verification=x", "v=spf10 -all", ""]), None);
        assert_eq!(value(&["x", "v=spf1 mx -all"]).as_deref(), Some("v=spf1 mx include:_spf.ox.fr -all"));
    }

    #[test]
    fn hints_come_with_the_value() {
        let of = |found: &str| merged(&[found.to_owned()], EXPECTED).expect("a record");
        assert!(of("v=spf1 redirect=_spf.old.fr").redirects && !of("v=spf1 redirect=_spf.old.fr -all").redirects);
        let includes = |n: usize| (0..n).map(|n| format!("include:s{n}.fr ")).collect::<Vec<_>>().concat();
        assert!(!of(&format!("v=spf1 {}ip4:192.0.2.1 -all", includes(9))).has_many_lookups);
        assert!(of(&format!("v=spf1 {}-all", includes(10))).has_many_lookups);
    }

    #[test]
    fn the_part_that_is_needed_has_no_end() {
        assert_eq!(required(EXPECTED), "include:_spf.ox.fr");
        assert_eq!(required("no record"), "");
    }
}
