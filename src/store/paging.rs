//! Cutting a sorted list into pages by cursors: one statement for any page, whatever its number.

use sqlx::any::AnyRow;

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

impl Sorted {
    /// The condition and order of a page; the cursor's value and key are the parameters `$n` and
    /// `$n+1`, always bound.
    pub(super) fn clauses(&self, position: &Position, n: usize) -> String {
        let Self { column, id, .. } = self;
        let value = if self.numeric { format!("cast(${n} as bigint)") } else { format!("${n}") };
        let key = format!("${}", n + 1);
        let down = self.reverse != position.is_backwards();
        let (sign, direction) = if down { ("<", "desc") } else { (">", "asc") };
        let condition = match position {
            Position::First | Position::Last => format!("({value} is null or {key} is null or 1 = 1)"),
            Position::After(_) | Position::Before(_) => format!("({column}, {id}) {sign} ({value}, {key})"),
        };
        format!("{condition} order by {column} {direction}, {id} {direction} limit {}", ROWS + 1)
    }
}

/// What is bound for the cursor of a position.
pub(super) fn bounds(position: &Position) -> (String, String) {
    match position {
        Position::First | Position::Last => ("0".to_owned(), String::new()),
        Position::After(cursor) | Position::Before(cursor) => (cursor.value.clone(), cursor.id.clone()),
    }
}

/// How many rows the whole list has, where the first page holds them all: then nobody needs to count.
pub(super) fn all_on_one_page(position: &Position, found: &[AnyRow]) -> Option<i64> {
    let is_whole = matches!(position, Position::First) && found.len() <= ROWS;
    is_whole.then(|| i64::try_from(found.len()).unwrap_or(i64::MAX))
}

/// The rows of one page. Each row has the columns `sort_value` (text) and `sort_id`.
pub(super) fn page<T>(
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
