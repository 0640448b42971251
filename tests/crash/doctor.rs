//! `doctor` reports a correct installation as correct, and reports each fault in the line for it.

use std::fs::Permissions;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::process::Output;

use reqwest::Method;
use serde_json::json;
use sqlx::{Connection, Executor};
use tempfile::TempDir;

use crate::support::authority::Authority;
use crate::support::database::Database;
use crate::support::dimail::Dimail;
use crate::support::on_both;
use crate::support::process::run;
use crate::support::world::World;

/// Part of every secret here; it must never be printed.
const SECRET: &str = "geheim-4711";
const NO_FSYNC: &str = "wrong  DATABASE_URL: fsync is off";

on_both!(all_green_then_red);

/// An installation without faults.
async fn sound(database: Database) -> World {
    let world = World::around(database, Dimail::with(&["--seed"])).await;
    let added =
        world.command(&["users", "add", "eve@portail.test", "--name", "Eve", "--staff", "--yes", "--password-stdin"]);
    assert!(run(added, "une phrase bien longue\n").status.success());
    if world.kind() != "SQLite" {
        let name = world.database.text("select current_database()::text").await;
        world.database.change(&format!("alter database {name} set synchronous_commit = on")).await;
    }
    world
}

/// Whether the database keeps what it answered. The server of the tests may not, to be fast; no database of
/// it can change that.
async fn is_durable(world: &World) -> bool {
    world.kind() == "SQLite" || world.database.text("select current_setting('fsync')").await == "on"
}

fn doctor(world: &World, changes: &[(&str, &str)]) -> Output {
    let mut command = world.command(&["doctor"]);
    command.env("LISTEN", "127.0.0.1:0").env("PUBLIC_URL", "https://portail.test");
    command.env("TRUSTED_PROXIES", "127.0.0.1").envs(changes.iter().copied());
    run(command, "")
}

/// What was said, without the line about a server of the tests that is not durable.
fn text(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stdout);
    let kept: Vec<&str> = said.lines().filter(|line| !line.starts_with(NO_FSYNC)).collect();
    kept.join("\n")
}

/// Demands that exactly one line is wrong and begins with this text, and that the other lines are
/// present.
#[track_caller]
fn one_wrong(output: &Output, beginning: &str) {
    let said = text(output);
    let wrong: Vec<&str> = said.lines().filter(|line| !line.starts_with("ok     ")).collect();
    assert!(wrong.len() == 1 && wrong[0].starts_with(&format!("wrong  {beginning}")), "{said}");
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(!said.contains(SECRET), "{said}");
}

