//! Lists: search by beginnings of words, filters, sorting in both directions, pages.

use dimail_portal::i18n::Sentences;
use dimail_portal::model::user::Language;

use crate::support::{Anna, Answer, Eve, Portal, Visitor, on_both};

on_both!(
    a_search_finds_beginnings_of_words,
    a_list_is_filtered_and_sorted,
    sixty_rows_make_three_pages,
    people_are_listed_as_in_a_directory,
    a_list_of_domains_is_searched_and_sorted,
    the_person_comes_first,
    what_is_done_most_often_stands_first,
    what_waits_for_a_person_is_one_press_away,
    unknown_values_mean_the_default,
    cursors_stand_where_rows_come_and_go,
    staff_sees_all_domains,
);

const LIST: &str = "/domains/liste.fr/mailboxes";

/// A domain that is not enabled, so that its mailboxes cause no calls to dimail.
async fn fill(portal: &Portal, people: &[[&str; 4]]) -> Visitor {
    portal.add_domain_with(Anna, "liste.fr", &["wrong_mx"], &[]).await;
    let anna = portal.sign_in(Anna).await;
    for fields in people {
        assert_eq!(anna.new_mailbox("liste.fr", *fields).await.status, 303, "{fields:?}");
        portal.wait(std::time::Duration::from_millis(3));
    }
    anna
}

async fn found(visitor: &Visitor, query: &str) -> Vec<String> {
    let list = visitor.get(&format!("{LIST}?{query}")).await;
    let addresses = list.is(200).addresses();
    addresses.iter().map(|address| address.split('@').next().unwrap_or_default().to_owned()).collect()
}

async fn a_search_finds_beginnings_of_words(portal: &Portal) {
    let anna = fill(
        portal,
        &[
            ["Éloïse", "Müller", "e.muller", "eloise@ailleurs.test"],
            ["Jean-Noël", "D'Ormesson", "jnd", ""],
            ["Jeanne", "Ferré", "jeanne.ferre", "papillon@ailleurs.test"],
            ["Łukasz", "Kowalski", "lk", ""],
        ],
    )
    .await;

    for (q, parts) in [
        ("eloise", &["e.muller"][..]),
        ("ÉLOÏSE", &["e.muller"]),
        ("mul", &["e.muller"]),
        ("uller", &[]),
        ("jean", &["jeanne.ferre", "jnd"]),
        ("jean+fer", &["jeanne.ferre"]),
        ("fer+jean", &["jeanne.ferre"]),
        ("noel", &["jnd"]),
        ("ormesson", &["jnd"]),
        ("d%27orm", &["jnd"]),
        ("lukasz", &["lk"]),
        ("e.mul", &["e.muller"]),
        ("e.muller%40liste.fr", &["e.muller"]),
        ("papillon", &["jeanne.ferre"]),
        ("jean+xyz", &[]),
        ("%25", &["e.muller", "jeanne.ferre", "jnd", "lk"]),
        ("_", &["e.muller", "jeanne.ferre", "jnd", "lk"]),
        ("+", &["e.muller", "jeanne.ferre", "jnd", "lk"]),
    ] {
        assert_eq!(found(&anna, &format!("q={q}")).await, parts, "{q}");
    }
    let nothing = anna.get(&format!("{LIST}?q=xyz")).await;
    assert_eq!(nothing.attributes("#field-q, main [name=q]", "value"), ["xyz"]);
    assert!(nothing.has("#rows a[href]"), "a way back to all");
    let words = nothing.select("#rows p")[0].replace('\u{a0}', " ");
    assert_eq!(words, "Aucune adresse ne correspond à « xyz ».");
}

async fn a_list_is_filtered_and_sorted(portal: &Portal) {
    let people = [["Zoé", "Abel", "m1", ""], ["Alain", "Zola", "m2", ""], ["Élie", "Écume", "m3", ""]];
    let anna = fill(portal, &people).await;
    portal.database.change("update mailboxes set status = 'failed' where local_part = 'm2'").await;

    assert_eq!(found(&anna, "status=failed").await, ["m2"]);
    assert_eq!(found(&anna, "status=pending").await, ["m1", "m3"]);
    assert_eq!(found(&anna, "status=disabled").await, Vec::<String>::new());
    assert_eq!(found(&anna, "status=failed&q=zoe").await, Vec::<String>::new());
    for (sort, parts) in [
        ("", ["m1", "m2", "m3"]),
        ("address", ["m1", "m2", "m3"]),
        ("-address", ["m3", "m2", "m1"]),
        ("name", ["m1", "m3", "m2"]),
        ("-name", ["m2", "m3", "m1"]),
        ("status", ["m2", "m1", "m3"]),
        ("-status", ["m3", "m1", "m2"]),
        ("created", ["m1", "m2", "m3"]),
        ("-created", ["m3", "m2", "m1"]),
    ] {
        assert_eq!(found(&anna, &format!("sort={sort}")).await, parts, "{sort}");
    }
    portal.leaves_work();
    portal.database.change("update mailboxes set status = 'pending'").await;
}

