//! Commands run beside a running portal, which carries out what they stored.

use crate::support::database::Database;
use crate::support::smtp::Received;
use crate::support::verdict::each_once;
use crate::support::world::World;
use crate::support::{machine, on_both, say};

const DOMAIN: &str = "grande-ville.test";

on_both!(check_disable_enable, during_an_activation, journals_are_verified);

/// Runs a command that must succeed, and returns its output.
fn operator(world: &World, arguments: &[&str]) -> String {
    let output = world.operator(arguments);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{arguments:?}: {said} {}", String::from_utf8_lossy(&output.stderr));
    said
}

fn emails_about(world: &World, reason: &str) -> usize {
    let says_so = |email: &&Received| email.decoded().contains(reason);
    world.post.emails().iter().filter(says_so).count()
}

async fn check_disable_enable(database: Database) {
    let world = World::start(database).await;
    let portal = world.portal().await;
    let anna = world.anna(&portal).await;
    say(format!("commands beside a portal ({}):", world.kind()));
    let wanted = world.waiting_domain(&anna, DOMAIN, 10).await;
    world.until("no email waiting", || async { world.emails_waiting().await == 0 }).await;
    let path = format!("/domains/{DOMAIN}");

    world.dimail.finds(DOMAIN, &[]).await;
    assert_eq!(operator(&world, &["domains", "check", DOMAIN]), format!("{DOMAIN}\tenabled\n"));
    anna.get(&path).await.is(200).has_status("enabled");
    let took_up = world.until("creations", || async { world.mailboxes(DOMAIN, "pending").await < 10 }).await;
    say(format!("  check: the portal goes on after {took_up:.1?}"));
    world.until_done(DOMAIN).await;
    let tally = each_once(&world, DOMAIN, &wanted).await;
    assert_eq!((tally.creations_repeated, tally.emails_twice), (0, 0));

    operator(&world, &["domains", "disable", DOMAIN, "--reason", "Motif-Vérifiable"]);
    anna.get(&path).await.is(200).has_status("disabled");
    let took_up = world.until("its emails", || async { emails_about(&world, "Motif-Vérifiable") == 2 }).await;
    say(format!("  disable: its emails have left after {took_up:.1?}"));
    anna.post(&format!("{path}/new-mailbox"), &[("first_name", "A"), ("last_name", "B")]).await.is(409);
    anna.post(&format!("{path}/check"), &[]).await.is(409);
    let said = operator(&world, &["domains", "check", DOMAIN]);
    assert_eq!(said, format!("{DOMAIN}\tdisabled: not checked\n"));

    let emails_before = world.post.emails().len();
    assert_eq!(operator(&world, &["domains", "enable", DOMAIN]), format!("{DOMAIN}\tenabled\n"));
    anna.get(&path).await.is(200).has_status("enabled");
    let took_up = world.until("its emails", || async { world.post.emails().len() == emails_before + 2 }).await;
    say(format!("  enable: its emails have left after {took_up:.1?}"));
    let again = operator(&world, &["domains", "enable", DOMAIN]);
    assert_eq!(again, format!("{DOMAIN}\tenabled: not disabled\n"));
    let late = world.database.count("emails where attempts <= 1 and due_at > created_at").await;
    assert_eq!(late, 0, "emails that wait although few left for their address");
}

/// A command does not fail while the portal writes as fast as it can, and its result is valid at
/// once.
async fn journals_are_verified(database: Database) {
    let world = World::start(database).await;
    let portal = world.portal().await;
    let anna = world.anna(&portal).await;
    world.waiting_domain(&anna, DOMAIN, 3).await;
    operator(&world, &["domains", "disable", DOMAIN, "--reason", "Travaux"]);
    let lines = world.database.count("journal").await;
    let intact = format!("{DOMAIN}\t{lines} lines, as they were written\n");
    assert_eq!(operator(&world, &["journal", "verify"]), intact);
    assert_eq!(operator(&world, &["journal", "verify", DOMAIN]), intact);
    assert_eq!(world.database.count("journal where origin = 'command' and actor_name <> ''").await, 1);
    world.database.change("update journal set as_staff = 1 where sequence = 2").await;
    let output = world.operator(&["journal", "verify"]);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(said, format!("{DOMAIN}\tline 2 was altered or replaced\n"));
    assert_eq!(world.operator(&["journal", "verify", "nulle-part.test"]).status.code(), Some(1));
    world.database.change("update journal set as_staff = 0 where sequence = 2").await;
}

async fn during_an_activation(database: Database) {
    let _quiet = machine().await;
    let world = World::start(database).await;
    let portal = world.portal().await;
    let anna = world.anna(&portal).await;
    say(format!("commands during an activation ({}):", world.kind()));
    let wanted = world.waiting_domain(&anna, DOMAIN, 300).await;
    world.publish(&anna, DOMAIN).await;
    world.until("a part of it", || async { world.mailboxes(DOMAIN, "enabled").await > 20 }).await;
    let began = std::time::Instant::now();
    operator(&world, &["domains", "disable", DOMAIN, "--reason", "Trop"]);
    say(format!("  disabled in {:.1?}", began.elapsed()));
    let held = "jobs where claim is not null";
    world.until("what was under way", || async { world.database.count(held).await == 0 }).await;
    let (left, asked) = (world.mailboxes(DOMAIN, "pending").await, world.dimail.creations(DOMAIN).await.len());
    assert!(left > 0, "the activation was over before the domain was disabled");
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    assert_eq!(world.mailboxes(DOMAIN, "pending").await, left, "nothing is made on a closed domain");
    assert_eq!(world.dimail.creations(DOMAIN).await.len(), asked, "nothing is asked for a closed domain");
    let began = std::time::Instant::now();
    operator(&world, &["domains", "enable", DOMAIN]);
    operator(&world, &["domains", "list"]);
    say(format!("  enabled and listed in {:.1?}; {left} were left", began.elapsed()));
    world.until_done(DOMAIN).await;
    let tally = each_once(&world, DOMAIN, &wanted).await;
    assert_eq!((tally.creations_repeated, tally.emails_twice), (0, 0));
    let log = world.logged(&portal);
    assert!(!log.contains("ERROR"), "{log}");
}
