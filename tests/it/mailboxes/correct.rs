//! Pending and failed mailboxes can be retried, corrected and deleted; if the creation is in doubt,
//! dimail is asked first.

use std::time::Duration;

use crate::support::{Anna, Bruno, Portal, Visitor, on_both};

const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);
const JEAN: &str = "/domains/ville.fr/mailboxes/jean.dupont";
const FIELDS: [&str; 4] = ["Jean", "Dupont", "", "jean@ailleurs.test"];

on_both!(
    retry_makes_the_job_due_now,
    retry_adds_no_order,
    a_failed_mailbox_is_corrected_and_sent_again,
    a_pending_mailbox_is_created_with_its_new_names,
    a_correction_keeps_to_the_rules,
    two_people_do_not_overwrite_each_other,
    a_pending_mailbox_is_deleted,
    a_cancelled_creation_leaves_nothing_behind,
    a_cancelled_creation_leaves_others_alone,
    a_cancelled_creation_can_be_wanted_again,
    what_is_in_doubt_is_clarified_first,
    what_was_made_after_all_is_deleted,
    nothing_waits_on_what_dimail_has,
    a_disabled_domain_keeps_what_waits,
    on_a_domain_that_waits_a_failed_one_waits_too,
    what_may_have_been_made_can_be_disabled,
    what_was_made_after_all_and_is_kept_has_its_email,
    what_may_be_made_late_is_looked_at_while_its_domain_waits,
);

/// Jean's mailbox, `failed` because dimail refused it after the domain became enabled.
async fn failed(portal: &Portal) -> Visitor {
    portal.add_domain_with(Anna, "neuve.fr", &["wrong_mx"], &[]).await;
    let anna = portal.sign_in(Anna).await;
    anna.new_mailbox("neuve.fr", FIELDS).await;
    portal.dimail.fault("POST", "/domains/neuve.fr/mailboxes/*", "refuse_422", 1).await;
    portal.dimail.finds_nothing_wrong("neuve.fr").await;
    portal.work_after(HOUR).await;
    portal.forget_emails();
    assert_eq!(portal.mailbox_status("jean.dupont@neuve.fr").await, "failed");
    anna
}

/// Jean's mailbox, pending because dimail did not answer.
async fn pending(portal: &Portal, kind: &str) -> Visitor {
    let anna = portal.sign_in(Anna).await;
    portal.dimail.fault("POST", "/domains/ville.fr/mailboxes/*", kind, 1).await;
    anna.new_mailbox("ville.fr", FIELDS).await.leads_to(JEAN);
    assert_eq!(portal.mailbox_status("jean.dupont@ville.fr").await, "pending");
    anna
}

async fn retry_makes_the_job_due_now(portal: &Portal) {
    // An installation fault: the next automatic attempt is minutes away.
    let anna = pending(portal, "redirect_307").await;
    portal.work().await;
    assert_eq!(portal.dimail.creations("ville.fr").await, 1);
    assert!(anna.get(JEAN).await.attributes("form", "action").contains(&format!("{JEAN}/retry")));

    anna.post(&format!("{JEAN}/retry"), &[]).await.leads_to(JEAN);
    portal.work().await;

    assert_eq!(anna.get(JEAN).await.status_of_page(), "enabled");
    assert_eq!(portal.recipients(), ["jean@ailleurs.test"]);
}

async fn retry_adds_no_order(portal: &Portal) {
    let anna = failed(portal).await;
    let path = "/domains/neuve.fr/mailboxes/jean.dupont";
    for _ in 0..3 {
        anna.post(&format!("{path}/retry"), &[]).await.leads_to(path);
    }
    assert_eq!(portal.mailbox_status("jean.dupont@neuve.fr").await, "pending");
    assert_eq!(portal.database.count("jobs where kind = 'mailbox'").await, 1);

    portal.work().await;

    assert_eq!(portal.mailbox_status("jean.dupont@neuve.fr").await, "enabled");
    assert_eq!(portal.dimail.creations("neuve.fr").await, 2, "the refused one and the retried one");
    anna.post(&format!("{path}/retry"), &[]).await.is(409);
}

