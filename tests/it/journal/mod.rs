//! The journal of a domain: its lines, its page and its file, its verification, and how long it is kept.

mod lines;
mod list;
mod purge;
mod verify;

use crate::support::{Answer, Portal};

const PAGE: &str = "/domains/ville.fr/journal";

/// The numbers of the lines on a page.
fn numbers(page: &Answer) -> Vec<i64> {
    let found = page.is(200).attributes("tbody tr[data-line]", "data-line");
    found.iter().map(|number| number.parse().expect("a number")).collect()
}

/// The words of the lines on a page.
fn rows(page: &Answer) -> Vec<String> {
    page.is(200).select("tbody tr[data-line]")
}

/// The first fault of the journal of each domain that has one, by name.
async fn faults(portal: &Portal) -> Vec<String> {
    let store = &portal.app.store;
    let mut found = Vec::new();
    for journal in store.journals_on_record().await.expect("an answer") {
        let verified = store.verify_journal(&journal).await.expect("an answer");
        if let Some((line, fault)) = verified.fault {
            let name = journal.name.map_or_else(|| "?".to_owned(), |name| name.to_string());
            found.push(format!("{name} {line} {fault:?}"));
        }
    }
    found
}
