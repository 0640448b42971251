//! The contract suite: checks how dimail's HTTP API behaves, statement by statement, under
//! numbers that group them. It runs against the fake in each test run, in the version of today
//! and in that of August 2024. If `DIMAIL_TEST_URL`, `DIMAIL_TEST_USERNAME` and
//! `DIMAIL_TEST_PASSWORD` are set, it also runs against that dimail, and prints what agrees and
//! what differs.
//!
//! Everything that it creates has a unique name and is deleted at the end. Some objects cannot be
//! deleted at dimail and stay: domains, and with the version of 2024 an Open-XChange user without a
//! mailbox. An account that is not an administrator's cannot delete accounts either.

mod access;
mod aliases;
mod domains;
mod mailboxes;
mod site;

use std::fmt::Write as _;
use std::io::Write as _;

use dimail_portal::fake_dimail::{Fake, FakeOptions, Release};
use serde_json::Value;
use tokio::net::TcpListener;

use crate::dimail::contract::site::{Got, Site};

/// The expected answer.
struct Want {
    status: Vec<u16>,
    detail: Option<&'static str>,
    header: Option<(&'static str, String)>,
    holds: Option<Holds>,
}

type Holds = Box<dyn Fn(&Value) -> bool + Send>;

/// An answer with this status.
fn want(status: u16) -> Want {
    Want { status: vec![status], detail: None, header: None, holds: None }
}

/// dimail's refusal with this text.
fn refusal(status: u16, detail: &'static str) -> Want {
    Want { detail: Some(detail), ..want(status) }
}

/// An unhandled error of dimail: its body is never JSON.
fn crash() -> Want {
    want(500).header("content-type", "text/plain; charset=utf-8")
}

/// A validation error: `detail` is a list of errors about this field.
fn invalid(place: &'static str) -> Want {
    want(422).holds(move |body| {
        let errors = body["detail"].as_array();
        errors.is_some_and(|errors| {
            errors.iter().all(|error| error["type"].is_string() && error["msg"].is_string() && error["loc"].is_array())
                && errors.iter().any(|error| error["loc"].to_string().contains(place))
        })
    })
}

/// The answer of a server that does not have the route.
fn missing() -> Want {
    refusal(404, "Not Found")
}

impl Want {
    fn or(mut self, status: u16) -> Self {
        self.status.push(status);
        self
    }

    fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.header = Some((name, value.into()));
        self
    }

    fn holds(mut self, holds: impl Fn(&Value) -> bool + Send + 'static) -> Self {
        self.holds = Some(Box::new(holds));
        self
    }

    /// How an answer differs from the expected one, if it does.
    fn difference(&self, got: &Got) -> Option<String> {
        let mut differences = String::new();
        if !self.status.contains(&got.status) {
            let _ = write!(differences, "; status {} instead of {:?}", got.status, self.status);
        }
        if let Some(detail) = self.detail
            && got.json["detail"] != detail
        {
            let _ = write!(differences, "; not {detail:?}");
        }
        if let Some((name, value)) = &self.header
            && got.header(name) != *value
        {
            let _ = write!(differences, "; {name}: {:?} instead of {value:?}", got.header(name));
        }
        if differences.is_empty() && self.holds.as_ref().is_some_and(|holds| !holds(&got.json)) {
            differences.push_str("; its content is otherwise");
        }
        let told: String = got.text.chars().take(300).collect();
        (!differences.is_empty()).then(|| format!("{}: {told}", differences.trim_start_matches("; ")))
    }
}

/// The statements that agreed, differed, or could not be checked.
#[derive(Default)]
struct Book {
    agreed: Vec<String>,
    differed: Vec<String>,
    left_out: Vec<String>,
}

impl Book {
    /// Compares an answer with a statement.
    fn state(&mut self, statement: &str, got: &Got, want: &Want) {
        match want.difference(got) {
            None => self.agreed.push(statement.to_owned()),
            Some(difference) => self.differed.push(format!("{statement}: {difference}")),
        }
    }

    /// Records a statement about several answers.
    fn hold(&mut self, statement: &str, holds: bool) {
        if holds { self.agreed.push(statement.to_owned()) } else { self.differed.push(statement.to_owned()) }
    }

    fn leave_out(&mut self, statement: &str) {
        self.left_out.push(statement.to_owned());
    }

    fn text(&self, site: &Site) -> String {
        let mut text = format!("dimail at {}, taken for {:?}:\n", site.base, site.release);
        let groups = [("agrees", &self.agreed), ("DIFFERS", &self.differed), ("not asked", &self.left_out)];
        for (word, statements) in groups {
            for statement in statements {
                let _ = writeln!(text, "  {word:<9}  {statement}");
            }
        }
        let _ = writeln!(text, "{} agree, {} differ", self.agreed.len(), self.differed.len());
        text
    }
}

