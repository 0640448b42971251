//! The fake dimail over HTTP: every fact on which the portal relies, grouped as in the
//! contract suite.

use std::path::PathBuf;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use dimail_portal::fake_dimail::{Fake, FakeOptions, Release};
use reqwest::{Method, header::HeaderMap};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::support::http::client;

mod administrator;
mod crashes;
mod halves;
mod of_2024;
mod serial;

const LA_REGIE: &str = "la_regie:password";
const ADMIN: &str = "admin:admin";

/// A running fake, and a client that follows no redirects.
struct Server {
    base: String,
    http: reqwest::Client,
    running: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.running.abort();
    }
}

/// A complete answer.
#[derive(Debug)]
struct Got {
    status: u16,
    headers: HeaderMap,
    text: String,
}

impl Got {
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }

    fn detail(&self) -> Value {
        self.json()["detail"].clone()
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    #[track_caller]
    fn is(&self, status: u16, detail: &str) {
        assert_eq!(self.status, status, "{}", self.text);
        assert_eq!(self.detail(), detail);
    }

    #[track_caller]
    fn crashed(&self) {
        assert_eq!(self.status, 500, "{}", self.text);
        assert_eq!(self.header("content-type"), Some("text/plain; charset=utf-8"));
        assert_eq!(self.text, "Internal Server Error");
    }
}

/// A request that was sent and may not have been answered.
type Sent = JoinHandle<reqwest::Result<reqwest::Response>>;

async fn start(options: FakeOptions) -> Server {
    serve(Fake::new(options).unwrap()).await
}

async fn serve(fake: Fake) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let running = tokio::spawn(async move { fake.serve(listener, std::future::pending()).await.unwrap() });
    Server { base, http: client(), running }
}

fn seeded() -> FakeOptions {
    FakeOptions { seed: true, ..FakeOptions::default() }
}

fn of_2024() -> FakeOptions {
    FakeOptions { release: Release::August2024, ..seeded() }
}

/// A fake in the version of production with the domain `a.fr`, and the token of `la_regie`.
async fn with_domain() -> (Server, String) {
    let server = start(seeded()).await;
    server.add_domain("a.fr", "a.fr").await;
    let token = server.token(LA_REGIE).await;
    (server, token)
}

async fn with_domain_in_2024() -> (Server, String) {
    let server = start(of_2024()).await;
    server.add_domain("a.fr", "a.fr").await;
    let token = server.token(LA_REGIE).await;
    (server, token)
}

fn basic(user: &str) -> String {
    format!("Basic {}", STANDARD.encode(user))
}

fn bearer(token: &str) -> String {
    format!("Bearer {token}")
}

fn person(given: &str, sur: &str) -> Value {
    json!({"givenName": given, "surName": sur, "displayName": format!("{given} {sur}")})
}

impl Server {
    fn request(&self, method: &str, path: &str, auth: &str) -> reqwest::RequestBuilder {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let request = self.http.request(method, format!("{}{path}", self.base));
        if auth.is_empty() { request } else { request.header("authorization", auth) }
    }

    async fn finish(&self, request: reqwest::RequestBuilder) -> Got {
        let answer = request.send().await.unwrap();
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        Got { status, headers, text: answer.text().await.unwrap() }
    }

    async fn call(&self, method: &str, path: &str, auth: &str) -> Got {
        self.finish(self.request(method, path, auth)).await
    }

    async fn get(&self, path: &str, auth: &str) -> Got {
        self.call("GET", path, auth).await
    }

    async fn send(&self, method: &str, path: &str, auth: &str, body: Value) -> Got {
        self.finish(self.request(method, path, auth).json(&body)).await
    }

    async fn post(&self, path: &str, auth: &str, body: Value) -> Got {
        self.send("POST", path, auth, body).await
    }

    async fn token(&self, user: &str) -> String {
        let got = self.get("/token/", &basic(user)).await;
        assert_eq!(got.status, 200, "{}", got.text);
        bearer(got.json()["access_token"].as_str().unwrap())
    }

    async fn add_domain(&self, name: &str, context: &str) -> Got {
        let features = ["webmail", "mailbox", "alias"];
        let body = json!({"name": name, "context_name": context, "features": features, "delivery": "virtual"});
        let got = self.post("/domains/", &basic(LA_REGIE), body).await;
        assert_eq!(got.status, 201, "{}", got.text);
        got
    }

    async fn add_mailbox(&self, token: &str, email: &str, given: &str, sur: &str) -> Got {
        let (name, domain) = email.split_once('@').unwrap();
        self.post(&format!("/domains/{domain}/mailboxes/{name}"), token, person(given, sur)).await
    }

    async fn state(&self) -> Value {
        self.get("/_fake/state", "").await.json()
    }

    async fn journal(&self) -> Vec<Value> {
        self.get("/_fake/journal", "").await.json().as_array().unwrap().clone()
    }

    async fn plan(&self, domain: &str, plan: Value) {
        let got = self.send("PUT", &format!("/_fake/domains/{domain}"), "", plan).await;
        assert_eq!(got.status, 200, "{}", got.text);
    }

    async fn fault(&self, method: &str, path: &str, kind: &str) {
        let fault = json!({"method": method, "path": path, "kind": kind, "seconds": 0});
        let got = self.post("/_fake/faults", "", fault).await;
        assert_eq!(got.status, 201, "{}", got.text);
    }

    async fn lasting_fault(&self, method: &str, path: &str, kind: &str, seconds: f64) {
        let fault = json!({"method": method, "path": path, "kind": kind, "seconds": seconds});
        assert_eq!(self.post("/_fake/faults", "", fault).await.status, 201);
    }

    /// Sends a request, and returns when the fake has received it.
    async fn arrives(&self, request: reqwest::RequestBuilder) -> Sent {
        let before = self.journal().await.len();
        let sent = tokio::spawn(request.send());
        while self.journal().await.len() == before {
            tokio::task::yield_now().await;
        }
        sent
    }

    async fn mailbox_arrives(&self, token: &str, name: &str) -> Sent {
        let request = self.request("POST", &format!("/domains/a.fr/mailboxes/{name}"), token);
        self.arrives(request.json(&person(name, "Un"))).await
    }

    async fn statuses(&self) -> Vec<u64> {
        self.journal().await.iter().map(|entry| entry["status"].as_u64().unwrap()).collect()
    }

    /// Polls the state until it meets the condition; hangs if it never does.
    async fn until(&self, said: impl Fn(&Value) -> bool) {
        while !said(&self.state().await) {
            tokio::task::yield_now().await;
        }
    }
}

/// The entry of a list with this address.
#[track_caller]
fn with_email(list: &Value, email: &str) -> Value {
    let found = list.as_array().unwrap().iter().find(|one| one["email"] == email);
    found.unwrap_or_else(|| unreachable!("no {email} in {list}")).clone()
}

fn emails(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|one| one["email"].as_str().unwrap()).collect()
}

fn temporary(name: &str) -> PathBuf {
    let unique = STANDARD.encode(format!("{name}{}", std::process::id())).replace('/', "_");
    std::env::temp_dir().join(format!("fake-dimail-{unique}")).join("state.json")
}

mod authentication_1_1 {
    use super::*;

    #[tokio::test]
    async fn basic_endpoint_without_credentials_is_401() {
        let server = start(seeded()).await;
        for auth in ["", "Bearer x", "Digest x"] {
            let got = server.get("/token/", auth).await;
            got.is(401, "Not authenticated");
            assert_eq!(got.header("www-authenticate"), Some("Basic"));
        }
    }

    #[tokio::test]
    async fn basic_endpoint_with_unreadable_credentials_is_401() {
        let server = start(seeded()).await;
        let no_colon = format!("Basic {}", STANDARD.encode("nocolon"));
        let not_ascii = format!("Basic {}", STANDARD.encode("é:x"));
        for auth in ["Basic", "Basic !!!", &no_colon, &not_ascii] {
            server.get("/token/", auth).await.is(401, "Invalid authentication credentials");
        }
    }

    #[tokio::test]
    async fn wrong_user_wrong_password_and_missing_right_are_403() {
        let server = start(seeded()).await;
        server.get("/token/", &basic("nobody:x")).await.is(403, "Permission denied");
        server.get("/token/", &basic("admin:wrong")).await.is(403, "Permission denied");
        server.get("/users/", &basic(LA_REGIE)).await.is(403, "Permission denied");
        assert_eq!(server.get("/users/", &basic(ADMIN)).await.status, 200);
        let lower_case = basic(ADMIN).replace("Basic", "basic");
        assert_eq!(server.get("/token/", &lower_case).await.status, 200);
    }

