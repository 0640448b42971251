//! Timestamps that lie further ahead than they can: the clock of a machine was wrong, and went back. They
//! are set to now, so that nothing waits, and no limit holds, for as long as the clock was wrong.

use std::time::Duration;

use sqlx::AssertSqlSafe;

use super::args::args;
use super::{Result, Tx};
use crate::model::job::MAY_ACT_FOR;
use crate::model::member::INVITATION_VALID;

/// How far the clocks of two machines may differ.
const CLOCKS_DIFFER: Duration = Duration::from_mins(1);
/// How far ahead of now short waits and leases end at most.
const SHORT_WAIT: Duration = Duration::from_mins(10);
/// The longest pauses between the checks of a domain: until it is enabled, in its first month; and else.
const CHECKS: [Duration; 2] = [Duration::from_hours(1), Duration::from_hours(24)];
/// How far ahead emails leave at most that wait because too many left for their address.
const NEXT_DAYS: Duration = Duration::from_hours(7 * 24);
/// How long a domain counts as new.
const NEW: Duration = Duration::from_hours(30 * 24);

/// Columns that say when something happened.
const HAPPENED: [(&str, &str); 31] = [
    ("password_attempts", "at"),
    ("origins", "seen_at"),
    ("sessions", "used_at"),
    ("sessions", "created_at"),
    ("browsers", "used_at"),
    ("users", "proved_at"),
    ("users", "password_set_at"),
    ("reset_links", "created_at"),
    ("confirmations", "created_at"),
    ("dns_shares", "created_at"),
    ("invitation_links", "created_at"),
    ("login_links", "created_at"),
    ("members", "visited_at"),
    ("mailboxes", "created_at"),
    ("mailboxes", "there_since"),
    ("ignored_differences", "ignored_at"),
    ("domains", "compared_at"),
    ("domains", "created_at"),
    ("domains", "check_asked_at"),
    ("domains", "bad_since"),
    ("jobs", "first_attempt_at"),
    ("jobs", "last_attempt_at"),
    ("sent_calls", "sent_at"),
    ("emails", "created_at"),
    ("emails", "first_attempt_at"),
    ("emails", "last_attempt_at"),
    ("emails", "refused_at"),
    ("smtp_answers", "accepted_at"),
    ("smtp_answers", "refused_at"),
    ("smtp_answers", "fault_since"),
    ("dimail_clients", "seen_at"),
];

/// Columns that say until when something waits or is held, of these rows.
const ENDS: [(&str, &str, &str); 3] = [
    ("emails", "lease_until", "state = 'waiting'"),
    ("mailboxes", "reset_until", "reset_until is not null"),
    ("dimail_limit", "paused_until", "id = 1"),
];

/// Emails that are retried.
const RETRIED: (&str, &str, &str) = ("emails", "due_at", "state = 'waiting' and (attempts > 0 or trouble is null)");

/// Jobs: also those whose object is observed once more when no call may act any longer.
const JOBS: (&str, &str, &str) = ("jobs", "due_at", "due_at is not null and lane = 'changes'");

/// Emails that wait because too many left for their address, and their places in the days to come.
const NEXT_DAY: [(&str, &str, &str); 2] = [
    ("emails", "due_at", "state = 'waiting' and attempts = 0 and trouble is not null"),
    ("rate_limits", "at", "kind = 'email_address'"),
];

/// The checks of domains.
const CHECK: &str = "due_at is not null and lane <> 'changes'";

impl Tx {
    /// Sets all timestamps to now that lie further ahead than they can; `longest` is the longest pause
    /// between two attempts.
    pub async fn bring_back_future(&mut self, longest: Duration) -> Result<()> {
        for (table, column) in HAPPENED {
            self.bring_back(table, column, "1 = 1", CLOCKS_DIFFER).await?;
        }
        self.bring_back("rate_limits", "at", "kind <> 'email_address'", CLOCKS_DIFFER).await?;
        for (table, column, rows) in NEXT_DAY {
            self.bring_back(table, column, rows, NEXT_DAYS).await?;
        }
        for (table, column, rows) in ENDS {
            self.bring_back(table, column, rows, SHORT_WAIT).await?;
        }
        let (table, column, rows) = RETRIED;
        self.bring_back(table, column, rows, longest.max(CLOCKS_DIFFER)).await?;
        let (table, column, rows) = JOBS;
        self.bring_back(table, column, rows, longest.max(MAY_ACT_FOR)).await?;
        self.bring_back_invitations().await?;
        self.bring_back_checks().await
    }

    async fn bring_back(&mut self, table: &str, column: &str, rows: &str, ahead: Duration) -> Result<()> {
        let sql = format!("update {table} set {column} = $1 where {column} > $2 and {rows}");
        let now = self.clock.now();
        self.exec_any(AssertSqlSafe(sql), args![now, now.plus(ahead)]).await
    }

    /// Invitations end as if they were made now.
    async fn bring_back_invitations(&mut self) -> Result<()> {
        let end = self.clock.now().plus(INVITATION_VALID);
        let sql = "update invitations set expires_at = $1 where expires_at > $2";
        self.exec_any(sql, args![end, end.plus(CLOCKS_DIFFER)]).await
    }

    /// Checks without an answer may be a day apart, whatever their domain.
    async fn bring_back_checks(&mut self) -> Result<()> {
        let [soon, daily] = CHECKS;
        let now = self.clock.now();
        self.bring_back("jobs", "due_at", CHECK, daily).await?;
        let sql = format!(
            "update jobs set due_at = $1 where due_at > $2 and {CHECK} and trouble is null and domain_id in \
             (select id from domains where status <> 'enabled' and created_at > $3)"
        );
        self.exec_any(AssertSqlSafe(sql), args![now, now.plus(soon), now.minus(NEW)]).await
    }
}
