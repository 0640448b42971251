//! Creating mailboxes: within the request, or when their domain becomes enabled; once each,
//! whatever dimail does; their password shown once; not visible to people without the permission.

use std::time::Duration;

use futures::future::join_all;
use serde_json::json;

use crate::support::portal::WEBMAIL;
use crate::support::{Anna, Bruno, Chloe, Person, Portal, Visitor, on_both};

const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);

on_both!(
    an_enabled_domain_answers_when_dimail_has_it,
    one_creation_for_each_and_one_token_for_all,
    a_token_that_expired_is_renewed_once,
    waits_while_pending_and_comes_with_the_first_result,
    waits_while_action_required_and_comes_by_check_now,
    waits_while_action_required_and_comes_by_itself,
    waits_while_failed_and_comes_after_a_repair,
    waits_while_disabled_and_comes_after_enable,
    comes_also_when_asked_for_at_the_very_moment,
    one_refused_mailbox_stops_nobody_else,
    nothing_is_created_on_a_disabled_domain,
    the_first_password_is_shown_once,
    a_mailbox_made_later_is_to_hand_over,
    a_refusal_comes_back_to_the_form,
    no_answer_is_tried_again_and_done_once,
    what_dimail_did_without_saying_so_is_found,
    a_fault_of_the_installation_fails_nobody,
    what_stays_without_answer_is_given_up,
    an_open_xchange_user_without_mailbox_is_half_made,
    a_name_in_the_domain_is_told_with_its_holder,
    a_name_in_another_domain_names_nobody,
    a_name_in_another_domain_names_nobody_later_either,
    a_proposed_address_gets_a_number,
    the_first_free_number_is_proposed_among_many,
    viewers_see_no_secondary_addresses_but_their_own,
    one_of_two_at_the_same_time_wins,
);

on_both!(a_person_waits_no_longer_than_the_setting with ["--answer-within", "300ms"]);

async fn an_enabled_domain_answers_when_dimail_has_it(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;

    let answer = anna.new_mailbox("ville.fr", ["Jean", "Dupont", "", "jean@ailleurs.test"]).await;

    answer.leads_to("/domains/ville.fr/mailboxes/jean.dupont");
    assert_eq!(portal.dimail.mailboxes("ville.fr").await, ["jean.dupont@ville.fr"]);
    let page = anna.follow(&answer).await;
    assert_eq!(page.is(200).status_of_page(), "enabled");
    let (kind, notice) = page.notice();
    assert_eq!(kind, "good");
    assert!(notice.contains("jean.dupont@ville.fr") && notice.contains("jean@ailleurs.test"), "{notice}");
    assert_eq!(
        portal.database.texts("select kind, outcome from changes where object_kind = 'mailbox'").await,
        ["create_mailbox|done"]
    );
    portal.work().await;
    assert_eq!(portal.recipients(), ["jean@ailleurs.test"]);
    assert_eq!(portal.dimail.creations("ville.fr").await, 1);
}

async fn one_creation_for_each_and_one_token_for_all(portal: &Portal) {
    let (anna, bruno) = (portal.sign_in(Anna).await, portal.sign_in(Bruno).await);
    let names: Vec<String> = (0..12).map(|n| format!("Nom{n}")).collect();
    let ask = |n: usize| {
        let who = if n.is_multiple_of(2) { &anna } else { &bruno };
        who.new_mailbox("ville.fr", ["Jean", &names[n], "", "jean@ailleurs.test"])
    };

    let answers = join_all((0..12).map(ask)).await;

    assert!(answers.iter().all(|answer| answer.status == 303), "{answers:?}");
    assert_eq!(portal.dimail.mailboxes("ville.fr").await.len(), 12);
    assert_eq!(portal.dimail.creations("ville.fr").await, 12);
    assert_eq!(portal.dimail.calls("GET /token").await, 1);
    portal.work().await;
    assert_eq!(portal.emails().len(), 12);
    assert_eq!(portal.dimail.calls("GET /token").await, 1);
}

