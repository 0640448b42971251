//! In the browser: what is left to do in the DNS, copied by buttons with names of their own; the settings sent to
//! the person who manages the DNS, and the page of that link.

use std::collections::BTreeSet;

use crate::browser::journeys;
use crate::visitor::Visitor;

const HERE: &str = "/domains/agglo.example/dns";
const DSI: &str = "dsi@agglo-test.example";
/// The names of the copy buttons, as screen readers say them.
const NAMES: &str = "return [...document.querySelectorAll('[data-copy]')].map((button) => button.textContent)";

journeys! {
    with_javascript: "dns", true, "fr";
    in_english: "dns-english", true, "en";
    without_javascript: "dns-without-javascript", false, "fr";
}

async fn on(visitor: &Visitor, what: &str) {
    if visitor.setup.javascript {
        visitor.can_everyone_use(what).await;
    }
}

async fn walk(visitor: &Visitor) {
    visitor.open("/sign-in").await;
    visitor.types("email", &visitor.demo.owner).await;
    visitor.types("password", &visitor.demo.password).await;
    visitor.sends().await;
    visitor.stands_on("/domains").await;
    visitor.open(HERE).await;
    visitor.sees(".dns-left [data-record=MX]").await;
    if visitor.setup.javascript {
        has_distinct_buttons(visitor).await;
    }
    on(visitor, "DNS with wrong records").await;
    for fold in ["#dns-share", "#dns-right", "#dns-help", "#dns-zone"] {
        visitor.press(&format!("{fold} > summary")).await;
    }
    on(visitor, "DNS with everything unfolded").await;
    visitor.types("email", DSI).await;
    visitor.press("#dns-share form.form button").await;
    visitor.stands_on(HERE).await;
    visitor.sees("[data-notice=good]").await;
    opens_the_link(visitor).await;
}

async fn has_distinct_buttons(visitor: &Visitor) {
    let names = visitor.script(NAMES).await;
    let names: Vec<&str> = names.as_array().into_iter().flatten().filter_map(|name| name.as_str()).collect();
    let distinct: BTreeSet<&str> = names.iter().copied().collect();
    assert!(names.len() > 10 && names.len() == distinct.len(), "{names:#?}");
}

/// Opens the link in the email without being signed in, and checks the domain there.
async fn opens_the_link(visitor: &Visitor) {
    visitor.open("/outbox").await;
    let link = format!("//li[.//*[contains(., '{DSI}')]]//pre//a[contains(@href, '/dns/')]");
    visitor.sees_in_time(&link).await;
    let link = visitor.attribute(&link, "href").await;
    visitor.press("header details.menu summary").await;
    visitor.press("form[action='/sign-out'] button").await;
    visitor.stands_on("/sign-in").await;
    visitor.open(&link).await;
    visitor.sees(".dns-left [data-record=MX]").await;
    on(visitor, "the page of a link").await;
    visitor.press(".dns-check button").await;
    visitor.comes_to("[role=status] .banner-warn").await;
    on(visitor, "the page of a link after a check").await;
}
