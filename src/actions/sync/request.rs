//! Stores an order in the transaction of the change that needs it, leased by this process, which carries
//! it out after the commit. Orders for the worker are stored by `Tx::insert_order`.

use crate::actions::App;
use crate::model::order::Order;
use crate::store::{Fault, Locked, NewOrder, Tx};

impl App {
    /// Stores an order that the caller carries out after committing its transaction.
    pub(crate) async fn ask<R>(&self, tx: &mut Tx, locked: &Locked<R>, new: NewOrder) -> Result<Order, Fault> {
        tx.insert_own_order(locked, &new.leased(self.lease())).await
    }
}
