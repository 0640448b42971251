//! The confirmation of an address by a link that is sent there.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// How long the link works.
pub const CONFIRM_LINK_VALID: Duration = Duration::from_hours(24);

/// What the link in an email confirms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confirming {
    /// That the account reads at its address.
    Account,
    /// The same, asked from the page of the mailbox with that address.
    Mailbox,
    /// That the support address of a domain wants the emails about its status.
    Support,
}

impl Confirming {
    const ALL: [Self; 3] = [Self::Account, Self::Mailbox, Self::Support];

    /// The name in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Mailbox => "mailbox",
            Self::Support => "support",
        }
    }

    /// Parses the name in the database.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|what| what.as_str() == word)
    }

    /// Whether the link works only in a browser that is signed in to the account that asked: it proves
    /// something about that account.
    #[must_use]
    pub fn is_about_account(self) -> bool {
        match self {
            Self::Account | Self::Mailbox => true,
            Self::Support => false,
        }
    }
}
