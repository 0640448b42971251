//! The foot of every page, the declaration of accessibility, and the page about personal data.

use std::collections::BTreeSet;

use dimail_portal::i18n::Sentences;
use dimail_portal::model::Language;
use dimail_portal::model::accessibility::{CRITERIA, Conformity, Evaluation};

use crate::support::{Anna, Answer, Bruno, Eve, Portal, Visitor, on_both};

on_both!(
    every_page_has_a_foot with ["--support-url", "https://aide.test/portail"],
    both_pages_are_there_without_a_session,
    the_contacts_are_those_of_the_settings with [
        "--accessibility-contact", "acces@ville.test", "--privacy-contact", "https://ville.test/donnees",
        "--support-url", "https://aide.test/portail",
    ],
    the_support_is_asked_where_no_contact_is_set with ["--support-url", "mailto:aide@ville.test"],
    the_durations_are_those_of_the_settings with [
        "--keep-finished", "45d", "--keep-journal", "400d", "--login-link-valid", "5h",
    ],
    the_support_is_a_link_where_it_is_named with ["--support-url", "mailto:aide@ville.test"],
    no_name_is_a_link_to_the_support with ["--support-url", "mailto:aide@ville.test"],
    without_a_support_nobody_is_sent_to_it,
    a_french_name_has_its_language with ["--brand-name", "Portail des adresses"],
    a_name_of_its_own_has_none,
    emails_name_the_support with ["--support-url", "mailto:aide@ville.test"],
);

const PAGES: [&str; 2] = ["/accessibility", "/privacy"];

fn english(portal: &Portal) -> Visitor {
    portal.visitor().with("accept-language", "en")
}

async fn every_page_has_a_foot(portal: &Portal) {
    let (anna, eve) = (portal.sign_in(Anna).await, portal.sign_in(Eve).await);
    let visitor = portal.visitor();
    for page in [
        visitor.get("/sign-in").await,
        visitor.get("/privacy").await,
        visitor.get("/invitations/AAAAAAAAAAAAAAAA").await,
        anna.get("/domains/ville.fr/mailboxes").await,
        anna.get("/domains/autre.fr").await,
    ] {
        assert_eq!(page.attributes("footer a", "href"), ["/accessibility", "/privacy", "https://aide.test/portail"]);
        let foot = page.select("footer").concat();
        assert!(foot.contains("Accessibilité : partiellement conforme") && !foot.contains("Version"), "{foot}");
    }
    let foot = eve.get("/domains").await.select("footer").concat();
    assert!(foot.contains(concat!("Version ", env!("CARGO_PKG_VERSION"))), "{foot}");
}

async fn both_pages_are_there_without_a_session(portal: &Portal) {
    for path in PAGES {
        let (french, english) = (portal.visitor().get(path).await, english(portal).get(path).await);
        for (page, language) in [(&french, "fr"), (&english, "en")] {
            assert_eq!((page.is(200).language().as_str(), page.header("set-cookie")), (language, ""), "{path}");
            assert!(!page.select("main h1").concat().is_empty() && !page.select("#contact").is_empty(), "{path}");
            // Texts that were not found show their keys.
            for key in ["accessibility-", "privacy-", "legal-"] {
                let words = page.words();
                assert!(!words.contains(key), "{path}: {words}");
            }
        }
        let whom = "Adressez-vous à l’organisme qui vous a ouvert l’accès à ce portail.";
        assert!(french.words().contains(whom), "{path}: {}", french.words());
        assert!(portal.sign_in(Anna).await.get(path).await.is(200).has(".menu"), "{path}");
    }
    let journal = portal.visitor().get("/privacy").await.words();
    assert!(journal.contains("Sans limite de durée"), "{journal}");
}

async fn the_contacts_are_those_of_the_settings(portal: &Portal) {
    let contact = async |path: &str| portal.visitor().get(path).await.attributes("#contact p > a", "href");
    assert_eq!(contact("/accessibility").await, ["mailto:acces@ville.test"]);
    assert_eq!(contact("/privacy").await, ["https://ville.test/donnees", "https://www.cnil.fr/fr/plaintes"]);
}

async fn the_support_is_asked_where_no_contact_is_set(portal: &Portal) {
    for path in PAGES {
        let page = portal.visitor().get(path).await;
        assert_eq!(page.attributes("#contact p > a", "href")[0], "mailto:aide@ville.test", "{path}");
        assert!(page.select("#contact").concat().contains("aide@ville.test"), "{path}");
    }
}

