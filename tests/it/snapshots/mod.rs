//! Snapshots of pages and emails in both languages (`*.snap` below this folder). Values that differ
//! from run to run are replaced by a name in square brackets; the clock of the tests does not
//! advance, so dates stay the same.
//!
//! To accept differences, run `INSTA_UPDATE=always cargo test --test it snapshots` and read `git
//! diff`. With `INSTA_UPDATE=no`, or where `CI` is set, a difference only fails.

mod emails;
mod outline;
mod pages;

use dimail_portal::mail::{SentEmail, Written};
use insta::{Settings, assert_snapshot};

use crate::support::Answer;

/// Defines the tests of each story, in French and in English, on each database.
macro_rules! in_both_languages {
    ($($name:ident),+ $(,)?) => {
        mod fr {
            use super::{$($name),+};
            crate::support::on_both!($($name),+);
        }
        mod en {
            use super::{$($name),+};
            crate::support::on_both!($($name with ["--default-language", "en"]),+);
        }
    };
}
use in_both_languages;

/// Patterns of values that differ from run to run, and the name that replaces each. Links come
/// before ids, because a token in a link may look like an id.
const VARYING: &[(&str, &str)] = &[
    (r"127\.0\.0\.1:\d+", "[portal]"),
    (r"/static/[0-9a-f]+/", "/static/[hash]/"),
    (r"/(invitations|reset-password|login-link|confirm|dns)/[A-Za-z0-9_-]{20,}", "/$1/[token]"),
    (r"%2F(invitations|reset-password|confirm|dns)%2F[A-Za-z0-9_-]{20,}", "%2F$1%2F[token]"),
    (r"\b(after|before)=[A-Za-z0-9_-]+", "$1=[cursor]"),
    (r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "[id]"),
    (r"[0-9a-f]{32}", "[number]"),
    // The new password of a mailbox, in an email and on a sheet.
    (r"((?:mot de passe|new password)(?:\n +|</span><br><strong>))[A-Za-z0-9_-]{16}([\n<])", "${1}[password]$2"),
    (r"(<output data-secret>)[^<]+<", "${1}[password]<"),
];

/// Compares with the snapshot of this name.
fn compare(kind: &str, language: &str, name: &str, text: &str) {
    let mut settings = Settings::new();
    settings.set_snapshot_path(format!("{kind}/{language}"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for (varying, name) in VARYING {
        settings.add_filter(varying, *name);
    }
    settings.bind(|| assert_snapshot!(name, text));
}

/// Compares status, title, notice and `<main>` of a page.
fn page(name: &str, answer: &Answer) {
    let parts = ["title", "[data-notice]", "main"].map(|css| outline::of(&answer.text, css)).concat();
    compare("pages", &answer.language(), name, &format!("{}\n{parts}", answer.status));
}

/// Compares a whole page, not only `<main>`.
fn whole_page(name: &str, answer: &Answer) {
    compare("pages", &answer.language(), name, &outline::of(&answer.text, "html"));
}

/// Compares subject, plain text and HTML of an email.
fn email(name: &str, email: &SentEmail) {
    let language = if email.html.contains("lang=\"fr\"") { "fr" } else { "en" };
    parts(language, name, [&email.subject, &email.text, &email.html]);
}

/// Compares an email that was not sent.
fn written(language: &str, name: &str, email: &Written) {
    parts(language, name, [&email.subject, &email.text, &email.html]);
}

fn parts(language: &str, name: &str, [subject, text, html]: [&str; 3]) {
    let html = outline::of(html, "html");
    compare("emails", language, name, &format!("{subject}\n\n{text}\n\n{html}"));
}
