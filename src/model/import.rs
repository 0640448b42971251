//! Rules for importing from dimail: which local parts are accepted, and which names a mailbox gets if
//! dimail has none.

use crate::model::address::{DomainName, LocalPart};
use crate::model::name::{display_key, display_name, imported};

/// The longest name that is imported, in characters; longer than new names may be.
const LONGEST: usize = 200;

/// A mailbox of dimail, as it will be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundMailbox {
    /// The local part.
    pub local_part: LocalPart,
    /// The first name.
    pub first_name: String,
    /// The last name.
    pub last_name: String,
    /// The display name, normalised for comparison, which is unique at dimail.
    pub display_key: String,
    /// Whether mail can be read.
    pub active: bool,
}

/// Why a mailbox of dimail cannot be imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// The portal's rules do not accept its local part.
    LocalPart,
    /// It has capitals, and dimail is case-sensitive.
    Capitals,
    /// The portal's rules do not accept the destination of an alias.
    Destination,
    /// It is an Open-XChange user without a mailbox.
    HalfMade,
    /// A stored mailbox of this domain has its display name.
    NameTaken,
    /// The alias is guarded, and its destination is in another domain of the portal.
    LeadsElsewhere,
    /// Something was asked of it here since dimail was asked.
    Changed,
}

impl FoundMailbox {
    /// A mailbox with the first, last and display name from dimail, each of which may be empty. A
    /// functional or disabled mailbox has no names: they are derived from its local part, because both
    /// are required here, and are sent to dimail when it is enabled.
    pub fn new(domain: &DomainName, local_part: LocalPart, known: [&str; 3], active: bool) -> Self {
        let [given, sur, display] = known.map(|name| imported(name, LONGEST));
        let (first_name, last_name) = if !given.is_empty() && !sur.is_empty() {
            (given, sur)
        } else {
            let spoken = local_part.as_str().replace(['.', '_'], " ");
            let whole = [display.clone(), format!("{given}{sur}"), capitalised(&spoken)];
            split(&whole.into_iter().find(|name| !name.trim().is_empty()).unwrap_or_default(), domain)
        };
        let own = display_name(&first_name, &last_name);
        let display_key = display_key(if display.is_empty() { &own } else { &display });
        Self { local_part, first_name, last_name, display_key, active }
    }

    /// The same with a unique last name, if the derived one is taken.
    pub fn numbered(mut self, number: usize) -> Self {
        self.last_name = format!("{} {number}", self.last_name);
        self.display_key = display_key(&display_name(&self.first_name, &self.last_name));
        self
    }
}

fn capitalised(words: &str) -> String {
    let word = |word: &str| {
        let mut characters = word.chars();
        characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
    };
    words.split_whitespace().map(word).collect::<Vec<_>>().join(" ")
}

/// The first word and the rest; if there is no rest, the domain name is used instead.
fn split(name: &str, domain: &DomainName) -> (String, String) {
    match name.trim().split_once(' ') {
        Some((first, rest)) => (first.to_owned(), rest.trim().to_owned()),
        None => (name.trim().to_owned(), domain.as_str().to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::FoundMailbox;
    use crate::model::address::{DomainName, LocalPart};

    fn found(local_part: &str, known: [&str; 3]) -> (String, String, String) {
        let domain = DomainName::parse("ville.fr").expect("a name");
        let part = LocalPart::parse(local_part).expect("a part");
        let found = FoundMailbox::new(&domain, part, known, true);
        (found.first_name, found.last_name, found.display_key)
    }

    fn names(first: &str, last: &str, key: &str) -> (String, String, String) {
        (first.to_owned(), last.to_owned(), key.to_owned())
    }

    #[test]
    fn names_of_dimail_are_kept_and_its_display_name_compared() {
        let known = ["Jean", "Dupont", "Jean DUPONT (2)"];
        assert_eq!(found("jean", known), names("Jean", "Dupont", "jean dupont (2)"));
        assert_eq!(found("jean", ["Jean\u{202e}", "Du\npont", ""]), names("Jean", "Dupont", "jean dupont"));
    }

    #[test]
    fn who_has_no_names_gets_them_from_the_local_part() {
        assert_eq!(found("jean.dupont", ["", "", ""]), names("Jean", "Dupont", "jean dupont"));
        assert_eq!(found("contact", ["", "", ""]), names("Contact", "ville.fr", "contact ville.fr"));
        assert_eq!(found("rh", ["", "Ressources", ""]), names("Ressources", "ville.fr", "ressources ville.fr"));
        assert_eq!(found("rh", ["", "", "Service des RH"]), names("Service", "des RH", "service des rh"));
    }
}
