//! Changes that happen while a form is being submitted, and accounts that an administrator must not
//! cut off.

use dimail_portal::actions::{Error, accounts, mailboxes};
use dimail_portal::model::address::{DomainName, EmailAddress};
use dimail_portal::model::mailbox::MailboxFields;
use dimail_portal::model::refusal::{Refusal, Why};
use dimail_portal::model::role::{ManageMailboxes, Role};
use dimail_portal::model::user::Language;
use dimail_portal::store::SignedIn;

use crate::support::{Anna, Bruno, Fay, Person, Portal, on_both};

on_both!(
    a_right_that_is_lost_on_the_way_is_lost,
    a_session_that_ended_stays_ended,
    an_owners_account_is_guarded_from_administrators,
    removing_a_domain_does_not_forget_invitations,
    a_closed_account_gets_no_emails,
);

async fn person(portal: &Portal, person: &Person) -> SignedIn {
    let email = EmailAddress::parse(person.email).expect("an address");
    portal.app.store.credentials(&email).await.expect("a database").expect("an account").person
}

async fn a_right_that_is_lost_on_the_way_is_lost(portal: &Portal) {
    let (bruno, name) = (person(portal, &Bruno).await, DomainName::parse("ville.fr").expect("a name"));
    let jean = MailboxFields { first_name: "Jean".into(), last_name: "Dupont".into(), ..MailboxFields::default() };
    let rights = [("viewer", Refusal::Forbidden(Why::Role)), ("", Refusal::NotFound)];
    for (role, refusal) in rights {
        let by = portal.app.store.allow::<ManageMailboxes>(&bruno, &name).await.expect("a right");
        let change = match role {
            "" => "delete from members where role = 'administrator'".to_owned(),
            role => format!("update members set role = '{role}' where role = 'administrator'"),
        };
        portal.database.change(&change).await;
        let added = mailboxes::create::add(&portal.app, &by, &jean, Language::Fr).await;
        assert!(matches!(added, Err(Error::Refused(ref found)) if *found == refusal), "{added:?}");
        portal.grant("ville.fr", Bruno, Role::Administrator).await;
    }
    assert_eq!(portal.database.count("mailboxes").await, 0);
    assert_eq!(portal.dimail.creations("ville.fr").await, 0);
}

async fn a_session_that_ended_stays_ended(portal: &Portal) {
    let store = &portal.app.store;
    store.begin_session("hash", "{}", None).await.expect("a database");
    store.delete_session("hash").await.expect("a database");
    // A request that began before the end of the session saves its notice.
    store.save_session("hash", "{}", None).await.expect("a database");
    assert!(store.session("hash").await.expect("a database").is_none());
}

async fn an_owners_account_is_guarded_from_administrators(portal: &Portal) {
    let (part, domain) = Anna.email.split_once('@').expect("an address");
    let (bruno, fay) = (portal.sign_in(Bruno).await, portal.sign_in(Fay).await);
    portal.dimail.finds(domain, &["wrong_mx"], &[], true).await;
    fay.new_domain(domain, "aide@ailleurs.test").await.is(303);
    portal.grant(domain, Bruno, Role::Administrator).await;
    bruno.new_mailbox(domain, ["Anna", "Martin", part, "anna@ailleurs.test"]).await.is(422);
    fay.new_mailbox(domain, ["Anna", "Martin", part, "anna@ailleurs.test"]).await.is(303);
    let page = format!("/domains/{domain}/mailboxes/{part}");
    let edited = |secondary| [("first_name", "Anne"), ("last_name", "Martin"), ("secondary_email", secondary)];

    bruno.get(&format!("{page}/delete")).await.is(403);
    bruno.post(&format!("{page}/delete"), &[("address", Anna.email)]).await.is(403);
    bruno.post(&format!("{page}/edit"), &edited("bruno@ailleurs.test")).await.is(403);
    assert!(!bruno.get(&page).await.attributes("a.button", "href").contains(&format!("{page}/delete")));
    assert_eq!(portal.database.text("select secondary_email from mailboxes").await, "anna@ailleurs.test");

    // The mailbox is pending: Bruno may not change its names either.
    bruno.post(&format!("{page}/edit"), &edited("anna@ailleurs.test")).await.is(403);
    bruno.post(&format!("{page}/retry"), &[]).await.is(403);
    fay.post(&format!("{page}/edit"), &edited("neuve@ailleurs.test")).await.leads_to(&page);
    fay.post(&format!("{page}/delete"), &[("address", Anna.email)]).await.is(303);
    assert_eq!(portal.database.count("mailboxes").await, 0);
    portal.work().await;
}

async fn removing_a_domain_does_not_forget_invitations(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    for round in 0..2 {
        portal.add_domain_with(Anna, "jetable.fr", &["wrong_mx"], &[]).await;
        for n in 0..10 {
            let email = format!("personne{n}@ailleurs.test");
            let fields = [("email", email.as_str()), ("role", "viewer")];
            anna.post("/domains/jetable.fr/new-invitation", &fields).await.is(303);
        }
        if round == 0 {
            anna.post("/domains/jetable.fr/remove", &[]).await.leads_to("/domains");
        }
    }
    let fields = [("email", "encore@ailleurs.test"), ("role", "viewer")];
    let answer = anna.post("/domains/jetable.fr/new-invitation", &fields).await;
    answer.is(422);
    assert!(answer.has("[data-mistake=email]"), "{}", answer.words());
    portal.work().await;
}

async fn a_closed_account_gets_no_emails(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    let id = portal.database.text("select id from members where role = 'administrator'").await;
    anna.post(&format!("/domains/ville.fr/members/{id}/role"), &[("role", "viewer")]).await.is(303);
    let bruno = person(portal, &Bruno).await;
    accounts::manage::disable(&portal.app.store, bruno.user().id).await.expect("closed");
    portal.forget_emails();

    portal.work().await;

    assert!(!portal.recipients().contains(&Bruno.email.to_owned()), "{:?}", portal.recipients());
    assert_eq!(portal.database.text("select state from emails where recipient like 'bruno%'").await, "withdrawn");
}