async fn sixty_rows_make_three_pages(portal: &Portal) {
    let parts: Vec<(String, String)> = (0..60).map(|n| (format!("p{n:02}"), format!("Nom{n:02}"))).collect();
    let people: Vec<[&str; 4]> = parts.iter().map(|(part, last)| ["Jean", last.as_str(), part.as_str(), ""]).collect();
    let anna = fill(portal, &people).await;
    let all: Vec<String> = parts.iter().map(|(part, _)| format!("{part}@liste.fr")).collect();

    for (sort, reverse) in
        [("address", false), ("-address", true), ("name", false), ("-created", true), ("status", false)]
    {
        let mut wanted = all.clone();
        if reverse {
            wanted.reverse();
        }
        let first = anna.get(&format!("{LIST}?sort={sort}&q=jean")).await;
        assert!(first.words().contains("60"), "the total");
        assert_eq!((first.page_link("first"), first.page_link("prev")), (None, None), "{sort}");
        let second = anna.get(&first.page_link("next").expect("a next page")).await;
        let third = anna.get(&second.page_link("next").expect("a next page")).await;
        assert_eq!((third.page_link("next"), third.page_link("last")), (None, None), "{sort}");
        let seen = [first.addresses(), second.addresses(), third.addresses()];
        assert_eq!(seen.iter().map(Vec::len).collect::<Vec<_>>(), [25, 25, 10], "{sort}");
        assert_eq!(seen.concat(), wanted, "{sort}");
        let back = anna.get(&third.page_link("prev").expect("a page before")).await;
        assert_eq!(back.addresses(), seen[1], "{sort}");
        let home = anna.get(&back.page_link("prev").expect("a page before")).await;
        assert_eq!(home.addresses(), seen[0], "{sort}");
        let last = anna.get(&first.page_link("last").expect("a last page")).await;
        assert_eq!(last.addresses(), wanted[35..], "{sort}: the last 25");
        assert_eq!((last.page_link("next"), last.page_link("last")), (None, None), "{sort}");
        let start = anna.get(&last.page_link("first").expect("a first page")).await;
        assert_eq!(start.addresses(), seen[0], "{sort}");
        for page in [&second, &third, &last] {
            assert_eq!(page.attributes("main [name=q]", "value"), ["jean"], "the search stays in its field");
        }
    }
}

/// By family name, then by given name, without accents, case, hyphens and apostrophes.
async fn people_are_listed_as_in_a_directory(portal: &Portal) {
    let people = [
        ["Zoé", "MARTIN", "f", ""],
        ["Bruno", "martin-Durand", "h", ""],
        ["Alice", "Martin Dupont", "g", ""],
        ["Ève", "Etienne", "e", ""],
        ["Alice", "Étienne", "d", ""],
        ["Louis", "Darcy", "c", ""],
        ["Jeanne", "d’Arc", "b", ""],
        ["Zoé", "Abel", "a", ""],
    ];
    let anna = fill(portal, &people).await;
    assert_eq!(found(&anna, "sort=name").await, ["a", "b", "c", "d", "e", "f", "g", "h"]);
    assert_eq!(found(&anna, "sort=-name").await, ["h", "g", "f", "e", "d", "c", "b", "a"]);
    // A corrected name is sorted anew.
    let fields = [("first_name", "Zoé"), ("last_name", "Éva"), ("secondary_email", "")];
    anna.post(&format!("{LIST}/a/edit"), &fields).await.is(303);
    assert_eq!(found(&anna, "sort=name").await, ["b", "c", "d", "e", "a", "f", "g", "h"]);
}

