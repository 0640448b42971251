//! Parses the settings `SMTP_URL` and `MAIL_FROM`.
//!
//! Does not know environment variables or SMTP sessions. Errors never repeat a value, which may contain
//! a password.

use std::fmt;
use std::net::IpAddr;

use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::extension::ClientId;
use percent_encoding::percent_decode_str;

/// An invalid setting for emails. Each message names the setting, never its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MailSettingsError {
    /// The scheme is not one of the three.
    #[error("SMTP_URL must begin with smtp://, smtps:// or smtp+starttls://")]
    Scheme,
    /// The host name is missing or invalid.
    #[error("SMTP_URL names no server")]
    Host,
    /// The port is not a number from 1 to 65535.
    #[error("SMTP_URL has a port that is none")]
    Port,
    /// A user without a password, or invalid UTF-8.
    #[error("SMTP_URL must give user and password as user:password@, with special characters percent-encoded")]
    Credentials,
    /// There is something after the server.
    #[error("SMTP_URL must end after the server and its port")]
    Rest,
    /// The sender cannot be parsed.
    #[error("MAIL_FROM must be an e-mail address, with or without a name: Name <name@example.org>")]
    From,
}

/// How the connection is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Protection {
    /// Not at all.
    None,
    /// TLS from the first byte.
    Tls,
    /// TLS by STARTTLS, without which nothing is sent.
    StartTls,
}

/// An SMTP server.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Server {
    pub host: String,
    pub port: u16,
    pub protection: Protection,
    pub credentials: Option<Credentials>,
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, port, protection, credentials } = self;
        write!(f, "{host}:{port} ({protection:?}, credentials: {})", credentials.is_some())
    }
}

impl Server {
    /// Parses `SMTP_URL`.
    pub(super) fn parse(url: &str) -> Result<Self, MailSettingsError> {
        let (scheme, rest) = url.trim().split_once("://").ok_or(MailSettingsError::Scheme)?;
        let (protection, usual_port) = match scheme.to_ascii_lowercase().as_str() {
            "smtp" => (Protection::None, 25),
            "smtps" => (Protection::Tls, 465),
            "smtp+starttls" => (Protection::StartTls, 587),
            _ => return Err(MailSettingsError::Scheme),
        };
        let (credentials, place) = match rest.rsplit_once('@') {
            Some((user, place)) => (Some(read_credentials(user)?), place),
            None => (None, rest),
        };
        let place = place.strip_suffix('/').unwrap_or(place);
        if place.contains(['/', '?', '#']) {
            return Err(MailSettingsError::Rest);
        }
        let (host, port) = split_port(place)?;
        let port = port.map_or(Ok(usual_port), read_port)?;
        Ok(Self { host: read_host(host)?, port, protection, credentials })
    }
}

/// The name in the greeting: a host name, or an address as a literal (RFC 5321, 4.1.3).
pub(super) fn client_id(hello: &str) -> ClientId {
    match hello.trim_start_matches('[').trim_end_matches(']').parse() {
        Ok(IpAddr::V4(address)) => ClientId::Ipv4(address),
        Ok(IpAddr::V6(address)) => ClientId::Ipv6(address),
        Err(_) => ClientId::Domain(hello.to_owned()),
    }
}

/// `host`, `host:port`, `[::1]` or `[::1]:port`.
fn split_port(place: &str) -> Result<(&str, Option<&str>), MailSettingsError> {
    let Some(rest) = place.strip_prefix('[') else {
        return Ok(place.split_once(':').map_or((place, None), |(host, port)| (host, Some(port))));
    };
    let (host, after) = rest.split_once(']').ok_or(MailSettingsError::Host)?;
    match after.strip_prefix(':') {
        Some(port) => Ok((host, Some(port))),
        None if after.is_empty() => Ok((host, None)),
        None => Err(MailSettingsError::Host),
    }
}

fn read_port(text: &str) -> Result<u16, MailSettingsError> {
    text.parse().ok().filter(|port| *port > 0).ok_or(MailSettingsError::Port)
}

fn read_host(host: &str) -> Result<String, MailSettingsError> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b':');
    if host.is_empty() || !host.bytes().all(plain) {
        return Err(MailSettingsError::Host);
    }
    Ok(host.to_ascii_lowercase())
}

fn read_credentials(text: &str) -> Result<Credentials, MailSettingsError> {
    let decode = |part: &str| percent_decode_str(part).decode_utf8().map(String::from);
    let (user, password) = text.split_once(':').ok_or(MailSettingsError::Credentials)?;
    match (decode(user), decode(password)) {
        (Ok(user), Ok(password)) if !user.is_empty() => Ok(Credentials::new(user, password)),
        _ => Err(MailSettingsError::Credentials),
    }
}

#[cfg(test)]
mod tests {
    use lettre::transport::smtp::authentication::Credentials;

    use super::{MailSettingsError, Protection, Server, client_id};

    fn place(url: &str) -> Result<(String, u16, Protection), MailSettingsError> {
        Server::parse(url).map(|server| (server.host, server.port, server.protection))
    }

    #[test]
    fn servers_are_read() {
        assert_eq!(place("smtp://Mail.exemple.fr"), Ok(("mail.exemple.fr".into(), 25, Protection::None)));
        assert_eq!(place("smtps://mail.exemple.fr/"), Ok(("mail.exemple.fr".into(), 465, Protection::Tls)));
        assert_eq!(place("smtp+starttls://u:p@m.fr"), Ok(("m.fr".into(), 587, Protection::StartTls)));
        assert_eq!(place("smtp://127.0.0.1:1025"), Ok(("127.0.0.1".into(), 1025, Protection::None)));
        assert_eq!(place("smtp://[::1]:1025"), Ok(("::1".into(), 1025, Protection::None)));
    }

    #[test]
    fn the_greeting_is_a_name_or_a_literal() {
        let said = |hello| client_id(hello).to_string();
        let wanted = ["portail.fr", "[192.0.2.1]", "[IPv6:2001:db8::1]"];
        assert_eq!(["portail.fr", "192.0.2.1", "[2001:db8::1]"].map(said), wanted);
    }

    #[test]
    fn credentials_are_decoded_and_hidden() {
        let server = Server::parse("smtps://jean%40ville.fr:p%3A%2F@ss@mail.fr").expect("a server");
        assert_eq!(server.credentials, Some(Credentials::new("jean@ville.fr".into(), "p:/@ss".into())));
        assert_eq!(format!("{server:?}"), "mail.fr:465 (Tls, credentials: true)");
    }

    #[test]
    fn wrong_settings_are_named_without_their_value() {
        assert_eq!(place("mail.exemple.fr:25"), Err(MailSettingsError::Scheme));
        assert_eq!(place("http://mail.fr"), Err(MailSettingsError::Scheme));
        assert_eq!(place("smtp://"), Err(MailSettingsError::Host));
        assert_eq!(place("smtp://[::1"), Err(MailSettingsError::Host));
        assert_eq!(place("smtp://mail.fr:0"), Err(MailSettingsError::Port));
        assert_eq!(place("smtp://mail.fr:"), Err(MailSettingsError::Port));
        assert_eq!(place("smtp://secret@mail.fr"), Err(MailSettingsError::Credentials));
        assert_eq!(place("smtp://u:%ff@mail.fr"), Err(MailSettingsError::Credentials));
        assert_eq!(place("smtp://mail.fr/path"), Err(MailSettingsError::Rest));
    }
}
