//! Where the work of a person begins: with their only domain, in the list of domains with what is left to do on
//! each, or with the question for the name of their first one.

use dimail_portal::model::role::Role;

use crate::support::cast::PASSWORD;
use crate::support::portal::SUPPORT;
use crate::support::{Anna, Answer, Chloe, Dan, Eve, Fay, Portal, Visitor, on_both};

on_both!(
    one_domain_is_where_one_lands,
    whoever_wanted_a_page_comes_to_it,
    a_list_says_what_is_left_to_do,
    a_list_says_why_a_domain_is_not_active,
    a_search_that_finds_nothing_is_quoted,
    a_person_without_domain_is_asked_for_one,
);
on_both!(who_may_add_none_is_told_whom_to_ask with ["--domain-creation", "staff"]);

const HOME: &str = "/";

async fn one_domain_is_where_one_lands(portal: &Portal) {
    let (anna, fay) = (portal.sign_in(Anna).await, portal.sign_in(Fay).await);
    anna.get(HOME).await.leads_to("/domains/ville.fr/mailboxes");
    let list = anna.get("/domains").await;
    assert_eq!(list.is(200).domains(), ["ville.fr"], "the list itself stays one");
    assert_eq!(list.attributes("tr[data-domain] th a", "href"), ["/domains/ville.fr/mailboxes"]);

    // What waits for the person stands in the list.
    let chloe = portal.sign_in(Chloe).await;
    chloe.get(HOME).await.leads_to("/domains/ville.fr/mailboxes");
    fay.post("/domains/autre.fr/new-invitation", &[("email", Chloe.email), ("role", "viewer")]).await.is(303);
    chloe.get(HOME).await.leads_to("/domains");
    for person in [Eve, Dan] {
        portal.sign_in(person).await.get(HOME).await.leads_to("/domains");
    }

    // A domain that is not active begins with what is left to do.
    portal.add_domain_with(Dan, "agir.fr", &["wrong_mx"], &[]).await;
    portal.sign_in(Dan).await.get(HOME).await.leads_to("/domains/agir.fr/dns");
    portal.grant("agir.fr", Anna, Role::Viewer).await;
    anna.get(HOME).await.leads_to("/domains");
    let links = anna.get("/domains").await.attributes("tr[data-domain] th a", "href");
    assert_eq!(links, ["/domains/agir.fr/dns", "/domains/ville.fr/mailboxes"]);
    portal.disable("agir.fr", "travaux").await;
    portal.sign_in(Dan).await.get(HOME).await.leads_to("/domains/agir.fr");
    portal.work().await;
}

async fn whoever_wanted_a_page_comes_to_it(portal: &Portal) {
    for (query, to) in [("", "/domains/ville.fr/mailboxes"), ("?next=%2Fdomains", "/domains")] {
        let visitor = portal.visitor();
        let next = visitor.get(&format!("/sign-in{query}")).await.value("next");
        let fields = [("email", Anna.email), ("password", PASSWORD), ("next", &next)];
        visitor.post("/sign-in", &fields).await.leads_to(to);
    }
    portal.work().await;
    portal.forget_emails();
}

/// What a list says is left to do on a domain, and where that is done.
async fn left(visitor: &Visitor, domain: &str) -> Vec<(String, String)> {
    let list = visitor.get("/domains").await;
    let links = format!("tr[data-domain=\"{domain}\"] .todo a");
    list.is(200).select(&links).into_iter().zip(list.attributes(&links, "href")).collect()
}

fn todo(items: &[(&str, &str)], domain: &str) -> Vec<(String, String)> {
    let item = |(words, rest): &(&str, &str)| (format!("{words} ({domain})"), format!("/domains/{domain}/{rest}"));
    items.iter().map(item).collect()
}

async fn order(visitor: &Visitor, sort: &str) -> Vec<String> {
    visitor.get(&format!("/domains?sort={sort}")).await.is(200).domains()
}

