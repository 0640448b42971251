//! The wire form of an email: MIME and envelope.
//!
//! Does not know servers, connections or the content of emails.

use std::time::{Duration, UNIX_EPOCH};

use lettre::address::AddressError;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::{Address, Message};

use super::email::Written;
use super::parts::one_line;
use crate::model::{DomainName, EmailId, Timestamp};

/// An email with the data of its envelope.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// Its Message-ID from `message_id`: the same for each attempt.
    pub message_id: String,
    /// The address it goes to.
    pub to: String,
    /// Its rendered content.
    pub written: Written,
    /// Its date.
    pub date: Timestamp,
}

/// The Message-ID of an email of this portal: `<key@host>`.
pub fn message_id(email: EmailId, public_url: &str) -> String {
    let host = public_url.split_once("://").map_or(public_url, |(_, rest)| rest);
    let host = host.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.rsplit('@').next().unwrap_or_default();
    // A Message-ID cannot contain a port or the colons of an IPv6 address.
    let host = host.split(':').next().unwrap_or_default();
    let plain = !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-');
    format!("<{email}@{}>", if plain { host } else { "dimail-portal.invalid" })
}

/// Parses a sender such as `portail@exemple.fr` or `Portail de Béziers <portail@exemple.fr>`. An
/// internationalised domain becomes its ASCII form, which every SMTP server accepts; a local part that is not
/// ASCII has none.
pub(super) fn read_sender(text: &str) -> Result<Mailbox, AddressError> {
    let text = one_line(text.trim());
    let Some((name, address)) = text.strip_suffix('>').and_then(|text| text.rsplit_once('<')) else {
        return Ok(Mailbox::new(None, sender_address(&text)?));
    };
    let name = name.trim().trim_matches('"').trim();
    Ok(Mailbox::new((!name.is_empty()).then(|| name.to_owned()), sender_address(address.trim())?))
}

fn sender_address(text: &str) -> Result<Address, AddressError> {
    let (local, domain) = text.rsplit_once('@').ok_or(AddressError::MissingParts)?;
    if !local.is_ascii() {
        return Err(AddressError::InvalidUser);
    }
    let domain = if domain.is_ascii() {
        domain.to_owned()
    } else {
        DomainName::parse(domain).map_err(|_| AddressError::InvalidDomain)?.to_string()
    };
    format!("{local}@{domain}").parse()
}

/// The latest date of a header, in seconds since 1970 (lettre cannot write later years).
const LAST_DATE: u64 = 253_402_300_799;

