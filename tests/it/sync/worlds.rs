//! Random worlds of provisioning: two people ask for mailboxes and aliases on three domains, at two processes
//! of the portal, while dimail fails in every way, acts late, and is used by others, domains leave and enter
//! `enabled`, processes are killed, and time passes. When all is quiet again, `oracle` compares what was
//! promised with what the portal and dimail have.
//!
//! `WORLD_SEED` repeats one world, as far as two processes do the same again; the seed and the steps are part
//! of each failure. `WORLD_BASE`, which `.ci/run` chooses and prints, repeats all.

mod oracle;
mod steps;

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use dimail_portal::model::role::Role;
use dimail_portal::model::time::Timestamp;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};

use crate::support::seed::first_seed;
use crate::support::{Anna, Answer, Bruno, Portal, Process, Visitor, on_both};

on_both!(
    worlds_of_rain with ["--dimail-timeout", "300ms", "--answer-within", "150ms", "--retry-give-up", "2h",
        "--check-now-pause", "1s", "--check-confirm-after", "1s", "--emails-per-hour", "1000000"],
    worlds_of_snow with ["--dimail-timeout", "300ms", "--answer-within", "150ms", "--retry-give-up", "2h",
        "--check-now-pause", "1s", "--check-confirm-after", "1s", "--emails-per-hour", "1000000"],
);

/// How many worlds each of the two has on SQLite, and on PostgreSQL; `WORLD_COUNT` is another number.
const WORLDS: usize = 3;
const WORLDS_ON_POSTGRES: usize = 1;
const STEPS: usize = 100;
/// The local parts of the mailboxes and of the aliases of each domain.
const PARTS: [&str; 7] = ["ana", "bob", "cyd", "dov", "eli", "fox", "gus"];
const ALIASES: [&str; 4] = ["accueil", "contact", "mairie", "presse"];
const DESTINATIONS: [&str; 4] = ["a@ailleurs.test", "b@ailleurs.test", "c@ailleurs.test", "d@ailleurs.test"];
/// A quarter of an hour after it was sent, a call acts no longer.
const MAY_ACT_FOR: Duration = Duration::from_mins(15);
/// When a late call acts at the latest.
const LATEST: Duration = Duration::from_secs(15 * 60 - 1);

async fn worlds_of_rain(portal: &Portal) {
    Box::pin(run(portal, 1)).await;
}

async fn worlds_of_snow(portal: &Portal) {
    Box::pin(run(portal, 2)).await;
}

async fn run(portal: &Portal, nth: u64) {
    portal.leaves_work();
    let first = first_seed("WORLD", nth);
    let worlds = if portal.database.url.starts_with("sqlite") { WORLDS } else { WORLDS_ON_POSTGRES };
    let worlds = std::env::var("WORLD_COUNT").ok().and_then(|count| count.parse().ok()).unwrap_or(worlds);
    let (began, mut tally) = (Instant::now(), BTreeMap::new());
    for n in 0..worlds {
        // Seeds of the two tests do not meet.
        let mut world = World::build(portal, first + 8 * u64::try_from(n).expect("small")).await;
        for _ in 0..STEPS {
            world.step().await;
        }
        world.settle().await;
        world.check().await;
        world.is_right = true;
        for (what, times) in &world.tally {
            *tally.entry(what.clone()).or_insert(0_usize) += times;
        }
    }
    eprintln!("worlds: WORLD_SEED={first}, {worlds} worlds in {:?}: {tally:?}", began.elapsed());
}

/// What people were promised about one address, and what others did there.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is about another thing")]
struct Promise {
    /// Whether a mailbox is to be there.
    is_there: bool,
    /// Whether it is to be active; unknown after a deletion was taken back, which keeps it as it is.
    is_active: Option<bool>,
    /// The display name that it is to have, and those that it was to have before.
    name: String,
    names: BTreeSet<String>,
    /// Whether it has had a secondary address all the time, or never; `None` if that changed.
    has_secondary: Option<bool>,
    /// How often it was to be created, and the emails about a new mailbox before the first time.
    creations: usize,
    emails_before: usize,
    /// Whether it was ever to be inactive or absent since it was to be created.
    was_unwanted: bool,
    /// What others did to it since then.
    renamed: BTreeSet<String>,
    is_touched: bool,
    is_deleted: bool,
    was_asked_again: bool,
    /// The mailbox of others at the address, as dimail shows it.
    foreign: Option<Value>,
}

/// What people were promised about one destination of an alias.
#[derive(Default)]
struct Pair {
    is_wanted: bool,
    is_touched: bool,
}

