//! Lookups at dimail after an attempt in doubt: by address, then by list.

use crate::support::{Anna, Portal, on_both};
use crate::sync::faults::mailboxes::one_email_with_link;
use crate::sync::faults::{PAUSE, Part, all_is_done, calm, explains, fault, gets, pass, was_met};

on_both!(address, list);
on_both!(
    address_in_silence with ["--dimail-timeout", "500ms"],
    list_in_silence with ["--dimail-timeout", "500ms"],
);

/// Whether the first lookup has a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Look {
    /// It has, in spite of the fault.
    Tells,
    /// It has not: the mailbox stays pending, and nothing is repeated until dimail has answered a
    /// lookup.
    Waits,
}
use Look::{Tells, Waits};

/// One fault at `GET /domains/{d}/address/{lp}/` or `GET /v2/domains/{d}/mailboxes/`, after an
/// attempt without an answer. In the end the mailbox is always `enabled`, with one email, and a
/// second creation was sent only if the first one had done nothing. For a missing route, see
/// `missing`.
const LOOKS: &[(&str, Look)] = &[
    // fault            the first look
    ("refuse_500", Waits),
    ("hang", Waits),
    ("close", Waits),
    ("html_502", Waits),
    ("redirect_307", Waits),
    ("refuse_403", Tells), // a fresh token is tried at once
    ("refuse_409", Waits),
    ("refuse_422", Waits),
    ("act_then_500", Waits),
    ("act_then_hang", Waits),
    ("act_then_close", Waits),
    ("bad_json", Waits),
    ("slow", Tells), // shorter than the time-out
];

async fn address(portal: &Portal) {
    all_looks(portal, Part::Prompt, "/domains/ville.fr/address/*").await;
}

async fn address_in_silence(portal: &Portal) {
    all_looks(portal, Part::Silent, "/domains/ville.fr/address/*").await;
}

async fn list(portal: &Portal) {
    all_looks(portal, Part::Prompt, "/v2/domains/ville.fr/mailboxes").await;
}

async fn list_in_silence(portal: &Portal) {
    all_looks(portal, Part::Silent, "/v2/domains/ville.fr/mailboxes").await;
}

async fn all_looks(portal: &Portal, part: Part, route: &str) {
    let (once, a_while) = (1, part.a_while());
    let all = [("made", once), ("not", a_while), ("made", a_while), ("not", once)];
    // Faults that keep silent take long, so only half of the cases run.
    let cells = if part == Part::Silent { &all[..2] } else { &all[..] };
    for &(kind, look) in LOOKS.iter().filter(|(kind, _)| part.has(kind)) {
        let anna = portal.sign_in(Anna).await;
        for &(variant, times) in cells {
            let (first, creations) = if variant == "made" { ("act_then_close", 1) } else { ("close", 2) };
            let name = format!("{kind}.{variant}{times}");
            let (path, recipient) = (format!("/domains/ville.fr/mailboxes/{name}"), format!("{name}@ailleurs.test"));
            portal.dimail.fault("POST", &path, first, 1).await;
            let fields = [variant, &format!("{kind} {times}"), &name, &recipient];
            anna.new_mailbox("ville.fr", fields).await.leads_to(&path);
            fault(portal, "GET", route, kind, times).await;

            portal.wait(PAUSE);
            calm(portal).await;

            was_met(portal, route, times).await;
            let page = anna.get(&path).await;
            if look == Waits || (kind == "refuse_403" && times > 1) {
                assert_eq!(page.status_of_page(), "pending", "{name}");
                assert_eq!(portal.dimail.calls(&format!("POST {path} ")).await, 1, "{name}: nothing is repeated");
                explains(&page, "info");
            } else {
                assert_eq!(page.status_of_page(), "enabled", "{name}");
            }
            pass(portal, gets(kind, times) + 1).await;
            assert_eq!(anna.get(&path).await.status_of_page(), "enabled", "{name}");
            assert_eq!(portal.dimail.calls(&format!("POST {path} ")).await, creations, "{name}");
            one_email_with_link(portal, &recipient, &format!("{name}@ville.fr")).await;
            portal.dimail.lose_faults().await;
        }
    }
    all_is_done(portal).await;
}
