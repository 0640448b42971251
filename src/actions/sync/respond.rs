//! Whether a person still waits for the outcome of an order: exactly one side decides.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

const WAITS: u8 = 0;
const LEFT: u8 = 1;
const TOLD: u8 = 2;

/// Shared by the one who waits and the task that works. A refusal is told to a person who waits,
/// and nothing is kept; nobody there, it is kept with its reason.
#[derive(Clone, Debug)]
pub struct Waiting(Arc<AtomicU8>);

impl Waiting {
    /// A person waits.
    pub(crate) fn person() -> Self {
        Self(Arc::new(AtomicU8::new(WAITS)))
    }

    /// Nobody waits: the worker's own work.
    #[must_use]
    pub fn nobody() -> Self {
        Self(Arc::new(AtomicU8::new(LEFT)))
    }

    /// The task decides to tell the person; `false` when nobody is there any more.
    pub(crate) fn tell(&self) -> bool {
        self.0.compare_exchange(WAITS, TOLD, Ordering::SeqCst, Ordering::SeqCst).is_ok()
    }

    /// Whether a person waits or has just been told.
    pub(crate) fn is_person(&self) -> bool {
        self.0.load(Ordering::SeqCst) != LEFT
    }

    /// The person leaves; `false` when the task is already about to tell.
    pub(crate) fn leave(&self) -> bool {
        self.0.compare_exchange(WAITS, LEFT, Ordering::SeqCst, Ordering::SeqCst).is_ok()
    }
}

/// Leaves when dropped: a person who closes the page interrupts nothing.
pub(crate) struct Leaver(pub(crate) Waiting);

impl Drop for Leaver {
    fn drop(&mut self) {
        self.0.leave();
    }
}

#[cfg(test)]
mod tests {
    use super::{Leaver, Waiting};

    #[test]
    fn only_one_side_decides() {
        let waiting = Waiting::person();
        assert!(waiting.tell());
        assert!(!waiting.leave());
        assert!(!Waiting::nobody().tell());
        let waiting = Waiting::person();
        drop(Leaver(waiting.clone()));
        assert!(!waiting.tell());
    }
}
