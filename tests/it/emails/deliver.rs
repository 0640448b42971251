//! Emails: stored in the transaction of the change, sent once, in the reader's language, with a
//! login link that is requested just before sending.

use std::time::Duration;

use dimail_portal::model::role::Role;

use crate::support::portal::{SUPPORT, WEBMAIL};
use crate::support::{Anna, Bruno, Portal, on_both};

const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);

on_both!(
    the_confirmation_carries_a_fresh_login_link,
    the_link_is_asked_for_when_the_email_leaves,
    a_email_leaves_without_a_link_where_there_is_none,
    a_email_waits_for_its_link,
    a_email_is_given_up_visibly,
    a_email_whose_mailbox_is_gone_is_withdrawn,
    the_holder_reads_the_language_of_who_asked,
    each_owner_reads_their_own_language,
    support_and_owner_in_one_get_one_email,
    closed_accounts_get_no_emails,
    each_change_of_status_is_told_once,
    emails_of_a_disabled_domain_still_leave,
);

async fn the_confirmation_carries_a_fresh_login_link(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    anna.new_mailbox("ville.fr", ["Jean", "Dupont", "", "jean@ailleurs.test"]).await;

    portal.work().await;

    let emails = portal.emails();
    let [email] = emails.as_slice() else { panic!("{emails:?}") };
    let codes = portal.dimail.codes().await;
    let [(address, code)] = codes.as_slice() else { panic!("{codes:?}") };
    assert_eq!((email.to.as_str(), address.as_str()), ("jean@ailleurs.test", "jean.dupont@ville.fr"));
    let link = format!("{WEBMAIL}/code/{code}");
    assert!(email.text.contains(&link) && email.html.contains(&link), "{}", email.text);
    assert!(email.text.contains("jean.dupont@ville.fr") && email.text.contains(WEBMAIL), "{}", email.text);
    assert_eq!(portal.database.text("select state from emails where recipient = 'jean@ailleurs.test'").await, "sent");
    for table in ["emails", "journal", "orders", "mailboxes"] {
        let column = match table {
            "emails" => "content",
            "journal" => "event",
            "orders" => "kind",
            _ => "local_part",
        };
        let rows = portal.database.texts(&format!("select {column} from {table}")).await.concat();
        assert!(!rows.contains(code.as_str()), "{table} holds the code");
    }
    let page = anna.get("/domains/ville.fr/mailboxes/jean.dupont").await;
    assert!(page.words().contains("jean@ailleurs.test") && !page.text.contains(code.as_str()));
    // The email was sent once.
    portal.work_after(48 * HOUR).await;
    assert_eq!(portal.emails().len(), 1);
}

async fn the_link_is_asked_for_when_the_email_leaves(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    anna.new_mailbox("ville.fr", ["Jean", "Dupont", "", "jean@ailleurs.test"]).await;
    assert_eq!((portal.dimail.codes().await.len(), portal.emails().len()), (0, 0));

    portal.work().await;

    assert_eq!((portal.dimail.codes().await.len(), portal.emails().len()), (1, 1));
}

async fn a_email_leaves_without_a_link_where_there_is_none(portal: &Portal) {
    portal.dimail.fault("POST", "/domains/ville.fr/mailboxes/*/code", "missing", 1).await;
    let anna = portal.sign_in(Anna).await;
    anna.new_mailbox("ville.fr", ["Jean", "Dupont", "", "jean@ailleurs.test"]).await;

    portal.work().await;

    let emails = portal.emails();
    let [email] = emails.as_slice() else { panic!("{emails:?}") };
    assert!(!email.text.contains("/code/"), "{}", email.text);
    assert!(email.text.contains(SUPPORT), "whom to ask: {}", email.text);
}

async fn a_email_waits_for_its_link(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    for (n, kind) in ["refuse_500", "close", "act_then_close", "refuse_403"].into_iter().enumerate() {
        // After refuse_403 the request is repeated with a fresh token.
        let times = if kind == "refuse_403" { 2 } else { 1 };
        portal.dimail.fault("POST", "/domains/ville.fr/mailboxes/*/code", kind, times).await;
        let last = format!("Nom{n}");
        anna.new_mailbox("ville.fr", ["Jean", &last, "", "jean@ailleurs.test"]).await;
        portal.work().await;
        assert_eq!(portal.emails(), [], "{kind}");
        let page = anna.get(&format!("/domains/ville.fr/mailboxes/jean.nom{n}")).await;
        assert_eq!(page.status_of_page(), "enabled", "{kind}: the mailbox does not wait for its email");

        portal.work_after(5 * MINUTE).await;

        assert_eq!(portal.emails().len(), 1, "{kind}");
        portal.forget_emails();
    }
}

async fn a_email_is_given_up_visibly(portal: &Portal) {
    portal.dimail.fault("POST", "/domains/ville.fr/mailboxes/*/code", "refuse_500", 60).await;
    let anna = portal.sign_in(Anna).await;
    anna.new_mailbox("ville.fr", ["Jean", "Dupont", "", "jean@ailleurs.test"]).await;
    for _ in 0..4 {
        portal.work_after(15 * HOUR).await;
    }

    assert_eq!(portal.emails(), []);
    assert_eq!(
        portal.database.text("select state from emails where recipient = 'jean@ailleurs.test'").await,
        "given_up"
    );
    let anna = portal.sign_in(Anna).await;
    let page = anna.get("/domains/ville.fr/mailboxes/jean.dupont").await;
    assert_eq!(page.status_of_page(), "enabled");
    assert!(page.words().contains("jean@ailleurs.test"), "{}", page.words());
}

