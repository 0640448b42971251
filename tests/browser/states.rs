//! States of pages that no other journey has in both languages, as each kind of person sees them.

use crate::browser::journeys;
use crate::visitor::Visitor;

const MEMBERS: &str = "/domains/ville.example/members";
const BOX: &str = "/domains/ville.example/mailboxes/agnes.benali";
const DNS: &str = "/domains/agglo.example/dns";

/// What an owner sees: a domain that failed, one with an internationalised name, one for which the mail service
/// has not answered, one that is closed.
const OF_AN_OWNER: [&str; 8] = [
    "/domains/ecoles.example",
    "/domains/ecoles.example/dns",
    "/domains/xn--orlans-dva.example",
    "/domains/xn--orlans-dva.example/mailboxes",
    "/domains/xn--orlans-dva.example/aliases/inscriptions",
    "/domains/nouveau.example",
    "/domains/nouveau.example/dns",
    "/domains/musee.example/mailboxes",
];
/// What staff sees.
const OF_STAFF: [&str; 5] = [
    "/domains",
    "/staff/operations",
    "/staff/domains/nouveau.example/remove",
    "/domains/ville.example/members",
    "/staff/nothing",
];

journeys! {
    in_french: "states-in-french", true, "fr";
    in_english: "states-in-english", true, "en";
}

async fn walk(visitor: &Visitor) {
    asks_for_first_access(visitor).await;
    signs_in(visitor, &visitor.demo.owner).await;
    sees(visitor, &OF_AN_OWNER).await;
    adds_no_domain(visitor).await;
    changes_rights(visitor).await;
    disables(visitor).await;
    revokes_a_link(visitor).await;
    confirms_the_address(visitor).await;
    signs_out(visitor).await;
    signs_in(visitor, &visitor.demo.staff).await;
    sees(visitor, &OF_STAFF).await;
    signs_out(visitor).await;
    signs_in(visitor, "chloe@mairie.example").await;
    visitor.open("/domains/ville.example/new-mailbox").await;
    visitor.sees("main .code").await;
    visitor.can_everyone_use("a page that is refused").await;
    sees(visitor, &["/domains/ville.example", MEMBERS, DNS]).await;
    signs_out(visitor).await;
    signs_in(visitor, "dan@mairie.example").await;
    visitor.sees("#first-domain").await;
    visitor.can_everyone_use("a person without a domain").await;
}

async fn signs_in(visitor: &Visitor, email: &str) {
    visitor.open("/sign-in").await;
    visitor.types("email", email).await;
    visitor.types("password", &visitor.demo.password).await;
    visitor.sends().await;
    visitor.stands_on("/domains").await;
}

async fn signs_out(visitor: &Visitor) {
    visitor.open("/domains").await;
    visitor.press(".menu summary").await;
    visitor.press("form[action='/sign-out'] button").await;
    visitor.stands_on("/sign-in").await;
}

async fn sees(visitor: &Visitor, pages: &[&str]) {
    for page in pages {
        visitor.open(page).await;
        visitor.stands_on(page).await;
        visitor.can_everyone_use(page).await;
    }
}

async fn asks_for_first_access(visitor: &Visitor) {
    sees(visitor, &["/first-access"]).await;
    visitor.types("address", "nobody").await;
    visitor.sends().await;
    visitor.sees("[data-mistake=address]").await;
    visitor.can_everyone_use("first access with a mistake").await;
    visitor.types("address", "agnes.benali@ville.example").await;
    visitor.sends().await;
    visitor.comes_to(".banner[data-focus]").await;
    visitor.can_everyone_use("the answer to first access").await;
}

async fn adds_no_domain(visitor: &Visitor) {
    visitor.open("/domains/new").await;
    visitor.types("name", "not a name").await;
    visitor.types("support_email", "nobody").await;
    visitor.sends().await;
    visitor.sees("[data-mistake=name]").await;
    visitor.can_everyone_use("a new domain with mistakes").await;
}

async fn changes_rights(visitor: &Visitor) {
    visitor.open(MEMBERS).await;
    visitor.press("[data-member='bruno@mairie.example'] a[href$='/remove']").await;
    visitor.sees(".consequences").await;
    visitor.can_everyone_use("removing a person").await;
    visitor.open(MEMBERS).await;
    visitor.press("[data-member='bruno@mairie.example'] a[href$='/role']").await;
    visitor.sees("[name=role]").await;
    visitor.can_everyone_use("changing a role").await;
    visitor.press("[name=role][value=owner]").await;
    visitor.sends().await;
    visitor.sees("main .button-danger").await;
    visitor.can_everyone_use("confirming an owner").await;
}

async fn disables(visitor: &Visitor) {
    visitor.open(&format!("{BOX}/disable")).await;
    visitor.types("address", "agnes.benali@ville.example").await;
    visitor.sends().await;
    visitor.sees_by_asking("#status[data-status=disabled]").await;
    sees(visitor, &[BOX]).await;
    visitor.press("#other-actions > summary").await;
    visitor.can_everyone_use("a disabled mailbox with its other actions").await;
}

async fn revokes_a_link(visitor: &Visitor) {
    visitor.open(DNS).await;
    visitor.press("#dns-share > summary").await;
    visitor.types("email", "dsi@agglo-test.example").await;
    visitor.press("#dns-share form.form button").await;
    visitor.sees("[data-notice=good]").await;
    visitor.can_everyone_use("settings that were sent").await;
    visitor.open(DNS).await;
    visitor.press("#dns-share > summary").await;
    visitor.can_everyone_use("the links to the settings").await;
    visitor.press("[data-share='dsi@agglo-test.example'] button").await;
    visitor.comes_to("[data-notice]").await;
    visitor.can_everyone_use("a link that was ended").await;
}

/// The page of the link that confirms an address, before and after.
async fn confirms_the_address(visitor: &Visitor) {
    visitor.open("/account").await;
    visitor.press("form[action='/account/confirm-address'] button").await;
    visitor.sees("[data-notice]").await;
    visitor.open("/outbox").await;
    let link = "//pre//a[contains(@href, '/confirm/')]";
    visitor.sees_in_time(link).await;
    let link = visitor.attribute(link, "href").await;
    visitor.open(&link).await;
    visitor.can_everyone_use("confirming an address").await;
    visitor.press("main form.act button").await;
    visitor.sees("main h1").await;
    visitor.can_everyone_use("an address that is confirmed").await;
}
