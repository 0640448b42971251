//! Names of persons, and normalised text for searches.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::address::{DomainName, LOCAL_PART_MAX, LocalPart};
use super::field_error::FieldError;

/// The longest first or last name, in characters.
pub const NAME_MAX: usize = 200;

/// A first or last name: trimmed, in NFC, without control characters, and with a visible character.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonName(String);

impl PersonName {
    /// Parses a name as people type it.
    ///
    /// # Errors
    /// The field error, if it is empty, too long, or contains control characters.
    pub fn parse(typed: &str) -> Result<Self, FieldError> {
        let name: String = typed.trim().nfc().collect();
        if name.chars().all(|c| matches!(c, '\u{200c}' | '\u{200d}')) {
            return Err(FieldError::Required);
        }
        if name.chars().count() > NAME_MAX {
            return Err(FieldError::TooLong(NAME_MAX));
        }
        if name.chars().any(steers) {
            return Err(FieldError::ControlCharacters);
        }
        Ok(Self(name))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether a character is not allowed in names: control characters, line separators, marks that change
/// the direction of a whole text, and invisible ones (with them a name could imitate another one or
/// look empty). The joiners of Persian, Indian scripts and emojis are allowed.
fn steers(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}' | '\u{2060}'..='\u{2064}')
        || matches!(c, '\u{2800}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}')
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The name that Open-XChange shows, which is unique in a context: first and last name joined.
#[must_use]
pub fn display_name(first: &str, last: &str) -> String {
    format!("{first} {last}")
}

/// A name as it is sent to dimail: in NFC, with every apostrophe as the typographic one. The server of
/// 2024 passes names to a shell, where a straight apostrophe ends the quoting.
#[must_use]
pub fn sent_name(name: &str) -> String {
    name.nfc().map(|c| if is_apostrophe(c) { '\u{2019}' } else { c }).collect()
}

/// Whether it is the straight apostrophe or a character typed instead of it.
fn is_apostrophe(c: char) -> bool {
    matches!(
        c,
        '\'' | '`' | '\u{b4}' | '\u{2b9}' | '\u{2bb}' | '\u{2bc}' | '\u{2018}' | '\u{201b}' | '\u{2032}' | '\u{ff07}'
    )
}

/// The form in which two display names are compared: as they are sent, in Unicode lower case.
#[must_use]
pub fn display_key(display_name: &str) -> String {
    sent_name(display_name).to_lowercase()
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
    #[must_use]
    pub fn are(&self, first: &str, last: &str) -> bool {
        let same = |shown: &str, own: &str| sent_name(shown) == sent_name(own);
        let parts_told = !(self.given.is_empty() && self.sur.is_empty());
        let display_told = !self.display.is_empty();
        let parts_agree = same(&self.given, first) && same(&self.sur, last);
        let display_agrees = display_key(&self.display) == display_key(&display_name(first, last));
        (parts_told || display_told) && (!parts_told || parts_agree) && (!display_told || display_agrees)
    }
}

/// The local part proposed for a person: `first.last`, without accents, other characters dropped;
/// `None` if nothing is left of both names.
#[must_use]
pub fn proposed_local_part(first: &str, last: &str) -> Option<LocalPart> {
    let parts: Vec<String> = [first, last]
        .iter()
        .map(|name| {
            let folded: String = latin(name).chars().filter(|c| is_proposable(*c)).collect();
            folded.trim_matches(['-', '_']).to_owned()
        })
        .filter(|part| !part.is_empty())
        .collect();
    let joined: String = parts.join(".").chars().take(LOCAL_PART_MAX).collect();
    LocalPart::parse(joined.trim_end_matches('.')).ok()
}

/// The `n`th alternative to `first`: `jean.dupont2`, `jean.dupont3` … within the allowed length.
#[must_use]
pub fn numbered(first: &LocalPart, n: usize) -> Option<LocalPart> {
    let number = n.to_string();
    let stem: String = first.as_str().chars().take(LOCAL_PART_MAX - number.len()).collect();
    LocalPart::parse(&format!("{}{number}", stem.trim_end_matches('.'))).ok()
}

fn is_proposable(c: char) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_'
}

/// Latin characters without their accents, in lower case; other scripts as they are.
fn latin(text: &str) -> String {
    text.nfc()
        .flat_map(|c| {
            let is_latin = c < '\u{250}' || ('\u{1e00}'..='\u{1eff}').contains(&c);
            let plain = if is_latin { deunicode::deunicode_char(c) } else { None };
            plain.map_or_else(|| c.to_string(), str::to_owned).chars().collect::<Vec<_>>()
        })
        .collect::<String>()
        .to_lowercase()
}

/// The normalised text for searches: folded, each run of other characters as one space, with a leading
/// space.
#[must_use]
pub fn search_text(texts: &[&str]) -> String {
    let mut folded = String::new();
    for text in texts {
        folded.push(' ');
        let plain = latin(text);
        let bare = plain.nfd().filter(|c| !is_combining_mark(*c));
        folded.extend(bare.map(|c| if c.is_alphanumeric() { c } else { ' ' }));
    }
    let words: Vec<&str> = folded.split_whitespace().collect();
    format!(" {}", words.join(" "))
}

/// How many words of a search are used; the others are ignored.
pub const SEARCH_TERMS: usize = 4;

/// The terms of a search, normalised as by [`search_text`]. They contain no `%` or `_`, so a `like`
/// pattern needs no escapes.
#[must_use]
pub fn search_terms(typed: &str) -> Vec<String> {
    let terms = typed.split_whitespace().map(|term| search_text(&[term])).filter(|term| !term.trim().is_empty());
    terms.take(SEARCH_TERMS).collect()
}

/// The text of a domain that a search is matched against.
#[must_use]
pub fn domain_search_text(name: &DomainName) -> String {
    search_text(&[name.as_str(), &name.unicode()])
}

#[cfg(test)]
mod tests {
    use super::{PersonName, numbered, proposed_local_part, search_terms, search_text};
    use crate::model::address::LocalPart;
    use crate::model::field_error::FieldError;