    #[tokio::test]
    async fn bearer_endpoint_refuses_with_403_and_no_challenge() {
        let (server, token) = with_domain().await;
        let path = "/domains/a.fr/mailboxes/";
        for (auth, detail) in [
            ("", "Not authenticated"),
            ("Bearer", "Not authenticated"),
            ("Basic", "Not authenticated"),
            ("Basic eDp5", "Invalid authentication credentials"),
            ("Bearer garbage", "Permission denied"),
        ] {
            let got = server.get(path, auth).await;
            got.is(403, detail);
            assert_eq!(got.header("www-authenticate"), None);
        }
        let altered = format!("{}x", token.strip_suffix(|_: char| true).unwrap());
        assert_eq!(server.get(path, &altered).await.status, 403);
        server.get(path, &token.replace("Bearer", "bearer")).await.crashed();
    }

    #[tokio::test]
    async fn empty_database_makes_anyone_an_administrator_until_the_first_user() {
        let server = start(FakeOptions::default()).await;
        assert_eq!(server.get("/users/", "").await.status, 401);
        assert_eq!(server.get("/users/", &basic(":")).await.json(), json!([]));
        let token = server.token("any:thing").await;
        server.get("/domains/a.fr/mailboxes/", &token).await.is(403, "Permission denied");
        let user = json!({"name": "admin", "password": "secret", "is_admin": true});
        assert_eq!(server.post("/users/", &basic(":"), user).await.status, 201);
        server.get("/users/", &basic(":")).await.is(403, "Permission denied");
        assert_eq!(server.get("/users/", &basic("admin:secret")).await.status, 200);
    }
}

mod bodies_and_errors_1_2 {
    use super::*;

    #[tokio::test]
    async fn a_json_body_needs_no_type_but_refuses_a_foreign_one() {
        let server = start(seeded()).await;
        let user = |name: &str| json!({"name": name, "password": "", "is_admin": false}).to_string();
        let untyped = server.request("POST", "/users/", &basic(ADMIN)).body(user("one"));
        assert_eq!(server.finish(untyped).await.status, 201);
        let plain = server.request("POST", "/users/", &basic(ADMIN)).body(user("two"));
        let got = server.finish(plain.header("content-type", "text/plain")).await;
        assert_eq!(got.status, 422);
        assert_eq!(got.detail()[0]["loc"], json!(["body"]));
    }

    #[tokio::test]
    async fn validation_gives_a_list_with_all_that_is_wrong() {
        let server = start(seeded()).await;
        let body = json!({"name": 5, "is_admin": "perhaps", "unknown": 1});
        let got = server.post("/users/", &basic(ADMIN), body).await;
        assert_eq!(got.status, 422);
        let detail = got.detail();
        let kinds: Vec<&Value> = detail.as_array().unwrap().iter().map(|one| &one["type"]).collect();
        assert_eq!(kinds, ["string_type", "missing", "bool_parsing"]);
        assert_eq!(detail[1]["loc"], json!(["body", "password"]));
        assert_eq!(detail[1]["msg"], "Field required");
    }

    #[tokio::test]
    async fn refusals_come_in_their_order() {
        let (server, _) = with_domain().await;
        let path = "/domains/a.fr/mailboxes/jean";
        let unreadable = server.request("POST", path, "").header("content-type", "application/json").body("{");
        assert_eq!(server.finish(unreadable).await.status, 422);
        let got = server.post(path, "", json!({})).await;
        got.is(403, "Not authenticated");
        let stranger = json!({"name": "stranger", "password": "x", "is_admin": false});
        server.post("/users/", &basic(ADMIN), stranger).await;
        let token = server.token("stranger:x").await;
        assert_eq!(server.post(path, &token, json!({})).await.status, 422);
        server.post(path, &token, person("Jean", "Un")).await.is(403, "Permission denied");
        let body = json!({"broken": true});
        server.post("/domains/", &basic("stranger:x"), body).await.is(403, "Permission denied");
    }

    #[tokio::test]
    async fn unknown_routes_and_wrong_methods_have_their_own_words() {
        let (server, token) = with_domain().await;
        for path in ["/", "/nothing", "/domains/a.fr/nothing", "/domains/a.fr/mailboxes/x/reset-password"] {
            server.get(path, &token).await.is(404, "Not Found");
        }
        let got = server.call("DELETE", "/domains/a.fr", "").await;
        got.is(405, "Method Not Allowed");
        assert_eq!(got.header("allow"), Some("GET"));
        assert_eq!(server.call("HEAD", "/domains/", "").await.status, 405);
        let got = server.post("/domains/a.fr/mailboxes/", &token, json!({})).await;
        got.is(405, "Method Not Allowed");
    }

    #[tokio::test]
    async fn every_success_is_json_also_without_body() {
        let (server, token) = with_domain().await;
        server.add_mailbox(&token, "jean@a.fr", "Jean", "Un").await;
        let got = server.call("DELETE", "/domains/a.fr/mailboxes/jean", &token).await;
        assert_eq!((got.status, got.text.as_str()), (204, ""));
        assert_eq!(got.header("content-type"), Some("application/json"));
    }

    #[tokio::test]
    async fn any_origin_may_call() {
        let server = start(seeded()).await;
        let request = server.request("GET", "/token/", &basic(ADMIN)).header("origin", "https://x.fr");
        let got = server.finish(request).await;
        assert_eq!(got.header("access-control-allow-origin"), Some("*"));
        let asked = server.request("OPTIONS", "/domains/", "").header("origin", "https://x.fr");
        let got = server.finish(asked.header("access-control-request-method", "POST")).await;
        assert_eq!(got.status, 200);
        assert_eq!(got.header("access-control-allow-origin"), Some("https://x.fr"));
    }
}

mod slashes_and_segments_1_3_and_1_4 {
    use super::*;

    #[tokio::test]
    async fn the_other_form_redirects_absolutely_without_authentication() {
        let server = start(seeded()).await;
        for (asked, canonical) in [
            ("/token?username=x", "/token/?username=x"),
            ("/users", "/users/"),
            ("/allows", "/allows/"),
            ("/domains", "/domains/"),
            ("/users/x/", "/users/x"),
            ("/allows/a.fr/x/", "/allows/a.fr/x"),
            ("/domains/a.fr/", "/domains/a.fr"),
            ("/domains/a.fr/check/", "/domains/a.fr/check"),
            ("/domains/a.fr/mailboxes", "/domains/a.fr/mailboxes/"),
            ("/domains/a.fr/mailboxes/x%20y/", "/domains/a.fr/mailboxes/x%20y"),
            ("/domains/a.fr/mailboxes/x/code/", "/domains/a.fr/mailboxes/x/code"),
            ("/domains/a.fr/aliases", "/domains/a.fr/aliases/"),
            ("/domains/a.fr/aliases/x/y@z.fr/", "/domains/a.fr/aliases/x/y@z.fr"),
            ("/v2/domains/a.fr/mailboxes", "/v2/domains/a.fr/mailboxes/"),
        ] {
            for method in ["GET", "POST", "DELETE"] {
                let got = server.call(method, asked, "").await;
                assert_eq!(got.status, 307, "{asked}");
                assert_eq!(got.header("location"), Some(format!("{}{canonical}", server.base).as_str()));
            }
        }
    }

    #[tokio::test]
    async fn where_the_form_is_unsure_both_are_served() {
        let (server, token) = with_domain().await;
        server.add_mailbox(&token, "jean@a.fr", "Jean", "Un").await;
        for slash in ["", "/"] {
            assert_eq!(server.get(&format!("/domains/a.fr/fix{slash}"), &basic(LA_REGIE)).await.status, 200);
            assert_eq!(server.get(&format!("/domains/a.fr/spec{slash}"), &basic(LA_REGIE)).await.status, 200);
            assert_eq!(server.get(&format!("/domains/a.fr/address/jean{slash}"), &token).await.status, 200);
            let reset = format!("/domains/a.fr/mailboxes/jean/reset_password{slash}");
            assert_eq!(server.call("POST", &reset, &token).await.status, 200);
        }
    }

    #[tokio::test]
    async fn segments_are_decoded_before_the_route_is_found() {
        let (server, token) = with_domain().await;
        let path = "/domains/a.fr/mailboxes/jean%2Edupont%2Bx";
        let got = server.post(path, &token, person("Jean", "Un")).await;
        assert_eq!(got.json()["email"], "jean.dupont+x@a.fr");
        let got = server.post("/domains/a.fr/mailboxes/a%2Fb", &token, person("A", "B")).await;
        got.is(404, "Not Found");
    }
}

mod tokens_3_1 {
    use super::*;

    fn claims(token: &str) -> Value {
        let part = token.split('.').nth(1).unwrap();
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
    }

