//! The confirmation of an address by a link that is sent there.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use strum::{Display, EnumString};

/// How long the link works.
pub const CONFIRM_LINK_VALID: Duration = Duration::from_hours(24);

/// What the link in an email confirms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Display, EnumString)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Confirming {
    /// That the person of the account reads what is sent to its address.
    Account,
    /// The same, asked from the page of the mailbox with that address.
    Mailbox,
    /// That the support address of a domain wants the emails about its status.
    Support,
}

impl Confirming {
    /// Whether the link works only in a browser that is signed in to the account that asked: it proves
    /// something about that account.
    pub fn is_about_account(self) -> bool {
        match self {
            Self::Account | Self::Mailbox => true,
            Self::Support => false,
        }
    }
}
