//! The limit that the processes of one database share, and the share of each.

use std::time::Duration;

/// The state that the processes of one database share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SharedLimit {
    /// How many calls all processes together may have in flight.
    pub limit: usize,
    /// The remaining pause of background calls: zero when the pause is over, `None` if an answer ended
    /// it or there was none.
    pub pause: Option<Duration>,
}

/// The share of one process in the limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// The number of processes that share the limit.
    pub processes: usize,
    /// The position of this process, from 0. The positions rotate every few seconds, so that no process
    /// always gets less.
    pub turn: usize,
}

/// The view of one process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProcessLimit {
    /// The state that it would share.
    pub own: SharedLimit,
    /// How many pauses its own calls have begun or ended.
    pub pause_changes: u64,
}

impl Share {
    /// How many calls this process may have in flight: at least one, because people wait for answers in
    /// each process.
    pub(super) fn of(self, limit: usize) -> usize {
        (limit / self.processes + usize::from(self.turn < limit % self.processes)).max(1)
    }

    /// How many of them may be background calls. All processes together leave one place free while the
    /// limit is above one. A process with several places keeps one of its own free. If no process has
    /// several, background work gets one place less than the limit, one in each of the first processes;
    /// the others do no background work until the positions rotate.
    pub(super) fn for_background(self, limit: usize) -> usize {
        match self.of(limit) {
            1 => usize::from(limit > self.processes || self.turn < limit.saturating_sub(1).max(1)),
            several => several - 1,
        }
    }
}

/// Merges two limits that both started from `base`: the one that changed, or the lower one if both did.
pub fn agreed_limit<T: Copy + Ord>(base: Option<T>, own: T, other: T) -> T {
    match base {
        Some(base) if own == base => other,
        Some(base) if other == base => own,
        Some(_) | None => own.min(other),
    }
}
