//! Emails over a real SMTP conversation.

use std::sync::Arc;
use std::time::Duration;

use dimail_portal::mail::{Facts, Outgoing, SendFailure, Sender, write};
use dimail_portal::model::delivery::RefusedFor;
use dimail_portal::model::email::EmailContent;
use dimail_portal::model::time::Timestamp;
use dimail_portal::model::user::Language;
use jiff::tz::TimeZone;
use rustls::ServerConfig;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::support::portal::install_tls;
use crate::support::smtp::{Protection, Sink};

fn sender(sink: &Sink) -> Sender {
    Sender::smtp(&sink.url().into(), "Portail de Béziers <portail@exemple.fr>", "portail.exemple.fr").expect("settings")
}

fn email(to: &str) -> Outgoing {
    let content = EmailContent::NewMailbox {
        user: "Zoé\u{a0}Dupont".into(),
        address: "zoe@ville.fr".into(),
        support: "support@exemple.fr".into(),
    };
    let facts = Facts {
        public_url: "https://portail.exemple.fr",
        webmail_url: "https://webmail.exemple.fr",
        brand: "Portail",
        accent: None,
        token: Some("t-o_k.en".into()),
        login_link_valid: Duration::from_hours(72),
        new_password: None,
        time_zone: &TimeZone::UTC,
        support_url: None,
    };
    let written = write(&content, Language::Fr, &facts).expect("an email");
    let date = Timestamp(1_795_352_700_000_000);
    Outgoing { message_id: "<1@portail.exemple.fr>".into(), to: to.into(), written, date }
}

async fn send(sender: &Sender, email: Outgoing) -> Result<(), SendFailure> {
    let to = email.to.clone();
    sender.send(&to, async { Ok(email) }).await
}

fn is_refused(result: &Result<(), SendFailure>) -> bool {
    matches!(result, Err(SendFailure::Refused { .. }))
}

fn is_later(result: &Result<(), SendFailure>) -> bool {
    matches!(result, Err(SendFailure::Later(_) | SendFailure::Away(_)))
}

#[tokio::test]
async fn an_internationalised_sender_is_sent_in_ascii() {
    let sink = Sink::start().await;
    for (from, envelope) in [
        ("Mairie d'Orléans <portail@Orléans.fr>", "portail@xn--orlans-dva.fr"),
        ("portail@l-haÿ-les-roses.fr", "portail@xn--l-ha-les-roses-ttb.fr"),
    ] {
        let sender = Sender::smtp(&sink.url().into(), from, "portail.exemple.fr").expect("settings");
        send(&sender, email("zoe@autre.fr")).await.expect("sent");
        let emails = sink.emails();
        let received = emails.last().expect("an email");
        assert_eq!(received.from, envelope, "{from}");
        assert!(received.data.is_ascii() && received.data.contains(envelope), "{}", received.data);
    }
}

#[tokio::test]
async fn an_email_arrives_as_it_was_written() {
    let sink = Sink::start().await;
    let sender = sender(&sink);
    sender.ready().await.expect("ready");
    let email = email("zoe@autre.fr");
    send(&sender, email.clone()).await.expect("sent");
    let emails = sink.emails();
    let [received] = emails.as_slice() else { panic!("{emails:?}") };
    assert!(sink.lines().contains(&"EHLO portail.exemple.fr".to_owned()), "{:?}", sink.lines());
    assert_eq!((received.from.as_str(), received.to.as_str()), ("portail@exemple.fr", "zoe@autre.fr"));
    assert!(received.data.is_ascii());
    assert!(received.data.contains("\r\nMessage-ID: <1@portail.exemple.fr>\r\n"), "{}", received.data);
    let text = received.decoded();
    assert!(text.contains(&email.written.text.replace('\n', "\r\n")), "{text}");
    assert!(text.contains("href=\"https://portail.exemple.fr/login-link/t-o_k.en\""), "{text}");
    assert_eq!(sink.connections(), 1, "the connection is used again");
    assert!(sink.lines().contains(&"NOOP".to_owned()));
}

#[tokio::test]
async fn a_refused_recipient_stops_nobody_else() {
    let sink = Sink::start().await;
    let sender = sender(&sink);
    sink.answer("RCPT TO:<gone@autre.fr>", "550 5.1.1 no such user");
    let refused = send(&sender, email("gone@autre.fr")).await;
    let Err(SendFailure::Refused { detail: words, .. }) = refused else { panic!("{refused:?}") };
    assert!(words.contains("no such user"), "{words}");
    send(&sender, email("zoe@autre.fr")).await.expect("sent");
    assert_eq!(sink.emails().len(), 1);
}

