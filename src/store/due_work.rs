//! What the worker may do now, in one question: most looks find nothing, and each claim is a write.

use sqlx::AssertSqlSafe;

use super::args::args;
use super::columns::{Flag, from_row};
use super::emails::{CLAIMABLE, EmailQueue};
use super::{Result, Store};

/// The kinds of work of which some is due.
#[expect(clippy::struct_excessive_bools, reason = "an answer for each kind of work")]
#[derive(Clone, Copy, Debug)]
pub struct DueWork {
    /// Unanswered requests for first access.
    pub first_accesses: bool,
    /// First checks, and checks of domains whose last check had a result.
    pub checks: bool,
    /// Checks of domains whose last check had no result.
    pub repeated_checks: bool,
    /// Jobs of mailboxes, aliases, and domains that dimail has not accepted yet.
    pub changes: bool,
    /// Parked jobs of a domain whose status allows them now.
    pub releases: bool,
    /// Emails with a new password.
    pub password_emails: bool,
    /// Other emails.
    pub other_emails: bool,
}

from_row! { DueWork {
    first_accesses as Flag, checks as Flag, repeated_checks as Flag, changes as Flag, releases as Flag,
    password_emails as Flag, other_emails as Flag
} }

impl Store {
    /// Which kinds of work are due. What is claimed by another process meanwhile is found by the claim.
    pub async fn due_work(&self) -> Result<DueWork> {
        let any =
            |name: &str, rows: &str| format!("case when exists (select 1 from {rows}) then 1 else 0 end as {name}");
        let jobs = |lane: &str| format!("jobs where lane = '{lane}' and due_at is not null and due_at <= $1");
        let emails = |queue: EmailQueue| format!("emails where {CLAIMABLE} and {}", queue.condition());
        let kinds = [
            any("first_accesses", "first_accesses"),
            any("checks", &jobs("checks")),
            any("repeated_checks", &jobs("repeated_checks")),
            any("changes", &jobs("changes")),
            any("releases", "domains where releasing = 1"),
            any("password_emails", &emails(EmailQueue::Passwords)),
            any("other_emails", &emails(EmailQueue::Others)),
        ];
        let sql = format!("select {}", kinds.join(", "));
        self.one(AssertSqlSafe(sql), args![self.clock.now()]).await
    }
}
