//! What an email says: its kind, with the data of its text.

use serde::{Deserialize, Serialize};

use super::MailboxEmail;
use crate::model::confirm::Confirming;
use crate::model::time::Timestamp;

/// The kind of an email with the data of its text. Links with secrets are not part of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "email", rename_all = "snake_case")]
pub enum EmailContent {
    /// To the mailbox user of a new mailbox; contains a login link.
    NewMailbox {
        /// The mailbox user's first and last name.
        user: String,
        /// The address of the mailbox.
        address: String,
        /// The contact if there is no link: the domain's support address.
        support: String,
    },
    /// To a mailbox user who cannot sign in any more; contains a new login link.
    LoginLink {
        /// The mailbox user's first and last name.
        user: String,
        /// The address of the mailbox.
        address: String,
        /// The contact: the domain's support address.
        support: String,
    },
    /// To a mailbox user; contains a new password, which replaces the former one.
    NewPassword {
        /// The mailbox user's first and last name.
        user: String,
        /// The address of the mailbox.
        address: String,
        /// The contact: the domain's support address.
        support: String,
    },
    /// To the former secondary address of a mailbox; does not contain the new one.
    SecondaryChanged {
        /// The mailbox user's first and last name.
        user: String,
        /// The address of the mailbox.
        address: String,
        /// The name of the person that changed it.
        by: String,
        /// The contact if the change was not wanted: the domain's support address.
        support: String,
    },
    /// To an address, whether it has an account or not: a link to become a member.
    Invitation {
        /// The inviter's name.
        inviter: String,
        /// The domain's name in ASCII.
        domain: String,
        /// The name of the role.
        role: String,
        /// When the link expires.
        expires_at: Timestamp,
    },
    /// To a member: the role has changed.
    RoleChanged {
        /// The name of the person that changed it.
        by: String,
        /// The domain's name in ASCII.
        domain: String,
        /// The name of the new role.
        role: String,
    },
    /// To a former member.
    AccessRemoved {
        /// The name of the person that removed the role.
        by: String,
        /// The domain's name in ASCII.
        domain: String,
    },
    /// To support and owners: the domain is enabled.
    DomainReady {
        /// The domain's name in ASCII.
        domain: String,
    },
    /// To support and owners: the DNS must be changed.
    DomainActionRequired {
        /// The domain's name in ASCII.
        domain: String,
        /// dimail's codes of the problems.
        codes: Vec<String>,
    },
    /// To support and owners: a check fails on the mail service's side.
    DomainFailed {
        /// The domain's name in ASCII.
        domain: String,
    },
    /// To support and owners: staff closed the domain.
    DomainDisabled {
        /// The domain's name in ASCII.
        domain: String,
        /// The reason given by staff.
        reason: String,
    },
    /// To the owners: a creation that waited was not sent, because its address has become guarded.
    CreationGuarded {
        /// The domain's name in ASCII.
        domain: String,
        /// The address of the mailbox or alias.
        address: String,
    },
    /// To an account: the person is an owner now, or staff.
    Raised {
        /// The domain's name in ASCII that they own; `None` for staff.
        domain: Option<String>,
        /// The account's address.
        address: String,
        /// To how many other addresses emails to it go, or may go.
        leads: usize,
        /// The name of the person who decided it; empty for a command.
        by: String,
    },
    /// To the other owners: an owner took over what the mail service has, or gave it what the portal has.
    Reconciled {
        /// The domain's name in ASCII.
        domain: String,
        /// The name of the owner that did it.
        by: String,
        /// Whether the portal took over the state of the mail service; else the reverse.
        adopted: bool,
        /// The first addresses and destinations.
        subjects: Vec<String>,
        /// How many there are.
        count: usize,
    },
    /// To an address that is to be confirmed by a link.
    ConfirmAddress {
        /// What the link confirms.
        what: Confirming,
        /// The name of the person that asked.
        by: String,
        /// The key of the account that asked.
        user: String,
        /// The name in ASCII of the domain whose support address or mailbox it is.
        domain: Option<String>,
    },
    /// To the people of a domain that was never enabled: staff removed it.
    DomainRemoved {
        /// The domain's name in ASCII.
        domain: String,
    },
    /// To staff: a person says that a domain of the portal is theirs.
    DomainClaimed {
        /// The person's name.
        by: String,
        /// The address of the person's account.
        address: String,
        /// The domain's name in ASCII.
        domain: String,
    },
    /// To the address of a person who manages a domain's DNS: the records to publish, and a link that shows what
    /// is left to do.
    DnsSettings {
        /// The sender's name.
        by: String,
        /// The address of the sender's account, for answers.
        address: String,
        /// The domain's name in ASCII.
        domain: String,
        /// The key of the link.
        share: String,
        /// The records to publish.
        settings: Vec<SettingToSend>,
        /// How many others are right already.
        right: usize,
    },
    /// To an account: a link to choose a new password. Any visitor can ask for it and for any address:
    /// whether there is an account is looked up when the email is sent.
    ForgottenPassword,
    /// To an account: many wrong passwords were tried. Stored for any address that was typed, as above.
    ManyWrongPasswords {
        /// The account's address.
        address: String,
        /// When the limit was reached.
        at: Timestamp,
    },
    /// To an account: a person signed in in a browser that was not known.
    NewBrowser {
        /// The account's address.
        address: String,
        /// When it was.
        at: Timestamp,
    },
    /// To an account: its password was changed.
    PasswordChanged {
        /// The account's address.
        address: String,
        /// When it was changed.
        at: Timestamp,
    },
}

impl EmailContent {
    /// The address of the mailbox, of an email to its user.
    pub fn mailbox(&self) -> Option<&str> {
        match self {
            Self::NewMailbox { address, .. }
            | Self::LoginLink { address, .. }
            | Self::NewPassword { address, .. }
            | Self::SecondaryChanged { address, .. } => Some(address),
            _ => None,
        }
    }

    /// Names this support address in an email to a mailbox user; none if it is empty.
    pub fn set_support(&mut self, to: &str) {
        match self {
            Self::NewMailbox { support, .. }
            | Self::LoginLink { support, .. }
            | Self::NewPassword { support, .. }
            | Self::SecondaryChanged { support, .. } => to.clone_into(support),
            _ => {}
        }
    }

    /// The kind of email to a mailbox user, if it is one.
    pub fn to_user(&self) -> Option<MailboxEmail> {
        match self {
            Self::NewMailbox { .. } => Some(MailboxEmail::NewMailbox),
            Self::LoginLink { .. } => Some(MailboxEmail::LoginLink),
            Self::NewPassword { .. } => Some(MailboxEmail::NewPassword),
            Self::SecondaryChanged { .. } => Some(MailboxEmail::SecondaryChanged),
            _ => None,
        }
    }

    /// The address to which an answer goes, if not to the sender of all emails.
    pub fn reply_to(&self) -> Option<&str> {
        match self {
            Self::DnsSettings { address, .. } => Some(address),
            _ => None,
        }
    }
}

/// A DNS record in an email.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettingToSend {
    /// The type in capitals.
    pub kind: String,
    /// The name relative to the domain.
    pub name: String,
    /// The value.
    pub value: String,
    /// The priority, if it has one.
    pub priority: Option<u16>,
}
