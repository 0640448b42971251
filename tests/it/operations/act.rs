//! Try now, and take back: rights, guards, disabled domains, and the last wish.

use dimail_portal::model::role::Role;

use super::{ALWAYS, HOUR, PAGE, PAUSE, acts, alias, last, mailbox, path, row, rows, waiting_creation};
use crate::mailboxes::common::{confirm, edit};
use crate::support::{Anna, Bruno, Fay, Person, Portal, Visitor, on_both};

on_both!(
    try_now_makes_it_due_and_dimail_is_called,
    each_change_of_a_mailbox_can_be_taken_back,
    each_change_of_an_alias_can_be_taken_back,
    what_is_done_by_now_is_not_taken_back,
    a_mailbox_that_was_there_is_not_deleted_by_taking_back,
    what_dimail_may_have_done_is_not_said_to_be_taken_back,
    a_mailbox_that_is_gone_is_made_again_empty,
    a_guarded_address_is_left_alone,
    what_may_not_come_back_is_not_offered,
    what_was_settled_since_is_not_asked_again,
    a_disabled_domain_is_only_looked_at,
);

const OMAR: Person = Person { email: "omar@ville.fr", name: "Omar Haddad", ..Fay };
const ALIASES: &str = "/domains/ville.fr/aliases";
const LIST: &str = "/v2/domains/ville.fr/mailboxes";

/// Presses the only button of this kind.
async fn press_only(by: &Visitor, act: &str) {
    let page = by.get(PAGE).await;
    let found = acts(&page, act);
    assert_eq!(found.len(), 1, "{act}: {:?}", rows(&page));
    by.post(&found[0], &[]).await.leads_to(PAGE);
}

/// The same; it is said what became of it.
async fn press(by: &Visitor, act: &str) {
    press_only(by, act).await;
    assert!(["good", "warn"].contains(&by.get(PAGE).await.notice().0.as_str()));
}

async fn try_now_makes_it_due_and_dimail_is_called(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    waiting_creation(portal, &anna, "paul").await;
    portal.dimail.lose_faults().await;
    let mark = portal.dimail.mark().await;
    portal.work().await;
    assert_eq!(portal.dimail.heard_since(mark).await, [""; 0], "the next attempt is not due yet");

    press(&portal.sign_in(Bruno).await, "retry").await;
    portal.work().await;

    let heard = portal.dimail.heard_since(mark).await;
    assert!(heard.contains(&"POST /domains/ville.fr/mailboxes/paul 201".to_owned()), "{heard:?}");
    assert_eq!(portal.mailbox_status("paul@ville.fr").await, "enabled");
    assert_eq!(rows(&anna.get(PAGE).await), []);

    portal.dimail.fault("DELETE", &format!("{ALIASES}/contact/all"), "refuse_500", 1).await;
    alias(&anna, "contact", "a@x.test").await.is(303);
    portal.dimail.fault("DELETE", &format!("{ALIASES}/contact/a@x.test"), "refuse_500", 1).await;
    anna.post(&format!("{ALIASES}/contact/delete"), &[]).await.is(303);
    press(&anna, "retry").await;
    portal.work().await;
    assert_eq!(portal.dimail.aliases("ville.fr").await, [""; 0]);
    portal.dimail.lose_faults().await;
}

async fn each_change_of_a_mailbox_can_be_taken_back(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    for verb in ["edit", "disable", "enable", "delete"] {
        let (part, here, address) = (verb, path(verb), format!("{verb}@ville.fr"));
        mailbox(portal, &anna, part).await;
        if verb == "enable" {
            confirm(&anna, &here, "disable").await.is(303);
        }
        let before = portal.dimail.holds(&address).await;
        let method = if verb == "delete" { "DELETE" } else { "PATCH" };
        portal.dimail.fault(method, &here, "refuse_500", ALWAYS).await;
        match verb {
            "edit" => edit(&anna, &here, ["Autre", "Nom", "s@ailleurs.test"]).await.is(303),
            _ => confirm(&anna, &here, verb).await.is(303),
        };

        press(&anna, "take-back").await;

        portal.dimail.lose_faults().await;
        let mark = portal.dimail.mark().await;
        for _ in 0..5 {
            portal.work_after(PAUSE).await;
        }
        assert_eq!(portal.dimail.holds(&address).await, before, "{verb}");
        assert_eq!(rows(&anna.get(PAGE).await), [], "{verb}");
        let heard = portal.dimail.heard_since(mark).await;
        assert!(!heard.iter().any(|call| call.starts_with("DELETE ")), "{verb}: {heard:?}");
        assert!(heard.iter().filter(|call| call.starts_with("PATCH ")).count() <= 1, "{verb}: {heard:?}");
    }
    waiting_creation(portal, &anna, "paul").await;
    press(&anna, "take-back").await;
    portal.dimail.lose_faults().await;
    let mark = portal.dimail.mark().await;
    for _ in 0..5 {
        portal.work_after(PAUSE).await;
    }
    assert!(!portal.dimail.heard_since(mark).await.iter().any(|call| call.starts_with("POST ")));
    anna.get(&path("paul")).await.is(404);
    assert_eq!(rows(&anna.get(PAGE).await), []);
}

