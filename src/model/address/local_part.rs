//! The local part of a mailbox or an alias.

use std::fmt;

use super::domain_name::DomainName;
use super::has_hidden;
use crate::model::field_error::FieldError;
use crate::model::text::cleaned;
use crate::model::typed_address::bare;

/// The longest local part, in characters (RFC 5321, 4.5.3.1.1).
pub const LOCAL_PART_MAX: usize = 64;

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
        format!("{}@{domain}", self.0)
    }

    /// The whole address as people read it: `jean@orléans.fr`.
    pub fn shown_at(&self, domain: &DomainName) -> String {
        format!("{}@{}", self.0, domain.unicode())
    }
}

impl fmt::Display for LocalPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_local_byte(b: u8) -> bool {
    b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'_' | b'-')
}

/// A local part without `+…`.
pub(super) fn without_tag(local: &str) -> &str {
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

#[cfg(test)]
mod tests {
    use super::{LocalPart, local_part_in};
    use crate::model::address::{DomainName, EmailAddress};
    use crate::model::field_error::FieldError;

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
}
