//! Domains: creation, contexts, check, fix, spec (sections 3.4 to 3.8 and 4).

use serde_json::{Value, json};

use crate::dimail::contract::site::{Got, Site};
use crate::dimail::contract::{Book, crash, invalid, missing, refusal, want};

const ALL: [&str; 3] = ["webmail", "mailbox", "alias"];

/// The members of a domain object that are check results: objects with `ok`.
fn checks_of(domain: &Value) -> Vec<(String, Value)> {
    let members = domain.as_object().into_iter().flatten();
    let checks = members.filter(|(_, value)| value.get("ok").is_some());
    checks.map(|(name, value)| (name.clone(), value.clone())).collect()
}

fn has_code(check: &Value, code: &str) -> bool {
    check["errors"].as_array().into_iter().flatten().any(|error| error["code"] == code && error["detail"].is_string())
}

/// Creates the domains `un` and `deux`, which share a context, and `fonction`, which has none.
pub(crate) async fn creation(site: &mut Site, book: &mut Book) {
    let (un, deux) = (site.domain("un"), site.domain("deux"));
    for name in [&un, &deux, &site.domain("fonction")] {
        site.finds(name, &["must_exist"], &[]).await;
    }
    let made = site.add_domain(&un, json!(un), &ALL).await;
    let own = un.clone();
    let shape = want(201).holds(move |body| {
        let plain = body["name"] == own.as_str() && body["state"] == "new" && body["valid"] == false;
        let never = checks_of(body).iter().all(|(_, check)| check["ok"] == false && has_code(check, "no_test"));
        plain && never && body["context_name"] == own.as_str()
    });
    book.state("3.4 a domain is made, new and never checked, in its context", &made, &shape);
    let features = made.json["features"].as_array().map(Vec::len);
    book.hold("3.4 its features are those asked for", features == Some(3));
    if site.is_production() {
        book.hold("3.4 its delivery is that asked for", made.json["delivery"] == "virtual");
    }
    let again = site.add_domain(&un, json!(un), &ALL).await;
    book.state("3.4 twice: 409", &again, &refusal(409, "Domain already exists"));
    let shared = site.add_domain(&deux, json!(un), &ALL).await;
    let context = un.clone();
    let joined = want(201).holds(move |body| body["context_name"] == context.as_str());
    book.state("3.4 a second domain silently joins a context", &shared, &joined);
    let functional = site.domain("fonction");
    let got = site.add_domain(&functional, Value::Null, &["mailbox"]).await;
    book.state("3.4 without webmail no context is needed", &got, &want(201));
    let none = site.add_domain(&site.domain("sans"), Value::Null, &ALL).await;
    book.state("3.4 with webmail it is: 409", &none, &refusal(409, "OX context name is mandatory for mailbox feature"));
    let auth = site.basic();
    let absent = site.post("/domains/", &auth, json!({"name": site.domain("x"), "features": []})).await;
    book.state("3.4 the key of the context is required, null or not", &absent, &invalid("context_name"));
    let odd = json!({"name": site.domain("x"), "features": ["calendar"], "context_name": null});
    book.state("3.4 an unknown feature: 422", &site.post("/domains/", &auth, odd).await, &invalid("features"));
    if site.is_production() {
        let relay = site.domain("relais");
        site.finds(&relay, &["must_exist"], &[]).await;
        let body = json!({"name": relay, "features": ["alias"], "context_name": null, "delivery": "relay"});
        let got = site.post("/domains/", &auth, body).await;
        book.state("3.4 delivery may be relay", &got, &want(201).holds(|body| body["delivery"] == "relay"));
    } else {
        let long = json!({"name": format!("{}.invalid", "a".repeat(200)), "features": [], "context_name": null});
        book.state("3.4 more than 200 characters: 500", &site.post("/domains/", &auth, long).await, &crash());
    }
    match site.stranger().await {
        Some((poor, _)) => {
            let body = json!({"name": site.domain("y"), "features": [], "context_name": null});
            let got = site.post("/domains/", &poor, body).await;
            book.state("3.4 who has no right makes no domains", &got, &refusal(403, "Permission denied"));
        }
        None => book.leave_out("3.4 the right to make domains: there is no second account"),
    }
}

pub(crate) async fn looking(site: &Site, book: &mut Book) {
    let (un, bearer) = (site.domain("un"), site.bearer());
    let one = site.get(&format!("/domains/{un}"), &bearer).await;
    let (own, production) = (un.clone(), site.is_production());
    let shape = want(200).holds(move |body| {
        let context = if production { json!(own) } else { Value::Null };
        body["name"] == own.as_str() && body["context_name"] == context
    });
    book.state("3.5 one domain; its context is told by later servers only", &one, &shape);
    let unknown = site.get(&format!("/domains/{}", site.domain("inconnu")), &bearer).await;
    book.state("3.5 an unknown one: 404", &unknown, &refusal(404, "Domain not found"));
    if let Some((poor, poor_bearer)) = site.stranger().await {
        let got = site.get(&format!("/domains/{}", site.domain("inconnu")), &poor_bearer).await;
        book.state("3.5 404 comes before the right", &got, &refusal(404, "Domain not found"));
        let got = site.get(&format!("/domains/{un}"), &poor_bearer).await;
        book.state("3.5 somebody else's: 401, here only", &got, &refusal(401, "Not authorized."));
        let got = site.get(&format!("/domains/{un}/check"), &poor).await;
        book.state("3.6 the check of somebody else's: 403", &got, &refusal(403, "Permission denied"));
        let got = site.get("/domains/", &poor).await;
        book.state("3.5 the list is for administrators", &got, &refusal(403, "Permission denied"));
    }
    let list = site.get("/domains/", &site.basic()).await;
    if site.is_admin {
        book.hold("3.5 the list holds every domain", list.entry("name", &un)["features"].is_array());
    } else {
        book.state("3.5 the list is not for us", &list, &refusal(403, "Permission denied"));
    }
}

