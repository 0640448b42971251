//! What follows when an attempt at an order has no result: it is put off, or given up after too
//! long.

use crate::actions::App;
use crate::actions::sync::respond::Waiting;
use crate::actions::sync::run::{Outcome, trouble};
use crate::dimail::Failure;
use crate::model::order::{Order, Trouble};
use crate::store::{Fault, Tx};

/// An order that is not done, or not known to be.
pub(crate) struct Later {
    pub(crate) trouble: Trouble,
    /// Whether dimail may have done it: it is asked before the next attempt.
    pub(crate) in_doubt: bool,
}

impl Later {
    pub(crate) fn after(failure: &Failure, in_doubt: bool) -> Self {
        Self { trouble: trouble(failure), in_doubt }
    }

    /// Whether it is given up: without an answer for too long. A fault of the installation never
    /// is, and nothing is while a person waits.
    pub(crate) fn is_hopeless(&self, app: &App, order: &Order, waiting: &Waiting) -> bool {
        let tried_for = app.clock.now().since(order.first_attempt_at);
        let is_silence = matches!(self.trouble, Trouble::NoAnswer { .. });
        is_silence && tried_for >= app.pauses().give_up && !waiting.is_person()
    }

    /// Puts the order off in this transaction.
    pub(crate) async fn put_off(self, app: &App, tx: &mut Tx, order: &Order) -> Result<Outcome, Fault> {
        let due_at = app.next_attempt(order.attempts, &self.trouble);
        let ours = tx.postpone_order(order, app.id, due_at, self.in_doubt, Some(&self.trouble)).await?;
        Ok(if ours { Outcome::Later(self.trouble) } else { Outcome::Lost })
    }
}
