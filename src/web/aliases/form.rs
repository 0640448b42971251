//! The form of a new alias: as many fields for destinations as are needed, without JavaScript, and one that
//! takes a whole list.

use askama::Template;

use crate::i18n::Told;
use crate::model::alias::{AliasFields, DESTINATIONS_MAX, DISCARD};
use crate::model::domain::Domain;
use crate::model::field_error::FieldErrors;
use crate::urls;
use crate::web::mistakes::summary_line;
use crate::web::page::Page;

/// How many empty fields there are at first, and how many each request for more adds.
const EMPTY: usize = 3;

/// The form.
#[derive(Template)]
#[template(path = "aliases/add.html")]
pub(crate) struct Form {
    page: Page,
    suffix: String,
    shown_domain: String,
    back: String,
    action: String,
    local_part: String,
    local_part_mistake: Told,
    rows: Vec<Row>,
    /// The destinations that were typed as a list, one per line, and what is wrong with them.
    list: String,
    list_mistake: Told,
    discards: bool,
    discard_mistake: Told,
    summary: Vec<Line>,
    has_more: bool,
}

/// One field for a destination.
struct Row {
    id: String,
    label: String,
    value: String,
    error: Told,
    hint: String,
}

/// A line of the error summary.
struct Line {
    field: String,
    line: Told,
}

/// Whether several lines were typed, which only the field for a list can show.
fn is_list(typed: &str) -> bool {
    typed.trim().contains('\n')
}

/// Whether the typed text is the choice to discard messages, which has its own control in the form.
fn is_discard(typed: &str) -> bool {
    typed.trim().eq_ignore_ascii_case(DISCARD)
}

impl Form {
    /// The form with what was typed, and what is wrong with it.
    pub(crate) fn new(page: Page, domain: &Domain, typed: &AliasFields, errors: &FieldErrors) -> Self {
        let text = |field, n| errors.nth(field, n).map(|error| page.s.field_error(error)).unwrap_or_default();
        let error = |n| -> Told { errors.all_of("destination", n).map(|error| page.s.field_error(error)).collect() };
        let texts = typed.destinations.iter().enumerate();
        let discard = texts.clone().find(|(_, text)| is_discard(text)).map(|(n, _)| n);
        let kept = texts.filter(|(_, text)| !text.trim().is_empty() && !is_discard(text));
        let (lists, kept): (Vec<_>, Vec<_>) = kept.partition(|(_, text)| is_list(text));
        let list_mistake = lists.iter().map(|(n, _)| error(*n)).collect();
        let list: Vec<&str> = lists.iter().map(|(_, text)| text.trim()).collect();
        let kept = kept.into_iter();
        let mut destinations: Vec<(String, Told)> = kept.map(|(n, text)| (text.clone(), error(n))).collect();
        if destinations.is_empty() && list.is_empty() && discard.is_none() {
            // The error that nothing was typed is shown at the first field.
            destinations.push((String::new(), error(0)));
        }
        let is_blank = destinations.iter().all(|(text, _)| text.is_empty());
        let wanted = if is_blank { EMPTY } else { (destinations.len() + EMPTY).min(DESTINATIONS_MAX) };
        destinations.resize(destinations.len().max(wanted), (String::new(), Told::NONE));
        let rows: Vec<Row> =
            destinations.into_iter().enumerate().map(|(n, destinations)| row(&page, n, destinations)).collect();
        let mut form = Self {
            suffix: format!("@{}", domain.name),
            shown_domain: domain.name.unicode(),
            back: urls::aliases(&domain.name),
            action: urls::new_alias(&domain.name),
            local_part: typed.local_part.clone(),
            local_part_mistake: text("local_part", 0),
            has_more: rows.len() < DESTINATIONS_MAX,
            rows,
            list: list.join("\n"),
            list_mistake,
            discards: discard.is_some(),
            discard_mistake: discard.map(error).unwrap_or_default(),
            summary: Vec::new(),
            page,
        };
        form.summary = form.lines();
        form
    }

    /// The label of the button that asks for more fields; empty once the maximum is reached.
    fn more(&self) -> String {
        if self.has_more { self.page.t("alias-more") } else { String::new() }
    }

    fn lines(&self) -> Vec<Line> {
        let page = &self.page;
        let [local_part, list, discard] =
            ["alias-local-part", "alias-destinations-list", "alias-discard"].map(|key| page.t(key));
        let mut all = vec![("local_part", &local_part, &self.local_part_mistake)];
        all.extend(self.rows.iter().map(|row| (row.id.as_str(), &row.label, &row.error)));
        all.push(("destinations", &list, &self.list_mistake));
        all.push(("discard", &discard, &self.discard_mistake));
        let wrong = all.into_iter().filter(|(.., mistake)| !mistake.is_empty());
        let line = |(field, label, mistake): (&str, &String, &Told)| Line {
            field: field.to_owned(),
            line: summary_line(page.s, label, mistake.clone()),
        };
        wrong.map(line).collect()
    }
}

fn row(page: &Page, n: usize, (value, error): (String, Told)) -> Row {
    let number = n + 1;
    let hint = if n == 0 { page.t("alias-destination-hint") } else { String::new() };
    let id = if n == 0 { "destination".to_owned() } else { format!("destination-{number}") };
    Row { id, label: page.s.t1("alias-destination-n", "n", number), value, error, hint }
}
