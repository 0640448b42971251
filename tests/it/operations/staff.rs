//! What is to be dealt with on all domains.

use super::{ALWAYS, HOUR, PAGE, PAUSE, mailbox, path, rows, waiting_creation};
use crate::support::{Anna, Bruno, Chloe, Dan, Eve, Fay, Portal, on_both};

on_both!(staff_sees_faults_first with ["--retry-give-up", "1h"]);
on_both!(only_staff_sees_all_domains, many_are_paged, domains_that_differ_are_named);

const STAFF: &str = "/staff/operations";

async fn only_staff_sees_all_domains(portal: &Portal) {
    for person in [Anna, Bruno, Chloe, Dan] {
        let visitor = portal.sign_in(person).await;
        let words = visitor.get(STAFF).await.is(403).words();
        assert!(words.contains("équipe du portail") && !words.contains("domaine,"), "{words}");
        visitor.get("/staff").await.is(403);
        visitor.post("/staff/nothing", &[]).await.is(403);
        assert!(!visitor.get("/account").await.has(&format!("a[href=\"{STAFF}\"]")));
    }
    assert_eq!(portal.visitor().get(STAFF).await.is(303).location(), "/sign-in?next=%2Fstaff%2Foperations");
    for path in [STAFF, "/staff", "/staff/nothing"] {
        let answer = portal.visitor().post(path, &[]).await;
        assert!(answer.is(303).location().starts_with("/sign-in?next=%2Fstaff"), "{}", answer.location());
    }
    let words = portal.sign_in(Chloe).await.get(PAGE).await.is(403).words();
    assert!(words.contains("Anna Martin"), "who may is named: {words}");
    let eve = portal.sign_in(Eve).await;
    eve.get("/staff/nothing").await.is(404);
    eve.post(STAFF, &[]).await.is(405);
    assert!(eve.get("/domains").await.has(&format!(".menu a[href=\"{STAFF}\"]")));
    assert!(eve.get(STAFF).await.is(200).words().contains("Rien n’est à traiter"));
}

async fn staff_sees_faults_first(portal: &Portal) {
    let (anna, fay, eve) = (portal.sign_in(Anna).await, portal.sign_in(Fay).await, portal.sign_in(Eve).await);
    mailbox(portal, &anna, "abandon").await;
    waiting_creation(portal, &anna, "perdue").await;
    for _ in 0..30 {
        portal.work_after(PAUSE).await;
    }
    waiting_creation(portal, &anna, "attend").await;
    portal.wait(HOUR / 2);
    // A mailbox of which only its user was made.
    portal.dimail.half_make("ville.fr", "moitie", "Agent", "moitie").await;
    portal.dimail.fault("POST", &path("moitie"), "refuse_409", 1).await;
    waiting_creation(portal, &anna, "moitie2").await;
    portal.dimail.fault("POST", "/domains/autre.fr/mailboxes/panne", "missing", ALWAYS).await;
    fay.new_mailbox("autre.fr", ["Agent", "panne", "panne", ""]).await.is(303);
    portal.database.change("update mailboxes set known = 'half_made', status = 'failed', reason = '{\"reason\":\"half_made\"}' where local_part = 'abandon'").await;

    let page = eve.get(STAFF).await;

    let found: Vec<String> = rows(&page)
        .into_iter()
        .map(|(words, outcome)| format!("{} {outcome}", words.split_whitespace().next().unwrap_or_default()))
        .collect();
    assert_eq!(
        found,
        [
            "abandon@ville.fr done",
            "panne@autre.fr waiting",
            "perdue@ville.fr given_up",
            "attend@ville.fr waiting",
            "moitie2@ville.fr waiting",
        ]
    );
    assert!(page.has("tbody a[href=\"/domains/autre.fr/operations\"]"));
    assert!(page.has("tbody details [lang=en]"), "the words of dimail");
    portal
        .database
        .change("update mailboxes set known = 'active', status = 'enabled', reason = null where local_part = 'abandon'")
        .await;
    portal.leaves_work();
}

async fn domains_that_differ_are_named(portal: &Portal) {
    let eve = portal.sign_in(Eve).await;
    portal.database.change("update domains set differences = 3, compared_at = 1 where name = 'ville.fr'").await;
    let page = eve.get(STAFF).await;
    assert_eq!(page.is(200).select("#differences li"), ["ville.fr 3 différences"]);
    assert!(page.has("#differences a[href=\"/domains/ville.fr/compare\"]"));
    assert!(!page.words().contains("Rien n’est à traiter"));
    portal.disable("ville.fr", "fusion").await;
    assert!(eve.get(STAFF).await.words().contains("Rien n’est à traiter"), "it is compared no longer");
    portal.enable("ville.fr").await;
    portal.database.change("update domains set differences = 30 where name in ('ville.fr', 'autre.fr')").await;
    assert_eq!(eve.get(STAFF).await.select("#differences li").len(), 2);
    portal.work().await;
    portal.forget_emails();
}

async fn many_are_paged(portal: &Portal) {
    let (anna, eve) = (portal.sign_in(Anna).await, portal.sign_in(Eve).await);
    portal.dimail.fault("POST", "/domains/ville.fr/mailboxes/*", "refuse_500", ALWAYS).await;
    for n in 0..28 {
        portal.wait(std::time::Duration::from_secs(1));
        anna.new_mailbox("ville.fr", ["Agent", &format!("n{n}"), &format!("agent.{n:02}"), ""]).await.is(303);
    }
    let first = eve.get(STAFF).await;
    assert_eq!(rows(&first).len(), 25);
    assert!(rows(&first)[0].0.starts_with("agent.00@ville.fr"), "the longest first");
    let second = eve.get(&first.page_link("next").expect("a second page")).await;
    assert_eq!(rows(&second).len(), 3);
    assert!(rows(&second)[2].0.starts_with("agent.27@ville.fr"));
    let back = eve.get(&second.page_link("prev").expect("a way back")).await;
    assert_eq!(rows(&back), rows(&first));
    portal.leaves_work();
}
