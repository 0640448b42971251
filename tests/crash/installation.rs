//! The commands that prepare an installation, create its data at dimail, and import data from
//! dimail.

use std::process::{Command, Output};

use reqwest::Method;
use serde_json::json;

use crate::support::database::Database;
use crate::support::dimail::Dimail;
use crate::support::on_both;
use crate::support::process::{program, run};
use crate::support::world::{ANNA, World};

const STAFF: &str = "eve@portail.test";
const PASSWORD: &str = "une phrase bien longue";
const BOOTSTRAP: [&str; 8] =
    ["bootstrap", "--staff", STAFF, "--name", "Ève Moreau", "--test-domain", "essai.test", "--password-stdin"];
const ALL: [&str; 3] = ["webmail", "mailbox", "alias"];

on_both!(bootstrap_twice, fill_a_dimail_that_lost_everything, import_what_dimail_has);

/// The exit status and output of a command.
pub(crate) fn said(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

/// Demands that a command succeeded, and returns its lines.
#[track_caller]
pub(crate) fn lines(output: &Output) -> Vec<String> {
    let (code, stdout, stderr) = said(output);
    assert_eq!(code, Some(0), "{stdout}{stderr}");
    stdout.lines().map(str::to_owned).collect()
}

/// Demands that a command failed, with this exit status and a sentence that says why.
#[track_caller]
pub(crate) fn fails(output: &Output, code: i32, reason: &str) {
    let (ended, stdout, stderr) = said(output);
    assert!(ended == Some(code) && stderr.contains(reason), "{ended:?} {stdout}{stderr}");
    assert_eq!(stderr.lines().filter(|line| line.starts_with("dimail-portal: ")).count(), 1, "{stderr}");
}

fn bootstrap(world: &World, password: &str, changes: &[(&str, &str)]) -> Output {
    let mut command: Command = world.command(&BOOTSTRAP);
    command.envs(changes.iter().copied());
    run(command, &format!("{password}\n"))
}

/// Demands that every line says "present".
#[track_caller]
pub(crate) fn all_present(lines: &[String]) {
    assert!(!lines.is_empty() && lines.iter().all(|line| line.contains("\tpresent")), "{lines:#?}");
}

async fn bootstrap_twice(database: Database) {
    let world = World::around(database, Dimail::with(&[])).await;
    let first = lines(&bootstrap(&world, PASSWORD, &[]));
    let expected = [
        "database\tcreated".to_owned(),
        "dimail account la_regie\tcreated (dimail had no account: it has no administrator now)".to_owned(),
        format!("staff account {STAFF}\tcreated"),
        "domain essai.test\tcreated (enabled)".to_owned(),
    ];
    assert_eq!(first, expected);
    let perms = r#"la_regie|false|["new_domain","create_users","manage_users"]"#;
    assert_eq!(world.dimail.holds("users", &["name", "is_admin", "perms"]).await, [perms]);
    assert_eq!(world.dimail.holds("allows", &["user", "domain"]).await, ["la_regie|essai.test"]);
    let again = lines(&bootstrap(&world, PASSWORD, &[]));
    assert_eq!(again.len(), 4);
    all_present(&again);

    // There is a domain now: a further account of staff is confirmed, as with "users add".
    let second = ["bootstrap", "--staff", "second@portail.test", "--name", "Second", "--password-stdin"];
    let add = |arguments: &[&str]| run(world.command(arguments), &format!("{PASSWORD}\n"));
    fails(&add(&second), 2, "repeat the command with --yes");
    assert_eq!(world.database.count("users").await, 1);
    let made = lines(&add(&[&second[..], &["--yes"]].concat()));
    assert!(made.contains(&"staff account second@portail.test\tcreated".to_owned()), "{made:#?}");

    fails(&bootstrap(&world, "une autre phrase longue", &[]), 1, "has another password than the one given");
    fails(&bootstrap(&world, "court", &[]), 2, "--password-stdin: ");
    fails(&bootstrap(&world, PASSWORD, &[("DIMAIL_PASSWORD", "autre")]), 1, "does not accept DIMAIL_USERNAME");
    let other =
        [("DIMAIL_PASSWORD", "autre"), ("DIMAIL_ADMIN_USERNAME", "la_regie"), ("DIMAIL_ADMIN_PASSWORD", "password")];
    fails(&bootstrap(&world, PASSWORD, &other), 1, "with another password than DIMAIL_PASSWORD");
    let no_admin = [("DIMAIL_ADMIN_USERNAME", "admin"), ("DIMAIL_ADMIN_PASSWORD", "non")];
    fails(&bootstrap(&world, PASSWORD, &no_admin), 1, "does not accept DIMAIL_ADMIN_USERNAME");
    fails(&bootstrap(&world, PASSWORD, &[("DIMAIL_ADMIN_USERNAME", "admin")]), 2, "DIMAIL_ADMIN_PASSWORD is not set");
    world.database.change("update users set disabled_at = 1").await;
    fails(&bootstrap(&world, PASSWORD, &[]), 1, "is closed");
}

/// The account named as administrator is created first; otherwise dimail would use up its rule for
/// the first user without having an administrator.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_administrator_is_made_first() {
    for (release, standing) in [
        (&[][..], ""),
        (&["--release", "2024"][..], " (as an administrator: this dimail has no lesser right to create domains)"),
    ] {
        let world = World::around(Database::sqlite(), Dimail::with(release)).await;
        let admin = [("DIMAIL_ADMIN_USERNAME", "racine"), ("DIMAIL_ADMIN_PASSWORD", "racine-1")];
        let first = lines(&bootstrap(&world, PASSWORD, &admin));
        assert_eq!(first[1], "dimail account racine\tcreated (administrator)");
        assert_eq!(first[2], format!("dimail account la_regie\tcreated{standing}"));
        assert_eq!(first[4], "domain essai.test\tcreated (enabled)");
        let is_admin = !standing.is_empty();
        let users = [format!("la_regie|{is_admin}"), "racine|true".to_owned()];
        assert_eq!(world.dimail.holds("users", &["name", "is_admin"]).await, users);
        all_present(&lines(&bootstrap(&world, PASSWORD, &admin)));
        all_present(&lines(&bootstrap(&world, PASSWORD, &[])));
    }
}

