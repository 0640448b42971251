//! A mailbox without secondary address is "to hand over" until somebody says that its sheet was handed
//! over.

use dimail_portal::model::role::Role;

use crate::support::cast::Fay;
use crate::support::{Anna, Answer, Bruno, Chloe, Person, Portal, on_both};

on_both!(
    a_mailbox_is_to_hand_over_until_somebody_says_that_it_was,
    a_new_password_is_to_hand_over_too,
    the_overview_says_how_many_are_left,
    without_a_sheet_a_new_password_comes_first,
    of_a_guarded_mailbox_only_those_say_it_who_may_decide_there,
);

const ZOE: &str = "/domains/ville.fr/mailboxes/zoe";
const HANDED_OVER: &str = "/domains/ville.fr/mailboxes/zoe/handed-over";

async fn the_overview_says_how_many_are_left(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    let link = "main a[href=\"/domains/ville.fr/mailboxes?status=handover\"]";
    let overview = "/domains/ville.fr";
    for (n, said) in [(1, "1 personne n’a pas encore reçu"), (2, "2 personnes n’ont pas encore reçu")] {
        anna.new_mailbox("ville.fr", ["Zoé", &format!("Martin {n}"), &format!("zoe{n}"), ""]).await.is(200);
        let page = portal.sign_in(Bruno).await.get(overview).await;
        assert!(page.is(200).words().contains(said) && page.select(link).len() == 1, "{}", page.words());
    }
    let chloe = portal.sign_in(Chloe).await.get(overview).await;
    assert!(!chloe.is(200).words().contains("pas encore reçu"), "{}", chloe.words());
    // The overview also says it while the domain's records are wrong.
    portal.dimail.finds("ville.fr", &["no_spf"], &[], false).await;
    for _ in 0..2 {
        portal.work_after(std::time::Duration::from_hours(25)).await;
    }
    let page = portal.sign_in(Anna).await.get(overview).await;
    assert_eq!(page.status_of_page(), "action_required");
    let sections = page.select("main section");
    assert!(sections[0].contains("pas encore reçu"), "it stands before all else: {sections:?}");
    assert!(page.select("#hand-over").concat().contains("2 personnes n’ont pas encore reçu"), "{}", page.words());
    portal.disable("ville.fr", "fusion").await;
    assert!(!portal.sign_in(Anna).await.get(overview).await.has(link));
    portal.work().await;
    portal.forget_emails();
}

fn has_button(page: &Answer) -> bool {
    page.has(&format!("main form[method=post][action=\"{HANDED_OVER}\"] button"))
}

/// What the page offers first.
fn first_act(page: &Answer) -> String {
    page.select("main .button-primary").join(", ")
}

async fn is_to_hand_over(portal: &Portal) -> bool {
    let anna = portal.sign_in(Anna).await;
    let (page, list) = (anna.get(ZOE).await, anna.get("/domains/ville.fr/mailboxes").await);
    let tagged = page.is(200).has("h1 ~ [data-handover]");
    assert_eq!(list.is(200).has("[data-address=\"zoe@ville.fr\"] [data-handover]"), tagged);
    assert_eq!(has_button(&page), tagged, "the button for who has left the sheet");
    tagged
}

