//! The page of one's own account and what it changes, and the changes that operators make to
//! accounts.

use dimail_portal::actions::accounts;
use dimail_portal::actions::accounts::manage::AccountChange;
use dimail_portal::model::address::EmailAddress;
use dimail_portal::model::role::Role;
use dimail_portal::model::user::{Language, User};

use crate::members::roles::{people, verbs};
use crate::support::cast::{PASSWORD, PASSWORD_HASH};
use crate::support::{Anna, Bruno, Chloe, Dan, Eve, Fay, Person, Portal, on_both};

const NEW: &str = "une autre phrase longue";

on_both!(
    the_page_shows_the_account,
    name_and_language_are_changed,
    mistakes_stand_beside_what_was_typed,
    a_new_password_ends_the_other_sessions,
    it_is_all_or_nothing,
    of_two_changes_at_once_one_counts,
    easy_passwords_are_refused_with_their_reason,
    a_password_may_be_typed_in_either_unicode_form,
    staff_comes_and_goes,
    an_address_is_changed_with_its_roles,
    an_address_is_given_once,
);

async fn user(portal: &Portal, person: Person) -> User {
    let email = EmailAddress::parse(person.email).expect("an address");
    portal.app.store.user_with_email(&email).await.expect("an answer").expect("an account")
}

async fn row(portal: &Portal, person: Person) -> String {
    portal.database.text(&format!("select name, language from users where email = '{}'", person.email)).await
}

async fn the_page_shows_the_account(portal: &Portal) {
    portal.grant("autre.fr", Bruno, Role::Viewer).await;
    let bruno = portal.sign_in(Bruno).await;
    assert!(bruno.get("/domains").await.attributes("header a", "href").contains(&"/account".to_owned()));
    let page = bruno.get("/account").await;
    page.is(200);
    assert_eq!(page.value("name"), Bruno.name);
    assert_eq!(page.attributes("main option[selected]", "value"), ["fr"]);
    assert_eq!((page.value("current_password"), page.value("new_password")), (String::new(), String::new()));
    assert!(page.words().contains(Bruno.email) && !page.words().contains("Équipe du portail"));
    assert_eq!(page.domains(), ["autre.fr", "ville.fr"]);
    assert_eq!(page.attributes("main [data-role]", "data-role"), ["viewer", "administrator"]);
    assert_eq!(page.attributes("main dt a", "href"), ["/domains/autre.fr", "/domains/ville.fr"]);
    assert!(!page.has("#leads"), "nothing is said where the address leads nowhere else");
    assert!(portal.sign_in(Eve).await.get("/account").await.select("main").concat().contains("Équipe du portail"));
    portal.visitor().get("/account").await.leads_to("/sign-in?next=%2Faccount");
    portal.visitor().post("/account", &[("name", "x")]).await.leads_to("/sign-in?next=%2Faccount");
}

async fn name_and_language_are_changed(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    let answer = anna.post("/account", &[("name", "  Anne-Marie Martin "), ("language", "en")]).await;
    answer.leads_to("/account");
    let page = anna.follow(&answer).await;
    assert_eq!((page.language().as_str(), page.notice().1.as_str()), ("en", "Your account has been saved."));
    assert!(page.select("header").concat().contains("Anne-Marie Martin"));
    assert_eq!(row(portal, Anna).await, "Anne-Marie Martin|en");
    // The current password without a new one changes nothing, and an empty language keeps the
    // current one.
    let fields = [("name", Anna.name), ("current_password", "whatever")];
    anna.post("/account", &fields).await.leads_to("/account");
    assert_eq!(row(portal, Anna).await, "Anna Martin|en");
    portal.sign_in(Anna).await;
    portal.work().await;
    assert_eq!(portal.emails(), []);
}

async fn mistakes_stand_beside_what_was_typed(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    let fields = [("name", " "), ("language", "tlh"), ("current_password", ""), ("new_password", "court")];
    let answer = anna.post("/account", &fields).await;
    assert_eq!(answer.is(422).mistakes(), ["name", "language", "current_password", "new_password"]);
    assert_eq!((answer.value("current_password"), answer.value("new_password")), (String::new(), String::new()));
    let odd = anna.post("/account", &[("name", &"a".repeat(201)), ("language", "en")]).await;
    assert_eq!(odd.is(422).mistakes(), ["name"]);
    assert_eq!(odd.value("name").len(), 201);
    assert_eq!(odd.attributes("main option[selected]", "value"), ["en"]);
    assert_eq!(row(portal, Anna).await, "Anna Martin|-");
    assert_eq!(portal.database.count("password_attempts").await, 0, "field errors are no attempts");
}

