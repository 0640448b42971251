//! Emails that the server refuses for good: who sees it, and how the address is corrected.

use dimail_portal::worker::run_until_idle;

use crate::mailboxes::common::{JEAN, edit};
use crate::support::smtp::Sink;
use crate::support::{Anna, Bruno, Chloe, Portal, Visitor, on_both};

on_both!(
    the_address_of_an_invitation_is_corrected,
    an_invitation_that_is_over_is_not_to_be_dealt_with,
    only_an_invitation_that_one_may_withdraw_is_replaced,
    another_role_for_the_same_address_is_a_correction,
    the_address_of_a_mailboxs_user_is_corrected,
);

const MEMBERS: &str = "/domains/ville.fr/members";
const NEW: &str = "/domains/ville.fr/new-invitation";
const OPERATIONS: &str = "/domains/ville.fr/operations";
const WRONG: &str = "nnia@neuf.test";
const RIGHT: &str = "nina@neuf.test";

/// A server that does not know the wrong address.
async fn server() -> Sink {
    let server = Sink::start().await;
    server.answer(&format!("RCPT TO:<{WRONG}>"), "550 5.1.1 no such user here");
    server
}

async fn send(portal: &Portal, server: &Sink) {
    run_until_idle(&portal.by_smtp(server)).await.expect("the database answers");
}

/// Invites the wrong address; returns the address of the form that corrects it.
async fn invited(portal: &Portal, server: &Sink, by: &Visitor, role: &str) -> String {
    by.post(NEW, &[("email", WRONG), ("role", role), ("confirm", "yes")]).await.leads_to(MEMBERS);
    send(portal, server).await;
    assert_eq!(portal.database.text("select given_up from emails where state = 'given_up'").await, "recipient");
    let id = portal.database.text("select id from invitations").await;
    format!("{NEW}?replaces={id}")
}

fn links_to(form: &str) -> String {
    format!("main a[href=\"{form}\"]")
}

async fn the_address_of_an_invitation_is_corrected(portal: &Portal) {
    let (server, bruno) = (server().await, portal.sign_in(Bruno).await);
    let form = invited(portal, &server, &bruno, "administrator").await;
    let resend = form.replace("new-invitation?replaces=", "invitations/") + "/resend";
    for page in [MEMBERS, OPERATIONS] {
        let page = bruno.get(page).await;
        assert!(page.is(200).has("main [data-outcome=\"given_up\"]") && page.has(&links_to(&form)), "{}", page.text);
        assert!(page.has(&format!("main form[action=\"{resend}\"]")), "{}", page.text);
    }
    let seen = portal.sign_in(Chloe).await.get(MEMBERS).await;
    assert!(!seen.is(200).has("main [data-outcome]") && !seen.has(&links_to(&form)), "viewers see no email");

    let page = bruno.get(&form).await;
    assert_eq!(page.is(200).attributes("input[name=email]", "value"), [WRONG]);
    assert_eq!(page.attributes("input[name=role][checked]", "value"), ["administrator"]);
    let replaced = page.attributes("input[name=replaces]", "value");
    let fields = |email| [("email", email), ("role", "administrator"), ("replaces", replaced[0].as_str())];
    let again = bruno.post(NEW, &fields("nina@")).await;
    assert_eq!(again.is(422).attributes("input[name=replaces]", "value"), replaced);
    bruno.post(NEW, &fields(RIGHT)).await.leads_to(MEMBERS);
    send(portal, &server).await;

    assert_eq!(portal.database.texts("select email, role from invitations").await, [format!("{RIGHT}|administrator")]);
    let to: Vec<String> = server.emails().into_iter().map(|email| email.to).collect();
    assert_eq!(to, [RIGHT]);
    assert_eq!(portal.database.count("journal where event like '%invitation_withdrawn%'").await, 1);
    for page in [MEMBERS, OPERATIONS] {
        assert!(!bruno.get(page).await.is(200).has("main [data-outcome=\"given_up\"]"), "{page}");
    }
}

