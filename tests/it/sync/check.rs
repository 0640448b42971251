//! Checks of domains: the status that follows from a report, when they are repeated, and who gets
//! an email.

use std::time::Duration;

use dimail_portal::model::role::Role;
use dimail_portal::worker;

use crate::support::portal::SUPPORT;
use crate::support::{Anna, Bruno, Eve, Portal, on_both};

const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

on_both!(
    the_first_check_decides,
    a_repair_is_asked_for_once_in_each_check,
    checks_come_back_by_themselves,
    an_enabled_domain_is_checked_daily,
    an_enabled_domain_leaves_by_two_bad_results_apart,
    one_bad_result_alone_changes_nothing,
    bad_results_close_together_count_once,
    a_check_without_answer_is_no_result,
    a_refused_check_is_shown_and_not_repeated,
    check_now_again_is_a_notice,
    a_check_that_was_not_pressed_in_time_runs_again,
    a_disabled_domain_is_never_checked,
    a_check_under_way_does_not_reopen_a_closed_domain,
    only_staff_opens_a_closed_domain,
    the_dns_page_tells_what_to_change,
);
on_both!(
    silent_name_servers_are_left_alone with ["--dimail-timeout", "300ms"],
    checks_without_answer_for_other_reasons_are_not_silence with ["--dimail-timeout", "300ms"],
    silence_doubles_from_check_to_check with ["--dimail-timeout", "300ms"],
    a_silent_dimail_is_not_taken_for_silent_name_servers with ["--dimail-timeout", "300ms"],
);
on_both!(five_silent_domains_do_not_delay_another with ["--dimail-timeout", "5s", "--answer-within", "500ms"]);

async fn checks(portal: &Portal, domain: &str) -> usize {
    portal.dimail.calls(&format!("GET /domains/{domain}/check ")).await
}

async fn silent_name_servers_are_left_alone(portal: &Portal) {
    for name in ["muette.fr", "sourde.fr"] {
        let path = format!("/domains/{name}/check");
        portal.dimail.lasting_fault("GET", &path, "hang", 1, 0.5).await;
        portal.add_domain_with(Anna, name, &[], &[]).await;
    }
    let anna = portal.sign_in(Anna).await;
    assert_eq!(portal.status("muette.fr").await, "pending");
    let before = checks(portal, "muette.fr").await;

    portal.work_after(9 * MINUTE).await;
    let pressed = anna.post("/domains/muette.fr/check", &[]).await;

    let (kind, notice) = anna.follow(&pressed).await.notice();
    assert!(kind == "warn" && notice.contains("serveurs de noms"), "{notice}");
    assert_eq!(checks(portal, "muette.fr").await, before, "no check, neither automatic nor by button");
    portal.work_after(MINUTE).await;
    assert_eq!(portal.status("muette.fr").await, "enabled", "after ten minutes");
    assert_eq!(portal.status("sourde.fr").await, "enabled");
}

/// The next check gets no answer in time.
async fn next_check_is_silent(portal: &Portal, domain: &str) {
    portal.dimail.lasting_fault("GET", &format!("/domains/{domain}/check"), "hang", 1, 0.5).await;
}

/// Advances the clock minute by minute until the domain is checked again; returns the minutes.
async fn minutes_until_checked(portal: &Portal, domain: &str) -> usize {
    let before = checks(portal, domain).await;
    for minute in 1..=1500 {
        portal.work_after(MINUTE).await;
        if checks(portal, domain).await > before {
            return minute;
        }
    }
    panic!("{domain} was not checked within a day");
}

async fn checks_without_answer_for_other_reasons_are_not_silence(portal: &Portal) {
    portal.dimail.fault("GET", "/domains/ville.fr/check", "refuse_500", 9).await;
    portal.wait(DAY);
    for _ in 0..9 {
        portal.work_after(5 * MINUTE).await;
    }
    next_check_is_silent(portal, "ville.fr").await;
    portal.work_after(5 * MINUTE).await;
    assert_eq!(portal.dimail.state().await["faults"], serde_json::json!([]));

    assert_eq!(minutes_until_checked(portal, "ville.fr").await, 10, "the first silence after an outage of dimail");
    assert_eq!(portal.status("ville.fr").await, "enabled");
}

