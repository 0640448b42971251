//! Faults at the creation of a mailbox, and at the token for it.

use futures::future::join_all;

use crate::support::portal::{WEBMAIL, login_link_in};
use crate::support::{Anna, Answer, Portal, Visitor, on_both};
use crate::sync::faults::{PAUSE, Part, all_is_done, calm, explains, fault, gets, pass, speaks, was_met};

on_both!(creation, creation_with_nobody_there, token);
on_both!(
    creation_in_silence with ["--dimail-timeout", "500ms", "--answer-within", "200ms"],
    creation_in_silence_with_nobody_there with ["--dimail-timeout", "500ms", "--answer-within", "200ms"],
    token_in_silence with ["--dimail-timeout", "500ms", "--answer-within", "200ms"],
);

/// What the page says after the form of a new mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reads {
    /// It is created.
    Open,
    /// It is stored, and continues by itself.
    Waits,
    /// The form is shown again with the reason.
    Refused,
}
use Reads::{Open, Refused, Waits};

/// One fault at `POST /domains/{d}/mailboxes/{lp}`: what the page says, how many creations dimail
/// receives in all, and the final status if the person no longer waits. Repeated faults have the
/// same end. What is not refused ends `enabled`, once at dimail, with one email; without a
/// secondary address it is to hand over unless its sheet was shown.
const CREATION: &[(&str, Reads, usize, &str)] = &[
    // fault            reads     asked  in the end, if the person no longer waits
    ("refuse_500", Waits, 2, "enabled"),
    ("hang", Waits, 2, "enabled"),
    ("close", Waits, 2, "enabled"),
    ("html_502", Waits, 2, "enabled"),
    ("redirect_307", Waits, 2, "enabled"),
    ("missing", Waits, 2, "enabled"),
    ("refuse_403", Open, 2, "enabled"), // a fresh token is tried at once
    ("refuse_409", Refused, 1, "failed"),
    ("refuse_422", Refused, 1, "failed"),
    ("act_then_500", Open, 1, "enabled"), // dimail is asked at once
    ("act_then_hang", Waits, 1, "enabled"),
    ("act_then_close", Waits, 1, "enabled"),
    ("bad_json", Open, 1, "enabled"), // dimail is asked at once
    ("slow", Waits, 1, "enabled"),
];

async fn creation(portal: &Portal) {
    all_creations(portal, Part::Prompt).await;
}

async fn creation_in_silence(portal: &Portal) {
    all_creations(portal, Part::Silent).await;
}

/// The cases of a row: one fault; repeated faults; one fault without a secondary address.
struct Cell {
    kind: &'static str,
    reads: Reads,
    asked: usize,
    times: u32,
    variant: &'static str,
}

impl Cell {
    fn part(&self) -> String {
        format!("{}.{}", self.kind, self.variant)
    }

    fn path(&self) -> String {
        format!("/domains/ville.fr/mailboxes/{}", self.part())
    }

    fn recipient(&self) -> String {
        if self.variant == "sheet" { String::new() } else { format!("{}@ailleurs.test", self.part()) }
    }
}

async fn all_creations(portal: &Portal, part: Part) {
    calm(portal).await;
    let anna = portal.sign_in(Anna).await;
    let rows = CREATION.iter().filter(|(kind, ..)| part.has(kind));
    let cells: Vec<Cell> = rows
        .flat_map(|&(kind, reads, asked, _)| {
            // With a repeated fault, the call with the fresh token is denied too.
            let denied = if kind == "refuse_403" { (Waits, 2 * part.a_while()) } else { (reads, part.a_while()) };
            [("once", reads, 1), ("while", denied.0, denied.1), ("sheet", reads, 1)]
                .map(|(variant, reads, times)| Cell { kind, reads, asked, times, variant })
        })
        .collect();

    join_all(cells.iter().map(|cell| ask(portal, cell))).await;
    pass(portal, part.a_while() + 2).await;

    all_is_done(portal).await;
    for cell in &cells {
        ends(portal, &anna, cell).await;
    }
}

