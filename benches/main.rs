//! Benchmarks: `cargo bench`. They run the real program with the fake dimail, as processes, on
//! SQLite, and on PostgreSQL if `TEST_DATABASE_URL` names a server. For comparison, a minimal axum
//! server is measured with the same client.
//!
//! The client runs on the same machine as the server. So requests per second include the work of
//! both; the server's processor time per request is read from the system and excludes the client.

#![expect(clippy::expect_used, clippy::print_stdout, reason = "what can't be measured ends the run with its reason")]

mod client;
mod world;

use std::time::{Duration, Instant};

use client::{Client, Load, get, load, post, repeat};
use world::{Database, LARGE, Process, SMALL, World};

/// How long each list is requested in each round.
const ROUND: Duration = Duration::from_secs(3);
/// Number of rounds. The lists are measured in turn in each round, so that a short load on the
/// machine does not affect one list only.
const ROUNDS: usize = 3;
/// Number of concurrent clients.
const CLIENTS: usize = 16;

fn main() {
    if std::env::args().nth(1).as_deref() == Some("bare") {
        // As many threads as the portal has.
        let mut threads = tokio::runtime::Builder::new_multi_thread();
        return threads.enable_all().build().expect("a runtime").block_on(world::serve_bare());
    }
    // One thread: the client should leave the processors to the server.
    let mut thread = tokio::runtime::Builder::new_current_thread();
    thread.enable_all().build().expect("a runtime").block_on(measure());
}

async fn measure() {
    let size = std::fs::metadata(world::PROGRAM).expect("the program").len();
    println!("program: {:.1} MB", mega(size));
    let mut databases = vec![Database::sqlite()];
    databases.extend(Database::postgres());
    let is_waiting_alone = std::env::args().any(|argument| argument == "waiting");
    for database in databases {
        println!("\n{}", database.kind());
        waiting(&database).await;
        if is_waiting_alone {
            database.forget().await;
            continue;
        }
        first_answer(&database).await;
        lists(&database).await;
        for (delay, domains) in [(0, 1), (0, CLIENTS), (50, 1)] {
            creations(&database, delay, domains).await;
        }
        activation(&database).await;
        database.forget().await;
    }
}

fn mega(bytes: u64) -> f64 {
    f64::from(u32::try_from(bytes / 1024).unwrap_or(u32::MAX)) / 1024.0
}

/// The time from the start of the process to the sign-in page, with an existing database.
async fn first_answer(database: &Database) {
    let mut times = Vec::new();
    for _ in 0..6 {
        let world = World::start(database, 0).await;
        times.push(world.took_to_answer);
    }
    // The first start creates the schema.
    let new = times.remove(0);
    times.sort();
    println!(
        "start to first answer: {:.0?} (with a new database {:.0?})",
        times.get(times.len() / 2).expect("times"),
        new
    );
}

async fn lists(database: &Database) {
    let world = World::start(database, 0).await;
    world.fill().await;
    let cookie = world.sign_in().await;
    let bare = Process::bare();
    let bare_address = bare.first_line_address();
    let pages = [
        ("bare axum answer", bare_address, "/".to_owned(), bare.id()),
        ("domain list, 20 rows", world.address, "/domains".to_owned(), world.portal()),
        ("mailbox list of 100", world.address, format!("/domains/{SMALL}/mailboxes"), world.portal()),
        ("mailbox list of 100,000", world.address, format!("/domains/{LARGE}/mailboxes"), world.portal()),
    ];
    let mut all: Vec<Vec<Load>> = pages.iter().map(|_| Vec::new()).collect();
    for _ in 0..ROUNDS {
        for ((_, address, path, process), loads) in pages.iter().zip(&mut all) {
            let request = get(path, &cookie);
            repeat(*address, CLIENTS, ROUND / 6, |_| request.clone()).await;
            loads.push(load(*address, &request, CLIENTS, ROUND, *process).await);
        }
    }
    println!("{:<26} {:>10} {:>10} {:>10} {:>16}", "", "requests/s", "p50", "p99", "processor/request");
    for ((name, ..), mut loads) in pages.iter().zip(all) {
        loads.sort_by(|one, other| one.a_second.total_cmp(&other.a_second));
        let Load { a_second, p50, p99, processor } = *loads.get(loads.len() / 2).expect("rounds");
        println!("{name:<26} {a_second:>10.0} {p50:>10.2?} {p99:>10.2?} {processor:>16.1?}");
    }
    let (now, peak) = world.memory();
    println!("memory after that: {:.1} MB (at most {:.1} MB)", mega(now), mega(peak));
}

