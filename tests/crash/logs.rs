//! The log has one line for each request and fault, with the request number, and no password, token
//! or link that gives access.

use serde_json::Value;

use crate::support::browser::client;
use crate::support::database::Database;
use crate::support::on_both;
use crate::support::world::World;

on_both!(every_line_of_a_request_bears_its_number);

async fn every_line_of_a_request_bears_its_number(database: Database) {
    let world = World::start(database).await;
    let portal = world.portal_with(("la_regie", "password"), &[("LOG_FORMAT", "json")]).await;
    let anna = world.anna(&portal).await;
    world.dimail.fault("POST", "/domains", "refuse_500", 1).await;
    anna.add_domain("journal.test").await;
    for path in ["/invitations/SECRETone", "/invitations/SECRETtwo/", "/reset-password/SECRETthree", "/odd/SECRETfour"]
    {
        let answer = client().get(format!("{}{path}", portal.url)).send().await.expect("an answer");
        assert_eq!(answer.status().as_u16(), 404);
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
    // The line of the task that carried out the order has the request number too.
    let number = find("answered", "/domains/new")["span"]["id"].as_str().expect("a number");
    assert_eq!(find("order put off", "")["span"]["id"].as_str(), Some(number), "{log}");
    assert_eq!(number.len(), 32);
    for told in ["/invitations/{token}", "/invitations/…", "/reset-password/{token}", "/odd/…"] {
        assert_eq!(find("answered", told)["fields"]["status"], 404, "{told}");
    }
    for secret in ["SECRET", "un mot de passe", "Bearer", "session="] {
        assert!(!log.contains(secret), "{secret}\n{log}");
    }
}
