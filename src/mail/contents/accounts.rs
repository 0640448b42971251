//! Emails about an account, and those that confirm an address.

use super::Done;
use crate::i18n::Sentences;
use crate::mail::parts::{EmailParts, Facts};
use crate::mail::shown::{address_in_both_forms, both_forms, for_people};
use crate::model::address::shown_address;
use crate::model::confirm::CONFIRM_LINK_VALID;
use crate::model::throttle::WRONG_IN_AN_HOUR;
use crate::model::user::RESET_LINK_VALID;
use crate::model::{Confirming, Timestamp};
use crate::urls;

/// The account of a new owner or member of staff.
pub(super) struct Account<'a> {
    pub(super) address: &'a str,
    /// To how many other addresses the emails to it go.
    pub(super) leads: usize,
    pub(super) raised_by: &'a str,
}

/// The email to a person who became an owner or staff. It says to how many other addresses the emails of their
/// account are forwarded: with these emails, their readers could reset the password of the account.
pub(super) fn raised(
    s: Sentences,
    facts: &Facts<'_>,
    domain: Option<&str>,
    Account { address, leads, raised_by }: Account<'_>,
) -> EmailParts {
    let address = &shown_address(address);
    let (subject, text) = match domain {
        Some(domain) => (
            s.t1("email-owner-now-subject", "domain", for_people(domain)),
            s.t2("email-owner-now-text", "domain", both_forms(s, domain), "address", address),
        ),
        None => (s.t("email-staff-now-subject"), s.t1("email-staff-now-text", "address", address)),
    };
    let leading = if leads == 0 {
        s.t1("email-raised-leads-nowhere", "address", address)
    } else {
        s.t2("email-raised-leads", "address", address, "count", leads)
    };
    let by = if raised_by.is_empty() { s.t("email-raised-operator") } else { facts.named(raised_by) };
    EmailParts {
        subject,
        before: vec![text, leading],
        particulars: vec![(s.t("email-raised-by"), by)],
        after: vec![s.t("email-raised-next")],
        button: s.t("email-raised-button"),
        link: facts.portal_address(urls::ACCOUNT),
        ..EmailParts::to_all(s)
    }
}

pub(super) fn confirm_address(
    s: Sentences,
    facts: &Facts<'_>,
    what: Confirming,
    Done { by, domain }: Done<'_>,
) -> EmailParts {
    let (subject, text) = match what {
        Confirming::Support => (
            s.t1("email-confirm-support-subject", "domain", for_people(domain)),
            s.t2("email-confirm-support-text", "by", by, "domain", both_forms(s, domain)),
        ),
        Confirming::Account | Confirming::Mailbox => {
            (s.t("email-confirm-account-subject"), s.t1("email-confirm-account-text", "by", by))
        }
    };
    EmailParts {
        subject,
        before: vec![text, s.t1("email-confirm-valid", "length", s.duration(CONFIRM_LINK_VALID))],
        button: s.t("email-confirm-button"),
        link: facts.link_address(urls::confirm),
        last: vec![s.t1("email-confirm-unexpected", "by", by)],
        ..EmailParts::to_all(s)
    }
}

pub(super) fn forgotten_password(s: Sentences, facts: &Facts<'_>) -> EmailParts {
    EmailParts {
        subject: s.t("email-forgotten-password-subject"),
        before: vec![
            s.t("email-forgotten-password-text"),
            s.t1("email-forgotten-password-valid", "length", s.duration(RESET_LINK_VALID)),
        ],
        button: s.t("email-forgotten-password-button"),
        link: facts.link_address(urls::reset_password),
        last: vec![s.t("email-forgotten-password-unexpected")],
        ..EmailParts::to_all(s)
    }
}

/// What happened to an account and when, and a button to choose a new password. The keys are those of the
/// subject, the label of the time, and what to do.
fn about_account(
    s: Sentences,
    facts: &Facts<'_>,
    (address, at): (&str, Timestamp),
    [subject, label, next]: [&str; 3],
    before: Vec<String>,
) -> EmailParts {
    EmailParts {
        subject: s.t(subject),
        before,
        particulars: vec![
            (s.t("email-password-changed-account"), address_in_both_forms(s, address)),
            (s.t(label), s.timestamp(at, facts.time_zone)),
        ],
        after: vec![s.t(next)],
        button: s.t("email-forgotten-password-button"),
        link: facts.portal_address(urls::FORGOT_PASSWORD),
        ..EmailParts::to_all(s)
    }
}

pub(super) fn many_wrong_passwords(s: Sentences, facts: &Facts<'_>, about: (&str, Timestamp)) -> EmailParts {
    let keys = ["email-wrong-passwords-subject", "email-wrong-passwords-at", "email-wrong-passwords-way"];
    let text = s.t1("email-wrong-passwords-text", "count", WRONG_IN_AN_HOUR);
    about_account(s, facts, about, keys, vec![text, s.t("email-wrong-passwords-safe")])
}

pub(super) fn new_browser(s: Sentences, facts: &Facts<'_>, about: (&str, Timestamp)) -> EmailParts {
    let keys = ["email-new-browser-subject", "email-new-browser-at", "email-new-browser-not-you"];
    about_account(s, facts, about, keys, vec![s.t("email-new-browser-text")])
}

pub(super) fn password_changed(s: Sentences, facts: &Facts<'_>, about: (&str, Timestamp)) -> EmailParts {
    let keys = ["email-password-changed-subject", "email-password-changed-at", "email-password-changed-not-you"];
    about_account(s, facts, about, keys, vec![s.t("email-password-changed-text")])
}
