//! The fake dimail as a process of its own, which keeps running when the portal is killed.

use std::collections::BTreeMap;
use std::sync::Mutex;

use reqwest::Method;
use rustix::process::Signal;
use serde_json::{Value, json};

use super::browser::client;
use super::process::{Process, program};

/// A fake dimail with its usual accounts, which answers after 50 ms.
pub(crate) struct Dimail {
    /// Its address, without a final slash.
    pub(crate) url: String,
    client: reqwest::Client,
    options: Vec<String>,
    process: Mutex<Process>,
}

/// A creation of a mailbox in dimail's journal.
#[derive(Clone, Debug)]
pub(crate) struct Creation {
    /// The status of the answer; 0 if there was none.
    pub(crate) status: u64,
    /// The account that sent it.
    pub(crate) user: String,
}

impl Dimail {
    pub(crate) fn start() -> Self {
        Self::with(&["--seed", "--delay", "50"])
    }

    /// Starts a fake dimail with these options.
    pub(crate) fn with(options: &[&str]) -> Self {
        let (process, line) =
            Process::printing(program(&[&["fake-dimail", "--listen", "127.0.0.1:0"], options].concat()));
        let url = line.trim().rsplit(' ').next().filter(|url| url.starts_with("http://"));
        let url = url.unwrap_or_else(|| panic!("no address: {line:?}")).to_owned();
        let options = options.iter().map(ToString::to_string).collect();
        Self { url, client: client(), options, process: Mutex::new(process) }
    }

    /// Kills it, and starts it again at the same address with the same options.
    pub(crate) fn kill_and_restart(&self) {
        self.kill();
        self.start_again();
    }

    /// Kills it: connections are refused.
    pub(crate) fn kill(&self) {
        self.process.lock().expect("no panic").kill();
    }

    /// Stops it without ending it: connections are taken, and nothing is answered.
    pub(crate) fn freeze(&self) {
        self.signal(Signal::STOP);
    }

    /// Lets it go on.
    pub(crate) fn thaw(&self) {
        self.signal(Signal::CONT);
    }

    fn signal(&self, signal: Signal) {
        self.process.lock().expect("no panic").signal(signal);
    }

    /// Starts it at the same address with the same options, after it was killed.
    pub(crate) fn start_again(&self) {
        let listen = self.url.trim_start_matches("http://").to_owned();
        let mut arguments = vec!["fake-dimail", "--listen", &listen];
        arguments.extend(self.options.iter().map(String::as_str));
        let (process, line) = Process::printing(program(&arguments));
        assert!(line.contains(&self.url), "started again: {line:?}");
        *self.process.lock().expect("no panic") = process;
    }

    /// A request of its administrator, with name and password.
    pub(crate) async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> Value {
        let mut request = self.client.request(method, format!("{}{path}", self.url)).basic_auth("admin", Some("admin"));
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.expect("an answer of the fake");
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        answer.json().await.unwrap_or(Value::Null)
    }

    /// Its whole state.
    pub(crate) async fn state(&self) -> Value {
        self.ask(Method::GET, "/_fake/state", None).await
    }

    /// All objects of a kind, each as one text of these members, in order.
    pub(crate) async fn holds(&self, kind: &str, members: &[&str]) -> Vec<String> {
        let state = self.state().await;
        let word = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let line = |one: &Value| members.iter().map(|member| word(&one[*member])).collect::<Vec<_>>().join("|");
        let mut lines: Vec<String> = state[kind].as_array().expect("a list").iter().map(line).collect();
        lines.sort();
        lines
    }

    /// A request of its administrator, with a token.
    pub(crate) async fn by_admin(&self, method: Method, path: &str, body: Value) {
        let token = self.ask(Method::GET, "/token/", None).await;
        let token = token["access_token"].as_str().expect("a token").to_owned();
        let request = self.client.request(method, format!("{}{path}", self.url)).bearer_auth(token).json(&body);
        let answer = request.send().await.expect("an answer of the fake");
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
    }

    /// Its administrator creates a domain in a context, and gives our account the right on it.
    pub(crate) async fn add_domain(&self, name: &str, context: &str, features: &[&str]) {
        let body = json!({"name": name, "context_name": context, "features": features, "delivery": "virtual"});
        self.ask(Method::POST, "/domains/", Some(body)).await;
        self.ask(Method::POST, "/allows/", Some(json!({"user": "la_regie", "domain": name}))).await;
    }

    /// Its administrator creates a mailbox.
    pub(crate) async fn add_mailbox(&self, domain: &str, part: &str, given: &str, sur: &str, display: &str) {
        let names = json!({"givenName": given, "surName": sur, "displayName": display});
        self.by_admin(Method::POST, &format!("/domains/{domain}/mailboxes/{part}"), names).await;
    }

