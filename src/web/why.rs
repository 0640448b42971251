//! The sentence of a refusal, and where its page leads back to.

use crate::model::Why;
use crate::model::member::owner_names;
use crate::urls;
use crate::web::page::Page;

/// Why the request is refused, in the visitor's language.
pub(crate) async fn sentence(page: &Page, why: &Why) -> String {
    match why {
        Why::Guarded(domain) => match page.app().store.members_of(*domain).await {
            Ok(members) => page.s.t1(key(why), "owners", owner_names(&members)),
            Err(fault) => {
                tracing::warn!(%fault, "reading the owners of a domain for an error page failed");
                page.t(key(&Why::Role))
            }
        },
        Why::LinkUnsupported { support } | Why::PasswordUnsupported { support } => {
            page.s.t1(key(why), "support", support)
        }
        _ => page.t(key(why)),
    }
}

/// The sentence about a role that is too low, for the address of this path. It names the owners of the domain: only
/// its members are told about a role, all others that there is no such page.
pub(crate) async fn role_sentence(page: &Page, path: &str) -> String {
    let Some(domain) = urls::domain_of(path) else { return page.t(key(&Why::Role)) };
    match page.app().store.owners_of(&domain).await {
        Ok(owners) if !owners.is_empty() => page.s.t1("error-forbidden-owners", "owners", owner_names(&owners)),
        Ok(_) => page.t(key(&Why::Role)),
        Err(fault) => {
            tracing::warn!(%fault, "reading the owners of a domain for an error page failed");
            page.t(key(&Why::Role))
        }
    }
}

/// The key of the sentence.
pub(crate) fn key(why: &Why) -> &'static str {
    match why {
        Why::Role => "error-forbidden",
        Why::StaffOnly => "error-staff-only",
        Why::Guarded(_) => "address-guarded",
        Why::GuardedByStaff => "address-guarded-staff",
        Why::LeadsElsewhere => "mistake-leads-elsewhere",
        Why::DomainDisabled => "domain-is-disabled",
        Why::DomainWasEnabled => "domain-was-enabled",
        Why::DomainNotAccepted => "domain-not-accepted",
        Why::RecordsUnknown => "dns-records-unknown",
        Why::AliasDomainDisabled => "alias-domain-disabled",
        Why::AliasDomainNotEnabled => "alias-domain-waits",
        Why::MailboxNotCreated => "mailbox-not-created",
        Why::MailboxToBeDeleted => "mailbox-is-busy",
        Why::NothingToRetry => "mailbox-retry-nothing",
        Why::CannotTakeBack => "operations-cannot-take-back",
        Why::MailboxNotEnabled => "mailbox-not-open",
        Why::NoSecondary { own: false } => "mailbox-needs-secondary",
        Why::NoSecondary { own: true } => "mailbox-needs-secondary-own",
        Why::PasswordUnderWay => "mailbox-reset-under-way",
        Why::LinkUnsupported { .. } => "mailbox-link-unsupported",
        Why::PasswordUnsupported { .. } => "mailbox-reset-unsupported",
        Why::EmailsOfMailbox => "mailbox-too-many-emails",
        Why::FirstAccesses => "first-access-too-many",
        Why::LastOwner | Why::OnlyOwnerOf(_) => "member-last-owner",
        Why::NoRole => "member-no-role",
        Why::ConfirmEmails => "confirm-too-many",
        Why::InvitationEmails => "invitation-too-many",
        Why::OwnerInvitations => "mistake-owner-invitations",
        Why::InvitationOver => "invitation-no-longer-open",
    }
}
