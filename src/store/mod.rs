//! The database: all SQL of the portal, one file per noun, the same text for SQLite and PostgreSQL.
//!
//! Every function fails with a [`Fault`] when the database does not answer; functions that fail
//! otherwise say so. Does not know dimail, emails or HTTP. Only `actions` begins a transaction; `web`
//! and `worker` may read.

mod access;
mod addresses;
mod alias_changes;
mod aliases;
mod args;
mod backlog;
mod browsers;
mod bulk;
mod cause;
mod changes;
mod columns;
mod comparisons;
mod confirmations;
mod connection;
mod dimail_limit;
mod dns_shares;
mod domain_row;
mod domains;
mod due_work;
mod emails;
mod file;
mod first_accesses;
mod future;
mod guard;
mod head;
mod held_emails;
pub(crate) mod import;
mod invitations;
mod job_view;
mod jobs;
mod journal;
mod journal_check;
mod journal_filters;
mod journal_list;
mod journal_purge;
mod leads;
mod lock;
mod login_links;
mod mailbox_changes;
mod mailbox_emails;
mod mailbox_list;
mod mailbox_state;
mod mailboxes;
mod mark;
mod members;
mod new_mailboxes;
mod open;
mod open_work;
mod paging;
mod password_attempts;
mod patience;
mod pending_work;
mod place;
mod pool;
mod pooler;
mod put_off_jobs;
mod rate_limits;
mod removed_domains;
mod resets;
mod rows;
mod sent_calls;
mod sessions;
mod smtp_answers;
mod tidy;
mod todo;
mod users;

use std::sync::Arc;

pub use access::{Allowed, Denied, SignedIn, Tended};
pub use backlog::Backlog;
pub(crate) use bulk::{BulkLine, BulkView, NewBulk, NewLine};
pub(crate) use cause::Cause;
pub(crate) use changes::NewChange;
pub(crate) use confirmations::{Confirmation, NewConfirmation};
use connection::Connection;
pub(crate) use dimail_limit::StoredLimit;
pub(crate) use dns_shares::SharedDns;
pub(crate) use domains::{CheckFacts, DomainChecks, NewDomain};
pub use emails::{EmailQueue, NewEmail, QueuedEmail};
pub use file::{FileError, readable_by_others};
pub(crate) use first_accesses::FirstAccess;
pub use guard::{Guarded, MayWrite};
pub(crate) use head::{HeadFacts, MailboxCounts};
pub(crate) use invitations::{ListedInvitation, OpenInvitation};
pub(crate) use jobs::Due;
pub use jobs::Lease;
pub(crate) use journal::JournalLine;
pub(crate) use journal_check::{JournalOnRecord, LineFault, Verified};
pub(crate) use journal_filters::JournalFilter;
pub(crate) use journal_list::Journal;
pub use lock::{ByPortal, Key, Locked, TendMailbox};
pub(crate) use mailbox_list::MailboxInList;
pub(crate) use mailbox_state::MailboxState;
pub(crate) use mailboxes::{MailboxInDomain, MailboxPage};
pub(crate) use new_mailboxes::LOCAL_PARTS_AT_ONCE;
pub use open::{OpenError, SchemaWas};
pub(crate) use open_work::COUNTED;
pub(crate) use password_attempts::{AllTried, PasswordAttempt};
use patience::deadline;
pub(crate) use patience::{briefly, unless_slow};
pub(crate) use pending_work::{WorkList, WorkRow};
use pool::Pool;
pub(crate) use todo::LEFT_COUNTED;
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;
pub use users::{Credentials, NewUser};

use crate::clock::Clock;
use crate::model::Timestamp;

/// The database did not carry out a request; nothing was changed, except perhaps by [`Fault::Unsure`].
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The database's own error.
    #[error("database: {0}")]
    Sql(#[from] sqlx::Error),
    /// The database gave no answer within the limit of a wait.
    #[error("database: no answer")]
    NoAnswer,
    /// The database gave no answer to a commit: what it stores may be stored or not.
    #[error("database: no answer to a commit, which may have been carried out")]
    Unsure,
    /// All connections, or the right to write, were in use for the whole time of the wait.
    #[error("database: busy with other requests")]
    Busy,
    /// The person does not have the right, or the domain does not exist (any longer).
    #[error("the right is missing")]
    Denied(Denied),
    /// A statement that must change one row changed none or several.
    #[error("database: {rows} rows changed, not one, by {statement}")]
    RowsChanged {
        /// How many.
        rows: u64,
        /// The statement, without its arguments.
        statement: String,
    },
    /// A row holds a value that this version cannot read.
    #[error("database: unreadable {column}")]
    Unreadable {
        /// The column.
        column: &'static str,
    },
}

