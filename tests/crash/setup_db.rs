//! `dimail-setup-db` with a dimail that serves one request at a time, does not answer, or answers
//! without saying what it did.

use std::process::Output;

use reqwest::Method;
use serde_json::json;

use crate::installation::{all_present, fails, full_world, holds_all, lines, said};
use crate::support::database::Database;
use crate::support::dimail::Dimail;
use crate::support::on_both;
use crate::support::process::run;
use crate::support::world::World;

const ONE: &str = "/domains/ville.test/mailboxes/agent.0001";
const OFF: &str = "/domains/ville.test/mailboxes/agent.0003";
const ALIASES: &str = "/domains/ville.test/aliases/";
const LIST: &str = "/v2/domains/ville.test/mailboxes/";

on_both!(what_goes_wrong_once_is_repeated, the_portal_goes_on_with_what_is_left);

/// A world with all kinds of objects, and an empty dimail that serves one request at a time.
async fn before_serial(database: Database, delay: &str) -> World {
    let mut world = full_world(database).await;
    world.dimail = Dimail::with(&["--seed", "--serial", "--delay", delay]);
    world
}

/// Runs the command with short pauses and short time-outs.
fn setup(world: &World, changes: &[(&str, &str)]) -> Output {
    let mut command = world.command(&["dimail-setup-db"]);
    command.env("RETRY_FIRST", "20ms").env("RETRY_LONGEST", "100ms").env("DIMAIL_TIMEOUT", "1s");
    command.envs(changes.iter().copied());
    run(command, "")
}

/// The result of each object; each object must be reported exactly once.
#[track_caller]
fn told(output: &Output) -> Vec<(String, String)> {
    let (_, stdout, stderr) = said(output);
    let split = |line: &str| line.split_once('\t').map(|(what, word)| (what.to_owned(), word.to_owned()));
    let all: Vec<_> = stdout.lines().map(|line| split(line).unwrap_or_else(|| panic!("{line:?}"))).collect();
    let mut names: Vec<&str> = all.iter().map(|(what, _)| what.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all.len(), "a line for each thing: {stdout}{stderr}");
    all
}

fn word_of(output: &Output, what: &str) -> String {
    let word = told(output).into_iter().find(|(name, _)| name.starts_with(what)).map(|(_, word)| word);
    word.unwrap_or_else(|| panic!("no line about {what}: {:?}", said(output)))
}

async fn never_froze(world: &World) {
    let state = world.dimail.state().await;
    assert_eq!((&state["freezes"], &state["inside"]), (&json!(0), &json!(0)));
}

/// A time-out of six calls, as 20 s are for calls of 3 s.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_serial_dimail_is_filled_one_call_after_the_other() {
    let world = before_serial(Database::sqlite(), "150").await;
    for number in 1..=5 {
        let more = format!(
            "insert into domains (id, name, name_key, search, support_email, status, status_since, context, created_at, \
             accepted_at) select '00000000-0000-7000-8000-00000000000{number}', 'n{number}.test', 'n{number}.test', \
             'n{number}.test', support_email, \
             status, status_since, 'n{number}.test', created_at, accepted_at from domains where name = 'autre.test'"
        );
        world.database.change(&more).await;
    }
    let output = setup(&world, &[]);
    let first = lines(&output);
    let created = first.iter().filter(|line| line.ends_with("\tcreated")).count();
    assert_eq!((first.len(), created), (21, 20), "{first:#?}");
    never_froze(&world).await;
    let most = world.dimail.state().await["most_inside"].as_u64().expect("a number");
    assert!(most <= 5, "{most} calls at once");
    holds_all(&world).await;
    all_present(&lines(&setup(&world, &[])));
}