#[tokio::test]
async fn refusals_for_now_and_for_good_are_told_apart() {
    let sink = Sink::start().await;
    let sender = sender(&sink);
    for (line, answer, refused) in [
        ("RCPT", "451 4.7.1 come back later", false),
        ("MAIL", "550 5.7.1 not you", false),
        ("MAIL", "530 5.7.0 authentication required", false),
        ("DATA", "554 no", true),
        (".", "552 too large", true),
        (".", "451 try again", false),
        ("MAIL", "421 going down", false),
        ("RCPT", "noise", false),
    ] {
        sink.answer(line, answer);
        let result = send(&sender, email("zoe@autre.fr")).await;
        let as_wanted = if refused { is_refused(&result) } else { is_later(&result) };
        assert!(as_wanted, "{line} {answer}: {result:?}");
        sink.behave();
    }
    assert_eq!(sink.emails().len(), 0);
    send(&sender, email("zoe@autre.fr")).await.expect("sent after all that");
}

#[tokio::test]
async fn a_failure_that_concerns_all_emails_is_known_until_one_comes_further() {
    let sink = Sink::start().await;
    let sender = sender(&sink);
    for (line, answer, concerns_all) in [
        ("MAIL", "550 5.7.1 not you", true),
        ("RCPT", "451 4.7.1 come back later", false),
        ("MAIL", "421 going down", true),
        ("RCPT", "550 5.1.1 no such user", false),
        ("MAIL", "451 not now", true),
        (".", "552 too large", false),
    ] {
        sink.answer(line, answer);
        send(&sender, email("zoe@autre.fr")).await.expect_err(line);
        assert_eq!(sender.stalled_for().is_some(), concerns_all, "{line} {answer}");
        sink.behave();
    }
    send(&sender, email("zoe@autre.fr")).await.expect("sent");
    assert_eq!(sender.stalled_for(), None);

    let nobody = Sender::smtp(&"smtp://127.0.0.1:9".into(), "portail@exemple.fr", "portail.exemple.fr");
    let nobody = nobody.expect("settings");
    assert_eq!(nobody.stalled_for(), None, "not tried yet");
    send(&nobody, email("zoe@autre.fr")).await.expect_err("no server");
    assert!(nobody.stalled_for().is_some());
}

#[tokio::test]
async fn a_refusal_says_what_it_is_about() {
    let sink = Sink::start().await;
    let sender = sender(&sink);
    for (line, answer, wanted) in [
        ("RCPT", "550 5.1.1 no such user", RefusedFor::Recipient),
        ("RCPT", "550-5.1.1 no such user\r\n550 5.1.1 look it up", RefusedFor::Recipient),
        ("RCPT", "556 5.1.10 null MX", RefusedFor::Recipient),
        (".", "550 5.1.1 no such user", RefusedFor::Recipient),
        ("RCPT", "550 no", RefusedFor::RecipientOrPortal),
        ("RCPT", "553 no", RefusedFor::RecipientOrPortal),
        ("RCPT", "554 no", RefusedFor::Delivery),
        ("RCPT", "554 5.7.1 Relay access denied", RefusedFor::Delivery),
        ("RCPT", "504 5.5.2 Helo command rejected", RefusedFor::Delivery),
        ("RCPT", "550 5.1.8 bad sender", RefusedFor::Delivery),
        ("DATA", "554 no valid recipients", RefusedFor::Delivery),
        (".", "550 spam", RefusedFor::Content),
    ] {
        sink.answer(line, answer);
        let result = send(&sender, email("zoe@autre.fr")).await;
        let Err(SendFailure::Refused { about, .. }) = result else { panic!("{line} {answer}: {result:?}") };
        assert_eq!(about, wanted, "{line} {answer}");
        if line == "RCPT" {
            let tried = sender.would_accept(Some("zoe@autre.fr")).await;
            assert!(is_refused(&tried), "{line} {answer}: {tried:?}");
        }
        sink.behave();
    }
    sender.would_accept(Some("zoe@autre.fr")).await.expect("taken");
    assert!(sink.emails().is_empty());
}

