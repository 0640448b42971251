//! An email in the outbox: its kinds, and what its text is made from.

use serde::{Deserialize, Serialize};

use super::id::{DomainId, EmailId, InvitationId, MailboxId};
use super::time::Timestamp;
use super::user::Language;

/// What an email says, with what its text needs. Links with secrets are not part of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "email", rename_all = "snake_case")]
pub enum EmailContent {
    /// To the holder of a mailbox that dimail has now; carries a login link.
    NewMailbox {
        /// The holder's first and last name.
        holder: String,
        /// The address of the mailbox.
        address: String,
        /// Whom to ask when there is no link: the domain's support address.
        support: String,
    },
    /// To the holder of a mailbox who can't get in any more; carries a fresh login link.
    LoginLink {
        /// The holder's first and last name.
        holder: String,
        /// The address of the mailbox.
        address: String,
        /// Whom to ask: the domain's support address.
        support: String,
    },
    /// To the holder of a mailbox; carries a new password, which ends the former one.
    NewPassword {
        /// The holder's first and last name.
        holder: String,
        /// The address of the mailbox.
        address: String,
        /// Whom to ask: the domain's support address.
        support: String,
    },
    /// To the former secondary address of a mailbox; the new one is not told.
    SecondaryChanged {
        /// The holder's first and last name.
        holder: String,
        /// The address of the mailbox.
        address: String,
        /// The name of who changed it.
        by: String,
        /// Whom to tell when this was not wanted: the domain's support address.
        support: String,
    },
    /// To somebody without an account: a link to become a collaborator.
    Invitation {
        /// The name of who invites.
        inviter: String,
        /// The domain's name in ASCII.
        domain: String,
        /// The role's word.
        role: String,
        /// Until when the link works.
        expires_at: Timestamp,
    },
    /// To somebody with an account: a role on a domain.
    AccessGiven {
        /// The name of who gave it.
        by: String,
        /// The domain's name in ASCII.
        domain: String,
        /// The role's word.
        role: String,
    },
    /// To a collaborator: another role.
    RoleChanged {
        /// The name of who changed it.
        by: String,
        /// The domain's name in ASCII.
        domain: String,
        /// The new role's word.
        role: String,
    },
    /// To a former collaborator.
    AccessRemoved {
        /// The name of who removed it.
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
        /// dimail's codes of what is wrong.
        codes: Vec<String>,
    },
    /// To support and owners: something on the mail service's side fails.
    DomainFailed {
        /// The domain's name in ASCII.
        domain: String,
    },
    /// To support and owners: staff closed the domain.
    DomainDisabled {
        /// The domain's name in ASCII.
        domain: String,
        /// The reason that staff gave.
        reason: String,
    },
    /// To an account: a link to choose a new password. It is asked for by anybody and for any
    /// address: whether there is an account is looked up when it is to leave.
    ForgottenPassword,
    /// To an account: its password was changed.
    PasswordChanged {
        /// The account's address.
        address: String,
        /// When.
        at: Timestamp,
    },
}

impl EmailContent {
    /// Which email to the holder of a mailbox it is, if it is one.
    #[must_use]
    pub fn to_holder(&self) -> Option<HolderEmail> {
        match self {
            Self::NewMailbox { .. } => Some(HolderEmail::NewMailbox),
            Self::LoginLink { .. } => Some(HolderEmail::LoginLink),
            Self::NewPassword { .. } => Some(HolderEmail::NewPassword),
            Self::SecondaryChanged { .. } => Some(HolderEmail::SecondaryChanged),
            _ => None,
        }
    }
}

/// The emails to the holder of a mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HolderEmail {
    /// Your new mailbox.
    NewMailbox,
    /// A fresh login link.
    LoginLink,
    /// A new password.
    NewPassword,
    /// The secondary address changed.
    SecondaryChanged,
}

impl HolderEmail {
    const ALL: [Self; 4] = [Self::NewMailbox, Self::LoginLink, Self::NewPassword, Self::SecondaryChanged];

    /// The word in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NewMailbox => "new_mailbox",
            Self::LoginLink => "login_link",
            Self::NewPassword => "new_password",
            Self::SecondaryChanged => "secondary_changed",
        }
    }

    /// The email of a word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|email| email.as_str() == word)
    }

    /// Whether it opens the mailbox: it goes to the secondary address of now, or not at all.
    #[must_use]
    pub fn opens(self) -> bool {
        self != Self::SecondaryChanged
    }
}

/// Why an email was given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GivenUp {
    /// The SMTP server refuses its recipient.
    Recipient,
    /// dimail does not give the link or the password that it should carry.
    Dimail,
    /// One of them did not answer for too long.
    Silence,
}

impl GivenUp {
    /// The word in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Recipient => "recipient",
            Self::Dimail => "dimail",
            Self::Silence => "silence",
        }
    }

    /// The cause of a word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Recipient, Self::Dimail, Self::Silence].into_iter().find(|cause| cause.as_str() == word)
    }
}

/// An email that was claimed, to be sent.
#[derive(Clone, Debug)]
pub struct Email {
    /// Its key; also its Message-ID.
    pub id: EmailId,
    /// The address it goes to.
    pub recipient: String,
    /// The language it is written in.
    pub language: Language,
    /// What it says.
    pub content: EmailContent,
    /// The domain it is about.
    pub domain_id: Option<DomainId>,
    /// The mailbox it is about.
    pub mailbox_id: Option<MailboxId>,
    /// The invitation it carries.
    pub invitation_id: Option<InvitationId>,
    /// How often it was tried, this attempt included.
    pub attempts: i64,
    /// When it was written.
    pub created_at: Timestamp,
}

/// Where an email stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmailState {
    /// Not sent yet.
    Waiting,
    /// The SMTP server has taken it.
    Sent,
    /// Refused, or without success for too long.
    GivenUp,
    /// Its reason is gone.
    Withdrawn,
}

impl EmailState {
    /// The word in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::GivenUp => "given_up",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The state of a word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Waiting, Self::Sent, Self::GivenUp, Self::Withdrawn].into_iter().find(|state| state.as_str() == word)
    }
}

/// What the pages tell about an email.
#[derive(Clone, Debug)]
pub struct EmailView {
    /// Which email to the holder of a mailbox it is, if it is one.
    pub to_holder: Option<HolderEmail>,
    /// The address it goes to.
    pub recipient: String,
    /// Where it stands.
    pub state: EmailState,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it left, was given up or withdrawn.
    pub finished_at: Option<Timestamp>,
    /// When it is tried next.
    pub due_at: Timestamp,
    /// How often it was tried.
    pub attempts: i64,
    /// Whether the last attempt did not do it.
    pub has_trouble: bool,
    /// Why it was given up, if it was and the cause was kept.
    pub given_up: Option<GivenUp>,
}
