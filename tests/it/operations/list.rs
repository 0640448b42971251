//! What the page shows, and to whom.

use super::{DAY, ENDED, HOUR, PAGE, PAUSE, acts, alias, last, mailbox, path, row, rows, waiting_creation};
use crate::mailboxes::common::{confirm, edit};
use crate::support::smtp::Sink;
use crate::support::{Anna, Bruno, Chloe, Dan, Portal, on_both};
use dimail_portal::worker::run_until_idle;

on_both!(
    people_who_read_the_journal_see_the_page,
    what_waits_stands_there_with_who_and_when,
    what_dimail_refused_later_can_be_corrected,
    what_ended_is_listed_apart,
    a_domain_that_is_not_created_yet_is_a_row,
    emails_that_do_not_leave_are_rows,
    each_email_that_ended_is_named,
    many_rows_are_paged_and_counted_up_to_a_thousand,
    addresses_of_others_are_shown_to_nobody,
);
on_both!(what_was_given_up_is_asked_again with ["--retry-give-up", "1h"]);

async fn people_who_read_the_journal_see_the_page(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    waiting_creation(portal, &anna, "paul").await;
    let number = last(portal, "create_mailbox").await;
    for person in [Anna, Bruno] {
        let visitor = portal.sign_in(person).await;
        assert_eq!(rows(&visitor.get(PAGE).await).len(), 1, "{}", person.name);
        let tabs = visitor.get("/domains/ville.fr/dns").await.select(".tabs a");
        assert!(tabs.contains(&"Opérations 1".to_owned()), "{tabs:?}");
        let overview = visitor.get("/domains/ville.fr").await;
        assert!(overview.has(&format!("main section a[href=\"{PAGE}\"]")), "{}", overview.words());
    }
    let chloe = portal.sign_in(Chloe).await;
    chloe.get(PAGE).await.is(403);
    let overview = chloe.get("/domains/ville.fr").await;
    assert!(!overview.has(&format!("a[href=\"{PAGE}\"]")), "{}", overview.words());
    let dan = portal.sign_in(Dan).await;
    for act in ["retry", "take-back"] {
        let (here, nowhere) = (format!("{PAGE}/{number}/{act}"), format!("/domains/x.fr/operations/{number}/{act}"));
        chloe.post(&here, &[]).await.is(403);
        let (there, nowhere) = (dan.post(&here, &[]).await, dan.post(&nowhere, &[]).await);
        assert_eq!(there.is(404).text, nowhere.is(404).text);
        anna.get(&here).await.leads_to(PAGE);
        anna.post(&format!("{PAGE}/99999/{act}"), &[]).await.is(404);
    }
    portal.leaves_work();
}

async fn what_waits_stands_there_with_who_and_when(portal: &Portal) {
    let (anna, bruno) = (portal.sign_in(Anna).await, portal.sign_in(Bruno).await);
    assert!(anna.get(PAGE).await.is(200).words().contains("rien n’est à traiter"));
    for part in ["lise", "rene"] {
        mailbox(portal, &anna, part).await;
        portal.dimail.fault("PATCH", &path(part), "refuse_500", super::ALWAYS).await;
    }
    portal.dimail.fault("POST", "/domains/ville.fr/aliases", "refuse_500", super::ALWAYS).await;
    waiting_creation(portal, &anna, "paul").await;
    edit(&bruno, &path("lise"), ["Élise", "Neuve", "lise@ailleurs.test"]).await.is(303);
    confirm(&bruno, &path("rene"), "disable").await.is(303);
    alias(&anna, "contact", "a@x.test").await.is(303);

    let page = bruno.get(PAGE).await;

    for (subject, what, who) in [
        ("paul@ville.fr", "Création", "Anna Martin"),
        ("lise@ville.fr", "Nouveau nom : Élise Neuve", "Bruno Petit"),
        ("rene@ville.fr", "Désactivation", "Bruno Petit"),
        ("contact@ville.fr", "Ajout de la destination a@x.test", "Anna Martin"),
    ] {
        let words = row(&page, subject, "waiting").replace('\u{a0}', " ");
        for part in [what, who, "22 novembre 2026 à 10:00", "ne répond pas", "Prochaine tentative"] {
            assert!(words.contains(part), "{part}: {words}");
        }
    }
    assert_eq!(acts(&page, "retry").len(), 4);
    assert_eq!(acts(&page, "take-back").len(), 4);
    assert!(page.has(&format!("tbody a[href=\"{}\"]", path("rene"))));
    assert!(page.has("tbody a[href=\"/domains/ville.fr/aliases/contact\"]"));
    assert!(page.has("#operations[hx-get]") && page.has(&format!("#operations a[href=\"{PAGE}\"]")));
    assert!(!page.has("meta[http-equiv=refresh]"), "no reload without JavaScript");
    portal.leaves_work();
}