    #[tokio::test]
    async fn a_token_tells_its_user_and_its_end() {
        let server = start(seeded()).await;
        let got = server.get("/token/", &basic(LA_REGIE)).await.json();
        assert_eq!(got["token_type"], "bearer");
        let claims = claims(got["access_token"].as_str().unwrap());
        assert_eq!(claims["sub"], "la_regie");
        assert_eq!(claims.as_object().unwrap().len(), 2);
        let now = dimail_portal::clock::Clock::system().now();
        let left = claims["exp"].as_i64().unwrap() - now.seconds();
        assert!((2700..=2820).contains(&left), "{left}");
    }

    #[tokio::test]
    async fn expired_tokens_look_like_a_missing_right() {
        let (server, token) = with_domain().await;
        let path = "/domains/a.fr/mailboxes/";
        assert_eq!(server.get(path, &token).await.status, 200);
        assert_eq!(server.call("POST", "/_fake/expire-tokens", "").await.status, 204);
        server.get(path, &token).await.is(403, "Permission denied");
        let fresh = server.token(LA_REGIE).await;
        assert_eq!(server.get(path, &fresh).await.status, 200);
    }

    #[tokio::test]
    async fn tokens_live_side_by_side_and_die_with_their_user() {
        let (server, first) = with_domain().await;
        let second = server.token(LA_REGIE).await;
        for token in [&first, &second] {
            assert_eq!(server.get("/domains/a.fr", token).await.status, 200);
        }
        assert_eq!(server.call("DELETE", "/users/la_regie", &basic(ADMIN)).await.status, 204);
        server.get("/domains/a.fr", &first).await.is(403, "Permission denied");
    }

    #[tokio::test]
    async fn a_manager_of_users_gets_a_token_for_another() {
        let server = start(seeded()).await;
        let user = json!({"name": "Anna", "password": "x", "is_admin": false});
        server.post("/users/", &basic(LA_REGIE), user).await;
        let got = server.get("/token/?username=anna", &basic(LA_REGIE)).await.json();
        assert_eq!(claims(got["access_token"].as_str().unwrap())["sub"], "Anna");
        server.get("/token/?username=admin", &basic("Anna:x")).await.is(403, "Permission denied");
        assert_eq!(server.get("/token/?username=anna", &basic("Anna:x")).await.status, 200);
        server.get("/token/?username=nobody", &basic(LA_REGIE)).await.is(404, "User not found");
    }
}

mod users_and_allows_3_2_and_3_3 {
    use super::*;

    #[tokio::test]
    async fn a_user_is_made_read_changed_and_deleted() {
        let server = start(seeded()).await;
        let admin = basic(ADMIN);
        let body = json!({"name": "Anna", "password": "x", "is_admin": "false", "perms": ["new_domain"]});
        let got = server.post("/users/", &basic(LA_REGIE), body.clone()).await;
        assert_eq!(got.status, 201);
        let made = got.json();
        assert_eq!(made["is_admin"], false);
        assert_eq!(made["perms"], json!(["new_domain"]));
        assert_eq!(made["uuid"].as_str().unwrap().len(), 36);
        assert_eq!(made.get("password"), None);
        let mut again = body;
        again["name"] = json!("anna");
        again["password"] = json!("other");
        server.post("/users/", &admin, again).await.is(409, "User already exists");
        assert_eq!(server.get("/token/", &basic("ANNA:x")).await.status, 200);
        assert_eq!(server.get("/users/anna", &admin).await.json(), made);
        let got = server.send("PATCH", "/users/anna", &admin, json!({"password": "y", "is_admin": 1})).await;
        assert_eq!(got.json()["is_admin"], true);
        assert_eq!(server.get("/users/", &basic("anna:y")).await.json().as_array().unwrap().len(), 3);
        assert_eq!(server.send("PATCH", "/users/anna", &admin, json!({})).await.status, 200);
        assert_eq!(server.call("DELETE", "/users/anna", &admin).await.status, 204);
        server.call("DELETE", "/users/anna", &admin).await.is(404, "Not found");
        server.send("PATCH", "/users/anna", &admin, json!({})).await.is(404, "Not found");
        server.get("/users/anna", &admin).await.is(404, "User not found");
    }

    #[tokio::test]
    async fn the_name_of_a_user_has_at_most_32_characters() {
        let server = start(seeded()).await;
        let user = |length| json!({"name": "x".repeat(length), "password": "", "is_admin": false});
        assert_eq!(server.post("/users/", &basic(ADMIN), user(32)).await.status, 201);
        server.post("/users/", &basic(ADMIN), user(33)).await.crashed();
    }

    #[tokio::test]
    async fn an_allow_opens_a_domain_and_its_end_closes_it() {
        let (server, _) = with_domain().await;
        let admin = basic(ADMIN);
        let user = json!({"name": "anna", "password": "x", "is_admin": false});
        server.post("/users/", &admin, user).await;
        let token = server.token("anna:x").await;
        let path = "/domains/a.fr/mailboxes/";
        server.get(path, &token).await.is(403, "Permission denied");
        let allow = json!({"user": "anna", "domain": "a.fr"});
        server.post("/allows/", &basic(LA_REGIE), allow.clone()).await.is(403, "Permission denied");
        let got = server.post("/allows/", &admin, allow.clone()).await;
        assert_eq!((got.status, got.json()), (201, allow.clone()));
        assert_eq!(server.get(path, &token).await.status, 200);
        let got = server.post("/allows/", &admin, allow.clone()).await;
        got.is(409, "Domain already allowed for this user");
        assert_eq!(server.get("/allows/?username=anna", &admin).await.json(), json!([allow]));
        assert_eq!(server.get("/allows/?domain=unknown.fr", &admin).await.json(), json!([]));
        assert_eq!(server.call("DELETE", "/allows/a.fr/anna", &admin).await.status, 204);
        server.get(path, &token).await.is(403, "Permission denied");
        let got = server.call("DELETE", "/allows/a.fr/anna", &admin).await;
        got.is(404, "Queried user does not have permissions for this domain.");
        server.call("DELETE", "/allows/b.fr/nobody", &admin).await.is(404, "User not found");
        server.call("DELETE", "/allows/b.fr/anna", &admin).await.is(404, "Domain not found");
    }
}

mod domains_3_4_and_3_5 {
    use super::*;

    #[tokio::test]
    async fn la_regie_makes_a_domain_and_may_manage_it() {
        let server = start(seeded()).await;
        let got = server.add_domain("a.fr", "a.fr").await.json();
        assert_eq!(got["state"], "new");
        assert_eq!(got["valid"], false);
        assert_eq!(got["context_name"], "a.fr");
        assert_eq!(got["delivery"], "virtual");
        let checks: Vec<&Value> = got.as_object().unwrap().values().filter(|one| one["ok"].is_boolean()).collect();
        assert_eq!(checks.len(), 11);
        assert!(checks.iter().all(|one| one["ok"] == false && one["errors"][0]["code"] == "no_test"));
        let allows = server.state().await["allows"].clone();
        assert_eq!(allows, json!([{"user": "la_regie", "domain": "a.fr"}]));
        let token = server.token(LA_REGIE).await;
        assert_eq!(server.get("/domains/a.fr", &token).await.json()["state"], "ok");
    }

    #[tokio::test]
    async fn the_check_behind_a_creation_can_be_left_out() {
        let server = start(seeded()).await;
        let body = json!({"name": "a.fr", "context_name": null, "features": []});
        server.post("/domains/?no_check=true", &basic(LA_REGIE), body).await;
        assert_eq!(server.state().await["domains"][0]["state"], "new");
    }

    #[tokio::test]
    async fn bad_domains_are_refused() {
        let server = start(seeded()).await;
        let auth = basic(LA_REGIE);
        server.add_domain("a.fr", "a.fr").await;
        let domain = |name: &str| json!({"name": name, "context_name": name, "features": ["webmail"]});
        server.post("/domains/", &auth, domain("a.fr")).await.is(409, "Domain already exists");
        let mut body = domain("b.fr");
        body["context_name"] = Value::Null;
        let got = server.post("/domains/", &auth, body).await;
        got.is(409, "OX context name is mandatory for mailbox feature");
        let got = server.post("/domains/", &auth, json!({"name": "b.fr", "features": ["mail"]})).await;
        assert_eq!(got.status, 422);
        assert_eq!(got.detail()[0]["type"], "enum");
        assert_eq!(got.detail()[1]["loc"], json!(["body", "context_name"]));
        server.post("/domains/", &auth, domain(&"x".repeat(201))).await.crashed();
    }

    #[tokio::test]
    async fn a_failed_creation_leaves_its_context_behind() {
        let server = start(seeded()).await;
        let name = "x".repeat(201);
        let body = |context: &str| json!({"name": name, "context_name": context, "features": ["webmail"]});
        server.post("/domains/", &basic(LA_REGIE), body("one")).await.crashed();
        let got = server.post("/domains/", &basic(LA_REGIE), body("two")).await;
        got.is(409, "The domain is currently mapped to OX context one");
    }

