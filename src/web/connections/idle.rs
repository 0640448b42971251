//! Which connections have no request in progress, and since when, so that the oldest of them can be
//! closed when there are too many.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

/// The idle connections of a server, the one that has been idle for the longest time first.
#[derive(Clone, Default)]
pub(super) struct Idle(Arc<Mutex<Queue>>);

#[derive(Default)]
struct Queue {
    next: u64,
    waiting: BTreeMap<u64, Arc<Notify>>,
}

impl Idle {
    /// A new connection, idle until its first request.
    pub(super) fn connection(&self) -> Connection {
        let place = Place { idle: self.clone(), closing: Arc::default(), turn: Mutex::new(Turn::Busy) };
        place.wait(Turn::Idle);
        Connection(Arc::new(place))
    }

    /// Asks the connection to end that has been idle for the longest time, if there is one.
    pub(super) fn close_oldest(&self) {
        if let Some((_, closing)) = self.lock().waiting.pop_first() {
            closing.notify_one();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection. It is idle unless a [`Busy`] of it exists: also while the body of a request arrives, so that
/// a client that sends slowly holds no place for itself.
pub(super) struct Connection(Arc<Place>);

struct Place {
    idle: Idle,
    closing: Arc<Notify>,
    turn: Mutex<Turn>,
}

/// Where a connection is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// In the queue, under this number.
    Idle(u64),
    /// In the queue as well, while the body of a request arrives.
    Receiving(u64),
    /// A request is in progress.
    Busy,
    /// It has ended.
    Over,
}

impl Connection {
    /// Notified when the connection shall end.
    pub(super) fn closing(&self) -> Arc<Notify> {
        Arc::clone(&self.0.closing)
    }

    /// The body of a request begins to arrive: from now on the connection counts as idle.
    pub(super) fn receive(&self) {
        self.0.leave(Turn::Busy);
        self.0.wait(Turn::Receiving);
    }

    /// Whether the body of a request is arriving.
    pub(super) fn is_receiving(&self) -> bool {
        matches!(*self.0.turn(), Turn::Receiving(_))
    }

    /// Whether a request is in progress.
    pub(super) fn is_busy(&self) -> bool {
        *self.0.turn() == Turn::Busy
    }

    /// A request has arrived, and is in progress as long as the returned value exists.
    pub(super) fn busy(&self) -> Busy {
        self.0.leave(Turn::Busy);
        Busy(Arc::clone(&self.0))
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.0.leave(Turn::Over);
    }
}

impl Place {
    fn wait(&self, queued: fn(u64) -> Turn) {
        let (mut queue, mut turn) = (self.idle.lock(), self.turn());
        if *turn == Turn::Busy {
            *turn = queued(queue.next);
            let number = queue.next;
            queue.waiting.insert(number, Arc::clone(&self.closing));
            queue.next += 1;
        }
    }

    fn leave(&self, to: Turn) {
        let (mut queue, mut turn) = (self.idle.lock(), self.turn());
        if let Turn::Idle(number) | Turn::Receiving(number) = *turn {
            queue.waiting.remove(&number);
        }
        *turn = to;
    }

    fn turn(&self) -> MutexGuard<'_, Turn> {
        self.turn.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request in progress.
pub(super) struct Busy(Arc<Place>);

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.wait(Turn::Idle);
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::Idle;

    #[test]
    fn the_one_that_is_idle_for_the_longest_time_is_closed() {
        let idle = Idle::default();
        let [first, second, third] = [idle.connection(), idle.connection(), idle.connection()];
        let is_closing = |connection: &super::Connection| connection.closing().notified().now_or_never().is_some();
        let busy = second.busy();
        first.receive();
        assert!(second.is_busy() && first.is_receiving() && !first.is_busy());
        idle.close_oldest();
        assert_eq!([&first, &second, &third].map(is_closing), [false, false, true]);
        drop(third);
        idle.close_oldest();
        idle.close_oldest();
        assert_eq!([&first, &second].map(is_closing), [true, false], "a busy one stays");
        drop(busy);
        idle.close_oldest();
        assert!(is_closing(&second));
    }
}
