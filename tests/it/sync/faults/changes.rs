//! Faults at changes of a mailbox that dimail has: names, activity, deletion.

use std::time::{Duration, Instant};

use futures::future::join_all;

use crate::mailboxes::common::edit;
use crate::support::{Anna, Answer, Portal, Visitor, on_both};
use crate::sync::faults::{HOUR, Part, all_is_done, answered, calm, explains, fault, pass, speaks};

on_both!(changes);
on_both!(changes_in_silence with ["--dimail-timeout", "500ms", "--answer-within", "200ms"]);
on_both!(a_person_waits_once_for_all_of_a_request with ["--dimail-timeout", "4s", "--answer-within", "2s"]);
on_both!(
    what_was_given_up_is_tried_again,
    what_was_given_up_can_still_be_asked_for,
    what_was_given_up_and_done_after_all_is_noticed,
    what_protects_people_is_never_given_up,
    a_lost_right_fails_nothing,
    what_is_in_doubt_is_clarified_first,
    a_mailbox_that_dimail_lost_is_deleted_here,
);

/// What the page says after the request of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reads {
    /// It is done.
    Done,
    /// It is stored, and continues by itself.
    Waits,
    /// Nothing was done, with the reason.
    Refused,
}
use Reads::{Done, Refused, Waits};

/// One fault at `PATCH` or `DELETE /domains/{d}/mailboxes/{lp}`: what the page says, and how many
/// calls change something in all. Repeated faults have the same end. What is not refused is done in
/// the end, at dimail and in the portal.
const CHANGES: &[(&str, Reads, usize)] = &[
    ("refuse_500", Waits, 2),
    ("hang", Waits, 2),
    ("close", Waits, 2),
    ("html_502", Waits, 2),
    ("redirect_307", Waits, 2),
    ("missing", Waits, 2),
    ("refuse_403", Done, 2), // a fresh token is tried at once
    ("refuse_409", Refused, 1),
    ("refuse_422", Refused, 1),
    ("act_then_500", Done, 1), // dimail is asked at once
    ("act_then_hang", Waits, 1),
    ("act_then_close", Waits, 1),
    ("bad_json", Waits, 1),
    ("slow", Waits, 1),
];

const VERBS: [&str; 4] = ["edit", "disable", "enable", "delete"];

/// One case of the table.
struct Cell {
    verb: &'static str,
    kind: &'static str,
    reads: Reads,
    asked: usize,
    times: u32,
}

impl Cell {
    fn part(&self) -> String {
        format!("{}.{}.{}", self.verb, self.kind, self.times)
    }

    fn path(&self) -> String {
        format!("/domains/ville.fr/mailboxes/{}", self.part())
    }

    fn address(&self) -> String {
        format!("{}@ville.fr", self.part())
    }

    fn method(&self) -> &'static str {
        if self.verb == "delete" { "DELETE" } else { "PATCH" }
    }

    /// What dimail and the portal have before and after the change.
    fn sides(&self) -> [String; 2] {
        let (old, new) = (format!("Jean {} yes", self.part()), format!("Jeanne {} yes", self.part()));
        match self.verb {
            "edit" => [old, new],
            "disable" => [old, "- no".to_owned()],
            "enable" => ["- no".to_owned(), old],
            _ => [old, String::new()],
        }
    }
}

/// Requests a change.
async fn ask(by: &Visitor, verb: &str, part: &str) -> Answer {
    let (path, address) = (format!("/domains/ville.fr/mailboxes/{part}/{verb}"), format!("{part}@ville.fr"));
    let renamed = [("first_name", "Jeanne"), ("last_name", part), ("secondary_email", "s@ailleurs.test")];
    let confirmed = [("address", address.as_str())];
    by.post(&path, if verb == "edit" { &renamed } else { &confirmed }).await
}

/// Creates a mailbox on which the change is possible.
async fn prepare(portal: &Portal, by: &Visitor, verb: &str, part: &str) {
    by.new_mailbox("ville.fr", ["Jean", part, part, "s@ailleurs.test"]).await.is(303);
    if verb == "enable" {
        // With a short time-out the creation may still be in progress.
        answered(portal).await;
        ask(by, "disable", part).await.is(303);
    }
}

