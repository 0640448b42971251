//! The client of dimail, against the fake over HTTP, and against scripted servers for answers that
//! the fake never gives.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Once};
use std::time::{Duration, Instant};

use dimail_portal::dimail::{
    Active, CallError, Dimail, DimailSettings, DimailSettingsError, FaultKind, KnownAddress, Made, Names,
    NewDimailUser, OptionalRoute,
};
use dimail_portal::fake_dimail::{Fake, FakeOptions, Release};
use dimail_portal::model::address::{DomainName, LocalPart};
use dimail_portal::model::check::Verdict;
use futures::future::join_all;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::support::http;

const JEAN: Names<'static> = Names { first: "Jean", last: "Dupont" };
const MAILBOX: &str = "/domains/ville.fr/mailboxes/jean";

struct World {
    url: String,
    dimail: Dimail,
    control: reqwest::Client,
}

fn install_tls() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        rustls::crypto::ring::default_provider().install_default().ok();
    });
}

fn settings(url: &str) -> DimailSettings {
    install_tls();
    DimailSettings {
        url: url.into(),
        username: "la_regie".into(),
        password: "password".into(),
        timeout: Duration::from_secs(20),
        concurrency: 8,
    }
}

fn client(url: &str) -> Dimail {
    Dimail::new(&settings(url)).expect("a client")
}

fn hasty(url: &str) -> Dimail {
    Dimail::new(&DimailSettings { timeout: Duration::from_millis(400), ..settings(url) }).expect("a client")
}

async fn fake(options: FakeOptions) -> World {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("its address"));
    tokio::spawn(Fake::new(options).expect("a fake").serve(listener, std::future::pending()));
    World { dimail: client(&url), control: http::client(), url }
}

async fn seeded() -> World {
    fake(FakeOptions { seed: true, ..FakeOptions::default() }).await
}

/// A fake with the domain `ville.fr`.
async fn ville() -> World {
    let world = seeded().await;
    world.dimail.create_domain(&domain()).await.expect("a domain");
    world
}

fn domain() -> DomainName {
    DomainName::parse("ville.fr").expect("a domain")
}

fn local(text: &str) -> LocalPart {
    LocalPart::parse(text).expect("a local part")
}

impl World {
    async fn control(&self, method: &str, path: &str, body: Value) {
        let method = method.parse().expect("a method");
        let sent = self.control.request(method, format!("{}/_fake/{path}", self.url)).json(&body).send().await;
        assert!(sent.expect("an answer").status().is_success(), "{path}");
    }

    async fn fault(&self, method: &str, path: &str, kind: &str) {
        self.control("POST", "faults", json!({"method": method, "path": path, "kind": kind, "seconds": 3})).await;
    }

    async fn journal(&self) -> Vec<(String, u64)> {
        let answer = self.control.get(format!("{}/_fake/journal", self.url)).send().await.expect("an answer");
        let entries: Vec<Value> = answer.json().await.expect("a journal");
        let line = |entry: &Value| {
            let what = format!("{} {}", entry["method"].as_str().unwrap_or(""), entry["path"].as_str().unwrap_or(""));
            (what, entry["status"].as_u64().unwrap_or(0))
        };
        entries.iter().map(line).collect()
    }

    async fn count(&self, what: &str) -> usize {
        self.journal().await.iter().filter(|(done, _)| done == what).count()
    }

    async fn create(&self) -> Result<String, CallError> {
        create(&self.dimail).await
    }
}

/// Creates Jean's mailbox, and returns its password.
async fn create(dimail: &Dimail) -> Result<String, CallError> {
    let made = dimail.create_mailbox(dimail.place(&domain()).await, &domain(), &local("jean"), JEAN).await?;
    Ok(made.password.expose_secret().to_owned())
}

fn kind(failure: &CallError) -> Option<FaultKind> {
    match failure {
        CallError::Installation(fault) => Some(fault.kind),
        _ => None,
    }
}

