//! Two portals on one PostgreSQL database share the work.

use crate::support::database::Database;
use crate::support::verdict::{domain_ready, each_once};
use crate::support::world::World;
use crate::support::{machine, say};

const DOMAIN: &str = "grande-ville.test";
const SIZE: usize = 400;

/// Two portals, each with its own account at dimail, so that dimail's journal shows which portal
/// sent a call.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_portals_activate_a_domain_together() {
    let Some(database) = Database::postgres() else { return };
    let _quiet = machine().await;
    let world = World::start(database).await;
    let first = world.portal().await;
    let anna = world.anna(&first).await;
    say("two portals (PostgreSQL):");
    let wanted = world.waiting_domain(&anna, DOMAIN, SIZE).await;
    world.dimail.add_account("la_seconde", "password", DOMAIN).await;
    let second = world.portal_with(("la_seconde", "password"), &[]).await;
    world.until("no email waiting", || async { world.emails_waiting().await == 0 }).await;
    let emails_before = world.post.emails().len();
    world.publish(&anna.at(&second.url), DOMAIN).await;
    let took = world.until("no mailbox pending", || async { world.mailboxes(DOMAIN, "pending").await == 0 }).await;
    let more = world.until("no email waiting", || async { world.emails_waiting().await == 0 }).await;
    let tally = each_once(&world, DOMAIN, &wanted).await;
    domain_ready(&world, emails_before);
    say(format!("  all at dimail after {took:.1?}, all emails {more:.1?} later; by {:?}", tally.by_account));
    assert_eq!((tally.creations_repeated, tally.emails_twice), (0, 0), "nothing went wrong here");
    assert_eq!(tally.by_account.len(), 2, "one portal did everything");
}

/// If one of two portals is killed, the other takes over its work.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_goes_on_for_another_that_was_killed() {
    let Some(database) = Database::postgres() else { return };
    let busy = machine().await;
    let world = World::start(database).await;
    let mut first = world.portal().await;
    let anna = world.anna(&first).await;
    say("one of two is killed (PostgreSQL):");
    let wanted = world.waiting_domain(&anna, DOMAIN, SIZE / 2).await;
    let second = world.portal().await;
    world.publish(&anna.at(&second.url), DOMAIN).await;
    let half = || async { world.mailboxes(DOMAIN, "enabled").await > 50 };
    world.until("a part of it", half).await;
    first.process.kill();
    drop(busy);
    let took = world.until("no mailbox pending", || async { world.mailboxes(DOMAIN, "pending").await == 0 }).await;
    world.until("no email waiting", || async { world.emails_waiting().await == 0 }).await;
    // The links of its emails lead to it.
    world.again(&mut first).await;
    let tally = each_once(&world, DOMAIN, &wanted).await;
    say(format!(
        "  all at dimail {took:.1?} after the death; creations repeated {}, emails twice {}",
        tally.creations_repeated, tally.emails_twice
    ));
}