async fn a_token_that_expired_is_renewed_once(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    anna.new_mailbox("ville.fr", ["Jean", "Premier", "", "j@ailleurs.test"]).await;
    assert_eq!(portal.dimail.calls("GET /token").await, 1);
    portal.dimail.expire_tokens().await;

    let names: Vec<String> = (0..6).map(|n| format!("Nom{n}")).collect();
    let answers =
        join_all(names.iter().map(|name| anna.new_mailbox("ville.fr", ["Jean", name, "", "j@ailleurs.test"]))).await;

    assert!(answers.iter().all(|answer| answer.status == 303), "{answers:?}");
    assert_eq!(portal.dimail.mailboxes("ville.fr").await.len(), 7);
    assert_eq!(portal.dimail.calls("GET /token").await, 2);
    portal.work().await;
}

/// Creates two mailboxes on a domain that is not enabled, one with a secondary address and one
/// without, and demands that they wait.
async fn two_wait(portal: &Portal, domain: &str) {
    let anna = portal.sign_in(Anna).await;
    let form = anna.get(&format!("/domains/{domain}/new-mailbox")).await;
    assert!(form.is(200).has(".banner-info"), "the form says that it will wait");
    let answer = anna.new_mailbox(domain, ["Jean", "Dupont", "", "jean@ailleurs.test"]).await;
    answer.leads_to(&format!("/domains/{domain}/mailboxes/jean.dupont"));
    let page = anna.follow(&answer).await;
    assert_eq!((page.status_of_page(), page.notice().0), ("pending".into(), "good".into()));
    assert!(page.notice().1.contains(domain), "{:?}", page.notice());
    let answer = anna.new_mailbox(domain, ["Zoé", "Martin", "", ""]).await;
    answer.leads_to(&format!("/domains/{domain}/mailboxes/zoe.martin"));
    portal.work().await;
    assert_eq!(portal.dimail.creations(domain).await, 0);
    assert_eq!(portal.dimail.mailboxes(domain).await, Vec::<String>::new());
    assert_eq!(portal.emails().len(), 0, "no email is sent before the mailbox exists");
}

/// Demands that, after the domain became enabled, both were created once, that one user got an
/// email, and that the other mailbox is to hand over.
async fn both_are_there(portal: &Portal, domain: &str) {
    assert_eq!(portal.status(domain).await, "enabled");
    let addresses = ["jean.dupont", "zoe.martin"].map(|part| format!("{part}@{domain}"));
    assert_eq!(portal.dimail.mailboxes(domain).await, addresses);
    assert_eq!(portal.dimail.creations(domain).await, 2);
    for address in &addresses {
        assert_eq!(portal.mailbox_status(address).await, "enabled");
    }
    let holders: Vec<String> =
        portal.recipients().into_iter().filter(|recipient| recipient == "jean@ailleurs.test").collect();
    assert_eq!(holders.len(), 1);
    let list = portal.sign_in(Anna).await.get(&format!("/domains/{domain}/mailboxes")).await;
    assert_eq!(list.addresses(), addresses);
    assert_eq!(list.attributes("tr[data-address] [data-status]", "data-status"), ["enabled", "enabled"]);
    assert!(!list.has(&format!("[data-address=\"{}\"] [data-handover]", addresses[0])));
    assert!(list.has(&format!("[data-address=\"{}\"] [data-handover]", addresses[1])));
}

async fn waits_while_pending_and_comes_with_the_first_result(portal: &Portal) {
    portal.dimail.fault("GET", "/domains/neuve.fr/check", "refuse_500", 60).await;
    portal.add_domain(Anna, "neuve.fr").await;
    assert_eq!(portal.status("neuve.fr").await, "pending");
    two_wait(portal, "neuve.fr").await;

    portal.dimail.lose_faults().await;
    portal.work_after(5 * MINUTE).await;

    both_are_there(portal, "neuve.fr").await;
}

