//! Jobs: claimed under a lease, postponed, parked until their domain allows them, and ended.

use sqlx::AssertSqlSafe;

use super::args::args;
use super::columns::{Flag, from_row};
use super::job_view::JOB_VIEWED;
use super::{ByPortal, Locked, Result, Store, Tx};
use crate::model::change::{JobView, Object};
use crate::model::domain::DomainStatus;
use crate::model::id::{ClaimId, DomainId, JobId, PortalId};
use crate::model::job::{Job, Lane, WaitsFor};
use crate::model::reason::Trouble;
use crate::model::time::Timestamp;

/// A lease: which portal works on a job or an email, and when that ends unless renewed.
#[derive(Clone, Copy, Debug)]
pub struct Lease {
    /// The portal.
    pub holder: PortalId,
    /// The end of the lease.
    pub until: Timestamp,
    /// When the portal started: attempts before that belong to another series.
    pub started_at: Timestamp,
}

/// How many parked jobs one transaction releases.
const RELEASED_AT_ONCE: i64 = 200;

/// A claimed job as it is read; its object is two columns.
struct Row {
    id: JobId,
    domain_id: DomainId,
    kind: String,
    object: String,
    claim: ClaimId,
    must_observe: bool,
    attempts: i64,
    first_attempt_at: Timestamp,
    trouble: Option<Trouble>,
    last_attempt_at: Option<Timestamp>,
}

from_row! { Row {
    id, domain_id, kind, object, claim, must_observe as Flag, attempts, first_attempt_at, trouble, last_attempt_at
} }

impl Row {
    fn job(self) -> Option<Job> {
        Some(Job {
            id: self.id,
            domain_id: self.domain_id,
            object: Object::parse(&self.kind, &self.object)?,
            claim: self.claim,
            must_observe: self.must_observe,
            attempts: self.attempts,
            first_attempt_at: self.first_attempt_at,
            last_trouble: self.trouble,
            last_attempt_at: self.last_attempt_at,
        })
    }
}

const CLAIMED: &str =
    "id, domain_id, kind, object, claim, must_observe, attempts, first_attempt_at, trouble, last_attempt_at";

/// How a job is claimed: `$1` is the present time, `$2` the claim, `$3` the process, `$4` the end of the
/// lease. An attempt of before the process started (`$5`) belongs to another series; a check is never given
/// up, and counts all checks without an answer.
const CLAIM: &str = "set claim = $2, holder = $3, due_at = $4, waits_for = null, \
     attempts = case when lane = 'changes' and coalesce(last_attempt_at, first_attempt_at) < $5 then 1 \
     else attempts + 1 end, \
     first_attempt_at = case when lane = 'changes' and coalesce(last_attempt_at, first_attempt_at) < $5 then $1 \
     else coalesce(first_attempt_at, $1) end";

/// The lane of a new job of the object `$3` of the domain `$2`.
const LANE: &str = "case when $3 = 'domain' and (select accepted_at from domains where domains.id = $2) is not null \
     then 'checks' else 'changes' end";

/// When the job of an object is to run.
#[derive(Clone, Copy, Debug)]
pub enum Due {
    /// As soon as a worker is free.
    Now,
    /// In this process, which claims it in the same transaction, unless another one is working on it.
    Here(Lease),
    /// When its domain allows it; one of which a call may act stays due.
    Parked(WaitsFor),
}

impl Store {
    /// Claims the job of a lane that has been due for the longest time.
    pub async fn claim_job(&self, lane: Lane, lease: &Lease) -> Result<Option<Job>> {
        let skip = self.dialect.skip_locked("jobs");
        let sql = format!(
            "update jobs {CLAIM} where id = (select id from jobs where lane = $6 and due_at is not null \
             and due_at <= $1 order by due_at, id limit 1 {skip}) and due_at <= $1 returning {CLAIMED}"
        );
        let now = self.clock.now();
        let args = args![now, ClaimId::new(now), lease.holder, lease.until, lease.started_at, lane];
        let row: Option<Row> = self.claimed(AssertSqlSafe(sql), args).await?;
        Ok(row.and_then(Row::job))
    }

    /// Claims the job of an accepted domain, which is to check it, if that is due and no process works on it.
    pub async fn claim_check(&self, domain: DomainId, lease: &Lease) -> Result<Option<Job>> {
        let sql = format!(
            "update jobs {CLAIM} where domain_id = $6 and kind = 'domain' and lane <> 'changes' and due_at <= $1 \
             returning {CLAIMED}"
        );
        let now = self.clock.now();
        let args = args![now, ClaimId::new(now), lease.holder, lease.until, lease.started_at, domain];
        let row: Option<Row> = self.claimed(AssertSqlSafe(sql), args).await?;
        Ok(row.and_then(Row::job))
    }

