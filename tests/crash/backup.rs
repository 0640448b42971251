//! Backups: nobody but their owner reads them, a failure does not touch the last one, and what is
//! restored is what was saved, nothing mixed into it.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

use crate::installation::{fails, lines, said};
use crate::support::database::{self, Database};
use crate::support::dimail::Dimail;
use crate::support::not_tested;
use crate::support::world::{ANNA, World};

fn mode(file: &Path) -> u32 {
    std::fs::metadata(file).expect("a file").permissions().mode() & 0o777
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_the_embedded_database() {
    let world = World::start(Database::sqlite()).await;
    let portal = world.portal().await;
    let anna = world.anna(&portal).await;
    anna.add_domain("ville.test").await;
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("portal.db");
    let path = file.display().to_string();
    std::fs::write(&file, "yesterday's").expect("written");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).expect("set");
    assert_eq!(lines(&world.operator(&["backup", &path])), [format!("{path}\twritten")]);
    assert_eq!(mode(&file), 0o600);
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 1, "only the backup");

    let copied = std::fs::read(&file).expect("a file");
    std::fs::create_dir(folder.path().join("portal.db.unfinished")).expect("a folder");
    fails(&world.operator(&["backup", &path]), 1, "can't be written");
    assert_eq!(std::fs::read(&file).expect("a file"), copied, "the last backup stays");

    let mut restored = world.command(&["domains", "list"]);
    restored.env("DATABASE_URL", format!("sqlite://{path}"));
    let listed = lines(&crate::support::process::run(restored, ""));
    assert!(listed.len() == 1 && listed[0].starts_with("ville.test\t"), "{listed:?}");
}

/// The commands of docs/operation.md for PostgreSQL, for this database and folder.
struct Documented {
    lines: Vec<String>,
    server: reqwest::Url,
}

impl Documented {
    fn new(database: &Database, folder: &Path) -> Self {
        let page = std::fs::read_to_string("docs/operation.md").expect("a page");
        let part = page.split("## Backup and restore").nth(1).expect("a part");
        let part = part.split("\nPostgreSQL, while").nth(1).expect("PostgreSQL").split("\n## ").next().expect("a part");
        let server: reqwest::Url = database::server().expect("a server").parse().expect("an address");
        let name = database.url.rsplit('/').next().expect("a name");
        let folder = folder.display().to_string();
        let lines = part.lines().filter_map(|line| line.strip_prefix("    ")).map(|line| {
            line.replace("runuser -u postgres -- ", "")
                .replace("/etc/dimail-portal", &folder)
                .replace("/var/backups", &folder)
                .replace("--owner=dimail_portal", &format!("--owner={}", server.username()))
                .replace("dimail_portal", name)
        });
        Self { lines: lines.collect(), server }
    }

    /// Runs the lines that begin with these words, as one script.
    fn run(&self, beginnings: &[&str]) -> Output {
        let is_asked = |line: &&String| beginnings.iter().any(|beginning| line.starts_with(beginning));
        let lines: Vec<&str> = self.lines.iter().filter(is_asked).map(String::as_str).collect();
        assert_eq!(lines.len(), beginnings.len(), "{lines:?}");
        self.shell(&format!("set -e\n{}", lines.join("\n")))
    }

    fn shell(&self, script: &str) -> Output {
        let mut shell = Command::new("/bin/sh");
        shell.args(["-c", script]).env("PGHOST", self.server.host_str().expect("a host"));
        shell.env("PGPORT", self.server.port().unwrap_or(5432).to_string()).env("PGUSER", self.server.username());
        if let Some(password) = self.server.password() {
            shell.env("PGPASSWORD", password);
        }
        shell.output().expect("a shell")
    }

    /// The answer to a query on a database.
    fn ask(&self, name: &str, sql: &str) -> String {
        let script = format!("psql --no-psqlrc --tuples-only --no-align --dbname={name} --command=\"{sql}\"");
        let output = self.shell(&script);
        assert!(output.status.success(), "{:?}", said(&output));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_postgresql_as_documented() {
    let Some(database) = Database::postgres() else { return };
    let look = "for name in pg_dump psql createdb pg_restore dropdb; do command -v $name || exit 1; done";
    let looked = Command::new("/bin/sh").args(["-c", look]).output();
    if !looked.expect("a shell").status.success() {
        return not_tested("BACKUP_TESTS", "backups of PostgreSQL: there are no programs of a PostgreSQL client");
    }
    let world = World::start(database).await;
    let folder = TempDir::new().expect("a folder");
    let name = world.database.url.rsplit('/').next().expect("a name").to_owned();
    let documented = Documented::new(&world.database, folder.path());
    let (url, dump) = (folder.path().join("database-url"), folder.path().join("portal.dump"));
    std::fs::write(&url, &world.database.url).expect("written");
    lines(&documented.run(&["umask", "pg_dump", "mv"]));
    assert_eq!(mode(&dump), 0o600);

    let copied = std::fs::read(&dump).expect("a file");
    std::fs::write(&url, "postgres://postgres@127.0.0.1:1/postgres").expect("written");
    assert!(!documented.run(&["umask", "pg_dump", "mv"]).status.success());
    assert_eq!(std::fs::read(&dump).expect("a file"), copied, "the last backup stays");
    std::fs::write(&url, &world.database.url).expect("written");

    // What a newer version would have made, and what was lost.
    documented.ask(&name, "create table later (x bigint); delete from users");
    let others = format!("select count(*) from pg_stat_activity where datname = '{name}' and pid <> pg_backend_pid()");
    world.until("the end of all commands", || async { documented.ask("postgres", &others) == "0" }).await;
    lines(&documented.run(&["psql", "createdb", "pg_restore"]));
    let tables = "select count(*) from information_schema.tables where table_name = 'later'";
    assert_eq!(documented.ask(&name, tables), "0", "no mixture");
    assert!(lines(&world.operator(&["users", "list"]))[0].starts_with(ANNA));
    lines(&documented.run(&["dropdb"]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_another_database_is_refused() {
    let Some(database) = Database::postgres() else { return };
    let world = World::around(database, Dimail::with(&["--seed"])).await;
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("portal.db").display().to_string();
    fails(&world.operator(&["backup", &path]), 2, "pg_dump");
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 0);
}
