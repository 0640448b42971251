//! The normalised texts by which people and domains are searched and sorted.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

use crate::model::address::DomainName;
use crate::model::text::{is_apostrophe, latin};

/// Whether it joins two letters of a word, as in `D'Arc`: an apostrophe, or a letter that is written like
/// one, as in `Teʻura`.
fn is_elision(c: char) -> bool {
    is_apostrophe(c) || (c < '\u{300}' && c.general_category() == GeneralCategory::ModifierLetter)
}

/// The words of a text, without accents and case: its runs of letters and digits.
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
    use super::{directory_key, domain_key, search_terms, search_text};
    use crate::model::address::DomainName;

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
