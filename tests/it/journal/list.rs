//! The page of a journal and its file: search, filters, pages, and who may read it.

use std::time::Duration;

use super::{PAGE, numbers, rows};
use crate::support::{Anna, Bruno, Chloe, Dan, Eve, Fay, Portal, Visitor, on_both};

on_both!(
    each_filter_finds_its_lines,
    the_filter_names_who_acted_by_a_link,
    pages_follow_each_other,
    a_file_has_the_same_lines,
    only_those_who_may_read_it_do,
    staff_reads_the_journal_of_a_removed_domain,
);

const DAY: Duration = Duration::from_hours(24);

/// The numbers of the lines that a query finds.
async fn found(by: &Visitor, query: &str) -> Vec<i64> {
    numbers(&by.get(&format!("{PAGE}?{query}")).await)
}

/// The numbers of the lines for which this holds, the newest first.
async fn wanted(portal: &Portal, condition: &str) -> Vec<i64> {
    let sql = format!(
        "select journal.sequence from journal join domains on domains.id = domain_id where name = 'ville.fr' \
         and {condition} order by at desc, journal.sequence desc limit 25"
    );
    portal.database.texts(&sql).await.iter().map(|number| number.parse().expect("a number")).collect()
}

async fn each_filter_finds_its_lines(portal: &Portal) {
    let (anna, bruno) = (portal.sign_in(Anna).await, portal.sign_in(Bruno).await);
    anna.new_mailbox("ville.fr", ["Zoé", "Lefèvre-D'Arc", "zoe.lefevre", "zoe@ailleurs.test"]).await.is(303);
    portal.work_after(DAY).await;
    let bruno2 = portal.sign_in(Bruno).await;
    drop(bruno);
    let edit = [("first_name", "Zoé"), ("last_name", "Éluard"), ("secondary_email", "zoe@ailleurs.test")];
    bruno2.post("/domains/ville.fr/mailboxes/zoe.lefevre/edit", &edit).await.is(303);
    let alias = [("local_part", "contact"), ("destination", "zoe.lefevre@ville.fr")];
    bruno2.post("/domains/ville.fr/new-alias", &alias).await.is(303);
    portal.work_after(DAY).await;
    let anna = portal.sign_in(Anna).await;
    let zoe = "(subject = 'zoe.lefevre@ville.fr' or kind = 'alias_added')";

    for (query, condition) in [
        ("", "1 = 1"),
        ("person=bruno%40mairie.test", "actor_email = 'bruno@mairie.test'"),
        ("person=portal", "origin is null"),
        ("person=command", "origin = 'command' and actor_email = ''"),
        ("kind=mailbox_opened", "kind = 'mailbox_opened'"),
        ("kind=alias_added&person=bruno%40mairie.test", "kind = 'alias_added'"),
        ("kind=alias_added&person=anna%40mairie.test", "1 = 0"),
        // Beginnings of words, whatever the accents and case, in object, person, values and what.
        ("q=LEFEV", zoe),
        ("q=zoe.lefevre%40ville.fr", zoe),
        ("q=eluard", "kind like 'mailbox_edit%'"),
        ("q=%C3%89luard+zo%C3%A9", "kind like 'mailbox_edit%'"),
        ("q=bruno", "(actor_email = 'bruno@mairie.test' or subject = 'bruno@mairie.test')"),
        ("q=boite+demandee", "kind in ('mailbox_added', 'mailbox_edit_asked')"),
        ("q=efevre", "1 = 0"),
        ("q=zoe+bruno", "kind in ('mailbox_edit_asked', 'alias_added')"),
        ("q=contact&kind=alias_added", "kind = 'alias_added'"),
        ("q=%25", "1 = 1"),
        // Unknown values mean the default.
        ("kind=nothing&person=nobody%40x.test&from=yesterday&to=2026-13-45&after=xyz", "1 = 1"),
    ] {
        assert_eq!(found(&anna, query).await, wanted(portal, condition).await, "{query}");
    }
    let day = |days: u32| {
        let at = portal.now().minus(days * DAY).0;
        jiff::Timestamp::from_microsecond(at).expect("a time").to_zoned_datetime(portal.app.settings.time_zone.clone())
    };
    let date = |days| day(days).date().to_string();
    let start = |days| day(days).start_of_day().expect("a day").timestamp().as_microsecond();
    let middle = format!("at >= {} and at < {}", start(1), start(0));
    assert_eq!(found(&anna, &format!("from={0}&to={0}", date(1))).await, wanted(portal, &middle).await);
    assert_eq!(found(&anna, &format!("from={}", date(1))).await, wanted(portal, &format!("at >= {}", start(1))).await);
    assert_eq!(found(&anna, &format!("to={}", date(2))).await, wanted(portal, &format!("at < {}", start(1))).await);
    assert_eq!(found(&anna, &format!("from={}&to={}", date(0), date(2))).await, Vec::<i64>::new());
    assert!(!wanted(portal, &middle).await.is_empty());

    // The form keeps what was asked for, and offers who and what is there.
    let page = anna.get(&format!("{PAGE}?q=zoe&person=bruno%40mairie.test&kind=alias_added&from={}", date(1))).await;
    assert_eq!((page.value("q"), page.value("from")), ("zoe".to_owned(), date(1)));
    let chosen = page.attributes("form.search option[selected]", "value");
    assert_eq!(chosen, ["bruno@mairie.test", "alias_added"]);
    let people = page.attributes("select[name=person] option", "value");
    assert_eq!(people, ["", "anna@mairie.test", "bruno@mairie.test", "portal", "command"].map(str::to_owned));
    assert!(page.attributes("select[name=kind] option", "value").contains(&"status_changed".to_owned()));
    assert!(rows(&page)[0].contains("Bruno") && rows(&page)[0].contains("depuis 127.0.0.1"), "{:?}", rows(&page));
    assert!(page.has(".tabs a[aria-current][href=\"/domains/ville.fr/journal\"]"));
    assert!(anna.get(&format!("{PAGE}?q=zzz")).await.words().contains("Aucune ligne ne correspond"));
}