async fn a_failed_mailbox_is_corrected_and_sent_again(portal: &Portal) {
    let anna = failed(portal).await;
    let path = "/domains/neuve.fr/mailboxes/jean.dupont";
    let form = anna.get(&format!("{path}/edit")).await;
    assert_eq!((form.value("first_name"), form.value("secondary_email")), ("Jean".into(), "jean@ailleurs.test".into()));
    let version = form.value("version");

    let fields =
        [("first_name", "Jeanne"), ("last_name", "Durand"), ("secondary_email", "j@neuf.test"), ("version", &version)];
    anna.post(&format!("{path}/edit"), &fields).await.leads_to(path);
    portal.work().await;

    assert_eq!(anna.get(path).await.status_of_page(), "enabled");
    let state = portal.dimail.state().await;
    let made =
        state["mailboxes"].as_array().expect("mailboxes").iter().find(|one| one["email"] == "jean.dupont@neuve.fr");
    assert_eq!(made.expect("it is there")["displayName"], "Jeanne Durand");
    assert_eq!(portal.recipients(), ["j@neuf.test"]);
}

async fn a_pending_mailbox_is_created_with_its_new_names(portal: &Portal) {
    let anna = pending(portal, "close").await;

    let fields = [("first_name", "Zoé"), ("last_name", "Martin"), ("secondary_email", "")];
    anna.post(&format!("{JEAN}/edit"), &fields).await.leads_to(JEAN);
    portal.work_after(MINUTE).await;

    let state = portal.dimail.state().await;
    let made =
        state["mailboxes"].as_array().expect("mailboxes").iter().find(|one| one["email"] == "jean.dupont@ville.fr");
    assert_eq!(made.expect("it is there")["displayName"], "Zoé Martin");
    assert_eq!(portal.emails(), []);
    assert!(anna.get(JEAN).await.has("[data-handover]"));
}

async fn a_correction_keeps_to_the_rules(portal: &Portal) {
    let anna = failed(portal).await;
    let path = "/domains/neuve.fr/mailboxes/jean.dupont/edit";
    anna.new_mailbox("neuve.fr", ["Zoé", "Martin", "zoe", "z@ailleurs.test"]).await;

    let taken = anna.post(path, &[("first_name", "ZOÉ"), ("last_name", "martin"), ("secondary_email", "")]).await;

    assert_eq!(taken.is(422).mistakes(), ["last_name"]);
    assert!(taken.mistake("last_name").contains("zoe@neuve.fr"));
    assert_eq!(taken.value("first_name"), "ZOÉ");
    assert_eq!(portal.mailbox_status("jean.dupont@neuve.fr").await, "failed");
    portal.work().await;
    assert_eq!(portal.dimail.calls("POST /domains/neuve.fr/mailboxes/jean.dupont ").await, 1);
}

async fn two_people_do_not_overwrite_each_other(portal: &Portal) {
    let anna = failed(portal).await;
    portal.grant("neuve.fr", Bruno, dimail_portal::model::role::Role::Administrator).await;
    let bruno = portal.sign_in(Bruno).await;
    let path = "/domains/neuve.fr/mailboxes/jean.dupont/edit";
    portal.dimail.fault("POST", "/domains/neuve.fr/mailboxes/*", "refuse_403", 2).await;
    let version = anna.get(path).await.value("version");
    let edit = |first: &'static str| {
        vec![("first_name", first), ("last_name", "Dupont"), ("secondary_email", ""), ("version", version.as_str())]
    };

    anna.post(path, &edit("Anne")).await.leads_to("/domains/neuve.fr/mailboxes/jean.dupont");
    let late = bruno.post(path, &edit("Brune")).await;

    assert_eq!(late.is(409).value("first_name"), "Brune");
    assert_ne!(late.value("version"), version);
    let name = "select first_name from mailboxes where local_part = 'jean.dupont'";
    assert_eq!(portal.database.text(name).await, "Anne");
    // The form now has the new version, so saving it again succeeds.
    let version = late.value("version");
    let fields = [("first_name", "Brune"), ("last_name", "Dupont"), ("secondary_email", ""), ("version", &version)];
    bruno.post(path, &fields).await.leads_to("/domains/neuve.fr/mailboxes/jean.dupont");
    assert_eq!(portal.database.text(name).await, "Brune");
    portal.work_after(MINUTE).await;
}

async fn a_pending_mailbox_is_deleted(portal: &Portal) {
    portal.add_domain_with(Anna, "neuve.fr", &["wrong_mx"], &[]).await;
    let anna = portal.sign_in(Anna).await;
    anna.new_mailbox("neuve.fr", FIELDS).await;
    let path = "/domains/neuve.fr/mailboxes/jean.dupont";

    let answer = anna.post(&format!("{path}/delete"), &[("address", " Jean.Dupont@neuve.fr ")]).await;

    answer.leads_to("/domains/neuve.fr/mailboxes");
    assert_eq!(anna.follow(&answer).await.addresses(), Vec::<String>::new());
    anna.get(path).await.is(404);
    assert_eq!(portal.domain("neuve.fr").await.mailboxes, 0);
    portal.dimail.finds_nothing_wrong("neuve.fr").await;
    portal.work_after(HOUR).await;
    assert_eq!(portal.dimail.creations("neuve.fr").await, 0);
}

