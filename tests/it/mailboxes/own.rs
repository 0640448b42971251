//! One's own mailbox: the address of the account is not enough, the account must have proved that it
//! reads there since dimail has the mailbox.

use std::time::Duration;

use dimail_portal::model::role::Role;

use crate::mailboxes::common::{confirm, edit, english, open};
use crate::support::cast::PASSWORD;
use crate::support::{Anna, Bruno, Chloe, Fay, Person, Portal, Visitor, on_both};

on_both!(
    a_mailbox_given_to_somebody_new_is_not_ones_own,
    a_used_link_proves_it,
    an_invitation_proves_it,
    only_the_link_of_an_invitation_proves_it,
    a_link_from_before_proves_nothing,
);

const MINUTE: Duration = Duration::from_mins(1);
const OWN: &str = "/domains/ville.fr/mailboxes/vera";
const VERA: Person = Person { email: "vera@ville.fr", name: "Vera Blum", ..Chloe };

/// The path of the link in the last email to this address.
fn link(portal: &Portal, to: &str, kind: &str) -> String {
    let emails = portal.emails();
    let email = emails.iter().rfind(|email| email.to == to).unwrap_or_else(|| panic!("no email to {to}: {emails:?}"));
    let line = email.text.lines().find(|line| line.contains(kind)).expect("a link");
    line[line.find(kind).expect("a path")..].trim().to_owned()
}

/// Adds Vera, a viewer of `ville.fr`, and her mailbox.
async fn vera(portal: &Portal) -> Visitor {
    portal.add_account(&VERA).await;
    portal.grant("ville.fr", VERA, Role::Viewer).await;
    let anna = portal.sign_in(Anna).await;
    open(portal, &anna, "ville.fr", ["Vera", "Blum", "vera", "vera@ailleurs.test"]).await;
    anna
}

/// Demands that the mailbox is nothing of hers: no secondary address, no action.
async fn is_not_own(vera: &Visitor) {
    edit(vera, OWN, ["Vera", "Blum", "moi@ailleurs.test"]).await.is(403);
    vera.get(&format!("{OWN}/edit")).await.is(403);
    vera.post(&format!("{OWN}/login-link"), &[]).await.is(403);
    for path in [OWN, "/domains/ville.fr", "/domains/ville.fr/mailboxes", "/domains/ville.fr/mailboxes?q=ailleurs"] {
        let page = vera.get(path).await;
        assert!(!page.is(200).text.contains("ailleurs.test"), "{path}: {}", page.words());
    }
    assert_eq!(vera.get("/domains/ville.fr/mailboxes?q=ailleurs").await.addresses(), [""; 0]);
    let page = vera.get(OWN).await;
    assert!(page.has(&format!("form[action=\"{OWN}/confirm-address\"]")), "the way to prove it");
    assert!(!page.words().contains("Your role lets you view"), "what she can do herself: {}", page.words());
}

async fn is_own(vera: &Visitor) {
    assert!(vera.get(OWN).await.words().contains("@ailleurs.test"));
    assert_eq!(vera.get("/domains/ville.fr/mailboxes?q=ailleurs").await.addresses(), ["vera@ville.fr"]);
    edit(vera, OWN, ["Vera", "Blum", "moi@ailleurs.test"]).await.leads_to(OWN);
    vera.post(&format!("{OWN}/login-link"), &[]).await.leads_to(OWN);
}

async fn a_mailbox_given_to_somebody_new_is_not_ones_own(portal: &Portal) {
    let anna = vera(portal).await;
    let vera = english(portal, VERA).await;
    is_not_own(&vera).await;
    portal.prove(VERA).await;
    is_own(&vera).await;
    portal.work().await;

    confirm(&anna, OWN, "delete").await.is(303);
    portal.work_after(MINUTE).await;
    open(portal, &anna, "ville.fr", ["Vera", "Autre", "vera", "autre@ailleurs.test"]).await;
    is_not_own(&vera).await;
    portal.work().await;
    assert_eq!(portal.recipients(), [""; 0]);
}

async fn a_used_link_proves_it(portal: &Portal) {
    vera(portal).await;
    let visitor = portal.visitor().with("accept-language", "en");
    portal.visitor().post("/forgot-password", &[("email", VERA.email)]).await.is(303);
    portal.work_after(MINUTE).await;
    let path = link(portal, VERA.email, "/reset-password/");
    // A link that is only opened proves nothing.
    visitor.get(&path).await.is(200);
    is_not_own(&english(portal, VERA).await).await;
    visitor.post(&path, &[("password", "une autre phrase longue")]).await.is(303);
    is_own(&visitor).await;
    portal.work().await;
}

async fn an_invitation_proves_it(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    open(portal, &anna, "ville.fr", ["Vera", "Blum", "vera", "vera@ailleurs.test"]).await;
    let invite = [("email", VERA.email), ("role", "viewer")];
    anna.post("/domains/ville.fr/new-invitation", &invite).await.is(303);
    portal.work_after(MINUTE).await;
    let path = link(portal, VERA.email, "/invitations/");
    let visitor = portal.visitor();
    visitor.post(&path, &[("name", "Vera Blum"), ("password", PASSWORD)]).await.leads_to("/domains/ville.fr");
    is_own(&visitor).await;
    portal.work().await;
    // The link of a colleague's invitation proves nothing for another account.
    open(portal, &anna, "ville.fr", ["Bruno", "Petit", "bruno", "bruno@ailleurs.test"]).await;
    assert_eq!(
        portal.database.text(&format!("select proved_at from users where email = '{}'", Bruno.email)).await,
        "-"
    );
}

async fn only_the_link_of_an_invitation_proves_it(portal: &Portal) {
    vera(portal).await;
    let vera = english(portal, VERA).await;
    let invite = async || {
        let fay = portal.sign_in(Fay).await;
        let fields = [("email", VERA.email), ("role", "viewer")];
        fay.post("/domains/autre.fr/new-invitation", &fields).await.is(303);
        portal.work_after(MINUTE).await;
    };
    // On the list of domains an invitation is accepted without its link.
    invite().await;
    let action = vera.get("/domains").await.attributes("#invitations form", "action").concat();
    vera.post(&action, &[("accept", "yes")]).await.leads_to("/domains/autre.fr");
    is_not_own(&vera).await;
    let id = portal.database.text("select id from members where role = 'viewer' order by id desc limit 1").await;
    portal.sign_in(Fay).await.post(&format!("/domains/autre.fr/members/{id}/remove"), &[]).await.is(303);
    portal.work().await;

    invite().await;
    vera.post(&link(portal, VERA.email, "/invitations/"), &[("accept", "yes")]).await.leads_to("/domains/autre.fr");

    is_own(&vera).await;
    portal.work().await;
}

async fn a_link_from_before_proves_nothing(portal: &Portal) {
    portal.add_account(&VERA).await;
    portal.grant("ville.fr", VERA, Role::Viewer).await;
    portal.visitor().post("/forgot-password", &[("email", VERA.email)]).await.is(303);
    portal.work().await;
    let path = link(portal, VERA.email, "/reset-password/");
    portal.wait(MINUTE);
    let anna = portal.sign_in(Anna).await;
    open(portal, &anna, "ville.fr", ["Vera", "Autre", "vera", "autre@ailleurs.test"]).await;
    let visitor = portal.visitor().with("accept-language", "en");
    visitor.post(&path, &[("password", "une autre phrase longue")]).await.is(303);
    is_not_own(&visitor).await;
    portal.work().await;
}