    #[tokio::test]
    async fn one_domain_answers_404_before_the_right_and_401_without_it() {
        let (server, _) = with_domain().await;
        let user = json!({"name": "anna", "password": "x", "is_admin": false});
        server.post("/users/", &basic(ADMIN), user).await;
        let token = server.token("anna:x").await;
        server.get("/domains/b.fr", &token).await.is(404, "Domain not found");
        server.get("/domains/a.fr", &token).await.is(401, "Not authorized.");
        let list = server.get("/domains/", &basic(ADMIN)).await.json();
        assert_eq!(list[0]["name"], "a.fr");
    }
}

mod checks_3_6_to_3_8_and_4 {
    use super::*;

    #[tokio::test]
    async fn a_check_says_what_it_was_told_to() {
        let (server, _) = with_domain().await;
        let auth = basic(LA_REGIE);
        let errors = ["wrong_mx", "no_cname_imap", "wrong_cname_webmail", "no_spf", "wrong_dkim", "odd_smtp"];
        server.plan("a.fr", json!({"errors": errors, "internal_errors": ["no_cert", "strange"]})).await;
        let got = server.get("/domains/a.fr/check", &auth).await.json();
        assert_eq!((&got["state"], &got["valid"]), (&json!("broken"), &json!(false)));
        for (check, code) in [
            ("mx", "wrong_mx"),
            ("cname_imap", "no_cname_imap"),
            ("cname_webmail", "wrong_cname_webmail"),
            ("spf", "no_spf"),
            ("dkim", "wrong_dkim"),
            ("cname_smtp", "odd_smtp"),
            ("cert", "no_cert"),
            ("ox", "strange"),
        ] {
            assert_eq!(got[check]["ok"], false, "{check}");
            assert_eq!(got[check]["errors"][0]["code"], code);
        }
        assert_eq!(got["postfix"], json!({"ok": true, "internal": true, "errors": []}));
        assert_eq!(got["mx"]["internal"], false);
        let detail = got["mx"]["errors"][0]["detail"].as_str().unwrap();
        assert!(detail.contains("mx.ox.numerique.gouv.fr.") && detail.contains("ancien"), "{detail}");
        server.plan("a.fr", json!({})).await;
        let got = server.get("/domains/a.fr/check", &auth).await.json();
        assert_eq!((&got["state"], &got["valid"]), (&json!("ok"), &json!(true)));
    }

    #[tokio::test]
    async fn a_domain_that_does_not_exist_leaves_the_other_checks_untouched() {
        let (server, _) = with_domain().await;
        server.plan("a.fr", json!({"errors": ["must_exist", "no_mx"], "internal_errors": ["no_cert"]})).await;
        let got = server.get("/domains/a.fr/check", &basic(LA_REGIE)).await.json();
        assert_eq!(got["domain_exist"]["errors"][0]["code"], "must_exist");
        assert_eq!(got["mx"]["ok"], true);
        assert_eq!(got["cert"]["ok"], true);
    }

    #[tokio::test]
    async fn a_plan_may_precede_its_domain_and_features_decide_what_is_checked() {
        let server = start(seeded()).await;
        server.plan("a.fr", json!({"errors": ["no_cname_webmail", "no_mx"]})).await;
        let body = json!({"name": "a.fr", "context_name": null, "features": ["mailbox"]});
        server.post("/domains/", &basic(LA_REGIE), body).await;
        let got = server.get("/domains/a.fr/check", &basic(LA_REGIE)).await.json();
        assert_eq!(got["cname_webmail"]["ok"], true);
        assert_eq!(got["mx"]["ok"], false);
    }

    #[tokio::test]
    async fn unpublished_domains_fail_until_they_are_mentioned() {
        let options = FakeOptions { unpublished: vec!["no_mx".to_owned()], ..seeded() };
        let server = start(options).await;
        server.add_domain("a.fr", "a.fr").await;
        assert_eq!(server.state().await["domains"][0]["check"]["errors"], json!(["no_mx"]));
        assert_eq!(server.get("/domains/a.fr/check", &basic(LA_REGIE)).await.json()["state"], "broken");
        server.plan("a.fr", json!({})).await;
        assert_eq!(server.get("/domains/a.fr/check", &basic(LA_REGIE)).await.json()["state"], "ok");
    }

    #[tokio::test]
    async fn fix_repairs_what_is_internal_when_it_can() {
        let (server, _) = with_domain().await;
        let auth = basic(LA_REGIE);
        for (repairs, states) in
            [(json!(true), ["ok", "ok"]), (json!(false), ["broken", "broken"]), (json!(2), ["broken", "ok"])]
        {
            server.plan("a.fr", json!({"internal_errors": ["no_cert"], "fix_repairs": repairs})).await;
            assert_eq!(server.get("/domains/a.fr/check", &auth).await.json()["state"], "broken");
            for state in states {
                assert_eq!(server.get("/domains/a.fr/fix/", &auth).await.json()["state"], state);
            }
        }
        server.plan("a.fr", json!({"errors": ["no_mx"], "internal_errors": ["no_cert"]})).await;
        let got = server.get("/domains/a.fr/fix/", &auth).await.json();
        assert_eq!((&got["cert"]["ok"], &got["mx"]["ok"]), (&json!(true), &json!(false)));
    }

    #[tokio::test]
    async fn check_is_for_those_who_may_create_or_manage() {
        let (server, _) = with_domain().await;
        let user = json!({"name": "anna", "password": "x", "is_admin": false});
        server.post("/users/", &basic(ADMIN), user).await;
        server.get("/domains/a.fr/check", &basic("anna:x")).await.is(403, "Permission denied");
        let allow = json!({"user": "anna", "domain": "a.fr"});
        server.post("/allows/", &basic(ADMIN), allow).await;
        assert_eq!(server.get("/domains/a.fr/check", &basic("anna:x")).await.status, 200);
        server.get("/domains/b.fr/check", &basic(LA_REGIE)).await.is(404, "Domain not found");
    }

    #[tokio::test]
    async fn spec_lists_the_records_with_a_key_of_the_domain() {
        let (server, _) = with_domain().await;
        server.add_domain("b.fr", "b.fr").await;
        let of_a = server.get("/domains/a.fr/spec/", &basic(LA_REGIE)).await.json();
        let of_b = server.get("/domains/b.fr/spec/", &basic(LA_REGIE)).await.json();
        assert_eq!(of_a.as_array().unwrap().len(), 6);
        assert_eq!(of_a[0], json!({"target": "", "type": "mx", "value": "mx.ox.numerique.gouv.fr."}));
        assert_eq!(of_a[1]["target"], "dimail._domainkey");
        let key = of_a[1]["value"].as_str().unwrap();
        assert!(key.starts_with("v=DKIM1; h=sha256; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA"));
        assert_eq!(key.split("p=").nth(1).unwrap().len(), 392);
        assert_ne!(of_a[1], of_b[1]);
        assert_eq!(of_a, server.get("/domains/a.fr/spec/", &basic(LA_REGIE)).await.json());
    }
}

mod mailboxes_3_9 {
    use super::*;

    const LIST: &str = "/domains/a.fr/mailboxes/";
    const LIST_V2: &str = "/v2/domains/a.fr/mailboxes/";

    #[tokio::test]
    async fn a_mailbox_is_made_with_a_password_told_once() {
        let (server, token) = with_domain().await;
        let got = server.add_mailbox(&token, "Jean.Dupont@a.fr", "Jean", "Dupont").await;
        assert_eq!(got.status, 201, "{}", got.text);
        assert_eq!(got.json()["email"], "jean.dupont@a.fr");
        assert_eq!(got.json()["password"].as_str().unwrap().len(), 16);
        assert_eq!(got.json()["uuid"].as_str().unwrap().len(), 36);
        let one = server.get("/domains/a.fr/mailboxes/jean.dupont", &token).await.json();
        let expected = json!({"type": "mailbox", "status": "ok", "email": "jean.dupont@a.fr", "givenName": "Jean",
            "surName": "Dupont", "displayName": "Jean Dupont", "active": "yes", "additionalSenders": []});
        assert_eq!(one, expected);
        assert!(!server.get("/_fake/state", "").await.text.contains(got.json()["password"].as_str().unwrap()));
    }

    #[tokio::test]
    async fn missing_names_domains_and_rights_are_told_apart() {
        let (server, token) = with_domain().await;
        let got = server.post("/domains/a.fr/mailboxes/jean", &token, json!({"givenName": "Jean"})).await;
        assert_eq!((got.status, got.detail().as_array().unwrap().len()), (422, 2));
        server.add_mailbox(&token, "jean@b.fr", "Jean", "Un").await.is(403, "Permission denied");
        let admin = server.token(ADMIN).await;
        server.add_mailbox(&admin, "jean@b.fr", "Jean", "Un").await.is(404, "Domain not found");
        server.get("/domains/b.fr/mailboxes/", &admin).await.is(404, "Domain not found");
        server.get("/domains/a.fr/mailboxes/jean", &token).await.is(404, "Mailbox not found");
    }

