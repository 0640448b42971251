//! The account of a person who signs in.

use std::time::Duration;

use super::id::UserId;
use super::time::Timestamp;

/// The shortest password of an account, in characters.
pub const PASSWORD_MIN: usize = 12;
/// The longest password of an account, in characters.
pub const PASSWORD_MAX: usize = 200;

/// A session ends this long after its last use.
pub const SESSION_IDLE: Duration = Duration::from_hours(12);
/// A session ends this long after its beginning at the latest.
pub const SESSION_LONGEST: Duration = Duration::from_hours(7 * 24);

/// How long a password reset link is valid.
pub const RESET_LINK_VALID: Duration = Duration::from_hours(1);

/// A person's account.
#[derive(Clone, Debug)]
pub struct User {
    /// The account's key.
    pub id: UserId,
    /// The address with which the person signs in, as typed.
    pub email: String,
    /// The person's name.
    pub name: String,
    /// Whether the person is staff.
    pub is_staff: bool,
    /// The language the person chose, if any.
    pub language: Option<Language>,
    /// When the account was closed, if it is.
    pub disabled_at: Option<Timestamp>,
    /// When the last link was sent to the account's address that the person used: since then they are known to
    /// read what is sent there.
    pub proved_at: Option<Timestamp>,
}

/// The languages of the portal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Language {
    /// French.
    Fr,
    /// English.
    En,
}

impl Language {
    /// Parses a language code such as `fr`, `fr-CA` or `EN`.
    pub fn from_code(code: &str) -> Option<Self> {
        let primary = code.trim().split(['-', '_']).next().unwrap_or_default();
        match primary.to_ascii_lowercase().as_str() {
            "fr" => Some(Self::Fr),
            "en" => Some(Self::En),
            _ => None,
        }
    }

    /// Its code: `fr` or `en`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Fr => "fr",
            Self::En => "en",
        }
    }
}

/// The origin of what a command does.
pub const COMMAND: &str = "command";

/// Whose lines of a journal those of the portal's own work are.
pub const PORTAL: &str = "portal";

/// The author of an action: a signed-in person, or the portal itself.
#[derive(Clone, Debug)]
pub struct Actor {
    /// The account; `None` when the portal or a command acts.
    pub id: Option<UserId>,
    /// The name for the journal.
    pub name: String,
    /// The address for the journal.
    pub email: String,
    /// Whether the person acts as staff, not as a member of the domain.
    pub as_staff: bool,
    /// Where the request came from: the address of the client as the rate limits see it, or [`COMMAND`];
    /// `None` for the portal's own work.
    pub origin: Option<String>,
}

impl Actor {
    /// Whether this is the address of the person's account.
    pub fn has_address(&self, address: &str) -> bool {
        self.id.is_some() && self.email.to_lowercase() == address
    }

    /// A person, as staff or not.
    pub fn person(user: &User, as_staff: bool, origin: Option<String>) -> Self {
        Self { id: Some(user.id), name: user.name.clone(), email: user.email.clone(), as_staff, origin }
    }

    /// A person without an account who uses a link that was sent to this address.
    pub fn by_link(email: &str, origin: &str) -> Self {
        let origin = Some(origin.to_owned());
        Self { id: None, name: email.to_owned(), email: email.to_owned(), as_staff: false, origin }
    }

    /// The portal itself, for background work.
    pub fn portal() -> Self {
        Self { id: None, name: "dimail-portal".into(), email: String::new(), as_staff: false, origin: None }
    }

    /// An operator at the command line, with the name of their account on the machine.
    pub fn operator(name: &str) -> Self {
        let origin = Some(COMMAND.to_owned());
        Self { id: None, name: name.to_owned(), email: String::new(), as_staff: true, origin }
    }

    /// Whose lines of a journal these are: the address in lower case, [`COMMAND`], or `portal`.
    pub fn key(&self) -> String {
        match (self.email.as_str(), &self.origin) {
            ("", Some(_)) => COMMAND.to_owned(),
            ("", None) => PORTAL.to_owned(),
            (email, _) => email.to_lowercase(),
        }
    }
}
