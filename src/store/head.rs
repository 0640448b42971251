//! The data for the head of a domain's pages: its own job and counts, as the statements of the proofs read
//! them.

use super::columns::from_row;
use crate::model::change::JobView;

/// How many mailboxes of a domain are pending or failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MailboxCounts {
    /// Mailboxes that dimail does not have yet.
    pub pending: i64,
    /// Mailboxes that dimail refused or that were given up.
    pub failed: i64,
}

/// The work in progress on a domain, and its counts.
#[derive(Clone, Debug, Default)]
pub struct HeadFacts {
    /// The job that creates it at dimail, or checks it.
    pub job: Option<JobView>,
    /// Its pending and failed mailboxes.
    pub counts: MailboxCounts,
    /// How many people have a role on it.
    pub members: i64,
    /// How many of its changes and emails are to be dealt with;
    /// [`COUNTED`](super::open_work::COUNTED) means that or more.
    pub pending_work: i64,
}

from_row! { MailboxCounts { pending, failed } }
from_row! { HeadFacts { job: row if "job_id", counts: row, members, pending_work } }

/// The columns of [`HeadFacts`] but those of the job, and `pending_work`, which
/// [`COUNTS`](super::open_work::COUNTS) counts.
pub(super) const HEAD_COUNTS: &str = "\
     (select count(*) from members where members.domain_id = domains.id) as members, \
     (select count(*) from mailboxes where mailboxes.domain_id = domains.id and mailboxes.status = 'pending') \
     as pending, \
     (select count(*) from mailboxes where mailboxes.domain_id = domains.id and mailboxes.status = 'failed') \
     as failed";
/// The job that the head shows.
pub(super) const HEAD_JOB: &str = "left join jobs on jobs.domain_id = domains.id and jobs.kind = 'domain' \
     and jobs.object = ''";