/// Creates the mailbox, and checks the page that follows. Each has its own session, because the
/// next page of a session shows its notice.
async fn ask(portal: &Portal, cell: &Cell) {
    fault(portal, "POST", &cell.path(), cell.kind, cell.times).await;
    let anna = portal.sign_in(Anna).await;
    let fields = [cell.variant, cell.kind, &cell.part(), &cell.recipient()];
    let answer = anna.new_mailbox("ville.fr", fields).await;
    reads_at_once(&anna, cell, &answer).await;
}

async fn reads_at_once(anna: &Visitor, cell: &Cell, answer: &Answer) {
    let name = cell.part();
    speaks(answer);
    match (cell.reads, answer.status) {
        (Refused, 422) => assert!(answer.mistake("local_part").split(' ').count() > 3, "{name}: {}", answer.words()),
        (Open, 200) => assert!(cell.variant == "sheet" && answer.has("output[data-secret]"), "{name}"),
        (Open, 303) => assert_eq!(anna.follow(answer).await.status_of_page(), "enabled", "{name}"),
        (Waits, 303) => {
            let page = anna.follow(answer).await;
            assert_eq!(page.notice().0, "warn", "{name}: {}", page.words());
            // A slow answer may have arrived meanwhile.
            if cell.kind != "slow" {
                assert_eq!(page.status_of_page(), "pending", "{name}");
                explains(&page, "info");
            }
        }
        (reads, status) => panic!("{name}: {reads:?} expected, not {status}: {}", answer.words()),
    }
}

async fn ends(portal: &Portal, anna: &Visitor, cell: &Cell) {
    let name = cell.part();
    let asked = portal.dimail.calls(&format!("POST {} ", cell.path())).await;
    let page = anna.get(&cell.path()).await;
    let address = format!("{name}@ville.fr");
    let there = portal.dimail.mailboxes("ville.fr").await.into_iter().filter(|other| *other == address).count();
    if cell.reads == Refused {
        assert_eq!((page.status, there, asked), (404, 0, 1), "{name}: neither here nor there, never repeated");
        return;
    }
    if cell.times == 1 {
        assert_eq!(asked, cell.asked, "{name}: asked");
    }
    assert_eq!((page.status_of_page().as_str(), there), ("enabled", 1), "{name}");
    speaks(&page);
    if cell.variant == "sheet" {
        assert!(page.has("[data-handover]"), "{name}: to hand over");
    } else {
        one_email_with_link(portal, &cell.recipient(), &address).await;
    }
}

/// Demands exactly one email, with a login link that works.
pub(crate) async fn one_email_with_link(portal: &Portal, recipient: &str, address: &str) {
    let emails: Vec<_> = portal.emails().into_iter().filter(|email| email.to == recipient).collect();
    let [email] = emails.as_slice() else { panic!("{recipient}: {} emails", emails.len()) };
    let link = login_link_in(&email.text).expect("a link");
    let mut answer = portal.visitor().post(&link, &[]).await;
    while answer.status == 503 {
        answer = portal.visitor().post(&link, &[]).await;
    }
    let codes = portal.dimail.codes().await;
    let (of, code) = codes.last().expect("a code");
    assert_eq!(of, address, "a working link");
    answer.leads_to(&format!("{WEBMAIL}/code/{code}"));
}

async fn creation_with_nobody_there(portal: &Portal) {
    all_creations_with_nobody_there(portal, Part::Prompt).await;
}

async fn creation_in_silence_with_nobody_there(portal: &Portal) {
    all_creations_with_nobody_there(portal, Part::Silent).await;
}

