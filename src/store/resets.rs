//! Links to choose a new password, stored under the hash of their token.

use sqlx::AssertSqlSafe;

use super::args::args;
use super::users::USER_COLUMNS;
use super::{Credentials, Result, Store, Tx};
use crate::model::user::RESET_LINK_VALID;
use crate::model::{EmailAddress, Timestamp, UserId};

impl Store {
    /// The active account of an address, unless its password was set since `asked_at`.
    pub async fn account_to_reset(&self, email: &EmailAddress, asked_at: Timestamp) -> Result<Option<Credentials>> {
        let sql = format!(
            "select {USER_COLUMNS} from users where email_key = $1 and disabled_at is null \
             and (password_set_at is null or password_set_at <= $2)"
        );
        self.first(AssertSqlSafe(sql), args![email.key(), asked_at]).await
    }

    /// The active account of a link, if the link is valid.
    pub async fn account_of_reset_link(&self, token_hash: &str) -> Result<Option<Credentials>> {
        let sql = format!(
            "select {USER_COLUMNS} from users where disabled_at is null and id in \
             (select user_id from reset_links where token_hash = $1 and created_at > $2)"
        );
        self.first(AssertSqlSafe(sql), args![token_hash, self.clock.now().minus(RESET_LINK_VALID)]).await
    }
}

impl Tx {
    /// Stores the hash of a link that is about to be emailed; `false` if the account was closed or its
    /// password changed since the email was requested.
    pub async fn insert_reset_link(&mut self, user: UserId, token: &str, asked_at: Timestamp) -> Result<bool> {
        let sql = "insert into reset_links (token_hash, user_id, created_at) select $1, id, cast($3 as bigint) from users \
                   where id = $2 and disabled_at is null and (password_set_at is null or password_set_at <= $4)";
        self.changes(sql, args![token, user, self.clock.now(), asked_at]).await
    }

    /// Uses up a link of an account, and returns when it was sent; `None` if it has expired or was used
    /// concurrently. The caller holds the lock on the account.
    pub async fn use_reset_link(&mut self, user: UserId, token_hash: &str) -> Result<Option<Timestamp>> {
        let sql = "delete from reset_links where user_id = $1 and token_hash = $2 and created_at > $3 \
                   returning created_at";
        self.first_value(sql, args![user, token_hash, self.clock.now().minus(RESET_LINK_VALID)]).await
    }

    /// Invalidates all links of an account.
    pub(super) async fn delete_reset_links(&mut self, user: UserId) -> Result<()> {
        self.exec_any("delete from reset_links where user_id = $1", args![user]).await
    }
}
