//! Names that are sent to dimail: domain, local part, email address. Each can only be created by
//! parsing.

use std::fmt;

use super::field_error::FieldError;
use super::idna2008::check_label;
use super::text::{cleaned, is_apostrophe, is_invisible};
use super::typed_address::bare;

/// The longest domain name that dimail accepts, in characters; dimail of 2024 answers 500 to longer ones.
pub const DOMAIN_NAME_MAX: usize = 200;
/// The longest local part, in characters (RFC 5321, 4.5.3.1.1).
pub const LOCAL_PART_MAX: usize = 64;
/// The longest email address, in characters (RFC 5321, 4.5.3.1.3 less the brackets).
pub const EMAIL_MAX: usize = 254;

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

/// The host of an address as people read it: `orléans.fr` for `xn--orlans-dva.fr`. A name that mixes scripts, or
/// has a character that no name may have, stays as it is.
pub fn shown_host(host: &str) -> String {
    DomainName::parse(host).map_or_else(|_| host.to_owned(), |name| name.unicode())
}

/// An address as people read it; a text that is none stays as it is.
pub fn shown_address(address: &str) -> String {
    address.rsplit_once('@').map_or_else(|| address.to_owned(), |(local, host)| format!("{local}@{}", shown_host(host)))
}

fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

impl fmt::Display for DomainName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The part before the `@` of a mailbox or an alias: `a-z 0-9 . _ -`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LocalPart(String);

impl LocalPart {
    /// Parses a local part as people type it; capitals are converted to lower case, dashes to hyphens.
    ///
    /// # Errors
    /// The field error, if it has other characters, misplaced dots, or is a reserved name.
    pub fn parse(typed: &str) -> Result<Self, FieldError> {
        let text = cleaned(typed).to_ascii_lowercase();
        if text.is_empty() {
            return Err(FieldError::Required);
        }
        if text.chars().count() > LOCAL_PART_MAX {
            return Err(FieldError::TooLong(LOCAL_PART_MAX));
        }
        if has_hidden(&text) {
            return Err(FieldError::InvisibleCharacters);
        }
        if !text.bytes().all(is_local_byte) {
            return Err(FieldError::LocalPartCharacters);
        }
        if text.starts_with('.') || text.ends_with('.') || text.contains("..") {
            return Err(FieldError::LocalPartDots);
        }
        // dimail: `oxadmin` is each context's technical user, `all` means every destination.
        if text == "oxadmin" || text == "all" {
            return Err(FieldError::LocalPartReserved);
        }
        Ok(Self(text))
    }

    /// Parses the local part of an address of `domain` as people type and paste it: alone, or the whole address.
    ///
    /// # Errors
    /// As [`Self::parse`]; if the address is in another domain, that.
    pub fn parse_in(typed: &str, domain: &DomainName) -> Result<Self, FieldError> {
        let bare = bare(typed);
        let Some((local, host)) = bare.rsplit_once('@') else { return Self::parse(typed) };
        match DomainName::parse(host) {
            Ok(host) if host == *domain => Self::parse(local),
            Ok(host) => Err(FieldError::InOtherDomain { typed: host.unicode(), domain: domain.unicode() }),
            Err(_) => Self::parse(typed),
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The whole address in `domain`.
    pub fn at(&self, domain: &DomainName) -> String {
        format!("{}@{}", self.0, domain.0)
    }

    /// The whole address as people read it: `jean@orléans.fr`.
    pub fn shown_at(&self, domain: &DomainName) -> String {
        format!("{}@{}", self.0, domain.unicode())
    }
}

fn is_local_byte(b: u8) -> bool {
    b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'_' | b'-')
}

impl fmt::Display for LocalPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An address to which emails can be sent. The domain is in ASCII and lower case, the
/// local part as typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmailAddress {
    local: String,
    domain: DomainName,
}

impl EmailAddress {
    /// Parses an address as people type and paste it: also `Name <a@b>` and `mailto:a@b`.
    ///
    /// # Errors
    /// The field error, if it is not an address, or is too long.
    pub fn parse(typed: &str) -> Result<Self, FieldError> {
        let typed = bare(typed);
        if typed.is_empty() {
            return Err(FieldError::Required);
        }
        if typed.chars().count() > EMAIL_MAX {
            return Err(FieldError::TooLong(EMAIL_MAX));
        }
        if has_hidden(&typed) {
            return Err(FieldError::InvisibleCharacters);
        }
        let (local, domain_as_typed) = typed.rsplit_once('@').ok_or(FieldError::NotAnAddress)?;
        let domain = DomainName::parse(domain_as_typed).map_err(|_| FieldError::NotAnAddress)?;
        // A final dot or surrounding spaces are accepted in a domain, but not inside an address.
        let odd = domain_as_typed.ends_with('.') || domain_as_typed.starts_with(char::is_whitespace);
        if odd || !is_mail_local(local) {
            return Err(FieldError::NotAnAddress);
        }
        Ok(Self { local: local.to_owned(), domain })
    }

    /// Its domain.
    pub fn domain(&self) -> &DomainName {
        &self.domain
    }

    /// The form in which two addresses are compared: lower case, ASCII domain.
    pub fn key(&self) -> String {
        format!("{}@{}", self.local.to_lowercase(), self.domain)
    }

