//! Limits how many passwords may be tried and how many emails requested, before a pause is needed.
//!
//! A wrong password is counted for the pair of address and origin, so that attempts from another origin
//! do not lock a person out.

use std::time::Duration;

use super::time::Timestamp;

/// How long wrong passwords are counted.
pub const COUNTED: Duration = Duration::from_mins(5);
/// The pause after the last tested password, once there were too many wrong ones.
pub const PAUSE: Duration = Duration::from_secs(30);
/// The limit of wrong passwords for one address from one origin.
pub const WRONG_FOR_ADDRESS: i64 = 5;
/// The limit of wrong passwords from one origin, for any address.
pub const WRONG_FROM_ORIGIN: i64 = 50;

/// How long requests for password reset emails are counted.
pub const EMAILS_COUNTED: Duration = Duration::from_hours(1);
/// The limit of password reset emails to one address.
pub const EMAILS_FOR_ADDRESS: i64 = 5;
/// The limit of password reset emails requested from one origin: a town hall has many people behind one
/// address.
pub const EMAILS_FROM_ORIGIN: i64 = 30;

/// The recent password attempts, for one address from one origin, or for one origin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tried {
    /// How many were wrong.
    pub wrong: i64,
    /// How many are being tested now.
    pub under_test: i64,
    /// When the last test began.
    pub last: Option<Timestamp>,
}

/// The decision about one more attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AttemptDecision {
    /// Test it.
    Test,
    /// It depends on the attempts being tested: ask again when they have ended.
    Wait,
    /// Refuse it without a test.
    Refuse,
}

impl Tried {
    /// The decision about one more attempt, with this limit of wrong ones.
    #[must_use]
    pub fn verdict(self, too_many: i64, now: Timestamp) -> AttemptDecision {
        let is_recent = self.last.is_some_and(|last| now.since(last) < PAUSE);
        match () {
            () if self.wrong >= too_many && is_recent => AttemptDecision::Refuse,
            () if self.wrong >= too_many => AttemptDecision::Test,
            () if self.wrong + self.under_test >= too_many => AttemptDecision::Wait,
            () => AttemptDecision::Test,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{AttemptDecision, PAUSE, Tried};
    use crate::model::time::Timestamp;

    const NOW: Timestamp = Timestamp(1_000_000_000);

    fn after(wrong: i64, under_test: i64, last: Option<Timestamp>) -> AttemptDecision {
        Tried { wrong, under_test, last }.verdict(5, NOW)
    }

    #[test]
    fn five_wrong_ones_ask_for_a_pause() {
        assert_eq!(after(0, 0, None), AttemptDecision::Test);
        assert_eq!(after(4, 0, Some(NOW)), AttemptDecision::Test);
        assert_eq!(after(5, 0, Some(NOW)), AttemptDecision::Refuse);
        assert_eq!(after(5, 0, Some(NOW.minus(PAUSE))), AttemptDecision::Test);
    }

    #[test]
    fn those_under_test_are_not_wrong_yet() {
        assert_eq!(after(0, 5, Some(NOW)), AttemptDecision::Wait);
        assert_eq!(after(3, 1, Some(NOW)), AttemptDecision::Test);
        // The attempt tested after the pause begins a new pause.
        assert_eq!(after(5, 1, Some(NOW)), AttemptDecision::Refuse);
    }
}
