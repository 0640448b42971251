//! Helpers for the tests of existing mailboxes: editing, disabling, enabling, deleting,
//! permissions.

use std::time::Duration;

use crate::support::{Answer, Portal, Visitor};

pub(crate) const MINUTE: Duration = Duration::from_mins(1);
pub(crate) const HOUR: Duration = Duration::from_hours(1);
pub(crate) const JEAN: &str = "/domains/ville.fr/mailboxes/jean";
pub(crate) const ADDRESS: &str = "jean@ville.fr";

/// Creates Jean's mailbox at dimail.
pub(crate) async fn with_jean(portal: &Portal, anna: &Visitor) {
    open(portal, anna, "ville.fr", ["Jean", "Dupont", "jean", "jean@ailleurs.test"]).await;
}

/// Creates a mailbox at dimail, and forgets its welcome email.
pub(crate) async fn open(portal: &Portal, by: &Visitor, domain: &str, fields: [&str; 4]) {
    let answer = by.new_mailbox(domain, fields).await;
    assert!([200, 303].contains(&answer.status), "{}", answer.words());
    portal.work().await;
    assert_eq!(portal.mailbox_status(&format!("{}@{domain}", fields[2])).await, "enabled");
    portal.forget_emails();
}

/// Submits names and secondary address, without a version.
pub(crate) async fn edit(by: &Visitor, path: &str, [first, last, secondary]: [&str; 3]) -> Answer {
    let fields = [("first_name", first), ("last_name", last), ("secondary_email", secondary)];
    by.post(&format!("{path}/edit"), &fields).await
}

/// Submits a confirmation page, with the address of the mailbox at that path.
pub(crate) async fn confirm(by: &Visitor, path: &str, act: &str) -> Answer {
    let (rest, part) = path.rsplit_once("/mailboxes/").expect("the path of a mailbox");
    let domain = rest.strip_prefix("/domains/").expect("the path of a mailbox");
    by.post(&format!("{path}/{act}"), &[("address", &format!("{part}@{domain}"))]).await
}

/// How many changes of a mailbox dimail received.
pub(crate) async fn patches(portal: &Portal, path: &str) -> usize {
    portal.dimail.calls(&format!("PATCH {path} ")).await
}

/// The names and the secondary address in the database.
pub(crate) async fn stored(portal: &Portal, part: &str) -> String {
    let sql = format!("select first_name, last_name, secondary_email from mailboxes where local_part = '{part}'");
    portal.database.text(&sql).await
}

/// The kind of the notice after an action, and the status on that page.
pub(crate) async fn told(by: &Visitor, answer: &Answer) -> (String, String) {
    let page = by.follow(answer).await;
    (page.notice().0, page.status_of_page())
}

/// Signs in with English pages.
pub(crate) async fn english(portal: &Portal, person: crate::support::Person) -> Visitor {
    portal.sign_in_as(person, portal.visitor().with("accept-language", "en")).await
}

/// Two strings as a pair, for comparisons.
pub(crate) fn pair(kind: &str, status: &str) -> (String, String) {
    (kind.to_owned(), status.to_owned())
}
