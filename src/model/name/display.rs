//! The display name, which Open-XChange shows and which is unique in a context: how it is made, sent and compared.

use unicode_normalization::UnicodeNormalization;

use crate::model::text::{folded, is_apostrophe};

/// The name that Open-XChange shows, which is unique in a context: first and last name joined.
pub fn display_name(first: &str, last: &str) -> String {
    format!("{first} {last}")
}

/// A name as it is sent to dimail: in NFC, with every apostrophe as the typographic one. The server of
/// 2024 passes names to a shell, where a straight apostrophe ends the quoting.
pub fn sent_name(name: &str) -> String {
    name.nfc().map(|c| if is_apostrophe(c) { '\u{2019}' } else { c }).collect()
}

/// The form in which two display names are compared: folded, in Unicode lower case.
pub fn display_key(display_name: &str) -> String {
    folded(display_name)
}

/// The names of an Open-XChange user; empty if dimail does not return them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KnownNames {
    /// The first name.
    pub given: String,
    /// The last name.
    pub sur: String,
    /// The name that is unique in the context.
    pub display: String,
}

impl KnownNames {
    /// Whether they are equal to these names as they are sent. A name that dimail does not return is
    /// not compared, but it must return at least one.
    pub fn are(&self, first: &str, last: &str) -> bool {
        let same = |shown: &str, own: &str| sent_name(shown) == sent_name(own);
        let parts_told = !(self.given.is_empty() && self.sur.is_empty());
        let display_told = !self.display.is_empty();
        let parts_agree = same(&self.given, first) && same(&self.sur, last);
        let display_agrees = display_key(&self.display) == display_key(&display_name(first, last));
        (parts_told || display_told) && (!parts_told || parts_agree) && (!display_told || display_agrees)
    }
}

#[cfg(test)]
mod tests {
    use super::display_key;

    #[test]
    fn names_are_compared_after_folding() {
        assert_eq!(display_key("Jean\u{a0}\u{a0}Paul  D'ARC"), display_key("jean paul d’arc"));
        assert_eq!(display_key("Jean\u{2011}Luc Ａ"), display_key("Jean-Luc a"));
        assert_ne!(display_key("Zoé"), display_key("Zoe"));
    }
}
