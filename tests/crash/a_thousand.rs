//! A domain with a thousand pending mailboxes becomes enabled: each is created once, and other
//! requests do not wait.

use std::time::Instant;

use crate::support::browser::Browser;
use crate::support::database::Database;
use crate::support::verdict::{domain_ready, each_once};
use crate::support::world::{Wanted, World};
use crate::support::{machine, on_both, say};

const DOMAIN: &str = "grande-ville.test";
const OTHER: &str = "voisine.test";
const SIZE: usize = 1000;
const REFUSED: usize = 500;

on_both!(a_thousand_mailboxes);

async fn a_thousand_mailboxes(database: Database) {
    let _quiet = machine().await;
    let world = World::start(database).await;
    let portal = world.portal().await;
    let anna = world.anna(&portal).await;
    anna.add_domain(OTHER).await;
    world.until("the other domain", || async { world.domain_status(OTHER).await == "enabled" }).await;
    say(format!("a thousand mailboxes ({}):", world.kind()));
    let mut wanted = world.waiting_domain(&anna, DOMAIN, SIZE).await;
    let refused = wanted.remove(REFUSED);
    let path = format!("/domains/{DOMAIN}/mailboxes/{}", refused.local_part);
    world.dimail.fault("POST", &path, "refuse_422", 1).await;
    world.until("no email waiting", || async { world.emails_waiting().await == 0 }).await;
    let emails_before = world.post.emails().len();

    let began = Instant::now();
    world.publish(&anna, DOMAIN).await;
    others_go_on(&world, &anna).await;
    world.until("no mailbox pending", || async { world.mailboxes(DOMAIN, "pending").await == 0 }).await;
    let at_dimail = began.elapsed();
    world.until("no email waiting", || async { world.emails_waiting().await == 0 }).await;
    let emails = began.elapsed().saturating_sub(at_dimail);
    say(format!("  all at dimail after {at_dimail:.1?}, all emails {emails:.1?} later"));

    let page = anna.get(&path).await.is(200).has_status("failed");
    assert!(page.text.contains("Refused on order: unprocessable"), "the reason: {}", page.text);
    let tally = each_once(&world, DOMAIN, &wanted).await;
    assert_eq!((tally.creations_repeated, tally.emails_twice), (0, 0), "nothing went wrong here");
    domain_ready(&world, emails_before);
    let creations = world.dimail.creations(DOMAIN).await;
    let asked: usize = creations.values().map(Vec::len).sum();
    assert_eq!((creations.len(), asked), (SIZE, SIZE), "one creation for each");
    let tokens = world.dimail.tokens().await;
    assert!(tokens <= 3, "{tokens} tokens");
    say(format!("  {asked} creations and {tokens} tokens at dimail"));
}

/// During the activation its page shows the progress, and other pages answer without delay.
async fn others_go_on(world: &World, anna: &Browser) {
    let page = anna.get(&format!("/domains/{DOMAIN}")).await.is(200).has_status("enabled");
    assert!(page.text.contains("<progress"), "no progress: {}", page.text);
    for path in ["/domains", &format!("/domains/{OTHER}"), &format!("/domains/{DOMAIN}/mailboxes")] {
        let began = Instant::now();
        anna.get(path).await.is(200);
        say(format!("  meanwhile {path} in {:.0?}", began.elapsed()));
    }
    let one = Wanted::new(SIZE);
    let began = Instant::now();
    let location = anna.add_mailbox(OTHER, &one).await.is(303).location;
    say(format!("  meanwhile a mailbox on another domain in {:.0?}", began.elapsed()));
    anna.get(&location).await.is(200).has_status("enabled");
    let pending = world.mailboxes(DOMAIN, "pending").await;
    assert!(pending > 0, "the activation was over before the person's own request");
}
