//! Sessions of signed-in people, stored under the hash of their identifier.

use std::time::Duration;

use sqlx::AssertSqlSafe;

use super::args::args;
use super::columns::from_row;
use super::patience::unless_slow;
use super::users::USER_COLUMNS;
use super::{Credentials, Result, Store};
use crate::model::user::{SESSION_IDLE, SESSION_LONGEST};
use crate::model::{Timestamp, UserId};

/// The last use is written at most this often.
const USE_PRECISION: Duration = Duration::from_mins(1);

/// A session that has not ended.
#[derive(Clone, Debug)]
pub struct StoredSession {
    /// Its data.
    pub data: String,
    /// The active account of the person who is signed in.
    pub account: Option<Credentials>,
    used_at: Timestamp,
}

from_row! { StoredSession { data, account: row if "id", used_at } }

impl Store {
    /// Stores the changed data of a session, unless the session has ended meanwhile.
    pub async fn save_session(&self, id_hash: &str, data: &str, user: Option<UserId>) -> Result<()> {
        let sql = "update sessions set data = $2, used_at = $3, user_id = $4 where id_hash = $1";
        self.exec_any(sql, args![id_hash, data, self.clock.now(), user]).await
    }

    /// Begins a session; `user` is signed in.
    pub async fn begin_session(&self, id_hash: &str, data: &str, user: Option<UserId>) -> Result<()> {
        let sql = "insert into sessions (id_hash, data, created_at, used_at, user_id) values ($1, $2, $3, $3, $4)";
        self.exec_one(sql, args![id_hash, data, self.clock.now(), user]).await
    }

    /// A session that has not ended, with its account.
    pub async fn session(&self, id_hash: &str) -> Result<Option<StoredSession>> {
        let now = self.clock.now();
        let sql = format!(
            "select sessions.data, sessions.used_at, {USER_COLUMNS} from sessions \
             left join users on users.id = sessions.user_id and users.disabled_at is null \
             where sessions.id_hash = $1 and sessions.used_at > $2 and sessions.created_at > $3"
        );
        let args = args![id_hash, now.minus(SESSION_IDLE), now.minus(SESSION_LONGEST)];
        let found: Option<StoredSession> = self.first(AssertSqlSafe(sql), args).await?;
        if found.as_ref().is_some_and(|session| now.since(session.used_at) >= USE_PRECISION) {
            unless_slow("recording the use of a session", self.note_session_used(id_hash)).await;
        }
        let account = |found: Credentials| Credentials { person: found.person.in_session(id_hash), ..found };
        Ok(found.map(|found| StoredSession { account: found.account.map(account), ..found }))
    }

    async fn note_session_used(&self, id_hash: &str) -> Result<()> {
        self.exec_any("update sessions set used_at = $2 where id_hash = $1", args![id_hash, self.clock.now()]).await
    }

    /// Ends a session.
    pub async fn delete_session(&self, id_hash: &str) -> Result<()> {
        self.exec_any("delete from sessions where id_hash = $1", args![id_hash]).await
    }
}
