//! What people asked of mailboxes and aliases, and what became of it.

use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, FromRow, Row as _};

use super::args::args;
use super::columns::{Flag, from_row};
use super::{Allowed, Locked, Result, Store, Tx};
use crate::model::change::{ChangeKind, ChangeOutcome, ChangeView, Object, WaitingChange};
use crate::model::event::Event;
use crate::model::id::{ChangeId, DomainId};
use crate::model::reason::Reason;
use crate::model::role::Right;

/// A change to be stored with its journal line.
#[derive(Clone, Debug)]
pub struct NewChange {
    /// What it is about.
    pub object: Object,
    /// The address it is about.
    pub subject: String,
    /// What it asks for.
    pub kind: ChangeKind,
    /// The destination, if it is about one.
    pub destination: Option<String>,
}

from_row! { WaitingChange { sequence, kind, destination } }

/// The columns of a change that pages show.
pub(super) const VIEWED: &str = "changes.sequence, changes.object_kind, changes.object, changes.subject, changes.kind as change_kind, \
     changes.destination, changes.actor_name, changes.asked_at, changes.outcome, changes.reason as change_reason, changes.finished_at, \
     changes.open as change_open";

impl FromRow<'_, AnyRow> for ChangeView {
    fn from_row(row: &AnyRow) -> sqlx::Result<Self> {
        let object = Object::parse(row.try_get("object_kind")?, row.try_get("object")?);
        Ok(Self {
            sequence: row.try_get("sequence")?,
            object: object.ok_or_else(|| sqlx::Error::Decode("unknown object".into()))?,
            subject: row.try_get("subject")?,
            kind: row.try_get("change_kind")?,
            destination: row.try_get("destination")?,
            actor_name: row.try_get("actor_name")?,
            asked_at: row.try_get("asked_at")?,
            outcome: row.try_get("outcome")?,
            reason: row.try_get("change_reason")?,
            finished_at: row.try_get("finished_at")?,
            is_open: row.try_get::<i64, _>("change_open")? == 1,
        })
    }
}

impl Store {
    /// What became of a change of a domain, and why; `None` if there is none.
    pub async fn outcome_of(&self, domain: DomainId, sequence: i64) -> Result<Option<(ChangeOutcome, Option<Reason>)>> {
        let sql = "select outcome, reason from changes where domain_id = $1 and sequence = $2";
        self.first(sql, args![domain, sequence]).await
    }

    /// The changes of an object that wait, and the last one if it was refused or given up and the person
    /// was not told of it in the answer; the newest first.
    pub async fn changes_of<R: Right>(&self, by: &Allowed<R>, object: &Object) -> Result<Vec<ChangeView>> {
        let sql = format!(
            "select {VIEWED} from changes where domain_id = $1 and object_kind = $2 and object = $3 \
             and (outcome = 'waiting' or outcome in ('refused', 'given_up') and told = 0 and sequence = \
             (select max(last.sequence) from changes as last where last.domain_id = $1 \
             and last.object_kind = $2 and last.object = $3)) order by sequence desc"
        );
        self.all(AssertSqlSafe(sql), args![by.domain().id, object.kind(), object.key()]).await
    }
}

impl Tx {
    /// The name of the person who last asked for this of an object of the locked domain.
    pub async fn asked_by<R>(
        &mut self,
        locked: &Locked<R>,
        object: &Object,
        kind: ChangeKind,
    ) -> Result<Option<String>> {
        let sql = "select actor_name from changes where domain_id = $1 and object_kind = $2 and object = $3 \
                   and kind = $4 order by sequence desc limit 1";
        self.first_value(sql, args![locked.domain.id, object.kind(), object.key(), kind]).await
    }

    /// Adds an event to the journal of the locked domain, and the change that it asks for. Returns the
    /// number of both.
    pub async fn record_change<R>(&mut self, locked: &Locked<R>, event: &Event, new: &NewChange) -> Result<i64> {
        let mailbox = match &new.object {
            Object::Mailbox(id) => Some(*id),
            Object::Domain | Object::Alias(_) => None,
        };
        let sequence = self.add_line(locked, event, mailbox).await?;
        self.close_refused(locked, &new.object, new.destination.as_deref()).await?;
        let now = self.clock.now();
        let sql = "insert into changes (domain_id, sequence, object_kind, object, subject, kind, destination, \
                   actor_name, asked_at, outcome, id) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'waiting', $10)";
        let args = args![
            locked.domain.id,
            sequence,
            new.object.kind(),
            new.object.key(),
            &new.subject,
            new.kind,
            new.destination.as_deref(),
            &locked.actor.name,
            now,
            ChangeId::new(now)
        ];
        self.exec_one(sql, args).await?;
        Ok(sequence)
    }

    /// Nothing is to be done any longer about what was refused or given up of an object of the locked domain:
    /// it was asked again, or the refusal no longer stands. With a destination, about that one.
    pub(super) async fn close_refused<R>(
        &mut self,
        locked: &Locked<R>,
        object: &Object,
        destination: Option<&str>,
    ) -> Result<()> {
        let sql = "update changes set open = 0 where domain_id = $1 and object_kind = $2 and object = $3 \
                   and open = 1 and outcome <> 'waiting' \
                   and (destination is null or destination = coalesce($4, destination))";
        self.exec_any(sql, args![locked.domain.id, object.kind(), object.key(), destination]).await
    }

    /// Whether a change of the locked domain still waits.
    pub async fn waits<R>(&mut self, locked: &Locked<R>, sequence: i64) -> Result<bool> {
        let sql = "select sequence from changes where domain_id = $1 and sequence = $2 and outcome = 'waiting'";
        self.exists(sql, args![locked.domain.id, sequence]).await
    }

    /// The changes of an object of the locked domain that wait, the oldest first.
    pub async fn waiting_changes<R>(&mut self, locked: &Locked<R>, object: &Object) -> Result<Vec<WaitingChange>> {
        let sql = "select sequence, kind, destination from changes where domain_id = $1 and object_kind = $2 \
                   and object = $3 and outcome = 'waiting' order by sequence";
        self.all(sql, args![locked.domain.id, object.kind(), object.key()]).await
    }

    /// Ends a change that waits. `told` is whether the person who asked reads the reason in the answer.
    pub async fn end_change<R>(
        &mut self,
        locked: &Locked<R>,
        change: &WaitingChange,
        outcome: ChangeOutcome,
        (reason, told): (Option<&Reason>, bool),
    ) -> Result<()> {
        let is_open = !told && matches!(outcome, ChangeOutcome::Refused | ChangeOutcome::GivenUp);
        let sql = "update changes set outcome = $3, reason = $4, told = $5, open = $6, finished_at = $7 \
                   where domain_id = $1 and sequence = $2 and outcome = 'waiting'";
        let args =
            args![locked.domain.id, change.sequence, outcome, reason, Flag(told), Flag(is_open), self.clock.now()];
        self.exec_one(sql, args).await
    }

    /// Ends all changes of an object that is deleted: those that wait, and what was refused.
    pub async fn end_changes<R>(&mut self, locked: &Locked<R>, object: &Object, outcome: ChangeOutcome) -> Result<()> {
        self.close_refused(locked, object, None).await?;
        let sql = "update changes set outcome = $4, open = 0, finished_at = $5 where domain_id = $1 \
                   and object_kind = $2 and object = $3 and outcome = 'waiting'";
        self.exec_any(sql, args![locked.domain.id, object.kind(), object.key(), outcome, self.clock.now()]).await
    }
}
