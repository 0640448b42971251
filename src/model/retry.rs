//! How work that had no result is retried: the series of its attempts, and the pauses between them.

use std::time::Duration;

use super::time::Timestamp;

/// Attempts in a row at a job or an email. A series begins with the first attempt after the portal
/// started, or after a server that did not answer came back: a stop of either must not use up the time
/// after which the portal gives up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Series {
    /// How many, including the present one.
    pub attempts: i64,
    /// When the first of them began.
    pub first_attempt_at: Timestamp,
}

impl Series {
    /// The series to which the present attempt belongs after it ended: a new one if the server answered
    /// it (`is_away` is `false`), but not the one before.
    #[must_use]
    pub fn after(self, was_away: bool, is_away: bool, now: Timestamp) -> Self {
        if was_away && !is_away { Self { attempts: 1, first_attempt_at: now } } else { self }
    }
}

/// A job or an email is given up after this many attempts at least.
const LEAST_ATTEMPTS: i64 = 5;

/// The retry schedule.
#[derive(Clone, Copy, Debug)]
pub struct Pauses {
    /// The pause after the first attempt.
    pub first: Duration,
    /// The longest pause.
    pub longest: Duration,
    /// After how long without an answer a change is given up, counted from the first attempt of a series.
    pub give_up: Duration,
}

/// The first and the longest pause after checks without an answer.
const SILENT_CHECK: [Duration; 2] = [Duration::from_mins(10), Duration::from_hours(24)];

/// The pause after `checks` checks in a row without an answer of the domain's name servers.
#[must_use]
pub fn after_silent_check(checks: i64) -> Duration {
    let [first, longest] = SILENT_CHECK;
    doubled(first, checks, longest)
}

/// More doublings than any pause needs to reach the longest one; their factor fits into a `u32`.
const DOUBLINGS: i64 = 20;

/// The pause after attempt number `attempts`: `first`, doubled with each attempt up to `longest`.
fn doubled(first: Duration, attempts: i64, longest: Duration) -> Duration {
    let doublings = u32::try_from(attempts.saturating_sub(1).clamp(0, DOUBLINGS)).unwrap_or(0);
    first.saturating_mul(1 << doublings).min(longest)
}

impl Pauses {
    /// Whether a series lasted for so long that there is no further attempt.
    #[must_use]
    pub fn are_over(&self, series: Series, now: Timestamp) -> bool {
        series.attempts >= LEAST_ATTEMPTS && now.since(series.first_attempt_at) >= self.give_up
    }

    /// The pause after attempt number `attempts`. It doubles each time up to the longest one; `chance`
    /// (0 to 1) spreads it between half and the whole, so that retries do not come at the same time.
    #[must_use]
    pub fn after(&self, attempts: i64, chance: f64) -> Duration {
        let whole = doubled(self.first, attempts, self.longest);
        whole.mul_f64(0.5 + 0.5 * chance.clamp(0.0, 1.0))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Pauses, Series, after_silent_check};
    use crate::model::time::Timestamp;

    #[test]
    fn pauses_grow_to_the_longest() {
        let (first, longest) = (Duration::from_secs(2), Duration::from_mins(5));
        let pauses = Pauses { first, longest, give_up: Duration::from_secs(9) };
        let whole = |attempts| pauses.after(attempts, 1.0).as_secs();
        assert_eq!([1, 2, 3, 8, 9, 1000].map(whole), [2, 4, 8, 256, 300, 300]);
        assert_eq!(pauses.after(1, 0.0), Duration::from_secs(1));
    }

    #[test]
    fn a_series_is_over_after_a_time_and_five_attempts() {
        let (hour, now) = (Duration::from_hours(1), Timestamp(1_795_338_000_000_000));
        let pauses = Pauses { first: hour, longest: hour, give_up: hour };
        let is_over = |attempts, since| pauses.are_over(Series { attempts, first_attempt_at: now.minus(since) }, now);
        assert!(is_over(5, hour) && !is_over(4, hour) && !is_over(99, hour / 2));
        let old = Series { attempts: 9, first_attempt_at: now.minus(hour) };
        let new = Series { attempts: 1, first_attempt_at: now };
        let after = |was_away, is_away| old.after(was_away, is_away, now);
        assert_eq!(
            [after(true, false), after(true, true), after(false, false), after(false, true)],
            [new, old, old, old]
        );
    }

    #[test]
    fn checks_without_answer_come_back_after_ten_minutes_and_at_last_daily() {
        assert_eq!(
            [0, 1, 2, 3, 8, 9, 90].map(|n| after_silent_check(n).as_secs() / 60),
            [10, 10, 20, 40, 1280, 1440, 1440]
        );
    }
}
