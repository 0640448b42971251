//! Longer stories: work that was given up, half-created mailboxes, mailboxes and domains of
//! other owners.

use serde_json::json;

use crate::support::portal::SUPPORT;
use crate::support::{Anna, Dan, Fay, Portal, Visitor, on_both};
use crate::sync::faults::mailboxes::one_email_with_link;
use crate::sync::faults::{HOUR, PAUSE, all_is_done, explains, pass, speaks};

on_both!(
    what_was_given_up_is_tried_again,
    what_was_given_up_is_corrected,
    what_was_given_up_and_is_there_after_all_is_adopted,
    what_was_given_up_and_is_there_after_all_is_deleted,
    what_is_half_made_says_so,
    a_name_taken_elsewhere_is_told_after_a_doubt,
    a_mailbox_of_another_portal_is_not_adopted,
    a_mailbox_of_another_portal_is_refused_at_once,
    a_domain_of_somebody_else_stays_theirs,
    a_domain_in_which_somebody_lives_stays_theirs,
    a_name_that_was_removed_is_accepted_again,
    a_name_that_was_removed_and_is_lived_in_is_refused,
);

const JEAN: &str = "/domains/ville.fr/mailboxes/jean.dupont";
const FIELDS: [&str; 4] = ["Jean", "Dupont", "", "jean@ailleurs.test"];
const ADDRESS: [(&str, &str); 1] = [("address", "jean.dupont@ville.fr")];

/// Brings Jean's mailbox to be given up: dimail does not answer for `RETRY_GIVE_UP`.
async fn given_up(portal: &Portal, first: &str) -> Visitor {
    let anna = portal.sign_in(Anna).await;
    portal.dimail.fault("POST", JEAN, first, 1).await;
    anna.new_mailbox("ville.fr", FIELDS).await.leads_to(JEAN);
    portal.dimail.fault("GET", "/domains/*/address/*", "refuse_500", 90).await;
    for _ in 0..6 {
        portal.work_after(10 * HOUR).await;
    }
    let anna = portal.sign_in(Anna).await;
    let page = anna.get(JEAN).await;
    assert_eq!(page.status_of_page(), "failed");
    explains(&page, "bad");
    assert_eq!(portal.emails(), []);
    anna
}

async fn is_there_once(portal: &Portal, creations: usize) {
    all_is_done(portal).await;
    assert_eq!(portal.mailbox_status("jean.dupont@ville.fr").await, "enabled");
    assert_eq!(portal.dimail.mailboxes("ville.fr").await, ["jean.dupont@ville.fr"]);
    assert_eq!(portal.dimail.creations("ville.fr").await, creations);
    one_email_with_link(portal, "jean@ailleurs.test", "jean.dupont@ville.fr").await;
}

async fn what_was_given_up_is_tried_again(portal: &Portal) {
    let anna = given_up(portal, "close").await;
    portal.dimail.lose_faults().await;
    pass(portal, 3).await;
    assert_eq!(portal.mailbox_status("jean.dupont@ville.fr").await, "failed", "not by itself");

    anna.post(&format!("{JEAN}/retry"), &[]).await.leads_to(JEAN);
    portal.work().await;

    is_there_once(portal, 2).await;
}

async fn what_was_given_up_is_corrected(portal: &Portal) {
    let anna = given_up(portal, "close").await;
    let fields = [("first_name", "Jeanne"), ("last_name", "Dupont"), ("secondary_email", "jean@ailleurs.test")];
    portal.dimail.lose_faults().await;

    anna.post(&format!("{JEAN}/edit"), &fields).await.leads_to(JEAN);
    portal.work().await;

    is_there_once(portal, 2).await;
    assert_eq!(portal.database.text("select first_name from mailboxes").await, "Jeanne");
}

async fn what_was_given_up_and_is_there_after_all_is_adopted(portal: &Portal) {
    let anna = given_up(portal, "act_then_close").await;
    portal.dimail.lose_faults().await;

    anna.post(&format!("{JEAN}/retry"), &[]).await.leads_to(JEAN);
    portal.work().await;

    is_there_once(portal, 1).await;
}

async fn what_was_given_up_and_is_there_after_all_is_deleted(portal: &Portal) {
    let anna = given_up(portal, "act_then_close").await;
    anna.post(&format!("{JEAN}/delete"), &ADDRESS).await.leads_to(JEAN);
    portal.dimail.lose_faults().await;

    portal.work_after(HOUR).await;

    anna.get(JEAN).await.is(404);
    assert_eq!(portal.dimail.mailboxes("ville.fr").await, [""; 0]);
    all_is_done(portal).await;
}

