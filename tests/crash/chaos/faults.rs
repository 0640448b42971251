//! What goes wrong at dimail: every fault of the fake, a dimail that is frozen or killed, DNS records that change.

use std::collections::BTreeMap;
use std::time::Duration;

use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use reqwest::Method;

use super::{DOMAINS, Run, one_in, pick};

const MAILBOX: &str = "/domains/*/mailboxes/*";
/// The routes, those that matter most several times.
const ROUTES: [(&str, &str); 14] = [
    ("POST", MAILBOX),
    ("POST", MAILBOX),
    ("POST", MAILBOX),
    ("PATCH", MAILBOX),
    ("PATCH", MAILBOX),
    ("DELETE", MAILBOX),
    ("GET", "/domains/*/mailboxes"),
    ("GET", "/domains/*/address/*"),
    ("POST", "/domains/*/aliases"),
    ("DELETE", "/domains/*/aliases/*/*"),
    ("POST", "/domains"),
    ("GET", "/domains/*/check"),
    ("GET", "/token"),
    ("*", MAILBOX),
];
/// The kinds of faults, with the one method that some of them need.
const KINDS: [(&str, &str); 19] = [
    ("refuse_500", ""),
    ("hang", ""),
    ("close", ""),
    ("html_502", ""),
    ("redirect_307", ""),
    ("missing", ""),
    ("refuse_403", ""),
    ("refuse_409", ""),
    ("refuse_422", ""),
    ("act_then_500", ""),
    ("act_then_hang", ""),
    ("act_then_close", ""),
    ("hang_then_act", ""),
    ("close_then_act", ""),
    ("bad_json", ""),
    ("slow", ""),
    ("half_then_500", "POST"),
    ("half_delete", "DELETE"),
    ("slow_halves", "POST"),
];
/// Between two faults, in milliseconds.
const PAUSE: std::ops::RangeInclusive<u64> = 20..=200;

/// How often each kind of fault was armed, and how often it was not met.
#[derive(Debug, Default)]
pub(super) struct Armed {
    times: BTreeMap<&'static str, usize>,
    unmet: BTreeMap<String, usize>,
    /// The kinds in the order in which they are armed next.
    next: Vec<(&'static str, &'static str)>,
}

impl Armed {
    fn met_by_kind(&self) -> impl Iterator<Item = usize> {
        self.times.iter().map(|(kind, times)| times - self.unmet.get(*kind).copied().unwrap_or_default())
    }

    pub(super) fn met(&self) -> usize {
        self.met_by_kind().sum()
    }

    pub(super) fn kinds_met(&self) -> usize {
        self.met_by_kind().filter(|met| *met > 0).count()
    }

    /// Whether each kind was armed.
    pub(super) fn all_were_armed(&self) -> bool {
        self.times.len() == KINDS.len()
    }

    fn next(&mut self, rng: &mut StdRng) -> (&'static str, &'static str) {
        if self.next.is_empty() {
            self.next = KINDS.to_vec();
            self.next.shuffle(rng);
        }
        self.next.pop().expect("a kind")
    }
}

impl Run {
    pub(super) async fn inject_faults(&self) {
        let mut rng = self.rng(2);
        while !self.is_done() {
            tokio::time::sleep(Duration::from_millis(rng.random_range(PAUSE))).await;
            match rng.random_range(0..200) {
                0..160 => self.arm(&mut rng).await,
                160..164 => self.remove_faults().await,
                164..174 => self.act_late().await,
                174..178 => self.expire_tokens().await,
                178..193 => self.change_records(&mut rng).await,
                193..197 => self.freeze(&mut rng).await,
                _ => self.kill_dimail(&mut rng).await,
            }
        }
    }

    async fn arm(&self, rng: &mut StdRng) {
        let (kind, only) = self.armed.borrow_mut().next(rng);
        let (method, path) = if only.is_empty() { pick(rng, &ROUTES) } else { (only, MAILBOX) };
        let times = if kind == "missing" { 1 } else { pick(rng, &[1, 1, 1, 2, 3]) };
        let seconds = if kind == "slow" { 0.3 } else { 1.5 };
        self.world.dimail.lasting_fault(method, path, kind, times, seconds).await;
        *self.armed.borrow_mut().times.entry(kind).or_default() += times as usize;
        self.note(format!("{kind} at {method} {path}, {times} times"));
    }

    /// Removes the faults that were not met.
    pub(super) async fn remove_faults(&self) {
        let state = self.world.dimail.state().await;
        for fault in state["faults"].as_array().expect("faults") {
            let kind = fault["kind"].as_str().expect("a kind").to_owned();
            let times = usize::try_from(fault["times"].as_u64().expect("a number")).expect("few");
            *self.armed.borrow_mut().unmet.entry(kind).or_default() += times;
        }
        self.world.dimail.ask(Method::DELETE, "/_fake/faults", None).await;
        self.note("faults are removed");
    }

    pub(super) async fn act_late(&self) {
        self.world.dimail.ask(Method::POST, "/_fake/late", None).await;
        self.note("what was late has acted");
    }

    async fn expire_tokens(&self) {
        self.world.dimail.ask(Method::POST, "/_fake/expire-tokens", None).await;
        self.note("tokens have expired");
    }

    async fn change_records(&self, rng: &mut StdRng) {
        let domain = pick(rng, &DOMAINS);
        let errors: &[&str] = if one_in(rng, 3) { &["wrong_mx"] } else { &[] };
        self.world.dimail.finds(domain, errors).await;
        self.count("records");
        self.note(format!("{domain} has {errors:?}"));
    }

    /// Adds the calls that dimail received since its start, which it forgets when it is killed.
    pub(super) async fn count_calls(&self) {
        let calls = self.world.dimail.calls().await.len();
        *self.tally.borrow_mut().entry("calls".to_owned()).or_default() += calls;
    }
}
