//! The verification of a journal: reads all lines in their order, a thousand at a time, and computes each hash
//! again.

use super::args::args;
use super::columns::from_row;
use super::journal_purge::PurgePoint;
use super::{Result, Store};
use crate::model::journal::{LineFields, line_hash};
use crate::model::{DomainName, Timestamp};

/// How many lines are read at a time.
const AT_ONCE: i64 = 1_000;

/// A domain whose journal can be verified.
#[derive(Clone, Debug)]
pub struct JournalOnRecord {
    /// Its key, as the lines have it.
    id: String,
    /// Its name; `None` for lines of a domain of which nothing else is known.
    pub name: Option<DomainName>,
    /// When it was removed, if it was.
    pub removed_at: Option<Timestamp>,
}

from_row! { JournalOnRecord { id, name, removed_at } }

impl JournalOnRecord {
    /// The key of the domain.
    pub fn id(&self) -> &str {
        &self.id
    }
}

/// What is wrong with a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineFault {
    /// Its hash is not that of its fields and the line before: it was altered, or another line was put in its
    /// place.
    Altered,
    /// It is not there.
    Missing,
    /// It is one more than were written.
    Added,
}

/// The result for one journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verified {
    /// How many lines are as they were written, before the first fault.
    pub lines: i64,
    /// The number up to which lines were deleted because they were old; 0 if none were.
    pub purged: i64,
    /// The first line with a fault.
    pub fault: Option<(i64, LineFault)>,
}

/// A line as it is stored, whatever its columns hold.
struct StoredLine {
    sequence: i64,
    domain_id: String,
    at: i64,
    as_staff: i64,
    actor: [Option<String>; 4],
    rest: [Option<String>; 6],
    hash: String,
}

impl sqlx::FromRow<'_, sqlx::any::AnyRow> for StoredLine {
    fn from_row(row: &sqlx::any::AnyRow) -> sqlx::Result<Self> {
        use sqlx::Row;
        let text = |column: &str| row.try_get::<Option<String>, _>(column);
        Ok(Self {
            sequence: row.try_get("sequence")?,
            domain_id: row.try_get("domain_id")?,
            at: row.try_get("at")?,
            as_staff: row.try_get("as_staff")?,
            actor: [text("actor_id")?, text("actor_name")?, text("actor_email")?, text("origin")?],
            rest: [
                text("event")?,
                text("mailbox_id")?,
                text("kind")?,
                text("subject")?,
                text("person")?,
                text("search")?,
            ],
            hash: row.try_get("hash")?,
        })
    }
}

impl StoredLine {
    fn is_intact(&self, before: &str) -> bool {
        let [id, name, email, origin] = self.actor.clone();
        let [event, mailbox, kind, subject, person, search] = self.rest.clone();
        let number = |number: i64| Some(number.to_string());
        let domain = Some(self.domain_id.clone());
        let (sequence, at, as_staff) = (number(self.sequence), number(self.at), number(self.as_staff));
        let fields: LineFields =
            [domain, sequence, at, id, name, email, as_staff, origin, event, mailbox, kind, subject, person, search];
        line_hash(before, &fields) == self.hash
    }
}

/// How far the lines of a journal were read.
struct Chain {
    verified: Verified,
    last: i64,
    hash: String,
}

impl Chain {
    /// Whether the next line follows; else it has the first fault.
    fn follow(&mut self, line: StoredLine) -> bool {
        let expected = self.last + 1;
        let fault = if line.sequence != expected {
            Some(LineFault::Missing)
        } else if line.is_intact(&self.hash) {
            None
        } else {
            Some(LineFault::Altered)
        };
        self.verified.fault = fault.map(|fault| (expected, fault));
        if fault.is_none() {
            (self.last, self.hash) = (line.sequence, line.hash);
            self.verified.lines += 1;
        }
        fault.is_none()
    }
}

