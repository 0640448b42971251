//! Guarded addresses: those of the accounts of staff and of owners of any domain. Administrators
//! can create no mailbox there, do nothing with a pending or failed one, and create, change or
//! delete no alias.

use std::time::Duration;

use dimail_portal::actions::accounts;
use dimail_portal::model::address::{EmailAddress, LocalPart};
use dimail_portal::model::email::EmailContent;
use dimail_portal::model::id::MailboxId;
use dimail_portal::model::role::Role;
use dimail_portal::model::user::{Actor, Language};
use dimail_portal::store::{ByPortal, Denied, Fault, Locked, MayWrite, NewEmail, Tx};

use crate::mailboxes::common::{confirm, edit, english, open};
use crate::support::{Anna, Answer, Bruno, Chloe, Eve, Fay, Person, Portal, Visitor, on_both};

on_both!(
    a_mailbox_there_is_refused_beside_its_field,
    closed_accounts_count_and_addresses_are_compared_in_one_form,
    an_address_made_of_the_names_is_guarded_too,
    a_number_that_is_guarded_is_neither_taken_nor_proposed,
    what_waits_there_is_left_alone,
    what_was_refused_there_is_left_alone,
    what_is_there_is_neither_enabled_nor_tried_again,
    a_mailbox_user_corrects_no_guarded_creation,
    an_alias_there_is_not_touched,
    whoever_becomes_an_owner_meanwhile_is_guarded,
    a_proof_is_good_for_its_own_address,
);

const HOUR: Duration = Duration::from_hours(1);
const OMAR: Person = Person { email: "omar@ville.fr", name: "Omar Haddad", ..Fay };
const SAMI: Person = Person { email: "sami@ville.fr", name: "Sami Blanc", ..Eve };
const BEN: Person = Person { email: "ben@ville.fr", name: "Ben Costa", ..Fay };

/// Adds Omar and Ben, owners of another domain, and Sami, staff. Ben also administers `ville.fr`.
async fn people_above(portal: &Portal) {
    for person in [OMAR, SAMI, BEN] {
        portal.add_account(&person).await;
    }
    for person in [OMAR, BEN] {
        portal.grant("autre.fr", person, Role::Owner).await;
    }
    portal.grant("ville.fr", BEN, Role::Administrator).await;
}

/// Demands 403 with a page that says whose account it is and names the owner who may, with a link
/// back.
#[track_caller]
fn is_kept(answer: &Answer, back: &str) {
    let words = answer.is(403).select("main").concat();
    assert!(words.contains("account of an owner") && words.contains("Anna Martin"), "{words}");
    assert!(answer.has(&format!("main a[href=\"{back}\"]")), "{words}");
}

#[track_caller]
fn is_kept_beside(form: &Answer, field: &str) {
    let told = form.is(422).mistake(field);
    assert!(told.contains("account of an owner") && told.contains("Anna Martin"), "{}", form.words());
}

async fn a_mailbox_there_is_refused_beside_its_field(portal: &Portal) {
    people_above(portal).await;
    portal.add_domain_with(Anna, "neuve.fr", &["wrong_mx"], &[]).await;
    portal.grant("neuve.fr", Bruno, Role::Administrator).await;
    portal.add_account(&Person { email: "olga@neuve.fr", ..Fay }).await;
    portal.grant("autre.fr", Person { email: "olga@neuve.fr", ..Fay }, Role::Owner).await;
    let (bruno, ben) = (english(portal, Bruno).await, english(portal, BEN).await);
    let mark = portal.dimail.mark().await;

    for by in [&bruno, &ben] {
        // Ben's own account is guarded from himself too: he owns another domain, but not this one.
        for part in ["omar", " SAMI ", "ben"] {
            let form = by.new_mailbox("ville.fr", ["Jean", "Dupont", part, "jean@ailleurs.test"]).await;
            is_kept_beside(&form, "local_part");
            for (field, typed) in
                [("first_name", "Jean"), ("last_name", "Dupont"), ("secondary_email", "jean@ailleurs.test")]
            {
                assert_eq!(form.value(field), typed);
            }
            assert_eq!(form.value("local_part"), part);
        }
    }
    // It is also refused on a domain that is not enabled, and together with other field errors.
    let form = bruno.new_mailbox("neuve.fr", ["Olga", "Roy", "olga", ""]).await;
    is_kept_beside(&form, "local_part");
    open(portal, &portal.sign_in(Anna).await, "ville.fr", ["Jean", "Dupont", "jean", ""]).await;
    let form = bruno.new_mailbox("ville.fr", ["Jean", "Dupont", "omar", ""]).await;
    is_kept_beside(&form, "local_part");
    assert_eq!(form.mistakes(), ["last_name", "local_part"]);

    let asked = portal.dimail.heard_since(mark).await;
    assert!(
        !asked.iter().any(|line| line.contains("omar") || line.contains("sami") || line.contains("olga")),
        "{asked:?}"
    );
    assert_eq!(portal.database.texts("select local_part from mailboxes").await, ["jean"]);
    // Owners and staff may; the address of another account is not guarded.
    let (anna, eve) = (portal.sign_in(Anna).await, portal.sign_in(Eve).await);
    anna.new_mailbox("ville.fr", ["Omar", "Haddad", "omar", "omar@ailleurs.test"]).await.is(303);
    eve.new_mailbox("ville.fr", ["Sami", "Blanc", "sami", "sami@ailleurs.test"]).await.is(303);
    portal.add_account(&Person { email: "vera@ville.fr", ..Chloe }).await;
    bruno.new_mailbox("ville.fr", ["Vera", "Roy", "vera", "vera@ailleurs.test"]).await.is(303);
    portal.work().await;
}

