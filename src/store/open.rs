//! Opens the database, and creates it with its folder and its schema if missing.

use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use sqlx::any::{AnyConnectOptions, install_default_drivers};
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AnyConnection, AssertSqlSafe, ConnectOptions, Connection, Executor};
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep, timeout, timeout_at};

use super::addresses::without_silent;
use super::args::args;
use super::cause::{Cause, Meaning, cause, meaning};
use super::file::FileError;
use super::mark::COPY;
use super::patience::deadline;
use super::pool::{Pool, prepare};
use super::{Dialect, Result, Store, file, pooler};
use crate::clock::Clock;
use crate::config::EMAILS_PER_ADDRESS;

static SCHEMA: Migrator = sqlx::migrate!();

/// How long opening waits for a server that refuses connections or is starting: it may be starting at
/// the same time as the portal.
const SERVER_WITHIN: Duration = Duration::from_secs(8);
/// The pause between two attempts to reach such a server, or to migrate beside another portal.
const PAUSE: Duration = Duration::from_millis(200);
/// How long one attempt to connect may take.
const CONNECTED_WITHIN: Duration = Duration::from_secs(5);
/// How long creating a PostgreSQL database may take.
const CREATED_WITHIN: Duration = Duration::from_secs(10);
/// How long the first statement may take, with a wait for a lock.
const COUNTED_WITHIN: Duration = Duration::from_secs(20);
/// How long migrating may take: on a large database a migration may rewrite whole tables.
const MIGRATED_WITHIN: Duration = Duration::from_mins(30);
/// How long migrating is attempted again on SQLite while another process migrates at the same time.
const OVERTAKEN_WITHIN: Duration = Duration::from_secs(5);
/// How long a statement waits for a lock while migrating. On PostgreSQL another portal that migrates has a
/// lock on the whole schema.
const MIGRATING_POSTGRES: &str = "set lock_timeout = '15s'; set statement_timeout = 0";
const MIGRATING_SQLITE: &str = "pragma busy_timeout = 5000";
/// How long closing may take.
const CLOSED_WITHIN: Duration = Duration::from_secs(1);

/// Why the database can't be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The setting is not a database address.
    #[error("DATABASE_URL must begin with sqlite:// or postgres://")]
    Address,
    /// The SQLite file can't be used.
    #[error(transparent)]
    File(#[from] FileError),
    /// A pooler is between the portal and PostgreSQL.
    #[error("DATABASE_URL leads to a connection pooler that does not keep sessions apart (transaction mode)")]
    Pooler,
    /// The database can't be reached or created.
    #[error("the database of DATABASE_URL can't be opened: {0}")]
    Connect(sqlx::Error),
    /// The database does not answer.
    #[error("the database of DATABASE_URL can't be opened: it does not answer")]
    NoAnswer,
    /// The schema is that of a newer version.
    #[error("the database has the schema of a newer version of the portal (migration {0} is not known to this one)")]
    SchemaNewer(i64),
    /// The schema is that of another build.
    #[error("the database has the schema of another build of the portal (its migration {0} differs)")]
    SchemaOther(i64),
    /// The schema can't be brought up to date.
    #[error("the schema of the database can't be brought up to date: {0}")]
    Schema(MigrateError),
    /// Bringing the schema up to date took too long.
    #[error("the schema of the database can't be brought up to date: it took longer than half an hour")]
    SchemaSlow,
}

impl From<sqlx::Error> for OpenError {
    fn from(error: sqlx::Error) -> Self {
        if pooler::refuses_parameters(&error) { Self::Pooler } else { Self::Connect(error) }
    }
}

impl From<MigrateError> for OpenError {
    fn from(error: MigrateError) -> Self {
        match error {
            MigrateError::VersionMissing(migration) => Self::SchemaNewer(migration),
            MigrateError::VersionMismatch(migration) => Self::SchemaOther(migration),
            other => Self::Schema(other),
        }
    }
}

