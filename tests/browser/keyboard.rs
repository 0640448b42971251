//! The main pages work by keyboard alone, and in another language.

use thirtyfour::Key;

use crate::browser::{Setup, journey};
use crate::visitor::Visitor;

#[tokio::test]
async fn signing_in_takes_only_the_keyboard() {
    let setup = Setup { name: "keyboard", javascript: true, language: "fr" };
    journey(setup, async |visitor| {
        visitor.open("/sign-in").await;
        visitor.comes_to("[name=email]").await;
        visitor.keys(&visitor.demo.owner).await;
        tabs_to(visitor, "[name=password]").await;
        visitor.keys(&visitor.demo.password).await;
        visitor.key(Key::Enter).await;
        visitor.stands_on("/domains").await;
        // The skip link leads past the bar to the content.
        visitor.key(Key::Tab).await;
        visitor.comes_to("a.skip").await;
        visitor.sees("a.skip").await;
        visitor.key(Key::Enter).await;
        visitor.comes_to("#main").await;
        tabs_to(visitor, "main a[href='/domains/new']").await;
        visitor.key(Key::Enter).await;
        visitor.stands_on("/domains/new").await;
        // The menu opens and closes, and the focus stays with it.
        tabs_to(visitor, "details.menu summary").await;
        visitor.key(Key::Enter).await;
        visitor.sees("form[action='/sign-out'] button").await;
        visitor.key(Key::Escape).await;
        visitor.comes_to("details.menu summary").await;
        assert!(!visitor.is_shown("form[action='/sign-out'] button").await, "Escape closes the menu");
    })
    .await;
}

/// Presses Tab until this element has the focus.
async fn tabs_to(visitor: &Visitor, css: &str) {
    for _ in 0..40 {
        visitor.key(Key::Tab).await;
        if visitor.is_at(css).await {
            return;
        }
    }
    panic!("Tab never comes to {css}");
}

#[tokio::test]
async fn the_language_can_be_changed_and_stays() {
    let setup = Setup { name: "language", javascript: false, language: "fr" };
    journey(setup, async |visitor| {
        visitor.open("/sign-in?next=%2Fdomains%3Fsort%3D-name").await;
        assert_eq!(visitor.attribute("html", "lang").await, "fr");
        changes_language(visitor, "en").await;
        visitor.stands_on("/sign-in?next=%2Fdomains%3Fsort%3D-name").await;
        visitor.types("email", &visitor.demo.owner).await;
        visitor.types("password", &visitor.demo.password).await;
        visitor.sends().await;
        visitor.stands_on("/domains?sort=-name").await;
        assert_eq!(visitor.attribute("html", "lang").await, "en", "as chosen before signing in");
        changes_language(visitor, "fr").await;
        visitor.stands_on("/domains?sort=-name").await;
        visitor.open("/domains/ville.example/mailboxes").await;
        assert_eq!(visitor.attribute("html", "lang").await, "fr", "the language of all later pages");
    })
    .await;
}

async fn changes_language(visitor: &Visitor, to: &str) {
    visitor.press(&format!("form.language button[lang={to}]")).await;
    visitor.sees(&format!("html[lang={to}] main")).await;
}
