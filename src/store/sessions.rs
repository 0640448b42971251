//! Sessions of signed-in people, stored under the hash of their identifier.

use std::time::Duration;

use tokio::time::timeout;

use super::args::args;
use super::{Fault, Store};
use crate::model::time::Timestamp;

/// A session ends this long after its last use.
const IDLE: Duration = Duration::from_hours(12);
/// A session ends this long after its beginning at the latest.
const LONGEST: Duration = Duration::from_hours(7 * 24);
/// The last use is written at most this often.
const USE_PRECISION: Duration = Duration::from_mins(1);

/// The time limit for recording the last use.
const NOTED_WITHIN: Duration = Duration::from_millis(200);

impl Store {
    /// Stores the changed data of a session, unless the session has ended meanwhile.
    pub async fn save_session(&self, id_hash: &str, data: &str) -> Result<(), Fault> {
        self.exec_any(
            "update sessions set data = $2, used_at = $3 where id_hash = $1",
            args![id_hash, data, self.clock.now()],
        )
        .await
    }

    /// Begins a session.
    pub async fn begin_session(&self, id_hash: &str, data: &str) -> Result<(), Fault> {
        self.exec_one(
            "insert into sessions (id_hash, data, created_at, used_at) values ($1, $2, $3, $3)",
            args![id_hash, data, self.clock.now()],
        )
        .await
    }

    /// The data of a session that has not ended.
    pub async fn session(&self, id_hash: &str) -> Result<Option<String>, Fault> {
        let now = self.clock.now();
        let row: Option<(String, Timestamp)> = self
            .first(
                "select data, used_at from sessions where id_hash = $1 and used_at > $2 and created_at > $3",
                args![id_hash, now.minus(IDLE), now.minus(LONGEST)],
            )
            .await?;
        let Some((data, used_at)) = row else { return Ok(None) };
        if now.since(used_at) >= USE_PRECISION {
            self.try_to_note_use(id_hash).await;
        }
        Ok(Some(data))
    }

    /// Records the use of a session, but gives up after a short time: displaying a page must not fail
    /// or be slow because the database cannot be written at the moment.
    async fn try_to_note_use(&self, id_hash: &str) {
        let note = async {
            if let Err(fault) = self.note_session_used(id_hash).await {
                tracing::warn!(%fault, "recording the use of a session failed");
            }
        };
        if timeout(NOTED_WITHIN, note).await.is_err() {
            tracing::debug!("recording the use of a session timed out");
        }
    }

    async fn note_session_used(&self, id_hash: &str) -> Result<(), Fault> {
        self.exec_any("update sessions set used_at = $2 where id_hash = $1", args![id_hash, self.clock.now()]).await
    }

    /// Ends a session.
    pub async fn delete_session(&self, id_hash: &str) -> Result<(), Fault> {
        self.exec_any("delete from sessions where id_hash = $1", args![id_hash]).await
    }

    /// Deletes the sessions that have ended.
    pub async fn tidy_sessions(&self) -> Result<(), Fault> {
        let now = self.clock.now();
        self.exec_any(
            "delete from sessions where used_at <= $1 or created_at <= $2",
            args![now.minus(IDLE), now.minus(LONGEST)],
        )
        .await
    }
}
