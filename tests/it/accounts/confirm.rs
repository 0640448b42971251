//! Links that confirm an address: that of an account, that of one's own mailbox, the support address of a
//! domain.

use std::time::Duration;

use dimail_portal::model::role::Role;
use dimail_portal::worker;

use crate::members::roles::is_spoken;
use crate::support::{Anna, Bruno, Dan, Eve, Fay, Person, Portal, on_both};

on_both!(
    a_support_address_is_told_once_it_has_confirmed,
    another_support_address_confirms_anew,
    links_to_support_addresses_are_limited,
    a_link_that_does_not_leave_is_not_said_to_be_sent,
    an_account_proves_that_it_reads_at_its_address,
    a_link_of_another_account_confirms_nothing,
    a_link_ends_after_a_day,
    the_user_of_a_mailbox_proves_it_from_its_page,
);

const HELP: &str = "aide@ailleurs.test";
const NEW: &str = "/domains/neuve.fr";
const WRONG: &[&str] = &["wrong_mx"];
const HOUR: Duration = Duration::from_hours(1);

/// The path of the link in the last email to this address.
fn link(portal: &Portal, to: &str) -> String {
    let emails = portal.emails();
    let email = emails.iter().rfind(|email| email.to == to).unwrap_or_else(|| panic!("no email to {to}"));
    let (_, rest) = email.text.split_once("/confirm/").unwrap_or_else(|| panic!("no link in {}", email.text));
    format!("/confirm/{}", rest.split_whitespace().next().expect("a token"))
}

/// How many emails went to an address, and forgets them.
fn emails_to(portal: &Portal, to: &str) -> usize {
    let count = portal.recipients().iter().filter(|recipient| *recipient == to).count();
    portal.forget_emails();
    count
}

async fn a_support_address_is_told_once_it_has_confirmed(portal: &Portal) {
    portal.dimail.finds("neuve.fr", WRONG, &[], false).await;
    let dan = portal.sign_in(Dan).await;
    dan.new_domain("neuve.fr", HELP).await.leads_to(NEW);
    portal.work().await;

    // Only the link goes to the support address; its email says who asked, and that others should not use it.
    assert_eq!(portal.recipients(), [HELP, Dan.email]);
    let path = link(portal, HELP);
    let email = portal.emails().into_iter().find(|email| email.to == HELP).expect("an email");
    for what in [Dan.name, "neuve.fr", "24 heures", "Seule la personne concernée"] {
        assert!(email.text.contains(what) && email.html.contains(what), "{what}: {}", email.text);
    }
    let token = path.rsplit('/').next().expect("a token");
    assert!(!portal.database.texts("select content from emails").await.concat().contains(token));
    let page = dan.get(NEW).await;
    assert!(page.words().contains("pas encore confirmée"), "{}", page.words());
    assert!(page.has("form[action=\"/domains/neuve.fr/confirm-support\"]"));
    portal.forget_emails();

    // A link that is only opened confirms nothing: programs open links.
    let visitor = portal.visitor();
    for _ in 0..2 {
        let page = visitor.get(&path).await;
        is_spoken(page.is(200));
        assert_eq!(page.attributes("main form", "action"), [path.as_str()]);
        assert!(page.words().contains("neuve.fr") && page.words().contains(Dan.name), "{}", page.words());
    }
    assert_eq!(portal.database.count("domains where name = 'neuve.fr' and support_confirmed_at is null").await, 1);

    let done = visitor.post(&path, &[]).await;

    is_spoken(done.is(200));
    assert!(!done.has("main form"));
    for answer in [visitor.get(&path).await, visitor.post(&path, &[]).await] {
        is_spoken(answer.is(404));
    }
    assert!(!dan.get(NEW).await.words().contains("pas encore confirmée"));
    let line = "select event from journal where event like '%support_email_confirmed%'";
    assert!(portal.database.text(line).await.contains(HELP));
    portal.dimail.finds_nothing_wrong("neuve.fr").await;
    portal.work_after(HOUR).await;
    assert_eq!(portal.recipients(), [HELP, Dan.email], "from now on it is told");
}