/// The email as MIME, with plain text and HTML as alternatives. The error says what is invalid.
pub(super) fn mime(from: &Mailbox, email: &Outgoing) -> Result<Message, String> {
    let to: Address = email.to.parse().map_err(|error| format!("no address to send to: {error}"))?;
    let seconds = u64::try_from(email.date.seconds()).unwrap_or(0).min(LAST_DATE);
    // An address that is not valid in a header is left out: the text of the email names it.
    let reply_to = email.written.reply_to.as_ref().and_then(|address| address.parse::<Address>().ok());
    let mut message = Message::builder();
    if let Some(address) = reply_to {
        message = message.reply_to(Mailbox::new(None, address));
    }
    let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
    message
        .from(from.clone())
        .to(Mailbox::new(None, to))
        .subject(one_line(&email.written.subject))
        .date(UNIX_EPOCH + Duration::from_secs(seconds))
        .message_id(Some(one_line(&email.message_id)))
        // RFC 3834: suppresses out-of-office replies.
        .raw_header(HeaderValue::new(automatic, "auto-generated".into()))
        .multipart(MultiPart::alternative_plain_html(email.written.text.clone(), email.written.html.clone()))
        .map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::{Outgoing, message_id, mime, read_sender};
    use crate::mail::email::Written;
    use crate::model::id::EmailId;
    use crate::model::time::Timestamp;

    fn outgoing(to: &str, subject: &str) -> Outgoing {
        let text = "Déjà prêt.\n.\nFin\n".to_owned();
        let html = format!("<p>{}é</p>", "x".repeat(3000));
        Outgoing {
            message_id: "<1@exemple.fr>".into(),
            to: to.into(),
            written: Written { subject: subject.into(), text, html, reply_to: None },
            date: Timestamp(1_795_352_700_000_000),
        }
    }

    fn formatted(email: &Outgoing) -> String {
        let from = read_sender("Portail de Béziers <portail@exemple.fr>").expect("a sender");
        String::from_utf8(mime(&from, email).expect("a message").formatted()).expect("text")
    }

    #[test]
    fn headers_say_what_they_must() {
        let message = formatted(&outgoing("jean@ville.fr", "Votre adresse est prête"));
        assert!(message.contains("Date: Sun, 22 Nov 2026 13:05:00 +0000\r\n"), "{message}");
        assert!(message.contains("Message-ID: <1@exemple.fr>\r\n"));
        assert!(message.contains("Auto-Submitted: auto-generated\r\n"));
        assert!(message.contains("To: jean@ville.fr\r\n"));
        assert!(message.contains("<portail@exemple.fr>\r\n"));
        assert!(message.contains("multipart/alternative"));
        assert!(message.contains("text/plain; charset=utf-8") && message.contains("text/html; charset=utf-8"));
        assert!(message.is_ascii(), "goes through servers that know 7 bits only");
        assert!(message.lines().all(|line| line.len() <= 998), "RFC 5322, 2.1.1");
    }

    #[test]
    fn answers_go_to_the_person_who_wrote() {
        let mut email = outgoing("dsi@agglo.fr", "Réglages");
        assert!(!formatted(&email).contains("Reply-To"));
        email.written.reply_to = Some("anna@ville.fr".into());
        assert!(formatted(&email).contains("Reply-To: anna@ville.fr\r\n"));
        email.written.reply_to = Some("anna@ville.fr\r\nBcc: x@y.fr".into());
        assert!(!formatted(&email).contains("Reply-To") && !formatted(&email).contains("Bcc"));
    }

    #[test]
    fn nothing_can_add_a_header() {
        let mut email = outgoing("jean@ville.fr", "Bonjour\r\nBcc: victim@autre.fr\n\n<b>");
        email.message_id = "<1@x>\r\nBcc: victim@autre.fr".into();
        let message = formatted(&email);
        let headers = message.split("\r\n\r\n").next().expect("headers");
        assert!(!headers.lines().any(|line| line.starts_with("Bcc")), "{headers}");
        let from = read_sender("a@b.fr").expect("a sender");
        for odd in ["jean@ville.fr\r\nBcc: x@y.fr", "jean", "a@b.fr, c@d.fr", "<a@b.fr>", ""] {
            assert!(mime(&from, &outgoing(odd, "s")).is_err(), "{odd:?}");
        }
    }

    #[test]
    fn senders_are_read_with_and_without_a_name() {
        let read = |text: &str| read_sender(text).map(|mailbox| (mailbox.name, mailbox.email.to_string())).ok();
        assert_eq!(read(" a@b.fr "), Some((None, "a@b.fr".into())));
        assert_eq!(read("\"Portail, essai (1)\" <a@b.fr>"), Some((Some("Portail, essai (1)".into()), "a@b.fr".into())));
        assert_eq!(read("<a@b.fr>"), Some((None, "a@b.fr".into())));
        let orleans = || "portail@xn--orlans-dva.fr".to_owned();
        assert_eq!(read("portail@Orléans.fr"), Some((None, orleans())));
        assert_eq!(read("Orléans <portail@orléans.fr>"), Some((Some("Orléans".into()), orleans())));
        assert_eq!(read("éa@ville.fr"), None);
        assert_eq!(read("a@l’haÿ.fr"), None);
        assert_eq!(read("Portail a@b.fr"), None);
        assert_eq!(read("Portail"), None);
    }

    #[test]
    fn message_ids_bear_the_host_of_the_portal() {
        let id = EmailId::new(Timestamp(1_795_352_700_000_000));
        assert_eq!(message_id(id, "https://portail.exemple.fr:8443/x"), format!("<{id}@portail.exemple.fr>"));
        assert_eq!(message_id(id, "http://[::1]:8000"), format!("<{id}@dimail-portal.invalid>"));
    }
}
