//! Faults at adding alias destinations, removing them, and deleting whole aliases.

use crate::support::{Anna, Answer, Portal, Visitor, on_both};
use crate::sync::faults::{Part, all_is_done, calm, fault, pass, speaks, was_met};

on_both!(adding, removing, deleting, adding_with_nobody_there, a_late_no_is_not_believed, what_waits_is_taken_away);
on_both!(
    adding_in_silence with ["--dimail-timeout", "500ms", "--answer-within", "200ms"],
    removing_in_silence with ["--dimail-timeout", "500ms", "--answer-within", "200ms"],
    deleting_in_silence with ["--dimail-timeout", "500ms", "--answer-within", "200ms"],
    several_in_silence with ["--dimail-timeout", "900ms", "--answer-within", "300ms"],
);

const PATH: &str = "/domains/ville.fr/aliases";

/// What the page says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reads {
    /// It is done.
    Done,
    /// It is stored, and continues by itself.
    Waits,
    /// dimail refused it.
    Refused,
}
use Reads::{Done, Refused, Waits};

/// One fault: what the page says after adding, and after removing. What is not refused is done in
/// the end, at dimail and in the portal.
const FAULTS: &[(&str, Reads)] = &[
    ("refuse_500", Waits),
    ("hang", Waits),
    ("close", Waits),
    ("html_502", Waits),
    ("redirect_307", Waits),
    ("missing", Waits),
    ("refuse_403", Done),    // a fresh token is tried at once
    ("refuse_409", Refused), // dimail is asked, and does not have it
    ("refuse_422", Refused),
    ("act_then_500", Waits),
    ("act_then_hang", Waits),
    ("act_then_close", Waits),
    ("bad_json", Waits),
    ("slow", Waits),
];

/// The expected result of a row when the fault is repeated.
fn for_a_while(kind: &str, reads: Reads, part: Part) -> (Reads, u32) {
    if kind == "refuse_403" { (Waits, 2 * part.a_while()) } else { (reads, part.a_while()) }
}

async fn add(visitor: &Visitor, part: &str, destinations: &[&str]) -> Answer {
    let fields = destinations.iter().map(|to| ("destination", *to));
    let fields: Vec<_> = std::iter::once(("local_part", part)).chain(fields).collect();
    visitor.post("/domains/ville.fr/new-alias", &fields).await
}

/// All pairs as the database has them.
async fn pairs(portal: &Portal) -> Vec<String> {
    portal.database.texts("select local_part, destination, status from aliases order by local_part, destination").await
}

async fn lines(portal: &Portal, verb: &str) -> i64 {
    portal.database.count(&format!("journal where event like '%{verb}%'")).await
}

/// Deletes the alias at dimail and in the portal, so that the next row can begin.
async fn clear(portal: &Portal, anna: &Visitor, part: &str) {
    if anna.get(&format!("{PATH}/{part}")).await.status == 200 {
        anna.post(&format!("{PATH}/{part}/delete"), &[]).await.leads_to(PATH);
    }
    assert_eq!((pairs(portal).await, portal.dimail.aliases("ville.fr").await), (vec![], vec![]), "{part}");
}

async fn adding(portal: &Portal) {
    all_additions(portal, Part::Prompt).await;
}

async fn adding_in_silence(portal: &Portal) {
    all_additions(portal, Part::Silent).await;
}

async fn all_additions(portal: &Portal, part: Part) {
    let anna = portal.sign_in(Anna).await;
    for &(kind, reads) in FAULTS.iter().filter(|(kind, _)| part.has(kind)) {
        let while_ = for_a_while(kind, reads, part);
        for (reads, times) in [(reads, 1), while_] {
            let name = format!("{kind}-{times}").replace('_', "-");
            let here = format!("{PATH}/{name}");
            fault(portal, "POST", PATH, kind, times).await;
            let added = lines(portal, "alias_added").await;

            let answer = add(&anna, &name, &["a@x.test"]).await;

            speaks(&answer);
            match (reads, answer.status) {
                (Refused, 422) => assert!(answer.mistake("destination").split(' ').count() > 3, "{name}"),
                (Done, 303) => assert_eq!(anna.follow(&answer).await.notice().0, "good", "{name}"),
                (Waits, 303) => {
                    let page = anna.follow(&answer).await;
                    assert_eq!(page.notice().0, "warn", "{name}: {}", page.words());
                    speaks(&page);
                }
                (reads, status) => panic!("{name}: {reads:?} expected, not {status}: {}", answer.words()),
            }
            was_met(portal, PATH, times).await;
            // Adding it again meanwhile is refused and changes nothing.
            if reads == Waits && kind != "slow" {
                add(&anna, &name, &["a@x.test"]).await.is(422);
            }
            pass(portal, part.a_while() + 2).await;
            all_is_done(portal).await;
            let (here_is, there_is) = (pairs(portal).await, portal.dimail.aliases("ville.fr").await);
            if reads == Refused {
                portal.dimail.lose_faults().await;
                assert_eq!((here_is, there_is), (vec![], vec![]), "{name}: neither here nor there");
                anna.get(&here).await.is(404);
            } else {
                assert_eq!(here_is, [format!("{name}|a@x.test|enabled")], "{name}");
                assert_eq!(there_is, [format!("{name} a@x.test")], "{name}: once");
            }
            assert_eq!(lines(portal, "alias_added").await, added + 1, "{name}: one line");
            clear(portal, &anna, &name).await;
        }
    }
}