async fn closed_accounts_count_and_addresses_are_compared_in_one_form(portal: &Portal) {
    people_above(portal).await;
    portal.add_domain(Anna, "orléans.fr").await;
    portal.work().await;
    portal.grant("xn--orlans-dva.fr", Bruno, Role::Administrator).await;
    let irma = Person { email: "Irma.K@Orléans.FR", ..OMAR };
    portal.add_account(&irma).await;
    portal.grant("autre.fr", irma, Role::Owner).await;
    for email in [OMAR.email, SAMI.email, irma.email] {
        let email = EmailAddress::parse(email).expect("an address");
        let user = portal.app.store.user_with_email(&email).await.expect("a database").expect("an account");
        accounts::manage::disable(&portal.app.store, user.id).await.expect("closed");
    }
    let bruno = english(portal, Bruno).await;

    for (domain, part) in [("ville.fr", "omar"), ("ville.fr", "sami"), ("xn--orlans-dva.fr", "irma.k")] {
        is_kept_beside(&bruno.new_mailbox(domain, ["Jean", "Dupont", part, ""]).await, "local_part");
        let fields = [("local_part", part), ("destination", "x@ailleurs.test")];
        is_kept_beside(&bruno.post(&format!("/domains/{domain}/new-alias"), &fields).await, "local_part");
    }
    assert_eq!(portal.database.count("mailboxes").await + portal.database.count("aliases").await, 0);
    portal.work().await;
}

async fn an_address_made_of_the_names_is_guarded_too(portal: &Portal) {
    let zoe = Person { email: "zoe.roy@ville.fr", name: "Zoé Roy", ..Fay };
    portal.add_account(&zoe).await;
    portal.grant("autre.fr", zoe, Role::Owner).await;
    let bruno = english(portal, Bruno).await;

    let form = bruno.new_mailbox("ville.fr", ["Zoé", "Roy", "", "zoe@ailleurs.test"]).await;

    is_kept_beside(&form, "local_part");
    assert_eq!((form.value("first_name"), form.value("local_part")), ("Zoé".to_owned(), String::new()));
    assert_eq!(portal.database.count("mailboxes").await, 0);
    let made = "/domains/ville.fr/mailboxes/zoe.roy";
    portal.sign_in(Anna).await.new_mailbox("ville.fr", ["Zoé", "Roy", "", "zoe@ailleurs.test"]).await.leads_to(made);
    portal.work().await;
}

