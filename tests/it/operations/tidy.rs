//! What ended is kept for a month; what waits, and refusals that stand, for as long as they do.

use dimail_portal::worker::tidy;

use super::{ALWAYS, DAY, ENDED, PAGE, mailbox, path, rows, waiting_creation};
use crate::mailboxes::common::confirm;
use crate::support::{Anna, Portal, on_both};

on_both!(what_ended_is_deleted_after_a_month, a_refusal_that_stands_stays, much_is_deleted_in_batches,);
on_both!(how_long_it_is_kept_is_a_setting with ["--keep-finished", "2d"]);

async fn count(portal: &Portal, table: &str) -> i64 {
    portal.database.count(table).await
}

async fn what_ended_is_deleted_after_a_month(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    mailbox(portal, &anna, "paul").await;
    mailbox(portal, &anna, "lise").await;
    let both = [("action", "disable"), ("mailbox", "paul"), ("mailbox", "lise"), ("confirm", "yes")];
    anna.post("/domains/ville.fr/selected-mailboxes", &both).await.is(303);
    portal.work().await;
    // One that waits, and a bulk action of which one line waits.
    portal.dimail.fault("PATCH", &path("lise"), "missing", ALWAYS).await;
    let both = [("action", "enable"), ("mailbox", "paul"), ("mailbox", "lise"), ("confirm", "yes")];
    let operation = anna.post("/domains/ville.fr/selected-mailboxes", &both).await;
    portal.work().await;
    anna.post("/first-access", &[("address", "paul@ville.fr")]).await.is(200);
    portal.work().await;
    let before = count(portal, "changes").await;
    portal.wait(29 * DAY);
    portal.work().await;
    tidy(&portal.app).await.expect("the database answers");
    assert_eq!(count(portal, "changes").await, before, "not over yet");
    assert_eq!(count(portal, "sessions").await, 0);
    assert_eq!(count(portal, "rate_limits").await, 0);

    portal.wait(2 * DAY);
    portal.work().await;
    tidy(&portal.app).await.expect("the database answers");

    // The operation that waits keeps what its results are read from.
    let kept = "select kind, outcome from changes order by sequence";
    assert_eq!(portal.database.texts(kept).await, ["enable_mailbox|done", "enable_mailbox|waiting"]);
    assert_eq!(count(portal, "bulk_actions").await, 1);
    assert_eq!(count(portal, "bulk_lines").await, 2);
    assert_eq!(count(portal, "emails where created_at < 1796000000000000").await, 0);
    assert!(count(portal, "journal").await > 0);
    let anna = portal.sign_in(Anna).await;
    let results = anna.get(operation.location()).await.is(200).words();
    assert!(results.contains("1 sur 2"), "{results}");
    assert_eq!(rows(&anna.get(PAGE).await).len(), 1);

    portal.dimail.lose_faults().await;
    portal.work_after(DAY).await;
    portal.wait(31 * DAY);
    portal.work().await;
    tidy(&portal.app).await.expect("the database answers");
    for table in ["changes", "bulk_actions", "bulk_lines"] {
        assert_eq!(count(portal, table).await, 0, "{table}");
    }
    let anna = portal.sign_in(Anna).await;
    assert_eq!(rows(&anna.get(ENDED).await), []);
    anna.get(&path("paul")).await.is(200);
}

async fn a_refusal_that_stands_stays(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    portal.dimail.fault("POST", &path("paul"), "refuse_500", 1).await;
    anna.new_mailbox("ville.fr", ["Agent", "paul", "paul", "paul@ailleurs.test"]).await.is(303);
    portal.dimail.fault("POST", &path("paul"), "refuse_422", 1).await;
    portal.work_after(DAY).await;
    let anna = portal.sign_in(Anna).await;
    waiting_creation(portal, &anna, "lise").await;
    portal.wait(31 * DAY);
    portal.database.change("update jobs set due_at = null").await;
    tidy(&portal.app).await.expect("the database answers");
    let kept = "select subject, outcome from changes order by sequence";
    assert_eq!(portal.database.texts(kept).await, ["paul@ville.fr|refused", "lise@ville.fr|waiting"]);
    let anna = portal.sign_in(Anna).await;
    confirm(&anna, &path("paul"), "delete").await.is(303);
    portal.work().await;
    tidy(&portal.app).await.expect("the database answers");
    assert_eq!(count(portal, "changes where outcome = 'refused'").await, 0);
    portal.leaves_work();
}

async fn how_long_it_is_kept_is_a_setting(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    mailbox(portal, &anna, "paul").await;
    portal.wait(3 * DAY);
    portal.work().await;
    tidy(&portal.app).await.expect("the database answers");
    assert_eq!(count(portal, "changes").await, 0);
    assert!(portal.sign_in(Anna).await.get(ENDED).await.words().contains("48 heures"));
}

async fn much_is_deleted_in_batches(portal: &Portal) {
    let rows = if portal.database.url.starts_with("postgres") {
        "from generate_series(1, 2500) as n (i)"
    } else {
        "from (with recursive n (i) as (select 1 union all select i + 1 from n where i < 2500) select i from n) as n"
    };
    let emails = format!(
        "insert into emails (id, recipient, language, content, state, created_at, due_at, finished_at) \
         select 'x' || i, 'a@x.test', 'fr', '{{\"email\":\"forgotten_password\"}}', 'sent', 1, 1, 1 {rows}"
    );
    portal.database.change(&emails).await;
    portal
        .database
        .change(&format!("insert into rate_limits (kind, subject, at) select 'domain_added', 'x', i {rows}"))
        .await;
    tidy(&portal.app).await.expect("the database answers");
    assert_eq!(count(portal, "emails where recipient = 'a@x.test'").await, 0);
    assert_eq!(count(portal, "rate_limits").await, 0);
}
