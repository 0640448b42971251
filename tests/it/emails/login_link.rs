//! The page behind the link of an email: one button that asks dimail for a code, bound to its mailbox.

use std::time::Duration;

use dimail_portal::worker::run_until_idle;
use futures::future::join_all;

use crate::mailboxes::access::{everything_stored, password_in};
use crate::support::portal::{SUPPORT, WEBMAIL};
use crate::support::smtp::{Received, Sink};
use crate::support::{Anna, Answer, Portal, Visitor, on_both};

const HOUR: Duration = Duration::from_hours(1);
const MINUTE: Duration = Duration::from_mins(1);
const JEAN: &str = "/domains/ville.fr/mailboxes/jean";
const TO: &str = "jean@ailleurs.test";

on_both!(
    opening_the_link_uses_nothing_up,
    each_press_has_a_code_of_its_own,
    five_presses_are_the_most,
    what_dimail_does_not_answer_is_no_press,
    a_refusal_names_whom_to_ask,
    a_missing_route_names_whom_to_ask,
    a_link_ends_after_its_time,
    a_newer_link_ends_the_older,
    a_newer_link_that_did_not_leave_ends_nothing,
    a_link_dies_with_what_it_is_bound_to,
    a_disabled_domain_lets_the_link_wait,
    signing_in_by_a_link_ends_to_hand_over,
    a_password_is_made_for_an_accepted_recipient,
);
on_both!(silence_is_no_press with ["--answer-within", "300ms"]);
on_both!(the_time_can_be_set with ["--login-link-valid", "1h"]);

/// Jean's mailbox, and the link of its first email.
async fn jean(portal: &Portal) -> (Visitor, String) {
    let anna = portal.sign_in(Anna).await;
    anna.new_mailbox("ville.fr", ["Jean", "Dupont", "jean", TO]).await;
    // The request may have been answered before dimail.
    while portal.mailbox_status("jean@ville.fr").await == "pending" {
        tokio::task::yield_now().await;
    }
    portal.work().await;
    let link = portal.login_links(TO).pop().expect("a link");
    (anna, link)
}

async fn press(portal: &Portal, link: &str) -> Answer {
    let answer = portal.visitor().post(link, &[]).await;
    assert_eq!(answer.header("cache-control"), "no-store");
    answer
}

/// Demands that the answer leads to the newest code of dimail, in the webmail.
async fn signs_in(portal: &Portal, answer: &Answer) {
    let codes = portal.dimail.codes().await;
    let (address, code) = codes.last().expect("a code");
    assert_eq!(address, "jean@ville.fr");
    answer.leads_to(&format!("{WEBMAIL}/code/{code}"));
}

/// Demands the page of a dead link, which is the same whatever ended it.
async fn is_over(portal: &Portal, link: &str) {
    let asked = portal.dimail.codes().await.len();
    for page in [portal.visitor().get(link).await, press(portal, link).await] {
        assert_eq!((page.status, page.header("cache-control")), (404, "no-store"), "{}", page.words());
        assert!(page.has("main a[href=\"/first-access\"]") && !page.has("main form"), "{}", page.words());
    }
    let unknown = portal.visitor().get("/login-link/unknown").await;
    assert_eq!(portal.visitor().get(link).await.select("main"), unknown.select("main"));
    assert_eq!(portal.dimail.codes().await.len(), asked, "dimail is not asked");
}

async fn opening_the_link_uses_nothing_up(portal: &Portal) {
    let (_, link) = jean(portal).await;
    let mark = portal.dimail.mark().await;

    for _ in 0..20 {
        let page = portal.visitor().get(&link).await;
        assert_eq!((page.status, page.header("cache-control")), (200, "no-store"));
        assert_eq!(page.attributes("main form", "action"), [link.as_str()]);
        assert_eq!(page.select("main button").len(), 1, "one button");
        assert!(page.words().contains("jean@ville.fr"), "{}", page.words());
        let policy = page.header("content-security-policy");
        assert!(policy.contains(&format!("form-action 'self' {WEBMAIL};")), "browsers follow the answer: {policy}");
    }
    let head = portal.visitor().send("HEAD", &link, &[], Vec::new()).await;
    assert_eq!(head.status, 200);

    assert_eq!(portal.dimail.mark().await, mark, "dimail is not asked");
    signs_in(portal, &press(portal, &link).await).await;
}

async fn each_press_has_a_code_of_its_own(portal: &Portal) {
    let (_, link) = jean(portal).await;
    let token = link.trim_start_matches("/login-link/").to_owned();
    assert!(!everything_stored(portal).await.contains(&token), "only a hash is stored");

    signs_in(portal, &press(portal, &link).await).await;
    signs_in(portal, &press(portal, &link).await).await;

    let state = portal.dimail.state().await;
    let codes = state["codes"].as_array().expect("codes");
    assert_eq!(codes.len(), 2);
    assert!(codes.iter().all(|code| code["maxuse"] == 1), "of one use: {codes:?}");
    let stored = everything_stored(portal).await;
    assert!(codes.iter().all(|code| !stored.contains(code["code"].as_str().expect("a code"))), "never stored");
}