async fn silence_doubles_from_check_to_check(portal: &Portal) {
    portal.wait(DAY);
    next_check_is_silent(portal, "ville.fr").await;
    portal.work().await;
    for minutes in [10, 20, 40] {
        next_check_is_silent(portal, "ville.fr").await;
        assert_eq!(minutes_until_checked(portal, "ville.fr").await, minutes);
    }
    // An answer of another kind ends the series of checks without an answer.
    portal.dimail.fault("GET", "/domains/ville.fr/check", "refuse_500", 1).await;
    assert_eq!(minutes_until_checked(portal, "ville.fr").await, 80);
    next_check_is_silent(portal, "ville.fr").await;
    portal.work_after(5 * MINUTE).await;
    assert_eq!(minutes_until_checked(portal, "ville.fr").await, 10);
}

async fn a_silent_dimail_is_not_taken_for_silent_name_servers(portal: &Portal) {
    portal.wait(DAY);
    next_check_is_silent(portal, "ville.fr").await;
    portal.dimail.lasting_fault("GET", "/token", "hang", 1, 0.5).await;
    portal.work().await;
    assert_eq!(portal.dimail.state().await["faults"], serde_json::json!([]));
    let known = checks(portal, "ville.fr").await;

    let anna = portal.sign_in(Anna).await;
    let pressed = anna.post("/domains/ville.fr/check", &[]).await;
    assert_eq!(anna.follow(&pressed).await.notice().0, "good", "the button checks at once");
    assert_eq!(checks(portal, "ville.fr").await, known + 1);

    // It is repeated as after any call without an answer.
    portal.wait(DAY);
    next_check_is_silent(portal, "ville.fr").await;
    portal.dimail.lasting_fault("GET", "/token", "hang", 1, 0.5).await;
    portal.work().await;
    assert!(minutes_until_checked(portal, "ville.fr").await <= 5);
}

