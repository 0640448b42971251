//! Refusals of the SMTP server: only that of a recipient gives an email up; a server that refuses all
//! recipients is a fault of the installation, which loses no email and is told to staff.

use std::sync::Arc;
use std::time::Duration;

use dimail_portal::actions::App;
use dimail_portal::mail::Sender;
use dimail_portal::worker::run_until_idle;

use crate::support::smtp::Sink;
use crate::support::{Anna, Eve, Portal, on_both};

const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);
/// What people with a server that does not know the portal read in its log.
const NO_RELAY: &str = "554 5.7.1 Relay access denied";

on_both!(
    a_relay_that_refuses_loses_no_email,
    a_wrong_greeting_loses_no_email,
    an_email_given_up_by_a_relay_that_refuses_all_waits_again,
    an_unexplained_refusal_counts_only_from_a_server_that_takes_emails,
    another_refusal_holds_that_email_alone,
    wrong_addresses_in_two_domains_do_not_hold_the_others,
);

/// The same portal, with emails sent by SMTP.
fn by_smtp(portal: &Portal, server: &Sink) -> App {
    let sender = Sender::smtp(&server.url().into(), "Portail <portail@mairie.test>", "portail.test");
    App { sender: Arc::new(sender.expect("a sender")), ..portal.app.clone() }
}

async fn work(app: &App) {
    run_until_idle(app).await.expect("the database answers");
}

/// Creates a mailbox of this name whose first email goes to `secondary`.
async fn mailbox(portal: &Portal, name: &str, secondary: &str) {
    let anna = portal.sign_in(Anna).await;
    anna.new_mailbox("ville.fr", ["Agent", name, name, secondary]).await;
}

/// The emails that are not withdrawn, with their states.
async fn states(portal: &Portal) -> Vec<String> {
    let sql = "select recipient, state from emails where kind = 'new_mailbox' order by recipient";
    portal.database.texts(sql).await
}

async fn told(portal: &Portal) -> [bool; 2] {
    let staff = portal.sign_in(Eve).await.get("/domains").await.words();
    let anna = portal.sign_in(Anna).await.get("/domains").await.words();
    [staff, anna].map(|words| words.contains("serveur d’envoi refuse des destinataires"))
}

async fn a_relay_that_refuses_loses_no_email(portal: &Portal) {
    loses_no_email(portal, NO_RELAY).await;
}

async fn a_wrong_greeting_loses_no_email(portal: &Portal) {
    loses_no_email(portal, "504 5.5.2 <portail>: Helo command rejected: need fully-qualified hostname").await;
}

async fn loses_no_email(portal: &Portal, answer: &str) {
    let server = Sink::start().await;
    let app = by_smtp(portal, &server);
    server.answer("RCPT", answer);
    mailbox(portal, "un", "a@un.test").await;
    work(&app).await;
    assert_eq!(told(portal).await, [false, false], "one recipient may be the fault of that recipient");
    mailbox(portal, "deux", "b@deux.test").await;
    mailbox(portal, "trois", "c@trois.test").await;

    for _ in 0..60 {
        work(&app).await;
        portal.wait(HOUR);
    }
    assert_eq!(states(portal).await, ["a@un.test|waiting", "b@deux.test|waiting", "c@trois.test|waiting"]);
    assert_eq!(told(portal).await, [true, false]);
    assert_eq!(portal.app.store.backlog().await.expect("an answer").emails_refused, 3);
    let page = portal.sign_in(Anna).await.get("/domains/ville.fr/mailboxes/un").await;
    assert!(page.words().contains("n’a pas encore pu être envoyé"), "{}", page.words());

    server.behave();
    mailbox(portal, "quatre", "d@quatre.test").await;
    work(&app).await;

    assert_eq!(states(portal).await, ["a@un.test|sent", "b@deux.test|sent", "c@trois.test|sent", "d@quatre.test|sent"]);
    assert_eq!(told(portal).await, [false, false]);
}

