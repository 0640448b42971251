//! The main pages work by keyboard alone, and in another language.

use std::io::Write;

use thirtyfour::Key;

use crate::browser::{Setup, journey};
use crate::visitor::Visitor;

#[tokio::test]
async fn signing_in_takes_only_the_keyboard() {
    let setup = Setup { name: "keyboard", javascript: true, language: "fr" };
    journey(setup, async |visitor| {
        visitor.open("/sign-in").await;
        visitor.key(Key::Tab).await;
        visitor.comes_to("a.skip").await;
        visitor.sees("a.skip").await;
        tabs_to(visitor, "[name=email]").await;
        visitor.keys(&visitor.demo.owner).await;
        tabs_to(visitor, "[name=password]").await;
        visitor.keys(&visitor.demo.password).await;
        visitor.key(Key::Enter).await;
        visitor.stands_on("/domains").await;
        // The skip link leads past the bar to the content.
        visitor.key(Key::Tab).await;
        visitor.comes_to("a.skip").await;
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

/// The most key presses of the main journey, besides what is typed.
const MOST: usize = 99;

#[tokio::test]
async fn the_main_journey_takes_only_the_keyboard() {
    let setup = Setup { name: "keyboard-journey", javascript: true, language: "fr" };
    journey(setup, async |visitor| {
        let mut keyboard = Keyboard { visitor, presses: 0 };
        visitor.open("/sign-in").await;
        keyboard.fills("email", &visitor.demo.owner).await;
        keyboard.fills("password", &visitor.demo.password).await;
        keyboard.presses(Key::Enter).await;
        visitor.stands_on("/domains").await;
        let signing_in = keyboard.presses;
        creates_a_mailbox(&mut keyboard).await;
        let with_a_mailbox = keyboard.presses;
        creates_an_alias(&mut keyboard).await;
        let with_an_alias = keyboard.presses;
        invites(&mut keyboard).await;
        drop(writeln!(std::io::stderr(), "\nafter each part: {signing_in}, {with_a_mailbox}, {with_an_alias}"));
        drop(writeln!(std::io::stderr(), "\nthe main journey by keyboard: {} key presses", keyboard.presses));
        assert!(keyboard.presses <= MOST, "{} key presses", keyboard.presses);
    })
    .await;
}

async fn creates_a_mailbox(keyboard: &mut Keyboard<'_>) {
    keyboard.skips_the_bar().await;
    keyboard.follows("main a[href='/domains/ville.example'], main a[href='/domains/ville.example/mailboxes']").await;
    keyboard.visitor.leaves("/domains?").await;
    keyboard.skips_the_tabs().await;
    keyboard.follows("main a[href$='/new-mailbox']").await;
    keyboard.visitor.stands_on("/domains/ville.example/new-mailbox").await;
    keyboard.skips_the_bar().await;
    keyboard.fills("first_name", "Zoé").await;
    keyboard.fills("last_name", "Clavier").await;
    keyboard.fills("secondary_email", "zoe@courriel.example").await;
    keyboard.presses(Key::Enter).await;
    keyboard.visitor.stands_on("/domains/ville.example/mailboxes/zoe.clavier").await;
    keyboard.visitor.comes_to("[data-notice=good]").await;
}

async fn creates_an_alias(keyboard: &mut Keyboard<'_>) {
    keyboard.follows("main a[href='/domains/ville.example/mailboxes']").await;
    keyboard.visitor.stands_on("/domains/ville.example/mailboxes").await;
    keyboard.skips_the_bar().await;
    keyboard.follows("main .tabs a[href$='/aliases']").await;
    keyboard.visitor.stands_on("/domains/ville.example/aliases").await;
    keyboard.skips_the_tabs().await;
    keyboard.follows("main a[href$='/new-alias']").await;
    keyboard.visitor.stands_on("/domains/ville.example/new-alias").await;
    keyboard.skips_the_bar().await;
    keyboard.fills("local_part", "clavier").await;
    keyboard.fills("destination", "zoe.clavier@ville.example").await;
    keyboard.presses(Key::Enter).await;
    keyboard.visitor.stands_on("/domains/ville.example/aliases/clavier").await;
    keyboard.visitor.comes_to("[data-notice]").await;
}

async fn invites(keyboard: &mut Keyboard<'_>) {
    keyboard.follows("main a[href='/domains/ville.example/aliases']").await;
    keyboard.visitor.stands_on("/domains/ville.example/aliases").await;
    keyboard.skips_the_bar().await;
    keyboard.follows("main .tabs a[href$='/members']").await;
    keyboard.visitor.stands_on("/domains/ville.example/members").await;
    keyboard.skips_the_tabs().await;
    keyboard.follows("main a[href$='/new-invitation']").await;
    keyboard.visitor.stands_on("/domains/ville.example/new-invitation").await;
    keyboard.skips_the_bar().await;
    keyboard.fills("email", "gil@mairie.example").await;
    keyboard.presses(Key::Tab).await;
    keyboard.presses(Key::Space).await;
    keyboard.presses(Key::Enter).await;
    keyboard.visitor.stands_on("/domains/ville.example/members").await;
    keyboard.visitor.comes_to("[data-notice=good]").await;
    keyboard.visitor.sees("[data-invitation='gil@mairie.example']").await;
}

/// The keyboard of a person who uses nothing else; counts what is pressed besides what is typed.
struct Keyboard<'a> {
    visitor: &'a Visitor,
    presses: usize,
}

impl Keyboard<'_> {
    async fn presses(&mut self, key: Key) {
        self.presses += 1;
        self.visitor.key(key).await;
    }

    /// Goes past the bar and the tabs to what is below them.
    async fn skips_the_tabs(&mut self) {
        self.skips_the_bar().await;
        self.tabs_to("a.skip-tabs").await;
        self.presses(Key::Enter).await;
        self.visitor.comes_to("#below-tabs").await;
    }

    /// Goes past the bar to the content.
    async fn skips_the_bar(&mut self) {
        self.tabs_to("a.skip").await;
        self.presses(Key::Enter).await;
        self.visitor.comes_to("#main").await;
    }

    async fn tabs_to(&mut self, css: &str) {
        for _ in 0..40 {
            self.presses(Key::Tab).await;
            if self.visitor.is_at(css).await {
                return;
            }
        }
        panic!("Tab never comes to {css}");
    }

    async fn follows(&mut self, css: &str) {
        self.tabs_to(css).await;
        self.presses(Key::Enter).await;
    }

    async fn fills(&mut self, field: &str, text: &str) {
        self.tabs_to(&format!("main [name={field}]")).await;
        self.visitor.keys(text).await;
    }
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
