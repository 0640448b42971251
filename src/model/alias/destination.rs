//! A destination of an alias.

use crate::model::address::{DomainName, EmailAddress, LocalPart, local_part_in};
use crate::model::field_error::FieldError;
use crate::model::typed_address::bare;

/// The destination at which dimail discards messages.
pub const DISCARD: &str = "devnull@devnull";

/// A destination of an alias: an address, or discarding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination {
    text: String,
    key: String,
}

impl Destination {
    /// Parses a destination as people type it.
    ///
    /// # Errors
    /// The field error, if it is not an address. An address with `/`, `?` or `#` is refused, too:
    /// dimail would accept it, but could not be asked to remove it, because it is part of that
    /// request's path.
    pub fn parse(typed: &str) -> Result<Self, FieldError> {
        if bare(typed).eq_ignore_ascii_case(DISCARD) {
            return Ok(Self { text: DISCARD.to_owned(), key: DISCARD.to_owned() });
        }
        let email = EmailAddress::parse(typed)?;
        let text = email.to_string();
        if text.contains(['/', '?', '#']) {
            return Err(FieldError::NotAnAddress);
        }
        Ok(Self { key: email.key(), text })
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The form in which two destinations are compared.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Whether it is this destination, as dimail or a stored call has it.
    #[must_use]
    pub fn is(&self, other: &str) -> bool {
        other.to_lowercase() == self.key
    }

    /// Its local part without `+…`, if it is in this domain.
    #[must_use]
    pub fn local_part_in(&self, domain: &DomainName) -> Option<LocalPart> {
        local_part_in(&self.key, domain)
    }
}

#[cfg(test)]
mod tests {
    use super::{DISCARD, Destination};
    use crate::model::address::{DomainName, LocalPart};
    use crate::model::field_error::FieldError;

    #[test]
    fn destinations_are_addresses_or_nowhere() {
        let read = |typed: &str| Destination::parse(typed).map(|to| (to.as_str().to_owned(), to.key().to_owned()));
        assert_eq!(read(" Jean@Orléans.FR "), Ok(("Jean@xn--orlans-dva.fr".into(), "jean@xn--orlans-dva.fr".into())));
        assert_eq!(read("DevNull@DevNull"), Ok((DISCARD.into(), DISCARD.into())));
        for odd in ["all", "jean", "jean@ville", "a/b@ville.fr", "a?b@ville.fr", "a#b@ville.fr", "x@devnull"] {
            assert_eq!(read(odd), Err(FieldError::NotAnAddress), "{odd}");
        }
        let ville = DomainName::parse("ville.fr").expect("a name");
        let inside = |typed: &str| Destination::parse(typed).ok().and_then(|to| to.local_part_in(&ville));
        assert_eq!(inside("Jean@Ville.fr"), LocalPart::parse("jean").ok());
        assert_eq!(inside("jean@autre.fr"), None);
    }
}
