//! What the stories share: processes of the program, and the servers and databases around them.

pub(crate) mod authority;
pub(crate) mod browser;
#[path = "../../it/support/database.rs"]
pub(crate) mod database;
pub(crate) mod dimail;
pub(crate) mod disk;
pub(crate) mod process;
pub(crate) mod proxy;
#[expect(dead_code, reason = "shared with the integration tests, which ask more of it")]
#[path = "../../it/support/smtp.rs"]
pub(crate) mod smtp;
pub(crate) mod verdict;
pub(crate) mod world;

use std::fmt::Display;
use std::io::Write;

use tokio::sync::{Semaphore, SemaphorePermit};

/// Prints a line on standard error that the test runner does not hide, for measurements.
pub(crate) fn say(text: impl Display) {
    drop(writeln!(std::io::stderr(), "{text}"));
}

/// Says that something is not tested on this machine, and why; fails where the environment demands the test.
#[track_caller]
pub(crate) fn not_tested(demanded_by: &str, why: &str) {
    assert!(std::env::var(demanded_by).as_deref() != Ok("required"), "{demanded_by}=required, but {why}");
    say(format!("not tested: {why}"));
}

static MACHINE: Semaphore = Semaphore::const_new(2);

/// A permit for stories that load the machine: two at a time, for example one on each database, so that they do not
/// disturb each other's measurements too much.
pub(crate) async fn machine() -> SemaphorePermit<'static> {
    MACHINE.acquire().await.expect("a permit")
}

/// Defines two tests for each story `async fn story(database: Database)`: `story::sqlite` and
/// `story::postgres`.
macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {$(
        mod $name {
            use crate::support::database::Database;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                Box::pin(super::$name(Database::sqlite())).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                if let Some(database) = Database::postgres() {
                    Box::pin(super::$name(database)).await;
                }
            }
        }
    )+};
}
pub(crate) use on_both;
