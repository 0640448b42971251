//! What an email is made from: the data that is not part of its content, and the parts of its text.

use std::borrow::Borrow;
use std::time::Duration;

use jiff::tz::TimeZone;
use secrecy::{ExposeSecret, SecretString};

use super::marked::{Mark, Piece, pieces};
use crate::i18n::Sentences;
use crate::model::name::in_email;

/// The data that an email needs and its content does not have.
#[derive(Clone, Debug)]
pub struct Facts<'a> {
    /// The public address of the portal, such as `https://portail.exemple.fr`.
    pub public_url: &'a str,
    /// The address of the webmail.
    pub webmail_url: &'a str,
    /// The portal's name.
    pub brand: &'a str,
    /// The colour of the button, as `#rrggbb`; the portal's blue if absent or malformed.
    pub accent: Option<&'a str>,
    /// The token of the email's link, if it has one: to sign in to a mailbox, to accept an invitation, to
    /// choose a new password.
    pub token: Option<SecretString>,
    /// How long a login link is valid.
    pub login_link_valid: Duration,
    /// The new password of a mailbox.
    pub new_password: Option<SecretString>,
    /// The time zone of dates.
    pub time_zone: &'a TimeZone,
    /// The address of the portal's support: of a page, or `mailto:`.
    pub support_url: Option<&'a str>,
}

impl Facts<'_> {
    /// The name of the person who caused an email; the portal's if nothing of it can be shown.
    pub(super) fn named(&self, name: &str) -> String {
        let name = in_email(name);
        if name.is_empty() { self.brand.to_owned() } else { name }
    }

    /// The absolute address of the page of the email's link.
    pub(super) fn link_address(&self, page: impl Fn(&str) -> String) -> String {
        self.portal_address(&page(self.token.as_ref().map_or("", |token| token.expose_secret())))
    }

    /// The absolute address of a page of the portal.
    pub(super) fn portal_address(&self, path: &str) -> String {
        format!("{}{path}", self.public_url.trim_end_matches('/'))
    }
}

/// A table of an email: the names of its columns, and its rows.
pub(super) struct EmailTable {
    pub columns: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

impl EmailTable {
    /// The cells of a row that are not empty, with the names of their columns.
    pub(super) fn cells<'a>(&'a self, row: &'a [String]) -> impl Iterator<Item = (&'a str, &'a str)> {
        let cells = self.columns.iter().zip(row).filter(|(_, cell)| !cell.is_empty());
        cells.map(|(column, cell)| (column.as_str(), cell.as_str()))
    }

    /// The style of the space around a cell; the first line of a row is set off from the row before.
    #[expect(clippy::unused_self, reason = "the template calls it on the table")]
    pub(super) fn space(&self, is_first: impl Borrow<bool>) -> &'static str {
        if *is_first.borrow() { "padding:12px 8px 4px 0;border-top:1px solid #dde1ea;" } else { "padding:0 8px 4px 0;" }
    }
}

/// The parts of an email, in order. Each string is plain text.
#[derive(Default)]
pub(super) struct EmailParts {
    pub subject: String,
    pub hello: String,
    pub before: Vec<String>,
    pub particulars: Vec<(String, String)>,
    pub problems: Vec<(String, String)>,
    pub table: Option<EmailTable>,
    pub after: Vec<String>,
    pub button: String,
    pub link: String,
    pub last: Vec<String>,
    /// Whether the portal's support answers questions about it; else the text names another address.
    pub has_portal_support: bool,
    /// The parts of its texts to mark up.
    pub marks: Vec<Mark>,
}

impl EmailParts {
    /// An empty email that greets without a name.
    pub(super) fn to_all(s: Sentences) -> Self {
        Self { hello: s.t("email-hello-all"), has_portal_support: true, ..Self::default() }
    }

    /// One of its texts in pieces.
    pub(super) fn pieces<'a>(&'a self, text: &'a str) -> Vec<Piece<'a>> {
        pieces(text, &self.marks)
    }
}

/// One line of text, which is safe as the value of a header: characters that would begin a new line become
/// spaces.
pub(super) fn one_line(text: &str) -> String {
    let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    text.chars().map(|c| if breaks(c) { ' ' } else { c }).collect()
}
