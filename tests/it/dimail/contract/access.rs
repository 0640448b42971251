//! Authentication and requests: credentials, tokens, bodies, addresses, accounts, allows (sections
//! 1, 3.1 to 3.3).

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use dimail_portal::clock::Clock;
use serde_json::{Value, json};

use crate::dimail::contract::site::{Site, basic};
use crate::dimail::contract::{Book, crash, invalid, missing, refusal, want};

const ANOTHER: &str = "/domains/contract.invalid";

pub(crate) async fn credentials(site: &Site, book: &mut Book) {
    let challenge = |detail| refusal(401, detail).header("www-authenticate", "Basic");
    let none = site.get("/token/", "").await;
    book.state("1.1 Basic, no header: 401 with a challenge", &none, &challenge("Not authenticated"));
    let other = site.get("/token/", &site.bearer()).await;
    book.state("1.1 Basic, a token instead: 401", &other, &challenge("Not authenticated"));
    for (what, credentials) in
        [("not base64", "%%%".to_owned()), ("no colon", STANDARD.encode("anna")), ("not ASCII", STANDARD.encode("é:é"))]
    {
        let got = site.get("/token/", &format!("Basic {credentials}")).await;
        let statement = format!("1.1 Basic, {what}: 401 invalid credentials");
        book.state(&statement, &got, &challenge("Invalid authentication credentials"));
    }
    let wrong = site.get("/token/", &basic(&site.username, &site.unique)).await;
    book.state("1.1 Basic, wrong password: 403", &wrong, &refusal(403, "Permission denied"));
    let unknown = site.get("/token/", &basic(&site.unique, &site.unique)).await;
    book.state("1.1 Basic, unknown account: 403", &unknown, &refusal(403, "Permission denied"));
    let lower = site.get("/token/", &site.basic().replacen("Basic", "basic", 1)).await;
    book.state("1.1 Basic in lower case works", &lower, &want(200));

    let none = site.get(ANOTHER, "").await;
    let plain = refusal(403, "Not authenticated").header("www-authenticate", "");
    book.state("1.1 Bearer, no header: 403 without a challenge", &none, &plain);
    let other = site.get(ANOTHER, &site.basic()).await;
    book.state("1.1 Bearer, a password instead: 403", &other, &refusal(403, "Invalid authentication credentials"));
    let empty = site.get(ANOTHER, "Bearer ").await;
    book.state("1.1 Bearer, nothing behind it: 403", &empty, &refusal(403, "Not authenticated"));
    let garbage = site.get(ANOTHER, "Bearer a.b.c").await;
    book.state("1.1 Bearer, garbage: 403", &garbage, &refusal(403, "Permission denied"));
    let lower = site.get(ANOTHER, &site.bearer().replacen("Bearer", "bearer", 1)).await;
    book.state("1.1 Bearer in lower case: 500", &lower, &crash());
}

/// After a 500 the connection is closed. An authentication scheme in lower case is the one request
/// with which every account can cause a 500.
pub(crate) async fn connections(site: &Site, book: &mut Book) {
    if !site.base.starts_with("http://") {
        return book.leave_out("9.2 what a 500 does to its connection: it is encrypted");
    }
    let lower = site.bearer().replacen("Bearer", "bearer", 1);
    let received = site.until_closed(ANOTHER, &lower).await.unwrap_or_default();
    book.hold("9.2 after a 500 the connection is closed", received.starts_with("HTTP/1.1 500 "));
    let told = received.to_lowercase().contains("\r\nconnection: close");
    book.hold("9.2 no header says so", !received.is_empty() && !told);
}

pub(crate) async fn tokens(site: &Site, book: &mut Book) {
    let got = site.get("/token/", &site.basic()).await;
    let shape = want(200).holds(|body| body["access_token"].is_string() && body["token_type"] == "bearer");
    book.state("3.1 a token and its type", &got, &shape.header("content-type", "application/json"));
    let token = got.json["access_token"].as_str().unwrap_or_default().to_owned();
    let claims = token.split('.').nth(1).and_then(|part| URL_SAFE_NO_PAD.decode(part).ok()).unwrap_or_default();
    let claims: Value = serde_json::from_slice(&claims).unwrap_or_default();
    let now = Clock::system().now().0 / 1_000_000;
    let lives = claims["exp"].as_i64().is_some_and(|end| end > now);
    book.hold("3.1 the token tells its account and its end", claims["sub"] == site.username.as_str() && lives);
    let both = [site.bearer(), format!("Bearer {token}")];
    for (which, bearer) in ["first", "second"].iter().zip(both) {
        let got = site.get(ANOTHER, &bearer).await;
        let statement = format!("3.1 of two tokens the {which} is good");
        book.state(&statement, &got, &refusal(404, "Domain not found"));
    }
    let other = site.get(&format!("/token/?username={}", site.unique), &site.basic()).await;
    if site.is_production() {
        book.state("3.1 a token for an unknown account is none", &other, &want(404).or(403));
    } else {
        book.state("3.1 the server of 2024 ignores username", &other, &want(200));
    }
}

