//! A first or last name, as people type it, as dimail has it, and as an email shows it.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::model::field_error::FieldError;
use crate::model::text::{cleaned, is_invisible, is_joiner, plain};

/// The longest first or last name, in characters.
pub const NAME_MAX: usize = 100;

/// The longest name in an email, in characters.
const EMAIL_NAME_MAX: usize = 60;

/// A first or last name: trimmed, in NFC, with plain spaces and hyphens, without invisible characters, and
/// with a letter or digit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonName(String);

impl PersonName {
    /// Parses a name as people type it.
    ///
    /// # Errors
    /// The field error, if it is empty, too long, contains invisible characters or an address, or no letter
    /// or digit.
    pub fn parse(typed: &str) -> Result<Self, FieldError> {
        let name = cleaned(typed);
        if name.is_empty() {
            return Err(FieldError::Required);
        }
        if name.chars().count() > NAME_MAX {
            return Err(FieldError::TooLong(NAME_MAX));
        }
        // Also at an end, where another name could be hidden: the person sees what is stored.
        if has_invisible(typed.trim()) {
            return Err(FieldError::InvisibleCharacters);
        }
        if has_address(&name) {
            return Err(FieldError::NameWithAddress);
        }
        if !name.contains(char::is_alphanumeric) {
            return Err(FieldError::NameWithoutLetter);
        }
        Ok(Self(name))
    }