async fn a_new_password_ends_the_other_sessions(portal: &Portal) {
    let (here, elsewhere) = (portal.sign_in(Anna).await, portal.sign_in(Anna).await);
    let session = here.cookie("session").expect("a session");
    let fields = [("name", Anna.name), ("language", "fr"), ("current_password", PASSWORD), ("new_password", NEW)];

    let answer = here.post("/account", &fields).await;

    answer.leads_to("/account");
    assert_eq!(here.follow(&answer).await.is(200).notice().0, "good");
    assert_ne!(here.cookie("session"), Some(session.clone()), "a new identifier");
    elsewhere.get("/domains").await.leads_to("/sign-in?next=%2Fdomains");
    elsewhere.set_cookie("session", &session);
    elsewhere.get("/domains").await.leads_to("/sign-in?next=%2Fdomains");
    let sign_in = async |password: &str| {
        let visitor = portal.visitor();
        portal.make_known(Anna.email, &visitor).await;
        visitor.post("/sign-in", &[("email", Anna.email), ("password", password)]).await.status
    };
    assert_eq!((sign_in(PASSWORD).await, sign_in(NEW).await), (422, 303));
    portal.work().await;
    let emails = portal.emails();
    let [email] = emails.as_slice() else { panic!("{emails:?}") };
    assert_eq!((email.to.as_str(), email.subject.as_str()), (Anna.email, "Votre mot de passe a changé"));
}

async fn it_is_all_or_nothing(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    let fields = [("name", "Autre Nom"), ("language", "en"), ("current_password", "not it"), ("new_password", NEW)];
    let answer = anna.post("/account", &fields).await;
    assert_eq!(answer.is(422).mistakes(), ["current_password"]);
    assert_eq!(answer.value("name"), "Autre Nom");
    assert_eq!(row(portal, Anna).await, "Anna Martin|-");
    assert_eq!(portal.database.count("emails where content like '%password%'").await, 0);
    anna.get("/domains").await.is(200);
}

async fn of_two_changes_at_once_one_counts(portal: &Portal) {
    let (one, other) = (portal.sign_in(Anna).await, portal.sign_in(Anna).await);
    let change = async |visitor: &crate::support::Visitor, new: &str| {
        let fields = [("name", Anna.name), ("current_password", PASSWORD), ("new_password", new)];
        visitor.post("/account", &fields).await.location().to_owned()
    };
    let (first, second) = tokio::join!(change(&one, "la phrase de la une"), change(&other, "la phrase de l'autre"));
    // The change that counts ends the session of the other one.
    let mut locations = [first, second];
    locations.sort();
    assert!(locations[0] == "/account" && locations[1].starts_with("/sign-in"), "{locations:?}");
    portal.work().await;
    assert_eq!(portal.emails().len(), 1);
}

async fn easy_passwords_are_refused_with_their_reason(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    let cases = [
        ("password1234", "plus courants", "most common"),
        ("123456789012", "une suite", "a sequence"),
        (Anna.email, "votre adresse", "your address"),
        ("AnnaMartin2026", "votre nom", "your name"),
        ("Portail-2026!", "nom du portail", "name of the portal"),
        ("            ", "espaces", "spaces"),
    ];
    for (language, french) in [("fr", true), ("en", false)] {
        anna.post("/language", &[("language", language), ("next", "/account")]).await.is(303);
        for (password, fr, en) in cases {
            let fields = [("name", Anna.name), ("current_password", PASSWORD), ("new_password", password)];
            let answer = anna.post("/account", &fields).await;
            assert_eq!(answer.is(422).mistakes(), ["new_password"], "{password}");
            let said = answer.mistake("new_password");
            assert!(said.contains(if french { fr } else { en }), "{password}: {said}");
        }
    }
    assert_eq!(portal.database.count("password_attempts").await, 0, "the current password was not tested");
}

async fn a_password_may_be_typed_in_either_unicode_form(portal: &Portal) {
    let (composed, decomposed) = ("l'\u{e9}t\u{e9} sera tr\u{e8}s long", "l'e\u{301}te\u{301} sera tre\u{300}s long");
    for (set, typed) in [(composed, decomposed), (decomposed, composed)] {
        let anna = portal.sign_in(Bruno).await;
        let fields = [("name", Bruno.name), ("current_password", PASSWORD), ("new_password", set)];
        anna.post("/account", &fields).await.leads_to("/account");
        for password in [typed, set] {
            let fields = [("email", Bruno.email), ("password", password)];
            portal.visitor().post("/sign-in", &fields).await.leads_to("/domains");
        }
        let hash = PASSWORD_HASH.as_str();
        portal.database.change(&format!("update users set password_hash = '{hash}'")).await;
        portal.work().await;
    }
    // Eleven characters in the form that is stored, more in the one that is typed.
    let anna = portal.sign_in(Anna).await;
    let short = "e\u{301}".repeat(11);
    let fields = [("name", Anna.name), ("current_password", PASSWORD), ("new_password", short.as_str())];
    assert!(anna.post("/account", &fields).await.is(422).mistake("new_password").contains("12"));
}

