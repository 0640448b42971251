//! The limit on calls to dimail that all processes of this database share.

use super::args::args;
use super::columns::from_row;
use super::{Result, Store, Tx};
use crate::model::{PortalId, Timestamp};

/// How many calls all processes together may make to dimail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoredLimit {
    /// How many calls may be in flight.
    pub calls: i64,
    /// Background calls pause until then.
    pub paused_until: Timestamp,
}

from_row! { StoredLimit { calls, paused_until } }

impl Store {
    /// Records that a process calls dimail, and removes those not seen since `since`.
    pub async fn note_dimail_client(&self, id: PortalId, since: Timestamp) -> Result<()> {
        self.exec_any("delete from dimail_clients where seen_at < $1", args![since]).await?;
        let sql = "insert into dimail_clients (id, seen_at) values ($1, $2) \
                   on conflict (id) do update set seen_at = excluded.seen_at";
        self.exec_one(sql, args![id, self.clock.now()]).await
    }

    /// Removes a process that stops.
    pub async fn delete_dimail_client(&self, id: PortalId) -> Result<()> {
        self.exec_any("delete from dimail_clients where id = $1", args![id]).await
    }

    /// How many processes were seen since `since`, and how many of them have a smaller id than `own`.
    /// From both, each process derives its share.
    pub async fn dimail_clients(&self, since: Timestamp, own: PortalId) -> Result<(i64, i64)> {
        let sql = "select count(*), count(case when id < $1 then 1 end) from dimail_clients where seen_at >= $2";
        self.one(sql, args![own, since]).await
    }
}

impl Tx {
    /// Locks the shared limit until the end of the transaction; inserts `first` if there is none.
    pub async fn lock_dimail_limit(&mut self, first: StoredLimit) -> Result<StoredLimit> {
        let sql = "insert into dimail_limit (id, calls, paused_until) values (1, $1, $2) \
                   on conflict (id) do update set calls = dimail_limit.calls returning calls, paused_until";
        self.one(sql, args![first.calls, first.paused_until]).await
    }

    /// Stores the shared limit.
    pub async fn store_dimail_limit(&mut self, limit: StoredLimit) -> Result<()> {
        let sql = "update dimail_limit set calls = $1, paused_until = $2 where id = 1";
        self.exec_one(sql, args![limit.calls, limit.paused_until]).await
    }
}