async fn an_email_given_up_by_a_relay_that_refuses_all_waits_again(portal: &Portal) {
    let server = Sink::start().await;
    let app = by_smtp(portal, &server);
    server.answer("RCPT", "550 5.1.1 no such user");
    mailbox(portal, "un", "a@un.test").await;
    work(&app).await;
    assert_eq!(states(portal).await, ["a@un.test|given_up"]);

    mailbox(portal, "deux", "b@deux.test").await;
    work(&app).await;

    assert_eq!(states(portal).await, ["a@un.test|waiting", "b@deux.test|waiting"]);
    server.behave();
    portal.wait(5 * MINUTE);
    work(&app).await;
    assert_eq!(states(portal).await, ["a@un.test|sent", "b@deux.test|sent"]);
}

async fn an_unexplained_refusal_counts_only_from_a_server_that_takes_emails(portal: &Portal) {
    let server = Sink::start().await;
    let app = by_smtp(portal, &server);
    server.answer("RCPT TO:<a@un.test>", "550 no");
    portal.wait(2 * HOUR);
    mailbox(portal, "un", "a@un.test").await;
    work(&app).await;
    assert_eq!(states(portal).await, ["a@un.test|waiting"], "the server has taken no email in the last hour");

    mailbox(portal, "deux", "b@un.test").await;
    work(&app).await;
    portal.wait(5 * MINUTE);
    work(&app).await;

    assert_eq!(states(portal).await, ["a@un.test|given_up", "b@un.test|sent"]);
    let page = portal.sign_in(Anna).await.get("/domains/ville.fr/mailboxes/un").await;
    assert!(page.words().contains("Vérifiez cette adresse"), "{}", page.words());
}

async fn another_refusal_holds_that_email_alone(portal: &Portal) {
    let server = Sink::start().await;
    let app = by_smtp(portal, &server);
    server.answer("RCPT TO:<a@un.test>", "554 5.7.1 blocked for your country");
    server.answer("RCPT TO:<b@un.test>", "250 ok");
    mailbox(portal, "un", "a@un.test").await;
    mailbox(portal, "deux", "b@un.test").await;
    for _ in 0..4 {
        work(&app).await;
        portal.wait(HOUR * 16);
    }
    assert_eq!(states(portal).await, ["a@un.test|waiting", "b@un.test|sent"], "five attempts at least");
    assert_eq!(told(portal).await, [false, false]);

    work(&app).await;

    assert_eq!(states(portal).await, ["a@un.test|given_up", "b@un.test|sent"]);
    assert_eq!(portal.database.text("select given_up from emails where state = 'given_up'").await, "server");
    let words = portal.sign_in(Anna).await.get("/domains/ville.fr/mailboxes/un").await.words();
    assert!(
        words.contains("L’adresse n’est sans doute pas en cause") && !words.contains("Vérifiez cette adresse"),
        "{words}"
    );
}

async fn wrong_addresses_in_two_domains_do_not_hold_the_others(portal: &Portal) {
    let server = Sink::start().await;
    let app = by_smtp(portal, &server);
    for wrong in ["a@un.test", "b@deux.test"] {
        server.answer(&format!("RCPT TO:<{wrong}>"), "550 5.1.1 no such user");
    }
    mailbox(portal, "un", "a@un.test").await;
    mailbox(portal, "deux", "b@deux.test").await;
    work(&app).await;
    assert_eq!(states(portal).await, ["a@un.test|waiting", "b@deux.test|waiting"]);

    // The next email that the server takes shows that it lets the portal send.
    mailbox(portal, "trois", "c@trois.test").await;
    work(&app).await;

    assert_eq!(states(portal).await, ["a@un.test|given_up", "b@deux.test|given_up", "c@trois.test|sent"]);
    assert_eq!(told(portal).await, [false, false]);
}
