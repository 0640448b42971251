//! Hides addresses of other domains in texts of dimail.

use super::address::DomainName;

/// Removes the addresses of other domains from a text of dimail, because people of this domain must not
/// see them.
pub fn without_foreign_addresses(detail: &str, domain: &DomainName) -> String {
    let in_address = |c: char| c.is_alphanumeric() || ".!#$%&*+-/=?^_`{|}~@".contains(c);
    let is_foreign = |word: &str| {
        let bare = word.trim_end_matches(['.', '?', '!', '-']);
        bare.rsplit_once('@').is_some_and(|(_, host)| !host.eq_ignore_ascii_case(domain.as_str()))
    };
    let mut cleaned = String::new();
    let mut rest = detail;
    while let Some(start) = rest.find(in_address) {
        let (between, from) = rest.split_at(start);
        let (word, after) = from.split_at(from.find(|c| !in_address(c)).unwrap_or(from.len()));
        cleaned.push_str(between);
        cleaned.push_str(if is_foreign(word) { "…" } else { word });
        rest = after;
    }
    cleaned.push_str(rest);
    cleaned
}

#[cfg(test)]
mod tests {
    use super::without_foreign_addresses;
    use crate::model::address::DomainName;

    #[test]
    fn foreign_addresses_are_hidden() {
        let ville = DomainName::parse("ville.fr").expect("a name");
        let cleaned = |detail| without_foreign_addresses(detail, &ville);
        assert_eq!(cleaned("used by <a@autre.fr>, not a@ville.fr."), "used by <…>, not a@ville.fr.");
        assert_eq!(cleaned("a@autre.fr,b@ville.fr;c@é.fr"), "…,b@ville.fr;…");
        assert_eq!(cleaned("no address\nat all"), "no address\nat all");
    }
}
