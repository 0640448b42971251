//! Calls that create a mailbox and whose outcome is unknown. A row is stored before the call is sent
//! and deleted when it is answered or can no longer take effect.

use sqlx::any::AnyRow;

use super::args::args;
use super::{Fault, Store, Tx, columns};
use crate::model::creation::CreationAttempt;
use crate::model::id::{DomainId, MailboxId, PortalId};
use crate::model::order::{Order, OrderKind};
use crate::model::time::Timestamp;

fn read_attempt(row: &AnyRow) -> Result<CreationAttempt, Fault> {
    Ok(CreationAttempt {
        id: columns::id(row, "id")?,
        first_name: columns::text(row, "first_name")?,
        last_name: columns::text(row, "last_name")?,
        sent_at: columns::timestamp(row, "sent_at")?,
    })
}

impl Store {
    /// The calls that may have created a mailbox or may still do so.
    pub async fn creation_attempts(&self, mailbox: MailboxId) -> Result<Vec<CreationAttempt>, Fault> {
        let rows = self
            .all(
                "select id, first_name, last_name, sent_at from creation_attempts where mailbox_id = $1",
                args![mailbox],
            )
            .await?;
        rows.iter().map(read_attempt).collect()
    }

    /// Stores a call that is about to be sent. `false`: this portal has lost the order's lease and must
    /// not send the call.
    pub async fn begin_creation(
        &self,
        order: &Order,
        holder: PortalId,
        attempt: &CreationAttempt,
    ) -> Result<bool, Fault> {
        let _turn = self.turn().await;
        let result = self
            .exec(
                "insert into creation_attempts (id, mailbox_id, first_name, last_name, sent_at) \
             select $3, mailbox_id, $4, $5, $6 from orders \
             where id = $1 and lease_holder = $2 and state = 'open' and mailbox_id is not null",
                args![order.id, holder, attempt.id, &attempt.first_name, &attempt.last_name, attempt.sent_at],
            )
            .await?;
        Ok(result == 1)
    }

    /// How many mailboxes of a domain wait to be created; counting stops at `most`.
    pub async fn waiting_creations(&self, domain: DomainId, most: i64) -> Result<i64, Fault> {
        let row = self
            .one(
                "select count(*) as total from (select 1 from orders \
             where domain_id = $1 and state = 'open' and kind = $2 limit $3) as waiting",
                args![domain, OrderKind::CreateMailbox.as_str(), most],
            )
            .await?;
        columns::number(&row, "total")
    }
}

impl Tx {
    /// When the last call was sent that may have created a mailbox, or may still do so.
    pub async fn last_creation_sent_at(&mut self, mailbox: MailboxId) -> Result<Option<Timestamp>, Fault> {
        let row = self
            .first(
                "select sent_at from creation_attempts where mailbox_id = $1 order by sent_at desc limit 1",
                args![mailbox],
            )
            .await?;
        row.map(|row| columns::timestamp(&row, "sent_at")).transpose()
    }

    /// Deletes all creation calls of a mailbox, once dimail has it.
    pub async fn end_creation_attempts(&mut self, mailbox: MailboxId) -> Result<(), Fault> {
        self.exec("delete from creation_attempts where mailbox_id = $1", args![mailbox]).await?;
        Ok(())
    }

    /// Deletes a call that was answered or can no longer take effect.
    pub async fn end_creation_attempt(&mut self, attempt: &CreationAttempt) -> Result<(), Fault> {
        self.exec("delete from creation_attempts where id = $1", args![attempt.id]).await?;
        Ok(())
    }
}