    /// The key without `+…`: emails to `jean+portail@ville.fr` arrive at `jean@ville.fr`.
    pub fn base_key(&self) -> String {
        let local = self.local.to_lowercase();
        format!("{}@{}", without_tag(&local), self.domain)
    }
}

/// A local part without `+…`.
fn without_tag(local: &str) -> &str {
    match local.split_once('+') {
        Some((base, _)) if !base.is_empty() => base,
        _ => local,
    }
}

/// The local part of `domain` at which emails to this address arrive, in any case and with `+…`; `None`
/// if it is in another domain, or no mailbox and no alias can have it.
pub fn local_part_in(address: &str, domain: &DomainName) -> Option<LocalPart> {
    let (local, host) = address.rsplit_once('@')?;
    if host.eq_ignore_ascii_case(domain.as_str()) { LocalPart::parse(without_tag(local)).ok() } else { None }
}

/// Whether the text has invisible characters other than control characters: people see the effect of those.
fn has_hidden(text: &str) -> bool {
    text.chars().any(|c| is_invisible(c) && !c.is_control())
}

/// RFC 5322 dot-atom, ASCII only: quoted forms are valid but break mail clients.
fn is_mail_local(local: &str) -> bool {
    (1..=LOCAL_PART_MAX).contains(&local.len())
        && local.split('.').all(|atom| !atom.is_empty())
        && local.bytes().all(|b| b.is_ascii_alphanumeric() || b".!#$%&'*+-/=?^_`{|}~".contains(&b))
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.local, self.domain)
    }
}

#[cfg(test)]
mod tests {
    use super::{DomainName, EmailAddress, LocalPart, local_part_in};
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
            "192.168.1.1",
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

    #[test]
    fn local_parts_keep_to_the_rule() {
        let read = |typed: &str| LocalPart::parse(typed).map(|part| part.to_string());
        assert_eq!(read(" Jean.Dupont_1-x "), Ok("jean.dupont_1-x".into()));
        assert_eq!(read("\u{feff}Jean\u{2011}Luc–x\u{200b}"), Ok("jean-luc-x".into()));
        for hidden in ["\u{202e}jean", "je\u{200b}an", "jean\u{ad}luc"] {
            assert_eq!(read(hidden), Err(FieldError::InvisibleCharacters), "{hidden:?}");
        }
        for odd in ["jean dupont", "jéan", "a/b", "a%2fb", "a@b", "a\nb", "a\\b", "ａ"] {
            assert_eq!(read(odd), Err(FieldError::LocalPartCharacters), "{odd:?}");
        }
        for odd in [".", "..", ".a", "a.", "a..b"] {
            assert_eq!(read(odd), Err(FieldError::LocalPartDots), "{odd:?}");
        }
        for kept in ["oxadmin", "OXADMIN", "all"] {
            assert_eq!(read(kept), Err(FieldError::LocalPartReserved), "{kept:?}");
        }
        assert_eq!(read(&"a".repeat(65)), Err(FieldError::TooLong(64)));
    }

    #[test]
    fn emails_arrive_at_the_address_without_its_tag() {
        let ville = DomainName::parse("ville.fr").expect("a name");
        let arrives = |typed: &str| local_part_in(typed, &ville).map(|part| part.to_string());
        for typed in ["jean@ville.fr", "Jean+portail@Ville.fr", "jean+a+b@ville.fr"] {
            assert_eq!(arrives(typed), Some("jean".into()), "{typed}");
            assert_eq!(EmailAddress::parse(typed).expect("an address").base_key(), "jean@ville.fr");
        }
        for typed in ["jean@autre.fr", "+portail@ville.fr", "jean!@ville.fr", "oxadmin@ville.fr", "jean"] {
            assert_eq!(arrives(typed), None, "{typed}");
        }
        assert_eq!(EmailAddress::parse("+a@ville.fr").expect("an address").base_key(), "+a@ville.fr");
    }

    #[test]
    fn addresses_compare_without_case() {
        let read = |typed: &str| EmailAddress::parse(typed).map(|address| address.key());
        assert_eq!(read(" Anna@Ville.FR "), Ok("anna@ville.fr".into()));
        assert_eq!(read("anna@Orléans.fr"), Ok("anna@xn--orlans-dva.fr".into()));
        assert_eq!(read("\u{feff}Anna Martin <mailto:Anna@Ville.fr>"), Ok("anna@ville.fr".into()));
        assert_eq!(read("jean\u{2011}luc@saint–denis.fr"), Ok("jean-luc@saint-denis.fr".into()));
        assert_eq!(read("an\u{200b}na@ville.fr"), Err(FieldError::InvisibleCharacters));
        assert_eq!(read("anna@vi\u{ad}lle.fr"), Err(FieldError::InvisibleCharacters));
        for odd in [
            "anna",
            "anna@",
            "@ville.fr",
            "an na@ville.fr",
            "anna@ville",
            "anna@@ville.fr",
            "anna@ville.fr.",
            "anna@ ville.fr",
            "\"a b\"@ville.fr",
            ".a@ville.fr",
            "a..b@ville.fr",
            "anna@ville.fr\nBcc: x@y.fr",
            "Anna anna@ville.fr",
            "b@ville.fr, Anna <anna@ville.fr>",
            "anna@ville.fr,b@ville.fr",
        ] {
            assert_eq!(read(odd), Err(FieldError::NotAnAddress), "{odd:?}");
        }
    }
}
