//! Faults at adding alias destinations, removing them, and deleting whole aliases.

use crate::support::{Anna, Answer, Bruno, Portal, Visitor, on_both};
use crate::sync::faults::{Part, all_is_done, answered, calm, fault, pass, speaks, was_met};

// Background work pauses for a quarter of a time-out while dimail cannot be reached.
on_both!(adding_with_nobody_there with ["--dimail-timeout", "1s"]);
on_both!(
    adding,
    removing,
    deleting,
    a_late_no_is_not_believed,
    what_waits_is_taken_away,
    what_is_being_removed_is_kept,
    an_addition_that_acts_late_is_removed_again,
    a_removal_that_acts_late_is_made_good,
    an_alias_that_is_being_deleted_gets_a_destination,
    what_was_never_sent_is_forgotten_without_a_call,
    the_same_removal_twice_is_one,
    a_refusal_goes_to_the_person_who_asked,
    a_refused_removal_stays_until_it_is_asked_again,
    additions_without_answer_keep_no_removal_back,
);
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
        // With a short `ANSWER_WITHIN` the answer may come after the page.
        anna.post(&format!("{PATH}/{part}/delete"), &[]).await.is(303);
        answered(portal).await;
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
            let verb = if whole { "alias_deleted" } else { "destination_remove_asked" };
            let (before, kept_before) = (lines(portal, verb).await, lines(portal, "alias_kept").await);

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
                // Removing again meanwhile is the same removal, which is tried at once.
                let again = act().await;
                assert!([done_at, here.as_str()].contains(&again.location()), "{name}: {}", again.location());
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
                assert_eq!(lines(portal, "alias_kept").await, kept_before + 1, "{name}: and one that it stays");
                let page = anna.get(&here).await;
                assert!(page.words().contains("n’a pas pu être retirée"), "{name}: {}", page.words());
                portal.dimail.lose_faults().await;
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
    assert_eq!(outcomes(portal).await, ["add_destination|refused", "add_destination|done"]);

    // If dimail does not answer for too long, it is given up; the page says so, and it can be
    // retried or removed.
    fault(portal, "POST", PATH, "act_then_close", 1).await;
    fault(portal, "POST", PATH, "close", 10_000).await;
    fault(portal, "GET", PATH, "close", 10_000).await;
    add(&anna, "info", &["a@x.test"]).await;
    for _ in 0..12 {
        portal.wait(5 * super::HOUR);
        calm(portal).await;
    }
    assert_eq!(pairs(portal).await, ["contact|a@x.test|enabled", "info|a@x.test|failed"]);
    assert!(portal.dimail.aliases("ville.fr").await.contains(&"info a@x.test".to_owned()), "it was made");
    // The session expired meanwhile.
    let anna = portal.sign_in(Anna).await;
    let page = anna.get(&format!("{PATH}/info")).await;
    assert!(page.select("[data-destination]").concat().contains("trop longtemps"), "{}", page.words());
    // What was given up may have been made all the same: it is seen as soon as dimail can be asked.
    portal.dimail.lose_faults().await;
    pass(portal, 4).await;
    assert_eq!(pairs(portal).await, ["contact|a@x.test|enabled", "info|a@x.test|enabled"]);
    let anna = portal.sign_in(Anna).await;
    anna.post(&format!("{PATH}/info/remove"), &[("destination", "a@x.test")]).await.leads_to(PATH);
    assert_eq!(portal.dimail.aliases("ville.fr").await, ["contact a@x.test"], "removed at dimail, too");
}

/// What became of the changes.
async fn outcomes(portal: &Portal) -> Vec<String> {
    portal
        .database
        .texts("select kind, outcome from changes where object_kind = 'alias' order by asked_at, sequence")
        .await
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
    portal.work().await;
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
    // A destination whose call is in progress can be removed all the same.
    assert!(page.has("[data-destination='a00@x.test'] form"), "{}", page.words());
    anna.post(&format!("{PATH}/contact/remove"), &[("destination", "a00@x.test")]).await.is(303);
    pass(portal, 3).await;
    all_is_done(portal).await;
    assert_eq!(portal.dimail.aliases("ville.fr").await.len(), 19);
    assert_eq!(portal.database.count("aliases where status = 'enabled'").await, 19);
    assert_eq!(portal.domain("ville.fr").await.aliases, 1);
}

