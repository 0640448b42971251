//! A dimail that the suite calls: how to reach it, and what the suite has created there.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use dimail_portal::fake_dimail::Release;
use reqwest::Method;
use reqwest::header::HeaderMap;
use reqwest::redirect::Policy;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::http::client;
use crate::support::portal::install_tls;

/// The longest wait for a connection to be closed.
const PATIENCE: Duration = Duration::from_secs(20);

/// A complete answer.
#[derive(Debug)]
pub(crate) struct Got {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
    /// Null if the body is not JSON.
    pub(crate) json: Value,
}

impl Got {
    /// The value of a header; empty if there is none.
    pub(crate) fn header(&self, name: &str) -> String {
        let value = self.headers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default().to_owned()
    }

    /// The entry of a list whose member has this value; null if there is none.
    pub(crate) fn entry(&self, member: &str, value: &str) -> Value {
        let entries = self.json.as_array().into_iter().flatten();
        entries.clone().find(|entry| entry[member] == value).cloned().unwrap_or(Value::Null)
    }
}

/// A dimail.
pub(crate) struct Site {
    pub(crate) base: String,
    /// The version that its answers show.
    pub(crate) release: Release,
    /// Whether our account is an administrator's.
    pub(crate) is_admin: bool,
    /// Whether it is a fake, whose check results can be set.
    pub(crate) is_fake: bool,
    /// Our account's name.
    pub(crate) username: String,
    password: String,
    http: reqwest::Client,
    token: String,
    /// A random part of names, so that they are unique.
    pub(crate) unique: String,
    /// An account without any right, created by the suite.
    pub(crate) stranger: Option<(String, String)>,
    mailboxes: Vec<(String, String)>,
    aliases: Vec<(String, String)>,
    users: Vec<String>,
    domains: Vec<String>,
}

/// A client for the dimail of `DIMAIL_TEST_URL`, which trusts this machine's certificate
/// authorities.
fn over_tls() -> reqwest::Client {
    install_tls();
    reqwest::Client::builder().redirect(Policy::none()).no_proxy().pool_max_idle_per_host(0).build().expect("a client")
}

impl Site {
    pub(crate) async fn new(base: String, username: &str, password: &str) -> Self {
        let http = if base.starts_with("https://") { over_tls() } else { client() };
        let unique = uuid::Uuid::new_v4().simple().to_string();
        let mut site = Self {
            base,
            release: Release::Production,
            is_admin: false,
            is_fake: false,
            username: username.to_owned(),
            password: password.to_owned(),
            http,
            token: String::new(),
            unique: unique.chars().take(12).collect(),
            stranger: None,
            mailboxes: Vec::new(),
            aliases: Vec::new(),
            users: Vec::new(),
            domains: Vec::new(),
        };
        let spec = site.get("/domains/contract.invalid/spec/", &site.basic()).await;
        if spec.json["detail"] == "Not Found" {
            site.release = Release::August2024;
        }
        site.is_fake = site.fake_state().await["faults"].is_array();
        site.is_admin = site.get("/users/", &site.basic()).await.status == 200;
        site.token = site.token_of(&site.basic()).await;
        site
    }

    pub(crate) fn is_production(&self) -> bool {
        self.release == Release::Production
    }

    /// Our account's name and password as a header.
    pub(crate) fn basic(&self) -> String {
        basic(&self.username, &self.password)
    }

    /// Our account's token as a header.
    pub(crate) fn bearer(&self) -> String {
        self.token.clone()
    }

    pub(crate) async fn token_of(&self, basic: &str) -> String {
        let got = self.get("/token/", basic).await;
        format!("Bearer {}", got.json["access_token"].as_str().unwrap_or_default())
    }

    /// The headers of the account without rights, if there is one: password and token.
    pub(crate) async fn stranger(&self) -> Option<(String, String)> {
        let (name, password) = self.stranger.as_ref()?;
        let basic = basic(name, password);
        let bearer = self.token_of(&basic).await;
        Some((basic, bearer))
    }

    pub(crate) fn request(&self, method: &str, path: &str, auth: &str) -> reqwest::RequestBuilder {
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        let request = self.http.request(method, format!("{}{path}", self.base));
        if auth.is_empty() { request } else { request.header("authorization", auth) }
    }

    pub(crate) async fn finish(&self, request: reqwest::RequestBuilder) -> Got {
        let answer = match request.send().await {
            Ok(answer) => answer,
            Err(error) => {
                let text = format!("no answer: {error}");
                return Got { status: 0, headers: HeaderMap::new(), text, json: Value::Null };
            }
        };
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let text = answer.text().await.unwrap_or_default();
        Got { status, headers, json: serde_json::from_str(&text).unwrap_or(Value::Null), text }
    }