#[tokio::test]
async fn a_domain_and_its_mailboxes_live() {
    let world = seeded().await;
    let (dimail, ville, jean) = (&world.dimail, domain(), local("jean"));
    let broken = json!({"errors": ["wrong_mx"], "internal_errors": ["no_cert"], "fix_repairs": true});
    world.control("PUT", "domains/ville.fr", broken).await;
    let accepted = dimail.create_domain(&ville).await.expect("a domain");
    assert_eq!(accepted.context_name.as_deref(), Some("ville.fr"));
    assert!(dimail.create_domain(&ville).await.expect_err("a conflict").is_conflict());
    let report = dimail.check(&ville).await.expect("a report");
    assert_eq!((report.verdict(), report.external_codes()), (Verdict::ExternalFails, vec!["wrong_mx".to_owned()]));
    world.control("PUT", "domains/ville.fr", json!({"internal_errors": ["no_cert"], "fix_repairs": true})).await;
    assert_eq!(dimail.check(&ville).await.expect("a report").verdict(), Verdict::InternalFails);
    assert_eq!(dimail.fix(&ville).await.expect("a report").verdict(), Verdict::Passes);
    let spec = dimail.spec(&ville).await.expect("records");
    assert!(spec.iter().any(|record| record.kind == "mx") && spec.len() == 6);

    assert_eq!(dimail.address(&ville, &jean).await, Ok(None));
    assert!(!world.create().await.expect("a password").is_empty());
    let known = dimail.address(&ville, &jean).await.expect("an answer").expect("an address");
    assert!(known.is_mailbox && known.is_ox && !known.is_alias);
    let find = || async {
        let all = dimail.mailboxes(&ville).await.expect("a list");
        all.into_iter().find(|known| known.is(&local("jean"), &domain()))
    };
    let listed = find().await.expect("the mailbox");
    assert!(listed.ox && listed.active == Active::Yes && !listed.technical && listed.is_in(&ville));
    assert_eq!(listed.names.expect("names").display, "Jean Dupont");

    let new = Names { first: "Jeanne", last: "Dupond" };
    dimail.rename_mailbox(&ville, &jean, new).await.expect("renamed");
    assert_eq!(find().await.and_then(|known| known.names).expect("names").display, "Jeanne Dupond");
    dimail.disable_mailbox(&ville, &jean).await.expect("disabled");
    let disabled = find().await.expect("the mailbox");
    assert_eq!((disabled.active, disabled.ox, disabled.names), (Active::No, false, None));
    dimail.enable_mailbox(&ville, &jean, new).await.expect("enabled");
    assert_eq!(find().await.expect("the mailbox").active, Active::Yes);

    let hour = Duration::from_hours(1);
    let code = dimail.login_code(&ville, &jean, hour, 3).await.expect("a code");
    let password = dimail.reset_password(&ville, &jean).await.expect("a password");
    assert!(!code.code.expose_secret().is_empty() && !password.expose_secret().is_empty());
    dimail.delete_mailbox(&ville, &jean).await.expect("deleted");
    dimail.delete_mailbox(&ville, &jean).await.expect("gone already");
    assert_eq!(find().await, None);
    assert!(world.journal().await.iter().all(|(_, status)| *status != 307), "only canonical forms are sent");
    assert_eq!(world.count("GET /token/").await, 1);
}

#[tokio::test]
async fn aliases_are_pairs() {
    let world = ville().await;
    let (dimail, ville, contact) = (&world.dimail, domain(), local("contact"));
    assert_eq!(dimail.add_alias(&ville, &contact, "x+y@autre.fr").await, Ok(Made::New));
    assert_eq!(dimail.add_alias(&ville, &contact, "x+y@autre.fr").await, Ok(Made::AlreadyThere));
    assert_eq!(dimail.add_alias(&ville, &contact, "devnull@devnull").await, Ok(Made::New));
    let listed = dimail.aliases(&ville).await.expect("aliases");
    assert_eq!(listed.len(), 2);
    assert!(listed.iter().all(|alias| alias.local_part == "contact"));
    let refused = dimail.remove_alias(&ville, &contact, "All").await.expect_err("not sent");
    assert!(matches!(refused, CallError::Refused(refusal) if refusal.status.is_none()));
    dimail.remove_alias(&ville, &contact, "x+y@autre.fr").await.expect("removed");
    dimail.remove_alias(&ville, &contact, "x+y@autre.fr").await.expect("gone already");
    assert_eq!(dimail.aliases(&ville).await.expect("aliases").len(), 1);
    dimail.remove_all_destinations(&ville, &contact).await.expect("removed");
    dimail.remove_all_destinations(&ville, &contact).await.expect("gone already");
    assert_eq!(dimail.aliases(&ville).await, Ok(vec![]));
}

