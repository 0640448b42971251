//! Events of a domain: one variant for each action, with its data.

use serde::{Deserialize, Serialize};
use strum::{Display, EnumDiscriminants, EnumIter, EnumString};

use super::mailbox::{Mailbox, MailboxField};
use super::reason::Reason;

/// An event of a domain, as stored in the journal. `address` is that of the mailbox or alias, `email` that of
/// the person; `from` is what was before, `to` what is from now on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, EnumDiscriminants)]
#[serde(tag = "verb", rename_all = "snake_case")]
#[strum_discriminants(name(EventKind), derive(Display, EnumIter, EnumString), strum(serialize_all = "snake_case"))]
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
    /// The DNS settings were sent to an address, with a link.
    DnsShared { email: String },
    /// The link to the DNS settings that was sent to an address was ended.
    DnsShareRevoked { email: String },
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
    /// A mailbox, or the names of one, were taken over from dimail.
    MailboxAdopted { address: String, changes: Vec<FieldChange> },
    /// A mailbox that dimail has no longer was removed from the portal.
    MailboxForgotten { address: String },
    /// The mailbox was pushed to a dimail that had lost it.
    MailboxRemade { address: String },
    /// The names or the secondary address of a mailbox changed.
    MailboxEdited { address: String, changes: Vec<FieldChange> },
    /// A person asked for new names of a mailbox that dimail has.
    MailboxEditAsked { address: String, changes: Vec<FieldChange> },
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
    /// A person said that the sheet with the password was handed over.
    HandedOver { address: String },
    /// A destination of an alias was requested.
    AliasAdded { address: String, destination: String },
    /// A destination was imported from dimail.
    AliasAdopted { address: String, destination: String },
    /// dimail refused a destination, or it was given up.
    AliasFailed { address: String, destination: String, reason: Reason },
    /// A person asked to remove a destination of an alias.
    DestinationRemoveAsked { address: String, destination: String },
    /// A destination that dimail has no longer was removed from the portal.
    AliasForgotten { address: String, destination: String },
    /// A person asked to delete a whole alias.
    AliasDeleted { address: String },
    /// dimail refused to remove a destination, or (`None`) a whole alias: it stays.
    AliasKept { address: String, destination: Option<String>, reason: Reason },
    /// A difference between the portal and dimail is left as it is, for this reason.
    DifferenceIgnored { subject: String, reason: String },
    /// A difference is no longer ignored.
    DifferenceHeeded { subject: String },
    /// A person asked to retry what failed at this address.
    Retried { subject: String },
    /// The lines up to this number were deleted because they were older than they are kept; the last of them
    /// had this hash, from which the chain goes on.
    JournalPurged { through: i64, hash: String },
}

/// What an edit changed of one field of a mailbox; an absent value is empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldChange {
    /// The field.
    pub field: MailboxField,
    /// What was before.
    pub from: String,
    /// What is from now on.
    pub to: String,
}

impl FieldChange {
    /// What becomes of the names of a mailbox if it gets these.
    pub fn names(before: &Mailbox, to: (&str, &str)) -> Vec<Self> {
        Self::all(before, &[MailboxField::FirstName, MailboxField::LastName], (to.0, to.1, None))
    }

    /// What becomes of these fields of a mailbox if it gets these names and this secondary address.
    pub fn all(before: &Mailbox, fields: &[MailboxField], to: (&str, &str, Option<&str>)) -> Vec<Self> {
        let (first_name, last_name, secondary_email) = to;
        let change = |field: &MailboxField| {
            let (from, to) = match field {
                MailboxField::FirstName => (before.first_name.as_str(), first_name),
                MailboxField::LastName => (before.last_name.as_str(), last_name),
                MailboxField::SecondaryEmail => {
                    (before.secondary_email.as_deref().unwrap_or_default(), secondary_email.unwrap_or_default())
                }
            };
            Self { field: *field, from: from.to_owned(), to: to.to_owned() }
        };
        fields.iter().map(change).collect()
    }
}

