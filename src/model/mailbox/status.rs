//! The status of a mailbox, which people see.

use strum::{AsRefStr, Display, EnumString};

use crate::model::wanted::Known;

/// The status of a mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, AsRefStr, Display, EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum MailboxStatus {
    /// Stored here; dimail is not known to have it yet.
    Pending,
    /// At dimail and active.
    Enabled,
    /// Refused by dimail or given up.
    Failed,
    /// At dimail and inactive.
    Disabled,
}

impl MailboxStatus {
    /// All statuses, in the order of a mailbox's lifecycle.
    pub const ALL: [Self; 4] = [Self::Pending, Self::Enabled, Self::Failed, Self::Disabled];

    /// The status of a mailbox of which dimail was last known to have this.
    #[must_use]
    pub fn of(known: Known, is_refused: bool) -> Self {
        match known {
            Known::Active => Self::Enabled,
            Known::Inactive => Self::Disabled,
            Known::New | Known::Absent if !is_refused => Self::Pending,
            Known::New | Known::Absent | Known::HalfMade | Known::Gone => Self::Failed,
        }
    }

    /// Whether dimail is known to have the mailbox; otherwise it can be corrected, sent again or
    /// deleted.
    #[must_use]
    pub fn is_created(self) -> bool {
        matches!(self, Self::Enabled | Self::Disabled)
    }
}
