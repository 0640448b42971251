//! Pages that the journeys see in one language, in the other one.

use crate::browser::journeys;
use crate::visitor::Visitor;

/// Pages of `aliases`, `colleagues` and `own_account`, which are in French.
const IN_ENGLISH: [&str; 12] = [
    "/domains/ville.example/aliases",
    "/domains/ville.example/aliases?q=nothing-like-that",
    "/domains/ville.example/aliases/cabinet",
    "/domains/ville.example/aliases/cabinet/delete",
    "/domains/ville.example/new-alias",
    "/domains/ville.example/members",
    "/domains/ville.example/new-invitation",
    "/domains/ville.example/journal",
    "/domains/ville.example/journal?q=nothing-like-that",
    "/domains/ville.example/leave",
    "/account",
    "/forgot-password",
];
/// Pages of `life`, which are in English.
const IN_FRENCH: [&str; 10] = [
    "/domains/ville.example/mailboxes?status=failed",
    "/domains/ville.example/mailboxes?q=nothing-like-that",
    "/domains/ville.example/mailboxes/agnes.besancon",
    "/domains/ville.example/mailboxes/agnes.besancon/edit",
    "/domains/ville.example/mailboxes/agnes.besancon/disable",
    "/domains/ville.example/mailboxes/agnes.besancon/delete",
    "/domains/ville.example/operations",
    "/domains/ville.example/operations?status=ended",
    "/domains/ville.example/compare",
    "/domains/ville.example/dns",
];

journeys! {
    in_english: "pages-in-english", true, "en";
    in_french: "pages-in-french", true, "fr";
}

async fn walk(visitor: &Visitor) {
    visitor.open("/sign-in").await;
    visitor.types("email", &visitor.demo.owner).await;
    visitor.types("password", &visitor.demo.password).await;
    visitor.sends().await;
    visitor.stands_on("/domains").await;
    let pages: &[&str] = if visitor.setup.language == "en" { &IN_ENGLISH } else { &IN_FRENCH };
    for page in pages {
        visitor.open(page).await;
        visitor.stands_on(page).await;
        visitor.can_everyone_use(page).await;
    }
}
