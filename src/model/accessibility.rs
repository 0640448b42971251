//! The accessibility of the portal by the criteria of the French standard RGAA, from `docs/accessibility.txt`.

use std::sync::LazyLock;

/// The number of criteria of each topic of RGAA 4.1, in order.
pub const CRITERIA: [u8; 13] = [9, 2, 3, 13, 8, 2, 5, 10, 4, 14, 13, 11, 12];

const TABLE: &str = include_str!("../../docs/accessibility.txt");
static EVALUATION: LazyLock<Evaluation> = LazyLock::new(|| Evaluation::parse(TABLE));

/// The result of one criterion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conformity {
    /// Conform, as the evidence shows.
    Conform,
    /// Not conform, or not verified yet.
    NotConform,
    /// The portal has nothing of this kind.
    NotApplicable,
}

/// One criterion and its result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Criterion {
    /// The number of its topic, from 1 to 13.
    pub topic: u8,
    /// Its number in the topic.
    pub number: u8,
    /// The result.
    pub result: Conformity,
    /// What shows that it is conform.
    pub evidence: String,
}

/// The state of conformity that the law asks to name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// All applicable criteria are conform.
    Full,
    /// At least half of them.
    Partial,
    /// Fewer.
    None,
}

/// The evaluation: its day and the result of each criterion.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evaluation {
    /// Year, month and day.
    pub day: (i16, i8, i8),
    /// The criteria, in the order of the file.
    pub criteria: Vec<Criterion>,
}

impl Evaluation {
    /// The evaluation of this version of the portal.
    pub fn current() -> &'static Self {
        &EVALUATION
    }

    /// Reads the lines of the file. Lines that cannot be read are left out; a test finds them, because
    /// their criteria are missing.
    fn parse(text: &str) -> Self {
        let mut evaluation = Self::default();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            if let Some(day) = line.strip_prefix("date ").and_then(day) {
                evaluation.day = day;
            }
            evaluation.criteria.extend(Criterion::parse(line));
        }
        evaluation
    }

    /// The criteria of a topic with this result.
    pub fn of(&self, topic: u8, result: Conformity) -> impl Iterator<Item = &Criterion> {
        self.criteria.iter().filter(move |criterion| criterion.topic == topic && criterion.result == result)
    }

    /// How many criteria have this result.
    pub fn count(&self, result: Conformity) -> usize {
        self.criteria.iter().filter(|criterion| criterion.result == result).count()
    }

    /// The share of the applicable criteria that are conform, in percent, rounded down.
    pub fn rate(&self) -> usize {
        let (conform, not) = (self.count(Conformity::Conform), self.count(Conformity::NotConform));
        (conform * 100).checked_div(conform + not).unwrap_or(0)
    }

    /// The state of conformity.
    pub fn state(&self) -> State {
        match self.rate() {
            100.. => State::Full,
            50.. => State::Partial,
            _ => State::None,
        }
    }
}

impl Criterion {
    fn parse(line: &str) -> Option<Self> {
        let mut words = line.split_whitespace();
        let (topic, number) = words.next()?.split_once('.')?;
        let result = match words.next()? {
            "conform" => Conformity::Conform,
            "not-conform" => Conformity::NotConform,
            "not-applicable" => Conformity::NotApplicable,
            _ => return None,
        };
        let evidence = words.collect::<Vec<_>>().join(" ");
        Some(Self { topic: topic.parse().ok()?, number: number.parse().ok()?, result, evidence })
    }
}

fn day(text: &str) -> Option<(i16, i8, i8)> {
    let mut parts = text.trim().split('-');
    let year = parts.next()?.parse().ok()?;
    Some((year, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::{Conformity, Evaluation, State};

    #[test]
    fn the_state_follows_from_the_criteria() {
        let state = |text: &str| Evaluation::parse(text).state();
        assert_eq!(state("1.1 conform review x\n1.2 not-applicable"), State::Full);
        assert_eq!(state("1.1 conform review x\n1.2 not-conform"), State::Partial);
        assert_eq!(state("1.1 conform review x\n1.2 not-conform\n1.3 not-conform"), State::None);
        assert_eq!(state("1.1 not-applicable"), State::None);
        let read = Evaluation::parse("# 1.1 conform\ndate 2026-11-27\n3.2 conform test a b\n3.3 odd");
        assert_eq!((read.day, read.criteria.len(), read.rate()), ((2026, 11, 27), 1, 100));
        assert_eq!(read.of(3, Conformity::Conform).next().map(|found| found.evidence.as_str()), Some("test a b"));
    }
}