async fn an_invitation_that_is_over_is_not_to_be_dealt_with(portal: &Portal) {
    let (server, anna) = (server().await, portal.sign_in(Anna).await);
    let form = invited(portal, &server, &anna, "viewer").await;
    assert!(anna.get(OPERATIONS).await.has("main [data-outcome]"));
    anna.post(&(form.replace("new-invitation?replaces=", "invitations/") + "/withdraw"), &[]).await.leads_to(MEMBERS);
    let page = anna.get(OPERATIONS).await;
    assert!(!page.is(200).has("main [data-outcome]"), "{}", page.words());
    // Its form invites without replacing anything.
    assert!(!anna.get(&form).await.is(200).has("input[name=replaces]"));
}

async fn only_an_invitation_that_one_may_withdraw_is_replaced(portal: &Portal) {
    let (server, anna) = (server().await, portal.sign_in(Anna).await);
    let form = invited(portal, &server, &anna, "owner").await;
    let (id, bruno) = (form.split('=').next_back().expect("an id").to_owned(), portal.sign_in(Bruno).await);
    for page in [MEMBERS, OPERATIONS] {
        assert!(!bruno.get(page).await.is(200).has(&links_to(&form)), "{page}");
    }
    assert!(!bruno.get(&form).await.is(200).has("input[name=replaces]"));
    bruno.post(NEW, &[("email", RIGHT), ("role", "viewer"), ("replaces", &id)]).await.is(403);
    assert_eq!(portal.database.texts("select email, role from invitations").await, [format!("{WRONG}|owner")]);
    // As is one of another domain.
    portal
        .database
        .change("update invitations set domain_id = (select id from domains where name <> 'ville.fr' limit 1)")
        .await;
    anna.post(NEW, &[("email", RIGHT), ("role", "viewer"), ("replaces", &id)]).await.is(409);
    assert_eq!(portal.database.count("invitations").await, 1);
}

async fn the_address_of_a_mailboxs_user_is_corrected(portal: &Portal) {
    let (server, anna) = (server().await, portal.sign_in(Anna).await);
    anna.new_mailbox("ville.fr", ["Jean", "Dupont", "jean", WRONG]).await.leads_to(JEAN);
    send(portal, &server).await;
    let (correct, again) = (format!("{JEAN}/edit"), format!("{JEAN}/login-link"));
    for (page, place) in [(JEAN, "main .banner-bad"), (OPERATIONS, "main td.acts")] {
        let page = anna.get(page).await;
        let (link, form) = (format!("{place} a[href=\"{correct}\"]"), format!("{place} form[action=\"{again}\"]"));
        assert!(page.is(200).has(&link) && page.has(&form), "{}", page.text);
    }
    let bruno = portal.sign_in(Bruno).await;
    edit(&bruno, JEAN, ["Jean", "Dupont", RIGHT]).await.leads_to(JEAN);
    assert!(!bruno.get(JEAN).await.is(200).has("main .banner-bad"), "the email is on its way once more");
    send(portal, &server).await;
    let to: Vec<String> = server.emails().into_iter().map(|email| email.to).collect();
    assert_eq!(to, [RIGHT], "the address that was refused is not informed");
    assert!(!bruno.get(OPERATIONS).await.is(200).has("main td.acts"));
    assert_eq!(
        portal.database.texts("select state, recipient from emails where mailbox_id is not null").await,
        [format!("sent|{RIGHT}")]
    );
}

async fn another_role_for_the_same_address_is_a_correction(portal: &Portal) {
    let (server, anna) = (server().await, portal.sign_in(Anna).await);
    anna.post(NEW, &[("email", RIGHT), ("role", "viewer")]).await.leads_to(MEMBERS);
    let id = portal.database.text("select id from invitations").await;
    let again = [("email", RIGHT), ("role", "administrator"), ("replaces", id.as_str())];
    anna.post(NEW, &again).await.leads_to(MEMBERS);
    send(portal, &server).await;
    let stored = portal.database.texts("select email, role from invitations").await;
    assert_eq!(stored, [format!("{RIGHT}|administrator")]);
    assert_eq!(server.emails().len(), 1);

    // The one that was to be corrected is over: it may have been accepted.
    let words = anna.post(NEW, &again).await.is(409).words();
    assert!(words.contains("collaborateurs"), "{words}");
    assert_eq!(portal.database.texts("select email, role from invitations").await, stored);
}
