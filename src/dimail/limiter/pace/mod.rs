//! Adapts to dimail's answers: how many calls may be in flight, and when background calls pause.

mod concurrency;
mod pause;

use std::time::Duration;

pub use pause::Sent;
use tokio::time::Instant;

use self::concurrency::Concurrency;
use self::pause::Pauses;
use super::{ProcessLimit, SharedLimit, agreed_limit};

/// The adaptive state of one process; `None` if there is always one call at a time.
pub struct Pace {
    adaptive: Option<Adaptive>,
}

struct Adaptive {
    calls: Concurrency,
    pauses: Pauses,
}

impl Pace {
    pub fn adaptive(ceiling: usize, timeout: Duration) -> Self {
        Self { adaptive: Some(Adaptive { calls: Concurrency::new(ceiling, timeout), pauses: Pauses::new(timeout) }) }
    }

    pub fn one_at_a_time() -> Self {
        Self { adaptive: None }
    }

    pub fn limit(&self) -> usize {
        self.adaptive.as_ref().map_or(1, |adaptive| adaptive.calls.limit())
    }

    /// How many calls that were given up, by a time-out or because the caller left, still count as in flight.
    pub fn abandoned(&mut self, now: Instant) -> usize {
        self.adaptive.as_mut().map_or(0, |adaptive| adaptive.calls.abandoned(now))
    }

    /// Whether a background call may begin.
    pub fn admits_background(&self, now: Instant) -> bool {
        self.adaptive.as_ref().is_none_or(|adaptive| adaptive.pauses.admits(now))
    }

    /// Records that a background call begins. The first one after a pause is a probe, and gets a
    /// number.
    pub fn background_begins(&mut self, now: Instant) -> Option<u64> {
        self.adaptive.as_mut()?.pauses.call_begins(now)
    }

    /// When the pause ends or a timed-out call no longer counts, whichever comes first.
    pub fn next_change(&self, now: Instant) -> Option<Instant> {
        let Adaptive { calls, pauses } = self.adaptive.as_ref()?;
        calls.abandoned_until().chain(pauses.until()).filter(|at| *at > now).min()
    }

    /// Records an answer, received while `inside` calls were in flight, including this one. `demand`
    /// says whether calls wait for a place: without them, nothing can be learnt about more concurrent
    /// calls.
    pub fn answered(&mut self, route: &str, took: Duration, inside: usize, demand: bool) {
        let Some(Adaptive { calls, pauses }) = &mut self.adaptive else { return };
        pauses.end();
        calls.answered(route, took, inside, demand);
    }

    /// Records a 5xx answer. If the call was the only one in flight, or the answer was as quick as
    /// others, the cause is the call itself and not the load.
    pub fn server_error(&mut self, route: &str, took: Duration, inside: usize) {
        let Some(Adaptive { calls, pauses }) = &mut self.adaptive else { return };
        pauses.end();
        calls.server_error(route, took, inside);
    }

    /// Records the answer of a proxy that dimail is not available: a server error without an answer of dimail.
    pub fn unavailable(&mut self, route: &str, took: Duration, inside: usize, (probe, now): (Option<u64>, Instant)) {
        let Some(Adaptive { calls, pauses }) = &mut self.adaptive else { return };
        calls.unavailable(route, took, inside);
        pauses.broke(probe, now);
    }

    /// Records that dimail answered something other than the call itself.
    pub fn other_answer(&mut self) {
        if let Some(adaptive) = &mut self.adaptive {
            adaptive.pauses.end();
        }
    }

    /// Records that a call timed out.
    pub fn timed_out(&mut self, call: Sent, now: Instant) {
        let Some(Adaptive { calls, pauses }) = &mut self.adaptive else { return };
        calls.abandon(now);
        calls.halve();
        pauses.timed_out(call, now);
    }

    /// Records that a call broke off, which says nothing about the load.
    pub fn broke(&mut self, probe: Option<u64>, now: Instant) {
        if let Some(adaptive) = &mut self.adaptive {
            adaptive.pauses.broke(probe, now);
        }
    }

    /// Records that there was no connection to dimail for a call.
    pub fn unreachable(&mut self, probe: Option<u64>, now: Instant) {
        if let Some(adaptive) = &mut self.adaptive {
            adaptive.pauses.unreachable(probe, now);
        }
    }

    /// Records that an admitted call was not sent.
    pub fn not_sent(&mut self, probe: Option<u64>, now: Instant) {
        if let Some(adaptive) = &mut self.adaptive {
            adaptive.pauses.probe_lost(probe, now);
        }
    }

    /// Records that the caller no longer waits for a call; dimail may still be processing it.
    pub fn abandoned_by_caller(&mut self, probe: Option<u64>, now: Instant) {
        let Some(Adaptive { calls, pauses }) = &mut self.adaptive else { return };
        calls.abandon(now);
        pauses.probe_lost(probe, now);
    }

    /// Whether dimail is known to be unavailable.
    pub fn is_down(&self, now: Instant) -> bool {
        self.adaptive.as_ref().is_some_and(|adaptive| adaptive.pauses.is_down(now))
    }

    /// Whether dimail has answered again, after it was down, since this was last asked.
    pub fn take_return(&mut self) -> bool {
        self.adaptive.as_mut().is_some_and(|adaptive| adaptive.pauses.take_return())
    }

    pub fn standing(&self, now: Instant) -> ProcessLimit {
        let pauses = self.adaptive.as_ref().map(|adaptive| &adaptive.pauses);
        let pause = pauses.and_then(Pauses::until).map(|until| until.saturating_duration_since(now));
        let pause_changes = pauses.map_or(0, Pauses::changes);
        ProcessLimit { own: SharedLimit { limit: self.limit(), pause }, pause_changes }
    }

    pub fn agree(&mut self, read: ProcessLimit, shared: SharedLimit, now: Instant) {
        let Some(Adaptive { calls, pauses }) = &mut self.adaptive else { return };
        calls.agree(agreed_limit(Some(read.own.limit), calls.limit(), shared.limit));
        if pauses.changes() == read.pause_changes {
            pauses.share(shared.pause, now);
        }
    }
}
