//! Decides whether a person still waits for the result of a job, so that request and task agree on it.

use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use secrecy::SecretString;
use tokio::sync::Notify;

use crate::model::reason::Reason;

const WAITS: u8 = 0;
const LEFT: u8 = 1;
const ANSWERED: u8 = 2;

/// Shared by the waiting request and the working task. If the person still waits, a refusal is shown
/// and not stored; otherwise it is stored with its reason.
#[derive(Clone, Debug)]
pub struct Waiting(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    state: AtomicU8,
    /// The changes whose outcomes the person waits for.
    changes: Vec<i64>,
    told: Mutex<Told>,
    /// Notified when the task has recorded something.
    recorded: Notify,
}

/// What is handed over to the request, because it is not stored.
#[derive(Debug, Default)]
struct Told {
    /// The first password of a mailbox.
    password: Option<SecretString>,
    /// Why a domain, which is not stored any longer, was refused.
    refusal: Option<Reason>,
}

impl Waiting {
    /// A person waits for the outcomes of these changes.
    pub(crate) fn person_for(changes: &[i64]) -> Self {
        Self::new(WAITS, changes)
    }

    /// No person waits: the worker's own work.
    #[must_use]
    pub fn no_person() -> Self {
        Self::new(LEFT, &[])
    }

    fn new(state: u8, changes: &[i64]) -> Self {
        let (told, recorded) = (Mutex::default(), Notify::new());
        Self(Arc::new(Shared { state: state.into(), changes: changes.to_vec(), told, recorded }))
    }

    fn told(&self) -> MutexGuard<'_, Told> {
        self.0.told.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notified when the task has recorded something, for the request that waits.
    pub(crate) fn recorded(&self) -> &Notify {
        &self.0.recorded
    }

    /// Whether it is this change whose outcome the person waits for: a job may carry out those of
    /// others too.
    pub(crate) fn is_for(&self, change: i64) -> bool {
        self.0.changes.contains(&change)
    }

    /// The task decides to answer the person, who then gets the refusal. Returns `false` if the person no
    /// longer waits.
    pub(crate) fn claim_answer(&self) -> bool {
        self.0.state.compare_exchange(WAITS, ANSWERED, Ordering::SeqCst, Ordering::SeqCst).is_ok()
    }

    /// Hands the first password of a mailbox over to the request that waits.
    pub(crate) fn hand_over(&self, password: SecretString) {
        self.told().password = Some(password);
    }

    /// Tells the request that waits why dimail refused the domain, which is deleted.
    pub(crate) fn refuse(&self, reason: Reason) {
        self.told().refusal = Some(reason);
    }

    /// Why the domain was refused that is deleted.
    pub(crate) fn refusal(&self) -> Option<Reason> {
        self.told().refusal.clone()
    }

    /// The password that was handed over, once.
    pub(crate) fn password(&self) -> Option<SecretString> {
        self.told().password.take()
    }

    /// Whether a person waits or was just answered.
    pub(crate) fn is_person(&self) -> bool {
        self.0.state.load(Ordering::SeqCst) != LEFT
    }

    /// The person stops waiting. Returns `false` if the task is already about to answer.
    pub(crate) fn leave(&self) -> bool {
        self.0.state.compare_exchange(WAITS, LEFT, Ordering::SeqCst, Ordering::SeqCst).is_ok()
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
        let waiting = Waiting::person_for(&[]);
        assert!(waiting.claim_answer());
        assert!(!waiting.leave());
        assert!(!Waiting::no_person().claim_answer());
        let waiting = Waiting::person_for(&[]);
        drop(Leaver(waiting.clone()));
        assert!(!waiting.claim_answer());
    }
}
