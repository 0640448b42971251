//! Domains and addresses as people read them.

use crate::i18n::Sentences;
use crate::model::DomainName;
use crate::model::address::shown_address;

/// The Unicode form: `orléans.fr` for `xn--orlans-dva.fr`.
pub(super) fn for_people(domain: &str) -> String {
    DomainName::parse(domain).map_or_else(|_| domain.to_owned(), |name| name.unicode())
}

/// The Unicode form, with the ASCII form if they differ.
pub(super) fn both_forms(s: Sentences, domain: &str) -> String {
    both(s, for_people(domain), domain)
}

/// An address with its domain in Unicode, and as it is typed into programs that know ASCII only.
pub(super) fn address_in_both_forms(s: Sentences, address: &str) -> String {
    both(s, shown_address(address), address)
}

fn both(s: Sentences, unicode: String, ascii: &str) -> String {
    if unicode == ascii { unicode } else { s.t2("email-domain-both-forms", "unicode", unicode, "ascii", ascii) }
}
