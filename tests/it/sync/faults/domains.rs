//! Faults at adding a domain, its checks, its repair, and its list of records.

use futures::future::join_all;

use crate::support::portal::SUPPORT;
use crate::support::{Anna, Answer, Portal, on_both};
use crate::sync::faults::{Part, all_is_done, calm, explains, fault, pass, speaks, was_met};

on_both!(creation, creation_with_nobody_there, check, fix, spec);
on_both!(
    creation_in_silence with ["--dimail-timeout", "500ms", "--answer-within", "200ms"],
    creation_in_silence_with_nobody_there with ["--dimail-timeout", "500ms", "--answer-within", "200ms"],
    check_in_silence with ["--dimail-timeout", "500ms", "--answer-within", "200ms"],
    fix_in_silence with ["--dimail-timeout", "500ms", "--answer-within", "200ms"],
    spec_in_silence with ["--dimail-timeout", "500ms", "--answer-within", "200ms"],
);

/// What the page says after the form of a new domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reads {
    /// It is stored, and continues by itself.
    Waits,
    /// The form is shown again with the reason.
    Refused,
}
use Reads::{Refused, Waits};

/// One fault at `POST /domains/`: what the page says, and the final status if the fault happens at
/// the second attempt, after a first one without an answer. `pending` means: with the reason,
/// without further attempts, and removable. What is not refused ends `enabled`, once at dimail,
/// with one email to the owner and one to the support address.
const CREATION: &[(&str, Reads, &str)] = &[
    // fault            reads     in the end, if the person no longer waits
    ("refuse_500", Waits, "enabled"),
    ("hang", Waits, "enabled"),
    ("close", Waits, "enabled"),
    ("html_502", Waits, "enabled"),
    ("redirect_307", Waits, "enabled"),
    ("missing", Waits, "enabled"),
    ("refuse_403", Waits, "enabled"),
    ("refuse_409", Refused, "pending"), // our account may not list it: not ours
    ("refuse_422", Refused, "pending"),
    ("act_then_500", Waits, "enabled"),
    ("act_then_hang", Waits, "enabled"),
    ("act_then_close", Waits, "enabled"),
    ("bad_json", Waits, "enabled"),
    ("slow", Waits, "enabled"),
];

fn domain(kind: &str, variant: &str) -> String {
    // No name is the end of another one, so that emails can be assigned.
    format!("d-{}-{variant}.fr", kind.replace('_', "-"))
}

/// The recipients of emails about a domain.
fn told(portal: &Portal, name: &str) -> Vec<String> {
    let mut told: Vec<String> = portal
        .emails()
        .into_iter()
        .filter(|email| email.text.contains(name) && !email.text.contains("/confirm/"))
        .map(|email| email.to)
        .collect();
    told.sort();
    told
}

async fn is_enabled_once(portal: &Portal, name: &str) {
    assert_eq!(portal.status(name).await, "enabled", "{name}");
    let there = portal.dimail.domains().await.into_iter().filter(|other| other == name).count();
    assert_eq!(there, 1, "{name}");
    let owners = format!("members join domains on domains.id = domain_id where name = '{name}' and role = 'owner'");
    assert_eq!(portal.database.count(&owners).await, 1, "{name}");
}

async fn creation(portal: &Portal) {
    all_creations(portal, Part::Prompt).await;
}

async fn creation_in_silence(portal: &Portal) {
    all_creations(portal, Part::Silent).await;
}

