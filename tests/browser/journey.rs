//! The main journey: sign in, add a domain, see its DNS records, publish them, create mailboxes,
//! read the email.

use crate::browser::{Setup, journey, journeys};
use crate::visitor::Visitor;

const DOMAIN: &str = "mairie-test.example";

journeys! {
    in_french_with_javascript: "french", true, "fr";
    in_english_with_javascript: "english", true, "en";
    without_javascript: "without-javascript", false, "fr";
}

/// The name of the journey on a telephone.
const TELEPHONE: &str = "telephone";

#[tokio::test]
async fn on_a_telephone() {
    let setup = Setup { name: TELEPHONE, javascript: true, language: "fr" };
    journey(setup, async |visitor| {
        visitor.looks_through(320).await;
        walk(visitor).await;
    })
    .await;
}

async fn walk(visitor: &Visitor) {
    has_the_wanted_javascript(visitor).await;
    signs_in(visitor).await;
    adds_a_domain(visitor).await;
    sees_its_records(visitor).await;
    publishes_them(visitor).await;
    makes_mistakes(visitor).await;
    creates_a_mailbox(visitor).await;
    follows_the_email(visitor).await;
    hands_a_mailbox_over(visitor).await;
    looks_around(visitor).await;
    signs_out(visitor).await;
}

/// Demands that JavaScript is on or off as the journey wants it. It asks a page of the browser
/// itself, to which no content policy of the portal applies.
async fn has_the_wanted_javascript(visitor: &Visitor) {
    visitor
        .open("data:text/html,<p id=ran>no</p><script>document.getElementById('ran').textContent='yes'</script>")
        .await;
    let expected = if visitor.setup.javascript { "yes" } else { "no" };
    assert_eq!(visitor.text("#ran").await, expected, "scripts run");
}

/// Demands that a page of the journey is accessible, at all widths. axe-core needs JavaScript.
async fn on(visitor: &Visitor, what: &str) {
    if visitor.setup.javascript && visitor.setup.name != TELEPHONE {
        visitor.can_everyone_use(what).await;
    }
}

async fn signs_in(visitor: &Visitor) {
    visitor.open("/domains").await;
    visitor.stands_on("/sign-in?next=%2Fdomains").await;
    // Elements that only work with JavaScript are shown by JavaScript.
    assert_eq!(visitor.is_shown("[data-reveal]").await, visitor.setup.javascript);
    on(visitor, "sign-in").await;
    for legal in ["/accessibility", "/privacy"] {
        visitor.press(&format!("footer a[href='{legal}']")).await;
        visitor.stands_on(legal).await;
        on(visitor, legal).await;
    }
    visitor.open("/domains").await;
    visitor.types("email", &visitor.demo.owner).await;
    visitor.types("password", "not the password").await;
    visitor.sends().await;
    visitor.sees("[data-mistake=password]").await;
    assert_eq!(visitor.typed("email").await, visitor.demo.owner, "what was typed is still there");
    on(visitor, "sign-in with a mistake").await;
    visitor.types("password", &visitor.demo.password).await;
    visitor.sends().await;
    visitor.stands_on("/domains").await;
    on(visitor, "domains").await;
}

async fn adds_a_domain(visitor: &Visitor) {
    visitor.press("main a[href='/domains/new']").await;
    visitor.stands_on("/domains/new").await;
    on(visitor, "new domain").await;
    visitor.types("name", "Mairie-Test.example.").await;
    visitor.types("support_email", "informatique@agglo-test.example").await;
    visitor.sends().await;
    visitor.stands_on(&format!("/domains/{DOMAIN}")).await;
    // The check runs by itself, and the page shows its result: by JavaScript, or when it is asked for again.
    visitor.sees_by_asking("#status[data-status=action_required]").await;
    on(visitor, "domain whose DNS is missing").await;
}

async fn sees_its_records(visitor: &Visitor) {
    visitor.press(&format!("nav a[href='/domains/{DOMAIN}/dns']")).await;
    visitor.sees("[data-record]").await;
    let kinds = visitor.text(".dns-left").await;
    for expected in ["MX", "CNAME", "TXT", DOMAIN] {
        assert!(kinds.contains(expected), "{expected} is not among the records:\n{kinds}");
    }
    assert_eq!(visitor.is_shown("[data-copy]").await, visitor.setup.javascript);
    on(visitor, "DNS").await;
}

async fn publishes_them(visitor: &Visitor) {
    visitor.press(&format!("form[action='/domains/{DOMAIN}/publish'] button")).await;
    visitor.sees_by_asking("#status[data-status=enabled]").await;
    visitor.stands_on(&format!("/domains/{DOMAIN}")).await;
    visitor.sees("[data-notice=good]").await;
    on(visitor, "enabled domain").await;
}

async fn makes_mistakes(visitor: &Visitor) {
    visitor.press(&format!("nav a[href='/domains/{DOMAIN}/mailboxes']")).await;
    visitor.stands_on(&format!("/domains/{DOMAIN}/mailboxes")).await;
    on(visitor, "no mailboxes yet").await;
    visitor.press(&format!("main a[href='/domains/{DOMAIN}/new-mailbox']")).await;
    visitor.stands_on(&format!("/domains/{DOMAIN}/new-mailbox")).await;
    on(visitor, "new mailbox").await;
    visitor.types("first_name", "Zoé").await;
    visitor.types("local_part", "zoé..l").await;
    visitor.types("secondary_email", "zoe(at)courriel").await;
    visitor.sends().await;
    for field in ["last_name", "local_part", "secondary_email"] {
        visitor.sees(&format!("[data-mistake={field}]")).await;
    }
    let typed =
        [visitor.typed("first_name").await, visitor.typed("local_part").await, visitor.typed("secondary_email").await];
    assert_eq!(typed, ["Zoé", "zoé..l", "zoe(at)courriel"], "what was typed is still there");
    visitor.comes_to("[data-summary]").await;
    on(visitor, "new mailbox with mistakes").await;
    visitor.press("[data-summary] a[href='#field-last_name']").await;
    visitor.comes_to("[name=last_name]").await;
}