    #[tokio::test]
    async fn a_taken_address_is_409_a_taken_display_name_500() {
        let (server, token) = with_domain().await;
        server.add_mailbox(&token, "jean@a.fr", "Jean", "Un").await;
        let got = server.add_mailbox(&token, "JEAN@a.fr", "Jean", "Deux").await;
        assert_eq!(got.status, 409);
        assert!(got.detail().is_string());
        server.add_mailbox(&token, "other@a.fr", "JEAN", "UN").await.crashed();
        server.get("/domains/a.fr/address/other/", &token).await.is(404, "Address not found");
        server.add_mailbox(&token, "oxadmin@a.fr", "Some", "Body").await.crashed();
    }

    #[tokio::test]
    async fn of_six_identical_creations_one_succeeds() {
        let (server, token) = with_domain().await;
        let calls = (0..6).map(|_| {
            let request = server.request("POST", "/domains/a.fr/mailboxes/jean", &token);
            tokio::spawn(request.json(&person("Jean", "Un")).send())
        });
        let mut statuses = Vec::new();
        for call in calls.collect::<Vec<_>>() {
            statuses.push(call.await.unwrap().unwrap().status().as_u16());
        }
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409, 409, 409, 409, 409]);
    }

    #[tokio::test]
    async fn lists_hold_the_technical_user_and_the_whole_context() {
        let (server, token) = with_domain().await;
        server.add_domain("b.fr", "a.fr").await;
        server.add_mailbox(&token, "jean@a.fr", "Jean", "Un").await;
        server.add_mailbox(&token, "paul@b.fr", "Paul", "Deux").await;
        let list = server.get(LIST, &token).await.json();
        assert_eq!(emails(&list), ["oxadmin@a.fr", "jean@a.fr", "paul@b.fr"]);
        assert_eq!(with_email(&list, "jean@a.fr")["status"], "ok");
        assert_eq!(with_email(&list, "paul@b.fr")["status"], "broken");
        let technical = with_email(&list, "oxadmin@a.fr");
        assert_eq!((&technical["status"], &technical["displayName"]), (&json!("broken"), &json!("Context Admin")));
        let list = server.get(LIST_V2, &token).await.json();
        assert_eq!(emails(&list), ["oxadmin@a.fr", "jean@a.fr", "paul@b.fr"]);
        let expected = json!({"type": "mailbox", "active": "yes", "imap_active": "yes", "smtp_active": "yes",
            "email": "jean@a.fr", "features": ["ox"], "extras": {"ox": {"given_name": "Jean", "sur_name": "Un",
            "display_name": "Jean Un"}, "schedule": null}, "dirty_quirks": {"ox-config": {}},
            "additionalSenders": [], "rate_limit": null, "quota": null});
        assert_eq!(with_email(&list, "jean@a.fr"), expected);
    }

    #[tokio::test]
    async fn local_parts_and_display_names_are_unique_in_a_context_only() {
        let (server, token) = with_domain().await;
        server.add_domain("b.fr", "a.fr").await;
        server.add_domain("c.fr", "c.fr").await;
        server.add_mailbox(&token, "jean@a.fr", "Jean", "Un").await;
        server.add_mailbox(&token, "jean@b.fr", "Jean", "Deux").await.crashed();
        server.add_mailbox(&token, "paul@b.fr", "Jean", "Un").await.crashed();
        assert_eq!(server.add_mailbox(&token, "jean@c.fr", "Jean", "Un").await.status, 201);
        let known = server.get("/domains/b.fr/address/jean/", &token).await.json();
        let expected = json!({"domain_name": "b.fr", "user_name": "jean", "is_alias": false, "is_mailbox": false,
            "is_ox": true, "ox_primary_email": "jean@a.fr", "ox_senders": []});
        assert_eq!(known, expected);
    }

    #[tokio::test]
    async fn a_domain_without_webmail_has_functional_mailboxes() {
        let server = start(seeded()).await;
        let body = json!({"name": "a.fr", "context_name": null, "features": ["mailbox"]});
        server.post("/domains/", &basic(LA_REGIE), body).await;
        let token = server.token(LA_REGIE).await;
        server.add_mailbox(&token, "info@a.fr", "In", "Fo").await;
        let list = server.get(LIST, &token).await.json();
        assert_eq!((&list[0]["status"], &list[0]["givenName"]), (&json!("ok"), &Value::Null));
        let list = server.get(LIST_V2, &token).await.json();
        assert_eq!((&list[0]["features"], &list[0]["extras"]["ox"]), (&json!([]), &Value::Null));
        assert_eq!(list[0]["dirty_quirks"], Value::Null);
    }

    #[tokio::test]
    async fn disabling_loses_names_and_calendar_and_enabling_needs_names() {
        let (server, token) = with_domain().await;
        let path = "/domains/a.fr/mailboxes/jean";
        server.add_mailbox(&token, "jean@a.fr", "Jean", "Un").await;
        for _ in 0..2 {
            let got = server.send("PATCH", path, &token, json!({"active": "no"})).await;
            assert_eq!((got.status, got.json()["givenName"].clone()), (200, Value::Null));
        }
        let listed = with_email(&server.get(LIST_V2, &token).await.json(), "jean@a.fr");
        assert_eq!((&listed["active"], &listed["features"]), (&json!("no"), &json!([])));
        let kept = with_email(&server.state().await["mailboxes"], "jean@a.fr");
        assert_eq!((&kept["calendar_lost"], &kept["active"]), (&json!(true), &json!("no")));
        assert_eq!(server.add_mailbox(&token, "jean@a.fr", "Jean", "Un").await.status, 409);
        let got = server.send("PATCH", path, &token, json!({"active": "yes"})).await;
        assert_eq!(got.status, 422);
        // The display name became free when the mailbox was disabled, so it may be taken.
        server.add_mailbox(&token, "other@a.fr", "Jean", "Un").await;
        let mut enable = person("Jean", "Un");
        enable["active"] = json!("yes");
        server.send("PATCH", path, &token, enable.clone()).await.crashed();
        enable["displayName"] = json!("Jean Un (2)");
        let got = server.send("PATCH", path, &token, enable).await.json();
        assert_eq!((&got["active"], &got["displayName"]), (&json!("yes"), &json!("Jean Un (2)")));
        assert_eq!(with_email(&server.state().await["mailboxes"], "jean@a.fr")["calendar_lost"], true);
    }

    #[tokio::test]
    async fn names_are_changed_one_by_one() {
        let (server, token) = with_domain().await;
        let path = "/domains/a.fr/mailboxes/jean";
        server.add_mailbox(&token, "jean@a.fr", "Jean", "Un").await;
        let got = server.send("PATCH", path, &token, json!({"surName": "Deux"})).await.json();
        assert_eq!((&got["surName"], &got["displayName"]), (&json!("Deux"), &json!("Jean Un")));
        assert_eq!(server.send("PATCH", path, &token, json!({})).await.status, 200);
        assert_eq!(server.call("PATCH", path, &token).await.status, 422);
        assert_eq!(server.send("PATCH", path, &token, json!({"active": "perhaps"})).await.status, 422);
        let got = server.send("PATCH", path, &token, json!({"user_name": "paul"})).await;
        got.is(422, "Not yet implemented");
        let got = server.send("PATCH", path, &token, json!({"domain": "b.fr"})).await;
        got.is(404, "Target domain not found");
        server.send("PATCH", "/domains/a.fr/mailboxes/x", &token, json!({})).await.is(404, "Mailbox not found");
        server.send("PATCH", path, &token, json!({"active": "no"})).await;
        let got = server.send("PATCH", path, &token, json!({"surName": "Trois"})).await;
        got.is(404, "Mailbox not found in open-xchange");
        server.add_mailbox(&token, "paul@a.fr", "Paul", "Un").await;
        let same = json!({"displayName": "context ADMIN"});
        server.send("PATCH", "/domains/a.fr/mailboxes/paul", &token, same).await.crashed();
    }

    #[tokio::test]
    async fn the_second_version_changes_the_activity_without_touching_open_xchange() {
        let (server, token) = with_domain().await;
        let path = "/v2/domains/a.fr/mailboxes/jean";
        server.add_mailbox(&token, "jean@a.fr", "Jean", "Un").await;
        let got = server.send("PATCH", path, &token, json!({"imap_active": "no"})).await.json();
        assert_eq!((&got["imap_active"], &got["features"]), (&json!("no"), &json!(["ox"])));
        let change = json!({"imap_active": "yes", "extras": {"ox": {"sur_name": "Deux"}}});
        let got = server.send("PATCH", path, &token, change).await.json();
        assert_eq!((&got["imap_active"], &got["extras"]["ox"]["sur_name"]), (&json!("yes"), &json!("Deux")));
    }

    #[tokio::test]
    async fn deleting_leaves_the_aliases() {
        let (server, token) = with_domain().await;
        server.add_mailbox(&token, "jean@a.fr", "Jean", "Un").await;
        let alias = json!({"user_name": "contact", "destination": "jean@a.fr"});
        server.post("/domains/a.fr/aliases/", &token, alias).await;
        let path = "/domains/a.fr/mailboxes/jean";
        assert_eq!(server.call("DELETE", path, &token).await.status, 204);
        server.call("DELETE", path, &token).await.is(404, "Mailbox not found");
        assert_eq!(server.state().await["aliases"].as_array().unwrap().len(), 1);
        assert_eq!(server.add_mailbox(&token, "jean@a.fr", "Jean", "Un").await.status, 201);
    }

    #[tokio::test]
    async fn changing_and_deleting_need_the_feature_creating_does_not() {
        let server = start(seeded()).await;
        let body = json!({"name": "a.fr", "context_name": null, "features": ["alias"]});
        server.post("/domains/", &basic(LA_REGIE), body).await;
        let token = server.token(LA_REGIE).await;
        assert_eq!(server.add_mailbox(&token, "jean@a.fr", "Jean", "Un").await.status, 201);
        let told = "Feature 'mailbox' not available on the domain";
        let path = "/domains/a.fr/mailboxes/jean";
        server.send("PATCH", path, &token, json!({})).await.is(422, told);
        server.call("DELETE", path, &token).await.is(422, told);
    }

    #[tokio::test]
    async fn a_password_is_reset_and_an_identity_added() {
        let (server, token) = with_domain().await;
        let made = server.add_mailbox(&token, "jean@a.fr", "Jean", "Un").await.json();
        let path = "/domains/a.fr/mailboxes/jean";
        let got = server.call("POST", &format!("{path}/reset_password"), &token).await;
        assert_eq!((got.status, got.json()["email"].clone()), (200, json!("jean@a.fr")));
        assert_ne!(got.json()["password"], made["password"]);
        let got = server.call("POST", &format!("{path}/identities/jean%40x.fr"), &token).await;
        assert_eq!(got.status, 201);
        let kept = with_email(&server.state().await["mailboxes"], "jean@a.fr");
        assert_eq!((&kept["passwords_made"], &kept["identities"]), (&json!(2), &json!(["jean@x.fr"])));
        let got = server.call("POST", "/domains/a.fr/mailboxes/x/reset_password", &token).await;
        got.is(404, "Mailbox not found");
        // In production, this route with basic authentication was refused like this.
        let got = server.call("POST", &format!("{path}/reset_password"), &basic(LA_REGIE)).await;
        got.is(403, "Invalid authentication credentials");
    }

    #[tokio::test]
    async fn a_code_opens_the_webmail_as_often_as_it_may() {
        let (server, token) = with_domain().await;
        server.add_mailbox(&token, "jean@a.fr", "Jean", "Un").await;
        let path = "/domains/a.fr/mailboxes/jean/code";
        let got = server.post(path, &token, json!({"expires_in": 3600, "maxuse": 2})).await.json();
        assert_eq!((&got["email"], &got["maxuse"], &got["nbuse"]), (&json!("jean@a.fr"), &json!(2), &json!(0)));
        assert!(got["expires_at"].is_i64() && got["expires_in"] == 3600);
        let link = format!("/code/{}", got["code"].as_str().unwrap());
        for status in [200, 200, 404] {
            assert_eq!(server.get(&link, "").await.status, status);
        }
        assert_eq!(server.state().await["codes"][0]["nbuse"], 2);
        let got = server.post(path, &token, json!({"expires_in": 0})).await.json();
        assert_eq!(server.get(&format!("/code/{}", got["code"].as_str().unwrap()), "").await.status, 404);
        assert_eq!(server.call("POST", path, &token).await.json()["maxuse"], 1);
        let got = server.post("/domains/a.fr/mailboxes/x/code", &token, json!({})).await;
        got.is(404, "Mailbox not found");
    }

    #[tokio::test]
    async fn an_address_is_told_with_all_that_it_is() {
        let (server, token) = with_domain().await;
        server.add_mailbox(&token, "jean@a.fr", "Jean", "Un").await;
        let alias = json!({"user_name": "contact", "destination": "jean@a.fr"});
        server.post("/domains/a.fr/aliases/", &token, alias).await;
        let jean = server.get("/domains/a.fr/address/Jean/", &token).await.json();
        assert_eq!(
            (&jean["is_mailbox"], &jean["is_ox"], &jean["is_alias"]),
            (&json!(true), &json!(true), &json!(false))
        );
        let contact = server.get("/domains/a.fr/address/contact/", &token).await.json();
        assert_eq!((&contact["is_alias"], &contact["ox_primary_email"]), (&json!(true), &Value::Null));
        let admin = server.token(ADMIN).await;
        server.get("/domains/b.fr/address/jean/", &admin).await.is(404, "Domain not found");
    }

    #[tokio::test]
    async fn what_is_half_made_is_known_to_open_xchange_alone() {
        let (server, token) = with_domain().await;
        let names = json!({"givenName": "Jean", "surName": "Un"});
        let got = server.send("PUT", "/_fake/ox-users/a.fr/jean", "", names.clone()).await;
        assert_eq!(got.status, 201, "{}", got.text);
        let known = server.get("/domains/a.fr/address/jean/", &token).await.json();
        assert_eq!((&known["is_ox"], &known["is_mailbox"]), (&json!(true), &json!(false)));
        let listed = with_email(&server.get(LIST, &token).await.json(), "jean@a.fr");
        assert_eq!((&listed["status"], &listed["displayName"]), (&json!("broken"), &json!("Jean Un")));
        server.add_mailbox(&token, "jean@a.fr", "Jean", "Un").await.crashed();
        assert_eq!(server.send("PUT", "/_fake/ox-users/a.fr/jean", "", names.clone()).await.status, 409);
        assert_eq!(server.send("PUT", "/_fake/ox-users/b.fr/jean", "", names).await.status, 404);
    }
}

