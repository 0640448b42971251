//! The main journey with a dimail of August 2024: without fix, spec, the second list, codes, new
//! passwords and addresses; with seven checks and a 500 for a duplicate. Nothing may stay
//! unfinished.

use std::time::Duration;

use dimail_portal::dimail::SharedLimit;
use dimail_portal::fake_dimail::Release;

use crate::support::database::Database;
use crate::support::portal::{SUPPORT, login_link_in};
use crate::support::{Anna, Answer, Chloe, Portal};

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
    a_first_password_that_no_link_replaces_is_handed_over,
    a_duplicate_is_told_and_leaves_nothing,
    what_was_done_without_an_answer_is_found,
    an_alias_is_made_and_taken_away,
    what_this_server_cannot_do_is_said,
    what_it_cannot_do_is_learnt_before_anything_is_stored,
    a_person_learns_it_before_background_work,
    an_email_without_a_link_leaves_the_mailbox_unseen,
    a_domain_without_a_list_of_records_shows_what_the_check_says,
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

/// Without login links and new passwords, the sheet with the first password is the only access.
async fn a_first_password_that_no_link_replaces_is_handed_over(portal: &Portal) {
    let anna = portal.sign_in_as(Anna, portal.visitor().with("accept-language", "en")).await;

    let sheet = anna.new_mailbox("ville.fr", ["Jean", "Dupont", "", "jean@ailleurs.test"]).await;

    assert_eq!(sheet.is(200).header("cache-control"), "no-store");
    let password = sheet.select("output[data-secret]").concat();
    assert!(!password.is_empty() && sheet.words().contains("jean.dupont@ville.fr"), "{}", sheet.words());
    portal.work().await;
    let page = anna.get(JEAN).await;
    assert_eq!(page.is(200).status_of_page(), "enabled");
    assert!(
        !page.has("[data-handover]") && page.words().contains("has not received a password yet"),
        "{}",
        page.words()
    );
    anna.post(&format!("{JEAN}/handed-over"), &[]).await.leads_to(JEAN);
    assert!(!anna.get(JEAN).await.words().contains("has not received a password yet"));
    assert_eq!(portal.database.number("select to_hand_over from mailboxes").await, 0);
    // A first email could contain no access. So none is sent, as without a secondary address.
    assert_eq!(portal.emails(), []);
    assert_eq!(portal.database.count("emails where state = 'waiting'").await, 0);
    let sheet = anna.new_mailbox("ville.fr", ["Léa", "Roy", "", ""]).await;
    assert_eq!(sheet.is(200).select("output[data-secret]").len(), 1, "the password is handed over");
}

