//! An owner invites an administrator, who invites a viewer; each sees only what their role allows,
//! and no button that would be refused.

use crate::browser::journeys;
use crate::visitor::Visitor;

const DOMAIN: &str = "ville.example";
const GIL: &str = "gil@mairie.example";
const LOU: &str = "lou@mairie.example";
const PASSWORD: &str = "une phrase assez longue";

journeys! {
    with_javascript: "colleagues", true, "fr";
    in_english: "colleagues-english", true, "en";
    without_javascript: "colleagues-without-javascript", false, "fr";
}

async fn walk(visitor: &Visitor) {
    visitor.open("/sign-in").await;
    visitor.types("email", &visitor.demo.owner).await;
    visitor.types("password", &visitor.demo.password).await;
    visitor.sends().await;
    visitor.stands_on("/domains").await;
    invites(visitor, GIL, "administrator").await;
    finds_it_in_the_journal(visitor, GIL).await;
    joins(visitor, GIL, "Gil Blas").await;
    cannot_invite_an_owner(visitor).await;
    invites(visitor, LOU, "viewer").await;
    joins(visitor, LOU, "Lou Petit").await;
    sees_the_list_and_no_button(visitor).await;
}

async fn on(visitor: &Visitor, what: &str) {
    if visitor.setup.javascript {
        visitor.can_everyone_use(what).await;
    }
}

async fn invites(visitor: &Visitor, email: &str, role: &str) {
    visitor.open(&format!("/domains/{DOMAIN}/members")).await;
    visitor.press(&format!("main a[href='/domains/{DOMAIN}/new-invitation']")).await;
    visitor.stands_on(&format!("/domains/{DOMAIN}/new-invitation")).await;
    on(visitor, "invite").await;
    visitor.types("email", email).await;
    visitor.press(&format!("main [name=role][value={role}]")).await;
    visitor.sends().await;
    visitor.stands_on(&format!("/domains/{DOMAIN}/members")).await;
    visitor.sees(&format!("[data-invitation='{email}'] [data-role={role}]")).await;
    on(visitor, "collaborators with an invitation").await;
}

async fn finds_it_in_the_journal(visitor: &Visitor, email: &str) {
    visitor.open(&format!("/domains/{DOMAIN}/journal?q={email}")).await;
    visitor.sees("main tr[data-line]").await;
    let line = visitor.text("main tr[data-line]").await;
    assert!(line.contains(email), "the newest line is about the invitation:\n{line}");
    on(visitor, "the journal").await;
    visitor.open(&format!("/domains/{DOMAIN}/journal?q=nothing-like-that")).await;
    on(visitor, "a journal in which nothing is found").await;
}

/// Opens the invitation link in the email without being signed in, and creates an account.
async fn joins(visitor: &Visitor, email: &str, name: &str) {
    visitor.open("/outbox").await;
    let link = format!("//li[.//*[contains(., '{email}')]]//pre//a[contains(@href, '/invitations/')]");
    visitor.sees_in_time(&link).await;
    let link = visitor.attribute(&link, "href").await;
    sign_out(visitor).await;
    visitor.open(&link).await;
    on(visitor, "invitation").await;
    visitor.types("name", name).await;
    visitor.types("password", PASSWORD).await;
    visitor.sends().await;
    visitor.stands_on(&format!("/domains/{DOMAIN}")).await;
    visitor.sees("[data-notice=good]").await;
}

async fn sign_out(visitor: &Visitor) {
    visitor.open("/domains").await;
    visitor.press(".menu summary").await;
    visitor.press("form[action='/sign-out'] button").await;
    visitor.stands_on("/sign-in").await;
}

async fn cannot_invite_an_owner(visitor: &Visitor) {
    visitor.open(&format!("/domains/{DOMAIN}/new-invitation")).await;
    visitor.sees("main [name=role][value=administrator]").await;
    assert_eq!(visitor.count("main [name=role][value=owner]").await, 0, "an administrator cannot invite owners");
    visitor.open(&format!("/domains/{DOMAIN}/members")).await;
    let owners = "tr[data-member='anna@mairie.example'] .acts";
    let acts = format!("{owners} button, {owners} a:not([href*='/journal'])");
    assert_eq!(visitor.count(&acts).await, 0, "no button for an owner");
}

async fn sees_the_list_and_no_button(visitor: &Visitor) {
    visitor.open(&format!("/domains/{DOMAIN}/members")).await;
    visitor.sees("tr[data-member='anna@mairie.example']").await;
    on(visitor, "collaborators as a viewer").await;
    assert_eq!(visitor.count("main form").await, 0, "nothing a viewer could send");
    assert_eq!(visitor.count("main a[href$='/new-invitation'], main a[href$='/remove']").await, 0);
    visitor.sees(&format!("main a[href='/domains/{DOMAIN}/leave']")).await;
    visitor.open(&format!("/domains/{DOMAIN}/mailboxes")).await;
    visitor.sees("tr[data-address]").await;
    assert_eq!(visitor.count("main a[href$='/new-mailbox']").await, 0);
}