/// An account that exists at dimail may lack the right to create domains.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_without_rights_is_told() {
    let world = World::around(Database::sqlite(), Dimail::with(&["--seed"])).await;
    let poor = json!({"name": "pauvre", "password": "pauvre-1", "is_admin": false, "perms": []});
    world.dimail.ask(Method::POST, "/users/", Some(poor)).await;
    let account = [("DIMAIL_USERNAME", "pauvre"), ("DIMAIL_PASSWORD", "pauvre-1")];
    fails(&bootstrap(&world, PASSWORD, &account), 1, "pauvre may not create domains");
}

#[test]
fn wrong_arguments_are_told_in_one_sentence() {
    for (arguments, about) in [
        (&["bootstrap", "--staff", "eve", "--name", "E", "--password-stdin"][..], "--staff"),
        (&["bootstrap", "--staff", STAFF, "--name", " ", "--password-stdin"], "--name"),
        (&["bootstrap", "--staff", STAFF, "--name", "E", "--test-domain", "x", "--password-stdin"], "--test-domain"),
        (
            &["bootstrap", "--staff", "e@essai.test", "--name", "E", "--test-domain", "essai.test", "--password-stdin"],
            "--test-domain",
        ),
        (&["domains", "import", "x", "--owner", STAFF], "x is not a domain name"),
        (&["domains", "import", "essai.test", "--owner", "x"], "x is not an address"),
        (&["domains", "list", "--dimail-timeout", "soon"], "DIMAIL_TIMEOUT"),
    ] {
        let folder = tempfile::TempDir::new().expect("a folder");
        let mut command = program(arguments);
        command.env("DATABASE_URL", format!("sqlite://{}/portal.db", folder.path().display()));
        command.env("DIMAIL_URL", "http://127.0.0.1:9").env("DIMAIL_USERNAME", "a").env("DIMAIL_PASSWORD", "b");
        let (code, stdout, stderr) = said(&run(command, &format!("{PASSWORD}\n")));
        assert!(code == Some(2) && stdout.is_empty() && stderr.contains(about), "{arguments:?}: {code:?} {stderr}");
    }
}

/// A world with a domain of twelve mailboxes (ten enabled, one disabled, one failed) and a second
/// domain that shares its context.
pub(crate) async fn full_world(database: Database) -> World {
    let world = World::start(database).await;
    let portal = world.portal().await;
    let anna = world.anna(&portal).await;
    world.waiting_domain(&anna, "ville.test", 12).await;
    world.publish(&anna, "ville.test").await;
    world.until_done("ville.test").await;
    anna.add_domain("autre.test").await;
    world.until("autre.test", || async { world.domain_status("autre.test").await == "enabled" }).await;
    world.until("no email waiting", || async { world.emails_waiting().await == 0 }).await;
    // What only takes time or a dimail that refuses is written directly to the database, as the portal stores it.
    let off = "update mailboxes set status = 'disabled', wants = 'inactive', known = 'inactive' \
               where local_part in ('agent.0003', 'agent.0009')";
    world.database.change(off).await;
    let failed = "update mailboxes set status = 'failed', known = 'new', reason = '{\"reason\":\"given_up\"}', \
                  there_since = null where local_part = 'agent.0005'";
    world.database.change(failed).await;
    world.database.change("update mailboxes set to_hand_over = 0").await;
    world.database.change("update domains set context = 'ville.test' where name = 'autre.test'").await;
    let fields =
        [("local_part", "contact"), ("destination", "agent.0001@ville.test"), ("destination", "devnull@devnull")];
    anna.post("/domains/ville.test/new-alias", &fields).await.is(303);
    world
}