/// Adds lines of one kind, as if a person had made them.
async fn many(portal: &Portal, n: u32) {
    let numbers = if portal.database.url.starts_with("postgres") {
        format!("generate_series(1, {n}) as n (i)")
    } else {
        format!("(with recursive n (i) as (select 1 union all select i + 1 from n where i < {n}) select i from n) as n")
    };
    let sql = format!(
        "insert into journal (domain_id, sequence, at, actor_name, actor_email, as_staff, origin, event, kind, subject, \
         person, search, hash) select domains.id, domains.sequence + i, {} + i, 'Anna', 'anna@mairie.test', 0, '::1', \
         '{{\"verb\":\"check_asked\"}}', 'check_asked', 'ville.fr', 'anna@mairie.test', ' ville fr anna', '' \
         from {numbers} join domains on domains.name = 'ville.fr'",
        portal.now().0
    );
    portal.database.change(&sql).await;
    let words = "insert into journal_words (domain_id, sequence, word) select domain_id, sequence, 0 from journal \
                 where kind = 'check_asked'";
    let (first, _) = dimail_portal::model::journal::word_range("anna");
    portal.database.change(&words.replace(", 0 from", &format!(", {first} from"))).await;
    let counted = format!("update domains set sequence = sequence + {n} where name = 'ville.fr'");
    portal.database.change(&counted).await;
}

async fn forget(portal: &Portal, n: u32) {
    portal.database.change("delete from journal where kind = 'check_asked'").await;
    portal.database.change(&format!("update domains set sequence = sequence - {n} where name = 'ville.fr'")).await;
}

