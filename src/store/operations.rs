//! Bulk operations on mailboxes: what was requested, and the result for each mailbox.

use sqlx::any::AnyRow;
use sqlx::{FromRow, Row};

use super::args::args;
use super::{Allowed, Locked, Result, Store, Tx};
use crate::model::change::ChangeOutcome;
use crate::model::email::EmailState;
use crate::model::id::{EmailId, OperationId};
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
    /// The number of the change that asks for it.
    pub change: Option<i64>,
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
        let not_requested = row.try_get("not_requested")?;
        let outcome = row.try_get("outcome")?;
        let has_trouble = row.try_get::<Option<&str>, _>("trouble")?.is_some();
        let state = match (not_requested, outcome, row.try_get("email_state")?) {
            (Some(not_requested), ..) => LineState::NotRequested(not_requested),
            (_, Some(ChangeOutcome::Waiting), _) | (_, _, Some(EmailState::Waiting | EmailState::Held)) => {
                LineState::UnderWay { has_trouble }
            }
            (_, Some(ChangeOutcome::Done), _) | (_, _, Some(EmailState::Sent)) => LineState::Done,
            (_, Some(ChangeOutcome::Refused | ChangeOutcome::GivenUp), _) => {
                row.try_get::<Option<_>, _>("refusal")?.map_or(LineState::Replaced, LineState::Refused)
            }
            (_, _, Some(EmailState::GivenUp)) => LineState::EmailGivenUp,
            // Nothing had to be done.
            _ if row.try_get::<i64, _>("is_asked")? == 0 => LineState::Done,
            // The email was deleted with its mailbox, or a later change took the place of this one.
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
        let sql = "select address, not_requested, changes.outcome, changes.reason as refusal, \
                   case when operation_lines.change is null and email_id is null then 0 else 1 end as is_asked, \
                   emails.state as email_state, coalesce(jobs.trouble, emails.trouble) as trouble \
                   from operation_lines \
                   left join changes on changes.domain_id = $2 and changes.sequence = operation_lines.change \
                   left join jobs on jobs.domain_id = $2 and jobs.kind = changes.object_kind \
                   and jobs.object = changes.object \
                   left join emails on emails.id = email_id where operation_id = $1 order by position";
        let lines = self.all(sql, args![id, by.domain().id]).await?;
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
            let sql = "insert into operation_lines (operation_id, position, address, change, email_id, not_requested) \
                       values ($1, $2, $3, $4, $5, $6)";
            let args = args![id, position, &line.address, line.change, line.email_id, line.not_requested];
            self.exec_one(sql, args).await?;
        }
        Ok(id)
    }
}