async fn a_number_that_is_guarded_is_neither_taken_nor_proposed(portal: &Portal) {
    let lea = Person { email: "lea.roy2@ville.fr", name: "Léa Roy", ..Fay };
    portal.add_account(&lea).await;
    portal.grant("autre.fr", lea, Role::Owner).await;
    let bruno = english(portal, Bruno).await;
    open(portal, &bruno, "ville.fr", ["Léa", "Roy", "lea.roy", "lea@ailleurs.test"]).await;

    let form = bruno.new_mailbox("ville.fr", ["Léa", "Roy (voirie)", "lea.roy", ""]).await;
    assert!(form.is(422).mistake("local_part").contains("lea.roy3"), "{}", form.words());
    // An owner is offered the first one that is free, guarded or not.
    let form = portal.sign_in(Anna).await.new_mailbox("ville.fr", ["Léa", "Roy (mairie)", "lea.roy", ""]).await;
    assert!(form.is(422).mistake("local_part").contains("lea.roy2"), "{}", form.words());

    // Another person with the same name: the existing one gets a distinguishing word first.
    edit(&bruno, "/domains/ville.fr/mailboxes/lea.roy", ["Léa", "Roy (voirie)", "lea@ailleurs.test"]).await.is(303);
    let made = "/domains/ville.fr/mailboxes/lea.roy3";
    bruno.new_mailbox("ville.fr", ["Léa", "Roy", "", "lea@ailleurs.test"]).await.leads_to(made);
    portal.work().await;
}

/// Demands that an administrator can do nothing with a mailbox that dimail does not have.
async fn nothing_can_be_done(portal: &Portal, by: &Visitor, path: &str, names: [&str; 2]) {
    let before = portal.database.texts("select status from mailboxes").await;
    let mark = portal.dimail.mark().await;
    for act in ["edit", "delete"] {
        is_kept(&by.get(&format!("{path}/{act}")).await, path);
    }
    for secondary in ["omar@ailleurs.test", "bruno@ailleurs.test", ""] {
        is_kept(&edit(by, path, [names[0], names[1], secondary]).await, path);
    }
    is_kept(&edit(by, path, ["Autre", "Nom", "omar@ailleurs.test"]).await, path);
    is_kept(&by.post(&format!("{path}/retry"), &[]).await, path);
    is_kept(&confirm(by, path, "delete").await, path);
    is_kept(&by.post(&format!("{path}/delete"), &[("address", "wrong")]).await, path);
    assert_eq!(portal.dimail.heard_since(mark).await, [""; 0]);
    assert_eq!(portal.database.texts("select status from mailboxes").await, before);
    // The page offers nothing, and names the owner who may.
    let page = by.get(path).await;
    let words = page.is(200).select("main .choices-list").concat();
    assert!(words.contains("account of an owner") && words.contains("Anna Martin"), "{}", page.words());
    assert_eq!(page.attributes("main form", "action"), [""; 0]);
    assert_eq!(page.attributes("main .choices-list a", "href"), [""; 0]);
}

async fn what_waits_there_is_left_alone(portal: &Portal) {
    people_above(portal).await;
    portal.leaves_work();
    portal.add_domain_with(Anna, "neuve.fr", &["wrong_mx"], &[]).await;
    portal.grant("neuve.fr", Bruno, Role::Administrator).await;
    let olga = Person { email: "olga@neuve.fr", ..OMAR };
    portal.add_account(&olga).await;
    portal.grant("autre.fr", olga, Role::Owner).await;
    let (anna, bruno) = (portal.sign_in(Anna).await, english(portal, Bruno).await);
    anna.new_mailbox("neuve.fr", ["Olga", "Roy", "olga", "omar@ailleurs.test"]).await.is(303);
    nothing_can_be_done(portal, &bruno, "/domains/neuve.fr/mailboxes/olga", ["Olga", "Roy"]).await;
    // The same on an enabled domain, while dimail does not answer.
    portal.dimail.fault("POST", "/domains/ville.fr/mailboxes/omar", "close", 1).await;
    let path = "/domains/ville.fr/mailboxes/omar";
    anna.new_mailbox("ville.fr", ["Omar", "Haddad", "omar", "omar@ailleurs.test"]).await.leads_to(path);
    assert_eq!(portal.mailbox_status("omar@ville.fr").await, "pending");
    nothing_can_be_done(portal, &bruno, path, ["Omar", "Haddad"]).await;
    // Owners may still do all of it.
    edit(&anna, "/domains/neuve.fr/mailboxes/olga", ["Olga", "Roy", "o@ailleurs.test"]).await.is(303);
    confirm(&anna, "/domains/neuve.fr/mailboxes/olga", "delete").await.is(303);
    anna.post(&format!("{path}/retry"), &[]).await.leads_to(path);
}

