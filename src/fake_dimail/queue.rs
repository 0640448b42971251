//! The queue of requests: how many wait or are served and, on a serial server, whose turn it is and
//! when the server is frozen. Does not know what the requests do.

use std::sync::Arc;

use tokio::sync::{oneshot, watch};
use tokio::time::Instant;

use crate::fake_dimail::Shared;
use crate::fake_dimail::call::Call;
use crate::fake_dimail::closed::{Closed, wait, wait_until};
use crate::fake_dimail::state::State;

/// With more requests than this, the server of 2024 has no database connection left for the next one;
/// it blocks until one is free, and all requests with it (dimail of August 2024).
const MOST_SERVED: usize = 15;

impl State {
    /// How many requests wait or are served.
    pub fn inside(&self) -> usize {
        self.queue.inside
    }

    fn freeze_if_crowded(&mut self, shared: &Shared) {
        let crowded = shared.options.serial && self.queue.inside > MOST_SERVED;
        let now = Instant::now();
        if crowded && self.queue.frozen_until.is_none_or(|end| end <= now) {
            self.queue.frozen_until = Some(now + shared.options.freeze);
            self.freezes += 1;
        }
    }
}

/// A request's place in the queue; dropping it leaves the queue.
pub(crate) struct Ticket {
    /// Its number in the journal.
    pub number: u64,
    shared: Arc<Shared>,
    before: Option<oneshot::Receiver<()>>,
    /// Dropped with the ticket, which wakes the next request.
    _left: oneshot::Sender<()>,
}

impl Ticket {
    /// Records a request on its arrival, in the journal and in the queue in the same order.
    pub fn take(shared: &Arc<Shared>, call: &Call) -> Ticket {
        let (left, last) = oneshot::channel();
        let mut state = shared.state();
        let number = state.journal.arrived(call);
        state.queue.inside += 1;
        state.most_inside = state.most_inside.max(state.queue.inside);
        let before = state.queue.last.replace(last).filter(|_| shared.options.serial);
        state.freeze_if_crowded(shared);
        Ticket { number, shared: shared.clone(), before, _left: left }
    }

    /// Waits until all earlier requests have finished and the server is not frozen.
    pub async fn turn(&mut self, stopped: &mut watch::Receiver<()>) -> Result<(), Closed> {
        if let Some(before) = self.before.take() {
            tokio::select! {
                _ = before => {}
                _ = stopped.changed() => return Err(Closed),
            }
        }
        self.shared.state().freeze_if_crowded(&self.shared);
        self.thaw(stopped).await
    }

    /// Waits for the end of a freeze, if there is one.
    pub async fn thaw(&self, stopped: &mut watch::Receiver<()>) -> Result<(), Closed> {
        let end = self.shared.state().queue.frozen_until;
        match end {
            Some(end) => wait_until(end, stopped).await,
            None => Ok(()),
        }
    }

    /// Waits for the server's delay during the request's own turn; a freeze that begins meanwhile also
    /// counts.
    pub async fn delay(&self, stopped: &mut watch::Receiver<()>) -> Result<(), Closed> {
        wait(self.shared.options.delay, stopped).await?;
        self.thaw(stopped).await
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let mut state = self.shared.state();
        state.queue.inside -= 1;
    }
}
