//! What can be undone says so in its notice, with the button that undoes it. What changes rights leads to a page.

use crate::mailboxes::common::{ADDRESS, JEAN, confirm, edit, stored, with_jean};
use crate::support::{Anna, Answer, Bruno, Eve, Portal, Visitor, on_both};

on_both!(
    aliases_come_back,
    an_addition_is_undone,
    what_changed_since_stays,
    a_form_sent_twice_is_undone_the_same_way,
    a_closed_domain_offers_no_addition,
    a_mailbox_gets_its_former_values,
    a_disabled_mailbox_is_enabled_again,
    a_deletion_that_waits_is_taken_back,
    a_support_address_comes_back,
    what_was_sent_to_people_is_withdrawn,
    rights_come_back_through_a_page,
);

const CONTACT: &str = "/domains/ville.fr/aliases/contact";
const MEMBERS: &str = "/domains/ville.fr/members";

/// The label of the button in the notice; empty if there is none.
fn offered(page: &Answer) -> String {
    page.select("[data-notice] form button").concat()
}

/// Presses the button in the notice.
async fn undo(by: &Visitor, page: &Answer) -> Answer {
    let form = "[data-notice] form input";
    let (names, values) = (page.attributes(form, "name"), page.attributes(form, "value"));
    let fields: Vec<(&str, &str)> = names.iter().map(String::as_str).zip(values.iter().map(String::as_str)).collect();
    by.post(&page.attributes("[data-notice] form", "action").concat(), &fields).await
}

/// Acts, and returns the page with the notice of it.
async fn after(by: &Visitor, path: &str, fields: &[(&str, &str)]) -> Answer {
    let answer = by.post(path, fields).await;
    by.follow(&answer).await
}

async fn with_contact(by: &Visitor) -> Answer {
    let to = [("local_part", "contact"), ("destination", "a@x.test"), ("destination", "b@x.test")];
    after(by, "/domains/ville.fr/new-alias", &to).await
}

async fn aliases_come_back(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    with_contact(&anna).await;
    let both = ["contact a@x.test", "contact b@x.test"];

    let removed = after(&anna, &format!("{CONTACT}/remove"), &[("destination", "b@x.test")]).await;
    assert_eq!(portal.dimail.aliases("ville.fr").await, ["contact a@x.test"]);
    assert_eq!(offered(&removed), "Annuler le retrait");
    undo(&anna, &removed).await.leads_to(CONTACT);
    assert_eq!(portal.dimail.aliases("ville.fr").await, both);

    let deleted = after(&anna, &format!("{CONTACT}/delete"), &[]).await;
    assert_eq!(portal.dimail.aliases("ville.fr").await, [""; 0]);
    assert_eq!(offered(&deleted), "Annuler la suppression");
    undo(&anna, &deleted).await.leads_to(CONTACT);
    assert_eq!(portal.dimail.aliases("ville.fr").await, both);

    // The last destination takes the alias with it; both come back.
    after(&anna, &format!("{CONTACT}/remove"), &[("destination", "b@x.test")]).await;
    let last = after(&anna, &format!("{CONTACT}/remove"), &[("destination", "a@x.test")]).await;
    undo(&anna, &last).await.leads_to(CONTACT);
    assert_eq!(portal.dimail.aliases("ville.fr").await, ["contact a@x.test"]);
    assert!(!anna.get(CONTACT).await.select("[data-notice]").is_empty(), "the undoing has a notice of its own");
    assert_eq!(offered(&anna.get(CONTACT).await), "", "which is shown once");
}

async fn an_addition_is_undone(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    let single =
        after(&anna, "/domains/ville.fr/new-alias", &[("local_part", "info"), ("destination", "a@x.test")]).await;
    assert_eq!(offered(&single), "Annuler l’ajout");
    undo(&anna, &single).await.leads_to("/domains/ville.fr/aliases");
    assert_eq!(portal.dimail.aliases("ville.fr").await, [""; 0]);
    let made = with_contact(&anna).await;
    assert_eq!(offered(&made), "", "several are removed one by one, each with its own button");
    let added = after(&anna, &format!("{CONTACT}/add"), &[("destination", "c@x.test")]).await;
    undo(&anna, &added).await.leads_to(CONTACT);
    assert_eq!(portal.dimail.aliases("ville.fr").await, ["contact a@x.test", "contact b@x.test"]);
    // One that was never there is not offered.
    let never = after(&anna, &format!("{CONTACT}/remove"), &[("destination", "never@x.test")]).await;
    assert_eq!((never.notice().0.as_str(), offered(&never)), ("good", String::new()));
}

