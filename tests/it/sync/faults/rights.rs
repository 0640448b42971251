//! Faults of rights: the token expires at any moment, or the portal's account at dimail loses its
//! right and gets it back.

use std::time::Duration;

use crate::support::portal::SUPPORT;
use crate::support::{Anna, Portal, on_both};
use crate::sync::faults::mailboxes::one_email_with_link;
use crate::sync::faults::{HOUR, MINUTE, PAUSE, all_is_done, calm, explains, pass};

on_both!(
    a_token_expires_between_any_two_steps,
    tokens_expire_during_an_activation,
    a_right_is_lost_and_comes_back,
    a_right_is_lost_in_the_middle_of_a_doubt,
    a_right_is_lost_before_a_domain_is_made,
    silence_after_a_lost_right_is_not_given_up_at_once,
    silence_after_a_closed_domain_is_not_given_up_at_once,
    an_email_waits_for_the_right,
);

const JEAN: &str = "/domains/ville.fr/mailboxes/jean.dupont";
const FIELDS: [&str; 4] = ["Jean", "Dupont", "", "jean@ailleurs.test"];

async fn is_there_once(portal: &Portal) {
    all_is_done(portal).await;
    assert_eq!(portal.mailbox_status("jean.dupont@ville.fr").await, "enabled");
    assert_eq!(portal.dimail.mailboxes("ville.fr").await, ["jean.dupont@ville.fr"]);
    one_email_with_link(portal, "jean@ailleurs.test", "jean.dupont@ville.fr").await;
}

async fn a_token_expires_between_any_two_steps(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    portal.dimail.expire_tokens().await;
    portal.dimail.fault("POST", JEAN, "act_then_close", 1).await;
    anna.new_mailbox("ville.fr", FIELDS).await.leads_to(JEAN);
    portal.dimail.expire_tokens().await;
    portal.dimail.fault("GET", "/v2/domains/ville.fr/mailboxes", "close", 2).await;
    portal.work_after(PAUSE).await;
    assert_eq!(portal.mailbox_status("jean.dupont@ville.fr").await, "pending");
    portal.dimail.expire_tokens().await;

    portal.work_after(PAUSE).await;

    portal.dimail.expire_tokens().await;
    is_there_once(portal).await;
}

async fn tokens_expire_during_an_activation(portal: &Portal) {
    portal.add_domain_with(Anna, "neuve.fr", &["wrong_mx"], &[]).await;
    let anna = portal.sign_in(Anna).await;
    for n in 0..20 {
        let (last, to) = (format!("Nom{n}"), format!("nom{n}@ailleurs.test"));
        anna.new_mailbox("neuve.fr", ["Jean", &last, "", &to]).await;
    }
    portal.dimail.finds_nothing_wrong("neuve.fr").await;
    portal.wait(HOUR);

    let expiries = async {
        for _ in 0..12 {
            tokio::time::sleep(Duration::from_millis(15)).await;
            portal.dimail.expire_tokens().await;
        }
    };
    tokio::join!(calm(portal), expiries);
    pass(portal, 2).await;

    all_is_done(portal).await;
    assert_eq!(portal.dimail.mailboxes("neuve.fr").await.len(), 20);
    assert_eq!(portal.database.count("mailboxes where status = 'enabled'").await, 20);
    for n in 0..20 {
        let path = format!("POST /domains/neuve.fr/mailboxes/jean.nom{n} 201");
        assert_eq!(portal.dimail.calls(&path).await, 1, "{path}");
        one_email_with_link(portal, &format!("nom{n}@ailleurs.test"), &format!("jean.nom{n}@neuve.fr")).await;
    }
}

/// Longer than `RETRY_GIVE_UP`.
async fn sixty_hours(portal: &Portal) {
    for _ in 0..6 {
        portal.work_after(10 * HOUR).await;
    }
}

