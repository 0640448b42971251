//! Bulk operations on mailboxes: what was requested, and the result for each mailbox.

use sqlx::any::AnyRow;
use sqlx::{FromRow, Row};

use super::args::args;
use super::{Allowed, Locked, Result, Store, Tx};
use crate::model::email::EmailState;
use crate::model::id::{EmailId, OperationId, OrderId};
use crate::model::operation::{Action, LineState, NotRequested};
use crate::model::role::ManageMailboxes;
use crate::model::time::Timestamp;

/// An operation to be stored.
#[derive(Clone, Debug)]
pub struct NewOperation {
    /// What is done to each mailbox.
    pub action: Action,
    /// Its lines, in the order of the list.
    pub lines: Vec<NewLine>,
}

/// A line of an operation to be stored.
#[derive(Clone, Debug)]
pub struct NewLine {
    /// The mailbox's address, as selected.
    pub address: String,
    /// The order that carries it out.
    pub order_id: Option<OrderId>,
    /// The email that carries it out.
    pub email_id: Option<EmailId>,
    /// Why nothing was requested for this mailbox.
    pub not_requested: Option<NotRequested>,
}

/// An operation as its page shows it.
#[derive(Clone, Debug)]
pub struct OperationView {
    /// What is done to each mailbox.
    pub action: Action,
    /// The name of the person who requested it.
    pub actor_name: String,
    /// When.
    pub created_at: Timestamp,
    /// Its lines.
    pub lines: Vec<OperationLine>,
}

/// The result for one mailbox of an operation.
#[derive(Clone, Debug)]
pub struct OperationLine {
    /// The mailbox's address.
    pub address: String,
    /// Its state.
    pub state: LineState,
}

impl FromRow<'_, AnyRow> for OperationLine {
    fn from_row(row: &AnyRow) -> sqlx::Result<Self> {
        let (not_requested, order): (_, Option<String>) = (row.try_get("not_requested")?, row.try_get("order_state")?);
        let has_trouble = row.try_get::<Option<&str>, _>("trouble")?.is_some();
        let state = match (not_requested, order.as_deref(), row.try_get("email_state")?) {
            (Some(not_requested), ..) => LineState::NotRequested(not_requested),
            (_, Some("open"), _) | (_, _, Some(EmailState::Waiting | EmailState::Held)) => {
                LineState::UnderWay { has_trouble }
            }
            (_, Some("done"), _) | (_, _, Some(EmailState::Sent)) => LineState::Done,
            (_, Some("refused"), _) => {
                row.try_get::<Option<_>, _>("refusal")?.map_or(LineState::Replaced, LineState::Refused)
            }
            (_, _, Some(EmailState::GivenUp)) => LineState::EmailGivenUp,
            // Nothing had to be done.
            _ if row.try_get::<Option<&str>, _>("carrier")?.is_none() => LineState::Done,
            // The order or email was deleted with its mailbox, or another one replaced it.
            _ => LineState::Replaced,
        };
        Ok(Self { address: row.try_get("address")?, state })
    }
}

impl Store {
    /// An operation of a domain.
    pub async fn operation(&self, by: &Allowed<ManageMailboxes>, id: OperationId) -> Result<Option<OperationView>> {
        let sql = "select action, actor_name, created_at from operations where domain_id = $1 and id = $2";
        let found: Option<(Action, String, Timestamp)> = self.first(sql, args![by.domain().id, id]).await?;
        let Some((action, actor_name, created_at)) = found else { return Ok(None) };
        let sql = "select address, coalesce(order_id, email_id) as carrier, not_requested, orders.state as order_state, \
                   orders.refusal, emails.state as email_state, coalesce(orders.trouble, emails.trouble) as trouble \
                   from operation_lines left join orders on orders.id = order_id \
                   left join emails on emails.id = email_id where operation_id = $1 order by position";
        let lines = self.all(sql, args![id]).await?;
        Ok(Some(OperationView { action, actor_name, created_at, lines }))
    }
}

impl Tx {
    /// Stores an operation on the locked domain with its lines.
    pub async fn insert_operation(
        &mut self,
        locked: &Locked<ManageMailboxes>,
        new: &NewOperation,
    ) -> Result<OperationId> {
        let now = self.clock.now();
        let id = OperationId::new(now);
        let sql = "insert into operations (id, domain_id, action, actor_name, created_at) values ($1, $2, $3, $4, $5)";
        self.exec_one(sql, args![id, locked.domain.id, new.action, &locked.actor.name, now]).await?;
        for (line, position) in new.lines.iter().zip(0_i64..) {
            let sql = "insert into operation_lines (operation_id, position, address, order_id, email_id, not_requested) \
                       values ($1, $2, $3, $4, $5, $6)";
            let args = args![id, position, &line.address, line.order_id, line.email_id, line.not_requested];
            self.exec_one(sql, args).await?;
        }
        Ok(id)
    }
}
