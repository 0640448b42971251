//! What screen readers say: the answer of an act takes the focus, titles and summaries tell mistakes, dimail's words
//! are marked as English, and nothing reloads by itself.

use std::time::Duration;

use crate::support::portal::SUPPORT;
use crate::support::{Anna, Answer, Dan, Portal, Visitor, on_both};

on_both!(
    mistakes_stand_in_the_title_and_name_their_fields,
    the_answer_of_an_act_takes_the_focus,
    a_page_with_work_in_progress_is_asked_again_by_a_link,
    the_words_of_dimail_are_folded_and_marked,
);

const PAUL: &str = "/domains/ville.fr/mailboxes/paul";
const PAUSE: Duration = Duration::from_mins(5);
/// Forms with fields that are left empty.
const FORMS: [(&str, &[&str]); 6] = [
    ("/domains/new", &["name", "support_email"]),
    ("/domains/ville.fr/new-mailbox", &["first_name", "last_name"]),
    ("/domains/ville.fr/new-alias", &["local_part", "destination"]),
    ("/domains/ville.fr/new-invitation", &["email", "role"]),
    ("/domains/ville.fr/edit", &["support_email"]),
    ("/account", &["name"]),
];

fn english(portal: &Portal) -> Visitor {
    portal.visitor().with("accept-language", "en")
}

fn title(page: &Answer) -> String {
    page.select("title").concat()
}

/// Demands that each line of the summary begins with the label of the field to which it leads.
fn names_its_fields(page: &Answer, about: &str) {
    let links = page.attributes("[data-summary] a", "href");
    let sentences = page.select("[data-summary] a");
    assert!(!links.is_empty(), "{about}: a summary");
    for (link, sentence) in links.iter().zip(sentences) {
        let field = link.trim_start_matches('#');
        // The first of several choices has the field's id; what they are about stands above them.
        let group = page.select(&format!("fieldset:has(#{field}) > legend")).concat();
        let label = if group.is_empty() { page.select(&format!("label[for=\"{field}\"]")).concat() } else { group };
        assert!(!label.is_empty() && sentence.starts_with(&format!("{label} – ")), "{about}: {sentence} of {label}");
    }
}

async fn mistakes_stand_in_the_title_and_name_their_fields(portal: &Portal) {
    for (visitor, before) in [(portal.visitor(), "Erreur : "), (english(portal), "Error: ")] {
        let wrong = visitor.post("/sign-in", &[("email", "x"), ("password", "y")]).await;
        assert!(title(&wrong).starts_with(before), "{}", title(&wrong));
        let anna = portal.sign_in_as(Anna, visitor).await;
        for (path, fields) in FORMS {
            assert!(!title(&anna.get(path).await).starts_with(before), "{path}");
            let typed: Vec<(&str, &str)> = fields.iter().map(|field| (*field, "")).collect();
            let form = anna.post(path, &typed).await;
            assert!(title(form.is(422)).starts_with(before), "{path}: {}", title(&form));
            names_its_fields(&form, path);
            assert_eq!(form.attributes("[autofocus]", "data-summary").len(), 1, "{path}: the summary takes the focus");
        }
    }
}

async fn the_answer_of_an_act_takes_the_focus(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    let answer = anna.post("/domains/ville.fr/edit", &[("support_email", SUPPORT)]).await;
    let page = anna.follow(&answer).await;
    assert_eq!(page.attributes("[autofocus]", "data-notice"), ["good"]);
    assert_eq!(page.attributes("[data-notice]", "tabindex"), ["-1"]);
    assert!(!anna.get("/domains/ville.fr").await.has("[autofocus]"), "nothing else takes it");
}

async fn a_page_with_work_in_progress_is_asked_again_by_a_link(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    portal.dimail.fault("POST", PAUL, "refuse_500", 200).await;
    anna.new_mailbox("ville.fr", ["Agent", "paul", "paul", "paul@ailleurs.test"]).await.is(303);
    let page = anna.get(PAUL).await;
    assert!(page.has("#mailbox[hx-get]"), "JavaScript asks by itself");
    let without = page.text.split("<noscript>").nth(1).expect("a part for pages without JavaScript");
    assert!(without.contains(&format!("<a href=\"{PAUL}\">Actualiser</a>")), "{without}");
    assert!(!page.text.contains("http-equiv") && page.header("refresh").is_empty(), "nothing reloads by itself");
    portal.leaves_work();
}

async fn the_words_of_dimail_are_folded_and_marked(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    portal.dimail.fault("POST", PAUL, "refuse_500", 1).await;
    anna.new_mailbox("ville.fr", ["Agent", "paul", "paul", "paul@ailleurs.test"]).await.is(303);
    portal.dimail.fault("POST", PAUL, "refuse_422", 1).await;
    portal.work_after(PAUSE).await;
    for path in [PAUL, "/domains/ville.fr/operations"] {
        are_folded(&anna.get(path).await, "Refused on order");
    }

    portal.dimail.domain_by_other("admin:admin", "prise.fr", "prise.fr").await;
    portal.dimail.fault("POST", "/domains", "refuse_500", 1).await;
    let dan = portal.sign_in(Dan).await;
    dan.new_domain("prise.fr", SUPPORT).await.leads_to("/domains/prise.fr");
    portal.dimail.fault("POST", "/domains", "refuse_422", 1).await;
    portal.work_after(PAUSE).await;
    are_folded(&dan.get("/domains/prise.fr").await, "Refused on order");
}

/// Demands that a page shows these words of dimail folded, as English, and not in its own sentences.
fn are_folded(page: &Answer, words: &str) {
    let folded = page.select("details.technical [lang=en]").join(" ");
    assert!(folded.contains(words), "{}", page.words());
    for sentence in page.select(".banner-text > p, .outcome > p") {
        assert!(!sentence.contains(words), "{sentence}");
    }
}