    /// Claims the job of an object before it is due, unless a process works on it.
    pub async fn claim_job_of(&self, domain: DomainId, object: &Object, lease: &Lease) -> Result<Option<Job>> {
        let sql = format!(
            "update jobs {CLAIM} where domain_id = $6 and kind = $7 and object = $8 \
             and (claim is null or due_at <= $1) returning {CLAIMED}"
        );
        let now = self.clock.now();
        let claim = args![now, ClaimId::new(now), lease.holder, lease.until, lease.started_at];
        let row: Option<Row> =
            self.claimed(AssertSqlSafe(sql), claim.with(domain).with(object.kind()).with(object.key())).await?;
        Ok(row.and_then(Row::job))
    }

    /// Extends the lease of a job, unless the claim has ended.
    pub async fn renew_job(&self, job: &Job, lease: &Lease) -> Result<()> {
        let sql = "update jobs set due_at = $3 where id = $1 and claim = $2";
        self.exec_any(sql, args![job.id, job.claim, lease.until]).await
    }

    /// Releases the jobs that a process still holds, due now; called at shutdown.
    pub async fn free_jobs(&self, holder: PortalId) -> Result<()> {
        let sql = "update jobs set claim = null, holder = null, due_at = $2 where holder = $1";
        self.exec_any(sql, args![holder, self.clock.now()]).await
    }

    /// A domain whose parked jobs are being released.
    pub async fn releasing_domain(&self) -> Result<Option<DomainId>> {
        self.first_value("select id from domains where releasing = 1 order by id limit 1", args![]).await
    }

    /// The job of an object, as pages show it.
    pub async fn job_of(&self, domain: DomainId, object: &Object) -> Result<Option<JobView>> {
        let sql = format!("select {JOB_VIEWED} from jobs where domain_id = $2 and kind = $3 and object = $4");
        self.first(AssertSqlSafe(sql), args![self.clock.now(), domain, object.kind(), object.key()]).await
    }
}

impl Tx {
    /// The job of an object of the locked domain.
    pub async fn job_of<R>(&mut self, locked: &Locked<R>, object: &Object) -> Result<Option<JobView>> {
        let sql = format!("select {JOB_VIEWED} from jobs where domain_id = $2 and kind = $3 and object = $4");
        self.first(AssertSqlSafe(sql), args![self.clock.now(), locked.domain.id, object.kind(), object.key()]).await
    }

    /// Stores that an object of the locked domain may need a step, as a new series of attempts. Returns the
    /// job if this process has claimed it; another process that works on it reads what is wanted again
    /// before it ends.
    pub async fn need_step<R>(&mut self, locked: &Locked<R>, object: &Object, due: Due) -> Result<Option<Job>> {
        let now = self.clock.now();
        let (due_at, waits_for) = match due {
            Due::Now | Due::Here(_) => (Some(now), None),
            Due::Parked(waits_for) => (None, Some(waits_for)),
        };
        let sql = format!(
            "insert into jobs (id, domain_id, kind, object, due_at, waits_for, created_at, lane) \
             values ($1, $2, $3, $4, $5, $6, $7, {LANE}) on conflict (domain_id, kind, object) do update set \
             due_at = case when jobs.claim is not null and jobs.due_at > $7 \
             or $5 is null and exists (select 1 from sent_calls where job_id = jobs.id) then jobs.due_at else $5 end, \
             waits_for = $6, trouble = null, attempts = 0, first_attempt_at = null, lane = excluded.lane returning id"
        );
        let args = args![JobId::new(now), locked.domain.id, object.kind(), object.key(), due_at, waits_for, now];
        let id: JobId = self.value(AssertSqlSafe(sql), args).await?;
        match due {
            Due::Here(lease) => self.claim_this_job(id, &lease).await,
            Due::Now | Due::Parked(_) => Ok(None),
        }
    }

    async fn claim_this_job(&mut self, id: JobId, lease: &Lease) -> Result<Option<Job>> {
        let sql = format!("update jobs {CLAIM} where id = $6 and due_at <= $1 returning {CLAIMED}");
        let now = self.clock.now();
        let args = args![now, ClaimId::new(now), lease.holder, lease.until, lease.started_at, id];
        let row: Option<Row> = self.first(AssertSqlSafe(sql), args).await?;
        Ok(row.and_then(Row::job))
    }

    /// Makes the job of an object ask dimail for the present state before anything else.
    pub async fn observe_first<R>(&mut self, locked: &Locked<R>, object: &Object) -> Result<()> {
        let sql = "update jobs set must_observe = 1 where domain_id = $1 and kind = $2 and object = $3";
        self.exec_any(sql, args![locked.domain.id, object.kind(), object.key()]).await
    }

    /// Whether the locked domain, which dimail has not accepted yet, has a job that asks for it.
    pub async fn is_being_added<R>(&mut self, locked: &Locked<R>) -> Result<bool> {
        self.exists("select id from jobs where domain_id = $1 and kind = 'domain'", args![locked.domain.id]).await
    }

