//! Opens the database, and creates it with its folder and its schema if missing.

use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use sqlx::any::{AnyConnectOptions, AnyPoolOptions, install_default_drivers};
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::{AnyConnection, AnyPool, AssertSqlSafe, Connection, Executor};
use tokio::sync::Semaphore;

use super::args::args;
use super::{Dialect, Result, Store};
use crate::clock::Clock;

static SCHEMA: Migrator = sqlx::migrate!();

/// How many connections are kept at most.
const CONNECTIONS: u32 = 12;
/// How often migrating is attempted while another portal migrates at the same time.
const SCHEMA_TRIES: u32 = 10;

/// Why the database can't be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The setting is not a database address.
    #[error("DATABASE_URL must begin with sqlite:// or postgres://")]
    Address,
    /// The folder of the SQLite file can't be made.
    #[error("the folder of the database can't be made: {0}")]
    Folder(#[from] std::io::Error),
    /// The database can't be reached or created.
    #[error("the database of DATABASE_URL can't be opened: {0}")]
    Connect(#[from] sqlx::Error),
    /// The schema can't be brought up to date.
    #[error("the schema of the database can't be brought up to date: {0}")]
    Schema(#[from] MigrateError),
}

/// The state of the schema before it was migrated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SchemaWas {
    /// There was none.
    Missing,
    /// One of an earlier version.
    Older,
    /// The schema of this version.
    Current,
}

impl Store {
    /// Opens the database at `url` (`sqlite://…` or `postgres://…`), creating what is missing.
    ///
    /// # Errors
    /// One sentence that says what is wrong, without the address, which may contain a password.
    pub async fn open(url: &SecretString, clock: Clock) -> Result<Self, OpenError> {
        Ok(Self::open_telling(url, clock).await?.0)
    }

    /// Like [`Store::open`], and also returns the state of the schema before.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub async fn open_telling(url: &SecretString, clock: Clock) -> Result<(Self, SchemaWas), OpenError> {
        install_default_drivers();
        let url = url.expose_secret();
        let dialect = match url.split_once(':').map(|(scheme, _)| scheme) {
            Some("sqlite") => Dialect::Sqlite,
            Some("postgres" | "postgresql") => Dialect::Postgres,
            _ => return Err(OpenError::Address),
        };
        let pool = match dialect {
            Dialect::Sqlite => connect_sqlite(url).await?,
            Dialect::Postgres => connect_postgres(url).await?,
        };
        let before = steps_taken(&pool).await;
        bring_up_to_date(&pool).await?;
        let was = match before {
            0 => SchemaWas::Missing,
            taken if taken < steps_taken(&pool).await => SchemaWas::Older,
            _ => SchemaWas::Current,
        };
        let turn = (dialect == Dialect::Sqlite).then(|| Arc::new(Semaphore::new(1)));
        Ok((Self { pool, dialect, clock, turn }, was))
    }

    /// Checks that the database accepts writes, with an update that changes nothing.
    ///
    /// # Errors
    /// When it does not.
    pub async fn is_writable(&self) -> Result<()> {
        self.exec_any("update accepted_names set name = name where name = ''", args![]).await
    }

    /// The text encoding of a PostgreSQL database, which may be other than UTF-8; `None` for SQLite.
    pub async fn encoding(&self) -> Result<Option<String>> {
        if self.dialect == Dialect::Sqlite {
            return Ok(None);
        }
        self.value("select current_setting('server_encoding')", args![]).await.map(Some)
    }

    /// Closes all connections. Not needed for durability.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

async fn connect_sqlite(url: &str) -> Result<AnyPool, OpenError> {
    let path = url.trim_start_matches("sqlite:").trim_start_matches("//");
    let path = path.split('?').next().unwrap_or(path);
    if let Some(folder) = Path::new(path).parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)?;
    }
    let joiner = if url.contains('?') { '&' } else { '?' };
    let url = if url.contains("mode=") { url.to_owned() } else { format!("{url}{joiner}mode=rwc") };
    let options = AnyConnectOptions::from_str(&url)?;
    let pool = AnyPoolOptions::new()
        .max_connections(CONNECTIONS)
        .test_before_acquire(false)
        .acquire_timeout(Duration::from_secs(10))
        .after_connect(|connection, _| {
            Box::pin(async move {
                let pragmas = "pragma journal_mode = wal; pragma synchronous = normal; \
                               pragma busy_timeout = 5000; pragma foreign_keys = on";
                connection.execute(pragmas).await.map(|_| ())
            })
        })
        .connect_with(options)
        .await?;
    Ok(pool)
}

async fn connect_postgres(url: &str) -> Result<AnyPool, OpenError> {
    let options = AnyConnectOptions::from_str(url)?;
    let pool = || {
        AnyPoolOptions::new()
            .max_connections(CONNECTIONS)
            .acquire_timeout(Duration::from_secs(10))
            .connect_with(options.clone())
    };
    match pool().await {
        Err(error) if is_missing_database(&error) => {
            create_postgres(&options).await?;
            Ok(pool().await?)
        }
        other => Ok(other?),
    }
}

/// PostgreSQL's code for a database that does not exist (`invalid_catalog_name`).
fn is_missing_database(error: &sqlx::Error) -> bool {
    error.as_database_error().and_then(|error| error.code().map(|code| code == "3D000")).unwrap_or(false)
}

/// Creates the database, with the collation of SQLite (by bytes) if the server supports it.
async fn create_postgres(options: &AnyConnectOptions) -> Result<(), sqlx::Error> {
    let name = options.database_url.path().trim_start_matches('/').replace('"', "\"\"");
    let mut maintenance = options.clone();
    maintenance.database_url.set_path("/postgres");
    let mut connection = AnyConnection::connect_with(&maintenance).await?;
    let sorted = format!("create database \"{name}\" encoding 'UTF8' locale 'C.UTF-8' template template0");
    if connection.execute(AssertSqlSafe(sorted)).await.is_err() {
        connection.execute(AssertSqlSafe(format!("create database \"{name}\""))).await?;
    }
    connection.close().await
}

/// How many migrations the database has applied; zero without a schema.
async fn steps_taken(pool: &AnyPool) -> i64 {
    let counted: Result<(i64,), _> = sqlx::query_as("select count(*) from _sqlx_migrations").fetch_one(pool).await;
    counted.map_or(0, |(steps,)| steps)
}

async fn bring_up_to_date(pool: &AnyPool) -> Result<(), MigrateError> {
    let mut tries = 1;
    loop {
        match SCHEMA.run(pool).await {
            Err(MigrateError::Execute(_) | MigrateError::ExecuteMigration(..)) if tries < SCHEMA_TRIES => {
                tries += 1;
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
            other => return other,
        }
    }
}