    #[test]
    fn names_lose_spaces_and_keep_their_accents() {
        let read = |typed: &str| PersonName::parse(typed).map(|name| name.as_str().to_owned());
        assert_eq!(read(" Zoe\u{301} "), Ok("Zo\u{e9}".into()));
        assert_eq!(read("محمد"), Ok("محمد".into()));
        assert_eq!(read("\t"), Err(FieldError::Required));
        assert_eq!(read("a\nb"), Err(FieldError::ControlCharacters));
        assert_eq!(read("a\u{202e}b"), Err(FieldError::ControlCharacters));
        assert_eq!(read(&"é".repeat(200)).map(|n| n.chars().count()), Ok(200));
        assert_eq!(read(&"é".repeat(201)), Err(FieldError::TooLong(200)));
    }

    #[test]
    fn local_parts_are_proposed_from_names() {
        let proposed = |first: &str, last: &str| proposed_local_part(first, last).map(|p| p.to_string());
        assert_eq!(proposed("Jean-Noël", "D'Ormesson"), Some("jean-noel.dormesson".into()));
        assert_eq!(proposed("Łukasz", "Œuvré ßon"), Some("lukasz.oeuvresson".into()));
        assert_eq!(proposed("محمد", "علي"), None);
        assert_eq!(proposed("محمد", "Ali"), Some("ali".into()));
        assert_eq!(proposed(&"a".repeat(200), "b").map(|p| p.len()), Some(64));
        assert_eq!(proposed("all", "۞"), None);
    }

    #[test]
    fn a_taken_local_part_gets_a_number() {
        let part = LocalPart::parse(&"a".repeat(64)).expect("a part");
        assert_eq!(numbered(&part, 12).map(|p| p.to_string()), Some(format!("{}12", "a".repeat(62))));
    }

    #[test]
    fn searches_fold_and_cut_into_words() {
        assert_eq!(search_text(&["jean.dupont@ville.fr", "Éloïse", "O'Neil"]), " jean dupont ville fr eloise o neil");
        assert_eq!(search_terms("Jean.Dup  É%  _"), [" jean dup", " e"]);
        assert_eq!(search_terms("a b c d e").len(), 4);
        assert_eq!(search_terms(" % "), Vec::<String>::new());
    }
}
