//! A database that was restored from a backup: the emails that waited in the backup are held, and told to
//! the operator, who decides about them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::support::database::{Database, server};
use crate::support::process::run;
use crate::support::world::{PATIENCE, Portal, SUPPORT, World};

/// The SQLite file of the database.
fn file(database: &Database) -> PathBuf {
    database.url.trim_start_matches("sqlite://").into()
}

fn succeeds(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// What the commands of the operator print.
fn operator(world: &World, arguments: &[&str]) -> String {
    succeeds(&world.operator(arguments))
}

/// How many emails the support of the domains received.
fn to_support(world: &World) -> usize {
    world.post.emails().iter().filter(|email| email.to == SUPPORT).count()
}

/// How many emails were received twice, by their Message-ID.
fn twice(world: &World) -> usize {
    let emails = world.post.emails();
    let id = |data: &str| data.lines().find(|line| line.starts_with("Message-ID")).expect("an id").to_owned();
    let ids: Vec<String> = emails.iter().map(|email| id(&email.data)).collect();
    ids.len() - ids.iter().collect::<BTreeSet<_>>().len()
}

/// A world with a portal that stopped with two waiting emails of which a backup was made; after that they
/// left.
async fn with_backup(database: Database, backup: impl Fn(&Database)) -> World {
    let world = World::start(database).await;
    world.post.answer("greeting", "421 busy");
    let mut portal = world.portal().await;
    world.anna(&portal).await.add_domain("sauve.test").await;
    world.until("two emails", || async { world.emails_waiting().await == 2 }).await;
    stop(&mut portal).await;
    if world.kind() == "SQLite" {
        world.database.change("pragma wal_checkpoint(truncate)").await;
    }
    backup(&world.database);
    world.post.behave();
    world.again(&mut portal).await;
    world.until("no email waiting", || async { world.emails_waiting().await == 0 }).await;
    assert_eq!(world.post.emails().len(), 2);
    assert_eq!(operator(&world, &["emails", "held"]), "", "a stop is no restore");
    stop(&mut portal).await;
    world
}

async fn stop(portal: &mut Portal) {
    portal.process.terminate();
    portal.process.end(PATIENCE).await;
}

/// The start after the restore: the emails are held, told, and released or withdrawn.
async fn is_told(world: &World) {
    let portal = world.portal().await;
    assert!(world.logged(&portal).contains("this database is a copy"), "{}", world.logged(&portal));
    let mut doctor = world.command(&["doctor"]);
    doctor.env("LISTEN", "127.0.0.1:0").env("PUBLIC_URL", "https://portail.test");
    let said = String::from_utf8_lossy(&run(doctor, "").stdout).into_owned();
    assert!(said.contains("wrong  emails: 2 are held"), "{said}");
    // New emails leave; the held ones do not.
    assert_eq!(to_support(world), 1);
    world.anna(&portal).await.add_domain("neuve.test").await;
    world.until("a new email", || async { to_support(world) == 2 }).await;
    assert_eq!(operator(world, &["emails", "held"]).lines().count(), 2);
    assert_eq!(twice(world), 0);

    assert_eq!(operator(world, &["emails", "release"]), "2 released\n");
    world.until("the held emails, with the same Message-ID", || async { twice(world) == 2 }).await;
    assert_eq!(operator(world, &["emails", "withdraw"]), "0 withdrawn\n");
    assert_eq!(operator(world, &["emails", "held"]), "");
}

/// A world whose file was copied, and from which SQLite's other files are removed.
async fn with_copy() -> (World, PathBuf) {
    let keep = |database: &Database| drop(std::fs::copy(file(database), file(database).with_extension("bak")));
    let world = with_backup(Database::sqlite(), keep).await;
    let file = file(&world.database);
    forget_log(&file);
    (world, file)
}

fn forget_log(file: &Path) {
    for beside in ["db-wal", "db-shm"] {
        drop(std::fs::remove_file(file.with_extension(beside)));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn emails_of_a_restored_file_are_held() {
    let (world, file) = with_copy().await;
    // As `install` does: a new file.
    std::fs::remove_file(&file).expect("removed");
    std::fs::copy(file.with_extension("bak"), &file).expect("restored");
    is_told(&world).await;
}

/// As `cp` does: the same file with another content.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn emails_of_an_overwritten_file_are_held() {
    let (world, file) = with_copy().await;
    std::fs::copy(file.with_extension("bak"), &file).expect("restored");
    is_told(&world).await;
}

/// A backup that the portal made since its start is marked as one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn emails_of_an_overwritten_file_are_held_without_a_start_between() {
    let mut world = World::start(Database::sqlite()).await;
    world.post.answer("greeting", "421 busy");
    let mut portal = world.portal().await;
    world.anna(&portal).await.add_domain("sauve.test").await;
    world.until("two emails", || async { world.emails_waiting().await == 2 }).await;
    let file = file(&world.database);
    let backup = file.with_extension("bak");
    operator(&world, &["backup", &backup.display().to_string()]);
    world.post.behave();
    world.until("no email waiting", || async { world.emails_waiting().await == 0 }).await;
    stop(&mut portal).await;
    // A connection that stays open would go on with pages that it has read before.
    if let Some(pool) = world.database.pool.take() {
        pool.close().await;
    }
    forget_log(&file);
    std::fs::copy(backup, &file).expect("restored");
    is_told(&world).await;
}

/// The file with the mark is missing, as after an upgrade, or cannot be written: that is no restore.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_mark_is_no_restore() {
    let world = World::start(Database::sqlite()).await;
    world.post.answer("greeting", "421 busy");
    let mut portal = world.portal().await;
    world.anna(&portal).await.add_domain("sauve.test").await;
    world.until("two emails", || async { world.emails_waiting().await == 2 }).await;
    let mark = file(&world.database).with_extension("db.mark");
    for is_folder in [false, true, true, false, false] {
        stop(&mut portal).await;
        if is_folder {
            // Nothing can be written there, not even by root.
            drop(std::fs::remove_file(&mark));
            std::fs::create_dir_all(&mark).expect("a folder");
        } else {
            drop(std::fs::remove_dir(&mark));
            drop(std::fs::remove_file(&mark));
        }
        world.again(&mut portal).await;
        assert_eq!(operator(&world, &["emails", "held"]), "");
    }
    stop(&mut portal).await;
    world.again(&mut portal).await;
    assert_eq!(operator(&world, &["emails", "held"]), "");
    assert!(mark.is_file());
}

/// A program of PostgreSQL.
fn postgres(program: &str, arguments: &[&str]) {
    let folders = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().filter_map(Result::ok);
    let found = folders.map(|folder| folder.path().join("bin").join(program)).find(|path: &PathBuf| path.exists());
    let program = found.unwrap_or_else(|| Path::new(program).to_owned());
    succeeds(&Command::new(program).args(arguments).output().expect("the program of PostgreSQL"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn emails_of_a_restored_postgres_are_held() {
    if server().is_none() {
        return;
    }
    let folder = tempfile::TempDir::new().expect("a folder");
    let dump = folder.path().join("portal.dump").display().to_string();
    let keep = |database: &Database| postgres("pg_dump", &["--format=custom", "--file", &dump, &database.url]);
    let world = with_backup(Database::postgres().expect("a server"), keep).await;
    let target = format!("--dbname={}", world.database.url);
    postgres("pg_restore", &["--clean", "--if-exists", "--no-owner", &target, &dump]);
    is_told(&world).await;
}