async fn a_list_says_what_is_left_to_do(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    assert_eq!(left(&anna, "ville.fr").await, []);
    portal.add_domain_with(Anna, "agir.fr", &["wrong_mx", "wrong_spf"], &[]).await;
    let records = ("2 enregistrements DNS", "dns");
    assert_eq!(left(&anna, "agir.fr").await, todo(&[records], "agir.fr"));
    let failed = anna.new_mailbox("agir.fr", ["Jean", "Dupont", "jean", "jean@ailleurs.test"]).await;
    failed.is(303);
    portal.dimail.fault("POST", "/domains/agir.fr/mailboxes/jean", "refuse_422", 1).await;
    portal.dimail.finds_nothing_wrong("agir.fr").await;
    portal.work_after(std::time::Duration::from_hours(1)).await;
    let anna = portal.sign_in(Anna).await;
    let error = ("1 adresse en erreur", "mailboxes?status=failed");
    assert_eq!(left(&anna, "agir.fr").await, todo(&[error], "agir.fr"));
    for part in ["zoe", "lea"] {
        anna.new_mailbox("ville.fr", ["Une", part, part, ""]).await.is(200);
    }
    let to_hand_over = |words| todo(&[(words, "mailboxes?status=handover")], "ville.fr");
    assert_eq!(left(&anna, "ville.fr").await, to_hand_over("2 mots de passe à remettre"));
    for (sort, domains) in [("-todo", ["ville.fr", "agir.fr"]), ("todo", ["agir.fr", "ville.fr"])] {
        assert_eq!(order(&anna, sort).await, domains, "{sort}");
    }
    assert_eq!(order(&portal.sign_in(Eve).await, "-todo").await, ["ville.fr", "agir.fr", "autre.fr"]);

    // Each change is counted.
    anna.post("/domains/ville.fr/mailboxes/zoe/handed-over", &[]).await.is(303);
    assert_eq!(left(&anna, "ville.fr").await, to_hand_over("1 mot de passe à remettre"));
    anna.post("/domains/ville.fr/mailboxes/zoe/reset-password", &[]).await.is(200);
    assert_eq!(left(&anna, "ville.fr").await, to_hand_over("2 mots de passe à remettre"));
    let fields = [("first_name", "Une"), ("last_name", "zoe"), ("secondary_email", "zoe@ailleurs.test")];
    anna.post("/domains/ville.fr/mailboxes/zoe/edit", &fields).await.is(303);
    anna.post("/domains/ville.fr/mailboxes/lea/delete", &[("address", "lea@ville.fr")]).await.is(303);
    anna.post("/domains/agir.fr/mailboxes/jean/delete", &[("address", "jean@agir.fr")]).await.is(303);
    portal.work().await;
    assert_eq!((left(&anna, "ville.fr").await, left(&anna, "agir.fr").await), (vec![], vec![]));
    // On a domain that is closed nothing can be done.
    anna.new_mailbox("ville.fr", ["Une", "Autre", "autre", ""]).await.is(200);
    portal.disable("ville.fr", "travaux").await;
    assert_eq!(left(&anna, "ville.fr").await, []);
    portal.work().await;
    portal.forget_emails();
}

async fn a_list_says_why_a_domain_is_not_active(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    for (set, words) in [
        ("status = 'failed'", "Le service de messagerie n’a pas fini : voir pourquoi (ville.fr)"),
        ("status = 'action_required'", "Réglages DNS à corriger (ville.fr)"),
        ("status = 'pending'", "Vérification en cours (ville.fr)"),
        ("accepted_at = null", "Ajout au service de messagerie en cours (ville.fr)"),
    ] {
        portal.database.change(&format!("update domains set {set} where name = 'ville.fr'")).await;
        let left = left(&anna, "ville.fr").await;
        let left: Vec<_> = left.iter().map(|(said, href)| (said.replace('\u{a0}', " "), href.as_str())).collect();
        assert_eq!(left, [(words.to_owned(), "/domains/ville.fr")], "{set}");
    }
}

async fn a_search_that_finds_nothing_is_quoted(portal: &Portal) {
    portal.add_domain_with(Anna, "agir.fr", &["wrong_mx"], &[]).await;
    let anna = portal.sign_in(Anna).await;
    for (query, words) in [
        ("q=zzzz", "Aucun domaine ne correspond à « zzzz »."),
        ("q=zzzz&status=enabled", "Rien ne correspond à « zzzz » avec ces filtres."),
        ("status=disabled", "Rien ne correspond à ces filtres."),
    ] {
        let page = anna.get(&format!("/domains?{query}")).await;
        assert_eq!(page.select("#rows p")[0].replace('\u{a0}', " "), words);
        assert_eq!(page.select("main .button-primary"), ["Ajouter un domaine"], "one first button: {query}");
        assert_eq!(page.attributes("#rows a", "href"), ["/domains"]);
    }
}

fn asks_for_a_domain(page: &Answer) -> bool {
    page.has("#first-domain form[action=\"/domains/new\"] input[name=name]")
}

async fn a_person_without_domain_is_asked_for_one(portal: &Portal) {
    let dan = portal.sign_in(Dan).await;
    let page = dan.get("/domains").await;
    assert!(asks_for_a_domain(page.is(200)) && page.select("#first-domain ol li").len() == 3, "{}", page.words());
    assert!(page.words().contains("Quel est le nom de domaine de votre commune"), "{}", page.words());
    assert!(!page.words().contains("rôle sur aucun domaine"));
    assert!(!asks_for_a_domain(&dan.get("/domains?q=x").await), "a search that finds nothing is another page");
    let fields = [("name", "neuve.fr"), ("support_email", SUPPORT)];
    dan.post("/domains/new", &fields).await.leads_to("/domains/neuve.fr");
    assert!(!asks_for_a_domain(&dan.get("/domains").await));
    portal.work().await;
    portal.forget_emails();
}

async fn who_may_add_none_is_told_whom_to_ask(portal: &Portal) {
    let page = portal.sign_in(Dan).await.get("/domains").await;
    assert!(
        !asks_for_a_domain(page.is(200)) && page.words().contains("Demandez à une personne propriétaire"),
        "{}",
        page.words()
    );
}