async fn waits_while_action_required_and_comes_by_check_now(portal: &Portal) {
    portal.add_domain_with(Anna, "neuve.fr", &["wrong_mx"], &[]).await;
    assert_eq!(portal.status("neuve.fr").await, "action_required");
    two_wait(portal, "neuve.fr").await;
    let anna = portal.sign_in(Anna).await;
    let there = anna.get("/domains/neuve.fr/mailboxes").await.attributes("tbody th a", "href");
    let page = anna.get(&there[0]).await;
    assert_eq!(page.attributes(".banner a", "href"), ["/domains/neuve.fr/dns"], "what it waits for");
    assert!(!page.has("details li") && page.select("main li > a")[0] == "Modifier", "{}", page.words());

    portal.dimail.finds_nothing_wrong("neuve.fr").await;
    let answer = anna.post("/domains/neuve.fr/check", &[]).await;

    answer.leads_to("/domains/neuve.fr");
    let page = anna.follow(&answer).await;
    assert_eq!(page.status_of_page(), "enabled");
    assert!(page.has("progress"), "the page shows the progress");
    portal.work().await;
    both_are_there(portal, "neuve.fr").await;
    assert!(!anna.get("/domains/neuve.fr").await.has("progress"));
}

async fn waits_while_action_required_and_comes_by_itself(portal: &Portal) {
    portal.add_domain_with(Anna, "neuve.fr", &["no_spf"], &[]).await;
    two_wait(portal, "neuve.fr").await;

    portal.dimail.finds_nothing_wrong("neuve.fr").await;
    portal.work_after(HOUR).await;

    both_are_there(portal, "neuve.fr").await;
}

async fn waits_while_failed_and_comes_after_a_repair(portal: &Portal) {
    portal.add_domain_with(Anna, "neuve.fr", &[], &["no_cert"]).await;
    assert_eq!(portal.status("neuve.fr").await, "failed");
    two_wait(portal, "neuve.fr").await;

    portal.dimail.finds("neuve.fr", &[], &["no_cert"], true).await;
    portal.work_after(HOUR).await;

    both_are_there(portal, "neuve.fr").await;
}

async fn waits_while_disabled_and_comes_after_enable(portal: &Portal) {
    portal.add_domain_with(Anna, "neuve.fr", &["wrong_mx"], &[]).await;
    two_wait(portal, "neuve.fr").await;
    portal.disable("neuve.fr", "travaux").await;
    portal.dimail.finds_nothing_wrong("neuve.fr").await;
    let mark = portal.dimail.mark().await;
    portal.work_after(48 * HOUR).await;
    let about = |line: &String| line.contains("neuve.fr");
    assert!(!portal.dimail.heard_since(mark).await.iter().any(about), "jobs of a disabled domain wait");
    let page = portal.sign_in(Anna).await.get("/domains/neuve.fr/mailboxes/jean.dupont").await;
    assert_eq!(page.is(200).status_of_page(), "pending");

    portal.enable("neuve.fr").await;
    assert_eq!(portal.status("neuve.fr").await, "pending");
    portal.work().await;

    both_are_there(portal, "neuve.fr").await;
}

async fn comes_also_when_asked_for_at_the_very_moment(portal: &Portal) {
    portal.add_domain_with(Anna, "neuve.fr", &["wrong_mx"], &[]).await;
    portal.dimail.finds_nothing_wrong("neuve.fr").await;
    portal.dimail.lasting_fault("GET", "/domains/neuve.fr/check", "slow", 1, 0.15).await;
    let (anna, bruno) = (portal.sign_in(Anna).await, portal.sign_in(Anna).await);
    let names: Vec<String> = (0..20).map(|n| format!("Nom{n}")).collect();
    let ask = async |n: usize| {
        tokio::time::sleep(Duration::from_millis(15) * u32::try_from(n).expect("small")).await;
        bruno.new_mailbox("neuve.fr", ["Jean", &names[n], "", "jean@ailleurs.test"]).await
    };

    let (checked, asked) = tokio::join!(anna.post("/domains/neuve.fr/check", &[]), join_all((0..20).map(ask)));

    checked.leads_to("/domains/neuve.fr");
    assert!(asked.iter().all(|answer| answer.status == 303), "{asked:?}");
    portal.work().await;
    assert_eq!(portal.status("neuve.fr").await, "enabled");
    assert_eq!(portal.database.count("mailboxes where status = 'enabled'").await, 20);
    assert_eq!(portal.dimail.mailboxes("neuve.fr").await.len(), 20);
    assert_eq!(portal.dimail.creations("neuve.fr").await, 20);
}

