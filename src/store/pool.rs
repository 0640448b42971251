//! The connections to the database: how they are opened, when they are thrown away, and why there is
//! none.
//!
//! A PostgreSQL connection that gives no answer, or that has become read-only, is closed, and so are all
//! that are as old ([`Stale`]). Nothing here waits without a limit: sqlx's pool has none for a ping, and
//! its connections have no TCP keepalive.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant as Opened};

use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyConnection, AnyPool, ConnectOptions, Connection, Executor};
use tokio::time::Instant;

use super::patience::Progress;
use super::{Dialect, Fault, Result};
use crate::clock::{NoResult, in_time};

/// How many connections are kept at most.
const CONNECTIONS: u32 = 12;
/// How long sqlx waits for a connection; the callers' limits are shorter.
const ACQUIRED_WITHIN: Duration = Duration::from_secs(15);
/// How long an idle connection may take to show that it is alive.
const PING_WITHIN: Duration = Duration::from_millis(400);
/// The last part of a wait for a connection, in which the portal finds out why there is none.
const CAUSE_WITHIN: Duration = Duration::from_millis(300);
/// How long SQLite itself waits for a lock; `store` repeats until the end of the wait.
pub(super) const SQLITE_LOCK: Duration = Duration::from_millis(300);

/// What every SQLite connection begins with. `full`: what was answered survives a power cut.
const SQLITE: &str = "pragma busy_timeout = 300; pragma journal_mode = wal; pragma synchronous = full; \
                      pragma foreign_keys = on";
/// What every PostgreSQL connection begins with. The limits are those of the server, for statements whose
/// client has given up or died: they end, and give back their locks. Servers from version 14 on notice
/// such a client themselves, on Linux. Statements are short: compiling one that follows aliases (half a
/// second) never pays.
const POSTGRES: &str = "set statement_timeout = '12s'; set lock_timeout = '9s'; \
                        set idle_in_transaction_session_timeout = '60s'; set tcp_keepalives_idle = 30; \
                        set tcp_keepalives_interval = 10; set tcp_keepalives_count = 3; set jit = off; \
                        select set_config(name, '2s', false) from pg_settings \
                        where name = 'client_connection_check_interval' and version() like '%linux%'";

/// The pool, with what is needed to tell why it has no connection.
#[derive(Clone)]
pub(super) struct Pool {
    pub(super) sql: AnyPool,
    pub(super) dialect: Dialect,
    pub(super) stale: Stale,
    pub(super) progress: Progress,
    options: AnyConnectOptions,
    asking: Arc<tokio::sync::Mutex<()>>,
}

impl fmt::Debug for Pool {
    /// Without the options, whose address may contain a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool").field("dialect", &self.dialect).finish_non_exhaustive()
    }
}

/// Connections opened before a certain time are not used any more.
#[derive(Clone, Debug, Default)]
pub(super) struct Stale(Arc<Mutex<Option<Opened>>>);

impl Stale {
    /// Marks all connections that are open now as not to be used any more.
    pub(super) fn mark(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Opened::now());
    }

    fn covers(&self, age: Duration) -> bool {
        let marked = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        marked.is_some_and(|marked| marked.elapsed() < age)
    }
}

impl Pool {
    /// A pool that opens its first connection when it is needed.
    pub(super) fn new(options: AnyConnectOptions, dialect: Dialect) -> Self {
        let stale = Stale::default();
        let pool = AnyPoolOptions::new()
            .max_connections(CONNECTIONS)
            .acquire_timeout(ACQUIRED_WITHIN)
            .test_before_acquire(false)
            .after_connect(move |connection, _| Box::pin(prepare(connection, dialect)));
        let pool = match dialect {
            Dialect::Sqlite => pool,
            Dialect::Postgres => {
                let stale = stale.clone();
                pool.before_acquire(move |connection, about| Box::pin(is_alive(connection, about.age, stale.clone())))
            }
        };
        let sql = pool.connect_lazy_with(options.clone());
        Self { sql, dialect, stale, progress: Progress::default(), options, asking: Arc::default() }
    }

    /// A connection, or why there is none.
    pub(super) async fn acquire(&self, until: Instant) -> Result<PoolConnection<Any>> {
        match self.progress.wait(until - CAUSE_WITHIN, self.sql.acquire()).await {
            Some(Err(sqlx::Error::PoolTimedOut)) | None => Err(self.why_none().await),
            Some(acquired) => Ok(acquired?),
        }
    }

    /// The pool goes on trying when the server refuses, and then tells only that the time is over. So a
    /// single attempt outside of the pool, one at a time, tells the cause.
    async fn why_none(&self) -> Fault {
        let ask = async {
            let _one_at_a_time = self.asking.lock().await;
            let mut connection = self.options.connect().await?;
            prepare(&mut connection, self.dialect).await?;
            connection.close().await
        };
        match in_time(CAUSE_WITHIN, ask).await {
            Ok(()) => Fault::Busy,
            Err(NoResult::Failed(error)) => Fault::Sql(error),
            Err(NoResult::TimedOut) => Fault::NoAnswer,
        }
    }
}

/// Prepares a new connection.
pub(super) async fn prepare(connection: &mut AnyConnection, dialect: Dialect) -> sqlx::Result<()> {
    let settings = match dialect {
        Dialect::Sqlite => SQLITE,
        Dialect::Postgres => POSTGRES,
    };
    connection.execute(settings).await.map(|_| ())
}

/// Whether an idle connection can be used.
async fn is_alive(connection: &mut AnyConnection, age: Duration, stale: Stale) -> sqlx::Result<bool> {
    if stale.covers(age) {
        return Ok(false);
    }
    match in_time(PING_WITHIN, connection.ping()).await {
        Ok(()) => Ok(true),
        Err(NoResult::Failed(error)) => {
            tracing::info!(%error, "an idle connection to the database had ended");
            Ok(false)
        }
        Err(NoResult::TimedOut) => {
            tracing::warn!("an idle connection to the database gave no answer");
            stale.mark();
            Ok(false)
        }
    }
}
