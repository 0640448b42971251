//! A schema that cannot be brought up to date ends the start with one sentence, soon, and never hangs it.

use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use sqlx::{Connection, Executor};

use crate::support::database::{self, Database};
use crate::support::dimail::Dimail;
use crate::support::on_both;
use crate::support::process::{Process, run};
use crate::support::world::{PATIENCE, World};

on_both!(that_fails);

/// The program with all settings of "serve".
fn command(world: &World, name: &str) -> Command {
    let mut command = world.command(&[name]);
    command.env("LISTEN", "127.0.0.1:0").env("PUBLIC_URL", "https://portail.test");
    command
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// The database belongs to another program.
async fn that_fails(database: Database) {
    let world = World::around(database, Dimail::with(&["--seed"])).await;
    make(&world.database.url).await;
    world.database.change("create table users (id text)").await;
    for name in ["doctor", "serve"] {
        let began = Instant::now();
        let output = run(command(&world, name), "");
        let said = said(&output);
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(began.elapsed() < Duration::from_secs(40), "{name} took {:?}", began.elapsed());
        assert!(said.contains("can't be brought up to date: while executing migration 1"), "{said}");
        assert!(said.contains("already exists"), "{said}");
    }
}

/// Makes the empty database.
async fn make(url: &str) {
    sqlx::any::install_default_drivers();
    if let Some(file) = url.strip_prefix("sqlite://") {
        std::fs::create_dir_all(Path::new(file).parent().expect("a folder")).expect("a folder");
        std::fs::write(file, "").expect("a file");
        return;
    }
    let mut admin = sqlx::AnyConnection::connect(&database::server().expect("a server")).await.expect("the server");
    let name = url.rsplit('/').next().expect("a name");
    admin.execute(sqlx::AssertSqlSafe(format!("create database {name}"))).await.expect("a database");
    admin.close().await.expect("closed");
}

/// Another portal, or an operator, has a lock on the schema.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn that_waits() {
    let Some(database) = Database::postgres() else { return };
    let world = World::around(database, Dimail::with(&["--seed"])).await;
    assert!(run(world.command(&["users", "list"]), "").status.success());
    sqlx::any::install_default_drivers();
    let mut other = sqlx::AnyConnection::connect(&world.database.url).await.expect("the database");
    other.execute("begin; lock table _sqlx_migrations in access exclusive mode").await.expect("a lock");
    let folder = tempfile::TempDir::new().expect("a folder");
    let log = folder.path().join("log");
    let mut process = Process::logging_to(command(&world, "serve"), &log);
    let waits = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    world.until("a start that waits", || async { world.database.number(waits).await > 0 }).await;
    process.terminate();
    let (status, took) = process.end(PATIENCE).await;
    assert!(status.success() && took < Duration::from_secs(3), "{status} after {took:?}");

    let began = Instant::now();
    let output = run(command(&world, "doctor"), "");
    let said = said(&output);
    assert!(began.elapsed() < Duration::from_secs(45), "it took {:?}", began.elapsed());
    assert!(said.contains("wrong  DATABASE_URL: "), "{said}");
    assert!(said.contains("lock timeout") && said.contains("end the program that holds a lock"), "{said}");
    other.execute("rollback").await.expect("given back");
    other.close().await.expect("closed");
}