async fn removing(portal: &Portal) {
    all_removals(portal, Part::Prompt, false).await;
}

async fn removing_in_silence(portal: &Portal) {
    all_removals(portal, Part::Silent, false).await;
}

async fn deleting(portal: &Portal) {
    all_removals(portal, Part::Prompt, true).await;
}

async fn deleting_in_silence(portal: &Portal) {
    all_removals(portal, Part::Silent, true).await;
}

async fn all_removals(portal: &Portal, part: Part, whole: bool) {
    let anna = portal.sign_in(Anna).await;
    for &(kind, reads) in FAULTS.iter().filter(|(kind, _)| part.has(kind)) {
        // A removal is answered without a body that could be unreadable, but a page may come
        // instead.
        let while_ = for_a_while(kind, reads, part);
        for (reads, times) in [(reads, 1), while_] {
            let name = format!("{kind}-{times}").replace('_', "-");
            let here = format!("{PATH}/{name}");
            add(&anna, &name, &["a@x.test", "b@x.test"]).await.leads_to(&here);
            let path = format!("{PATH}/{name}/{}", if whole { "all" } else { "a@x.test" });
            fault(portal, "DELETE", &path, kind, times).await;
            let verb = if whole { "alias_deleted" } else { "alias_reduced" };
            let before = lines(portal, verb).await;

            let act = async || {
                if whole {
                    anna.post(&format!("{here}/delete"), &[]).await
                } else {
                    anna.post(&format!("{here}/remove"), &[("destination", "a@x.test")]).await
                }
            };
            let answer = act().await;

            let done_at = if whole { PATH } else { &here };
            answer.leads_to(if reads == Done { done_at } else { &here });
            let page = anna.follow(&answer).await;
            speaks(&page);
            assert_eq!(page.notice().0, if reads == Done { "good" } else { "warn" }, "{name}: {}", page.words());
            was_met(portal, &path, times).await;
            if reads == Waits && kind != "slow" {
                // Removing again meanwhile is the same removal. A destination that is being removed
                // cannot be added.
                act().await.leads_to(&here);
                add(&anna, &name, &["a@x.test"]).await.is(422);
            }
            pass(portal, part.a_while() + 2).await;
            all_is_done(portal).await;
            let left = match (reads, whole) {
                (Refused, _) => vec!["a@x.test", "b@x.test"],
                (_, true) => vec![],
                (_, false) => vec!["b@x.test"],
            };
            let here_are: Vec<String> = left.iter().map(|to| format!("{name}|{to}|enabled")).collect();
            let there_are: Vec<String> = left.iter().map(|to| format!("{name} {to}")).collect();
            assert_eq!(pairs(portal).await, here_are, "{name}");
            assert_eq!(portal.dimail.aliases("ville.fr").await, there_are, "{name}");
            assert_eq!(lines(portal, verb).await, before + 1, "{name}: one line");
            if reads == Refused {
                assert_eq!(lines(portal, "alias_kept").await, 1, "{name}: and one that it stays");
                let page = anna.get(&here).await;
                assert!(page.words().contains("n'a pas pu être retirée"), "{name}: {}", page.words());
                portal.dimail.lose_faults().await;
                portal.database.change("delete from journal where event like '%alias_kept%'").await;
            }
            clear(portal, &anna, &name).await;
        }
    }
}

/// The person no longer waits: a refusal is kept with its reason, and the page offers the next
/// step.
async fn adding_with_nobody_there(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    fault(portal, "POST", PATH, "close", 1).await;
    add(&anna, "contact", &["a@x.test"]).await.leads_to(&format!("{PATH}/contact"));
    fault(portal, "POST", PATH, "refuse_422", 1).await;
    pass(portal, 1).await;
    assert_eq!(pairs(portal).await, ["contact|a@x.test|failed"]);
    let page = anna.get(&format!("{PATH}/contact")).await;
    speaks(&page);
    assert!(page.select("[data-destination]").concat().contains("refusé"), "{}", page.words());
    assert!(page.has("[data-destination] form[action$='/add']"), "try again");
    assert!(anna.get(PATH).await.has("[data-alias] [data-status=failed]"));

    anna.post(&format!("{PATH}/contact/add"), &[("destination", "a@x.test")])
        .await
        .leads_to(&format!("{PATH}/contact"));
    assert_eq!(pairs(portal).await, ["contact|a@x.test|enabled"]);
    assert_eq!(portal.database.count("orders where alias_id is not null").await, 1, "the same order");

    // If dimail does not answer for too long, it is given up; the page says so, and it can be
    // retried or removed.
    fault(portal, "POST", PATH, "act_then_close", 1).await;
    fault(portal, "POST", PATH, "close", 10_000).await;
    add(&anna, "info", &["a@x.test"]).await;
    for _ in 0..60 {
        portal.wait(super::HOUR);
        calm(portal).await;
    }
    assert_eq!(pairs(portal).await, ["contact|a@x.test|enabled", "info|a@x.test|failed"]);
    assert!(portal.dimail.aliases("ville.fr").await.contains(&"info a@x.test".to_owned()), "it was made");
    // The session expired meanwhile.
    let anna = portal.sign_in(Anna).await;
    let page = anna.get(&format!("{PATH}/info")).await;
    assert!(page.select("[data-destination]").concat().contains("trop longtemps"), "{}", page.words());
    anna.post(&format!("{PATH}/info/remove"), &[("destination", "a@x.test")]).await.leads_to(PATH);
    assert_eq!(portal.dimail.aliases("ville.fr").await, ["contact a@x.test"], "removed at dimail, too");
}

