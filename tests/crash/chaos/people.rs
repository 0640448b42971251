//! The people: each asks for one change after the other, at any of the portals, as a browser does.

use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use super::{ANSWER_WITHIN, DOMAINS, MARGIN, Run, SETTINGS, one_in};
use crate::support::browser::{Browser, Page};
use crate::support::process::run;
use crate::support::world::{ANNA, PASSWORD, Portal};

/// An administrator of the first domains, and a member of staff.
const BRUNO: &str = "bruno@mairie.test";
const EVE: &str = "eve@portail.test";
/// A viewer, whose role others change.
pub(super) const DAN: &str = "dan@mairie.test";
/// Between two changes, in milliseconds.
const THINKING: std::ops::RangeInclusive<u64> = 0..=600;
/// What is counted where a database was too busy for an answer, on a machine that other work uses.
pub(super) const TOO_BUSY: &str = "too busy";
/// What is counted where a database failed, as the run makes it.
pub(super) const DATABASE_AWAY: &str = "503 of a failing database";
/// How long a portal that was killed may be away.
const AWAY: Duration = Duration::from_mins(1);

/// What a person may do.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Rank {
    Owner,
    Administrator,
    Staff,
}

pub(super) struct Person<'r> {
    pub(super) run: &'r Run,
    name: &'static str,
    pub(super) rank: Rank,
    browser: Browser,
    pub(super) rng: StdRng,
}

impl Run {
    /// Prepares accounts and domains, and lets everybody sign in.
    pub(super) async fn people(&self, portals: &[Portal]) -> Vec<Person<'_>> {
        for (email, name) in [(BRUNO, "Bruno Petit"), (DAN, "Dan Vidal"), (EVE, "Eve Durand")] {
            let mut add = vec!["users", "add", email, "--name", name, "--password-stdin"];
            if email == EVE {
                add.extend(["--staff", "--yes"]);
            }
            let output = run(self.world.command(&add), &format!("{PASSWORD}\n"));
            assert!(output.status.success(), "{output:?}");
        }
        let url = &portals[0].url;
        let anna = Browser::sign_in(url, ANNA, PASSWORD).await;
        for domain in DOMAINS {
            let errors: &[&str] = if domain == DOMAINS[2] { &["wrong_mx"] } else { &[] };
            self.world.dimail.finds(domain, errors).await;
            anna.add_domain(domain).await;
            for (email, role) in [(BRUNO, "administrator"), (DAN, "viewer")] {
                let output = self.world.operator(&["domains", "grant", domain, email, role]);
                assert!(output.status.success(), "{output:?}");
            }
            self.promises.borrow_mut().domain_is_added(domain, true);
        }
        let (owner, administrator) = ((ANNA, Rank::Owner), (BRUNO, Rank::Administrator));
        let signed_in = [owner, owner, owner, administrator, administrator, (EVE, Rank::Staff)];
        let mut people = Vec::new();
        for (number, (name, rank)) in (0..).zip(signed_in) {
            let browser = Browser::sign_in(url, name, PASSWORD).await;
            people.push(Person { run: self, name, rank, browser, rng: self.rng(10 + number) });
        }
        people
    }

    /// Runs an operator's command beside the portals; returns whether it ended well.
    pub(super) async fn operator(&self, arguments: &[&str]) -> bool {
        let _works = self.disturbance.turn.lock().await;
        let mut command = self.world.command(arguments);
        command.envs(SETTINGS);
        let output = tokio::task::spawn_blocking(move || run(command, "")).await.expect("no panic");
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        self.note(format!("command {arguments:?}: {:?} {said}", output.status.code()));
        output.status.success()
    }

    /// After a portal was killed: waits until PostgreSQL has carried out what that one had sent to it, or has
    /// noticed its end.
    async fn is_settled(&self, path: &str) {
        let domain = path.split('/').nth(2).unwrap_or_default();
        // A fault may keep the row locked until it ends.
        let _works = self.disturbance.turn.lock().await;
        if self.world.kind() == "PostgreSQL" {
            let sql = format!("update domains set sequence = sequence where name = '{domain}'");
            self.world.database.change(&sql).await;
        }
    }
}