async fn what_is_in_doubt_is_clarified_first(portal: &Portal) {
    let anna = pending(portal, "close").await;
    portal.dimail.fault("GET", "/domains/ville.fr/address/*", "refuse_500", 2).await;
    let edit = [("first_name", "Zoé"), ("last_name", "Martin"), ("secondary_email", "")];

    // Whatever is unclear, each wish is taken, and the last one counts.
    anna.post(&format!("{JEAN}/edit"), &edit).await.leads_to(JEAN);
    cancel(&anna).await;

    assert_eq!(portal.mailbox_status("jean.dupont@ville.fr").await, "pending");
    // dimail answers again and has no mailbox. The row is deleted once the earlier creation can no
    // longer act.
    for _ in 0..3 {
        portal.work_after(HOUR).await;
    }
    let anna = portal.sign_in(Anna).await;
    anna.get(JEAN).await.is(404);
    assert_eq!(portal.dimail.mailboxes("ville.fr").await, Vec::<String>::new());
    assert_eq!(portal.emails(), []);
}

async fn cancel(anna: &Visitor) {
    anna.post(&format!("{JEAN}/delete"), &[("address", "jean.dupont@ville.fr")]).await.leads_to(JEAN);
}

/// dimail carries out an abandoned creation after its cancellation; the mailbox is deleted there.
async fn a_cancelled_creation_leaves_nothing_behind(portal: &Portal) {
    let anna = pending(portal, "close").await;
    cancel(&anna).await;
    let page = anna.get(JEAN).await;
    assert_eq!(page.status_of_page(), "pending");
    assert!(page.words().contains("suppression"), "{}", page.words());
    // Cancelling again changes nothing.
    cancel(&anna).await;
    portal.work().await;
    portal.work_after(MINUTE).await;
    assert_eq!(portal.mailbox_status("jean.dupont@ville.fr").await, "pending");
    let before = portal.dimail.creations("ville.fr").await;
    portal.dimail.mailbox_by_other("la_regie:password", "jean.dupont@ville.fr", "Jean", "Dupont").await;

    // It is looked at when the abandoned call can no longer act.
    portal.work_after(MINUTE * 15).await;

    assert_eq!(portal.dimail.mailboxes("ville.fr").await, Vec::<String>::new());
    portal.work_after(HOUR).await;
    anna.get(JEAN).await.is(404);
    assert_eq!(portal.dimail.creations("ville.fr").await, before + 1);
    assert_eq!(portal.emails(), []);
}

async fn a_cancelled_creation_leaves_others_alone(portal: &Portal) {
    let anna = pending(portal, "close").await;
    cancel(&anna).await;
    portal.dimail.mailbox_by_other("la_regie:password", "jean.dupont@ville.fr", "Jeanne", "Dupont").await;

    portal.work_after(MINUTE * 15).await;

    anna.get(JEAN).await.is(404);
    assert_eq!(portal.dimail.mailboxes("ville.fr").await, ["jean.dupont@ville.fr"]);
    assert_eq!(portal.emails(), []);
}

async fn a_cancelled_creation_can_be_wanted_again(portal: &Portal) {
    let anna = pending(portal, "close").await;
    cancel(&anna).await;
    assert!(anna.get(JEAN).await.attributes("form", "action").contains(&format!("{JEAN}/enable")));

    anna.post(&format!("{JEAN}/enable"), &[]).await.leads_to(JEAN);
    portal.work_after(HOUR).await;

    assert_eq!(anna.get(JEAN).await.status_of_page(), "enabled");
    assert_eq!(portal.dimail.creations("ville.fr").await, 2);
    assert_eq!(portal.recipients(), ["jean@ailleurs.test"]);
}

async fn what_was_made_after_all_is_deleted(portal: &Portal) {
    let anna = pending(portal, "act_then_close").await;

    anna.post(&format!("{JEAN}/delete"), &[("address", "jean.dupont@ville.fr")]).await.is(303);

    portal.work().await;
    anna.get(JEAN).await.is(404);
    assert_eq!(portal.dimail.mailboxes("ville.fr").await, [""; 0]);
    assert_eq!(portal.emails(), []);
}

