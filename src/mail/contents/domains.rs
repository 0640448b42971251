//! Emails about a domain, to its support address, its owners and staff.

use super::{Done, page};
use crate::i18n::Sentences;
use crate::mail::parts::{EmailParts, Facts};
use crate::mail::shown::{address_in_both_forms, both_forms, for_people};
use crate::model::address::shown_address;
use crate::urls;

/// What happened to a domain, what follows from it, and a button to its page. The keys are those of the
/// subject and the two texts.
fn about_domain(
    s: Sentences,
    facts: &Facts<'_>,
    domain: &str,
    [subject, text, next]: [&str; 3],
    button: &str,
) -> EmailParts {
    EmailParts {
        subject: s.sentence(subject, &[("domain", &for_people(domain))]),
        before: vec![s.sentence(text, &[("domain", &both_forms(s, domain))])],
        after: vec![s.t(next)],
        button: s.t(button),
        link: page(facts, domain, urls::domain),
        ..EmailParts::to_all(s)
    }
}

pub(super) fn domain_ready(s: Sentences, facts: &Facts<'_>, domain: &str) -> EmailParts {
    let keys = ["email-domain-ready-subject", "email-domain-ready-text", "email-domain-ready-next"];
    EmailParts {
        link: page(facts, domain, urls::mailboxes),
        ..about_domain(s, facts, domain, keys, "email-domain-ready-button")
    }
}

pub(super) fn domain_action_required(s: Sentences, facts: &Facts<'_>, domain: &str, codes: &[String]) -> EmailParts {
    // One check may report the same problem several times, once per server.
    let mut problems: Vec<(String, String)> = Vec::new();
    for problem in codes.iter().map(|code| s.problem(code)) {
        if !problems.contains(&problem) {
            problems.push(problem);
        }
    }
    let named = both_forms(s, domain);
    EmailParts {
        subject: s.t1("email-domain-action-subject", "domain", for_people(domain)),
        before: vec![s.t2("email-domain-action-text", "domain", named, "count", problems.len())],
        problems,
        after: vec![s.t("email-domain-action-next")],
        button: s.t("email-domain-action-button"),
        link: page(facts, domain, |name| urls::below_domain(name, "dns")),
        ..EmailParts::to_all(s)
    }
}

pub(super) fn domain_failed(s: Sentences, facts: &Facts<'_>, domain: &str) -> EmailParts {
    let keys = ["email-domain-failed-subject", "email-domain-failed-text", "email-domain-failed-next"];
    about_domain(s, facts, domain, keys, "email-domain-button")
}

pub(super) fn domain_disabled(s: Sentences, facts: &Facts<'_>, domain: &str, reason: &str) -> EmailParts {
    let keys = ["email-domain-disabled-subject", "email-domain-disabled-text", "email-domain-disabled-next"];
    let mut email = about_domain(s, facts, domain, keys, "email-domain-disabled-button");
    if !reason.trim().is_empty() {
        email.particulars.push((s.t("email-domain-disabled-reason"), reason.trim().to_owned()));
    }
    email
}

pub(super) fn domain_removed(s: Sentences, facts: &Facts<'_>, domain: &str) -> EmailParts {
    let keys = ["email-domain-removed-subject", "email-domain-removed-text", "email-domain-removed-next"];
    EmailParts {
        link: facts.portal_address(urls::DOMAINS),
        ..about_domain(s, facts, domain, keys, "email-access-button")
    }
}

pub(super) fn domain_claimed(
    s: Sentences,
    facts: &Facts<'_>,
    Done { by, domain }: Done<'_>,
    address: &str,
) -> EmailParts {
    let keys = ["email-domain-claimed-subject", "email-domain-claimed-text", "email-domain-claimed-next"];
    let particulars = vec![
        (s.t("email-access-domain"), both_forms(s, domain)),
        (s.t("email-domain-claimed-by"), by.to_owned()),
        (s.t("email-domain-claimed-address"), address_in_both_forms(s, address)),
    ];
    EmailParts { particulars, ..about_domain(s, facts, domain, keys, "email-domain-button") }
}

pub(super) fn creation_guarded(s: Sentences, facts: &Facts<'_>, domain: &str, address: &str) -> EmailParts {
    let address = shown_address(address);
    EmailParts {
        subject: s.t1("email-creation-guarded-subject", "address", &address),
        before: vec![s.t2("email-creation-guarded-text", "address", &address, "domain", both_forms(s, domain))],
        after: vec![s.t("email-creation-guarded-next")],
        button: s.t("email-domain-button"),
        link: page(facts, domain, urls::domain),
        ..EmailParts::to_all(s)
    }
}

pub(super) fn reconciled(
    s: Sentences,
    facts: &Facts<'_>,
    Done { by, domain }: Done<'_>,
    (adopted, subjects, count): (bool, &[String], usize),
) -> EmailParts {
    let [subject, text, next] = if adopted {
        ["email-adopted-subject", "email-adopted-text", "email-adopted-next"]
    } else {
        ["email-pushed-subject", "email-pushed-text", "email-pushed-next"]
    };
    let others = count.saturating_sub(subjects.len());
    let others = (others > 0).then(|| s.t1("email-reconciled-others", "n", others));
    let listed: Vec<String> = subjects.iter().map(|subject| shown_subject(subject)).chain(others).collect();
    EmailParts {
        subject: s.t1(subject, "domain", for_people(domain)),
        before: vec![s.t3(text, "by", by, "domain", both_forms(s, domain), "n", count)],
        particulars: vec![(s.t("email-reconciled-what"), listed.join(", "))],
        after: vec![s.t(next)],
        button: s.t("email-reconciled-button"),
        link: page(facts, domain, |name| urls::below_domain(name, "compare")),
        ..EmailParts::to_all(s)
    }
}

/// An address, or an alias with its destination, as people read them.
fn shown_subject(subject: &str) -> String {
    subject.split(' ').map(shown_address).collect::<Vec<_>>().join(" ")
}
