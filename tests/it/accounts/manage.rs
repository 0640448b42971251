//! Closing, opening and deleting accounts: what happens to sessions and roles, and that a domain
//! keeps an owner.

use dimail_portal::actions::accounts::manage::AccountChange;
use dimail_portal::actions::accounts::new::NewAccount;
use dimail_portal::actions::{Error, Result, accounts};
use dimail_portal::model::address::EmailAddress;
use dimail_portal::model::id::UserId;
use dimail_portal::model::refusal::{Refusal, Why};
use dimail_portal::model::role::Role;
use dimail_portal::model::user::Language;

use crate::members::roles::{everything, people, verbs};
use crate::support::cast::PASSWORD;
use crate::support::{Anna, Bruno, Chloe, Dan, Fay, Person, Portal, Visitor, on_both};

on_both!(
    sessions_end_with_the_account_and_stay_ended,
    a_closed_account_can_not_sign_in,
    the_only_owner_can_not_be_closed,
    a_closed_owner_is_no_owner,
    two_owners_are_not_closed_at_once,
    an_owner_is_not_closed_while_the_other_leaves,
    a_deleted_account_leaves_its_domains,
    an_account_is_made_once,
);

async fn id(portal: &Portal, person: Person) -> UserId {
    let email = EmailAddress::parse(person.email).expect("an address");
    portal.app.store.user_with_email(&email).await.expect("an answer").expect("an account").id
}

async fn disable(portal: &Portal, person: Person) -> Result<(), Refusal> {
    answered(accounts::manage::disable(&portal.app.store, id(portal, person).await).await)
}

async fn remove(portal: &Portal, person: Person) -> Result<(), Refusal> {
    answered(accounts::manage::remove(&portal.app.store, id(portal, person).await).await)
}

fn answered(result: Result<()>) -> Result<(), Refusal> {
    result.map_err(|error| match error {
        Error::Refused(refusal) => refusal,
        Error::Fault(fault) => panic!("{fault}"),
    })
}

async fn enable(portal: &Portal, person: Person) {
    accounts::manage::enable(&portal.app.store, id(portal, person).await).await.expect("an answer");
}

async fn is_signed_in(visitor: &Visitor) -> bool {
    visitor.get("/domains").await.status == 200
}

fn alone(domains: &[&str]) -> Result<(), Refusal> {
    Err(Refusal::Conflict(Why::OnlyOwnerOf(domains.iter().map(|name| (*name).to_owned()).collect())))
}

async fn sessions_end_with_the_account_and_stay_ended(portal: &Portal) {
    let (one, other, anna) = (portal.sign_in(Bruno).await, portal.sign_in(Bruno).await, portal.sign_in(Anna).await);
    let session = one.cookie("session").expect("a session");
    assert!(is_signed_in(&one).await && is_signed_in(&other).await);

    assert_eq!(disable(portal, Bruno).await, Ok(()));

    assert!(!is_signed_in(&one).await && !is_signed_in(&other).await);
    let sent = other.post("/domains/ville.fr/leave", &[]).await;
    sent.leads_to("/sign-in?next=%2Fdomains%2Fville.fr%2Fleave");
    enable(portal, Bruno).await;
    one.set_cookie("session", &session);
    assert!(!is_signed_in(&one).await, "an old session does not come back");
    assert!(is_signed_in(&anna).await, "other accounts are unchanged");
    assert!(is_signed_in(&portal.sign_in(Bruno).await).await);
    assert!(people(portal, "ville.fr").await.contains("bruno@mairie.test administrator"), "the role is unchanged");
}

async fn a_closed_account_can_not_sign_in(portal: &Portal) {
    assert_eq!(disable(portal, Chloe).await, Ok(()));
    let visitor = portal.visitor();
    let closed = visitor.post("/sign-in", &[("email", Chloe.email), ("password", PASSWORD)]).await;
    let unknown = visitor.post("/sign-in", &[("email", "zz@mairie.test"), ("password", PASSWORD)]).await;
    assert_eq!((closed.status, unknown.status), (422, 422));
    assert_eq!(closed.mistake("password"), unknown.mistake("password"), "they look the same");
    assert_eq!(visitor.cookie("session"), None);
    // Chloé stays in the list of members, marked as closed, and gets no emails.
    let anna = portal.sign_in(Anna).await;
    let row = anna.get("/domains/ville.fr/members").await.select("[data-member=\"chloe@mairie.test\"]").concat();
    assert!(row.contains("(compte fermé)"), "{row}");
    enable(portal, Chloe).await;
    portal.sign_in(Chloe).await.get("/domains/ville.fr").await.is(200);
    portal.work().await;
    assert_eq!(portal.emails(), []);
}