async fn a_list_of_domains_is_searched_and_sorted(portal: &Portal) {
    portal.wait(std::time::Duration::from_secs(1));
    portal.add_domain_with(Anna, "agglo.fr", &["wrong_mx"], &[]).await;
    portal.wait(std::time::Duration::from_secs(1));
    portal.add_domain_with(Anna, "orléans-métropole.fr", &[], &[]).await;
    let anna = portal.sign_in(Anna).await;
    anna.new_mailbox("agglo.fr", ["Jean", "Dupont", "", ""]).await;
    anna.new_mailbox("agglo.fr", ["Zoé", "Martin", "", ""]).await;
    anna.new_mailbox("ville.fr", ["Zoé", "Martin", "", ""]).await;
    let metropole = "xn--orlans-mtropole-cnbd.fr";
    let found = async |query: &str| anna.get(&format!("/domains?{query}")).await.is(200).domains();
    let known = found("").await;
    let metropole = known.iter().find(|name| name.starts_with("xn--")).map_or(metropole, String::as_str);

    // By the name as people read it, not by the ASCII one.
    assert_eq!(found("").await, ["agglo.fr", metropole, "ville.fr"]);
    assert_eq!(found("sort=-name").await, ["ville.fr", metropole, "agglo.fr"]);
    assert_eq!(found("q=orleans").await, [metropole]);
    assert_eq!(found("q=metro").await, [metropole]);
    assert_eq!(found("q=fr").await.len(), 3);
    assert_eq!(found("q=lle").await, Vec::<String>::new());
    assert_eq!(found("status=action_required").await, ["agglo.fr"]);
    assert_eq!(found("sort=-mailboxes").await, ["agglo.fr", "ville.fr", metropole]);
    assert_eq!(found("sort=mailboxes").await, [metropole, "ville.fr", "agglo.fr"]);
    assert_eq!(found("sort=created").await, ["ville.fr", "agglo.fr", metropole]);
    assert_eq!(found("sort=-created").await, [metropole, "agglo.fr", "ville.fr"]);
    assert_eq!(found("sort=status").await, ["agglo.fr", "ville.fr", metropole]);
    portal.work().await;
}

async fn the_person_comes_first(portal: &Portal) {
    let anna = fill(portal, &[["Zoé", "Abel", "m1", ""]]).await;
    let list = anna.get(LIST).await;
    assert_eq!(list.attributes("tr[data-address]", "data-address"), ["m1@liste.fr"]);
    assert_eq!(list.select("tr[data-address] th[scope=row] a"), ["Zoé Abel"]);
    let page = anna.get(&format!("{LIST}/m1")).await;
    assert_eq!(
        (page.select("h1"), page.select(".page-address code")),
        (vec!["Zoé Abel".into()], vec!["m1@liste.fr".into()])
    );
    assert!(page.select("title")[0].starts_with("Zoé Abel – m1@liste.fr"), "{:?}", page.select("title"));
    for (rest, title) in [("edit", "Modifier Zoé Abel"), ("delete", "Supprimer m1@liste.fr")] {
        let page = anna.get(&format!("{LIST}/m1/{rest}")).await;
        let named = [page.select("h1"), page.select(".back a")];
        assert_eq!(named, [vec![title.to_owned()], vec!["Zoé Abel".to_owned()]], "{rest}");
    }
}

/// The ends of the addresses to which the folded actions of a mailbox lead, in their order.
fn folded(page: &Answer, path: &str) -> Vec<String> {
    let links = page.attributes("#other-actions li > a", "href");
    links.iter().map(|href| href.trim_start_matches(path).to_owned()).collect()
}

async fn what_is_done_most_often_stands_first(portal: &Portal) {
    let here = "/domains/ville.fr/mailboxes";
    let anna = portal.sign_in(Anna).await;
    anna.new_mailbox("ville.fr", ["Jean", "Dupont", "jean", "s@ailleurs.test"]).await.is(303);
    anna.new_mailbox("ville.fr", ["Zoé", "Martin", "zoe", ""]).await.is(200);
    portal.work().await;
    portal.forget_emails();
    let (jean, zoe) = (format!("{here}/jean"), format!("{here}/zoe"));

    let page = anna.get(&jean).await;
    assert_eq!(page.select("main .button-primary"), ["Envoyer un lien de connexion"]);
    assert!(!page.has("#other-actions form[action$=\"/login-link\"]") && !page.has("#other-actions[open]"));
    assert_eq!(folded(&page, &jean), ["/edit", "/disable", "/delete"], "what loses something comes last");
    assert!(page.has("#other-actions form[action$=\"/reset-password\"]"));
    // What is not possible says why, unfolded.
    let first = async || anna.get(&zoe).await.attributes("main form:has(.button-primary)", "action");
    assert_eq!(first().await, [format!("{zoe}/handed-over")], "a sheet was shown");
    anna.post(&format!("{zoe}/handed-over"), &[]).await.is(303);
    assert_eq!(first().await, [format!("{zoe}/reset-password")]);
    let page = anna.get(&zoe).await;
    let folded_words = page.select("#other-actions").concat();
    let reason = Sentences::new(Language::Fr).t("mailbox-no-secondary-note");
    let reason = reason.rsplit_once(": ").expect("two parts").1.to_owned();
    assert!(page.words().contains(&reason) && !folded_words.contains(&reason), "{}", page.words());
    // A mailbox that is not there yet has nothing folded.
    anna.post(&format!("{jean}/disable"), &[("address", "jean@ville.fr")]).await.is(303);
    portal.work().await;
    let page = anna.get(&jean).await;
    assert_eq!(page.attributes("main form:has(.button-primary)", "action"), [format!("{jean}/enable")]);
    portal.dimail.fault("POST", "/domains/ville.fr/mailboxes/late", "redirect_307", 1).await;
    anna.new_mailbox("ville.fr", ["Une", "Autre", "late", "s@ailleurs.test"]).await.is(303);
    assert!(anna.get(&format!("{here}/late")).await.has("#other-actions[open]"));
    portal.work_after(std::time::Duration::from_hours(1)).await;
    portal.forget_emails();
}