async fn ask_check(site: &Site, domain: &str) -> Got {
    site.get(&format!("/domains/{domain}/check"), &site.basic()).await
}

pub(crate) async fn checks(site: &Site, book: &mut Book) {
    let un = site.domain("un");
    let got = ask_check(site, &un).await;
    let (number, production) = (if site.is_production() { 11 } else { 7 }, site.is_production());
    let shape = want(200).holds(move |body| {
        let all = checks_of(body);
        let whole = all.iter().all(|(_, check)| check["ok"].is_boolean() && check["errors"].is_array());
        let internal = all.iter().all(|(_, check)| check["internal"].is_boolean() == production);
        all.len() == number && whole && internal && body["state"] != "new"
    });
    book.state("3.6 a check has its 7 or 11 results, and is never new", &got, &shape);
    let exist = want(200).holds(|body| {
        let others = checks_of(body).into_iter().filter(|(name, _)| name != "domain_exist");
        has_code(&body["domain_exist"], "must_exist") && body["state"] == "broken" && {
            let external = others.filter(|(_, check)| check["internal"] != true);
            external.into_iter().all(|(_, check)| check["ok"] == true)
        }
    });
    book.state("4.2 a domain that does not exist leaves the other checks ok", &got, &exist);
    let stored = site.get(&format!("/domains/{un}"), &site.bearer()).await;
    book.hold(
        "3.6 what it finds is stored",
        stored.json["state"] == got.json["state"] && got.json["state"].is_string(),
    );
    let unknown = ask_check(site, &site.domain("inconnu")).await;
    book.state("3.6 of an unknown domain: 404", &unknown, &refusal(404, "Domain not found"));
    let fix = site.get(&format!("/domains/{un}/fix/"), &site.basic()).await;
    let spec = site.get(&format!("/domains/{un}/spec/"), &site.basic()).await;
    if site.is_production() {
        book.state("3.7 fix answers as check does", &fix, &want(200).holds(|body| checks_of(body).len() == 11));
        book.state("3.8 spec lists records", &spec, &want(200).holds(is_spec));
    } else {
        book.state("3.7 there is no fix", &fix, &missing());
        book.state("3.8 there is no spec", &spec, &missing());
    }
    if site.is_fake {
        codes(site, book, &un).await;
    } else {
        book.leave_out("4.3 each code: what the DNS holds is not ours to say");
    }
}

fn is_spec(body: &Value) -> bool {
    let records = body.as_array().cloned().unwrap_or_default();
    let has = |target: &str, kind: &str, start: &str| {
        let fits = |record: &&Value| record["target"] == target && record["type"] == kind;
        records.iter().filter(fits).any(|record| record["value"].as_str().is_some_and(|value| value.starts_with(start)))
    };
    let hosts = ["imap", "smtp", "webmail"].iter().all(|host| has(host, "cname", &format!("{host}.")));
    has("", "mx", "mx.") && has("", "txt", "v=spf1 ") && has("dimail._domainkey", "txt", "v=DKIM1") && hosts
}

/// Each error code, with the check that reports it.
async fn codes(site: &Site, book: &mut Book, domain: &str) {
    let external = [
        ("no_mx", "mx"),
        ("wrong_mx", "mx"),
        ("no_cname_imap", "cname_imap"),
        ("wrong_cname_smtp", "cname_smtp"),
        ("no_cname_webmail", "cname_webmail"),
        ("wrong_spf", "spf"),
        ("no_dkim", "dkim"),
    ];
    for (code, check) in external {
        site.finds(domain, &[code], &[]).await;
        let got = ask_check(site, domain).await;
        let fits = want(200)
            .holds(move |body| has_code(&body[check], code) && body["state"] == "broken" && body["valid"] == false);
        book.state(&format!("4.3 {code} is told by {check}"), &got, &fits);
    }
    if site.is_production() {
        site.finds(domain, &[], &["no_cert"]).await;
        let got = ask_check(site, domain).await;
        let fits = want(200).holds(|body| has_code(&body["cert"], "no_cert") && body["cert"]["internal"] == true);
        book.state("4.3 no_cert is told by cert, dimail's own", &got, &fits);
        let fixed = site.get(&format!("/domains/{domain}/fix/"), &site.basic()).await;
        book.state("3.7 fix repairs what is dimail's own", &fixed, &want(200).holds(|body| body["state"] == "ok"));
    }
    site.finds(domain, &[], &[]).await;
    let got = ask_check(site, domain).await;
    book.state("4.1 all is right", &got, &want(200).holds(|body| body["state"] == "ok" && body["valid"] == true));
}