#[tokio::test]
async fn odd_segments_are_not_sent() {
    let world = ville().await;
    let before = world.journal().await.len();
    for odd in ["", ".", "..", "a/../b@x.fr", "a?b@x.fr", "a#b@x.fr", "a\\b@x.fr", "a\r\nb@x.fr"] {
        let failure = world.dimail.remove_alias(&domain(), &local("contact"), odd).await.expect_err(odd);
        assert!(!failure.may_have_acted(), "{odd:?}");
        assert!(matches!(failure, CallError::Refused(_)), "{odd:?}");
    }
    assert_eq!(world.journal().await.len(), before);
}

#[tokio::test]
async fn an_empty_dimail_is_prepared() {
    let world = fake(FakeOptions::default()).await;
    let dimail = &world.dimail;
    let password = SecretString::from("password");
    let user = NewDimailUser { name: "la_regie", password: &password, is_admin: true, perms: &["new_domain"] };
    assert_eq!(dimail.create_user(&user).await, Ok(Made::New));
    assert_eq!(dimail.create_user(&user).await, Ok(Made::AlreadyThere));
    let users = dimail.users().await.expect("users");
    assert!(users.iter().any(|user| user.name == "la_regie" && user.is_admin));
    dimail.sign_in().await.expect("signed in");
    dimail.create_domain(&domain()).await.expect("a domain");
    let other = NewDimailUser { name: "other", password: &password, is_admin: false, perms: &[] };
    dimail.create_user(&other).await.expect("a user");
    assert_eq!(dimail.create_allow("other", &domain()).await, Ok(Made::New));
    assert_eq!(dimail.create_allow("other", &domain()).await, Ok(Made::AlreadyThere));
}

#[tokio::test]
async fn fifty_calls_at_once_take_one_token() {
    let world = ville().await;
    let names: Vec<LocalPart> = (0..50).map(|n| local(&format!("jean{n}"))).collect();
    let ville = domain();
    let clones: Vec<Dimail> = names.iter().map(|_| world.dimail.clone()).collect();
    let ask = || join_all(names.iter().zip(&clones).map(|(name, dimail)| dimail.address(&ville, name)));
    assert!(ask().await.iter().all(Result::is_ok));
    assert_eq!(world.count("GET /token/").await, 1);
    world.control("POST", "expire-tokens", json!({})).await;
    assert!(ask().await.iter().all(Result::is_ok));
    assert_eq!(world.count("GET /token/").await, 2);
    let denied = world.journal().await.iter().filter(|(_, status)| *status == 403).count();
    assert!((1..=50).contains(&denied), "{denied}");
}

#[tokio::test]
async fn accounts_of_one_dimail_share_its_limiter_and_no_token() {
    let world = fake(FakeOptions { seed: true, delay: Duration::from_millis(20), ..FakeOptions::default() }).await;
    let alone = Dimail::new(&DimailSettings { concurrency: 1, ..settings(&world.url) }).expect("a client");
    let admin = alone.with_account("admin", &"admin".into()).expect("a client");
    alone.create_domain(&domain()).await.expect("a domain");
    let (ville, clients) = (domain(), [&alone, &admin].repeat(4));

    let lists = join_all(clients.into_iter().map(|client| client.mailboxes(&ville))).await;

    assert!(lists.iter().all(Result::is_ok), "{lists:?}");
    let state = world.control.get(format!("{}/_fake/state", world.url)).send().await.expect("an answer");
    assert_eq!(state.json::<Value>().await.expect("a state")["most_inside"], 1);
    assert_eq!(world.count("GET /token/").await, 2);
    assert!(alone.with_account("a:b", &"c".into()).is_err());
}

#[tokio::test]
async fn a_forbidden_domain_costs_one_repeat() {
    let world = ville().await;
    let foreign = DomainName::parse("autre.fr").expect("a domain");
    let denied = world.dimail.mailboxes(&foreign).await.expect_err("denied");
    assert!(denied.is_denied() && !denied.may_have_acted(), "{denied}");
    assert_eq!(world.count("GET /v2/domains/autre.fr/mailboxes/").await, 2);
    assert_eq!(world.count("GET /token/").await, 2);
}