async fn staff_comes_and_goes(portal: &Portal) {
    let store = &portal.app.store;
    let bruno = portal.sign_in(Bruno).await;
    bruno.get("/domains/autre.fr").await.is(404);
    for change in [AccountChange::Made, AccountChange::Present] {
        let promoted = accounts::manage::promote(store, &user(portal, Bruno).await, Language::Fr).await;
        assert_eq!(promoted.expect("an answer"), change);
    }
    bruno.get("/domains/autre.fr").await.is(200);
    for (domain, email, role) in [
        ("autre.fr", "nina@neuf.test", "viewer"),
        ("ville.fr", "nina@neuf.test", "owner"),
        ("ville.fr", "omar@neuf.test", "viewer"),
    ] {
        let fields = [("email", email), ("role", role), ("confirm", "yes")];
        bruno.post(&format!("/domains/{domain}/new-invitation"), &fields).await.is(303);
    }

    assert_eq!(
        accounts::manage::demote(store, &user(portal, Bruno).await).await.expect("an answer"),
        AccountChange::Made
    );

    assert_eq!(
        accounts::manage::demote(store, &user(portal, Bruno).await).await.expect("an answer"),
        AccountChange::Present
    );
    bruno.get("/domains/autre.fr").await.is(404);
    bruno.get("/domains/ville.fr").await.is(200);
    let left = portal.database.texts("select email from invitations").await;
    assert_eq!(left, ["omar@neuf.test"], "invitations that an administrator may send stay");
    assert!(verbs(portal, "autre.fr").await.contains(&"invitation_withdrawn".to_owned()));
    portal.work().await;
    assert_eq!(portal.recipients(), [Bruno.email, "omar@neuf.test"]);
    let told = portal.emails().into_iter().find(|email| email.to == Bruno.email).expect("an email");
    assert_eq!(told.subject, "Vous faites partie de l’équipe du portail");
}

async fn an_address_is_changed_with_its_roles(portal: &Portal) {
    let fay = portal.sign_in(Fay).await;
    let fields = [("email", "chloe.durand@mairie.test"), ("role", "administrator")];
    fay.post("/domains/autre.fr/new-invitation", &fields).await.is(303);
    portal.work().await;
    portal.forget_emails();
    let chloe = portal.sign_in(Chloe).await;
    chloe.post("/forgot-password", &[("email", Chloe.email)]).await.is(303);
    let lines = verbs(portal, "ville.fr").await.len();
    let to = EmailAddress::parse("Chloe.Durand@mairie.test").expect("an address");

    assert!(
        accounts::manage::change_address(&portal.app.store, &user(portal, Chloe).await, &to).await.expect("an answer")
    );

    assert!(people(portal, "ville.fr").await.contains("Chloe.Durand@mairie.test viewer"));
    let invited = "chloe.durand@mairie.test administrator invited";
    assert!(people(portal, "autre.fr").await.contains(invited), "nobody gets a role unasked");
    chloe.get("/domains").await.leads_to("/sign-in?next=%2Fdomains");
    let sign_in = async |email: &str| {
        let visitor = portal.visitor();
        portal.make_known(email, &visitor).await;
        visitor.post("/sign-in", &[("email", email), ("password", PASSWORD)]).await.status
    };
    assert_eq!((sign_in(Chloe.email).await, sign_in("chloe.durand@mairie.test").await), (422, 303));
    assert_eq!(verbs(portal, "ville.fr").await.split_off(lines), ["member_address_changed"]);
    portal.work().await;
    assert_eq!(portal.emails(), [], "the old address has no account any more");
}

async fn an_address_is_given_once(portal: &Portal) {
    let to = EmailAddress::parse(" DAN@ailleurs.test").expect("an address");
    let change =
        async |person| accounts::manage::change_address(&portal.app.store, &user(portal, person).await, &to).await;
    let lines = verbs(portal, "ville.fr").await.len();
    assert!(!change(Chloe).await.expect("an answer"));
    assert_eq!(verbs(portal, "ville.fr").await.len(), lines);
    // One's own address in another spelling.
    assert!(change(Dan).await.expect("an answer"));
    assert_eq!(portal.database.count("users where email = 'DAN@ailleurs.test'").await, 1);
}