async fn the_durations_are_those_of_the_settings(portal: &Portal) {
    let french = portal.visitor().get("/privacy").await.words();
    for said in ["45 jours après l’envoi", "45 jours après la fin", "400 jours.", "Lien de connexion : 5 heures"] {
        assert!(french.contains(said), "{said}: {french}");
    }
    let english = english(portal).get("/privacy").await.words();
    for said in ["45 days after they were sent", "400 days.", "Login link: 5 hours", "12 hours after the last use"] {
        assert!(english.contains(said), "{said}: {english}");
    }
}

/// Pages that tell people whom to ask: a mistake, a refusal, the account, the DNS of a domain that lacks its certificate.
async fn pages_that_send_to_the_support(portal: &Portal, language: &str) -> Vec<Answer> {
    let name = format!("neuve-{language}.fr");
    portal.dimail.finds(&name, &[], &["no_cert"], false).await;
    portal.dimail.fault("POST", "/domains/", "refuse_409", 1).await;
    let anna = portal.sign_in(Anna).await.with("accept-language", language);
    let known = anna.new_domain(&name, "aide@ailleurs.test").await;
    anna.new_domain(&name, "aide@ailleurs.test").await.is(303);
    let dns = anna.get(&format!("/domains/{name}/dns")).await;
    let closed = anna.get("/domains/ville.fr/remove").await;
    let account = anna.get("/account").await;
    portal.work().await;
    for (page, status) in [(&known, 422), (&closed, 409), (&account, 200), (&dns, 200)] {
        page.is(status);
    }
    vec![known, closed, account, dns]
}

async fn the_support_is_a_link_where_it_is_named(portal: &Portal) {
    for (language, name) in [("fr", "l’assistance du portail"), ("en", "the portal’s support")] {
        for page in pages_that_send_to_the_support(portal, language).await {
            let links = page.select("main a[href=\"mailto:aide@ville.test\"]");
            let linked = links.iter().filter(|words| *words == name).count();
            // In the summary of mistakes each line is a link to its field.
            let count = |css| page.select(css).concat().matches(name).count();
            let named = count("main") - count(".summary");
            assert!(linked > 0 && linked == named, "{linked} of {named}: {}", page.words());
        }
    }
}

/// Whatever a person is called, only the portal's own words lead to its support.
async fn no_name_is_a_link_to_the_support(portal: &Portal) {
    const NAME: &str = "l’assistance du portail";
    let link = "main a[href=\"mailto:aide@ville.test\"], [data-notice] a[href=\"mailto:aide@ville.test\"]";
    let (anna, bruno) = (portal.sign_in(Anna).await, portal.sign_in(Bruno).await);
    bruno.post("/account", &[("name", NAME), ("language", "")]).await.is(303);
    let sql = "select members.id from members join users on users.id = user_id where email = 'bruno@mairie.test'";
    let role = format!("/domains/ville.fr/members/{}/role", portal.database.text(sql).await);
    let changed = anna.post(&role, &[("role", "viewer")]).await;
    let page = anna.follow(&changed).await;
    assert!(page.notice().1.contains(NAME) && !page.has(link), "{}", page.words());

    let jean = "/domains/ville.fr/mailboxes/jean";
    anna.new_mailbox("ville.fr", ["Écrire à", NAME, "jean", "jean@ailleurs.test"]).await.leads_to(jean);
    let taken = anna.new_mailbox("ville.fr", ["Écrire à", NAME, "paul", ""]).await;
    assert!(taken.is(422).mistake("last_name").contains(NAME) && !taken.has(link), "{}", taken.words());
    let chosen = [("mailbox", "jean"), ("action", "disable"), ("confirm", "yes")];
    let disabled = anna.post("/domains/ville.fr/selected-mailboxes", &chosen).await;
    portal.work().await;
    // As dimail of 2024 answers. The row of the result leads to the support, the name above it does not.
    let refusal = "update changes set outcome = 'refused', reason = '{\"reason\":\"cannot_disable\"}' \
                   where kind = 'disable_mailbox'";
    portal.database.change(refusal).await;
    let result = anna.follow(&disabled).await;
    assert_eq!(result.is(200).select(".outcome a"), [NAME], "{}", result.words());
    assert!(!anna.get(jean).await.is(200).has("h1 a"), "the name");
    portal.forget_emails();
}

async fn without_a_support_nobody_is_sent_to_it(portal: &Portal) {
    for (language, name) in [("fr", "la personne qui exploite ce portail"), ("en", "the people who run this portal")] {
        for page in pages_that_send_to_the_support(portal, language).await {
            let words = page.select("main").concat();
            assert!(words.contains(name) && !words.contains("ssistance du portail"), "{words}");
            assert!(!words.contains("portal’s support"), "{words}");
        }
    }
}

