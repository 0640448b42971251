//! What a comparison with dimail reads of a domain, and the differences that people ignore.

use sqlx::AssertSqlSafe;

use super::aliases::PAIR_COLUMNS;
use super::args::{Args, args};
use super::columns::{Flag, from_row};
use super::domain_row::DOMAIN_COLUMNS;
use super::mailboxes::MAILBOX_COLUMNS;
use super::{ByPortal, Locked, Result, Store, Tx};
use crate::model::address::LocalPart;
use crate::model::alias::Destination;
use crate::model::change::Object;
use crate::model::compared::Ignored;
use crate::model::comparison::{StoredMailbox, StoredPair};
use crate::model::domain::Domain;
use crate::model::id::{DomainId, MailboxId};
use crate::model::role::FollowChanges;
use crate::model::time::Timestamp;

/// How many rows one statement reads.
const AT_ONCE: usize = 1_000;

from_row! { StoredMailbox { mailbox: row, display_key, is_busy as Flag } }
from_row! { StoredPair { pair: row, is_busy as Flag } }
from_row! { Ignored { line, reason, actor_name, since = "ignored_at" } }

const IS_BUSY: &str = "cast(case when jobs.id is null then 0 else 1 end as bigint) as is_busy";
/// Whether the portal is at work on a pair: its alias has a job, and dimail is not known to have the pair as it is
/// wanted.
const IS_PAIR_BUSY: &str = "cast(case when jobs.id is null or (aliases.wanted = 1 and aliases.known = 'present') \
     then 0 else 1 end as bigint) as is_busy";
const JOB_OF_MAILBOX: &str =
    "left join jobs on jobs.domain_id = mailboxes.domain_id and jobs.kind = 'mailbox' and jobs.object = mailboxes.id";
const JOB_OF_ALIAS: &str =
    "left join jobs on jobs.domain_id = aliases.domain_id and jobs.kind = 'alias' and jobs.object = aliases.local_part";

/// The next mailboxes of the domain `$1` after the key `$2`.
fn next_mailboxes(limit: usize) -> AssertSqlSafe<String> {
    AssertSqlSafe(format!(
        "select {MAILBOX_COLUMNS}, mailboxes.display_key, {IS_BUSY} from mailboxes {JOB_OF_MAILBOX} \
         where mailboxes.domain_id = $1 and mailboxes.id > $2 order by mailboxes.id limit {limit}"
    ))
}

fn after_mailbox(domain: DomainId, after: Option<&StoredMailbox>) -> Args {
    args![domain, after.map(|stored| stored.mailbox.id.to_string()).unwrap_or_default()]
}

/// The next pairs of the domain `$1` after the local part `$2` and the destination `$3`.
fn next_pairs(limit: usize) -> AssertSqlSafe<String> {
    AssertSqlSafe(format!(
        "select {PAIR_COLUMNS}, {IS_PAIR_BUSY} from aliases {JOB_OF_ALIAS} \
         where aliases.domain_id = $1 and (aliases.local_part, aliases.destination_key) > ($2, $3) \
         order by aliases.local_part, aliases.destination_key limit {limit}"
    ))
}

fn after_pair(domain: DomainId, after: Option<&StoredPair>) -> Args {
    let after = after.map(|stored| (stored.pair.local_part.as_str(), stored.pair.destination.key()));
    let (part, destination) = after.unwrap_or_default();
    args![domain, part, destination]
}

impl Store {
    /// The next mailboxes of a domain in the order of their keys, some at a time; none after the last.
    pub async fn mailboxes_to_compare(
        &self,
        domain: DomainId,
        after: Option<&StoredMailbox>,
    ) -> Result<Vec<StoredMailbox>> {
        self.all(next_mailboxes(AT_ONCE), after_mailbox(domain, after)).await
    }

    /// The next pairs of aliases and destinations of a domain in their order, some at a time; none after the
    /// last.
    pub async fn pairs_to_compare(&self, domain: DomainId, after: Option<&StoredPair>) -> Result<Vec<StoredPair>> {
        self.all(next_pairs(AT_ONCE), after_pair(domain, after)).await
    }

