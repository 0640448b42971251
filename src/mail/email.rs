//! Renders an email: subject, plain text and HTML from the same parts.
//!
//! Does not know the subject matter of emails (`contents`) or how they are sent (`sender`).

use std::fmt;

use askama::Template;

use super::contents::parts;
use super::parts::{EmailParts, EmailTable, Facts, one_line};
use crate::i18n::Sentences;
use crate::model::{EmailContent, Language};

/// A rendered email. It may contain a login link or a password, so `Debug` shows its subject only.
#[derive(Clone, PartialEq, Eq)]
pub struct Written {
    /// The subject, on one line.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
}

impl fmt::Debug for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Written").field("subject", &self.subject).finish_non_exhaustive()
    }
}

#[derive(Template)]
#[template(path = "emails/email.html")]
struct Html<'a> {
    email: &'a EmailParts,
    lang: &'a str,
    brand: &'a str,
    accent: &'a str,
    on_accent: &'a str,
    link_as_text: &'a str,
    footer: &'a str,
    support: Option<Support<'a>>,
}

/// The portal's support, at the foot of an email.
struct Support<'a> {
    label: String,
    href: &'a str,
}

impl Support<'_> {
    /// The address as people read it.
    fn address(&self) -> &str {
        self.href.trim_start_matches("mailto:")
    }
}

/// Writes an email.
///
/// # Errors
/// When the HTML can't be drawn, which only a fault in its template could cause.
pub fn write(content: &EmailContent, language: Language, facts: &Facts<'_>) -> Result<Written, askama::Error> {
    let sentences = Sentences(language);
    let mut email = parts(content, sentences, facts);
    email.subject = one_line(&email.subject);
    let footer = sentences.t1("email-footer", "brand", facts.brand);
    let href = facts.support_url.filter(|_| email.has_portal_support);
    let support = href.map(|href| Support { label: sentences.t("email-support"), href });
    let text = plain(&email, &footer, support.as_ref());
    let (accent, on_accent) = colours(facts.accent);
    let html = Html {
        email: &email,
        lang: language.code(),
        brand: facts.brand,
        accent,
        on_accent,
        link_as_text: &sentences.t("email-link-as-text"),
        footer: &footer,
        support,
    }
    .render()?;
    Ok(Written { subject: email.subject, text, html })
}

/// The plain text: the paragraphs in order, addresses on lines of their own.
fn plain(email: &EmailParts, footer: &str, support: Option<&Support<'_>>) -> String {
    let mut paragraphs = vec![email.hello.clone()];
    paragraphs.extend(email.before.iter().cloned());
    paragraphs.extend(email.particulars.iter().map(|(label, value)| format!("{label}\n    {value}")));
    paragraphs.extend(email.problems.iter().map(|(what, todo)| format!("- {what}\n  {todo}")));
    paragraphs.extend(email.table.iter().flat_map(plain_rows));
    paragraphs.extend(email.after.iter().cloned());
    paragraphs.push(format!("{}\n    {}", email.button, email.link));
    paragraphs.extend(email.last.iter().cloned());
    paragraphs.extend(support.map(|support| format!("{}\n    {}", support.label, support.address())));
    // The signature separator (RFC 3676, 4.3).
    paragraphs.push(format!("-- \n{footer}\n"));
    paragraphs.join("\n\n")
}

/// The rows of a table, each as a paragraph: a line for each cell that is not empty.
fn plain_rows(table: &EmailTable) -> Vec<String> {
    let lines = |row: &Vec<String>| {
        let cells = table.columns.iter().zip(row).filter(|(_, cell)| !cell.is_empty());
        cells.map(|(column, cell)| format!("{column} | {cell}")).collect::<Vec<_>>().join("\n")
    };
    table.rows.iter().map(lines).collect()
}

const ACCENT: &str = "#1f4fa3";
const LIGHT: &str = "#ffffff";
const DARK: &str = "#1b1f2a";

/// The colour of the button, and of its text: the one with the higher contrast.
fn colours(accent: Option<&str>) -> (&str, &'static str) {
    let Some((accent, luminance)) = accent.and_then(|accent| Some((accent, luminance(accent)?))) else {
        return (ACCENT, LIGHT);
    };
    // WCAG 2.1, contrast ratio; 0.0136 is the luminance of `DARK`.
    let (on_light, on_dark) = (1.05 / (luminance + 0.05), (luminance + 0.05) / (0.0136 + 0.05));
    (accent, if on_light >= on_dark { LIGHT } else { DARK })
}

/// The relative luminance (WCAG 2.1) of a colour written `#rrggbb`.
fn luminance(colour: &str) -> Option<f64> {
    let figures = colour.strip_prefix('#').filter(|f| f.len() == 6 && f.bytes().all(|b| b.is_ascii_hexdigit()))?;
    let part = |at: usize| -> Option<f64> {
        let value = f64::from(u8::from_str_radix(figures.get(at..at + 2)?, 16).ok()?) / 255.0;
        Some(if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) })
    };
    Some(0.2126 * part(0)? + 0.7152 * part(2)? + 0.0722 * part(4)?)
}

#[cfg(test)]
mod tests {
    use super::{ACCENT, DARK, LIGHT, colours};
    use crate::mail::parts::one_line;

    #[test]
    fn words_stand_out_on_every_accent() {
        assert_eq!(colours(None), (ACCENT, LIGHT));
        assert_eq!(colours(Some("#ffdd00")), ("#ffdd00", DARK));
        assert_eq!(colours(Some("#000091")), ("#000091", LIGHT));
        for odd in ["red", "#fff", "#1f4fa3;x:y", "\"><b>", "#éfaab"] {
            assert_eq!(colours(Some(odd)), (ACCENT, LIGHT));
        }
    }

    #[test]
    fn a_subject_is_one_line() {
        assert_eq!(one_line("a\r\nBcc: x\u{2028}b"), "a  Bcc: x b");
    }
}
