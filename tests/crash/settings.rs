//! The messages with which `serve` reports missing and wrong settings.

use std::process::{Command, Output};

use tempfile::TempDir;

use crate::support::process::{program, run};

/// Part of every secret here; it must never be printed.
const SECRET: &str = "geheim-4711";

/// Settings with which the portal starts.
fn right(folder: &TempDir) -> Vec<(&'static str, String)> {
    vec![
        ("LISTEN", "127.0.0.1:0".to_owned()),
        ("PUBLIC_URL", "http://127.0.0.1:1".to_owned()),
        ("DATABASE_URL", format!("sqlite://{}/portal.db", folder.path().display())),
        ("DIMAIL_URL", "http://127.0.0.1:1".to_owned()),
        ("DIMAIL_USERNAME", "la_regie".to_owned()),
        ("DIMAIL_PASSWORD", SECRET.to_owned()),
        ("SMTP_URL", format!("smtp://portail:{SECRET}@127.0.0.1:1")),
        ("MAIL_FROM", "Portail <portail@exemple.test>".to_owned()),
        ("WEBMAIL_URL", "http://127.0.0.1:1".to_owned()),
    ]
}

fn serve(settings: &[(&str, String)]) -> Output {
    let mut command: Command = program(&["serve"]);
    command.envs(settings.iter().map(|(name, value)| (*name, value.as_str())));
    run(command, "")
}

/// Checks for exit status 2 and one sentence that names the setting and contains no secret; returns
/// what is wrong.
fn complaint(name: &str, output: &Output) -> Option<String> {
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let names_flag = said.contains(&format!("--{}", name.to_lowercase().replace('_', "-")));
    let mut wrong = Vec::new();
    if output.status.code() != Some(2) {
        wrong.push(format!("ended with {}", output.status));
    }
    let neighbour =
        ["DIMAIL_URL", "DATABASE_URL"].into_iter().find(|other| !name.starts_with(other) && said.contains(other));
    if let Some(neighbour) = neighbour {
        wrong.push(format!("names {neighbour}"));
    }
    if !said.contains(name) && !names_flag {
        wrong.push("does not name it".to_owned());
    }
    if said.contains(SECRET) || !output.stdout.is_empty() {
        wrong.push("tells a secret, or prints".to_owned());
    }
    // clap adds the possible values, and a line that refers to --help.
    let is_sentence =
        |line: &&str| !line.is_empty() && !line.starts_with("  [possible values") && !line.contains("try '--help'");
    let sentences = said.lines().filter(is_sentence).count();
    if sentences != 1 {
        wrong.push(format!("{sentences} lines"));
    }
    (!wrong.is_empty()).then(|| format!("{name}: {}: {said:?}", wrong.join(", ")))
}

#[test]
fn a_required_setting_that_is_missing_is_named() {
    let folder = TempDir::new().expect("a folder");
    let required =
        ["PUBLIC_URL", "DIMAIL_URL", "DIMAIL_USERNAME", "DIMAIL_PASSWORD", "SMTP_URL", "MAIL_FROM", "WEBMAIL_URL"];
    let mut complaints = Vec::new();
    for name in required {
        let without: Vec<_> = right(&folder).into_iter().filter(|(other, _)| *other != name).collect();
        complaints.extend(complaint(name, &serve(&without)));
        let mut empty = without;
        empty.push((name, String::new()));
        complaints.extend(complaint(name, &serve(&empty)).map(|complaint| format!("empty {complaint}")));
    }
    assert_eq!(complaints, Vec::<String>::new());
    assert!(std::fs::read_dir(folder.path()).expect("a folder").next().is_none(), "no database is created");
}

