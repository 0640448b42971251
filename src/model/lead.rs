//! To which other addresses the emails to an address go. The person of its account must know them once the
//! account has rights.

use sha2::{Digest, Sha256};
use strum::{Display, EnumString};

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

/// A text that changes when any of these steps does.
pub fn digest(leads: &[Lead]) -> String {
    let steps: Vec<String> = leads.iter().map(|lead| format!("{} {} {}", lead.from, lead.way, lead.to)).collect();
    format!("{:x}", Sha256::digest(steps.join("\n")))
}

/// How emails leave an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Display, EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum LeadWay {
    /// An alias forwards them.
    Alias,
    /// The login links of its mailbox go to the secondary address.
    Secondary,
    /// A mailbox waits to be created there.
    Creation,
}
