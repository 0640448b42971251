//! The queue of passwords that wait for their test in this process. A test that waits and whose request
//! ends (its client has hung up) leaves the queue with the request, and costs nothing.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::model::throttle::{PLACES, PLACES_FOR_KNOWN, TURNS, TURNS_FOR_KNOWN};

/// Places to wait, and turns to test. A quarter of each is for known browsers, which may use the others
/// too.
#[derive(Debug)]
pub struct Queue {
    places: Pair,
    turns: Pair,
}

#[derive(Debug)]
struct Pair {
    all: Arc<Semaphore>,
    known: Arc<Semaphore>,
}

impl Pair {
    fn new(all: usize, known: usize) -> Self {
        Self { all: Arc::new(Semaphore::new(all)), known: Arc::new(Semaphore::new(known)) }
    }
}

impl Default for Queue {
    fn default() -> Self {
        Self { places: Pair::new(PLACES, PLACES_FOR_KNOWN), turns: Pair::new(TURNS, TURNS_FOR_KNOWN) }
    }
}

impl Queue {
    /// A place to wait, until it is dropped; `None` if all are taken.
    pub fn place(&self, is_known: bool) -> Option<OwnedSemaphorePermit> {
        let free = |places: &Arc<Semaphore>| Arc::clone(places).try_acquire_owned().ok();
        let own = if is_known { free(&self.places.known) } else { None };
        own.or_else(|| free(&self.places.all))
    }

    /// A turn to test or hash a password, until it is dropped. `None` never happens: nothing closes the
    /// semaphores.
    pub async fn turn(&self, is_known: bool) -> Option<OwnedSemaphorePermit> {
        let all = Arc::clone(&self.turns.all).acquire_owned();
        if !is_known {
            return all.await.ok();
        }
        tokio::select! {
            turn = Arc::clone(&self.turns.known).acquire_owned() => turn.ok(),
            turn = all => turn.ok(),
        }
    }

    /// How many passwords wait for their test.
    pub fn waiting(&self) -> usize {
        PLACES + PLACES_FOR_KNOWN - self.places.all.available_permits() - self.places.known.available_permits()
    }
}
