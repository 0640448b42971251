//! An email in the outbox.

mod content;

pub use content::{EmailContent, SettingToSend};
use strum::{Display, EnumString};

use super::id::{EmailId, InvitationId, MailboxId};
use super::retry::Series;
use super::time::Timestamp;
use super::user::Language;

/// The emails to a mailbox user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Display, EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum MailboxEmail {
    /// A mailbox was created.
    NewMailbox,
    /// A new login link.
    LoginLink,
    /// A new password.
    NewPassword,
    /// The secondary address changed.
    SecondaryChanged,
}

impl MailboxEmail {
    /// Whether it gives access to the mailbox: then it is sent only to the current secondary address.
    pub fn opens(self) -> bool {
        match self {
            Self::NewMailbox | Self::LoginLink | Self::NewPassword => true,
            Self::SecondaryChanged => false,
        }
    }
}

/// Why an email was given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Display, EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum GivenUp {
    /// The SMTP server rejects its recipient.
    Recipient,
    /// dimail does not provide the link or password for it.
    Dimail,
    /// The SMTP server or dimail did not answer for too long.
    Silence,
    /// The SMTP server refused it for too long, for another reason than its recipient.
    Server,
}

/// A claimed email, to be sent.
#[derive(Clone, Debug)]
pub struct Email {
    /// Its key; also its Message-ID.
    pub id: EmailId,
    /// The recipient's address.
    pub recipient: String,
    /// The language of its text.
    pub language: Language,
    /// Its kind and data.
    pub content: EmailContent,
    /// The mailbox it is about.
    pub mailbox_id: Option<MailboxId>,
    /// The invitation that it contains.
    pub invitation_id: Option<InvitationId>,
    /// The number of attempts, including this one.
    pub attempts: i64,
    /// When it was stored.
    pub created_at: Timestamp,
    /// The attempts of this series, including this one.
    pub series: Series,
    /// Whether the last attempt had no answer at all.
    pub was_away: bool,
    /// When the SMTP server last refused its recipient.
    pub refused_at: Option<Timestamp>,
}

/// The state of an email.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Display, EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum EmailState {
    /// Not sent yet.
    Waiting,
    /// Not sent until an operator says so: the database was restored from a backup, and it may have left
    /// after that.
    Held,
    /// The SMTP server has accepted it.
    Sent,
    /// Rejected, or failed for too long.
    GivenUp,
    /// No longer needed, or an operator withdrew it.
    Withdrawn,
}

/// An email as pages show it.
#[derive(Clone, Debug)]
pub struct EmailView {
    /// The kind of email to a mailbox user, if it is one.
    pub to_user: Option<MailboxEmail>,
    /// Its kind, with the data of its text.
    pub content: EmailContent,
    /// The name of the person who caused it.
    pub actor_name: Option<String>,
    /// The invitation that it contains, which may be over.
    pub invitation: Option<InvitationId>,
    /// The recipient's address.
    pub recipient: String,
    /// Its state.
    pub state: EmailState,
    /// When it was stored.
    pub created_at: Timestamp,
    /// When it was sent, given up or withdrawn.
    pub finished_at: Option<Timestamp>,
    /// When it is tried next; `None` while it waits because its mailbox is to become inactive or to be
    /// deleted.
    pub due_at: Option<Timestamp>,
    /// The number of attempts.
    pub attempts: i64,
    /// Whether the last attempt failed.
    pub has_trouble: bool,
    /// Why it was given up, if it was and the cause was stored.
    pub given_up: Option<GivenUp>,
}

impl EmailView {
    /// Whether it waits because too many emails left for its address already.
    pub fn waits_its_turn(&self) -> bool {
        self.state == EmailState::Waiting && self.has_trouble && self.attempts == 0
    }

    /// Whether it neither left nor is about to: it waits for something, is held, or was given up.
    pub fn is_kept_back(&self) -> bool {
        match self.state {
            EmailState::Waiting => self.has_trouble || self.due_at.is_none(),
            EmailState::Sent => false,
            EmailState::Held | EmailState::GivenUp | EmailState::Withdrawn => true,
        }
    }
}