async fn a_french_name_has_its_language(portal: &Portal) {
    for path in ["/sign-in", "/privacy", "/accessibility"] {
        let page = english(portal).get(path).await;
        assert_eq!(page.is(200).select(".brand [lang=fr]"), ["Portail des adresses"], "{path}");
        let (named, marked) = (page.select("main").concat(), page.select("main [lang=fr]"));
        assert_eq!(named.matches("Portail des adresses").count(), marked.len(), "{path}: {marked:?}");
        assert!(!portal.visitor().get(path).await.is(200).has("[lang=fr]:not(html)"), "{path}");
    }
}

async fn a_name_of_its_own_has_none(portal: &Portal) {
    assert!(!english(portal).get("/sign-in").await.is(200).has(".brand [lang]"));
}

async fn emails_name_the_support(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    anna.new_mailbox("ville.fr", ["Jean", "Dupont", "jean", "jean@ailleurs.test"]).await;
    portal.visitor().post("/forgot-password", &[("email", Anna.email)]).await;
    portal.work().await;
    let emails = portal.emails();
    let of = |recipient: &str| emails.iter().filter(|email| email.to == recipient).collect::<Vec<_>>();
    for email in of(Anna.email) {
        assert!(email.text.contains("Assistance du portail\u{a0}:\n    aide@ville.test\n"), "{}", email.text);
        assert!(email.html.contains("<a href=\"mailto:aide@ville.test\""), "{}", email.html);
    }
    // The user of a mailbox writes to the support of the domain.
    let to_user = of("jean@ailleurs.test");
    assert!(!of(Anna.email).is_empty() && to_user.len() == 1);
    assert!(!to_user[0].text.contains("aide@ville.test"), "{}", to_user[0].text);
}

#[test]
fn each_criterion_has_one_result() {
    let all: BTreeSet<(u8, u8)> = (1..).zip(CRITERIA).flat_map(|(topic, n)| (1..=n).map(move |i| (topic, i))).collect();
    let criteria = &Evaluation::current().criteria;
    let found: BTreeSet<(u8, u8)> = criteria.iter().map(|criterion| (criterion.topic, criterion.number)).collect();
    assert_eq!((criteria.len(), &found), (106, &all));
    assert_ne!(Evaluation::current().day, (0, 0, 0));
}

const FILE: &str = "docs/accessibility.txt";

/// The file is as this test writes it with `WRITE_ACCESSIBILITY=1`: conform is what has evidence, a test or a file that
/// was read, which exists. The day is that of the evaluation, which people write.
#[test]
fn the_evaluation_is_as_it_is_written_here() {
    let file = std::fs::read_to_string(FILE).expect("the evaluation");
    let written: String = file.lines().map(|line| written(line) + "\n").collect();
    if std::env::var_os("WRITE_ACCESSIBILITY").is_some() {
        std::fs::write(FILE, &written).expect("the evaluation is written");
    }
    assert_eq!(file, written, "run this test with WRITE_ACCESSIBILITY=1");
}

/// A line of the file; that of a criterion with the result that its evidence gives.
fn written(line: &str) -> String {
    let words: Vec<&str> = line.split_whitespace().collect();
    let [criterion, result, evidence @ ..] = words.as_slice() else { return line.to_owned() };
    if matches!(*criterion, "#" | "date") {
        return line.to_owned();
    }
    let text = |file: &str| std::fs::read_to_string(file).unwrap_or_default();
    let holds = match evidence {
        ["test", file, function] => declares_test(&text(file), function),
        ["review", file] => !text(file).is_empty(),
        _ => false,
    };
    let (result, evidence) = match (holds, *result) {
        (true, _) => ("conform", evidence.join(" ")),
        (false, "not-applicable") => ("not-applicable", String::new()),
        (false, _) => ("not-conform", String::new()),
    };
    format!("{criterion:<6} {result:<15} {evidence}").trim_end().to_owned()
}

/// Whether `file` has a test of that name: a function, or one that a macro makes of `name: arguments`.
fn declares_test(file: &str, name: &str) -> bool {
    file.contains(&format!("fn {name}("))
        || file.lines().any(|line| line.trim_start().strip_prefix(name).is_some_and(|rest| rest.starts_with(": ")))
}

#[test]
fn what_is_not_conform_is_said_in_both_languages() {
    for criterion in Evaluation::current().criteria.iter().filter(|one| one.result == Conformity::NotConform) {
        for language in [Language::Fr, Language::En] {
            let text = Sentences::new(language).accessibility_gap(criterion);
            assert!(text.ends_with('.') && !text.contains("accessibility-gap"), "{criterion:?}: {text}");
        }
    }
}