    /// Until when a domain is not checked, because its name servers did not answer the last check.
    pub async fn silent_until<R>(&mut self, locked: &Locked<R>) -> Result<Option<Timestamp>> {
        let job = self.job_of(locked, &Object::Domain).await?;
        let silent = job.filter(|job| job.trouble == Some(Trouble::NameServers)).and_then(|job| job.due_at);
        Ok(silent.filter(|due_at| *due_at > self.clock.now()))
    }

    /// Whether this claim still holds the job.
    pub async fn holds_job(&mut self, job: &Job) -> Result<bool> {
        self.exists("select id from jobs where id = $1 and claim = $2", args![job.id, job.claim]).await
    }

    /// The claimed job goes on with another step: as a new series if dimail has carried out the last one.
    pub async fn go_on_with_job(&mut self, job: &mut Job, must_observe: bool, is_new_series: bool) -> Result<()> {
        job.must_observe = must_observe;
        if is_new_series {
            (job.attempts, job.first_attempt_at, job.last_trouble) = (1, self.clock.now(), None);
        }
        let sql = "update jobs set must_observe = $3, attempts = $4, first_attempt_at = $5, trouble = $6 \
                   where id = $1 and claim = $2";
        let args =
            args![job.id, job.claim, Flag(must_observe), job.attempts, job.first_attempt_at, job.last_trouble.as_ref()];
        self.exec_one(sql, args).await
    }

    /// Ends the claim; the job is tried again at `due_at`. Without a trouble a new series begins then.
    pub async fn postpone_job(
        &mut self,
        job: &Job,
        due_at: Timestamp,
        must_observe: bool,
        trouble: Option<&Trouble>,
    ) -> Result<()> {
        let now = self.clock.now();
        let series = trouble.map(|trouble| job.series(trouble, now));
        // A fault of the installation is no time without an answer.
        let is_fault = matches!(trouble, Some(Trouble::Installation { .. }));
        let first_attempt_at = series.filter(|_| !is_fault).map(|series| series.first_attempt_at);
        let sql = "update jobs set claim = null, holder = null, due_at = $3, must_observe = $4, trouble = $5, \
                   attempts = $6, first_attempt_at = $7, last_attempt_at = $8, lane = case when lane = 'changes' \
                   then lane when $5 is null then 'checks' else 'repeated_checks' end where id = $1 and claim = $2";
        let attempts = series.map_or(0, |series| series.attempts);
        let args = args![job.id, job.claim, due_at, Flag(must_observe), trouble, attempts, first_attempt_at, now];
        self.exec_one(sql, args).await
    }

    /// Ends the claim; the job waits until its domain allows the step, or until it is to be observed.
    pub async fn park_job(&mut self, job: &Job, waits_for: WaitsFor, observe_at: Option<Timestamp>) -> Result<()> {
        let sql = "update jobs set claim = null, holder = null, due_at = $4, waits_for = $3, attempts = 0, \
                   first_attempt_at = null where id = $1 and claim = $2";
        self.exec_one(sql, args![job.id, job.claim, waits_for, observe_at]).await
    }

    /// Ends a job: nothing is left to do.
    pub async fn end_job(&mut self, job: &Job) -> Result<()> {
        self.exec_one("delete from jobs where id = $1 and claim = $2", args![job.id, job.claim]).await
    }

    /// Deletes the job of an object whose row is deleted, if it has one.
    pub(super) async fn forget_job(&mut self, domain: DomainId, object: &Object) -> Result<()> {
        let sql = "delete from jobs where domain_id = $1 and kind = $2 and object = $3";
        self.exec_any(sql, args![domain, object.kind(), object.key()]).await
    }

    /// Begins to release the jobs that wait for the status of the locked domain.
    pub(super) async fn begin_release(&mut self, domain: DomainId) -> Result<()> {
        self.exec_one("update domains set releasing = 1 where id = $1", args![domain]).await
    }

    /// Releases some of the jobs that the status of the locked domain allows now, the oldest first. It
    /// ends the release when none is left.
    pub async fn release_some(&mut self, locked: &Locked<ByPortal>) -> Result<()> {
        let domain = &locked.domain;
        let enabled = if domain.status == DomainStatus::Enabled { WaitsFor::Enabled } else { WaitsFor::Reopened };
        let sql = "update jobs set due_at = $1, waits_for = null where id in (select id from jobs \
                   where domain_id = $2 and waits_for in ($3, $4) order by id limit $5)";
        let now = self.clock.now();
        let args = args![now, domain.id, enabled, WaitsFor::Reopened, RELEASED_AT_ONCE];
        let is_closed = domain.status == DomainStatus::Disabled;
        if is_closed || !self.changes(sql, args).await? {
            self.exec_one("update domains set releasing = 0 where id = $1", args![domain.id]).await?;
        }
        Ok(())
    }
}
