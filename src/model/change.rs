//! A change: what a person asked of one mailbox or alias, and its outcome.

use super::address::LocalPart;
use super::id::MailboxId;
use super::reason::{Reason, Trouble};
use super::time::Timestamp;

/// What a job or a change is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Object {
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
            Self::Mailbox(_) => "mailbox",
            Self::Alias(_) => "alias",
        }
    }

    /// What tells it from others of its kind and domain.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::Mailbox(id) => id.to_string(),
            Self::Alias(part) => part.to_string(),
        }
    }

    /// Parses the name of a kind and a key.
    #[must_use]
    pub fn parse(kind: &str, key: &str) -> Option<Self> {
        match kind {
            "mailbox" => key.parse().ok().map(Self::Mailbox),
            "alias" => LocalPart::parse(key).ok().map(Self::Alias),
            _ => None,
        }
    }
}

/// What a change asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChangeKind {
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
    /// Another destination of an alias.
    AddDestination,
    /// One destination of an alias less.
    RemoveDestination,
    /// An alias is deleted with all its destinations.
    DeleteAlias,
}

impl ChangeKind {
    const ALL: [Self; 8] = [
        Self::CreateMailbox,
        Self::RenameMailbox,
        Self::DisableMailbox,
        Self::EnableMailbox,
        Self::DeleteMailbox,
        Self::AddDestination,
        Self::RemoveDestination,
        Self::DeleteAlias,
    ];

    /// The name in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CreateMailbox => "create_mailbox",
            Self::RenameMailbox => "rename_mailbox",
            Self::DisableMailbox => "disable_mailbox",
            Self::EnableMailbox => "enable_mailbox",
            Self::DeleteMailbox => "delete_mailbox",
            Self::AddDestination => "add_destination",
            Self::RemoveDestination => "remove_destination",
            Self::DeleteAlias => "delete_alias",
        }
    }

    /// Parses the name in the database.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// Whether it is about the state of a mailbox, of which the last wish counts.
    #[must_use]
    pub fn is_state(self) -> bool {
        matches!(self, Self::DisableMailbox | Self::EnableMailbox | Self::DeleteMailbox)
    }
}

/// What became of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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

impl ChangeOutcome {
    const ALL: [Self; 6] = [Self::Waiting, Self::Done, Self::Refused, Self::Replaced, Self::GivenUp, Self::Cancelled];

    /// The name in pages and the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Done => "done",
            Self::Refused => "refused",
            Self::Replaced => "replaced",
            Self::GivenUp => "given_up",
            Self::Cancelled => "cancelled",
        }
    }

    /// Parses the name in the database.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.as_str() == word)
    }
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
