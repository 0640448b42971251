//! An address to which emails can be sent.

use std::fmt;

use super::domain_name::{DomainName, shown_host};
use super::has_hidden;
use super::local_part::{LOCAL_PART_MAX, without_tag};
use crate::model::field_error::FieldError;
use crate::model::typed_address::bare;

/// The longest email address, in characters (RFC 5321, 4.5.3.1.3 less the brackets).
pub const EMAIL_MAX: usize = 254;

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

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.local, self.domain)
    }
}

/// RFC 5322 dot-atom, ASCII only: quoted forms are valid but break mail clients.
fn is_mail_local(local: &str) -> bool {
    (1..=LOCAL_PART_MAX).contains(&local.len())
        && local.split('.').all(|atom| !atom.is_empty())
        && local.bytes().all(|b| b.is_ascii_alphanumeric() || b".!#$%&'*+-/=?^_`{|}~".contains(&b))
}

/// An address as people read it; a text that is none stays as it is.
pub fn shown_address(address: &str) -> String {
    address.rsplit_once('@').map_or_else(|| address.to_owned(), |(local, host)| format!("{local}@{}", shown_host(host)))
}

#[cfg(test)]
mod tests {
    use super::EmailAddress;
    use crate::model::field_error::FieldError;

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
