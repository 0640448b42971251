//! Each change is a line: who made it, in which quality, from where; and the lines are chained.

use sha2::{Digest, Sha256};

use crate::support::{Anna, Bruno, Eve, Portal, on_both};

on_both!(
    each_change_is_a_line_and_the_lines_are_chained,
    who_made_a_change_from_where with ["--trusted-proxies", "127.0.0.1"],
    an_edit_tells_what_was_before,
);

/// All columns but the hash, in the order in which they are hashed; those that are null as a letter that no
/// column has.
const COLUMNS: &str = "domain_id, journal.sequence, at, coalesce(actor_id, '¬'), actor_name, actor_email, as_staff, \
     coalesce(origin, '¬'), event, coalesce(mailbox_id, '¬'), kind, subject, person, journal.search";

async fn each_change_is_a_line_and_the_lines_are_chained(portal: &Portal) {
    let (anna, bruno) = (portal.sign_in(Anna).await, portal.sign_in(Bruno).await);
    bruno.post("/domains/ville.fr/edit", &[("support_email", "aide@mairie.test")]).await.leads_to("/domains/ville.fr");
    anna.post("/domains/ville.fr/check", &[]).await.leads_to("/domains/ville.fr");
    let jean = [("first_name", "Jean"), ("last_name", "Dupont"), ("secondary_email", "jean@ailleurs.test")];
    anna.post("/domains/ville.fr/new-mailbox", &jean).await.leads_to("/domains/ville.fr/mailboxes/jean.dupont");
    portal.disable("ville.fr", "travaux").await;
    portal.work().await;

    let sql = format!(
        "select {COLUMNS}, hash from journal join domains on domains.id = domain_id where name = 'ville.fr' \
         order by journal.sequence"
    );
    let lines = portal.database.texts(&sql).await;
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
        let mut parts: Vec<&str> = line.split('|').collect();
        let hash = parts.pop().expect("a hash");
        assert_eq!(parts.len(), 14, "{line}");
        let sequence: i64 = parts[1].parse().expect("a number");
        assert_eq!(sequence, before.0 + 1, "{line}");
        assert_eq!(hash, chained(&before.1, &parts), "{line}");
        before = (sequence, hash.to_owned());
    }
}

/// The hash of a line: over the previous hash and all columns.
fn chained(before: &str, parts: &[&str]) -> String {
    let present = parts.iter().flat_map(|part| if *part == "¬" { vec!["0"] } else { vec!["1", part] });
    let mut hash = Sha256::new();
    for part in std::iter::once(before).chain(present) {
        hash.update(part.len().to_be_bytes());
        hash.update(part.as_bytes());
    }
    format!("{:x}", hash.finalize())
}

