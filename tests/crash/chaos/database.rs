//! A database that fails for a while: one file that is locked or full; a server that is silent, restarted, or
//! replaced by one that only reads.

use std::cell::{Cell, RefCell};
use std::path::Path;
use std::time::{Duration, Instant};

use rand::Rng;
use rand::rngs::StdRng;
use rustix::process::{Pid, Resource, Rlimit, prlimit};
use tokio::sync::Mutex;

use super::{Run, one_in};
use crate::support::proxy::Proxy;
use crate::support::world::Portal;

/// Between two faults, in milliseconds.
const PAUSE: std::ops::RangeInclusive<u64> = 1500..=4000;
/// How long a fault lasts, in milliseconds.
const FAULT: std::ops::RangeInclusive<u64> = 200..=2000;
/// How long after a fault answers may still say that the database did not work: a connection is tried again after
/// a pause.
const RECOVERY: Duration = Duration::from_secs(2);

/// What is known about the database's faults.
#[derive(Default)]
pub(super) struct Disturbance {
    /// Locked during a fault, and by what needs a database that works: commands, and the start of a portal.
    pub(super) turn: Mutex<()>,
    is_under_way: Cell<bool>,
    ended: Cell<Option<Instant>>,
    /// The portals' connections to a server go through it.
    proxy: Option<Proxy>,
    portals: RefCell<Vec<Pid>>,
}

impl Disturbance {
    /// Of this database; the portals connect to the address that is returned.
    pub(super) async fn of(url: &str) -> (Self, String) {
        let proxy = if url.starts_with("sqlite") { None } else { Some(Proxy::before(url).await) };
        let address = proxy.as_ref().map_or(url, |proxy| &proxy.url).to_owned();
        (Self { proxy, ..Self::default() }, address)
    }

    /// The portals that run now.
    pub(super) fn portals_are(&self, portals: &[Portal]) {
        *self.portals.borrow_mut() = portals.iter().map(|portal| portal.process.id()).collect();
    }

    /// Whether a request that began then may have met a fault.
    pub(super) fn was_there_since(&self, began: Instant) -> bool {
        self.is_under_way.get() || self.ended.get().is_some_and(|ended| ended + RECOVERY > began)
    }
}

impl Run {
    pub(super) async fn disturb_database(&self) {
        let mut rng = self.rng(4);
        while !self.is_done() {
            tokio::time::sleep(Duration::from_millis(rng.random_range(PAUSE))).await;
            let turn = self.disturbance.turn.lock().await;
            self.disturbance.is_under_way.set(true);
            let time = Duration::from_millis(rng.random_range(FAULT));
            match &self.disturbance.proxy {
                Some(proxy) => self.disturb_server(proxy, &mut rng, time).await,
                None if one_in(&mut rng, 2) => self.lock_file(time).await,
                None => self.fill_disk(time).await,
            }
            self.disturbance.is_under_way.set(false);
            self.disturbance.ended.set(Some(Instant::now()));
            self.note("database: as usual");
            drop(turn);
        }
    }

    async fn disturb_server(&self, proxy: &Proxy, rng: &mut StdRng, time: Duration) {
        match rng.random_range(0..4) {
            0 => {
                self.database_is("silent");
                proxy.keep_still();
                tokio::time::sleep(time).await;
                proxy.go_on();
            }
            1 => {
                self.database_is("replaced after silence");
                proxy.keep_still();
                tokio::time::sleep(time).await;
                self.end_transactions().await;
                proxy.forward_new_ones();
            }
            2 => {
                self.database_is("restarted");
                proxy.end_connections();
            }
            _ => {
                self.database_is("read-only");
                self.new_connections_only_read(true).await;
                proxy.end_connections();
                tokio::time::sleep(time).await;
                self.new_connections_only_read(false).await;
            }
        }
    }

    /// The server that is replaced holds no lock any longer. Its clients are not told.
    async fn end_transactions(&self) {
        let sql = "select count(pg_terminate_backend(pid)) from pg_stat_activity \
                   where datname = current_database() and pid <> pg_backend_pid()";
        self.world.database.number(sql).await;
    }

    /// Connections that are open stay as they are: the portals notice those that only read, and replace them.
    async fn new_connections_only_read(&self, only_read: bool) {
        let name = self.world.database.text("select current_database()::text").await;
        let value = if only_read { "on" } else { "off" };
        let sql = format!("alter database {name} set default_transaction_read_only = {value}");
        self.world.database.change(&sql).await;
    }

    /// Another process writes and does not end.
    async fn lock_file(&self, time: Duration) {
        self.database_is("locked");
        self.world.database.change("begin immediate").await;
        tokio::time::sleep(time).await;
        self.world.database.change("rollback").await;
    }

    /// The files cannot grow.
    async fn fill_disk(&self, time: Duration) {
        self.database_is("full");
        let file = self.world.database.url.trim_start_matches("sqlite://").to_owned();
        let size = |name: String| std::fs::metadata(Path::new(&name)).map_or(0, |file| file.len());
        let largest = size(format!("{file}-wal")).max(size(file));
        self.limit_files(Some(largest));
        tokio::time::sleep(time).await;
        self.limit_files(None);
    }

    fn limit_files(&self, bytes: Option<u64>) {
        for process in self.disturbance.portals.borrow().iter() {
            // One that was killed meanwhile has no limits.
            let _killed = prlimit(Some(*process), Resource::Fsize, Rlimit { current: bytes, maximum: None });
        }
    }

    fn database_is(&self, how: &str) {
        self.count(format!("database {how}"));
        self.note(format!("database: {how}"));
    }
}
