//! When a domain is compared with dimail by itself: at night, each domain at a time of its own.

use std::time::Duration;

use super::id::DomainId;
use super::time::Timestamp;

/// When the night begins, counted from the start of the day in the portal's time zone.
const BEGINS: Duration = Duration::from_hours(1);
/// How long it lasts.
const LASTS: Duration = Duration::from_hours(4);
const DAY: Duration = Duration::from_hours(24);

/// The next comparison of a domain after `now`, on a day that began at `today`. It is compared every `every`: of
/// less than a day also by day.
#[must_use]
pub fn next_comparison(domain: DomainId, now: Timestamp, today: Timestamp, every: Duration) -> Timestamp {
    if every < DAY {
        return now.plus(every);
    }
    let earliest = now.plus(every.saturating_sub(DAY));
    let mut at = today.plus(BEGINS).plus(place(domain));
    while at <= earliest {
        at = at.plus(DAY);
    }
    at
}

/// The place of a domain in the night. Keys of domains end with random digits.
fn place(domain: DomainId) -> Duration {
    let last = domain.to_string().bytes().fold(0_u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(u64::from(byte)));
    Duration::from_secs(last % LASTS.as_secs())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::time::Duration;

    use super::{BEGINS, DAY, LASTS, next_comparison};
    use crate::model::id::DomainId;
    use crate::model::time::Timestamp;

    #[test]
    fn each_domain_has_its_own_time_of_the_night() {
        let today = Timestamp(0);
        let mut times = BTreeSet::new();
        for _ in 0..1_000 {
            let domain = DomainId::new(today);
            for hours in [0, 10, 23] {
                let now = today.plus(Duration::from_hours(hours));
                let at = next_comparison(domain, now, today, DAY);
                let of_day = Duration::from_micros((at.0 % 86_400_000_000).unsigned_abs());
                assert!(at > now && at <= now.plus(DAY) && of_day >= BEGINS && of_day < BEGINS + LASTS, "{at:?}");
                times.insert(of_day.as_secs());
            }
            let weekly = next_comparison(domain, today, today, 7 * DAY);
            assert!(weekly > today.plus(6 * DAY) && weekly <= today.plus(7 * DAY), "{weekly:?}");
        }
        assert!(times.len() > 900, "spread over the night: {}", times.len());
        let soon = next_comparison(DomainId::new(today), today, today, Duration::from_hours(1));
        assert_eq!(soon, today.plus(Duration::from_hours(1)));
    }
}
