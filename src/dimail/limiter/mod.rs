//! Limits the calls in flight, to protect dimail from overload, and decides which waiting call is next.
//!
//! dimail may serve one request at a time, and carries out requests after its clients timed out (seen
//! with dimail of August 2024). With too many concurrent calls none would be answered in time. So the
//! limit adapts to dimail's answers, and a call that timed out counts as in flight for a while. Calls of
//! people go before background calls, and alternate by person; background calls alternate by domain and
//! leave one place free. After a run of people's calls one background call is admitted, so that
//! background work does not starve.

mod pace;
mod permit;
mod queue;
mod share;
#[cfg(test)]
mod simulation;
mod state;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

pub use permit::{Ending, Permit};
pub use share::{ProcessLimit, Share, SharedLimit, agreed_limit};
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep_until};

use self::pace::Pace;
use self::state::State;

/// The priority class and the key of a caller.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Caller {
    /// A person who waits for the answer, identified by a key.
    Person(String),
    /// Background work on a domain, identified by its name.
    Background(String),
}

/// The limiter of one dimail. Clones share everything.
#[derive(Clone)]
pub struct Limiter(Arc<Mutex<State>>);

impl Limiter {
    /// An adaptive limiter: two calls in flight at first, `ceiling` at most. `timeout` is the time
    /// limit of a call.
    pub fn adaptive(ceiling: usize, timeout: Duration) -> Self {
        Self::with(Pace::adaptive(ceiling.max(1), timeout))
    }

    /// A limiter of one call at a time that does not adapt: for calls that wait for the name servers of
    /// a domain, whose times say nothing about dimail itself.
    pub fn one_at_a_time() -> Self {
        Self::with(Pace::one_at_a_time())
    }

    fn with(pace: Pace) -> Self {
        Self(Arc::new(Mutex::new(State::new(pace))))
    }

    /// Waits until a call is admitted. Dropping the future releases its turn.
    pub async fn acquire(&self, caller: &Caller) -> Permit {
        loop {
            let (waiter, place) = oneshot::channel();
            match caller {
                Caller::Person(key) => self.state().people.push(key, waiter),
                Caller::Background(key) => self.state().domains.push(key, waiter),
            }
            self.admit();
            // The channel is closed only when the runtime shuts down.
            if let Ok(permit) = place.await {
                return permit;
            }
        }
    }

    /// The limit and the pause from the view of this process.
    pub fn standing(&self) -> ProcessLimit {
        self.state().pace.standing(Instant::now())
    }

    /// Whether dimail is known to be unavailable at the moment.
    pub fn is_down(&self) -> bool {
        self.state().pace.is_down(Instant::now())
    }

    /// Whether dimail has answered again, after it was down, since this was last asked.
    pub fn take_return(&self) -> bool {
        self.state().pace.take_return()
    }

    /// Adopts what all processes agreed on, based on the state `read` of this process. What its own
    /// calls have learnt since then is kept.
    pub fn agree(&self, read: ProcessLimit, shared: SharedLimit) {
        self.state().pace.agree(read, shared, Instant::now());
        self.admit();
    }

    /// Sets the share of this process in the limit.
    pub fn divide(&self, share: Share) {
        self.state().share = Share { processes: share.processes.max(1), ..share };
        self.admit();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Admits waiting calls while places are free.
    fn admit(&self) {
        let mut admitted = Vec::new();
        let alarm = {
            let mut state = self.state();
            // The same time for both: with a later one `set_alarm` would miss a deadline in between.
            let now = Instant::now();
            while let Some((waiter, turn)) = state.next(now) {
                admitted.push((waiter, Permit::new(self.clone(), turn, now)));
            }
            state.set_alarm(now)
        };
        // After the lock is released, because dropping a permit of a cancelled waiter locks again.
        for (waiter, permit) in admitted {
            drop(waiter.send(permit));
        }
        if let (Some(at), Ok(runtime)) = (alarm, Handle::try_current()) {
            let limiter = self.clone();
            runtime.spawn(async move {
                sleep_until(at).await;
                limiter.state().alarm = None;
                limiter.admit();
            });
        }
    }
}