async fn the_only_owner_can_not_be_closed(portal: &Portal) {
    for name in ["seule.fr", "deux.fr", "trois.fr"] {
        portal.add_domain(Anna, name).await;
    }
    portal.grant("deux.fr", Bruno, Role::Owner).await;
    portal.grant("trois.fr", Bruno, Role::Administrator).await;
    portal.grant("autre.fr", Anna, Role::Viewer).await;
    portal.work().await;
    let anna = portal.sign_in(Anna).await;
    let before = everything(portal).await;
    for mut refused in [disable(portal, Anna).await, remove(portal, Anna).await] {
        if let Err(Refusal::Conflict(Why::OnlyOwnerOf(domains))) = &mut refused {
            domains.sort();
        }
        assert_eq!(refused, alone(&["seule.fr", "trois.fr", "ville.fr"]));
    }
    assert_eq!(everything(portal).await, before);
    assert!(is_signed_in(&anna).await, "her session is still valid");
    // A disabled domain needs an owner too.
    for name in ["seule.fr", "trois.fr"] {
        portal.grant(name, Bruno, Role::Owner).await;
    }
    portal.disable("ville.fr", "travaux").await;
    portal.work().await;
    assert_eq!(disable(portal, Anna).await, alone(&["ville.fr"]));
    portal.grant("ville.fr", Dan, Role::Owner).await;
    assert_eq!(disable(portal, Anna).await, Ok(()));
    assert_eq!(remove(portal, Anna).await, Ok(()));
    assert_eq!(disable(portal, Fay).await, alone(&["autre.fr"]));
}

async fn a_closed_owner_is_no_owner(portal: &Portal) {
    portal.grant("ville.fr", Bruno, Role::Owner).await;
    assert_eq!(disable(portal, Bruno).await, Ok(()));
    assert_eq!(disable(portal, Anna).await, alone(&["ville.fr"]));
    assert_eq!(remove(portal, Anna).await, alone(&["ville.fr"]));
    // The account of a closed owner can be deleted; if it is opened again, it is an owner again.
    enable(portal, Bruno).await;
    assert_eq!(disable(portal, Anna).await, Ok(()));
    assert_eq!(remove(portal, Bruno).await, alone(&["ville.fr"]));
    assert_eq!(remove(portal, Anna).await, Ok(()));
    // Closing a closed account again changes nothing.
    assert_eq!(disable(portal, Chloe).await, Ok(()));
    assert_eq!(disable(portal, Chloe).await, Ok(()));
}

async fn two_owners_are_not_closed_at_once(portal: &Portal) {
    for round in 0..5 {
        portal.grant("ville.fr", Bruno, Role::Owner).await;
        portal.grant("autre.fr", Bruno, Role::Owner).await;
        portal.grant("autre.fr", Anna, Role::Owner).await;
        portal
            .database
            .change("delete from members where user_id = (select id from users where email = 'fay@autre.test')")
            .await;
        let (first, second) = tokio::join!(disable(portal, Anna), disable(portal, Bruno));
        assert!(first.is_ok() != second.is_ok(), "round {round}: {first:?} {second:?}");
        for person in [Anna, Bruno] {
            enable(portal, person).await;
        }
    }
    portal.work().await;
}

async fn an_owner_is_not_closed_while_the_other_leaves(portal: &Portal) {
    for round in 0..5 {
        portal.grant("ville.fr", Bruno, Role::Owner).await;
        let bruno = portal.sign_in(Bruno).await;
        let (closed, left) = tokio::join!(disable(portal, Anna), bruno.post("/domains/ville.fr/leave", &[]));
        assert_eq!(closed.is_ok(), left.status == 409, "round {round}: {closed:?} {}", left.status);
        enable(portal, Anna).await;
    }
    portal.work().await;
}

async fn a_deleted_account_leaves_its_domains(portal: &Portal) {
    let bruno = portal.sign_in(Bruno).await;
    let fields = [("email", "nina@neuf.test"), ("role", "viewer")];
    bruno.post("/domains/ville.fr/new-invitation", &fields).await.leads_to("/domains/ville.fr/members");
    let lines = verbs(portal, "ville.fr").await.len();

    assert_eq!(remove(portal, Bruno).await, Ok(()));

    assert!(!is_signed_in(&bruno).await);
    let left = people(portal, "ville.fr").await;
    assert_eq!(left.into_iter().collect::<Vec<_>>(), ["anna@mairie.test owner", "chloe@mairie.test viewer"]);
    portal.work().await;
    assert_eq!(portal.emails(), [], "the invitation's email is withdrawn");
    // The journal keeps what he did, and records that he was removed.
    let who = portal.database.texts("select actor_name from journal where event like '%member_invited%'").await;
    assert_eq!(who, [Bruno.name]);
    let told = verbs(portal, "ville.fr").await.split_off(lines);
    assert!(told.contains(&"member_removed".to_owned()), "{told:?}");
    portal.sign_in(Anna).await.get("/domains/ville.fr/members").await.is(200);
    // A new account with the same address is a new person, without the old roles.
    portal.add_account(&Bruno).await;
    portal.sign_in(Bruno).await.get("/domains/ville.fr").await.is(404);
}

async fn an_account_is_made_once(portal: &Portal) {
    let add = async |email: &'static str| {
        let new = NewAccount { email, name: "Nina Neuf", password: PASSWORD.into(), is_staff: false, language: None };
        accounts::manage::add(&portal.app.store, new, Language::Fr).await.expect("an answer")
    };
    let (first, second) = tokio::join!(add("nina@neuf.test"), add("NINA@neuf.test"));
    assert!(first != second, "{first:?} {second:?}");
    assert_eq!(portal.database.count("users where email_key = 'nina@neuf.test'").await, 1);
    assert_eq!(add("Anna@Mairie.test").await, AccountChange::Present);
}
