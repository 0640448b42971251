//! The values that a domain's DNS has today. dimail's reports have no field for them and name them within their
//! sentences only, so they are looked for there; what is not found is not shown.

use super::address::DomainName;
use super::check::{DnsRecord, Problem};
use super::foreign_addresses::without_foreign_addresses;
use super::spf;

/// What a domain has today for an expected record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Today {
    /// Nothing.
    Nothing,
    /// These values; at least one.
    Found(Vec<String>),
    /// Something else than expected, which dimail does not tell.
    Other,
}

/// The most values that are shown of one record.
const VALUES_MAX: usize = 5;
/// The quotation marks in which a sentence may put a value.
const QUOTES: [char; 9] = ['"', '\'', '`', '«', '»', '“', '”', '‘', '’'];

/// What a domain has for a record, from the problems of its check.
pub fn today(record: &DnsRecord, problems: &[Problem], domain: &DomainName) -> Today {
    if problems.iter().all(|problem| problem.code.starts_with("no_")) {
        return Today::Nothing;
    }
    let mut found: Vec<String> = Vec::new();
    for problem in problems.iter().filter(|problem| !problem.code.starts_with("no_")) {
        let detail = without_foreign_addresses(&problem.detail, domain);
        let values = if record.kind == "txt" { texts(&detail) } else { hosts(&detail, record, domain) };
        found.extend(values.into_iter().filter(|value| !value.eq_ignore_ascii_case(&record.value)));
    }
    found.dedup();
    found.truncate(VALUES_MAX);
    if found.is_empty() { Today::Other } else { Today::Found(found) }
}

/// The host names in a sentence, without those that the record itself names.
fn hosts(detail: &str, record: &DnsRecord, domain: &DomainName) -> Vec<String> {
    let (full_name, value) = (record.full_name(domain), bare(&record.value));
    let is_own = |host: &str| [bare(&full_name), bare(domain.as_str()), value.clone()].contains(&bare(host));
    let in_host = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let words = detail.split(|c: char| !in_host(c)).filter(|word| is_host(word) && !is_own(word));
    words.map(str::to_owned).collect()
}

/// A host name without its final dot, in lower case.
fn bare(host: &str) -> String {
    host.trim_end_matches('.').to_ascii_lowercase()
}

fn is_host(word: &str) -> bool {
    let labels: Vec<&str> = word.trim_end_matches('.').split('.').collect();
    let is_label = |label: &&str| !label.is_empty() && label.len() <= 63 && !label.starts_with('-');
    let is_end = |end: &&str| end.len() >= 2 && end.bytes().any(|byte| byte.is_ascii_alphabetic());
    labels.len() >= 2 && labels.iter().all(is_label) && labels.last().is_some_and(is_end)
}

/// The texts in a sentence that have a version: of SPF or DKIM.
fn texts(detail: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (start, _) in detail.match_indices("v=") {
        let (before, rest) = detail.split_at(start);
        let opening = before.trim_end().chars().next_back().filter(|c| QUOTES.contains(c));
        if let Some(text) = text_at(rest, opening.is_some()) {
            found.push(text);
        }
    }
    found
}

