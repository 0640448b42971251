//! Adapts the limit of concurrent calls to dimail's answers.
//!
//! While answers stay quick, the limit grows: by one with each round of answers at first, and by one
//! after a longer run of answers once some were slow. When answers become slow, as those of a server that
//! serves one call at a time, it shrinks by one. After a time-out, or a server error under load, it is halved.
//!
//! Background calls pause after a time-out, and when there was no connection for several calls in a row. After
//! the pause one of them at a time is sent as a probe.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use tokio::time::Instant;

use super::{ProcessLimit, SharedLimit, agreed_limit};

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
/// A call that timed out counts as in flight for this many times the longest recent answer.
const ABANDONED: u32 = 3;
/// How much longer than the shortest an answer may take without counting as slow.
const SLACK: Duration = Duration::from_millis(25);
/// After how many calls in a row without any answer dimail counts as not available.
const DOWN_AFTER: u32 = 3;
/// The longest pause of background calls, in time-outs; the first pause is a quarter of a time-out.
const PAUSE_MAX: u32 = 3;

/// The adaptive state of one process.
pub struct Pace {
    adaptive: Option<Adaptive>,
}

struct Adaptive {
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
    /// Until when each call that timed out counts as in flight.
    abandoned: Vec<Instant>,
    /// How many calls in a row had no answer, and when the last of them ended.
    unanswered: u32,
    unanswered_at: Option<Instant>,
    /// Whether dimail has answered again since several calls in a row had no answer.
    has_returned: bool,
    pause: Option<Pause>,
    /// How many pauses the calls of this process have begun or ended.
    pause_changes: u64,
    /// How many probes there were; each has a number.
    probes: u64,
}

/// A pause of background calls, while dimail does not answer. When it is over, one background call begins as a
/// probe; the others wait until the probe has ended.
#[derive(Clone, Copy)]
struct Pause {
    until: Instant,
    length: Duration,
    /// The number of the probe in flight.
    probe: Option<u64>,
}

/// The data of a call that decide whether its ending begins a pause.
#[derive(Clone, Copy)]
pub struct Sent {
    /// When it began.
    pub at: Instant,
    /// Its number if it is a probe.
    pub probe: Option<u64>,
}

impl Pace {
    pub fn adaptive(ceiling: usize, timeout: Duration) -> Self {
        let adaptive = Adaptive {
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
            unanswered: 0,
            unanswered_at: None,
            has_returned: false,
            pause: None,
            pause_changes: 0,
            probes: 0,
        };
        Self { adaptive: Some(adaptive) }
    }

    pub fn one_at_a_time() -> Self {
        Self { adaptive: None }
    }

    pub fn limit(&self) -> usize {
        self.adaptive.as_ref().map_or(1, |adaptive| adaptive.limit)
    }

    /// How many calls that timed out still count as in flight.
    pub fn abandoned(&mut self, now: Instant) -> usize {
        let Some(adaptive) = &mut self.adaptive else { return 0 };
        adaptive.abandoned.retain(|until| *until > now);
        adaptive.abandoned.len()
    }

    /// Whether a background call may begin.
    pub fn admits_background(&self, now: Instant) -> bool {
        let pause = self.adaptive.as_ref().and_then(|adaptive| adaptive.pause);
        pause.is_none_or(|pause| pause.until <= now && pause.probe.is_none())
    }

    /// Records that a background call begins. The first one after a pause is a probe, and gets a
    /// number.
    pub fn background_begins(&mut self, now: Instant) -> Option<u64> {
        let adaptive = self.adaptive.as_mut()?;
        adaptive.drop_old_pause(now);
        let pause = adaptive.pause.as_mut()?;
        adaptive.probes += 1;
        pause.probe = Some(adaptive.probes);
        pause.probe
    }

    /// When the pause ends or a timed-out call no longer counts, whichever comes first.
    pub fn next_change(&self, now: Instant) -> Option<Instant> {
        let adaptive = self.adaptive.as_ref()?;
        let pause = adaptive.pause.map(|pause| pause.until);
        adaptive.abandoned.iter().copied().chain(pause).filter(|at| *at > now).min()
    }

