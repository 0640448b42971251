//! Emails about a person's access to a domain.

use super::{Done, page};
use crate::i18n::Sentences;
use crate::mail::parts::{EmailParts, Facts};
use crate::mail::shown::{both_forms, for_people};
use crate::model::Timestamp;
use crate::urls;

pub(super) fn invitation(
    s: Sentences,
    facts: &Facts<'_>,
    Done { by: inviter, domain }: Done<'_>,
    (role, expires_at): (&str, Timestamp),
) -> EmailParts {
    let named = both_forms(s, domain);
    EmailParts {
        subject: s.t1("email-invitation-subject", "domain", for_people(domain)),
        before: vec![s.t2("email-invitation-text", "inviter", inviter, "domain", named.as_str())],
        particulars: vec![
            (s.t("email-access-domain"), named),
            (s.t("email-access-role"), role_words(s, role)),
            (s.t("email-invitation-expires"), s.timestamp(expires_at, facts.time_zone)),
        ],
        button: s.t("email-invitation-button"),
        link: facts.link_address(urls::invitation),
        last: vec![s.t1("email-invitation-unexpected", "inviter", inviter)],
        ..EmailParts::to_all(s)
    }
}

pub(super) fn role_changed(s: Sentences, facts: &Facts<'_>, done: Done<'_>, role: &str) -> EmailParts {
    let mut email = access(s, done, ["email-role-changed-subject", "email-role-changed-text"]);
    email.particulars.push((s.t("email-access-role"), role_words(s, role)));
    EmailParts { link: page(facts, done.domain, urls::domain), ..email }
}

pub(super) fn access_removed(s: Sentences, facts: &Facts<'_>, done: Done<'_>) -> EmailParts {
    let email = access(s, done, ["email-access-removed-subject", "email-access-removed-text"]);
    EmailParts { link: facts.portal_address(urls::DOMAINS), ..email }
}

/// A change of a person's access, without its link.
fn access(s: Sentences, Done { by, domain }: Done<'_>, [subject, text]: [&str; 2]) -> EmailParts {
    let named = both_forms(s, domain);
    EmailParts {
        subject: s.sentence(subject, &[("domain", &for_people(domain))]),
        before: vec![s.sentence(text, &[("by", &by), ("domain", &named)])],
        particulars: vec![(s.t("email-access-domain"), named)],
        button: s.t("email-access-button"),
        ..EmailParts::to_all(s)
    }
}

fn role_words(s: Sentences, word: &str) -> String {
    word.parse().map_or_else(|_| word.to_owned(), |role| s.role(role))
}
