//! The content of each email, except those to mailbox users, which are in `mailbox_emails`.
//!
//! Does not know the layout of an email, and contains no text (`i18n` does).

use super::mailbox_emails::{To, login_link, new_mailbox, new_password, secondary_changed};
use super::parts::{EmailParts, EmailTable, Facts, one_line};
use super::shown::{address_in_both_forms, both_forms, for_people};
use crate::i18n::Sentences;
use crate::model::address::shown_address;
use crate::model::confirm::CONFIRM_LINK_VALID;
use crate::model::dns_share::DNS_LINK_VALID;
use crate::model::spf;
use crate::model::throttle::WRONG_IN_AN_HOUR;
use crate::model::user::RESET_LINK_VALID;
use crate::model::{Confirming, DomainName, EmailContent, SettingToSend, Timestamp};
use crate::urls;

/// Who did what an email tells of, and on which domain.
#[derive(Clone, Copy)]
struct Done<'a> {
    by: &'a str,
    domain: &'a str,
}

/// The account of a new owner or member of staff.
struct Account<'a> {
    address: &'a str,
    /// To how many other addresses the emails to it go.
    leads: usize,
    raised_by: &'a str,
}

/// The parts of an email in one language.
pub(super) fn parts(content: &EmailContent, s: Sentences, facts: &Facts<'_>) -> EmailParts {
    match content {
        EmailContent::NewMailbox { user, address, support } => new_mailbox(s, facts, To { user, address, support }),
        EmailContent::LoginLink { user, address, support } => login_link(s, facts, To { user, address, support }),
        EmailContent::NewPassword { user, address, support } => new_password(s, facts, To { user, address, support }),
        EmailContent::SecondaryChanged { user, address, by, support } => {
            secondary_changed(s, facts, To { user, address, support }, by)
        }
        EmailContent::Invitation { inviter, domain, role, expires_at } => {
            invitation(s, facts, Done { by: &facts.named(inviter), domain }, (role, *expires_at))
        }
        EmailContent::RoleChanged { by, domain, role } => {
            role_changed(s, facts, Done { by: &facts.named(by), domain }, role)
        }
        EmailContent::AccessRemoved { by, domain } => access_removed(s, facts, Done { by: &facts.named(by), domain }),
        EmailContent::DomainReady { domain } => domain_ready(s, facts, domain),
        EmailContent::DomainActionRequired { domain, codes } => domain_action_required(s, facts, domain, codes),
        EmailContent::DomainFailed { domain } => domain_failed(s, facts, domain),
        EmailContent::DomainDisabled { domain, reason } => domain_disabled(s, facts, domain, reason),
        EmailContent::CreationGuarded { domain, address } => creation_guarded(s, facts, domain, address),
        EmailContent::Reconciled { domain, by, adopted, subjects, count } => {
            reconciled(s, facts, Done { by: &facts.named(by), domain }, (*adopted, subjects, *count))
        }
        EmailContent::Raised { domain, address, leads, by } => {
            raised(s, facts, domain.as_deref(), Account { address, leads: *leads, raised_by: by })
        }
        EmailContent::ConfirmAddress { what, by, domain, .. } => {
            let domain = domain.as_deref().unwrap_or_default();
            confirm_address(s, facts, *what, Done { by: &facts.named(by), domain })
        }
        EmailContent::DnsSettings { by, address, domain, settings, right, .. } => {
            dns_settings(s, facts, (&facts.named(by), &shown_address(address), domain), (settings, *right))
        }
        EmailContent::DomainRemoved { domain } => domain_removed(s, facts, domain),
        EmailContent::DomainClaimed { by, address, domain } => {
            domain_claimed(s, facts, Done { by: &facts.named(by), domain }, address)
        }
        EmailContent::ForgottenPassword => forgotten_password(s, facts),
        EmailContent::ManyWrongPasswords { address, at } => many_wrong_passwords(s, facts, (address, *at)),
        EmailContent::NewBrowser { address, at } => new_browser(s, facts, (address, *at)),
        EmailContent::PasswordChanged { address, at } => password_changed(s, facts, (address, *at)),
    }
}

