//! The portal is killed repeatedly while it activates a domain; each mailbox is created once all
//! the same.

use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use crate::support::database::Database;
use crate::support::verdict::{domain_ready, each_once};
use crate::support::world::World;
use crate::support::{machine, on_both, say};

const DOMAIN: &str = "grande-ville.test";
const SIZE: usize = 800;
const KILLS: usize = 20;
/// How long the portal runs before each kill, in milliseconds.
const LIFE: std::ops::RangeInclusive<u64> = 50..=600;

on_both!(twenty_deaths);

async fn twenty_deaths(database: Database) {
    let busy = machine().await;
    let world = World::start(database).await;
    let mut portal = world.portal().await;
    let anna = world.anna(&portal).await;
    let seed = std::env::var("CRASH_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or_else(rand::random::<u64>);
    say(format!("twenty deaths ({}), CRASH_SEED={seed}:", world.kind()));
    let mut chance = StdRng::seed_from_u64(seed);
    let wanted = world.waiting_domain(&anna, DOMAIN, SIZE).await;
    world.until("no email waiting", || async { world.emails_waiting().await == 0 }).await;
    let emails_before = world.post.emails().len();
    world.publish(&anna, DOMAIN).await;
    let mut pending = Vec::new();
    let mut last_death = Instant::now();
    for _ in 0..KILLS {
        tokio::time::sleep(Duration::from_millis(chance.random_range(LIFE))).await;
        portal.process.kill();
        last_death = Instant::now();
        pending.push(world.mailboxes(DOMAIN, "pending").await);
        world.again(&mut portal).await;
    }
    say(format!("  pending at each death: {pending:?}"));
    let unleased = "mailboxes where status = 'pending' and id in \
                    (select object from jobs where claim is null and due_at is not null)";
    world.until("jobs without a lease", || async { world.database.count(unleased).await == 0 }).await;
    say(format!("  what no dead portal held was done {:.1?} after the last death", last_death.elapsed()));
    // The remaining jobs wait until the leases of the killed portals expire.
    drop(busy);
    world.until("no mailbox pending", || async { world.mailboxes(DOMAIN, "pending").await == 0 }).await;
    let at_dimail = last_death.elapsed();
    world.until("no email waiting", || async { world.emails_waiting().await == 0 }).await;
    say(format!("  all at dimail {at_dimail:.1?} after the last death, all emails {:.1?}", last_death.elapsed()));
    let tally = each_once(&world, DOMAIN, &wanted).await;
    domain_ready(&world, emails_before);
    let log = world.logged(&portal);
    let errors: Vec<&str> = log.lines().filter(|line| line.contains("ERROR") || line.contains("panicked")).collect();
    assert_eq!(errors, Vec::<&str>::new());
    say(format!(
        "  creations repeated after no answer: {}; emails twice: {} of {}",
        tally.creations_repeated,
        tally.emails_twice,
        wanted.len() - tally.to_hand_over
    ));
}
