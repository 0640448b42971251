//! After each act the focus is on what answers it; what needs no new page is said by a live region.

use crate::announcements::{LISTEN, with_an_owner};
use crate::visitor::Visitor;

/// What a person does on a page.
enum Step {
    /// Clicks a button, a link, or a choice.
    Press(&'static str),
    /// Types a text into a field.
    Type(&'static str, &'static str),
    /// Submits the form of the page.
    Send,
}
use Step::{Press, Send, Type};

/// The page on which an act begins, and what it takes.
type Act = (&'static str, &'static [Step]);

const ACTS: [Act; 25] = [
    ("/domains/ville.example/mailboxes/agnes.benali/edit", &[Type("last_name", "Benali-Noël"), Send]),
    ("/domains/ville.example/mailboxes/agnes.benali", &[Press("form[action$='/login-link'] button")]),
    ("/domains/ville.example/mailboxes/agnes.benali/disable", &[Type("address", "agnes.benali@ville.example"), Send]),
    ("/domains/ville.example/mailboxes/agnes.benali", &[Press("form[action$='/enable'] button")]),
    ("/domains/ville.example/mailboxes/agnes.benali/delete", &[Type("address", "agnes.benali@ville.example"), Send]),
    (
        "/domains/ville.example/mailboxes",
        &[
            Press("input[name=mailbox][value='agnes.besancon']"),
            Press("input[name=mailbox][value='agnes.celik']"),
            Press("select[name=action] option[value=disable]"),
            Press("form#selected button"),
            Send,
        ],
    ),
    (
        "/domains/ville.example/new-mailbox",
        &[
            Type("first_name", "Zoé"),
            Type("last_name", "Annonce"),
            Type("secondary_email", "zoe@courriel.example"),
            Send,
        ],
    ),
    ("/domains/ville.example/new-mailbox", &[Type("first_name", "Léo"), Type("last_name", "Annonce"), Send]),
    (
        "/domains/ville.example/new-alias",
        &[Type("local_part", "annonce"), Type("destination", "un@courriel.example"), Send],
    ),
    ("/domains/ville.example/aliases/annonce", &[Type("destination", "deux@courriel.example"), Send]),
    (
        "/domains/ville.example/aliases/annonce",
        &[Press("[data-destination='un@courriel.example'] form[action$='/remove'] button")],
    ),
    ("/domains/ville.example/aliases/annonce/delete", &[Send]),
    (
        "/domains/ville.example/new-invitation",
        &[Type("email", "gil@mairie.example"), Press("[name=role][value=viewer]"), Send],
    ),
    (
        "/domains/ville.example/members",
        &[Press("[data-invitation='gil@mairie.example'] form[action$='/resend'] button")],
    ),
    (
        "/domains/ville.example/members",
        &[Press("[data-invitation='gil@mairie.example'] form[action$='/withdraw'] button")],
    ),
    (
        "/domains/ville.example/members",
        &[
            Press("[data-member='chloe@mairie.example'] a[href$='/role']"),
            Press("[name=role][value=administrator]"),
            Send,
        ],
    ),
    ("/domains/ville.example/members", &[Press("[data-member='chloe@mairie.example'] a[href$='/remove']"), Send]),
    ("/domains/agglo.example/dns", &[Press(".dns-check button")]),
    (
        "/domains/agglo.example/dns",
        &[Press("#dns-share > summary"), Type("email", "dsi@agglo-test.example"), Press("#dns-share form.form button")],
    ),
    (
        "/domains/agglo.example/dns",
        &[Press("#dns-share > summary"), Press("[data-share='dsi@agglo-test.example'] button")],
    ),
    ("/domains/agglo.example/edit", &[Type("support_email", "aide@agglo-test.example"), Send]),
    ("/domains/ville.example/operations", &[Press("form[action$='/retry'] button")]),
    ("/domains/agglo.example/operations", &[Press("form[action$='/take-back'] button")]),
    ("/account", &[Type("name", "Anna Martin-Roy"), Send]),
    ("/domains/nouveau.example/remove", &[Send]),
];

#[tokio::test]
async fn what_answers_each_act_takes_the_focus() {
    with_an_owner("acts", true, async |visitor| {
        for (page, steps) in ACTS {
            visitor.open(page).await;
            for step in steps {
                match step {
                    Press(css) => visitor.press(css).await,
                    Type(field, text) => visitor.types(field, text).await,
                    Send => visitor.sends().await,
                }
            }
            visitor.comes_to("[data-notice], .banner[data-focus]").await;
        }
    })
    .await;
}

#[tokio::test]
async fn what_needs_no_new_page_is_said() {
    with_an_owner("said", true, async |visitor| {
        for list in ["/domains", "/domains/ville.example/aliases", "/domains/ville.example/journal"] {
            visitor.open(list).await;
            visitor.types("q", "zzzz").await;
            visitor.says(" ne correspond").await;
        }
        visitor.open("/domains/agglo.example/dns").await;
        visitor.press("[data-record=MX] .dns-wanted [data-copy]").await;
        visitor.says("Copié").await;
        previews(visitor).await;
        rows_change(visitor).await;
    })
    .await;
}

/// Screen readers announce the preview of an address: it is in an element with `role="status"`.
async fn previews(visitor: &Visitor) {
    visitor.open("/domains/ville.example/new-mailbox").await;
    assert_eq!(visitor.attribute("#address-state", "role").await, "status");
    visitor.types("first_name", "Agnès").await;
    visitor.types("last_name", "Benali").await;
    visitor.sees("#address-state [data-state]").await;
    let said = visitor.text("#address-state").await;
    assert!(said.contains("agnes.benali"), "{said}");
}

/// The addresses of a domain that becomes active are created while their list is open: it says some of them by name.
async fn rows_change(visitor: &Visitor) {
    visitor.open("/domains/agglo.example").await;
    visitor.press("form[action$='/publish'] button").await;
    visitor.sees("[data-notice=good]").await;
    visitor.open("/domains/agglo.example/mailboxes").await;
    visitor.script(LISTEN).await;
    visitor.hears(", Actif").await;
}