/// Demands that dimail holds everything that the database of a full world holds.
pub(crate) async fn holds_all(world: &World) {
    let domains = world.database.texts("select name, context from domains order by name").await;
    assert_eq!(world.dimail.holds("domains", &["name", "context_name"]).await, domains);
    let mailboxes = "select local_part || '@' || name, case mailboxes.status when 'enabled' then 'yes' else 'no' end, \
                     case mailboxes.status when 'enabled' then first_name else 'null' end from mailboxes \
                     join domains on domains.id = domain_id where mailboxes.status <> 'failed' order by 1";
    let here = world.database.texts(mailboxes).await;
    assert_eq!((here.len(), world.dimail.holds("mailboxes", &["email", "active", "givenName"]).await), (11, here));
    let aliases = world.database.texts("select local_part, destination from aliases order by destination").await;
    assert_eq!((aliases.len(), world.dimail.holds("aliases", &["username", "destination"]).await), (2, aliases));
}

async fn fill_a_dimail_that_lost_everything(database: Database) {
    let world = full_world(database).await;
    let emails = world.post.emails().len();
    let first = lines(&world.operator(&["dimail-setup-db", "--reset"]));
    assert_eq!(first[..2], ["fake dimail\temptied".to_owned(), "dimail account la_regie\tpresent".to_owned()]);
    let made = |what: &str| first.iter().filter(|line| line.starts_with(what) && line.ends_with("\tcreated")).count();
    let counted = (first.len(), made("domain "), made("mailbox "), made("alias "));
    assert_eq!(counted, (17, 2, 11, 2), "{first:#?}");

    holds_all(&world).await;
    assert_eq!(world.database.texts("select local_part from mailboxes where to_hand_over = 1").await, ["agent.0009"]);
    assert_eq!(world.database.count("journal where event like '%mailbox_remade%'").await, 11);

    let again = lines(&world.operator(&["dimail-setup-db"]));
    assert_eq!(again.len(), 16);
    all_present(&again);
    world.database.change("update mailboxes set first_name = 'Autre' where local_part = 'agent.0001'").await;
    world.database.change("update mailboxes set status = 'enabled', wants = 'active', known = 'active' where local_part = 'agent.0003'").await;
    let output = world.operator(&["dimail-setup-db"]);
    fails(&output, 1, "2 refused");
    let text = said(&output).1;
    assert!(text.contains("mailbox agent.0001@ville.test\trefused: dimail has it under another name"), "{text}");
    assert!(text.contains("mailbox agent.0003@ville.test\trefused: it is disabled at dimail"), "{text}");
    assert_eq!(world.post.emails().len(), emails, "no emails");
}

/// dimail's administrator gives our account the right on a domain that dimail has for another
/// owner.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_domain_of_another_account_needs_an_administrator() {
    let world = full_world(Database::sqlite()).await;
    world.dimail.ask(Method::POST, "/_fake/reset", None).await;
    let body = json!({"name": "autre.test", "context_name": "ville.test", "features": ALL, "delivery": "virtual"});
    world.dimail.ask(Method::POST, "/domains/", Some(body)).await;
    let output = world.operator(&["dimail-setup-db"]);
    fails(&output, 1, "1 refused");
    let text = said(&output).1;
    assert!(text.contains("domain autre.test\trefused: dimail has it for another account"), "{text}");
    let mut command = world.command(&["dimail-setup-db"]);
    command.env("DIMAIL_ADMIN_USERNAME", "admin").env("DIMAIL_ADMIN_PASSWORD", "admin");
    let second = lines(&run(command, ""));
    assert!(second.contains(&"allow autre.test\tcreated".to_owned()), "{second:#?}");
}