async fn five_presses_are_the_most(portal: &Portal) {
    let (_, link) = jean(portal).await;
    let answers = join_all((0..12).map(|_| press(portal, &link))).await;
    let count = |status| answers.iter().filter(|answer| answer.status == status).count();
    assert_eq!((count(303), count(404)), (5, 7));
    assert_eq!(portal.dimail.codes().await.len(), 5);
    is_over(portal, &link).await;
}

async fn what_dimail_does_not_answer_is_no_press(portal: &Portal) {
    let (_, link) = jean(portal).await;
    for kind in ["refuse_500", "close", "html_502", "bad_json", "refuse_403", "redirect_307"] {
        // After refuse_403 the request is repeated with a fresh token.
        let times = if kind == "refuse_403" { 2 } else { 1 };
        portal.dimail.fault("POST", &format!("{JEAN}/code"), kind, times).await;
        let page = press(portal, &link).await;
        assert_eq!(page.status, 503, "{kind}: {}", page.words());
        assert!(page.words().contains("ne répond pas"), "{kind}: {}", page.words());
        assert_eq!(page.attributes("main form", "action"), [link.as_str()], "{kind}: to try again");
    }
    for _ in 0..5 {
        signs_in(portal, &press(portal, &link).await).await;
    }
    is_over(portal, &link).await;
}

async fn silence_is_no_press(portal: &Portal) {
    let (_, link) = jean(portal).await;
    for _ in 0..6 {
        portal.dimail.lasting_fault("POST", &format!("{JEAN}/code"), "hang", 1, 0.6).await;
        press(portal, &link).await.is(503);
    }
    assert_eq!(portal.database.number("select presses from login_links").await, 0);
}

async fn a_refusal_names_whom_to_ask(portal: &Portal) {
    let (_, link) = jean(portal).await;
    portal.dimail.fault("POST", &format!("{JEAN}/code"), "refuse_422", 1).await;
    let page = press(portal, &link).await;
    assert!(page.is(409).words().contains(SUPPORT), "{}", page.words());
    assert!(!page.has("main form"));
    signs_in(portal, &press(portal, &link).await).await;
}

async fn a_missing_route_names_whom_to_ask(portal: &Portal) {
    let (_, link) = jean(portal).await;
    portal.dimail.fault("POST", &format!("{JEAN}/code"), "missing", 1).await;
    // The press finds out; after that the page knows.
    for page in [press(portal, &link).await, portal.visitor().get(&link).await, press(portal, &link).await] {
        assert!(page.is(409).words().contains(SUPPORT) && !page.has("main form"), "{}", page.words());
    }
    assert_eq!(portal.dimail.calls(&format!("POST {JEAN}/code")).await, 1);
    assert_eq!(portal.database.number("select presses from login_links").await, 0);
}

async fn a_link_ends_after_its_time(portal: &Portal) {
    let (_, link) = jean(portal).await;
    portal.wait((72 * 60 - 1) * MINUTE);
    portal.visitor().get(&link).await.is(200);
    portal.wait(MINUTE);
    is_over(portal, &link).await;
    dimail_portal::worker::tidy(&portal.app).await.expect("the database answers");
    assert_eq!(portal.database.count("login_links").await, 0);
    portal.leaves_work();
}

async fn the_time_can_be_set(portal: &Portal) {
    let (_, link) = jean(portal).await;
    assert!(portal.emails()[0].text.contains("1 heure"), "{}", portal.emails()[0].text);
    portal.wait(HOUR);
    is_over(portal, &link).await;
}

async fn a_newer_link_ends_the_older(portal: &Portal) {
    let (anna, older) = jean(portal).await;
    anna.post(&format!("{JEAN}/login-link"), &[]).await.leads_to(JEAN);
    portal.visitor().get(&older).await.is(200);
    portal.work_after(MINUTE).await;
    is_over(portal, &older).await;
    let newer = portal.login_links(TO).pop().expect("a link");
    signs_in(portal, &press(portal, &newer).await).await;
}

/// Of an email that left twice, both links work; of one that did not leave, the older one goes on.
async fn a_newer_link_that_did_not_leave_ends_nothing(portal: &Portal) {
    let (anna, older) = jean(portal).await;
    let server = Sink::start().await;
    let app = portal.by_smtp(&server);
    server.answer(".", "451 try again");
    anna.post(&format!("{JEAN}/login-link"), &[]).await.leads_to(JEAN);
    portal.wait(MINUTE);
    run_until_idle(&app).await.expect("the database answers");
    assert_eq!(portal.database.count("login_links").await, 2, "a link was made");
    portal.visitor().get(&older).await.is(200);

    server.behave();
    portal.wait(HOUR);
    run_until_idle(&app).await.expect("the database answers");
    is_over(portal, &older).await;
    assert_eq!(portal.database.count("login_links").await, 2, "both of the newer email");
}