async fn one_refused_mailbox_stops_nobody_else(portal: &Portal) {
    portal.add_domain_with(Anna, "neuve.fr", &["wrong_mx"], &[]).await;
    let anna = portal.sign_in(Anna).await;
    for last in ["Un", "Deux", "Trois"] {
        let answer = anna.new_mailbox("neuve.fr", ["Jean", last, "", "jean@ailleurs.test"]).await;
        assert_eq!(answer.status, 303);
    }
    portal.dimail.fault("POST", "/domains/neuve.fr/mailboxes/jean.deux", "refuse_422", 1).await;

    portal.dimail.finds_nothing_wrong("neuve.fr").await;
    portal.work_after(HOUR).await;

    let statuses = "select local_part, mailboxes.status from mailboxes order by local_part";
    assert_eq!(portal.database.texts(statuses).await, ["jean.deux|failed", "jean.trois|enabled", "jean.un|enabled"]);
    let page = anna.get("/domains/neuve.fr/mailboxes/jean.deux").await;
    assert_eq!(page.status_of_page(), "failed");
    assert!(page.words().contains("Refused on order"), "{}", page.words());
    assert!(
        anna.get("/domains/neuve.fr")
            .await
            .attributes("a", "href")
            .contains(&"/domains/neuve.fr/mailboxes?status=failed".to_owned())
    );
}

async fn nothing_is_created_on_a_disabled_domain(portal: &Portal) {
    portal.disable("ville.fr", "fermeture").await;
    portal.work().await;
    let anna = portal.sign_in(Anna).await;
    let mark = portal.dimail.mark().await;

    let form = anna.get("/domains/ville.fr/new-mailbox").await;
    let sent = anna.new_mailbox("ville.fr", ["Jean", "Dupont", "", ""]).await;
    let wrong = anna.new_mailbox("ville.fr", ["", "", "..", "x"]).await;
    let check = anna.post("/domains/ville.fr/check", &[]).await;
    let edit = anna.post("/domains/ville.fr/edit", &[("support_email", "x@y.test")]).await;

    for refused in [form, sent, wrong, check, edit] {
        assert!(!refused.is(409).has("main form"), "no form is offered: {}", refused.words());
    }
    portal.work_after(48 * HOUR).await;
    assert_eq!(portal.status("ville.fr").await, "disabled");
    assert_eq!(portal.database.count("mailboxes").await, 0);
    let about = |line: &String| line.contains("ville.fr");
    assert!(!portal.dimail.heard_since(mark).await.iter().any(about));
    let anna = portal.sign_in(Anna).await;
    let list = anna.get("/domains/ville.fr/mailboxes").await;
    assert!(!list.is(200).attributes("a", "href").contains(&"/domains/ville.fr/new-mailbox".to_owned()));
    assert!(anna.get("/domains/ville.fr").await.words().contains("fermeture"), "everything can be read");
}

/// The texts of all rows that could contain a password.
async fn all_rows(portal: &Portal) -> String {
    let mut all = String::new();
    for sql in [
        "select data from sessions",
        "select local_part, reason, status from mailboxes",
        "select kind, trouble from jobs",
        "select recipient, content, trouble from emails",
        "select event from journal",
    ] {
        all.push_str(&portal.database.texts(sql).await.join("\n"));
    }
    all
}

async fn the_first_password_is_shown_once(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;

    let sheet = anna.new_mailbox("ville.fr", ["Zoé", "Martin", "", ""]).await;

    assert_eq!((sheet.is(200).header("cache-control"), sheet.mistakes().len()), ("no-store", 0));
    let secrets = sheet.select("output[data-secret]");
    let [password] = secrets.as_slice() else { panic!("{secrets:?}") };
    assert_eq!(password.len(), 16, "the fake's passwords are that long");
    assert!(sheet.words().contains("zoe.martin@ville.fr") && sheet.words().contains(WEBMAIL), "{}", sheet.words());
    for path in ["/domains/ville.fr/mailboxes/zoe.martin", "/domains/ville.fr/mailboxes", "/domains/ville.fr"] {
        let page = anna.get(path).await;
        assert!(!page.is(200).text.contains(password), "{path} shows the password");
    }
    assert!(!all_rows(portal).await.contains(password.as_str()), "the password is stored");
    portal.work().await;
    assert_eq!(portal.emails(), []);
}

