//! What the portal keeps about people, why, and how long. The durations are those of the settings and of the
//! code that deletes.

use std::time::Duration;

use askama::Template;

use super::{Contact, contact};
use crate::model::confirm::CONFIRM_LINK_VALID;
use crate::model::dns_share::DNS_LINK_VALID;
use crate::model::member::INVITATION_VALID;
use crate::model::throttle::{EMAILS_COUNTED, KNOWN_FOR};
use crate::model::user::{RESET_LINK_VALID, SESSION_IDLE, SESSION_LONGEST};
use crate::web::{Answer, Page, rendered};

/// How long what limits count is kept at most.
const COUNTED: Duration = Duration::from_hours(24);

#[derive(Template)]
#[template(path = "legal/privacy.html")]
struct Privacy {
    page: Page,
    rows: Vec<Kept>,
    contact: Option<Contact>,
}

/// One kind of data.
struct Kept {
    what: String,
    why: String,
    long: String,
}

pub(crate) async fn show(page: Page) -> Answer {
    let contact = contact(&page, page.app().settings.privacy_contact.as_deref());
    let mut rows = people(&page);
    rows.extend(access(&page));
    rows.extend(records(&page));
    rendered(&Privacy { page, rows, contact })
}

/// A row; the keys are those of what is kept, and why.
fn row(page: &Page, [what, why]: [&str; 2], long: String) -> Kept {
    Kept { what: page.t(what), why: page.t(why), long }
}

/// Accounts, roles, mailboxes and aliases: kept until they are deleted. Invitations and shared settings.
fn people(page: &Page) -> Vec<Kept> {
    let [length, shared] = [INVITATION_VALID, DNS_LINK_VALID].map(|length| page.s.duration(length));
    vec![
        row(page, ["privacy-account-what", "privacy-account-why"], page.t("privacy-account-kept")),
        row(page, ["privacy-role-what", "privacy-role-why"], page.t("privacy-role-kept")),
        row(
            page,
            ["privacy-invitation-what", "privacy-invitation-why"],
            page.s.t1("privacy-invitation-kept", "length", length),
        ),
        row(page, ["privacy-mailbox-what", "privacy-mailbox-why"], page.t("privacy-mailbox-kept")),
        row(page, ["privacy-dns-what", "privacy-dns-why"], page.s.t1("privacy-dns-kept", "length", shared)),
    ]
}

/// Sessions, cookies, links and counted attempts.
fn access(page: &Page) -> Vec<Kept> {
    let s = page.s;
    let [idle, longest, year] = [SESSION_IDLE, SESSION_LONGEST, KNOWN_FOR].map(|length| s.duration(length));
    let [attempts, counted] = [EMAILS_COUNTED, COUNTED].map(|length| s.duration(length));
    let links = [page.app().settings.login_link_valid, RESET_LINK_VALID, CONFIRM_LINK_VALID];
    let [login, reset, confirm] = links.map(|length| s.duration(length));
    vec![
        row(
            page,
            ["privacy-session-what", "privacy-session-why"],
            s.t2("privacy-session-kept", "idle", idle, "longest", longest),
        ),
        row(
            page,
            ["privacy-browser-what", "privacy-browser-why"],
            s.t1("privacy-cookie-kept", "length", year.as_str()),
        ),
        row(
            page,
            ["privacy-language-what", "privacy-language-why"],
            s.t1("privacy-cookie-kept", "length", year.as_str()),
        ),
        row(
            page,
            ["privacy-links-what", "privacy-links-why"],
            s.t3("privacy-links-kept", "login", login, "reset", reset, "confirm", confirm),
        ),
        row(
            page,
            ["privacy-attempts-what", "privacy-attempts-why"],
            s.t2("privacy-attempts-kept", "length", attempts, "counted", counted),
        ),
    ]
}

/// Emails, operations and journals.
fn records(page: &Page) -> Vec<Kept> {
    let (s, settings) = (page.s, &page.app().settings);
    let finished = s.duration(settings.keep_finished);
    let journal = match settings.keep_journal {
        Some(kept) => s.t1("privacy-journal-kept", "length", s.duration(kept)),
        None => page.t("privacy-journal-kept-for-ever"),
    };
    vec![
        row(page, ["privacy-email-what", "privacy-email-why"], s.t1("privacy-email-kept", "length", finished.as_str())),
        row(
            page,
            ["privacy-operation-what", "privacy-operation-why"],
            s.t1("privacy-operation-kept", "length", finished.as_str()),
        ),
        row(page, ["privacy-journal-what", "privacy-journal-why"], journal),
    ]
}
