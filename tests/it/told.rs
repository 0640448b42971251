//! dimail's own words: on every page that shows them they stand apart, marked as English.

use scraper::{Html, Node};

use crate::mailboxes::common::{confirm, edit, open};
use crate::support::{Anna, Answer, Portal, Visitor, on_both};

on_both!(dimails_words_are_marked_on_every_page);

/// What the fake says when it refuses with 422.
const WORDS: &str = "Refused on order: unprocessable";

/// Demands that a page in French shows dimail's words, and nowhere without the mark of their language.
#[track_caller]
fn marks(page: &Answer, what: &str) {
    let document = Html::parse_document(&page.text);
    let mut shown = 0;
    for node in document.tree.nodes() {
        let Node::Text(text) = node.value() else { continue };
        if text.contains(WORDS) {
            let lang = node.ancestors().find_map(|above| above.value().as_element()?.attr("lang"));
            assert_eq!(lang, Some("en"), "{what}: {}", page.words());
            shown += 1;
        }
    }
    assert!(shown > 0, "{what}: {}", page.words());
}

/// The page to which an answer leads, whose notice has the words folded.
async fn noticed(by: &Visitor, answer: &Answer, what: &str) -> Answer {
    let page = by.follow(answer).await;
    marks(&page, what);
    assert!(page.has("[data-notice] details [lang=en]"), "{what}: {}", page.words());
    assert!(!page.select("#notice-text").concat().contains(WORDS));
    page
}

async fn dimails_words_are_marked_on_every_page(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    let zoe = "/domains/ville.fr/mailboxes/zoe";
    open(portal, &anna, "ville.fr", ["Zoé", "Martin", "zoe", "zoe@ailleurs.test"]).await;
    let refuse = |method, path| portal.dimail.fault(method, path, "refuse_422", 1);

    // Mistakes of forms, and their summaries.
    refuse("POST", "/domains/ville.fr/mailboxes/*").await;
    let form = anna.new_mailbox("ville.fr", ["Jean", "Dupont", "jean", ""]).await;
    marks(form.is(422), "a form");
    assert_eq!(form.select("[data-summary] q[lang=en]"), [WORDS]);
    assert_eq!(form.select(".mistake q[lang=en]"), [WORDS]);
    refuse("PATCH", zoe).await;
    marks(edit(&anna, zoe, ["Zoé", "Neuve", "zoe@ailleurs.test"]).await.is(422), "an edit");
    refuse("PATCH", zoe).await;
    marks(confirm(&anna, zoe, "disable").await.is(422), "a confirmation");
    refuse("POST", "/domains/ville.fr/aliases").await;
    let fields = [("local_part", "contact"), ("destination", "a@x.test")];
    marks(anna.post("/domains/ville.fr/new-alias", &fields).await.is(422), "an alias");

    // Notices.
    refuse("POST", "/domains/ville.fr/aliases").await;
    let fields = [("local_part", "contact"), ("destination", "a@x.test"), ("destination", "b@x.test")];
    noticed(&anna, &anna.post("/domains/ville.fr/new-alias", &fields).await, "one destination").await;
    refuse("DELETE", "/domains/ville.fr/aliases/*/*").await;
    let fields = [("destination", "b@x.test")];
    let answer = match anna.get("/domains/ville.fr/aliases/contact").await {
        page if page.has("[data-destination='b@x.test']") => {
            anna.post("/domains/ville.fr/aliases/contact/remove", &fields).await
        }
        _ => anna.post("/domains/ville.fr/aliases/contact/remove", &[("destination", "a@x.test")]).await,
    };
    // The refusal stands beside its destination, too.
    let page = noticed(&anna, &answer, "a removal").await;
    assert!(page.has("[data-destination] details [lang=en]"), "{}", page.words());

    // Several at once, the history and the journal.
    refuse("PATCH", zoe).await;
    let fields = [("action", "disable"), ("mailbox", "zoe"), ("confirm", "yes")];
    let asked = anna.post("/domains/ville.fr/selected-mailboxes", &fields).await;
    portal.work().await;
    marks(&anna.follow(&asked).await, "several at once");
    let page = anna.get(zoe).await;
    marks(&page, "a mailbox");
    assert!(page.has(".history details [lang=en]"), "{}", page.words());
    let journal = anna.get("/domains/ville.fr/journal").await;
    marks(&journal, "the journal");
    assert!(anna.get("/domains/ville.fr/journal.csv").await.text.contains(&format!("“{WORDS}”")));
    let operations = anna.get("/domains/ville.fr/operations").await;
    marks(&operations, "operations");
    portal.forget_emails();
}
