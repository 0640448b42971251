//! With a dimail that serves one request at a time and carries out abandoned requests: the portal
//! never has too many requests in progress there, requests of people go first, and after a crash of
//! dimail each mailbox exists once. The test compares what dimail received and holds, not
//! durations.

use crate::support::browser::Browser;
use crate::support::database::Database;
use crate::support::dimail::Dimail;
use crate::support::verdict::each_once;
use crate::support::world::{Portal, Wanted, World};
use crate::support::{machine, on_both, say};

const DOMAIN: &str = "grande-ville.test";
const OTHER: &str = "voisine.test";
const SIZE: usize = 20;
/// The duration of each call at dimail, in milliseconds.
const CALL: &str = "300";
/// The most calls that may be in progress at once. The time-outs in `SETTINGS` are shorter than the
/// defaults in the proportion in which a call here is shorter than one of a real dimail.
const CONCURRENCY: u64 = 4;
const SETTINGS: [(&str, &str); 3] = [("DIMAIL_CONCURRENCY", "4"), ("DIMAIL_TIMEOUT", "2s"), ("ANSWER_WITHIN", "1s")];
/// The most calls of an activation that may come before the creation of a person's own mailbox.
const FURTHER_CALLS: usize = 4;

on_both!(a_serial_dimail, a_serial_dimail_that_is_killed);

async fn a_serial_dimail(database: Database) {
    let _quiet = machine().await;
    let world = World::start_with(database, Dimail::with(&["--seed", "--serial", "--delay", CALL])).await;
    let (_portal, anna, wanted) = activation(&world).await;
    let one = Wanted::new(SIZE);
    let heard = world.dimail.calls().await.len();

    let location = anna.add_mailbox(OTHER, &one).await.is(303).location;

    let stored = format!("mailboxes where local_part = '{}'", one.local_part);
    assert_eq!(world.database.count(&stored).await, 1, "it is stored when the person is answered");
    let waiting = world.mailboxes(DOMAIN, "pending").await;
    assert!(waiting > 0, "the activation was over before the person's request");
    let done = format!("{stored} and status = 'enabled'");
    world.until("a person's own mailbox", || async { world.database.count(&done).await == 1 }).await;
    anna.get(&location).await.is(200).has_status("enabled");
    let calls = world.dimail.calls().await.split_off(heard);
    let own = format!("POST /domains/{OTHER}/mailboxes/{}", one.local_part);
    let before = calls.iter().position(|call| call.trim_end_matches('/') == own).expect("its creation");
    let others = calls[..before].iter().filter(|call| call.contains(DOMAIN)).count();
    assert!(others <= FURTHER_CALLS, "{others} calls of the activation came before its creation: {calls:#?}");
    say(format!("  meanwhile a person's mailbox is created after {others} further calls of the activation"));

    world.until_done(DOMAIN).await;
    // Checked before the links are tried, because several of those are tried at a time.
    never_crowded(&world).await;
    let tally = each_once(&world, DOMAIN, &wanted).await;
    assert_eq!((tally.creations_repeated, tally.emails_twice), (0, 0), "nothing went wrong here");
}

async fn a_serial_dimail_that_is_killed(database: Database) {
    let _quiet = machine().await;
    let folder = tempfile::TempDir::new().expect("a folder");
    let file = folder.path().join("dimail").to_string_lossy().into_owned();
    let dimail = Dimail::with(&["--seed", "--serial", "--delay", CALL, "--state", &file]);
    let world = World::start_with(database, dimail).await;
    let (_portal, anna, wanted) = activation(&world).await;
    for left in [15, 8] {
        world.until("some are done", || async { world.mailboxes(DOMAIN, "pending").await <= left }).await;
        world.dimail.kill_and_restart();
        anna.get(&format!("/domains/{DOMAIN}/mailboxes")).await.is(200);
    }

    world.until_done(DOMAIN).await;

    let names: Vec<String> = wanted.into_iter().map(|one| one.local_part).collect();
    assert_eq!(world.dimail.mailboxes(DOMAIN).await, names, "each once at dimail");
    assert_eq!(world.mailboxes(DOMAIN, "enabled").await, i64::try_from(SIZE).expect("few"));
    never_crowded(&world).await;
}

/// Starts a portal with a domain that has pending mailboxes and has just become enabled.
async fn activation(world: &World) -> (Portal, Browser, Vec<Wanted>) {
    say(format!("a serial dimail ({}):", world.kind()));
    let portal = world.portal_with(("la_regie", "password"), &SETTINGS).await;
    let anna = world.anna(&portal).await;
    anna.add_domain(OTHER).await;
    world.until("the other domain", || async { world.domain_status(OTHER).await == "enabled" }).await;
    let wanted = world.waiting_domain(&anna, DOMAIN, SIZE).await;
    world.until("no email waiting", || async { world.emails_waiting().await == 0 }).await;
    world.publish(&anna, DOMAIN).await;
    world.until("the domain", || async { world.domain_status(DOMAIN).await == "enabled" }).await;
    (portal, anna, wanted)
}

async fn never_crowded(world: &World) {
    let state = world.dimail.state().await;
    assert_eq!(state["freezes"], 0, "dimail never froze");
    let most = state["most_inside"].as_u64().expect("a number");
    assert!(most <= CONCURRENCY, "{most} requests inside at once");
    say(format!("  {most} requests inside at most"));
}
