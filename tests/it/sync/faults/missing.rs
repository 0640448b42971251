//! An optional route is missing, as on an old server: the page says so for what needs the route,
//! everything else works, and the route is called once in ten minutes. Each story has its own
//! portal, because a portal remembers missing routes.

use crate::support::portal::SUPPORT;
use crate::support::{Anna, Portal, Visitor, on_both};
use crate::sync::faults::mailboxes::one_email_with_link;
use crate::sync::faults::{HOUR, PAUSE, all_is_done, calm, explains, fault, pass, speaks, was_met};

on_both!(
    a_welcome_without_codes,
    a_new_password_without_its_route,
    a_sheet_without_its_route,
    an_address_without_its_lookup,
    an_address_without_the_second_list,
    a_check_without_repairs,
    a_check_without_records,
);

fn path(part: &str) -> String {
    format!("/domains/ville.fr/mailboxes/{part}")
}

/// Creates a mailbox, and forgets its welcome email, if it has one.
async fn mailbox(portal: &Portal, anna: &Visitor, part: &str, secondary: &str) {
    anna.new_mailbox("ville.fr", ["Titulaire", part, part, secondary]).await;
    calm(portal).await;
    portal.forget_emails();
}

async fn a_welcome_without_codes(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    fault(portal, "POST", &format!("{}/code", path("un")), "missing", 1).await;
    anna.new_mailbox("ville.fr", ["Titulaire", "un", "un", "un@ailleurs.test"]).await.leads_to(&path("un"));
    calm(portal).await;

    let [link] = portal.login_links("un@ailleurs.test").try_into().expect("one email");
    assert_eq!(portal.dimail.calls(&format!("POST {}/code", path("un"))).await, 0, "the email leaves without dimail");
    let page = portal.visitor().post(&link, &[]).await;
    assert!(page.is(409).words().contains(SUPPORT), "{}", page.words());
    was_met(portal, &format!("{}/code", path("un")), 1).await;
    let page = anna.get(&path("un")).await;
    assert_eq!(page.status_of_page(), "enabled");
    explains(&page, "warn");
    assert!(page.words().contains("Envoyé à") && page.words().contains("pas de liens de connexion"));
    assert_eq!(portal.dimail.calls(&format!("POST {}/code", path("un"))).await, 1);

    // The missing route is known now: the first password is shown, because an email could have no
    // link.
    portal.forget_emails();
    let sheet = anna.new_mailbox("ville.fr", ["Titulaire", "deux", "deux", "deux@ailleurs.test"]).await;
    assert_eq!(sheet.is(200).select("output[data-secret]").len(), 1, "{}", sheet.words());
    calm(portal).await;
    assert_eq!(portal.emails(), []);
    assert_eq!(portal.dimail.calls(&format!("POST {}/code", path("deux"))).await, 0);
    assert_eq!(portal.database.count("mailboxes where local_part = 'deux' and to_hand_over = 1").await, 1);
    pass(portal, 1).await;
    all_is_done(portal).await;
}

/// An email that finds its route missing is given up, visibly; the next one is refused at once.
async fn email(portal: &Portal) {
    let (what, said) = ("reset-password", "ne permet pas d’obtenir");
    let anna = portal.sign_in(Anna).await;
    mailbox(portal, &anna, "un", "un@ailleurs.test").await;
    let route = format!("{}/reset_password", path("un"));
    fault(portal, "POST", &route, "missing", 1).await;

    anna.post(&format!("{}/{what}", path("un")), &[]).await.leads_to(&path("un"));
    calm(portal).await;

    was_met(portal, &route, 1).await;
    let state = "select state, given_up from emails where kind <> 'new_mailbox' and mailbox_id is not null";
    assert_eq!(portal.database.text(state).await, "given_up|dimail");
    let page = anna.get(&path("un")).await;
    assert_eq!(page.status_of_page(), "enabled");
    speaks(&page);
    assert!(page.words().contains("un@ailleurs.test") && page.words().contains(said), "{}", page.words());
    let refused = anna.post(&format!("{}/{what}", path("un")), &[]).await;
    assert!(refused.is(409).words().contains(SUPPORT), "{}", refused.words());
    pass(portal, 1).await;
    all_is_done(portal).await;
    assert_eq!((portal.emails(), portal.dimail.calls(&format!("POST {route}")).await), (vec![], 1));
    let unseen = "select to_hand_over from mailboxes where local_part = 'un'";
    assert_eq!(portal.database.number(unseen).await, 0, "the former password is good");
}

