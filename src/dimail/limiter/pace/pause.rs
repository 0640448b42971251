//! When background calls pause: after a time-out, and when there was no connection for several calls in a row.
//! After the pause one of them at a time is sent as a probe.

use std::time::Duration;

use tokio::time::Instant;

/// After how many calls in a row without any answer dimail counts as not available.
const DOWN_AFTER: u32 = 3;
/// The longest pause of background calls, in time-outs; the first pause is a quarter of a time-out.
const PAUSE_MAX: u32 = 3;

/// The pause of background calls, if there is one, and the calls without an answer that lead to it.
pub(super) struct Pauses {
    timeout: Duration,
    /// How many calls in a row had no answer, and when the last of them ended.
    unanswered: u32,
    unanswered_at: Option<Instant>,
    /// Whether dimail has answered again since several calls in a row had no answer.
    has_returned: bool,
    pause: Option<Pause>,
    /// How many pauses the calls of this process have begun or ended.
    changes: u64,
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

impl Pauses {
    pub(super) fn new(timeout: Duration) -> Self {
        Self { timeout, unanswered: 0, unanswered_at: None, has_returned: false, pause: None, changes: 0, probes: 0 }
    }

    /// Until when the pause lasts, which may be over.
    pub(super) fn until(&self) -> Option<Instant> {
        self.pause.map(|pause| pause.until)
    }

    /// How many pauses the calls of this process have begun or ended.
    pub(super) fn changes(&self) -> u64 {
        self.changes
    }

    /// Whether a background call may begin.
    pub(super) fn admits(&self, now: Instant) -> bool {
        self.pause.is_none_or(|pause| pause.until <= now && pause.probe.is_none())
    }

    /// A background call begins. The first one after a pause is a probe, and gets a number.
    pub(super) fn call_begins(&mut self, now: Instant) -> Option<u64> {
        self.drop_old(now);
        let pause = self.pause.as_mut()?;
        self.probes += 1;
        pause.probe = Some(self.probes);
        pause.probe
    }

    /// dimail has answered: the pause is over.
    pub(super) fn end(&mut self) {
        self.has_returned |= self.unanswered >= DOWN_AFTER;
        self.unanswered = 0;
        if self.pause.take().is_some() {
            self.changes += 1;
        }
    }

    /// A call timed out. A pause begins: of the first length, or twice as long as the last one if that did not
    /// help.
    pub(super) fn timed_out(&mut self, call: Sent, now: Instant) {
        self.count_unanswered(now);
        self.drop_old(call.at);
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
        self.begin(length, now);
    }

    /// A call broke off.
    pub(super) fn broke(&mut self, probe: Option<u64>, now: Instant) {
        self.count_unanswered(now);
        self.probe_lost(probe, now);
    }

    /// There was no connection to dimail for a call.
    pub(super) fn unreachable(&mut self, probe: Option<u64>, now: Instant) {
        self.broke(probe, now);
        if self.unanswered >= DOWN_AFTER && self.pause.is_none() {
            self.begin(self.timeout / 4, now);
        }
    }

    /// A call, which may be a probe, ended without a result: repeats the pause, and then the next call is a
    /// probe.
    pub(super) fn probe_lost(&mut self, probe: Option<u64>, now: Instant) {
        if let Some(pause) = &mut self.pause
            && probe.is_some()
            && pause.probe == probe
        {
            let length = pause.length;
            self.begin(length, now);
        }
    }

    /// Whether dimail is known to be unavailable: several calls in a row had no answer, or another process has
    /// paused for as long as that takes. What was seen longer ago says nothing.
    pub(super) fn is_down(&self, now: Instant) -> bool {
        let recently = self.timeout * (2 * PAUSE_MAX);
        let is_recent = |at: Instant| now < at + recently;
        let unanswered = self.unanswered >= DOWN_AFTER && self.unanswered_at.is_some_and(is_recent);
        let long_pause = |pause: Pause| pause.length >= self.timeout && is_recent(pause.until);
        unanswered || self.pause.is_some_and(long_pause)
    }

    /// Whether dimail has answered again, after it was down, since this was last asked.
    pub(super) fn take_return(&mut self) -> bool {
        std::mem::take(&mut self.has_returned)
    }

    /// Adopts the pause that all processes agreed on.
    pub(super) fn share(&mut self, left: Option<Duration>, now: Instant) {
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

    fn begin(&mut self, length: Duration, now: Instant) {
        self.pause = Some(Pause { until: now + length, length, probe: None });
        self.changes += 1;
    }

    fn count_unanswered(&mut self, now: Instant) {
        self.unanswered = self.unanswered.saturating_add(1);
        self.unanswered_at = Some(now);
    }

    /// Forgets a pause that ended at least a time-out ago without a probe: it says nothing about dimail
    /// now.
    fn drop_old(&mut self, now: Instant) {
        if self.pause.is_some_and(|pause| pause.probe.is_none() && pause.until + self.timeout <= now) {
            self.pause = None;
        }
    }
}
