//! Domains: rows, the list, and the results of checks.

use sqlx::AssertSqlSafe;

use super::args::args;
use super::columns::{Records, from_row};
use super::domain_row::{DOMAIN_COLUMNS, LEFT_TO_DO, OWN_ROLE};
use super::paging::{List, SortColumn};
use super::rate_limits::Limit;
use super::{Allowed, ByPortal, Locked, Result, SignedIn, Store, Tx};
use crate::model::dns_guide::Guide;
use crate::model::name::{domain_key, domain_search_text, search_terms};
use crate::model::reason::Reason;
use crate::model::{
    CheckReport, DnsRecord, Domain, DomainId, DomainName, DomainQuery, DomainRow, DomainSort, DomainStatus,
    EmailAddress, Judgement, MemberId, Right, Rows, Timestamp, UserId,
};

/// A domain to be added.
#[derive(Clone, Debug)]
pub struct NewDomain {
    /// Its name.
    pub name: DomainName,
    /// Where the portal reports changes of the domain's status.
    pub support_email: EmailAddress,
    /// The person who adds it, for the limits; `None` for an import.
    pub added_by: Option<UserId>,
}

/// The last check that had a result.
#[derive(Clone, Debug, Default)]
pub struct DomainChecks {
    /// The report, if there was one.
    pub report: Option<CheckReport>,
    /// When it was made.
    pub checked_at: Option<Timestamp>,
    /// The records that dimail expects; empty while they are unknown.
    pub records: Vec<DnsRecord>,
}

from_row! { DomainChecks { report, checked_at, records as Records } }

/// The result of a check, to be stored.
#[derive(Clone, Debug)]
pub struct CheckFacts {
    /// What dimail found.
    pub report: CheckReport,
    /// The status that follows from it.
    pub judged: Judgement,
    /// The records that dimail expects; empty while they are unknown.
    pub records: Vec<DnsRecord>,
}

const CHECKS: &str = "select report, checked_at, coalesce(records, '[]') as records from domains where id = $1";

impl Store {
    /// The domains that a person may see: those with a role; all for staff.
    pub async fn domains(&self, person: &SignedIn, asked: &DomainQuery) -> Result<Rows<DomainRow>> {
        let user = person.user();
        let column = match asked.sort {
            DomainSort::Name => "domains.name_key",
            // When filtered by one status, all rows are equal in it: sort by age.
            DomainSort::Status if asked.status.is_none() => "domains.status",
            DomainSort::Status | DomainSort::Created => "domains.id",
            DomainSort::Mailboxes => "domains.mailboxes",
            // Staff alone sees the differences, and has an index of its own.
            DomainSort::Todo if user.is_staff => "domains.todo",
            DomainSort::Todo => LEFT_TO_DO,
        };
        let numeric = matches!(asked.sort, DomainSort::Mailboxes | DomainSort::Todo);
        let sort = SortColumn { column, id: "domains.id", numeric, reverse: asked.reverse };
        let columns = format!("{DOMAIN_COLUMNS}, {OWN_ROLE}");
        let mut list = if user.is_staff {
            let all = "domains left join members on members.domain_id = domains.id and members.user_id = $1";
            List::new(&columns, all, user.id.to_string())
        } else {
            // A person has few of all domains: `cross join` keeps SQLite from scanning all of them.
            List::new(&columns, "members cross join domains", user.id.to_string())
        };
        if !user.is_staff {
            list.only("members.user_id = $1 and domains.id = members.domain_id");
        }
        if let Some(status) = asked.status {
            let status = list.bind(status.to_string());
            list.only(format!("domains.status = {status}"));
        }
        list.search("domains.search", search_terms(&asked.q));
        list.page(self, &sort, &asked.position, None).await
    }

    /// The domains whose last comparison with dimail found differences, the most first, at most `most`; for staff.
    pub async fn domains_that_differ(&self, most: usize) -> Result<Vec<Domain>> {
        let sql = format!(
            "select {DOMAIN_COLUMNS} from domains where differences > 0 and status <> 'disabled' \
             order by differences desc, id desc limit {most}"
        );
        self.all(AssertSqlSafe(sql), args![]).await
    }

    /// All domains, sorted by name, for an operator at the command line.
    pub async fn every_domain(&self) -> Result<Vec<Domain>> {
        let sql = format!("select {DOMAIN_COLUMNS} from domains order by domains.name_key, domains.id");
        self.all(AssertSqlSafe(sql), args![]).await
    }

    /// The domain with this name, for the portal itself and operators.
    pub async fn domain_named(&self, name: &DomainName) -> Result<Option<Domain>> {
        let sql = format!("select {DOMAIN_COLUMNS} from domains where name = $1");
        self.first(AssertSqlSafe(sql), args![name]).await
    }