async fn who_made_a_change_from_where(portal: &Portal) {
    let from = |address: &str| portal.visitor().with("x-forwarded-for", address);
    let eve = portal.sign_in_as(Eve, from("203.0.113.5")).await;
    eve.post("/domains/ville.fr/edit", &[("support_email", "eve@portail.test")]).await.leads_to("/domains/ville.fr");
    let anna = portal.sign_in_as(Anna, from("2001:db8:1:2::9")).await;
    anna.post("/domains/ville.fr/edit", &[("support_email", "anna@mairie.test")]).await.leads_to("/domains/ville.fr");
    portal.work().await;
    // The link of the support address, and that of an invitation, need no account.
    let confirm = portal.emails().into_iter().rev().find_map(|email| {
        let path = email.text.split("/confirm/").nth(1)?.split_whitespace().next()?.to_owned();
        (email.to == "anna@mairie.test").then_some(format!("/confirm/{path}"))
    });
    from("203.0.113.7").post(&confirm.expect("a link"), &[]).await.is(200);
    let invited = [("email", "nina@mairie.test"), ("role", "viewer")];
    anna.post("/domains/ville.fr/new-invitation", &invited).await.is(303);
    portal.work().await;
    let link = portal.emails().into_iter().rev().find_map(|email| {
        let token = email.text.split("/invitations/").nth(1)?.split_whitespace().next()?.to_owned();
        Some(format!("/invitations/{token}"))
    });
    let joined = [("name", "Nina Lopez"), ("password", "un cheval bleu sur la lune")];
    from("203.0.113.8").post(&link.expect("a link"), &joined).await.is(303);
    portal.disable("ville.fr", "travaux").await;

    let sql = "select kind, actor_name, actor_email, as_staff, coalesce(origin, 'nowhere'), person, subject \
               from journal join domains on domains.id = domain_id where name = 'ville.fr' and journal.sequence > 2 \
               order by journal.sequence";
    let found = portal.database.texts(sql).await;
    let told = [
        "status_changed|dimail-portal||0|nowhere|portal|ville.fr",
        "role_granted|operator||1|command|command|bruno@mairie.test",
        "role_granted|operator||1|command|command|chloe@mairie.test",
        "support_email_changed|Ève Moreau|eve@portail.test|1|203.0.113.5|eve@portail.test|ville.fr",
        "support_email_changed|Anna Martin|anna@mairie.test|0|2001:db8:1:2::/64|anna@mairie.test|ville.fr",
        "support_email_confirmed|anna@mairie.test|anna@mairie.test|0|203.0.113.7|anna@mairie.test|ville.fr",
        "member_invited|Anna Martin|anna@mairie.test|0|2001:db8:1:2::/64|anna@mairie.test|nina@mairie.test",
        "invitation_accepted|Nina Lopez|nina@mairie.test|0|203.0.113.8|nina@mairie.test|nina@mairie.test",
        "status_changed|operator||1|command|command|ville.fr",
    ];
    assert_eq!(found, told);
    portal.leaves_work();
}

async fn an_edit_tells_what_was_before(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    anna.new_mailbox("ville.fr", ["Jean", "Dupont", "jean", "jean@ailleurs.test"]).await.is(303);
    let edit = [("first_name", "Jean"), ("last_name", "Durand"), ("secondary_email", "")];
    anna.post("/domains/ville.fr/mailboxes/jean/edit", &edit).await.is(303);
    portal.work().await;
    let sql = "select kind, event from journal where kind like 'mailbox_edit%' order by sequence";
    let names = r#"{"field":"last_name","from":"Dupont","to":"Durand"}"#;
    let told = [
        r#"mailbox_edited|{"verb":"mailbox_edited","address":"jean@ville.fr","changes":[{"field":"secondary_email","from":"jean@ailleurs.test","to":""}]}"#.to_owned(),
        format!(r#"mailbox_edit_asked|{{"verb":"mailbox_edit_asked","address":"jean@ville.fr","changes":[{names}]}}"#),
        format!(r#"mailbox_edited|{{"verb":"mailbox_edited","address":"jean@ville.fr","changes":[{names}]}}"#),
    ];
    assert_eq!(portal.database.texts(sql).await, told);
    let page = anna.get("/domains/ville.fr/journal?q=jean&kind=mailbox_edited").await;
    let rows = super::rows(&page);
    assert_eq!(rows.len(), 2, "{rows:?}");
    assert!(rows[0].contains("Avant Nom : DupontAprès Nom : Durand"), "{rows:?}");
    assert!(rows[1].contains("Avant Adresse de secours : jean@ailleurs.testAprès Adresse de secours : (vide)"));
    // The pages of the objects lead to their lines.
    let link = "a[href=\"/domains/ville.fr/journal?q=jean%40ville.fr\"]";
    assert!(anna.get("/domains/ville.fr/mailboxes/jean").await.is(200).has(link));
    assert!(
        portal
            .sign_in(crate::support::Chloe)
            .await
            .get("/domains/ville.fr/mailboxes/jean")
            .await
            .is(200)
            .select(link)
            .is_empty()
    );
    let link = "tr[data-member] th a[href=\"/domains/ville.fr/journal?q=bruno%40mairie.test\"]";
    let members = anna.get("/domains/ville.fr/members").await;
    assert_eq!(members.select(link).len(), 1, "the name leads there");
    assert!(!members.has(".acts a[href*=\"/journal\"]"), "two acts a row");
    let chloe = portal.sign_in(crate::support::Chloe).await;
    assert!(!chloe.get("/domains/ville.fr/members").await.is(200).has(link));
}
