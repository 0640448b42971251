//! Calls that create a mailbox and whose outcome is unknown. A row is stored before the call is sent
//! and deleted when it is answered or can no longer take effect.

use super::args::args;
use super::columns::from_row;
use super::{Result, Store, Tx};
use crate::model::creation::CreationAttempt;
use crate::model::id::{DomainId, MailboxId, PortalId};
use crate::model::order::{Order, OrderKind};
use crate::model::time::Timestamp;

from_row! { CreationAttempt { id, first_name, last_name, sent_at } }

impl Store {
    /// The calls that may have created a mailbox or may still do so.
    pub async fn creation_attempts(&self, mailbox: MailboxId) -> Result<Vec<CreationAttempt>> {
        let sql = "select id, first_name, last_name, sent_at from creation_attempts where mailbox_id = $1";
        self.all(sql, args![mailbox]).await
    }

    /// Stores a call that is about to be sent. `false`: this portal has lost the order's lease and must
    /// not send the call.
    pub async fn begin_creation(&self, order: &Order, holder: PortalId, attempt: &CreationAttempt) -> Result<bool> {
        let sql = "insert into creation_attempts (id, mailbox_id, first_name, last_name, sent_at) \
                   select $3, mailbox_id, $4, $5, $6 from orders \
                   where id = $1 and lease_holder = $2 and state = 'open' and mailbox_id is not null";
        let args = args![order.id, holder, attempt.id, &attempt.first_name, &attempt.last_name, attempt.sent_at];
        self.changes(sql, args).await
    }

    /// How many mailboxes of a domain wait to be created; counting stops at `most`.
    pub async fn waiting_creations(&self, domain: DomainId, most: i64) -> Result<i64> {
        let sql = "select count(*) from (select 1 from orders \
                   where domain_id = $1 and state = 'open' and kind = $2 limit $3) as waiting";
        self.value(sql, args![domain, OrderKind::CreateMailbox, most]).await
    }
}

impl Tx {
    /// When the last call was sent that may have created a mailbox, or may still do so.
    pub async fn last_creation_sent_at(&mut self, mailbox: MailboxId) -> Result<Option<Timestamp>> {
        self.value("select max(sent_at) from creation_attempts where mailbox_id = $1", args![mailbox]).await
    }

    /// Deletes all creation calls of a mailbox, once dimail has it.
    pub async fn end_creation_attempts(&mut self, mailbox: MailboxId) -> Result<()> {
        self.exec_any("delete from creation_attempts where mailbox_id = $1", args![mailbox]).await
    }

    /// Deletes a call that was answered or can no longer take effect, if it is still there.
    pub async fn end_creation_attempt(&mut self, attempt: &CreationAttempt) -> Result<()> {
        self.exec_any("delete from creation_attempts where id = $1", args![attempt.id]).await
    }
}
