//! Decides whether a person still waits for the result of an order, so that request and task agree on
//! it.

use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use secrecy::SecretString;

const WAITS: u8 = 0;
const LEFT: u8 = 1;
const ANSWERED: u8 = 2;

/// Shared by the waiting request and the working task. If the person still waits, a refusal is shown
/// and not stored; otherwise it is stored with its reason.
#[derive(Clone, Debug)]
pub struct Waiting(Arc<AtomicU8>, Arc<Mutex<Option<SecretString>>>, Arc<[i64]>);

impl Waiting {
    /// A person waits.
    pub(crate) fn person() -> Self {
        Self::person_for(&[])
    }

    /// A person waits for the outcomes of these changes.
    pub(crate) fn person_for(changes: &[i64]) -> Self {
        Self(Arc::new(AtomicU8::new(WAITS)), Arc::default(), changes.into())
    }

    /// No person waits: the worker's own work.
    #[must_use]
    pub fn no_person() -> Self {
        Self(Arc::new(AtomicU8::new(LEFT)), Arc::default(), Arc::default())
    }

    /// Whether it is this change whose outcome the person waits for: a job may carry out those of others
    /// besides.
    pub(crate) fn is_for(&self, change: i64) -> bool {
        self.2.contains(&change)
    }

    /// The task decides to answer the person, who then gets the refusal. Returns `false` if the person no
    /// longer waits.
    pub(crate) fn claim_answer(&self) -> bool {
        self.0.compare_exchange(WAITS, ANSWERED, Ordering::SeqCst, Ordering::SeqCst).is_ok()
    }

    /// Hands the first password of a mailbox over to the request that waits.
    pub(crate) fn hand_over(&self, password: SecretString) {
        *self.1.lock().unwrap_or_else(PoisonError::into_inner) = Some(password);
    }

    /// The password that was handed over, once.
    pub(crate) fn password(&self) -> Option<SecretString> {
        self.1.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Whether a person waits or was just answered.
    pub(crate) fn is_person(&self) -> bool {
        self.0.load(Ordering::SeqCst) != LEFT
    }

    /// The person stops waiting. Returns `false` if the task is already about to answer.
    pub(crate) fn leave(&self) -> bool {
        self.0.compare_exchange(WAITS, LEFT, Ordering::SeqCst, Ordering::SeqCst).is_ok()
    }
}

/// Stops waiting when dropped: a person who closes the page interrupts nothing.
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
        assert!(waiting.claim_answer());
        assert!(!waiting.leave());
        assert!(!Waiting::no_person().claim_answer());
        let waiting = Waiting::person();
        drop(Leaver(waiting.clone()));
        assert!(!waiting.claim_answer());
    }
}
