//! Bulk actions on mailboxes: the action, and the result for each of them.

use strum::{AsRefStr, Display, EnumString};

use super::options::{Change, Verb};
use super::reason::Reason;
use super::refusal::{Refusal, Why};

/// The action on each chosen mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, AsRefStr, Display, EnumString)]
#[strum(serialize_all = "kebab-case")]
pub enum Action {
    /// It is disabled.
    Disable,
    /// It is enabled.
    Enable,
    /// A login link is sent to its mailbox user.
    LoginLink,
}

impl Action {
    /// All actions, in the order of the page.
    pub const ALL: [Self; 3] = [Self::LoginLink, Self::Enable, Self::Disable];

    /// What is done with each mailbox.
    #[must_use]
    pub fn verb(self) -> Verb {
        match self {
            Self::Disable => Verb::Change(Change::Disable),
            Self::Enable => Verb::Change(Change::Enable),
            Self::LoginLink => Verb::LoginLink,
        }
    }
}

/// Why nothing was requested for one of the mailboxes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Display, EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum NotRequested {
    /// There is no such mailbox.
    Unknown,
    /// dimail does not have it yet.
    NotCreated,
    /// Anything else, such as that it is to be deleted.
    Other,
    /// It is guarded: the account of a person that an administrator must not lock out.
    Guarded,
    /// It is not enabled.
    NotEnabled,
    /// This mail service does not support it.
    Unsupported,
    /// It has no secondary address.
    NoSecondary,
    /// Too many emails were sent to its mailbox user recently.
    TooMany,
}

impl From<&Refusal> for NotRequested {
    fn from(refusal: &Refusal) -> Self {
        match refusal {
            Refusal::NotFound | Refusal::SignedOut => Self::Unknown,
            Refusal::Forbidden(_) => Self::Guarded,
            Refusal::TooMany { .. } => Self::TooMany,
            Refusal::Conflict(Why::MailboxNotCreated) => Self::NotCreated,
            Refusal::Conflict(Why::DomainDisabled | Why::MailboxNotEnabled) => Self::NotEnabled,
            Refusal::Conflict(Why::LinkUnsupported { .. }) => Self::Unsupported,
            Refusal::Conflict(Why::NoSecondary { .. }) => Self::NoSecondary,
            Refusal::Conflict(_) | Refusal::Invalid(_) => Self::Other,
        }
    }
}

/// The state of one mailbox in a bulk action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LineState {
    /// It is done, or was in this state already.
    Done,
    /// It is in progress.
    UnderWay {
        /// Whether an attempt has failed.
        has_trouble: bool,
    },
    /// dimail refused, or it was given up.
    Refused(Reason),
    /// The email was not sent.
    EmailGivenUp,
    /// A later request replaced it, or the mailbox no longer exists.
    Replaced,
    /// Nothing was requested.
    NotRequested(NotRequested),
}

impl LineState {
    /// How the state is marked on pages.
    #[must_use]
    pub fn mark(&self) -> &'static str {
        match self {
            Self::Done => "good",
            Self::UnderWay { .. } => "wait",
            Self::Replaced => "quiet",
            Self::Refused(_) | Self::EmailGivenUp | Self::NotRequested(_) => "bad",
        }
    }

    /// Whether there is a mailbox with a page to link to.
    #[must_use]
    pub fn is_known(&self) -> bool {
        *self != Self::NotRequested(NotRequested::Unknown)
    }
}
