//! Lists: how they are searched, filtered, sorted and cut into pages.

use super::domain::{Domain, DomainStatus};
use super::mailbox::MailboxStatus;
use super::role::Role;

/// How many rows a page of a list has.
pub const ROWS: usize = 25;

/// A place in a sorted list: the value sorted by, and the key that breaks ties.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The sorted column's value, as text.
    pub value: String,
    /// The row's key.
    pub id: String,
}

/// Which page of a list is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Position {
    /// The first page.
    #[default]
    First,
    /// The page behind a row.
    After(Cursor),
    /// The page in front of a row.
    Before(Cursor),
    /// The last page.
    Last,
}

impl Position {
    /// Whether the rows are read from the end towards the beginning.
    #[must_use]
    pub fn is_backwards(&self) -> bool {
        matches!(self, Self::Before(_) | Self::Last)
    }
}

/// How a list of mailboxes is sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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
}

/// What a list is asked for.
#[derive(Clone, Debug, Default)]
pub struct Asked<Status, Sort> {
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

/// What a list of mailboxes is asked for.
pub type AskedMailboxes = Asked<MailboxStatus, MailboxSort>;
/// What a list of domains is asked for.
pub type AskedDomains = Asked<DomainStatus, DomainSort>;

/// One page of a list.
#[derive(Clone, Debug)]
pub struct Rows<T> {
    /// The rows, in the order asked for.
    pub rows: Vec<T>,
    /// How many rows all pages have together.
    pub total: i64,
    /// Where the page before this one ends, if there is one.
    pub before: Option<Cursor>,
    /// Where the page after this one begins, if there is one.
    pub after: Option<Cursor>,
}

/// A domain in the list of domains, with the role of the person who looks.
#[derive(Clone, Debug)]
pub struct DomainRow {
    /// The domain.
    pub domain: Domain,
    /// The person's own role; `None` for staff without one.
    pub role: Option<Role>,
}