    /// Parses a name that stood in the form as `before`: not changed, it is kept as it is, even if the rules
    /// for new names refuse it.
    pub fn parse_or_keep(typed: &str, before: &str) -> Result<Self, FieldError> {
        let is_kept = !before.trim().is_empty() && typed.trim() == before.trim();
        if is_kept { Ok(Self(before.to_owned())) } else { Self::parse(typed) }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether a name has invisible characters. Joiners are allowed behind the letters that need them.
fn has_invisible(name: &str) -> bool {
    let joins = |c: char| c >= '\u{600}' && (c.is_alphabetic() || is_combining_mark(c));
    let before = std::iter::once(None).chain(name.chars().map(Some));
    before.zip(name.chars()).any(|(before, c)| is_invisible(c) && !(is_joiner(c) && before.is_some_and(joins)))
}

/// Whether a name has a part of an address of the web or of email, or what could be markup.
fn has_address(name: &str) -> bool {
    let name = plain(name).to_lowercase();
    name.contains(['<', '>', '@']) || name.contains("://") || name.contains("www.")
}

/// Whether a word looks like `exemple.fr` or `exemple.fr/aide`.
fn is_host(word: &str) -> bool {
    let host = word.split(['/', '?', '#', ':']).next().unwrap_or_default().trim_end_matches(['.', ',', '!', ')']);
    let end = host.rsplit_once('.').map_or("", |(_, end)| end);
    end.len() > 1 && end.bytes().all(|b| b.is_ascii_lowercase())
}

/// A name of dimail, which is kept as it is there, but without control and invisible characters, and cut.
pub fn imported(name: &str, longest: usize) -> String {
    let kept = name.nfc().filter(|c| !is_invisible(*c) || is_joiner(*c)).take(longest).collect::<String>();
    if kept.contains(|c: char| !c.is_whitespace() && !is_joiner(c)) { kept.trim().to_owned() } else { String::new() }
}

/// A name for an email in the name of the portal: plain text of 60 characters at most, without words that
/// a mail program could make a link of. It may be empty.
pub fn in_email(name: &str) -> String {
    let visible: String =
        cleaned(name).chars().map(|c| if is_invisible(c) && !is_joiner(c) { ' ' } else { c }).collect();
    let words: Vec<&str> = visible.split_whitespace().filter(|word| !has_address(word) && !is_host(word)).collect();
    let name = words.join(" ");
    if name.chars().count() <= EMAIL_NAME_MAX {
        return name;
    }
    let start: String = name.chars().take(EMAIL_NAME_MAX - 1).collect();
    format!("{}…", start.trim_end())
}

#[cfg(test)]
mod tests {
    use super::{PersonName, in_email};
    use crate::model::field_error::FieldError;

    fn read(typed: &str) -> Result<String, FieldError> {
        PersonName::parse(typed).map(|name| name.as_str().to_owned())
    }

    #[test]
    fn names_lose_spaces_and_keep_their_accents() {
        assert_eq!(read(" Zoe\u{301} "), Ok("Zo\u{e9}".into()));
        assert_eq!(read("\u{3000}Jean\u{a0} Paul–Marie\u{2009}"), Ok("Jean Paul-Marie".into()));
        assert_eq!(read("محمد"), Ok("محمد".into()));
        assert_eq!(read("علی\u{200c}رضا"), Ok("علی\u{200c}رضا".into()));
        assert_eq!(read("D’Arc (3) & fils, n° 2"), Ok("D’Arc (3) & fils, n° 2".into()));
        assert_eq!(read(&"é".repeat(100)).map(|n| n.chars().count()), Ok(100));
        assert_eq!(read(&"é".repeat(101)), Err(FieldError::TooLong(100)));
    }

    #[test]
    fn names_are_visible_and_no_addresses() {
        for empty in
            ["", "\t", "\u{200b}\u{2060}", "\u{3164}", "\u{2800}\u{ad}", "\u{200d}", "\u{fe0f}\u{a0}", "\u{e0001}"]
        {
            assert_eq!(read(empty), Err(FieldError::Required), "{empty:?}");
        }
        for hidden in [
            "a\nb",
            "a\u{202e}b",
            "\u{202e}b",
            "Je\u{200b}an",
            "Jean\u{200b}",
            "\u{feff}Jean",
            "Jean\u{200d}x",
            "a\u{ad}b",
            "a\u{fe0f}b",
            "a\u{115f}b",
            "a\u{e0041}b",
        ] {
            assert_eq!(read(hidden), Err(FieldError::InvisibleCharacters), "{hidden:?}");
        }
        for address in
            ["<b>", "a>b", "jean@ville", "voir https://x", "www.x", "WWW.x", "ＷＷＷ．x", "a＠b", "ici ：//x", "＜b"]
        {
            assert_eq!(read(address), Err(FieldError::NameWithAddress), "{address:?}");
        }
        for dots in ["-", "…", "'", "۞", "–––", "★"] {
            assert_eq!(read(dots), Err(FieldError::NameWithoutLetter), "{dots:?}");
        }
    }

    #[test]
    fn what_stands_and_is_not_changed_is_kept() {
        let long = "x".repeat(150);
        for old in ["a@b", "Jean  Paul", "–", "a\u{200b}b", long.as_str()] {
            let kept = PersonName::parse_or_keep(old, old).map(|name| name.as_str().to_owned());
            assert_eq!(kept, Ok(old.to_owned()));
        }
        assert!(PersonName::parse_or_keep("a@c", "a@b").is_err());
        assert_eq!(PersonName::parse_or_keep("", ""), Err(FieldError::Required));
    }

    #[test]
    fn names_in_emails_are_short_and_no_links() {
        assert_eq!(in_email("Jean  Dupont"), "Jean Dupont");
        let spam = "Votre mot de passe expire. Connectez-vous ici : https://exemple.test/ www.exemple.test";
        assert_eq!(in_email(spam), "Votre mot de passe expire. Connectez-vous ici :");
        assert_eq!(in_email("a\r\nBcc:\u{202e}x@y.fr b"), "a Bcc: b");
        assert_eq!(in_email("Prix gratuit sur bit.ly/x exemple.fr J.R.R. St.Jean"), "Prix gratuit sur J.R.R. St.Jean");
        let long = in_email(&"ab ".repeat(40));
        assert!(long.chars().count() <= 60 && long.ends_with('…'), "{long}");
        assert_eq!(in_email("https://x"), "");
    }
}
