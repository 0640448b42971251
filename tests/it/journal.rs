//! The journal of a domain: one line for each change, and a hash chain in which a missing line is
//! visible.

use sha2::{Digest, Sha256};

use crate::support::{Anna, Bruno, Portal, on_both};

on_both!(each_change_is_a_line_and_the_lines_are_chained, staff_and_operators_are_told_apart);

async fn each_change_is_a_line_and_the_lines_are_chained(portal: &Portal) {
    let (anna, bruno) = (portal.sign_in(Anna).await, portal.sign_in(Bruno).await);
    bruno.post("/domains/ville.fr/edit", &[("support_email", "aide@mairie.test")]).await.leads_to("/domains/ville.fr");
    anna.post("/domains/ville.fr/check", &[]).await.leads_to("/domains/ville.fr");
    let jean = [("first_name", "Jean"), ("last_name", "Dupont"), ("secondary_email", "jean@ailleurs.test")];
    anna.post("/domains/ville.fr/new-mailbox", &jean).await.leads_to("/domains/ville.fr/mailboxes/jean.dupont");
    portal.disable("ville.fr", "travaux").await;
    portal.work().await;

    let lines = portal
        .database
        .texts(
            "select journal.sequence, at, actor_email, event, hash from journal join domains on domains.id = domain_id \
             where name = 'ville.fr' order by journal.sequence",
        )
        .await;
    let verbs: Vec<&str> =
        lines.iter().filter_map(|line| line.split("\"verb\":\"").nth(1)?.split('"').next()).collect();
    let told = [
        "domain_added",
        "domain_accepted",
        "status_changed",
        "role_granted",
        "role_granted",
        "support_email_changed",
        "check_asked",
        "mailbox_added",
        "mailbox_opened",
        "status_changed",
    ];
    assert_eq!(verbs, told);
    let mut before = (0, String::new());
    for line in &lines {
        let mut parts: Vec<String> = line.split('|').map(str::to_owned).collect();
        let hash = parts.pop().expect("a hash");
        let sequence: i64 = parts[0].parse().expect("a number");
        assert_eq!(sequence, before.0 + 1, "{line}");
        parts.insert(0, before.1);
        assert_eq!(hash, chained(&parts), "{line}");
        before = (sequence, hash);
    }
}

/// The hash of a line: over the previous hash, the number, the time, the person and the event.
fn chained(parts: &[String]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.len().to_be_bytes());
        hash.update(part.as_bytes());
    }
    format!("{:x}", hash.finalize())
}

async fn staff_and_operators_are_told_apart(portal: &Portal) {
    let eve = portal.sign_in(crate::support::Eve).await;
    eve.post("/domains/ville.fr/edit", &[("support_email", "eve@portail.test")]).await.leads_to("/domains/ville.fr");
    let anna = portal.sign_in(Anna).await;
    anna.post("/domains/ville.fr/edit", &[("support_email", "anna@mairie.test")]).await.leads_to("/domains/ville.fr");
    portal.work().await;
    let who = portal
        .database
        .texts("select actor_email, as_staff from journal where event like '%support_email_changed%' order by sequence")
        .await;
    assert_eq!(who, ["eve@portail.test|1", "anna@mairie.test|0"]);
}
