//! Renders an email: subject, plain text and HTML from the same parts.
//!
//! Does not know the subject matter of emails (`contents`) or how they are sent (`sender`).

use std::fmt;

use askama::Template;

use super::colours::Colours;
use super::contents::parts;
use super::marked::{Mark, Piece, marks};
use super::parts::{EmailParts, EmailTable, Facts, one_line};
use crate::config::BRAND_NAME;
use crate::i18n::Sentences;
use crate::model::{EmailContent, Language};
use crate::urls;

/// A rendered email. It may contain a login link or a password, so `Debug` shows its subject only.
#[derive(Clone, PartialEq, Eq)]
pub struct Written {
    /// The subject, on one line.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
    /// The address to which an answer goes, if not to the sender of all emails.
    pub reply_to: Option<String>,
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
    /// Whether the portal has its default name, which is French, in an email in another language.
    brand_is_french: bool,
    colours: Colours,
    link_as_text: &'a str,
    footer: &'a str,
    /// The address of the portal.
    portal: &'a str,
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
    let sentences = Sentences::with_support(language, facts.support_url);
    let mut email = parts(content, sentences, facts);
    email.subject = one_line(&email.subject);
    email.marks = marks(content, [facts.webmail_url.to_owned(), facts.portal_address(urls::FIRST_ACCESS)]);
    email.marks.extend(facts.support_url.map(|href| Mark::link(sentences.portal_support(), href)));
    let portal = facts.portal_address("");
    let footer = sentences.t1("email-footer", "brand", facts.brand);
    let href = facts.support_url.filter(|_| email.has_portal_support);
    let support = href.map(|href| Support { label: sentences.t("email-support"), href });
    let text = plain(&email, [&footer, &portal], support.as_ref());
    let html = Html {
        email: &email,
        lang: language.code(),
        brand: facts.brand,
        brand_is_french: language != Language::Fr && facts.brand == BRAND_NAME,
        colours: Colours::new(facts.accent),
        link_as_text: &sentences.t("email-link-as-text"),
        footer: &footer,
        portal: &portal,
        support,
    }
    .render()?;
    let reply_to = content.reply_to().map(ToOwned::to_owned);
    Ok(Written { subject: email.subject, text, html, reply_to })
}

/// The plain text: the paragraphs in order, addresses on lines of their own.
fn plain(email: &EmailParts, [footer, portal]: [&str; 2], support: Option<&Support<'_>>) -> String {
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
    paragraphs.push(format!("-- \n{footer}\n{portal}\n"));
    paragraphs.join("\n\n")
}

/// The rows of a table, each as a paragraph: a line for each cell that is not empty.
fn plain_rows(table: &EmailTable) -> Vec<String> {
    let line = |(column, cell)| format!("{column} | {cell}");
    table.rows.iter().map(|row| table.cells(row).map(line).collect::<Vec<_>>().join("\n")).collect()
}

#[cfg(test)]
mod tests {
    use crate::mail::parts::one_line;

    #[test]
    fn a_subject_is_one_line() {
        assert_eq!(one_line("a\r\nBcc: x\u{2028}b"), "a  Bcc: x b");
    }
}
