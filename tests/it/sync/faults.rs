//! Fault × call: every call that the portal makes to dimail, with every way in which dimail can
//! fail, once and repeatedly. The tables say what the page says
//! at once, and what dimail and the portal have when dimail works again. Each table has two tests:
//! faults that answer or close the connection at once, and faults that keep silent, with short
//! time-outs.

mod aliases;
mod changes;
mod domains;
mod emails;
mod holders;
mod lookups;
mod mailboxes;
mod missing;
mod rights;
mod stories;

use std::collections::BTreeSet;
use std::sync::LazyLock;
use std::time::Duration;

use dimail_portal::worker::run_until_idle;
use futures::future::join_all;

use crate::support::{Answer, Portal};

const HOUR: Duration = Duration::from_hours(1);
/// The longest pause between two attempts.
const MINUTE: Duration = Duration::from_mins(1);
const PAUSE: Duration = Duration::from_mins(5);
/// The faults that keep silent until a time-out; the others are visible at once.
const SILENT: [&str; 3] = ["hang", "act_then_hang", "slow"];

/// Which half of a table runs: the faults that answer at once, or those that keep silent.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Prompt,
    Silent,
}

impl Part {
    fn has(self, kind: &str) -> bool {
        SILENT.contains(&kind) == (self == Self::Silent)
    }

    /// How often dimail fails in the cases of repeated faults.
    fn a_while(self) -> u32 {
        if self == Self::Silent { 2 } else { 4 }
    }
}

/// Orders a fault: silence lasts longer than the time-out, slowness does not. A denied call is
/// repeated with a fresh token, so that fault is ordered twice. A GET is sent again if a reused
/// connection broke, so that fault is ordered twice, too.
async fn fault(portal: &Portal, method: &str, path: &str, kind: &str, times: u32) {
    let times = if method == "GET" { gets(kind, times) } else { times };
    let seconds = if kind == "slow" { 0.3 } else { 5.0 };
    portal.dimail.lasting_fault(method, path, kind, times, seconds).await;
}

/// Waits until the tasks of requests have ended.
async fn answered(portal: &Portal) {
    while !portal.app.under_way.is_empty() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Waits until the tasks of requests have ended, then does what is due, several jobs at a time,
/// as the worker does.
async fn calm(portal: &Portal) {
    answered(portal).await;
    for result in join_all((0..4).map(|_| run_until_idle(&portal.app))).await {
        result.expect("the database answers");
    }
    // An email may have become due while the last order was carried out.
    portal.work().await;
}

/// Advances the clock in steps of the longest pause.
async fn pass(portal: &Portal, steps: u32) {
    calm(portal).await;
    for _ in 0..steps {
        portal.wait(PAUSE);
        calm(portal).await;
    }
}

/// Demands that a fault was used up.
async fn was_met(portal: &Portal, path: &str, times: u32) {
    let state = portal.dimail.state().await;
    let faults = state["faults"].as_array().expect("faults");
    let is_left = faults.iter().filter(|fault| fault["path"] == path).any(|fault| {
        let kind = fault["kind"].as_str().unwrap_or_default();
        let ordered = if fault["method"] == "GET" { gets(kind, times) } else { times };
        fault["times"].as_u64() >= Some(u64::from(ordered))
    });
    assert!(!is_left, "the fault at {path} was never met");
}

/// How many faults have to be ordered so that this number of calls fail, if they are GETs.
fn gets(kind: &str, times: u32) -> u32 {
    if matches!(kind, "close" | "act_then_close") { 2 * times } else { times }
}

/// Demands that all work is done: no change and no email waits. A job may be
/// left that waits until a call can no longer act.
async fn all_is_done(portal: &Portal) {
    let database = &portal.database;
    let jobs = "select kind, object, trouble from jobs \
                where lane = 'changes' and (trouble is not null or must_observe = 0)";
    assert_eq!(database.texts(jobs).await, Vec::<String>::new());
    let waiting = "select kind, subject, destination from changes where outcome = 'waiting'";
    assert_eq!(database.texts(waiting).await, Vec::<String>::new());
    assert_eq!(database.texts("select recipient, content from emails where state = 'waiting'").await, [""; 0]);
}

/// The keys of all messages, none of which may be shown.
static KEYS: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/i18n/fr");
    let files = std::fs::read_dir(folder).expect("sentences").map(|file| file.expect("a file").path());
    let texts = files.map(|path| std::fs::read_to_string(path).expect("sentences"));
    let keys = |text: String| {
        text.lines().filter_map(|line| line.split_once(" =")).map(|(key, _)| key.to_owned()).collect::<Vec<_>>()
    };
    texts.flat_map(keys).filter(|key| key.contains('-') && !key.contains(' ')).collect()
});

/// Demands that a page shows no message keys.
#[track_caller]
fn speaks(page: &Answer) {
    assert!(page.status < 500, "{} {}", page.status, page.words());
    assert!(KEYS.len() > 100, "the keys are found");
    for word in page.words().split_whitespace() {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        assert!(!KEYS.contains(word), "{word} is a key: {}", page.words());
    }
}

/// Demands the banner of this kind that says what is going on.
#[track_caller]
fn explains(page: &Answer, kind: &str) {
    speaks(page);
    let told = page.select(&format!(".banner-next.banner-{kind}")).join(" ");
    assert!(told.split(' ').count() > 5, "a sentence of kind {kind}: {}", page.words());
}