#[tokio::test]
async fn one_refusal_of_a_token_is_no_failure() {
    let world = ville().await;
    world.fault("POST", MAILBOX, "refuse_403").await;
    world.create().await.expect("a password");
    assert_eq!(world.count(&format!("POST {MAILBOX}")).await, 2);
}

#[tokio::test]
async fn every_fault_has_its_class() {
    let world = ville().await;
    let mut classes = Vec::new();
    for fault in ["refuse_409", "refuse_422", "missing", "redirect_307", "refuse_500", "html_502", "close"] {
        world.fault("POST", MAILBOX, fault).await;
        classes.push((fault, world.create().await.expect_err(fault)));
    }
    for fault in ["act_then_500", "act_then_close", "bad_json"] {
        world.fault("POST", MAILBOX, fault).await;
        classes.push((fault, world.create().await.expect_err(fault)));
        assert!(world.dimail.address(&domain(), &local("jean")).await.expect("an answer").is_some(), "{fault}");
        world.dimail.delete_mailbox(&domain(), &local("jean")).await.expect("deleted");
    }
    for (fault, failure) in classes {
        match fault {
            "refuse_409" => assert!(failure.is_conflict()),
            "refuse_422" => assert!(matches!(&failure, CallError::Refused(no) if no.status == Some(422))),
            "missing" => assert!(failure.is_route_missing()),
            "redirect_307" => {
                assert_eq!(kind(&failure), Some(FaultKind::Redirected));
                assert!(failure.to_string().contains("elsewhere.invalid"), "{failure}");
            }
            _ => assert!(failure.may_have_acted(), "{fault}: {failure}"),
        }
    }
}

#[tokio::test]
async fn faults_of_calls_without_content() {
    let world = ville().await;
    world.create().await.expect("a password");
    for fault in ["bad_json", "html_502", "act_then_500"] {
        world.fault("PATCH", MAILBOX, fault).await;
        let failure = world.dimail.rename_mailbox(&domain(), &local("jean"), JEAN).await.expect_err(fault);
        assert!(failure.may_have_acted(), "{fault}: {failure}");
    }
    world.fault("DELETE", MAILBOX, "missing").await;
    let failure = world.dimail.delete_mailbox(&domain(), &local("jean")).await.expect_err("a missing route");
    assert!(failure.is_route_missing());
}

#[tokio::test]
async fn a_call_ends_in_time_and_says_whether_it_left() {
    let world = ville().await;
    for (fault, path) in [("hang", MAILBOX), ("act_then_hang", MAILBOX), ("slow", MAILBOX), ("hang", "/token/")] {
        let dimail = hasty(&world.url);
        world.fault("*", path, fault).await;
        let begun = Instant::now();
        let failure = create(&dimail).await.expect_err(fault);
        assert!(begun.elapsed() < Duration::from_secs(2), "{fault}");
        assert_eq!(failure.may_have_acted(), path == MAILBOX, "{fault} {path}: {failure}");
        assert!(matches!(failure, CallError::NoAnswer(_)), "{fault}: {failure}");
    }
}

#[tokio::test]
async fn nobody_listening_means_not_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("its address"));
    drop(listener);
    let failure = client(&url).create_domain(&domain()).await.expect_err("nobody there");
    assert!(matches!(&failure, CallError::NoAnswer(silence) if !silence.sent && silence.status.is_none()), "{failure}");
    assert!(!client(&url).mailboxes(&domain()).await.expect_err("nobody there").may_have_acted());
}

#[tokio::test]
async fn a_failed_token_is_no_refusal_and_not_asked_by_each() {
    let world = ville().await;
    let wrong = DimailSettings { password: "hunter2".into(), ..settings(&world.url) };
    let wrong = Dimail::new(&wrong).expect("a client");
    let (ville, jean) = (domain(), local("jean"));
    let results = join_all((0..50).map(|_| wrong.address(&ville, &jean))).await;
    for result in results {
        let failure = result.expect_err("no token");
        assert_eq!(kind(&failure), Some(FaultKind::SignIn), "{failure}");
        assert!(!format!("{failure} {failure:?} {wrong:?}").contains("hunter2"));
    }
    assert_eq!(world.count("GET /token/").await, 1);
    assert_eq!(kind(&wrong.check(&ville).await.expect_err("denied")), Some(FaultKind::Denied));
    assert_eq!(kind(&wrong.sign_in().await.expect_err("denied")), Some(FaultKind::SignIn));
    for (fault, expected) in [("refuse_422", Some(FaultKind::SignIn)), ("missing", Some(FaultKind::RouteMissing))] {
        world.fault("GET", "/token/", fault).await;
        assert_eq!(kind(&world.dimail.sign_in().await.expect_err(fault)), expected);
    }
    world.fault("GET", "/token/", "refuse_500").await;
    let silent = world.dimail.address(&ville, &jean).await.expect_err("no token");
    assert!(matches!(&silent, CallError::NoAnswer(silence) if !silence.sent), "{silent}");
}

