//! A database that is away, locked or read-only: the answer comes within 2 seconds, says when to try
//! again, and holds what was typed; and the portal recovers by itself.

use std::time::{Duration, Instant};

use crate::support::{Anna, Answer, Portal, Visitor, on_both};

on_both!(
    a_form_comes_back_and_can_be_sent_again,
    a_locked_domain_is_no_fault,
    no_page_repeats_a_password,
    a_form_of_another_site_does_not_come_back,
    a_page_offers_to_be_asked_for_again,
    what_cannot_be_written_is_not_ready,
);

/// The longest time to an answer, with something for a slow machine.
const LONGEST: Duration = Duration::from_millis(2500);
const FORM: [(&str, &str); 4] =
    [("first_name", "Zoé"), ("last_name", "D’Arc & \"fils\""), ("local_part", "zoe"), ("secondary_email", "")];
const PATH: &str = "/domains/ville.fr/new-mailbox";

/// Demands the answer for a database that does not work, which took until now.
#[track_caller]
fn is_away(answer: &Answer, began: Instant) {
    assert_eq!(answer.status, 503, "{}", answer.words());
    assert!(began.elapsed() < LONGEST, "it took {:?}", began.elapsed());
    assert_eq!(answer.header("retry-after"), "5");
    assert!(answer.words().contains(answer.header("x-request-id")), "{}", answer.words());
}

/// Presses the button of a page that offers to send the form again.
async fn press(visitor: &Visitor, page: &Answer, path: &str) -> Answer {
    assert_eq!(page.attributes("main form", "action"), [path], "{}", page.words());
    let names = page.attributes("main form input", "name");
    let values = page.attributes("main form input", "value");
    let fields: Vec<(&str, &str)> = names.iter().map(String::as_str).zip(values.iter().map(String::as_str)).collect();
    visitor.post(path, &fields).await
}

async fn a_form_comes_back_and_can_be_sent_again(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    portal.database.refuse_writes().await;
    let began = Instant::now();
    let page = anna.post(PATH, &FORM).await;
    is_away(&page, began);
    for (name, value) in FORM {
        assert_eq!(page.value(name), value);
    }
    let began = Instant::now();
    let page = press(&anna, &page, PATH).await;
    is_away(&page, began);
    portal.database.accept_writes().await;
    press(&anna, &page, PATH).await.is(200);
    assert_eq!(portal.mailbox_status("zoe@ville.fr").await, "enabled");
}

/// Another transaction has the domain's row (PostgreSQL), or the file (SQLite).
async fn a_locked_domain_is_no_fault(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    let is_sqlite = portal.database.url.starts_with("sqlite");
    portal.database.change(if is_sqlite { "begin immediate" } else { "begin" }).await;
    portal.database.change("update domains set name = name where name = 'ville.fr'").await;
    let began = Instant::now();
    let page = anna.post(PATH, &FORM).await;
    is_away(&page, began);
    anna.get("/domains/ville.fr").await.is(200);
    portal.database.change("rollback").await;
    press(&anna, &page, PATH).await.is(200);
}

async fn no_page_repeats_a_password(portal: &Portal) {
    let visitor = portal.visitor();
    portal.database.refuse_writes().await;
    let began = Instant::now();
    let page =
        visitor.post("/sign-in", &[("email", Anna.email), ("password", "geheim-4711"), ("next", "/account")]).await;
    is_away(&page, began);
    assert!(!page.text.contains("geheim-4711"), "{}", page.text);
    assert_eq!((page.value("email").as_str(), page.value("next").as_str()), (Anna.email, "/account"));
    assert_eq!(page.attributes("main input[name=password]", "type"), ["password"]);
    portal.database.accept_writes().await;
}

async fn a_form_of_another_site_does_not_come_back(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    // Nothing can be read any more, not even the session.
    portal.app.store.close().await;
    let began = Instant::now();
    let page = anna.post(PATH, &FORM).await;
    is_away(&page, began);
    assert_eq!(page.attributes("main form", "action"), [PATH]);
    for (name, value) in [("sec-fetch-site", "cross-site"), ("origin", "https://ailleurs.test")] {
        let page = anna.post_with(PATH, &FORM, &[(name, value)]).await;
        is_away(&page, Instant::now());
        assert!(!page.has("main form"), "{}", page.text);
    }
}

async fn a_page_offers_to_be_asked_for_again(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    portal.app.store.close().await;
    let began = Instant::now();
    let page = anna.get("/domains/ville.fr/mailboxes?q=zoe&status=enabled").await;
    is_away(&page, began);
    assert_eq!(page.attributes("main a", "href"), ["/domains/ville.fr/mailboxes?q=zoe&status=enabled"]);
}

async fn what_cannot_be_written_is_not_ready(portal: &Portal) {
    let monitor = portal.visitor();
    let database = async || {
        let answer = monitor.get("/readyz?exclude=worker,dimail").await;
        (answer.status, answer.text.lines().next().unwrap_or_default().to_owned())
    };
    let written = "select written_at from write_checks";
    assert_eq!(database().await, (200, "database: ok".to_owned()));
    let before = portal.database.number(written).await;
    portal.wait(Duration::from_secs(3));
    assert_eq!(database().await, (200, "database: ok".to_owned()));
    assert_eq!(portal.database.number(written).await, before, "written again within 5 seconds");
    portal.database.refuse_writes().await;
    let began = Instant::now();
    while database().await.0 == 200 {
        assert!(began.elapsed() < Duration::from_secs(10), "it stays ready");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(database().await, (503, "database: cannot be written".to_owned()));
    portal.database.accept_writes().await;
    let began = Instant::now();
    while database().await.0 != 200 {
        assert!(began.elapsed() < Duration::from_secs(10), "it does not become ready again");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(portal.database.number(written).await > before);
}

mod read_only {
    use std::time::Duration;

    use dimail_portal::worker::run_until_idle;

    use super::{Anna, FORM, PATH, Portal};
    use crate::support::database::Database;

    /// How many connections the pool has at most.
    const CONNECTIONS: usize = 12;

    /// After a fail-over the server takes writes again, but the sessions from the time before do not.
    #[tokio::test]
    async fn connections_are_replaced() {
        let Some(database) = Database::postgres() else { return };
        let portal = Portal::start(database, &[]).await;
        let anna = portal.sign_in(Anna).await;
        portal.database.refuse_writes().await;
        anna.get("/domains").await.is(200);
        let name = portal.database.text("select current_database()::text").await;
        portal.database.change(&format!("alter database {name} set default_transaction_read_only = off")).await;
        // The connections that are open now stay read-only. A write that gets one of them finds out, and
        // the connection is not used again.
        let mut answer = anna.post(PATH, &FORM).await;
        for _ in 0..CONNECTIONS {
            if answer.status == 503 {
                answer = anna.post(PATH, &FORM).await;
            }
        }
        // Another one of them may be met while dimail is called: then the page says so, and it goes on by itself.
        assert!([200, 303].contains(&answer.status), "{}: {}", answer.status, answer.words());
        for _ in 0..CONNECTIONS {
            portal.wait(Duration::from_mins(1));
            drop(run_until_idle(&portal.app).await);
        }
        assert_eq!(portal.mailbox_status("zoe@ville.fr").await, "enabled");
        assert_eq!(portal.dimail.mailboxes("ville.fr").await.len(), 1, "created once");
        portal.finish().await;
    }
}