impl OpenError {
    /// Why the database does not work.
    pub fn cause(&self) -> Cause {
        match self {
            Self::Connect(error)
            | Self::Schema(MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _)) => cause(error),
            Self::NoAnswer => Cause::NoAnswer,
            _ => Cause::Other,
        }
    }
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
        let options = match dialect {
            Dialect::Sqlite => file::prepared(url)?,
            Dialect::Postgres => without_silent(AnyConnectOptions::from_str(url)?).await,
        };
        let mut connection = reached(&options, dialect).await?;
        if dialect == Dialect::Postgres {
            let shared = timeout(CONNECTED_WITHIN, pooler::shares_sessions(&mut connection, &options)).await;
            if shared.map_err(|_| OpenError::NoAnswer)?? {
                return Err(OpenError::Pooler);
            }
        }
        let was = migrated(&mut connection, dialect).await?;
        connection.close().await?;
        let pool = Pool::new(options, dialect);
        let turn = (dialect == Dialect::Sqlite).then(|| Arc::new(Semaphore::new(1)));
        let operator = "operator".into();
        Ok((Self { pool, dialect, clock, emails_per_address: EMAILS_PER_ADDRESS, operator, turn }, was))
    }

    /// Checks that the database accepts writes, by writing a row that means nothing else.
    pub async fn check_writable(&self) -> Result<()> {
        let sql = "insert into write_checks (id, written_at) values (1, $1) \
                   on conflict (id) do update set written_at = excluded.written_at";
        self.exec_one(sql, args![self.clock.now()]).await
    }

    /// The text encoding of a PostgreSQL database, which may be other than UTF-8; `None` for SQLite.
    pub async fn encoding(&self) -> Result<Option<String>> {
        if self.dialect == Dialect::Sqlite {
            return Ok(None);
        }
        self.value("select current_setting('server_encoding')", args![]).await.map(Some)
    }

    /// Durability settings that are off: a power cut could lose answered changes.
    pub async fn not_durable(&self) -> Result<Vec<String>> {
        let sql = match self.dialect {
            Dialect::Sqlite => "select 'synchronous' from pragma_synchronous where synchronous < 2",
            Dialect::Postgres => {
                "select cast(name as text) from pg_settings \
                 where name in ('fsync', 'synchronous_commit') and setting = 'off' order by 1"
            }
        };
        self.values(sql, args![]).await
    }

    /// Whether the database is a file of the portal's own (SQLite).
    pub fn is_embedded(&self) -> bool {
        self.dialect == Dialect::Sqlite
    }

    /// Writes a copy of the embedded database to a file that is empty or does not exist. Others may write
    /// meanwhile.
    ///
    /// # Errors
    /// When the file can't be written; the copy is then unusable.
    pub async fn copy_to(&self, file: &Path) -> Result<()> {
        let mut connection = self.pool.acquire(deadline()).await?;
        let path = file.to_string_lossy().into_owned();
        sqlx::query("vacuum into $1").bind(path).execute(&mut *connection).await?;
        let mut copy = SqliteConnectOptions::new().filename(file).connect().await?;
        let sql = "insert into installation (id, place, mark) values (1, '', $1) \
                   on conflict (id) do update set mark = excluded.mark";
        sqlx::query(sql).bind(COPY).execute(&mut copy).await?;
        Ok(copy.close().await?)
    }

    /// Closes all connections that are not in use, and soon those that are. Not needed for durability.
    pub async fn close(&self) {
        drop(timeout(CLOSED_WITHIN, self.pool.sql.close()).await);
    }
}

/// A connection outside of the pool, to the database, which is created on PostgreSQL if it is missing.
/// A server that refuses connections is given a moment to start.
async fn reached(options: &AnyConnectOptions, dialect: Dialect) -> Result<AnyConnection, OpenError> {
    let until = Instant::now() + SERVER_WITHIN;
    loop {
        let connected = timeout(CONNECTED_WITHIN, options.connect()).await.map_err(|_| OpenError::NoAnswer)?;
        match connected {
            Ok(mut connection) => match prepare(&mut connection, dialect).await {
                // Another process makes the same new file, or has it to itself for a moment.
                Err(error) if meaning(&error) == Meaning::Locked && Instant::now() < until => sleep(PAUSE).await,
                prepared => return prepared.map(|()| connection).map_err(OpenError::Connect),
            },
            Err(error) if is_missing_database(&error) => {
                let created = timeout(CREATED_WITHIN, create_postgres(options)).await;
                created.map_err(|_| OpenError::NoAnswer)??;
            }
            Err(error) if is_starting(&error) && Instant::now() < until => sleep(PAUSE).await,
            Err(error) => return Err(error.into()),
        }
    }
}

/// Whether the server may be starting: it refuses connections, or says so.
fn is_starting(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code().map(|code| code == "57P03"));
    cause(error) == Cause::Refused || code.unwrap_or(false)
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
async fn migrations_applied(connection: &mut AnyConnection) -> Result<i64, OpenError> {
    let counted = sqlx::query_as("select count(*) from _sqlx_migrations").fetch_one(connection);
    match timeout(COUNTED_WITHIN, counted).await.map_err(|_| OpenError::NoAnswer)? {
        Ok((applied,)) => Ok(applied),
        Err(error) if meaning(&error) == Meaning::Statement => Ok(0),
        Err(error) => Err(error.into()),
    }
}

/// Brings the schema up to date, over this one connection: PostgreSQL's lock on the schema belongs to it,
/// and ends with it when a migration fails.
async fn migrated(connection: &mut AnyConnection, dialect: Dialect) -> Result<SchemaWas, OpenError> {
    let settings = match dialect {
        Dialect::Sqlite => MIGRATING_SQLITE,
        Dialect::Postgres => MIGRATING_POSTGRES,
    };
    timeout(CONNECTED_WITHIN, connection.execute(settings)).await.map_err(|_| OpenError::NoAnswer)??;
    let before = migrations_applied(connection).await?;
    let began = Instant::now();
    loop {
        let ran = timeout_at(began + MIGRATED_WITHIN, SCHEMA.run(&mut *connection)).await;
        match ran.map_err(|_| OpenError::SchemaSlow)? {
            Err(error) if dialect == Dialect::Sqlite && began.elapsed() < OVERTAKEN_WITHIN && is_overtaken(&error) => {
                sleep(PAUSE).await;
            }
            ran => break ran?,
        }
    }
    Ok(match before {
        0 => SchemaWas::Missing,
        before if before < migrations_applied(connection).await? => SchemaWas::Older,
        _ => SchemaWas::Current,
    })
}

/// Whether another process may have migrated at the same time: SQLite has no lock for a whole schema.
fn is_overtaken(error: &MigrateError) -> bool {
    match error {
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => meaning(error) != Meaning::Away,
        _ => false,
    }
}