const CONTACT: &str = "/domains/ville.fr/aliases/contact";
const A: [(&str, &str); 1] = [("destination", "a@x.test")];
const B: [(&str, &str); 1] = [("destination", "b@x.test")];

/// The calls about aliases since a mark: `POST 201`, `DELETE contact/all 204`.
async fn heard(portal: &Portal, mark: usize) -> Vec<String> {
    let lines = portal.dimail.heard_since(mark).await;
    let own = lines.iter().filter(|line| line.contains("/aliases"));
    own.map(|line| line.replace(&format!("{PATH}/"), "").replace(&format!("{PATH} "), "")).collect()
}

/// Demands that dimail and the portal have these pairs, that every change has ended so, and that nothing is
/// left, also a quarter of an hour later.
async fn ends_with(portal: &Portal, there: &[&str], ended: &[&str]) {
    answered(portal).await;
    all_is_done(portal).await;
    assert_eq!(outcomes(portal).await, ended);
    pass(portal, 3).await;
    assert_eq!(portal.dimail.aliases("ville.fr").await, there);
    let here: Vec<String> = there.iter().map(|pair| format!("{}|enabled", pair.replace(' ', "|"))).collect();
    assert_eq!(pairs(portal).await, here);
    assert_eq!(portal.database.count("jobs where kind = 'alias'").await, 0);
    assert_eq!(portal.database.count("sent_calls").await, 0);
}

/// An alias with two destinations.
async fn contact(portal: &Portal) -> Visitor {
    let anna = portal.sign_in(Anna).await;
    add(&anna, "contact", &["a@x.test", "b@x.test"]).await.leads_to(CONTACT);
    portal.database.change("delete from changes").await;
    anna
}

async fn what_is_being_removed_is_kept(portal: &Portal) {
    let anna = contact(portal).await;
    for (kind, calls) in [
        ("close", &["DELETE contact/a@x.test 0", "POST 409", "GET 200"][..]),
        ("act_then_close", &["DELETE contact/a@x.test 0", "POST 201"]),
    ] {
        fault(portal, "DELETE", "/domains/ville.fr/aliases/contact/a@x.test", kind, 1).await;
        let mark = portal.dimail.mark().await;
        anna.post(&format!("{CONTACT}/remove"), &A).await.leads_to(CONTACT);
        assert_eq!(pairs(portal).await, ["contact|a@x.test|removing", "contact|b@x.test|enabled"], "{kind}");
        let page = anna.get(CONTACT).await;
        let told = page.select("[data-destination='a@x.test']").concat();
        assert!(told.contains("Retrait demandé par Anna Martin le 22 novembre 2026"), "{told}");
        assert!(page.has("[data-destination='a@x.test'] form[action$='/add']"), "{}", page.words());

        let kept = anna.post(&format!("{CONTACT}/add"), &A).await;

        assert_eq!(anna.follow(&kept).await.notice().0, "good", "{kind}");
        assert_eq!(heard(portal, mark).await, calls, "{kind}");
        let there = ["contact a@x.test", "contact b@x.test"];
        ends_with(portal, &there, &["remove_destination|replaced", "add_destination|done"]).await;
        portal.database.change("delete from changes").await;
    }
}

async fn an_addition_that_acts_late_is_removed_again(portal: &Portal) {
    let anna = contact(portal).await;
    let to = [("destination", "late@x.test")];
    fault(portal, "POST", PATH, "close", 1).await;
    let mark = portal.dimail.mark().await;
    anna.post(&format!("{CONTACT}/add"), &to).await.leads_to(CONTACT);
    anna.post(&format!("{CONTACT}/remove"), &to).await.leads_to(CONTACT);
    answered(portal).await;
    assert_eq!(pairs(portal).await, ["contact|a@x.test|enabled", "contact|b@x.test|enabled"]);
    all_is_done(portal).await;
    // The call that was given up acts now.
    portal.dimail.alias_by_other("la_regie:password", "contact", "ville.fr", "late@x.test").await;
    pass(portal, 2).await;
    assert_eq!(heard(portal, mark).await.len(), 3, "nothing is asked before it can no longer act");
    pass(portal, 1).await;
    let calls = heard(portal, mark).await;
    let gone = "DELETE contact/late@x.test";
    let wanted = ["POST 0", &format!("{gone} 404"), "POST 201", "GET 200", &format!("{gone} 204")];
    assert_eq!(calls, wanted);
    let there = ["contact a@x.test", "contact b@x.test"];
    ends_with(portal, &there, &["add_destination|replaced", "remove_destination|done"]).await;

    // The same with the whole alias, of which the portal knows nothing by then.
    fault(portal, "POST", PATH, "close", 1).await;
    add(&anna, "info", &["late@x.test"]).await.leads_to(&format!("{PATH}/info"));
    anna.post(&format!("{PATH}/info/delete"), &[]).await.leads_to(PATH);
    portal.dimail.alias_by_other("la_regie:password", "info", "ville.fr", "late@x.test").await;
    portal.disable("ville.fr", "essai").await;
    pass(portal, 3).await;
    assert_eq!(portal.dimail.aliases("ville.fr").await, there);
    assert_eq!(portal.domain("ville.fr").await.aliases, 1);
}

