//! The permission to have one call in flight, and its ending.

use std::time::Duration;

use tokio::time::Instant;

use super::Limiter;
use super::pace::Sent;

/// The longest expected time for the database between two calls of one person's request.
const NEXT_CALL: Duration = Duration::from_millis(100);

/// How a call ended, as far as it tells how many calls dimail can handle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It was answered after this time, and not with a 5xx.
    Answered(Duration),
    /// It was answered with a 5xx after this time.
    ServerError(Duration),
    /// A proxy answered after this time that dimail is not available.
    Unavailable(Duration),
    /// dimail answered another request that the call needed, such as the one for a token: it is
    /// available, but this says nothing about the call's route.
    OtherAnswer,
    /// It timed out: dimail may still be processing it.
    TimedOut,
    /// There was no connection.
    Unreachable,
    /// The connection broke: this says nothing about the load, but several in a row that dimail is not available.
    Broken,
}

/// The class of an admitted call.
#[derive(Clone, Copy)]
pub enum Turn {
    Person,
    /// With its number if it is a probe.
    Background(Option<u64>),
}

/// The permission to have one call in flight. If it is dropped without [`Permit::ended`], its call
/// counts as timed out if it was sent.
pub struct Permit {
    limiter: Limiter,
    turn: Turn,
    admitted_at: Instant,
    is_sent: bool,
    has_ended: bool,
}

impl Permit {
    pub fn new(limiter: Limiter, turn: Turn, admitted_at: Instant) -> Self {
        Self { limiter, turn, admitted_at, is_sent: false, has_ended: false }
    }

    /// Records that dimail may be processing the call from now on.
    pub fn sent(&mut self) {
        self.is_sent = true;
    }

    /// Records the ending of the call. Calls on one `route` are expected to take about the same time.
    pub fn ended(mut self, route: &str, ending: Ending) {
        self.has_ended = true;
        let mut state = self.limiter.state();
        let now = Instant::now();
        // Calls of other processes may be in flight, too.
        let inside = state.in_flight + state.pace.abandoned(now) + state.share.processes - 1;
        let demand = state.is_anyone_waiting();
        match ending {
            Ending::Answered(took) => state.pace.answered(route, took, inside, demand),
            Ending::ServerError(took) => state.pace.server_error(route, took, inside),
            Ending::Unavailable(took) => state.pace.unavailable(route, took, inside, (self.probe(), now)),
            Ending::OtherAnswer => state.pace.other_answer(),
            Ending::TimedOut => {
                state.pace.timed_out(Sent { at: self.admitted_at, probe: self.probe() }, now);
            }
            Ending::Unreachable => state.pace.unreachable(self.probe(), now),
            Ending::Broken => state.pace.broke(self.probe(), now),
        }
    }

    fn probe(&self) -> Option<u64> {
        match self.turn {
            Turn::Person => None,
            Turn::Background(probe) => probe,
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        {
            let mut state = self.limiter.state();
            let now = Instant::now();
            match (self.has_ended, self.is_sent) {
                (true, _) => {}
                (false, true) => state.pace.abandoned_by_caller(self.probe(), now),
                // Nothing was sent. If this was the probe, a later call becomes the probe.
                (false, false) => state.pace.not_sent(self.probe(), now),
            }
            state.in_flight -= 1;
            match self.turn {
                Turn::Background(_) => state.background -= 1,
                Turn::Person => state.person_until = Some(now + NEXT_CALL),
            }
        }
        self.limiter.admit();
    }
}