impl EventKind {
    /// Its name in paths and in the database.
    pub fn parse(word: &str) -> Option<Self> {
        word.parse().ok()
    }
}

impl Event {
    /// Its kind.
    pub fn kind(&self) -> EventKind {
        self.into()
    }

    /// The address that it is about; `None` if it is about the domain, or about the person who acts.
    pub fn subject(&self) -> Option<&str> {
        match self {
            Self::DomainAdded { .. }
            | Self::DomainAccepted { .. }
            | Self::DomainRefused { .. }
            | Self::DomainAdopted { .. }
            | Self::DomainRemoved
            | Self::SupportEmailChanged { .. }
            | Self::SupportEmailConfirmed { .. }
            | Self::CheckAsked
            | Self::StatusChanged { .. }
            | Self::MemberLeft { .. }
            | Self::JournalPurged { .. } => None,
            Self::DnsShared { email }
            | Self::DnsShareRevoked { email }
            | Self::RoleGranted { email, .. }
            | Self::RoleChanged { email, .. }
            | Self::MemberRemoved { email, .. }
            | Self::MemberAddressChanged { from: email, .. }
            | Self::MemberInvited { email, .. }
            | Self::InvitationResent { email }
            | Self::InvitationWithdrawn { email }
            | Self::InvitationAccepted { email, .. } => Some(email),
            Self::MailboxAdded { address }
            | Self::MailboxOpened { address }
            | Self::MailboxFailed { address, .. }
            | Self::MailboxAdopted { address, .. }
            | Self::MailboxForgotten { address }
            | Self::MailboxRemade { address }
            | Self::MailboxEdited { address, .. }
            | Self::MailboxEditAsked { address, .. }
            | Self::MailboxDisableAsked { address }
            | Self::MailboxDisabled { address }
            | Self::MailboxEnableAsked { address }
            | Self::MailboxEnabled { address }
            | Self::MailboxDeleteAsked { address }
            | Self::MailboxChangeRefused { address, .. }
            | Self::MailboxChangeWithdrawn { address, .. }
            | Self::MailboxDeleted { address }
            | Self::LoginLinkAsked { address }
            | Self::FirstAccessAsked { address }
            | Self::PasswordReset { address, .. }
            | Self::HandedOver { address }
            | Self::AliasAdded { address, .. }
            | Self::AliasAdopted { address, .. }
            | Self::AliasFailed { address, .. }
            | Self::DestinationRemoveAsked { address, .. }
            | Self::AliasForgotten { address, .. }
            | Self::DifferenceIgnored { subject: address, .. }
            | Self::DifferenceHeeded { subject: address }
            | Self::AliasDeleted { address }
            | Self::AliasKept { address, .. }
            | Self::Retried { subject: address } => Some(address),
        }
    }

    /// Further values by which a search finds it: addresses and names.
    pub fn values(&self) -> Vec<&str> {
        match self {
            Self::DomainAdded { support_email } | Self::DomainAdopted { support_email, .. } => vec![support_email],
            Self::SupportEmailConfirmed { email } => vec![email],
            Self::SupportEmailChanged { from, to } => vec![from, to],
            Self::MemberAddressChanged { to, .. } => vec![to],
            Self::MailboxEdited { changes, .. }
            | Self::MailboxEditAsked { changes, .. }
            | Self::MailboxAdopted { changes, .. } => {
                changes.iter().flat_map(|change| [change.from.as_str(), change.to.as_str()]).collect()
            }
            Self::AliasAdded { destination, .. }
            | Self::AliasAdopted { destination, .. }
            | Self::AliasFailed { destination, .. }
            | Self::DestinationRemoveAsked { destination, .. }
            | Self::AliasForgotten { destination, .. }
            | Self::AliasKept { destination: Some(destination), .. } => vec![destination],
            _ => Vec::new(),
        }
    }
}