async fn all_creations_with_nobody_there(portal: &Portal, part: Part) {
    calm(portal).await;
    portal.add_domain_with(Anna, "neuve.fr", &["wrong_mx"], &[]).await;
    calm(portal).await;
    portal.forget_emails();
    let anna = portal.sign_in(Anna).await;
    let rows: Vec<_> = CREATION.iter().filter(|(kind, ..)| part.has(kind)).collect();
    for (kind, ..) in &rows {
        let path = format!("/domains/neuve.fr/mailboxes/{kind}");
        fault(portal, "POST", &path, kind, 1).await;
        anna.new_mailbox("neuve.fr", ["Jean", kind, kind, &format!("{kind}@ailleurs.test")]).await.leads_to(&path);
    }

    portal.dimail.finds_nothing_wrong("neuve.fr").await;
    portal.wait(PAUSE);
    pass(portal, 3).await;

    for (kind, _, asked, end) in rows {
        let path = format!("/domains/neuve.fr/mailboxes/{kind}");
        assert_eq!(portal.dimail.calls(&format!("POST {path} ")).await, *asked, "{kind}: asked");
        let page = anna.get(&path).await;
        assert_eq!(page.status_of_page(), *end, "{kind}");
        if *end == "failed" {
            explains(&page, "bad");
            // The next step is to retry.
            anna.post(&format!("{path}/retry"), &[]).await.leads_to(&path);
            calm(portal).await;
            assert_eq!(anna.get(&path).await.status_of_page(), "enabled", "{kind}: tried again");
        }
        one_email_with_link(portal, &format!("{kind}@ailleurs.test"), &format!("{kind}@neuve.fr")).await;
    }
    all_is_done(portal).await;
}

/// One fault at `GET /token/`. Nothing was sent, so nothing is in doubt. A refused token is an
/// installation fault, never a refusal of the mailbox. In the end the mailbox is always `enabled`,
/// created once, with one email.
const TOKEN: &[(&str, Reads)] = &[
    // fault            reads
    ("refuse_500", Waits),
    ("hang", Waits),
    ("close", Waits),
    ("html_502", Waits),
    ("redirect_307", Waits),
    ("missing", Waits),
    ("refuse_403", Waits),
    ("refuse_409", Waits),
    ("refuse_422", Waits),
    ("act_then_500", Waits),
    ("act_then_hang", Waits),
    ("act_then_close", Waits),
    ("bad_json", Waits),
    ("slow", Waits),
];

async fn token(portal: &Portal) {
    all_tokens(portal, Part::Prompt).await;
}

async fn token_in_silence(portal: &Portal) {
    all_tokens(portal, Part::Silent).await;
}

async fn all_tokens(portal: &Portal, part: Part) {
    calm(portal).await;
    for &(kind, reads) in TOKEN.iter().filter(|(kind, _)| part.has(kind)) {
        for (variant, times) in [("once", 1), ("while", part.a_while())] {
            let anna = portal.sign_in(Anna).await;
            let name = format!("{kind}.{variant}");
            let (path, recipient) = (format!("/domains/ville.fr/mailboxes/{name}"), format!("{name}@ailleurs.test"));
            portal.dimail.expire_tokens().await;
            fault(portal, "GET", "/token", kind, times).await;

            let answer = anna.new_mailbox("ville.fr", [variant, kind, &name, &recipient]).await;

            assert_eq!((answer.status, reads), (303, Waits), "{name}: {}", answer.words());
            let page = anna.follow(&answer).await;
            if kind != "slow" {
                assert_eq!(page.status_of_page(), "pending", "{name}");
                explains(&page, "info");
            }
            pass(portal, gets(kind, times) + 1).await;
            was_met(portal, "/token", times).await;
            portal.dimail.lose_faults().await;
            assert_eq!(anna.get(&path).await.status_of_page(), "enabled", "{name}");
            assert_eq!(portal.dimail.calls(&format!("POST {path} 201")).await, 1, "{name}");
            one_email_with_link(portal, &recipient, &format!("{name}@ville.fr")).await;
        }
    }
    all_is_done(portal).await;
}