#[test]
fn a_wrong_setting_is_named() {
    let folder = TempDir::new().expect("a folder");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let nowhere = folder.path().join("nowhere").display().to_string();
    let text = folder.path().join("notes.txt");
    std::fs::write(&text, "not a database").expect("a file");
    let wrong = [
        ("LISTEN", "nowhere".to_owned()),
        ("LISTEN", address),
        ("PUBLIC_URL", "mail.exemple.test".to_owned()),
        ("PUBLIC_URL", "ftp://mail.exemple.test".to_owned()),
        ("PUBLIC_URL", "https://mail.exemple.test/portail".to_owned()),
        ("TRUSTED_PROXIES", "proxy.exemple.test".to_owned()),
        ("STATIC_DIR", nowhere.clone()),
        ("DATABASE_URL", format!("mysql://portail:{SECRET}@127.0.0.1/portail")),
        ("DATABASE_URL", "sqlite::memory:".to_owned()),
        ("DATABASE_URL", format!("sqlite://{}", text.display())),
        ("DATABASE_URL_FILE", nowhere.clone()),
        ("DIMAIL_URL", "dimail".to_owned()),
        ("DIMAIL_URL", format!("htp://portail:{SECRET}@dimail.test")),
        ("DIMAIL_URL", format!("http://portail:{SECRET}@exa mple")),
        ("DIMAIL_URL", "http://[::1".to_owned()),
        ("DIMAIL_PASSWORD_FILE", nowhere.clone()),
        ("DIMAIL_USERNAME", "la:regie".to_owned()),
        ("DIMAIL_TIMEOUT", "soon".to_owned()),
        ("DIMAIL_TIMEOUT", "0".to_owned()),
        ("DIMAIL_CONCURRENCY", "0".to_owned()),
        ("ANSWER_WITHIN", "1w".to_owned()),
        ("SMTP_URL", format!("http://portail:{SECRET}@127.0.0.1")),
        ("SMTP_URL", format!("smtp://{SECRET}@127.0.0.1")),
        ("SMTP_URL", format!("smtp://portail:{SECRET}@127.0.0.1:port")),
        ("SMTP_URL_FILE", nowhere.clone()),
        ("SMTP_HELLO", "portail_é".to_owned()),
        ("MAIL_FROM", "nobody".to_owned()),
        ("WEBMAIL_URL", "webmail".to_owned()),
        ("DOMAIN_CREATION", "nobody".to_owned()),
        ("BRAND_LOGO", nowhere.clone()),
        ("BRAND_LOGO", text.display().to_string()),
        ("ACCENT_COLOUR", "red".to_owned()),
        ("SUPPORT_URL", "aide".to_owned()),
        ("ACCESSIBILITY_CONTACT", "aide".to_owned()),
        ("PRIVACY_CONTACT", "aide".to_owned()),
        ("LOG_FORMAT", "xml".to_owned()),
        ("DEFAULT_LANGUAGE", "de".to_owned()),
        ("TIME_ZONE", "Mars/Olympus".to_owned()),
        ("RETRY_FIRST", "-1".to_owned()),
        ("RETRY_GIVE_UP", "for ever".to_owned()),
        ("LOGIN_LINK_VALID", "99999999h".to_owned()),
    ];
    let mut complaints = Vec::new();
    for (name, value) in &wrong {
        let mut settings: Vec<_> = right(&folder).into_iter().filter(|(other, _)| other != name).collect();
        settings.push((name, value.clone()));
        complaints.extend(complaint(name, &serve(&settings)));
    }
    drop(taken);
    assert_eq!(complaints, Vec::<String>::new());
}

/// A database that cannot be reached is reported in one sentence too, without its password.
#[test]
fn a_database_that_is_away_is_told_without_its_password() {
    let folder = TempDir::new().expect("a folder");
    // No user can create a folder below a file.
    let file = folder.path().join("file");
    std::fs::write(&file, "").expect("a file");
    let nowhere = format!("sqlite://{}/none/portal.db", file.display());
    for url in [format!("postgres://portail:{SECRET}@127.0.0.1:1/portail"), nowhere] {
        let mut settings: Vec<_> = right(&folder).into_iter().filter(|(name, _)| *name != "DATABASE_URL").collect();
        settings.push(("DATABASE_URL", url));
        let output = serve(&settings);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && !said.contains(SECRET), "{} {said}", output.status);
        let sentences: Vec<&str> = said.lines().filter(|line| line.starts_with("dimail-portal: ")).collect();
        assert!(sentences.len() == 1 && sentences[0].contains("database"), "{said}");
    }
}