    /// Records an answer, received while `inside` calls were in flight, including this one. `demand`
    /// says whether calls wait for a place: without them, nothing can be learnt about more concurrent
    /// calls.
    pub fn answered(&mut self, route: &str, took: Duration, inside: usize, demand: bool) {
        let Some(adaptive) = &mut self.adaptive else { return };
        adaptive.end_pause();
        let shortest = adaptive.measure(route, took);
        if inside > 1 && is_slow(took, shortest) {
            adaptive.slow_answer();
        } else if took <= shortest.mul_f64(1.5) + SLACK {
            adaptive.slow_run = 0;
            adaptive.quick_answer(demand);
        }
    }

    /// Records a 5xx answer. If the call was the only one in flight, or the answer was as quick as
    /// others, the cause is the call itself and not the load.
    pub fn server_error(&mut self, route: &str, took: Duration, inside: usize) {
        let Some(adaptive) = &mut self.adaptive else { return };
        adaptive.end_pause();
        let shortest = adaptive.measure(route, took);
        if inside > 1 && is_slow(took, shortest) {
            adaptive.halve();
        }
    }

    /// Records the answer of a proxy that dimail is not available: a server error without an answer of dimail.
    pub fn unavailable(&mut self, route: &str, took: Duration, inside: usize, probe: (Option<u64>, Instant)) {
        let shortest = self.adaptive.as_ref().and_then(|adaptive| adaptive.shortest.get(route).copied());
        if inside > 1
            && shortest.is_some_and(|shortest| is_slow(took, shortest))
            && let Some(adaptive) = &mut self.adaptive
        {
            adaptive.halve();
        }
        self.broke(probe.0, probe.1);
    }

    /// Records that dimail answered something other than the call itself.
    pub fn other_answer(&mut self) {
        if let Some(adaptive) = &mut self.adaptive {
            adaptive.end_pause();
        }
    }

    /// Records that a call timed out.
    pub fn timed_out(&mut self, call: Sent, now: Instant) {
        let Some(adaptive) = &mut self.adaptive else { return };
        adaptive.unanswered(now);
        adaptive.abandon(now);
        adaptive.halve();
        adaptive.pause_after(call, now);
    }

    /// Records that a call broke off, which says nothing about the load.
    pub fn broke(&mut self, probe: Option<u64>, now: Instant) {
        let Some(adaptive) = &mut self.adaptive else { return };
        adaptive.unanswered(now);
        adaptive.probe_lost(probe, now);
    }

    /// Records that there was no connection to dimail for a call.
    pub fn unreachable(&mut self, probe: Option<u64>, now: Instant) {
        self.broke(probe, now);
        if let Some(adaptive) = &mut self.adaptive
            && adaptive.unanswered >= DOWN_AFTER
            && adaptive.pause.is_none()
        {
            adaptive.pause_for(adaptive.timeout / 4, now);
        }
    }

    /// Records that an admitted call was not sent.
    pub fn not_sent(&mut self, probe: Option<u64>, now: Instant) {
        if let Some(adaptive) = &mut self.adaptive {
            adaptive.probe_lost(probe, now);
        }
    }

    /// Whether dimail is known to be unavailable: several calls in a row had no answer, or another process has
    /// paused for as long as that takes. What was seen longer ago says nothing.
    pub fn is_down(&self, now: Instant) -> bool {
        let Some(adaptive) = &self.adaptive else { return false };
        let recently = adaptive.timeout * (2 * PAUSE_MAX);
        let is_recent = |at: Instant| now < at + recently;
        let unanswered = adaptive.unanswered >= DOWN_AFTER && adaptive.unanswered_at.is_some_and(is_recent);
        let long_pause = |pause: Pause| pause.length >= adaptive.timeout && is_recent(pause.until);
        unanswered || adaptive.pause.is_some_and(long_pause)
    }

    /// Whether dimail has answered again, after it was down, since this was last asked.
    pub fn take_return(&mut self) -> bool {
        self.adaptive.as_mut().is_some_and(|adaptive| std::mem::take(&mut adaptive.has_returned))
    }

    /// Records that the caller no longer waits for a call; dimail may still be processing it.
    pub fn abandoned_by_caller(&mut self, probe: Option<u64>, now: Instant) {
        let Some(adaptive) = &mut self.adaptive else { return };
        adaptive.abandon(now);
        adaptive.probe_lost(probe, now);
    }