#[tokio::test]
async fn faults_of_the_installation_refuse_no_email() {
    let sink = Sink::start().await;
    sink.answer("greeting", "554 not you");
    let result = send(&sender(&sink), email("zoe@autre.fr")).await;
    assert!(is_later(&result), "{result:?}");
    sink.behave();
    sink.answer("AUTH", "535 5.7.8 wrong password");
    let url = sink.url().replace("smtp://", "smtp://user:hidden@");
    let wrong = Sender::smtp(&url.into(), "portail@exemple.fr", "portail.exemple.fr").expect("settings");
    let result = wrong.ready().await;
    assert!(is_later(&result), "{result:?}");
    assert!(!format!("{wrong:?} {result:?}").contains("hidden"));
    let encrypted = sink.url().replace("smtp://", "smtp+starttls://");
    let encrypted = Sender::smtp(&encrypted.into(), "portail@exemple.fr", "portail.exemple.fr").expect("settings");
    assert!(is_later(&send(&encrypted, email("zoe@autre.fr")).await), "nothing leaves in the clear");
    assert!(sink.emails().is_empty());
}

/// TLS with a self-signed certificate.
fn unknown() -> TlsAcceptor {
    let own = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).expect("a certificate");
    let key = own.signing_key.serialize_der().try_into().expect("a key");
    let config = ServerConfig::builder().with_no_client_auth().with_single_cert(vec![own.cert.der().clone()], key);
    TlsAcceptor::from(Arc::new(config.expect("a pair")))
}

#[tokio::test]
async fn nothing_is_told_to_a_server_for_which_nobody_vouches() {
    install_tls();
    for (scheme, protection) in
        [("smtps", Protection::Tls(unknown())), ("smtp+starttls", Protection::StartTls(unknown()))]
    {
        let sink = Sink::start_with(protection).await;
        let url = format!("{scheme}://user:hidden@{}", sink.address);
        let sender = Sender::smtp(&url.into(), "portail@exemple.fr", "portail.exemple.fr").expect("settings");
        let result = sender.ready().await;
        let Err(SendFailure::Away(why)) = result else { panic!("{scheme}: {result:?}") };
        assert!(why.to_lowercase().contains("certificate"), "{why}");
        assert!(!sink.lines().iter().any(|line| line.starts_with("AUTH")), "{scheme}");
    }
}

#[tokio::test]
async fn a_server_that_is_away_or_comes_back_is_noticed() {
    let sink = Sink::start().await;
    let sender = sender(&sink);
    send(&sender, email("zoe@autre.fr")).await.expect("sent");
    sink.answer("RSET", "421 restarting");
    send(&sender, email("zoe@autre.fr")).await.expect("sent over a new connection");
    assert_eq!(sink.connections(), 2);
    drop(sink);
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(is_later(&sender.ready().await));
}

#[tokio::test]
async fn an_email_that_is_broken_off_leaves_no_answer_for_the_next() {
    let sink = Sink::start().await;
    let sender = Arc::new(sender(&sink));
    sink.answer(".", "");
    let hanging = tokio::spawn({
        let sender = Arc::clone(&sender);
        async move { send(&sender, email("first@autre.fr")).await }
    });
    while !sink.lines().contains(&"DATA".to_owned()) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    hanging.abort();
    assert!(hanging.await.is_err());
    sink.behave();
    sink.answer("RCPT", "550 no");
    assert!(is_refused(&send(&sender, email("second@autre.fr")).await));
    assert_eq!(sink.connections(), 2);
}

#[tokio::test]
async fn at_most_eight_emails_leave_at_the_same_time() {
    let sink = Sink::start().await;
    let sender = Arc::new(sender(&sink));
    let emails: Vec<_> = (0..40)
        .map(|n| {
            let sender = Arc::clone(&sender);
            tokio::spawn(async move { send(&sender, email(&format!("p{n}@autre.fr"))).await })
        })
        .collect();
    for sent in emails {
        sent.await.expect("a task").expect("sent");
    }
    assert_eq!(sink.emails().len(), 40);
    assert!(sink.connections() <= 8, "{}", sink.connections());
}

/// A server that never ends the line of its reply is given up after some kilobytes.
#[tokio::test]
async fn a_reply_without_end_is_not_read_to_its_end() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("smtp://{}", listener.local_addr().expect("an address"));
    let talking = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a connection");
        let (mut written, part) = (0, [b'2'; 16 * 1024]);
        while stream.write_all(&part).await.is_ok() {
            written += part.len();
        }
        written
    });
    let sender = Sender::smtp(&url.into(), "portail@exemple.fr", "portail.exemple.fr").expect("settings");
    assert!(is_later(&sender.ready().await));
    // What the buffers of two sockets hold is written, too.
    let written = talking.await.expect("a task");
    assert!(written < 32 << 20, "{written}");
}
