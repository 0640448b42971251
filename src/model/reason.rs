//! Why a change was not carried out, or not yet.

use serde::{Deserialize, Serialize};

/// Why a change ended without being carried out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum Reason {
    /// dimail refused it, with this text.
    Refused {
        /// The status of the answer; `None` if the call was not sent, because its path would lead elsewhere.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        status: Option<u16>,
        /// dimail's text, unchanged.
        detail: String,
    },
    /// dimail already has this domain.
    DomainKnown,
    /// The address exists at dimail, and the portal did not create it.
    AddressTaken,
    /// The display name is taken in the context.
    DisplayNameTaken {
        /// The address that has it, if dimail returned it.
        holder: Option<String>,
    },
    /// Another domain of the context has a mailbox with this local part.
    LocalPartTakenElsewhere,
    /// Open-XChange has a user, but there is no mailbox.
    HalfMade,
    /// The mailbox was deleted, but Open-XChange still has its user.
    UserLeft,
    /// dimail answers success for disabling a mailbox, but does not disable it (2024).
    CannotDisable,
    /// dimail answers success for enabling a mailbox, but does not enable it.
    CannotEnable,
    /// dimail answers success for new names, but does not change them.
    CannotRename,
    /// Not sent: meanwhile the address has become guarded from the person who asked.
    Guarded,
    /// dimail no longer has the mailbox.
    Gone,
    /// No answer for too long.
    GivenUp,
}

/// Why the last attempt at a job had no result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "trouble", rename_all = "snake_case")]
pub enum Trouble {
    /// dimail did not answer, or the answer could not be read.
    NoAnswer {
        /// What happened, for the operators.
        detail: String,
        /// Whether there was no answer at all: the server, or the way to it, is down.
        #[serde(default)]
        away: bool,
    },
    /// A check timed out: the name servers of its domain do not answer dimail.
    NameServers,
    /// dimail refused to check the domain.
    Refused {
        /// dimail's text, unchanged.
        detail: String,
    },
    /// A fault of the installation: credentials, address or version of dimail.
    Installation {
        /// What happened, for the operators.
        detail: String,
    },
    /// An error of the portal itself, such as its database.
    Portal,
}

impl Trouble {
    /// No answer that could be used, from a server that is there.
    #[must_use]
    pub fn no_answer(detail: impl Into<String>) -> Self {
        Self::NoAnswer { detail: detail.into(), away: false }
    }

    /// What happened, for the operators.
    #[must_use]
    pub fn detail(&self) -> &str {
        match self {
            Self::NoAnswer { detail, .. } | Self::Installation { detail } | Self::Refused { detail } => detail,
            Self::NameServers => "the name servers of the domain do not answer dimail",
            Self::Portal => "the portal is at fault",
        }
    }

    /// Whether there was no answer at all.
    #[must_use]
    pub fn is_away(&self) -> bool {
        matches!(self, Self::NoAnswer { away: true, .. })
    }
}