async fn a_email_whose_mailbox_is_gone_is_withdrawn(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    anna.new_mailbox("ville.fr", ["Jean", "Dupont", "", "jean@ailleurs.test"]).await;
    anna.new_mailbox("ville.fr", ["Paul", "Roux", "", "paul@ailleurs.test"]).await;
    // Changed directly in the database, so that only the email's own check is tested.
    portal.database.change("delete from mailboxes where local_part = 'jean.dupont'").await;
    portal.database.change("update mailboxes set status = 'disabled' where local_part = 'paul.roux'").await;

    portal.work().await;

    assert_eq!(portal.emails(), []);
    let states = "select state from emails where recipient like '%ailleurs.test'";
    assert_eq!(portal.database.texts(states).await, ["withdrawn", "withdrawn"]);
    assert_eq!(portal.dimail.codes().await, []);
}

async fn the_holder_reads_the_language_of_who_asked(portal: &Portal) {
    let english = portal.sign_in_as(Anna, portal.visitor().with("accept-language", "en-GB")).await;
    english.new_mailbox("ville.fr", ["Jean", "Dupont", "", "jean@ailleurs.test"]).await;
    let french = portal.sign_in(Bruno).await;
    french.new_mailbox("ville.fr", ["Zoé", "Martin", "", "zoe@ailleurs.test"]).await;

    portal.work().await;

    let html = |to: &str| portal.emails().into_iter().find(|email| email.to == to).expect("an email").html;
    assert!(html("jean@ailleurs.test").contains("lang=\"en\""));
    assert!(html("zoe@ailleurs.test").contains("lang=\"fr\""));
}

async fn each_owner_reads_their_own_language(portal: &Portal) {
    portal.grant("ville.fr", Bruno, Role::Owner).await;
    let bruno = portal.sign_in(Bruno).await;
    bruno.post("/language", &[("language", "en"), ("next", "/domains")]).await.leads_to("/domains");

    portal.disable("ville.fr", "travaux").await;
    portal.work().await;

    let emails = portal.emails();
    let language = |to: &str| {
        let email = emails.iter().find(|email| email.to == to).expect("an email");
        if email.html.contains("lang=\"en\"") { "en" } else { "fr" }
    };
    assert_eq!([Anna.email, Bruno.email, SUPPORT].map(language), ["fr", "en", "fr"]);
    assert!(emails.iter().all(|email| email.text.contains("travaux") && email.text.contains("ville.fr")));
    let subject = |to: &str| emails.iter().find(|email| email.to == to).expect("an email").subject.clone();
    assert_ne!(subject(Anna.email), subject(Bruno.email));
}

async fn support_and_owner_in_one_get_one_email(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    anna.post("/domains/ville.fr/edit", &[("support_email", "ANNA@mairie.test")]).await.leads_to("/domains/ville.fr");

    portal.disable("ville.fr", "travaux").await;
    portal.work().await;

    assert_eq!(portal.recipients(), [Anna.email]);
}

async fn closed_accounts_get_no_emails(portal: &Portal) {
    portal.grant("ville.fr", Bruno, Role::Owner).await;
    portal.database.change("update users set disabled_at = 1 where email = 'bruno@mairie.test'").await;

    portal.disable("ville.fr", "travaux").await;
    portal.work().await;

    assert_eq!(portal.recipients(), [Anna.email, SUPPORT]);
}

async fn each_change_of_status_is_told_once(portal: &Portal) {
    let mut subjects = Vec::new();
    let mut told = async |portal: &Portal| {
        portal.work().await;
        assert_eq!(portal.recipients(), [Anna.email, SUPPORT]);
        let emails = portal.emails();
        assert_eq!(emails[0].subject, emails[1].subject);
        subjects.push(emails[0].subject.clone());
        portal.forget_emails();
    };
    portal.dimail.finds("neuve.fr", &["wrong_mx"], &[], false).await;
    portal.add_domain(Anna, "neuve.fr").await;
    told(portal).await;
    portal.dimail.finds("neuve.fr", &[], &["no_cert"], false).await;
    portal.wait(HOUR);
    told(portal).await;
    portal.dimail.finds_nothing_wrong("neuve.fr").await;
    portal.wait(HOUR);
    told(portal).await;
    portal.disable("neuve.fr", "travaux").await;
    told(portal).await;

    // The change to pending sends no email.
    portal.dimail.fault("GET", "/domains/neuve.fr/check", "refuse_500", 1).await;
    portal.enable("neuve.fr").await;
    portal.work().await;
    assert_eq!(portal.status("neuve.fr").await, "pending");
    assert_eq!(portal.emails(), []);
    portal.wait(MINUTE);
    told(portal).await;
    assert_eq!(subjects.pop().as_ref(), subjects.get(2), "ready again");
    subjects.sort();
    subjects.dedup();
    assert_eq!(subjects.len(), 4, "action required, failed, ready, disabled: {subjects:?}");
}

async fn emails_of_a_disabled_domain_still_leave(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    anna.new_mailbox("ville.fr", ["Jean", "Dupont", "", "jean@ailleurs.test"]).await;
    portal.disable("ville.fr", "travaux").await;

    portal.work().await;

    assert_eq!(portal.recipients(), [Anna.email, SUPPORT, "jean@ailleurs.test"]);
}
