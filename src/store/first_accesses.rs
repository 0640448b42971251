//! Requests for first access by people without an account, queued until answered.

use super::args::args;
use super::columns::from_row;
use super::rate_limits::Limit;
use super::{Result, Store, Tx};
use crate::model::{EmailAddress, FirstAccessId, Timestamp};

/// A request.
#[derive(Clone, Debug)]
pub struct FirstAccess {
    /// Its id.
    pub id: FirstAccessId,
    /// The typed address.
    pub address: String,
}

from_row! { FirstAccess { id, address } }

impl Store {
    /// The oldest unanswered request.
    pub async fn next_first_access(&self) -> Result<Option<FirstAccess>> {
        self.first("select id, address from first_accesses order by id limit 1", args![]).await
    }
}

impl Tx {
    /// The times of the last requests from an origin since `since`, newest first, at most `most`.
    pub async fn first_accesses_of(&mut self, origin: &str, since: Timestamp, most: i64) -> Result<Vec<Timestamp>> {
        self.times_since(Limit::FIRST_ACCESS, origin, since, most).await
    }

    /// Stores a request.
    pub async fn insert_first_access(&mut self, origin: &str, address: &EmailAddress) -> Result<()> {
        let id = FirstAccessId::new(self.clock.now());
        self.exec_one("insert into first_accesses (id, address) values ($1, $2)", args![id, address.key()]).await?;
        self.note_now(Limit::FIRST_ACCESS, origin).await
    }

    /// Claims a request, to be answered in this transaction; `false` if another process claimed it.
    pub async fn take_first_access(&mut self, first_access: &FirstAccess) -> Result<bool> {
        self.changes("delete from first_accesses where id = $1", args![first_access.id]).await
    }
}
