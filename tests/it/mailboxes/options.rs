//! The page of a mailbox offers exactly what is possible: for each status, and for each role that
//! sees the page, every offered button is pressed and must not be refused.

use dimail_portal::model::role::Role;
use scraper::{Html, Selector};

use crate::mailboxes::common::{HOUR, confirm, edit};
use crate::support::{Anna, Answer, Bruno, Chloe, Eve, Fay, Person, Portal, Visitor, on_both};

on_both!(
    owners_press_what_they_are_offered,
    administrators_press_what_they_are_offered,
    staff_presses_what_it_is_offered,
    viewers_press_what_they_are_offered,
    holders_press_what_they_are_offered,
    what_is_guarded_is_not_offered,
    what_is_not_offered_says_why,
);

/// The situation of a mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Case {
    Enabled,
    EnabledWithoutSecondary,
    Disabled,
    WaitsForDomain,
    Unanswered,
    Failed,
    /// An order of this kind waits, because dimail had this fault.
    Waits(&'static str, &'static str),
    /// An order of this kind was given up.
    GivenUp(&'static str),
    /// An order of this kind was refused when the person no longer waited.
    Refused(&'static str),
}
use Case::{Disabled, Enabled, EnabledWithoutSecondary, Failed, GivenUp, Refused, Unanswered, Waits, WaitsForDomain};

const CASES: [Case; 21] = [
    Enabled,
    EnabledWithoutSecondary,
    Disabled,
    WaitsForDomain,
    Unanswered,
    Failed,
    Waits("edit", "redirect_307"),
    Waits("disable", "redirect_307"),
    Waits("enable", "redirect_307"),
    Waits("delete", "redirect_307"),
    Waits("edit", "close"),
    Waits("disable", "act_then_close"),
    Waits("enable", "close"),
    Waits("delete", "close"),
    GivenUp("edit"),
    GivenUp("disable"),
    GivenUp("enable"),
    GivenUp("delete"),
    Refused("edit"),
    Refused("disable"),
    Refused("delete"),
];

/// Requests the change with that name.
async fn ask(by: &Visitor, path: &str, what: &str) -> Answer {
    match what {
        "edit" => edit(by, path, ["Neuf", path, "s@ailleurs.test"]).await,
        _ => confirm(by, path, what).await,
    }
}

/// Brings mailboxes into a case, with the owner's account. All at the same time, because some cases
/// take days of the clock.
async fn bring(portal: &Portal, owner: Person, domain: &str, parts: &[String], case: Case) {
    let by = portal.sign_in(owner).await;
    let path = |part: &str| format!("/domains/{domain}/mailboxes/{part}");
    if case == WaitsForDomain {
        portal.dimail.finds(domain, &["wrong_mx"], &[], true).await;
        portal.database.change(&format!("update domains set status = 'action_required' where name = '{domain}'")).await;
    }
    for part in parts {
        if matches!(case, Unanswered | Failed) {
            portal.dimail.fault("POST", &path(part), "redirect_307", 1).await;
        }
        let secondary = if case == EnabledWithoutSecondary { "" } else { "s@ailleurs.test" };
        let answer = by.new_mailbox(domain, ["Jean", part, part, secondary]).await;
        assert!([200, 303].contains(&answer.status), "{}", answer.words());
        match case {
            Failed => portal.dimail.fault("POST", &path(part), "refuse_422", 1).await,
            Disabled | Waits("enable", _) | GivenUp("enable") => {
                confirm(&by, &path(part), "disable").await.leads_to(&path(part));
            }
            _ => {}
        }
        let method = |what| if what == "delete" { "DELETE" } else { "PATCH" };
        match case {
            Waits(what, kind) => {
                portal.dimail.fault(method(what), &path(part), kind, 1).await;
                ask(&by, &path(part), what).await.leads_to(&path(part));
            }
            GivenUp(what) => {
                portal.dimail.fault(method(what), &path(part), "close", 90).await;
                ask(&by, &path(part), what).await.leads_to(&path(part));
            }
            Refused(what) => {
                portal.dimail.fault(method(what), &path(part), "redirect_307", 1).await;
                ask(&by, &path(part), what).await.leads_to(&path(part));
                portal.dimail.fault(method(what), &path(part), "refuse_422", 1).await;
            }
            _ => {}
        }
    }
    match case {
        Failed | Refused(_) => portal.work_after(HOUR).await,
        GivenUp(_) => {
            for _ in 0..6 {
                portal.work_after(10 * HOUR).await;
            }
        }
        _ => {}
    }
    portal.dimail.lose_faults().await;
}

/// The addresses that a page offers, and whether each is a form on the page itself.
fn offered(page: &Answer) -> Vec<(String, bool)> {
    let links = page.attributes("main .choices-list a.button", "href").into_iter().map(|href| (href, false));
    let forms = page.attributes("main .choices-list form", "action").into_iter().map(|href| (href, true));
    links.chain(forms).collect()
}

/// The fields of a form with their values, with the mailbox's address where it has to be typed.
fn filled(form: &Answer, address: &str) -> Vec<(String, String)> {
    let fields = Selector::parse("main form.form [name]").expect("a selector");
    let page = Html::parse_document(&form.text);
    let read = page.select(&fields).map(|field| {
        let name = field.attr("name").unwrap_or_default().to_owned();
        let value = if name == "address" { address } else { field.attr("value").unwrap_or_default() };
        (name, value.to_owned())
    });
    read.collect()
}

/// Whether the portal has the route of this address.
fn is_routed(href: &str) -> bool {
    let routes = std::fs::read_to_string("src/web/mod.rs").expect("the router");
    let act = href.rsplit('/').next().expect("a last segment");
    routes.contains(&format!("mailboxes/{{mailbox}}/{act}\""))
}

/// Presses button number `n` of the page; returns false if there are fewer.
async fn press(by: &Visitor, path: &str, n: usize, case: Case) -> bool {
    let page = by.get(path).await;
    let all = offered(page.is(200));
    assert!(page.has("main .choices-list li"), "{case:?}: the page has no choices");
    let Some((href, at_once)) = all.get(n) else { return false };
    if !is_routed(href) {
        return true;
    }
    let answer = if *at_once {
        by.post(href, &[]).await
    } else {
        let form = by.get(href).await;
        assert_eq!(form.status, 200, "{case:?} {href}: {}", form.words());
        let (rest, part) = path.rsplit_once("/mailboxes/").expect("a path");
        let address = format!("{part}@{}", rest.trim_start_matches("/domains/"));
        let fields = filled(&form, &address);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        by.post(href, &fields).await
    };
    assert!([200, 303].contains(&answer.status), "{case:?} {href}: {} {}", answer.status, answer.words());
    true
}

/// The largest number of buttons on a page.
const MOST: usize = 7;

async fn press_everything(portal: &Portal, person: Person, cases: &[Case]) {
    portal.leaves_work();
    for (number, case) in cases.iter().enumerate() {
        let domain = format!("d{number}.fr");
        portal.add_domain(Anna, &domain).await;
        portal.work().await;
        if let Some(role) = person.role.filter(|role| *role != Role::Owner) {
            portal.grant(&domain, person, role).await;
        }
        let parts: Vec<String> = (0..MOST).map(|n| format!("p{n}")).collect();
        bring(portal, Anna, &domain, &parts, *case).await;
        let by = portal.sign_in(person).await;
        for (n, part) in parts.iter().enumerate() {
            let path = format!("/domains/{domain}/mailboxes/{part}");
            let more = press(&by, &path, n, *case).await;
            assert!(n + 1 < MOST || !more, "the page offers more than {MOST}");
            if !more {
                break;
            }
        }
    }
}

async fn owners_press_what_they_are_offered(portal: &Portal) {
    press_everything(portal, Anna, &CASES).await;
}

async fn administrators_press_what_they_are_offered(portal: &Portal) {
    press_everything(portal, Bruno, &CASES).await;
}

async fn staff_presses_what_it_is_offered(portal: &Portal) {
    press_everything(portal, Eve, &[Enabled, Disabled, GivenUp("disable")]).await;
}

async fn viewers_press_what_they_are_offered(portal: &Portal) {
    let cases = [Enabled, Disabled, WaitsForDomain, Failed, Waits("edit", "close"), GivenUp("edit"), Refused("edit")];
    press_everything(portal, Chloe, &cases).await;
}

/// Creates a mailbox at the domain of people's accounts.
async fn at_home(portal: &Portal, person: Person, case: Case) -> String {
    let fay = portal.sign_in(Fay).await;
    if !portal.dimail.domains().await.contains(&"mairie.test".to_owned()) {
        fay.new_domain("mairie.test", "aide@ailleurs.test").await.leads_to("/domains/mairie.test");
        portal.grant("mairie.test", Bruno, Role::Administrator).await;
        portal.grant("mairie.test", Chloe, Role::Viewer).await;
        portal.work().await;
    }
    let part = person.email.split('@').next().expect("a local part").to_owned();
    let path = format!("/domains/mairie.test/mailboxes/{part}");
    bring(portal, Fay, "mairie.test", &[part], case).await;
    path
}

/// Presses each button that `by` is offered on the page of `holder`'s mailbox, which is created
/// anew for each.
async fn press_at_home(portal: &Portal, holder: Person, by: Person, cases: &[Case]) {
    portal.leaves_work();
    for case in cases {
        for n in 0..MOST {
            let path = at_home(portal, holder, *case).await;
            let more = press(&portal.sign_in(by).await, &path, n, *case).await;
            let fay = portal.sign_in(Fay).await;
            portal.dimail.lose_faults().await;
            confirm(&fay, &path, "delete").await;
            portal.work_after(HOUR).await;
            if !more {
                break;
            }
        }
    }
}

async fn holders_press_what_they_are_offered(portal: &Portal) {
    let cases =
        [Enabled, EnabledWithoutSecondary, Disabled, Unanswered, Waits("edit", "redirect_307"), GivenUp("disable")];
    press_at_home(portal, Chloe, Chloe, &cases).await;
}

async fn what_is_guarded_is_not_offered(portal: &Portal) {
    let cases = [Enabled, Disabled, Failed, Waits("edit", "redirect_307"), Waits("disable", "redirect_307")];
    press_at_home(portal, Anna, Bruno, &cases).await;
}

async fn what_is_not_offered_says_why(portal: &Portal) {
    let anna = crate::mailboxes::common::english(portal, Anna).await;
    crate::mailboxes::common::with_jean(portal, &anna).await;
    let says = async |words: &str| {
        let offers = anna.get(crate::mailboxes::common::JEAN).await.select("main .choices-list li");
        offers.iter().any(|offer| offer.contains(words))
    };
    let leads = async |act: &str| {
        offered(&anna.get(crate::mailboxes::common::JEAN).await)
            .iter()
            .any(|(href, _)| href.ends_with(&format!("/{act}")))
    };
    let closed = "not active";
    assert!(leads("disable").await && leads("login-link").await && !says(closed).await);

    portal.dimail.fault("PATCH", crate::mailboxes::common::JEAN, "redirect_307", 1).await;
    edit(&anna, crate::mailboxes::common::JEAN, ["Jeanne", "Durand", "jean@ailleurs.test"])
        .await
        .leads_to(crate::mailboxes::common::JEAN);
    assert!(leads("disable").await, "also while a change is under way");
    portal.work_after(HOUR).await;
    confirm(&anna, crate::mailboxes::common::JEAN, "disable").await.leads_to(crate::mailboxes::common::JEAN);
    assert!(!leads("login-link").await && !leads("reset-password").await && says(closed).await, "a disabled mailbox");
    assert!(leads("enable").await);
}
