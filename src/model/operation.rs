//! An operation on several mailboxes at once: what is done, and what becomes of each of them.

use super::order::Reason;

/// What is done to each chosen mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// It is disabled.
    Disable,
    /// It is enabled.
    Enable,
    /// Its holder is sent a login link.
    LoginLink,
}

impl Action {
    /// All actions, in the order of the page.
    pub const ALL: [Self; 3] = [Self::LoginLink, Self::Enable, Self::Disable];

    /// The word in forms and the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Disable => "disable",
            Self::Enable => "enable",
            Self::LoginLink => "login-link",
        }
    }

    /// The action of a word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.as_str() == word)
    }
}

/// Why nothing was asked for on one of the mailboxes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hindered {
    /// There is no such mailbox.
    Unknown,
    /// dimail does not have it yet.
    Unborn,
    /// Something else about it is under way.
    UnderWay,
    /// It is the account of somebody whom an administrator may not cut off.
    Guarded,
    /// It is not enabled.
    NotEnabled,
    /// This mail service cannot do it.
    Unsupported,
    /// It has no secondary address.
    NoSecondary,
    /// Its holder was sent many emails a short time ago.
    TooMany,
}

impl Hindered {
    const ALL: [Self; 8] = [
        Self::Unknown,
        Self::Unborn,
        Self::UnderWay,
        Self::Guarded,
        Self::NotEnabled,
        Self::Unsupported,
        Self::NoSecondary,
        Self::TooMany,
    ];

    /// The word in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Unborn => "unborn",
            Self::UnderWay => "under_way",
            Self::Guarded => "guarded",
            Self::NotEnabled => "not_enabled",
            Self::Unsupported => "unsupported",
            Self::NoSecondary => "no_secondary",
            Self::TooMany => "too_many",
        }
    }

    /// The reason of a word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|hindered| hindered.as_str() == word)
    }
}

/// Where one mailbox of an operation stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LineState {
    /// It is done, or was so already.
    Done,
    /// It goes on by itself.
    UnderWay {
        /// Whether an attempt was without success.
        has_trouble: bool,
    },
    /// dimail refused, or it was given up.
    Refused(Reason),
    /// The email did not leave.
    EmailGivenUp,
    /// A later request took its place, or the mailbox is gone.
    Replaced,
    /// Nothing was asked for.
    Hindered(Hindered),
}

impl LineState {
    /// How good that is, as the word of a mark.
    #[must_use]
    pub fn mark(&self) -> &'static str {
        match self {
            Self::Done => "good",
            Self::UnderWay { .. } => "wait",
            Self::Replaced => "quiet",
            Self::Refused(_) | Self::EmailGivenUp | Self::Hindered(_) => "bad",
        }
    }

    /// Whether there is such a mailbox, and a page to look at.
    #[must_use]
    pub fn is_known(&self) -> bool {
        *self != Self::Hindered(Hindered::Unknown)
    }
}
