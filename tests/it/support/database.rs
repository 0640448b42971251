//! A database for each story, and queries on its tables.

use sqlx::any::{AnyPoolOptions, AnyRow, install_default_drivers};
use sqlx::{AnyPool, AssertSqlSafe, Connection, Executor, Row};
use tempfile::TempDir;
use tokio::sync::OnceCell;

/// A new database, deleted when it is dropped.
pub(crate) struct Database {
    /// Its address, in the format of `DATABASE_URL`.
    pub(crate) url: String,
    place: Place,
    /// Its connection; without one the next query opens it.
    pub(crate) pool: OnceCell<AnyPool>,
}

enum Place {
    Folder { _folder: TempDir },
    Server { maintenance: String, name: String },
}

/// The PostgreSQL server on which the stories run too, if `TEST_DATABASE_URL` names one.
pub(crate) fn server() -> Option<String> {
    std::env::var("TEST_DATABASE_URL").ok().filter(|url| !url.is_empty())
}

impl Database {
    /// A SQLite file in a folder of its own, in memory if the machine allows it.
    pub(crate) fn sqlite() -> Self {
        let folder = TempDir::new_in("/dev/shm").or_else(|_| TempDir::new()).expect("a folder");
        let url = format!("sqlite://{}/new/portal.db", folder.path().display());
        Self { url, place: Place::Folder { _folder: folder }, pool: OnceCell::new() }
    }

    /// A database on the server of `TEST_DATABASE_URL`; the portal creates it when it opens it.
    pub(crate) fn postgres() -> Option<Self> {
        let mut url: reqwest::Url = server()?.parse().expect("TEST_DATABASE_URL is no address");
        url.set_path("/postgres");
        let maintenance = url.to_string();
        let name = format!("it_{}", uuid::Uuid::new_v4().simple());
        url.set_path(&name);
        Some(Self { url: url.to_string(), place: Place::Server { maintenance, name }, pool: OnceCell::new() })
    }

    async fn rows(&self, sql: &str) -> Vec<AnyRow> {
        let pool = self.pool.get_or_init(async || {
            install_default_drivers();
            AnyPoolOptions::new().max_connections(1).connect(&self.url).await.expect("the portal's database")
        });
        let rows = sqlx::query(AssertSqlSafe(sql.to_owned())).fetch_all(pool.await).await;
        rows.unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// The number that a query returns.
    pub(crate) async fn number(&self, sql: &str) -> i64 {
        let rows = self.rows(sql).await;
        rows.first().unwrap_or_else(|| panic!("no row: {sql}")).get(0)
    }

    /// How many rows of a table match a condition.
    pub(crate) async fn count(&self, from_where: &str) -> i64 {
        self.number(&format!("select count(*) from {from_where}")).await
    }

    /// The rows of a query as texts, with the columns joined by `|`; null is `-`.
    pub(crate) async fn texts(&self, sql: &str) -> Vec<String> {
        let rows = self.rows(sql).await;
        let cell = |row: &AnyRow, n: usize| {
            if let Ok(text) = row.try_get::<Option<String>, _>(n) {
                return text.unwrap_or_else(|| "-".to_owned());
            }
            row.try_get::<Option<i64>, _>(n)
                .expect("text or number")
                .map_or("-".to_owned(), |number| number.to_string())
        };
        rows.iter().map(|row| (0..row.len()).map(|n| cell(row, n)).collect::<Vec<_>>().join("|")).collect()
    }

    /// The single text that a query returns.
    pub(crate) async fn text(&self, sql: &str) -> String {
        let mut texts = self.texts(sql).await;
        assert_eq!(texts.len(), 1, "{sql}: {texts:?}");
        texts.remove(0)
    }

    /// Changes rows directly, without the portal.
    pub(crate) async fn change(&self, sql: &str) {
        self.rows(sql).await;
    }

    /// From now on the portal cannot write: on SQLite this connection holds the only write lock; on
    /// PostgreSQL the database is read-only for new connections, and the portal has to open new
    /// ones.
    pub(crate) async fn refuse_writes(&self) {
        match &self.place {
            Place::Folder { .. } => self.change("begin immediate").await,
            Place::Server { name, .. } => self.set_read_only(name, "on").await,
        }
    }

    /// The portal can write again.
    pub(crate) async fn accept_writes(&self) {
        match &self.place {
            Place::Folder { .. } => self.change("rollback").await,
            Place::Server { name, .. } => self.set_read_only(name, "off").await,
        }
    }

    async fn set_read_only(&self, name: &str, value: &str) {
        self.change(&format!("alter database {name} set default_transaction_read_only = {value}")).await;
        let end_others = "select count(pg_terminate_backend(pid)) from pg_stat_activity \
                          where datname = current_database() and pid <> pg_backend_pid()";
        // The connections take a moment to end.
        while self.number(end_others).await > 0 {}
    }

    /// Closes the connection.
    pub(crate) async fn close(&self) {
        if let Some(pool) = self.pool.get() {
            pool.close().await;
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let Place::Server { maintenance, name } = &self.place else { return };
        let (maintenance, sql) = (maintenance.clone(), format!("drop database if exists {name} with (force)"));
        // In a thread of its own, because this runs inside the runtime of the test, also when the
        // test fails.
        let dropping = std::thread::spawn(move || {
            install_default_drivers();
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                let mut connection = sqlx::AnyConnection::connect(&maintenance).await?;
                connection.execute(AssertSqlSafe(sql)).await.map(|_| ())
            })
        });
        if !std::thread::panicking() {
            dropping.join().expect("a thread").expect("the database is dropped");
        }
    }
}