type Address = (usize, &'static str);

struct World<'p> {
    portal: &'p Portal,
    seed: u64,
    rng: StdRng,
    domains: [String; 3],
    people: Vec<Visitor>,
    processes: Vec<Process>,
    promises: BTreeMap<Address, Promise>,
    pairs: BTreeMap<(Address, &'static str), Pair>,
    /// The emails about new mailboxes, by Message-ID, each with its address.
    emails: BTreeMap<String, String>,
    /// Since when a call may wait that acts late.
    late_since: Timestamp,
    names: usize,
    log: Vec<String>,
    tally: BTreeMap<String, usize>,
    is_right: bool,
}

impl Drop for World<'_> {
    fn drop(&mut self) {
        if !self.is_right {
            eprintln!("WORLD_SEED={}:\n{}", self.seed, self.log.join("\n"));
        }
    }
}

impl<'p> World<'p> {
    async fn build(portal: &'p Portal, seed: u64) -> Self {
        let domains = ["a", "b", "c"].map(|letter| format!("{letter}{seed}.fr"));
        for (domain, errors) in domains.iter().zip([&[][..], &[], &["wrong_mx"]]) {
            portal.add_domain_with(Anna, domain, errors, &[]).await;
            portal.grant(domain, Bruno, Role::Administrator).await;
        }
        // Every visitor of the test comes from one origin.
        portal.database.change("delete from rate_limits").await;
        let people = vec![portal.sign_in(Anna).await, portal.sign_in(Bruno).await];
        let processes = vec![Process::start(portal).await, Process::start(portal).await];
        Self {
            portal,
            seed,
            rng: StdRng::seed_from_u64(seed),
            domains,
            people,
            processes,
            promises: BTreeMap::new(),
            pairs: BTreeMap::new(),
            emails: BTreeMap::new(),
            late_since: portal.now(),
            names: 0,
            log: Vec::new(),
            tally: BTreeMap::new(),
            is_right: false,
        }
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        *from.choose(&mut self.rng).expect("not empty")
    }

    fn one_in(&mut self, n: u32) -> bool {
        self.rng.random_ratio(1, n)
    }

    /// An address about which something was promised; now and then any.
    fn address(&mut self) -> Address {
        let known: Vec<Address> = self.promises.keys().copied().collect();
        if known.is_empty() || self.one_in(10) {
            return (self.pick(&[0, 0, 1, 1, 2]), self.pick(&PARTS));
        }
        self.pick(&known)
    }

    /// An address for a new mailbox; now and then one that has one.
    fn free_address(&mut self) -> Address {
        for _ in 0..9 {
            let address = (self.pick(&[0, 0, 1, 1, 2]), self.pick(&PARTS));
            if self.promises.get(&address).is_none_or(|promise| !promise.is_there) {
                return address;
            }
        }
        self.address()
    }

    fn email(&self, (domain, part): Address) -> String {
        format!("{part}@{}", self.domains[domain])
    }

    fn promise(&mut self, address: Address) -> &mut Promise {
        self.promises.entry(address).or_default()
    }

    /// Sends a form of one of the people to one of the processes, which may be killed meanwhile: then there
    /// may be no answer.
    async fn send(&mut self, what: &str, path: &str, fields: &[(&str, &str)]) -> Option<Answer> {
        let (person, process) = (self.rng.random_range(0..2), self.rng.random_range(0..2));
        let killed_after = self.one_in(25).then(|| Duration::from_millis(self.rng.random_range(0..60)));
        let visitor = self.people[person].at(self.processes[process].address);
        let answer = match killed_after {
            None => visitor.post_to_mortal(path, fields).await,
            Some(time) => {
                let mut asked = Box::pin(visitor.post_to_mortal(path, fields));
                if let Ok(answer) = tokio::time::timeout(time, &mut asked).await {
                    answer
                } else {
                    self.processes[process].kill();
                    asked.await
                }
            }
        };
        if killed_after.is_some() {
            self.restart(process).await;
        }
        let status = answer.as_ref().map_or(0, |answer| answer.status);
        let said = answer.as_ref().filter(|answer| answer.status != 303).map(Answer::mistakes).unwrap_or_default();
        let killed = if killed_after.is_some() { ", killed" } else { "" };
        let fields: Vec<&str> = fields.iter().map(|(_, value)| *value).collect();
        self.log.push(format!("{person}@{process} {what} {path} {fields:?}: {status} {said:?}{killed}"));
        *self.tally.entry(format!("{what} {status}")).or_default() += 1;
        assert!([0, 200, 303, 404, 409, 422].contains(&status), "{}", answer.expect("one").words());
        let answer = answer?;
        assert!(!answer.location().starts_with("/sign-in"), "the session has ended");
        Some(answer)
    }

