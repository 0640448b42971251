//! Limits: how many domains a person adds, which names belong to nobody, how many emails leave for one
//! address, and what staff does about names that were taken by the wrong people.

use std::time::Duration;

use dimail_portal::actions::App;
use dimail_portal::mail::Sender;
use dimail_portal::worker::run_until_idle;

use crate::support::portal::SUPPORT;
use crate::support::{Anna, Bruno, Dan, Eve, Fay, Portal, Visitor, on_both};

on_both!(
    a_domain_a_day_too_many with ["--domains-per-day", "2"],
    too_many_domains_that_wait with ["--domains-waiting", "2"],
    names_of_nobody_are_refused,
    all_mistakes_are_shown_at_once,
    staff_is_told_that_a_domain_is_ours,
    staff_removes_a_domain_that_was_never_enabled,
    the_journal_of_a_removed_domain_stays,
    a_proven_name_is_kept_for_its_former_owners,
    the_next_email_to_an_address_waits_for_the_next_day with ["--emails-per-address", "3"],
    domains_that_were_never_enabled_share_their_emails with ["--emails-per-address", "3"],
    what_waits_for_the_next_day_is_not_said_to_be_sent with ["--emails-per-address", "1"],
    who_sees_a_domain_is_led_to_it,
);

const HOUR: Duration = Duration::from_hours(1);
const WRONG: &[&str] = &["wrong_mx", "no_dkim"];

/// Adds a domain whose DNS is wrong; returns the status of the answer, and demands a mistake at the name
/// with 422.
async fn adds(portal: &Portal, visitor: &Visitor, name: &str) -> u16 {
    portal.dimail.finds(name, WRONG, &[], false).await;
    let mark = portal.dimail.mark().await;
    let answer = visitor.new_domain(name, SUPPORT).await;
    if answer.status == 422 {
        assert_eq!(answer.mistakes(), ["name"], "{}", answer.words());
        assert_eq!((answer.value("name"), answer.value("support_email")), (name.to_owned(), SUPPORT.to_owned()));
        assert_eq!(portal.dimail.heard_since(mark).await, Vec::<String>::new(), "dimail is not asked");
    }
    answer.status
}

async fn a_domain_a_day_too_many(portal: &Portal) {
    let (dan, anna, eve) = (portal.sign_in(Dan).await, portal.sign_in(Anna).await, portal.sign_in(Eve).await);
    assert_eq!(adds(portal, &dan, "un.fr").await, 303);
    assert_eq!(adds(portal, &dan, "deux.fr").await, 303);
    assert_eq!(adds(portal, &dan, "trois.fr").await, 422);
    assert!(dan.new_domain("trois.fr", SUPPORT).await.mistake("name").contains("en un jour"));
    // What is removed still counts.
    dan.post("/domains/un.fr/remove", &[]).await.leads_to("/domains");
    assert_eq!(adds(portal, &dan, "trois.fr").await, 422);
    // Owners of an enabled domain may add ten times as many, staff all it wants.
    for n in 0..20 {
        assert_eq!(adds(portal, &anna, &format!("anna{n}.fr")).await, 303, "{n}");
    }
    assert_eq!(adds(portal, &anna, "anna20.fr").await, 422);
    for n in 0..4 {
        assert_eq!(adds(portal, &eve, &format!("eve{n}.fr")).await, 303);
    }
    portal.work_after(24 * HOUR).await;
    let dan = portal.sign_in(Dan).await;
    assert_eq!(adds(portal, &dan, "trois.fr").await, 303);
    portal.work().await;
}

async fn too_many_domains_that_wait(portal: &Portal) {
    let dan = portal.sign_in(Dan).await;
    assert_eq!(adds(portal, &dan, "un.fr").await, 303);
    assert_eq!(adds(portal, &dan, "deux.fr").await, 303);
    assert_eq!(adds(portal, &dan, "trois.fr").await, 422);
    // A role given to others does not make room.
    portal.grant("un.fr", Bruno, dimail_portal::model::role::Role::Owner).await;
    dan.post("/domains/un.fr/leave", &[]).await.leads_to("/domains");
    assert_eq!(adds(portal, &dan, "trois.fr").await, 422);
    // Removing one does, and so does publishing the records of one.
    dan.post("/domains/deux.fr/remove", &[]).await.leads_to("/domains");
    assert_eq!(adds(portal, &dan, "trois.fr").await, 303);
    assert_eq!(adds(portal, &dan, "quatre.fr").await, 422);
    portal.dimail.finds_nothing_wrong("trois.fr").await;
    portal.work_after(HOUR).await;
    assert_eq!(adds(portal, &dan, "quatre.fr").await, 303);
    portal.work().await;
}

