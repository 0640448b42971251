//! How a job that pages show is read.

use super::columns::{Flag, from_row};
use crate::model::change::JobView;

/// The columns of a job that pages show; `$1` is the present time.
pub(super) const JOB_VIEWED: &str = "jobs.id as job_id, jobs.created_at as job_created_at, jobs.due_at as job_due_at, \
     jobs.attempts as job_attempts, jobs.trouble as job_trouble, \
     case when exists (select 1 from sent_calls where sent_calls.job_id = jobs.id) then 1 else 0 end as job_unclear, \
     case when jobs.claim is not null and jobs.due_at > $1 then 1 else 0 end as job_running";

from_row! { JobView {
    created_at = "job_created_at", due_at = "job_due_at", attempts = "job_attempts", running = "job_running" as Flag,
    is_unclear = "job_unclear" as Flag, trouble = "job_trouble"
} }