/// A mailbox in the portal's database, in the format of the fake's state.
async fn here(portal: &Portal, address: &str) -> String {
    let part = address.split('@').next().expect("a local part");
    let sql = format!("select first_name, last_name, status from mailboxes where local_part = '{part}'");
    let rows = portal.database.texts(&sql).await;
    let Some(row) = rows.first() else { return String::new() };
    let fields: Vec<&str> = row.split('|').collect();
    if fields[2] == "disabled" { "- no".to_owned() } else { format!("{} {} yes", fields[0], fields[1]) }
}

async fn changes(portal: &Portal) {
    all_changes(portal, Part::Prompt).await;
}

async fn changes_in_silence(portal: &Portal) {
    all_changes(portal, Part::Silent).await;
}

async fn all_changes(portal: &Portal, part: Part) {
    calm(portal).await;
    let rows = CHANGES.iter().filter(|(kind, ..)| part.has(kind));
    let cells: Vec<Cell> = rows
        .flat_map(|&(kind, reads, asked)| {
            // With a repeated fault, the call with the fresh token is denied too.
            let denied = if kind == "refuse_403" { (Waits, 2 * part.a_while()) } else { (reads, part.a_while()) };
            let variants = [(reads, 1), (denied.0, denied.1)];
            VERBS
                .into_iter()
                .flat_map(move |verb| variants.map(|(reads, times)| Cell { verb, kind, reads, asked, times }))
        })
        .collect();
    for some in cells.chunks(16) {
        join_all(some.iter().map(|cell| prepare_cell(portal, cell))).await;
    }
    calm(portal).await;
    let prepared: Vec<usize> = join_all(cells.iter().map(|cell| asked_so_far(portal, cell))).await;

    // One session each, since notices are kept with the session; few at a time, since the passwords that
    // wait for their test are limited.
    let mut visitors = Vec::new();
    for some in cells.chunks(16) {
        visitors.extend(join_all(some.iter().map(|_| portal.sign_in(Anna))).await);
    }
    // Few at a time: each writes, and several of these stories run at once.
    let asked: Vec<(&Cell, &Visitor)> = cells.iter().zip(&visitors).collect();
    for some in asked.chunks(16) {
        join_all(some.iter().map(|(cell, anna)| ask_cell(portal, anna, cell))).await;
    }
    pass(portal, part.a_while() + 2).await;

    let anna = portal.sign_in(Anna).await;
    for (cell, before) in cells.iter().zip(prepared) {
        ends(portal, &anna, cell, before).await;
    }
    all_is_done(portal).await;
}

async fn prepare_cell(portal: &Portal, cell: &Cell) {
    let anna = portal.sign_in(Anna).await;
    prepare(portal, &anna, cell.verb, &cell.part()).await;
    // With a short time-out the last change may still be in progress.
    calm(portal).await;
}

async fn asked_so_far(portal: &Portal, cell: &Cell) -> usize {
    assert_eq!(portal.dimail.holds(&cell.address()).await, cell.sides()[0], "{}", cell.part());
    portal.dimail.calls(&format!("{} {} ", cell.method(), cell.path())).await
}

async fn ask_cell(portal: &Portal, anna: &Visitor, cell: &Cell) {
    let name = cell.part();
    fault(portal, cell.method(), &cell.path(), cell.kind, cell.times).await;
    let answer = ask(anna, cell.verb, &name).await;
    speaks(&answer);
    match (cell.reads, answer.status) {
        // Enabling has no form that could be shown again.
        (Refused, 303) if cell.verb == "enable" => {
            let page = anna.follow(&answer).await;
            assert_eq!((page.notice().0.as_str(), page.status_of_page().as_str()), ("warn", "disabled"), "{name}");
            assert!(page.notice().1.contains("Refused on order"), "{name}: {}", page.notice().1);
        }
        (Refused, 422) => assert!(answer.words().contains("Refused on order"), "{name}: {}", answer.words()),
        (Done, 303) => assert_eq!(anna.follow(&answer).await.notice().0, "good", "{name}"),
        (Waits, 303) => {
            let page = anna.follow(&answer).await;
            // A slow answer may have arrived meanwhile.
            if cell.kind != "slow" {
                assert_eq!(page.notice().0, "warn", "{name}: {}", page.words());
                explains(&page, "info");
                assert_eq!(here(portal, &cell.address()).await, cell.sides()[0], "{name}: not before dimail has it");
            }
        }
        (reads, status) => panic!("{name}: {reads:?} expected, not {status}: {}", answer.words()),
    }
}