async fn a_removal_that_acts_late_is_made_good(portal: &Portal) {
    let anna = contact(portal).await;
    fault(portal, "DELETE", "/domains/ville.fr/aliases/contact/all", "close", 1).await;
    let mark = portal.dimail.mark().await;
    anna.post(&format!("{CONTACT}/delete"), &[]).await.leads_to(CONTACT);
    anna.post(&format!("{CONTACT}/add"), &A).await.leads_to(CONTACT);
    // The person is answered before the other destination is removed.
    answered(portal).await;
    let there = ["contact a@x.test"];
    assert_eq!(portal.dimail.aliases("ville.fr").await, there);
    for to in there {
        let (part, to) = to.split_once(' ').expect("a pair");
        portal.dimail.unalias_by_other("la_regie:password", part, "ville.fr", to).await;
    }
    pass(portal, 3).await;
    let calls = [
        "DELETE contact/all 0",
        "POST 409",
        "GET 200",
        "DELETE contact/b@x.test 204",
        "DELETE contact/a@x.test 204",
        "GET 200",
        "POST 201",
    ];
    assert_eq!(heard(portal, mark).await, calls);
    ends_with(portal, &there, &["delete_alias|done", "add_destination|done"]).await;
}

async fn an_alias_that_is_being_deleted_gets_a_destination(portal: &Portal) {
    let anna = contact(portal).await;
    fault(portal, "DELETE", "/domains/ville.fr/aliases/contact/all", "missing", 1).await;
    let mark = portal.dimail.mark().await;
    anna.post(&format!("{CONTACT}/delete"), &[]).await.leads_to(CONTACT);
    let page = anna.get(CONTACT).await;
    assert_eq!(page.attributes("[data-destination] [data-status]", "data-status"), ["removing", "removing"]);
    assert!(page.words().contains("Suppression de l’alias demandée par Anna Martin"), "{}", page.words());
    let added = add(&anna, "contact", &["c@x.test"]).await;
    assert_eq!(anna.follow(&added).await.notice().0, "good");
    answered(portal).await;
    let mut calls = heard(portal, mark).await;
    calls[2..].sort();
    let removed = ["DELETE contact/a@x.test 204", "DELETE contact/b@x.test 204"];
    assert_eq!(calls, [&["DELETE contact/all 404", "POST 201"][..], &removed].concat());
    ends_with(portal, &["contact c@x.test"], &["delete_alias|done", "add_destination|done"]).await;

    // Whoever wants all of them back replaces the deletion.
    portal.database.change("delete from changes").await;
    fault(portal, "DELETE", "/domains/ville.fr/aliases/contact/all", "missing", 1).await;
    anna.post(&format!("{CONTACT}/delete"), &[]).await.leads_to(CONTACT);
    anna.post(&format!("{CONTACT}/add"), &[("destination", "c@x.test")]).await.leads_to(CONTACT);
    ends_with(portal, &["contact c@x.test"], &["delete_alias|replaced", "add_destination|done"]).await;
}

async fn what_was_never_sent_is_forgotten_without_a_call(portal: &Portal) {
    let anna = contact(portal).await;
    fault(portal, "POST", PATH, "missing", 1).await;
    let mark = portal.dimail.mark().await;
    let to = [("destination", "c@x.test")];
    anna.post(&format!("{CONTACT}/add"), &to).await.leads_to(CONTACT);
    anna.post(&format!("{CONTACT}/remove"), &to).await.leads_to(CONTACT);
    assert_eq!(heard(portal, mark).await, ["POST 404"]);
    let ended = ["add_destination|replaced", "remove_destination|done"];
    ends_with(portal, &["contact a@x.test", "contact b@x.test"], &ended).await;
}