async fn another_support_address_confirms_anew(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    anna.post("/domains/ville.fr/edit", &[("support_email", HELP)]).await.leads_to("/domains/ville.fr");
    portal.work().await;
    let path = link(portal, HELP);
    portal.forget_emails();
    portal.disable("ville.fr", "travaux").await;
    portal.work().await;
    assert_eq!(portal.recipients(), [Anna.email], "neither the new address nor the old one");
    portal.enable("ville.fr").await;
    portal.work().await;
    // The link of an address that is no longer chosen confirms nothing.
    let other = "autre.aide@ailleurs.test";
    anna.post("/domains/ville.fr/edit", &[("support_email", other)]).await.leads_to("/domains/ville.fr");
    portal.visitor().post(&path, &[]).await.is(404);
    assert_eq!(portal.database.count("domains where name = 'ville.fr' and support_confirmed_at is null").await, 1);
    portal.work().await;
    portal.visitor().post(&link(portal, other), &[]).await.is(200);
    assert_eq!(portal.database.count("domains where name = 'ville.fr' and support_confirmed_at is null").await, 0);
    // The same address again changes nothing.
    anna.post("/domains/ville.fr/edit", &[("support_email", other)]).await.leads_to("/domains/ville.fr");
    assert!(!anna.get("/domains/ville.fr").await.words().contains("pas encore confirmée"));
}

async fn links_to_support_addresses_are_limited(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    let path = "/domains/ville.fr/confirm-support";
    // It is confirmed already: nothing is sent.
    anna.post(path, &[]).await.leads_to("/domains/ville.fr");
    portal.work().await;
    assert_eq!(portal.emails(), []);
    anna.post("/domains/ville.fr/edit", &[("support_email", HELP)]).await.leads_to("/domains/ville.fr");
    for _ in 0..4 {
        anna.post(path, &[]).await.leads_to("/domains/ville.fr");
    }
    let refused = anna.post(path, &[]).await;
    is_spoken(refused.is(429));
    assert!(refused.header("retry-after").parse::<u64>().is_ok_and(|seconds| seconds <= 3600));
    // A new domain with that address sends nothing either, and can be added all the same.
    portal.sign_in(Dan).await.new_domain("neuve.fr", HELP).await.leads_to(NEW);
    portal.work().await;
    assert_eq!(emails_to(portal, HELP), 5);
    portal.work_after(HOUR).await;
    let anna = portal.sign_in(Anna).await;
    anna.post(path, &[]).await.leads_to("/domains/ville.fr");
    portal.work().await;
    assert_eq!(emails_to(portal, HELP), 1);
    portal.disable("ville.fr", "travaux").await;
    anna.post(path, &[]).await.is(409);
    portal.work().await;
}

async fn a_link_that_does_not_leave_is_not_said_to_be_sent(portal: &Portal) {
    let (path, edit, button) = (
        "/domains/ville.fr/confirm-support",
        "/domains/ville.fr/edit",
        "form[action=\"/domains/ville.fr/confirm-support\"]",
    );
    let anna = portal.sign_in(Anna).await;
    // It is confirmed: nothing is sent.
    let confirmed = anna.post(path, &[]).await;
    assert!(!anna.follow(&confirmed).await.notice().1.contains("en cours d’envoi"));
    let saved = anna.post(edit, &[("support_email", HELP)]).await;
    let (kind, text) = anna.follow(&saved).await.notice();
    assert!(kind == "good" && text.contains("Un lien de confirmation est en cours d’envoi"), "{text}");
    for _ in 0..4 {
        let page = anna.get("/domains/ville.fr").await;
        assert!(page.has(button) && !page.has("#held-link"), "{}", page.words());
        anna.post(path, &[]).await.leads_to("/domains/ville.fr");
    }
    portal.wait(Duration::from_mins(20));

    let page = anna.get("/domains/ville.fr").await;

    let held = page.select("#held-link").concat();
    assert!(!page.has(button) && held.contains("limite") && held.contains("dans 40 minutes"), "{held}");
    let refused = anna.post(path, &[]).await;
    assert!(refused.is(429).words().contains("Vous pourrez recommencer dans 40 minutes"), "{}", refused.words());
    // Another domain with that address, and the same address once more.
    let dan = portal.sign_in(Dan).await;
    dan.new_domain("neuve.fr", HELP).await.leads_to(NEW);
    let other = dan.get(NEW).await;
    assert!(other.select("#held-link").concat().contains("dans 40 minutes"), "{}", other.words());
    for (address, expected) in [("autre.aide@ailleurs.test", "good"), (HELP, "warn")] {
        let saved = anna.post(edit, &[("support_email", address)]).await;
        let (kind, text) = anna.follow(&saved).await.notice();
        assert_eq!((kind.as_str(), text.contains("dans 40 minutes")), (expected, expected == "warn"), "{text}");
    }
    portal.grant("ville.fr", Bruno, Role::Viewer).await;
    assert!(!portal.sign_in(Bruno).await.get("/domains/ville.fr").await.has("#held-link"), "he may not send it");
    portal.wait(Duration::from_mins(40));
    assert!(anna.get("/domains/ville.fr").await.has(button));
    portal.work().await;
    portal.forget_emails();
}