async fn what_was_refused_there_is_left_alone(portal: &Portal) {
    people_above(portal).await;
    portal.leaves_work();
    let (anna, ben) = (portal.sign_in(Anna).await, english(portal, BEN).await);
    for part in ["omar", "ben"] {
        portal.dimail.fault("POST", &format!("/domains/ville.fr/mailboxes/{part}"), "close", 1).await;
        let path = format!("/domains/ville.fr/mailboxes/{part}");
        anna.new_mailbox("ville.fr", ["Omar", part, part, "omar@ailleurs.test"]).await.leads_to(&path);
        let refused = r#"update mailboxes set status = 'failed', reason = '{"reason":"given_up"}'"#;
        portal.database.change(refused).await;

        // Ben may not retry his own mailbox before dimail has it, because he could have it created
        // for another person.
        nothing_can_be_done(portal, &ben, &path, ["Omar", part]).await;
    }
    let path = "/domains/ville.fr/mailboxes/omar";
    anna.post(&format!("{path}/retry"), &[]).await.leads_to(path);
}

/// A mailbox that dimail has can be neither enabled nor retried by administrators, in every status
/// and with or without a pending change.
async fn what_is_there_is_neither_enabled_nor_tried_again(portal: &Portal) {
    people_above(portal).await;
    let (anna, bruno, ben) = (portal.sign_in(Anna).await, english(portal, Bruno).await, english(portal, BEN).await);
    for part in ["omar", "ben"] {
        open(portal, &anna, "ville.fr", ["Omar", part, part, "omar@ailleurs.test"]).await;
    }
    portal.prove(BEN).await;
    for (by, path) in [(&bruno, "/domains/ville.fr/mailboxes/omar"), (&ben, "/domains/ville.fr/mailboxes/ben")] {
        let refuses = async |offered: &[&str]| {
            let mark = portal.dimail.mark().await;
            for act in ["retry", "enable"] {
                is_kept(&by.post(&format!("{path}/{act}"), &[]).await, path);
            }
            let page = by.get(path).await;
            assert_eq!(page.is(200).attributes("main form", "action"), offered, "{}", page.words());
            assert_eq!(portal.dimail.heard_since(mark).await, [""; 0]);
        };
        let link = format!("{path}/login-link");
        let own: &[&str] = if path.ends_with("/ben") { &[&link] } else { &[] };
        refuses(own).await;
        // The same while a change is pending.
        portal.dimail.fault("PATCH", path, "redirect_307", 1).await;
        confirm(&anna, path, "disable").await.leads_to(path);
        refuses(own).await;
        portal.work_after(HOUR).await;
        refuses(&[]).await;
        let several = [("action", "enable"), ("mailbox", path), ("confirm", "yes")];
        let several = several.map(|(name, value)| (name, value.rsplit('/').next().expect("a local part")));
        let answer = by.post("/domains/ville.fr/selected-mailboxes", &several).await;
        assert!(by.follow(&answer).await.words().contains("owners only"), "refused in a bulk action too");
        portal.work().await;
        let address = format!("{}@ville.fr", path.rsplit('/').next().expect("a local part"));
        assert_eq!(portal.dimail.holds(&address).await, "- no");
        anna.post(&format!("{path}/enable"), &[]).await.leads_to(path);
    }
}

async fn a_mailbox_user_corrects_no_guarded_creation(portal: &Portal) {
    people_above(portal).await;
    portal.leaves_work();
    portal.grant("ville.fr", BEN, Role::Viewer).await;
    let (anna, ben) = (portal.sign_in(Anna).await, english(portal, BEN).await);
    portal.dimail.fault("POST", "/domains/ville.fr/mailboxes/ben", "close", 1).await;
    let path = "/domains/ville.fr/mailboxes/ben";
    anna.new_mailbox("ville.fr", ["Ben", "Costa", "ben", "ben@ailleurs.test"]).await.leads_to(path);

    ben.get(&format!("{path}/edit")).await.is(403);
    edit(&ben, path, ["Ben", "Costa", "autre@ailleurs.test"]).await.is(403);
    let page = ben.get(path).await;
    assert!(page.is(200).select("main .choices-list").concat().contains("Anna Martin"), "{}", page.words());
    assert!(!page.has("main a[href$=edit]"));
    // Once dimail has it and Ben has proved that he reads there, he may edit his own mailbox.
    anna.post(&format!("{path}/retry"), &[]).await.leads_to(path);
    portal.work().await;
    edit(&ben, path, ["Ben", "Costa", "autre@ailleurs.test"]).await.is(403);
    portal.prove(BEN).await;
    edit(&ben, path, ["Ben", "Costa", "autre@ailleurs.test"]).await.leads_to(path);
}