    pub(crate) async fn call(&self, method: &str, path: &str, auth: &str) -> Got {
        self.finish(self.request(method, path, auth)).await
    }

    pub(crate) async fn get(&self, path: &str, auth: &str) -> Got {
        self.call("GET", path, auth).await
    }

    pub(crate) async fn send(&self, method: &str, path: &str, auth: &str, body: Value) -> Got {
        self.finish(self.request(method, path, auth).json(&body)).await
    }

    pub(crate) async fn post(&self, path: &str, auth: &str, body: Value) -> Got {
        self.send("POST", path, auth, body).await
    }

    /// Everything received on a new connection after one request, until dimail closes it; `None` if
    /// it stays open, or is encrypted and cannot be read.
    pub(crate) async fn until_closed(&self, path: &str, auth: &str) -> Option<String> {
        let host = self.base.strip_prefix("http://")?.trim_end_matches('/');
        let address = if host.contains(':') { host.to_owned() } else { format!("{host}:80") };
        let mut stream = TcpStream::connect(address).await.ok()?;
        let head = format!("GET {path} HTTP/1.1\r\nhost: {host}\r\nauthorization: {auth}\r\n\r\n");
        stream.write_all(head.as_bytes()).await.ok()?;
        let mut received = Vec::new();
        tokio::time::timeout(PATIENCE, stream.read_to_end(&mut received)).await.ok()?.ok()?;
        Some(String::from_utf8_lossy(&received).into_owned())
    }

    /// The name of a domain of this run.
    pub(crate) fn domain(&self, word: &str) -> String {
        format!("{word}-{}.invalid", self.unique)
    }

    /// Creates a domain of this run in a context.
    pub(crate) async fn add_domain(&mut self, name: &str, context: Value, features: &[&str]) -> Got {
        let body = json!({"name": name, "context_name": context, "features": features, "delivery": "virtual"});
        if !self.domains.iter().any(|other| other == name) {
            self.domains.push(name.to_owned());
        }
        self.post("/domains/", &self.basic(), body).await
    }

    /// Creates a mailbox.
    pub(crate) async fn add_mailbox(&mut self, domain: &str, part: &str, given: &str, sur: &str) -> Got {
        let names = json!({"givenName": given, "surName": sur, "displayName": format!("{given} {sur}")});
        self.mailboxes.push((domain.to_owned(), part.to_owned()));
        self.post(&format!("/domains/{domain}/mailboxes/{part}"), &self.bearer(), names).await
    }

    /// Creates a pair of an alias.
    pub(crate) async fn add_alias(&mut self, domain: &str, name: &str, destination: &str) -> Got {
        self.aliases.push((domain.to_owned(), name.to_owned()));
        let body = json!({"user_name": name, "destination": destination});
        self.post(&format!("/domains/{domain}/aliases/"), &self.bearer(), body).await
    }

    /// Creates an account.
    pub(crate) async fn add_user(&mut self, name: &str, body: Value) -> Got {
        self.users.push(name.to_owned());
        self.post("/users/", &self.basic(), body).await
    }

    /// Sets the errors that a fake reports in checks of a domain; another dimail does its own
    /// checks.
    pub(crate) async fn finds(&self, domain: &str, errors: &[&str], internal: &[&str]) {
        if self.is_fake {
            let plan = json!({"errors": errors, "internal_errors": internal});
            self.send("PUT", &format!("/_fake/domains/{domain}"), "", plan).await;
        }
    }

    pub(crate) async fn fake_state(&self) -> Value {
        self.get("/_fake/state", "").await.json
    }

    /// Deletes what the suite has created, as far as dimail allows it.
    pub(crate) async fn clean_up(&mut self) {
        for (domain, part) in std::mem::take(&mut self.mailboxes) {
            self.call("DELETE", &format!("/domains/{domain}/mailboxes/{part}"), &self.bearer()).await;
        }
        for (domain, name) in std::mem::take(&mut self.aliases) {
            self.call("DELETE", &format!("/domains/{domain}/aliases/{name}/all"), &self.bearer()).await;
        }
        for user in std::mem::take(&mut self.users) {
            let gone = self.call("DELETE", &format!("/users/{user}"), &self.basic()).await;
            if gone.status == 403 {
                self.users.push(user);
            }
        }
    }

    /// The objects that could not be deleted.
    pub(crate) fn left_behind(&self) -> String {
        format!("left behind: domains {}, accounts {}\n", self.domains.join(", "), self.users.join(", "))
    }
}

/// Name and password as a header.
pub(crate) fn basic(name: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{name}:{password}")))
}
