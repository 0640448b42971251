//! Stores orders in the transaction of the change that needs them: leased by this process, which carries
//! them out after the commit, or for the worker.

use crate::actions::App;
use crate::model::id::{DomainId, MailboxId, OrderId};
use crate::model::order::{Order, OrderKind};
use crate::store::{Fault, Locked, NewOrder, Tx};

impl App {
    /// Stores an order about a mailbox, leased by this process: the caller carries it out after
    /// committing its transaction.
    pub(crate) async fn ask<R>(
        &self,
        tx: &mut Tx,
        locked: &Locked<R>,
        kind: OrderKind,
        mailbox: MailboxId,
    ) -> Result<Order, Fault> {
        let mailbox_id = Some(mailbox);
        let new = NewOrder { kind, mailbox_id, alias_id: None, due_at: self.clock.now(), lease: Some(self.lease()) };
        let id = tx.insert_order(locked, &new).await?;
        let order = own_order(self, id, kind, locked.domain.id);
        Ok(Order { mailbox_id, ..order })
    }

    /// Stores an order about a mailbox for the worker.
    pub(crate) async fn ask_later<R>(
        &self,
        tx: &mut Tx,
        locked: &Locked<R>,
        kind: OrderKind,
        mailbox: MailboxId,
    ) -> Result<(), Fault> {
        let mailbox_id = Some(mailbox);
        let new = NewOrder { kind, mailbox_id, alias_id: None, due_at: self.clock.now(), lease: None };
        tx.insert_order(locked, &new).await.map(|_| ())
    }

    /// Stores the first check of a domain that dimail has accepted, for the worker.
    pub(crate) async fn check_later<R>(&self, tx: &mut Tx, locked: &Locked<R>) -> Result<(), Fault> {
        let (kind, due_at) = (OrderKind::CheckDomain, self.clock.now());
        let new = NewOrder { kind, mailbox_id: None, alias_id: None, due_at, lease: None };
        tx.insert_order(locked, &new).await.map(|_| ())
    }
}

/// An order that this process has just stored with its own lease.
pub(crate) fn own_order(app: &App, id: OrderId, kind: OrderKind, domain_id: DomainId) -> Order {
    Order {
        id,
        kind,
        domain_id,
        mailbox_id: None,
        alias_id: None,
        in_doubt: false,
        attempts: 1,
        first_attempt_at: app.clock.now(),
        last_trouble: None,
    }
}
