//! Who may record what: the run that holds the claim. And how long a person waits: until one deadline.

use std::time::{Duration, Instant};

use crate::support::{Anna, Portal, on_both};

on_both!(a_run_that_lost_its_claim_records_nothing, calls_without_answer_are_looked_up_with_one_list,);
on_both!(
    one_deadline_holds_for_all_calls_of_a_request with ["--dimail-timeout", "10s", "--answer-within", "3s"],
    a_person_who_left_leaves_the_work_to_the_portal with ["--dimail-timeout", "10s", "--answer-within", "300ms"],
);

const JEAN: &str = "/domains/ville.fr/mailboxes/jean.dupont";
const LOOK: &str = "/domains/ville.fr/address/jean.dupont";
const FIELDS: [&str; 4] = ["Jean", "Dupont", "", "jean@ailleurs.test"];

/// Another process claims the job during the call, as it does when a lease has expired.
async fn a_run_that_lost_its_claim_records_nothing(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    portal.dimail.lasting_fault("POST", JEAN, "slow", 1, 0.5).await;
    let until = portal.now().0 + 30_000_000;
    let claim = async {
        while portal.dimail.calls(&format!("POST {JEAN}")).await == 0 {
            tokio::task::yield_now().await;
        }
        portal.database.change(&format!("update jobs set claim = 'x', holder = 'x', due_at = {until}")).await;
    };

    tokio::join!(anna.new_mailbox("ville.fr", FIELDS), claim).0.leads_to(JEAN);

    assert_eq!(portal.dimail.mailboxes("ville.fr").await, ["jean.dupont@ville.fr"], "dimail has it");
    assert_eq!(portal.mailbox_status("jean.dupont@ville.fr").await, "pending", "and the other process will say so");
    assert_eq!(portal.database.count("emails where recipient = 'jean@ailleurs.test'").await, 0);
    assert_eq!(portal.database.text("select claim from jobs where kind = 'mailbox'").await, "x");
    portal.work_after(Duration::from_hours(1)).await;
    assert_eq!(portal.mailbox_status("jean.dupont@ville.fr").await, "enabled");
    assert_eq!(portal.dimail.calls(&format!("POST {JEAN}")).await, 1, "found by the observation");
    assert_eq!(portal.recipients(), ["jean@ailleurs.test"]);
}

/// Eight creations whose answers were lost: they are observed with one list, not with one each.
async fn calls_without_answer_are_looked_up_with_one_list(portal: &Portal) {
    portal.add_domain_with(Anna, "neuve.fr", &["wrong_mx"], &[]).await;
    let anna = portal.sign_in(Anna).await;
    for n in 0..8 {
        anna.new_mailbox("neuve.fr", ["Jean", &format!("Nom{n}"), "", "jean@ailleurs.test"]).await;
    }
    portal.dimail.fault("POST", "/domains/neuve.fr/mailboxes/*", "act_then_close", 8).await;
    portal.dimail.finds_nothing_wrong("neuve.fr").await;
    let mark = portal.dimail.mark().await;

    portal.work_after(Duration::from_hours(1)).await;
    portal.work_after(Duration::from_mins(5)).await;

    assert_eq!(portal.database.count("mailboxes where status = 'enabled'").await, 8);
    let heard = portal.dimail.heard_since(mark).await;
    let asked = |path: &str| heard.iter().filter(|call| call.starts_with(path)).count();
    assert_eq!(asked("POST /domains/neuve.fr/mailboxes/jean.nom"), 8, "{heard:?}");
    assert!(asked("GET /v2/domains/neuve.fr/mailboxes") <= 2, "{heard:?}");
    assert!(asked("GET /domains/neuve.fr/address/") <= 8, "{heard:?}");
}

/// The look takes most of the time that a person waits, and the creation gets no answer.
async fn one_deadline_holds_for_all_calls_of_a_request(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    portal.dimail.lasting_fault("GET", LOOK, "slow", 1, 2.5).await;
    portal.dimail.lasting_fault("POST", JEAN, "slow", 1, 6.0).await;
    let began = Instant::now();

    anna.new_mailbox("ville.fr", FIELDS).await.leads_to(JEAN);

    let waited = began.elapsed();
    assert!((Duration::from_secs(3)..Duration::from_secs(5)).contains(&waited), "{waited:?}");
    portal.work().await;
}

/// The look takes longer than a person waits: the work goes on by itself, without another process.
async fn a_person_who_left_leaves_the_work_to_the_portal(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    portal.dimail.lasting_fault("GET", LOOK, "slow", 1, 1.0).await;
    let answer = anna.new_mailbox("ville.fr", FIELDS).await;
    answer.leads_to(JEAN);
    assert_eq!(anna.get(JEAN).await.status_of_page(), "pending");

    while portal.mailbox_status("jean.dupont@ville.fr").await == "pending" {
        tokio::task::yield_now().await;
    }

    assert_eq!(portal.mailbox_status("jean.dupont@ville.fr").await, "enabled");
    portal.work().await;
    assert_eq!(portal.recipients(), ["jean@ailleurs.test"]);
}