async fn what_dimail_refused_later_can_be_corrected(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    portal.dimail.fault("POST", &path("paul"), "refuse_500", 1).await;
    anna.new_mailbox("ville.fr", ["Agent", "paul", "paul", "paul@ailleurs.test"]).await.is(303);
    portal.dimail.fault("POST", &path("paul"), "refuse_422", 2).await;
    portal.work_after(PAUSE).await;
    let page = anna.get(PAGE).await;
    let refused = row(&page, "paul@ville.fr", "refused");
    assert!(refused.contains("Refusée") && refused.contains("en citant le détail technique"), "{refused}");
    assert!(refused.contains("Refusée le") && !refused.contains("Terminée"), "{refused}");
    let corrects = page.select(&format!("tbody a[href=\"{}/edit\"]", path("paul")));
    assert!(corrects.concat().starts_with("Modifier"), "called as the form: {corrects:?}");
    assert!(acts(&page, "take-back").is_empty());

    // It is refused once more, then it stands.
    let again = acts(&page, "retry").remove(0);
    anna.post(&again, &[]).await.leads_to(PAGE);
    portal.work().await;
    assert_eq!(rows(&anna.get(PAGE).await).len(), 1, "the later one took the place of the first");
    anna.post(&acts(&anna.get(PAGE).await, "retry")[0], &[]).await.leads_to(PAGE);
    portal.work().await;
    assert_eq!(portal.mailbox_status("paul@ville.fr").await, "enabled");
    assert_eq!(rows(&anna.get(PAGE).await), []);
    // What was told in the answer to the form is nothing to deal with.
    portal.dimail.fault("POST", &path("jean"), "refuse_422", 1).await;
    anna.new_mailbox("ville.fr", ["Jean", "Dupont", "jean", ""]).await.is(422);
    assert_eq!(rows(&anna.get(PAGE).await), []);
    anna.post(&again, &[]).await.is(409);
}

async fn what_was_given_up_is_asked_again(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    waiting_creation(portal, &anna, "paul").await;
    portal.dimail.fault("POST", "/domains/ville.fr/aliases", "refuse_500", super::ALWAYS).await;
    alias(&anna, "contact", "a@x.test").await.is(303);
    for _ in 0..30 {
        portal.work_after(PAUSE).await;
    }
    let page = anna.get(PAGE).await;
    assert!(row(&page, "paul@ville.fr", "given_up").contains("Abandonnée"));
    row(&page, "contact@ville.fr", "given_up");
    portal.dimail.lose_faults().await;
    let mark = portal.dimail.mark().await;
    for retry in acts(&page, "retry") {
        anna.post(&retry, &[]).await.leads_to(PAGE);
    }
    portal.work().await;
    let heard = portal.dimail.heard_since(mark).await;
    assert!(heard.contains(&"POST /domains/ville.fr/mailboxes/paul 201".to_owned()), "{heard:?}");
    assert_eq!(portal.dimail.aliases("ville.fr").await, ["contact a@x.test"]);
    assert_eq!(rows(&anna.get(PAGE).await), []);
}

async fn what_ended_is_listed_apart(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    mailbox(portal, &anna, "paul").await;
    portal.wait(HOUR);
    edit(&anna, &path("paul"), ["Paul", "Neuf", "paul@ailleurs.test"]).await.is(303);
    portal.wait(HOUR);
    confirm(&anna, &path("paul"), "delete").await.is(303);
    portal.work().await;
    assert_eq!(rows(&anna.get(PAGE).await), []);
    let page = anna.get(ENDED).await;
    assert!(row(&page, "paul@ville.fr", "done").contains("Suppression"), "the newest first");
    let of_paul = rows(&page).iter().filter(|(words, outcome)| words.starts_with("paul@") && outcome == "done").count();
    assert_eq!(of_paul, 4, "{:?}", rows(&page));
    assert!(acts(&page, "retry").is_empty() && acts(&page, "take-back").is_empty());
    assert!(!page.has(&format!("tbody a[href=\"{}\"]", path("paul"))), "what is gone is no link");
    assert!(page.words().contains("30 jours"), "{}", page.words());
    // What was not carried out says why.
    for (outcome, why) in [("replaced", "Une demande plus récente"), ("cancelled", "n’avait plus lieu d’être")] {
        let change = format!("update changes set outcome = '{outcome}' where kind = 'rename_mailbox'");
        portal.database.change(&change).await;
        let words = row(&anna.get(ENDED).await, "paul@ville.fr", outcome);
        assert!(words.contains(why), "{words}");
    }
}

