//! Names that are sent to dimail: domain, local part, e-mail address. Each can only be created by
//! parsing.

use std::fmt;

use super::field_error::FieldError;

/// The longest domain name that dimail accepts, in characters (dimail 2024: 200, more is a 500).
pub const DOMAIN_NAME_MAX: usize = 200;
/// The longest local part, in characters (RFC 5321, 4.5.3.1.1).
pub const LOCAL_PART_MAX: usize = 64;
/// The longest e-mail address, in characters (RFC 5321, 4.5.3.1.3 less the brackets).
pub const EMAIL_MAX: usize = 254;

/// A mail domain in ASCII form and lower case, such as `ville.fr` or `xn--orlans-dva.fr`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DomainName(String);

impl DomainName {
    /// Parses a domain as people type it: in any case, with a final dot, internationalised.
    ///
    /// # Errors
    /// The field error, if it is not a domain of at least two labels, or is too long.
    pub fn parse(typed: &str) -> Result<Self, FieldError> {
        let typed = typed.trim();
        if typed.is_empty() {
            return Err(FieldError::Required);
        }
        let typed = typed.strip_suffix('.').unwrap_or(typed);
        let ascii = idna::domain_to_ascii(typed).map_err(|_| FieldError::NotADomainName)?;
        if ascii.len() > DOMAIN_NAME_MAX {
            return Err(FieldError::DomainNameTooLong);
        }
        let labels: Vec<&str> = ascii.split('.').collect();
        let last_is_number = labels.last().is_some_and(|label| label.bytes().all(|b| b.is_ascii_digit()));
        if labels.len() < 2 || last_is_number || !labels.iter().all(|label| is_label(label)) {
            return Err(FieldError::NotADomainName);
        }
        Ok(Self(ascii))
    }

    /// The ASCII form.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The Unicode form: `orléans.fr` for `xn--orlans-dva.fr`.
    #[must_use]
    pub fn unicode(&self) -> String {
        idna::domain_to_unicode(&self.0).0
    }

    /// Whether the Unicode form differs from the ASCII form.
    #[must_use]
    pub fn is_internationalised(&self) -> bool {
        self.unicode() != self.0
    }

    /// Whether `other` is this domain or a subdomain of it.
    #[must_use]
    pub fn contains(&self, other: &Self) -> bool {
        other == self || other.0.strip_suffix(&self.0).is_some_and(|above| above.ends_with('.'))
    }
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
    /// Parses a local part as people type it; capitals are converted to lower case.
    ///
    /// # Errors
    /// The field error, if it has other characters, misplaced dots, or is a reserved name.
    pub fn parse(typed: &str) -> Result<Self, FieldError> {
        let text = typed.trim().to_ascii_lowercase();
        if text.is_empty() {
            return Err(FieldError::Required);
        }
        if text.chars().count() > LOCAL_PART_MAX {
            return Err(FieldError::TooLong(LOCAL_PART_MAX));
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

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The whole address in `domain`.
    #[must_use]
    pub fn at(&self, domain: &DomainName) -> String {
        format!("{}@{}", self.0, domain.0)
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

/// An e-mail address to which emails can be sent. The domain is in ASCII and lower case, the
/// local part as typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmailAddress {
    local: String,
    domain: DomainName,
}

impl EmailAddress {
    /// Parses an address.
    ///
    /// # Errors
    /// The field error, if it is not an address, or is too long.
    pub fn parse(typed: &str) -> Result<Self, FieldError> {
        let typed = typed.trim();
        if typed.is_empty() {
            return Err(FieldError::Required);
        }
        if typed.chars().count() > EMAIL_MAX {
            return Err(FieldError::TooLong(EMAIL_MAX));
        }
        let (local, domain) = typed.rsplit_once('@').ok_or(FieldError::NotAnAddress)?;
        let domain = DomainName::parse(domain).map_err(|_| FieldError::NotAnAddress)?;
        // A final dot or surrounding spaces are accepted in a domain, but not inside an address.
        let domain_as_typed = typed.rsplit('@').next().unwrap_or_default();
        let odd = domain_as_typed.ends_with('.') || domain_as_typed.starts_with(char::is_whitespace);
        if odd || !is_mail_local(local) {
            return Err(FieldError::NotAnAddress);
        }
        Ok(Self { local: local.to_owned(), domain })
    }

    /// Its domain.
    #[must_use]
    pub fn domain(&self) -> &DomainName {
        &self.domain
    }

    /// The form in which two addresses are compared: lower case, ASCII domain.
    #[must_use]
    pub fn key(&self) -> String {
        format!("{}@{}", self.local.to_lowercase(), self.domain)
    }
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
    use super::{DomainName, EmailAddress, LocalPart};
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
        ] {
            assert_eq!(DomainName::parse(odd), Err(FieldError::NotADomainName), "{odd:?}");
        }
        let label = format!("{}.fr", "a".repeat(64));
        assert!(DomainName::parse(&label).is_err());
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
        for odd in ["jean dupont", "jéan", "a/b", "a%2fb", "a@b", "a\nb", "\u{212a}evin", "a\\b"] {
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
    fn addresses_compare_without_case() {
        let read = |typed: &str| EmailAddress::parse(typed).map(|address| address.key());
        assert_eq!(read(" Anna@Ville.FR "), Ok("anna@ville.fr".into()));
        assert_eq!(read("anna@Orléans.fr"), Ok("anna@xn--orlans-dva.fr".into()));
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
            "Anna <anna@ville.fr>",
            "anna@ville.fr,b@ville.fr",
        ] {
            assert_eq!(read(odd), Err(FieldError::NotAnAddress), "{odd:?}");
        }
    }
}