async fn ends(portal: &Portal, anna: &Visitor, cell: &Cell, before: usize) {
    let (name, address) = (cell.part(), cell.address());
    let asked = portal.dimail.calls(&format!("{} {} ", cell.method(), cell.path())).await - before;
    let there = portal.dimail.holds(&address).await;
    assert_eq!(here(portal, &address).await, there, "{name}: both sides agree");
    let [old, new] = cell.sides();
    assert_eq!(there, if cell.reads == Refused { old } else { new }, "{name}");
    if cell.times == 1 || cell.reads == Refused {
        assert_eq!(asked, cell.asked, "{name}: asked");
    }
    let page = anna.get(&cell.path()).await;
    speaks(&page);
    // If it was disabled before the welcome email was sent, the page still says that the password
    // is unseen.
    let banners = page.select(".banner-next").concat();
    let unseen = cell.verb == "enable"
        && banners.starts_with("Pour autant que le portail le sache, la personne n’a pas encore reçu de mot de passe");
    assert!(banners.is_empty() || unseen, "{name}: nothing is left to say: {}", page.words());
}

const JEAN: &str = "/domains/ville.fr/mailboxes/jean";
const ADDRESS: &str = "jean@ville.fr";

/// Brings a change of Jean's mailbox to be given up: dimail does not answer for `RETRY_GIVE_UP`.
async fn given_up(portal: &Portal, verb: &str, kind: &str) -> Visitor {
    let anna = portal.sign_in(Anna).await;
    prepare(portal, &anna, verb, "jean").await;
    let method = if verb == "delete" { "DELETE" } else { "PATCH" };
    portal.dimail.fault(method, JEAN, kind, 1).await;
    portal.dimail.fault("GET", "/v2/domains/ville.fr/mailboxes", "refuse_500", 90).await;
    ask(&anna, verb, "jean").await.leads_to(JEAN);
    for _ in 0..6 {
        portal.work_after(10 * HOUR).await;
    }
    portal.forget_emails();
    let anna = portal.sign_in(Anna).await;
    let page = anna.get(JEAN).await;
    explains(&page, "bad");
    assert!(page.attributes("main form", "action").contains(&format!("{JEAN}/retry")), "{}", page.words());
    anna
}

/// Deletes Jean's mailbox, so that the next case can create it again.
async fn clear(portal: &Portal, anna: &Visitor) {
    portal.dimail.lose_faults().await;
    let answer = ask(anna, "delete", "jean").await;
    assert!([303, 404].contains(&answer.status), "{}", answer.words());
    calm(portal).await;
    // The row goes when no call can act any longer.
    portal.work_after(HOUR).await;
    assert_eq!(portal.dimail.holds(ADDRESS).await, "");
    assert_eq!(portal.database.count("mailboxes").await, 0);
}

async fn agree(portal: &Portal, expected: &str) {
    calm(portal).await;
    assert_eq!(portal.dimail.holds(ADDRESS).await, expected);
    assert_eq!(here(portal, ADDRESS).await, expected);
    all_is_done(portal).await;
}