impl Person<'_> {
    /// Asks for changes until there were enough.
    pub(super) async fn live(&mut self) {
        while !self.run.is_done() {
            self.wish().await;
            if one_in(&mut self.rng, 4) {
                self.looks_around().await;
            }
            tokio::time::sleep(Duration::from_millis(self.rng.random_range(THINKING))).await;
        }
    }

    async fn wish(&mut self) {
        match self.rng.random_range(0..100) {
            0..20 => self.create().await,
            20..28 => self.edit().await,
            28..38 => self.disable_or_enable().await,
            38..45 => self.delete().await,
            45..48 => self.two_at_once().await,
            48..52 => self.retry().await,
            52..56 => self.access("reset-password").await,
            56..60 => self.access("login-link").await,
            60..65 => self.bulk().await,
            65..69 => self.change_waiting().await,
            69..76 => self.add_destinations().await,
            76..80 => self.remove_destination().await,
            80..82 => self.delete_alias().await,
            82..85 => self.invite().await,
            85..87 => self.withdraw().await,
            87..90 => self.set_role().await,
            90..93 => self.add_domain().await,
            93..95 => self.edit_support().await,
            95..99 => self.check_now().await,
            _ => self.close_for_a_while().await,
        }
    }

    /// Looks at pages, as people do between two changes.
    async fn looks_around(&mut self) {
        let domain = DOMAINS[self.rng.random_range(0..DOMAINS.len())];
        let below = ["", "/mailboxes", "/aliases", "/members", "/operations", "/dns", "/journal"];
        let path = format!("/domains/{domain}{}", below[self.rng.random_range(0..below.len())]);
        let url = self.any_portal();
        let began = Instant::now();
        let Ok(page) = self.browser.at(&url).try_get(&path).await else { return };
        self.run.is_quick(&path, began.elapsed());
        if page.status == 503 {
            return self.run.is_away(began);
        }
        assert_eq!(page.status, 200, "{path}: {}", page.text);
    }

    /// The same person in another window of the same browser.
    pub(super) fn at_another_window(&mut self) -> Self {
        let (browser, rng) = (self.browser.clone(), StdRng::from_rng(&mut self.rng));
        Self { browser, rng, ..*self }
    }

    fn any_portal(&mut self) -> String {
        self.run.urls[self.rng.random_range(0..self.run.urls.len())].clone()
    }

    /// Sends a form. `None` if its portal was killed meanwhile, and what it has stored is to be looked up: then
    /// the form may have been sent again.
    pub(super) async fn send(&mut self, what: &str, path: &str, fields: &[(&str, &str)]) -> Option<Page> {
        self.run.asked.set(self.run.asked.get() + 1);
        let (began, mut was_cut) = (Instant::now(), false);
        loop {
            let (url, sent) = (self.any_portal(), Instant::now());
            match self.browser.at(&url).try_post(path, fields).await {
                Ok(page) if page.status == 503 => {
                    self.run.is_quick(path, sent.elapsed());
                    was_cut = true;
                    self.run.is_away(sent);
                    self.run.note(format!("{} {what} {path} {fields:?}: 503 {}", self.name, page.number));
                    tokio::time::sleep(Duration::from_secs(1)).await;
                    self.run.is_settled(path).await;
                }
                Ok(page) => {
                    self.run.is_quick(path, sent.elapsed());
                    self.answered(what, path, fields, &page);
                    return (!was_cut).then_some(page);
                }
                Err(error) if error.is_connect() => {
                    assert!(began.elapsed() < AWAY, "no portal is there: {error}");
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                Err(error) => {
                    assert!(!error.is_timeout(), "{path}: no answer");
                    was_cut = true;
                    self.run.count("cut");
                    let again = one_in(&mut self.rng, 2);
                    self.run.note(format!("{} {what} {path} {fields:?}: cut, again: {again}", self.name));
                    self.run.is_settled(path).await;
                    if !again {
                        return None;
                    }
                    self.run.count("sent again");
                }
            }
        }
    }

    fn answered(&self, what: &str, path: &str, fields: &[(&str, &str)], page: &Page) {
        let said = page.mistakes();
        self.run.note(format!("{} {what} {path} {fields:?}: {} {said:?} {}", self.name, page.status, page.number));
        self.run.count(format!("{what} {}", page.status));
        assert!([200, 303, 404, 409, 422].contains(&page.status), "{what} {path}: {}: {}", page.status, page.text);
        assert!(!page.location.starts_with("/sign-in"), "the session has ended");
    }
}

impl Run {
    /// Counts an answer that the database did not work or was too busy, to a request that began then.
    fn is_away(&self, began: Instant) {
        self.count(if self.disturbance.was_there_since(began) { DATABASE_AWAY } else { TOO_BUSY });
    }

    /// Demands that an answer came in time.
    fn is_quick(&self, path: &str, took: Duration) {
        self.longest.set(self.longest.get().max(took));
        let most = ANSWER_WITHIN + MARGIN.mul_f64(machine_load());
        assert!(took < most, "{path}: an answer after {took:?}, more than {most:?}");
    }
}

/// How many processes share a processor of this machine at the moment: 1 or more.
pub(super) fn machine_load() -> f64 {
    let load = std::fs::read_to_string("/proc/loadavg").ok();
    let load = load.and_then(|load| load.split(' ').next()?.parse::<f64>().ok()).unwrap_or(1.0);
    let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    (load / f64::from(u32::try_from(processors).unwrap_or(1))).max(1.0)
}