/// `--reset` empties a fake dimail only.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reset_is_refused_by_what_is_no_fake() {
    let world = full_world(Database::sqlite()).await;
    let before = world.dimail.holds("mailboxes", &["email"]).await;
    // Like a real dimail, this server answers 404 on the routes that exist only in the fake.
    let real = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = real.local_addr().expect("an address");
    let heard = tokio::spawn(answer_not_found(real));
    let mut command = world.command(&["dimail-setup-db", "--reset"]);
    command.env("DIMAIL_URL", format!("http://{address}"));
    let output = tokio::task::spawn_blocking(move || run(command, "")).await.expect("an end");
    fails(&output, 1, "nothing was done");
    assert!(said(&output).1.is_empty());
    assert_eq!(heard.await.expect("heard"), "GET /_fake/state HTTP/1.1");
    assert_eq!(world.dimail.holds("mailboxes", &["email"]).await, before);
}

/// Answers the first request as a server without such a route, and returns its first line.
async fn answer_not_found(listener: tokio::net::TcpListener) -> String {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let (mut stream, _) = listener.accept().await.expect("a connection");
    let mut bytes = [0; 4096];
    let read = stream.read(&mut bytes).await.expect("a request");
    let body = r#"{"detail":"Not Found"}"#;
    let head =
        format!("HTTP/1.1 404 Not Found\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n", body.len());
    stream.write_all(format!("{head}{body}").as_bytes()).await.expect("sent");
    let request = String::from_utf8_lossy(&bytes[..read]).into_owned();
    request.lines().next().unwrap_or_default().to_owned()
}

async fn import_what_dimail_has(database: Database) {
    let world = World::start(database).await;
    let dimail = &world.dimail;
    dimail.add_domain("ancien.test", "commun", &ALL).await;
    dimail.add_domain("voisin.test", "commun", &ALL).await;
    for (part, given, sur) in
        [("jean", "Jean", "Dupont"), ("jean2", "Jean", "Dupont"), ("zoé", "Zoé", "É"), ("off", "O", "F")]
    {
        let display = if part == "jean2" { "Jean Dupont (2)".to_owned() } else { format!("{given} {sur}") };
        if part == "zoé" {
            // The portal does not accept this local part, because of its plus sign.
            dimail.add_mailbox("ancien.test", "zoe+fr", given, sur, &display).await;
        } else {
            dimail.add_mailbox("ancien.test", part, given, sur, &display).await;
        }
    }
    dimail.add_mailbox("voisin.test", "voisine", "Line", "Voisine", "Line Voisine").await;
    dimail.by_admin(Method::PATCH, "/domains/ancien.test/mailboxes/off", json!({"active": "no"})).await;
    for destination in ["jean@ancien.test", "odd/one@ailleurs.test"] {
        let alias = json!({"user_name": "contact", "destination": destination});
        dimail.by_admin(Method::POST, "/domains/ancien.test/aliases/", alias).await;
    }
    let unconfirmed = ["domains", "import", "ancien.test", "--owner", ANNA];
    fails(&world.operator(&unconfirmed), 2, "repeat the command with --yes");
    assert_eq!(world.database.count("domains").await, 0);
    let import = [&unconfirmed[..], &["--yes"]].concat();

    let output = world.operator(&import);
    fails(&output, 1, "2 skipped");
    let first: Vec<String> = said(&output).1.lines().map(str::to_owned).collect();
    let expected = [
        "domain ancien.test\tcreated".to_owned(),
        format!("owner {ANNA}\tcreated"),
        "mailbox jean@ancien.test\tcreated".to_owned(),
        "mailbox jean2@ancien.test\tcreated".to_owned(),
        "mailbox zoe+fr@ancien.test\tskipped: the portal does not accept this local part".to_owned(),
        "mailbox off@ancien.test\tcreated".to_owned(),
        "alias contact@ancien.test → jean@ancien.test\tcreated".to_owned(),
        "alias contact@ancien.test → odd/one@ailleurs.test\tskipped: the portal does not accept this destination"
            .to_owned(),
        "ancien.test\tenabled".to_owned(),
    ];
    assert_eq!(first, expected);
    let kept = "select local_part, first_name, last_name, status, to_hand_over from mailboxes order by local_part";
    let expected = ["jean|Jean|Dupont|enabled|0", "jean2|Jean|Dupont|enabled|0", "off|Off|ancien.test|disabled|0"];
    assert_eq!(world.database.texts(kept).await, expected);
    assert_eq!(world.database.text("select context from domains").await, "commun");
    assert_eq!(world.database.number("select mailboxes from domains").await, 3);
    assert_eq!(world.database.count("emails where mailbox_id is not null").await, 0);
    let journal = "select event from journal where event like '%adopted%' order by sequence";
    assert_eq!(world.database.texts(journal).await.len(), 5);

    dimail.add_mailbox("ancien.test", "lea", "Léa", "Roy", "Léa Roy").await;
    // Who owns the domain already needs no confirmation.
    let again: Vec<String> = said(&world.operator(&unconfirmed)).1.lines().map(str::to_owned).collect();
    assert_eq!(again.iter().filter(|line| line.ends_with("\tcreated")).count(), 1, "{again:#?}");
    assert!(again.contains(&"mailbox lea@ancien.test\tcreated".to_owned()), "{again:#?}");
    assert!(again.contains(&"mailbox jean@ancien.test\tpresent".to_owned()), "{again:#?}");

    // From now on the portal treats it like any other domain.
    let portal = world.portal().await;
    let anna = world.anna(&portal).await;
    anna.get("/domains/ancien.test/mailboxes/jean").await.is(200).has_status("enabled");
    let fields = [("first_name", "Nova"), ("last_name", "N"), ("local_part", "nova"), ("secondary_email", "n@x.test")];
    anna.post("/domains/ancien.test/new-mailbox", &fields).await.is(303);
    assert!(dimail.mailboxes("ancien.test").await.contains(&"nova".to_owned()));
}