async fn a_duplicate_is_told_and_leaves_nothing(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    portal.dimail.mailbox_by_other("la_regie:password", "jean.dupont@ville.fr", "Jean", "Dupont").await;

    let answer = anna.new_mailbox("ville.fr", ["Jean", "Dupont", "jean", "jean@ailleurs.test"]).await;

    assert!(answer.is(422).mistake("first_name").contains("Jean Dupont") || answer.words().contains("Jean Dupont"));
    assert_eq!(portal.database.count("mailboxes").await, 0);
    assert_eq!(portal.database.count("jobs where kind = 'mailbox'").await, 0);
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

const JEAN: &str = "/domains/ville.fr/mailboxes/jean.dupont";
const MAILBOXES: &str = "/domains/ville.fr/mailboxes";

/// The buttons of a page, and the actions for several mailboxes.
fn offered(page: &Answer) -> String {
    let forms = page.is(200).attributes("main form", "action");
    let links = page.attributes("main .choices-list a", "href");
    [forms, links, page.attributes("main option", "value")].concat().join(" ")
}

#[track_caller]
fn says_whom_to_ask(page: &Answer, what: &str) {
    let words = page.select("main").concat();
    assert!(words.contains(what) && words.contains(SUPPORT), "{what}: {words}");
}

/// Login links and new passwords are missing: after the first email the portal knows it and does
/// not offer them, and a request for one is refused at once. No email is stored.
async fn what_this_server_cannot_do_is_said(portal: &Portal) {
    let anna = portal.sign_in_as(Anna, portal.visitor().with("accept-language", "en")).await;
    anna.new_mailbox("ville.fr", ["Jean", "Dupont", "", "jean@ailleurs.test"]).await.is(200);
    anna.new_mailbox("ville.fr", ["Léa", "Roy", "lea", ""]).await.is(200);
    let lea = "/domains/ville.fr/mailboxes/lea";
    portal.work().await;
    portal.forget_emails();
    // The first request for a password finds out that new passwords are missing, too.
    says_whom_to_ask(anna.post(&format!("{lea}/reset-password"), &[]).await.is(409), "does not provide new passwords");
    let mark = portal.dimail.mark().await;

    for path in [JEAN, lea] {
        let page = anna.get(path).await;
        let offered = offered(&page);
        assert!(!offered.contains("login-link") && !offered.contains("reset-password"), "{offered}");
        assert!(offered.contains("/edit") && offered.contains("/disable"), "the other buttons stay: {offered}");
        says_whom_to_ask(&page, "neither login links nor new passwords");
        says_whom_to_ask(anna.post(&format!("{path}/login-link"), &[]).await.is(409), "does not offer login links");
        says_whom_to_ask(
            anna.post(&format!("{path}/reset-password"), &[]).await.is(409),
            "does not provide new passwords",
        );
    }
    let list = anna.get(MAILBOXES).await;
    assert!(list.has("option[value=disable]") && !list.has("option[value=login-link]"), "{}", list.words());
    let several = [("action", "login-link"), ("mailbox", "jean.dupont"), ("mailbox", "lea")];
    let refused = anna.post("/domains/ville.fr/selected-mailboxes", &several).await;
    says_whom_to_ask(refused.is(409), "does not offer login links");
    assert!(refused.has(&format!("main a[href=\"{MAILBOXES}\"]")), "a way on");
    // The same in French.
    let french = portal.sign_in(Anna).await;
    says_whom_to_ask(&french.get(JEAN).await, "ni liens de connexion ni nouveaux mots de passe");
    says_whom_to_ask(french.post(&format!("{JEAN}/login-link"), &[]).await.is(409), "pas de liens de connexion");

    // The page *First access* offers nothing that cannot be sent.
    for page in [portal.visitor().get("/first-access").await, {
        let asked = [("address", "jean.dupont@ville.fr")];
        portal.visitor().post("/first-access", &asked).await.is(409).clone()
    }] {
        assert!(page.words().contains("pas de liens de connexion") && !page.has("main form"), "{}", page.words());
    }
    portal.work().await;
    assert_eq!(portal.dimail.heard_since(mark).await, [""; 0]);
    assert_eq!(portal.emails(), []);
    assert_eq!(portal.database.count("emails where kind in ('login_link', 'new_password')").await, 0);
    assert_eq!(portal.database.count("bulk_actions").await, 0);
    assert_eq!(
        portal.database.count("journal where event like '%login_link%' or event like '%password_reset%'").await,
        0
    );
}

/// A portal that has just started does not know yet which routes its dimail lacks.
async fn what_it_cannot_do_is_learnt_before_anything_is_stored(portal: &Portal) {
    let anna = portal.sign_in_as(Anna, portal.visitor().with("accept-language", "en")).await;
    anna.new_mailbox("ville.fr", ["Jean", "Dupont", "", ""]).await.is(200);
    anna.post(&format!("{JEAN}/handed-over"), &[]).await.leads_to(JEAN);
    let fields = [("first_name", "Jean"), ("last_name", "Dupont"), ("secondary_email", "jean@ailleurs.test")];
    anna.post(&format!("{JEAN}/edit"), &fields).await.leads_to(JEAN);
    assert!(offered(&anna.get(JEAN).await).contains("login-link"));

    says_whom_to_ask(anna.post(&format!("{JEAN}/login-link"), &[]).await.is(409), "does not offer login links");
    says_whom_to_ask(&anna.get(JEAN).await, "does not offer login links");
    assert!(offered(&anna.get(JEAN).await).contains("reset-password"), "the route is not known to be missing");
    says_whom_to_ask(anna.post(&format!("{JEAN}/reset-password"), &[]).await.is(409), "does not provide new passwords");

    portal.work().await;
    assert_eq!(portal.emails(), []);
    assert_eq!(portal.database.count("emails where kind in ('login_link', 'new_password')").await, 0);
    assert_eq!(portal.database.number("select to_hand_over from mailboxes").await, 0, "the former password is good");
    // The role is checked first, with the same answer as everywhere.
    portal.sign_in(Chloe).await.post(&format!("{JEAN}/login-link"), &[]).await.is(403);
    anna.post(&format!("{MAILBOXES}/nobody/login-link"), &[]).await.is(404);
}

/// A person's request is answered while background work pauses.
async fn a_person_learns_it_before_background_work(portal: &Portal) {
    let anna = portal.sign_in_as(Anna, portal.visitor().with("accept-language", "en")).await;
    anna.new_mailbox("ville.fr", ["Jean", "Dupont", "", ""]).await.is(200);
    let fields = [("first_name", "Jean"), ("last_name", "Dupont"), ("secondary_email", "jean@ailleurs.test")];
    anna.post(&format!("{JEAN}/edit"), &fields).await.leads_to(JEAN);
    for (act, said) in
        [("login-link", "does not offer login links"), ("reset-password", "does not provide new passwords")]
    {
        let limiter = portal.app.dimail.limiter();
        limiter.agree(limiter.standing(), SharedLimit { limit: 2, pause: Some(Duration::from_mins(1)) });
        says_whom_to_ask(anna.post(&format!("{JEAN}/{act}"), &[]).await.is(409), said);
    }
    assert_eq!(portal.database.count("emails where kind in ('login_link', 'new_password')").await, 0);
}

/// The page behind the link names whom to ask; the mailbox's page says that its password was not seen
/// yet.
async fn an_email_without_a_link_leaves_the_mailbox_unseen(portal: &Portal) {
    let anna = portal.sign_in_as(Anna, portal.visitor().with("accept-language", "en")).await;
    // The mailbox is created, but the answer with its password is lost.
    portal.dimail.fault("POST", JEAN, "act_then_close", 1).await;
    anna.new_mailbox("ville.fr", ["Jean", "Dupont", "", "jean@ailleurs.test"]).await.leads_to(JEAN);
    portal.work_after(Duration::from_mins(5)).await;

    let emails = portal.emails();
    let [email] = emails.as_slice() else { panic!("{emails:?}") };
    let link = login_link_in(&email.text).expect("a link");
    let visitor = portal.visitor().with("accept-language", "en");
    says_whom_to_ask(visitor.post(&link, &[]).await.is(409), "does not offer login links");
    says_whom_to_ask(visitor.get(&link).await.is(409), "does not offer login links");
    let banner = anna.get(JEAN).await.select(".banner-next").concat();
    assert_eq!(banner, "As far as the portal knows, the person has not received a password yet.");
    assert_eq!(portal.database.count("emails where state = 'waiting'").await, 0);
}

async fn a_domain_without_a_list_of_records_shows_what_the_check_says(portal: &Portal) {
    let anna = portal.sign_in_as(Anna, portal.visitor().with("accept-language", "en")).await;
    let wrong = ["wrong_mx", "no_cname_imap", "no_spf", "no_dkim", "odd_new"];
    portal.dimail.finds("essai.fr", &wrong, &[], true).await;
    anna.new_domain("essai.fr", SUPPORT).await.leads_to(ESSAI);
    portal.work().await;

    let page = anna.get(&format!("{ESSAI}/dns")).await;

    let words = page.is(200).words();
    assert!(words.contains("does not say which records it expects"), "{words}");
    assert!(!words.contains("They will appear here"), "{words}");
    assert!(!page.has("[data-record]") && !page.has("pre.zone") && !page.has("main a[href$=\"zone.txt\"]"));
    let problems = page.select(".problem");
    assert_eq!(problems.len(), wrong.len(), "{problems:#?}");
    let expected = [
        ["only MX record", "attendu : mx.ox.numerique.gouv.fr."],
        ["CNAME record with the value", "attendu : imap.ox.numerique.gouv.fr."],
        ["v=spf1", "include:_spf.ox.numerique.gouv.fr"],
        ["_domainkey", "attendu : un TXT qui commence par v=DKIM1"],
        ["“odd_new”", "Problème odd_new sur le domaine essai.fr."],
    ];
    for expected in expected {
        let is_said = problems.iter().any(|problem| expected.iter().all(|text| problem.contains(text)));
        assert!(is_said, "{expected:?}: {problems:#?}");
    }
    for problem in &problems {
        assert!(problem.contains("The mail service says:") && !problem.contains("DNS page"), "{problem}");
    }
    assert_eq!(page.attributes(".said [lang]", "lang"), ["fr"; 5]);
    let french = portal.sign_in(Anna).await.get(&format!("{ESSAI}/dns")).await.words();
    assert!(french.contains("n’indique pas quels enregistrements") && french.contains("adressez-vous"), "{french}");
    // The regular checks continue, without further requests for the list.
    let checks = portal.dimail.calls("GET /domains/essai.fr/check").await;
    for _ in 0..12 {
        portal.work_after(Duration::from_mins(5)).await;
    }
    let later = portal.dimail.calls("GET /domains/essai.fr/check").await - checks;
    assert!((1..=3).contains(&later), "after 1, 5 and 15 minutes, then hourly: {later}");
    assert_eq!(portal.dimail.calls("GET /domains/essai.fr/spec").await, 0, "known from ville.fr");
}
