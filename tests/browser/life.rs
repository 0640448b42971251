//! In the browser: a mailbox is edited, gets a login link, is disabled, enabled, selected together
//! with others, and deleted.

use crate::browser::journeys;
use crate::visitor::Visitor;

const LIST: &str = "/domains/ville.example/mailboxes";
const BOX: &str = "/domains/ville.example/mailboxes/agnes.benali";
const ADDRESS: &str = "agnes.benali@ville.example";

journeys! {
    with_javascript: "life", true, "en";
    without_javascript: "life-without-javascript", false, "fr";
}

async fn walk(visitor: &Visitor) {
    signs_in(visitor, &visitor.demo.owner).await;
    edits(visitor).await;
    sends_a_link(visitor).await;
    disables(visitor).await;
    enables(visitor).await;
    chooses_several(visitor).await;
    looks_at_operations(visitor).await;
    compares(visitor).await;
    deletes(visitor).await;
    visitor.press(".menu summary").await;
    visitor.press("form[action='/sign-out'] button").await;
    signs_in(visitor, &visitor.demo.staff).await;
    visitor.open("/staff/operations").await;
    visitor.sees("tbody [data-outcome=waiting]").await;
    on(visitor, "operations of all domains").await;
}

async fn signs_in(visitor: &Visitor, email: &str) {
    visitor.open("/sign-in").await;
    visitor.types("email", email).await;
    visitor.types("password", &visitor.demo.password).await;
    visitor.sends().await;
    visitor.stands_on("/domains").await;
}

async fn on(visitor: &Visitor, what: &str) {
    if visitor.setup.javascript {
        visitor.can_everyone_use(what).await;
    }
}

async fn edits(visitor: &Visitor) {
    visitor.open(BOX).await;
    on(visitor, "an enabled mailbox").await;
    visitor.press("#other-actions > summary").await;
    on(visitor, "an enabled mailbox with its other actions").await;
    visitor.press(&format!("main a[href='{BOX}/edit']")).await;
    visitor.types("last_name", "Benali-Noël").await;
    visitor.sends().await;
    visitor.stands_on(BOX).await;
    visitor.sees("[data-notice=good]").await;
    let page = visitor.text("main").await;
    assert!(page.contains("Benali-Noël"), "the page shows the new name:\n{page}");
}

async fn sends_a_link(visitor: &Visitor) {
    visitor.press(&format!("form[action='{BOX}/login-link'] button")).await;
    visitor.stands_on(BOX).await;
    visitor.sees("[data-notice=good]").await;
    visitor.open("/outbox").await;
    let link = "//li[contains(., 'agnes.benali@ville.example')]//a[contains(@href, '/login-link/')]";
    visitor.sees_in_time(link).await;
}

async fn disables(visitor: &Visitor) {
    visitor.open(BOX).await;
    visitor.press("#other-actions > summary").await;
    visitor.press(&format!("main a[href='{BOX}/disable']")).await;
    visitor.sees(".consequences").await;
    on(visitor, "disabling a mailbox").await;
    visitor.types("address", "somebody@else.example").await;
    visitor.sends().await;
    visitor.sees("[data-mistake=address]").await;
    visitor.types("address", ADDRESS).await;
    visitor.sends().await;
    visitor.stands_on(BOX).await;
    visitor.sees_by_asking("#status[data-status=disabled]").await;
    assert_eq!(visitor.count(&format!("form[action='{BOX}/login-link']")).await, 0, "no link to a disabled mailbox");
    on(visitor, "a disabled mailbox").await;
}

async fn enables(visitor: &Visitor) {
    visitor.press(&format!("form[action='{BOX}/enable'] button")).await;
    visitor.stands_on(BOX).await;
    visitor.sees_by_asking("#status[data-status=enabled]").await;
}

async fn chooses_several(visitor: &Visitor) {
    visitor.open(LIST).await;
    for part in ["agnes.besancon", "agnes.celik"] {
        visitor.press(&format!("input[name=mailbox][value='{part}']")).await;
    }
    let count = visitor.text(".selected-count").await;
    let is_live = visitor.setup.javascript;
    assert_eq!(count.contains("2 addresses selected"), is_live, "{count}");
    if is_live {
        visitor.sees("//*[@id='said'][contains(., '2 addresses selected')]").await;
    }
    visitor.press("select[name=action] option[value=disable]").await;
    visitor.press("form#selected button").await;
    visitor.sees(".consequences").await;
    on(visitor, "disabling several").await;
    visitor.sends().await;
    visitor.sees("#operation").await;
    for part in ["agnes.besancon", "agnes.celik"] {
        visitor.sees_in_time(&format!("tr[data-address='{part}@ville.example'] .tag-good")).await;
    }
    on(visitor, "an operation").await;
    visitor.open(&format!("{LIST}/agnes.celik")).await;
    visitor.sees_by_asking("#status[data-status=disabled]").await;
}

async fn looks_at_operations(visitor: &Visitor) {
    visitor.open("/domains/ville.example/operations").await;
    visitor.sees("tbody [data-outcome=waiting]").await;
    on(visitor, "operations").await;
    visitor.press("main a[href='/domains/ville.example/operations?status=ended']").await;
    visitor.sees("tbody [data-outcome=done]").await;
    on(visitor, "operations that ended").await;
}

async fn compares(visitor: &Visitor) {
    visitor.open("/domains/ville.example").await;
    visitor.press("main a[href='/domains/ville.example/compare']").await;
    visitor.stands_on("/domains/ville.example/compare").await;
    on(visitor, "a comparison").await;
}

async fn deletes(visitor: &Visitor) {
    visitor.open(&format!("{BOX}/delete")).await;
    visitor.types("address", ADDRESS).await;
    visitor.sends().await;
    visitor.stands_on(LIST).await;
    visitor.sees("[data-notice=good]").await;
    assert_eq!(visitor.count(&format!("tr[data-address='{ADDRESS}']")).await, 0, "it is gone");
}
