//! Faults at emails with a new password, and at the sheet. No password is stored,
//! and no email is lost or sent twice.

use crate::mailboxes::access::{Log, everything_stored, password_in, password_on};
use crate::support::{Anna, Portal, Visitor, on_both};
use crate::sync::faults::{Part, all_is_done, calm, fault, pass, speaks, was_met};

on_both!(new_passwords, sheets);
on_both!(
    new_passwords_in_silence with ["--dimail-timeout", "500ms"],
    sheets_in_silence with ["--dimail-timeout", "2s", "--answer-within", "200ms"],
);

/// What happens to an email if dimail fails once to give the password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Email {
    /// It is sent at once.
    Leaves,
    /// It is sent later.
    Waits,
    /// It is given up, visibly: without a password there is no reason to send it.
    Ends,
}
use Email::{Ends, Leaves, Waits};

/// One fault at `POST …/reset_password`: what happens to the email, and whether
/// dimail acts although its answer is lost. A missing route is tested in `missing`.
const EMAILS: &[(&str, Email, bool)] = &[
    // fault            the email  acts unheard
    ("refuse_500", Waits, false),
    ("hang", Waits, false),
    ("close", Waits, false),
    ("html_502", Waits, false),
    ("redirect_307", Waits, false),
    ("refuse_403", Leaves, false), // a fresh token is tried at once
    ("refuse_409", Ends, false),   // never asked again
    ("refuse_422", Ends, false),
    ("act_then_500", Waits, true),
    ("act_then_hang", Waits, true),
    ("act_then_close", Waits, true),
    ("bad_json", Waits, true),
    ("slow", Leaves, false),
];

async fn new_passwords(portal: &Portal) {
    emails(portal, Part::Prompt).await;
}

async fn new_passwords_in_silence(portal: &Portal) {
    emails(portal, Part::Silent).await;
}

/// Creates a mailbox for each fault, and forgets the welcome emails.
async fn mailboxes(portal: &Portal, kinds: &[&str], secondary: impl Fn(&str) -> String) -> Visitor {
    let anna = portal.sign_in(Anna).await;
    for kind in kinds {
        anna.new_mailbox("ville.fr", ["Titulaire", kind, kind, &secondary(kind)]).await;
    }
    calm(portal).await;
    portal.forget_emails();
    anna
}

async fn emails(portal: &Portal, part: Part) {
    let rows: Vec<_> = EMAILS.iter().filter(|(kind, ..)| part.has(kind)).collect();
    let kinds: Vec<&str> = rows.iter().map(|(kind, ..)| *kind).collect();
    let anna = mailboxes(portal, &kinds, |kind| format!("{kind}@ailleurs.test")).await;
    let log = Log::default();
    let listening = log.listen();
    for kind in &kinds {
        let path = format!("/domains/ville.fr/mailboxes/{kind}");
        fault(portal, "POST", &format!("{path}/reset_password"), kind, 1).await;
        anna.post(&format!("{path}/reset-password"), &[]).await.leads_to(&path);
    }

    calm(portal).await;
    let states = async |kind: &str| {
        let sql = format!(
            "select state, given_up from emails where recipient = '{kind}@ailleurs.test' and kind <> 'new_mailbox'"
        );
        portal.database.text(&sql).await
    };
    for (kind, email, _) in &rows {
        let path = format!("/domains/ville.fr/mailboxes/{kind}");
        was_met(portal, &format!("{path}/reset_password"), 1).await;
        let wanted = match email {
            Leaves => "sent|-",
            Waits => "waiting|-",
            Ends => "given_up|dimail",
        };
        assert_eq!(states(kind).await, wanted, "{kind}");
        let page = anna.get(&path).await;
        assert_eq!(page.status_of_page(), "enabled", "{kind}");
        speaks(&page);
        assert!(page.words().contains(&format!("{kind}@ailleurs.test")), "{kind}: {}", page.words());
    }
    pass(portal, 2).await;

    all_is_done(portal).await;
    let stored = everything_stored(portal).await;
    for (kind, email, unheard) in &rows {
        let to = format!("{kind}@ailleurs.test");
        let sent: Vec<_> = portal.emails().into_iter().filter(|sent| sent.to == to).collect();
        assert_eq!(sent.len(), usize::from(*email != Ends), "{kind}: lost or doubled");
        let Some(sent) = sent.first() else { continue };
        assert_eq!(made(portal, kind).await, 2 + u64::from(*unheard), "{kind}: the first, and one here");
        let secret = password_in(&sent.text);
        assert!(sent.text.contains(&secret), "{kind}: {}", sent.text);
        assert!(!stored.contains(&secret) && !log.text().contains(&secret), "{kind}: kept");
    }
    drop(listening);
}