async fn what_was_given_up_is_tried_again(portal: &Portal) {
    for kind in ["close", "act_then_close"] {
        let anna = given_up(portal, "edit", kind).await;
        portal.dimail.lose_faults().await;
        let mark = portal.dimail.mark().await;
        let acts = async || {
            let heard = portal.dimail.heard_since(mark).await;
            heard.iter().filter(|line| line.starts_with("PATCH") || line.starts_with("DELETE")).count()
        };
        pass(portal, 3).await;
        assert_eq!(acts().await, 0, "{kind}: not by itself");

        // What was done after all is noticed; what was not is sent again when somebody asks.
        if kind == "close" {
            anna.post(&format!("{JEAN}/retry"), &[]).await.leads_to(JEAN);
            calm(portal).await;
            assert_eq!(acts().await, 1);
        }
        agree(portal, "Jeanne jean yes").await;
        clear(portal, &anna).await;
    }
}

async fn what_was_given_up_can_still_be_asked_for(portal: &Portal) {
    let anna = given_up(portal, "edit", "close").await;
    // A form with field errors does not discard what was given up: it can still be retried.
    let wrong = [("first_name", ""), ("last_name", ""), ("address", "wrong")];
    anna.post(&format!("{JEAN}/edit"), &wrong).await.is(422);
    anna.post(&format!("{JEAN}/delete"), &wrong).await.is(422);
    portal.dimail.lose_faults().await;
    let page = anna.get(JEAN).await;
    assert!(page.attributes("main form", "action").contains(&format!("{JEAN}/retry")), "{}", page.words());

    anna.post(&format!("{JEAN}/retry"), &[]).await.leads_to(JEAN);

    agree(portal, "Jeanne jean yes").await;
    clear(portal, &anna).await;
}

async fn what_was_given_up_and_done_after_all_is_noticed(portal: &Portal) {
    // Whatever the next change is, dimail is first asked what became of the one that was given up.
    for (next, end) in [("disable", "- no"), ("delete", "")] {
        let anna = given_up(portal, "edit", "act_then_close").await;
        portal.dimail.lose_faults().await;

        ask(&anna, next, "jean").await.is(303);

        agree(portal, end).await;
        if next == "disable" {
            anna.post(&format!("{JEAN}/enable"), &[]).await.leads_to(JEAN);
            agree(portal, "Jeanne jean yes").await;
        }
        clear(portal, &anna).await;
    }
}

/// What protects people is never given up, however long dimail is silent.
async fn what_protects_people_is_never_given_up(portal: &Portal) {
    for (verb, end) in [("disable", "- no"), ("enable", "Jean jean yes"), ("delete", "")] {
        let anna = portal.sign_in(Anna).await;
        prepare(portal, &anna, verb, "jean").await;
        let method = if verb == "delete" { "DELETE" } else { "PATCH" };
        portal.dimail.fault(method, JEAN, "close", 60).await;
        ask(&anna, verb, "jean").await.leads_to(JEAN);
        for _ in 0..7 {
            portal.work_after(10 * HOUR).await;
        }
        explains(&portal.sign_in(Anna).await.get(JEAN).await, "info");
        portal.dimail.lose_faults().await;
        pass(portal, 4).await;
        agree(portal, end).await;
        clear(portal, &portal.sign_in(Anna).await).await;
    }
}

async fn a_lost_right_fails_nothing(portal: &Portal) {
    for (verb, end) in VERBS.into_iter().zip(["Jeanne jean yes", "- no", "Jean jean yes", ""]) {
        let anna = portal.sign_in(Anna).await;
        prepare(portal, &anna, verb, "jean").await;
        let method = if verb == "delete" { "DELETE" } else { "PATCH" };
        portal.dimail.fault(method, JEAN, "refuse_403", 60).await;
        ask(&anna, verb, "jean").await.leads_to(JEAN);
        for _ in 0..7 {
            portal.work_after(10 * HOUR).await;
        }
        let anna = portal.sign_in(Anna).await;
        explains(&anna.get(JEAN).await, "info");
        assert_eq!(portal.database.count("changes where outcome in ('refused', 'given_up')").await, 0, "{verb}");

        portal.dimail.lose_faults().await;
        pass(portal, 1).await;

        agree(portal, end).await;
        clear(portal, &anna).await;
    }
}