async fn each_change_of_an_alias_can_be_taken_back(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    let here = format!("{ALIASES}/contact");
    alias(&anna, "contact", "a@x.test").await.is(303);
    anna.post(&format!("{here}/add"), &[("destination", "b@x.test")]).await.is(303);
    let before = ["contact a@x.test", "contact b@x.test"];
    for (method, rest, act, fields) in [
        ("POST", String::new(), "add", vec![("destination", "c@x.test")]),
        ("DELETE", "/contact/b@x.test".to_owned(), "remove", vec![("destination", "b@x.test")]),
        ("DELETE", "/contact/all".to_owned(), "delete", Vec::new()),
    ] {
        portal.dimail.fault(method, &format!("{ALIASES}{rest}"), "refuse_500", ALWAYS).await;
        anna.post(&format!("{here}/{act}"), &fields).await.is(303);
        assert_eq!(rows(&anna.get(PAGE).await).len(), 1, "{act}");

        portal.dimail.lose_faults().await;
        press(&anna, "take-back").await;

        for _ in 0..5 {
            portal.work_after(PAUSE).await;
        }
        assert_eq!(portal.dimail.aliases("ville.fr").await, before, "{act}");
        assert_eq!(rows(&anna.get(PAGE).await), [], "{act}");
    }
}

async fn what_is_done_by_now_is_not_taken_back(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    waiting_creation(portal, &anna, "paul").await;
    let number = last(portal, "create_mailbox").await;
    portal.dimail.lose_faults().await;
    portal.work_after(PAUSE).await;
    assert_eq!(portal.mailbox_status("paul@ville.fr").await, "enabled");

    let answer = anna.post(&format!("{PAGE}/{number}/take-back"), &[]).await;

    assert!(answer.is(409).words().contains("ne peut plus être annulée"), "{}", answer.words());
    assert!(answer.has(&format!("main a[href=\"{PAGE}\"]")));
    anna.post(&format!("{PAGE}/{number}/retry"), &[]).await.is(409);
    portal.work_after(HOUR).await;
    assert_eq!(portal.dimail.holds("paul@ville.fr").await, "Agent paul yes");
    // Even if the change seems to wait: the mailbox is there.
    portal
        .database
        .change(&format!("update changes set outcome = 'waiting', open = 1 where sequence = {number}"))
        .await;
    assert!(acts(&anna.get(PAGE).await, "take-back").is_empty());
    anna.post(&format!("{PAGE}/{number}/take-back"), &[]).await.is(409);
    portal.database.change(&format!("update changes set outcome = 'done', open = 0 where sequence = {number}")).await;
}

async fn a_mailbox_that_was_there_is_not_deleted_by_taking_back(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    mailbox(portal, &anna, "paul").await;
    portal.dimail.delete_by_other("la_regie:password", "paul@ville.fr").await;
    confirm(&anna, &path("paul"), "disable").await;
    portal.work().await;
    assert_eq!(portal.mailbox_status("paul@ville.fr").await, "failed");
    anna.post(&format!("{}/retry", path("paul")), &[]).await.is(303);
    portal.work().await;
    let outcomes: Vec<String> = rows(&anna.get(PAGE).await).into_iter().map(|(_, outcome)| outcome).collect();
    assert_eq!(outcomes, ["refused"], "one that is to be inactive is not made");
    portal.dimail.fault("POST", &path("paul"), "refuse_500", ALWAYS).await;
    anna.post(&format!("{}/enable", path("paul")), &[]).await.is(303);
    portal.work().await;
    let page = anna.get(PAGE).await;
    assert_eq!(rows(&page).len(), 1);
    // Taken back is the enabling alone, if anything.
    for act in acts(&page, "take-back") {
        anna.post(&act, &[]).await.is(303);
    }
    portal.work().await;
    anna.get(&path("paul")).await.is(200);
    portal.leaves_work();
}

