//! Compares the Fluent files of the two languages.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use dimail_portal::i18n::{Arg, Sentences};
use dimail_portal::model::Language;

/// A message of one language, as written in its file.
pub(super) struct Message {
    pub(super) file: String,
    pub(super) text: String,
}

fn files(language: Language) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/i18n").join(language.code());
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "ftl"))
        .collect();
    files.sort();
    files
}

/// The name of the message (or attribute) that begins on this line, and the rest of the line.
fn begins(line: &str) -> Option<(&str, &str)> {
    let (name, rest) = line.split_once('=')?;
    let name = name.trim_end();
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '-')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    is_name.then_some((name, rest))
}

fn messages(language: Language) -> Vec<(String, Message)> {
    let mut found: Vec<(String, Message)> = Vec::new();
    for path in files(language) {
        let file = path.file_name().expect("a name").to_string_lossy().into_owned();
        for line in std::fs::read_to_string(&path).expect("a file").lines() {
            if line.starts_with('#') {
                continue;
            }
            if let Some((name, rest)) = begins(line) {
                found.push((name.to_owned(), Message { file: file.clone(), text: rest.to_owned() }));
            } else if let Some((_, message)) = found.last_mut().filter(|(_, message)| message.file == file) {
                message.text.push('\n');
                message.text.push_str(line);
            } else {
                assert!(line.trim().is_empty(), "{file}: {line}");
            }
        }
    }
    found
}

/// The names of the arguments that a text uses.
fn arguments(text: &str) -> BTreeSet<&str> {
    let name = |rest: &'_ str| rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_'));
    text.split('{')
        .skip(1)
        .flat_map(|part| part.split('$').skip(1))
        .map(|rest| &rest[..name(rest).unwrap_or(rest.len())])
        .collect()
}

pub(super) fn by_key(language: Language) -> BTreeMap<String, Message> {
    messages(language).into_iter().collect()
}

#[test]
fn both_languages_have_the_same_files() {
    let names = |language| -> Vec<_> {
        files(language).iter().filter_map(|path| path.file_name().map(ToOwned::to_owned)).collect()
    };
    assert_eq!(names(Language::Fr), names(Language::En));
}

#[test]
fn no_key_is_written_twice() {
    for language in [Language::Fr, Language::En] {
        let mut keys: Vec<String> = messages(language).into_iter().map(|(key, _)| key).collect();
        keys.sort();
        let twice: Vec<_> = keys.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| &pair[0]).collect();
        assert!(twice.is_empty(), "{language:?}: {twice:?}");
    }
}

#[test]
fn both_languages_have_the_same_keys_with_the_same_arguments_in_the_same_files() {
    let (fr, en) = (by_key(Language::Fr), by_key(Language::En));
    let missing = |from: &BTreeMap<String, Message>, of: &BTreeMap<String, Message>| -> Vec<String> {
        of.keys().filter(|key| !from.contains_key(*key)).cloned().collect()
    };
    assert_eq!(missing(&fr, &en), Vec::<String>::new(), "English only");
    assert_eq!(missing(&en, &fr), Vec::<String>::new(), "French only");
    for (key, french) in &fr {
        let english = &en[key];
        assert_eq!(french.file, english.file, "{key}");
        assert_eq!(arguments(&french.text), arguments(&english.text), "{key}");
    }
}

#[test]
fn every_sentence_can_be_told() {
    for language in [Language::Fr, Language::En] {
        for (key, message) in by_key(language) {
            let names = arguments(&message.text);
            let one = |name: &&'static str| -> (&'static str, &'static dyn Arg) { (*name, &1_i64) };
            let leaked: Vec<&'static str> = names.iter().map(|name| &*String::leak((*name).to_owned())).collect();
            let given: Vec<_> = leaked.iter().map(one).collect();
            let text = Sentences::new(language).sentence(&key, &given);
            assert!(text != key, "{language:?}: {key} is empty, broken, or needs what it is not given");
        }
    }
}

#[test]
fn french_signs_are_not_torn_from_their_words() {
    for (key, message) in by_key(Language::Fr) {
        for torn in [" :", " ;", " ?", " !", "« ", " »"] {
            assert!(!message.text.contains(torn), "{}: {key} has an ordinary space in {torn:?}", message.file);
        }
    }
}

#[test]
fn the_support_is_named_by_its_argument() {
    // The label of its address at the foot of an email is there only with an address.
    let all = [
        (Language::Fr, "assistance du portail", vec!["email-support", "portal-support"]),
        (Language::En, "portal’s support", vec!["portal-support"]),
    ];
    for (language, name, expected) in all {
        let messages = by_key(language);
        let named = messages.iter().filter(|(_, message)| message.text.to_lowercase().contains(name));
        assert_eq!(named.map(|(key, _)| key.as_str()).collect::<Vec<_>>(), expected, "{language:?}");
    }
}

#[test]
fn sentences_keep_calm() {
    for language in [Language::Fr, Language::En] {
        for (key, message) in by_key(language) {
            assert!(!message.text.contains('!'), "{language:?}: {key}");
        }
    }
}
