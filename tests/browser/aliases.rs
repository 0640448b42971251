//! In the browser: creates an alias with several destinations, adds a field, removes a destination,
//! deletes the alias.

use crate::browser::journeys;
use crate::visitor::Visitor;

const LIST: &str = "/domains/ville.example/aliases";
const NEW: &str = "/domains/ville.example/new-alias";
const HERE: &str = "/domains/ville.example/aliases/travaux";

journeys! {
    with_javascript: "aliases", true, "fr";
    without_javascript: "aliases-without-javascript", false, "fr";
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
    visitor.open(LIST).await;
    on(visitor, "aliases").await;
    visitor.press(&format!("main a[href='{NEW}']")).await;
    visitor.stands_on(NEW).await;
    on(visitor, "new alias").await;

    visitor.types("local_part", "travaux").await;
    visitor.types("destination", "chantier@courriel.example").await;
    visitor.press("main button[formmethod=get]").await;
    visitor.sees("#field-destination-4").await;
    assert_eq!(visitor.typed("local_part").await, "travaux", "what was typed comes along");
    assert_eq!(visitor.typed("destination").await, "chantier@courriel.example");
    visitor.press("#field-destination-4").await;
    visitor.keys("voirie@courriel.example").await;
    visitor.sends().await;
    visitor.stands_on(HERE).await;
    visitor.sees("[data-notice=good]").await;
    visitor.sees("[data-destination='voirie@courriel.example'] [data-status=enabled]").await;
    on(visitor, "an alias").await;

    visitor.press("#field-destination").await;
    visitor.keys("chantier").await;
    visitor.sends().await;
    visitor.sees("[data-mistake=destination]").await;
    on(visitor, "an alias with a mistake").await;
    visitor.open(HERE).await;
    visitor.press("[data-destination='voirie@courriel.example'] form[action$='/remove'] button").await;
    visitor.sees("[data-notice=good]").await;
    assert_eq!(visitor.count("[data-destination]").await, 1);

    visitor.press(&format!("main a[href='{HERE}/delete']")).await;
    visitor.stands_on(&format!("{HERE}/delete")).await;
    on(visitor, "deleting an alias").await;
    visitor.sends().await;
    visitor.stands_on(LIST).await;
    visitor.sees("[data-notice=good]").await;
    assert_eq!(visitor.count("[data-alias='travaux@ville.example']").await, 0);
    warns(visitor).await;
}

async fn warns(visitor: &Visitor) {
    visitor.open("/domains/ville.example/aliases/cabinet").await;
    assert_eq!(visitor.count("[data-warning]").await, 2, "a loop, and no recipient");
    on(visitor, "an alias with warnings").await;
}