mod aliases_3_10 {
    use super::*;

    const LIST: &str = "/domains/a.fr/aliases/";

    fn alias(name: &str, destination: &str) -> Value {
        json!({"user_name": name, "destination": destination})
    }

    #[tokio::test]
    async fn an_alias_is_a_pair() {
        let (server, token) = with_domain().await;
        let got = server.post(LIST, &token, alias("contact", "x@y.fr")).await;
        let expected =
            json!({"username": "contact", "domain": "a.fr", "destination": "x@y.fr", "allow_to_send": false});
        assert_eq!((got.status, got.json()), (201, expected.clone()));
        let mut second = alias("contact", "z@y.fr");
        second["allow_to_send"] = json!(true);
        assert_eq!(server.post(LIST, &token, second).await.json()["allow_to_send"], true);
        for again in [alias("CONTACT", "X@y.fr"), alias("cöntact", "x@y.fr")] {
            server.post(LIST, &token, again).await.is(409, "Alias already exists");
        }
        assert_eq!(server.get(LIST, &token).await.json().as_array().unwrap().len(), 2);
        let found = server.get(&format!("{LIST}?user_name=contact&destination=x%40y.fr"), &token).await;
        assert_eq!(found.json(), json!([expected]));
        assert_eq!(server.get(&format!("{LIST}?user_name=nobody"), &token).await.json(), json!([]));
        let got = server.get(&format!("{LIST}?user_name=contact&destination=no"), &token).await;
        got.is(404, "Alias not found");
        let got = server.get(&format!("{LIST}?destination=x@y.fr"), &token).await;
        got.is(412, "It is forbidden to only provide the destination in a request");
    }

    #[tokio::test]
    async fn one_or_all_destinations_are_deleted() {
        let (server, token) = with_domain().await;
        for to in ["x@y.fr", "z@y.fr", "devnull@devnull"] {
            server.post(LIST, &token, alias("contact", to)).await;
        }
        let delete = |to: &str| server.request("DELETE", &format!("{LIST}contact/{to}"), &token).json(&json!({}));
        assert_eq!(server.finish(delete("X@y.fr")).await.status, 204);
        server.finish(delete("x@y.fr")).await.is(404, "Not found");
        assert_eq!(server.finish(delete("all")).await.status, 204);
        server.finish(delete("all")).await.is(404, "Not found");
        assert_eq!(server.get(LIST, &token).await.json(), json!([]));
    }