async fn an_alias_there_is_not_touched(portal: &Portal) {
    people_above(portal).await;
    let (anna, eve) = (portal.sign_in(Anna).await, portal.sign_in(Eve).await);
    let (bruno, ben) = (english(portal, Bruno).await, english(portal, BEN).await);
    let alias = |part: &str| [("local_part", part.to_owned()), ("destination", "x@ailleurs.test".to_owned())];
    let add = async |by: &Visitor, part: &str| {
        let fields = alias(part);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        by.post("/domains/ville.fr/new-alias", &fields).await
    };
    for by in [&bruno, &ben] {
        for part in ["omar", "SAMI ", "ben"] {
            let form = add(by, part).await;
            is_kept_beside(&form, "local_part");
            assert_eq!(
                (form.value("local_part").as_str(), form.attributes("#field-destination", "value").concat().as_str()),
                (part, "x@ailleurs.test")
            );
        }
    }
    assert_eq!(portal.database.count("aliases").await, 0);
    for part in ["omar", "ben", "libre"] {
        add(&anna, part).await.is(303);
    }
    let mark = portal.dimail.mark().await;

    for (by, part) in [(&bruno, "omar"), (&ben, "omar"), (&ben, "ben")] {
        let path = format!("/domains/ville.fr/aliases/{part}");
        is_kept(&by.post(&format!("{path}/add"), &[("destination", "y@ailleurs.test")]).await, &path);
        for destination in ["x@ailleurs.test", "nobody@ailleurs.test", "wrong"] {
            is_kept(&by.post(&format!("{path}/remove"), &[("destination", destination)]).await, &path);
        }
        is_kept(&by.get(&format!("{path}/delete")).await, &path);
        is_kept(&by.post(&format!("{path}/delete"), &[]).await, &path);
        let page = by.get(&path).await;
        assert!(page.is(200).select("main").concat().contains("Anna Martin"), "{}", page.words());
        assert_eq!(page.attributes("main form", "action"), [""; 0]);
        assert!(!page.has("main a[href$=delete]"), "{}", page.words());
    }
    assert_eq!(portal.dimail.heard_since(mark).await, [""; 0]);
    assert_eq!(portal.dimail.aliases("ville.fr").await.len(), 3);
    // The status is the same whatever the status of the domain, because the role is checked first.
    // An alias that does not exist is 404.
    bruno.post("/domains/ville.fr/aliases/sami/delete", &[]).await.is(404);
    portal.disable("ville.fr", "travaux").await;
    portal.work().await;
    let path = "/domains/ville.fr/aliases/omar";
    is_kept(&bruno.post(&format!("{path}/add"), &[("destination", "y@ailleurs.test")]).await, path);
    is_kept(&bruno.post(&format!("{path}/remove"), &[("destination", "x@ailleurs.test")]).await, path);
    portal.enable("ville.fr").await;
    portal.work().await;
    // Bruno may delete other aliases; owners and staff may change this one.
    bruno.post("/domains/ville.fr/aliases/libre/delete", &[]).await.is(303);
    eve.post(&format!("{path}/add"), &[("destination", "y@ailleurs.test")]).await.leads_to(path);
    anna.post(&format!("{path}/remove"), &[("destination", "y@ailleurs.test")]).await.leads_to(path);
    anna.get(&format!("{path}/delete")).await.is(200);
    anna.post(&format!("{path}/delete"), &[]).await.is(303);
    portal.work().await;
    assert_eq!(portal.dimail.aliases("ville.fr").await, ["ben x@ailleurs.test"]);
}

