//! What dimail has already and the portal is to look after from now on: which local parts are
//! fit, and what the people are called where dimail knows no names.
//!
//! Must not know: who asks dimail, nor what is here already.

use crate::model::address::{DomainName, LocalPart};
use crate::model::name::{NAME_MAX, PersonName, display_key, display_name};

/// A mailbox that dimail has, as it is to be kept here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundMailbox {
    /// What stands before the `@`.
    pub local_part: LocalPart,
    /// The first name.
    pub first_name: String,
    /// The last name.
    pub last_name: String,
    /// The display name that is unique at dimail, as it is compared.
    pub display_key: String,
    /// Whether mail can be read.
    pub active: bool,
}

/// Why a mailbox of dimail can't be looked after here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// The portal's rule for local parts refuses its own.
    LocalPart,
    /// It is written with capitals, and dimail tells them apart.
    Capitals,
    /// The portal's rule for destinations refuses that of an alias.
    Destination,
    /// It is a user of Open-XChange without a mailbox.
    HalfMade,
    /// A mailbox of this domain here has its display name.
    NameTaken,
}

/// The local part of an address that dimail lists in the domain.
///
/// # Errors
/// Why it is unfit.
pub fn fit_local_part(address: &str) -> Result<LocalPart, Unfit> {
    let (typed, _) = address.rsplit_once('@').ok_or(Unfit::LocalPart)?;
    let part = LocalPart::parse(typed).map_err(|_| Unfit::LocalPart)?;
    if part.as_str() == typed { Ok(part) } else { Err(Unfit::Capitals) }
}

impl FoundMailbox {
    /// A mailbox with the names that dimail knows: first, last and display name, each perhaps
    /// empty. A functional or disabled one has none: its names are made of its local part, for
    /// both are required here, and sent to dimail when it is enabled.
    #[must_use]
    pub fn new(domain: &DomainName, local_part: LocalPart, known: [&str; 3], active: bool) -> Self {
        let [given, sur, display] = known.map(clean);
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

    /// The same with a last name that nobody else has, where the one made up is taken.
    #[must_use]
    pub fn numbered(mut self, number: usize) -> Self {
        self.last_name = format!("{} {number}", self.last_name);
        self.display_key = display_key(&display_name(&self.first_name, &self.last_name));
        self
    }
}

/// A name of dimail without what steers, and not too long.
fn clean(name: &str) -> String {
    let plain: String = name.chars().filter(|c| PersonName::parse(&format!("a{c}a")).is_ok()).take(NAME_MAX).collect();
    PersonName::parse(&plain).map(|name| name.as_str().to_owned()).unwrap_or_default()
}

fn capitalised(words: &str) -> String {
    let word = |word: &str| {
        let mut characters = word.chars();
        characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
    };
    words.split_whitespace().map(word).collect::<Vec<_>>().join(" ")
}

/// The first word and the rest; where there is no rest, the domain stands for it.
fn split(name: &str, domain: &DomainName) -> (String, String) {
    match name.trim().split_once(' ') {
        Some((first, rest)) => (first.to_owned(), rest.trim().to_owned()),
        None => (name.trim().to_owned(), domain.as_str().to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::{FoundMailbox, Unfit, fit_local_part};
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

    #[test]
    fn local_parts_that_the_portal_would_refuse_are_unfit() {
        assert_eq!(fit_local_part("jean@ville.fr").map(|part| part.to_string()), Ok("jean".into()));
        assert_eq!(fit_local_part("Jean@ville.fr"), Err(Unfit::Capitals));
        for odd in ["a+b@ville.fr", "a b@ville.fr", ".a@ville.fr", "all@ville.fr", "é@ville.fr", "a"] {
            assert_eq!(fit_local_part(odd), Err(Unfit::LocalPart), "{odd}");
        }
    }
}
