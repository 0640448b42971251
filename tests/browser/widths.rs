//! At every width between a telephone and a desk the main pages show everything, and none scrolls sideways; nor at
//! 320 pixels with text of twice the size.

use serde_json::Value;

use crate::browser::journeys;
use crate::visitor::Visitor;

/// Every width between a telephone and a desk at which a page is looked at, in pixels, from wide to narrow.
const WIDTHS: [u16; 26] = [
    1280, 1240, 1200, 1160, 1120, 1080, 1040, 1000, 970, 961, 920, 880, 840, 800, 761, 720, 690, 665, 650, 641, 600,
    560, 520, 480, 440, 360,
];

/// The main pages of an owner.
const PAGES: [&str; 26] = [
    "/domains",
    "/domains/new",
    "/domains/agglo.example/dns",
    "/domains/agglo.example/mailboxes",
    "/domains/agglo.example/mailboxes/jeanne.lefevre",
    "/domains/agglo.example/operations",
    "/domains/agglo.example/edit",
    "/domains/ville.example",
    "/domains/ville.example/dns",
    "/domains/ville.example/mailboxes",
    "/domains/ville.example/mailboxes/agnes.benali",
    "/domains/ville.example/mailboxes/agnes.benali/edit",
    "/domains/ville.example/mailboxes/agnes.benali/delete",
    "/domains/ville.example/new-mailbox",
    "/domains/ville.example/aliases",
    "/domains/ville.example/aliases/cabinet",
    "/domains/ville.example/new-alias",
    "/domains/ville.example/members",
    "/domains/ville.example/new-invitation",
    "/domains/ville.example/operations",
    "/domains/ville.example/operations?status=ended",
    "/domains/ville.example/journal",
    "/domains/ville.example/compare",
    "/account",
    "/privacy",
    "/accessibility",
];

journeys! {
    in_french: "widths-in-french", true, "fr";
    in_english: "widths-in-english", true, "en";
}

async fn walk(visitor: &Visitor) {
    visitor.open("/sign-in").await;
    visitor.types("email", &visitor.demo.owner).await;
    visitor.types("password", &visitor.demo.password).await;
    visitor.sends().await;
    visitor.stands_on("/domains").await;
    let mut lost = Vec::new();
    for page in PAGES {
        visitor.open(page).await;
        look(visitor, page, &mut lost).await;
    }
    confirms(visitor, &mut lost).await;
    opens_the_link(visitor, &mut lost).await;
    assert!(lost.is_empty(), "what is lost:\n{}", lost.join("\n"));
}

/// The page that says what an action on several mailboxes will do.
async fn confirms(visitor: &Visitor, lost: &mut Vec<String>) {
    visitor.open("/domains/ville.example/mailboxes").await;
    visitor.press("input[name=mailbox][value='agnes.besancon']").await;
    visitor.press("select[name=action] option[value=disable]").await;
    visitor.press("form#selected button").await;
    visitor.sees(".consequences").await;
    look(visitor, "disabling several", lost).await;
}

/// The DNS guide of a person without an account.
async fn opens_the_link(visitor: &Visitor, lost: &mut Vec<String>) {
    visitor.open("/domains/agglo.example/dns").await;
    visitor.press("#dns-share > summary").await;
    visitor.types("email", "dsi@agglo-test.example").await;
    visitor.press("#dns-share form.form button").await;
    visitor.sees("[data-notice=good]").await;
    look(visitor, "settings that were sent", lost).await;
    visitor.open("/outbox").await;
    let link = "//pre//a[contains(@href, '/dns/')]";
    visitor.sees_in_time(link).await;
    let link = visitor.attribute(link, "href").await;
    visitor.open(&link).await;
    visitor.sees(".dns-left [data-record=MX]").await;
    look(visitor, "the page of a DNS link", lost).await;
}

/// Looks at the page at each width, and at 320 pixels with text of twice the size; adds what it loses there.
async fn look(visitor: &Visitor, what: &str, lost: &mut Vec<String>) {
    let mut add = |place: String, found: &Value| {
        let found = found.as_array().into_iter().flatten().filter_map(Value::as_str);
        lost.extend(found.map(|found| format!("{what}, {place}: {found}")));
    };
    for width in WIDTHS {
        visitor.looks_through(width).await;
        for (name, found) in visitor.losses().await {
            add(format!("{width} wide{name}"), &found);
        }
    }
    visitor.looks_through(320).await;
    visitor.prefers_text_of(32).await;
    let [(_, found), _] = visitor.losses().await;
    add("320 wide, text of 200 %".to_owned(), &found);
    visitor.prefers_text_of(16).await;
    visitor.looks_through(0).await;
}