async fn a_mailbox_made_later_is_to_hand_over(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    portal.dimail.fault("POST", "/domains/ville.fr/mailboxes/*", "close", 1).await;
    anna.new_mailbox("ville.fr", ["Zoé", "Martin", "", ""]).await.leads_to("/domains/ville.fr/mailboxes/zoe.martin");

    portal.work_after(MINUTE).await;

    let page = anna.get("/domains/ville.fr/mailboxes/zoe.martin").await;
    assert_eq!(page.status_of_page(), "enabled");
    assert!(page.has("[data-handover]"));
    assert!(anna.get("/domains/ville.fr/mailboxes").await.has("[data-address] [data-handover]"));
}

async fn a_refusal_comes_back_to_the_form(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    for kind in ["refuse_409", "refuse_422"] {
        portal.dimail.fault("POST", "/domains/ville.fr/mailboxes/*", kind, 1).await;

        let form = anna.new_mailbox("ville.fr", ["Jean", "Dupont", "j.dupont", "jean@ailleurs.test"]).await;

        assert_eq!(form.is(422).mistakes(), ["local_part"], "{kind}");
        assert_eq!((form.value("first_name"), form.value("last_name")), ("Jean".into(), "Dupont".into()));
        assert_eq!(form.value("local_part"), "j.dupont");
        assert_eq!(form.value("secondary_email"), "jean@ailleurs.test");
        portal.work_after(HOUR).await;
        assert_eq!(portal.database.count("mailboxes").await, 0, "{kind}");
        assert_eq!(portal.database.count("jobs where kind = 'mailbox'").await, 0, "{kind}");
        assert_eq!(portal.domain("ville.fr").await.mailboxes, 0, "{kind}");
        assert_eq!(portal.emails(), []);
    }
    assert_eq!(portal.dimail.creations("ville.fr").await, 2, "a refused order is never repeated");
    let answer = anna.new_mailbox("ville.fr", ["Jean", "Dupont", "j.dupont", "jean@ailleurs.test"]).await;
    answer.leads_to("/domains/ville.fr/mailboxes/j.dupont");
    portal.work().await;
}

async fn no_answer_is_tried_again_and_done_once(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    for (n, kind) in ["refuse_500", "html_502", "close", "act_then_close"].into_iter().enumerate() {
        let last = format!("Nom{n}");
        let path = format!("/domains/ville.fr/mailboxes/jean.nom{n}");
        portal.dimail.fault("POST", &path, kind, 1).await;

        let answer = anna.new_mailbox("ville.fr", ["Jean", &last, "", "jean@ailleurs.test"]).await;

        answer.leads_to(&path);
        let page = anna.follow(&answer).await;
        assert_eq!((page.status_of_page(), page.notice().0), ("pending".into(), "warn".into()), "{kind}");
        portal.work_after(10 * MINUTE).await;
        assert_eq!(anna.get(&path).await.status_of_page(), "enabled", "{kind}");
        let acted = kind == "act_then_close";
        let creations = portal.dimail.calls(&format!("POST {path} ")).await;
        assert_eq!(creations, if acted { 1 } else { 2 }, "{kind}: what was done is not asked for again");
        assert_eq!(portal.recipients(), ["jean@ailleurs.test"], "{kind}");
        portal.forget_emails();
    }
    assert_eq!(portal.dimail.mailboxes("ville.fr").await.len(), 4);
}

async fn what_dimail_did_without_saying_so_is_found(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    portal.dimail.fault("POST", "/domains/ville.fr/mailboxes/*", "act_then_500", 1).await;

    let answer = anna.new_mailbox("ville.fr", ["Zoé", "Martin", "", ""]).await;

    answer.leads_to("/domains/ville.fr/mailboxes/zoe.martin");
    let page = anna.follow(&answer).await;
    assert_eq!(page.status_of_page(), "enabled");
    assert!(page.has("[data-handover]"), "its password was not shown");
    portal.work_after(HOUR).await;
    assert_eq!(portal.dimail.creations("ville.fr").await, 1);
}