async fn a_mailbox_is_to_hand_over_until_somebody_says_that_it_was(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;

    let sheet = anna.new_mailbox("ville.fr", ["Zoé", "Martin", "zoe", ""]).await;

    // The sheet may be lost on its way.
    assert!(is_to_hand_over(portal).await);
    assert_eq!(first_act(&anna.get(ZOE).await), "Fiche remise", "another password would make the sheet worthless");
    let button = format!("main .no-print form[method=post][action=\"{HANDED_OVER}\"] button");
    assert_eq!(sheet.is(200).select(&button), ["Fiche remise"]);
    anna.get(HANDED_OVER).await.leads_to(ZOE);
    let chloe = portal.sign_in(Chloe).await;
    assert!(!has_button(&chloe.get(ZOE).await));
    chloe.post(HANDED_OVER, &[]).await.is(403);
    anna.post("/domains/ville.fr/mailboxes/other/handed-over", &[]).await.is(404);
    assert!(is_to_hand_over(portal).await);
    portal.disable("ville.fr", "fusion").await;
    anna.post(HANDED_OVER, &[]).await.is(409);
    portal.enable("ville.fr").await;
    assert!(is_to_hand_over(portal).await);

    let said = portal.sign_in(Bruno).await.post(HANDED_OVER, &[]).await;

    said.leads_to(ZOE);
    assert!(!is_to_hand_over(portal).await);
    // A second press says nothing, as about a mailbox that was never to be handed over.
    let again = anna.post(HANDED_OVER, &[]).await;
    again.leads_to(ZOE);
    assert!(!anna.follow(&again).await.words().contains("C’est noté"));
    let journal = anna.get("/domains/ville.fr/journal?kind=handed_over").await;
    let lines = journal.is(200).select("main tr[data-line]");
    assert!(lines.len() == 1 && lines[0].contains("zoe@ville.fr"), "{lines:?}");
    assert!(anna.get(ZOE).await.words().contains("a remis la fiche avec le mot de passe"), "the history");
    portal.work().await;
    portal.forget_emails();
}

async fn a_new_password_is_to_hand_over_too(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    anna.new_mailbox("ville.fr", ["Zoé", "Martin", "zoe", ""]).await.is(200);
    anna.post(HANDED_OVER, &[]).await.leads_to(ZOE);

    let sheet = anna.post(&format!("{ZOE}/reset-password"), &[]).await;

    assert!(sheet.is(200).has(&format!("form[action=\"{HANDED_OVER}\"] button")));
    assert!(is_to_hand_over(portal).await);
    assert_eq!(first_act(&anna.get(ZOE).await), "Fiche remise");
    anna.post(HANDED_OVER, &[]).await.leads_to(ZOE);
    assert!(!is_to_hand_over(portal).await);
}

/// dimail created the mailbox after the person's request had ended, so no page has shown its password.
async fn without_a_sheet_a_new_password_comes_first(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    portal.dimail.fault("POST", ZOE, "refuse_500", 1).await;
    anna.new_mailbox("ville.fr", ["Zoé", "Martin", "zoe", ""]).await.is(303);
    portal.work_after(std::time::Duration::from_mins(5)).await;
    let page = anna.get(ZOE).await;
    assert!(page.is(200).has("h1 ~ [data-handover]") && !has_button(&page), "no sheet was shown");
    assert_eq!(first_act(&anna.get(ZOE).await), "Créer un mot de passe et afficher la fiche");
    anna.post(&format!("{ZOE}/reset-password"), &[]).await.is(200);
    assert_eq!(first_act(&anna.get(ZOE).await), "Fiche remise");
    // A new password without an answer: the sheet of the old one may be worthless.
    portal.dimail.fault("POST", &format!("{ZOE}/reset_password"), "refuse_500", 1).await;
    anna.post(&format!("{ZOE}/reset-password"), &[]).await.is(303);
    assert_eq!(first_act(&anna.get(ZOE).await), "Créer un mot de passe et afficher la fiche");
    portal.forget_emails();
}

async fn of_a_guarded_mailbox_only_those_say_it_who_may_decide_there(portal: &Portal) {
    let zoe = Person { email: "zoe@ville.fr", ..Fay };
    portal.add_account(&zoe).await;
    portal.grant("ville.fr", zoe, Role::Owner).await;
    let anna = portal.sign_in(Anna).await;
    anna.new_mailbox("ville.fr", ["Zoé", "Martin", "zoe", ""]).await.is(200);

    let bruno = portal.sign_in(Bruno).await;
    assert!(!has_button(&bruno.get(ZOE).await));
    bruno.post(HANDED_OVER, &[]).await.is(403);

    assert!(is_to_hand_over(portal).await);
    anna.post(HANDED_OVER, &[]).await.leads_to(ZOE);
    assert!(!is_to_hand_over(portal).await);
    portal.work().await;
    portal.forget_emails();
}
