//! Nothing happens in silence: what answers an act takes the focus, and what changes by itself is said once.

use crate::browser::{Setup, journey};
use crate::visitor::Visitor;

const LIST: &str = "/domains/ville.example/mailboxes";
const BOX: &str = "/domains/ville.example/mailboxes/agnes.benali";
const WAITING: &str = "/domains/agglo.example";

/// Keeps what the live region says from now on.
pub const LISTEN: &str = "const said = document.getElementById('said');
    window.heard = [];
    new MutationObserver(() => { if (said.textContent) window.heard.push(said.textContent); })
        .observe(said, {childList: true, characterData: true, subtree: true});";
/// Runs a journey in French that begins signed in as an owner.
pub async fn with_an_owner(name: &'static str, javascript: bool, walk: impl AsyncFnOnce(&Visitor)) {
    journey(Setup { name, javascript, language: "fr" }, async |visitor| {
        visitor.open("/sign-in").await;
        visitor.types("email", &visitor.demo.owner).await;
        visitor.types("password", &visitor.demo.password).await;
        visitor.sends().await;
        visitor.stands_on("/domains").await;
        walk(visitor).await;
    })
    .await;
}

#[tokio::test]
async fn changes_by_themselves_are_said() {
    with_an_owner("announcements", true, async |visitor| {
        a_search_is_said(visitor).await;
        progress_is_said(visitor).await;
        an_activation_is_said(visitor).await;
    })
    .await;
}

async fn a_search_is_said(visitor: &Visitor) {
    visitor.open(LIST).await;
    visitor.script(LISTEN).await;
    visitor.types("q", "agnes").await;
    visitor.hears("adresses").await;
    visitor.types("q", "zzzz").await;
    visitor.hears("Aucune adresse ne correspond à «\u{a0}zzzz\u{a0}».").await;
    assert_eq!(visitor.heard().await.len(), 2, "each result is said once: {:?}", visitor.heard().await);
    visitor.open(&format!("{LIST}?q=zzzz")).await;
    visitor.says("Aucune adresse ne correspond").await;
    visitor.script(LISTEN).await;
}

/// The page of an action on several mailboxes asks for its own news.
async fn progress_is_said(visitor: &Visitor) {
    visitor.open(LIST).await;
    visitor.press("[data-tick-all] input").await;
    visitor.press("select[name=action] option[value=disable]").await;
    visitor.press("form#selected button").await;
    visitor.sends().await;
    visitor.sees("#operation").await;
    visitor.script(LISTEN).await;
    let all = visitor.text("#operation .progress strong").await;
    let all = all.split_whitespace().last().unwrap_or_default().to_owned();
    visitor.hears(&format!("{all} sur {all}")).await;
    let heard = visitor.heard().await;
    assert!(heard.len() <= 4, "progress is said in quarters: {heard:?}");
}

/// An activation, seen from the overview, whose tabs and text say the same at each moment.
async fn an_activation_is_said(visitor: &Visitor) {
    visitor.open(WAITING).await;
    visitor.sees_by_asking("#status[data-status=action_required]").await;
    visitor.script(LISTEN).await;
    visitor.press(&format!("form[action='{WAITING}/publish'] button")).await;
    visitor.sees("[data-notice=good]").await;
    visitor.script(LISTEN).await;
    visitor.hears("adresses sont actives").await;
    let heard = visitor.heard().await;
    assert_eq!(heard.concat().matches("14 adresses sont actives").count(), 1, "{heard:?}");
    let page = visitor.text("main").await;
    assert!(!page.contains("opérations sont en cours"), "the text below the tabs is as new as they are:\n{page}");
}

#[tokio::test]
async fn what_answers_an_act_takes_the_focus() {
    with_an_owner("focus", true, acts).await;
}

#[tokio::test]
async fn what_answers_an_act_takes_the_focus_without_javascript() {
    with_an_owner("focus-without-javascript", false, acts).await;
}

async fn acts(visitor: &Visitor) {
    visitor.open(&format!("{BOX}/edit")).await;
    visitor.types("last_name", "").await;
    visitor.sends().await;
    visitor.comes_to("[data-summary]").await;
    assert!(visitor.title().await.starts_with("Erreur\u{a0}: "), "{}", visitor.title().await);
    assert!(visitor.text("[data-summary] a").await.starts_with("Nom – "), "the line names its field");
    visitor.types("last_name", "Benali-Noël").await;
    visitor.sends().await;
    visitor.stands_on(BOX).await;
    visitor.comes_to("[data-notice=good]").await;
    assert!(!visitor.title().await.starts_with("Erreur"), "{}", visitor.title().await);

    visitor.open("/domains/ville.example/aliases/cabinet").await;
    visitor.press("#field-destination").await;
    visitor.keys("chantier").await;
    visitor.press("main form.form[action$='/add'] button:not([type=button])").await;
    visitor.comes_to("[data-summary]").await;
    assert!(visitor.text("[data-summary] a").await.starts_with("Destination – "), "the line names its field");
}
