//! What happens to a mailbox after its creation: edited, disabled, enabled, deleted; by whom, and
//! who sees what of it.

mod activity;
mod edits;
mod guards;
mod offers;

use std::time::Duration;

use crate::support::{Answer, Portal, Visitor};

pub(super) const MINUTE: Duration = Duration::from_mins(1);
pub(super) const HOUR: Duration = Duration::from_hours(1);
pub(super) const JEAN: &str = "/domains/ville.fr/mailboxes/jean";
pub(super) const ADDRESS: &str = "jean@ville.fr";

/// Jean's mailbox, which dimail has.
pub(super) async fn with_jean(portal: &Portal, anna: &Visitor) {
    open(portal, anna, "ville.fr", ["Jean", "Dupont", "jean", "jean@ailleurs.test"]).await;
}

/// A mailbox that dimail has, and whose holder was told.
pub(super) async fn open(portal: &Portal, by: &Visitor, domain: &str, fields: [&str; 4]) {
    let answer = by.new_mailbox(domain, fields).await;
    assert!([200, 303].contains(&answer.status), "{}", answer.words());
    portal.work().await;
    assert_eq!(portal.mailbox_status(&format!("{}@{domain}", fields[2])).await, "enabled");
    portal.forget_letters();
}

/// Saves names and secondary address, without a version.
pub(super) async fn edit(by: &Visitor, path: &str, [first, last, secondary]: [&str; 3]) -> Answer {
    let fields = [("first_name", first), ("last_name", last), ("secondary_email", secondary)];
    by.post(&format!("{path}/edit"), &fields).await
}

/// Confirms with the address of the mailbox at that path.
pub(super) async fn confirm(by: &Visitor, path: &str, act: &str) -> Answer {
    let (rest, part) = path.rsplit_once("/mailboxes/").expect("the path of a mailbox");
    let domain = rest.strip_prefix("/domains/").expect("the path of a mailbox");
    by.post(&format!("{path}/{act}"), &[("address", &format!("{part}@{domain}"))]).await
}

/// How often dimail was asked to change a mailbox.
pub(super) async fn patches(portal: &Portal, path: &str) -> usize {
    portal.dimail.calls(&format!("PATCH {path} ")).await
}

/// The names and the secondary address as the database has them.
pub(super) async fn stored(portal: &Portal, part: &str) -> String {
    let sql = format!("select first_name, last_name, secondary_email from mailboxes where local_part = '{part}'");
    portal.database.text(&sql).await
}

/// The kind of the notice after an act, and the status that the page then shows.
pub(super) async fn told(by: &Visitor, answer: &Answer) -> (String, String) {
    let page = by.follow(answer).await;
    (page.notice().0, page.status_of_page())
}

/// A sign-in whose pages are in English.
pub(super) async fn english(portal: &Portal, person: crate::support::Person) -> Visitor {
    portal.sign_in_as(person, portal.visitor().with("accept-language", "en")).await
}

/// A pair of words, for comparisons.
pub(super) fn pair(kind: &str, status: &str) -> (String, String) {
    (kind.to_owned(), status.to_owned())
}