    /// Starts a process in the place of another, which it ends.
    async fn restart(&mut self, process: usize) {
        self.processes[process].kill();
        self.collect_emails();
        // What the killed process had sent to the database is carried out, or never.
        for domain in &self.domains {
            let sql = format!("update domains set sequence = sequence where name = '{domain}'");
            self.portal.database.change(&sql).await;
        }
        self.processes[process] = Process::start(self.portal).await;
    }

    fn collect_emails(&mut self) {
        for email in self.processes.iter().flat_map(|process| process.app.sender.sent()) {
            let address = email.subject.split(' ').find(|word| word.contains('@')).unwrap_or_default();
            if email.subject.ends_with("est prête") {
                self.emails.insert(email.message_id, address.to_owned());
            }
        }
    }

    fn emails_about(&self, address: Address) -> usize {
        let email = self.email(address);
        self.emails.values().filter(|about| **about == email).count()
    }

    async fn step(&mut self) {
        match self.rng.random_range(0..100) {
            0..18 => self.create().await,
            18..26 => self.edit().await,
            26..34 => self.disable_or_enable().await,
            34..42 => self.delete().await,
            42..46 => self.retry().await,
            46..49 => self.bulk().await,
            49..57 => self.add_destinations().await,
            57..62 => self.remove_destination().await,
            62..64 => self.delete_alias().await,
            64..78 => self.arm().await,
            78..82 => self.others().await,
            82..85 => self.domain_changes().await,
            85..86 => {
                let process = self.rng.random_range(0..2);
                self.log.push(format!("process {process} starts anew"));
                self.restart(process).await;
            }
            86..93 => self.time_passes().await,
            _ => self.work().await,
        }
    }

    /// The work of one or both processes; it may be killed in the middle.
    async fn work(&mut self) {
        let process = self.rng.random_range(0..2);
        if self.one_in(6) {
            let time = Duration::from_millis(self.rng.random_range(0..80));
            self.log.push(format!("process {process} is killed at work"));
            drop(tokio::time::timeout(time, self.processes[process].work()).await);
            return self.restart(process).await;
        }
        self.log.push(format!("process {process} works"));
        if self.one_in(3) {
            tokio::join!(self.processes[0].work(), self.processes[1].work());
        } else {
            self.processes[process].work().await;
        }
    }

    /// Waits until no process and no call is in the middle of anything, and what acts late has acted.
    async fn quiet(&mut self) {
        let is_idle = |world: &Self| world.processes.iter().all(|process| process.app.under_way.is_empty());
        while !is_idle(self) || self.portal.dimail.state().await["inside"] != json!(0) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        self.portal.dimail.act_late().await;
        self.late_since = self.portal.now();
    }

    async fn time_passes(&mut self) {
        let time = self.pick(&[1, 1, 60, 60, 300, 16 * 60, 3600].map(Duration::from_secs));
        let after = self.portal.now().plus(time);
        if time >= MAY_ACT_FOR || after.since(self.late_since) >= MAY_ACT_FOR {
            // Late, but not too late.
            let before = self.pick(&[0, 1, 10]);
            let passed = self.portal.now().since(self.late_since);
            self.portal.wait(Duration::from_mins(before).min(LATEST.saturating_sub(passed)));
            self.quiet().await;
        }
        self.portal.wait(time);
        self.log.push(format!("{time:?} pass"));
    }

    /// dimail works again, the domains are published, and all that is due is done until nothing is left.
    async fn settle(&mut self) {
        self.log.push("all is quiet".to_owned());
        self.portal.dimail.lose_faults().await;
        self.quiet().await;
        for domain in self.domains.clone() {
            self.portal.dimail.finds_nothing_wrong(&domain).await;
            if self.portal.status(&domain).await == "disabled" {
                self.portal.enable(&domain).await;
            }
        }
        let domains = format!("'{}'", self.domains.join("', '"));
        let left = format!(
            "select jobs.id from jobs join domains on domains.id = domain_id where name in ({domains}) \
             union all select id from emails where state = 'waiting' \
             union all select id from domains where name in ({domains}) and status <> 'enabled'"
        );
        for _ in 0..150 {
            tokio::join!(self.processes[0].work(), self.processes[1].work());
            self.processes[0].work().await;
            if self.portal.database.texts(&left).await.is_empty() {
                break;
            }
            self.portal.wait(Duration::from_mins(16));
        }
        self.collect_emails();
    }
}
