//! A change: what a person asked of one mailbox or alias, and its outcome.

use strum::{AsRefStr, Display, EnumString};

use super::address::LocalPart;
use super::id::MailboxId;
use super::reason::{Reason, Trouble};
use super::time::Timestamp;

/// What a job or a change is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Object {
    /// The domain itself.
    Domain,
    /// A mailbox.
    Mailbox(MailboxId),
    /// An alias: a local part with all its destinations.
    Alias(LocalPart),
}

impl Object {
    /// The name of its kind in the database.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Domain => "domain",
            Self::Mailbox(_) => "mailbox",
            Self::Alias(_) => "alias",
        }
    }

    /// What tells it from others of its kind and domain.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::Domain => String::new(),
            Self::Mailbox(id) => id.to_string(),
            Self::Alias(part) => part.to_string(),
        }
    }

    /// Parses the name of a kind and a key.
    #[must_use]
    pub fn parse(kind: &str, key: &str) -> Option<Self> {
        match kind {
            "domain" => Some(Self::Domain),
            "mailbox" => key.parse().ok().map(Self::Mailbox),
            "alias" => LocalPart::parse(key).ok().map(Self::Alias),
            _ => None,
        }
    }
}

/// What a change asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, AsRefStr, Display, EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum ChangeKind {
    /// A new domain.
    CreateDomain,
    /// A new mailbox.
    CreateMailbox,
    /// Other names of a mailbox.
    RenameMailbox,
    /// A mailbox becomes inactive.
    DisableMailbox,
    /// A mailbox becomes active again.
    EnableMailbox,
    /// A mailbox is deleted.
    DeleteMailbox,
    /// A mailbox whose deletion was asked for is kept.
    KeepMailbox,
    /// Another destination of an alias.
    AddDestination,
    /// One destination of an alias less.
    RemoveDestination,
    /// An alias is deleted with all its destinations.
    DeleteAlias,
}

impl ChangeKind {
    /// Whether it is about the state of a mailbox, of which the last wish counts.
    #[must_use]
    pub fn is_state(self) -> bool {
        matches!(self, Self::DisableMailbox | Self::EnableMailbox | Self::DeleteMailbox | Self::KeepMailbox)
    }
}

/// What became of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, AsRefStr, Display, EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum ChangeOutcome {
    /// dimail does not have it for certain yet.
    Waiting,
    /// dimail has it.
    Done,
    /// dimail refused it.
    Refused,
    /// A later change of the same took its place.
    Replaced,
    /// There was no answer for too long.
    GivenUp,
    /// The object was deleted before it was carried out.
    Cancelled,
}

/// A change that still waits, as the code that records results needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingChange {
    /// The number of its journal line.
    pub sequence: i64,
    /// What it asks for.
    pub kind: ChangeKind,
    /// The destination, if it is about one.
    pub destination: Option<String>,
}

/// A change as pages show it.
#[derive(Clone, Debug)]
pub struct ChangeView {
    /// The number of its journal line.
    pub sequence: i64,
    /// What it is about.
    pub object: Object,
    /// The address it is about.
    pub subject: String,
    /// What it asks for.
    pub kind: ChangeKind,
    /// The destination, if it is about one.
    pub destination: Option<String>,
    /// The name of the person who asked.
    pub actor_name: String,
    /// When.
    pub asked_at: Timestamp,
    /// What became of it.
    pub outcome: ChangeOutcome,
    /// Why, if it was refused.
    pub reason: Option<Reason>,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
    /// Whether it is to be dealt with: it waits, or what was refused or given up was not asked for otherwise since.
    pub is_open: bool,
}

/// The job of an object as pages show it.
#[derive(Clone, Debug)]
pub struct JobView {
    /// When its work began to wait.
    pub created_at: Timestamp,
    /// When it is tried next; `None` while it waits for its domain.
    pub due_at: Option<Timestamp>,
    /// The number of attempts in this series.
    pub attempts: i64,
    /// Whether a process is working on it right now.
    pub running: bool,
    /// Whether a call was sent whose effect is not known.
    pub is_unclear: bool,
    /// Why the last attempt had no result.
    pub trouble: Option<Trouble>,
}

impl JobView {
    /// Whether a call was sent whose effect is not known, or may be about to be sent.
    #[must_use]
    pub fn may_act(&self) -> bool {
        self.is_unclear || self.running
    }
}