/// What another person has changed since stays.
async fn what_changed_since_stays(portal: &Portal) {
    let (anna, bruno) = (portal.sign_in(Anna).await, portal.sign_in(Bruno).await);
    with_jean(portal, &anna).await;
    let answer = edit(&anna, JEAN, ["Jeanne", "Durand", "jean@ailleurs.test"]).await;
    let edited = anna.follow(&answer).await;
    edit(&bruno, JEAN, ["Jeanne", "Durand", "autre@ailleurs.test"]).await.leads_to(JEAN);
    undo(&anna, &edited).await.is(409);
    assert_eq!(stored(portal, "jean").await, "Jeanne|Durand|autre@ailleurs.test");

    let changed = after(&anna, "/domains/ville.fr/edit", &[("support_email", "faux@mairie.test")]).await;
    bruno.post("/domains/ville.fr/edit", &[("support_email", "encore@mairie.test")]).await.is(303);
    let late = undo(&anna, &changed).await;
    let told = anna.follow(&late).await.notice();
    assert!(told.0 == "warn" && told.1.contains("encore@mairie.test"), "{told:?}");
    assert_eq!(portal.domain("ville.fr").await.support_email, "encore@mairie.test");
    portal.work().await;
}

/// The same form sent twice, as by a double click, is answered alike: with the same way back.
async fn a_form_sent_twice_is_undone_the_same_way(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    with_jean(portal, &anna).await;
    with_contact(&anna).await;
    let version = anna.get(&format!("{JEAN}/edit")).await.value("version");
    let jeanne = [("first_name", "Jeanne"), ("last_name", "Durand"), ("secondary_email", ""), ("version", &version)];
    let forms: [(String, &[(&str, &str)]); 3] = [
        (format!("{JEAN}/edit"), &jeanne),
        ("/domains/ville.fr/edit".to_owned(), &[("support_email", "neuf@mairie.test")]),
        (format!("{CONTACT}/remove"), &[("destination", "b@x.test")]),
    ];
    for (path, fields) in forms {
        let form = [fields, &[("request", "4f1c")]].concat();
        let (first, second) = (after(&anna, &path, &form).await, after(&anna, &path, &form).await);
        assert!(!offered(&first).is_empty(), "{path}");
        assert_eq!((first.notice(), offered(&first)), (second.notice(), offered(&second)), "{path}");
    }
    portal.work().await;
}

async fn a_closed_domain_offers_no_addition(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    with_contact(&anna).await;
    portal.disable("ville.fr", "impayé").await;
    let removed = after(&anna, &format!("{CONTACT}/remove"), &[("destination", "b@x.test")]).await;
    assert_eq!((removed.notice().0.is_empty(), offered(&removed)), (false, String::new()));
    portal.work().await;
}

async fn a_mailbox_gets_its_former_values(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    with_jean(portal, &anna).await;
    let answer = edit(&anna, JEAN, ["Jeanne", "Durand", "neuve@ailleurs.test"]).await;
    let edited = anna.follow(&answer).await;
    assert_eq!(offered(&edited), "Remettre comme avant");
    undo(&anna, &edited).await.leads_to(JEAN);
    assert_eq!(stored(portal, "jean").await, "Jean|Dupont|jean@ailleurs.test");
    assert_eq!(portal.dimail.holds(ADDRESS).await, "Jean Dupont yes");
    let answer = edit(&anna, JEAN, ["Jean", "Dupont", "jean@ailleurs.test"]).await;
    assert_eq!(offered(&anna.follow(&answer).await), "", "nothing was changed");
    portal.work().await;
}

async fn a_disabled_mailbox_is_enabled_again(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    with_jean(portal, &anna).await;
    let answer = confirm(&anna, JEAN, "disable").await;
    let disabled = anna.follow(&answer).await;
    assert_eq!(offered(&disabled), "Réactiver");
    undo(&anna, &disabled).await.leads_to(JEAN);
    assert_eq!(portal.dimail.holds(ADDRESS).await, "Jean Dupont yes");
    assert_eq!(offered(&anna.get(JEAN).await), "", "disabling is confirmed on a page of its own");
}