pub(crate) async fn bodies(site: &Site, book: &mut Book) {
    let broken = site.request("POST", "/users/", "").header("content-type", "application/json").body("{");
    let broken = site.finish(broken).await;
    book.state("1.2 JSON that can't be read: 422 before anything else", &broken, &invalid("body"));
    let foreign = site.request("POST", "/domains/", &site.basic()).header("content-type", "text/plain").body("{}");
    book.state("1.2 text/plain: 422", &site.finish(foreign).await, &want(422));
    let empty = site.post("/domains/", &site.basic(), json!({})).await;
    book.state("1.2 missing fields: 422 with a list", &empty, &invalid("context_name"));
    book.hold("1.2 all that is missing is told at once", {
        let places = empty.json["detail"].as_array().map(Vec::len);
        places == Some(3)
    });
    let unnamed = site.request("POST", "/domains/", &site.basic()).body("{}");
    book.state("1.2 no type counts as JSON", &site.finish(unnamed).await, &invalid("context_name"));
    let nowhere = site.get("/nowhere", "").await;
    book.state("1.2 an unknown address: 404 Not Found", &nowhere, &missing());
    let put = site.call("PUT", "/token/", "").await;
    book.state(
        "1.2 a wrong method: 405 that names one",
        &put,
        &refusal(405, "Method Not Allowed").header("allow", "GET"),
    );
    book.state("1.2 HEAD is a wrong method", &site.call("HEAD", "/token/", "").await, &want(405));
    let origin = site.request("GET", "/token/", "").header("origin", "https://other.example");
    let open = want(401).holds(|_| true).header("access-control-allow-origin", "*");
    book.state("1.2 any origin may call", &site.finish(origin).await, &open);
}

pub(crate) async fn addresses(site: &Site, book: &mut Book) {
    let moved = [
        ("GET", "/token"),
        ("GET", "/users"),
        ("POST", "/users"),
        ("GET", "/users/x/"),
        ("GET", "/allows"),
        ("DELETE", "/allows/x.fr/x/"),
        ("POST", "/domains"),
        ("GET", "/domains/x.fr/"),
        ("GET", "/domains/x.fr/check/"),
        ("GET", "/domains/x.fr/mailboxes"),
        ("PATCH", "/domains/x.fr/mailboxes/x/"),
        ("GET", "/domains/x.fr/aliases?user_name=x"),
        ("DELETE", "/domains/x.fr/aliases/x/all/"),
    ];
    let later = [("GET", "/v2/domains/x.fr/mailboxes"), ("POST", "/domains/x.fr/mailboxes/x/code/")];
    let later = later.into_iter().filter(|_| site.is_production());
    for (method, path) in moved.into_iter().chain(later) {
        let (bare, query) = path.split_once('?').map_or((path, String::new()), |(bare, q)| (bare, format!("?{q}")));
        let other = bare.strip_suffix('/').map_or_else(|| format!("{bare}/"), str::to_owned);
        let got = site.call(method, path, "").await;
        let target = format!("{}{other}{query}", site.base);
        let statement = format!("1.3 {method} {path}: 307 to the other form, without credentials");
        book.state(&statement, &got, &want(307).header("location", target));
    }
    for path in ["/fix", "/spec", "/address/x", "/mailboxes/x/reset_password"] {
        for slash in ["", "/"] {
            let path = format!("/domains/contract.invalid{path}{slash}");
            let method = if path.contains("reset") { "POST" } else { "GET" };
            let got = site.call(method, &path, "").await;
            let statement = format!("1.3 {method} {path} exists in this form in production only");
            let there = if site.is_production() { want(401).or(403) } else { missing() };
            book.state(&statement, &got, &there);
        }
    }
    let slash = site.get("/domains/a%2Fb/check", &site.basic()).await;
    book.state("1.4 %2F separates like a slash", &slash, &missing());
}

