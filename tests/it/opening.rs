//! Opening a database: the file that is made, and what is not a database of this portal.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use dimail_portal::clock::Clock;
use dimail_portal::store::{FileError, OpenError, Store};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::support::database::Database;
use crate::support::pooler::Pooler;

async fn open(url: &str) -> Result<Store, OpenError> {
    Store::open(&url.into(), Clock::system()).await
}

fn mode(file: &Path) -> u32 {
    std::fs::metadata(file).expect("a file").permissions().mode() & 0o777
}

#[tokio::test]
async fn only_the_owner_may_read_the_file_that_is_made() {
    let folder = TempDir::new().expect("a folder");
    let url = format!("sqlite://{}/portal.db", folder.path().display());
    let store = open(&url).await.expect("a database");
    store.check_writable().await.expect("written");
    for name in ["portal.db", "portal.db-wal", "portal.db-shm"] {
        assert_eq!(mode(&folder.path().join(name)), 0o600, "{name}");
    }
    store.close().await;
    let file = folder.path().join("portal.db");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).expect("changed");
    open(&url).await.expect("the same database").close().await;
    assert_eq!(mode(&file), 0o640, "what an operator chose stays");
}

#[tokio::test]
async fn an_encoded_path_is_opened_where_it_is_made() {
    let folder = TempDir::new().expect("a folder");
    let url = format!("sqlite://{}/donn%C3%A9es%20%28essai%29/portail%3F.db", folder.path().display());
    open(&url).await.expect("a database").close().await;
    assert!(folder.path().join("données (essai)/portail?.db").is_file());
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 1, "no other folder is made");
    open(&url).await.expect("the same database").close().await;
}

#[tokio::test]
async fn what_is_no_database_is_told_and_stays_as_it_is() {
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("notes.txt");
    for content in ["x", "a text that is longer than the header of a database"] {
        std::fs::write(&file, content).expect("written");
        let opened = open(&format!("sqlite://{}", file.display())).await;
        assert!(matches!(opened, Err(OpenError::File(FileError::NotADatabase))), "{opened:?}");
        assert_eq!(std::fs::read_to_string(&file).expect("a text"), content);
    }
    for url in ["sqlite::memory:", "sqlite://:memory:", "sqlite://x?mode=memory", "sqlite://"] {
        let opened = open(url).await;
        assert!(matches!(opened, Err(OpenError::File(FileError::Missing))), "{url}: {opened:?}");
    }
}

async fn other_schemas(database: Database) {
    open(&database.url).await.expect("a database").close().await;
    let later = "insert into _sqlx_migrations (version, description, success, checksum, execution_time) \
                 select 99999, description, success, checksum, execution_time from _sqlx_migrations where version = 1";
    database.change(later).await;
    let opened = open(&database.url).await;
    assert!(matches!(opened, Err(OpenError::SchemaNewer(99999))), "{opened:?}");
    database.change("delete from _sqlx_migrations where version = 99999").await;
    open(&database.url).await.expect("a database").close().await;
    database.close().await;
}

#[tokio::test]
async fn a_newer_schema_is_told_sqlite() {
    other_schemas(Database::sqlite()).await;
}

#[tokio::test]
async fn a_newer_schema_is_told_postgres() {
    if let Some(database) = Database::postgres() {
        other_schemas(database).await;
    }
}

#[tokio::test]
async fn a_pooler_in_transaction_mode_is_told() {
    let Some(database) = Database::postgres() else { return };
    open(&database.url).await.expect("a database").close().await;
    let pooler = Pooler::before(&database.url).await;
    let opened = open(&pooler.url).await;
    assert!(matches!(opened, Err(OpenError::Pooler)), "{opened:?}");
    open(&database.url).await.expect("the server itself").close().await;
}

/// A file is synchronised at each commit.
#[tokio::test]
async fn what_is_answered_survives_a_power_cut() {
    let database = Database::sqlite();
    let store = open(&database.url).await.expect("a database");
    assert_eq!(store.not_durable().await.expect("an answer"), [""; 0]);
    store.close().await;
}

/// So is a server, unless its settings say otherwise: the portal tells.
#[tokio::test]
async fn a_server_that_forgets_what_it_answered_is_told() {
    let Some(database) = Database::postgres() else { return };
    open(&database.url).await.expect("a database").close().await;
    let name = database.text("select current_database()::text").await;
    for value in ["on", "off"] {
        database.change(&format!("alter database {name} set synchronous_commit = {value}")).await;
        let store = open(&database.url).await.expect("a database");
        let off = store.not_durable().await.expect("an answer");
        assert_eq!(off.contains(&"synchronous_commit".to_owned()), value == "off", "{off:?}");
        let fsync = database.text("select current_setting('fsync')").await;
        assert_eq!(off.contains(&"fsync".to_owned()), fsync == "off", "{off:?}");
        store.close().await;
    }
    database.close().await;
}

/// The database is missing, and the connection that would create it gets no answer.
#[tokio::test]
async fn a_server_that_goes_silent_when_a_database_is_made_is_told() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("its address").port();
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a connection");
        let mut hello = [0; 1024];
        assert!(stream.read(&mut hello).await.expect("a greeting") > 0);
        let fields = b"SFATAL\0VFATAL\0C3D000\0Mdatabase \"x\" does not exist\0\0";
        let length = i32::try_from(fields.len() + 4).expect("short");
        let told = [b"E".as_slice(), &length.to_be_bytes(), fields].concat();
        stream.write_all(&told).await.expect("told");
        let silent = listener.accept().await.expect("another connection");
        std::future::pending::<()>().await;
        drop(silent);
    });
    let url = format!("postgres://portal@127.0.0.1:{port}/x?sslmode=disable");
    let opened = tokio::time::timeout(Duration::from_secs(20), open(&url)).await.expect("an end");
    assert!(matches!(opened, Err(OpenError::NoAnswer)), "{opened:?}");
    server.abort();
}
