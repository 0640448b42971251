//! A long run in which everything fails: several people ask for 500 changes of every kind and change their minds,
//! while dimail fails in every way that the fake knows, freezes and is killed, the SMTP server refuses, is silent
//! or away, the database is locked, full, silent, restarted or only read, and the portals are killed at 30 random times. Half of it runs on SQLite with one portal, the other
//! half with two portals on one PostgreSQL database. At the end, without faults, `verdict` demands that what
//! people were promised, what the portal has stored and what dimail has are the same.
//!
//! `CHAOS_SEED` repeats a run, as far as processes do the same again; `CHAOS_WISHES` is another number of changes.
//! The steps are kept in a file, whose name is printed when the run fails.

mod aliases;
mod database;
mod domains;
mod faults;
mod kills;
mod mailboxes;
mod members;
mod operations;
mod outages;
mod people;
mod promises;
mod quiet;
mod smtp;
mod verdict;
mod verdict_emails;
mod verdict_others;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::fmt::Display;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::future::join_all;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use tempfile::TempDir;
use tokio::sync::{Mutex, OwnedMutexGuard};

use self::database::Disturbance;
use self::faults::Armed;
use self::promises::Promises;
use self::smtp::Smtp;
use super::support::database::Database;
use super::support::dimail::Dimail;
use super::support::world::{Portal, World};
use super::support::{machine, say};

const WISHES: usize = 500;
/// One kill for so many changes.
const WISHES_PER_KILL: usize = 16;
const ANSWER_WITHIN: Duration = Duration::from_secs(2);
/// What an answer may take longer, where every process has a processor: waits for the database.
const MARGIN: Duration = Duration::from_secs(3);
const SETTINGS: [(&str, &str); 12] = [
    ("ANSWER_WITHIN", "2s"),
    ("DIMAIL_TIMEOUT", "1s"),
    ("RETRY_FIRST", "100ms"),
    ("RETRY_LONGEST", "1s"),
    ("CHECK_NOW_PAUSE", "0"),
    ("CHECK_CONFIRM_AFTER", "1s"),
    ("EMAILS_PER_HOUR", "1000000"),
    ("EMAILS_PER_ADDRESS", "1000000"),
    ("INVITATIONS_PER_HOUR", "1000000"),
    ("INVITATIONS_PER_DAY", "1000000"),
    ("DOMAINS_PER_DAY", "1000000"),
    ("DOMAINS_WAITING", "1000000"),
];
/// The domains at the start; the last one begins with wrong records.
const DOMAINS: [&str; 3] = ["ville.test", "bourg.test", "hameau.test"];

/// Both halves are one test, so that they run at the same time, and no other story that measures runs beside them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_databases() {
    let _quiet = machine().await;
    let given = |name: &str| std::env::var(name).ok().and_then(|value| value.parse::<u64>().ok());
    let seed = given("CHAOS_SEED").unwrap_or_else(|| rand::random::<u32>().into());
    let wishes = given("CHAOS_WISHES").and_then(|wishes| usize::try_from(wishes).ok()).unwrap_or(WISHES) / 2;
    say(format!("chaos: CHAOS_SEED={seed}, {wishes} changes on each database"));
    let on_postgres = async {
        if let Some(database) = Database::postgres() {
            Box::pin(half(database, 2, seed, wishes)).await;
        }
    };
    tokio::join!(Box::pin(half(Database::sqlite(), 1, seed, wishes)), on_postgres);
}

async fn half(database: Database, portals: usize, seed: u64, wishes: usize) {
    let began = Instant::now();
    let (mut run, mut portals) = Run::start(database, portals, seed, wishes).await;
    let mut people = run.people(&portals).await;
    let deeds = join_all(people.iter_mut().map(|person| Box::pin(person.live())));
    let others = async {
        tokio::join!(run.inject_faults(), run.disturb_emails(), run.disturb_database(), run.kill_portals(&mut portals))
    };
    tokio::join!(deeds, Box::pin(others));
    run.note("all people are done");
    drop(people);
    let stormy = began.elapsed();
    run.settle(&mut portals).await;
    run.verdict(&portals).await;
    run.is_right = true;
    say(run.summary(stormy, began.elapsed()));
}

/// One half of the run.
struct Run {
    world: World,
    smtp: Smtp,
    disturbance: Disturbance,
    /// When portals were killed.
    kills: RefCell<Vec<Instant>>,
    seed: u64,
    wishes: usize,
    /// How many changes were asked for.
    asked: Cell<usize>,
    urls: Vec<String>,
    promises: RefCell<Promises>,
    /// One change of an object at a time, so that it is certain which one is the last.
    locks: RefCell<BTreeMap<String, Arc<Mutex<()>>>>,
    armed: RefCell<Armed>,
    names: Cell<usize>,
    tally: RefCell<BTreeMap<String, usize>>,
    longest: Cell<Duration>,
    began: Instant,
    log: RefCell<Vec<String>>,
    is_right: bool,
    _folder: TempDir,
}