fn invitation(
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

fn role_changed(s: Sentences, facts: &Facts<'_>, done: Done<'_>, role: &str) -> EmailParts {
    let mut email = access(s, done, ["email-role-changed-subject", "email-role-changed-text"]);
    email.particulars.push((s.t("email-access-role"), role_words(s, role)));
    EmailParts { link: page(facts, done.domain, urls::domain), ..email }
}

fn access_removed(s: Sentences, facts: &Facts<'_>, done: Done<'_>) -> EmailParts {
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

fn domain_ready(s: Sentences, facts: &Facts<'_>, domain: &str) -> EmailParts {
    let keys = ["email-domain-ready-subject", "email-domain-ready-text", "email-domain-ready-next"];
    EmailParts {
        link: page(facts, domain, urls::mailboxes),
        ..about_domain(s, facts, domain, keys, "email-domain-ready-button")
    }
}

fn domain_action_required(s: Sentences, facts: &Facts<'_>, domain: &str, codes: &[String]) -> EmailParts {
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

fn domain_failed(s: Sentences, facts: &Facts<'_>, domain: &str) -> EmailParts {
    let keys = ["email-domain-failed-subject", "email-domain-failed-text", "email-domain-failed-next"];
    about_domain(s, facts, domain, keys, "email-domain-button")
}

fn domain_disabled(s: Sentences, facts: &Facts<'_>, domain: &str, reason: &str) -> EmailParts {
    let keys = ["email-domain-disabled-subject", "email-domain-disabled-text", "email-domain-disabled-next"];
    let mut email = about_domain(s, facts, domain, keys, "email-domain-disabled-button");
    if !reason.trim().is_empty() {
        email.particulars.push((s.t("email-domain-disabled-reason"), reason.trim().to_owned()));
    }
    email
}

fn creation_guarded(s: Sentences, facts: &Facts<'_>, domain: &str, address: &str) -> EmailParts {
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

fn reconciled(
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

fn confirm_address(s: Sentences, facts: &Facts<'_>, what: Confirming, Done { by, domain }: Done<'_>) -> EmailParts {
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

/// The records that a person is asked to publish, and the link that shows what is left to do.
fn dns_settings(
    s: Sentences,
    facts: &Facts<'_>,
    (by, address, domain): (&str, &str, &str),
    (settings, right): (&[SettingToSend], usize),
) -> EmailParts {
    let row = |setting: &SettingToSend| {
        let priority = setting.priority.map(|priority| priority.to_string()).unwrap_or_default();
        [&setting.kind, &setting.name, &setting.value, &priority].map(|cell| one_line(cell)).to_vec()
    };
    let has = |is: fn(&SettingToSend) -> bool| settings.iter().any(is);
    let mut after = vec![s.t("email-dns-names")];
    if has(|setting| setting.priority.is_some()) {
        after.push(s.t1("email-dns-mx", "by", by));
    }
    if has(|setting| setting.value.starts_with(spf::VERSION)) {
        after.push(s.t("email-dns-spf"));
    }
    if right > 0 {
        after.push(s.t1("email-dns-right", "n", right));
    }
    after.push(s.t1("email-dns-link", "length", s.duration(DNS_LINK_VALID)));
    let columns = ["dns-column-type", "dns-column-name", "dns-column-value", "dns-column-priority"];
    EmailParts {
        subject: s.t1("email-dns-subject", "domain", for_people(domain)),
        before: vec![s.t3("email-dns-text", "by", by, "address", address, "domain", both_forms(s, domain))],
        table: Some(EmailTable {
            columns: columns.map(|key| s.t(key)).to_vec(),
            rows: settings.iter().map(row).collect(),
        }),
        after,
        button: s.t("email-dns-button"),
        link: facts.link_address(urls::dns_link),
        last: vec![s.t1("email-dns-unexpected", "by", by)],
        ..EmailParts::to_all(s)
    }
}

fn domain_removed(s: Sentences, facts: &Facts<'_>, domain: &str) -> EmailParts {
    let keys = ["email-domain-removed-subject", "email-domain-removed-text", "email-domain-removed-next"];
    EmailParts {
        link: facts.portal_address(urls::DOMAINS),
        ..about_domain(s, facts, domain, keys, "email-access-button")
    }
}

fn domain_claimed(s: Sentences, facts: &Facts<'_>, Done { by, domain }: Done<'_>, address: &str) -> EmailParts {
    let keys = ["email-domain-claimed-subject", "email-domain-claimed-text", "email-domain-claimed-next"];
    let particulars = vec![
        (s.t("email-access-domain"), both_forms(s, domain)),
        (s.t("email-domain-claimed-by"), by.to_owned()),
        (s.t("email-domain-claimed-address"), address_in_both_forms(s, address)),
    ];
    EmailParts { particulars, ..about_domain(s, facts, domain, keys, "email-domain-button") }
}

/// The email to a person who is an owner or staff from now on: to how many other addresses the emails to their
/// account go, because a person who reads them can take it over.
fn raised(
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

fn forgotten_password(s: Sentences, facts: &Facts<'_>) -> EmailParts {
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

fn many_wrong_passwords(s: Sentences, facts: &Facts<'_>, about: (&str, Timestamp)) -> EmailParts {
    let keys = ["email-wrong-passwords-subject", "email-wrong-passwords-at", "email-wrong-passwords-way"];
    let text = s.t1("email-wrong-passwords-text", "count", WRONG_IN_AN_HOUR);
    about_account(s, facts, about, keys, vec![text, s.t("email-wrong-passwords-safe")])
}

fn new_browser(s: Sentences, facts: &Facts<'_>, about: (&str, Timestamp)) -> EmailParts {
    let keys = ["email-new-browser-subject", "email-new-browser-at", "email-new-browser-not-you"];
    about_account(s, facts, about, keys, vec![s.t("email-new-browser-text")])
}

fn password_changed(s: Sentences, facts: &Facts<'_>, about: (&str, Timestamp)) -> EmailParts {
    let keys = ["email-password-changed-subject", "email-password-changed-at", "email-password-changed-not-you"];
    about_account(s, facts, about, keys, vec![s.t("email-password-changed-text")])
}

/// An address, or an alias with its destination, as people read them.
fn shown_subject(subject: &str) -> String {
    subject.split(' ').map(shown_address).collect::<Vec<_>>().join(" ")
}

/// The absolute address of a page of a domain; the list of domains if the name is not valid.
fn page(facts: &Facts<'_>, domain: &str, path: impl Fn(&DomainName) -> String) -> String {
    let path = DomainName::parse(domain).map_or_else(|_| urls::DOMAINS.to_owned(), |name| path(&name));
    facts.portal_address(&path)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crate::mail::email::Written;
    use crate::mail::{Facts, write};
    use crate::model::confirm::Confirming;
    use crate::model::email::{EmailContent, SettingToSend};
    use crate::model::time::Timestamp;
    use crate::model::user::Language::{self, En, Fr};

    static UTC: jiff::tz::TimeZone = jiff::tz::TimeZone::UTC;

    fn facts() -> Facts<'static> {
        Facts {
            public_url: "https://portail.exemple.fr/",
            webmail_url: "https://webmail.exemple.fr/",
            brand: "Portail <Mail>",
            accent: None,
            token: Some("abc-d".into()),
            login_link_valid: Duration::from_hours(72),
            new_password: None,
            time_zone: &UTC,
            support_url: Some("mailto:aide@portail.exemple.fr"),
        }
    }

    fn new_mailbox(user: &str) -> EmailContent {
        EmailContent::NewMailbox {
            user: user.into(),
            address: "jean.dupont@ville.fr".into(),
            support: "support@exemple.fr".into(),
        }
    }

    fn dns_settings_from(by: &str) -> EmailContent {
        let setting = |kind: &str, value: &str, priority| SettingToSend {
            kind: kind.into(),
            name: "@".into(),
            value: value.into(),
            priority,
        };
        EmailContent::DnsSettings {
            by: by.into(),
            address: "dan@ville.fr".into(),
            domain: "ville.fr".into(),
            share: String::new(),
            settings: vec![setting("MX", "mx.ox.fr.", Some(10)), setting("TXT", "v=spf1 include:x.fr\n -all", None)],
            right: 4,
        }
    }

    #[test]
    fn a_value_of_a_setting_is_one_line() {
        let email = written(&dns_settings_from("Dan"), En, &facts());
        assert!(email.text.contains("Type | MX\nName | @\nValue | mx.ox.fr.\nPriority | 10\n\n"), "{}", email.text);
        assert!(email.text.contains("\nValue | v=spf1 include:x.fr  -all\n\n"), "{}", email.text);
        assert!(email.html.contains(">v=spf1 include:x.fr  -all</td>"), "{}", email.html);
    }

    fn written(content: &EmailContent, language: Language, facts: &Facts<'_>) -> Written {
        write(content, language, facts).expect("an email")
    }

    #[test]
    fn a_new_mailbox_in_french() {
        let email = written(&new_mailbox("Jean Dupont"), Fr, &facts());
        assert_eq!(email.subject, "Votre adresse jean.dupont@ville.fr est prête");
        assert_eq!(
            email.text.replace('\u{a0}', "~"),
            "Bonjour Jean Dupont,\n\n\
             Votre boîte est ouverte. Vous pouvez dès maintenant recevoir et envoyer des e-mails avec cette adresse.\n\n\
             Votre adresse\n    jean.dupont@ville.fr\n\n\
             Messagerie\n    https://webmail.exemple.fr/\n\n\
             Pour y entrer la première fois, ouvrez ce lien et appuyez sur le bouton~: il ne demande pas de mot de passe. Il fonctionne pendant 72 heures, 5 fois au plus.\n\n\
             Ne transmettez cet e-mail à personne~: avec ce lien, n’importe qui entre dans votre boîte.\n\n\
             Entrer dans ma boîte\n    https://portail.exemple.fr/login-link/abc-d\n\n\
             Si le lien ne fonctionne plus, demandez-en un autre, qui arrivera à cette même adresse de secours~: https://portail.exemple.fr/first-access\n\n\
             Vous n’attendiez pas cet e-mail~? Prévenez votre assistance~: support@exemple.fr\n\n\
             -- \nE-mail envoyé automatiquement par Portail <Mail>.\nhttps://portail.exemple.fr\n"
        );
    }

    #[test]
    fn everything_is_escaped_in_html() {
        let email = written(&new_mailbox("<script>alert('x')</script> Zoé & \"Cie\""), Fr, &facts());
        assert!(!email.html.contains("<script"), "{}", email.html);
        assert!(email.html.contains("Bonjour <bdi>Zoé &#38; &#34;Cie&#34;</bdi>,"), "{}", email.html);
        assert!(email.html.contains("href=\"https://portail.exemple.fr/login-link/abc-d\""));
        let reason = "<script>alert('x')</script>".to_owned();
        let email = written(&EmailContent::DomainDisabled { domain: "ville.fr".into(), reason }, Fr, &facts());
        assert!(email.html.contains("&#60;script&#62;alert"), "{}", email.html);
        assert!(email.html.contains("Portail &#60;Mail&#62;"));
    }

    #[test]
    fn a_name_is_short_plain_text_and_never_the_subject() {
        let spam = "Votre mot de passe expire. Connectez-vous ici : https://exemple.test/ et donnez votre code secret";
        let spam = || spam.to_owned();
        let (domain, role) = (|| "ville.fr".to_owned(), || "owner".to_owned());
        let (address, support) = (|| "jean@ville.fr".to_owned(), || "support@exemple.fr".to_owned());
        let contents = [
            new_mailbox(&spam()),
            EmailContent::LoginLink { user: spam(), address: address(), support: support() },
            EmailContent::NewPassword { user: spam(), address: address(), support: support() },
            EmailContent::SecondaryChanged { user: spam(), address: address(), by: spam(), support: support() },
            EmailContent::Invitation { inviter: spam(), domain: domain(), role: role(), expires_at: Timestamp(0) },
            EmailContent::Raised { domain: Some(domain()), address: address(), leads: 1, by: spam() },
            EmailContent::ConfirmAddress {
                what: Confirming::Support,
                by: spam(),
                user: String::new(),
                domain: Some(domain()),
            },
            EmailContent::DomainClaimed { by: spam(), address: address(), domain: domain() },
            dns_settings_from(&spam()),
            EmailContent::RoleChanged { by: spam(), domain: domain(), role: role() },
            EmailContent::AccessRemoved { by: spam(), domain: domain() },
            EmailContent::Reconciled {
                domain: domain(),
                by: spam(),
                adopted: true,
                subjects: vec![address()],
                count: 1,
            },
        ];
        for content in &contents {
            for language in [Fr, En] {
                let email = written(content, language, &facts());
                assert!(!email.subject.contains("mot de passe expire"), "{}", email.subject);
                for text in [&email.text, &email.html] {
                    assert!(!text.contains("exemple.test") && !text.contains("code secret"), "{text}");
                }
                let first = email.text.split("\n\n").nth(1).unwrap_or_default();
                assert!(!first.starts_with("Votre mot"), "the first sentence is the portal's: {first}");
            }
        }
    }

    #[test]
    fn actions_to_take_are_named_once_with_their_page() {
        let codes = ["no_mx", "wrong_spf", "no_mx"].map(String::from).to_vec();
        let content = EmailContent::DomainActionRequired { domain: "xn--orlans-dva.fr".into(), codes };
        let email = written(&content, En, &facts());
        assert_eq!(email.subject, "orléans.fr: DNS records need correcting");
        assert!(email.text.contains("2 checks of the domain orléans.fr (xn--orlans-dva.fr) did not pass."));
        assert_eq!(email.text.matches("- No MX record").count(), 1);
        assert!(email.text.contains("\n    https://portail.exemple.fr/domains/xn--orlans-dva.fr/dns\n"));
        let codes = vec![];
        let content = EmailContent::DomainActionRequired { domain: "ville.fr".into(), codes };
        assert!(written(&content, Fr, &facts()).text.contains("Une vérification du domaine ville.fr n’est pas passée"));
    }

    #[test]
    fn every_email_can_be_written_in_both_languages() {
        let domain = || "ville.fr".to_owned();
        let contents = [
            new_mailbox("Jean Dupont"),
            EmailContent::DomainReady { domain: domain() },
            EmailContent::DomainActionRequired { domain: domain(), codes: vec!["odd".into()] },
            EmailContent::DomainFailed { domain: domain() },
            EmailContent::DomainDisabled { domain: domain(), reason: "Fusion\nde communes".into() },
            EmailContent::CreationGuarded { domain: domain(), address: "anna@ville.fr".into() },
            EmailContent::Reconciled {
                domain: domain(),
                by: "Dan".into(),
                adopted: false,
                subjects: vec!["anna@ville.fr".into(), "contact@ville.fr → anna@ville.fr".into()],
                count: 3,
            },
            EmailContent::Raised {
                domain: Some(domain()),
                address: "anna@ville.fr".into(),
                leads: 0,
                by: "Dan".into(),
            },
            EmailContent::Raised { domain: None, address: "anna@ville.fr".into(), leads: 2, by: String::new() },
            EmailContent::DomainRemoved { domain: domain() },
            dns_settings_from("Dan"),
            EmailContent::DomainClaimed { by: "Dan".into(), address: "dan@ailleurs.fr".into(), domain: domain() },
            EmailContent::ForgottenPassword,
            EmailContent::PasswordChanged { address: "anna@ville.fr".into(), at: Timestamp(0) },
        ];
        for content in &contents {
            for language in [Fr, En] {
                let email = written(content, language, &facts());
                for part in [&email.subject, &email.text, &email.html] {
                    assert!(!part.contains("email-") && !part.contains("problem-"), "a missing sentence: {part}");
                }
                assert!(!email.subject.contains('\n') && !email.text.contains("\n\n\n"), "{}", email.text);
                assert_eq!(email.html.matches("display:inline-block").count(), 1, "one button");
                no_sign_at_an_address(&email.text);
                each_element_has_its_style(&email.html);
            }
        }
    }

    /// Mail programs may take a full stop behind an address for a part of it.
    fn no_sign_at_an_address(text: &str) {
        let is_address = |word: &&str| word.contains("://") || (word.contains('@') && *word != "@");
        for word in text.split_whitespace().filter(is_address) {
            let is_read = word.ends_with(char::is_alphanumeric) || word.ends_with(['/', ')', ',']);
            assert!(is_read, "{word} in {text}");
        }
    }

    /// Some mail programs drop `<body>` and `<style>`.
    fn each_element_has_its_style(html: &str) {
        for start in ["<p", "<h1", "<li"] {
            for element in html.split(start).skip(1) {
                let element = element.split('>').next().unwrap_or_default();
                let has = |what: &str| element.contains(what);
                assert!(has("color:#") || has("margin:24px 0\""), "{start}{element}");
                assert!(has("font-family:") || has("margin:24px 0\""), "{start}{element}");
            }
        }
        assert!(html.contains("<table class=\"page\" lang="), "{html}");
    }

    #[test]
    fn addresses_are_links_and_names_stand_apart() {
        let email = written(&new_mailbox("Jean Dupont"), Fr, &facts());
        for (href, shown) in [
            ("mailto:support@exemple.fr", "support@exemple.fr"),
            ("https://webmail.exemple.fr/", "https://webmail.exemple.fr/"),
            ("https://portail.exemple.fr/first-access", "https://portail.exemple.fr/first-access"),
            ("https://portail.exemple.fr", "https://portail.exemple.fr"),
        ] {
            let link = email.html.split(&format!("href=\"{href}\"")).nth(1).unwrap_or_default();
            assert!(
                link.split('>').nth(1).unwrap_or_default().starts_with(&format!("{shown}<")),
                "{href}: {}",
                email.html
            );
        }
        assert!(email.html.contains("Bonjour <bdi>Jean Dupont</bdi>,"), "{}", email.html);
        // What a person types is no link, even if it reads like one that the portal names.
        let reason = "voir https://webmail.exemple.fr/x ou x@support@exemple.fr".to_owned();
        let email = written(&EmailContent::DomainDisabled { domain: "ville.fr".into(), reason }, Fr, &facts());
        assert!(email.html.contains("<strong>voir https://webmail.exemple.fr/x ou"), "{}", email.html);
    }

    #[test]
    fn an_email_does_not_tell_its_link_to_logs() {
        let email = written(&new_mailbox("Jean"), Fr, &facts());
        assert!(!format!("{email:?} {:?}", facts()).contains("abc-d"));
    }
}
