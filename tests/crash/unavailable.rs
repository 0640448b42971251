//! A dimail that is down: the pages say so, what is asked for is stored, people are answered soon, dimail is not
//! flooded, and everything is done soon after it is back.

use std::time::{Duration, Instant};

use crate::support::browser::{Browser, client};
use crate::support::database::Database;
use crate::support::dimail::Dimail;
use crate::support::verdict::each_once;
use crate::support::world::{Portal, Wanted, World};
use crate::support::{machine, on_both, say};

const DOMAIN: &str = "ville.test";
const PAGE: &str = "/domains/ville.test";
const SETTINGS: [(&str, &str); 2] = [("DIMAIL_TIMEOUT", "4s"), ("ANSWER_WITHIN", "8s")];
/// After this many calls without an answer dimail is known to be down.
const FIRST: usize = 3;
const BANNER: &str = "id=\"mail-service-down\"";
/// The 3 s that a person waits at most, and what the page itself takes on a busy machine.
const SOON: Duration = Duration::from_secs(5);

/// After an hour without dimail an attempt at a change is this long after the one before.
const AFTER_AN_HOUR: [(&str, &str); 5] = [
    ("DIMAIL_TIMEOUT", "4s"),
    ("ANSWER_WITHIN", "8s"),
    ("RETRY_FIRST", "5m"),
    ("RETRY_LONGEST", "5m"),
    ("DIMAIL_CONCURRENCY", "4"),
];
const MOST_AT_ONCE: u64 = 4;
const MANY: usize = 50;

on_both!(a_dimail_that_is_down, an_hour_without_dimail);

async fn an_hour_without_dimail(database: Database) {
    let _quiet = machine().await;
    let folder = tempfile::TempDir::new().expect("a folder");
    let file = folder.path().join("dimail").to_string_lossy().into_owned();
    let world = World::start_with(database, Dimail::with(&["--seed", "--delay", "50", "--state", &file])).await;
    let portal = world.portal_with(("la_regie", "password"), &AFTER_AN_HOUR).await;
    let anna = world.anna(&portal).await;
    anna.add_domain(DOMAIN).await;
    world.until("the domain", || async { world.domain_status(DOMAIN).await == "enabled" }).await;

    world.dimail.kill();
    let mut wanted = Vec::new();
    ask(&anna, &mut wanted, FIRST).await;
    let longest = ask(&anna, &mut wanted, MANY - FIRST).await;
    assert!(longest < SOON, "a person waited {longest:?}");
    world.dimail.start_again();
    // After an hour one of fifty is due every few seconds; here all were tried at the same time.
    let next = "update jobs set due_at = 0 where id = (select min(id) from jobs where kind = 'mailbox')";
    world.database.change(next).await;

    let took = world.until("all of them", || done(&world, MANY)).await;
    world.until_done(DOMAIN).await;
    wanted.sort_by(|one, other| one.local_part.cmp(&other.local_part));
    each_once(&world, DOMAIN, &wanted).await;
    let most = world.dimail.state().await["most_inside"].as_u64().expect("a number");
    assert!(most <= MOST_AT_ONCE, "{most} calls at once");
    say(format!(
        "an hour without dimail ({}): a person waits {longest:.1?} at most; {MANY} mailboxes exist {took:.1?} after its \
         return, by at most {most} calls at once",
        world.kind()
    ));
}

async fn a_dimail_that_is_down(database: Database) {
    let _quiet = machine().await;
    let folder = tempfile::TempDir::new().expect("a folder");
    let file = folder.path().join("dimail").to_string_lossy().into_owned();
    let world = World::start_with(database, Dimail::with(&["--seed", "--state", &file])).await;
    let portal = world.portal_with(("la_regie", "password"), &SETTINGS).await;
    let anna = world.anna(&portal).await;
    world.waiting_domain(&anna, DOMAIN, 0).await;
    world.publish(&anna, DOMAIN).await;
    world.until("the domain", || async { world.domain_status(DOMAIN).await == "enabled" }).await;
    world.until("its emails", || async { world.emails_waiting().await == 0 }).await;
    say(format!("a dimail that is down ({}):", world.kind()));
    let mut wanted = Vec::new();

    world.dimail.kill();
    ask(&anna, &mut wanted, FIRST).await;
    assert!(anna.get(PAGE).await.is(200).text.contains(BANNER), "the page says that dimail does not answer");
    assert!(!anna.get("/account").await.is(200).text.contains(BANNER), "not where it does not matter");
    let longest = ask(&anna, &mut wanted, 12).await;
    assert!(longest < SOON, "a person waited {longest:?}");
    let before = calls(&portal).await;
    let probed = world.until("four probes", || async { calls(&portal).await >= before + 4 }).await;
    say(format!("  refused: a person waits {longest:.1?} at most; four background calls in {probed:.1?}"));
    // A pause is a quarter of the time-out; without pauses the 15 jobs call at once.
    assert!(probed > Duration::from_secs(2), "{probed:?} for four calls to a dimail that is down");
    world.dimail.start_again();
    say(format!("  all is done {:.1?} after its return", world.until("all", || done(&world, wanted.len())).await));
    assert!(!anna.get(PAGE).await.is(200).text.contains(BANNER), "it answers again");

    world.dimail.freeze();
    ask(&anna, &mut wanted, FIRST).await;
    assert!(anna.get(PAGE).await.is(200).text.contains(BANNER));
    let longest = ask(&anna, &mut wanted, 2).await;
    assert!(longest < SOON, "a person waited {longest:?}");
    world.dimail.thaw();
    let took = world.until("all", || done(&world, wanted.len())).await;
    say(format!("  silent: a person waits {longest:.1?} at most; all is done {took:.1?} after its return"));

    world.until_done(DOMAIN).await;
    wanted.sort_by(|one, other| one.local_part.cmp(&other.local_part));
    each_once(&world, DOMAIN, &wanted).await;
}

/// Asks for further mailboxes, one after the other. Returns the longest time to an answer.
async fn ask(anna: &Browser, wanted: &mut Vec<Wanted>, many: usize) -> Duration {
    let mut longest = Duration::ZERO;
    for _ in 0..many {
        // The numbers of mailboxes with a secondary address: the others are answered with a sheet.
        let one = Wanted::new(wanted.len() + wanted.len() / 9);
        let began = Instant::now();
        anna.add_mailbox(DOMAIN, &one).await.is(303);
        longest = longest.max(began.elapsed());
        wanted.push(one);
    }
    longest
}

async fn done(world: &World, many: usize) -> bool {
    world.mailboxes(DOMAIN, "enabled").await == i64::try_from(many).expect("few")
}

/// How many calls the portal has made to dimail.
async fn calls(portal: &Portal) -> u64 {
    let answer = client().get(format!("{}/metrics", portal.url)).send().await.expect("an answer");
    let text = answer.text().await.expect("metrics");
    let counts = text.lines().filter(|line| line.starts_with("dimail_portal_dimail_call_seconds_count"));
    counts.filter_map(|line| line.rsplit(' ').next()?.parse::<u64>().ok()).sum()
}