async fn all_green_then_red(database: Database) {
    let world = sound(database).await;
    let green = doctor(&world, &[]);
    let said = text(&green);
    assert!(said.lines().all(|line| line.starts_with("ok     ")), "{said}");
    assert_eq!(green.status.success(), is_durable(&world).await, "{green:?}");
    assert_eq!(said.lines().count(), 12, "{said}");
    assert!(world.post.emails().is_empty(), "an email was sent");
    assert_eq!(world.dimail.holds("domains", &["name"]).await, Vec::<String>::new());

    world.database.change("update users set disabled_at = 1").await;
    one_wrong(&doctor(&world, &[]), "staff: nobody operates the portal");
    world.database.change("update users set disabled_at = null").await;

    let later = "insert into _sqlx_migrations (version, description, success, checksum, execution_time) \
                 select 99999, description, success, checksum, execution_time from _sqlx_migrations where version = 1";
    world.database.change(later).await;
    one_wrong(&doctor(&world, &[]), "DATABASE_URL: the database has the schema of a newer version of the portal");
    world.database.change("delete from _sqlx_migrations where version = 99999").await;

    let folder = TempDir::new().expect("a folder");
    let nowhere = folder.path().join("nowhere").display().to_string();
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let other_program = taken.local_addr().expect("an address").to_string();
    let (nobody, foreign) = (SECRET, format!("http://{SECRET}@dimail.test"));
    let refused_smtp = format!("smtp://portail:{SECRET}@127.0.0.1:1");
    let no_database = format!("postgres://portail:{SECRET}@127.0.0.1:1/portail");
    let webmail = format!("{}/", world.post.url());
    let text = folder.path().join("notes.txt");
    std::fs::write(&text, "not a database").expect("a file");
    let notes = text.display().to_string();
    let text = format!("sqlite://{notes}");
    let cases: [(&str, &str, &str); 28] = [
        ("TRUSTED_PROXIES", "", "TRUSTED_PROXIES: it is empty, and PUBLIC_URL is https"),
        ("PUBLIC_URL", "http://portail.test", "PUBLIC_URL: http://portail.test is without TLS"),
        ("PUBLIC_URL", "https://portail.test/x", "PUBLIC_URL: it must end after the host"),
        ("DATABASE_URL", "sqlite::memory:", "DATABASE_URL: DATABASE_URL must name a file"),
        ("DATABASE_URL", &text, "DATABASE_URL: the file of DATABASE_URL is not an SQLite database"),
        ("DIMAIL_TIMEOUT", "0", "DIMAIL_TIMEOUT: it must be longer than zero"),
        ("DIMAIL_USERNAME", "a:b", "DIMAIL_USERNAME: "),
        ("SMTP_HELLO", "a b", "SMTP_HELLO: write the name of a host"),
        ("PUBLIC_URL", "portail.test", "PUBLIC_URL: it must begin with https://"),
        ("WEBMAIL_URL", &webmail, "WEBMAIL_URL: it must begin with https://"),
        ("LISTEN", "nowhere", "LISTEN: "),
        ("LISTEN", &other_program, "LISTEN: another program listens"),
        ("LISTEN", "192.0.2.1:80", "LISTEN: 192.0.2.1:80 can't be listened on"),
        ("STATIC_DIR", &nowhere, "STATIC_DIR: the static files are not found"),
        ("BRAND_LOGO", &nowhere, "BRAND_LOGO: the file can't be read"),
        ("BRAND_LOGO", &notes, "BRAND_LOGO: the file is neither an SVG nor a PNG picture"),
        ("DATABASE_URL", "mysql://x/y", "DATABASE_URL: DATABASE_URL must begin with"),
        ("DATABASE_URL", &no_database, "DATABASE_URL: the database of DATABASE_URL can't be opened"),
        ("DATABASE_URL_FILE", &nowhere, "DATABASE_URL_FILE: "),
        ("DIMAIL_URL", &foreign, "DIMAIL_URL: the address of dimail must not contain a user name"),
        ("DIMAIL_URL", "http://127.0.0.1:1", "DIMAIL_URL: no answer to GET /token/"),
        ("DIMAIL_PASSWORD", nobody, "DIMAIL_USERNAME: dimail does not accept it"),
        ("MAIL_FROM", "nobody", "MAIL_FROM must be an e-mail address"),
        ("SMTP_URL", "http://127.0.0.1", "SMTP_URL must begin with smtp://"),
        ("SMTP_URL", &refused_smtp, "SMTP_URL: the server does not take our emails"),
        ("SMTP_URL_FILE", &nowhere, "SMTP_URL_FILE: "),
        ("RETRY_FIRST", "soon", "RETRY_FIRST: write a number"),
        ("TIME_ZONE", "Mars/Olympus", "TIME_ZONE: write it as Europe/Paris"),
    ];
    for (name, value, beginning) in cases {
        one_wrong(&doctor(&world, &[(name, value)]), beginning);
    }
    for name in
        ["PUBLIC_URL", "WEBMAIL_URL", "DIMAIL_URL", "DIMAIL_USERNAME", "DIMAIL_PASSWORD", "MAIL_FROM", "SMTP_URL"]
    {
        let mut command = world.command(&["doctor"]);
        command.env("LISTEN", "127.0.0.1:0").env("PUBLIC_URL", "https://portail.test");
        command.env("TRUSTED_PROXIES", "127.0.0.1").env_remove(name);
        one_wrong(&run(command, ""), &format!("{name}: it is not set"));
    }
    drop(taken);
}

