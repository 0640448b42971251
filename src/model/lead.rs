//! Where the emails to an address go besides: what its account must know once it has rights.

use super::address::LocalPart;

/// One step on which emails leave an address, or access to its mailbox may be given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lead {
    /// The local part that is left: the one that was asked for, or one to which it leads.
    pub from: LocalPart,
    /// How.
    pub way: LeadWay,
    /// The address that is reached; empty for a mailbox that waits to be created.
    pub to: String,
}

/// How emails leave an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeadWay {
    /// An alias forwards them.
    Alias,
    /// The login links of its mailbox go to the secondary address.
    Secondary,
    /// A mailbox waits to be created there.
    Creation,
}

impl LeadWay {
    /// The name in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Alias => "alias",
            Self::Secondary => "secondary",
            Self::Creation => "creation",
        }
    }

    /// Parses the name in the database.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Alias, Self::Secondary, Self::Creation].into_iter().find(|way| way.as_str() == word)
    }
}
