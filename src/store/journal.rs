//! The journal of a domain: one line for each change. A hash chain makes a missing line detectable.

use sha2::{Digest, Sha256};
use sqlx::AssertSqlSafe;

use super::args::args;
use super::columns::{Flag, from_row};
use super::{Allowed, Locked, Result, Store, Tx};
use crate::model::{DomainId, Event, MailboxId, ReadJournal, Timestamp};

/// A line of a domain's journal.
#[derive(Clone, Debug)]
pub struct JournalLine {
    /// When it happened.
    pub at: Timestamp,
    /// Who made the change.
    pub actor_name: String,
    /// Whether they acted as staff.
    pub as_staff: bool,
    /// Whether the portal itself made the change.
    pub by_portal: bool,
    /// What happened.
    pub event: Event,
}

from_row! { JournalLine { at, actor_name, as_staff as Flag, by_portal as Flag, event } }

const LINES: &str = "select at, actor_name, as_staff, \
     case when actor_email = '' then 1 else 0 end as by_portal, event from journal";

impl Tx {
    /// Adds an event to the journal of the locked domain.
    pub async fn record<R>(&mut self, locked: &Locked<R>, event: &Event, mailbox: Option<MailboxId>) -> Result<()> {
        self.add_line(locked, event, mailbox).await.map(|_| ())
    }

    /// The same; returns the number of the line.
    pub(super) async fn add_line<R>(
        &mut self,
        locked: &Locked<R>,
        event: &Event,
        mailbox: Option<MailboxId>,
    ) -> Result<i64> {
        let (sequence, before) = self.next_line(locked.domain.id).await?;
        let event = serde_json::to_string(event).map_err(|error| sqlx::Error::Encode(error.into()))?;
        let at = self.clock.now();
        let actor = &locked.actor;
        let line = [before, sequence.to_string(), at.0.to_string(), actor.email.clone(), event.clone()];
        let sql = "insert into journal (domain_id, sequence, at, actor_id, actor_name, actor_email, as_staff, event, \
                   mailbox_id, hash) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
        let args = args![
            locked.domain.id,
            sequence,
            at,
            actor.id,
            &actor.name,
            &actor.email,
            Flag(actor.as_staff),
            event,
            mailbox,
            chained(&line)
        ];
        self.exec_one(sql, args).await?;
        Ok(sequence)
    }

    /// The number of the next line, and the hash of the previous line.
    async fn next_line(&mut self, domain: DomainId) -> Result<(i64, String)> {
        let sql = "update domains set sequence = sequence + 1 where id = $1 returning sequence, \
                   (select hash from journal where domain_id = $1 order by sequence desc limit 1) as before";
        let (sequence, before): (_, Option<String>) = self.one(sql, args![domain]).await?;
        Ok((sequence, before.unwrap_or_default()))
    }
}

/// The hash of a line: over its parts in order, each prefixed with its length, so that different parts
/// cannot give the same input.
fn chained(parts: &[String]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.len().to_be_bytes());
        hash.update(part.as_bytes());
    }
    format!("{:x}", hash.finalize())
}

impl Store {
    /// The last lines of the journal about a mailbox, newest first.
    pub async fn history(&self, by: &Allowed<ReadJournal>, mailbox: MailboxId, most: i64) -> Result<Vec<JournalLine>> {
        let sql = format!("{LINES} where domain_id = $1 and mailbox_id = $2 order by sequence desc limit $3");
        self.all(AssertSqlSafe(sql), args![by.domain().id, mailbox, most]).await
    }
}
