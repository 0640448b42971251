//! Nothing happens in silence: what answers an act takes the focus, and what changes by itself is said once.

use crate::browser::{Setup, journey};
use crate::visitor::Visitor;

const LIST: &str = "/domains/ville.example/mailboxes";
const BOX: &str = "/domains/ville.example/mailboxes/agnes.benali";
const WAITING: &str = "/domains/agglo.example";

/// Keeps what the live region says from now on.
const LISTEN: &str = "const said = document.getElementById('said');
    window.heard = [];
    new MutationObserver(() => { if (said.textContent) window.heard.push(said.textContent); })
        .observe(said, {childList: true, characterData: true, subtree: true});";
/// Reads the head of the page again, as a page does that shows work in progress.
const REFRESH: &str = "htmx.ajax('GET', location.href, {target: '#head', select: '#head', swap: 'outerMorph'})";
/// Fills a progress bar in twelve steps, with the event that htmx sends after each.
const PROGRESS: &str = "document.querySelector('main').insertAdjacentHTML('beforeend', `<div class='progress'>
        <progress max='12' value='0'></progress><strong data-announce='progress'>0/12</strong></div>`);
    for (let done = 0; done <= 12; done += 1) {
        document.querySelector('.progress progress').value = done;
        document.querySelector('.progress strong').textContent = `${done}/12`;
        document.dispatchEvent(new CustomEvent('htmx:after:swap'));
    }";

async fn with_an_owner(name: &'static str, javascript: bool, walk: impl AsyncFnOnce(&Visitor)) {
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
        progress_is_said_in_quarters(visitor).await;
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
    visitor.hears("Aucune adresse ne correspond à « zzzz ».").await;
    assert_eq!(visitor.heard().await.len(), 2, "each result is said once: {:?}", visitor.heard().await);
    visitor.open(&format!("{LIST}?q=zzzz")).await;
    visitor.says("Aucune adresse ne correspond").await;
    visitor.script(LISTEN).await;
}

async fn progress_is_said_in_quarters(visitor: &Visitor) {
    visitor.script(LISTEN).await;
    visitor.script(PROGRESS).await;
    visitor.hears("12/12").await;
    let heard = visitor.heard().await;
    assert_eq!(heard.last().map(String::as_str), Some("0/12. 3/12. 6/12. 9/12. 12/12"), "{heard:?}");
}

async fn an_activation_is_said(visitor: &Visitor) {
    visitor.open(WAITING).await;
    visitor.sees_by_asking("#status[data-status=action_required]").await;
    visitor.script(LISTEN).await;
    visitor.script(&format!("return fetch('{WAITING}/publish', {{method: 'POST'}}).then(() => true)")).await;
    for _ in 0..100 {
        visitor.script(REFRESH).await;
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        if visitor.heard().await.concat().contains("adresses sont actives") {
            break;
        }
    }
    let heard = visitor.heard().await;
    let all = heard.concat();
    assert!(all.contains("agglo.example, Actif"), "{heard:?}");
    assert_eq!(all.matches("14 adresses sont actives").count(), 1, "{heard:?}");
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