async fn a_fault_of_the_installation_fails_nobody(portal: &Portal) {
    for (n, kind) in ["refuse_403", "missing", "redirect_307"].into_iter().enumerate() {
        let anna = portal.sign_in(Anna).await;
        let path = format!("/domains/ville.fr/mailboxes/jean.nom{n}");
        portal.dimail.fault("POST", &path, kind, 60).await;
        let last = format!("Nom{n}");

        anna.new_mailbox("ville.fr", ["Jean", &last, "", "jean@ailleurs.test"]).await.leads_to(&path);

        for _ in 0..3 {
            portal.work_after(20 * HOUR).await;
        }
        assert_eq!(portal.mailbox_status(&format!("jean.nom{n}@ville.fr")).await, "pending", "{kind}");
        portal.dimail.lose_faults().await;
        portal.work_after(5 * MINUTE).await;
        assert_eq!(portal.mailbox_status(&format!("jean.nom{n}@ville.fr")).await, "enabled", "{kind}");
    }
    assert_eq!(portal.dimail.mailboxes("ville.fr").await.len(), 3);
}

async fn what_stays_without_answer_is_given_up(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    portal.dimail.fault("POST", "/domains/ville.fr/mailboxes/*", "refuse_500", 60).await;
    anna.new_mailbox("ville.fr", ["Jean", "Dupont", "", "jean@ailleurs.test"]).await;

    for _ in 0..3 {
        portal.work_after(15 * HOUR).await;
        assert_eq!(portal.mailbox_status("jean.dupont@ville.fr").await, "pending");
    }
    portal.work_after(4 * HOUR).await;

    assert_eq!(portal.mailbox_status("jean.dupont@ville.fr").await, "failed");
    assert_eq!(portal.emails(), []);
    assert_eq!(portal.dimail.mailboxes("ville.fr").await, Vec::<String>::new());
}

async fn an_open_xchange_user_without_mailbox_is_half_made(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    portal.dimail.fault("POST", "/domains/ville.fr/mailboxes/*", "close", 1).await;
    anna.new_mailbox("ville.fr", ["Jean", "Dupont", "", "jean@ailleurs.test"]).await;
    portal.dimail.half_make("ville.fr", "jean.dupont", "Jean", "Dupont").await;

    portal.work_after(MINUTE).await;

    let sql = "select status, reason from mailboxes where local_part = 'jean.dupont'";
    assert_eq!(portal.database.text(sql).await, "pending|-", "the call that was given up may still be at it");
    portal.work_after(15 * MINUTE).await;

    assert_eq!(portal.database.text(sql).await, "failed|{\"reason\":\"half_made\"}");
    assert_eq!(portal.dimail.creations("ville.fr").await, 1, "the creation is looked up, not repeated");
}

async fn a_name_in_the_domain_is_told_with_its_holder(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    anna.new_mailbox("ville.fr", ["Zoé", "Martin", "zoe", "zoe@ailleurs.test"])
        .await
        .leads_to("/domains/ville.fr/mailboxes/zoe");
    portal.work().await;
    let mark = portal.dimail.mark().await;

    let form = anna.new_mailbox("ville.fr", ["ZOE\u{301}", "martin", "z.martin", ""]).await;

    assert_eq!(form.is(422).mistakes(), ["last_name"]);
    let told = form.mistake("last_name");
    assert!(told.contains("zoe@ville.fr") && told.contains("(z.martin)"), "the other mailbox and a proposal: {told}");
    assert_eq!(portal.database.count("mailboxes").await, 1);
    assert_eq!(portal.dimail.heard_since(mark).await, Vec::<String>::new());
}

