//! Bulk operations on mailboxes: what was requested, and the result for each mailbox.

use sqlx::any::AnyRow;

use super::args::args;
use super::{Allowed, Fault, Locked, Store, Tx, columns};
use crate::model::email::EmailState;
use crate::model::id::{EmailId, OperationId, OrderId};
use crate::model::operation::{Action, Hindered, LineState};
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
    pub hindrance: Option<Hindered>,
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
    pub lines: Vec<Line>,
}

/// The result for one mailbox of an operation.
#[derive(Clone, Debug)]
pub struct Line {
    /// The mailbox's address.
    pub address: String,
    /// Its state.
    pub state: LineState,
}

fn read_line(row: &AnyRow) -> Result<Line, Fault> {
    let hindrance = columns::text_or_null(row, "hindrance")?;
    let order = columns::text_or_null(row, "order_state")?;
    let email = columns::text_or_null(row, "email_state")?;
    let wants_order = columns::text_or_null(row, "order_id")?.is_some();
    let wants_email = columns::text_or_null(row, "email_id")?.is_some();
    let has_trouble = columns::text_or_null(row, "trouble")?.is_some();
    let state = match (hindrance, order.as_deref(), email.as_deref()) {
        (Some(word), ..) => {
            LineState::Hindered(Hindered::parse(&word).ok_or(Fault::Unreadable { column: "hindrance" })?)
        }
        (_, Some("open"), _) => LineState::UnderWay { has_trouble },
        (_, Some("done"), _) => LineState::Done,
        (_, Some("refused"), _) => match columns::json_or_null(row, "refusal")? {
            Some(reason) => LineState::Refused(reason),
            None => LineState::Replaced,
        },
        (_, _, Some(word)) => match EmailState::parse(word) {
            Some(EmailState::Waiting) => LineState::UnderWay { has_trouble },
            Some(EmailState::Sent) => LineState::Done,
            Some(EmailState::GivenUp) => LineState::EmailGivenUp,
            Some(EmailState::Withdrawn) | None => LineState::Replaced,
        },
        // The order was deleted with its mailbox, or another one replaced it.
        _ if wants_order || wants_email => LineState::Replaced,
        // Nothing had to be done.
        _ => LineState::Done,
    };
    Ok(Line { address: columns::text(row, "address")?, state })
}

impl Store {
    /// An operation of a domain.
    pub async fn operation(
        &self,
        by: &Allowed<ManageMailboxes>,
        id: OperationId,
    ) -> Result<Option<OperationView>, Fault> {
        let found = self
            .first(
                "select action, actor_name, created_at from operations where domain_id = $1 and id = $2",
                args![by.domain().id, id],
            )
            .await?;
        let Some(found) = found else { return Ok(None) };
        let rows = self
            .all(
                "select address, order_id, email_id, hindrance, orders.state as order_state, orders.refusal, \
             emails.state as email_state, coalesce(orders.trouble, emails.trouble) as trouble \
             from operation_lines left join orders on orders.id = order_id left join emails on emails.id = email_id \
             where operation_id = $1 order by position",
                args![id],
            )
            .await?;
        Ok(Some(OperationView {
            action: columns::word(&found, "action", Action::parse)?,
            actor_name: columns::text(&found, "actor_name")?,
            created_at: columns::timestamp(&found, "created_at")?,
            lines: rows.iter().map(read_line).collect::<Result<_, _>>()?,
        }))
    }
}

impl Tx {
    /// Stores an operation on the locked domain with its lines.
    pub async fn insert_operation(
        &mut self,
        locked: &Locked<ManageMailboxes>,
        new: &NewOperation,
    ) -> Result<OperationId, Fault> {
        let now = self.clock.now();
        let id = OperationId::new(now);
        self.exec(
            "insert into operations (id, domain_id, action, actor_name, created_at) values ($1, $2, $3, $4, $5)",
            args![id, locked.domain.id, new.action.as_str(), &locked.actor.name, now],
        )
        .await?;
        for (line, position) in new.lines.iter().zip(0_i64..) {
            self.exec(
                "insert into operation_lines (operation_id, position, address, order_id, email_id, hindrance) \
                 values ($1, $2, $3, $4, $5, $6)",
                args![
                    id,
                    position,
                    &line.address,
                    line.order_id.map(|id| id.to_string()),
                    line.email_id.map(|id| id.to_string()),
                    line.hindrance.map(Hindered::as_str)
                ],
            )
            .await?;
        }
        Ok(id)
    }
}
