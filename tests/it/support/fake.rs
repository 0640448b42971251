//! The fake dimail behind a portal: controls for its behaviour, its journal, and its state.

use std::net::SocketAddr;

use dimail_portal::fake_dimail::{Fake, FakeOptions, Release};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::http::{Request, send};
use super::page::Answer;

/// A running fake and its controls.
pub(crate) struct Dimail {
    /// Its address.
    pub(crate) address: SocketAddr,
    running: JoinHandle<std::io::Result<()>>,
}

impl Drop for Dimail {
    fn drop(&mut self) {
        self.running.abort();
    }
}

fn basic(user: &str) -> String {
    use base64::Engine;
    format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(user))
}

impl Dimail {
    /// A fake that imitates this release, with its usual accounts.
    pub(crate) async fn start(release: Release) -> Self {
        let fake = Fake::new(FakeOptions { seed: true, release, ..FakeOptions::default() }).expect("a fake");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("its address");
        Self { address, running: tokio::spawn(fake.serve(listener, std::future::pending())) }
    }

    async fn control(&self, method: &'static str, path: &str, body: &Value) -> Value {
        let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        let request = Request { method, path: format!("/_fake/{path}"), headers, body };
        let answer = send(self.address, &request).await.expect("an answer of the fake");
        assert!(answer.status < 300, "{method} {path}: {} {}", answer.status, answer.text);
        serde_json::from_str(&answer.text).unwrap_or(Value::Null)
    }

    /// The errors that checks of a domain report from now on.
    pub(crate) async fn finds(&self, domain: &str, errors: &[&str], internal_errors: &[&str], fix_repairs: bool) {
        let plan = json!({"errors": errors, "internal_errors": internal_errors, "fix_repairs": fix_repairs});
        self.control("PUT", &format!("domains/{domain}"), &plan).await;
    }

    /// From now on the checks of a domain pass.
    pub(crate) async fn finds_nothing_wrong(&self, domain: &str) {
        self.finds(domain, &[], &[], true).await;
    }

    /// Makes the next `times` calls fail.
    pub(crate) async fn fault(&self, method: &str, path: &str, kind: &str, times: u32) {
        self.lasting_fault(method, path, kind, times, 30.0).await;
    }

    /// As [`Dimail::fault`], with the duration of `hang`, `act_then_hang` and `slow`.
    pub(crate) async fn lasting_fault(&self, method: &str, path: &str, kind: &str, times: u32, seconds: f64) {
        self.arm(&json!({"method": method, "path": path, "kind": kind, "times": times, "seconds": seconds})).await;
    }

    /// Arms a fault as its state shows it.
    pub(crate) async fn arm(&self, fault: &Value) {
        self.control("POST", "faults", fault).await;
    }

    /// Removes the faults that are left.
    pub(crate) async fn lose_faults(&self) {
        self.control("DELETE", "faults", &Value::Null).await;
    }

    /// Carries out now the calls of the faults `close_then_act`.
    pub(crate) async fn act_late(&self) {
        self.control("POST", "late", &Value::Null).await;
    }

    /// Invalidates all tokens that were issued.
    pub(crate) async fn expire_tokens(&self) {
        self.control("POST", "expire-tokens", &Value::Null).await;
    }

    /// Changes how the server behaves.
    pub(crate) async fn habits(&self, habits: Value) {
        self.control("PUT", "habits", &habits).await;
    }

    /// Adds an Open-XChange user without a mailbox.
    pub(crate) async fn half_make(&self, domain: &str, local_part: &str, given: &str, sur: &str) {
        let names = json!({"givenName": given, "surName": sur});
        self.control("PUT", &format!("ox-users/{domain}/{local_part}"), &names).await;
    }

    /// Another client creates a domain; with `la_regie` as its account the portal may manage it.
    pub(crate) async fn domain_by_other(&self, user: &str, name: &str, context: &str) {
        let body = json!({"name": name, "context_name": context, "features": ["webmail", "mailbox", "alias"],
            "delivery": "virtual"});
        self.ask("POST", "/domains/", &basic(user), &body).await;
    }

    /// Another client creates a mailbox.
    pub(crate) async fn mailbox_by_other(&self, user: &str, address: &str, given: &str, sur: &str) {
        let token = self.ask("GET", "/token/", &basic(user), &Value::Null).await;
        let token = token["access_token"].as_str().expect("a token").to_owned();
        let (part, domain) = address.split_once('@').expect("an address");
        let names = json!({"givenName": given, "surName": sur, "displayName": format!("{given} {sur}")});
        self.ask("POST", &format!("/domains/{domain}/mailboxes/{part}"), &format!("Bearer {token}"), &names).await;
    }

    /// Another client creates an alias.
    pub(crate) async fn alias_by_other(&self, user: &str, part: &str, domain: &str, destination: &str) {
        let token = self.ask("GET", "/token/", &basic(user), &Value::Null).await;
        let token = token["access_token"].as_str().expect("a token").to_owned();
        let pair = json!({"user_name": part, "destination": destination});
        self.ask("POST", &format!("/domains/{domain}/aliases/"), &format!("Bearer {token}"), &pair).await;
    }

    /// Another client removes a destination of an alias.
    pub(crate) async fn unalias_by_other(&self, user: &str, part: &str, domain: &str, destination: &str) {
        let token = self.ask("GET", "/token/", &basic(user), &Value::Null).await;
        let token = token["access_token"].as_str().expect("a token").to_owned();
        let path = format!("/domains/{domain}/aliases/{part}/{destination}");
        self.ask("DELETE", &path, &format!("Bearer {token}"), &Value::Null).await;
    }