impl Drop for Run {
    fn drop(&mut self) {
        if self.is_right || !std::thread::panicking() {
            return;
        }
        let name = format!("chaos-{}-{}", self.seed, self.world.kind());
        let start = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        drop(std::fs::write(start.with_extension("steps"), self.log.borrow().join("\n")));
        self.world.keep_logs(&start);
        say(format!("chaos ({}): steps and logs are in {}*", self.world.kind(), start.display()));
    }
}

impl Run {
    async fn start(database: Database, portals: usize, seed: u64, wishes: usize) -> (Self, Vec<Portal>) {
        let folder = TempDir::new_in("/dev/shm").or_else(|_| TempDir::new()).expect("a folder");
        let file = folder.path().join("dimail").to_string_lossy().into_owned();
        let dimail = Dimail::with(&["--seed", "--delay", "10", "--state", &file]);
        let (world, smtp) = (World::start_with(database, dimail).await, Smtp::start().await);
        let mut settings = SETTINGS.to_vec();
        let (disturbance, address) = Disturbance::of(&world.database.url).await;
        settings.extend([("SMTP_URL", &*smtp.url().leak()), ("DATABASE_URL", &*address.leak())]);
        let mut started = Vec::new();
        for _ in 0..portals {
            started.push(world.portal_with(("la_regie", "password"), &settings).await);
        }
        disturbance.portals_are(&started);
        let run = Self {
            urls: started.iter().map(|portal| portal.url.clone()).collect(),
            world,
            smtp,
            disturbance,
            kills: RefCell::default(),
            seed,
            wishes,
            asked: Cell::default(),
            promises: RefCell::default(),
            locks: RefCell::default(),
            armed: RefCell::default(),
            names: Cell::default(),
            tally: RefCell::default(),
            longest: Cell::default(),
            began: Instant::now(),
            log: RefCell::default(),
            is_right: false,
            _folder: folder,
        };
        (run, started)
    }

    /// Random numbers of this run, others for each `part` of it.
    fn rng(&self, part: u64) -> StdRng {
        let half = u64::try_from(self.urls.len()).expect("few");
        StdRng::seed_from_u64(self.seed.wrapping_mul(1000).wrapping_add(100 * half + part))
    }

    fn note(&self, step: impl Display) {
        self.log.borrow_mut().push(format!("{:8.3} {step}", self.began.elapsed().as_secs_f64()));
    }

    fn count(&self, what: impl Into<String>) {
        *self.tally.borrow_mut().entry(what.into()).or_default() += 1;
    }

    fn counted(&self, what: &str) -> usize {
        self.tally.borrow().get(what).copied().unwrap_or_default()
    }

    /// Whether all changes were asked for.
    fn is_done(&self) -> bool {
        self.asked.get() >= self.wishes
    }

    /// Waits until no other change of this object is asked for.
    async fn lock(&self, object: &str) -> OwnedMutexGuard<()> {
        let lock = self.locks.borrow_mut().entry(object.to_owned()).or_default().clone();
        lock.lock_owned().await
    }

    /// All columns of the first row, if there is one.
    async fn row(&self, sql: &str) -> Option<Vec<String>> {
        let rows = self.world.database.texts(sql).await;
        rows.first().map(|row| row.split('|').map(str::to_owned).collect())
    }

    fn summary(&self, stormy: Duration, all: Duration) -> String {
        let total = |start: &str| -> usize {
            self.tally.borrow().iter().filter(|(what, _)| what.starts_with(start)).map(|(_, times)| times).sum()
        };
        format!(
            "chaos ({}): {} changes, {} portals killed, {} requests cut, {} calls to dimail failed by {} kinds of faults, \
             dimail frozen {} and killed {} times, SMTP server refusing or away {} times, database failing {} times; {} emails, \
             {} twice; \
             at least {} calls to dimail, at most {} at once; {} objects waited for late calls or their domain, {} mailboxes \
             left to the comparison, {} half made, {} gone; longest answer {:.1?}; {:.0?} of {:.0?} with faults\n  {:?}",
            self.world.kind(),
            self.asked.get(),
            self.kills.borrow().len(),
            self.counted("cut"),
            self.armed.borrow().met(),
            self.armed.borrow().kinds_met(),
            self.counted("frozen"),
            self.counted("dimail killed"),
            total("smtp "),
            total("database "),
            self.counted("emails"),
            self.counted("emails twice"),
            self.counted("calls"),
            self.counted("most at once"),
            self.counted("waited"),
            self.counted("unclaimed"),
            self.counted("half made"),
            self.counted("gone"),
            self.longest.get(),
            stormy,
            all,
            self.tally.borrow(),
        )
    }
}

fn pick<T: Copy>(rng: &mut StdRng, from: &[T]) -> T {
    *from.choose(rng).expect("not empty")
}

fn one_in(rng: &mut StdRng, n: u32) -> bool {
    rng.random_ratio(1, n)
}