/// Asks for a change that dimail carries out without an answer, and takes it back while dimail cannot be asked.
/// Returns the notice.
async fn taken_back_too_late(portal: &Portal, by: &Visitor, verb: &str) -> String {
    let here = path("paul");
    let method = if verb == "delete" { "DELETE" } else { "PATCH" };
    portal.dimail.fault(method, &here, "act_then_close", 1).await;
    portal.dimail.fault("GET", LIST, "refuse_500", 20).await;
    confirm(by, &here, verb).await.is(303);
    press_only(by, "take-back").await;
    let (kind, words) = by.get(PAGE).await.notice();
    assert_eq!(kind, "warn");
    portal.dimail.lose_faults().await;
    words
}

async fn what_dimail_may_have_done_is_not_said_to_be_taken_back(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    mailbox(portal, &anna, "paul").await;

    let words = taken_back_too_late(portal, &anna, "disable").await;

    assert!(words.contains("peut-être déjà faite") && words.contains("agenda"), "{words}");
    portal.work_after(PAUSE).await;
    assert_eq!(portal.dimail.holds("paul@ville.fr").await, "Agent paul yes");
    let page = anna.get(&path("paul")).await.words();
    assert!(page.contains("a désactivé la boîte") && page.contains("a réactivé la boîte"), "{page}");

    portal.work_after(HOUR).await;
    let words = taken_back_too_late(portal, &anna, "delete").await;
    assert!(words.contains("Si le service de messagerie n’a pas encore supprimé"), "{words}");
    let page = anna.get(&path("paul")).await.words();
    assert!(page.contains("Suppression annulée par Anna Martin"), "{page}");
    portal.work_after(PAUSE).await;
    let page = anna.get(&path("paul")).await;
    assert_eq!(page.status_of_page(), "failed");
    let words = page.words();
    assert!(words.contains("n’a plus cette boîte") && words.contains("Créer une nouvelle boîte"), "{words}");
    assert!(!words.contains("pas pu être créée") && !words.contains("n’a pas abouti"), "{words}");
    let row = row(&anna.get(PAGE).await, "paul@ville.fr", "refused");
    assert!(row.contains("Suppression annulée") && !row.contains("Réactivation"), "{row}");
}

async fn a_mailbox_that_is_gone_is_made_again_empty(portal: &Portal) {
    let (anna, bruno) = (portal.sign_in(Anna).await, portal.sign_in(Bruno).await);
    mailbox(portal, &anna, "paul").await;
    taken_back_too_late(portal, &anna, "delete").await;
    portal.work_after(PAUSE).await;

    press_only(&bruno, "retry").await;

    portal.work_after(HOUR).await;
    assert_eq!(portal.mailbox_status("paul@ville.fr").await, "enabled");
    assert_eq!(portal.dimail.holds("paul@ville.fr").await, "Agent paul yes");
    let emails = portal.emails();
    let [email] = emails.as_slice() else { panic!("{emails:?}") };
    assert_eq!(email.to, "paul@ailleurs.test", "its user gets a new way in");
    assert_eq!(rows(&bruno.get(PAGE).await), []);
}

