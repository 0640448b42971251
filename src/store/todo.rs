//! How much is left to do on a domain: stored with it, so that the list of domains shows it and sorts by it
//! without reading mailboxes.

use sqlx::AssertSqlSafe;

use super::args::args;
use super::{Locked, Result, Tx};

/// The condition of mailboxes whose password is to be handed over, and of the indexes that hold only them.
pub(super) const TO_HAND_OVER: &str = "mailboxes.to_hand_over = 1 and mailboxes.secondary_email is null";
/// Up to how many of them are counted, and of those that failed.
pub const LEFT_COUNTED: i64 = 1001;

impl Tx {
    /// Counts again how many mailboxes of the locked domain failed or are to be handed over, after a change of
    /// one of them.
    pub async fn count_todo<R>(&mut self, locked: &Locked<R>) -> Result<()> {
        let sql = format!(
            "update domains set mailboxes_failed = (select count(*) from (select mailboxes.id from mailboxes \
             where mailboxes.domain_id = $1 and mailboxes.status = 'failed' limit {LEFT_COUNTED}) as found), \
             mailboxes_to_hand_over = (select count(*) from (select mailboxes.id from mailboxes where mailboxes.domain_id = $1 \
             and {TO_HAND_OVER} limit {LEFT_COUNTED}) as found) where id = $1"
        );
        self.exec_one(AssertSqlSafe(sql), args![locked.domain.id]).await
    }
}
