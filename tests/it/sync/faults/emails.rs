//! Faults at the first email to a mailbox user: at dimail's login link, and at the SMTP server.

use std::sync::Arc;

use dimail_portal::actions::App;
use dimail_portal::mail::Sender;
use dimail_portal::worker::run_until_idle;

use crate::support::portal::SUPPORT;
use crate::support::smtp::Sink;
use crate::support::{Anna, Portal, on_both};
use crate::sync::faults::mailboxes::one_email_with_link;
use crate::sync::faults::{HOUR, Part, all_is_done, calm, fault, pass, speaks, was_met};

on_both!(
    code,
    a_refused_recipient_is_given_up_at_once,
    an_smtp_server_that_is_away_is_waited_for,
    an_smtp_server_that_stays_away_is_given_up,
);
on_both!(code_in_silence with ["--dimail-timeout", "500ms"]);

/// When the email is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Leaves {
    /// Later, with a link; until then the page says that it will be retried.
    Later,
    /// At once, with a link.
    Linked,
    /// At once, without a link; it names whom to ask.
    Bare,
}
use Leaves::{Bare, Later, Linked};

/// One fault at `POST /domains/{d}/mailboxes/{lp}/code`. The mailbox is `enabled` at once, and in
/// the end one email was sent, always. For a missing route, see `missing`.
const CODE: &[(&str, Leaves)] = &[
    // fault            the email leaves
    ("refuse_500", Later),
    ("hang", Later),
    ("close", Later),
    ("html_502", Later),
    ("redirect_307", Later),
    ("refuse_403", Linked), // a fresh token is tried at once
    ("refuse_409", Bare),   // never asked again
    ("refuse_422", Bare),
    ("act_then_500", Later),
    ("act_then_hang", Later),
    ("act_then_close", Later),
    ("bad_json", Later),
    ("slow", Linked),
];

async fn code(portal: &Portal) {
    all_codes(portal, Part::Prompt).await;
}

async fn code_in_silence(portal: &Portal) {
    all_codes(portal, Part::Silent).await;
}

async fn all_codes(portal: &Portal, part: Part) {
    let anna = portal.sign_in(Anna).await;
    let mut cells = Vec::new();
    for &(kind, leaves) in CODE.iter().filter(|(kind, _)| part.has(kind)) {
        // With a repeated fault, the call with the fresh token is denied too.
        let denied = if kind == "refuse_403" { (Later, 2 * part.a_while()) } else { (leaves, part.a_while()) };
        for (variant, leaves, times) in [("once", leaves, 1), ("while", denied.0, denied.1)] {
            let name = format!("{kind}.{variant}");
            let path = format!("/domains/ville.fr/mailboxes/{name}");
            fault(portal, "POST", &format!("{path}/code"), kind, times).await;
            let answer = anna.new_mailbox("ville.fr", [variant, kind, &name, &format!("{name}@ailleurs.test")]).await;
            answer.leads_to(&path);
            assert_eq!(anna.follow(&answer).await.status_of_page(), "enabled", "{name}");
            cells.push((name, path, leaves, times));
        }
    }

    calm(portal).await;
    for (name, path, leaves, times) in &cells {
        was_met(portal, &format!("{path}/code"), *times).await;
        let page = anna.get(path).await;
        assert_eq!(page.status_of_page(), "enabled", "{name}");
        speaks(&page);
        let said = if *leaves == Later { "n'a pas encore pu partir" } else { "Partie à" };
        assert!(page.words().contains(said), "{name}: {}", page.words());
    }
    pass(portal, part.a_while() + 1).await;

    all_is_done(portal).await;
    for (name, path, leaves, _) in &cells {
        let recipient = format!("{name}@ailleurs.test");
        assert!(anna.get(path).await.words().contains("Partie à"), "{name}");
        if *leaves != Bare {
            one_email_with_link(portal, &recipient, &format!("{name}@ville.fr")).await;
            continue;
        }
        let emails: Vec<_> = portal.emails().into_iter().filter(|email| email.to == recipient).collect();
        let [email] = emails.as_slice() else { panic!("{name}: {} emails", emails.len()) };
        assert!(email.text.contains(SUPPORT) && !email.text.contains("/code/"), "{name}: {}", email.text);
        assert_eq!(portal.dimail.calls(&format!("POST {path}/code")).await, 1, "{name}");
    }
}