async fn five_silent_domains_do_not_delay_another(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    let names: Vec<String> = (0..5).map(|n| format!("muette{n}.fr")).collect();
    for name in &names {
        portal.dimail.lasting_fault("GET", &format!("/domains/{name}/check"), "hang", 9, 30.0).await;
    }
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let working = tokio::spawn(worker::run(portal.app.clone(), stopped));
    for name in &names {
        anna.new_domain(name, SUPPORT).await.leads_to(&format!("/domains/{name}"));
    }

    anna.new_domain("neuve.fr", SUPPORT).await.leads_to("/domains/neuve.fr");

    // Well before the end of two checks without an answer.
    let enabled = async {
        while portal.status("neuve.fr").await != "enabled" {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(9), enabled).await.expect("neuve.fr is enabled meanwhile");
    let silent = portal.dimail.state().await["most_inside"].as_u64().expect("a number");
    assert!(silent <= 8, "{silent} calls inside at once");
    stop.send_replace(true);
    portal.app.shutdown.cancel();
    working.abort();
    portal.leaves_work();
}

async fn the_first_check_decides(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    for (domain, errors, internal, repairs, status) in [
        ("un.fr", vec![], vec![], true, "enabled"),
        ("deux.fr", vec!["wrong_mx", "no_spf"], vec![], true, "action_required"),
        ("trois.fr", vec![], vec!["no_cert"], false, "failed"),
        ("quatre.fr", vec![], vec!["no_cert"], true, "enabled"),
        ("cinq.fr", vec!["wrong_mx"], vec!["no_cert"], true, "action_required"),
    ] {
        portal.dimail.finds(domain, &errors, &internal, repairs).await;

        let answer = anna.new_domain(domain, SUPPORT).await;

        answer.leads_to(&format!("/domains/{domain}"));
        assert_eq!(anna.follow(&answer).await.status_of_page(), status, "{domain}");
        assert_eq!(portal.status(domain).await, status, "{domain}");
        assert_eq!(checks(portal, domain).await, 1, "{domain}");
    }
    portal.work().await;
}

async fn a_repair_is_asked_for_once_in_each_check(portal: &Portal) {
    portal.add_domain_with(Anna, "neuve.fr", &[], &["no_cert"]).await;
    let fixes = async || portal.dimail.calls("GET /domains/neuve.fr/fix").await;
    assert_eq!((checks(portal, "neuve.fr").await, fixes().await), (1, 1));

    portal.work_after(HOUR).await;
    assert_eq!((checks(portal, "neuve.fr").await, fixes().await), (2, 2));

    // dimail cannot repair errors of the owner's records, so it is not asked to.
    portal.dimail.finds("neuve.fr", &["wrong_mx"], &["no_cert"], true).await;
    portal.work_after(HOUR).await;
    assert_eq!((checks(portal, "neuve.fr").await, fixes().await), (3, 2));
}

async fn checks_come_back_by_themselves(portal: &Portal) {
    portal.add_domain_with(Anna, "neuve.fr", &["wrong_mx"], &[]).await;
    let mut seen = Vec::new();
    let mut minutes = 0;
    let mut known = checks(portal, "neuve.fr").await;
    assert_eq!(known, 1, "one check at creation");

    // Three hours, minute by minute.
    while minutes < 180 {
        minutes += 1;
        portal.work_after(MINUTE).await;
        let now = checks(portal, "neuve.fr").await;
        if now > known {
            seen.push(minutes);
            known = now;
        }
    }

    assert_eq!(seen, [1, 5, 15, 75, 135], "1, 5 and 15 minutes after creation, then hourly");
    // After 30 days: daily.
    portal.work_after(31 * DAY).await;
    let known = checks(portal, "neuve.fr").await;
    portal.work_after(23 * HOUR).await;
    assert_eq!(checks(portal, "neuve.fr").await, known);
    portal.work_after(2 * HOUR).await;
    assert_eq!(checks(portal, "neuve.fr").await, known + 1);
}

async fn an_enabled_domain_is_checked_daily(portal: &Portal) {
    let known = checks(portal, "ville.fr").await;
    portal.work_after(23 * HOUR).await;
    assert_eq!(checks(portal, "ville.fr").await, known);
    portal.work_after(HOUR).await;
    assert_eq!(checks(portal, "ville.fr").await, known + 1);
    portal.work_after(DAY).await;
    assert_eq!(checks(portal, "ville.fr").await, known + 2);
    assert_eq!(portal.emails(), [], "nothing changed, so no email is sent");
}

async fn an_enabled_domain_leaves_by_two_bad_results_apart(portal: &Portal) {
    portal.grant("ville.fr", Bruno, Role::Owner).await;
    portal.dimail.finds("ville.fr", &["wrong_mx"], &[], true).await;
    let anna = portal.sign_in(Anna).await;

    portal.work_after(DAY).await;
    let page = anna_again(portal).await.get("/domains/ville.fr").await;
    assert_eq!(page.status_of_page(), "enabled", "not at the first bad check");
    assert!(page.has(".banner-warn"), "the page says that it is doubted");
    assert_eq!(portal.emails(), []);
    let known = checks(portal, "ville.fr").await;

    portal.work_after(9 * MINUTE).await;
    assert_eq!((portal.status("ville.fr").await, checks(portal, "ville.fr").await), ("enabled", known));

    portal.work_after(MINUTE).await;
    assert_eq!((portal.status("ville.fr").await, checks(portal, "ville.fr").await), ("action_required", known + 1));
    assert_eq!(portal.recipients(), [Anna.email, Bruno.email, SUPPORT]);
    drop(anna);

    // One good result brings it back.
    portal.forget_emails();
    portal.dimail.finds_nothing_wrong("ville.fr").await;
    portal.work_after(HOUR).await;
    assert_eq!(portal.status("ville.fr").await, "enabled");
    assert_eq!(portal.recipients(), [Anna.email, Bruno.email, SUPPORT]);
}

/// Signs in again, because sessions end within a day.
async fn anna_again(portal: &Portal) -> crate::support::Visitor {
    portal.sign_in(Anna).await
}

async fn one_bad_result_alone_changes_nothing(portal: &Portal) {
    portal.dimail.finds("ville.fr", &["wrong_mx"], &[], true).await;
    portal.work_after(DAY).await;
    portal.dimail.finds_nothing_wrong("ville.fr").await;
    portal.work_after(10 * MINUTE).await;
    assert_eq!(portal.domain("ville.fr").await.bad_since, None);

    // The next bad result counts as a first one again.
    portal.dimail.finds("ville.fr", &["wrong_mx"], &[], true).await;
    portal.work_after(DAY).await;

    assert_eq!(portal.status("ville.fr").await, "enabled");
    assert_eq!(portal.emails(), []);
}

async fn bad_results_close_together_count_once(portal: &Portal) {
    portal.dimail.finds("ville.fr", &["wrong_mx"], &[], true).await;
    let anna = portal.sign_in(Anna).await;
    for _ in 0..4 {
        anna.post("/domains/ville.fr/check", &[]).await.leads_to("/domains/ville.fr");
        assert_eq!(portal.status("ville.fr").await, "enabled");
        portal.wait(2 * MINUTE);
    }
    assert_eq!(portal.emails(), []);

    portal.work_after(2 * MINUTE).await;

    assert_eq!(portal.status("ville.fr").await, "action_required");
}

async fn a_check_without_answer_is_no_result(portal: &Portal) {
    let before = portal.domain("ville.fr").await;
    portal.wait(MINUTE);
    for kind in ["refuse_500", "html_502", "close", "bad_json", "refuse_403", "missing"] {
        // After refuse_403 the request is repeated with a fresh token.
        // A GET whose connection broke is sent once more.
        let times = if matches!(kind, "refuse_403" | "close") { 2 } else { 1 };
        portal.dimail.fault("GET", "/domains/ville.fr/check", kind, times).await;
        let anna = portal.sign_in(Anna).await;
        let answer = anna.post("/domains/ville.fr/check", &[]).await;
        assert_eq!(anna.follow(&answer).await.notice().0, "warn", "{kind}");
        let now = portal.domain("ville.fr").await;
        assert_eq!((now.status, now.checked_at), (before.status, before.checked_at), "{kind}");
        portal.dimail.lose_faults().await;
        portal.wait(2 * MINUTE);
    }

    portal.work_after(5 * MINUTE).await;

    assert!(portal.domain("ville.fr").await.checked_at > before.checked_at, "it is tried again by itself");
}

/// dimail refuses to check: that is said, is no result, and waits for the next regular check.
async fn a_refused_check_is_shown_and_not_repeated(portal: &Portal) {
    portal.add_domain_with(Anna, "neuve.fr", &["wrong_mx"], &[]).await;
    for (name, status, pause) in [("ville.fr", "enabled", DAY), ("neuve.fr", "action_required", HOUR)] {
        portal.wait(2 * HOUR);
        let before = portal.domain(name).await;
        portal.dimail.fault("GET", &format!("/domains/{name}/check"), "refuse_422", 1).await;
        let anna = portal.sign_in(Anna).await;
        let answer = anna.post(&format!("/domains/{name}/check"), &[]).await;
        assert_eq!(anna.follow(&answer).await.notice().0, "warn");

        let page = anna.get(&format!("/domains/{name}")).await;
        assert_eq!(page.status_of_page(), status);
        assert!(page.words().contains("a refusé de vérifier"), "{}", page.words());
        assert_eq!(portal.domain(name).await.checked_at, before.checked_at, "no result");
        let asked = checks(portal, name).await;
        portal.work_after(pause.saturating_sub(MINUTE)).await;
        assert_eq!(checks(portal, name).await, asked, "not repeated");
        portal.work_after(MINUTE).await;
        assert_eq!(checks(portal, name).await, asked + 1, "the next regular check");
        assert!(!anna.get(&format!("/domains/{name}")).await.words().contains("a refusé de vérifier"));
    }
}

async fn check_now_again_is_a_notice(portal: &Portal) {
    let (anna, bruno) = (portal.sign_in(Anna).await, portal.sign_in(Bruno).await);
    let known = checks(portal, "ville.fr").await;
    let pressed = anna.post("/domains/ville.fr/check", &[]).await;
    assert_eq!(anna.follow(&pressed).await.notice().0, "good");

    portal.wait(Duration::from_secs(59));
    let again = bruno.post("/domains/ville.fr/check", &[]).await;

    assert_eq!(bruno.follow(&again).await.notice().0, "warn");
    assert_eq!(checks(portal, "ville.fr").await, known + 1, "dimail is not asked again");
}

async fn a_check_that_was_not_pressed_in_time_runs_again(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    let known = checks(portal, "ville.fr").await;
    for n in 1..=2 {
        let pressed = anna.post("/domains/ville.fr/check", &[]).await;
        assert_eq!(anna.follow(&pressed).await.notice().0, "good");
        assert_eq!(checks(portal, "ville.fr").await, known + n);
        assert_eq!(portal.domain("ville.fr").await.checked_at, Some(portal.now()), "each result has its date");
        portal.wait(MINUTE);
    }
}

async fn a_disabled_domain_is_never_checked(portal: &Portal) {
    portal.disable("ville.fr", "travaux").await;
    let known = checks(portal, "ville.fr").await;
    for _ in 0..5 {
        portal.work_after(3 * DAY).await;
    }
    assert_eq!((portal.status("ville.fr").await, checks(portal, "ville.fr").await), ("disabled", known));
}

async fn a_check_under_way_does_not_reopen_a_closed_domain(portal: &Portal) {
    portal.add_domain_with(Anna, "neuve.fr", &["wrong_mx"], &[]).await;
    portal.dimail.finds_nothing_wrong("neuve.fr").await;
    portal.dimail.lasting_fault("GET", "/domains/neuve.fr/check", "slow", 1, 0.2).await;
    let anna = portal.sign_in(Anna).await;

    let closing = async {
        tokio::time::sleep(Duration::from_millis(80)).await;
        portal.disable("neuve.fr", "travaux").await;
    };
    tokio::join!(anna.post("/domains/neuve.fr/check", &[]), closing);

    portal.work().await;
    assert_eq!(portal.status("neuve.fr").await, "disabled");
    let page = anna.get("/domains/neuve.fr").await;
    assert!(page.words().contains("travaux"), "{}", page.words());
}

async fn only_staff_opens_a_closed_domain(portal: &Portal) {
    portal.disable("ville.fr", "travaux").await;
    portal.work().await;
    let known = checks(portal, "ville.fr").await;
    for who in [Anna, Bruno, Eve] {
        let visitor = portal.sign_in(who).await;
        let refused = visitor.post("/domains/ville.fr/check", &[]).await;
        assert!(refused.is(409).has("main a[href]"), "a way on: {}", refused.words());
    }
    assert_eq!((portal.status("ville.fr").await, checks(portal, "ville.fr").await), ("disabled", known));

    portal.forget_emails();
    portal.dimail.finds("ville.fr", &["no_spf"], &[], true).await;
    portal.enable("ville.fr").await;
    portal.work().await;

    assert_eq!(portal.status("ville.fr").await, "action_required", "one result decides");
    assert_eq!(checks(portal, "ville.fr").await, known + 1);
    assert_eq!(portal.recipients(), [Anna.email, SUPPORT]);
}

async fn the_dns_page_tells_what_to_change(portal: &Portal) {
    portal.add_domain_with(Anna, "neuve.fr", &["wrong_mx", "no_spf"], &[]).await;
    let anna = portal.sign_in(Anna).await;

    let page = anna.get("/domains/neuve.fr/dns").await;

    assert!(page.is(200).has("[data-record=\"MX\"]") && page.has("[data-record=\"TXT\"]"), "{}", page.words());
    let copied = page.attributes("[data-copy]", "data-copy");
    assert!(copied.contains(&"@".to_owned()) && copied.contains(&"neuve.fr.".to_owned()), "{copied:?}");
    assert!(page.words().contains("mx.ancien-hebergeur.example"), "dimail's own sentence: {}", page.words());
    assert_eq!(page.select(".dns-left [data-record]").len(), 2);
    let zone = anna.get("/domains/neuve.fr/zone.txt").await;
    assert_eq!(zone.is(200).header("content-type"), "text/plain; charset=utf-8");
    assert!(zone.text.contains("MX") && zone.text.contains("v=spf1"), "{}", zone.text);
    assert!(page.select("pre.zone").concat().contains("v=spf1"));
    // Before the first report of dimail there are no records to publish.
    portal.dimail.fault("GET", "/domains/autre-neuve.fr/check", "refuse_500", 60).await;
    portal.add_domain(Anna, "autre-neuve.fr").await;
    assert!(!anna.get("/domains/autre-neuve.fr/dns").await.is(200).has("[data-record]"));
    assert_eq!(anna.get("/domains/autre-neuve.fr/zone.txt").await.status, 200);
}
