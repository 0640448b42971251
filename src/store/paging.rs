//! Pages of a sorted list by cursor (keyset pagination): each page costs the same, however far in.

use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, FromRow};

use super::args::Args;
use super::columns::from_row;
use super::rows::Row;
use super::{Result, Store};
use crate::model::list::ROWS;
use crate::model::{Cursor, Position, Rows};

/// The sort column of a list. Its name is a constant of the program, never user input.
pub(super) struct SortColumn {
    /// The column, with its table.
    pub(super) column: &'static str,
    /// The id column, with its table.
    pub(super) id: &'static str,
    /// Whether the column holds numbers.
    pub(super) numeric: bool,
    /// Whether the list is sorted in descending order.
    pub(super) reverse: bool,
}

/// A row of a list and its place in it.
pub(super) struct Placed<T> {
    row: T,
    place: Cursor,
}

impl<T> Placed<T> {
    /// Its place in the list.
    pub(super) fn place(&self) -> &Cursor {
        &self.place
    }

    /// The row.
    pub(super) fn into_row(self) -> T {
        self.row
    }
}

from_row! { Cursor { value = "sort_value", id = "sort_id" } }

impl<'r, T: FromRow<'r, AnyRow>> FromRow<'r, AnyRow> for Placed<T> {
    fn from_row(row: &'r AnyRow) -> sqlx::Result<Self> {
        Ok(Self { row: T::from_row(row)?, place: Cursor::from_row(row)? })
    }
}

/// A list that is read page by page. Its statement contains only the conditions in use: an optional
/// condition (`$2 = '' or status = $2`) would keep the database from using an index. User input is
/// always bound; the text of the statement comes from the program.
pub(super) struct List {
    columns: String,
    from: &'static str,
    group_by: Option<&'static str>,
    conditions: Vec<String>,
    values: Vec<String>,
}

impl List {
    /// The columns of a row, its tables, and the value of the parameter `$1`, which selects the list.
    pub(super) fn new(columns: &str, from: &'static str, whose: String) -> Self {
        Self { columns: columns.to_owned(), from, group_by: None, conditions: Vec::new(), values: vec![whose] }
    }

    /// Adds a column.
    pub(super) fn column(&mut self, column: &str) {
        self.columns.push_str(", ");
        self.columns.push_str(column);
    }

    /// The list has one row for each value of this column.
    pub(super) fn group_by(&mut self, column: &'static str) {
        self.group_by = Some(column);
    }

    /// Binds a value and returns the name of its parameter.
    pub(super) fn bind(&mut self, value: impl Into<String>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }

    /// Restricts the list to rows that meet a condition.
    pub(super) fn only(&mut self, condition: impl Into<String>) {
        self.conditions.push(condition.into());
    }

    /// Restricts the list to rows whose text contains all these terms.
    pub(super) fn search(&mut self, searched: &str, terms: Vec<String>) {
        for term in terms {
            let term = self.bind(term);
            self.only(contains(searched, &term));
        }
    }

    /// Reads one page. `total` is the number of rows in the whole list, if it is known.
    pub(super) async fn page<T: Row>(
        mut self,
        store: &Store,
        sort: &SortColumn,
        position: &Position,
        total: Option<i64>,
    ) -> Result<Rows<T>> {
        let (counting, asked) = (self.counting(), self.values.len());
        let reading = self.reading(sort, position);
        let found = store.all(AssertSqlSafe(reading), self.args(self.values.len())).await?;
        let is_whole = matches!(position, Position::First) && found.len() <= ROWS;
        let total = match total {
            Some(total) => total,
            // The first page contains all rows: no count is needed.
            None if is_whole => i64::try_from(found.len()).unwrap_or(i64::MAX),
            None => store.value(AssertSqlSafe(counting), self.args(asked)).await?,
        };
        Ok(page(found, position, total))
    }

    fn counting(&self) -> String {
        let what = self.group_by.map_or_else(|| "*".to_owned(), |column| format!("distinct {column}"));
        format!("select count({what}) {}", self.source())
    }

    /// The statement of a page. It reads one row more than the page shows, to know whether another page
    /// follows.
    fn reading(&mut self, sort: &SortColumn, position: &Position) -> String {
        let SortColumn { column, id, numeric, reverse } = *sort;
        let down = reverse != position.is_backwards();
        let (sign, direction) = if down { ("<", "desc") } else { (">", "asc") };
        if let Position::After(cursor) | Position::Before(cursor) = position {
            let key = self.bind(&cursor.id);
            let condition = if column == id {
                format!("{id} {sign} {key}")
            } else {
                let value = self.bind(&cursor.value);
                let value = if numeric { format!("cast({value} as bigint)") } else { value };
                format!("({column}, {id}) {sign} ({value}, {key})")
            };
            self.only(condition);
        }
        let value = if numeric { format!("cast({column} as text)") } else { column.to_owned() };
        let grouped = self.group_by.map_or_else(String::new, |column| format!(" group by {column}"));
        // The same column twice would cost a second sort.
        let order = if column == id { String::new() } else { format!("{column} {direction}, ") };
        format!(
            "select {}, {value} as sort_value, {id} as sort_id {}{grouped} order by {order}{id} {direction} limit {}",
            self.columns,
            self.source(),
            ROWS + 1
        )
    }

    fn source(&self) -> String {
        let glue = if self.conditions.is_empty() { "" } else { " where " };
        format!("from {}{glue}{}", self.from, self.conditions.join(" and "))
    }

    /// The first values, as arguments.
    fn args(&self, values: usize) -> Args {
        self.values.iter().take(values).fold(Args::default(), Args::with)
    }
}

/// The condition that a text contains a parameter. The database builds the pattern: with a bare
/// parameter as the pattern of `like`, SQLite prepares the statement again for each value.
pub(super) fn contains(text: &str, parameter: &str) -> String {
    format!("{text} like '%' || {parameter} || '%'")
}

/// The rows of one page.
pub(super) fn page<T>(mut found: Vec<Placed<T>>, position: &Position, total: i64) -> Rows<T> {
    let more = found.len() > ROWS;
    found.truncate(ROWS);
    if position.is_backwards() {
        found.reverse();
    }
    let first = found.first().map(|found| found.place.clone());
    let last = found.last().map(|found| found.place.clone());
    let (has_before, has_after) = match position {
        Position::First => (false, more),
        Position::After(_) => (true, more),
        Position::Before(_) => (more, true),
        Position::Last => (more, false),
    };
    let rows = found.into_iter().map(|found| found.row).collect();
    Rows { items: rows, total, before: first.filter(|_| has_before), after: last.filter(|_| has_after) }
}