async fn a_deletion_that_waits_is_taken_back(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    with_jean(portal, &anna).await;
    portal.dimail.fault("DELETE", JEAN, "refuse_500", 9).await;
    let answer = confirm(&anna, JEAN, "delete").await;
    let deleting = anna.follow(&answer).await;
    assert_eq!((deleting.notice().0.as_str(), offered(&deleting).as_str()), ("warn", "Garder la boîte"));
    undo(&anna, &deleting).await.leads_to(JEAN);
    portal.dimail.lose_faults().await;
    portal.work().await;
    assert_eq!(portal.mailbox_status(ADDRESS).await, "enabled");
    assert_eq!(portal.dimail.holds(ADDRESS).await, "Jean Dupont yes");
}

async fn a_support_address_comes_back(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    let former = portal.domain("ville.fr").await.support_email;
    let changed = after(&anna, "/domains/ville.fr/edit", &[("support_email", "faux@mairie.test")]).await;
    assert_eq!(offered(&changed), format!("Remettre {former}"));
    undo(&anna, &changed).await.leads_to("/domains/ville.fr");
    assert_eq!(portal.domain("ville.fr").await.support_email, former);
    let same = after(&anna, "/domains/ville.fr/edit", &[("support_email", &former)]).await;
    assert_eq!(offered(&same), "", "nothing was changed");
    portal.work().await;
}

async fn what_was_sent_to_people_is_withdrawn(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    let invited =
        after(&anna, "/domains/ville.fr/new-invitation", &[("email", "gil@neuf.test"), ("role", "administrator")])
            .await;
    assert_eq!(offered(&invited), "Annuler l’invitation");
    let withdrawn = undo(&anna, &invited).await;
    assert_eq!(portal.database.count("invitations").await, 0);
    let withdrawn = anna.follow(&withdrawn).await;
    let again = withdrawn.attributes("[data-notice] a", "href").concat();
    let form = anna.get(&again).await;
    assert_eq!((form.value("email").as_str(), offered(&withdrawn).as_str()), ("gil@neuf.test", ""));
    assert_eq!(form.attributes("input[name=role][checked]", "value"), ["administrator"]);

    let shared = after(&anna, "/domains/ville.fr/dns/share", &[("email", "dsi@agglo.test")]).await;
    assert_eq!(offered(&shared), "Désactiver le lien");
    undo(&anna, &shared).await.leads_to("/domains/ville.fr/dns");
    assert_eq!(portal.database.count("dns_shares").await, 0);
    portal.work().await;
    assert!(portal.emails().iter().all(|email| email.to != "dsi@agglo.test" && email.to != "gil@neuf.test"));
}

async fn rights_come_back_through_a_page(portal: &Portal) {
    let (anna, eve) = (portal.sign_in(Anna).await, portal.sign_in(Eve).await);
    let members = anna.get(MEMBERS).await;
    let role = members.attributes("a[href$='/role']", "href");
    let bruno =
        role.iter().find(|href| !members.select(&format!("tr:has(a[href='{href}'])")).concat().contains("Anna"));
    let role = bruno.expect("the link of a collaborator").clone();
    let lowered = after(&anna, &role, &[("role", "viewer")]).await;
    assert_eq!((lowered.attributes("[data-notice] a", "href"), offered(&lowered)), (vec![role.clone()], String::new()));

    let removed = after(&anna, &role.replace("/role", "/remove"), &[]).await;
    assert_eq!(offered(&removed), "", "a role is not given with one press");
    let again = removed.attributes("[data-notice] a", "href").concat();
    let form = anna.get(&again).await;
    assert_eq!(form.value("email"), Bruno.email);
    assert_eq!(form.attributes("input[name=role][checked]", "value"), ["viewer"]);
    // A disabled domain takes no invitations, so its notice offers none.
    portal.disable("ville.fr", "impayé").await;
    let role = eve.get(MEMBERS).await.attributes("a[href$='/role']", "href");
    let role = role.last().expect("another collaborator").clone();
    let removed = after(&eve, &role.replace("/role", "/remove"), &[]).await;
    assert!(!removed.attributes("[data-notice] a", "href").iter().any(|href| href.contains("new-invitation")));
    portal.work().await;
}
