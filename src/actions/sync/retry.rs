//! Postpones an order whose attempt had no result, or gives it up after too long.

use crate::actions::App;
use crate::actions::sync::outcome::{Outcome, trouble};
use crate::dimail::CallError;
use crate::model::order::{Order, after_silent_check};
use crate::model::reason::Trouble;
use crate::model::time::Timestamp;
use crate::store::{Fault, Tx};

/// An order that was not carried out, or is not known to be.
pub(crate) struct Later {
    pub(crate) trouble: Trouble,
    /// Whether dimail may have carried it out: it is asked before the next attempt.
    pub(crate) in_doubt: bool,
}

impl Later {
    pub(crate) fn after(failure: &CallError, in_doubt: bool) -> Self {
        Self { trouble: trouble(failure), in_doubt }
    }

    /// Postpones the order in this transaction.
    pub(crate) async fn put_off(self, app: &App, tx: &mut Tx, order: &Order) -> Result<Outcome, Fault> {
        let attempts = order.series(&self.trouble, app.clock.now()).attempts;
        let due_at = app.next_attempt(attempts, &self.trouble);
        let ours = tx.postpone_order(order, app.id, due_at, self.in_doubt, Some(&self.trouble)).await?;
        Ok(if ours { Outcome::Later(self.trouble) } else { Outcome::Lost })
    }
}

impl App {
    /// When to retry after `trouble` at attempt number `attempts`; for name servers without an answer,
    /// `attempts` is the number of such checks in a row.
    pub(crate) fn next_attempt(&self, attempts: i64, trouble: &Trouble) -> Timestamp {
        let pauses = self.pauses();
        let pause = match trouble {
            Trouble::Installation { .. } => pauses.longest,
            Trouble::NameServers => after_silent_check(attempts),
            Trouble::NoAnswer { .. } | Trouble::Portal => pauses.after(attempts, rand::random()),
        };
        self.clock.now().plus(pause)
    }
}
