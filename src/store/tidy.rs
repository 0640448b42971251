//! Deletes what is over, the only place that does: what ended longer ago than it is kept, and sessions, links
//! and counted attempts that no longer work or count. What waits is never deleted.

use std::time::Duration;

use sqlx::AssertSqlSafe;

use super::args::args;
use super::rate_limits::{DAY, HOUR, OF_AN_HOUR};
use super::{Result, Store};
use crate::model::confirm::CONFIRM_LINK_VALID;
use crate::model::dns_share::DNS_LINK_VALID;
use crate::model::throttle::{EMAILS_COUNTED, KNOWN_FOR};
use crate::model::user::{SESSION_IDLE, SESSION_LONGEST};

/// How many rows one transaction deletes at most.
const AT_ONCE: i64 = 1_000;

/// The bulk actions that are over: made before `$1`, and nothing that they asked for waits.
macro_rules! bulk_over {
    () => {
        "(select bulk_actions.id from bulk_actions where bulk_actions.created_at <= $1 and not exists \
         (select 1 from bulk_lines as line left join changes on changes.domain_id = bulk_actions.domain_id \
         and changes.sequence = line.change left join emails on emails.id = line.email_id \
         where line.bulk_id = bulk_actions.id \
         and (changes.outcome = 'waiting' or emails.state in ('waiting', 'held'))))"
    };
}

/// Lines of bulk actions, which the results are read from.
const LINES: &str = concat!("bulk_id in ", bulk_over!());
const BULK_ACTIONS: &str = concat!("id in ", bulk_over!());
/// Changes that ended, but not those whose refusal is still shown or whose bulk action is still kept.
const CHANGES: &str = "finished_at <= $1 and not (outcome in ('refused', 'given_up') and (exists \
     (select 1 from mailboxes where mailboxes.id = changes.object and mailboxes.reason is not null) or exists \
     (select 1 from aliases where aliases.domain_id = changes.domain_id and aliases.local_part = changes.object \
     and aliases.reason is not null) or exists (select 1 from domains where changes.object_kind = 'domain' \
     and domains.id = changes.domain_id and domains.refusal is not null))) and not exists (select 1 from bulk_lines join bulk_actions \
     on bulk_actions.id = bulk_lines.bulk_id where bulk_lines.change = changes.sequence \
     and bulk_actions.domain_id = changes.domain_id)";
/// Emails that ended, except those of a bulk action that is kept.
const EMAILS: &str = "finished_at <= $1 and state in ('sent', 'withdrawn', 'given_up') and not exists \
     (select 1 from bulk_lines where bulk_lines.email_id = emails.id)";

impl Store {
    /// Deletes what is over, some rows at a time, so that no other writer waits for long: what ended
    /// before `kept`, login links older than they are valid, and all else that has a time of its own.
    pub async fn tidy(&self, kept: Duration, login_link_valid: Duration) -> Result<()> {
        let of_an_hour = format!("at <= $1 and kind in {OF_AN_HOUR}");
        for (table, key, over, age) in [
            // In this order: results of bulk actions are read from changes and emails.
            ("bulk_lines", "bulk_id, position", LINES, kept),
            ("bulk_actions", "id", BULK_ACTIONS, kept),
            ("changes", "id", CHANGES, kept),
            ("emails", "id", EMAILS, kept),
            ("sessions", "id_hash", "used_at <= $1", SESSION_IDLE),
            ("sessions", "id_hash", "created_at <= $1", SESSION_LONGEST),
            ("login_links", "token_hash", "created_at <= $1", login_link_valid),
            ("confirmations", "token_hash", "created_at <= $1", CONFIRM_LINK_VALID),
            ("dns_shares", "id", "created_at <= $1", DNS_LINK_VALID),
            ("reset_links", "token_hash", "created_at <= $1", EMAILS_COUNTED),
            ("password_attempts", "id", "at <= $1", EMAILS_COUNTED),
            ("origins", "origin_hash", "seen_at <= $1", EMAILS_COUNTED),
            ("browsers", "cookie_hash, user_id", "used_at <= $1", KNOWN_FOR),
            ("rate_limits", "kind, subject, at", "at <= $1", DAY),
            ("rate_limits", "kind, subject, at", &of_an_hour, HOUR),
        ] {
            let sql = format!(
                "delete from {table} where ({key}) in (select {key} from {table} where {over} limit {AT_ONCE})"
            );
            let until = self.clock.now().minus(age);
            while self.changes(AssertSqlSafe(sql.clone()), args![until]).await? {}
        }
        Ok(())
    }
}
