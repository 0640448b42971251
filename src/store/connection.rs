//! A connection for one statement or one transaction: each wait has a limit, and what cannot be relied
//! on afterwards does not go back to the pool.

use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::{Any, Executor};
use tokio::runtime::Handle;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, timeout};

use super::cause::{Meaning, concerns_all, meaning};
use super::patience::{Progress, deadline};
use super::pool::{Pool, SQLITE_LOCK, Stale};
use super::{Dialect, Fault, Result};
use crate::clock::{NoResult, in_time};

/// How long a connection may take to roll back and to show that it is alive, when it goes back.
const RETURNED_WITHIN: Duration = Duration::from_secs(2);

/// A connection that is in use.
#[derive(Debug)]
pub(super) struct Connection {
    pub(super) sql: PoolConnection<Any>,
    pub(super) waits: Waits,
    /// SQLite: the right to write, kept until a transaction that was not committed is rolled back.
    turn: Option<OwnedSemaphorePermit>,
}

/// The limit of the waits for a connection, and how they went.
#[derive(Debug)]
pub(super) struct Waits {
    /// The common end of all waits; without it each has a limit of its own.
    pub(super) until: Option<Instant>,
    is_lost: bool,
    stale: Option<Stale>,
    progress: Progress,
}

impl Waits {
    /// Waits for an answer. Without one, or if the answer is that the database does not work, the
    /// connection is closed afterwards.
    pub(super) async fn answer<T>(&mut self, statement: impl Future<Output = sqlx::Result<T>>) -> Result<T> {
        match self.progress.wait(self.until.unwrap_or_else(deadline), statement).await {
            Some(Ok(answer)) => Ok(answer),
            Some(Err(error)) => {
                self.is_lost |= meaning(&error) == Meaning::Away;
                if let Some(stale) = self.stale.as_ref().filter(|_| concerns_all(&error)) {
                    stale.mark();
                }
                Err(error.into())
            }
            None => {
                self.is_lost = true;
                Err(Fault::NoAnswer)
            }
        }
    }
}

impl Connection {
    /// A connection of the pool, for waits that end at `until`.
    pub(super) async fn acquire(pool: &Pool, turn: Option<OwnedSemaphorePermit>, until: Instant) -> Result<Self> {
        let sql = pool.acquire(until).await?;
        let stale = (pool.dialect == Dialect::Postgres).then(|| pool.stale.clone());
        Ok(Self {
            sql,
            waits: Waits { until: Some(until), is_lost: false, stale, progress: pool.progress.clone() },
            turn,
        })
    }

    /// Begins a transaction, whose statements have a limit each.
    pub(super) async fn begin(&mut self, dialect: Dialect, until: Instant) -> Result<()> {
        let Self { sql, waits, .. } = self;
        loop {
            // A beginning that is not waited for to its end leaves open whether there is a transaction.
            waits.is_lost = true;
            let begun = waits.answer(sql.execute(dialect.begin())).await;
            let is_locked = begun.as_ref().is_err_and(Fault::is_locked);
            waits.is_lost = begun.is_err() && !is_locked;
            if !(is_locked && may_repeat(until)) {
                waits.until = None;
                return begun.map(|_| ());
            }
        }
    }

    /// Commits the transaction.
    pub(super) async fn commit(&mut self) -> Result<()> {
        let Self { sql, waits, .. } = self;
        waits.answer(sql.execute("commit")).await.map_err(Fault::of_a_commit)?;
        waits.progress.mark();
        Ok(())
    }

    /// Rolls the transaction back. A connection for which this fails is closed, never reused: after a full
    /// disk or an I/O error SQLite has ended the transaction by itself, or it is still open.
    pub(super) async fn roll_back(mut self) {
        self.waits.is_lost = true;
        match in_time(RETURNED_WITHIN, self.sql.execute("rollback")).await {
            Ok(_) => {
                self.waits.is_lost = false;
                self.waits.progress.mark();
            }
            Err(NoResult::Failed(error)) => tracing::debug!(%error, "a transaction could not be rolled back"),
            Err(NoResult::TimedOut) => {
                tracing::warn!("a transaction was not rolled back in time: its connection is closed");
            }
        }
    }
}

/// Whether there is time for another attempt to get SQLite's lock before `until`.
pub(super) fn may_repeat(until: Instant) -> bool {
    Instant::now() + SQLITE_LOCK < until
}

impl Drop for Connection {
    fn drop(&mut self) {
        if self.waits.is_lost {
            return self.sql.close_on_drop();
        }
        if let Ok(runtime) = Handle::try_current() {
            // Left to itself, the pool would wait for ever for a connection that gives no answer.
            let (back, turn) = (self.sql.return_to_pool(), self.turn.take());
            runtime.spawn(async move {
                if timeout(RETURNED_WITHIN, back).await.is_err() {
                    tracing::warn!("a connection to the database gave no answer when it was returned, and is closed");
                }
                drop(turn);
            });
        }
    }
}