    #[tokio::test]
    async fn only_the_right_is_tested_not_the_domain() {
        let (server, token) = with_domain().await;
        let elsewhere = "/domains/nowhere.fr/aliases/";
        server.post(elsewhere, &token, alias("x", "y@z.fr")).await.is(403, "Permission denied");
        let admin = server.token(ADMIN).await;
        assert_eq!(server.post(elsewhere, &admin, alias("x", "y@z.fr")).await.status, 201);
    }

    #[tokio::test]
    async fn an_unreadable_name_poisons_the_list_until_it_is_removed() {
        let (server, token) = with_domain().await;
        server.post(LIST, &token, alias("a@b", "x@y.fr")).await.crashed();
        server.get(LIST, &token).await.crashed();
        assert_eq!(server.call("DELETE", &format!("{LIST}a@b/all"), &token).await.status, 204);
        assert_eq!(server.get(LIST, &token).await.json(), json!([]));
    }
}

mod the_server_of_2024_section_6 {
    use super::*;

    #[tokio::test]
    async fn what_came_later_is_missing() {
        let (server, token) = with_domain_in_2024().await;
        server.add_mailbox(&token, "jean@a.fr", "Jean", "Un").await;
        for path in ["/domains/a.fr/fix/", "/domains/a.fr/spec/"] {
            server.get(path, &basic(LA_REGIE)).await.is(404, "Not Found");
        }
        for path in ["/v2/domains/a.fr/mailboxes/", "/domains/a.fr/address/jean/", "/code/x"] {
            server.get(path, &token).await.is(404, "Not Found");
        }
        for route in ["code", "reset_password", "identities/x"] {
            let path = format!("/domains/a.fr/mailboxes/jean/{route}");
            server.post(&path, &token, json!({})).await.is(404, "Not Found");
        }
    }

    #[tokio::test]
    async fn there_are_administrators_and_no_perms() {
        let server = start(of_2024()).await;
        let made = json!({"name": "x", "password": "x", "is_admin": false, "perms": ["new_domain"]});
        let got = server.post("/users/", &basic(LA_REGIE), made).await;
        assert_eq!((got.status, got.json().get("perms").cloned()), (201, None));
        let body = json!({"name": "a.fr", "context_name": "a.fr", "features": []});
        server.post("/domains/", &basic("x:x"), body).await.is(403, "Permission denied");
        assert_eq!(server.get("/token/?username=admin", &basic("x:x")).await.status, 200);
    }

    #[tokio::test]
    async fn domains_have_seven_checks_and_tell_their_context_once() {
        let server = start(of_2024()).await;
        let made = server.add_domain("a.fr", "a.fr").await.json();
        assert_eq!(made["context_name"], "a.fr");
        assert_eq!(made.get("delivery"), None);
        assert!(made.get("imap_domains").is_some() && made.get("imap_domain").is_none());
        server.plan("a.fr", json!({"internal_errors": ["no_cert"]})).await;
        let got = server.get("/domains/a.fr/check", &basic(LA_REGIE)).await.json();
        assert_eq!((&got["state"], &got["context_name"]), (&json!("ok"), &Value::Null));
        assert_eq!(got["mx"], json!({"ok": true, "errors": []}));
        let checks = got.as_object().unwrap().values().filter(|one| one["ok"].is_boolean());
        assert_eq!(checks.count(), 7);
        assert_eq!(server.state().await["allows"], json!([]));
        let user = json!({"name": "anna", "password": "x", "is_admin": false});
        server.post("/users/", &basic(ADMIN), user).await;
        let allow = json!({"user": "anna", "domain": "a.fr"});
        server.post("/allows/", &basic(ADMIN), allow).await;
        server.get("/domains/a.fr/check", &basic("anna:x")).await.is(403, "Permission denied");
    }

    #[tokio::test]
    async fn mailboxes_keep_their_case_and_build_their_display_name() {
        let (server, token) = with_domain_in_2024().await;
        let body = json!({"givenName": "Jean", "surName": "Un", "displayName": "Ignored"});
        server.post("/domains/a.fr/mailboxes/jean", &token, body.clone()).await;
        let got = server.add_mailbox(&token, "JEAN@a.fr", "Jean", "Deux").await;
        assert_eq!((got.status, got.json()["email"].clone()), (201, json!("JEAN@a.fr")));
        let one = server.get("/domains/a.fr/mailboxes/jean", &token).await.json();
        let expected = json!({"type": "mailbox", "status": "ok", "email": "jean@a.fr", "givenName": "Jean",
            "surName": "Un", "displayName": "Jean Un"});
        assert_eq!(one, expected);
        let got = server.send("PATCH", "/domains/a.fr/mailboxes/jean", &token, json!({"active": "no"})).await;
        assert_eq!((got.status, got.json()), (200, expected));
    }

    #[tokio::test]
    async fn duplicates_crash_and_the_first_one_keeps_its_names() {
        let (server, token) = with_domain_in_2024().await;
        server.add_mailbox(&token, "jean@a.fr", "Jean", "Un").await;
        server.add_mailbox(&token, "other@a.fr", "Jean", "Un").await.crashed();
        server.add_mailbox(&token, "jean@a.fr", "Paul", "Deux").await.crashed();
        let one = server.get("/domains/a.fr/mailboxes/jean", &token).await.json();
        assert_eq!(one["displayName"], "Jean Un");
        let user = json!({"name": "x", "password": "x", "is_admin": false});
        server.post("/users/", &basic(ADMIN), user).await;
        let stranger = server.token("x:x").await;
        server.add_mailbox(&stranger, "y@a.fr", "Y", "Z").await.is(403, "Permisison denied");
        server.add_mailbox(&token, "y@nowhere.fr", "Y", "Z").await.crashed();
        let long = "x".repeat(129);
        server.add_mailbox(&token, &format!("{long}@a.fr"), "Y", "Z").await.crashed();
        let left = server.get(&format!("/domains/a.fr/mailboxes/{long}"), &token).await.json();
        assert_eq!(left["status"], "broken");
    }

    #[tokio::test]
    async fn an_alias_is_a_plain_200() {
        let (server, token) = with_domain_in_2024().await;
        let alias = json!({"user_name": "contact", "destination": "x@y.fr", "allow_to_send": true});
        let got = server.post("/domains/a.fr/aliases/", &token, alias).await;
        let expected = json!({"username": "contact", "domain": "a.fr", "destination": "x@y.fr"});
        assert_eq!((got.status, got.json()), (200, expected));
    }
}

mod faults_7_12 {
    use super::*;

    const JEAN: &str = "/domains/a.fr/mailboxes/jean";
    const ANY: &str = "/domains/*/mailboxes/*";

    async fn mailboxes(server: &Server) -> usize {
        server.state().await["mailboxes"].as_array().unwrap().len()
    }

    #[tokio::test]
    async fn refusals_come_without_acting_and_once() {
        let (server, token) = with_domain().await;
        for (kind, status, detail) in [
            ("missing", 404, json!("Not Found")),
            ("refuse_403", 403, json!("Permission denied")),
            ("refuse_409", 409, json!("Refused on order: conflict")),
            ("refuse_422", 422, json!("Refused on order: unprocessable")),
        ] {
            server.fault("POST", ANY, kind).await;
            let got = server.post(JEAN, &token, person("Jean", "Un")).await;
            assert_eq!((got.status, got.detail()), (status, detail));
        }
        server.fault("POST", ANY, "refuse_500").await;
        server.post(JEAN, &token, person("Jean", "Un")).await.crashed();
        server.fault("POST", ANY, "html_502").await;
        let got = server.post(JEAN, &token, person("Jean", "Un")).await;
        assert_eq!((got.status, got.header("content-type")), (502, Some("text/html")));
        server.fault("POST", ANY, "redirect_307").await;
        let got = server.post(JEAN, &token, person("Jean", "Un")).await;
        assert_eq!((got.status, got.header("location")), (307, Some("http://elsewhere.invalid/")));
        assert_eq!(mailboxes(&server).await, 0);
        assert_eq!(server.post(JEAN, &token, person("Jean", "Un")).await.status, 201);
    }

