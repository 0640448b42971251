//! The content of each email: which messages and links it has.
//!
//! Does not know the layout of an email, and contains no text (`i18n` does).

mod accounts;
mod dns;
mod domains;
mod mailboxes;
mod members;
#[cfg(test)]
mod tests;

use self::accounts::{
    Account, confirm_address, forgotten_password, many_wrong_passwords, new_browser, password_changed, raised,
};
use self::dns::dns_settings;
use self::domains::{
    creation_guarded, domain_action_required, domain_claimed, domain_disabled, domain_failed, domain_ready,
    domain_removed, reconciled,
};
use self::mailboxes::{To, login_link, new_mailbox, new_password, secondary_changed};
use self::members::{access_removed, invitation, role_changed};
use super::parts::{EmailParts, Facts};
use crate::i18n::Sentences;
use crate::model::address::shown_address;
use crate::model::{DomainName, EmailContent};
use crate::urls;

/// Who did what an email tells of, and on which domain.
#[derive(Clone, Copy)]
struct Done<'a> {
    by: &'a str,
    domain: &'a str,
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

/// The absolute address of a page of a domain; the list of domains if the name is not valid.
fn page(facts: &Facts<'_>, domain: &str, path: impl Fn(&DomainName) -> String) -> String {
    let path = DomainName::parse(domain).map_or_else(|_| urls::DOMAINS.to_owned(), |name| path(&name));
    facts.portal_address(&path)
}
