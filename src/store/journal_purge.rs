//! Deletes old lines of a journal. First a line is added which says so: up to which number, and with which hash
//! the chain goes on. The lines before are deleted afterwards, a few at a time.

use super::args::args;
use super::journal::NewLine;
use super::{Result, Store, Tx};
use crate::model::{Actor, DomainId, DomainName, Event, Timestamp};

/// How many lines one transaction deletes at most; each has some words.
const AT_ONCE: i64 = 200;

/// What the last line about deleted lines says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PurgePoint {
    /// The number of that line.
    pub(super) sequence: i64,
    /// The number up to which lines were deleted.
    pub(super) through: i64,
    /// The hash of the last of them.
    pub(super) hash: String,
}

impl Store {
    /// The domains, removed ones too, whose journals have lines that are as old as `until`.
    pub async fn journals_to_purge(&self, until: Timestamp) -> Result<Vec<DomainId>> {
        // What is left of a purge is its line alone, which stays.
        let sql = "select every.id from (select id from domains union all select id from removed_domains) as every \
                   where (select oldest.at from journal as oldest where oldest.domain_id = every.id \
                   and oldest.kind <> 'journal_purged' order by oldest.sequence limit 1) <= $1";
        self.values(sql, args![until]).await
    }

    /// The last of the lines at the beginning of a journal that are all from before `until`, to be deleted with
    /// those before it.
    pub async fn last_to_purge(&self, domain: DomainId, until: Timestamp) -> Result<Option<PurgePoint>> {
        let sql = "select sequence, hash from journal where domain_id = $1 and sequence < coalesce((select sequence \
                   from journal where domain_id = $1 and at >= $2 order by sequence limit 1), 9223372036854775807) \
                   order by sequence desc limit 1";
        let found: Option<(i64, String)> = self.first(sql, args![domain, until]).await?;
        Ok(found.map(|(through, hash)| PurgePoint { sequence: 0, through, hash }))
    }

    /// What the last line about deleted lines says; `None` if no lines were deleted, or if it cannot be read.
    pub(super) async fn purge_point(&self, domain: &str) -> Result<Option<PurgePoint>> {
        let sql = "select sequence, event from journal where domain_id = $1 and sequence = (select max(sequence) \
                   from journal where domain_id = $1 and kind = 'journal_purged')";
        let found: Option<(i64, String)> = self.first(sql, args![domain]).await?;
        Ok(found.and_then(|(sequence, event)| read(sequence, &event)))
    }

    /// Deletes some of the lines of which a line says that they are deleted; whether there were any.
    pub async fn delete_purged(&self, domain: DomainId) -> Result<bool> {
        let Some(point) = self.purge_point(&domain.to_string()).await? else { return Ok(false) };
        let sql = "delete from journal where domain_id = $1 and sequence in (select sequence from journal \
                   where domain_id = $1 and sequence <= $2 order by sequence limit $3)";
        self.changes(sql, args![domain, point.through, AT_ONCE]).await
    }
}

fn read(sequence: i64, event: &str) -> Option<PurgePoint> {
    match serde_json::from_str(event).ok()? {
        Event::JournalPurged { through, hash } => Some(PurgePoint { sequence, through, hash }),
        _ => None,
    }
}

impl Tx {
    /// Adds the line that says that the lines up to a point are deleted. A removed domain counts its lines too.
    pub async fn note_purged(&mut self, domain: DomainId, point: &PurgePoint) -> Result<()> {
        for table in ["domains", "removed_domains"] {
            let sql = format!(
                "update {table} set sequence = sequence + 1 where id = $1 returning sequence, name, \
                 (select hash from journal where domain_id = $1 order by sequence desc limit 1) as before"
            );
            let place: Option<(i64, DomainName, Option<String>)> =
                self.first(sqlx::AssertSqlSafe(sql), args![domain]).await?;
            let Some((sequence, name, before)) = place else { continue };
            let event = Event::JournalPurged { through: point.through, hash: point.hash.clone() };
            let actor = Actor::portal();
            let line = NewLine { domain: (domain, &name), actor: &actor, event: &event, mailbox: None };
            self.insert_line(&line, (sequence, before.unwrap_or_default())).await?;
            return Ok(());
        }
        Ok(())
    }
}
