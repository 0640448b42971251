//! The clock of the program, which is passed to the code that needs the time, so that tests can set it; and time
//! limits of calls.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::tz::TimeZone;
use tokio::time::timeout;

use crate::model::Timestamp;

/// A source of the current time.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    by_hand: Option<Arc<AtomicI64>>,
}

/// The beginning of a day, written `YYYY-MM-DD`, and that of the next day in a time zone.
pub fn day(written: &str, zone: &TimeZone) -> Option<(Timestamp, Timestamp)> {
    let day: jiff::civil::Date = written.trim().parse().ok()?;
    let start = |day: jiff::civil::Date| {
        let start = day.to_zoned_datetime(zone.clone()).ok()?;
        Some(Timestamp(start.timestamp().as_microsecond()))
    };
    Some((start(day)?, start(day.tomorrow().ok()?)?))
}

impl Clock {
    /// The clock of this machine.
    pub fn system() -> Self {
        Self::default()
    }

    /// A clock that shows `start` until it is advanced.
    pub fn by_hand(start: Timestamp) -> Self {
        Self { by_hand: Some(Arc::new(AtomicI64::new(start.0))) }
    }

    /// The current time.
    #[expect(clippy::disallowed_methods, reason = "the one place where the time is taken")]
    pub fn now(&self) -> Timestamp {
        match &self.by_hand {
            Some(micros) => Timestamp(micros.load(Ordering::SeqCst)),
            None => Timestamp(jiff::Timestamp::now().as_microsecond()),
        }
    }

    /// Sets a clock of a test back; has no effect on the machine's clock.
    pub fn set_back(&self, by: Duration) {
        if let Some(micros) = &self.by_hand {
            let by = i64::try_from(by.as_micros()).unwrap_or(i64::MAX);
            micros.fetch_sub(by, Ordering::SeqCst);
        }
    }

    /// The beginning of the current day in a time zone; the current time if the calendar does not reach
    /// that far.
    pub fn start_of_day(&self, zone: &TimeZone) -> Timestamp {
        let now = self.now();
        let start = jiff::Timestamp::from_microsecond(now.0)
            .and_then(|time| time.to_zoned_datetime(zone.clone()).start_of_day());
        start.map_or(now, |start| Timestamp(start.timestamp().as_microsecond()))
    }

    /// Advances a clock of a test; has no effect on the machine's clock.
    pub fn advance(&self, by: Duration) {
        if let Some(micros) = &self.by_hand {
            let by = i64::try_from(by.as_micros()).unwrap_or(i64::MAX);
            micros.fetch_add(by, Ordering::SeqCst);
        }
    }
}

/// Why a call with a time limit has no result.
#[derive(Debug)]
pub enum NoResult<E> {
    /// The call failed.
    Failed(E),
    /// It did not end in time.
    TimedOut,
}

/// Runs a fallible call with a time limit.
pub async fn in_time<T, E>(limit: Duration, call: impl Future<Output = Result<T, E>>) -> Result<T, NoResult<E>> {
    let ended = timeout(limit, call).await.map_err(|_| NoResult::TimedOut)?;
    ended.map_err(NoResult::Failed)
}