pub(crate) async fn users(site: &mut Site, book: &mut Book) {
    let name = format!("c-{}", site.unique);
    let body = json!({"name": name, "password": "un", "is_admin": "false", "perms": [], "unknown": 1});
    let made = site.add_user(&name, body.clone()).await;
    if made.status == 403 {
        return book.leave_out("3.2 accounts: ours may not make any");
    }
    let production = site.is_production();
    let own = name.clone();
    let shape = want(201).holds(move |body| {
        let plain = body["name"] == own.as_str() && body["is_admin"] == false && body.get("password").is_none();
        plain && body.get("perms").is_some() == production
    });
    book.state("3.2 an account is made; the password does not come back", &made, &shape);
    site.stranger = Some((name.clone(), "un".to_owned()));
    let again = site.add_user(&name, body).await;
    book.state("3.2 twice the same account: 409", &again, &refusal(409, "User already exists"));
    let upper = json!({"name": name.to_uppercase(), "password": "deux", "is_admin": false});
    let upper = site.add_user(&name.to_uppercase(), upper).await;
    book.state("3.2 names of accounts are compared without case", &upper, &refusal(409, "User already exists"));
    let old = site.get("/token/", &basic(&name, "un")).await;
    book.state("3.2 the password stays that of the first", &old, &want(200));
    let short = site.post("/users/", &site.basic(), json!({"name": "x"})).await;
    book.state("3.2 password and is_admin are required", &short, &invalid("is_admin"));

    let poor = basic(&name, "un");
    let more = site.post("/users/", &poor, json!({"name": "y", "password": "y", "is_admin": false})).await;
    book.state("3.2 who has no right makes no accounts", &more, &refusal(403, "Permission denied"));
    let unread = site.post("/users/", &poor, json!({})).await;
    book.state("1.2 the right is looked at before the fields", &unread, &refusal(403, "Permission denied"));
    let list = site.get("/users/", &poor).await;
    book.state("3.2 the list of accounts is for administrators", &list, &refusal(403, "Permission denied"));
    if !site.is_admin {
        return book.leave_out("3.2 reading, changing, deleting accounts: ours is no administrator's");
    }
    accounts_of_administrators(site, book, &name).await;
}

async fn accounts_of_administrators(site: &mut Site, book: &mut Book, name: &str) {
    let auth = site.basic();
    let list = site.get("/users/", &auth).await;
    book.hold("3.2 the list holds every account", list.entry("name", name)["is_admin"] == false);
    let one = format!("/users/{name}");
    book.state("3.2 one account", &site.get(&one, &auth).await, &want(200));
    let unknown = format!("/users/{}", site.unique);
    let got = site.get(&unknown, &auth).await;
    book.state("3.2 one unknown account: 404 User not found", &got, &refusal(404, "User not found"));
    let nothing = site.send("PATCH", &one, &auth, json!({})).await;
    book.state("3.2 a change of nothing", &nothing, &want(200));
    let changed = site.send("PATCH", &one, &auth, json!({"password": "trois"})).await;
    book.state("3.2 a change of the password", &changed, &want(200).holds(|body| body.get("password").is_none()));
    let old = site.get("/token/", &basic(name, "un")).await;
    book.state("3.2 the old password is no longer good", &old, &refusal(403, "Permission denied"));
    site.stranger = Some((name.to_owned(), "trois".to_owned()));
    let got = site.send("PATCH", &unknown, &auth, json!({})).await;
    book.state("3.2 a change of an unknown account: 404 Not found", &got, &refusal(404, "Not found"));
    let second = format!("d-{}", site.unique);
    site.add_user(&second, json!({"name": second, "password": "x", "is_admin": false})).await;
    let bearer = site.token_of(&basic(&second, "x")).await;
    let gone = site.call("DELETE", &format!("/users/{second}"), &auth).await;
    book.state("3.2 an account is deleted", &gone, &want(204).header("content-type", "application/json"));
    let again = site.call("DELETE", &format!("/users/{second}"), &auth).await;
    book.state("3.2 a second time: 404 Not found", &again, &refusal(404, "Not found"));
    let dead = site.get(ANOTHER, &bearer).await;
    book.state("3.1 the token of a deleted account dies at once", &dead, &refusal(403, "Permission denied"));
    if !site.is_production() {
        let long = "n".repeat(33);
        let got = site.add_user(&long, json!({"name": long, "password": "x", "is_admin": false})).await;
        book.state("3.2 a name of 33 characters: 500", &got, &crash());
    }
}