#[tokio::test]
async fn the_server_of_2024_is_understood() {
    let world = fake(FakeOptions { seed: true, release: Release::August2024, ..FakeOptions::default() }).await;
    let dimail =
        Dimail::new(&DimailSettings { username: "admin".into(), password: "admin".into(), ..settings(&world.url) });
    let (dimail, ville, jean) = (dimail.expect("a client"), domain(), local("jean"));
    dimail.create_domain(&ville).await.expect("a domain");
    assert_eq!(dimail.address(&ville, &jean).await, Ok(None));
    create(&dimail).await.expect("a mailbox");
    let known = dimail.address(&ville, &jean).await.expect("an answer").expect("an address");
    assert_eq!(
        known,
        KnownAddress { is_mailbox: true, is_alias: false, is_ox: true, ox_primary_email: Some("jean@ville.fr".into()) }
    );
    let all = dimail.mailboxes(&ville).await.expect("a list");
    assert!(all.iter().any(|known| known.is(&jean, &ville) && known.ox && !known.broken));
    assert!(all.iter().any(|known| known.technical));
    assert!(dimail.check(&ville).await.expect("a report").checks.iter().all(|check| !check.internal));
    assert!(dimail.spec(&ville).await.expect_err("no such route").is_route_missing());
    assert!(dimail.fix(&ville).await.expect_err("no such route").is_route_missing());
    let minute = Duration::from_mins(1);
    assert!(dimail.login_code(&ville, &jean, minute, 1).await.expect_err("no such route").is_route_missing());
    assert!(dimail.reset_password(&ville, &jean).await.expect_err("no such route").is_route_missing());
    // Each missing route was asked for once, and is not asked for again within ten minutes.
    assert!(dimail.mailboxes(&ville).await.is_ok() && dimail.address(&ville, &jean).await.is_ok());
    for again in [dimail.spec(&ville).await.map(|_| ()), dimail.fix(&ville).await.map(|_| ())] {
        assert!(again.expect_err("known to be missing").is_route_missing());
    }
    for again in [
        dimail.login_code(&ville, &jean, minute, 1).await.map(|_| ()),
        dimail.reset_password(&ville, &jean).await.map(|_| ()),
    ] {
        assert!(again.expect_err("known to be missing").is_route_missing());
    }
    for route in OptionalRoute::ALL {
        assert!(dimail.lacks(route) && dimail.has(route).await == Ok(false), "{route:?}");
    }
    for asked in [
        "GET /domains/ville.fr/spec/",
        "GET /domains/ville.fr/fix/",
        "GET /v2/domains/ville.fr/mailboxes/",
        "GET /domains/ville.fr/address/jean/",
        "POST /domains/ville.fr/mailboxes/jean/code",
        "POST /domains/ville.fr/mailboxes/jean/reset_password/",
    ] {
        assert_eq!(world.count(asked).await, 1, "{asked}");
    }
    assert_eq!(dimail.add_alias(&ville, &local("contact"), "a@b.fr").await, Ok(Made::New));
    let twice = create(&dimail).await.expect_err("a 500");
    assert!(twice.may_have_acted());
}

/// A server that sends the given raw answer for each path, one connection each, and reports the
/// requests.
async fn scripted(
    answers: &'static [(&'static str, &'static str)],
) -> (String, tokio::sync::mpsc::UnboundedReceiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("its address"));
    let (tell, told) = tokio::sync::mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut asked = vec![0; 65536];
            let n = stream.read(&mut asked).await.unwrap_or(0);
            let asked = String::from_utf8_lossy(&asked[..n]).into_owned();
            let path = asked.split(' ').nth(1).unwrap_or_default().to_owned();
            tell.send(asked).ok();
            let answer = answers.iter().find(|(of, _)| *of == path).map_or("HTTP/1.1 404 No\r\n\r\n", |(_, raw)| *raw);
            let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
            let length = body.len();
            let raw = format!("{head}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}");
            stream.write_all(raw.as_bytes()).await.ok();
        }
    });
    (url, told)
}