/// `doctor` reports all wrong settings at once, from flags and variables, and then the other
/// checks.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_does_not_stop_at_the_first() {
    let world = sound(Database::sqlite()).await;
    let mut command = world.command(&["doctor", "--log-format=xml", "--time-zone", "Mars"]);
    command.env("LISTEN", "x").env("PUBLIC_URL", "x").env("CHECK_NOW_PAUSE", "x").env("MAIL_FROM", "x");
    let said = text(&run(command, ""));
    for name in ["LOG_FORMAT", "TIME_ZONE", "LISTEN", "PUBLIC_URL", "CHECK_NOW_PAUSE", "MAIL_FROM"] {
        assert_eq!(said.lines().filter(|line| line.contains(name)).count(), 1, "{name}: {said}");
    }
    assert_eq!(said.lines().filter(|line| line.starts_with("wrong  ")).count(), 6, "{said}");
    assert!(said.contains("ok     DIMAIL_URL") && said.contains("ok     SMTP_URL"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_dimail_lacks_is_told() {
    let world = sound(Database::sqlite()).await;
    let poor = json!({"name": "pauvre", "password": "pauvre-1", "is_admin": false, "perms": []});
    world.dimail.ask(Method::POST, "/users/", Some(poor)).await;
    let account = [("DIMAIL_USERNAME", "pauvre"), ("DIMAIL_PASSWORD", "pauvre-1")];
    one_wrong(&doctor(&world, &account), "dimail rights: our account may not create domains");
    world.dimail.fault("POST", "/domains/*/mailboxes/*/code", "missing", 1).await;
    let output = doctor(&world, &[]);
    one_wrong(&output, "dimail version: it lacks /domains/…/mailboxes/nobody/code");
    assert!(text(&output).contains("emails carry no login link"), "{}", text(&output));
    world.dimail.fault("GET", "/token", "redirect_307", 1).await;
    one_wrong(&doctor(&world, &[]), "DIMAIL_URL: GET /token/ was answered by 307");
    world.dimail.fault("GET", "/token", "html_502", 1).await;
    one_wrong(&doctor(&world, &[]), "DIMAIL_URL: GET /token/ was answered by 502");
    world.dimail.fault("GET", "/token", "missing", 1).await;
    one_wrong(&doctor(&world, &[]), "DIMAIL_URL: what answers there is no dimail");

    let old = Dimail::with(&["--seed", "--release", "2024"]);
    let output = doctor(&world, &[("DIMAIL_URL", &old.url)]);
    one_wrong(&output, "dimail version: it lacks");
    assert!(text(&output).contains("no password can be reset"), "{}", text(&output));
    let empty = Dimail::with(&[]);
    one_wrong(&doctor(&world, &[("DIMAIL_URL", &empty.url)]), "DIMAIL_USERNAME: dimail has no account at all yet");
    world.post.answer("AUTH", "535 no");
    let smtp = world.post.url().replace("smtp://", "smtp://portail:geheim-4711@");
    one_wrong(&doctor(&world, &[("SMTP_URL", &smtp)]), "SMTP_URL: the server does not take our emails");
}

/// A dimail whose clock is wrong: `doctor` reports that its tokens would be valid too long or too
/// short.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_clock_is_told() {
    let world = sound(Database::sqlite()).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let late = tokio::spawn(answer_in_the_past(listener));
    one_wrong(&doctor(&world, &[("DIMAIL_URL", &url)]), "clock: dimail's and that of this machine are");
    late.abort();
}

/// A server that answers like an old dimail with its clock in 2001: it issues tokens, and fields
/// are missing.
async fn answer_in_the_past(listener: tokio::net::TcpListener) {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    loop {
        let (mut stream, _) = listener.accept().await.expect("a connection");
        tokio::spawn(async move {
            let mut bytes = vec![0; 4096];
            let read = stream.read(&mut bytes).await.unwrap_or_default();
            let request = String::from_utf8_lossy(&bytes[..read]).into_owned();
            let (status, body) = match request.split(' ').nth(1) {
                Some("/token/") => ("200 OK", r#"{"access_token":"a.b.c","token_type":"bearer"}"#),
                Some("/domains/") => ("422 Unprocessable", r#"{"detail":"fields"}"#),
                _ => ("403 Forbidden", r#"{"detail":"Permission denied"}"#),
            };
            let date = "Date: Thu, 01 Feb 2001 10:00:00 GMT\r\nConnection: close\r\nContent-Type: application/json";
            let answer = format!("HTTP/1.1 {status}\r\n{date}\r\nContent-Length: {}\r\n\r\n{body}", body.len());
            drop(stream.write_all(answer.as_bytes()).await);
        });
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_writes_no_utf8_is_told() {
    let Some(server) = crate::support::database::server() else { return };
    let world = sound(Database::sqlite()).await;
    let ascii = Database::postgres().expect("a server");
    let name = ascii.url.rsplit('/').next().expect("a name");
    sqlx::any::install_default_drivers();
    let mut admin = sqlx::AnyConnection::connect(&server).await.expect("the server");
    let create = format!("create database {name} encoding 'SQL_ASCII' locale 'C' template template0");
    admin.execute(sqlx::AssertSqlSafe(create)).await.expect("a database");
    admin.close().await.expect("closed");
    let said = text(&doctor(&world, &[("DATABASE_URL", &ascii.url)]));
    assert!(said.contains("wrong  DATABASE_URL: the database writes SQL_ASCII"), "{said}");
}

/// Each cause has its own advice.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn why_the_database_is_away_is_told() {
    let world = sound(Database::sqlite()).await;
    let untrusted = tls_that_is_not_trusted().await;
    for (url, told) in [
        ("postgres://127.0.0.1:1/x".to_owned(), ["Connection refused", "check host and port"]),
        ("postgres://nowhere.invalid/x".to_owned(), ["lookup address", "check the name of the host"]),
        (format!("postgres://localhost:{untrusted}/x?sslmode=verify-full"), ["UnknownIssuer", "sslrootcert"]),
    ] {
        let output = doctor(&world, &[("DATABASE_URL", &url)]);
        one_wrong(&output, "DATABASE_URL: the database of DATABASE_URL can't be opened");
        let said = text(&output);
        assert!(told.iter().all(|told| said.contains(told)), "{url}: {said}");
    }
    one_wrong(&doctor(&world, &[("SSL_CERT_FILE", "/nowhere.pem")]), "SSL_CERT_FILE: /nowhere.pem can't be read");
    let mut serve = world.command(&["serve"]);
    serve.env("SSL_CERT_FILE", "/nowhere.pem").env("PUBLIC_URL", "https://portail.test");
    let serve = run(serve, "");
    assert_eq!(serve.status.code(), Some(2));
}

/// The port of a server that speaks TLS as PostgreSQL does, with a certificate of an unknown authority.
async fn tls_that_is_not_trusted() -> u16 {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let (port, authority) = (listener.local_addr().expect("its address").port(), Authority::new());
    tokio::spawn(async move {
        let tls = authority.server();
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; 8];
            stream.read_exact(&mut request).await.expect("a request for TLS");
            stream.write_all(b"S").await.expect("said");
            drop(tls.accept(stream).await);
        }
    });
    port
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_takes_no_writes_is_told() {
    let Some(database) = Database::postgres() else { return };
    let world = sound(database).await;
    let name = world.database.text("select current_database()::text").await;
    world.database.change(&format!("alter database {name} set default_transaction_read_only = on")).await;
    let output = doctor(&world, &[]);
    let said = text(&output);
    one_wrong(&output, "DATABASE_URL: ");
    assert!(said.contains("read-only transaction") && said.contains("the server that takes writes"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_forgets_what_it_answered_is_told() {
    let Some(database) = Database::postgres() else { return };
    let world = sound(database).await;
    let name = world.database.text("select current_database()::text").await;
    world.database.change(&format!("alter database {name} set synchronous_commit = off")).await;
    let output = doctor(&world, &[]);
    one_wrong(&output, "DATABASE_URL: synchronous_commit is off");
    assert_eq!(String::from_utf8_lossy(&output.stdout).contains(NO_FSYNC), !is_durable(&world).await);
}

/// A file made by something else than the portal may have any mode.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_others_may_read_is_told() {
    let world = sound(Database::sqlite()).await;
    let path = world.database.url.trim_start_matches("sqlite://").split('?').next().expect("a path").to_owned();
    let set = |mode| std::fs::set_permissions(&path, Permissions::from_mode(mode)).expect("the mode is set");
    let told = "DATABASE_URL: other users of this machine may read or change";
    set(0o644);
    one_wrong(&doctor(&world, &[]), told);
    let portal = world.portal().await;
    assert!(world.logged(&portal).contains(told), "{}", world.logged(&portal));
    drop(portal);
    set(0o600);
    assert!(doctor(&world, &[]).status.success());
    assert!(!world.logged(&world.portal().await).contains(told));
}
