//! The main journey with a dimail of August 2024: no fix, no spec, no second list, no codes, no
//! new passwords, no addresses; seven checks; a duplicate is a 500. Nothing gets stuck.

use std::time::Duration;

use dimail_portal::dimail::fake::Release;

use crate::support::database::Database;
use crate::support::portal::SUPPORT;
use crate::support::{Anna, Portal};

const ESSAI: &str = "/domains/essai.fr";

macro_rules! on_both_before_2024 {
    ($($name:ident),+ $(,)?) => {$(
        mod $name {
            use super::{Database, Portal, Release};

            async fn tell(database: Database) {
                let portal = Portal::before(Release::August2024, database, &[]).await;
                super::$name(&portal).await;
                portal.finish().await;
            }

            #[tokio::test]
            async fn sqlite() {
                tell(Database::sqlite()).await;
            }

            #[tokio::test]
            async fn postgres() {
                if let Some(database) = Database::postgres() {
                    tell(database).await;
                }
            }
        }
    )+};
}

on_both_before_2024!(
    a_domain_is_added_checked_and_enabled,
    a_mailbox_is_made_and_its_letter_names_whom_to_ask,
    a_duplicate_is_told_and_leaves_nothing,
    what_was_done_without_an_answer_is_found,
    an_alias_is_made_and_taken_away,
    what_this_server_cannot_do_is_said,
);

async fn a_domain_is_added_checked_and_enabled(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    portal.dimail.finds("essai.fr", &["wrong_mx"], &["no_cert"], true).await;

    anna.new_domain("essai.fr", SUPPORT).await.leads_to(ESSAI);
    portal.work().await;

    assert_eq!(anna.get(ESSAI).await.is(200).status_of_page(), "action_required");
    let report = portal.database.text("select report from domains where name = 'essai.fr'").await;
    let report: serde_json::Value = serde_json::from_str(&report).expect("a report");
    assert_eq!(report["checks"].as_array().map(Vec::len), Some(7), "{report}");
    assert_eq!(anna.get(&format!("{ESSAI}/dns")).await.is(200).select("table").len(), 0, "records that nobody told");
    anna.new_mailbox("essai.fr", ["Zoé", "Roy", "", "zoe@ailleurs.test"])
        .await
        .leads_to(&format!("{ESSAI}/mailboxes/zoe.roy"));
    assert_eq!(portal.mailbox_status("zoe.roy@essai.fr").await, "pending");

    portal.dimail.finds_nothing_wrong("essai.fr").await;
    portal.wait(Duration::from_mins(2));
    anna.post(&format!("{ESSAI}/check"), &[]).await.leads_to(ESSAI);
    portal.work().await;
    assert_eq!(portal.status("essai.fr").await, "enabled");
    assert_eq!(portal.mailbox_status("zoe.roy@essai.fr").await, "enabled");
    assert_eq!(portal.dimail.mailboxes("essai.fr").await, ["zoe.roy@essai.fr"]);
    assert_eq!(portal.dimail.calls("GET /domains/essai.fr/fix").await, 0);
}

async fn a_mailbox_is_made_and_its_letter_names_whom_to_ask(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;

    let answer = anna.new_mailbox("ville.fr", ["Jean", "Dupont", "", "jean@ailleurs.test"]).await;

    answer.leads_to("/domains/ville.fr/mailboxes/jean.dupont");
    assert_eq!(anna.follow(&answer).await.is(200).status_of_page(), "enabled");
    portal.work().await;
    let letters = portal.letters();
    assert_eq!(portal.recipients(), ["jean@ailleurs.test"]);
    assert!(!letters[0].text.contains("/code/") && letters[0].text.contains(SUPPORT), "{}", letters[0].text);
    let sheet = anna.new_mailbox("ville.fr", ["Léa", "Roy", "", ""]).await;
    assert_eq!(sheet.is(200).select("output[data-secret]").len(), 1, "the password is handed over");
}

async fn a_duplicate_is_told_and_leaves_nothing(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    portal.dimail.mailbox_by_other("la_regie:password", "jean.dupont@ville.fr", "Jean", "Dupont").await;

    let answer = anna.new_mailbox("ville.fr", ["Jean", "Dupont", "jean", "jean@ailleurs.test"]).await;

    assert!(answer.is(422).mistake("first_name").contains("Jean Dupont") || answer.words().contains("Jean Dupont"));
    assert_eq!(portal.database.count("mailboxes").await, 0);
    assert_eq!(portal.database.count("orders where state = 'open' and kind = 'create_mailbox'").await, 0);
    assert_eq!(portal.dimail.mailboxes("ville.fr").await, ["jean.dupont@ville.fr"]);
}

async fn what_was_done_without_an_answer_is_found(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    portal.dimail.fault("POST", "/domains/*/mailboxes/*", "act_then_500", 1).await;

    let answer = anna.new_mailbox("ville.fr", ["Jean", "Dupont", "", "jean@ailleurs.test"]).await;

    answer.leads_to("/domains/ville.fr/mailboxes/jean.dupont");
    portal.work_after(Duration::from_mins(1)).await;
    assert_eq!(portal.mailbox_status("jean.dupont@ville.fr").await, "enabled");
    assert_eq!(portal.dimail.creations("ville.fr").await, 1);
    assert_eq!(portal.recipients(), ["jean@ailleurs.test"]);
}

/// This server answers 200 to a new alias, not 201.
async fn an_alias_is_made_and_taken_away(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    let fields = [("local_part", "contact"), ("destination", "a@ailleurs.test"), ("destination", "b@ailleurs.test")];

    anna.post("/domains/ville.fr/new-alias", &fields).await.leads_to("/domains/ville.fr/aliases/contact");
    portal.work().await;
    assert_eq!(portal.dimail.aliases("ville.fr").await, ["contact a@ailleurs.test", "contact b@ailleurs.test"]);
    assert_eq!(portal.database.count("aliases where status = 'enabled'").await, 2);

    let one = [("destination", "a@ailleurs.test")];
    anna.post("/domains/ville.fr/aliases/contact/remove", &one).await.is(303);
    anna.post("/domains/ville.fr/aliases/contact/delete", &[]).await.is(303);
    portal.work().await;
    assert_eq!(portal.dimail.aliases("ville.fr").await, Vec::<String>::new());
    assert_eq!(portal.database.count("aliases").await, 0);
}

/// Neither login links nor new passwords: a letter that could say nothing is given up, with a word.
async fn what_this_server_cannot_do_is_said(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    let jean = "/domains/ville.fr/mailboxes/jean.dupont";
    anna.new_mailbox("ville.fr", ["Jean", "Dupont", "", "jean@ailleurs.test"]).await.leads_to(jean);
    portal.work().await;
    portal.forget_letters();

    anna.post(&format!("{jean}/login-link"), &[]).await.leads_to(jean);
    anna.post(&format!("{jean}/reset-password"), &[]).await.leads_to(jean);
    portal.work().await;

    assert_eq!(portal.letters(), []);
    assert_eq!(portal.database.count("letters where state = 'given_up'").await, 2);
    assert_eq!(anna.get(jean).await.is(200).status_of_page(), "enabled");
}
