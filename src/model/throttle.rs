//! Limits how many passwords may be tried and how many emails requested, before a pause is needed.
//!
//! A wrong password is counted for the pair of address and origin, so that attempts from another origin
//! do not lock a person out. A browser in which the person has signed in before is counted apart from all
//! others, so that those who share its origin do not lock the person out either. An address takes a number
//! of wrong passwords in an hour from all other browsers; after that the way in is the link of an email.

use std::time::Duration;

use super::time::Timestamp;

/// How long wrong passwords are counted.
pub const COUNTED: Duration = Duration::from_mins(5);
/// The pause after the last tested password, once there were too many wrong ones.
pub const PAUSE: Duration = Duration::from_secs(30);
/// The limit of wrong passwords for one address from one origin, or from one known browser.
pub const WRONG_FOR_ADDRESS: i64 = 5;
/// The limit of wrong passwords from one origin, for any address.
pub const WRONG_FROM_ORIGIN: i64 = 50;
/// The limit of wrong passwords for one address from all browsers that it does not know.
pub const WRONG_IN_AN_HOUR: i64 = 100;
/// The period of [`WRONG_IN_AN_HOUR`].
pub const COUNTED_FOR_ADDRESS: Duration = Duration::from_hours(1);
/// The person of an address is told of many wrong passwords at most this often.
pub const TOLD_EVERY: Duration = Duration::from_hours(24);

/// How long a browser stays known after a sign-in.
pub const KNOWN_FOR: Duration = Duration::from_hours(365 * 24);
/// A known browser is no longer known after this many wrong passwords in a row.
pub const WRONG_IN_A_ROW: i64 = 20;
/// The limit of emails about new browsers to one account within [`EMAILS_COUNTED`].
pub const BROWSERS_TOLD: i64 = 5;

/// How many passwords may wait for their test in one process, apart from those of known browsers.
pub const PLACES: usize = 48;
/// How many more places are there for known browsers: a quarter of all.
pub const PLACES_FOR_KNOWN: usize = 16;
/// How many passwords are tested at the same time, apart from those of known browsers: one argon2id hash needs
/// 19 MiB and a CPU core for a while, and more of them would slow down the pages.
pub const TURNS: usize = 3;
/// How many more may be tested at the same time for known browsers: a quarter of all.
pub const TURNS_FOR_KNOWN: usize = 1;
/// When to try again if all places are taken.
pub const BUSY_FOR: Duration = Duration::from_secs(5);

/// How long emails that people may request without limit are counted: password reset, confirmation, DNS settings.
pub const EMAILS_COUNTED: Duration = Duration::from_hours(1);
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
    /// Refuse it without a test, until the pause is over.
    Refuse,
    /// Refuse it without a test: the address has taken all wrong passwords of an hour.
    AddressFull,
}

impl Tried {
    /// The decision about one more attempt, with this limit of wrong ones.
    pub fn verdict(self, too_many: i64, now: Timestamp) -> AttemptDecision {
        let is_recent = self.last.is_some_and(|last| now.since(last) < PAUSE);
        if self.wrong >= too_many {
            if is_recent { AttemptDecision::Refuse } else { AttemptDecision::Test }
        } else if self.wrong + self.under_test >= too_many {
            AttemptDecision::Wait
        } else {
            AttemptDecision::Test
        }
    }

    /// The decision about one more attempt, of those for an address in an hour.
    pub fn verdict_in_an_hour(self) -> AttemptDecision {
        if self.wrong >= WRONG_IN_AN_HOUR {
            AttemptDecision::AddressFull
        } else if self.wrong + self.under_test >= WRONG_IN_AN_HOUR {
            AttemptDecision::Wait
        } else {
            AttemptDecision::Test
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
    fn an_address_takes_a_hundred_in_an_hour() {
        let after = |wrong, under_test| Tried { wrong, under_test, last: None }.verdict_in_an_hour();
        assert_eq!(
            (after(99, 0), after(99, 1), after(0, 100)),
            (AttemptDecision::Test, AttemptDecision::Wait, AttemptDecision::Wait)
        );
        assert_eq!((after(100, 0), after(100, 3)), (AttemptDecision::AddressFull, AttemptDecision::AddressFull));
        assert!(
            AttemptDecision::AddressFull > AttemptDecision::Refuse && AttemptDecision::Refuse > AttemptDecision::Wait
        );
    }

    #[test]
    fn those_under_test_are_not_wrong_yet() {
        assert_eq!(after(0, 5, Some(NOW)), AttemptDecision::Wait);
        assert_eq!(after(3, 1, Some(NOW)), AttemptDecision::Test);
        // The attempt tested after the pause begins a new pause.
        assert_eq!(after(5, 1, Some(NOW)), AttemptDecision::Refuse);
    }
}
