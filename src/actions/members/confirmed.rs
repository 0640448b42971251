//! Whether a person confirmed that another becomes owner, knowing where the address leads now.

use crate::model::lead::digest;
use crate::model::{EmailAddress, Lead};
use crate::store::{Fault, Tx};

/// The confirmation that was sent with a form.
#[derive(Clone, Debug)]
pub struct Confirmed {
    /// Whether the person confirmed at all.
    pub is_given: bool,
    /// The [`digest`] of what the page showed; empty if it showed nothing.
    pub seen: String,
}

impl Confirmed {
    /// Whether it holds: where the address leads is still what the page showed.
    pub(super) async fn holds(&self, tx: &mut Tx, email: &EmailAddress) -> Result<bool, Fault> {
        if !self.is_given || self.seen.is_empty() {
            return Ok(self.is_given);
        }
        let leads: Vec<Lead> = tx.leads(email).await?;
        Ok(digest(&leads) == self.seen)
    }
}