/// One attempt acts without an answer and the next one is refused: dimail is asked what it has.
async fn a_late_no_is_not_believed(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    fault(portal, "POST", PATH, "act_then_close", 1).await;
    add(&anna, "contact", &["a@x.test", "b@x.test"]).await;
    fault(portal, "POST", PATH, "refuse_422", 1).await;
    pass(portal, 1).await;
    assert_eq!(pairs(portal).await, ["contact|a@x.test|enabled", "contact|b@x.test|enabled"]);
    assert_eq!(portal.dimail.aliases("ville.fr").await, ["contact a@x.test", "contact b@x.test"]);

    let path = format!("{PATH}/contact/a@x.test");
    fault(portal, "DELETE", &path, "act_then_close", 1).await;
    fault(portal, "DELETE", &path, "refuse_422", 1).await;
    anna.post(&format!("{PATH}/contact/remove"), &[("destination", "a@x.test")]).await;
    pass(portal, 1).await;
    assert_eq!(pairs(portal).await, ["contact|b@x.test|enabled"]);

    let path = format!("{PATH}/contact/all");
    fault(portal, "DELETE", &path, "act_then_close", 1).await;
    fault(portal, "DELETE", &path, "refuse_422", 1).await;
    anna.post(&format!("{PATH}/contact/delete"), &[]).await;
    pass(portal, 1).await;
    assert_eq!((pairs(portal).await, portal.dimail.aliases("ville.fr").await), (vec![], vec![]));
    all_is_done(portal).await;
}

/// A waiting destination can be removed, and no earlier call brings it back.
async fn what_waits_is_taken_away(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    for kind in ["close", "act_then_close", "missing"] {
        fault(portal, "POST", PATH, kind, 1).await;
        add(&anna, "contact", &["a@x.test"]).await.leads_to(&format!("{PATH}/contact"));
        assert_eq!(pairs(portal).await, ["contact|a@x.test|pending"], "{kind}");
        anna.post(&format!("{PATH}/contact/remove"), &[("destination", "a@x.test")]).await.leads_to(PATH);
        pass(portal, 2).await;
        all_is_done(portal).await;
        assert_eq!((pairs(portal).await, portal.dimail.aliases("ville.fr").await), (vec![], vec![]), "{kind}");
    }

    // It can also be removed while it waits for its domain.
    fault(portal, "POST", PATH, "close", 1).await;
    add(&anna, "contact", &["a@x.test"]).await;
    portal.disable("ville.fr", "essai").await;
    pass(portal, 2).await;
    assert_eq!(pairs(portal).await, ["contact|a@x.test|pending"]);
    let page = anna.get(&format!("{PATH}/contact")).await;
    assert!(page.select("[data-destination]").concat().contains("dès que ville.fr sera actif"), "{}", page.words());
    portal.enable("ville.fr").await;
    pass(portal, 1).await;
    assert_eq!(pairs(portal).await, ["contact|a@x.test|enabled"]);
    clear(portal, &anna, "contact").await;
}

/// If several calls are silent, the person waits no longer than for one.
async fn several_in_silence(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    let all: Vec<String> = (0..20).map(|n| format!("a{n:02}@x.test")).collect();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    fault(portal, "POST", PATH, "act_then_hang", 20).await;
    let began = std::time::Instant::now();
    let answer = add(&anna, "contact", &all).await;
    assert!(began.elapsed() < std::time::Duration::from_millis(900), "{:?}", began.elapsed());
    let page = anna.follow(&answer).await;
    assert_eq!(page.notice().0, "warn");
    // A destination whose call is in progress cannot be removed at this moment, so it has no
    // button.
    assert!(!page.has("[data-destination] form"), "{}", page.words());
    anna.post(&format!("{PATH}/contact/remove"), &[("destination", "a00@x.test")]).await.is(409);
    anna.post(&format!("{PATH}/contact/delete"), &[]).await.is(409);
    pass(portal, 3).await;
    all_is_done(portal).await;
    assert_eq!(portal.dimail.aliases("ville.fr").await.len(), 20);
    assert_eq!(portal.database.count("aliases where status = 'enabled'").await, 20);
    assert_eq!(portal.domain("ville.fr").await.aliases, 1);
}