    /// The domain with this id, for the portal itself.
    pub async fn domain_of(&self, id: DomainId) -> Result<Option<Domain>> {
        let sql = format!("select {DOMAIN_COLUMNS} from domains where id = $1");
        self.first(AssertSqlSafe(sql), args![id]).await
    }

    /// What the last check of a domain found.
    pub async fn checks<R: Right>(&self, by: &Allowed<R>) -> Result<DomainChecks> {
        Ok(self.first(CHECKS, args![by.domain().id]).await?.unwrap_or_default())
    }

    /// Whether dimail has ever accepted this name from this portal.
    pub async fn was_accepted(&self, name: &DomainName) -> Result<bool> {
        self.exists("select name from accepted_names where name = $1", args![name]).await
    }
}

impl Tx {
    /// Adds a domain with the person as its owner; `None` if the name already exists.
    pub async fn insert_domain(&mut self, person: &SignedIn, new: &NewDomain) -> Result<Option<DomainId>> {
        let now = self.clock.now();
        let id = DomainId::new(now);
        let sql = "insert into domains (id, name, name_key, search, support_email, status, status_since, created_at, \
                   added_by) values ($1, $2, $3, $4, $5, 'pending', $6, $6, $7) on conflict do nothing returning id";
        let search = domain_search_text(&new.name);
        let key = domain_key(&new.name);
        let args = args![id, &new.name, key, search, new.support_email.to_string(), now, new.added_by];
        let is_new = self.exists(sql, args).await?;
        if !is_new {
            return Ok(None);
        }
        let sql = "insert into members (id, domain_id, user_id, role, created_at) values ($1, $2, $3, 'owner', $4)";
        self.exec_one(sql, args![MemberId::new(now), id, person.user().id, now]).await?;
        Ok(Some(id))
    }

    /// Deletes a domain with all that is stored for it, except its journal.
    pub async fn delete_domain<R>(&mut self, locked: &Locked<R>) -> Result<()> {
        self.exec_one("delete from domains where id = $1", args![locked.domain.id]).await
    }

    /// Whether nothing happened on the locked domain since the journal line with this number.
    pub async fn is_unchanged_since<R>(&mut self, locked: &Locked<R>, sequence: i64) -> Result<bool> {
        let sql = "select sequence from journal where domain_id = $1 and sequence > $2 limit 1";
        Ok(!self.exists(sql, args![locked.domain.id, sequence]).await?)
    }

    /// Deletes a domain that dimail refused while the person who adds it waits, without a trace.
    pub async fn forget_domain<R>(&mut self, locked: &Locked<R>) -> Result<()> {
        self.exec_any("delete from journal where domain_id = $1", args![locked.domain.id]).await?;
        self.delete_domain(locked).await
    }

    /// Whether there is a domain with this name.
    pub async fn has_domain(&mut self, name: &DomainName) -> Result<bool> {
        self.exists("select id from domains where name = $1", args![name]).await
    }

    /// Whether a person has a role on the domain with this name.
    pub async fn has_role_on(&mut self, user: UserId, name: &DomainName) -> Result<bool> {
        let sql = "select members.id from domains cross join members where domains.name = $1 \
                   and members.domain_id = domains.id and members.user_id = $2";
        self.exists(sql, args![name, user]).await
    }

    /// How many domains a person has added since `since`, how many of theirs were never enabled, and
    /// whether they own an enabled one. The caller holds the lock on the account, so that parallel
    /// additions are counted one after the other.
    pub async fn count_domains_of(&mut self, user: UserId, since: Timestamp) -> Result<(i64, i64, bool)> {
        let added = self.count_since(Limit::DOMAIN_ADDED, &user.to_string(), since).await?;
        let sql = "select count(*) from domains where added_by = $1 and first_enabled_at is null";
        let waiting = self.value(sql, args![user]).await?;
        let sql = "select domains.id from members cross join domains where members.user_id = $1 \
                   and members.role = 'owner' and domains.id = members.domain_id and domains.status = 'enabled' limit 1";
        Ok((added, waiting, self.exists(sql, args![user]).await?))
    }

    /// Records for the limit that a person adds a domain.
    pub async fn note_domain_added(&mut self, user: UserId) -> Result<()> {
        self.note_now(Limit::DOMAIN_ADDED, &user.to_string()).await
    }

    /// Records that a person tells staff that a domain is theirs; `false` if they did since `since`.
    pub async fn note_domain_claimed(&mut self, user: UserId, since: Timestamp) -> Result<bool> {
        self.note_below(Limit::DOMAIN_CLAIMED, &user.to_string(), (1, since)).await
    }