async fn the_same_removal_twice_is_one(portal: &Portal) {
    let anna = contact(portal).await;
    fault(portal, "DELETE", "/domains/ville.fr/aliases/contact/a@x.test", "refuse_500", 1).await;
    let mark = portal.dimail.mark().await;
    anna.post(&format!("{CONTACT}/remove"), &A).await.leads_to(CONTACT);
    let again = anna.post(&format!("{CONTACT}/remove"), &A).await;
    assert_eq!(anna.follow(&again).await.notice().0, "good", "it is tried at once");
    assert_eq!(heard(portal, mark).await, ["DELETE contact/a@x.test 500", "DELETE contact/a@x.test 204"]);
    ends_with(portal, &["contact b@x.test"], &["remove_destination|done"]).await;
    assert_eq!(lines(portal, "destination_remove_asked").await, 1);

    fault(portal, "DELETE", "/domains/ville.fr/aliases/contact/all", "refuse_500", 1).await;
    anna.post(&format!("{CONTACT}/delete"), &[]).await.leads_to(CONTACT);
    anna.post(&format!("{CONTACT}/delete"), &[]).await.leads_to(PATH);
    ends_with(portal, &[], &["remove_destination|done", "delete_alias|done"]).await;
}

/// A step carries out what several people asked for.
async fn a_refusal_goes_to_the_person_who_asked(portal: &Portal) {
    let (anna, bruno) = (contact(portal).await, portal.sign_in(Bruno).await);
    fault(portal, "POST", PATH, "refuse_500", 1).await;
    fault(portal, "POST", PATH, "refuse_422", 2).await;
    bruno.post(&format!("{CONTACT}/add"), &[("destination", "c@x.test")]).await.leads_to(CONTACT);
    let form = anna.post(&format!("{CONTACT}/add"), &[("destination", "d@x.test")]).await;
    answered(portal).await;
    assert_eq!(form.is(422).attributes("main [type=email]", "value"), ["d@x.test"]);
    let left = ["contact|a@x.test|enabled", "contact|b@x.test|enabled", "contact|c@x.test|failed"];
    assert_eq!(pairs(portal).await, left, "Bruno reads it on the page");
    let told = portal.database.texts("select destination, told from changes order by sequence").await;
    assert_eq!(told, ["c@x.test|0", "d@x.test|1"]);
    all_is_done(portal).await;
    assert_eq!(lines(portal, "alias_failed").await, 2);
}

async fn a_refused_removal_stays_until_it_is_asked_again(portal: &Portal) {
    let anna = contact(portal).await;
    let path = "/domains/ville.fr/aliases/contact/b@x.test";
    fault(portal, "DELETE", path, "refuse_422", 1).await;
    let kept = anna.post(&format!("{CONTACT}/remove"), &B).await;
    assert!(anna.follow(&kept).await.notice().1.contains("Destination non retirée"));
    assert!(anna.get(CONTACT).await.words().contains("n’a pas pu être retirée"));
    // It can be removed once more.
    anna.post(&format!("{CONTACT}/remove"), &B).await.leads_to(CONTACT);
    let ended = ["remove_destination|refused", "remove_destination|done"];
    ends_with(portal, &["contact a@x.test"], &ended).await;
}

/// What is removed must not go on receiving messages because something else cannot be added.
async fn additions_without_answer_keep_no_removal_back(portal: &Portal) {
    let anna = contact(portal).await;
    fault(portal, "POST", PATH, "refuse_500", 3).await;
    anna.post(&format!("{CONTACT}/add"), &[("destination", "c@x.test")]).await.leads_to(CONTACT);
    let mark = portal.dimail.mark().await;
    anna.post(&format!("{CONTACT}/remove"), &A).await.leads_to(CONTACT);
    answered(portal).await;
    assert_eq!(heard(portal, mark).await, ["POST 500", "DELETE contact/a@x.test 204"]);
    assert_eq!(pairs(portal).await, ["contact|b@x.test|enabled", "contact|c@x.test|pending"]);
    pass(portal, 2).await;
    let there = ["contact b@x.test", "contact c@x.test"];
    ends_with(portal, &there, &["add_destination|done", "remove_destination|done"]).await;
}
