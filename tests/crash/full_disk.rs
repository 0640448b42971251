//! A disk that becomes full, and files that cannot grow: what cannot be stored is answered with 503, and
//! when there is space again the portal works without a restart.

use std::path::{Path, PathBuf};

use crate::support::browser::{Browser, client};
use crate::support::database::Database;
use crate::support::disk::{SmallDisk, limit_files};
use crate::support::not_tested;
use crate::support::world::{ANNA, PATIENCE, Portal, Wanted, World};

const DOMAIN: &str = "ville.test";

/// The folder of a SQLite database.
fn folder(database: &Database) -> PathBuf {
    let file = database.url.trim_start_matches("sqlite://");
    Path::new(file).parent().and_then(Path::parent).expect("a folder").to_owned()
}

async fn ready(portal: &Portal) -> String {
    let answer = client().get(format!("{}/readyz", portal.url)).send().await.expect("an answer");
    answer.text().await.expect("a text")
}

/// Uses the portal until something cannot be stored; each of several connections must meet the fault.
async fn until_refused(anna: &Browser, from: usize) {
    let mut refused = 0;
    for number in from..from + 5000 {
        let page = anna.add_mailbox(DOMAIN, &Wanted::new(number)).await;
        if page.status == 503 {
            assert_eq!(page.retry_after, "5");
            assert!(page.text.contains(&format!("agent.{number:04}")), "{}", page.text);
            refused += 1;
        }
        if refused == 30 {
            return;
        }
        assert!([303, 503].contains(&page.status), "{} {}", page.status, page.text);
    }
    panic!("everything was stored");
}

/// After the fault everything works again, over every connection.
async fn works_again(world: &World, portal: &Portal, anna: &Browser) {
    world.until("a database that can be written", || async { ready(portal).await.contains("database: ok") }).await;
    for number in 9000..9030 {
        let page = anna.add_mailbox(DOMAIN, &Wanted::new(number)).await;
        // 200 is the sheet of a mailbox without secondary address.
        assert!([200, 303].contains(&page.status), "{} {}", page.status, page.text);
    }
    world.until_done(DOMAIN).await;
    assert!(ready(portal).await.starts_with("database: ok\nworker: ok\n"));
    let log = world.logged(portal);
    assert!(!log.contains("panicked"), "{log}");
}

async fn prepared(world: &World) -> (Portal, Browser) {
    let portal = world.portal().await;
    let anna = world.anna(&portal).await;
    world.dimail.finds(DOMAIN, &["wrong_mx"]).await;
    anna.add_domain(DOMAIN).await;
    (portal, anna)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk() {
    let database = Database::sqlite();
    let Some(disk) = SmallDisk::mount(folder(&database)) else {
        return not_tested("DISK_TESTS", "a full disk: mounting one is not allowed");
    };
    let world = World::start(database).await;
    let (portal, anna) = prepared(&world).await;
    disk.fill();
    until_refused(&anna, 0).await;
    let told = || async { ready(&portal).await.contains("database: cannot be written") };
    world.until("a portal that is not ready", told).await;
    anna.get(&format!("/domains/{DOMAIN}")).await.is(200);
    disk.make_space();
    world.publish(&anna, DOMAIN).await;
    works_again(&world, &portal, &anna).await;
    drop(portal);
    world.database.close().await;
    drop(disk);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_that_cannot_grow() {
    let database = Database::sqlite();
    let log = folder(&database).join("new/portal.db-wal");
    let world = World::start(database).await;
    let (mut portal, anna) = prepared(&world).await;
    let size = std::fs::metadata(&log).expect("a file").len();
    limit_files(portal.process.id(), Some(size));
    until_refused(&anna, 0).await;
    limit_files(portal.process.id(), None);
    world.publish(&anna, DOMAIN).await;
    works_again(&world, &portal, &anna).await;
    portal.process.terminate();
    assert!(portal.process.end(PATIENCE).await.0.success());
}

/// An email whose claim cannot be stored does not leave: after each failure it would leave once more.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_email_that_cannot_be_claimed_stays() {
    let database = Database::sqlite();
    let log = folder(&database).join("new/portal.db-wal");
    let world = World::start(database).await;
    // Due again soon, however long it takes until nothing can be stored.
    let portal = world.portal_with(("la_regie", "password"), &[("RETRY_LONGEST", "500ms")]).await;
    let anna = world.anna(&portal).await;
    world.dimail.finds(DOMAIN, &["wrong_mx"]).await;
    anna.add_domain(DOMAIN).await;
    world.until("no email waiting", || async { world.emails_waiting().await == 0 }).await;
    let before = world.post.emails().len();
    world.post.answer("MAIL", "450 4.3.0 later");
    anna.post("/forgot-password", &[("email", ANNA)]).await.is(303);
    world.until("an attempt", || async { world.post.lines().iter().any(|line| line.starts_with("MAIL")) }).await;
    let size = std::fs::metadata(&log).expect("a file").len();
    limit_files(portal.process.id(), Some(size));
    until_refused(&anna, 0).await;
    world.post.behave();
    let claims = || world.logged(&portal).matches("the worker could not claim due jobs and emails").count();
    let failed = claims();
    world.until("claims that cannot be stored", || async { claims() > failed + 2 }).await;
    assert_eq!(world.post.emails().len(), before, "an email left without a claim");
    limit_files(portal.process.id(), None);
    world.until("no email waiting", || async { world.emails_waiting().await == 0 }).await;
    assert_eq!(world.post.emails().iter().skip(before).filter(|email| email.to == ANNA).count(), 1);
}