    /// From now on, checks of a domain report these errors.
    pub(crate) async fn finds(&self, domain: &str, errors: &[&str]) {
        self.ask(Method::PUT, &format!("/_fake/domains/{domain}"), Some(json!({"errors": errors}))).await;
    }

    /// Makes the next `times` calls fail.
    pub(crate) async fn fault(&self, method: &str, path: &str, kind: &str, times: u32) {
        self.lasting_fault(method, path, kind, times, 30.0).await;
    }

    /// As [`Self::fault`], with the duration in seconds of a fault that hangs.
    pub(crate) async fn lasting_fault(&self, method: &str, path: &str, kind: &str, times: u32, seconds: f64) {
        let fault = json!({"method": method, "path": path, "kind": kind, "times": times, "seconds": seconds});
        self.ask(Method::POST, "/_fake/faults", Some(fault)).await;
    }

    /// Uses up all faults of one path, by calls that have no effect.
    pub(crate) async fn lose_faults(&self, method: Method, path: &str) {
        while !self.state().await["faults"].as_array().expect("faults").is_empty() {
            let request = self.client.request(method.clone(), format!("{}{path}", self.url));
            drop(request.basic_auth("admin", Some("admin")).send().await);
        }
    }

    /// The statuses of all calls of a method and path, oldest first; 0 if a call had no answer.
    pub(crate) async fn answers(&self, method: &str, path: &str) -> Vec<u64> {
        let calls = self.journal().await.into_iter();
        calls.filter(|call| call.0 == method && call.1 == path).map(|(_, _, call)| call.status).collect()
    }

    /// Creates another account that may manage a domain.
    pub(crate) async fn add_account(&self, name: &str, password: &str, domain: &str) {
        let perms = ["new_domain", "create_users", "manage_users"];
        let user = json!({"name": name, "password": password, "is_admin": false, "perms": perms});
        self.ask(Method::POST, "/users/", Some(user)).await;
        self.ask(Method::POST, "/allows/", Some(json!({"user": name, "domain": domain}))).await;
    }

    /// The local parts of a domain's mailboxes, in order; a duplicate appears twice.
    pub(crate) async fn mailboxes(&self, domain: &str) -> Vec<String> {
        let state = self.ask(Method::GET, "/_fake/state", None).await;
        let all = state["mailboxes"].as_array().expect("mailboxes").iter();
        let end = format!("@{domain}");
        let own = all.filter_map(|mailbox| mailbox["email"].as_str()?.strip_suffix(&end).map(str::to_owned));
        let mut own: Vec<String> = own.collect();
        own.sort();
        own
    }

    /// The creations of a domain's mailboxes by local part, oldest first.
    pub(crate) async fn creations(&self, domain: &str) -> BTreeMap<String, Vec<Creation>> {
        let start = format!("/domains/{domain}/mailboxes/");
        let mut creations: BTreeMap<String, Vec<Creation>> = BTreeMap::new();
        for (method, path, creation) in self.journal().await {
            if let ("POST", Some(part)) = (method.as_str(), path.strip_prefix(&start))
                && !part.trim_end_matches('/').contains('/')
            {
                creations.entry(part.to_owned()).or_default().push(creation);
            }
        }
        creations
    }

    /// The number of tokens that were requested.
    pub(crate) async fn tokens(&self) -> usize {
        self.journal().await.iter().filter(|(_, path, _)| path.starts_with("/token")).count()
    }

    /// All calls that it received, such as `POST /domains/ville.fr/mailboxes/jean`, in the order of
    /// their arrival.
    pub(crate) async fn calls(&self) -> Vec<String> {
        self.journal().await.into_iter().map(|(method, path, _)| format!("{method} {path}")).collect()
    }

    async fn journal(&self) -> Vec<(String, String, Creation)> {
        let journal = self.ask(Method::GET, "/_fake/journal", None).await;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let entries = journal.as_array().expect("a journal").iter();
        let read = |entry: &Value| {
            let creation = Creation { status: entry["status"].as_u64().expect("a status"), user: text(&entry["user"]) };
            (text(&entry["method"]), text(&entry["path"]), creation)
        };
        entries.map(read).collect()
    }

    /// Whether a login link of an email works.
    pub(crate) async fn opens(&self, link: &str) -> bool {
        assert!(link.starts_with(&self.url), "a link to elsewhere: {link}");
        self.client.get(link).send().await.expect("the webmail").status().is_success()
    }
}
