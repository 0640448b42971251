//! Names of persons, and normalised text for searches.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};
use unicode_script::{Script, UnicodeScript};

use super::address::{DomainName, LOCAL_PART_MAX, LocalPart};
use super::field_error::{FieldError, NameProposal};
use super::text::{cleaned, folded, is_apostrophe, is_invisible, is_joiner, plain};

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
    ///
    /// # Errors
    /// As [`Self::parse`].
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

/// Another last name for a person whose name is taken: the last name with `mark` behind it.
pub fn marked_last_name(last: &str, mark: &str) -> String {
    let room = NAME_MAX.saturating_sub(mark.chars().count() + 3);
    let kept: String = last.chars().take(room).collect();
    format!("{} ({mark})", kept.trim_end())
}

/// Proposes a name for a person whose name is taken: with the local part that the mailbox will have
/// (`is_new`) or has.
pub fn proposed_name(
    (first, last): (&str, &str),
    mark: &str,
    part: &LocalPart,
    domain: &DomainName,
    is_new: bool,
) -> NameProposal {
    let last_name = marked_last_name(last, mark);
    let local_part = is_new.then(|| part.to_string());
    NameProposal { name: display_name(first, &last_name), last_name, address: part.at(domain), local_part }
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

/// The local part proposed for a person: `first.last`, without accents, other characters dropped, or the
/// one that stands behind the last name as by [`marked_last_name`]; `None` if nothing is left of both names.
pub fn proposed_local_part(first: &str, last: &str) -> Option<LocalPart> {
    marked_local_part(first, last).or_else(|| joined_local_part(first, last))
}

/// The local part in the bracket behind a last name: `Robadey (alice.robadey2)`. It must begin as the one
/// that the names have without it, so that another name in a bracket stays a name: `Durand (Martin)`.
fn marked_local_part(first: &str, last: &str) -> Option<LocalPart> {
    let (name, mark) = last.trim_end().strip_suffix(')')?.rsplit_once('(')?;
    let own = joined_local_part(first, name)?;
    LocalPart::parse(mark).ok().filter(|part| part.as_str() == mark && mark.starts_with(own.as_str()))
}

/// Both names as one local part.
fn joined_local_part(first: &str, last: &str) -> Option<LocalPart> {
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
pub fn numbered(first: &LocalPart, n: usize) -> Option<LocalPart> {
    let number = n.to_string();
    let stem: String = first.as_str().chars().take(LOCAL_PART_MAX - number.len()).collect();
    LocalPart::parse(&format!("{}{number}", stem.trim_end_matches('.'))).ok()
}

fn is_proposable(c: char) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_'
}

/// Latin characters without their accents, in lower case, presentation forms as their letters; other
/// scripts as they are.
fn latin(text: &str) -> String {
    plain(text)
        .chars()
        .flat_map(|c| {
            let is_latin = c < '\u{250}' || c.script() == Script::Latin;
            let plain = if is_latin && !c.is_ascii() { deunicode::deunicode_char(c) } else { None };
            plain.map_or_else(|| c.to_string(), str::to_owned).chars().collect::<Vec<_>>()
        })
        .collect::<String>()
        .to_lowercase()
}

/// Whether it joins two letters of a word, as in `D'Arc`: an apostrophe, or a letter that is written like
/// one, as in `Teʻura`.
fn is_elision(c: char) -> bool {
    is_apostrophe(c) || (c < '\u{300}' && c.general_category() == GeneralCategory::ModifierLetter)
}

/// Folded text: each run of characters that are neither letters nor digits as one space.
fn words(text: &str) -> Vec<String> {
    let plain = latin(text);
    let bare = plain.nfd().filter(|c| !is_combining_mark(*c));
    let folded: String = bare.map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    folded.split_whitespace().map(str::to_owned).collect()
}

/// The normalised text for searches: folded words, with a leading space. A word with an apostrophe is found
/// by its parts, and as one word: `D'Arc` by `arc`, `d'arc` and `darc`.
pub fn search_text(texts: &[&str]) -> String {
    let mut found: Vec<String> = Vec::new();
    for word in texts.iter().flat_map(|text| text.split_whitespace()) {
        found.extend(words(&word.replace(is_elision, " ")));
        if word.contains(is_elision) {
            found.extend(words(&word.replace(is_elision, "")));
        }
    }
    format!(" {}", found.join(" "))
}

/// The key by which people are sorted as in a French directory: by family name, then by given name, without
/// accents and case, with hyphens as spaces and apostrophes dropped. Two spaces end the family name, so that
/// `Martin` sorts before `Martin Dupont`, whatever the given names.
pub fn directory_key(first: &str, last: &str) -> String {
    let key = |name: &str| words(&name.replace(is_elision, "")).join(" ");
    format!("{}  {}", key(last), key(first))
}

/// How many words of a search are used; the others are ignored.
pub const SEARCH_TERMS: usize = 4;

/// The terms of a search, normalised as by [`search_text`], words with an apostrophe as one. They contain no
/// `%` or `_`, so a `like` pattern needs no escapes.
pub fn search_terms(typed: &str) -> Vec<String> {
    let whole = typed.replace(is_elision, "");
    let terms = whole.split_whitespace().map(|term| format!(" {}", words(term).join(" ")));
    terms.filter(|term| !term.trim().is_empty()).take(SEARCH_TERMS).collect()
}

/// The key by which domains are sorted: as people read the name, without accents.
pub fn domain_key(name: &DomainName) -> String {
    latin(&name.unicode()).nfd().filter(|c| !is_combining_mark(*c)).collect()
}

/// The text of a domain that a search is matched against.
pub fn domain_search_text(name: &DomainName) -> String {
    search_text(&[name.as_str(), &name.unicode()])
}

#[cfg(test)]
mod tests {
    use super::{
        PersonName, directory_key, display_key, domain_key, in_email, marked_last_name, numbered, proposed_local_part,
        search_terms, search_text,
    };
    use crate::model::address::{DomainName, LocalPart};
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

    #[test]
    fn names_are_compared_after_folding() {
        assert_eq!(display_key("Jean\u{a0}\u{a0}Paul  D'ARC"), display_key("jean paul d’arc"));
        assert_eq!(display_key("Jean\u{2011}Luc Ａ"), display_key("Jean-Luc a"));
        assert_ne!(display_key("Zoé"), display_key("Zoe"));
    }

    #[test]
    fn people_are_sorted_as_in_a_directory() {
        let sorted = [
            ("Zoé", "Abel"),
            ("Jeanne", "d’Arc"),
            ("Louis", "Darcy"),
            ("Alice", "Étienne"),
            ("Ève", "Etienne"),
            ("Anne", "Le Roy"),
            ("Zoé", "Martin"),
            ("Alice", "Martin Dupont"),
            ("Bruno", "MARTIN-DURAND"),
        ];
        let mut people = sorted;
        people.reverse();
        people.sort_by_key(|(first, last)| directory_key(first, last));
        assert_eq!(people, sorted);
    }

    #[test]
    fn domains_are_sorted_as_they_are_read() {
        let key = |name: &str| domain_key(&DomainName::parse(name).expect("a name"));
        assert_eq!(key("Orléans-Métropole.fr"), "orleans-metropole.fr");
        assert_eq!(key("xn--orlans-dva.fr"), "orleans.fr");
        assert_eq!(key("ville.fr"), "ville.fr");
    }

    #[test]
    fn local_parts_are_proposed_from_names() {
        let proposed = |first: &str, last: &str| proposed_local_part(first, last).map(|p| p.to_string());
        assert_eq!(proposed("Jean-Noël", "D'Ormesson"), Some("jean-noel.dormesson".into()));
        assert_eq!(proposed("Łukasz", "Œuvré ßon"), Some("lukasz.oeuvresson".into()));
        assert_eq!(proposed("Soﬁa", "Steﬀens"), Some("sofia.steffens".into()));
        assert_eq!(proposed("Ａｌｉｃｅ", "Ｒｏｂａｄｅｙ"), Some("alice.robadey".into()));
        for hyphen in ['\u{2010}', '\u{2011}', '–', '—', '\u{2212}', '\u{ff0d}'] {
            assert_eq!(proposed(&format!("Jean{hyphen}Luc"), "X"), Some("jean-luc.x".into()), "{hyphen:?}");
        }
        assert_eq!(proposed("Teʻura", "Cʼhozh"), Some("teura.chozh".into()));
        assert_eq!(proposed("Đặng", "Nguyễn"), Some("dang.nguyen".into()));
        assert_eq!(proposed("Ɓala", "ŉĳ"), Some("bala.nij".into()));
        assert_eq!(proposed("İpek", "𝐒mith"), Some("ipek.smith".into()));
        assert_eq!(proposed("محمد", "علي"), None);
        assert_eq!(proposed("محمد", "Ali"), Some("ali".into()));
        assert_eq!(proposed(&"a".repeat(200), "b").map(|p| p.len()), Some(64));
        assert_eq!(proposed("all", "۞"), None);
    }

    #[test]
    fn a_marked_name_has_the_local_part_of_its_mark() {
        let proposed = |first: &str, last: &str| proposed_local_part(first, last).map(|p| p.to_string());
        for part in ["alice.robadey", "alice.robadey2", "alice.robadey13"] {
            assert_eq!(proposed("Alice", &marked_last_name("Robadey", part)), Some(part.into()));
        }
        let long = numbered(&LocalPart::parse(&"a".repeat(64)).expect("a part"), 2).expect("a part");
        let marked = marked_last_name(&"a".repeat(100), long.as_str());
        assert_eq!(proposed("۞", &marked), Some(long.to_string()));
        // Other brackets are part of the name.
        assert_eq!(proposed("Marie", "Durand (Martin)"), Some("marie.durandmartin".into()));
        assert_eq!(proposed("Alice", "Robadey (2)"), Some("alice.robadey2".into()));
        assert_eq!(proposed("Alice", "Robadey (alice)"), Some("alice.robadeyalice".into()));
        assert_eq!(proposed("Alice", "Robadey (Alice.Robadey2)"), Some("alice.robadeyalicerobadey2".into()));
        assert_eq!(proposed("Alice", "Robadey (alice.robadey@2)"), Some("alice.robadeyalicerobadey2".into()));
    }

    #[test]
    fn a_taken_local_part_gets_a_number() {
        let part = LocalPart::parse(&"a".repeat(64)).expect("a part");
        assert_eq!(numbered(&part, 12).map(|p| p.to_string()), Some(format!("{}12", "a".repeat(62))));
    }

    #[test]
    fn a_taken_name_gets_a_mark_within_its_length() {
        assert_eq!(marked_last_name("Robadey", "alice.robadey2"), "Robadey (alice.robadey2)");
        let long = marked_last_name(&"é".repeat(100), "alice");
        assert_eq!((long.chars().count(), read(&long).is_ok()), (100, true));
    }

    #[test]
    fn searches_fold_and_cut_into_words() {
        let found = search_text(&["jean.dupont@ville.fr", "Éloïse", "O'Neil"]);
        assert_eq!(found, " jean dupont ville fr eloise o neil oneil");
        assert_eq!(search_terms("Jean.Dup  É%  _"), [" jean dup", " e"]);
        assert_eq!(search_terms("a b c d e").len(), 4);
        assert_eq!(search_terms(" % ' "), Vec::<String>::new());
    }

    #[test]
    fn searches_find_words_with_apostrophes_in_each_spelling() {
        for (name, searches) in [
            ("D'Arc", ["darc", "d'arc", "d’arc", "arc", "d", "DʼA"]),
            ("D’Arc", ["darc", "d'arc", "d`arc", "Arc", "dar", "d´arc"]),
            ("Teʻura", ["teura", "te'ura", "te’ura", "teʻu", "TEURA", "teu"]),
            ("Cʼhozh", ["chozh", "c'hozh", "c’hozh", "cʼhozh", "hozh", "CH"]),
            ("L'Haÿ-les-Roses", ["lhay", "hay", "roses", "l'hay", "l'haÿ-les", "lhay-les-ros"]),
            ("Soﬁa", ["sofia", "soﬁa", "SOFI", "ｓｏｆｉａ", "so", "Sófia"]),
            ("Ｊｅａｎ\u{2011}Luc", ["jean", "luc", "jean-luc", "jean–luc", "JEAN LUC", "jean\u{a0}luc"]),
        ] {
            let text = search_text(&[name]);
            for search in searches {
                let terms = search_terms(search);
                assert!(
                    !terms.is_empty() && terms.iter().all(|term| text.contains(term)),
                    "{search:?} {text:?} {terms:?}"
                );
            }
        }
    }
}