/// Demands that Jean's mailbox is `failed` with a reason, and that the page does not contain these
/// words.
async fn failed_page(portal: &Portal, hidden: &[&str]) {
    let page = portal.sign_in(Anna).await.get(JEAN).await;
    assert_eq!(page.status_of_page(), "failed");
    explains(&page, "bad");
    for word in hidden {
        assert!(!page.text.contains(word), "the page names {word}");
    }
    assert_eq!(portal.emails(), []);
    assert_eq!(portal.dimail.creations("ville.fr").await, 1);
}

async fn what_is_half_made_says_so(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    portal.dimail.fault("POST", JEAN, "refuse_500", 1).await;
    portal.dimail.fault("GET", "/domains/*/address/*", "close", 1).await;
    anna.new_mailbox("ville.fr", FIELDS).await.leads_to(JEAN);
    portal.dimail.half_make("ville.fr", "jean.dupont", "Jean", "Dupont").await;

    portal.work_after(PAUSE).await;

    failed_page(portal, &[]).await;
    assert_eq!(portal.database.text("select reason from mailboxes").await, "{\"reason\":\"half_made\"}");
    pass(portal, 3).await;
    all_is_done(portal).await;
}

async fn a_name_taken_elsewhere_is_told_after_a_doubt(portal: &Portal) {
    portal.dimail.domain_by_other("la_regie:password", "jumelle.fr", "ville.fr").await;
    let anna = portal.sign_in(Anna).await;
    portal.dimail.fault("POST", JEAN, "close", 1).await;
    anna.new_mailbox("ville.fr", FIELDS).await.leads_to(JEAN);
    portal.dimail.mailbox_by_other("la_regie:password", "secrete@jumelle.fr", "Jean", "Dupont").await;

    portal.work_after(PAUSE).await;

    failed_page(portal, &["secrete", "jumelle"]).await;
    let fields = [("first_name", "Jean"), ("last_name", "Dupont (voirie)"), ("secondary_email", "jean@ailleurs.test")];
    anna.post(&format!("{JEAN}/edit"), &fields).await.leads_to(JEAN);
    portal.work().await;
    is_there_once(portal, 2).await;
}

async fn a_mailbox_of_another_portal_is_not_adopted(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    portal.dimail.fault("POST", JEAN, "close", 1).await;
    anna.new_mailbox("ville.fr", FIELDS).await.leads_to(JEAN);
    portal.dimail.mailbox_by_other("la_regie:password", "jean.dupont@ville.fr", "Julie", "Dupuis").await;

    portal.work_after(PAUSE).await;

    let page = anna.get(JEAN).await;
    assert_eq!(page.status_of_page(), "failed");
    explains(&page, "bad");
    assert_eq!(portal.emails(), []);
    pass(portal, 3).await;
    // One creation is ours, one the other portal's.
    assert_eq!(portal.dimail.creations("ville.fr").await, 2, "never repeated");
    anna.post(&format!("{JEAN}/delete"), &ADDRESS).await.leads_to("/domains/ville.fr/mailboxes");
    assert_eq!(portal.dimail.mailboxes("ville.fr").await, ["jean.dupont@ville.fr"], "the other portal's mailbox stays");
    all_is_done(portal).await;
}

async fn a_mailbox_of_another_portal_is_refused_at_once(portal: &Portal) {
    portal.dimail.mailbox_by_other("la_regie:password", "jean.dupont@ville.fr", "Julie", "Dupuis").await;
    let anna = portal.sign_in(Anna).await;
    // With the answer of today's server (500), and with that of a better one (409).
    for crashes in [true, false] {
        portal.dimail.habits(json!({"token_lifetime": 2820, "duplicate_crashes": crashes})).await;

        let form = anna.new_mailbox("ville.fr", FIELDS).await;

        speaks(form.is(422));
        assert_eq!(form.mistakes(), ["local_part"], "{crashes}");
        pass(portal, 1).await;
        assert_eq!(portal.database.count("mailboxes").await, 0);
        assert_eq!(portal.emails(), []);
    }
    all_is_done(portal).await;
}