    /// The differences of a domain that are ignored.
    pub async fn ignored_differences(&self, domain: DomainId) -> Result<Vec<Ignored>> {
        let sql = "select line, reason, actor_name, ignored_at from ignored_differences where domain_id = $1";
        self.all(sql, args![domain]).await
    }
}

impl Store {
    /// Some enabled domains whose comparison is not planned yet.
    pub async fn domains_to_plan(&self) -> Result<Vec<DomainId>> {
        let sql = "select id from domains where status = 'enabled' and compare_at is null order by id limit 200";
        self.values(sql, args![]).await
    }

    /// Plans the next comparison of a domain.
    pub async fn plan_comparison(&self, domain: DomainId, at: Timestamp) -> Result<()> {
        self.exec_any("update domains set compare_at = $2 where id = $1", args![domain, at]).await
    }

    /// The enabled domain whose comparison has been due for the longest time. If nothing is recorded, it is due
    /// again at `again`.
    pub async fn claim_comparison(&self, again: Timestamp) -> Result<Option<Domain>> {
        let skip = self.dialect.skip_locked("domains");
        let sql = format!(
            "update domains set compare_at = $2 where id = (select id from domains where status = 'enabled' \
             and compare_at <= $1 order by compare_at, id limit 1 {skip}) and compare_at <= $1 \
             returning {DOMAIN_COLUMNS}"
        );
        self.claimed(AssertSqlSafe(sql), args![self.clock.now(), again]).await
    }

    /// Records a comparison: how much differs, and which ignored differences there are no longer.
    pub async fn record_comparison(
        &self,
        domain: DomainId,
        (differences, stale): (usize, &[String]),
        next: Timestamp,
    ) -> Result<()> {
        for line in stale {
            let sql = "delete from ignored_differences where domain_id = $1 and line = $2";
            self.exec_any(sql, args![domain, line]).await?;
        }
        let differences = i64::try_from(differences).unwrap_or(i64::MAX);
        let sql = "update domains set compared_at = $2, differences = $3, compare_at = $4 where id = $1";
        self.exec_any(sql, args![domain, self.clock.now(), differences, next]).await
    }
}

impl Tx {
    /// Counts so many more differences of the locked domain than at its last comparison; fewer if it is negative.
    pub async fn count_differences<R>(&mut self, locked: &Locked<R>, more: i64) -> Result<()> {
        let sql = "update domains set differences = case when differences + $2 > 0 then differences + $2 else 0 end \
                   where id = $1";
        self.exec_one(sql, args![locked.domain.id, more]).await
    }

    /// The next mailboxes of the locked domain in the order of their keys, at most `limit`.
    pub async fn mailboxes_to_compare<R>(
        &mut self,
        locked: &Locked<R>,
        after: Option<&StoredMailbox>,
        limit: usize,
    ) -> Result<Vec<StoredMailbox>> {
        self.all(next_mailboxes(limit), after_mailbox(locked.domain.id, after)).await
    }

    /// The next pairs of the locked domain in their order, at most `limit`.
    pub async fn pairs_to_compare<R>(
        &mut self,
        locked: &Locked<R>,
        after: Option<&StoredPair>,
        limit: usize,
    ) -> Result<Vec<StoredPair>> {
        self.all(next_pairs(limit), after_pair(locked.domain.id, after)).await
    }

    /// A pair of the locked domain, to be compared again.
    pub async fn pair_to_compare<R>(
        &mut self,
        locked: &Locked<R>,
        part: &LocalPart,
        destination: &Destination,
    ) -> Result<Option<StoredPair>> {
        let sql = format!(
            "select {PAIR_COLUMNS}, {IS_PAIR_BUSY} from aliases {JOB_OF_ALIAS} \
             where aliases.domain_id = $1 and aliases.local_part = $2 and aliases.destination_key = $3"
        );
        self.first(AssertSqlSafe(sql), args![locked.domain.id, part, destination.key()]).await
    }