async fn all_mistakes_are_shown_at_once(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    for (name, support) in [
        ("ville.fr", "pas une adresse"),
        ("gmail.com", ""),
        ("https://www.neuve.fr/", "aide@neuve.fr"),
        ("contact@neuve.fr", "contact@neuve.fr"),
    ] {
        let form = anna.new_domain(name, support).await;
        assert_eq!(form.is(422).mistakes(), ["name", "support_email"], "{name}: {}", form.words());
    }
    let taken = ["Zoé", "Martin", "zoe", ""];
    anna.new_mailbox("ville.fr", taken).await.is(200);
    let form = anna.new_mailbox("ville.fr", ["Zoé", "Martin", "zoe", "x"]).await;
    let mut mistakes = form.is(422).mistakes();
    mistakes.sort();
    assert_eq!(mistakes, ["last_name", "local_part", "secondary_email"], "{}", form.words());
}

async fn who_sees_a_domain_is_led_to_it(portal: &Portal) {
    let link = "main form a[href=\"/domains/ville.fr\"]";
    for (who, is_led) in [(Anna, true), (Bruno, true), (Eve, true), (Dan, false), (Fay, false)] {
        let form = portal.sign_in(who).await.new_domain(" WWW.Ville.fr.", SUPPORT).await;
        let form = match form.is(422).attributes("[name=take]", "value").first() {
            // The form asks first whether that is what was meant.
            Some(_) => portal.sign_in(who).await.new_domain("Ville.fr.", SUPPORT).await,
            None => form,
        };
        assert_eq!(form.is(422).mistakes(), ["name"], "{}", who.name);
        assert_eq!((form.has(link), form.has("#claim")), (is_led, !is_led), "{}: {}", who.name, form.words());
        assert_eq!(form.mistake("name").contains("déjà accès"), is_led, "{}", form.words());
    }
}

async fn names_of_nobody_are_refused(portal: &Portal) {
    for visitor in [portal.sign_in(Dan).await, portal.sign_in(Eve).await] {
        for name in ["gouv.fr", "asso.fr", "CO.UK", "gmail.com", "orange.fr", "laposte.net"] {
            assert_eq!(adds(portal, &visitor, name).await, 422, "{name}");
        }
    }
    let dan = portal.sign_in(Dan).await;
    assert!(dan.new_domain("gouv.fr", SUPPORT).await.mistake("name").contains("suffixe public"));
    assert!(dan.new_domain("gmail.com", SUPPORT).await.mistake("name").contains("fournisseur public"));
    assert_eq!(adds(portal, &dan, "mairie.gouv.fr").await, 303);
    portal.work().await;
}

async fn staff_is_told_that_a_domain_is_ours(portal: &Portal) {
    let dan = portal.sign_in(Dan).await;
    assert!(!dan.get("/domains/new").await.has("#claim"));
    let form = dan.new_domain("Ville.fr", SUPPORT).await;
    assert_eq!(form.is(422).attributes("#claim input[name=ours]", "value"), ["Ville.fr"]);
    let fields = [("ours", "Ville.fr")];
    let answer = dan.post("/domains/new", &fields).await;
    answer.leads_to("/domains");
    assert_eq!(dan.follow(&answer).await.notice().0, "good");
    portal.work().await;
    let emails = portal.emails();
    let [email] = emails.as_slice() else { panic!("{emails:?}") };
    assert_eq!(email.to, Eve.email);
    for what in [Dan.name, Dan.email, "ville.fr"] {
        assert!(email.text.contains(what), "{what}: {}", email.text);
    }
    assert!(!email.subject.contains(Dan.name), "{}", email.subject);
    // Once a day and person.
    for name in ["ville.fr", "autre.fr"] {
        let answer = dan.post("/domains/new", &[("ours", name)]).await;
        assert_eq!(dan.follow(&answer).await.notice().0, "warn");
    }
    dan.post("/domains/new", &[("ours", "libre.fr")]).await.is(404);
    let fay = portal.sign_in(Fay).await;
    assert_eq!(fay.follow(&fay.post("/domains/new", &fields).await).await.notice().0, "good");
    portal.work_after(24 * HOUR).await;
    let dan = portal.sign_in(Dan).await;
    assert_eq!(dan.follow(&dan.post("/domains/new", &fields).await).await.notice().0, "good");
    portal.work().await;
    let told = portal.emails().iter().filter(|email| email.to == Eve.email).count();
    assert_eq!(told, 3);
}

