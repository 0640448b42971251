//! The parts of an email that are marked up: addresses, which become links, and the names of people, whose
//! direction of writing may differ from that of the text.
//!
//! Only what the portal itself puts into an email is marked. A text is not searched for addresses, so that
//! nothing becomes a link because of what a person typed.

use std::cmp::Reverse;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use crate::model::EmailContent;
use crate::model::name::in_email;

/// What an email address may contain and the address of a link may not (RFC 6068, section 2).
const MAILTO: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'&')
    .add(b'/')
    .add(b'?')
    .add(b'`')
    .add(b'^')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// A part to mark up, as it is written in the text.
pub(super) struct Mark {
    shown: String,
    /// The address of its link; `None` for a name.
    href: Option<String>,
}

impl Mark {
    /// Words that lead to an address.
    pub(super) fn link(words: &str, href: &str) -> Self {
        Self { shown: words.to_owned(), href: Some(href.to_owned()) }
    }
}

/// A part of a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// Words of the portal.
    Words(&'a str),
    /// An address.
    Link { shown: &'a str, href: &'a str },
    /// The name of a person.
    Name(&'a str),
}

/// The parts to mark up in an email that may name these pages.
pub(super) fn marks(content: &EmailContent, pages: [String; 2]) -> Vec<Mark> {
    let (names, addresses) = people(content);
    let page = |address: String| Mark { href: Some(address.clone()), shown: address };
    let mail = |address: &str| Mark { shown: address.to_owned(), href: Some(mailto(address)) };
    let name = |name: &str| Mark { shown: in_email(name), href: None };
    let marks = pages.into_iter().map(page).chain(addresses.into_iter().map(mail)).chain(names.into_iter().map(name));
    marks.filter(|mark| !mark.shown.is_empty()).collect()
}

/// The names in an email, and the addresses to write to.
fn people(content: &EmailContent) -> (Vec<&str>, Vec<&str>) {
    match content {
        EmailContent::NewMailbox { user, support, .. }
        | EmailContent::LoginLink { user, support, .. }
        | EmailContent::NewPassword { user, support, .. } => (vec![user], vec![support]),
        EmailContent::SecondaryChanged { user, by, support, .. } => (vec![user, by], vec![support]),
        EmailContent::Invitation { inviter, .. } => (vec![inviter], vec![]),
        EmailContent::DomainClaimed { by, address, .. } | EmailContent::DnsSettings { by, address, .. } => {
            (vec![by], vec![address])
        }
        EmailContent::RoleChanged { by, .. }
        | EmailContent::AccessRemoved { by, .. }
        | EmailContent::Reconciled { by, .. }
        | EmailContent::Raised { by, .. }
        | EmailContent::ConfirmAddress { by, .. } => (vec![by], vec![]),
        EmailContent::DomainReady { .. }
        | EmailContent::DomainActionRequired { .. }
        | EmailContent::DomainFailed { .. }
        | EmailContent::DomainDisabled { .. }
        | EmailContent::CreationGuarded { .. }
        | EmailContent::DomainRemoved { .. }
        | EmailContent::ForgottenPassword
        | EmailContent::ManyWrongPasswords { .. }
        | EmailContent::NewBrowser { .. }
        | EmailContent::PasswordChanged { .. } => (vec![], vec![]),
    }
}

fn mailto(address: &str) -> String {
    format!("mailto:{}", utf8_percent_encode(address, MAILTO))
}

/// A text in pieces. Where two marks begin at the same place, the longer one counts.
pub(super) fn pieces<'a>(text: &'a str, marks: &'a [Mark]) -> Vec<Piece<'a>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some((at, mark)) = next(text, from, marks) {
        let end = at + mark.shown.len();
        found.extend(text.get(from..at).filter(|words| !words.is_empty()).map(Piece::Words));
        let shown = text.get(at..end).unwrap_or_default();
        found.push(mark.href.as_deref().map_or(Piece::Name(shown), |href| Piece::Link { shown, href }));
        from = end;
    }
    found.extend(text.get(from..).filter(|words| !words.is_empty()).map(Piece::Words));
    found
}

/// The next mark in a text from this place on.
fn next<'a>(text: &str, from: usize, marks: &'a [Mark]) -> Option<(usize, &'a Mark)> {
    let rest = text.get(from..)?;
    let place = |mark: &'a Mark| {
        let mut places = rest.match_indices(mark.shown.as_str()).map(|(at, _)| from + at);
        Some((places.find(|at| stands_alone(text, *at, *at + mark.shown.len()))?, mark))
    };
    marks.iter().filter_map(place).min_by_key(|(at, mark)| (*at, Reverse(mark.shown.len())))
}

/// Whether a part of a text is not the part of a longer word or address.
fn stands_alone(text: &str, start: usize, end: usize) -> bool {
    let joins = |c: char| c.is_alphanumeric() || matches!(c, '@' | '-' | '_' | '/' | '+');
    let before = text.get(..start).and_then(|before| before.chars().next_back());
    let after = text.get(end..).and_then(|after| after.chars().next());
    !before.is_some_and(|c| joins(c) || c == '.') && !after.is_some_and(joins)
}

#[cfg(test)]
mod tests {
    use super::{Mark, Piece, mailto, pieces};

    fn marks() -> Vec<Mark> {
        let link = |shown: &str, href: &str| Mark { shown: shown.into(), href: Some(href.into()) };
        let name = Mark { shown: "Anna".into(), href: None };
        vec![link("a@b.fr", "mailto:a@b.fr"), link("https://x.fr", "https://x.fr"), name]
    }

    #[test]
    fn addresses_and_names_stand_out() {
        let marks = marks();
        assert_eq!(
            pieces("« Anna » écrit à a@b.fr", &marks),
            [
                Piece::Words("« "),
                Piece::Name("Anna"),
                Piece::Words(" » écrit à "),
                Piece::Link { shown: "a@b.fr", href: "mailto:a@b.fr" }
            ]
        );
        assert_eq!(pieces("https://x.fr", &marks), [Piece::Link { shown: "https://x.fr", href: "https://x.fr" }]);
        assert!(pieces("", &marks).is_empty());
    }

    #[test]
    fn a_part_of_a_longer_word_or_address_does_not() {
        for text in ["Annabelle", "da@b.fr", "x.a@b.fr", "https://x.fr/aide", "a@b.fr-x", "Joanna"] {
            assert_eq!(pieces(text, &marks()), [Piece::Words(text)], "{text}");
        }
    }

    #[test]
    fn the_address_of_an_email_is_no_query() {
        assert_eq!(mailto("jean+mairie@ville.fr"), "mailto:jean+mairie@ville.fr");
        assert_eq!(mailto("a?bcc=x%40&b@ville.fr"), "mailto:a%3Fbcc=x%2540%26b@ville.fr");
    }
}
