//! The account of a person who signs in.

use std::time::Duration;

use super::id::UserId;
use super::time::Timestamp;

/// The shortest password of an account, in characters.
pub const PASSWORD_MIN: usize = 12;
/// The longest password of an account, in characters.
pub const PASSWORD_MAX: usize = 200;

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
    /// When the last link was sent to the account's address that the person used: since then the account
    /// is known to read there.
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
}

impl Actor {
    /// Whether this is the address of the person's account.
    pub fn has_address(&self, address: &str) -> bool {
        self.id.is_some() && self.email.to_lowercase() == address
    }

    /// A person, as staff or not.
    pub fn person(user: &User, as_staff: bool) -> Self {
        Self { id: Some(user.id), name: user.name.clone(), email: user.email.clone(), as_staff }
    }

    /// The portal itself, for background work.
    pub fn portal() -> Self {
        Self { id: None, name: "dimail-portal".into(), email: String::new(), as_staff: false }
    }

    /// An operator at the command line.
    pub fn operator() -> Self {
        Self { id: None, name: "operator".into(), email: String::new(), as_staff: true }
    }
}
