//! An alias: a local part that forwards to destinations. Each pair of the two has its own status.

mod destination;
mod form;
mod warning;

pub use destination::{DISCARD, Destination};
pub use form::{AliasFields, DESTINATIONS_MAX, NewAlias};
use strum::{AsRefStr, Display, EnumString};
pub use warning::{Surroundings, Warning};

use super::address::LocalPart;
use super::guard::Guard;
use super::id::AliasId;
use super::reason::Reason;

/// The status of one destination of an alias.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, AsRefStr, Display, EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum AliasStatus {
    /// Wanted, not yet at dimail.
    Pending,
    /// At dimail.
    Enabled,
    /// To be removed, not yet gone from dimail.
    Removing,
    /// Refused by dimail or given up.
    Failed,
}

impl AliasStatus {
    /// The status of a destination that is wanted or not, known so at dimail, and refused or not.
    #[must_use]
    pub fn of(wanted: bool, known: AliasKnown, is_refused: bool) -> Self {
        match (wanted, known) {
            (false, _) => Self::Removing,
            // Its removal may have been refused.
            (true, AliasKnown::Present) => Self::Enabled,
            (true, _) if is_refused => Self::Failed,
            (true, _) => Self::Pending,
        }
    }
}

/// What dimail is known to have of one destination.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Display, EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum AliasKnown {
    /// dimail has nothing of it from this portal: nothing was sent, or what was sent was refused.
    New,
    /// dimail has it.
    Present,
    /// dimail is not known to have it, though it may: a call had no certain result, it was shown to be
    /// missing, or a removal may be under way.
    Absent,
}

/// A pair of an alias and one of its destinations, as pages and rules use it.
#[derive(Clone, Debug)]
pub struct AliasDestination {
    /// Its key.
    pub id: AliasId,
    /// The local part of the alias.
    pub local_part: LocalPart,
    /// The destination.
    pub destination: Destination,
    /// Whether it should exist; otherwise it is to be removed.
    pub wanted: bool,
    /// What dimail is known to have of it.
    pub known: AliasKnown,
    /// Why it failed, or why it could not be removed.
    pub reason: Option<Reason>,
    /// The highest guard that the person passed who last asked for it.
    pub cleared: Guard,
    /// Whether it is added again because dimail lost it.
    pub is_pushed: bool,
}

impl AliasDestination {
    /// Its status.
    #[must_use]
    pub fn status(&self) -> AliasStatus {
        AliasStatus::of(self.wanted, self.known, self.reason.is_some())
    }
}

/// An alias in the list of a domain.
#[derive(Clone, Debug)]
pub struct AliasRow {
    /// The local part.
    pub local_part: LocalPart,
    /// How many destinations it has.
    pub destinations: i64,
    /// The first of them.
    pub first: String,
    /// How many of them wait to be created or removed.
    pub waiting: i64,
    /// How many of them failed.
    pub failed: i64,
    /// How many of them lie in the same domain, where neither an enabled mailbox nor an alias has their address.
    pub lost: i64,
}
