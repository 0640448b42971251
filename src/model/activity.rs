//! Events of a domain: one variant for each action, with its data.

use serde::{Deserialize, Serialize};

use super::mailbox::MailboxField;
use super::reason::Reason;

/// An event of a domain, as stored in the journal.
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
        /// The reason, if a person gave one.
        reason: Option<String>,
    },
    /// The support address confirmed that it wants emails about the domain.
    SupportEmailConfirmed {
        /// The address.
        email: String,
    },
    /// The domain was removed; this is the last line of its journal.
    DomainRemoved,
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
    /// A member was removed from the domain.
    MemberRemoved {
        /// The member's address.
        email: String,
        /// The former role.
        role: String,
    },
    /// A member left the domain.
    MemberLeft {
        /// The former role.
        role: String,
    },
    /// An operator changed the address of a member.
    MemberAddressChanged {
        /// The address before.
        from: String,
        /// The address from now on.
        to: String,
    },
    /// A person was invited.
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
    /// A mailbox was requested.
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
    /// An operator imported a domain from dimail.
    DomainAdopted {
        /// Its support address.
        support_email: String,
        /// Its context, if dimail returned it.
        context: Option<String>,
    },
    /// An operator imported a mailbox from dimail.
    MailboxAdopted {
        /// Its address.
        address: String,
    },
    /// An operator created the mailbox again at a dimail that had lost it.
    MailboxRemade {
        /// Its address.
        address: String,
    },
    /// The names or the secondary address of a mailbox changed.
    MailboxEdited {
        /// Its address.
        address: String,
        /// What changed: `first_name`, `last_name`, `secondary_email`.
        fields: Vec<MailboxField>,
    },
    /// A person asked for new names of a mailbox that dimail has.
    MailboxEditAsked {
        /// Its address.
        address: String,
        /// What changes: `first_name`, `last_name`, `secondary_email`.
        fields: Vec<MailboxField>,
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
        /// The name of the order's kind.
        order: String,
        /// Why.
        reason: Reason,
    },
    /// A person withdrew a change before dimail had made it.
    MailboxChangeWithdrawn {
        /// Its address.
        address: String,
        /// The name of the order's kind.
        order: String,
    },
    /// A mailbox was deleted; dimail did not have it, or no longer has it.
    MailboxDeleted {
        /// Its address.
        address: String,
    },
    /// An email with a login link was requested.
    LoginLinkAsked {
        /// The address of the mailbox.
        address: String,
    },
    /// A person without an account asked for a login link, at the page for that.
    FirstAccessAsked {
        /// The address of the mailbox.
        address: String,
    },
    /// A new password was requested.
    PasswordReset {
        /// The address of the mailbox.
        address: String,
        /// Whether it is sent by email; otherwise it is shown on a sheet.
        by_email: bool,
    },
    /// A destination of an alias was requested.
    AliasAdded {
        /// The alias' address.
        address: String,
        /// The destination.
        destination: String,
    },
    /// A destination was imported from dimail.
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
    /// A destination of an alias was removed.
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
        /// The destination; `None` for a whole alias.
        destination: Option<String>,
        /// Why.
        reason: Reason,
    },
    /// A person asked to retry an order.
    OrderRetried {
        /// The address or domain it is about.
        subject: String,
    },
}
