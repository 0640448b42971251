//! The values by which a journal can be filtered: the people and the kinds of events that are there.

use super::args::args;
use super::columns::{Flag, from_row};
use super::{Journal, Result, Store};

/// A value that lines of a journal can be filtered by.
#[derive(Clone, Debug)]
pub struct JournalFilter {
    /// Whether it is a person; else a kind of event.
    pub is_person: bool,
    /// The value.
    pub value: String,
    /// The last name of the person; `None` of one who acted by links only, without an account.
    pub name: Option<String>,
}

from_row! { JournalFilter { is_person as Flag, value, name } }

/// The distinct values of a column, each found by the index from the one before.
macro_rules! distinct {
    ($table:literal, $column:literal) => {
        concat!(
            $table,
            " (value) as (select min(",
            $column,
            ") from journal where domain_id = $1 union all \
             select (select min(",
            $column,
            ") from journal where domain_id = $1 and ",
            $column,
            " > ",
            $table,
            ".value) from ",
            $table,
            " where ",
            $table,
            ".value is not null)"
        )
    };
}

/// How many values the filters offer.
const FILTERS: &str = concat!(
    "with recursive ",
    distinct!("people", "person"),
    ", ",
    distinct!("kinds", "kind"),
    " select * from (select 1 as is_person, people.value, (select last.actor_name from journal as last \
     where last.domain_id = $1 and last.person = people.value and last.actor_id is not null \
     order by last.at desc, last.sequence desc limit 1) \
     as name from people where people.value is not null limit 200) as found \
     union all select 0 as is_person, kinds.value, cast(null as text) as name from kinds where kinds.value is not null"
);

impl Store {
    /// The people and the kinds of events of a journal.
    pub async fn journal_filters(&self, journal: &Journal) -> Result<Vec<JournalFilter>> {
        self.all(FILTERS, args![journal.id]).await
    }
}