async fn a_new_password_without_its_route(portal: &Portal) {
    email(portal).await;
}

async fn a_sheet_without_its_route(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    mailbox(portal, &anna, "un", "").await;
    anna.post(&format!("{}/handed-over", path("un")), &[]).await.leads_to(&path("un"));
    let (reset, route) = (format!("{}/reset-password", path("un")), format!("{}/reset_password", path("un")));
    fault(portal, "POST", &route, "missing", 1).await;

    anna.post(&reset, &[]).await.leads_to(&path("un"));

    was_met(portal, &route, 1).await;
    let page = anna.get(&path("un")).await;
    speaks(&page);
    let (notice, words) = page.notice();
    assert!(notice == "warn" && words.contains("ne permet pas d’obtenir") && words.contains(SUPPORT), "{words}");
    anna.post(&reset, &[]).await.is(409);
    assert_eq!(portal.database.number("select to_hand_over from mailboxes where local_part = 'un'").await, 0);
    assert_eq!(portal.dimail.calls(&format!("POST {route}")).await, 1);
}

/// The routes of 2024 are called instead, at once and each time after.
async fn lookup(portal: &Portal, route: &str) {
    let anna = portal.sign_in(Anna).await;
    fault(portal, "GET", route, "missing", 1).await;
    for (part, first, creations) in [("fait", "act_then_close", 1), ("pas", "close", 2)] {
        portal.dimail.fault("POST", &path(part), first, 1).await;
        let recipient = format!("{part}@ailleurs.test");
        anna.new_mailbox("ville.fr", ["Titulaire", part, part, &recipient]).await.leads_to(&path(part));
        assert_eq!(anna.get(&path(part)).await.status_of_page(), "pending");

        portal.wait(PAUSE);
        calm(portal).await;

        assert_eq!(anna.get(&path(part)).await.status_of_page(), "enabled", "{part}");
        assert_eq!(portal.dimail.calls(&format!("POST {} ", path(part))).await, creations, "{part}");
        one_email_with_link(portal, &recipient, &format!("{part}@ville.fr")).await;
    }
    was_met(portal, route, 1).await;
    assert_eq!(portal.dimail.calls(&format!("GET {}", route.trim_end_matches('*'))).await, 1, "asked once");
    all_is_done(portal).await;
}

async fn an_address_without_its_lookup(portal: &Portal) {
    lookup(portal, "/domains/ville.fr/address/*").await;
}

async fn an_address_without_the_second_list(portal: &Portal) {
    lookup(portal, "/v2/domains/ville.fr/mailboxes").await;
}

/// The first report is the result: `failed`, until the mail service repairs itself.
async fn a_check_without_repairs(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    portal.dimail.finds("neuve.fr", &[], &["no_cert"], true).await;
    fault(portal, "GET", "/domains/neuve.fr/fix", "missing", 1).await;

    anna.new_domain("neuve.fr", SUPPORT).await.leads_to("/domains/neuve.fr");
    calm(portal).await;

    was_met(portal, "/domains/neuve.fr/fix", 1).await;
    assert_eq!(portal.status("neuve.fr").await, "failed");
    explains(&anna.get("/domains/neuve.fr").await, "bad");
    pass(portal, 3).await;
    assert_eq!(portal.dimail.calls("GET /domains/neuve.fr/fix").await, 1, "known to be missing");
    portal.dimail.finds_nothing_wrong("neuve.fr").await;
    portal.work_after(HOUR).await;
    assert_eq!(portal.status("neuve.fr").await, "enabled");
}

/// The result of the check counts, and the page says that there is no list of records.
async fn a_check_without_records(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    fault(portal, "GET", "/domains/neuve.fr/spec", "missing", 1).await;

    anna.new_domain("neuve.fr", SUPPORT).await.leads_to("/domains/neuve.fr");
    calm(portal).await;

    was_met(portal, "/domains/neuve.fr/spec", 1).await;
    assert_eq!(portal.status("neuve.fr").await, "enabled");
    let page = anna.get("/domains/neuve.fr/dns").await;
    speaks(&page);
    assert!(page.words().contains("n’indique pas quels enregistrements"), "{}", page.words());
    // The records of other domains were received before, and are still shown.
    assert!(anna.get("/domains/ville.fr/dns").await.has("[data-record]"));
    pass(portal, 3).await;
    assert_eq!(portal.dimail.calls("GET /domains/neuve.fr/spec").await, 1, "known to be missing");
}