    /// A mailbox of the locked domain, to be compared again.
    pub async fn mailbox_to_compare<R>(
        &mut self,
        locked: &Locked<R>,
        part: &LocalPart,
    ) -> Result<Option<StoredMailbox>> {
        let sql = format!(
            "select {MAILBOX_COLUMNS}, mailboxes.display_key, {IS_BUSY} from mailboxes {JOB_OF_MAILBOX} \
             where mailboxes.domain_id = $1 and mailboxes.local_part = $2"
        );
        self.first(AssertSqlSafe(sql), args![locked.domain.id, part]).await
    }

    /// Whether something was asked of an object of the locked domain, or ended, after this time: what was
    /// observed before says nothing about it. Of an alias: of all of it, or of this destination.
    pub async fn has_changed_since<R>(
        &mut self,
        locked: &Locked<R>,
        object: &Object,
        destination: Option<&str>,
        at: Timestamp,
    ) -> Result<bool> {
        let sql = "select sequence from changes where domain_id = $1 and object_kind = $2 and object = $3 \
                   and (asked_at > $4 or finished_at > $4) and coalesce(destination, $5) = $5";
        let args = args![locked.domain.id, object.kind(), object.key(), at, destination.unwrap_or_default()];
        self.exists(sql, args).await
    }

    /// Whether the mailbox at an address of the locked domain was deleted since `at`.
    pub async fn was_deleted_since<R>(&mut self, locked: &Locked<R>, subject: &str, at: Timestamp) -> Result<bool> {
        let sql = "select sequence from journal where domain_id = $1 and at >= $3 and subject = $2 \
                   and kind in ('mailbox_deleted', 'mailbox_forgotten') limit 1";
        self.exists(sql, args![locked.domain.id, subject, at]).await
    }

    /// Which of the differences of the locked domain are ignored.
    pub async fn ignored_differences<R>(&mut self, locked: &Locked<R>) -> Result<Vec<Ignored>> {
        let sql = "select line, reason, actor_name, ignored_at from ignored_differences where domain_id = $1";
        self.all(sql, args![locked.domain.id]).await
    }

    /// Ignores a difference from now on, for this reason. Returns whether it was not ignored before.
    pub async fn ignore_difference(
        &mut self,
        locked: &Locked<FollowChanges>,
        line: &str,
        reason: &str,
    ) -> Result<bool> {
        let is_new = !self.heed_difference(locked, line).await?;
        let sql = "insert into ignored_differences (domain_id, line, reason, actor_name, ignored_at) \
                   values ($1, $2, $3, $4, $5)";
        self.exec_one(sql, args![locked.domain.id, line, reason, &locked.actor.name, self.clock.now()]).await?;
        Ok(is_new)
    }

    /// Ignores a difference no longer. Returns whether it was ignored.
    pub async fn heed_difference<R>(&mut self, locked: &Locked<R>, line: &str) -> Result<bool> {
        let sql = "delete from ignored_differences where domain_id = $1 and line = $2";
        self.changes(sql, args![locked.domain.id, line]).await
    }

    /// Records that dimail has a mailbox that the portal did not know there. It is in use, so its password
    /// does not have to be handed over. A person who proved to read at this address before must prove it again.
    pub async fn note_adopted(&mut self, locked: &Locked<ByPortal>, id: MailboxId) -> Result<()> {
        let sql =
            "update mailboxes set there_since = $3, to_hand_over = 0, is_pushed = 0 where domain_id = $1 and id = $2";
        self.exec_one(sql, args![locked.domain.id, id, self.clock.now()]).await?;
        self.count_todo(locked).await
    }

    /// Records the display name of a mailbox as dimail has it, in comparable form.
    pub async fn note_display_key(&mut self, locked: &Locked<ByPortal>, id: MailboxId, key: &str) -> Result<()> {
        let sql = "update mailboxes set display_key = $3 where domain_id = $1 and id = $2";
        self.exec_one(sql, args![locked.domain.id, id, key]).await
    }

    /// Records that a mailbox is created again without an email to its user.
    pub async fn note_pushed(&mut self, locked: &Locked<ByPortal>, id: MailboxId) -> Result<()> {
        let sql = "update mailboxes set is_pushed = 1 where domain_id = $1 and id = $2";
        self.exec_one(sql, args![locked.domain.id, id]).await
    }
}
