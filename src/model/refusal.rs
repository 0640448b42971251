//! Why a request of a person is refused, without any text for people: the pages turn each reason into a
//! sentence.

use std::time::Duration;

use super::field_error::FieldErrors;
use super::id::DomainId;

/// Why a request is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The session has ended since the request began.
    SignedOut,
    /// The object does not exist, or the person may not see it.
    NotFound,
    /// The person may see the object, but not do this.
    Forbidden(Why),
    /// The state of the object does not allow it.
    Conflict(Why),
    /// A rate limit is reached.
    TooMany {
        /// Which limit.
        why: Why,
        /// After how long the next request is allowed, at the latest.
        retry_after: Duration,
    },
    /// The form has errors.
    Invalid(FieldErrors),
}

/// The particular reason of a refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// The person's role is too low.
    Role,
    /// Only staff may do it.
    StaffOnly,
    /// The address is guarded: only owners of this domain may change it.
    Guarded(DomainId),
    /// The address is guarded also from owners: only staff may change it.
    GuardedByStaff,
    /// The address is guarded, and its secondary address leads to another domain of the portal.
    LeadsElsewhere,
    /// The domain is closed.
    DomainDisabled,
    /// The domain was enabled before, so that it can only be closed.
    DomainWasEnabled,
    /// dimail has not accepted the domain yet.
    DomainNotAccepted,
    /// dimail has not told which DNS records it expects.
    RecordsUnknown,
    /// Aliases of a closed domain cannot be changed.
    AliasDomainDisabled,
    /// Aliases are added on enabled domains only.
    AliasDomainNotEnabled,
    /// dimail is not known to have the mailbox.
    MailboxNotCreated,
    /// The mailbox is to be deleted, which a bulk action does not take back.
    MailboxToBeDeleted,
    /// Nothing failed that could be retried.
    NothingToRetry,
    /// The change ended, or dimail may have carried it out.
    CannotTakeBack,
    /// The mailbox does not receive messages.
    MailboxNotEnabled,
    /// The mailbox has no secondary address to which an email could be sent.
    NoSecondary {
        /// Whether the person is the mailbox's user, who cannot enter one.
        own: bool,
    },
    /// A new password is being set right now.
    PasswordUnderWay,
    /// This dimail server makes no login links.
    LinkUnsupported {
        /// The address at which people ask for help.
        support: String,
    },
    /// This dimail server sets no new passwords.
    PasswordUnsupported {
        /// The address at which people ask for help.
        support: String,
    },
    /// Too many emails about one mailbox.
    EmailsOfMailbox,
    /// Too many requests for a first access.
    FirstAccesses,
    /// Without this person the domain would have no owner.
    LastOwner,
    /// Without this person these domains would have no owner.
    OnlyOwnerOf(Vec<String>),
    /// The person has no role on the domain.
    NoRole,
    /// Too many links that confirm an address.
    ConfirmEmails,
    /// Too many emails for one invitation.
    InvitationEmails,
    /// Too many people are invited as owners of the domain.
    OwnerInvitations,
    /// The invitation that was to be corrected was accepted or withdrawn meanwhile.
    InvitationOver,
}

impl From<FieldErrors> for Refusal {
    fn from(errors: FieldErrors) -> Self {
        Self::Invalid(errors)
    }
}