async fn what_waits_for_a_person_is_one_press_away(portal: &Portal) {
    let here = "/domains/ville.fr/mailboxes";
    let anna = portal.sign_in(Anna).await;
    let links = async || {
        let list = anna.get(here).await;
        let hrefs = list.is(200).attributes(".filters a", "href");
        list.select(".filters a").into_iter().zip(hrefs).collect::<Vec<_>>()
    };
    anna.new_mailbox("ville.fr", ["Une", "Autre", "autre", "s@ailleurs.test"]).await.is(303);
    portal.work().await;
    portal.forget_emails();
    assert_eq!(links().await, []);
    for part in ["zoe", "lea"] {
        anna.new_mailbox("ville.fr", ["Une", part, part, ""]).await.is(200);
    }
    let to_hand_over = format!("{here}?status=handover");
    assert_eq!(links().await, [("À remettre 2".to_owned(), to_hand_over.clone())]);
    for sort in ["", "&sort=-name", "&sort=created", "&sort=status"] {
        let list = anna.get(&format!("{to_hand_over}{sort}")).await;
        let mut found = list.is(200).addresses();
        found.sort();
        assert_eq!(found, ["lea@ville.fr", "zoe@ville.fr"], "{sort}");
        assert_eq!(list.select(".filters [aria-current]"), ["À remettre 2"]);
        assert_eq!(list.attributes("select[name=status] option[selected]", "value"), ["handover"]);
        assert!(list.has(&format!(".filters a[href=\"{here}\"]")), "a way back to all");
    }
    anna.post(&format!("{here}/zoe/handed-over"), &[]).await.is(303);
    assert_eq!(anna.get(&to_hand_over).await.addresses(), ["lea@ville.fr"]);
    assert_eq!(anna.get(&format!("{here}?status=HANDOVER")).await.addresses().len(), 3, "unknown values mean all");
    portal.work().await;
}

async fn unknown_values_mean_the_default(portal: &Portal) {
    let anna = fill(portal, &[["Jean", "Un", "a", ""], ["Jean", "Deux", "b", ""]]).await;
    for query in [
        "sort=nothing",
        "sort=-nothing",
        "sort=--address",
        "sort=mailboxes",
        "status=nothing",
        "status=ENABLED",
        "after=!!!",
        "before=!!!",
        "after=",
        "before=end",
        "page=7",
        "q=",
    ] {
        assert_eq!(found(&anna, query).await, ["a", "b"], "{query}");
    }
    // A cursor of another sort order, whose value is no number.
    let answer = anna.get("/domains?sort=mailboxes&after=MAphYmM").await;
    assert_eq!(answer.is(200).domains().len(), 2);
}

async fn cursors_stand_where_rows_come_and_go(portal: &Portal) {
    let parts: Vec<String> = (0..30).map(|n| format!("p{n:02}")).collect();
    let people: Vec<[&str; 4]> = parts.iter().map(|part| ["Jean", part.as_str(), part.as_str(), ""]).collect();
    let anna = fill(portal, &people).await;
    let next = anna.get(LIST).await.page_link("next").expect("a next page");

    portal.database.change("delete from mailboxes where local_part = 'p24'").await;
    anna.new_mailbox("liste.fr", ["Jean", "Autre", "p00a", ""]).await;

    let seen = anna.get(&next).await.addresses();
    assert_eq!(seen, ["p25", "p26", "p27", "p28", "p29"].map(|part| format!("{part}@liste.fr")));
}

async fn staff_sees_all_domains(portal: &Portal) {
    let eve = portal.sign_in(Eve).await;
    assert_eq!(eve.get("/domains").await.domains(), ["autre.fr", "ville.fr"]);
    assert_eq!(eve.get("/domains?q=aut").await.domains(), ["autre.fr"]);
    eve.get("/domains/autre.fr").await.is(200);
    eve.get("/domains/nowhere.fr").await.is(404);
}
