//! How many passwords may be tried, and how many emails asked for, before somebody has to wait.
//!
//! A wrong password counts against the address it was tried for and the origin it came from, both
//! together: whoever tries from elsewhere locks nobody out.

use std::time::Duration;

use super::time::Timestamp;

/// Wrong passwords count this long.
pub const COUNTED: Duration = Duration::from_mins(5);
/// The pause after the last tested password, once there were too many wrong ones.
pub const PAUSE: Duration = Duration::from_secs(30);
/// Wrong passwords for one address from one origin.
pub const WRONG_FOR_ADDRESS: i64 = 5;
/// Wrong passwords from one origin, whichever the address.
pub const WRONG_FROM_ORIGIN: i64 = 50;

/// Emails for a forgotten password count this long.
pub const EMAILS_COUNTED: Duration = Duration::from_hours(1);
/// Emails for a forgotten password to one address.
pub const EMAILS_FOR_ADDRESS: i64 = 5;
/// Emails for a forgotten password that one origin asks for: a town hall has many people behind
/// one address.
pub const EMAILS_FROM_ORIGIN: i64 = 30;

/// The passwords that were tried lately, for one address from one origin or from one origin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tried {
    /// How many were wrong.
    pub wrong: i64,
    /// How many are being tested at this moment.
    pub under_test: i64,
    /// When the last test began.
    pub last: Option<Timestamp>,
}

/// What becomes of one more attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// It is tested.
    Test,
    /// It depends on those under test: ask again when they are done.
    Wait,
    /// It is not tested.
    Refuse,
}

impl Tried {
    /// What becomes of one more attempt when so many wrong ones are too many.
    #[must_use]
    pub fn verdict(self, too_many: i64, now: Timestamp) -> Verdict {
        let is_recent = self.last.is_some_and(|last| now.since(last) < PAUSE);
        match () {
            () if self.wrong >= too_many && is_recent => Verdict::Refuse,
            () if self.wrong >= too_many => Verdict::Test,
            () if self.wrong + self.under_test >= too_many => Verdict::Wait,
            () => Verdict::Test,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{PAUSE, Tried, Verdict};
    use crate::model::time::Timestamp;

    const NOW: Timestamp = Timestamp(1_000_000_000);

    fn after(wrong: i64, under_test: i64, last: Option<Timestamp>) -> Verdict {
        Tried { wrong, under_test, last }.verdict(5, NOW)
    }

    #[test]
    fn five_wrong_ones_ask_for_a_pause() {
        assert_eq!(after(0, 0, None), Verdict::Test);
        assert_eq!(after(4, 0, Some(NOW)), Verdict::Test);
        assert_eq!(after(5, 0, Some(NOW)), Verdict::Refuse);
        assert_eq!(after(5, 0, Some(NOW.minus(PAUSE))), Verdict::Test);
    }

    #[test]
    fn those_under_test_are_not_wrong_yet() {
        assert_eq!(after(0, 5, Some(NOW)), Verdict::Wait);
        assert_eq!(after(3, 1, Some(NOW)), Verdict::Test);
        // The one that is tested after the pause begins a new one.
        assert_eq!(after(5, 1, Some(NOW)), Verdict::Refuse);
    }
}