/// Checks the whole contract with one dimail, and deletes what was created for it.
async fn state_all(site: &mut Site) -> Book {
    let mut book = Book::default();
    crate::dimail::contract::access::credentials(site, &mut book).await;
    crate::dimail::contract::access::connections(site, &mut book).await;
    crate::dimail::contract::access::tokens(site, &mut book).await;
    crate::dimail::contract::access::bodies(site, &mut book).await;
    crate::dimail::contract::access::addresses(site, &mut book).await;
    crate::dimail::contract::access::users(site, &mut book).await;
    crate::dimail::contract::domains::creation(site, &mut book).await;
    crate::dimail::contract::domains::looking(site, &mut book).await;
    crate::dimail::contract::domains::checks(site, &mut book).await;
    crate::dimail::contract::access::allows(site, &mut book).await;
    crate::dimail::contract::mailboxes::creation(site, &mut book).await;
    crate::dimail::contract::mailboxes::administrator(site, &mut book).await;
    crate::dimail::contract::mailboxes::apostrophes(site, &mut book).await;
    crate::dimail::contract::mailboxes::halves(site, &mut book).await;
    crate::dimail::contract::mailboxes::lists(site, &mut book).await;
    crate::dimail::contract::mailboxes::changes(site, &mut book).await;
    crate::dimail::contract::mailboxes::secrets(site, &mut book).await;
    crate::dimail::contract::mailboxes::rights(site, &mut book).await;
    crate::dimail::contract::aliases::pairs(site, &mut book).await;
    crate::dimail::contract::mailboxes::deletion(site, &mut book).await;
    site.clean_up().await;
    book
}

async fn fake(options: FakeOptions) -> String {
    let fake = Fake::new(options).expect("a fake");
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("its address"));
    tokio::spawn(fake.serve(listener, std::future::pending()));
    base
}

async fn the_fake_agrees(options: FakeOptions, username: &str, password: &str, least: usize) {
    let release = options.release;
    let mut site = Site::new(fake(FakeOptions { seed: true, ..options }).await, username, password).await;
    assert_eq!(site.release, release);
    let book = state_all(&mut site).await;
    assert!(book.differed.is_empty(), "{}", book.text(&site));
    assert!(book.agreed.len() >= least, "{} statements", book.agreed.len());
    let state = site.fake_state().await;
    let mailboxes: Vec<&Value> = state["mailboxes"].as_array().expect("mailboxes").iter().collect();
    assert!(mailboxes.is_empty() && state["aliases"] == Value::Array(Vec::new()), "left behind: {state}");
    if site.is_admin {
        assert_eq!(state["users"].as_array().map(Vec::len), Some(2), "accounts are left behind");
    }
}

#[tokio::test]
async fn of_production() {
    the_fake_agrees(FakeOptions::default(), "la_regie", "password", 175).await;
}

#[tokio::test]
async fn of_production_as_an_administrator() {
    the_fake_agrees(FakeOptions::default(), "admin", "admin", 195).await;
}

#[tokio::test]
async fn of_2024() {
    let options = FakeOptions { release: Release::August2024, ..FakeOptions::default() };
    the_fake_agrees(options, "la_regie", "password", 175).await;
}

#[tokio::test]
async fn of_a_server_that_serves_one_at_a_time() {
    for release in [Release::Production, Release::August2024] {
        let options = FakeOptions { release, serial: true, ..FakeOptions::default() };
        the_fake_agrees(options, "la_regie", "password", 175).await;
    }
}

/// While dimail has no account, any credentials are accepted as an administrator's.
#[tokio::test]
async fn of_an_empty_dimail() {
    for release in [Release::Production, Release::August2024] {
        let site = Site::new(fake(FakeOptions { release, ..FakeOptions::default() }).await, "anybody", "").await;
        let mut book = Book::default();
        crate::dimail::contract::access::first_account(&site, &mut book).await;
        assert!(book.differed.is_empty() && book.agreed.len() >= 5, "{}", book.text(&site));
    }
}

/// The suite against the dimail of `DIMAIL_TEST_URL`.
#[tokio::test]
async fn of_another_dimail() {
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let settings = (set("DIMAIL_TEST_URL"), set("DIMAIL_TEST_USERNAME"), set("DIMAIL_TEST_PASSWORD"));
    let (url, username, password) = match settings {
        (Some(url), Some(username), Some(password)) => (url, username, password),
        (None, None, None) => return,
        _ => panic!("DIMAIL_TEST_URL, DIMAIL_TEST_USERNAME and DIMAIL_TEST_PASSWORD are set together or not at all"),
    };
    let mut site = Site::new(url.trim_end_matches('/').to_owned(), &username, &password).await;
    let book = state_all(&mut site).await;
    drop(write!(std::io::stderr(), "{}{}", book.text(&site), site.left_behind()));
    assert!(book.differed.is_empty(), "{} statements differ", book.differed.len());
}
