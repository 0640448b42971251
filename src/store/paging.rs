//! Cutting a sorted list into pages by cursors: one statement for any page, whatever its number.

use sqlx::any::{AnyArguments, AnyRow};
use sqlx::query::Query;
use sqlx::{Any, AnyPool, AssertSqlSafe, Row};

use super::{Fault, columns};
use crate::model::list::{Cursor, Position, ROWS, Rows};

/// The sorted column of a list. Its name comes from this program, never from a person.
pub(super) struct Sorted {
    /// The column, with its table.
    pub(super) column: &'static str,
    /// The key's column, with its table.
    pub(super) id: &'static str,
    /// Whether the column holds numbers.
    pub(super) numeric: bool,
    /// Whether the list runs from high to low.
    pub(super) reverse: bool,
}

/// A list that is read page by page. Its statements say only what is asked for: a condition that
/// may be absent (`$2 = '' or status = $2`) keeps databases from their indexes. All that people
/// typed is bound; the texts come from this program.
pub(super) struct List {
    columns: String,
    from: &'static str,
    group_by: Option<&'static str>,
    conditions: Vec<String>,
    values: Vec<String>,
}

impl List {
    /// The columns of a row, its tables, and whose list it is: the parameter `$1`.
    pub(super) fn new(columns: &str, from: &'static str, whose: String) -> Self {
        Self { columns: columns.to_owned(), from, group_by: None, conditions: Vec::new(), values: vec![whose] }
    }

    /// The list has one row for each value of this column.
    pub(super) fn group_by(&mut self, column: &'static str) {
        self.group_by = Some(column);
    }

    /// Binds a value; answers the name of its parameter.
    pub(super) fn bind(&mut self, value: impl Into<String>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }

    /// Takes only the rows that fit a condition.
    pub(super) fn only(&mut self, condition: impl Into<String>) {
        self.conditions.push(condition.into());
    }

    /// Takes only the rows in which all these terms stand.
    pub(super) fn search(&mut self, searched: &str, terms: Vec<String>) {
        for term in terms {
            let term = self.bind(term);
            self.only(contains(searched, &term));
        }
    }

    /// One page. `total` is how many rows the whole list has, where that is known.
    pub(super) async fn page<T>(
        mut self,
        pool: &AnyPool,
        sorted: &Sorted,
        position: &Position,
        total: Option<i64>,
        read: impl Fn(&AnyRow) -> Result<T, Fault>,
    ) -> Result<Rows<T>, Fault> {
        let (counting, asked) = (self.counting(), self.values.len());
        let reading = self.reading(sorted, position);
        let found = self.query(reading, self.values.len()).fetch_all(pool).await?;
        let is_whole = matches!(position, Position::First) && found.len() <= ROWS;
        let total = match total {
            Some(total) => total,
            // The first page holds them all: no need to count.
            None if is_whole => i64::try_from(found.len()).unwrap_or(i64::MAX),
            None => self.query(counting, asked).fetch_one(pool).await?.try_get("total")?,
        };
        page(found, position, total, read)
    }

    fn counting(&self) -> String {
        let what = self.group_by.map_or_else(|| "*".to_owned(), |column| format!("distinct {column}"));
        format!("select count({what}) as total {}", self.source())
    }

    /// The statement of a page; it asks for one row more, which tells whether another page follows.
    fn reading(&mut self, sorted: &Sorted, position: &Position) -> String {
        let Sorted { column, id, numeric, reverse } = *sorted;
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
        // The same column twice would be sorted once more.
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

    fn query(&self, sql: String, values: usize) -> Query<'_, Any, AnyArguments> {
        self.values.iter().take(values).fold(sqlx::query(AssertSqlSafe(sql)), Query::bind)
    }
}

/// The condition that a parameter stands in a text. The pattern is put together by the database:
/// where `like` is given a mere parameter, SQLite prepares the statement again for each value.
pub(super) fn contains(text: &str, parameter: &str) -> String {
    format!("{text} like '%' || {parameter} || '%'")
}

/// The rows of one page. Each row has the columns `sort_value` (text) and `sort_id`.
fn page<T>(
    mut found: Vec<AnyRow>,
    position: &Position,
    total: i64,
    read: impl Fn(&AnyRow) -> Result<T, Fault>,
) -> Result<Rows<T>, Fault> {
    let more = found.len() > ROWS;
    found.truncate(ROWS);
    if position.is_backwards() {
        found.reverse();
    }
    let cursor = |row: &AnyRow| {
        Ok::<_, Fault>(Cursor { value: columns::text(row, "sort_value")?, id: columns::text(row, "sort_id")? })
    };
    let first = found.first().map(cursor).transpose()?;
    let last = found.last().map(cursor).transpose()?;
    let (has_before, has_after) = match position {
        Position::First => (false, more),
        Position::After(_) => (true, more),
        Position::Before(_) => (more, true),
        Position::Last => (more, false),
    };
    let rows = found.iter().map(read).collect::<Result<_, _>>()?;
    Ok(Rows { rows, total, before: first.filter(|_| has_before), after: last.filter(|_| has_after) })
}