async fn proved(portal: &Portal, person: Person) -> bool {
    portal.database.count(&format!("users where email = '{}' and proved_at is not null", person.email)).await == 1
}

async fn an_account_proves_that_it_reads_at_its_address(portal: &Portal) {
    let bruno = portal.sign_in(Bruno).await;
    let page = bruno.get("/account").await;
    assert!(page.words().contains("pas encore confirmé que vous lisez"), "{}", page.words());
    bruno.post("/account/confirm-address", &[]).await.leads_to("/account");
    portal.work().await;
    assert_eq!(portal.recipients(), [Bruno.email]);
    let email = portal.emails().remove(0);
    assert!(email.text.contains(Bruno.name) && !email.subject.contains(Bruno.name), "{}", email.text);
    let path = link(portal, Bruno.email);
    assert_eq!(bruno.get(&path).await.is(200).attributes("main form", "action"), [path.as_str()]);
    assert!(!proved(portal, Bruno).await, "looking is not enough");

    let answer = bruno.post(&path, &[]).await;

    answer.leads_to("/account");
    assert_eq!(bruno.follow(&answer).await.notice().0, "good");
    assert!(proved(portal, Bruno).await);
    assert!(bruno.get("/account").await.words().contains("confirmé le 22 novembre 2026 que"));
    bruno.post(&path, &[]).await.is(404);
}

async fn a_link_of_another_account_confirms_nothing(portal: &Portal) {
    let bruno = portal.sign_in(Bruno).await;
    bruno.post("/account/confirm-address", &[]).await.leads_to("/account");
    portal.work().await;
    let path = link(portal, Bruno.email);
    let visitor = portal.visitor();
    let sign_in = format!("/sign-in?next={}", path.replace('/', "%2F"));
    visitor.get(&path).await.leads_to(&sign_in);
    visitor.post(&path, &[]).await.leads_to(&sign_in);
    for other in [Anna, Dan, Eve, Fay] {
        let other = portal.sign_in(other).await;
        for answer in [other.get(&path).await, other.post(&path, &[]).await] {
            is_spoken(answer.is(403));
            assert_eq!(answer.attributes("main form", "action"), ["/sign-out"]);
        }
    }
    assert_eq!(portal.database.count("users where proved_at is not null").await, 0);
    bruno.post(&path, &[]).await.leads_to("/account");
}

async fn a_link_ends_after_a_day(portal: &Portal) {
    let bruno = portal.sign_in(Bruno).await;
    bruno.post("/account/confirm-address", &[]).await.leads_to("/account");
    portal.work().await;
    let path = link(portal, Bruno.email);
    portal.work_after(24 * HOUR).await;
    let bruno = portal.sign_in(Bruno).await;
    is_spoken(bruno.get(&path).await.is(404));
    is_spoken(bruno.post(&path, &[]).await.is(404));
    assert!(!proved(portal, Bruno).await);
    worker::tidy(&portal.app).await.expect("an answer");
    assert_eq!(portal.database.count("confirmations").await, 0);
}

async fn the_user_of_a_mailbox_proves_it_from_its_page(portal: &Portal) {
    const JEAN: Person = Person { email: "jean@ville.fr", name: "Jean Dupont", is_staff: false, role: None };
    const BOX: &str = "/domains/ville.fr/mailboxes/jean";
    portal.sign_in(Anna).await.new_mailbox("ville.fr", ["Jean", "Dupont", "jean", ""]).await.is(200);
    portal.add_account(&JEAN).await;
    portal.grant("ville.fr", JEAN, Role::Viewer).await;
    let action = format!("{BOX}/confirm-address");
    let form = format!("form[action=\"{action}\"]");
    for other in [Anna, Bruno, Eve] {
        let other = portal.sign_in(other).await;
        assert!(!other.get(BOX).await.has(&form));
        other.post(&action, &[]).await.is(403);
    }
    let jean = portal.sign_in(JEAN).await;
    assert!(jean.get(BOX).await.has(&form));

    jean.post(&action, &[]).await.leads_to(BOX);

    portal.work().await;
    assert_eq!(portal.recipients(), [JEAN.email]);
    let path = link(portal, JEAN.email);
    jean.post(&path, &[]).await.leads_to(BOX);
    assert!(proved(portal, JEAN).await);
    let page = jean.get(BOX).await;
    assert!(!page.has(&form) && page.has(&format!("a[href=\"{BOX}/edit\"]")), "{}", page.words());
}