    pub fn standing(&self, now: Instant) -> ProcessLimit {
        let adaptive = self.adaptive.as_ref();
        let pause = adaptive.and_then(|adaptive| adaptive.pause);
        let pause = pause.map(|pause| pause.until.saturating_duration_since(now));
        let pause_changes = adaptive.map_or(0, |adaptive| adaptive.pause_changes);
        ProcessLimit { own: SharedLimit { limit: self.limit(), pause }, pause_changes }
    }

    pub fn agree(&mut self, read: ProcessLimit, shared: SharedLimit, now: Instant) {
        let Some(adaptive) = &mut self.adaptive else { return };
        let limit = agreed_limit(Some(read.own.limit), adaptive.limit, shared.limit);
        adaptive.limit = limit.clamp(1, adaptive.ceiling);
        if adaptive.pause_changes == read.pause_changes {
            adaptive.share_pause(shared.pause, now);
        }
    }
}

impl Adaptive {
    fn abandon(&mut self, now: Instant) {
        let longest = self.recent.iter().max().map_or(self.timeout, |longest| *longest * ABANDONED);
        self.abandoned.push(now + longest.min(self.timeout));
    }

    /// Begins a pause after the time-out of `call`: of the first length, or twice as long as the last
    /// pause if that did not help.
    fn pause_after(&mut self, call: Sent, now: Instant) {
        self.drop_old_pause(call.at);
        let length = match self.pause {
            None => self.timeout / 4,
            Some(pause) => {
                let is_probe = pause.probe.is_some() && pause.probe == call.probe;
                // A call that began before the end of the pause, or beside its probe, adds no
                // information: dimail is known not to answer.
                if !is_probe && (pause.probe.is_some() || call.at < pause.until) {
                    return;
                }
                (pause.length * 2).min(self.timeout * PAUSE_MAX)
            }
        };
        self.pause_for(length, now);
    }

    fn pause_for(&mut self, length: Duration, now: Instant) {
        self.pause = Some(Pause { until: now + length, length, probe: None });
        self.pause_changes += 1;
    }

    fn unanswered(&mut self, now: Instant) {
        self.unanswered = self.unanswered.saturating_add(1);
        self.unanswered_at = Some(now);
    }

    /// Ends the pause because dimail has answered.
    fn end_pause(&mut self) {
        self.has_returned |= self.unanswered >= DOWN_AFTER;
        self.unanswered = 0;
        if self.pause.take().is_some() {
            self.pause_changes += 1;
        }
    }

    /// Adopts the pause that all processes agreed on.
    fn share_pause(&mut self, left: Option<Duration>, now: Instant) {
        match left {
            None => self.pause = None,
            // The pause is over: its probe is next, or is in flight.
            Some(Duration::ZERO) => {}
            Some(left) => {
                let own = self.pause.map_or(Duration::ZERO, |pause| pause.length);
                let length = own.max(self.length_of(left));
                self.pause = Some(Pause { until: now + left, length, probe: None });
            }
        }
    }

    /// The full length of a pause with this remaining time. There are few lengths, each twice the
    /// previous one, and other processes learn of a pause soon after it began: so it is the next length
    /// that is not shorter.
    fn length_of(&self, left: Duration) -> Duration {
        let longest = self.timeout * PAUSE_MAX;
        let mut length = self.timeout / 4;
        while length < left.min(longest) {
            length *= 2;
        }
        length.min(longest)
    }

    /// Forgets a pause that ended at least a time-out ago without a probe: it says nothing about dimail
    /// now.
    fn drop_old_pause(&mut self, now: Instant) {
        if self.pause.is_some_and(|pause| pause.probe.is_none() && pause.until + self.timeout <= now) {
            self.pause = None;
        }
    }

    /// A probe ended without a result: repeats the pause, and then the next call is a probe.
    fn probe_lost(&mut self, probe: Option<u64>, now: Instant) {
        if let Some(pause) = &mut self.pause
            && probe.is_some()
            && pause.probe == probe
        {
            let length = pause.length;
            self.pause_for(length, now);
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

    fn halve(&mut self) {
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