async fn a_domain_that_is_not_created_yet_is_a_row(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    portal.dimail.fault("POST", "/domains", "refuse_500", super::ALWAYS).await;
    anna.new_domain("neuve.fr", "aide@mairie.test").await.is(303);
    let page = anna.get("/domains/neuve.fr/operations").await;
    assert!(row(&page, "neuve.fr", "waiting").contains("Ajout du domaine"));
    assert!(page.select(".tabs a").contains(&"Opérations 1".to_owned()), "{:?}", page.select(".tabs a"));
    let number = last(portal, "create_domain").await;
    for act in ["retry", "take-back"] {
        anna.post(&format!("/domains/neuve.fr/operations/{number}/{act}"), &[]).await.is(409);
    }
    portal.leaves_work();
}

async fn emails_that_do_not_leave_are_rows(portal: &Portal) {
    let server = Sink::start().await;
    let app = portal.by_smtp(&server);
    let anna = portal.sign_in(Anna).await;
    server.answer("RCPT", "550 5.1.1 no such user");
    anna.new_mailbox("ville.fr", ["Agent", "paul", "paul", "paul@ailleurs.test"]).await.is(303);
    run_until_idle(&app).await.expect("the database answers");
    let page = anna.get(PAGE).await;
    let words = row(&page, "paul@ville.fr", "given_up");
    assert!(words.contains("E-mail de bienvenue") && words.contains("paul@ailleurs.test"), "{words}");
    // A later email takes its place.
    server.answer("RCPT", "451 4.3.0 later");
    portal.wait(HOUR);
    anna.post(&format!("{}/login-link", path("paul")), &[]).await.is(303);
    run_until_idle(&app).await.expect("the database answers");
    let page = anna.get(PAGE).await;
    assert_eq!(rows(&page).len(), 1, "{:?}", rows(&page));
    assert!(row(&page, "paul@ville.fr", "waiting").contains("Prochaine tentative"));
    row(&anna.get(ENDED).await, "paul@ville.fr", "given_up");
    portal.database.change("update emails set state = 'held' where state = 'waiting'").await;
    assert!(row(&anna.get(PAGE).await, "paul@ville.fr", "waiting").contains("Retenu"));
    portal.database.change("update emails set state = 'withdrawn', finished_at = 1 where state = 'held'").await;
    assert_eq!(rows(&anna.get(PAGE).await), []);
    row(&anna.get(ENDED).await, "paul@ville.fr", "cancelled");
}

async fn each_email_that_ended_is_named(portal: &Portal) {
    let (anna, bruno) = (portal.sign_in(Anna).await, portal.sign_in(Bruno).await);
    anna.new_mailbox("ville.fr", ["Agent", "paul", "paul", "paul@ailleurs.test"]).await.is(303);
    portal.work().await;
    portal.wait(HOUR);
    bruno.post(&format!("{}/login-link", path("paul")), &[]).await.is(303);
    portal.work().await;
    edit(&bruno, &path("paul"), ["Agent", "paul", "neuve@ailleurs.test"]).await.is(303);
    let invite = [("email", "lea@ailleurs.test"), ("role", "viewer")];
    anna.post("/domains/ville.fr/new-invitation", &invite).await.is(303);
    portal.visitor().post("/first-access", &[("address", "paul@ville.fr")]).await;
    portal.work().await;
    portal.dimail.finds("ville.fr", &["wrong_mx"], &[], true).await;
    portal.work_after(2 * DAY).await;
    portal.work_after(HOUR).await;

    let page = portal.sign_in(Anna).await.get(ENDED).await;

    let found: Vec<String> = rows(&page).into_iter().map(|(words, _)| words.replace('\u{a0}', " ")).collect();
    for (subject, what, who, to) in [
        ("paul@ville.fr", "E-mail de bienvenue", "Anna Martin", "paul@ailleurs.test"),
        ("paul@ville.fr", "E-mail avec un lien de connexion", "Bruno Petit", "paul@ailleurs.test"),
        ("paul@ville.fr", "E-mail avec un lien de connexion", "Une personne sans compte", "neuve@ailleurs.test"),
        ("paul@ville.fr", "E-mail à l’ancienne adresse de secours", "Bruno Petit", "paul@ailleurs.test"),
        ("lea@ailleurs.test", "E-mail d’invitation", "Anna Martin", "lea@ailleurs.test"),
        ("anna@mairie.test", "E-mail sur le statut du domaine", "Le portail", "anna@mairie.test"),
    ] {
        let is_it = |row: &&String| {
            row.starts_with(subject) && [what, who, &format!("Envoyé à {to} le")].iter().all(|part| row.contains(part))
        };
        assert!(found.iter().any(|row| is_it(&row)), "{subject} {what} {who} {to}: {found:#?}");
    }
    portal.forget_emails();
}