async fn whoever_becomes_an_owner_meanwhile_is_guarded(portal: &Portal) {
    let vera = Person { email: "vera@ville.fr", name: "Vera Blum", ..Chloe };
    portal.add_account(&vera).await;
    portal.add_domain_with(Anna, "neuve.fr", &["wrong_mx"], &[]).await;
    portal.grant("neuve.fr", Bruno, Role::Administrator).await;
    portal.add_account(&Person { email: "vera@neuve.fr", ..vera }).await;
    let (bruno, anna) = (english(portal, Bruno).await, portal.sign_in(Anna).await);
    let (waiting, alias) = ("/domains/neuve.fr/mailboxes/vera", "/domains/ville.fr/aliases/vera");
    bruno.new_mailbox("neuve.fr", ["Vera", "Blum", "vera", ""]).await.leads_to(waiting);
    let fields = [("local_part", "vera"), ("destination", "x@ailleurs.test")];
    bruno.post("/domains/ville.fr/new-alias", &fields).await.leads_to(alias);
    let forms = [
        "/domains/ville.fr/new-mailbox",
        "/domains/neuve.fr/mailboxes/vera/edit",
        "/domains/neuve.fr/mailboxes/vera/delete",
        "/domains/ville.fr/aliases/vera/delete",
    ];
    for form in forms {
        bruno.get(form).await.is(200);
    }

    for email in [vera.email, "vera@neuve.fr"] {
        portal.grant("autre.fr", Person { email, ..vera }, Role::Owner).await;
    }

    is_kept_beside(&bruno.new_mailbox("ville.fr", ["Vera", "Blum", "vera", ""]).await, "local_part");
    is_kept(&edit(&bruno, waiting, ["Vera", "Blum", "bruno@ailleurs.test"]).await, waiting);
    is_kept(&confirm(&bruno, waiting, "delete").await, waiting);
    is_kept(&bruno.post(&format!("{alias}/remove"), &[("destination", "x@ailleurs.test")]).await, alias);
    is_kept(&bruno.post(&format!("{alias}/delete"), &[]).await, alias);
    confirm(&anna, waiting, "delete").await.is(303);
    portal.work().await;
}

/// A transaction that holds the lock of `ville.fr`, and the proof for one of its addresses.
async fn proof(portal: &Portal, part: &str) -> (Tx, Locked<ByPortal>, MayWrite) {
    let mut tx = portal.app.store.begin().await.expect("a transaction");
    let domain = portal.domain("ville.fr").await.id;
    let locked = tx.lock_as_portal(domain, Actor::portal()).await.expect("an answer").expect("a domain");
    let part = LocalPart::parse(part).expect("a local part");
    let may = tx.guard(&locked, &part).await.expect("an answer").may_write().expect("allowed");
    (tx, locked, may)
}

fn is_denied<T>(answer: &Result<T, Fault>) -> bool {
    matches!(answer, Err(Fault::Denied(Denied::Forbidden)))
}

async fn a_proof_is_good_for_its_own_address(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    for part in ["libre", "boss"] {
        open(portal, &anna, "ville.fr", ["Un", part, part, "boss@ailleurs.test"]).await;
    }
    anna.post("/domains/ville.fr/new-alias", &[("local_part", "boss"), ("destination", "x@ailleurs.test")])
        .await
        .is(303);
    portal.dimail.fault("PATCH", "/domains/ville.fr/mailboxes/boss", "redirect_307", 1).await;
    confirm(&anna, "/domains/ville.fr/mailboxes/boss", "disable").await.is(303);
    let boss = portal.database.text("select id from mailboxes where local_part = 'boss'").await;
    let boss: MailboxId = boss.parse().expect("an id");

    for (part, denied) in [("libre", true), ("boss", false)] {
        let (mut tx, locked, may) = proof(portal, part).await;
        let mailbox = tx.mailbox_by_id(&locked, boss).await.expect("an answer").expect("a mailbox");
        let stored = tx.want_mailbox(&locked, &may, &mailbox, (mailbox.wants, mailbox.known)).await;
        assert_eq!(is_denied(&stored), denied, "{stored:?}");
        let pairs =
            tx.destinations(&locked, &LocalPart::parse("boss").expect("a local part")).await.expect("an answer");
        let stored = tx.drop_destination(&locked, &may, &pairs[0]).await;
        assert_eq!(is_denied(&stored), denied, "{stored:?}");
        let content = EmailContent::LoginLink { user: String::new(), address: String::new(), support: String::new() };
        let email = NewEmail::about(locked.domain.id, "x@ailleurs.test".to_owned(), Language::Fr, content);
        let stored = tx.insert_access_email(&may, &NewEmail { mailbox_id: Some(boss), ..email }).await;
        assert_eq!(is_denied(&stored), denied, "{stored:?}");
    }
    portal.work_after(HOUR).await;
}
