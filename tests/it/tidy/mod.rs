//! Rules for the sources as a whole: which part may use which (`layers`), and what the texts of
//! source files may contain.

mod imports;
mod layers;
mod texts;
mod words;

use std::collections::BTreeSet;
use std::path::PathBuf;

/// All files below a folder with this ending.
fn files(folder: &str, ending: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::from(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|other| other == ending) {
                found.push((path.display().to_string(), std::fs::read_to_string(&path).expect("a text")));
            }
        }
    }
    assert!(!found.is_empty(), "nothing in {folder}");
    found.sort();
    found
}

/// The code of a file, without its comments and its own tests.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

#[test]
fn each_thing_has_its_place() {
    for (file, text) in files("src", "rs") {
        let code = code(&text);
        let has = |what: &str| code.contains(what);
        let is_in = |room: &str| file.starts_with(&format!("src/{room}/"));
        assert!(!has("sqlx") || is_in("store"), "{file}: SQL belongs to the store");
        assert!(!has(".begin()") || is_in("actions") || is_in("store"), "{file}: only actions begin a transaction");
        assert!(!has("axum") || ["web", "fake_dimail", "cli"].into_iter().any(is_in), "{file}: pages belong to web");
        assert!(!has("reqwest") || ["dimail", "cli"].into_iter().any(is_in), "{file}: HTTP belongs to dimail");
        assert!(!has("lettre") || is_in("mail"), "{file}: SMTP belongs to mail");
        assert!(!has("Result<Result"), "{file}: one result says what happened");
        if is_in("model") {
            assert!(!has("async ") && !has("std::fs") && !has("tokio"), "{file}: the model does nothing by itself");
        }
        assert!(text.starts_with("//!") || text.starts_with("#!["), "{file} does not say what it is for");
    }
}

#[test]
fn templates_keep_to_the_content_policy() {
    for (file, text) in files("templates", "html") {
        // Mail programs support inline styles only.
        let is_email = file.starts_with("templates/emails/");
        assert!(!text.contains("|safe") && !text.contains("| safe"), "{file}: text stays text");
        let lower = text.to_lowercase();
        assert!(is_email || !lower.contains(" style="), "{file}: inline style");
        let handlers = ["onclick", "onload", "onerror", "onsubmit", "onchange", "oninput", "hx-on", "javascript:"];
        assert!(!handlers.iter().any(|handler| lower.contains(handler)), "{file}: inline script");
        assert!(
            lower.split("<script").skip(1).all(|tag| tag.trim_start().starts_with("src=")),
            "{file}: inline script"
        );
        let controls = ["<input", "<select", "<textarea"];
        let may = file.starts_with("templates/components/");
        // Comments may name these.
        let bare: String = text.split("{#").map(|part| part.split_once("#}").map_or(part, |(_, rest)| rest)).collect();
        assert!(
            may || !controls.iter().any(|control| bare.contains(control)),
            "{file}: controls are in components/form.html"
        );
    }
}

/// A password manager keeps a new password for the address that stands before it in the form.
#[test]
fn password_managers_learn_whose_password_is_chosen() {
    let mut pages = 0;
    for (file, text) in files("templates", "html") {
        let Some(password) = text.find("autocomplete = \"new-password\"") else { continue };
        let username = text.find("form::username(");
        assert!(username.is_some_and(|username| username < password), "{file}: whose password is it");
        pages += 1;
    }
    assert_eq!(pages, 3, "the account, a forgotten password, an invitation");
}

#[test]
fn nothing_belongs_to_one_machine() {
    let all = ["src", "templates", "static", "migrations"];
    let endings = ["rs", "html", "css", "js", "sql", "ftl", "md"];
    for folder in all {
        for ending in endings {
            if !has_files(folder, ending) {
                continue;
            }
            for (file, text) in files(folder, ending) {
                for odd in ["/home/", "/root/", "/tmp/", "C:\\\\", "192.168."] {
                    assert!(!text.contains(odd), "{file} names {odd}");
                }
            }
        }
    }
}

/// `cargo test` must pass on a machine that has only Rust and a C compiler.
#[test]
fn tests_ask_little_of_the_machine() {
    for folder in ["src", "tests", "benches"] {
        // These files contain the strings that they forbid.
        for (file, text) in files(folder, "rs").into_iter().filter(|(file, _)| !file.starts_with("tests/it/tidy/")) {
            // Every machine has this one. The test of a full disk says so and passes where there is no `mount`.
            let may = file == "tests/crash/support/disk.rs";
            let started = text.replace("Command::new(\"/bin/sh\")", "");
            assert!(
                may || !started.contains("Command::new(\""),
                "{file} starts a program that is not on every machine"
            );
            assert!(!text.contains("reqwest::get("), "{file}: such a client needs certificates even for plain HTTP");
            let needs_certificates = text.contains("Client::builder()") && !text.contains(".tls_certs_only([])");
            // It calls a real dimail if the environment names one.
            let may = file == "tests/it/dimail/contract/site.rs";
            assert!(may || !needs_certificates, "{file}: a client for plain HTTP says .tls_certs_only([])");
        }
    }
}

fn has_files(folder: &str, ending: &str) -> bool {
    let mut folders = vec![PathBuf::from(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|other| other == ending) {
                return true;
            }
        }
    }
    false
}

/// The keys of a language.
fn keys(language: &str) -> BTreeSet<String> {
    let lines =
        files(&format!("src/i18n/{language}"), "ftl").into_iter().map(|(_, text)| text).collect::<Vec<_>>().join("\n");
    let key = |line: &str| line.split_once(" =").map(|(key, _)| key.to_owned());
    lines.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase())).filter_map(key).collect()
}

/// Texts in quotes that look like keys.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    let is_key = |word: &&str| {
        word.starts_with(|c: char| c.is_ascii_lowercase())
            && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    };
    text.split('"').filter(is_key)
}

#[test]
fn sentences_are_there_and_used() {
    let (french, english) = (keys("fr"), keys("en"));
    assert_eq!(french.symmetric_difference(&english).collect::<Vec<_>>(), Vec::<&String>::new());
    let mut used = BTreeSet::new();
    for (file, text) in files("src", "rs").into_iter().chain(files("templates", "html")) {
        let text = if file.starts_with("src/") { code(&text) } else { text };
        used.extend(quoted(&text).map(str::to_owned));
        // Every key that is used must exist.
        for asked in [".t(\"", ".t1(\"", ".t2(\"", ".t3(\"", ".sentence(\""] {
            for rest in text.split(asked).skip(1) {
                let key = rest.split('"').next().unwrap_or_default();
                let is_key = key.contains('-') && quoted(&format!("\"{key}\"")).next().is_some();
                assert!(!is_key || french.contains(key), "{file}: no sentence {key}");
            }
        }
    }
    // For keys that are put together (`problem-` and dimail's code …), the code has the prefix.
    let made: Vec<String> = files("src/i18n", "rs")
        .iter()
        .flat_map(|(_, text)| text.split('"').filter(|word| word.contains("-{")).map(str::to_owned).collect::<Vec<_>>())
        .map(|word| word.split('{').next().unwrap_or_default().to_owned())
        .filter(|beginning| !beginning.is_empty())
        .collect();
    let is_made = |key: &String| made.iter().any(|beginning| key.starts_with(beginning.as_str()));
    let unused: Vec<&String> = french.iter().filter(|key| !used.contains(*key) && !is_made(key)).collect();
    assert!(unused.is_empty(), "messages that no code uses: {unused:?}");
}
