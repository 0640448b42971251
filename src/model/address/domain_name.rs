//! The name of a domain.

use std::fmt;

use crate::model::field_error::FieldError;
use crate::model::idna2008::check_label;
use crate::model::text::{cleaned, is_apostrophe};
use crate::model::typed_address::bare;

/// The longest domain name that dimail accepts, in characters; dimail of 2024 answers 500 to longer ones.
pub const DOMAIN_NAME_MAX: usize = 200;

/// A mail domain in ASCII form and lower case, such as `ville.fr` or `xn--orlans-dva.fr`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DomainName(String);

impl DomainName {
    /// Parses a domain as people type it: in any case, with a final dot, internationalised, each dash as a
    /// hyphen.
    ///
    /// # Errors
    /// The field error, if it is not a domain of at least two labels, is too long, or has a character that
    /// IDNA 2008 does not allow.
    pub fn parse(typed: &str) -> Result<Self, FieldError> {
        let typed = cleaned(typed);
        if typed.is_empty() {
            return Err(FieldError::Required);
        }
        let typed = typed.strip_suffix('.').unwrap_or(&typed);
        if let Some(apostrophe) = typed.chars().find(|c| is_apostrophe(*c)) {
            return Err(FieldError::DomainCharacter(apostrophe));
        }
        let ascii = idna::domain_to_ascii(typed).map_err(|_| FieldError::NotADomainName)?;
        if ascii.len() > DOMAIN_NAME_MAX {
            return Err(FieldError::DomainNameTooLong);
        }
        let labels: Vec<&str> = ascii.split('.').collect();
        let last_is_number = labels.last().is_some_and(|label| label.bytes().all(|b| b.is_ascii_digit()));
        if labels.len() < 2 || last_is_number || !labels.iter().all(|label| is_label(label)) {
            return Err(FieldError::NotADomainName);
        }
        let name = Self(ascii);
        for label in name.unicode().split('.').filter(|label| !label.is_ascii()) {
            check_label(label)?;
            if label.starts_with('-') || label.ends_with('-') {
                return Err(FieldError::NotADomainName);
            }
        }
        Ok(name)
    }

    /// Parses what was typed or pasted where a domain name is asked for.
    ///
    /// # Errors
    /// As [`Self::parse`]; for the address of a page or a person, the domain in it.
    pub fn parse_pasted(typed: &str) -> Result<Self, FieldError> {
        let parsed = Self::parse(typed);
        match Self::in_address(typed) {
            Some(name) if parsed.as_ref() != Ok(&name) => Err(FieldError::DidYouMean { domain: name.unicode() }),
            _ => parsed,
        }
    }

    /// The domain in the address of a page or a person, without `www.`.
    fn in_address(typed: &str) -> Option<Self> {
        let bare = bare(typed).replace('\\', "/");
        let address = bare.split_once("//").map_or(bare.as_str(), |(_, rest)| rest);
        let host = address.split(['/', '?', '#']).next()?.rsplit('@').next()?;
        let host = host.split_once(':').map_or(host, |(host, _)| host);
        let rest = host.split_at_checked(4).filter(|(www, _)| www.eq_ignore_ascii_case("www."));
        Self::parse(rest.map_or(host, |(_, rest)| rest)).ok()
    }

    /// The ASCII form.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The Unicode form: `orléans.fr` for `xn--orlans-dva.fr`.
    pub fn unicode(&self) -> String {
        idna::domain_to_unicode(&self.0).0
    }

    /// Whether the Unicode form differs from the ASCII form.
    pub fn is_internationalised(&self) -> bool {
        self.unicode() != self.0
    }

    /// Whether `other` is this domain or a subdomain of it.
    pub fn contains(&self, other: &Self) -> bool {
        other == self || other.0.strip_suffix(&self.0).is_some_and(|subdomain| subdomain.ends_with('.'))
    }
}

impl fmt::Display for DomainName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// The host of an address as people read it: `orléans.fr` for `xn--orlans-dva.fr`. A name that mixes scripts, or
/// has a character that no name may have, stays as it is.
pub fn shown_host(host: &str) -> String {
    DomainName::parse(host).map_or_else(|_| host.to_owned(), |name| name.unicode())
}

#[cfg(test)]
mod tests {
    use super::DomainName;
    use crate::model::field_error::FieldError;

    #[test]
    fn domains_are_read_as_people_type_them() {
        let read = |typed: &str| DomainName::parse(typed).map(|name| name.to_string());
        assert_eq!(read(" Ville.FR. "), Ok("ville.fr".into()));
        assert_eq!(read("Orléans.fr"), Ok("xn--orlans-dva.fr".into()));
        assert_eq!(read("a-b.c1.fr"), Ok("a-b.c1.fr".into()));
        assert_eq!(read("   "), Err(FieldError::Required));
        let long = format!("{}.fr", vec!["a".repeat(49); 4].join("."));
        assert_eq!(read(&long), Err(FieldError::DomainNameTooLong));
    }

