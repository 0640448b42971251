//! Tests of passwords, counted by hashes of their address and origin, and requests for password emails.

use std::time::Duration;

use super::args::{Args, args};
use super::rate_limits::Limit;
use super::{Result, Store, Tx};
use crate::model::throttle::{COUNTED, COUNTED_FOR_ADDRESS, PAUSE, TOLD_EVERY, WRONG_IN_AN_HOUR};
use crate::model::{AttemptId, Timestamp, Tried};

/// The address and the origin of an attempt, both hashed. Both hashes of an attempt from a known browser
/// contain the hash of its cookie, so that it is counted apart from all others.
#[derive(Clone, Debug)]
pub struct PasswordAttempt {
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
    /// For this address from anywhere, in an hour; also those that a right password has forgiven.
    pub in_an_hour: Tried,
}

/// The attempts of an origin (`$1`) since `$2`: for an address (`$3`), then for any. A test that was never
/// finished, because its portal crashed, counts as wrong after the pause (from before `$4`).
const TRIED: &str = "select \
     count(case when address_hash = $3 and (state = 'wrong' or at <= $4) then 1 end), \
     count(case when address_hash = $3 and state = 'testing' and at > $4 then 1 end), \
     max(case when address_hash = $3 then at end), \
     count(case when state = 'wrong' or at <= $4 then 1 end), \
     count(case when state = 'testing' and at > $4 then 1 end), max(at) \
     from password_attempts where origin_hash = $1 and at > $2 and state <> 'forgiven'";

/// The attempts for an address (`$1`) since `$2`, unfinished ones as above (`$3`).
const TRIED_IN_AN_HOUR: &str = "select count(case when state <> 'testing' or at <= $3 then 1 end) as wrong, \
     count(case when state = 'testing' and at > $3 then 1 end) as under_test, max(at) as last \
     from password_attempts where address_hash = $1 and at > $2";

type TriedRow = (i64, i64, Option<Timestamp>, i64, i64, Option<Timestamp>);
type HourRow = (i64, i64, Option<Timestamp>);

impl AllTried {
    fn of(row: TriedRow, (in_an_hour, testing_in_an_hour, last_in_an_hour): HourRow) -> Self {
        let (wrong, under_test, last, all_wrong, all_under_test, last_of_all) = row;
        Self {
            for_address: Tried { wrong, under_test, last },
            from_origin: Tried { wrong: all_wrong, under_test: all_under_test, last: last_of_all },
            in_an_hour: Tried { wrong: in_an_hour, under_test: testing_in_an_hour, last: last_in_an_hour },
        }
    }
}

impl PasswordAttempt {
    fn counted(&self, now: Timestamp) -> Args {
        args![&self.origin, now.minus(COUNTED), &self.address, now.minus(PAUSE)]
    }

    fn counted_in_an_hour(&self, now: Timestamp) -> Args {
        args![&self.address, now.minus(COUNTED_FOR_ADDRESS), now.minus(PAUSE)]
    }
}

impl Store {
    /// The recent attempts, read without a lock: good enough for an early rejection.
    pub async fn tried(&self, attempt: &PasswordAttempt) -> Result<AllTried> {
        let now = self.clock.now();
        let in_an_hour: HourRow = self.one(TRIED_IN_AN_HOUR, attempt.counted_in_an_hour(now)).await?;
        Ok(AllTried::of(self.one(TRIED, attempt.counted(now)).await?, in_an_hour))
    }
}

impl Tx {
    /// Locks an origin until the end of the transaction, so that its attempts are counted one at a
    /// time.
    pub async fn lock_origin(&mut self, attempt: &PasswordAttempt) -> Result<()> {
        self.lock_counted(&attempt.origin).await
    }

    /// Locks an address in the same way. The lock on the origin, if both are needed, comes first.
    pub async fn lock_address(&mut self, attempt: &PasswordAttempt) -> Result<()> {
        self.lock_counted(&attempt.address).await
    }

    async fn lock_counted(&mut self, hash: &str) -> Result<()> {
        let sql = "insert into origins (origin_hash, seen_at) values ($1, $2) \
                   on conflict (origin_hash) do update set seen_at = excluded.seen_at";
        self.exec_one(sql, args![hash, self.clock.now()]).await
    }

    /// The recent attempts, read under the locks of origin and address.
    pub async fn tried(&mut self, attempt: &PasswordAttempt) -> Result<AllTried> {
        let now = self.clock.now();
        let in_an_hour: HourRow = self.one(TRIED_IN_AN_HOUR, attempt.counted_in_an_hour(now)).await?;
        Ok(AllTried::of(self.one(TRIED, attempt.counted(now)).await?, in_an_hour))
    }

    /// How many password emails were requested recently: for this address, and from this origin.
    pub async fn asked(&mut self, attempt: &PasswordAttempt, within: Duration) -> Result<(i64, i64)> {
        let since = self.clock.now().minus(within);
        let for_address = self.count_since(Limit::RESET_ADDRESS, &attempt.address, since).await?;
        Ok((for_address, self.count_since(Limit::RESET_ORIGIN, &attempt.origin, since).await?))
    }

    /// Records that a password is about to be verified.
    pub async fn note_test(&mut self, attempt: &PasswordAttempt) -> Result<AttemptId> {
        let now = self.clock.now();
        let id = AttemptId::new(now);
        let sql = "insert into password_attempts (id, address_hash, origin_hash, at, state) values ($1, $2, $3, $4, 'testing')";
        self.exec_one(sql, args![id, &attempt.address, &attempt.origin, now]).await?;
        Ok(id)
    }

    /// Records a request for a password email.
    pub async fn note_asked(&mut self, attempt: &PasswordAttempt) -> Result<()> {
        self.note_now(Limit::RESET_ADDRESS, &attempt.address).await?;
        self.note_now(Limit::RESET_ORIGIN, &attempt.origin).await
    }

    /// Records that a verified password was wrong, if its attempt still counts.
    pub async fn note_wrong(&mut self, id: AttemptId) -> Result<()> {
        self.exec_any("update password_attempts set state = 'wrong' where id = $1", args![id]).await
    }

    /// Whether the address has now taken all wrong passwords of an hour, and its person was not told of
    /// that within a day; counts it. The caller holds the lock on the address.
    pub async fn may_tell_of_wrong(&mut self, attempt: &PasswordAttempt) -> Result<bool> {
        let now = self.clock.now();
        let (wrong, _, _): HourRow = self.one(TRIED_IN_AN_HOUR, attempt.counted_in_an_hour(now)).await?;
        let told = (1, now.minus(TOLD_EVERY));
        Ok(wrong >= WRONG_IN_AN_HOUR && self.note_below(Limit::WRONG_PASSWORDS, &attempt.address, told).await?)
    }

    /// Forgives the wrong attempts for an address from an origin, and deletes the attempt that succeeded.
    /// Forgiven ones still count for the hour of the address.
    pub async fn clear_wrong(&mut self, attempt: &PasswordAttempt, right: Option<AttemptId>) -> Result<()> {
        let sql = "update password_attempts set state = 'forgiven' where address_hash = $1 and origin_hash = $2 \
                   and state = 'wrong'";
        self.exec_any(sql, args![&attempt.address, &attempt.origin]).await?;
        self.exec_any("delete from password_attempts where id = $1", args![right]).await
    }
}
