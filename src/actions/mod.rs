//! The use cases. Each is one transaction with its rules, its journal line, its change with the job, and its emails.
//! The calls to dimail follow outside of the transaction, in the same code for people and worker.
//!
//! Must not know: HTTP requests, pages, templates, the command line.

pub mod accounts;
pub(crate) mod aliases;
pub(crate) mod clock_back;
pub mod domains;
pub mod emails;
mod error;
pub(crate) mod guard;
pub(crate) mod health;
pub mod mailboxes;
pub(crate) mod members;
pub(crate) mod operations;
pub mod sync;
pub(crate) mod tidy;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use crate::actions::error::{Error, Result};
use crate::actions::sync::check_lane::CheckLane;
pub(crate) use crate::actions::sync::respond::Waiting;
use crate::clock::Clock;
use crate::config::Settings;
use crate::dimail::Dimail;
use crate::mail::Sender;
use crate::model::retry::Pauses;
use crate::model::{Actor, PortalId, Timestamp};
use crate::store::{Fault, Lease, Store, Tx};

/// How long a lease is valid without renewal.
const LEASE: Duration = Duration::from_secs(30);

/// How long a person waits at most while dimail is known to be unavailable.
const ANSWER_WHILE_DOWN: Duration = Duration::from_secs(3);

/// The dependencies of all actions. Clones share everything.
#[derive(Clone)]
pub struct App {
    /// The database.
    pub store: Store,
    /// The client of dimail.
    pub dimail: Dimail,
    /// Delivers emails.
    pub sender: Arc<Sender>,
    /// The clock.
    pub clock: Clock,
    /// The settings.
    pub settings: Arc<Settings>,
    /// The id of this process, which owns its leases.
    pub id: PortalId,
    /// When this process started.
    pub started_at: Timestamp,
    /// Notified when work may be due, so that the worker looks at once.
    pub wake: Arc<Notify>,
    /// Notified when a result of dimail was recorded, for requests that wait for it.
    pub changed: Arc<Notify>,
    /// Lists of dimail, shared by creations of several mailboxes.
    pub lists: Arc<sync::lists::Lists>,
    /// Serialises domain checks.
    pub check_lane: Arc<CheckLane>,
    /// When this process last looked at the clock.
    pub last_look: Arc<clock_back::LastLook>,
    /// What this process records about its own health.
    pub signs: Arc<health::Signs>,
    /// Emails that left and are not recorded as sent, because the database fails.
    pub unrecorded: Arc<emails::unrecorded::Unrecorded>,
    /// Passwords that wait for their test.
    pub passwords: Arc<accounts::queue::Queue>,
    /// Tasks started by requests of people: a shutdown waits for them.
    pub under_way: TaskTracker,
    /// Cancelled when the grace period of a shutdown ends: waiting people are answered with what is
    /// known.
    pub shutdown: CancellationToken,
}

impl App {
    /// Assembles the parts.
    pub fn new(store: Store, dimail: Dimail, sender: Sender, settings: Arc<Settings>) -> Self {
        let store = store.with_emails_per_address(settings.emails_per_address);
        let clock = store.clock().clone();
        let started_at = clock.now();
        let id = PortalId::new(started_at);
        Self {
            store,
            dimail,
            sender: Arc::new(sender),
            clock,
            settings,
            id,
            started_at,
            wake: Arc::new(Notify::new()),
            changed: Arc::new(Notify::new()),
            lists: Arc::default(),
            check_lane: Arc::default(),
            last_look: Arc::default(),
            signs: Arc::default(),
            unrecorded: Arc::default(),
            passwords: Arc::default(),
            under_way: TaskTracker::new(),
            shutdown: CancellationToken::new(),
        }
    }

    /// A clone whose dimail client has the priority of a waiting person.
    pub(crate) fn for_person(&self, actor: &Actor) -> Self {
        let key = actor.id.map(|id| id.to_string()).unwrap_or_default();
        Self { dimail: self.dimail.for_person(&key), ..self.clone() }
    }

    /// The latest time at which a person is answered whose request begins now, over all calls of the
    /// request: soon, while dimail is known to be unavailable.
    fn answer_by(&self) -> Instant {
        let within = self.settings.answer_within;
        Instant::now() + if self.dimail.limiter().is_down() { within.min(ANSWER_WHILE_DOWN) } else { within }
    }

    /// Commits, and wakes the worker for the jobs and emails that were stored.
    pub(crate) async fn commit(&self, tx: Tx) -> Result<(), Fault> {
        tx.commit().await?;
        self.wake.notify_one();
        Ok(())
    }

    /// A lease that begins now.
    pub(crate) fn lease(&self) -> Lease {
        Lease { holder: self.id, until: self.clock.now().plus(LEASE), started_at: self.started_at }
    }

    fn pauses(&self) -> Pauses {
        self.settings.pauses()
    }
}
