//! Lines that are older than they are kept are deleted; one line says so, and the chain goes on from it.

use std::time::Duration;

use dimail_portal::worker::tidy;

use super::{PAGE, faults, numbers, rows};
use crate::support::{Anna, Portal, on_both};

on_both!(old_lines_are_deleted with ["--keep-journal", "30d"]);
on_both!(lines_are_kept_for_ever);

const DAY: Duration = Duration::from_hours(24);

async fn edit(portal: &Portal, support: &str) {
    let anna = portal.sign_in(Anna).await;
    anna.post("/domains/ville.fr/edit", &[("support_email", support)]).await.is(303);
    portal.work().await;
}

async fn old_lines_are_deleted(portal: &Portal) {
    portal.add_domain_with(Anna, "neuve.fr", &["wrong_mx"], &[]).await;
    portal.sign_in(Anna).await.post("/domains/neuve.fr/remove", &[]).await.is(303);
    portal.work_after(29 * DAY).await;
    edit(portal, "un@mairie.test").await;
    let last = portal.database.number("select sequence from domains where name = 'ville.fr'").await;
    portal.wait(2 * DAY);
    tidy(&portal.app).await.expect("the database answers");

    let anna = portal.sign_in(Anna).await;
    let page = anna.get(PAGE).await;
    let left = numbers(&page);
    assert_eq!(left[0], last + 1, "{:?}", rows(&page));
    assert!(rows(&page)[0].contains("Lignes anciennes du journal supprimées"), "{:?}", rows(&page));
    assert!(rows(&page)[0].contains(&format!("jusqu’au numéro {}", left[left.len() - 1] - 1)), "{:?}", rows(&page));
    assert!(page.words().contains("gardées pendant 30 jours"));
    assert_eq!(faults(portal).await, Vec::<String>::new());
    assert_eq!(portal.database.count("journal_words where sequence < 3").await, 0, "of all domains");
    let of_removed = "journal join removed_domains on removed_domains.id = domain_id";
    assert_eq!(portal.database.count(of_removed).await, 1, "that says so");

    // Again: nothing is deleted, and no line is added.
    tidy(&portal.app).await.expect("the database answers");
    assert_eq!(numbers(&anna.get(PAGE).await), left);
    // The line that says so is a part of the chain.
    let said = "kind = 'journal_purged' and domain_id = (select id from domains where name = 'ville.fr')";
    let before = portal.database.text(&format!("select event from journal where {said}")).await;
    let altered = before.replace("\"hash\":\"", "\"hash\":\"0");
    portal.database.change(&format!("update journal set event = '{altered}' where {said}")).await;
    assert_eq!(faults(portal).await, [format!("ville.fr {} Altered", last + 1)]);
    portal.database.change(&format!("update journal set event = '{before}' where {said}")).await;
    // Another month: the first such line goes with those before it.
    portal.wait(20 * DAY);
    edit(portal, "deux@mairie.test").await;
    portal.wait(15 * DAY);
    tidy(&portal.app).await.expect("the database answers");
    assert_eq!(faults(portal).await, Vec::<String>::new());
    assert_eq!(portal.database.count(&format!("journal where {said}")).await, 1);
    assert!(rows(&portal.sign_in(Anna).await.get(PAGE).await).iter().any(|row| row.contains("deux@mairie.test")));
    portal.leaves_work();
}

async fn lines_are_kept_for_ever(portal: &Portal) {
    portal.wait(4000 * DAY);
    tidy(&portal.app).await.expect("the database answers");
    assert_eq!(portal.database.count("journal where kind = 'domain_added'").await, 2);
    portal.leaves_work();
}
