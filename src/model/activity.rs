//! Events of a domain: one variant for each action, with its data.

use serde::{Deserialize, Serialize};

use super::mailbox::MailboxField;
use super::reason::Reason;

/// An event of a domain, as stored in the journal. `address` is that of the mailbox or alias, `email` that of
/// the person; `from` is what was before, `to` what is from now on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verb", rename_all = "snake_case")]
pub enum Event {
    /// The domain was added.
    DomainAdded { support_email: String },
    /// dimail accepted the domain, in this context if it returned one.
    DomainAccepted { context: Option<String> },
    /// dimail refused the domain.
    DomainRefused { reason: Reason },
    /// The support address changed.
    SupportEmailChanged { from: String, to: String },
    /// A person asked for a check.
    CheckAsked,
    /// The status changed, for this reason if a person gave one.
    StatusChanged { from: String, to: String, reason: Option<String> },
    /// The support address confirmed that it wants emails about the domain.
    SupportEmailConfirmed { email: String },
    /// The domain was removed; this is the last line of its journal.
    DomainRemoved,
    /// A role was given.
    RoleGranted { email: String, role: String },
    /// A role was changed.
    RoleChanged { email: String, from: String, to: String },
    /// A member with this role was removed from the domain.
    MemberRemoved { email: String, role: String },
    /// A member with this role left the domain.
    MemberLeft { role: String },
    /// An operator changed the address of a member.
    MemberAddressChanged { from: String, to: String },
    /// A person was invited.
    MemberInvited { email: String, role: String },
    /// An invitation was sent again.
    InvitationResent { email: String },
    /// An invitation was withdrawn.
    InvitationWithdrawn { email: String },
    /// An invitation was accepted.
    InvitationAccepted { email: String, role: String },
    /// A mailbox was requested.
    MailboxAdded { address: String },
    /// dimail has the mailbox.
    MailboxOpened { address: String },
    /// dimail refused the mailbox, or it was given up.
    MailboxFailed { address: String, reason: Reason },
    /// An operator imported a domain from dimail, with its context if dimail returned it.
    DomainAdopted { support_email: String, context: Option<String> },
    /// An operator imported a mailbox from dimail.
    MailboxAdopted { address: String },
    /// An operator created the mailbox again at a dimail that had lost it.
    MailboxRemade { address: String },
    /// The names or the secondary address of a mailbox changed.
    MailboxEdited { address: String, fields: Vec<MailboxField> },
    /// A person asked for new names of a mailbox that dimail has.
    MailboxEditAsked { address: String, fields: Vec<MailboxField> },
    /// A person asked to disable a mailbox.
    MailboxDisableAsked { address: String },
    /// dimail has disabled a mailbox.
    MailboxDisabled { address: String },
    /// A person asked to enable a mailbox.
    MailboxEnableAsked { address: String },
    /// dimail has enabled a mailbox.
    MailboxEnabled { address: String },
    /// A person asked to delete a mailbox that dimail has.
    MailboxDeleteAsked { address: String },
    /// dimail refused a change of a mailbox, or it was given up. `change` is the name of the change's kind.
    MailboxChangeRefused { address: String, change: String, reason: Reason },
    /// A person withdrew a change before dimail had made it. `change` is the name of the change's kind.
    MailboxChangeWithdrawn { address: String, change: String },
    /// A mailbox was deleted; dimail did not have it, or no longer has it.
    MailboxDeleted { address: String },
    /// An email with a login link was requested.
    LoginLinkAsked { address: String },
    /// A person without an account asked for a login link, at the page for that.
    FirstAccessAsked { address: String },
    /// A new password was requested. It is sent by email, or shown on a sheet.
    PasswordReset { address: String, by_email: bool },
    /// A destination of an alias was requested.
    AliasAdded { address: String, destination: String },
    /// A destination was imported from dimail.
    AliasAdopted { address: String, destination: String },
    /// dimail refused a destination, or it was given up.
    AliasFailed { address: String, destination: String, reason: Reason },
    /// A destination of an alias was removed.
    AliasReduced { address: String, destination: String },
    /// A whole alias was deleted.
    AliasDeleted { address: String },
    /// dimail refused to remove a destination, or (`None`) a whole alias: it stays.
    AliasKept { address: String, destination: Option<String>, reason: Reason },
    /// A person asked to retry what failed at this address.
    Retried { subject: String },
}