/// How many passwords dimail has made for a mailbox.
async fn made(portal: &Portal, part: &str) -> u64 {
    let state = portal.dimail.state().await;
    let email = format!("{part}@ville.fr");
    let mailboxes = state["mailboxes"].as_array().expect("mailboxes");
    let found = mailboxes.iter().find(|mailbox| mailbox["email"] == email.as_str()).expect("a mailbox");
    found["passwords_made"].as_u64().expect("a number")
}

/// What the page says after the request of a sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sheet {
    /// The sheet.
    Shown,
    /// dimail did not answer: the former password may no longer work.
    Unclear,
    /// Nothing has changed; the page has these words.
    Same(&'static str),
}
use Sheet::{Same, Shown, Unclear};

/// One fault at `POST …/reset_password` (for a missing route, see `missing`), and how many
/// passwords dimail made because of it.
const SHEETS: &[(&str, Sheet, u64)] = &[
    // fault            the person reads                       made
    ("refuse_500", Unclear, 0),
    ("hang", Unclear, 0),
    ("close", Unclear, 0),
    ("html_502", Unclear, 0),
    ("redirect_307", Same("n’est pas joignable"), 0),
    ("refuse_403", Shown, 1), // a fresh token is tried at once
    ("refuse_409", Same("n’a pas changé"), 0),
    ("refuse_422", Same("n’a pas changé"), 0),
    ("act_then_500", Unclear, 1),
    ("act_then_hang", Unclear, 1),
    ("act_then_close", Unclear, 1),
    ("bad_json", Unclear, 1),
    ("slow", Unclear, 1), // slower than the request waits
];

async fn sheets(portal: &Portal) {
    all_sheets(portal, Part::Prompt).await;
}

async fn sheets_in_silence(portal: &Portal) {
    all_sheets(portal, Part::Silent).await;
}

async fn all_sheets(portal: &Portal, part: Part) {
    let rows: Vec<_> = SHEETS.iter().filter(|(kind, ..)| part.has(kind)).collect();
    let kinds: Vec<&str> = rows.iter().map(|(kind, ..)| *kind).collect();
    let anna = mailboxes(portal, &kinds, |_| String::new()).await;
    let log = Log::default();
    let listening = log.listen();
    let mut secrets = Vec::new();
    for (kind, sheet, passwords) in &rows {
        let path = format!("/domains/ville.fr/mailboxes/{kind}");
        let reset = format!("{path}/reset-password");
        let to_hand_over = format!("select to_hand_over from mailboxes where local_part = '{kind}'");
        anna.post(&format!("{path}/handed-over"), &[]).await.leads_to(&path);
        assert_eq!(portal.database.number(&to_hand_over).await, 0, "{kind}: its first sheet was handed over");
        fault(portal, "POST", &format!("{path}/reset_password"), kind, 1).await;

        let answer = anna.post(&reset, &[]).await;

        if part == Part::Silent && *kind != "slow" {
            // The reset in progress could invalidate the password of a second sheet, so it is
            // refused.
            anna.post(&reset, &[]).await.is(409);
        }
        was_met(portal, &format!("{path}/reset_password"), 1).await;
        if *sheet == Shown {
            secrets.push(password_on(&answer));
        } else {
            answer.leads_to(&path);
            let page = anna.get(&path).await;
            speaks(&page);
            let (notice, words) = page.notice();
            let wanted = if let Same(wanted) = sheet { wanted } else { "ne fonctionne peut-être plus" };
            assert!(notice == "warn" && words.contains(wanted), "{kind}: {words}");
        }
        calm(portal).await;
        let unseen = i64::from(matches!(sheet, Shown | Unclear));
        assert_eq!(portal.database.number(&to_hand_over).await, unseen, "{kind}");
        assert_eq!(made(portal, kind).await, 1 + passwords, "{kind}");

        // The second attempt shows the sheet.
        secrets.push(password_on(&anna.post(&reset, &[]).await));
        assert_eq!(portal.database.number(&to_hand_over).await, 1, "{kind}");
        assert_eq!(made(portal, kind).await, 2 + passwords, "{kind}");
    }
    let stored = everything_stored(portal).await;
    for secret in secrets {
        assert!(secret.len() > 7 && !stored.contains(&secret) && !log.text().contains(&secret), "kept");
    }
    assert_eq!(portal.emails(), []);
    drop(listening);
}
