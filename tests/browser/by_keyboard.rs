//! The main journey by keyboard alone: from sign-in to a domain that works, with an address, an alias, and a
//! colleague. What is pressed besides what is typed is counted.

use std::io::Write;

use thirtyfour::Key;

use crate::browser::{Setup, journey};
use crate::visitor::Visitor;

/// The most key presses of the main journey, besides what is typed.
const MOST: usize = 99;
const HERE: &str = "/domains/mairie-test.example";

#[tokio::test]
async fn the_main_journey_takes_only_the_keyboard() {
    let setup = Setup { name: "keyboard-journey", javascript: true, language: "fr" };
    journey(setup, async |visitor| {
        let mut keyboard = Keyboard { visitor, presses: 0 };
        signs_in(&mut keyboard).await;
        adds_a_domain(&mut keyboard).await;
        sees_its_dns(&mut keyboard).await;
        creates_a_mailbox(&mut keyboard).await;
        creates_an_alias(&mut keyboard).await;
        invites(&mut keyboard).await;
        assert!(keyboard.presses <= MOST, "{} key presses", keyboard.presses);
    })
    .await;
}

async fn signs_in(keyboard: &mut Keyboard<'_>) {
    keyboard.visitor.open("/sign-in").await;
    keyboard.fills("email", &keyboard.visitor.demo.owner).await;
    keyboard.fills("password", &keyboard.visitor.demo.password).await;
    keyboard.presses(Key::Enter).await;
    keyboard.comes_to("/domains").await;
}

async fn adds_a_domain(keyboard: &mut Keyboard<'_>) {
    keyboard.skips_the_bar().await;
    keyboard.follows("main a[href='/domains/new']").await;
    keyboard.comes_to("/domains/new").await;
    keyboard.fills("name", "mairie-test.example").await;
    keyboard.fills("support_email", "informatique@agglo-test.example").await;
    keyboard.presses(Key::Enter).await;
    keyboard.comes_to(HERE).await;
    keyboard.visitor.comes_to("[data-notice]").await;
    keyboard.visitor.sees("#status[data-status=action_required]").await;
}

/// Checks, and looks at the records; the demonstration publishes them with a button.
async fn sees_its_dns(keyboard: &mut Keyboard<'_>) {
    keyboard.follows("main form[action$='/check'] button").await;
    keyboard.visitor.comes_to("[data-notice=warn]").await;
    keyboard.follows(&format!("main a[href='{HERE}/dns']")).await;
    keyboard.comes_to(&format!("{HERE}/dns")).await;
    keyboard.visitor.sees(".dns-left [data-record=MX]").await;
    keyboard.skips_the_bar().await;
    keyboard.follows("main form[action$='/publish'] button").await;
    keyboard.comes_to(HERE).await;
    keyboard.visitor.comes_to("[data-notice]").await;
    keyboard.visitor.sees("#status[data-status=enabled]").await;
}

async fn creates_a_mailbox(keyboard: &mut Keyboard<'_>) {
    keyboard.follows("main .tabs a[href$='/mailboxes']").await;
    keyboard.comes_to(&format!("{HERE}/mailboxes")).await;
    keyboard.skips_the_tabs().await;
    keyboard.follows("main a[href$='/new-mailbox']").await;
    keyboard.comes_to(&format!("{HERE}/new-mailbox")).await;
    keyboard.fills("first_name", "Zoé").await;
    keyboard.fills("last_name", "Clavier").await;
    keyboard.fills("secondary_email", "zoe@courriel.example").await;
    keyboard.presses(Key::Enter).await;
    keyboard.comes_to(&format!("{HERE}/mailboxes/zoe.clavier")).await;
    keyboard.visitor.comes_to("[data-notice=good]").await;
}

async fn creates_an_alias(keyboard: &mut Keyboard<'_>) {
    keyboard.follows(&format!("main a[href='{HERE}/mailboxes']")).await;
    keyboard.comes_to(&format!("{HERE}/mailboxes")).await;
    keyboard.skips_the_bar().await;
    keyboard.follows("main .tabs a[href$='/aliases']").await;
    keyboard.comes_to(&format!("{HERE}/aliases")).await;
    keyboard.skips_the_tabs().await;
    keyboard.follows("main a[href$='/new-alias']").await;
    keyboard.comes_to(&format!("{HERE}/new-alias")).await;
    keyboard.fills("local_part", "clavier").await;
    keyboard.fills("destination", "zoe.clavier@mairie-test.example").await;
    keyboard.presses(Key::Enter).await;
    keyboard.comes_to(&format!("{HERE}/aliases/clavier")).await;
    keyboard.visitor.comes_to("[data-notice]").await;
}

async fn invites(keyboard: &mut Keyboard<'_>) {
    keyboard.follows(&format!("main a[href='{HERE}/aliases']")).await;
    keyboard.comes_to(&format!("{HERE}/aliases")).await;
    keyboard.skips_the_bar().await;
    keyboard.follows("main .tabs a[href$='/members']").await;
    keyboard.comes_to(&format!("{HERE}/members")).await;
    keyboard.skips_the_tabs().await;
    keyboard.follows("main a[href$='/new-invitation']").await;
    keyboard.comes_to(&format!("{HERE}/new-invitation")).await;
    keyboard.fills("email", "gil@mairie.example").await;
    keyboard.presses(Key::Tab).await;
    keyboard.presses(Key::Space).await;
    keyboard.presses(Key::Enter).await;
    keyboard.comes_to(&format!("{HERE}/members")).await;
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

    /// Waits until the page is there, and says how many presses it took so far.
    async fn comes_to(&self, path: &str) {
        self.visitor.stands_on(path).await;
        drop(writeln!(std::io::stderr(), "{:4} key presses to {path}", self.presses));
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

    /// Types into a field; it may have the focus when its page opens.
    async fn fills(&mut self, field: &str, text: &str) {
        let css = format!("main [name={field}]");
        if !self.visitor.is_at(&css).await {
            self.tabs_to(&css).await;
        }
        self.visitor.keys(text).await;
    }
}