/// The same portal, with emails sent by SMTP.
fn by_smtp(portal: &Portal, server: &Sink) -> App {
    let sender = Sender::smtp(&server.url().into(), "Portail <portail@mairie.test>").expect("a sender");
    App { sender: Arc::new(sender), ..portal.app.clone() }
}

async fn work(app: &App) {
    run_until_idle(app).await.expect("the database answers");
}

async fn a_refused_recipient_is_given_up_at_once(portal: &Portal) {
    let server = Sink::start().await;
    let app = by_smtp(portal, &server);
    server.answer("RCPT TO:<jean@ailleurs.test>", "550 5.1.1 nobody of that name");
    let anna = portal.sign_in(Anna).await;
    anna.new_mailbox("ville.fr", ["Jean", "Dupont", "", "jean@ailleurs.test"]).await;
    anna.new_mailbox("ville.fr", ["Zoé", "Martin", "", "zoe@ailleurs.test"]).await;

    work(&app).await;

    let to: Vec<String> = server.emails().into_iter().map(|email| email.to).collect();
    assert_eq!(to, ["zoe@ailleurs.test"], "one refused recipient stops no other email");
    let states = "select recipient, state from emails where recipient like '%@ailleurs.test' order by recipient";
    assert_eq!(portal.database.texts(states).await, ["jean@ailleurs.test|given_up", "zoe@ailleurs.test|sent"]);
    let page = anna.get("/domains/ville.fr/mailboxes/jean.dupont").await;
    speaks(&page);
    assert_eq!(page.status_of_page(), "enabled");
    let told = page.words();
    assert!(told.contains("jean@ailleurs.test n'a pas pu être remis"), "{told}");
    let tries = |lines: Vec<String>| lines.iter().filter(|line| line.starts_with("RCPT TO:<jean@")).count();
    portal.wait(HOUR);
    work(&app).await;
    assert_eq!(tries(server.lines()), 1, "given up at once");
}

async fn an_smtp_server_that_is_away_is_waited_for(portal: &Portal) {
    let server = Sink::start().await;
    let app = by_smtp(portal, &server);
    server.answer("greeting", "421 busy");
    let anna = portal.sign_in(Anna).await;
    anna.new_mailbox("ville.fr", ["Jean", "Dupont", "", "jean@ailleurs.test"]).await;

    for _ in 0..5 {
        work(&app).await;
        portal.wait(HOUR);
    }

    assert_eq!(portal.dimail.codes().await, [], "no login link is wasted");
    assert_eq!(portal.dimail.calls("POST /domains/ville.fr/mailboxes/jean.dupont/code").await, 0);
    let page = anna.get("/domains/ville.fr/mailboxes/jean.dupont").await;
    speaks(&page);
    assert_eq!(page.status_of_page(), "enabled", "the mailbox does not wait for its email");
    assert!(page.words().contains("n'a pas encore pu partir"), "{}", page.words());

    server.behave();
    work(&app).await;

    let emails = server.emails();
    let [email] = emails.as_slice() else { panic!("{emails:?}") };
    let codes = portal.dimail.codes().await;
    let [(_, code)] = codes.as_slice() else { panic!("{codes:?}") };
    assert!(email.decoded().contains(&format!("/code/{code}")), "{}", email.decoded());
    assert!(anna.get("/domains/ville.fr/mailboxes/jean.dupont").await.words().contains("Partie à"));
}

async fn an_smtp_server_that_stays_away_is_given_up(portal: &Portal) {
    let server = Sink::start().await;
    let app = by_smtp(portal, &server);
    server.answer("greeting", "421 busy");
    let anna = portal.sign_in(Anna).await;
    anna.new_mailbox("ville.fr", ["Jean", "Dupont", "", "jean@ailleurs.test"]).await;
    let state = async || portal.database.text("select state from emails where recipient = 'jean@ailleurs.test'").await;
    for _ in 0..5 {
        assert_eq!(state().await, "waiting");
        work(&app).await;
        portal.wait(HOUR * 11);
    }
    work(&app).await;

    assert_eq!(state().await, "given_up");
    server.behave();
    portal.wait(HOUR);
    work(&app).await;
    assert!(!server.emails().iter().any(|email| email.to == "jean@ailleurs.test"), "not sent after it was given up");
    let page = portal.sign_in(Anna).await.get("/domains/ville.fr/mailboxes/jean.dupont").await;
    speaks(&page);
    assert_eq!(page.status_of_page(), "enabled");
    assert!(page.words().contains("Vous pouvez en envoyer un autre"), "{}", page.words());
    assert_eq!(portal.dimail.codes().await, []);
}