/// Needs the domain `un` and the account without rights.
pub(crate) async fn allows(site: &Site, book: &mut Book) {
    let Some((name, _)) = site.stranger.clone() else {
        return book.leave_out("3.3 allows: there is no second account");
    };
    let (auth, domain) = (site.basic(), site.domain("un"));
    let pair = json!({"user": name, "domain": domain});
    if !site.is_admin {
        let got = site.post("/allows/", &auth, pair).await;
        book.state("3.3 allows are for administrators", &got, &refusal(403, "Permission denied"));
        return book.leave_out("3.3 giving and taking allows: ours is no administrator's account");
    }
    let (_, bearer) = site.stranger().await.unwrap_or_default();
    let list = format!("/domains/{domain}/mailboxes/");
    let closed = site.get(&list, &bearer).await;
    book.state("3.3 without an allow: 403", &closed, &refusal(403, "Permission denied"));
    let given = site.post("/allows/", &auth, pair.clone()).await;
    let same = pair.clone();
    book.state("3.3 an allow is given", &given, &want(201).holds(move |body| *body == same));
    let open = site.get(&list, &bearer).await;
    book.state("3.3 it opens the domain at once", &open, &want(200));
    let again = site.post("/allows/", &auth, pair.clone()).await;
    book.state("3.3 twice: 409", &again, &refusal(409, "Domain already allowed for this user"));
    let nobody = json!({"user": site.unique, "domain": site.unique});
    let nobody = site.post("/allows/", &auth, nobody).await;
    book.state("3.3 the account is looked for before the domain", &nobody, &refusal(404, "User not found"));
    let nowhere = site.post("/allows/", &auth, json!({"user": name, "domain": site.unique})).await;
    book.state("3.3 an unknown domain: 404", &nowhere, &refusal(404, "Domain not found"));
    let half = site.post("/allows/", &auth, json!({"user": name})).await;
    book.state("3.3 both are required", &half, &invalid("domain"));
    let listed = site.get(&format!("/allows/?username={name}&domain={domain}"), &auth).await;
    book.state("3.3 the list by account and domain", &listed, &want(200).holds(move |body| *body == json!([pair])));
    let none = site.get(&format!("/allows/?username={}", site.unique), &auth).await;
    book.state("3.3 unknown names: an empty list", &none, &want(200).holds(|body| *body == json!([])));
    let path = format!("/allows/{domain}/{name}");
    book.state("3.3 an allow is taken", &site.call("DELETE", &path, &auth).await, &want(204));
    let again = site.call("DELETE", &path, &auth).await;
    let told = "Queried user does not have permissions for this domain.";
    book.state("3.3 twice: 404 in its own words", &again, &refusal(404, told));
    let closed = site.get(&list, &bearer).await;
    book.state("3.3 without it the domain is closed at once", &closed, &refusal(403, "Permission denied"));
}

/// On a dimail without accounts.
pub(crate) async fn first_account(site: &Site, book: &mut Book) {
    let anybody = basic("", "");
    let list = site.get("/users/", &anybody).await;
    book.state(
        "1.1 no account: any credentials act as an administrator's",
        &list,
        &want(200).holds(|body| *body == json!([])),
    );
    let useless = site.token_of(&anybody).await;
    let got = site.get(ANOTHER, &useless).await;
    book.state("1.1 the token had so is useless", &got, &refusal(403, "Permission denied"));
    let none = site.get("/users/", "").await;
    book.state("1.1 without credentials: 401 even so", &none, &refusal(401, "Not authenticated"));
    let first = json!({"name": "first", "password": "un", "is_admin": true});
    book.state("1.1 the first account is made", &site.post("/users/", &anybody, first).await, &want(201));
    let got = site.get("/users/", &anybody).await;
    book.state("1.1 which ends the rule", &got, &refusal(403, "Permission denied"));
    book.state("1.1 and stays an administrator", &site.get("/users/", &basic("first", "un")).await, &want(200));
}