const TOKEN: (&str, &str) = ("/token/", "HTTP/1.1 200 OK\r\n\r\n{\"access_token\":\"opaque\"}");

#[tokio::test]
async fn a_redirect_within_the_origin_is_followed_once_with_method_body_and_token() {
    let made = "HTTP/1.1 201 Created\r\n\r\n{\"email\":\"Jean@Ville.fr\",\"password\":\"hunter2\",\"uuid\":null}";
    let answers: &[(&str, &str)] = Box::leak(Box::new([
        TOKEN,
        (MAILBOX, "HTTP/1.1 307 Go\r\nlocation: /there/?x=1\r\n\r\n"),
        ("/there/?x=1", made),
    ]));
    let (url, mut told) = scripted(answers).await;
    let dimail = client(&url);
    let made =
        dimail.create_mailbox(dimail.place(&domain()).await, &domain(), &local("jean"), JEAN).await.expect("a mailbox");
    assert_eq!(made.password.expose_secret(), "hunter2");
    assert!(!format!("{made:?}").contains("hunter2"));
    let asked: Vec<String> = std::iter::from_fn(|| told.try_recv().ok()).collect();
    assert!(asked[0].contains("authorization: Basic bGFfcmVnaWU6cGFzc3dvcmQ="));
    for (asked, path) in asked[1..].iter().zip([MAILBOX, "/there/?x=1"]) {
        assert!(asked.starts_with(&format!("POST {path} HTTP/1.1")), "{asked}");
        assert!(asked.contains("authorization: Bearer opaque") && asked.contains("\"Jean Dupont\""), "{asked}");
    }
    assert_eq!(asked.len(), 3);
}

#[tokio::test]
async fn redirects_that_go_on_or_change_the_method_are_faults() {
    for raw in [
        "HTTP/1.1 307 Go\r\nlocation: /domains/ville.fr/check\r\n\r\n",
        "HTTP/1.1 302 Go\r\nlocation: /domains/ville.fr/check\r\n\r\n",
        "HTTP/1.1 301 Go\r\nlocation: https://127.0.0.1/domains/ville.fr/check\r\n\r\n",
        "HTTP/1.1 308 Go\r\n\r\n",
    ] {
        let (url, mut told) = scripted(Box::leak(Box::new([("/domains/ville.fr/check", raw)]))).await;
        let failure = client(&url).check(&domain()).await.expect_err(raw);
        assert_eq!(kind(&failure), Some(FaultKind::Redirected), "{failure}");
        let asked = std::iter::from_fn(|| told.try_recv().ok()).count();
        assert_eq!(asked, if raw.contains("307") { 2 } else { 1 }, "{raw}");
    }
}

#[tokio::test]
async fn what_is_not_dimails_json_is_told_apart() {
    let check = |raw: &'static str| async move {
        let (url, _told) = scripted(Box::leak(Box::new([("/domains/ville.fr/check", raw)]))).await;
        client(&url).check(&domain()).await.expect_err(raw)
    };
    let blocked = check("HTTP/1.1 403 No\r\n\r\n<html>hunter2</html>").await;
    assert_eq!(kind(&blocked), Some(FaultKind::Blocked));
    assert!(!blocked.to_string().contains("hunter2"));
    assert_eq!(kind(&check("HTTP/1.1 405 No\r\n\r\n").await), Some(FaultKind::RouteMissing));
    for raw in [
        "HTTP/1.1 200 OK\r\n\r\n<html>portal</html>",
        "HTTP/1.1 200 OK\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\n\r\n[]",
        "HTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 404 No\r\n\r\n<html>no such page</html>",
        "HTTP/1.1 429 Slow\r\n\r\n{\"detail\":\"Too many\"}",
        "garbage\r\n\r\n",
    ] {
        let failure = check(raw).await;
        assert!(failure.may_have_acted(), "{raw}: {failure}");
    }
}