async fn the_filter_names_who_acted_by_a_link(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    // The last line of a person with an account may be by a link, too.
    for to in ["dsi@x.test", Anna.email] {
        anna.post("/domains/ville.fr/dns/share", &[("email", to)]).await.is(303);
        portal.work_after(Duration::from_mins(5)).await;
        let emails = portal.emails();
        let email = emails.iter().rfind(|email| email.to == to && email.text.contains("/dns/")).expect("an email");
        let token = email.text.split("/dns/").nth(1).and_then(|rest| rest.split_whitespace().next()).expect("a token");
        portal.visitor().post(&format!("/dns/{token}"), &[]).await;
    }
    let by_link =
        "journal where kind = 'check_asked' and actor_id is null and person in ('dsi@x.test', 'anna@mairie.test')";
    assert_eq!(portal.database.count(by_link).await, 2);
    let people = anna.get(PAGE).await.select("select[name=person] option");
    assert!(people.contains(&"dsi@x.test (par un lien, sans compte)".to_owned()), "{people:?}");
    assert!(people.contains(&format!("{} (anna@mairie.test)", Anna.name)), "{people:?}");
    portal.work().await;
    portal.forget_emails();
}

async fn pages_follow_each_other(portal: &Portal) {
    many(portal, 1100).await;
    let anna = portal.sign_in(Anna).await;
    let last = portal.database.number("select sequence from domains where name = 'ville.fr'").await;
    for (query, total) in [
        ("", format!("{} lignes", last.to_string().replacen('1', "1\u{202f}", 1))),
        ("?kind=check_asked", "plus de 1\u{202f}000 lignes".to_owned()),
        ("?q=anna", "plus de 1\u{202f}000 lignes".to_owned()),
        ("?q=demandee", "plus de 1\u{202f}000 lignes".to_owned()),
    ] {
        let first = anna.get(&format!("{PAGE}{query}")).await;
        assert_eq!(numbers(&first), (last - 24..=last).rev().collect::<Vec<_>>(), "{query}");
        assert!(
            first.words().replace(' ', "\u{202f}").contains(&total.replace(' ', "\u{202f}")),
            "{query}: {}",
            first.words()
        );
        let second = anna.get(&first.page_link("next").expect("a next page")).await;
        assert_eq!(numbers(&second), (last - 49..=last - 25).rev().collect::<Vec<_>>(), "{query}");
        let back = anna.get(&second.page_link("prev").expect("a previous page")).await;
        assert_eq!(numbers(&back), numbers(&first), "{query}");
        let end = anna.get(&second.page_link("last").expect("the last page")).await;
        assert_eq!(numbers(&end).len(), 25);
        assert!(end.page_link("next").is_none() && end.page_link("first").is_some(), "{query}");
    }
    assert_eq!(numbers(&anna.get(&format!("{PAGE}?before=end")).await)[24], 1);
    forget(portal, 1100).await;
}

async fn a_file_has_the_same_lines(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    anna.new_mailbox("ville.fr", ["=SUM(1)", "D\"Arc; Jean", "jean", "=cmd@ailleurs.test"]).await.is(303);
    let edit = [("first_name", "+33"), ("last_name", "-2"), ("secondary_email", "")];
    anna.post("/domains/ville.fr/mailboxes/jean/edit", &edit).await.is(303);
    portal.work().await;
    many(portal, 1100).await;

    let file = anna.get(&format!("{PAGE}.csv")).await;
    file.is(200);
    assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(file.header("content-disposition"), "attachment; filename=\"journal-ville.fr.csv\"");
    assert!(file.header("cache-control").contains("no-store"));
    let all: Vec<&str> = file.text.split("\r\n").filter(|line| !line.is_empty()).collect();
    assert_eq!(all[0], "\u{feff}Numéro;Quand;Qui;Adresse;En tant que;Depuis;Quoi;Sur;Avant;Après;Précision");
    let last = portal.database.number("select sequence from domains where name = 'ville.fr'").await;
    let numbered: Vec<i64> =
        all[1..].iter().map(|line| line.split(';').next().expect("a cell").parse().expect("a number")).collect();
    assert_eq!(numbered, (1..=last).rev().collect::<Vec<_>>());

    let file = anna.get(&format!("{PAGE}.csv?q=jean&kind=mailbox_edited")).await;
    let lines: Vec<&str> = file.text.split("\r\n").filter(|line| !line.is_empty()).collect();
    assert_eq!(lines.len(), 3, "{lines:?}");
    assert!(lines[1].contains(";127.0.0.1;") || lines[1].contains(";portail;;"), "{}", lines[1]);
    assert!(lines[2].contains(";anna@mairie.test;personne;127.0.0.1;Boîte modifiée;jean@ville.fr;"), "{}", lines[2]);
    for cell in file.text.split([';', '\n']) {
        assert!(!cell.trim_start_matches('"').starts_with(['=', '+', '-', '@']), "{cell}");
    }
    forget(portal, 1100).await;
    portal.sign_in(Chloe).await.get(&format!("{PAGE}.csv")).await.is(403);
}