async fn many_rows_are_paged_and_counted_up_to_a_thousand(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    portal.add_domain_with(Anna, "neuve.fr", &["wrong_mx"], &[]).await;
    for n in 0..30 {
        portal.wait(std::time::Duration::from_secs(1));
        anna.new_mailbox("neuve.fr", ["Agent", &format!("n{n}"), &format!("agent.{n:02}"), ""]).await.is(303);
    }
    let first = anna.get("/domains/neuve.fr/operations").await;
    assert_eq!(rows(&first).len(), 25);
    assert!(rows(&first)[0].0.starts_with("agent.29@neuve.fr"), "the newest first: {:?}", rows(&first)[0]);
    assert!(row(&first, "agent.29@neuve.fr", "waiting").contains("Attend le domaine"));
    assert!(first.words().contains("30 opérations"));
    let second = anna.get(&first.page_link("next").expect("a second page")).await;
    assert_eq!(rows(&second).len(), 5);
    assert!(rows(&second)[4].0.starts_with("agent.00@neuve.fr"));
    let back = anna.get(&second.page_link("prev").expect("a way back")).await;
    assert_eq!(rows(&back).iter().map(|row| &row.0).collect::<Vec<_>>()[24], &rows(&first)[24].0);
    anna.get("/domains/neuve.fr/operations?after=xyz").await.is(200);
    let many = "with recursive n (i) as (select 1 union all select i + 1 from n where i < 1500) \
                insert into changes (id, domain_id, sequence, object_kind, object, subject, kind, actor_name, asked_at, \
                outcome, open, told, finished_at) select 'x' || i, domains.id, 10000 + i, 'alias', 'contact', \
                'contact@neuve.fr', 'add_destination', 'Anna', 0, 'refused', case when i > 200 then 1 else 0 end, 0, 0 \
                from n join domains on domains.name = 'neuve.fr'";
    portal
        .database
        .change(&if portal.database.url.starts_with("postgres") {
            many.replace(
                "with recursive n (i) as (select 1 union all select i + 1 from n where i < 1500) insert",
                "insert",
            )
            .replace("from n join", "from generate_series(1, 1500) as n (i) join")
        } else {
            // SQLite takes the common table expression after the table.
            let (with, rest) = many.split_once(" insert into ").expect("two parts");
            let (into, select) = rest.split_once(" select ").expect("two parts");
            format!("insert into {into} {with} select {select}")
        })
        .await;
    let page = anna.get("/domains/neuve.fr/operations").await;
    assert!(page.select(".tabs a").iter().any(|tab| tab.ends_with("plus de 1 000")), "{:?}", page.select(".tabs a"));
    assert!(page.words().contains("plus de 1 000 opérations"), "{}", page.words());
    assert_eq!(rows(&anna.get(&page.page_link("last").expect("the last page")).await).len(), 25);
    portal.wait(DAY);
    portal.leaves_work();
}

async fn addresses_of_others_are_shown_to_nobody(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    mailbox(portal, &anna, "paul").await;
    let number = last(portal, "create_mailbox").await;
    let detail = r#"{"reason":"refused","detail":"used by fay@autre.fr"}"#;
    let refused =
        format!("update changes set outcome = 'refused', open = 1, reason = '{detail}' where sequence = {number}");
    portal.database.change(&refused).await;
    assert!(!anna.get(PAGE).await.is(200).text.contains("fay@autre.fr"));
    assert!(portal.sign_in(crate::support::Eve).await.get(PAGE).await.text.contains("fay@autre.fr"));
    // The words of a server may name what is none of theirs.
    portal.dimail.fault("PATCH", &path("paul"), "html_502", super::ALWAYS).await;
    edit(&anna, &path("paul"), ["Paul", "Neuf", "paul@ailleurs.test"]).await.is(303);
    assert!(!anna.get(PAGE).await.has("tbody details"));
    assert!(portal.sign_in(crate::support::Eve).await.get(PAGE).await.has("tbody details [lang=en]"));
    portal.leaves_work();
}
