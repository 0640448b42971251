//! What can be done: each verb is one transaction with its rules, its journal line, its order and
//! its emails; what dimail has to do follows outside of it, by one path for people and worker.
//!
//! Must not know: HTTP requests, pages, templates, the command line.

pub mod accounts;
pub mod aliases;
pub mod domains;
pub mod emails;
pub mod health;
pub mod mailboxes;
pub mod members;
pub mod sync;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::actions::sync::check_lane::CheckLane;
pub use crate::actions::sync::respond::Waiting;
use crate::clock::Clock;
use crate::config::Settings;
use crate::dimail::Dimail;
use crate::mail::Sender;
use crate::model::id::{MailboxId, PortalId};
use crate::model::order::{Order, OrderKind, Pauses, Trouble, after_silent_check};
use crate::model::time::Timestamp;
use crate::model::user::Actor;
use crate::store::{Fault, Lease, Locked, NewOrder, Store, Tx};

/// A lease is good for this long without a sign of life.
const LEASE: Duration = Duration::from_secs(30);

/// What actions work with. Clones share everything.
#[derive(Clone)]
pub struct App {
    /// The database.
    pub store: Store,
    /// The client of dimail.
    pub dimail: Dimail,
    /// The way emails leave.
    pub sender: Arc<Sender>,
    /// What time it is.
    pub clock: Clock,
    /// The settings.
    pub settings: Arc<Settings>,
    /// This running portal, as holder of leases.
    pub id: PortalId,
    /// Rung when something may be due, so that the worker looks at once.
    pub wake: Arc<Notify>,
    /// The lists of dimail that creations of several mailboxes share.
    pub lists: Arc<sync::observe::Lists>,
    /// Whose check of a domain runs.
    pub check_lane: Arc<CheckLane>,
    /// What this running portal notes about its own health.
    pub signs: Arc<health::Signs>,
    /// What people's own requests have under way: a stopping portal waits for it.
    pub under_way: TaskTracker,
    /// Cancelled when a stopping portal waits no longer: people are told what is known.
    pub shutdown: CancellationToken,
}

impl App {
    /// Brings the parts together.
    #[must_use]
    pub fn new(store: Store, dimail: Dimail, sender: Sender, settings: Arc<Settings>) -> Self {
        let clock = store.clock().clone();
        let id = PortalId::new(clock.now());
        Self {
            store,
            dimail,
            sender: Arc::new(sender),
            clock,
            settings,
            id,
            wake: Arc::new(Notify::new()),
            lists: Arc::default(),
            check_lane: Arc::default(),
            signs: Arc::default(),
            under_way: TaskTracker::new(),
            shutdown: CancellationToken::new(),
        }
    }

    /// The same with a client of dimail for what this person waits for.
    pub(crate) fn for_person(&self, actor: &Actor) -> Self {
        let key = actor.id.map(|id| id.to_string()).unwrap_or_default();
        Self { dimail: self.dimail.for_person(&key), ..self.clone() }
    }

    /// When a person whose request begins now is answered at the latest, over all that it does.
    fn answer_by(&self) -> Instant {
        Instant::now() + self.settings.answer_within
    }

    /// A lease that begins now.
    pub(crate) fn lease(&self) -> Lease {
        Lease { holder: self.id, until: self.clock.now().plus(LEASE) }
    }

    /// Stores what dimail is to do about a mailbox, in our own hands: the caller carries it out once
    /// its transaction is committed.
    async fn ask<R>(
        &self,
        tx: &mut Tx,
        locked: &Locked<R>,
        kind: OrderKind,
        mailbox: MailboxId,
    ) -> Result<Order, Fault> {
        let mailbox_id = Some(mailbox);
        let new = NewOrder { kind, mailbox_id, alias_id: None, due_at: self.clock.now(), lease: Some(self.lease()) };
        let id = tx.insert_order(locked, &new).await?;
        let order = domains::add::own_order(self, id, kind, locked.domain.id);
        Ok(Order { mailbox_id, ..order })
    }

    /// Stores what dimail is to do about a mailbox, for the worker.
    async fn ask_later<R>(
        &self,
        tx: &mut Tx,
        locked: &Locked<R>,
        kind: OrderKind,
        mailbox: MailboxId,
    ) -> Result<(), Fault> {
        let mailbox_id = Some(mailbox);
        let new = NewOrder { kind, mailbox_id, alias_id: None, due_at: self.clock.now(), lease: None };
        tx.insert_order(locked, &new).await.map(|_| ())
    }

    fn pauses(&self) -> Pauses {
        self.settings.pauses()
    }

    /// When something that met `trouble` at attempt number `attempts` is tried again; for silent name
    /// servers it is the number of silent checks in a row.
    fn next_attempt(&self, attempts: i64, trouble: &Trouble) -> Timestamp {
        let pauses = self.pauses();
        let pause = match trouble {
            Trouble::Installation { .. } => pauses.longest,
            Trouble::NameServers => after_silent_check(attempts),
            Trouble::NoAnswer { .. } | Trouble::Portal => pauses.after(attempts, rand::random()),
        };
        self.clock.now().plus(pause)
    }
}
