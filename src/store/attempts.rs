//! Rate-limit counters: attempts to sign in and requests for password emails, counted by hashes.

use std::time::Duration;

use super::args::{Args, args};
use super::columns::from_row;
use super::{Fault, Store, Tx};
use crate::model::id::AttemptId;
use crate::model::throttle::{COUNTED, EMAILS_COUNTED, PAUSE, Tried};
use crate::model::time::Timestamp;

/// The address and the origin of an attempt, both hashed.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// The hash of the address, whether it has an account or not.
    pub address: String,
    /// The hash of the origin.
    pub origin: String,
}

/// The recent attempts.
#[derive(Clone, Copy, Debug, Default)]
pub struct AllTried {
    /// For this address from this origin.
    pub for_address: Tried,
    /// From this origin.
    pub from_origin: Tried,
}

/// A test that was never finished, because its portal crashed, counts as wrong after the pause.
const TRIED: &str = "select max(at) as last, \
     cast(coalesce(sum(case when state = 'wrong' or at <= $3 then 1 else 0 end), 0) as bigint) as wrong, \
     cast(coalesce(sum(case when state = 'wrong' or at <= $3 then 0 else 1 end), 0) as bigint) as under_test \
     from attempts where kind = 'password' and origin_hash = $1 and at > $2 and $4 in ('', address_hash)";

impl Attempt {
    /// The arguments of [`TRIED`] for an address, or for all addresses if it is empty.
    fn counted(&self, address: &str, now: Timestamp) -> Args {
        args![&self.origin, now.minus(COUNTED), now.minus(PAUSE), address]
    }
}

from_row!(Tried { wrong, under_test, last });

impl Store {
    /// The recent attempts, read without a lock: good enough for an early rejection.
    pub async fn tried(&self, attempt: &Attempt) -> Result<AllTried, Fault> {
        let now = self.clock.now();
        Ok(AllTried {
            for_address: self.one(TRIED, attempt.counted(&attempt.address, now)).await?,
            from_origin: self.one(TRIED, attempt.counted("", now)).await?,
        })
    }

    /// Deletes the attempts that no limit counts any more, and the expired links.
    pub async fn tidy_attempts(&self) -> Result<(), Fault> {
        let over = self.clock.now().minus(EMAILS_COUNTED);
        for sql in [
            "delete from attempts where at <= $1",
            "delete from origins where seen_at <= $1",
            "delete from reset_links where created_at <= $1",
        ] {
            self.exec_any(sql, args![over]).await?;
        }
        Ok(())
    }
}

impl Tx {
    /// Locks an origin until the end of the transaction, so that its attempts are counted one at a
    /// time.
    pub async fn lock_origin(&mut self, attempt: &Attempt) -> Result<(), Fault> {
        self.exec_one(
            "insert into origins (origin_hash, seen_at) values ($1, $2) \
             on conflict (origin_hash) do update set seen_at = excluded.seen_at",
            args![&attempt.origin, self.clock.now()],
        )
        .await
    }

    /// The recent attempts, read under the lock of the origin.
    pub async fn tried(&mut self, attempt: &Attempt) -> Result<AllTried, Fault> {
        let now = self.clock.now();
        Ok(AllTried {
            for_address: self.one(TRIED, attempt.counted(&attempt.address, now)).await?,
            from_origin: self.one(TRIED, attempt.counted("", now)).await?,
        })
    }

    /// How many password emails were requested recently: for this address, and from this origin.
    pub async fn asked(&mut self, attempt: &Attempt, within: Duration) -> Result<(i64, i64), Fault> {
        let since = self.clock.now().minus(within);
        let for_address = "select count(*) from attempts where kind = 'reset' and address_hash = $1 and at > $2";
        let from_origin = "select count(*) from attempts where kind = 'reset' and origin_hash = $1 and at > $2";
        let for_address = self.value(for_address, args![&attempt.address, since]).await?;
        let from_origin = self.value(from_origin, args![&attempt.origin, since]).await?;
        Ok((for_address, from_origin))
    }

    /// Records that a password is about to be verified.
    pub async fn note_test(&mut self, attempt: &Attempt) -> Result<AttemptId, Fault> {
        self.insert_attempt("password", "testing", attempt).await
    }

    /// Records a request for a password email.
    pub async fn note_asked(&mut self, attempt: &Attempt) -> Result<(), Fault> {
        self.insert_attempt("reset", "asked", attempt).await.map(|_| ())
    }

    async fn insert_attempt(&mut self, kind: &str, state: &str, attempt: &Attempt) -> Result<AttemptId, Fault> {
        let now = self.clock.now();
        let id = AttemptId::new(now);
        self.exec_one(
            "insert into attempts (id, kind, address_hash, origin_hash, at, state) values ($1, $2, $3, $4, $5, $6)",
            args![id, kind, &attempt.address, &attempt.origin, now, state],
        )
        .await?;
        Ok(id)
    }

    /// Records that a verified password was wrong, if its attempt still counts.
    pub async fn note_wrong(&mut self, id: AttemptId) -> Result<(), Fault> {
        self.exec_any("update attempts set state = 'wrong' where id = $1", args![id]).await
    }

    /// Deletes the wrong attempts for an address from an origin, and the attempt that succeeded.
    pub async fn forget_wrong(&mut self, attempt: &Attempt, right: Option<AttemptId>) -> Result<(), Fault> {
        self.exec_any(
            "delete from attempts where kind = 'password' and address_hash = $1 and origin_hash = $2 \
             and (state = 'wrong' or id = $3)",
            args![&attempt.address, &attempt.origin, right],
        )
        .await
    }
}