async fn staff_removes_a_domain_that_was_never_enabled(portal: &Portal) {
    portal.add_domain_with(Dan, "prise.fr", WRONG, &[]).await;
    portal.grant("prise.fr", Bruno, dimail_portal::model::role::Role::Viewer).await;
    let (dan, eve) = (portal.sign_in(Dan).await, portal.sign_in(Eve).await);
    let path = "/staff/domains/prise.fr/remove";
    for sends in [false, true] {
        let answer = if sends { dan.post(path, &[]).await } else { dan.get(path).await };
        answer.is(403);
    }
    eve.get("/staff/domains/ville.fr/remove").await.is(409);
    eve.post("/staff/domains/ville.fr/remove", &[]).await.is(409);
    assert!(eve.get("/domains/prise.fr").await.attributes("main a", "href").contains(&path.to_owned()));
    let page = eve.get(path).await;
    assert_eq!(page.is(200).attributes("main form", "action"), [path]);
    assert!(page.words().contains("e-mail"), "{}", page.words());

    eve.post(path, &[]).await.leads_to("/domains");

    dan.get("/domains/prise.fr").await.is(404);
    portal.work().await;
    assert_eq!(portal.recipients(), [Bruno.email, Dan.email, SUPPORT]);
    assert!(portal.emails()[0].text.contains("prise.fr"));
    // A closed one too.
    portal.add_domain_with(Dan, "close.fr", WRONG, &[]).await;
    portal.disable("close.fr", "abus").await;
    portal.sign_in(Dan).await.post("/domains/close.fr/remove", &[]).await.is(409);
    eve.post("/staff/domains/close.fr/remove", &[]).await.leads_to("/domains");
    portal.work().await;
}

async fn the_journal_of_a_removed_domain_stays(portal: &Portal) {
    portal.add_domain_with(Anna, "neuve.fr", WRONG, &[]).await;
    portal.sign_in(Anna).await.post("/domains/neuve.fr/remove", &[]).await.leads_to("/domains");
    let lines = "journal join removed_domains on removed_domains.id = domain_id where name = 'neuve.fr'";
    let last = format!("select event, actor_email from {lines} order by journal.sequence desc limit 1");
    assert_eq!(portal.database.text(&last).await, "{\"verb\":\"domain_removed\"}|anna@mairie.test");
    assert!(portal.database.count(lines).await > 2);
}

async fn a_proven_name_is_kept_for_its_former_owners(portal: &Portal) {
    // The DKIM key is right: Anna's people manage the zone.
    portal.add_domain_with(Anna, "prouve.fr", &["wrong_mx"], &[]).await;
    let (anna, dan, eve) = (portal.sign_in(Anna).await, portal.sign_in(Dan).await, portal.sign_in(Eve).await);
    anna.post("/domains/prouve.fr/remove", &[]).await.leads_to("/domains");

    let form = dan.new_domain("prouve.fr", SUPPORT).await;

    assert_eq!(form.is(422).mistakes(), ["name"]);
    assert!(form.has("#claim") && !form.text.contains(Anna.name), "{}", form.words());
    dan.post("/domains/new", &[("ours", "prouve.fr")]).await.leads_to("/domains");
    anna.new_domain("prouve.fr", SUPPORT).await.leads_to("/domains/prouve.fr");
    portal.work().await;
    anna.post("/domains/prouve.fr/remove", &[]).await.leads_to("/domains");
    eve.new_domain("prouve.fr", SUPPORT).await.leads_to("/domains/prouve.fr");
    portal.work().await;
}

