//! A mailbox without secondary address is "to hand over" until somebody says that its sheet was handed
//! over.

use dimail_portal::model::role::Role;

use crate::support::cast::Fay;
use crate::support::{Anna, Answer, Bruno, Chloe, Person, Portal, on_both};

on_both!(
    a_mailbox_is_to_hand_over_until_somebody_says_that_it_was,
    a_new_password_is_to_hand_over_too,
    of_a_guarded_mailbox_only_those_say_it_who_may_decide_there,
);

const ZOE: &str = "/domains/ville.fr/mailboxes/zoe";
const HANDED_OVER: &str = "/domains/ville.fr/mailboxes/zoe/handed-over";

fn has_button(page: &Answer) -> bool {
    page.has(&format!("main form[method=post][action=\"{HANDED_OVER}\"] button"))
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
    // A second press finds the same state.
    let again = anna.post(HANDED_OVER, &[]).await;
    assert!(anna.follow(&again).await.notice().1.contains("zoe@ville.fr"));
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
    anna.post(HANDED_OVER, &[]).await.leads_to(ZOE);
    assert!(!is_to_hand_over(portal).await);
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