    /// Another client deletes a mailbox.
    pub(crate) async fn delete_by_other(&self, user: &str, address: &str) {
        let token = self.ask("GET", "/token/", &basic(user), &Value::Null).await;
        let token = token["access_token"].as_str().expect("a token").to_owned();
        let (part, domain) = address.split_once('@').expect("an address");
        self.ask("DELETE", &format!("/domains/{domain}/mailboxes/{part}"), &format!("Bearer {token}"), &Value::Null)
            .await;
    }

    /// A call of its administrator, whatever comes of it; returns the status.
    pub(crate) async fn call_as_admin(&self, method: &'static str, path: &str, body: &Value) -> u16 {
        let token = self.ask("GET", "/token/", &basic("admin:admin"), &Value::Null).await;
        let token = token["access_token"].as_str().expect("a token").to_owned();
        self.send(method, path, &format!("Bearer {token}"), body).await.status
    }

    async fn ask(&self, method: &'static str, path: &str, who: &str, body: &Value) -> Value {
        let answer = self.send(method, path, who, body).await;
        assert!(answer.status < 300, "{method} {path}: {} {}", answer.status, answer.text);
        serde_json::from_str(&answer.text).unwrap_or(Value::Null)
    }

    async fn send(&self, method: &'static str, path: &str, who: &str, body: &Value) -> Answer {
        let headers = [("content-type", "application/json"), ("authorization", who)];
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        let request = Request { method, path: path.to_owned(), headers, body };
        send(self.address, &request).await.expect("an answer of the fake")
    }

    /// All requests that it received: `POST /domains/ville.fr/mailboxes/jean 201`.
    pub(crate) async fn journal(&self) -> Vec<String> {
        let journal = self.control("GET", "journal", &Value::Null).await;
        let line = |entry: &Value| {
            let word = |key: &str| entry[key].as_str().unwrap_or_default().to_owned();
            format!("{} {} {}", word("method"), word("path").trim_end_matches('/'), entry["status"])
        };
        journal.as_array().expect("a journal").iter().map(line).collect()
    }

    /// The number of requests so far.
    pub(crate) async fn mark(&self) -> usize {
        self.journal().await.len()
    }

    /// The requests since a mark.
    pub(crate) async fn heard_since(&self, mark: usize) -> Vec<String> {
        self.journal().await.split_off(mark)
    }

    /// How many requests begin with this method and path.
    pub(crate) async fn calls(&self, beginning: &str) -> usize {
        self.journal().await.iter().filter(|line| line.starts_with(beginning)).count()
    }

    /// How many creations of mailboxes it received, whatever their result.
    pub(crate) async fn creations(&self, domain: &str) -> usize {
        let beginning = format!("POST /domains/{domain}/mailboxes/");
        let is_creation = |line: &&String| line.strip_prefix(&beginning).is_some_and(|rest| !rest.contains('/'));
        self.journal().await.iter().filter(is_creation).count()
    }

    /// Its whole state.
    pub(crate) async fn state(&self) -> Value {
        self.control("GET", "state", &Value::Null).await
    }

    /// The mailboxes of a domain, in order.
    pub(crate) async fn mailboxes(&self, domain: &str) -> Vec<String> {
        let state = self.state().await;
        let ending = format!("@{domain}");
        let mailboxes = state["mailboxes"].as_array().expect("mailboxes");
        let mut emails: Vec<String> = mailboxes
            .iter()
            .filter_map(|mailbox| mailbox["email"].as_str())
            .filter(|email| email.ends_with(&ending) && !email.starts_with("oxadmin@"))
            .map(str::to_owned)
            .collect();
        emails.sort();
        emails
    }

    /// The alias pairs of a domain, in order: `contact jean@ville.fr`.
    pub(crate) async fn aliases(&self, domain: &str) -> Vec<String> {
        let state = self.state().await;
        let aliases = state["aliases"].as_array().expect("aliases").iter().filter(|alias| alias["domain"] == domain);
        let word = |alias: &Value, key: &str| alias[key].as_str().unwrap_or_default().to_owned();
        let mut pairs: Vec<String> =
            aliases.map(|alias| format!("{} {}", word(alias, "username"), word(alias, "destination"))).collect();
        pairs.sort();
        pairs
    }

    /// A mailbox in its state.
    pub(crate) async fn mailbox(&self, address: &str) -> Option<Value> {
        let state = self.state().await;
        let mailboxes = state["mailboxes"].as_array().expect("mailboxes");
        mailboxes.iter().find(|mailbox| mailbox["email"] == address).cloned()
    }

    /// The display name and the activity of a mailbox: `Jean Dupont yes`.
    pub(crate) async fn holds(&self, address: &str) -> String {
        match self.mailbox(address).await {
            Some(mailbox) => {
                let word = |key: &str| mailbox[key].as_str().unwrap_or("-").to_owned();
                format!("{} {}", word("displayName"), word("active"))
            }
            None => String::new(),
        }
    }

    /// The domains in its state.
    pub(crate) async fn domains(&self) -> Vec<String> {
        let state = self.state().await;
        let domains = state["domains"].as_array().expect("domains");
        domains.iter().filter_map(|domain| domain["name"].as_str()).map(str::to_owned).collect()
    }

    /// The addresses for which it issued login codes.
    pub(crate) async fn codes(&self) -> Vec<(String, String)> {
        let state = self.state().await;
        let codes = state["codes"].as_array().expect("codes");
        let word = |code: &Value, key: &str| code[key].as_str().unwrap_or_default().to_owned();
        codes.iter().map(|code| (word(code, "email"), word(code, "code"))).collect()
    }
}
