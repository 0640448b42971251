//! On SIGTERM the portal finishes or gives back its work within ten seconds, and exits with
//! success.

use std::time::Duration;

use crate::support::browser::client;
use crate::support::database::Database;
use crate::support::verdict::each_once;
use crate::support::world::{PATIENCE, Portal, Wanted, World};
use crate::support::{machine, on_both, say};

const DOMAIN: &str = "grande-ville.test";
/// The longest shutdown, as in docs/installation.md and as service managers wait.
const LONGEST: Duration = Duration::from_secs(10);

on_both!(during_an_activation, while_dimail_hangs, while_nothing_happens, it_says_so_before_it_refuses_connections);

/// Stops the portal, and demands that it exits with success and holds no lease.
async fn stop(world: &World, portal: &mut Portal) -> Duration {
    portal.process.terminate();
    let (status, took) = portal.process.end(PATIENCE).await;
    assert_eq!(status.code(), Some(0), "{status}");
    let held = "select kind, object from jobs where claim is not null";
    assert_eq!(world.database.texts(held).await, Vec::<String>::new(), "jobs still held");
    let held = "select recipient from emails where lease_holder is not null";
    assert_eq!(world.database.texts(held).await, Vec::<String>::new(), "emails still held");
    assert!(took < LONGEST, "it took {took:?}");
    took
}

async fn during_an_activation(database: Database) {
    let _quiet = machine().await;
    let world = World::start(database).await;
    let mut portal = world.portal().await;
    let anna = world.anna(&portal).await;
    say(format!("stopped during an activation ({}):", world.kind()));
    let wanted = world.waiting_domain(&anna, DOMAIN, 200).await;
    world.publish(&anna, DOMAIN).await;
    world.until("a part of it", || async { world.mailboxes(DOMAIN, "enabled").await > 20 }).await;
    let took = stop(&world, &mut portal).await;
    assert_eq!(world.database.count("sent_calls").await, 0, "dimail answered: nothing is unclear");
    let left = world.mailboxes(DOMAIN, "pending").await;
    assert!(left > 0, "the activation was over before the portal stopped");
    say(format!("  ended after {took:.1?}, {left} left"));
    world.again(&mut portal).await;
    world.until_done(DOMAIN).await;
    let tally = each_once(&world, DOMAIN, &wanted).await;
    assert_eq!((tally.creations_repeated, tally.emails_twice), (0, 0), "no call was interrupted");
}

async fn while_dimail_hangs(database: Database) {
    let world = World::start(database).await;
    let mut portal = world.portal().await;
    let anna = world.anna(&portal).await;
    anna.add_domain("autre.test").await;
    world.until("the other domain", || async { world.domain_status("autre.test").await == "enabled" }).await;
    say(format!("stopped while dimail hangs ({}):", world.kind()));
    let wanted = world.waiting_domain(&anna, DOMAIN, 20).await;
    world.until("no email waiting", || async { world.emails_waiting().await == 0 }).await;
    // An email waits for dimail to answer its request for a new password.
    let others = [Wanted::new(70), Wanted::new(71)];
    let location = anna.add_mailbox("autre.test", &others[0]).await.is(303).location;
    world.until("its email", || async { world.emails_waiting().await == 0 }).await;
    world.dimail.fault("POST", &format!("{location}/reset_password"), "hang", 1).await;
    anna.post(&format!("{location}/reset-password"), &[]).await.is(303);
    // The other claimed jobs wait for a place in the limiter.
    world.dimail.fault("POST", "/domains/*/mailboxes/*", "act_then_hang", 1).await;
    world.dimail.fault("POST", "/domains/*/mailboxes/*", "hang", 1).await;
    world.publish(&anna, DOMAIN).await;
    // A person waits for the answer to a form.
    let (waits, fields) = (anna.clone(), others[1].clone());
    let waits = tokio::spawn(async move { waits.try_post("/domains/autre.test/new-mailbox", &fields.fields()).await });
    let held = || async { world.database.count("jobs where claim is not null").await >= 9 };
    world.until("eight jobs and the person's own", held).await;
    let held = "emails where lease_holder is not null and mailbox_id is not null";
    assert_eq!(world.database.count(held).await, 1, "the email");
    let took = stop(&world, &mut portal).await;
    let told = waits.await.expect("no panic").map(|page| page.status).map_err(|error| error.is_connect());
    let unclear = world.database.count("sent_calls").await;
    say(format!("  ended after {took:.1?}, {unclear} calls without an answer; the person who waited got {told:?}"));
    assert_eq!(told, Ok(303), "the waiting person is answered");
    assert!((1..=2).contains(&unclear), "{unclear} calls hang, those that wait for a place were not sent");
    world.again(&mut portal).await;
    let freed = world.until("no mailbox pending", || async { world.mailboxes(DOMAIN, "pending").await == 0 }).await;
    say(format!("  all at dimail {freed:.1?} after the next start"));
    world.until_done("autre.test").await;
    world.until_done(DOMAIN).await;
    assert_eq!(world.dimail.mailboxes("autre.test").await, others.map(|one| one.local_part), "their mailboxes");
    let tally = each_once(&world, DOMAIN, &wanted).await;
    assert_eq!(tally.emails_twice, 0, "the SMTP server was well");
}

async fn while_nothing_happens(database: Database) {
    let world = World::start(database).await;
    let mut portal = world.portal().await;
    let anna = world.anna(&portal).await;
    anna.get("/domains").await.is(200);
    let took = stop(&world, &mut portal).await;
    say(format!("stopped while nothing happens ({}): ended after {took:.1?}", world.kind()));
    let log = world.logged(&portal);
    assert!(!log.contains("ERROR") && !log.contains("WARN"), "{log}");
}

async fn it_says_so_before_it_refuses_connections(database: Database) {
    let world = World::start(database).await;
    let mut portal = world.portal().await;
    let (client, url) = (client(), format!("{}/readyz?exclude=dimail,worker", portal.url));
    let ready = async || client.get(&url).send().await.expect("it accepts connections");
    assert_eq!(ready().await.status().as_u16(), 200);
    portal.process.terminate();
    let answer = loop {
        let answer = ready().await;
        if answer.status().as_u16() == 503 {
            break answer.text().await.expect("a text");
        }
    };
    assert!(answer.contains("portal: stopping"), "{answer}");
    portal.process.end(PATIENCE).await;
    assert!(client.get(&url).send().await.is_err());
}