async fn the_next_email_to_an_address_waits_for_the_next_day(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    let invite = async |email: &str| {
        let answer = anna.post("/domains/ville.fr/new-invitation", &[("email", email), ("role", "viewer")]).await;
        answer.leads_to("/domains/ville.fr/members");
        anna.follow(&answer).await.notice()
    };
    assert_eq!(invite("gus@neuf.test").await.0, "good");
    let id = portal.database.text("select id from invitations").await;
    let resend = async || {
        portal.work().await;
        let answer = anna.post(&format!("/domains/ville.fr/invitations/{id}/resend"), &[]).await;
        anna.follow(&answer).await.notice()
    };
    assert_eq!((resend().await.0, resend().await.0), ("good".into(), "good".into()));
    portal.wait(HOUR);

    let (kind, text) = resend().await;

    assert_eq!(kind, "warn");
    assert!(text.contains("gus@neuf.test") && text.contains("23 novembre 2026 à 10:00"), "{text}");
    // The first email of a mailbox to the same address waits too, behind it.
    let fields = ["Gus", "Neuf", "gus", "GUS@neuf.test"];
    anna.new_mailbox("ville.fr", fields).await.leads_to("/domains/ville.fr/mailboxes/gus");
    let page = anna.get("/domains/ville.fr/mailboxes/gus").await;
    assert!(page.words().contains("sera envoyé le 23 novembre 2026 à 10:00"), "{}", page.words());
    let words = anna.get("/domains/ville.fr/operations").await.words();
    assert!(words.contains("sera envoyé le 23 novembre"), "the operations say so: {words}");
    // Other addresses and other domains are not affected.
    assert_eq!(invite("zoe@neuf.test").await.0, "good");
    let fay = portal.sign_in(Fay).await;
    fay.post("/domains/autre.fr/new-invitation", &[("email", "gus@neuf.test"), ("role", "viewer")]).await.is(303);
    portal.work().await;
    let count = |to: &str| portal.recipients().iter().filter(|recipient| recipient.as_str() == to).count();
    assert_eq!((count("gus@neuf.test"), count("zoe@neuf.test"), count("GUS@neuf.test")), (4, 1, 0));
    let App { store, dimail, settings, .. } = portal.app.clone();
    let restarted = App::new(store, dimail, Sender::memory(), settings);
    run_until_idle(&restarted).await.expect("the database answers");
    assert_eq!(restarted.sender.sent().len(), 0, "a restart is no new day");
    portal.work_after(23 * HOUR).await;
    assert_eq!((count("gus@neuf.test"), count("GUS@neuf.test")), (5, 1), "the next day they leave");
}

async fn what_waits_for_the_next_day_is_not_said_to_be_sent(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    let notice = async |path: &str, fields: &[(&str, &str)]| {
        let answer = anna.post(path, fields).await;
        anna.follow(&answer).await.notice()
    };
    let gus = [("email", "gus@neuf.test"), ("role", "viewer")];
    assert_eq!(notice("/domains/ville.fr/new-invitation", &gus).await.0, "good");
    let created = anna.new_mailbox("ville.fr", ["Gus", "Neuf", "gus", "gus@neuf.test"]).await;
    let (kind, text) = anna.follow(&created).await.notice();
    assert!(kind == "warn" && text.contains("est créée") && text.contains("sera envoyé le"), "{text}");
    for (path, field) in [
        ("edit", Some(("support_email", "gus@neuf.test"))),
        ("confirm-support", None),
        ("dns/share", Some(("email", "gus@neuf.test"))),
        ("mailboxes/gus/login-link", None),
        ("mailboxes/gus/reset-password", None),
    ] {
        let fields: Vec<_> = field.into_iter().collect();
        let (kind, text) = notice(&format!("/domains/ville.fr/{path}"), &fields).await;
        assert!(kind == "warn" && text.contains("limite") && text.contains("sera envoyé le"), "{path}: {text}");
    }
    let page = anna.get("/domains/ville.fr").await;
    assert!(page.select("#held-link").concat().contains("sera envoyé le"), "{}", page.words());
    assert!(!page.has("form[action=\"/domains/ville.fr/confirm-support\"]"));
    portal.leaves_work();
}

async fn domains_that_were_never_enabled_share_their_emails(portal: &Portal) {
    let dan = portal.sign_in(Dan).await;
    let mut waits = Vec::new();
    for n in 0..5 {
        let name = format!("vide{n}.fr");
        portal.add_domain_with(Dan, &name, WRONG, &[]).await;
        let path = format!("/domains/{name}/new-invitation");
        let answer = dan.post(&path, &[("email", "victime@neuf.test"), ("role", "viewer")]).await;
        waits.push(dan.follow(&answer).await.notice().0);
        portal.work().await;
    }
    assert_eq!(waits, ["good", "good", "good", "warn", "warn"]);
    portal.leaves_work();
}
