//! Counts of what the portal has and of what is waiting: for metrics, not for pages.

use super::args::args;
use super::{Result, Store};
use crate::model::domain::DomainStatus;
use crate::model::time::Timestamp;
use crate::model::user::SESSION_IDLE;

/// What is waiting, and what exists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Backlog {
    /// Jobs that are to send something, without checks.
    pub jobs_waiting: i64,
    /// Jobs with calls whose effect is not known.
    pub jobs_unclear: i64,
    /// Jobs, without checks, whose last attempt failed because of a fault of the installation.
    pub jobs_at_fault: i64,
    /// Checks that are due.
    pub checks_due: i64,
    /// When the oldest change was asked for that waits, of those whose domain lets it be carried out.
    pub oldest_change: Option<Timestamp>,
    /// Emails that are not sent yet.
    pub emails_waiting: i64,
    /// Of these, the emails whose sending was already attempted.
    pub emails_put_off: i64,
    /// Of these, the emails whose recipient was refused by the SMTP server.
    pub emails_refused: i64,
    /// Emails that are held until an operator decides about them.
    pub emails_held: i64,
    /// Emails that were given up.
    pub emails_given_up: i64,
    /// Failed mailboxes that were given up.
    pub mailboxes_given_up: i64,
    /// Domains by status.
    pub domains: Vec<(DomainStatus, i64)>,
    /// Mailboxes on all domains.
    pub mailboxes: i64,
    /// Sessions that have not ended.
    pub sessions: i64,
}

/// Connections to the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Connections {
    /// Those that are open.
    pub open: u32,
    /// Of these, the unused ones.
    pub idle: u32,
}

impl Store {
    /// Counts what is waiting and what exists.
    pub async fn backlog(&self) -> Result<Backlog> {
        let mut backlog = Backlog::default();
        self.count_jobs_into(&mut backlog).await?;
        self.count_domains_into(&mut backlog).await?;
        let sql = "select \
             (select count(*) from emails where state = 'waiting') as waiting, \
             (select count(*) from emails where state = 'waiting' and attempts > 0) as put_off, \
             (select count(*) from emails where state = 'waiting' and refused_at is not null) as refused, \
             (select count(*) from emails where state = 'held') as held, \
             (select count(*) from emails where state = 'given_up') as given_up, \
             (select count(*) from mailboxes where status = 'failed' and reason like '%\"given_up\"%') as mailboxes, \
             (select count(*) from sessions where used_at > $1) as sessions";
        let since = self.clock.now().minus(SESSION_IDLE);
        (
            backlog.emails_waiting,
            backlog.emails_put_off,
            backlog.emails_refused,
            backlog.emails_held,
            backlog.emails_given_up,
            backlog.mailboxes_given_up,
            backlog.sessions,
        ) = self.one(sql, args![since]).await?;
        Ok(backlog)
    }

    /// A job that only waits until a call can no longer act is no work that waits.
    async fn count_jobs_into(&self, backlog: &mut Backlog) -> Result<()> {
        let sql = "select \
             (select count(*) from jobs where lane = 'changes' and (must_observe = 0 or trouble is not null)) \
             as waiting, \
             (select count(distinct job_id) from sent_calls) as unclear, \
             (select count(*) from jobs where lane = 'changes' and trouble like '%\"installation\"%') as at_fault, \
             (select min(changes.asked_at) from changes join jobs on jobs.domain_id = changes.domain_id \
             and jobs.kind = changes.object_kind and jobs.object = changes.object \
             where changes.outcome = 'waiting' and jobs.due_at is not null) as oldest, \
             (select count(*) from jobs where lane <> 'changes' and due_at <= $1) as checks";
        (
            backlog.jobs_waiting,
            backlog.jobs_unclear,
            backlog.jobs_at_fault,
            backlog.oldest_change,
            backlog.checks_due,
        ) = self.one(sql, args![self.clock.now()]).await?;
        Ok(())
    }

    async fn count_domains_into(&self, backlog: &mut Backlog) -> Result<()> {
        let sql = "select status, count(*) as total, cast(sum(mailboxes) as bigint) as mailboxes \
                   from domains group by status order by status";
        let rows: Vec<(DomainStatus, i64, i64)> = self.all(sql, args![]).await?;
        backlog.mailboxes = rows.iter().map(|(.., mailboxes)| mailboxes).sum();
        backlog.domains = rows.into_iter().map(|(status, domains, _)| (status, domains)).collect();
        Ok(())
    }

    /// The database connections of this process.
    #[must_use]
    pub fn connections(&self) -> Connections {
        let idle = u32::try_from(self.pool.sql.num_idle()).unwrap_or(u32::MAX);
        Connections { open: self.pool.sql.size(), idle }
    }
}