    #[test]
    fn odd_domains_are_refused() {
        for odd in [
            "fr",
            "..",
            ".",
            "ville..fr",
            "ville.fr..",
            "-a.fr",
            "a-.fr",
            "a_b.fr",
            "ville.12",
            "vi lle.fr",
            "ville.fr/x",
            "ville%2e.fr",
            "ville\n.fr",
            "a\\b.fr",
            "ville.fr?x",
            "ville.fr#x",
            "xn--\u{e9}.fr",
            "192.0.2.1",
            "ville.fr:80",
            "é@ville.fr",
            "ville.f\u{0}r",
            "orléans-.fr",
            "-orléans.fr",
            "or--léans.fr",
            "xn--a.fr",
        ] {
            assert_eq!(DomainName::parse(odd), Err(FieldError::NotADomainName), "{odd:?}");
        }
        let label = format!("{}.fr", "a".repeat(64));
        assert!(DomainName::parse(&label).is_err());
    }

    #[test]
    fn every_dash_is_a_hyphen_and_other_symbols_are_named() {
        let read = |typed: &str| DomainName::parse(typed).map(|name| name.to_string());
        for dash in ['-', '–', '—', '\u{2010}', '\u{2011}', '\u{2212}', '\u{ff0d}'] {
            assert_eq!(read(&format!("saint{dash}denis.fr")), Ok("saint-denis.fr".into()), "{dash:?}");
        }
        assert_eq!(read("L\u{2011}Haÿ–les–Roses.fr"), Ok("xn--l-ha-les-roses-ttb.fr".into()));
        assert_eq!(read("\u{feff}ｖｉｌｌｅ。fr"), Ok("ville.fr".into()));
        assert_eq!(read("straße.de"), Ok("xn--strae-oqa.de".into()));
        for (typed, c) in [
            ("l’haÿ-les-roses.fr", '’'),
            ("l'hay-les-roses.fr", '\''),
            ("lʼhaÿ.fr", 'ʼ'),
            ("i♥mail.fr", '♥'),
            ("été.caf☕.fr", '☕'),
            ("100€.fr", '€'),
            ("pa·lais.fr", '·'),
        ] {
            assert_eq!(read(typed), Err(FieldError::DomainCharacter(c)), "{typed}");
        }
        for mixed in ["vіlle.fr", "mairie.vіlle.fr", "xn--vlle-w3e.fr"] {
            assert_eq!(read(mixed), Err(FieldError::DomainMixesScripts), "{mixed}");
        }
        assert!(read("москва.ville.fr").is_ok(), "each label has one script");
    }

    #[test]
    fn what_is_pasted_instead_of_a_domain_is_understood() {
        let read = |typed: &str| DomainName::parse_pasted(typed).map(|name| name.to_string());
        for typed in ["ma-commune.fr", " MA-COMMUNE.fr. ", "ma–commune.fr"] {
            assert_eq!(read(typed), Ok("ma-commune.fr".into()), "{typed}");
        }
        for typed in [
            "https://ma-commune.fr",
            "HTTP://www.ma-commune.fr/accueil?x=1#y",
            "www.ma-commune.fr",
            "WWW.Ma-Commune.fr",
            "ma-commune.fr/",
            "//ma-commune.fr/x",
            "https://ma-commune.fr:8443/",
            "contact@ma-commune.fr",
            "@ma-commune.fr",
            "mailto:contact@ma-commune.fr",
            "Mairie <contact@ma-commune.fr>",
            "ftp://user:secret@ma-commune.fr/pub",
            "https:\\\\ma-commune.fr\\x",
        ] {
            let asked = FieldError::DidYouMean { domain: "ma-commune.fr".into() };
            assert_eq!(read(typed), Err(asked), "{typed}");
        }
        assert_eq!(read("https://www.Orléans.fr/"), Err(FieldError::DidYouMean { domain: "orléans.fr".into() }));
        assert_eq!(read("www.fr"), Ok("www.fr".into()));
        for odd in ["https://", "a@b", "http://fr/ville.fr", "vi lle.fr", "../ville.fr"] {
            assert_eq!(read(odd), Err(FieldError::NotADomainName), "{odd}");
        }
        assert_eq!(read(" "), Err(FieldError::Required));
    }

    #[test]
    fn a_domain_contains_itself_and_what_lies_below() {
        let ville = DomainName::parse("ville.fr").expect("a name");
        let read = |typed: &str| DomainName::parse(typed).expect("a name");
        assert!(ville.contains(&read("ville.fr")));
        assert!(ville.contains(&read("mairie.ville.fr")));
        assert!(!ville.contains(&read("belleville.fr")));
    }
}