/// A domain that is not ours or unknown, or whose new owner does not fit, is refused, and nothing
/// is stored.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_may_be_refused() {
    let world = World::start(Database::sqlite()).await;
    let body = json!({"name": "leur.test", "context_name": "leur.test", "features": ALL, "delivery": "virtual"});
    world.dimail.ask(Method::POST, "/domains/", Some(body)).await;
    let import = |domain: &str, owner: &str| world.operator(&["domains", "import", domain, "--owner", owner, "--yes"]);
    fails(&import("leur.test", ANNA), 1, "does not let our account list leur.test");
    fails(&import("inconnu.test", ANNA), 1, "does not let our account list inconnu.test");
    fails(&import("leur.test", "dan@mairie.test"), 1, "dan@mairie.test has no account");
    world.dimail.add_domain("mairie.test", "mairie.test", &ALL).await;
    fails(&import("mairie.test", ANNA), 2, "give one with --support-email");
    let support = ["--support-email", "aide@ailleurs.test", "--yes"];
    let arguments = [&["domains", "import", "mairie.test", "--owner", ANNA][..], &support].concat();
    assert_eq!(world.database.count("domains").await, 0);
    lines(&world.operator(&arguments));
    assert_eq!(world.database.text("select support_email from domains").await, "aide@ailleurs.test");
}

/// Functional mailboxes without names are imported, and so are those of a server of 2024, which
/// reports fewer fields.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_tells_little_is_adopted_too() {
    let world = World::around(Database::sqlite(), Dimail::with(&["--seed", "--release", "2024"])).await;
    let added = world.command(&["users", "add", ANNA, "--name", "Anna", "--password-stdin"]);
    lines(&run(added, &format!("{PASSWORD}\n")));
    let dimail = &world.dimail;
    dimail.add_domain("vieux.test", "vieux.test", &ALL).await;
    dimail.add_domain("fonction.test", "fonction.test", &["mailbox"]).await;
    dimail.add_mailbox("vieux.test", "jean", "Jean", "Dupont", "").await;
    dimail.add_mailbox("vieux.test", "LEA", "Léa", "Roy", "").await;
    let half = json!({"givenName": "Demi", "surName": "Faite"});
    dimail.ask(Method::PUT, "/_fake/ox-users/vieux.test/demi", Some(half)).await;
    for part in ["contact", "jean.dupont", "jean_dupont"] {
        dimail.add_mailbox("fonction.test", part, "", "", "").await;
    }
    let import = |domain: &str| world.operator(&["domains", "import", domain, "--owner", ANNA, "--yes"]);
    let output = import("vieux.test");
    fails(&output, 1, "2 skipped");
    let vieux: Vec<String> = said(&output).1.lines().map(str::to_owned).collect();
    assert_eq!(vieux[2], "mailbox jean@vieux.test\tcreated");
    assert_eq!(
        vieux[3],
        "mailbox LEA@vieux.test\tskipped: dimail writes it with capitals, and distinguishes capitals here"
    );
    assert_eq!(vieux[4], "mailbox demi@vieux.test\tskipped: a user of Open-XChange without a mailbox");
    lines(&import("fonction.test"));
    let kept = "select first_name || ' ' || last_name from mailboxes order by local_part";
    assert_eq!(
        world.database.texts(kept).await,
        ["Contact fonction.test", "Jean Dupont", "Jean Dupont", "Jean Dupont 2"]
    );
}
