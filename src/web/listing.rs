//! Lists on pages: parsing the query, and the links to the other pages of the list.

use std::fmt::Display;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::Page;
use super::fields::Fields;
use crate::model::{Cursor, DomainSort, ListQuery, MailboxSort, Position, Rows};

/// The value of `before=` that asks for the last page.
const END: &str = "end";

/// A column that a list can be sorted by.
pub(crate) trait Sort: Copy + Default + PartialEq + Display + FromStr {}

impl Sort for MailboxSort {}
impl Sort for DomainSort {}

/// Parses the query of a list; unknown values mean the default.
pub(crate) fn asked<Status, S: Sort>(
    query: &Fields,
    status: impl Fn(&str) -> Option<Status>,
    is_number: impl Fn(S) -> bool,
) -> ListQuery<Status, S> {
    let typed = query.text("sort");
    let (reverse, word) = typed.strip_prefix('-').map_or((false, typed.as_str()), |word| (true, word));
    let known = word.parse::<S>().ok();
    let sort = known.unwrap_or_default();
    let position = position(query, is_number(sort));
    ListQuery {
        q: query.text("q"),
        status: status(&query.text("status")),
        sort,
        reverse: reverse && known.is_some(),
        position,
    }
}

/// Parses the page that the query asks for.
pub(crate) fn position(query: &Fields, numeric: bool) -> Position {
    let (after, before) = (query.text("after"), query.text("before"));
    if before == END {
        return Position::Last;
    }
    let fits = |cursor: &Cursor| !numeric || cursor.value.parse::<i64>().is_ok();
    if let Some(cursor) = decoded(&after).filter(fits) {
        return Position::After(cursor);
    }
    decoded(&before).filter(fits).map_or(Position::First, Position::Before)
}

fn encoded(cursor: &Cursor) -> String {
    URL_SAFE_NO_PAD.encode(format!("{}\n{}", cursor.id, cursor.value))
}

fn decoded(text: &str) -> Option<Cursor> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let (id, value) = text.split_once('\n')?;
    // PostgreSQL does not accept a zero byte in text.
    (!text.contains('\0')).then(|| Cursor { value: value.to_owned(), id: id.to_owned() })
}

/// The name of a sort in the query, with `-` in front if reversed.
pub(crate) fn sort_word<S: Sort>(sort: S, reverse: bool) -> String {
    if reverse { format!("-{sort}") } else { sort.to_string() }
}

/// The address of a list with these parameters; empty ones are left out.
pub(crate) fn address<'p>(path: &str, parameters: impl IntoIterator<Item = (&'p str, &'p str)>) -> String {
    let given = parameters.into_iter().filter(|(_, value)| !value.is_empty());
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(given).finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// That a list has no row for what was asked; `key` is the sentence that quotes the search.
pub(crate) fn nothing_found(page: &Page, key: &str, q: &str, is_filtered: bool) -> String {
    match (q.trim(), is_filtered) {
        ("", _) => page.t("list-nothing-found"),
        (q, true) => page.s.t1("list-nothing-found-filtered", "q", q),
        (q, false) => page.s.t1(key, "q", q),
    }
}

/// The pager of a list: the total, and the links to other pages.
pub(crate) struct Pager {
    pub(crate) total_text: String,
    pub(crate) first: Option<String>,
    pub(crate) previous: Option<String>,
    pub(crate) next: Option<String>,
    pub(crate) last: Option<String>,
}

impl Pager {
    /// The links of the list at `path`, which keep its filter and sort.
    pub(crate) fn new<T, Status: ToString, S: Sort>(
        path: &str,
        asked: &ListQuery<Status, S>,
        rows: &Rows<T>,
        total_text: String,
    ) -> Self {
        let status = asked.status.as_ref().map(ToString::to_string).unwrap_or_default();
        let is_default = asked.sort == S::default() && !asked.reverse;
        let sort = if is_default { String::new() } else { sort_word(asked.sort, asked.reverse) };
        Self::keeping(path, &[("q", &asked.q), ("status", &status), ("sort", &sort)], rows, total_text)
    }

    /// The links of the list at `path`, which keep these parameters.
    pub(crate) fn keeping<T>(path: &str, kept: &[(&str, &str)], rows: &Rows<T>, total_text: String) -> Self {
        let to = |key: &str, value: &str| address(path, kept.iter().copied().chain([(key, value)]));
        Self {
            total_text,
            first: rows.before.as_ref().map(|_| to("", "")),
            previous: rows.before.as_ref().map(|cursor| to("before", &encoded(cursor))),
            next: rows.after.as_ref().map(|cursor| to("after", &encoded(cursor))),
            last: rows.after.as_ref().map(|_| to("before", END)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{decoded, encoded};
    use crate::model::list::Cursor;

    #[test]
    fn cursors_survive_the_address() {
        let cursor = Cursor { value: "d'été\n&=".into(), id: "0197".into() };
        assert_eq!(decoded(&encoded(&cursor)), Some(cursor));
        assert_eq!(decoded("%%%"), None);
        assert_eq!(decoded(""), None);
    }
}