    /// Changes the support address.
    pub async fn set_support_email<R: Right>(&mut self, locked: &Locked<R>, to: &EmailAddress) -> Result<()> {
        let sql = "update domains set support_email = $2, support_confirmed_at = null where id = $1";
        self.exec_one(sql, args![locked.domain.id, to.to_string()]).await
    }

    /// Records a request for "check now" unless there was one after `not_since`; returns whether it was
    /// recorded.
    pub async fn note_check_asked<R>(&mut self, locked: &Locked<R>, not_since: Timestamp) -> Result<bool> {
        let sql = "update domains set check_asked_at = $2 \
                   where id = $1 and (check_asked_at is null or check_asked_at <= $3)";
        self.changes(sql, args![locked.domain.id, self.clock.now(), not_since]).await
    }

    /// Records that dimail accepted the domain; this outlives the domain's removal.
    pub async fn note_accepted(&mut self, locked: &Locked<ByPortal>, context: Option<&str>) -> Result<()> {
        let now = self.clock.now();
        let sql = "update domains set accepted_at = $2, context = $3, refusal = null where id = $1";
        self.exec_one(sql, args![locked.domain.id, now, context]).await?;
        self.remember_accepted(&locked.domain.name).await
    }

    /// Stores the name of the locked domain if dimail may have accepted it from this portal, without an
    /// answer.
    pub async fn remember_unanswered<R>(&mut self, locked: &Locked<R>) -> Result<()> {
        let sql = "insert into accepted_names (name, accepted_at) select $2, $3 from jobs where domain_id = $1 \
                   and kind = 'domain' and exists (select 1 from sent_calls where sent_calls.job_id = jobs.id) \
                   on conflict do nothing";
        self.exec_any(sql, args![locked.domain.id, &locked.domain.name, self.clock.now()]).await
    }

    /// Stores a name that dimail accepted from this portal.
    pub async fn remember_accepted(&mut self, name: &DomainName) -> Result<()> {
        let sql = "insert into accepted_names (name, accepted_at) values ($1, $2) on conflict do nothing";
        self.exec_any(sql, args![name, self.clock.now()]).await
    }

    /// Records why dimail refused the domain.
    pub async fn note_domain_refused(&mut self, locked: &Locked<ByPortal>, reason: &Reason) -> Result<()> {
        self.exec_one("update domains set refusal = $2 where id = $1", args![locked.domain.id, reason]).await
    }

    /// What the last check of the locked domain found.
    pub async fn checks(&mut self, locked: &Locked<ByPortal>) -> Result<DomainChecks> {
        Ok(self.first(CHECKS, args![locked.domain.id]).await?.unwrap_or_default())
    }

    /// Stores the result of a check and sets the status that follows.
    pub async fn store_check(&mut self, locked: &Locked<ByPortal>, facts: &CheckFacts) -> Result<()> {
        let now = self.clock.now();
        let guide = Guide::new(&locked.domain.name, &facts.records, Some(&facts.report));
        let left = i64::try_from(guide.count_left()).unwrap_or(i64::MAX);
        let records = Records(facts.records.clone());
        let sql = "update domains set report = $2, checked_at = $3, bad_since = $4, records = $5, \
                   records_left = $6 where id = $1";
        self.exec_one(sql, args![locked.domain.id, &facts.report, now, facts.judged.bad_since, records, left]).await?;
        // What concerns mailboxes is counted with each change of them; here once more, because what becomes of an
        // email may change it without the lock.
        self.count_todo(locked).await?;
        if facts.report.proves_control() && locked.domain.first_enabled_at.is_none() {
            self.note_proven(&locked.domain.name).await?;
        }
        self.set_domain_status(locked, facts.judged.status, None).await
    }

    /// Sets the status of the domain; the date of the status changes only if the status does.
    pub async fn set_domain_status(
        &mut self,
        locked: &Locked<ByPortal>,
        status: DomainStatus,
        reason: Option<&str>,
    ) -> Result<()> {
        if status == locked.domain.status {
            return Ok(());
        }
        let sql = "update domains set status = $2, status_since = $3, disabled_reason = $4, \
                   bad_since = case when $2 = 'enabled' then bad_since else null end, \
                   first_enabled_at = \
                   case when $2 = 'enabled' then coalesce(first_enabled_at, $3) else first_enabled_at end \
                   where id = $1";
        self.exec_one(sql, args![locked.domain.id, status, self.clock.now(), reason]).await?;
        self.begin_release(locked.domain.id).await
    }
}
