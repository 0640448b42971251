//! A person resets a forgotten password by the link in an email, then opens the page of the account.

use crate::browser::journeys;
use crate::visitor::Visitor;

const PASSWORD: &str = "une phrase assez longue";
const NEXT: &str = "encore une autre phrase";

journeys! {
    with_javascript: "own-account", true, "fr";
    in_english: "own-account-english", true, "en";
    without_javascript: "own-account-without-javascript", false, "fr";
}

async fn walk(visitor: &Visitor) {
    visitor.open("/sign-in").await;
    visitor.press("main a[href='/forgot-password']").await;
    visitor.stands_on("/forgot-password").await;
    on(visitor, "forgotten password").await;
    visitor.types("email", &visitor.demo.owner).await;
    visitor.sends().await;
    visitor.stands_on("/forgot-password?sent=yes").await;
    on(visitor, "an email is on its way").await;
    let link = chooses(visitor).await;
    changes(visitor).await;
    back_shows_nothing_after_sign_out(visitor).await;
    visitor.open(&link).await;
    visitor.sees("main a[href='/forgot-password']").await;
    on(visitor, "a link that was used").await;
}

async fn on(visitor: &Visitor, what: &str) {
    if visitor.setup.javascript {
        visitor.can_everyone_use(what).await;
    }
}

/// Follows the link of the email; returns it.
async fn chooses(visitor: &Visitor) -> String {
    visitor.open("/outbox").await;
    let link = "//pre//a[contains(@href, '/reset-password/')]";
    visitor.sees_in_time(link).await;
    let link = visitor.attribute(link, "href").await;
    visitor.open(&link).await;
    visitor.types("password", "court").await;
    visitor.sends().await;
    visitor.sees("[data-mistake=password]").await;
    on(visitor, "a new password with a mistake").await;
    visitor.types("password", PASSWORD).await;
    visitor.sends().await;
    visitor.stands_on("/domains").await;
    visitor.sees("[data-notice=good]").await;
    link
}

async fn changes(visitor: &Visitor) {
    visitor.press(".menu summary").await;
    visitor.press(".menu a[href='/account']").await;
    visitor.stands_on("/account").await;
    on(visitor, "one's own account").await;
    visitor.types("current_password", PASSWORD).await;
    visitor.types("new_password", NEXT).await;
    visitor.sends().await;
    visitor.stands_on("/account").await;
    visitor.sees("[data-notice=good]").await;
}

/// The button "back" leads to the sign-in page, not to what was seen before signing out.
async fn back_shows_nothing_after_sign_out(visitor: &Visitor) {
    visitor.open("/domains").await;
    visitor.press(".menu summary").await;
    visitor.press("form[action='/sign-out'] button").await;
    visitor.stands_on("/sign-in").await;
    visitor.back().await;
    visitor.stands_on("/sign-in?next=%2Fdomains").await;
}