/// If any call fails once, everything is created all the same, and is requested only once if dimail
/// had carried it out.
async fn what_goes_wrong_once_is_repeated(database: Database) {
    let world = before_serial(database, "5").await;
    let mut remade = world.database.count("journal where event like '%mailbox_remade%'").await;
    for (kind, acts) in [
        ("refuse_500", false),
        ("html_502", false),
        ("close", false),
        ("hang", false),
        ("act_then_500", true),
        ("act_then_close", true),
        ("act_then_hang", true),
        ("hang_then_act", true),
        ("bad_json", true),
    ] {
        world.dimail.ask(Method::POST, "/_fake/reset", None).await;
        // The command finds out our account's rights by a creation of a domain without a name,
        // which is not counted.
        for (kind, seconds) in [(kind, 1.5), ("slow", 0.0), (kind, 1.5)] {
            world.dimail.lasting_fault("POST", "/domains/", kind, 1, seconds).await;
        }
        for (method, path) in [("POST", ONE), ("PATCH", OFF), ("POST", ALIASES), ("GET", LIST)] {
            world.dimail.lasting_fault(method, path, kind, 1, 1.5).await;
        }
        let output = setup(&world, &[]);
        let first = lines(&output);
        let created = told(&output).iter().filter(|(_, word)| word == "created").count();
        assert_eq!((first.len(), created), (16, 15), "{kind}: {first:#?}");
        never_froze(&world).await;
        holds_all(&world).await;
        let again = usize::from(!acts);
        let asked = |path| world.dimail.answers("POST", path);
        let (domains, one) = (asked("/domains/").await, asked(ONE).await);
        assert_eq!(domains.len(), 2 + 2 + again, "{kind}: {domains:?}");
        assert_eq!(one.len(), 1 + again, "{kind}: {one:?}");
        let aliases = asked(ALIASES).await;
        assert_eq!(aliases.len(), 2 + again, "{kind}: {aliases:?}");
        let creations = world.dimail.creations("ville.test").await;
        let others = creations.iter().filter(|(part, _)| *part != "agent.0001");
        assert!(others.clone().count() == 10 && others.clone().all(|(_, calls)| calls.len() == 1), "{creations:?}");
        let noted = world.database.count("journal where event like '%mailbox_remade%'").await;
        assert_eq!(noted - remade, 11, "{kind}: noted once each");
        remade = noted;

        all_present(&lines(&setup(&world, &[])));
    }
}

/// An object whose call gets no answer is reported as unknown, and all other objects are created.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_stays_unanswered_is_unknown() {
    let world = before_serial(Database::sqlite(), "0").await;
    let two = "/domains/ville.test/mailboxes/agent.0002";
    world.dimail.fault("POST", two, "refuse_500", 30).await;
    let output = setup(&world, &[]);
    fails(&output, 1, "1 unknown, run again");
    let why = word_of(&output, "mailbox agent.0002@ville.test");
    assert!(why.starts_with("unknown, run again: ") && why.contains("500"), "{why}");
    let created = told(&output).iter().filter(|(_, word)| word == "created").count();
    assert_eq!(created, 14, "all else: {:?}", told(&output));
    assert!(world.dimail.answers("POST", two).await.len() > 3, "repeated");
    world.dimail.lose_faults(Method::POST, two).await;
    assert_eq!(word_of(&setup(&world, &[]), "mailbox agent.0002@ville.test"), "created");

    // If the list of a domain gets no answer, none of its mailboxes is requested.
    world.dimail.fault("GET", LIST, "html_502", 30).await;
    let output = setup(&world, &[]);
    fails(&output, 1, "1 unknown, run again");
    assert!(word_of(&output, "domain ville.test").starts_with("unknown, run again: "));
    assert_eq!(word_of(&output, "domain autre.test"), "present");
    assert_eq!(told(&output).len(), 3);
    world.dimail.lose_faults(Method::GET, LIST).await;

    let output = setup(&world, &[("DIMAIL_URL", "http://127.0.0.1:9")]);
    fails(&output, 1, "1 unknown, run again");
    assert!(word_of(&output, "dimail account la_regie").starts_with("unknown, run again: no answer to "));
    // No call is repeated for longer than RETRY_GIVE_UP.
    let output = setup(&world, &[("DIMAIL_URL", "http://127.0.0.1:9"), ("RETRY_FIRST", "10m"), ("RETRY_GIVE_UP", "0")]);
    fails(&output, 1, "1 unknown, run again");
    all_present(&lines(&setup(&world, &[])));
}

