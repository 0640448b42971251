//! The journal of a domain: one line for each change. A hash chain makes a missing line detectable.

use sha2::{Digest, Sha256};
use sqlx::any::AnyRow;

use super::args::args;
use super::{Allowed, Fault, Locked, Store, Tx, columns};
use crate::model::activity::Event;
use crate::model::id::{DomainId, MailboxId};
use crate::model::role::ReadJournal;
use crate::model::time::Timestamp;

/// A line of a domain's journal.
#[derive(Clone, Debug)]
pub struct JournalLine {
    /// Its number in the domain.
    pub sequence: i64,
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
    /// SHA-256 over the hash of the line before and this line, in hexadecimal.
    pub hash: String,
}

impl Tx {
    /// Adds an event to the journal of the locked domain.
    pub async fn record<R>(
        &mut self,
        locked: &Locked<R>,
        event: &Event,
        mailbox: Option<MailboxId>,
    ) -> Result<(), Fault> {
        let domain = locked.domain.id.to_string();
        let (sequence, before) = self.next_line(locked.domain.id).await?;
        let event = columns::to_json(event)?;
        let at = self.clock.now();
        let actor = &locked.actor;
        let actor_id = actor.id.map(|id| id.to_string());
        let line = [before, sequence.to_string(), at.0.to_string(), actor.email.clone(), event.clone()];
        self.exec(
            "insert into journal (domain_id, sequence, at, actor_id, actor_name, actor_email, as_staff, event, \
             mailbox_id, hash) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            args![
                domain,
                sequence,
                at,
                actor_id,
                &actor.name,
                &actor.email,
                actor.as_staff,
                event,
                mailbox.map(|id| id.to_string()),
                chained(&line)
            ],
        )
        .await?;
        Ok(())
    }

    /// The number of the next line, and the hash of the previous line.
    async fn next_line(&mut self, domain: DomainId) -> Result<(i64, String), Fault> {
        let row = self
            .one(
                "update domains set sequence = sequence + 1 where id = $1 returning sequence, \
             (select hash from journal where domain_id = $1 order by sequence desc limit 1) as before",
                args![domain],
            )
            .await?;
        Ok((columns::number(&row, "sequence")?, columns::text_or_null(&row, "before")?.unwrap_or_default()))
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
    /// The whole journal of a domain, oldest first, for the portal itself.
    pub async fn journal_of(&self, domain: DomainId) -> Result<Vec<JournalLine>, Fault> {
        let rows = self.all("select sequence, at, actor_name, actor_email, as_staff, event, hash from journal where domain_id = $1 order by sequence", args![domain])
        .await?;
        rows.iter().map(read_line).collect()
    }

    /// The last lines of the journal about a mailbox, newest first.
    pub async fn history(
        &self,
        by: &Allowed<ReadJournal>,
        mailbox: MailboxId,
        most: i64,
    ) -> Result<Vec<JournalLine>, Fault> {
        let rows = self
            .all(
                "select sequence, at, actor_name, actor_email, as_staff, event, hash from journal \
             where domain_id = $1 and mailbox_id = $2 order by sequence desc limit $3",
                args![by.domain().id, mailbox, most],
            )
            .await?;
        rows.iter().map(read_line).collect()
    }
}

fn read_line(row: &AnyRow) -> Result<JournalLine, Fault> {
    Ok(JournalLine {
        sequence: columns::number(row, "sequence")?,
        at: columns::timestamp(row, "at")?,
        actor_name: columns::text(row, "actor_name")?,
        as_staff: columns::flag(row, "as_staff")?,
        by_portal: columns::text(row, "actor_email")?.is_empty(),
        event: columns::json_or_null(row, "event")?.ok_or(Fault::Unreadable { column: "event" })?,
        hash: columns::text(row, "hash")?,
    })
}