/// The text at the beginning of the rest of a sentence; if it is not quoted, it must have a clear end.
fn text_at(rest: &str, is_quoted: bool) -> Option<String> {
    let line = rest.lines().next().unwrap_or_default();
    let quoted = line.split(QUOTES).next().unwrap_or_default().trim();
    if is_quoted && (quoted.starts_with(spf::VERSION) || quoted.starts_with("v=DKIM1")) {
        return Some(quoted.to_owned());
    }
    let mut words = quoted.split_whitespace();
    let version = words.next().filter(|version| version.eq_ignore_ascii_case(spf::VERSION))?;
    let terms: Vec<&str> = words.take_while(|word| spf::is_term(word)).collect();
    let end = terms.iter().position(|term| spf::ends_record(term))?;
    Some(std::iter::once(version).chain(terms.into_iter().take(end + 1)).collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::{Today, today};
    use crate::model::address::DomainName;
    use crate::model::check::{DnsRecord, Problem};

    fn found(record: (&str, &str, &str), problems: &[(&str, &str)]) -> Today {
        let domain = DomainName::parse("ville.fr").expect("a name");
        let (target, kind, value) = record;
        let record = DnsRecord { target: target.into(), kind: kind.into(), value: value.into(), published: None };
        let problem = |(code, detail): &(&str, &str)| Problem { code: (*code).into(), detail: (*detail).into() };
        today(&record, &problems.iter().map(problem).collect::<Vec<_>>(), &domain)
    }

    fn values(values: &[&str]) -> Today {
        Today::Found(values.iter().map(|value| (*value).to_owned()).collect())
    }

    const MX: (&str, &str, &str) = ("", "mx", "mx.ox.fr.");
    const IMAP: (&str, &str, &str) = ("imap", "cname", "imap.ox.fr.");
    const SPF: (&str, &str, &str) = ("", "txt", "v=spf1 include:_spf.ox.fr -all");
    const DKIM: (&str, &str, &str) = ("dimail._domainkey", "txt", "v=DKIM1; p=new");

    #[test]
    fn the_found_value_stands_in_the_sentence() {
        for (record, code, detail, wanted) in [
            (
                MX,
                "wrong_mx",
                "Je veux que le MX du domaine soit mx.ox.fr., or je trouve mx1.old.net.",
                &["mx1.old.net."][..],
            ),
            (
                MX,
                "wrong_mx",
                "Le MX de ville.fr est a.old.net et b.old.net. ; attendu : MX.ox.fr",
                &["a.old.net", "b.old.net."],
            ),
            (
                IMAP,
                "wrong_cname_imap",
                "Le CNAME de imap.ville.fr est mail.ville.fr ; attendu : imap.ox.fr.",
                &["mail.ville.fr"],
            ),
            (SPF, "wrong_spf", "Le SPF est « v=spf1 mx -all », sans include:_spf.ox.fr", &["v=spf1 mx -all"]),
            (SPF, "wrong_spf", "Le SPF record v=spf1 a mx ~all ne contient pas la directive", &["v=spf1 a mx ~all"]),
            (
                SPF,
                "wrong_spf",
                "'v=spf1 mx' et \"v=spf1 a -all\" au lieu de v=spf1 include:_spf.ox.fr -all",
                &["v=spf1 mx", "v=spf1 a -all"],
            ),
            (DKIM, "wrong_dkim", "trouvé \"v=DKIM1; p=old\"", &["v=DKIM1; p=old"]),
        ] {
            assert_eq!(found(record, &[(code, detail)]), values(wanted), "{detail}");
        }
    }

    #[test]
    fn what_dimail_does_not_tell_is_not_guessed() {
        for (record, code, detail) in [
            (MX, "wrong_mx", "mauvais MX, c.-à-d. pas mx.ox.fr. pour ville.fr."),
            (MX, "odd_new", ""),
            (SPF, "wrong_spf", "Le SPF v=spf1 mx a de quoi surprendre"),
            (SPF, "wrong_spf", "Il manque include:_spf.ox.fr"),
            (DKIM, "wrong_dkim", "La clé n'est pas la bonne"),
        ] {
            assert_eq!(found(record, &[(code, detail)]), Today::Other, "{detail}");
        }
    }

    #[test]
    fn nothing_and_something_else() {
        assert_eq!(found(MX, &[("no_mx", "aucun MX, pas mx.old.net")]), Today::Nothing);
        let two = [("no_cname_imap", "rien"), ("wrong_cname_imap", "je trouve x.old.net")];
        assert_eq!(found(IMAP, &two), values(&["x.old.net"]));
        let many = (0..9).map(|n| format!("mx{n}.old.net ")).collect::<Vec<_>>().concat();
        assert!(matches!(found(MX, &[("wrong_mx", &many)]), Today::Found(values) if values.len() == 5));
    }
}
