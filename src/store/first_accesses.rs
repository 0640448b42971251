//! Requests for first access by people without an account: counted for the limit, queued until
//! answered.

use super::args::args;
use super::columns::from_row;
use super::{Fault, Store, Tx};
use crate::model::address::EmailAddress;
use crate::model::id::FirstAccessId;
use crate::model::time::Timestamp;

/// A request.
#[derive(Clone, Debug)]
pub struct FirstAccess {
    /// Its id.
    pub id: FirstAccessId,
    /// The typed address.
    pub address: String,
}

from_row!(FirstAccess { id, address });

impl Store {
    /// The oldest unanswered request.
    pub async fn next_first_access(&self) -> Result<Option<FirstAccess>, Fault> {
        self.first("select id, address from first_accesses where taken = 0 order by id limit 1", args![]).await
    }
}

impl Tx {
    /// The times of the last requests from an origin since `since`, newest first, at most `most`.
    pub async fn first_accesses_of(
        &mut self,
        origin: &str,
        since: Timestamp,
        most: i64,
    ) -> Result<Vec<Timestamp>, Fault> {
        self.values(
            "select asked_at from first_accesses where origin = $1 and asked_at > $2 order by asked_at desc limit $3",
            args![origin, since, most],
        )
        .await
    }

    /// Stores a request, and deletes those older than `forgotten`, which no limit counts.
    pub async fn insert_first_access(
        &mut self,
        origin: &str,
        address: &EmailAddress,
        forgotten: Timestamp,
    ) -> Result<(), Fault> {
        let now = self.clock.now();
        self.exec_one(
            "insert into first_accesses (id, origin, address, asked_at) values ($1, $2, $3, $4)",
            args![FirstAccessId::new(now), origin, address.key(), now],
        )
        .await?;
        self.exec_any("delete from first_accesses where taken = 1 and asked_at <= $1", args![forgotten]).await
    }

    /// Claims a request, to be answered in this transaction; `false` if another process claimed it.
    pub async fn take_first_access(&mut self, first_access: &FirstAccess) -> Result<bool, Fault> {
        self.changes("update first_accesses set taken = 1 where id = $1 and taken = 0", args![first_access.id]).await
    }
}
