//! A timestamp in microseconds since 1970 in UTC, which sorts and compares alike in both databases.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A timestamp in microseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// This timestamp plus `pause`, or the latest possible timestamp if that would overflow.
    pub fn plus(self, pause: Duration) -> Self {
        Self(self.0.saturating_add(micros(pause)))
    }

    /// This timestamp minus `pause`.
    pub fn minus(self, pause: Duration) -> Self {
        Self(self.0.saturating_sub(micros(pause)))
    }

    /// The duration from `earlier` to this timestamp; zero if `earlier` is later.
    pub fn since(self, earlier: Self) -> Duration {
        let micros = self.0.saturating_sub(earlier.0).max(0);
        Duration::from_micros(micros.unsigned_abs())
    }

    /// Whole seconds since 1970.
    pub fn seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }
}

fn micros(pause: Duration) -> i64 {
    i64::try_from(pause.as_micros()).unwrap_or(i64::MAX)
}
