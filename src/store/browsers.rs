//! Known browsers: those in which a person has signed in to an account, each with a cookie of its own.
//! Their wrong passwords are counted apart from all others.

use std::time::Duration;

use super::args::args;
use super::rate_limits::Limit;
use super::{Result, Store, Tx};
use crate::model::throttle::{KNOWN_FOR, WRONG_IN_A_ROW};
use crate::model::{EmailAddress, UserId};

impl Store {
    /// Whether the browser with this hash of its cookie is known to the account of an address.
    pub async fn knows_browser(&self, email: &EmailAddress, cookie_hash: &str) -> Result<bool> {
        let sql = "select users.id from browsers join users on users.id = browsers.user_id \
                   where browsers.cookie_hash = $1 and users.email_key = $2 and browsers.used_at > $3";
        self.exists(sql, args![cookie_hash, email.key(), self.clock.now().minus(KNOWN_FOR)]).await
    }
}

impl Tx {
    /// Whether the browser with this hash of its cookie is known to any account.
    pub async fn is_known_browser(&mut self, cookie_hash: &str) -> Result<bool> {
        self.exists("select user_id from browsers where cookie_hash = $1 limit 1", args![cookie_hash]).await
    }

    /// Makes a browser known to an account, or begins its year again; returns whether it is new there.
    pub async fn keep_browser(&mut self, user: UserId, cookie_hash: &str) -> Result<bool> {
        let now = self.clock.now();
        let sql = "update browsers set used_at = $3, wrong_in_a_row = 0 where cookie_hash = $1 and user_id = $2";
        if self.changes(sql, args![cookie_hash, user, now]).await? {
            return Ok(false);
        }
        // Two requests of one browser may come here at the same time.
        let sql = "insert into browsers (cookie_hash, user_id, used_at, wrong_in_a_row) values ($1, $2, $3, 0) \
                   on conflict (cookie_hash, user_id) do nothing";
        self.changes(sql, args![cookie_hash, user, now]).await
    }

    /// Whether a person has signed in before.
    pub async fn has_signed_in(&mut self, user: UserId) -> Result<bool> {
        self.exists("select id from users where id = $1 and last_sign_in_at is not null", args![user]).await
    }

    /// Counts a wrong password from a known browser, which is no longer known after too many in a row.
    pub async fn note_wrong_in_browser(&mut self, email: &EmailAddress, cookie_hash: &str) -> Result<()> {
        let its = "cookie_hash = $1 and user_id in (select id from users where email_key = $2)";
        let sql = format!("update browsers set wrong_in_a_row = wrong_in_a_row + 1 where {its}");
        self.exec_any(sqlx::AssertSqlSafe(sql), args![cookie_hash, email.key()]).await?;
        let sql = format!("delete from browsers where {its} and wrong_in_a_row >= $3");
        self.exec_any(sqlx::AssertSqlSafe(sql), args![cookie_hash, email.key(), WRONG_IN_A_ROW]).await
    }

    /// Begins the count of wrong passwords in a row again.
    pub async fn note_right_in_browser(&mut self, user: UserId, cookie_hash: &str) -> Result<()> {
        let sql = "update browsers set wrong_in_a_row = 0 where cookie_hash = $1 and user_id = $2";
        self.exec_any(sql, args![cookie_hash, user]).await
    }

    /// Forgets all browsers of an account.
    pub(super) async fn delete_browsers(&mut self, user: UserId) -> Result<()> {
        self.exec_any("delete from browsers where user_id = $1", args![user]).await
    }

    /// Whether the person may be told of one more new browser; counts it.
    pub async fn may_tell_of_browser(&mut self, user: UserId, most: i64, within: Duration) -> Result<bool> {
        let since = self.clock.now().minus(within);
        self.note_below(Limit::NEW_BROWSER, &user.to_string(), (most, since)).await
    }
}