async fn all_creations(portal: &Portal, part: Part) {
    calm(portal).await;
    portal.forget_emails();
    for &(kind, reads, _) in CREATION.iter().filter(|(kind, ..)| part.has(kind)) {
        for (variant, times) in [("once", 1), ("while", if reads == Refused { 1 } else { part.a_while() })] {
            let anna = portal.sign_in(Anna).await;
            let (name, path) = (domain(kind, variant), format!("/domains/{}", domain(kind, variant)));
            fault(portal, "POST", "/domains", kind, times).await;

            let answer = anna.new_domain(&name, SUPPORT).await;

            speaks(&answer);
            if reads == Refused {
                assert!(answer.is(422).mistake("name").split(' ').count() > 3, "{name}: {}", answer.words());
                let mark = portal.dimail.mark().await;
                pass(portal, 1).await;
                anna.get(&path).await.is(404);
                assert!(!portal.dimail.heard_since(mark).await.iter().any(|line| line.starts_with("POST")), "{name}");
                anna.new_domain(&name, SUPPORT).await.leads_to(&path);
                pass(portal, 1).await;
            } else {
                answer.leads_to(&path);
                let page = anna.follow(&answer).await;
                assert_eq!(page.notice().0, "warn", "{name}: {}", page.words());
                if kind != "slow" {
                    assert_eq!(page.status_of_page(), "pending", "{name}");
                    explains(&page, "info");
                }
                pass(portal, times + 1).await;
            }
            was_met(portal, "/domains", times).await;
            is_enabled_once(portal, &name).await;
            assert_eq!(told(portal, &name), [Anna.email], "{name}");
            portal.dimail.lose_faults().await;
        }
    }
    all_is_done(portal).await;
}

async fn creation_with_nobody_there(portal: &Portal) {
    all_creations_with_nobody_there(portal, Part::Prompt).await;
}

async fn creation_in_silence_with_nobody_there(portal: &Portal) {
    all_creations_with_nobody_there(portal, Part::Silent).await;
}

async fn all_creations_with_nobody_there(portal: &Portal, part: Part) {
    calm(portal).await;
    portal.forget_emails();
    for &(kind, _, end) in CREATION.iter().filter(|(kind, ..)| part.has(kind)) {
        let anna = portal.sign_in(Anna).await;
        let (name, path) = (domain(kind, "later"), format!("/domains/{}", domain(kind, "later")));
        portal.dimail.fault("POST", "/domains", "close", 1).await;
        fault(portal, "POST", "/domains", kind, 1).await;

        anna.new_domain(&name, SUPPORT).await.leads_to(&path);
        pass(portal, 3).await;

        assert_eq!(portal.dimail.state().await["faults"], serde_json::json!([]), "{name}");
        if end == "enabled" {
            is_enabled_once(portal, &name).await;
            assert_eq!(told(portal, &name), [Anna.email], "{name}");
            continue;
        }
        let page = anna.get(&path).await;
        assert_eq!(page.status_of_page(), end, "{name}");
        explains(&page, "bad");
        let mark = portal.dimail.mark().await;
        pass(portal, 12).await;
        assert_eq!(portal.dimail.heard_since(mark).await, [""; 0], "{name}: no further tries or checks");
        assert_eq!(told(portal, &name), [""; 0], "{name}");
        anna.post(&format!("{path}/remove"), &[]).await.leads_to("/domains");
        anna.get(&path).await.is(404);
    }
    all_is_done(portal).await;
}