/// The time limit applies to the whole request: asking for the result of the last change takes most
/// of it here.
async fn a_person_waits_once_for_all_of_a_request(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    prepare(portal, &anna, "edit", "jean").await;
    for (n, verb) in ["edit", "delete"].into_iter().enumerate() {
        portal.dimail.fault("PATCH", JEAN, "close", 1).await;
        edit(&anna, JEAN, ["Jean", &format!("Nom{n}"), ""]).await.leads_to(JEAN);
        portal.dimail.lasting_fault("GET", "/v2/domains/ville.fr/mailboxes", "slow", 1, 1.5).await;
        let method = if verb == "delete" { "DELETE" } else { "PATCH" };
        portal.dimail.lasting_fault(method, JEAN, "hang", 1, 3.0).await;

        let began = Instant::now();
        let answer = match verb {
            "edit" => edit(&anna, JEAN, ["Jean", "Autre", ""]).await,
            verb => ask(&anna, verb, "jean").await,
        };

        let waited = began.elapsed();
        answer.leads_to(JEAN);
        assert!(waited < Duration::from_secs(3), "{verb}: answered after {waited:?}");
        while !portal.app.under_way.is_empty() {
            tokio::task::yield_now().await;
        }
        assert_eq!(portal.dimail.state().await["faults"], serde_json::json!([]), "{verb}: the change was sent");
        pass(portal, 2).await;
    }
    assert_eq!(portal.dimail.mailboxes("ville.fr").await, [""; 0]);
}

async fn what_is_in_doubt_is_clarified_first(portal: &Portal) {
    for (verb, method) in [("edit", "PATCH"), ("disable", "PATCH"), ("delete", "DELETE")] {
        let anna = portal.sign_in(Anna).await;
        prepare(portal, &anna, "edit", "jean").await;
        portal.dimail.fault(method, JEAN, "close", 1).await;
        ask(&anna, verb, "jean").await.leads_to(JEAN);
        portal.dimail.fault("GET", "/v2/domains/ville.fr/mailboxes", "refuse_500", 3).await;
        let asked = portal.dimail.calls(&format!("{method} {JEAN} ")).await;

        // Each wish is taken; the last one counts.
        for next in ["edit", "disable", "delete"] {
            speaks(ask(&anna, next, "jean").await.is(303));
        }

        assert_eq!(portal.dimail.calls(&format!("{method} {JEAN} ")).await, asked, "{verb}: nothing was sent");
        assert_eq!(here(portal, ADDRESS).await, "Jean jean yes");
        // dimail answers: the change was not carried out; the next one is.
        ask(&anna, "delete", "jean").await.is(303);
        calm(portal).await;
        pass(portal, 4).await;
        agree(portal, "").await;
    }
    // A mailbox that was deleted after all stays deleted, whatever the next change is.
    for next in ["edit", "delete"] {
        let anna = portal.sign_in(Anna).await;
        prepare(portal, &anna, "delete", "jean").await;
        let before = portal.dimail.calls(&format!("DELETE {JEAN} ")).await;
        portal.dimail.fault("DELETE", JEAN, "act_then_close", 1).await;
        ask(&anna, "delete", "jean").await.leads_to(JEAN);
        let answer = ask(&anna, next, "jean").await;
        speaks(&answer);
        assert_eq!(answer.status, 303);
        // The row goes when the unanswered call can no longer act.
        pass(portal, 4).await;
        agree(portal, "").await;
        assert_eq!(portal.dimail.calls(&format!("DELETE {JEAN} ")).await, before + 1);
    }
}

async fn a_mailbox_that_dimail_lost_is_deleted_here(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    prepare(portal, &anna, "edit", "jean").await;
    portal.dimail.delete_by_other("la_regie:password", ADDRESS).await;

    let form = ask(&anna, "edit", "jean").await;
    speaks(form.is(422));
    assert!(!form.mistakes().is_empty());
    let page = anna.get(JEAN).await;
    assert_eq!(page.status_of_page(), "failed");
    explains(&page, "bad");
    ask(&anna, "disable", "jean").await.is(409);
    ask(&anna, "delete", "jean").await.leads_to("/domains/ville.fr/mailboxes");

    agree(portal, "").await;
}