/// `jumelle.fr` shares the context of `ville.fr`; its mailboxes must not be named on pages of
/// `ville.fr`.
async fn with_a_twin(portal: &Portal) {
    portal.dimail.domain_by_other("la_regie:password", "jumelle.fr", "ville.fr").await;
    portal.dimail.mailbox_by_other("la_regie:password", "secrete@jumelle.fr", "Zoé", "Martin").await;
}

async fn a_name_in_another_domain_names_nobody(portal: &Portal) {
    with_a_twin(portal).await;
    let anna = portal.sign_in(Anna).await;

    let form = anna.new_mailbox("ville.fr", ["Zoé", "Martin", "", "zoe@ailleurs.test"]).await;

    assert_eq!(form.is(422).mistakes(), ["last_name"]);
    assert!(form.mistake("last_name").contains("Zoé Martin (zoe.martin)"), "{}", form.mistake("last_name"));
    for secret in ["secrete", "jumelle"] {
        assert!(!form.text.contains(secret), "the page names {secret}");
    }
    assert_eq!(portal.database.count("mailboxes").await, 0);
    portal.work_after(HOUR).await;
}

async fn a_name_in_another_domain_names_nobody_later_either(portal: &Portal) {
    portal.add_domain_with(Anna, "neuve.fr", &["wrong_mx"], &[]).await;
    portal.dimail.domain_by_other("la_regie:password", "jumelle.fr", "neuve.fr").await;
    portal.dimail.mailbox_by_other("la_regie:password", "secrete@jumelle.fr", "Zoé", "Martin").await;
    let anna = portal.sign_in(Anna).await;
    anna.new_mailbox("neuve.fr", ["Zoé", "Martin", "", ""]).await;
    portal.dimail.finds_nothing_wrong("neuve.fr").await;

    portal.work_after(HOUR).await;

    for path in ["/domains/neuve.fr/mailboxes/zoe.martin", "/domains/neuve.fr/mailboxes", "/domains/neuve.fr"] {
        let page = anna.get(path).await;
        assert!(!page.is(200).text.contains("secrete") && !page.text.contains("jumelle"), "{path} names somebody");
    }
    assert_eq!(anna.get("/domains/neuve.fr/mailboxes/zoe.martin").await.status_of_page(), "failed");
}

async fn a_proposed_address_gets_a_number(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    let part = async |fields: [&'static str; 3]| {
        let [first, last, typed] = fields;
        let answer = anna.new_mailbox("ville.fr", [first, last, typed, "x@ailleurs.test"]).await;
        answer.location().rsplit('/').next().unwrap_or_default().to_owned()
    };

    assert_eq!(part(["Jean", "Dupont", ""]).await, "jean.dupont");
    assert_eq!(part(["Jéan", "Dupont", ""]).await, "jean.dupont2");
    assert_eq!(part(["Jean", "Dupônt", ""]).await, "jean.dupont3");
    assert_eq!(part(["Jean-Noël", "D'Ormesson", ""]).await, "jean-noel.dormesson");
    assert_eq!(part(["Paul", "Roux", " P.ROUX "]).await, "p.roux");
    let form = anna.new_mailbox("ville.fr", ["Autre", "Personne", "JEAN.dupont", ""]).await;
    assert_eq!(form.is(422).mistakes(), ["local_part"]);
    assert!(form.mistake("local_part").contains("jean.dupont4"), "{}", form.mistake("local_part"));
    portal.work().await;
}

async fn the_first_free_number_is_proposed_among_many(portal: &Portal) {
    let numbers = std::iter::once(String::new()).chain((2..60).filter(|n| *n != 47).map(|n| n.to_string()));
    for number in numbers {
        let sql = format!(
            "insert into mailboxes (id, domain_id, local_part, first_name, last_name, display_key, name_key, search, \
             known, status, language, created_at) select '{}', id, 'jean.dupont{number}', 'Un', 'Autre', 'x{number}', '', '', \
             'active', 'enabled', 'fr', 0 from domains where name = 'ville.fr'",
            uuid::Uuid::new_v4()
        );
        portal.database.change(&sql).await;
    }
    let anna = portal.sign_in(Anna).await;
    let form = anna.new_mailbox("ville.fr", ["Jean", "Dupont", "jean.dupont", ""]).await;
    assert!(form.is(422).mistake("local_part").contains("jean.dupont47"), "{}", form.mistake("local_part"));
    let made = anna.new_mailbox("ville.fr", ["Jean", "Dupont", "", "jean@ailleurs.test"]).await;
    made.leads_to("/domains/ville.fr/mailboxes/jean.dupont47");
    portal.work().await;
}