/// Creates mailboxes on enabled domains by form; each form is answered when dimail has the mailbox.
/// On one domain, creations wait for the domain's lock.
async fn creations(database: &Database, delay: u64, domains: usize) {
    let world = World::start(database, delay).await;
    let cookie = world.sign_in().await;
    let names: Vec<String> = (0..domains).map(|n| format!("creation-{delay}-{domains}-{n}.test")).collect();
    for name in &names {
        world.add_domain(name, &cookie, &[]).await;
    }
    let tokens = world.dimail_ticks();
    let (portal, began) = (world::ticks_of(world.portal()), Instant::now());
    let made = repeat(world.address, CLIENTS, ROUND, |n| {
        let name = names.get(n % domains).expect("a domain");
        post(&format!("/domains/{name}/new-mailbox"), &cookie, &world::new_mailbox(n))
    })
    .await;
    let seconds = began.elapsed().as_secs_f64();
    let each = |ticks: u64| world::processor(ticks) / u32::try_from(made.len().max(1)).unwrap_or(1);
    let rate = f64::from(u32::try_from(made.len()).unwrap_or(u32::MAX)) / seconds;
    println!(
        "creations, dimail at {delay} ms, {CLIENTS} clients, {domains} domains: {rate:.0}/s, p99 {:.0?} (processor: portal {:.0?}, fake dimail {:.0?} each)",
        client::quantile(&made, 0.99),
        each(world::ticks_of(world.portal()) - portal),
        each(world.dimail_ticks() - tokens),
    );
}

/// Activates a domain with 1,000 pending mailboxes.
async fn activation(database: &Database) {
    let world = World::start(database, 0).await;
    let cookie = world.sign_in().await;
    let domain = "activation.test";
    world.add_domain(domain, &cookie, &["wrong_mx"]).await;
    let mut client = Client::connect(world.address).await;
    let path = format!("/domains/{domain}/new-mailbox");
    for n in 0..1000 {
        client.ask(&post(&path, &cookie, &world::new_mailbox(n))).await;
    }
    world.publish(domain).await;
    let began = Instant::now();
    client.ask(&post(&format!("/domains/{domain}/check"), &cookie, "")).await;
    while database.count("mailboxes where status = 'pending'").await > 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    println!("activation of 1,000 that waited: {:.1?}", began.elapsed());
}

/// Creations on one domain beside mailboxes of another that wait, and the change of status of that one. With
/// the argument `waiting` nothing else is measured.
async fn waiting(database: &Database) {
    let world = World::start(database, 0).await;
    let cookie = world.sign_in().await;
    world.add_domain("ailleurs.test", &cookie, &[]).await;
    world.add_domain("attente.test", &cookie, &["wrong_mx"]).await;
    let alone = creations_elsewhere(&world, &cookie, 0).await;
    world.fill_waiting("attente.test", 0..100_000).await;
    let before = world::ticks_of(world.portal());
    tokio::time::sleep(ROUND).await;
    let idle = world::processor(world::ticks_of(world.portal()) - before) / 3;
    let beside = creations_elsewhere(&world, &cookie, 100).await;
    println!("a creation beside 100,000 that wait: {beside:.1?} (beside none: {alone:.1?}), idle: {idle:.0?}/s");
    world.fill_waiting("attente.test", 100_000..200_000).await;
    world.publish("attente.test").await;
    world.add_domain("vide.test", &cookie, &[]).await;
    let took = |domain: &str| {
        let began = Instant::now();
        world.run_domains(&["disable", domain, "--reason", "essai"]);
        began.elapsed()
    };
    let (empty, closing) = (took("vide.test"), took("attente.test"));
    let began = Instant::now();
    world.run_domains(&["enable", "attente.test"]);
    while database.count("domains where name = 'attente.test' and status = 'enabled'").await == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let opening = began.elapsed();
    let meanwhile = creations_elsewhere(&world, &cookie, 200).await;
    println!(
        "`domains disable` of a domain for which 200,000 wait: {closing:.1?} (an empty domain: {empty:.1?}); enabled again, \
         with its check: {opening:.1?}; a creation elsewhere meanwhile: {meanwhile:.1?}"
    );
}

/// The median of 50 creations, one after the other, with numbers from `first` on.
async fn creations_elsewhere(world: &World<'_>, cookie: &str, first: usize) -> Duration {
    let mut times = Vec::new();
    for n in first..first + 50 {
        let mut client = Client::connect(world.address).await;
        let began = Instant::now();
        client.ask(&post("/domains/ailleurs.test/new-mailbox", cookie, &world::new_mailbox(n))).await;
        times.push(began.elapsed());
    }
    client::quantile(&times, 0.5)
}