/// One fault at one call of the check of a new domain, whose records are right: the status on the
/// page that follows, and how many emails about a change of status the owner gets until it is
/// `enabled`, which it always is in the end. First column, `check`: a check without an answer is no
/// result. Second, `fix`: the only error is an internal one that dimail repairs; if the repair
/// fails, the first report is the result. Third, `spec`: the check counts without it.
const CHECKS: &[(&str, [(&str, usize); 3])] = &[
    // fault             check            fix              spec
    ("refuse_500", [("pending", 1), ("pending", 1), ("enabled", 1)]),
    ("hang", [("pending", 1), ("pending", 1), ("pending", 1)]), // the request waits no longer
    ("close", [("pending", 1), ("pending", 1), ("enabled", 1)]),
    ("html_502", [("pending", 1), ("pending", 1), ("enabled", 1)]),
    ("redirect_307", [("pending", 1), ("pending", 1), ("enabled", 1)]),
    ("missing", [("pending", 1), ("failed", 2), ("enabled", 1)]),
    ("refuse_403", [("pending", 1), ("pending", 1), ("enabled", 1)]),
    ("refuse_409", [("pending", 1), ("failed", 2), ("enabled", 1)]),
    ("refuse_422", [("pending", 1), ("failed", 2), ("enabled", 1)]),
    ("act_then_500", [("pending", 1), ("pending", 1), ("enabled", 1)]),
    ("act_then_hang", [("pending", 1), ("pending", 1), ("pending", 1)]),
    ("act_then_close", [("pending", 1), ("pending", 1), ("enabled", 1)]),
    ("bad_json", [("pending", 1), ("pending", 1), ("enabled", 1)]),
    ("slow", [("pending", 1), ("pending", 1), ("pending", 1)]),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Call {
    Check,
    Fix,
    Spec,
}

async fn check(portal: &Portal) {
    all_checks(portal, Part::Prompt, Call::Check).await;
}

async fn check_in_silence(portal: &Portal) {
    all_checks(portal, Part::Silent, Call::Check).await;
}

async fn fix(portal: &Portal) {
    all_checks(portal, Part::Prompt, Call::Fix).await;
}

async fn fix_in_silence(portal: &Portal) {
    all_checks(portal, Part::Silent, Call::Fix).await;
}

async fn spec(portal: &Portal) {
    all_checks(portal, Part::Prompt, Call::Spec).await;
}

async fn spec_in_silence(portal: &Portal) {
    all_checks(portal, Part::Silent, Call::Spec).await;
}

/// What the page of the records says while there are none.
const NO_RECORDS: &str = "pas encore dit quels enregistrements";

async fn all_checks(portal: &Portal, part: Part, call: Call) {
    calm(portal).await;
    portal.forget_emails();
    let anna = portal.sign_in(Anna).await;
    let route = ["check", "fix", "spec"][call as usize];
    let mut cells = Vec::new();
    // A missing route is remembered for all domains: see `missing`.
    let is_shared = |kind: &str| kind == "missing" && call != Call::Check;
    for (kind, expected) in CHECKS.iter().filter(|(kind, _)| part.has(kind) && !is_shared(kind)) {
        for (variant, times) in [("once", 1), ("while", part.a_while())] {
            let name = domain(kind, variant);
            let internal: &[&str] = if call == Call::Fix { &["no_cert"] } else { &[] };
            portal.dimail.finds(&name, &[], internal, true).await;
            fault(portal, "GET", &format!("/domains/{name}/{route}"), kind, times).await;
            cells.push((name, expected[call as usize], *kind, times));
        }
    }

    let asked = join_all(cells.iter().map(|(name, ..)| anna.new_domain(name, SUPPORT))).await;

    for ((name, (status, _), kind, _), answer) in cells.iter().zip(&asked) {
        answer.leads_to(&format!("/domains/{name}"));
        let page = anna.follow(answer).await;
        reads(&page, name, part, status);
        let dns = anna.get(&format!("/domains/{name}/dns")).await;
        speaks(&dns);
        // The records were not requested yet, or the request was not answered.
        let lacks = *kind != "slow" && (call != Call::Fix || *status == "pending");
        assert!(!lacks || dns.words().contains(NO_RECORDS), "{name}: {}", dns.words());
        // A mailbox can be created meanwhile.
        let path = format!("/domains/{name}/mailboxes/jean.dupont");
        anna.new_mailbox(name, ["Jean", "Dupont", "", &format!("jean@{name}.test")]).await.leads_to(&path);
    }
    // Checks are repeated 1, 5 and 15 minutes after the creation, then hourly.
    pass(portal, 5).await;
    pass(portal, 24).await;

    all_is_done(portal).await;
    for (name, (_, emails), _, times) in &cells {
        was_met(portal, &format!("/domains/{name}/{route}"), *times).await;
        is_enabled_once(portal, name).await;
        let of = |to: &str| told(portal, name).iter().filter(|other| *other == to).count();
        assert_eq!(of(Anna.email), *emails, "{name}: emails");
        let dns = anna.get(&format!("/domains/{name}/dns")).await;
        assert!(!dns.is(200).words().contains(NO_RECORDS), "{name}: {}", dns.words());
        let address = format!("jean.dupont@{name}");
        assert_eq!(portal.dimail.mailboxes(name).await, [address.as_str()], "{name}");
        crate::sync::faults::mailboxes::one_email_with_link(portal, &format!("jean@{name}.test"), &address).await;
    }
}

fn reads(page: &Answer, name: &str, part: Part, status: &str) {
    speaks(page);
    // The late answer of dimail may have arrived meanwhile, or the time limit for the records has
    // passed.
    if part == Part::Silent && page.status_of_page() == "enabled" {
        return;
    }
    assert_eq!(page.status_of_page(), status, "{name}: {}", page.words());
    match status {
        "pending" => explains(page, "info"),
        "failed" => explains(page, "bad"),
        _ => {}
    }
}
