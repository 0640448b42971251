//! What happened on a domain: one variant for each verb, with its particulars.

use serde::{Deserialize, Serialize};

use super::order::Reason;

/// Something that happened on a domain, as the journal keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verb", rename_all = "snake_case")]
pub enum Event {
    /// The domain was added.
    DomainAdded {
        /// Its support address.
        support_email: String,
    },
    /// dimail accepted the domain.
    DomainAccepted {
        /// Its context.
        context: Option<String>,
    },
    /// dimail refused the domain.
    DomainRefused {
        /// Why.
        reason: Reason,
    },
    /// The support address changed.
    SupportEmailChanged {
        /// The address before.
        from: String,
        /// The address from now on.
        to: String,
    },
    /// A person asked for a check.
    CheckAsked,
    /// The status changed.
    StatusChanged {
        /// The status before.
        from: String,
        /// The status from now on.
        to: String,
        /// Why, where a person gave a reason.
        reason: Option<String>,
    },
    /// A role was given.
    RoleGranted {
        /// The person's address.
        email: String,
        /// The role.
        role: String,
    },
    /// A role was changed.
    RoleChanged {
        /// The person's address.
        email: String,
        /// The role before.
        from: String,
        /// The role from now on.
        to: String,
    },
    /// Somebody was removed from the domain.
    MemberRemoved {
        /// The person's address.
        email: String,
        /// The role they had.
        role: String,
    },
    /// Somebody left the domain.
    MemberLeft {
        /// The role they had.
        role: String,
    },
    /// An operator gave a member another address.
    MemberAddressChanged {
        /// The address before.
        from: String,
        /// The address from now on.
        to: String,
    },
    /// Somebody was invited.
    MemberInvited {
        /// The invited address.
        email: String,
        /// The role.
        role: String,
    },
    /// An invitation was sent again.
    InvitationResent {
        /// The invited address.
        email: String,
    },
    /// An invitation was withdrawn.
    InvitationWithdrawn {
        /// The invited address.
        email: String,
    },
    /// An invitation was accepted.
    InvitationAccepted {
        /// The invited address.
        email: String,
        /// The role.
        role: String,
    },
    /// A mailbox was asked for.
    MailboxAdded {
        /// Its address.
        address: String,
    },
    /// dimail has the mailbox.
    MailboxOpened {
        /// Its address.
        address: String,
    },
    /// dimail refused the mailbox, or it was given up.
    MailboxFailed {
        /// Its address.
        address: String,
        /// Why.
        reason: Reason,
    },
    /// An operator adopted a domain that dimail had already.
    DomainAdopted {
        /// Its support address.
        support_email: String,
        /// Its context, where dimail tells.
        context: Option<String>,
    },
    /// An operator adopted a mailbox that dimail had already.
    MailboxAdopted {
        /// Its address.
        address: String,
    },
    /// An operator has the mailbox made once more at a dimail that had lost it.
    MailboxRemade {
        /// Its address.
        address: String,
    },
    /// The names or the secondary address of a mailbox changed.
    MailboxEdited {
        /// Its address.
        address: String,
        /// What changed: `first_name`, `last_name`, `secondary_email`.
        fields: Vec<String>,
    },
    /// A person asked for other names of a mailbox that dimail has.
    MailboxEditAsked {
        /// Its address.
        address: String,
        /// What changes: `first_name`, `last_name`, `secondary_email`.
        fields: Vec<String>,
    },
    /// A person asked to disable a mailbox.
    MailboxDisableAsked {
        /// Its address.
        address: String,
    },
    /// dimail has disabled a mailbox.
    MailboxDisabled {
        /// Its address.
        address: String,
    },
    /// A person asked to enable a mailbox.
    MailboxEnableAsked {
        /// Its address.
        address: String,
    },
    /// dimail has enabled a mailbox.
    MailboxEnabled {
        /// Its address.
        address: String,
    },
    /// A person asked to delete a mailbox that dimail has.
    MailboxDeleteAsked {
        /// Its address.
        address: String,
    },
    /// dimail refused a change of a mailbox, or it was given up.
    MailboxChangeRefused {
        /// Its address.
        address: String,
        /// The word of the order's kind.
        order: String,
        /// Why.
        reason: Reason,
    },
    /// A person withdrew what was asked for before dimail had done it.
    MailboxChangeWithdrawn {
        /// Its address.
        address: String,
        /// The word of the order's kind.
        order: String,
    },
    /// A mailbox was deleted; dimail does not have it, or no longer.
    MailboxDeleted {
        /// Its address.
        address: String,
    },
    /// An email with a login link was asked for.
    LoginLinkAsked {
        /// The address of the mailbox.
        address: String,
    },
    /// Somebody without an account asked for a login link, at the page for that.
    FirstAccessAsked {
        /// The address of the mailbox.
        address: String,
    },
    /// A new password was asked for.
    PasswordReset {
        /// The address of the mailbox.
        address: String,
        /// Whether it goes by email; else it is shown on a sheet.
        by_email: bool,
    },
    /// A destination of an alias was asked for.
    AliasAdded {
        /// The alias' address.
        address: String,
        /// The destination.
        destination: String,
    },
    /// A destination that dimail had already was taken up here.
    AliasAdopted {
        /// The alias' address.
        address: String,
        /// The destination.
        destination: String,
    },
    /// dimail refused a destination, or it was given up.
    AliasFailed {
        /// The alias' address.
        address: String,
        /// The destination.
        destination: String,
        /// Why.
        reason: Reason,
    },
    /// A destination was taken away from an alias.
    AliasReduced {
        /// The alias' address.
        address: String,
        /// The destination.
        destination: String,
    },
    /// A whole alias was deleted.
    AliasDeleted {
        /// The alias' address.
        address: String,
    },
    /// dimail refused to remove a destination, or a whole alias: it stays.
    AliasKept {
        /// The alias' address.
        address: String,
        /// The destination; of a whole alias, none.
        destination: Option<String>,
        /// Why.
        reason: Reason,
    },
    /// A person asked for another try of an order.
    OrderRetried {
        /// The address or domain it is about.
        subject: String,
    },
}