const GIL: Person = Person { email: "gil@ville.fr", name: "Gil Viewer", is_staff: false, role: None };

async fn viewers_see_no_secondary_addresses_but_their_own(portal: &Portal) {
    portal.add_account(&GIL).await;
    portal.grant("ville.fr", GIL, dimail_portal::model::role::Role::Viewer).await;
    let anna = portal.sign_in(Anna).await;
    anna.new_mailbox("ville.fr", ["Jean", "Dupont", "", "cachette@ailleurs.test"]).await;
    anna.new_mailbox("ville.fr", ["Gil", "Roux", "gil", "abri@ailleurs.test"]).await;
    portal.work().await;
    portal.prove(GIL).await;
    let (chloe, gil) = (portal.sign_in(Chloe).await, portal.sign_in(GIL).await);
    let list = "/domains/ville.fr/mailboxes";

    let found = async |who: &Visitor, q: &str| who.get(&format!("{list}?q={q}")).await;

    assert_eq!(found(&anna, "cachette").await.addresses(), ["jean.dupont@ville.fr"]);
    assert!(anna.get(list).await.words().contains("cachette@ailleurs.test"));
    for viewer in [&chloe, &gil] {
        assert_eq!(found(viewer, "cachette").await.addresses(), Vec::<String>::new());
        assert_eq!(found(viewer, "jean").await.addresses(), ["jean.dupont@ville.fr"]);
        for path in [list, "/domains/ville.fr/mailboxes/jean.dupont"] {
            assert!(!viewer.get(path).await.is(200).text.contains("cachette"), "{path}");
        }
    }
    assert!(gil.get("/domains/ville.fr/mailboxes/gil").await.words().contains("abri@ailleurs.test"));
    assert!(!chloe.get("/domains/ville.fr/mailboxes/gil").await.text.contains("abri"));
    assert!(!chloe.get("/domains/ville.fr/mailboxes/gil").await.text.contains("ailleurs.test"));
}

async fn one_of_two_at_the_same_time_wins(portal: &Portal) {
    let (anna, bruno) = (portal.sign_in(Anna).await, portal.sign_in(Bruno).await);
    let fields = ["Jean", "Dupont", "jean", "jean@ailleurs.test"];

    let (one, other) = tokio::join!(anna.new_mailbox("ville.fr", fields), bruno.new_mailbox("ville.fr", fields));

    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 422]);
    assert_eq!(portal.database.count("mailboxes").await, 1);
    assert_eq!(portal.dimail.creations("ville.fr").await, 1);
    portal.work().await;
    portal.dimail.habits(json!({"token_lifetime": 2820, "duplicate_crashes": false})).await;
}

async fn a_person_waits_no_longer_than_the_setting(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    portal.dimail.lasting_fault("POST", "/domains/ville.fr/mailboxes/*", "slow", 1, 1.0).await;
    let began = std::time::Instant::now();

    let answer = anna.new_mailbox("ville.fr", ["Jean", "Dupont", "", "jean@ailleurs.test"]).await;

    assert!(began.elapsed() < Duration::from_millis(900), "{:?}", began.elapsed());
    let page = anna.follow(&answer).await;
    assert_eq!((page.status_of_page(), page.notice().0), ("pending".into(), "warn".into()));
    // The creation continues after the person was answered.
    let mut patience = 100;
    while portal.mailbox_status("jean.dupont@ville.fr").await == "pending" && patience > 0 {
        patience -= 1;
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(anna.get("/domains/ville.fr/mailboxes/jean.dupont").await.status_of_page(), "enabled");
    assert_eq!(portal.dimail.creations("ville.fr").await, 1);
    portal.work().await;
    assert_eq!(portal.recipients(), ["jean@ailleurs.test"]);
}