    #[tokio::test]
    async fn the_connection_is_cut_without_a_word() {
        let (server, token) = with_domain().await;
        for (kind, made) in [("close", 0), ("hang", 0), ("act_then_close", 1)] {
            server.fault("POST", ANY, kind).await;
            let sent = server.request("POST", JEAN, &token).json(&person("Jean", "Un")).send().await;
            assert!(sent.is_err(), "{kind}: {sent:?}");
            assert_eq!(mailboxes(&server).await, made, "{kind}");
        }
        server.fault("GET", "/token/", "close").await;
        let mut raw = TcpStream::connect(server.base.strip_prefix("http://").unwrap()).await.unwrap();
        raw.write_all(b"GET /token/ HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
        let mut answer = Vec::new();
        raw.read_to_end(&mut answer).await.unwrap();
        assert_eq!(answer, b"");
        let statuses: Vec<Value> = server.journal().await.iter().map(|one| one["status"].clone()).collect();
        assert_eq!(statuses, [201, 200, 0, 0, 0, 0]);
    }

    #[tokio::test]
    async fn acted_without_a_proper_answer() {
        let (server, token) = with_domain().await;
        server.fault("POST", ANY, "act_then_500").await;
        server.post(JEAN, &token, person("Jean", "Un")).await.crashed();
        server.fault("POST", ANY, "bad_json").await;
        let got = server.add_mailbox(&token, "paul@a.fr", "Paul", "Un").await;
        assert_eq!((got.status, got.header("content-type")), (201, Some("application/json")));
        assert!(serde_json::from_str::<Value>(&got.text).is_err());
        server.fault("POST", ANY, "slow").await;
        assert_eq!(server.add_mailbox(&token, "anna@a.fr", "Anna", "Un").await.status, 201);
        assert_eq!(mailboxes(&server).await, 3);
    }

    #[tokio::test]
    async fn a_call_that_hangs_has_acted_and_blocks_nobody() {
        let (server, token) = with_domain().await;
        let fault = json!({"method": "POST", "path": ANY, "kind": "act_then_hang", "seconds": 3600});
        server.post("/_fake/faults", "", fault).await;
        let hanging = tokio::spawn(server.request("POST", JEAN, &token).json(&person("Jean", "Un")).send());
        server.until(|state| state["mailboxes"] != json!([])).await;
        assert_eq!(server.get("/domains/a.fr/mailboxes/", &token).await.status, 200);
        assert!(!hanging.is_finished());
        assert_eq!(server.journal().await[2]["status"], 0);
        hanging.abort();
    }

    #[tokio::test]
    async fn a_fault_meets_its_route_only_and_stays_until_used_up() {
        let (server, token) = with_domain().await;
        let fault = json!({"method": "POST", "path": ANY, "kind": "refuse_500", "times": 2});
        let got = server.post("/_fake/faults", "", fault).await;
        assert_eq!(got.json()["seconds"], 30.0);
        assert_eq!(server.get("/domains/a.fr/mailboxes/", &token).await.status, 200);
        assert_eq!(server.post(&format!("{JEAN}/code"), &token, json!({})).await.status, 404);
        server.post(JEAN, &token, person("Jean", "Un")).await.crashed();
        assert_eq!(server.state().await["faults"][0]["times"], 1);
        server.post(JEAN, &token, person("Jean", "Un")).await.crashed();
        assert_eq!(server.state().await["faults"], json!([]));
        assert_eq!(server.post(JEAN, &token, person("Jean", "Un")).await.status, 201);
    }

    #[tokio::test]
    async fn a_fault_that_makes_no_sense_is_refused() {
        let server = start(seeded()).await;
        for fault in [
            json!({"method": "POST", "path": "/x", "kind": "explode"}),
            json!({"method": "POST", "path": "/x", "kind": "hang", "times": 0}),
            json!({"method": "POST", "path": "/x", "kind": "hang", "seconds": -1}),
            json!({"method": "POST", "kind": "hang"}),
            json!({"method": "POST", "path": "/x", "kind": "hang", "typo": 1}),
        ] {
            assert_eq!(server.post("/_fake/faults", "", fault).await.status, 422);
        }
        server.get("/_fake/nothing", "").await.is(404, "Not Found");
    }
}

mod steering_and_remembering_7_13 {
    use super::*;

    #[tokio::test]
    async fn the_journal_tells_who_asked_what() {
        let (server, token) = with_domain().await;
        server.get("/domains/a.fr/mailboxes/jean%20x?y=z", &token).await;
        server.get("/nothing", "").await;
        let journal = server.journal().await;
        let line = |entry: &Value| {
            let part = |name: &str| entry[name].as_str().unwrap_or("-").to_owned();
            let (method, path, auth, user) = (part("method"), part("path"), part("auth"), part("user"));
            format!("{method} {path} {} {auth} {user}", entry["status"])
        };
        let lines: Vec<String> = journal.iter().map(line).collect();
        let expected = [
            "POST /domains/ 201 basic la_regie",
            "GET /token/ 200 basic la_regie",
            "GET /domains/a.fr/mailboxes/jean x 404 bearer la_regie",
            "GET /nothing 404 none -",
        ];
        assert_eq!(lines, expected);
        let at = journal[0]["at"].as_str().unwrap();
        assert!(at.starts_with("20") && at.contains('T') && at.ends_with('Z'), "{at}");
    }

    #[tokio::test]
    async fn a_delay_holds_dimail_but_not_the_steering() {
        let options = FakeOptions { delay: Duration::from_hours(1), ..seeded() };
        let server = start(options).await;
        let waiting = tokio::spawn(server.request("GET", "/token/", &basic(ADMIN)).send());
        while server.journal().await.is_empty() {
            tokio::task::yield_now().await;
        }
        assert_eq!(server.state().await["users"].as_array().unwrap().len(), 2);
        assert!(!waiting.is_finished());
        waiting.abort();
    }

    #[tokio::test]
    async fn habits_of_the_server_can_be_changed() {
        let (server, token) = with_domain().await;
        server.add_mailbox(&token, "jean@a.fr", "Jean", "Un").await;
        let habits = json!({"token_lifetime": -1, "duplicate_crashes": true});
        let got = server.send("PUT", "/_fake/habits", "", habits.clone()).await;
        assert_eq!((got.status, got.json()), (200, habits));
        server.add_mailbox(&token, "jean@a.fr", "Jean", "Un").await.crashed();
        let stale = server.token(LA_REGIE).await;
        server.get("/domains/a.fr", &stale).await.is(403, "Permission denied");
        assert_eq!(server.send("PUT", "/_fake/habits", "", json!({})).await.json()["token_lifetime"], 2820);
        assert_eq!(server.add_mailbox(&token, "jean@a.fr", "Jean", "Un").await.status, 409);
    }

    #[tokio::test]
    async fn a_reset_is_like_a_start() {
        let (server, token) = with_domain().await;
        server.add_mailbox(&token, "jean@a.fr", "Jean", "Un").await;
        server.plan("b.fr", json!({"errors": ["no_mx"]})).await;
        server.fault("GET", "/token/", "close").await;
        assert_eq!(server.call("POST", "/_fake/reset", "").await.status, 204);
        assert_eq!(server.journal().await, Vec::<Value>::new());
        let state = server.state().await;
        for list in ["allows", "domains", "mailboxes", "ox_users", "aliases", "codes", "faults"] {
            assert_eq!(state[list], json!([]), "{list}");
        }
        assert_eq!(state["users"].as_array().unwrap().len(), 2);
        assert_eq!(state["users"][0].get("password"), None);
        server.get("/domains/a.fr", &token).await.is(403, "Permission denied");
        server.add_domain("b.fr", "b.fr").await;
        assert_eq!(server.state().await["domains"][0]["state"], "ok");
    }

    #[tokio::test]
    async fn a_state_in_a_file_survives_and_is_seeded_once() {
        let path = temporary("survives");
        let options = FakeOptions { state: Some(path.clone()), ..seeded() };
        let first = start(options.clone()).await;
        first.add_domain("a.fr", "a.fr").await;
        let token = first.token(LA_REGIE).await;
        first.add_mailbox(&token, "jean@a.fr", "Jean", "Un").await;
        let state = first.state().await;
        drop(first);
        let second = start(options.clone()).await;
        assert_eq!(second.state().await, state);
        assert_eq!(second.get("/domains/a.fr/mailboxes/jean", &token).await.status, 200);
        std::fs::write(&path, "{").unwrap();
        assert!(Fake::new(options).is_err());
        std::fs::remove_dir_all(path.parent().unwrap()).unwrap();
    }

    #[tokio::test]
    async fn a_stopped_server_cuts_what_hangs_and_its_state_can_be_served_again() {
        let fake = Fake::new(seeded()).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let wait = async move { stopped.await.unwrap_or_default() };
        let serving = tokio::spawn(fake.clone().serve(listener, wait));
        let server = serve(fake).await;
        let fault = json!({"method": "GET", "path": "/token/", "kind": "hang", "seconds": 3600});
        server.post("/_fake/faults", "", fault).await;
        let hanging = tokio::spawn(client().get(format!("http://{address}/token/")).send());
        server.until(|state| state["faults"] == json!([])).await;
        stop.send(()).unwrap();
        serving.await.unwrap().unwrap();
        assert!(hanging.await.unwrap().is_err());
        assert_eq!(server.get("/token/", &basic(ADMIN)).await.status, 200);
    }
}
