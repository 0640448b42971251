//! Emails: stored in the transaction of the change, sent once, in the reader's language, with a
//! login link that is made when they leave.

use std::time::Duration;

use dimail_portal::model::role::Role;
use dimail_portal::worker::run_until_idle;

use crate::support::portal::{SUPPORT, WEBMAIL, login_link_in};
use crate::support::smtp::Sink;
use crate::support::{Anna, Bruno, Portal, on_both};

const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);

on_both!(
    the_confirmation_carries_a_fresh_login_link,
    emails_leave_without_dimail,
    an_email_is_given_up_visibly,
    an_email_whose_mailbox_is_gone_is_withdrawn,
    the_holder_reads_the_language_of_who_asked,
    each_owner_reads_their_own_language,
    support_and_owner_in_one_get_one_email,
    closed_accounts_get_no_emails,
    each_change_of_status_is_told_once,
    emails_of_a_disabled_domain_still_leave,
    an_unconfirmed_support_is_named_to_nobody,
);

async fn the_confirmation_carries_a_fresh_login_link(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    anna.new_mailbox("ville.fr", ["Jean", "Dupont", "", "jean@ailleurs.test"]).await;

    portal.work().await;

    let emails = portal.emails();
    let [email] = emails.as_slice() else { panic!("{emails:?}") };
    assert_eq!(email.to, "jean@ailleurs.test");
    let link = login_link_in(&email.text).expect("a link");
    assert!(email.html.contains(&link), "{}", email.html);
    assert!(email.text.contains("/first-access"), "{}", email.text);
    assert!(email.text.contains("jean.dupont@ville.fr") && email.text.contains(WEBMAIL), "{}", email.text);
    assert_eq!(portal.database.text("select state from emails where recipient = 'jean@ailleurs.test'").await, "sent");
    let page = anna.get("/domains/ville.fr/mailboxes/jean.dupont").await;
    assert!(page.words().contains("jean@ailleurs.test") && !page.text.contains(&link));
    // The email was sent once.
    portal.work_after(48 * HOUR).await;
    assert_eq!(portal.emails().len(), 1);
}

async fn an_unconfirmed_support_is_named_to_nobody(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    anna.new_mailbox("ville.fr", ["Jean", "Dupont", "jean", "jean@ailleurs.test"]).await.is(303);
    portal.database.change("update domains set support_confirmed_at = null where name = 'ville.fr'").await;
    let fields = [("first_name", "Jean"), ("last_name", "Dupont"), ("secondary_email", "neuf@ailleurs.test")];
    portal.work().await;
    anna.post("/domains/ville.fr/mailboxes/jean/edit", &fields).await.is(303);
    anna.post("/domains/ville.fr/mailboxes/jean/login-link", &[]).await.is(303);
    anna.post("/domains/ville.fr/mailboxes/jean/reset-password", &[]).await.is(303);
    portal.work().await;

    let emails = portal.emails();
    let named = |email: &dimail_portal::mail::SentEmail| email.text.contains(SUPPORT) || email.html.contains(SUPPORT);
    let asks = "prévenez la personne qui gère les adresses";
    assert!(emails.iter().all(|email| !named(email) && email.text.contains(asks)), "{emails:?}");
    assert_eq!(emails.len(), 4, "{emails:?}");
    // Once it is confirmed, it is named, also in an email that was asked for before.
    anna.post("/domains/ville.fr/mailboxes/jean/login-link", &[]).await.is(303);
    portal.confirm_support("ville.fr").await;
    portal.work().await;
    assert!(portal.emails().last().is_some_and(named), "{:?}", portal.emails());
}

/// dimail makes no answer to anything: emails do not wait for it.
async fn emails_leave_without_dimail(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    anna.new_mailbox("ville.fr", ["Jean", "Dupont", "", "jean@ailleurs.test"]).await;
    let mark = portal.dimail.mark().await;

    portal.work().await;

    assert_eq!(portal.recipients(), ["jean@ailleurs.test"]);
    assert_eq!(portal.dimail.heard_since(mark).await, [""; 0]);
}

async fn an_email_is_given_up_visibly(portal: &Portal) {
    let server = Sink::start().await;
    let app = portal.by_smtp(&server);
    server.answer("greeting", "421 busy");
    let anna = portal.sign_in(Anna).await;
    anna.new_mailbox("ville.fr", ["Jean", "Dupont", "", "jean@ailleurs.test"]).await;
    for _ in 0..6 {
        portal.wait(15 * HOUR);
        run_until_idle(&app).await.expect("the database answers");
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

async fn an_email_whose_mailbox_is_gone_is_withdrawn(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    anna.new_mailbox("ville.fr", ["Jean", "Dupont", "", "jean@ailleurs.test"]).await;
    anna.new_mailbox("ville.fr", ["Paul", "Roux", "", "paul@ailleurs.test"]).await;
    // Changed directly in the database, so that only the email's own check is tested.
    portal.database.change("delete from mailboxes where local_part = 'jean.dupont'").await;
    portal.database.change("update mailboxes set status = 'disabled', wants = 'inactive', known = 'inactive' where local_part = 'paul.roux'").await;

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
    portal.confirm_support("ville.fr").await;

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
    portal.add_domain_with(Anna, "neuve.fr", &[], &["no_cert"]).await;
    portal.dimail.finds("neuve.fr", &["wrong_mx"], &[], false).await;
    portal.wait(HOUR);
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
