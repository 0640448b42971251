//! An SMTP server that does not let the real program send: no email is lost, staff and `doctor` are told,
//! and the emails leave without a restart as soon as the server takes one.

use crate::support::database::Database;
use crate::support::on_both;
use crate::support::process::run;
use crate::support::world::{Wanted, World};

on_both!(a_relay_that_refuses);

async fn a_relay_that_refuses(database: Database) {
    let world = World::start(database).await;
    world.operator(&["users", "promote", "anna@mairie.test", "--yes"]);
    world.post.answer("RCPT", "554 5.7.1 Relay access denied");
    let changes = [("RETRY_LONGEST", "500ms"), ("RETRY_GIVE_UP", "1s"), ("SMTP_HELLO", "portail.exemple.test")];
    let portal = world.portal_with(("la_regie", "password"), &changes).await;
    let anna = world.anna(&portal).await;
    // That she is staff, that the domain is ready, the link to its support address, and one to another domain.
    anna.add_domain("relais.test").await;
    world.until("an enabled domain", || async { world.domain_status("relais.test").await == "enabled" }).await;
    anna.add_mailbox("relais.test", &Wanted::new(1)).await.is(303);
    let waiting = world.emails_waiting().await;
    assert_eq!(waiting, 4);

    let often = "emails where state = 'waiting' and attempts > 8";
    world.until("many attempts", || async { world.database.count(often).await == waiting }).await;

    assert!(world.post.lines().contains(&"EHLO portail.exemple.test".to_owned()));
    let log = world.logged(&portal);
    assert!(log.contains("refuses recipients in several domains"), "{log}");
    let page = anna.get("/domains").await.text;
    assert!(page.contains("Relay access denied"), "{page}");
    let mut doctor = world.command(&["doctor"]);
    doctor.env("LISTEN", "127.0.0.1:0").env("PUBLIC_URL", "https://portail.test");
    let said = String::from_utf8_lossy(&run(doctor, "").stdout).into_owned();
    assert!(said.contains("wrong  emails: 4 wait, because the SMTP server refuses recipients"), "{said}");
    assert!(said.contains("wrong  SMTP_URL: the server takes no email from MAIL_FROM to "), "{said}");
    assert_eq!(world.emails_waiting().await, waiting, "nothing was given up");

    world.post.behave();

    world.until("no email waiting", || async { world.emails_waiting().await == 0 }).await;
    assert_eq!(world.database.count("emails where state = 'sent'").await, waiting);
    assert_eq!(world.post.emails().len(), 4);
}