/// A refused addition, from the page of before its destination was removed.
/// While it is removed, its alias becomes guarded: then it may not lead into another domain again.
async fn what_may_not_come_back_is_not_offered(portal: &Portal) {
    let (anna, eve) = (portal.sign_in(Anna).await, portal.sign_in(crate::support::Eve).await);
    alias(&anna, "omar", "a@autre.fr").await.is(303);
    portal.dimail.fault("DELETE", &format!("{ALIASES}/omar/*"), "refuse_500", ALWAYS).await;
    let here = format!("{ALIASES}/omar");
    anna.post(&format!("{here}/remove"), &[("destination", "a@autre.fr")]).await.is(303);
    let keep = format!("form[action=\"{here}/add\"] input[value=\"a@autre.fr\"]");
    for by in [&anna, &eve] {
        assert_eq!(acts(&by.get(PAGE).await, "take-back").len(), 1);
        assert!(by.get(&here).await.has(&keep));
    }
    portal.add_account(&OMAR).await;
    portal.grant("autre.fr", OMAR, Role::Owner).await;
    let number = last(portal, "remove_destination").await;
    for by in [&anna, &eve] {
        let page = by.get(PAGE).await;
        row(&page, "omar@ville.fr", "waiting");
        assert_eq!(acts(&page, "take-back"), [""; 0], "{}", page.words());
        assert_eq!(acts(&page, "retry").len(), 1, "the removal goes on");
        assert!(!by.get(&here).await.has(&keep));
        let answer = by.post(&format!("{PAGE}/{number}/take-back"), &[]).await;
        assert_eq!(by.follow(&answer).await.notice().0, "warn");
    }
    portal.leaves_work();
}

async fn what_was_settled_since_is_not_asked_again(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    alias(&anna, "contact", "b@x.test").await.is(303);
    portal.dimail.fault("POST", ALIASES, "refuse_500", 1).await;
    anna.post(&format!("{ALIASES}/contact/add"), &[("destination", "a@x.test")]).await.is(303);
    portal.dimail.fault("POST", ALIASES, "refuse_422", 1).await;
    portal.work_after(PAUSE).await;
    let retry = acts(&anna.get(PAGE).await, "retry");
    assert_eq!(retry.len(), 1);
    anna.post(&format!("{ALIASES}/contact/remove"), &[("destination", "a@x.test")]).await.is(303);

    anna.post(&retry[0], &[]).await.is(409);

    portal.work_after(PAUSE).await;
    assert_eq!(portal.dimail.aliases("ville.fr").await, ["contact b@x.test"]);
}

async fn a_guarded_address_is_left_alone(portal: &Portal) {
    portal.add_account(&OMAR).await;
    portal.grant("autre.fr", OMAR, Role::Owner).await;
    let (anna, bruno) = (portal.sign_in(Anna).await, portal.sign_in(Bruno).await);
    waiting_creation(portal, &anna, "omar").await;
    portal.dimail.fault("POST", ALIASES, "refuse_500", ALWAYS).await;
    // An alias that leads to the guarded address is none of Bruno's either way.
    alias(&anna, "omar", "a@x.test").await.is(303);
    let page = bruno.get(PAGE).await;
    assert_eq!(rows(&page).len(), 2);
    assert!(acts(&page, "retry").is_empty() && acts(&page, "take-back").is_empty(), "{}", page.words());
    assert_eq!(acts(&anna.get(PAGE).await, "take-back").len(), 2);
    for kind in ["create_mailbox", "add_destination"] {
        let number = last(portal, kind).await;
        for act in ["retry", "take-back"] {
            let words = bruno.post(&format!("{PAGE}/{number}/{act}"), &[]).await.is(403).words();
            assert!(words.contains("Anna Martin"), "{kind} {act}: {words}");
        }
    }
    // What became of a change is not told either.
    let number = last(portal, "create_mailbox").await;
    let set = |outcome: &str| format!("update changes set outcome = '{outcome}' where sequence = {number}");
    portal.database.change(&set("cancelled")).await;
    for act in ["retry", "take-back"] {
        bruno.post(&format!("{PAGE}/{number}/{act}"), &[]).await.is(403);
        anna.post(&format!("{PAGE}/{number}/{act}"), &[]).await.is(409);
    }
    portal.database.change(&set("waiting")).await;
    portal.leaves_work();
}

async fn a_disabled_domain_is_only_looked_at(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    waiting_creation(portal, &anna, "paul").await;
    let number = last(portal, "create_mailbox").await;
    portal.disable("ville.fr", "essai").await;
    let page = anna.get(PAGE).await;
    assert_eq!(rows(&page).len(), 1);
    assert!(acts(&page, "retry").is_empty() && acts(&page, "take-back").is_empty());
    for act in ["retry", "take-back"] {
        let words = anna.post(&format!("{PAGE}/{number}/{act}"), &[]).await.is(409).words();
        assert!(words.contains("désactivé"), "{words}");
    }
    portal.leaves_work();
}
