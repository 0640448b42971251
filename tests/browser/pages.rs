//! Pages that the journeys see in one language, in the other one; also those that only a form leads to.

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

/// Forms with a mistake: the page, a field, and what is typed there.
const WRONG: [(&str, &str, &str); 6] = [
    ("/domains/ville.example/new-alias", "destination", "nobody"),
    ("/domains/ville.example/new-invitation", "email", "nobody"),
    ("/account", "name", "<b>"),
    ("/forgot-password", "email", "nobody"),
    ("/domains/ville.example/mailboxes/agnes.besancon/edit", "last_name", "<b>"),
    ("/domains/ville.example/mailboxes/agnes.besancon/disable", "address", "somebody@else.example"),
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
    let is_english = visitor.setup.language == "en";
    let pages: &[&str] = if is_english { &IN_ENGLISH } else { &IN_FRENCH };
    for page in pages {
        visitor.open(page).await;
        visitor.stands_on(page).await;
        visitor.can_everyone_use(page).await;
    }
    for (page, field, text) in WRONG {
        visitor.open(page).await;
        visitor.types(field, text).await;
        visitor.sends().await;
        visitor.sees(&format!("[data-mistake={field}]")).await;
        visitor.can_everyone_use(&format!("{page} with a mistake")).await;
    }
    if !is_english {
        disables_several(visitor).await;
    }
}

/// The confirmation and the results of a bulk action.
async fn disables_several(visitor: &Visitor) {
    visitor.open("/domains/ville.example/mailboxes").await;
    visitor.press("input[name=mailbox][value='agnes.besancon']").await;
    visitor.press("select[name=action] option[value=disable]").await;
    visitor.press("form#selected button").await;
    visitor.sees(".consequences").await;
    visitor.can_everyone_use("disabling several").await;
    visitor.sends().await;
    visitor.sees_in_time("tr[data-address='agnes.besancon@ville.example'] .tag-good").await;
    visitor.can_everyone_use("the results of a bulk action").await;
}