/// Dan adds a domain that another account owns at dimail, and the first answer is lost by this
/// fault.
async fn dan_stays_outside(portal: &Portal, fault: &str) {
    let dan = portal.sign_in(Dan).await;
    portal.dimail.fault("POST", "/domains", fault, 2).await;
    portal.dimail.fault("GET", "/v2/domains/prise.fr/mailboxes", "close", 1).await;
    dan.new_domain("prise.fr", SUPPORT).await.leads_to("/domains/prise.fr");
    dan.new_mailbox("prise.fr", ["Dan", "Leroy", "", "dan@ailleurs.test"]).await;

    pass(portal, 6).await;

    let page = dan.get("/domains/prise.fr").await;
    assert_eq!(page.status_of_page(), "pending", "{fault}");
    explains(&page, "bad");
    assert_eq!(portal.domain("prise.fr").await.accepted_at, None, "{fault}");
    for path in ["/domains/prise.fr", "/domains/prise.fr/mailboxes", "/domains/prise.fr/dns"] {
        assert!(!dan.get(path).await.is(200).text.contains("zoe@"), "{fault}: shows another mailbox");
    }
    let mark = portal.dimail.mark().await;
    speaks(&dan.post("/domains/prise.fr/check", &[]).await);
    pass(portal, 12).await;
    assert_eq!(portal.dimail.heard_since(mark).await, [""; 0], "{fault}: no further tries or checks");
    assert_eq!(portal.emails(), []);
    dan.post("/domains/prise.fr/remove", &[]).await.leads_to("/domains");
    let form = dan.new_domain("prise.fr", SUPPORT).await;
    assert_eq!(form.is(422).mistakes(), ["name"], "{fault}: nor by trying once more");
    dan.get("/domains/prise.fr").await.is(404);
}

async fn a_domain_of_somebody_else_stays_theirs(portal: &Portal) {
    portal.dimail.domain_by_other("admin:admin", "prise.fr", "prise.fr").await;
    for fault in ["close", "act_then_close", "refuse_500", "act_then_500", "bad_json"] {
        dan_stays_outside(portal, fault).await;
        portal.dimail.lose_faults().await;
    }
}

async fn a_domain_in_which_somebody_lives_stays_theirs(portal: &Portal) {
    portal.dimail.domain_by_other("la_regie:password", "prise.fr", "prise.fr").await;
    portal.dimail.mailbox_by_other("la_regie:password", "zoe@prise.fr", "Zoé", "Martin").await;
    for fault in ["close", "act_then_close", "refuse_500", "act_then_500", "bad_json"] {
        dan_stays_outside(portal, fault).await;
        portal.dimail.lose_faults().await;
    }
}

/// A domain that dimail accepted from this portal, and that was then removed in the portal.
async fn removed(portal: &Portal) {
    portal.add_domain_with(Anna, "neuve.fr", &["wrong_mx", "no_dkim"], &[]).await;
    let anna = portal.sign_in(Anna).await;
    anna.post("/domains/neuve.fr/remove", &[]).await.leads_to("/domains");
    portal.dimail.finds_nothing_wrong("neuve.fr").await;
}

async fn a_name_that_was_removed_is_accepted_again(portal: &Portal) {
    removed(portal).await;
    let fay = portal.sign_in(Fay).await;
    portal.dimail.fault("GET", "/v2/domains/neuve.fr/mailboxes", "refuse_500", 2).await;
    fay.new_domain("neuve.fr", SUPPORT).await.leads_to("/domains/neuve.fr");
    let page = fay.get("/domains/neuve.fr").await;
    assert_eq!(page.status_of_page(), "pending");
    explains(&page, "info");

    pass(portal, 3).await;

    assert_eq!(fay.get("/domains/neuve.fr").await.status_of_page(), "enabled");
    assert_eq!(portal.recipients(), [Fay.email, SUPPORT]);
    all_is_done(portal).await;
}

async fn a_name_that_was_removed_and_is_lived_in_is_refused(portal: &Portal) {
    removed(portal).await;
    portal.dimail.mailbox_by_other("la_regie:password", "zoe@neuve.fr", "Zoé", "Martin").await;

    let form = portal.sign_in(Fay).await.new_domain("neuve.fr", SUPPORT).await;

    assert_eq!(form.is(422).mistakes(), ["name"]);
    speaks(&form);
    assert!(!form.text.contains("zoe@"));
    pass(portal, 2).await;
    assert_eq!(portal.database.count("domains where name = 'neuve.fr'").await, 0);
}
