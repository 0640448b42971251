//! Bulk actions on mailboxes: what was requested, and the result for each mailbox.

use sqlx::any::AnyRow;
use sqlx::{FromRow, Row};

use super::args::args;
use super::{Allowed, Locked, Result, Store, Tx};
use crate::model::bulk::{Action, LineState, NotRequested};
use crate::model::change::ChangeOutcome;
use crate::model::email::EmailState;
use crate::model::id::{BulkId, EmailId};
use crate::model::role::ManageMailboxes;
use crate::model::time::Timestamp;

/// A bulk action to be stored.
#[derive(Clone, Debug)]
pub struct NewBulk {
    /// What is done to each mailbox.
    pub action: Action,
    /// Its lines, in the order of the list.
    pub lines: Vec<NewLine>,
}

/// A line of a bulk action to be stored.
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

/// A bulk action as its page shows it.
#[derive(Clone, Debug)]
pub struct BulkView {
    /// What is done to each mailbox.
    pub action: Action,
    /// The name of the person who requested it.
    pub actor_name: String,
    /// When.
    pub created_at: Timestamp,
    /// Its lines.
    pub lines: Vec<BulkLine>,
}

/// The result for one mailbox of a bulk action.
#[derive(Clone, Debug)]
pub struct BulkLine {
    /// The mailbox's address.
    pub address: String,
    /// Its state.
    pub state: LineState,
}

impl FromRow<'_, AnyRow> for BulkLine {
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
    /// A bulk action of a domain.
    pub async fn bulk(&self, by: &Allowed<ManageMailboxes>, id: BulkId) -> Result<Option<BulkView>> {
        let sql = "select action, actor_name, created_at from bulk_actions where domain_id = $1 and id = $2";
        let found: Option<(Action, String, Timestamp)> = self.first(sql, args![by.domain().id, id]).await?;
        let Some((action, actor_name, created_at)) = found else { return Ok(None) };
        let sql = "select address, not_requested, changes.outcome, changes.reason as refusal, \
                   case when bulk_lines.change is null and email_id is null then 0 else 1 end as is_asked, \
                   emails.state as email_state, coalesce(jobs.trouble, emails.trouble) as trouble \
                   from bulk_lines \
                   left join changes on changes.domain_id = $2 and changes.sequence = bulk_lines.change \
                   left join jobs on jobs.domain_id = $2 and jobs.kind = changes.object_kind \
                   and jobs.object = changes.object \
                   left join emails on emails.id = email_id where bulk_id = $1 order by position";
        let lines = self.all(sql, args![id, by.domain().id]).await?;
        Ok(Some(BulkView { action, actor_name, created_at, lines }))
    }
}

impl Tx {
    /// Stores a bulk action on the locked domain with its lines.
    pub async fn insert_bulk(&mut self, locked: &Locked<ManageMailboxes>, new: &NewBulk) -> Result<BulkId> {
        let now = self.clock.now();
        let id = BulkId::new(now);
        let sql =
            "insert into bulk_actions (id, domain_id, action, actor_name, created_at) values ($1, $2, $3, $4, $5)";
        self.exec_one(sql, args![id, locked.domain.id, new.action, &locked.actor.name, now]).await?;
        for (line, position) in new.lines.iter().zip(0_i64..) {
            let sql = "insert into bulk_lines (bulk_id, position, address, change, email_id, not_requested) \
                       values ($1, $2, $3, $4, $5, $6)";
            let args = args![id, position, &line.address, line.change, line.email_id, line.not_requested];
            self.exec_one(sql, args).await?;
        }
        Ok(id)
    }
}