async fn nothing_waits_on_what_dimail_has(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    anna.new_mailbox("ville.fr", FIELDS).await.leads_to(JEAN);
    portal.work().await;
    let mark = portal.dimail.mark().await;
    anna.post(&format!("{JEAN}/retry"), &[]).await.is(409);
    assert_eq!(portal.dimail.heard_since(mark).await, Vec::<String>::new());
    assert_eq!(portal.mailbox_status("jean.dupont@ville.fr").await, "enabled");
}

async fn a_disabled_domain_keeps_what_waits(portal: &Portal) {
    let anna = failed(portal).await;
    let path = "/domains/neuve.fr/mailboxes/jean.dupont";
    portal.disable("neuve.fr", "travaux").await;
    portal.work().await;

    anna.post(&format!("{path}/retry"), &[]).await.is(409);
    anna.post(&format!("{path}/edit"), &[("first_name", "x")]).await.is(409);
    anna.post(&format!("{path}/delete"), &[("address", "jean.dupont@neuve.fr")]).await.is(409);
    anna.get(&format!("{path}/edit")).await.is(409);
    anna.get(&format!("{path}/delete")).await.is(409);

    let page = anna.get(path).await;
    assert_eq!(page.is(200).status_of_page(), "failed");
    assert!(!page.has("main form"), "no buttons: {}", page.words());
}

async fn on_a_domain_that_waits_a_failed_one_waits_too(portal: &Portal) {
    let anna = failed(portal).await;
    portal.dimail.finds("neuve.fr", &["wrong_mx"], &[], true).await;
    portal.work_after(24 * HOUR).await;
    portal.work_after(10 * MINUTE).await;
    assert_eq!(portal.status("neuve.fr").await, "action_required");
    drop(anna);
    let anna = portal.sign_in(Anna).await;
    let path = "/domains/neuve.fr/mailboxes/jean.dupont";

    anna.post(&format!("{path}/retry"), &[]).await.leads_to(path);
    portal.work().await;

    assert_eq!(anna.get(path).await.status_of_page(), "pending");
    portal.dimail.finds_nothing_wrong("neuve.fr").await;
    portal.work_after(HOUR).await;
    assert_eq!(anna.get(path).await.status_of_page(), "enabled");
}

async fn what_may_have_been_made_can_be_disabled(portal: &Portal) {
    let anna = pending(portal, "close").await;
    anna.post(&format!("{JEAN}/disable"), &[("address", "jean.dupont@ville.fr")]).await.leads_to(JEAN);

    portal.work_after(HOUR).await;

    // It was not made, and is not as long as it is to be inactive: nothing waits.
    let changes = portal
        .database
        .texts("select kind, outcome from changes where object_kind = 'mailbox' order by sequence")
        .await;
    assert_eq!(changes, ["create_mailbox|replaced", "disable_mailbox|done"]);
    assert_eq!(portal.dimail.creations("ville.fr").await, 1);
    anna.post(&format!("{JEAN}/enable"), &[]).await.leads_to(JEAN);
    portal.work().await;
    assert_eq!(portal.dimail.holds("jean.dupont@ville.fr").await, "Jean Dupont yes");
    portal.forget_emails();
}

/// The domain leaves `enabled` while a call may act that had no answer.
async fn what_may_be_made_late_is_looked_at_while_its_domain_waits(portal: &Portal) {
    portal.dimail.finds("ville.fr", &["wrong_mx"], &[], true).await;
    portal.work_after(24 * HOUR).await;
    let _anna = pending(portal, "close_then_act").await;
    portal.work_after(10 * MINUTE).await;
    assert_eq!(portal.status("ville.fr").await, "action_required");
    assert_eq!(portal.mailbox_status("jean.dupont@ville.fr").await, "pending");

    portal.dimail.act_late().await;
    portal.work_after(5 * MINUTE).await;

    assert_eq!(portal.mailbox_status("jean.dupont@ville.fr").await, "enabled");
    assert_eq!(portal.dimail.creations("ville.fr").await, 1);
    portal.forget_emails();
}

/// The creation was cancelled before it was known that it had been carried out, and the deletion is refused.
async fn what_was_made_after_all_and_is_kept_has_its_email(portal: &Portal) {
    let anna = pending(portal, "act_then_close").await;
    portal.dimail.fault("DELETE", JEAN, "refuse_422", 1).await;

    anna.post(&format!("{JEAN}/delete"), &[("address", "jean.dupont@ville.fr")]).await.is(422);
    portal.work().await;

    assert_eq!(portal.mailbox_status("jean.dupont@ville.fr").await, "enabled");
    assert_eq!(portal.recipients(), ["jean@ailleurs.test"]);
    portal.forget_emails();
}
