//! The operations of a domain and of all domains: what waits, was refused or given up, and what ended.

mod act;
mod list;
mod staff;
mod tidy;

use std::time::Duration;

use scraper::{Html, Selector};

use crate::mailboxes::common::open;
use crate::support::{Answer, Portal, Visitor};

const PAGE: &str = "/domains/ville.fr/operations";
const ENDED: &str = "/domains/ville.fr/operations?status=ended";
const PAUSE: Duration = Duration::from_mins(5);
const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);
/// More often than any story calls dimail.
const ALWAYS: u32 = 200;

/// A row of the list: its words, and its outcome.
fn rows(page: &Answer) -> Vec<(String, String)> {
    let document = Html::parse_document(&page.is(200).text);
    let selector = |css| Selector::parse(css).expect("a selector");
    let (row, mark) = (selector("tbody tr"), selector("[data-outcome]"));
    let words = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let rows = document.select(&row).map(|row| {
        let outcome = row.select(&mark).next().and_then(|mark| mark.attr("data-outcome")).unwrap_or_default();
        (words(row.text().collect()), outcome.to_owned())
    });
    rows.collect()
}

/// The words of the row of an address.
#[track_caller]
fn row(page: &Answer, subject: &str, outcome: &str) -> String {
    let found = rows(page).into_iter().find(|(words, state)| words.starts_with(subject) && state == outcome);
    found.unwrap_or_else(|| panic!("no row of {subject} that is {outcome}: {:?}", rows(page))).0
}

/// The addresses of the actions of this kind, in the order of the rows.
fn acts(page: &Answer, act: &str) -> Vec<String> {
    page.attributes(&format!("form[action^=\"{PAGE}/\"][action$=\"/{act}\"]"), "action")
}

/// The number of the last change of this kind.
async fn last(portal: &Portal, kind: &str) -> String {
    portal.database.text(&format!("select cast(max(sequence) as text) from changes where kind = '{kind}'")).await
}

/// Creates a mailbox that dimail has.
async fn mailbox(portal: &Portal, by: &Visitor, part: &str) {
    open(portal, by, "ville.fr", ["Agent", part, part, &format!("{part}@ailleurs.test")]).await;
}

fn path(part: &str) -> String {
    format!("/domains/ville.fr/mailboxes/{part}")
}

/// Asks for a mailbox that dimail does not create, because each call fails.
async fn waiting_creation(portal: &Portal, by: &Visitor, part: &str) {
    portal.dimail.fault("POST", &path(part), "refuse_500", ALWAYS).await;
    by.new_mailbox("ville.fr", ["Agent", part, part, &format!("{part}@ailleurs.test")]).await.is(303);
}

/// Asks for an alias with this destination.
async fn alias(by: &Visitor, part: &str, destination: &str) -> Answer {
    let fields = [("local_part", part), ("destination", destination)];
    by.post("/domains/ville.fr/new-alias", &fields).await
}