/// What dimail refuses is reported with its reason, and requested once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refusals_are_told_and_not_repeated() {
    let world = before_serial(Database::sqlite(), "0").await;
    let dimail = &world.dimail;
    for domain in ["ville.test", "autre.test"] {
        let features = ["webmail", "mailbox", "alias"];
        dimail.add_domain(domain, "ville.test", &features).await;
    }
    let half = json!({"givenName": "Agent", "surName": "0001"});
    dimail.ask(Method::PUT, "/_fake/ox-users/ville.test/agent.0001", Some(half)).await;
    dimail.add_mailbox("autre.test", "agent.0002", "Une", "Autre", "Une Autre").await;
    dimail.add_mailbox("autre.test", "homonyme", "Agent", "0004", "Agent 0004").await;
    dimail.fault("POST", "/domains/ville.test/mailboxes/agent.0006", "refuse_422", 1).await;
    dimail.fault("POST", "/domains/ville.test/mailboxes/agent.0007", "refuse_409", 1).await;
    // The duplicate is our own creation, whose answer did not say so.
    dimail.fault("POST", "/domains/ville.test/mailboxes/agent.0008", "act_then_500", 1).await;
    let output = setup(&world, &[]);
    fails(&output, 1, "5 refused");
    for (part, word) in [
        ("0001", "refused: a user of Open-XChange without a mailbox"),
        ("0002", "refused: another domain of its context has its local part"),
        ("0004", "refused: homonyme@autre.test has its display name"),
        ("0006", "refused: dimail refused (422): Refused on order: unprocessable"),
        ("0007", "refused: dimail refused (409): Refused on order: conflict"),
        ("0008", "created"),
        ("0000", "created"),
    ] {
        assert_eq!(word_of(&output, &format!("mailbox agent.{part}@ville.test")), word);
    }
    let creations = dimail.creations("ville.test").await;
    assert!(creations.values().all(|calls| calls.len() == 1), "{creations:?}");
    assert!(["0002", "0004"].iter().all(|part| !creations.contains_key(&format!("agent.{part}"))));
}

/// What the command could not finish is stored, and the portal carries it out: also that a mailbox is disabled
/// which was created again.
async fn the_portal_goes_on_with_what_is_left(database: Database) {
    let world = before_serial(database, "0").await;
    let emails = world.post.emails().len();
    let two = "/domains/ville.test/mailboxes/agent.0002";
    // More than the rounds of the command; the portal meets the rest.
    world.dimail.fault("POST", two, "refuse_500", 15).await;
    world.dimail.fault("PATCH", OFF, "refuse_500", 15).await;
    let output = setup(&world, &[]);
    fails(&output, 1, "2 unknown, run again");
    let why = word_of(&output, "mailbox agent.0003@ville.test");
    assert!(why.starts_with("unknown, run again: made, but not disabled: "), "{why}");

    let _portal = world.portal().await;

    let left = "changes where outcome = 'waiting'";
    world.until("all carried out", || async { world.database.count(left).await == 0 }).await;
    holds_all(&world).await;
    assert_eq!(world.post.emails().len(), emails, "no emails");
    all_present(&lines(&setup(&world, &[])));
}

/// What was deleted here does not come back, even if its deletion waits; and on a domain that staff has closed
/// nothing is created.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_deleted_or_closed_here_stays_so() {
    const GONE: &str = "/domains/ville.test/mailboxes/agent.0000";
    let world = full_world(Database::sqlite()).await;
    let portal = world.portal().await;
    let anna = world.anna(&portal).await;
    world.dimail.fault("DELETE", GONE, "refuse_500", 100).await;
    anna.post(&format!("{GONE}/delete"), &[("address", "agent.0000@ville.test")]).await.is(303);
    drop(portal);
    world.dimail.ask(Method::POST, "/_fake/reset", None).await;
    world.database.change("update domains set status = 'disabled' where name = 'ville.test'").await;

    let output = setup(&world, &[]);

    fails(&output, 1, "12 refused");
    assert_eq!(word_of(&output, "mailbox agent.0001@ville.test"), "refused: the domain is disabled");
    assert_eq!(word_of(&output, "alias contact@ville.test"), "refused: the domain is disabled");
    assert_eq!(world.dimail.holds("mailboxes", &["email"]).await, [""; 0]);
    world.database.change("update domains set status = 'enabled' where name = 'ville.test'").await;
    let second = lines(&setup(&world, &[]));
    assert_eq!(second.iter().filter(|line| line.ends_with("\tcreated")).count(), 12, "{second:#?}");
    assert!(!second.iter().any(|line| line.contains("agent.0000")), "{second:#?}");
    assert!(!world.dimail.mailboxes("ville.test").await.contains(&"agent.0000".to_owned()));
}