impl Store {
    /// All domains that have or had a journal: present ones, then removed ones, then those of which only lines
    /// are left.
    pub async fn journals_on_record(&self) -> Result<Vec<JournalOnRecord>> {
        let sql = "with recursive lined (id) as (select min(domain_id) from journal union all \
                   select (select min(domain_id) from journal where domain_id > lined.id) from lined \
                   where lined.id is not null) \
                   select id, name, removed_at from (select 0 as rank, id, name, cast(null as bigint) as removed_at \
                   from domains union all select 1 as rank, id, name, removed_at from removed_domains union all \
                   select 2 as rank, id, cast(null as text) as name, cast(null as bigint) as removed_at from lined \
                   where id is not null and id not in (select id from domains) \
                   and id not in (select id from removed_domains)) as every order by rank, name, removed_at, id";
        self.all(sql, args![]).await
    }

    /// Verifies the journal of a domain. Lines that are added or purged meanwhile are no fault.
    pub async fn verify_journal(&self, journal: &JournalOnRecord) -> Result<Verified> {
        loop {
            let start = self.purge_point(&journal.id).await?;
            let verified = self.verify_from(journal, start.clone().unwrap_or_default()).await?;
            if verified.fault.is_none() || self.purge_point(&journal.id).await? == start {
                return Ok(verified);
            }
        }
    }

    async fn verify_from(&self, journal: &JournalOnRecord, start: PurgePoint) -> Result<Verified> {
        let verified = Verified { lines: 0, purged: start.through, fault: None };
        let mut chain = Chain { verified, last: start.through, hash: start.hash.clone() };
        loop {
            let sql = "select sequence, domain_id, at, actor_id, actor_name, actor_email, as_staff, origin, event, \
                       mailbox_id, kind, subject, person, search, hash from journal \
                       where domain_id = $1 and sequence > $2 order by sequence limit $3";
            let lines: Vec<StoredLine> = self.all(sql, args![&journal.id, chain.last, AT_ONCE]).await?;
            if lines.is_empty() && self.is_end(journal, &mut chain).await? {
                break;
            }
            for line in lines {
                if !chain.follow(line) {
                    return self.faulty(journal, &start, chain.verified).await;
                }
            }
        }
        Ok(chain.verified)
    }

    /// If the first line after those that were purged does not follow, the line that says so may be the one
    /// that was altered.
    async fn faulty(&self, journal: &JournalOnRecord, start: &PurgePoint, found: Verified) -> Result<Verified> {
        if found.lines > 0 || start.through == 0 {
            return Ok(found);
        }
        let sql = "select sequence, domain_id, at, actor_id, actor_name, actor_email, as_staff, origin, event, \
                   mailbox_id, kind, subject, person, search, hash from journal \
                   where domain_id = $1 and sequence >= $2 order by sequence limit 2";
        let before = args![&journal.id, start.sequence - 1];
        let lines: Vec<StoredLine> = self.all(sql, before).await?;
        let is_altered = match lines.as_slice() {
            [before, said] => said.sequence == start.sequence && !said.is_intact(&before.hash),
            _ => false,
        };
        let fault = if is_altered { Some((start.sequence, LineFault::Altered)) } else { found.fault };
        Ok(Verified { fault, ..found })
    }

    /// Whether no line follows the last one that was read. How many there are is counted with the domain, and
    /// kept when it is removed.
    async fn is_end(&self, journal: &JournalOnRecord, chain: &mut Chain) -> Result<bool> {
        let sql = "select coalesce((select sequence from domains where id = $1), \
                   (select sequence from removed_domains where id = $1), 0) as written, \
                   coalesce((select max(sequence) from journal where domain_id = $1), 0) as there";
        let (written, there): (i64, i64) = self.one(sql, args![&journal.id]).await?;
        if there > chain.last {
            return Ok(false);
        }
        chain.verified.fault = match written.cmp(&chain.last) {
            std::cmp::Ordering::Greater => Some((chain.last + 1, LineFault::Missing)),
            std::cmp::Ordering::Less => Some((written + 1, LineFault::Added)),
            std::cmp::Ordering::Equal => None,
        };
        Ok(true)
    }
}