/// The answer of the database.
pub type Result<T, E = Fault> = std::result::Result<T, E>;

/// Which database this is, for the few places where the SQL differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Dialect {
    Sqlite,
    Postgres,
}

impl Dialect {
    /// How a writing transaction begins: SQLite must take its write lock at once.
    fn begin(self) -> &'static str {
        match self {
            Self::Sqlite => "begin immediate",
            Self::Postgres => "begin",
        }
    }

    /// The clause that lets portals claim rows of a table concurrently without waiting for each other.
    fn skip_locked(self, table: &str) -> String {
        match self {
            Self::Sqlite => String::new(),
            Self::Postgres => format!("for update of {table} skip locked"),
        }
    }
}

/// The portal's database.
#[derive(Clone, Debug)]
pub struct Store {
    pool: Pool,
    dialect: Dialect,
    clock: Clock,
    /// How many emails a day may leave from one domain to one address.
    emails_per_address: u32,
    /// The name with which the journal records what commands do.
    operator: Arc<str>,
    /// SQLite has one writer at a time: transactions queue here in order instead of polling its lock.
    turn: Option<Arc<Semaphore>>,
}

impl Store {
    /// Whether the database answers.
    pub async fn ping(&self) -> Result<()> {
        self.exists("select 1", args::args![]).await.map(|_| ())
    }

    /// The same database with another limit on the emails from one domain to one address in a day.
    pub fn with_emails_per_address(self, emails_per_address: u32) -> Self {
        Self { emails_per_address, ..self }
    }

    /// The same database, for a command of the operator with this name.
    pub fn for_operator(self, name: &str) -> Self {
        Self { operator: name.into(), ..self }
    }

    /// The clock for all timestamps of rows.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Waits for SQLite's right to write.
    async fn turn(&self, until: Instant) -> Result<Option<OwnedSemaphorePermit>> {
        let Some(turn) = &self.turn else { return Ok(None) };
        let turn = self.pool.progress.wait(until, Arc::clone(turn).acquire_owned()).await;
        Ok(turn.ok_or(Fault::Busy)?.ok())
    }

    /// A connection for a statement that reads.
    async fn reader(&self) -> Result<Connection> {
        Connection::acquire(&self.pool, None, deadline()).await
    }

    /// A connection for a statement that writes, or for a transaction.
    async fn writer(&self, until: Instant) -> Result<Connection> {
        let turn = self.turn(until).await?;
        Connection::acquire(&self.pool, turn, until).await
    }

    /// Begins a writing transaction. Only `actions` calls it.
    pub async fn begin(&self) -> Result<Tx> {
        let until = deadline();
        let mut connection = self.writer(until).await?;
        connection.begin(self.dialect, until).await?;
        let (clock, emails_per_address) = (self.clock.clone(), self.emails_per_address);
        Ok(Tx { connection: Some(connection), clock, emails_per_address, operator: Arc::clone(&self.operator) })
    }
}

/// A transaction. Dropping it without [`Tx::commit`] rolls it back.
#[derive(Debug)]
pub struct Tx {
    /// Absent once the transaction has ended.
    connection: Option<Connection>,
    clock: Clock,
    emails_per_address: u32,
    operator: Arc<str>,
}

impl Tx {
    /// The current time of the clock for all timestamps of rows.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Commits.
    ///
    /// # Errors
    /// When the database refuses; then nothing was written. [`Fault::Unsure`] leaves it open.
    pub async fn commit(mut self) -> Result<()> {
        self.connection()?.commit().await?;
        self.connection = None;
        Ok(())
    }

    fn connection(&mut self) -> Result<&mut Connection> {
        self.connection.as_mut().ok_or(Fault::NoAnswer)
    }
}

impl Drop for Tx {
    fn drop(&mut self) {
        if let (Some(connection), Ok(runtime)) = (self.connection.take(), Handle::try_current()) {
            runtime.spawn(connection.roll_back());
        }
    }
}