async fn creates_a_mailbox(visitor: &Visitor) {
    visitor.types("last_name", "L’Hôpital").await;
    visitor.types("local_part", "").await;
    visitor.types("secondary_email", "zoe@courriel.example").await;
    if visitor.setup.javascript {
        visitor.sees("#address-state [data-state=free]").await;
        let preview = visitor.text("#address-state").await;
        assert!(preview.contains(&format!("zoe.lhopital@{DOMAIN}")), "the preview of the address: {preview}");
    }
    visitor.sends().await;
    visitor.stands_on(&format!("/domains/{DOMAIN}/mailboxes/zoe.lhopital")).await;
    visitor.sees_by_asking("#status[data-status=enabled]").await;
    on(visitor, "mailbox").await;
    visitor.open(&format!("/domains/{DOMAIN}/mailboxes")).await;
    visitor.sees(&format!("tr[data-address='zoe.lhopital@{DOMAIN}'] [data-status=enabled]")).await;
    on(visitor, "mailboxes").await;
}

async fn follows_the_email(visitor: &Visitor) {
    visitor.press("header a[href='/outbox']").await;
    visitor.stands_on("/outbox").await;
    let email = "//li[contains(., 'zoe@courriel.example')]";
    let link = &format!("{email}//a[contains(@href, '/login-link/')]");
    visitor.sees_in_time(link).await;
    if !visitor.is_shown(link).await {
        visitor.press(&format!("{email}//summary")).await;
    }
    let words = visitor.text(email).await;
    assert!(words.contains(&format!("zoe.lhopital@{DOMAIN}")), "the address is in its email:\n{words}");
    on(visitor, "emails").await;
    visitor.press(link).await;
    visitor.sees("form[action^='/login-link/'] button").await;
    on(visitor, "login link").await;
    visitor.press("form[action^='/login-link/'] button").await;
    visitor.leaves("/login-link/").await;
    let webmail = visitor.text("body").await;
    assert!(webmail.contains("zoe.lhopital@mairie-test.example"), "the login link opens:\n{webmail}");
}

async fn hands_a_mailbox_over(visitor: &Visitor) {
    visitor.open(&format!("/domains/{DOMAIN}/new-mailbox")).await;
    visitor.types("first_name", "Noël").await;
    visitor.types("last_name", "d’Arcy").await;
    visitor.sends().await;
    visitor.sees("output[data-secret]").await;
    let password = visitor.text("output[data-secret]").await;
    assert!(password.len() >= 8, "a first password: {password:?}");
    let sheet = visitor.text("main").await;
    assert!(sheet.contains("noel.darcy@mairie-test.example"), "the address is on the sheet:\n{sheet}");
    assert_eq!(visitor.is_shown("[data-print]").await, visitor.setup.javascript);
    on(visitor, "hand-over sheet").await;
    visitor.press("form[action$='/noel.darcy/handed-over'] button").await;
    visitor.sees_by_asking("#status[data-status=enabled]").await;
    let page = visitor.text("main").await;
    assert!(!page.contains(&password), "the password is on no other page:\n{page}");
}

/// Visits pages beside the main journey, on domains with more data than a new domain has.
async fn looks_around(visitor: &Visitor) {
    for (path, what) in [
        ("/domains?q=o&sort=-name", "domains found"),
        ("/domains/ville.example/mailboxes", "a long list"),
        ("/domains/ville.example/mailboxes?q=nobody", "nothing found"),
        ("/domains/agglo.example/dns", "DNS with problems"),
        ("/domains/agglo.example/edit", "support address"),
        ("/domains/agglo.example/mailboxes/jeanne.lefevre", "waiting mailbox"),
        ("/domains/agglo.example/mailboxes/jeanne.lefevre/edit", "correcting a mailbox"),
        ("/domains/agglo.example/mailboxes/jeanne.lefevre/delete", "deleting a mailbox"),
        ("/domains/ville.example/members", "collaborators"),
        ("/domains/ville.example/new-invitation", "inviting"),
        ("/domains/nouveau.example/remove", "removing a domain"),
        ("/domains/musee.example", "closed domain"),
        ("/domains/ville.example/mailboxes/nobody", "no such page"),
    ] {
        visitor.open(path).await;
        visitor.sees("main h1").await;
        assert_eq!(visitor.is_shown("main .code").await, what == "no such page", "{what}: an error page");
        on(visitor, what).await;
    }
}

async fn signs_out(visitor: &Visitor) {
    visitor.press("header details.menu summary").await;
    on(visitor, "the menu").await;
    visitor.press("form[action='/sign-out'] button").await;
    visitor.stands_on("/sign-in").await;
    visitor.open(&format!("/domains/{DOMAIN}")).await;
    visitor.stands_on(&format!("/sign-in?next=%2Fdomains%2F{DOMAIN}")).await;
}
