//! The lines of a journal as a file for spreadsheets, sent while they are read.

use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse;
use futures::stream;

use crate::model::Position;
use crate::store::{Fault, Journal, JournalLine};
use crate::web::journal::query::{AskedLines, ReadableJournal};
use crate::web::journal::row::Row;
use crate::web::{Answer, Page, Query, Web};

/// How many lines are read at a time.
const AT_ONCE: usize = 500;
/// Tells spreadsheets that the text is UTF-8.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// The file, as far as it was sent.
struct Download {
    web: Web,
    page: Page,
    journal: Journal,
    asked: AskedLines,
    /// Where it goes on; `None` at its end.
    next: Option<Position>,
    header: Option<String>,
}

impl Download {
    /// The next part of the file.
    async fn part(mut self) -> Result<Option<(String, Self)>, Fault> {
        let Some(position) = self.next.take() else { return Ok(None) };
        let wanted = self.asked.at_position(position);
        let (lines, next) = self.web.app().store.journal_lines(&self.journal, &wanted, AT_ONCE).await?;
        let header = self.header.take().into_iter();
        let text = header.chain(lines.iter().map(|line| self.record(line))).collect();
        self.next = next;
        Ok(Some((text, self)))
    }

    fn record(&self, line: &JournalLine) -> String {
        let row = Row::new(&self.page, &self.journal.name, line);
        let when = self.page.s.sortable(line.at, &self.web.app().settings.time_zone);
        let (before, after) = (row.texts.before.join(", "), row.texts.after.join(", "));
        let number = row.number.to_string();
        record(&[
            &number,
            &when,
            &row.who,
            &row.address,
            &row.acting,
            &row.origin,
            &row.texts.what,
            &row.subject,
            &before,
            &after,
            &row.texts.note.to_string(),
        ])
    }
}

/// The columns, in the order of [`Download::record`].
const COLUMNS: [&str; 11] = [
    "journal-column-number",
    "journal-column-when",
    "journal-column-who",
    "journal-column-address",
    "journal-column-as",
    "journal-column-origin",
    "journal-column-what",
    "journal-column-about",
    "journal-column-before",
    "journal-column-after",
    "journal-column-note",
];

pub(crate) async fn download(State(web): State<Web>, found: ReadableJournal, page: Page, query: Query) -> Answer {
    let ReadableJournal { journal, .. } = found;
    let asked = AskedLines::read(&web, &page, &journal, &query).await?;
    let titles = COLUMNS.map(|key| page.t(key));
    let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
    let header = format!("{BYTE_ORDER_MARK}{}", record(&titles));
    let name = format!("attachment; filename=\"journal-{}.csv\"", journal.name);
    let download = Download { web, page, journal, asked, next: Some(Position::First), header: Some(header) };
    let parts = stream::try_unfold(download, Download::part);
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8"),
        (CONTENT_DISPOSITION, name.as_str()),
        (CACHE_CONTROL, "private, no-store"),
    ];
    Ok((headers, Body::from_stream(parts)).into_response())
}

/// A record of the file: semicolons, as French spreadsheets expect them.
fn record(cells: &[&str]) -> String {
    format!("{}\r\n", cells.iter().map(|cell| quoted(cell)).collect::<Vec<_>>().join(";"))
}

/// A cell. One that a spreadsheet would take for a formula begins with an apostrophe.
fn quoted(cell: &str) -> String {
    let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let harmless = if is_formula { format!("'{cell}") } else { cell.to_owned() };
    if harmless.contains([';', ',', '"', '\n', '\r', '\t']) {
        format!("\"{}\"", harmless.replace('"', "\"\""))
    } else {
        harmless
    }
}

#[cfg(test)]
mod tests {
    use super::{quoted, record};

    #[test]
    fn no_cell_is_a_formula() {
        for formula in ["=1+1", "+33 1", "-2", "@sum", "\t=1", "\r=1"] {
            assert!(quoted(formula).trim_start_matches('"').starts_with('\''), "{formula}");
        }
        assert_eq!(record(&["a", "d\"e; f", "", "g@h.fr"]), "a;\"d\"\"e; f\";;g@h.fr\r\n");
    }
}