#[tokio::test]
async fn secrets_for_another_address_are_not_taken() {
    let other =
        "HTTP/1.1 201 Created\r\n\r\n{\"email\":\"marie@ville.fr\",\"password\":\"hunter2\",\"code\":\"hunter2\"}";
    let answers: &[(&str, &str)] = Box::leak(Box::new([
        TOKEN,
        (MAILBOX, other),
        ("/domains/ville.fr/mailboxes/jean/reset_password/", other),
        ("/domains/ville.fr/mailboxes/jean/code", other),
    ]));
    let (url, _told) = scripted(answers).await;
    let (dimail, ville, jean) = (client(&url), domain(), local("jean"));
    let failures = [
        create(&dimail).await.map(|_| ()).expect_err("another"),
        dimail.reset_password(&ville, &jean).await.map(|_| ()).expect_err("another"),
        dimail.login_code(&ville, &jean, Duration::from_secs(1), 1).await.map(|_| ()).expect_err("another"),
    ];
    for failure in failures {
        assert!(failure.may_have_acted() && !failure.to_string().contains("hunter2"), "{failure}");
    }
}

#[tokio::test]
async fn settings_are_checked() {
    let with = |url: &str, username: &str, timeout| {
        Dimail::new(&DimailSettings { username: username.into(), timeout, ..settings(url) }).err()
    };
    let second = Duration::from_secs(1);
    assert_eq!(with("dimail", "a", second), Some(DimailSettingsError::NotAUrl));
    assert_eq!(with("http://dimail", "a:b", second), Some(DimailSettingsError::UserName));
    assert_eq!(with("http://dimail", "a", Duration::ZERO), Some(DimailSettingsError::Timeout));
    assert_eq!(with("http://dimail:8000/prefix/", "", second), None);
    let told = format!("{:?} {:?}", settings("http://dimail"), client("http://dimail"));
    assert!(told.contains("la_regie") && !told.contains("\"password\""), "{told}");
}

#[tokio::test]
async fn only_lists_may_be_long() {
    let long = |status: &str, body: &str| -> &'static str {
        let padding = " ".repeat(1 << 20);
        Box::leak(format!("HTTP/1.1 {status}\r\n\r\n{body}{padding}").into_boxed_str())
    };
    let answers: &[(&str, &str)] = Box::leak(Box::new([
        TOKEN,
        ("/v2/domains/ville.fr/mailboxes/", long("200 OK", "[]")),
        ("/domains/ville.fr/aliases/", long("200 OK", "[]")),
        ("/domains/ville.fr/check", long("200 OK", "{}")),
    ]));
    let (url, _told) = scripted(answers).await;
    assert_eq!(client(&url).mailboxes(&domain()).await.map(|list| list.len()), Ok(0));
    assert_eq!(client(&url).aliases(&domain()).await, Ok(vec![]));
    let failure = client(&url).check(&domain()).await.expect_err("too long");
    assert!(failure.to_string().contains("too long"), "{failure}");
}

/// A server that answers `answered` requests on each connection and closes it at the next one
/// without an answer; it counts requests.
async fn closing_after(answered: usize) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("its address"));
    let requests = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&requests);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut asked = vec![0; 65536];
            for n in 0..=answered {
                if stream.read(&mut asked).await.unwrap_or(0) == 0 {
                    break;
                }
                counted.fetch_add(1, Ordering::SeqCst);
                if n < answered {
                    let body = "{\"valid\":true}";
                    let raw = format!("HTTP/1.1 404 No\r\ncontent-length: {}\r\n\r\n{body}", body.len());
                    stream.write_all(raw.as_bytes()).await.ok();
                }
            }
        }
    });
    (url, requests)
}

#[tokio::test]
async fn a_get_is_sent_again_only_when_a_reused_connection_broke() {
    let (url, requests) = closing_after(0).await;
    assert!(client(&url).check(&domain()).await.expect_err("closed").may_have_acted());
    assert_eq!(requests.load(Ordering::SeqCst), 1, "the connection was new");

    let (url, requests) = closing_after(1).await;
    let dimail = client(&url);
    for _ in 0..2 {
        let failure = dimail.check(&domain()).await.expect_err("a 404");
        assert!(failure.has_status(), "{failure}");
    }
    assert_eq!(requests.load(Ordering::SeqCst), 3, "the second was sent again on a new connection");
}
