//! Faults at the first email to a mailbox user, at the SMTP server.

use dimail_portal::actions::App;
use dimail_portal::worker::run_until_idle;

use crate::support::portal::login_link_in;
use crate::support::smtp::Sink;
use crate::support::{Anna, Portal, on_both};
use crate::sync::faults::{HOUR, speaks};

on_both!(
    a_refused_recipient_is_given_up_at_once,
    an_smtp_server_that_is_away_is_waited_for,
    an_smtp_server_that_stays_away_is_given_up,
);

async fn work(app: &App) {
    run_until_idle(app).await.expect("the database answers");
}

async fn a_refused_recipient_is_given_up_at_once(portal: &Portal) {
    let server = Sink::start().await;
    let app = portal.by_smtp(&server);
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
    assert!(told.contains("jean@ailleurs.test n’a pas pu être délivré"), "{told}");
    let tries = |lines: Vec<String>| lines.iter().filter(|line| line.starts_with("RCPT TO:<jean@")).count();
    portal.wait(HOUR);
    work(&app).await;
    assert_eq!(tries(server.lines()), 1, "given up at once");
}

async fn an_smtp_server_that_is_away_is_waited_for(portal: &Portal) {
    let server = Sink::start().await;
    let app = portal.by_smtp(&server);
    server.answer("greeting", "421 busy");
    let anna = portal.sign_in(Anna).await;
    anna.new_mailbox("ville.fr", ["Jean", "Dupont", "", "jean@ailleurs.test"]).await;

    for _ in 0..5 {
        work(&app).await;
        portal.wait(HOUR);
    }

    assert_eq!(portal.database.count("login_links").await, 0, "a link is made for an email that leaves");
    let page = anna.get("/domains/ville.fr/mailboxes/jean.dupont").await;
    speaks(&page);
    assert_eq!(page.status_of_page(), "enabled", "the mailbox does not wait for its email");
    assert!(page.words().contains("n’a pas encore pu être envoyé"), "{}", page.words());

    server.behave();
    work(&app).await;

    let emails = server.emails();
    let [email] = emails.as_slice() else { panic!("{emails:?}") };
    let link = login_link_in(&email.decoded()).expect("a link");
    portal.visitor().get(&link).await.is(200);
    assert!(anna.get("/domains/ville.fr/mailboxes/jean.dupont").await.words().contains("Envoyé à"));
}

async fn an_smtp_server_that_stays_away_is_given_up(portal: &Portal) {
    let server = Sink::start().await;
    let app = portal.by_smtp(&server);
    server.answer("greeting", "421 busy");
    let anna = portal.sign_in(Anna).await;
    anna.new_mailbox("ville.fr", ["Jean", "Dupont", "", "jean@ailleurs.test"]).await;
    let state = async || portal.database.text("select state from emails where recipient = 'jean@ailleurs.test'").await;
    for _ in 0..5 {
        work(&app).await;
        assert_eq!(state().await, "waiting");
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
}
