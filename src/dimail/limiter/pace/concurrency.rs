//! How many calls may be in flight: the limit follows the times of dimail's answers.
//!
//! While answers stay quick, the limit grows: by one with each round of answers at first, and by one
//! after a longer run of answers once some were slow. When answers become slow, as those of a server that
//! serves one call at a time, it shrinks by one. After a time-out, or a server error under load, it is halved.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use tokio::time::Instant;

/// The initial limit.
const START: usize = 2;
/// How many quick answers in a row add one call, once dimail was slow or did not answer: at least this
/// many, and at least as many as the limit.
const RUN: usize = 2;
/// The value of [`RUN`] after the limit was lowered for slow answers; it doubles each further time.
const RUN_AFTER_SLOW: usize = 16;
const RUN_MAX: usize = 64;
/// How many slow answers in a row lower the limit by one; the very first slow answer does, too.
const SLOW_RUN: usize = 2;
/// How many recent answers the longest one is chosen from.
const RECENT: usize = 32;
/// A call that was given up counts as in flight for this many times the longest recent answer, at most for
/// one time-out.
const ABANDONED: u32 = 3;
/// How much longer than the shortest an answer may take without counting as slow.
const SLACK: Duration = Duration::from_millis(25);

/// The limit, and what it was learnt from.
pub(super) struct Concurrency {
    ceiling: usize,
    timeout: Duration,
    limit: usize,
    /// Whether dimail was ever slow or did not answer. Until then each round of quick answers adds one
    /// call.
    was_slow: bool,
    quick_run: usize,
    slow_run: usize,
    run_needed: usize,
    /// The shortest answer time of each route. It drifts up slowly when answers become longer.
    shortest: HashMap<String, Duration>,
    recent: VecDeque<Duration>,
    /// Until when each call that was given up counts as in flight.
    abandoned: Vec<Instant>,
}

impl Concurrency {
    pub(super) fn new(ceiling: usize, timeout: Duration) -> Self {
        Self {
            ceiling,
            timeout,
            limit: START.min(ceiling),
            was_slow: false,
            quick_run: 0,
            slow_run: 0,
            run_needed: RUN,
            shortest: HashMap::new(),
            recent: VecDeque::new(),
            abandoned: Vec::new(),
        }
    }

    pub(super) fn limit(&self) -> usize {
        self.limit
    }

    /// Adopts the limit that all processes agreed on.
    pub(super) fn agree(&mut self, limit: usize) {
        self.limit = limit.clamp(1, self.ceiling);
    }

    /// How many calls that were given up still count as in flight.
    pub(super) fn abandoned(&mut self, now: Instant) -> usize {
        self.abandoned.retain(|until| *until > now);
        self.abandoned.len()
    }

    /// When each of them no longer counts.
    pub(super) fn abandoned_until(&self) -> impl Iterator<Item = Instant> {
        self.abandoned.iter().copied()
    }

    /// Counts a call that no longer waits for its answer as in flight: dimail may still carry it out.
    pub(super) fn abandon(&mut self, now: Instant) {
        let longest = self.recent.iter().max().map_or(self.timeout, |longest| *longest * ABANDONED);
        self.abandoned.push(now + longest.min(self.timeout));
    }

    /// Learns from an answer; see [`super::Pace::answered`].
    pub(super) fn answered(&mut self, route: &str, took: Duration, inside: usize, demand: bool) {
        let shortest = self.measure(route, took);
        if inside > 1 && is_slow(took, shortest) {
            self.slow_answer();
        } else if took <= shortest.mul_f64(1.5) + SLACK {
            self.slow_run = 0;
            self.quick_answer(demand);
        }
    }

    /// Learns from a 5xx answer; see [`super::Pace::server_error`].
    pub(super) fn server_error(&mut self, route: &str, took: Duration, inside: usize) {
        let shortest = self.measure(route, took);
        if inside > 1 && is_slow(took, shortest) {
            self.halve();
        }
    }

    /// Learns from the answer of a proxy, whose time is not one of dimail's.
    pub(super) fn unavailable(&mut self, route: &str, took: Duration, inside: usize) {
        let is_load = self.shortest.get(route).is_some_and(|shortest| is_slow(took, *shortest));
        if inside > 1 && is_load {
            self.halve();
        }
    }

    /// Records the time of an answer, and returns the shortest time of its route.
    fn measure(&mut self, route: &str, took: Duration) -> Duration {
        if self.recent.len() == RECENT {
            self.recent.pop_front();
        }
        self.recent.push_back(took);
        let shortest = self.shortest.entry(route.to_owned()).or_insert(took);
        *shortest = took.min(*shortest + took.saturating_sub(*shortest) / 64);
        *shortest
    }

    fn quick_answer(&mut self, demand: bool) {
        if !demand || self.limit >= self.ceiling {
            return;
        }
        self.quick_run += 1;
        // The calls that background work may have in flight: the first of them is answered quickly even
        // by a server that serves one at a time.
        let round = self.limit.saturating_sub(1).max(1);
        let needed = if self.was_slow { self.run_needed.max(self.limit) } else { round };
        if self.quick_run >= needed {
            self.quick_run = 0;
            self.limit += 1;
        }
    }

    fn slow_answer(&mut self) {
        let is_first = !self.was_slow;
        self.was_slow = true;
        self.quick_run = 0;
        self.slow_run += 1;
        if (is_first || self.slow_run >= SLOW_RUN) && self.limit > START {
            self.slow_run = 0;
            self.limit -= 1;
            self.run_needed = (self.run_needed * 2).clamp(RUN_AFTER_SLOW, RUN_MAX);
        }
    }

    pub(super) fn halve(&mut self) {
        self.was_slow = true;
        self.limit = (self.limit / 2).max(1);
        self.quick_run = 0;
        self.slow_run = 0;
    }
}

/// Whether a call waited for others inside dimail. A server that serves two calls one after the other
/// needs twice the shortest time for the second.
fn is_slow(took: Duration, shortest: Duration) -> bool {
    took > shortest.mul_f64(1.75) + 2 * SLACK
}
