//! Lists: search, filter, sorting and pagination.

use std::fmt;

use strum::{Display, EnumString};

use super::domain::{Domain, DomainStatus};
use super::mailbox::MailboxStatus;
use super::role::Role;
use super::time::Timestamp;

/// The number of rows on a page.
pub const ROWS: usize = 25;

/// A position in a sorted list: the sorted value, and the key as a tie-breaker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The sorted column's value, as text.
    pub value: String,
    /// The row's key.
    pub id: String,
}

/// The requested page of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Position {
    /// The first page.
    #[default]
    First,
    /// The page after a row.
    After(Cursor),
    /// The page before a row.
    Before(Cursor),
    /// The last page.
    Last,
}

impl Position {
    /// Whether the rows are read backwards.
    pub fn is_backwards(&self) -> bool {
        matches!(self, Self::Before(_) | Self::Last)
    }
}

/// How a list of mailboxes is sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Display, EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum MailboxSort {
    /// By local part.
    #[default]
    Address,
    /// By last and first name.
    Name,
    /// By status.
    Status,
    /// By age, oldest first.
    Created,
}

/// How a list of domains is sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Display, EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum DomainSort {
    /// By name.
    #[default]
    Name,
    /// By status.
    Status,
    /// By age, oldest first.
    Created,
    /// By number of mailboxes.
    Mailboxes,
    /// By how much is left to do.
    Todo,
}

/// The parameters of a list.
#[derive(Clone, Debug)]
pub struct ListQuery<Status, Sort> {
    /// The words searched for.
    pub q: String,
    /// Only rows in this status.
    pub status: Option<Status>,
    /// The order of the rows.
    pub sort: Sort,
    /// Whether that order is reversed.
    pub reverse: bool,
    /// The page.
    pub position: Position,
}

impl<Status, Sort: Default> Default for ListQuery<Status, Sort> {
    fn default() -> Self {
        let (sort, position) = (Sort::default(), Position::First);
        Self { q: String::new(), status: None, sort, reverse: false, position }
    }
}

/// Which mailboxes a list shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailboxFilter {
    /// Those in this status.
    Status(MailboxStatus),
    /// Those whose password is to be handed over.
    HandOver,
}

impl MailboxFilter {
    /// The word in the query for mailboxes that are to be handed over.
    const HAND_OVER: &str = "handover";

    /// Parses the word in the query.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        if word == Self::HAND_OVER { Some(Self::HandOver) } else { word.parse().ok().map(Self::Status) }
    }
}

impl fmt::Display for MailboxFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status(status) => status.fmt(f),
            Self::HandOver => f.write_str(Self::HAND_OVER),
        }
    }
}

/// The parameters of a list of mailboxes.
pub type MailboxQuery = ListQuery<MailboxFilter, MailboxSort>;
/// The parameters of a list of domains.
pub type DomainQuery = ListQuery<DomainStatus, DomainSort>;

/// A page of a list.
#[derive(Clone, Debug)]
pub struct Rows<T> {
    /// The rows, in the requested order.
    pub items: Vec<T>,
    /// The number of rows on all pages.
    pub total: i64,
    /// The end of the previous page, if there is one.
    pub before: Option<Cursor>,
    /// The start of the next page, if there is one.
    pub after: Option<Cursor>,
}

/// A domain in the list of domains, with the role of the person.
#[derive(Clone, Debug)]
pub struct DomainRow {
    /// The domain.
    pub domain: Domain,
    /// The person's own role; `None` for staff without one.
    pub role: Option<Role>,
    /// The person's last visit to the domain, if they have a role there.
    pub visited_at: Option<Timestamp>,
}