async fn a_right_is_lost_and_comes_back(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    portal.dimail.fault("*", "/domains/*/mailboxes/*", "refuse_403", 90).await;
    anna.new_mailbox("ville.fr", FIELDS).await.leads_to(JEAN);

    sixty_hours(portal).await;

    let page = portal.sign_in(Anna).await.get(JEAN).await;
    assert_eq!(page.status_of_page(), "pending", "nothing becomes failed");
    explains(&page, "info");
    portal.dimail.lose_faults().await;
    portal.work_after(PAUSE).await;
    is_there_once(portal).await;
}

async fn a_right_is_lost_in_the_middle_of_a_doubt(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    portal.dimail.fault("POST", JEAN, "act_then_close", 1).await;
    anna.new_mailbox("ville.fr", FIELDS).await.leads_to(JEAN);
    portal.dimail.fault("GET", "/domains/*/address/*", "refuse_403", 90).await;

    sixty_hours(portal).await;

    let page = portal.sign_in(Anna).await.get(JEAN).await;
    assert_eq!(page.status_of_page(), "pending", "nothing becomes failed");
    explains(&page, "info");
    assert_eq!(portal.dimail.creations("ville.fr").await, 1, "nothing is repeated");
    portal.dimail.lose_faults().await;
    portal.work_after(PAUSE).await;
    is_there_once(portal).await;
    assert_eq!(portal.dimail.creations("ville.fr").await, 1);
}

async fn a_right_is_lost_before_a_domain_is_made(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    portal.dimail.fault("POST", "/domains", "refuse_403", 60).await;
    anna.new_domain("neuve.fr", SUPPORT).await.leads_to("/domains/neuve.fr");
    portal.dimail.fault("GET", "/domains/neuve.fr/check", "refuse_403", 3).await;

    sixty_hours(portal).await;

    let page = portal.sign_in(Anna).await.get("/domains/neuve.fr").await;
    assert_eq!(page.status_of_page(), "pending");
    explains(&page, "info");
    assert_eq!(portal.emails(), []);
    portal.dimail.lose_faults().await;
    portal.work_after(PAUSE).await;
    assert_eq!(portal.status("neuve.fr").await, "enabled");
    assert_eq!(portal.recipients(), [Anna.email, SUPPORT]);
}

/// `RETRY_GIVE_UP` counts time without an answer: a refusal for lack of rights is an answer.
async fn silence_after_a_lost_right_is_not_given_up_at_once(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    portal.dimail.fault("POST", JEAN, "refuse_403", 90).await;
    anna.new_mailbox("ville.fr", FIELDS).await.leads_to(JEAN);
    sixty_hours(portal).await;
    portal.dimail.lose_faults().await;
    portal.dimail.fault("POST", JEAN, "close", 1).await;

    portal.work_after(PAUSE).await;

    assert_eq!(portal.mailbox_status("jean.dupont@ville.fr").await, "pending");
    portal.work_after(PAUSE).await;
    is_there_once(portal).await;
}

/// The jobs of a disabled domain wait, which does not count as time without an answer.
async fn silence_after_a_closed_domain_is_not_given_up_at_once(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    portal.dimail.fault("POST", JEAN, "close", 2).await;
    anna.new_mailbox("ville.fr", FIELDS).await.leads_to(JEAN);
    portal.disable("ville.fr", "travaux").await;
    sixty_hours(portal).await;
    portal.enable("ville.fr").await;

    portal.work_after(MINUTE).await;

    assert_eq!(portal.mailbox_status("jean.dupont@ville.fr").await, "pending");
    portal.work_after(PAUSE).await;
    is_there_once(portal).await;
}

/// An email with a new password waits for the right as an order does, so that no user is left without
/// access.
async fn an_email_waits_for_the_right(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    anna.new_mailbox("ville.fr", FIELDS).await.leads_to(JEAN);
    portal.work().await;
    portal.forget_emails();
    portal.dimail.fault("POST", &format!("{JEAN}/reset_password"), "refuse_403", 90).await;
    anna.post(&format!("{JEAN}/reset-password"), &[]).await.leads_to(JEAN);
    sixty_hours(portal).await;
    assert_eq!(portal.emails(), []);
    portal.dimail.lose_faults().await;
    portal.work_after(PAUSE).await;
    assert_eq!(portal.recipients(), ["jean@ailleurs.test"]);
    all_is_done(portal).await;
}