async fn a_link_dies_with_what_it_is_bound_to(portal: &Portal) {
    let (anna, _) = jean(portal).await;
    let fresh = async || {
        portal.wait(HOUR);
        anna.post(&format!("{JEAN}/login-link"), &[]).await.leads_to(JEAN);
        portal.work().await;
        let link = portal.login_links(TO).pop().expect("a link");
        portal.visitor().get(&link).await.is(200);
        link
    };
    let confirmed = [("address", "jean@ville.fr")];
    let secondary = async |to: &str| {
        let fields = [("first_name", "Jean"), ("last_name", "Dupont"), ("secondary_email", to)];
        anna.post(&format!("{JEAN}/edit"), &fields).await.leads_to(JEAN);
        portal.work().await;
    };

    let link = fresh().await;
    secondary("autre@ailleurs.test").await;
    is_over(portal, &link).await;
    secondary(TO).await;
    is_over(portal, &link).await;

    // Wanted is enough, and enabling again revives nothing.
    let link = fresh().await;
    portal.dimail.fault("PATCH", JEAN, "refuse_500", 1).await;
    anna.post(&format!("{JEAN}/disable"), &confirmed).await.leads_to(JEAN);
    is_over(portal, &link).await;
    portal.work_after(HOUR).await;
    anna.post(&format!("{JEAN}/enable"), &[]).await.leads_to(JEAN);
    portal.work().await;
    assert_eq!(portal.mailbox_status("jean@ville.fr").await, "enabled");
    is_over(portal, &link).await;

    let link = fresh().await;
    anna.post(&format!("{JEAN}/delete"), &confirmed).await.is(303);
    portal.work().await;
    is_over(portal, &link).await;
    anna.new_mailbox("ville.fr", ["Zoé", "Martin", "jean", "zoe@ailleurs.test"]).await;
    portal.work().await;
    is_over(portal, &link).await;
}

async fn a_disabled_domain_lets_the_link_wait(portal: &Portal) {
    let (_, link) = jean(portal).await;
    portal.disable("ville.fr", "travaux").await;
    for page in [portal.visitor().get(&link).await, press(portal, &link).await] {
        assert_eq!((page.status, page.header("cache-control")), (409, "no-store"));
        assert!(page.words().contains("désactivé") && !page.has("main form"), "{}", page.words());
    }
    assert_eq!(portal.dimail.codes().await, []);
    portal.enable("ville.fr").await;
    portal.work().await;
    signs_in(portal, &press(portal, &link).await).await;
}

async fn signing_in_by_a_link_ends_to_hand_over(portal: &Portal) {
    let (anna, link) = jean(portal).await;
    portal.database.change("update mailboxes set to_hand_over = 1").await;
    portal.visitor().get(&link).await.is(200);
    assert!(
        anna.get(JEAN)
            .await
            .words()
            .contains("Pour autant que le portail le sache, la personne n’a pas encore reçu de mot de passe")
    );
    press(portal, &link).await.is(303);
    assert_eq!(portal.database.number("select to_hand_over from mailboxes").await, 0);
    assert!(
        !anna
            .get(JEAN)
            .await
            .words()
            .contains("Pour autant que le portail le sache, la personne n’a pas encore reçu de mot de passe")
    );
}

/// With a server that defers every recipient, dimail is asked for nothing.
async fn a_password_is_made_for_an_accepted_recipient(portal: &Portal) {
    let (anna, _) = jean(portal).await;
    let server = Sink::start().await;
    let app = portal.by_smtp(&server);
    server.answer("RCPT", "451 4.7.1 come back later");
    anna.post(&format!("{JEAN}/reset-password"), &[]).await.leads_to(JEAN);
    anna.post(&format!("{JEAN}/login-link"), &[]).await.leads_to(JEAN);
    for _ in 0..7 {
        run_until_idle(&app).await.expect("the database answers");
        portal.wait(MINUTE * 10);
    }
    let asked = async || portal.dimail.calls(&format!("POST {JEAN}/reset_password")).await;
    assert_eq!((asked().await, portal.database.count("login_links").await), (0, 1));
    assert!(server.lines().iter().filter(|line| line.starts_with("RCPT")).count() >= 14, "{:?}", server.lines());
    assert_eq!(portal.database.number("select to_hand_over from mailboxes").await, 0);

    server.behave();
    run_until_idle(&app).await.expect("the database answers");
    assert_eq!((asked().await, portal.database.count("login_links").await), (1, 1));
    let emails = server.emails();
    let email = emails.iter().map(Received::decoded).find(|text| text.contains("nouveau mot de passe"));
    assert!(password_in(&email.expect("an email").replace("\r\n", "\n")).len() > 7);
}
