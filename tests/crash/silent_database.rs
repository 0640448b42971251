//! A PostgreSQL server that goes silent: it closes nothing and answers nothing. Pages say so within 2
//! seconds, the worker does not wait for ever, and the portal recovers without a restart.

use std::time::{Duration, Instant};

use crate::support::browser::client;
use crate::support::database::Database;
use crate::support::proxy::Proxy;
use crate::support::say;
use crate::support::world::{Portal, Wanted, World};

const DOMAIN: &str = "ville.test";
/// The longest time to an answer, with something for a slow machine.
const LONGEST: Duration = Duration::from_secs(3);
/// More requests than the portal has idle connections.
const CONNECTIONS: usize = 8;

async fn is_alive(portal: &Portal) -> bool {
    client().get(format!("{}/healthz", portal.url)).send().await.expect("an answer").status().is_success()
}

/// Silence that ends by `end`; everything works afterwards.
async fn silence(end: impl FnOnce(&Proxy)) {
    let Some(database) = Database::postgres() else { return };
    let world = World::start(database).await;
    let proxy = Proxy::before(&world.database.url).await;
    // A setting of this test lives as long as the process.
    let url: &'static str = Box::leak(proxy.url.clone().into_boxed_str());
    let portal = world.portal_with(("la_regie", "password"), &[("DATABASE_URL", url)]).await;
    let anna = world.anna(&portal).await;
    anna.add_domain(DOMAIN).await;
    world.until("the first check", || async { world.domain_status(DOMAIN).await == "enabled" }).await;
    world.until("no email waiting", || async { world.emails_waiting().await == 0 }).await;
    let emails = world.post.emails().len();

    proxy.keep_still();
    for _ in 0..3 {
        let began = Instant::now();
        let page = anna.get(&format!("/domains/{DOMAIN}")).await.is(503);
        assert!(began.elapsed() < LONGEST, "a page took {:?}", began.elapsed());
        assert_eq!(page.retry_after, "5");
        let began = Instant::now();
        let page = anna.add_mailbox(DOMAIN, &Wanted::new(1)).await.is(503);
        assert!(began.elapsed() < LONGEST, "a form took {:?}", began.elapsed());
        assert!(page.text.contains("agent.0001@ailleurs.test"), "{}", page.text);
    }
    let red = world.until("a liveness check that is red", || async { !is_alive(&portal).await }).await;
    say(format!("a silent database: the liveness check is red after {red:.1?}"));

    end(&proxy);
    let back = world.until("a liveness check that is green", || async { is_alive(&portal).await }).await;
    let path = format!("/domains/{DOMAIN}");
    world.until("pages", || async { anna.get(&path).await.status == 200 }).await;
    anna.add_mailbox(DOMAIN, &Wanted::new(1)).await.is(303);
    world.until("its email", || async { world.post.emails().len() > emails }).await;
    say(format!("  green again after {back:.1?}"));
    let log = world.logged(&portal);
    assert!(log.contains("database: no answer"), "{log}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn that_goes_on() {
    silence(Proxy::go_on).await;
}

/// As after a fail-over: the open connections lead nowhere.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn that_is_replaced_by_another() {
    silence(Proxy::forward_new_ones).await;
}

/// The server is stopped: its connections end, and new ones are refused. The log says so.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn that_refuses_is_told() {
    let Some(database) = Database::postgres() else { return };
    let world = World::start(database).await;
    let proxy = Proxy::before(&world.database.url).await;
    let url: &'static str = Box::leak(proxy.url.clone().into_boxed_str());
    let portal = world.portal_with(("la_regie", "password"), &[("DATABASE_URL", url)]).await;
    let anna = world.anna(&portal).await;
    anna.get("/domains").await.is(200);
    drop(proxy);
    // The first requests may find that an old connection has ended; each closes the one it had.
    let mut is_told = false;
    for _ in 0..CONNECTIONS {
        let began = Instant::now();
        let page = anna.get("/domains").await.is(503);
        assert!(began.elapsed() < LONGEST, "a page took {:?}", began.elapsed());
        let log = world.logged(&portal);
        assert!(!log.contains("pool timed out"), "{log}");
        is_told |= log.lines().any(|line| line.contains(&page.number) && line.contains("Connection refused"));
    }
    assert!(is_told, "{}", world.logged(&portal));
    tokio::time::sleep(Duration::from_secs(25)).await;
    assert!(is_alive(&portal).await, "a restart would not help");
}

/// The silence begins at a commit: it may have been carried out, as here, and the page says so.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn that_begins_at_a_commit() {
    let Some(database) = Database::postgres() else { return };
    let world = World::start(database).await;
    let proxy = Proxy::before(&world.database.url).await;
    let url: &'static str = Box::leak(proxy.url.clone().into_boxed_str());
    let portal = world.portal_with(("la_regie", "password"), &[("DATABASE_URL", url)]).await;
    let anna = world.anna(&portal).await;
    world.dimail.finds(DOMAIN, &["wrong_mx"]).await;
    anna.add_domain(DOMAIN).await;
    world.until_done(DOMAIN).await;

    proxy.keep_still_after_commit_of("agent.0001");
    let began = Instant::now();
    let page = anna.add_mailbox(DOMAIN, &Wanted::new(1)).await.is(503);
    assert!(began.elapsed() < LONGEST, "the form took {:?}", began.elapsed());
    assert_eq!(page.retry_after, "5");
    assert!(page.text.contains("ne sait pas si votre demande est enregistrée"), "{}", page.text);
    assert!(page.text.contains(&format!("href=\"/domains/{DOMAIN}/mailboxes\"")), "{}", page.text);
    assert!(page.text.contains("agent.0001@ailleurs.test"), "{}", page.text);

    proxy.go_on();
    let path = format!("/domains/{DOMAIN}/mailboxes/agent.0001");
    world.until("the mailbox", || async { anna.get(&path).await.status == 200 }).await;
}

/// SIGTERM ends the portal in time although it cannot give back its leases.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_is_not_delayed() {
    let Some(database) = Database::postgres() else { return };
    let world = World::start(database).await;
    let proxy = Proxy::before(&world.database.url).await;
    let url: &'static str = Box::leak(proxy.url.clone().into_boxed_str());
    let mut portal = world.portal_with(("la_regie", "password"), &[("DATABASE_URL", url)]).await;
    world.anna(&portal).await.get("/domains").await.is(200);
    proxy.keep_still();
    tokio::time::sleep(Duration::from_secs(2)).await;
    portal.process.terminate();
    let (status, took) = portal.process.end(Duration::from_secs(30)).await;
    assert_eq!(status.code(), Some(0), "{status}");
    assert!(took < Duration::from_secs(15), "it took {took:?}");
}