async fn only_those_who_may_read_it_do(portal: &Portal) {
    for person in [Anna, Bruno, Eve] {
        let page = portal.sign_in(person).await.get(PAGE).await;
        assert!(numbers(&page).contains(&1) && page.has(".tabs a[href=\"/domains/ville.fr/journal\"]"));
        assert!(page.header("cache-control").contains("no-store"));
    }
    let chloe = portal.sign_in(Chloe).await;
    chloe.get(PAGE).await.is(403);
    assert!(!chloe.get("/domains/ville.fr").await.has("a[href=\"/domains/ville.fr/journal\"]"));
    for person in [Dan, Fay] {
        let stranger = portal.sign_in(person).await;
        for path in [PAGE, "/domains/ville.fr/journal.csv"] {
            let hidden = stranger.get(path).await;
            hidden.is(404);
            let nowhere = stranger.get(&path.replace("ville.fr", "nulle-part.fr")).await;
            assert_eq!(hidden.without_numbers(), nowhere.without_numbers());
        }
    }
}

async fn staff_reads_the_journal_of_a_removed_domain(portal: &Portal) {
    let page = "/domains/neuve.fr/journal";
    portal.add_domain_with(Anna, "neuve.fr", &["wrong_mx"], &[]).await;
    let anna = portal.sign_in(Anna).await;
    anna.post("/domains/neuve.fr/remove", &[]).await.is(303);
    let eve = portal.sign_in(Eve).await;
    anna.get(page).await.is(404);
    eve.get("/domains/nulle-part.fr/journal").await.is(404);
    let removed = eve.get(page).await;
    assert!(rows(&removed)[0].contains("Domaine supprimé"), "{:?}", rows(&removed));
    assert!(removed.words().contains("Journal de neuve.fr") && !removed.has(".tabs"));
    assert_eq!(rows(&eve.get(&format!("{page}?kind=domain_removed")).await).len(), 1);
    assert!(eve.get(&format!("{page}.csv")).await.is(200).text.contains("Domaine supprimé"));

    // The name is added again: its own journal, and for staff a link to the earlier one.
    portal.add_domain_with(Anna, "neuve.fr", &["wrong_mx"], &[]).await;
    let again = eve.get(page).await;
    assert!(!rows(&again).iter().any(|row| row.contains("Domaine supprimé")));
    let link = again.attributes("a[href^=\"/domains/neuve.fr/journal?removed=\"]", "href").concat();
    let earlier = eve.get(&link).await;
    assert_eq!(rows(&earlier), rows(&removed));
    let key = link.split_once('=').expect("a key").1;
    assert_eq!(earlier.value("removed"), key, "the form stays there");
    let owner = anna.get(&link).await;
    assert_eq!(numbers(&owner), numbers(&again), "the present one");
    assert!(!owner.has("a[href*=removed]"));
    assert_eq!(rows(&eve.get(&format!("{page}?kind=domain_removed&removed={key}")).await).len(), 1);
}
