//! The log has one line for each request and fault, with the request number, and no password, token
//! or link that gives access.

use serde_json::Value;

use crate::support::browser::client;
use crate::support::database::Database;
use crate::support::on_both;
use crate::support::world::{ANNA, World};

on_both!(every_line_of_a_request_bears_its_number, who_was_refused_is_logged_and_odd_cookies_are_not);

async fn every_line_of_a_request_bears_its_number(database: Database) {
    let world = World::start(database).await;
    let portal = world.portal_with(("la_regie", "password"), &[("LOG_FORMAT", "json")]).await;
    let anna = world.anna(&portal).await;
    world.dimail.fault("POST", "/domains", "refuse_500", 1).await;
    anna.add_domain("journal.test").await;
    for (path, status) in [
        ("/invitations/SECRETone", 404),
        ("/invitations/SECRETtwo/more", 404),
        ("/invitations/SECRETtwo/", 303),
        ("/reset-password/SECRETthree", 404),
        ("/odd/SECRETfour", 404),
    ] {
        let answer = client().get(format!("{}{path}", portal.url)).send().await.expect("an answer");
        assert_eq!(answer.status().as_u16(), status, "{path}");
    }
    world.until("its creation", || async { world.domain_status("journal.test").await == "enabled" }).await;
    let log = world.logged(&portal);
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let find = |message: &str, path: &str| {
        let is_it = |line: &&Value| {
            let fields = &line["fields"];
            fields["message"] == message && (path.is_empty() || fields["path"] == path)
        };
        lines.iter().find(is_it).unwrap_or_else(|| panic!("{message} {path}\n{log}"))
    };
    // The line of the task that ran the job has the request number too.
    let number = find("answered", "/domains/new")["span"]["id"].as_str().expect("a number");
    assert_eq!(find("job put off", "")["span"]["id"].as_str(), Some(number), "{log}");
    assert_eq!(number.len(), 32);
    for told in ["/invitations/{token}", "/invitations/…", "/reset-password/{token}", "/odd/…"] {
        assert_eq!(find("answered", told)["fields"]["status"], 404, "{told}");
    }
    for secret in ["SECRET", "un mot de passe", "Bearer", "session="] {
        assert!(!log.contains(secret), "{secret}\n{log}");
    }
}

async fn who_was_refused_is_logged_and_odd_cookies_are_not(database: Database) {
    let world = World::start(database).await;
    let portal = world.portal_with(("la_regie", "password"), &[("LOG_FORMAT", "json")]).await;
    let anna = world.anna(&portal).await;
    let post = async |path: &str, form: &str, cookie: &str| {
        let request = client().post(format!("{}{path}", portal.url)).body(form.to_owned()).header("cookie", cookie);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let request = request.header("x-forwarded-for", "198.51.100.1");
        request.send().await.expect("an answer").status().as_u16()
    };
    let odd = ["session=odd", "session=AAAAAAAAAAAAAAAAAAAAAA", "session=%C3%A9", "browser=odd; session="];
    for cookie in odd {
        post("/sign-in", "email=anna%40mairie.test&password=SECRETwrong", cookie).await;
    }
    assert_eq!(post("/sign-in", "email=SECRETtyped&password=x", "").await, 422);
    post("/forgot-password", &format!("email={}", ANNA.replace('@', "%40")), "").await;
    let from_elsewhere = client().post(format!("{}/sign-out", portal.url)).header("origin", "https://evil.test");
    assert_eq!(from_elsewhere.send().await.expect("an answer").status().as_u16(), 403);
    drop(anna);

    let log = world.logged(&portal);
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let find = |message: &str| -> Vec<&Value> {
        let is_it = |line: &&Value| line["fields"]["message"].as_str().is_some_and(|text| text.starts_with(message));
        lines.iter().filter(is_it).collect()
    };
    let wrong = find("wrong password");
    assert_eq!(wrong.len(), 5, "{log}");
    assert_eq!(wrong[0]["fields"]["account"], "anna@mairie.test");
    assert_eq!(wrong[4]["fields"]["account"], "(no address)", "it may be a password in the wrong field");
    let asked = find("a link for a new password was requested");
    assert_eq!((asked.len(), &asked[0]["fields"]["account"]), (1, &Value::from(ANNA)), "{log}");
    let forbidden = find("forbidden");
    assert_eq!((forbidden.len(), &forbidden[0]["fields"]["account"]), (1, &Value::from("(nobody)")), "{log}");
    for line in wrong.iter().chain(&asked).chain(&forbidden) {
        assert_eq!(line["fields"]["origin"], "127.0.0.1");
        assert_eq!(line["span"]["id"].as_str().map(str::len), Some(32), "{line}");
    }
    assert_eq!(find("a request bears X-Forwarded-For").len(), 1, "once, not for each request: {log}");
    assert!(!log.contains("SECRET") && !log.contains("suspicious"), "{log}");
}
