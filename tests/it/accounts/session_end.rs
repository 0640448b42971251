//! The end of a session ends what is in flight: a form that arrives while the person signs out, gets a
//! new password or is closed, changes nothing any more.

use dimail_portal::actions::domains::add::{DomainFields, add};
use dimail_portal::actions::{Error, accounts};
use dimail_portal::model::address::{DomainName, EmailAddress};
use dimail_portal::model::refusal::Refusal;
use dimail_portal::model::role::ManageMailboxes;
use dimail_portal::store::{Denied, Fault};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{Anna, Portal, Visitor, on_both};

on_both!(
    a_form_in_flight_does_not_survive_its_session,
    a_form_in_flight_is_accepted_while_the_session_lasts,
    a_proof_does_not_survive_its_session,
);

/// The forms of all kinds of changes: with a proof of a right on a domain, and without.
const FORMS: [(&str, &str); 4] = [
    ("/domains/ville.fr/new-mailbox", "first_name=Jean&last_name=Dupont"),
    ("/domains/ville.fr/edit", "support_email=aide%40mairie.test"),
    ("/domains/new", "name=neuve.fr&support_email=aide%40mairie.test"),
    ("/account", "name=Anne+Martin"),
];

/// Sends the head and one byte of a form.
async fn begin(portal: &Portal, anna: &Visitor, path: &str, form: &str) -> TcpStream {
    let mut stream = TcpStream::connect(portal.address()).await.expect("a connection");
    let (session, length) = (anna.cookie("session").expect("a session"), form.len());
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncookie: session={session}\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {length}\r\n\r\n",
        portal.address()
    );
    stream.write_all(format!("{head}{}", &form[..1]).as_bytes()).await.expect("sent");
    stream
}

/// Sends the rest of the form; returns the status and the redirect.
async fn end(mut stream: TcpStream, form: &str) -> (String, String) {
    stream.write_all(&form.as_bytes()[1..]).await.expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("an answer");
    let line = |name: &str| answer.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default().to_owned();
    (line("HTTP/1.1 ")[..3].to_owned(), line("location: "))
}

async fn a_form_in_flight_does_not_survive_its_session(portal: &Portal) {
    let hash = portal.database.text("select password_hash from users where email = 'anna@mairie.test'").await;
    for end_of_session in ["sign-out", "password", "closed"] {
        for (path, form) in FORMS {
            let anna = portal.sign_in(Anna).await;
            let stream = begin(portal, &anna, path, form).await;
            let email = EmailAddress::parse(Anna.email).expect("an address");
            let user = portal.app.store.user_with_email(&email).await.expect("an answer").expect("an account");
            match end_of_session {
                "sign-out" => anna.post("/sign-out", &[]).await.leads_to("/sign-in"),
                "password" => {
                    let new = format!("update users set session_epoch = session_epoch + 1 where id = '{}'", user.id);
                    portal.database.change(&new).await;
                }
                _ => {
                    // She is the only owner, so the command would refuse.
                    let closed = format!("update users set disabled_at = 1 where id = '{}'", user.id);
                    portal.database.change(&closed).await;
                }
            }
            let (status, to) = end(stream, form).await;
            assert_eq!(status, "303", "{end_of_session} {path}");
            assert!(to.starts_with("/sign-in"), "{end_of_session} {path}: {to}");
            accounts::manage::enable(&portal.app.store, user.id).await.expect("an answer");
        }
    }
    assert_eq!(portal.database.count("mailboxes").await, 0);
    assert_eq!(portal.database.count("domains where name = 'neuve.fr'").await, 0);
    assert_eq!(portal.database.count("domains where support_email like 'aide%'").await, 0);
    assert_eq!(portal.database.count("users where name = 'Anne Martin'").await, 0);
    assert_eq!(portal.database.text("select password_hash from users where email = 'anna@mairie.test'").await, hash);
}

async fn a_form_in_flight_is_accepted_while_the_session_lasts(portal: &Portal) {
    for (path, form) in FORMS {
        let anna = portal.sign_in(Anna).await;
        let stream = begin(portal, &anna, path, form).await;
        let (status, to) = end(stream, form).await;
        assert!(["200", "303"].contains(&status.as_str()) && !to.starts_with("/sign-in"), "{path}: {status} {to}");
    }
    assert_eq!(portal.database.count("users where name = 'Anne Martin'").await, 1);
    portal.work().await;
}

/// A request that has read session and permission when the session ends is stopped in the transaction of
/// its change.
async fn a_proof_does_not_survive_its_session(portal: &Portal) {
    let store = &portal.app.store;
    let domain = DomainName::parse("ville.fr").expect("a name");
    let fields = || DomainFields { name: "neuve.fr".to_owned(), support_email: "aide@mairie.test".to_owned() };
    for end_of_session in ["sign-out", "password", "closed"] {
        let anna = portal.sign_in(Anna).await;
        let session = portal.database.text("select id_hash from sessions").await;
        let found = store.session(&session).await.expect("an answer").expect("a session");
        let person = found.account.expect("an account").person;
        let by = store.allow::<ManageMailboxes>(&person, &domain).await.expect("a proof");
        let lock = async || store.begin().await.expect("a transaction").lock(&by).await.map(|_| ());
        assert!(lock().await.is_ok());
        let id = person.user().id;
        match end_of_session {
            "sign-out" => anna.post("/sign-out", &[]).await.leads_to("/sign-in"),
            "password" => {
                let new = format!("update users set session_epoch = session_epoch + 1 where id = '{id}'");
                portal.database.change(&new).await;
            }
            _ => portal.database.change(&format!("update users set disabled_at = 1 where id = '{id}'")).await,
        }
        assert!(matches!(lock().await, Err(Fault::Denied(Denied::SignedOut))), "{end_of_session}");
        let added = add(&portal.app, &person, &fields()).await;
        assert!(matches!(added, Err(Error::Refused(Refusal::SignedOut))), "{end_of_session}: {added:?}");
        portal.database.change("delete from sessions").await;
        portal.database.change(&format!("update users set disabled_at = null where id = '{id}'")).await;
    }
}
