//! Timestamps, days and durations as text.

use std::time::Duration;

use jiff::ZonedDateTime;
use jiff::tz::TimeZone;

use super::Sentences;
use crate::model::Timestamp;

impl Sentences {
    /// A day and its hour: "22 novembre 2026 à 14:05".
    pub fn timestamp(&self, time: Timestamp, zone: &TimeZone) -> String {
        let zoned = in_zone(time, zone);
        let hour = format!("{:02}:{:02}", zoned.hour(), zoned.minute());
        self.t2("date-time", "day", self.date(&zoned), "time", hour)
    }

    /// A day: "22 novembre 2026".
    pub fn day(&self, time: Timestamp, zone: &TimeZone) -> String {
        self.date(&in_zone(time, zone))
    }

    /// A timestamp for spreadsheets, which read it as one: "2026-11-22 14:05:09".
    pub fn sortable(&self, time: Timestamp, zone: &TimeZone) -> String {
        in_zone(time, zone).strftime("%Y-%m-%d %H:%M:%S").to_string()
    }

    /// A day of the calendar: year, month and day.
    pub fn calendar_day(&self, (year, month, day): (i16, i8, i8)) -> String {
        // As text: a year is not grouped.
        self.t3("date-day", "day", day, "month", month, "year", year.to_string())
    }

    fn date(self, zoned: &ZonedDateTime) -> String {
        self.calendar_day((zoned.year(), zoned.month(), zoned.day()))
    }

    /// A duration, rounded up to one unit: "2 minutes", "72 heures".
    pub fn duration(&self, length: Duration) -> String {
        let (key, n) = unit(length);
        self.t1(key, "n", n)
    }

    /// When something will happen: "dans 2 minutes".
    pub fn in_duration(&self, length: Duration) -> String {
        if length.is_zero() {
            return self.t("duration-soon");
        }
        self.t1("duration-in", "length", self.duration(length))
    }

    /// When what a limit refused now is possible again.
    pub fn try_again(&self, retry_after: Duration) -> String {
        self.t1("limit-try-again", "when", self.in_duration(retry_after))
    }
}

/// The unit in which a duration is shown, and how many of them.
fn unit(length: Duration) -> (&'static str, u64) {
    let seconds = length.as_secs() + u64::from(length.subsec_nanos() > 0);
    let (minutes, hours) = (seconds.div_ceil(60), seconds.div_ceil(3600));
    if seconds < 60 {
        ("duration-seconds", seconds)
    } else if minutes < 120 && !(minutes == 60 && seconds == 3600) {
        ("duration-minutes", minutes)
    } else if hours <= 72 {
        ("duration-hours", hours)
    } else {
        ("duration-days", seconds.div_ceil(24 * 3600))
    }
}

/// The timestamp in a time zone; the last day of the calendar if it is out of range.
fn in_zone(time: Timestamp, zone: &TimeZone) -> ZonedDateTime {
    let beyond = if time.0 < 0 { jiff::Timestamp::MIN } else { jiff::Timestamp::MAX };
    jiff::Timestamp::from_microsecond(time.0).unwrap_or(beyond).to_zoned_datetime(zone.clone())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use jiff::tz::TimeZone;

    use crate::i18n::Sentences;
    use crate::model::time::Timestamp;
    use crate::model::user::Language::{En, Fr};

    fn paris() -> TimeZone {
        TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").expect("a zone")
    }

    #[test]
    fn moments_are_told_in_the_zone_of_the_reader() {
        let afternoon = Timestamp(1_795_352_700_000_000);
        assert_eq!(Sentences::new(Fr).timestamp(afternoon, &paris()), "22 novembre 2026 à 14:05");
        assert_eq!(Sentences::new(En).timestamp(afternoon, &paris()), "22 November 2026 at 14:05");
        let summer = Timestamp(1_782_856_800_000_000);
        assert_eq!(Sentences::new(Fr).timestamp(summer, &paris()), "1er juillet 2026 à 00:00");
        assert_eq!(Sentences::new(En).day(summer, &TimeZone::UTC), "30 June 2026");
    }

    #[test]
    fn moments_beyond_the_calendar_are_no_fault() {
        assert_eq!(Sentences::new(En).day(Timestamp(i64::MAX), &TimeZone::UTC), "30 December 9999");
        assert!(!Sentences::new(En).day(Timestamp(i64::MIN), &paris()).is_empty());
    }

    #[test]
    fn lengths_are_told_in_one_unit() {
        let text = |seconds| Sentences::new(Fr).in_duration(Duration::from_secs(seconds));
        assert_eq!(text(0), "dans un instant");
        assert_eq!(text(59), "dans 59 secondes");
        assert_eq!(text(60), "dans 1 minute");
        assert_eq!(text(61), "dans 2 minutes");
        assert_eq!(text(3600), "dans 1 heure");
        assert_eq!(text(72 * 3600), "dans 72 heures");
        assert_eq!(text(73 * 3600), "dans 4 jours");
        assert_eq!(Sentences::new(En).duration(Duration::from_millis(500)), "1 second");
    }
}
