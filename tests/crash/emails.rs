//! Emails of the real program: with SMTP servers that use TLS and a password, and with servers that
//! refuse or do not answer.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::support::authority::Authority;
use crate::support::database::Database;
use crate::support::on_both;
use crate::support::smtp::{Protection, Sink};
use crate::support::world::{ANNA, Portal, SUPPORT, World};

on_both!(
    they_leave_under_tls_with_a_password,
    they_wait_until_the_server_is_well,
    they_leave_once_although_the_database_fails,
);

/// The portal with this SMTP server, which trusts the authority.
async fn portal(world: &World, url: String, authority: &Authority) -> Portal {
    let url: &'static str = url.leak();
    let trusted: &'static str = authority.file().display().to_string().leak();
    world.portal_with(("la_regie", "password"), &[("SMTP_URL", url), ("SSL_CERT_FILE", trusted)]).await
}

/// The `AUTH` lines that a server received.
fn credentials(sink: &Sink) -> Vec<String> {
    sink.lines().into_iter().filter(|line| line.starts_with("AUTH")).collect()
}

async fn they_leave_under_tls_with_a_password(database: Database) {
    let world = World::start(database).await;
    let authority = Authority::new();
    let secret = STANDARD.encode("\0portail@ville.test\0p@ss:/é %#");
    let cases =
        [("smtps", Protection::Tls(authority.server())), ("smtp+starttls", Protection::StartTls(authority.server()))];
    for (scheme, protection) in cases {
        let sink = Sink::start_with(protection).await;
        let user = "portail%40ville.test:p%40ss%3A%2F%C3%A9%20%25%23";
        let url = format!("{scheme}://{user}@{}", sink.address);
        // The portal sends no credentials to a server whose certificate it does not trust.
        let distrusting = portal(&world, url.clone(), &Authority::new()).await;
        let domain = format!("{}.test", scheme.replace('+', "-"));
        world.anna(&distrusting).await.add_domain(&domain).await;
        world.until("an attempt", || async { sink.connections() > 0 && world.emails_waiting().await == 2 }).await;
        assert_eq!(credentials(&sink), Vec::<String>::new(), "{scheme}");
        drop(distrusting);
        let trusting = portal(&world, url, &authority).await;
        world.until("no email waiting", || async { world.emails_waiting().await == 0 }).await;
        let mut recipients: Vec<String> = sink.emails().into_iter().map(|email| email.to).collect();
        recipients.sort();
        assert_eq!(recipients, [SUPPORT, ANNA], "{scheme}");
        assert!(credentials(&sink).iter().all(|line| *line == format!("AUTH PLAIN {secret}")), "{scheme}");
        assert!(!credentials(&sink).is_empty(), "{scheme}");
        let log = world.logged(&trusting);
        assert!(!log.contains("p@ss") && !log.contains("p%40ss") && !log.contains(&secret), "{log}");
    }
}

async fn they_wait_until_the_server_is_well(database: Database) {
    let world = World::start(database).await;
    world.post.answer("AUTH", "535 5.7.8 wrong password");
    let url: &'static str = world.post.url().replace("smtp://", "smtp://portail:secret@").leak();
    let portal = world.portal_with(("la_regie", "password"), &[("SMTP_URL", url)]).await;
    let anna = world.anna(&portal).await;
    anna.add_domain("patience.test").await;
    let attempts = || async { world.database.count("emails where state = 'waiting' and attempts > 1").await };
    world.until("refused passwords", || async { attempts().await == 2 }).await;
    // If the server refuses the sender, the email is retried; if it refuses the recipient, only
    // that email is given up.
    world.post.answer("MAIL", "550 5.7.1 you may not send as that");
    world.post.answer("AUTH", "235 welcome");
    let heard = |word: &str| world.post.lines().iter().filter(|line| line.starts_with(word)).count();
    let senders = heard("MAIL");
    world.until("a refused sender", || async { heard("MAIL") > senders + 1 }).await;
    assert_eq!(world.emails_waiting().await, 2);
    world.post.behave();
    world.post.answer(&format!("RCPT TO:<{SUPPORT}>"), "550 5.1.1 no such user");
    world.until("no email waiting", || async { world.emails_waiting().await == 0 }).await;
    let states = "select recipient || ' ' || state from emails order by recipient";
    let wanted = [format!("{SUPPORT} given_up"), format!("{ANNA} sent")];
    assert_eq!(world.database.texts(states).await, wanted);
    assert_eq!(world.post.emails().len(), 1);
}

/// The server accepts an email, and the database fails when that is to be recorded.
async fn they_leave_once_although_the_database_fails(database: Database) {
    let world = World::start(database).await;
    let portal = world.portal().await;
    let anna = world.anna(&portal).await;
    anna.add_domain("une-fois.test").await;
    world.until("no email waiting", || async { world.emails_waiting().await == 0 }).await;
    let before = world.post.emails().len();
    world.post.wait();
    anna.post("/forgot-password", &[("email", ANNA)]).await.is(303);
    let received = || world.post.lines().iter().filter(|line| *line == "DATA").count();
    world.until("an email that was received", || async { received() > before }).await;
    world.database.refuse_writes().await;
    world.post.go_on();
    let fault = "could not record that an email was sent";
    world.until("a recording that fails", || async { world.logged(&portal).contains(fault) }).await;
    world.database.accept_writes().await;
    world.until("no email waiting", || async { world.emails_waiting().await == 0 }).await;
    assert_eq!(world.post.emails().len(), before + 1);
    assert_eq!(world.database.count("emails where state <> 'sent'").await, 0);
}
