//! The words of the messages: one word for one thing, in each language its own, with its own punctuation.

use std::collections::BTreeMap;

use dimail_portal::model::Language;

use super::texts::by_key;

/// English words that a French text does not have.
const ENGLISH: &[&str] = &[
    "the", "and", "of", "to", "your", "you", "with", "this", "that", "is", "are", "was", "were", "has", "have", "been",
    "not", "for", "from", "please", "email", "emails", "mailbox", "address", "domain", "owner", "settings", "login",
    "password", "back", "loading",
];

/// What French texts call otherwise: an email, a mailbox, the mail service, the domain host, the support, and
/// what is removed or deleted.
const NOT_SAID_IN_FRENCH: &[&str] = &[
    "lettre",
    "courrier",
    "courriel",
    "boîte mail",
    "boîtes mail",
    "adresse mail",
    "mail",
    "mails",
    "hébergeur de noms",
    "bureau d’enregistrement",
    "hébergeur de votre zone",
    "support",
    "chercher",
    "dimail",
    "compte mail",
    "retirer ce domaine",
    "retirer le domaine",
    "retirer cet alias",
    "retirer l’alias",
    "retirer la boîte",
    "retirer l’invitation",
    "retiré du portail",
    "quelqu’un",
    "sera informé",
    "en sera informé",
    "vous êtes connecté",
    "vous êtes seul",
    "assurez-vous d’être seul",
];

/// The same in English.
const NOT_SAID_IN_ENGLISH: &[&str] = &[
    "letter",
    "letters",
    "e-mail",
    "e-mails",
    "dimail",
    "holder",
    "holders",
    "registrar",
    "to the support;",
    "to the support.",
    "ask the support",
    "mail box",
    "will be told",
    "leaves for",
    "left for",
];

/// Letters of the alphabet, and commands.
const MEANT: &[&str] = &[
    "lettres sans accent",
    "une lettre ou un chiffre",
    "lettres, de chiffres",
    "lettres de plusieurs alphabets",
    "letters without accents",
    "one letter or digit",
    "letters, digits",
    "letters of several alphabets",
    "small letters",
    "dimail-portal",
];

/// The texts of messages in which the webmail is meant: elsewhere `messagerie` is only a part of the name of the
/// mail service.
const WEBMAIL: &[&str] = &[
    "email-new-mailbox-webmail",
    "email-new-mailbox-see-webmail",
    "login-link-text",
    "compare-is-functional",
    "compare-is-half-made",
];

/// The texts of a language as people read them, without arguments, variants and names of settings.
fn texts(language: Language) -> BTreeMap<String, String> {
    by_key(language).into_iter().map(|(key, message)| (key, read(&message.text))).collect()
}

fn read(text: &str) -> String {
    let mut read = String::new();
    let mut parts = text.split('{');
    read.push_str(parts.next().unwrap_or_default());
    for part in parts {
        // An argument ends with its brace; the head of a selector with its arrow.
        let (_, rest) = part.split_once("->").or_else(|| part.split_once('}')).unwrap_or(("", part));
        read.push('…');
        read.push_str(rest);
    }
    let line = |line: &str| {
        let line = line.trim();
        let variant = line.trim_start_matches('*').strip_prefix('[').and_then(|rest| rest.split_once("] "));
        variant.map_or(line, |(_, text)| text).trim_start_matches('}').to_owned()
    };
    read.lines().map(line).collect::<Vec<_>>().join(" ")
}

/// The words of a text; `e-mail` is one word.
fn words(text: &str) -> Vec<&str> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '-' || c == '_')).filter(|word| !word.is_empty()).collect()
}

/// Whether a text contains these words, not as a part of others.
fn says(text: &str, what: &str) -> bool {
    let is_inside = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
    text.match_indices(what).any(|(at, _)| {
        let (before, after) = (text[..at].chars().next_back(), text[at + what.len()..].chars().next());
        !is_inside(before) && !is_inside(after)
    })
}

/// The forbidden words that the texts of a language have.
fn forbidden(language: Language, list: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for (key, text) in texts(language) {
        let mut text = text.to_lowercase();
        for meant in MEANT {
            text = text.replace(meant, "");
        }
        found.extend(list.iter().filter(|word| says(&text, word)).map(|word| format!("{key}: {word}")));
    }
    found
}

#[test]
fn french_texts_have_no_english_words() {
    for (key, text) in texts(Language::Fr) {
        let english = words(&text).into_iter().find(|word| {
            let is_shouted = word.chars().all(|c| !c.is_lowercase());
            !is_shouted && ENGLISH.contains(&word.to_lowercase().as_str())
        });
        // The commands for operators are what they are.
        assert!(english.is_none() || key == "staff-emails-held", "{key} has {english:?}: {text}");
    }
}

#[test]
fn each_thing_has_one_word() {
    let found = [forbidden(Language::Fr, NOT_SAID_IN_FRENCH), forbidden(Language::En, NOT_SAID_IN_ENGLISH)].concat();
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn the_mail_service_is_not_the_webmail() {
    for (key, text) in texts(Language::Fr) {
        let others = text.replace("ervice de messagerie", "");
        assert!(WEBMAIL.contains(&key.as_str()) || !says(&others.to_lowercase(), "messagerie"), "{key}: {text}");
    }
}

#[test]
fn apostrophes_are_typographic() {
    for language in [Language::Fr, Language::En] {
        for (key, text) in texts(language) {
            assert!(!text.contains('\'') && !text.contains('"'), "{language:?}: {key}: {text}");
        }
    }
}

/// `texts` finds ordinary spaces; here none may be missing.
#[test]
fn no_french_space_is_missing() {
    let is_space = |c: Option<char>| matches!(c, Some('\u{a0}' | '\u{202f}'));
    for (key, text) in texts(Language::Fr) {
        for (at, sign) in text.match_indices([':', ';', '?', '!', '»', '%']) {
            assert!(is_space(text[..at].chars().next_back()), "{key} lacks a space before {sign}: {text}");
        }
        for (at, sign) in text.match_indices('«') {
            assert!(is_space(text[at + sign.len()..].chars().next()), "{key} lacks a space after {sign}: {text}");
        }
    }
}

#[test]
fn texts_are_read_without_their_arguments() {
    let text = " { $n ->\n    [one] { $n } adresse\n   *[other] { $n } adresses : { $list }\n  } fin";
    assert_eq!(read(text), " … … adresse … adresses : …  fin".trim_start());
    assert!(says("un mail.", "mail") && !says("un e-mail", "mail") && !says("mailbox", "mail"));
}
