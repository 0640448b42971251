//! A mailbox: what is wanted and known of it, its status, and its forms.

mod form;
mod status;

pub use form::{EditedFields, EditedMailbox, MailboxFields, NewMailbox, secondary_email};
use serde::{Deserialize, Serialize};
pub use status::MailboxStatus;

use super::address::{DomainName, LocalPart};
use super::domain::Domain;
use super::id::MailboxId;
use super::name::display_name;
use super::reason::Reason;
use super::refusal::{Refusal, Why};
use super::time::Timestamp;
use super::user::Language;
use super::wanted::{Certainty, Known, Situation, Step, Wants, next_step};

/// How often the button of a login link can be pressed.
pub const LOGIN_LINK_PRESSES: i64 = 5;

/// A mailbox as pages and rules use it.
#[derive(Clone, Debug)]
pub struct Mailbox {
    /// Its key.
    pub id: MailboxId,
    /// The local part.
    pub local_part: LocalPart,
    /// The mailbox user's first name.
    pub first_name: String,
    /// The mailbox user's last name.
    pub last_name: String,
    /// Another address, at which the mailbox user receives emails about the mailbox.
    pub secondary_email: Option<String>,
    /// What people want it to be.
    pub wants: Wants,
    /// What dimail was last known to have.
    pub known: Known,
    /// Its status: follows from what is known, and from the refusal.
    pub status: MailboxStatus,
    /// Why its creation failed, it was lost at dimail, or its new names were given up; `None` otherwise.
    pub reason: Option<Reason>,
    /// Whether its password is known to no person and no email can contain a link.
    pub to_hand_over: bool,
    /// Whether that password was shown on a sheet, which can be handed over.
    pub sheet_shown: bool,
    /// The names that wait for dimail.
    pub wanted: Option<Wanted>,
    /// The language of emails to the mailbox user.
    pub language: Language,
    /// Incremented by each change, so that two people do not overwrite each other's changes.
    pub version: i64,
    /// When it was requested.
    pub created_at: Timestamp,
    /// Since when dimail has it; `None` if it never had it.
    pub there_since: Option<Timestamp>,
    /// Whether it is created again because dimail lost it, without an email to its user.
    pub is_pushed: bool,
}

impl Mailbox {
    /// Whether it is the own mailbox of the account with this address, whose person proved at `proved_at` that
    /// they read what is sent there: not before dimail had the mailbox, because the address may have been
    /// another person's.
    #[must_use]
    pub fn is_own(&self, domain: &DomainName, email: &str, proved_at: Option<Timestamp>) -> bool {
        email.to_lowercase() == self.address(domain)
            && self.there_since.is_some_and(|since| proved_at.is_some_and(|at| at >= since))
    }

    /// What decides its next step, as far as the row tells.
    #[must_use]
    pub fn situation(&self) -> Situation {
        Situation {
            wants: self.wants,
            known: self.known,
            renames: self.wanted.is_some(),
            is_pushed: self.is_pushed,
            is_refused: self.reason.is_some(),
            certainty: Certainty::Certain,
        }
    }

    /// Whether something is wanted that dimail is not known to have.
    #[must_use]
    pub fn is_under_way(&self) -> bool {
        next_step(self.situation()) != Step::Nothing
    }

    /// Whether its creation waits until the status of its domain allows it.
    #[must_use]
    pub fn waits_for(&self, domain: &Domain) -> bool {
        self.status == MailboxStatus::Pending && !domain.status.creates(self.is_pushed)
    }

    /// The whole address in its domain.
    #[must_use]
    pub fn address(&self, domain: &DomainName) -> String {
        self.local_part.at(domain)
    }

    /// The name that Open-XChange shows.
    #[must_use]
    pub fn display_name(&self) -> String {
        display_name(&self.first_name, &self.last_name)
    }

    /// Whether its password must be handed over: it is known to no person, and there is no secondary
    /// address for an email.
    #[must_use]
    pub fn is_to_hand_over(&self) -> bool {
        self.to_hand_over && self.secondary_email.is_none()
    }

    /// The secondary address, to which emails about the mailbox go. `own` is whether its user asks.
    pub fn recipient(&self, own: bool) -> Result<&str, Refusal> {
        self.secondary_email.as_deref().ok_or(Refusal::Conflict(Why::NoSecondary { own }))
    }
}

/// A field of a mailbox that people edit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailboxField {
    /// The first name.
    FirstName,
    /// The last name.
    LastName,
    /// The secondary address.
    SecondaryEmail,
}

impl MailboxField {
    const ALL: [Self; 3] = [Self::FirstName, Self::LastName, Self::SecondaryEmail];

    /// Whether it is a part of the name, which dimail has, too: a change is sent there. The other fields
    /// are known to the portal alone.
    #[must_use]
    pub fn is_name(self) -> bool {
        match self {
            Self::FirstName | Self::LastName => true,
            Self::SecondaryEmail => false,
        }
    }
}

/// The names and the secondary address that a mailbox is to have. The names may wait for dimail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wanted {
    /// The first name from then on.
    pub first_name: String,
    /// The last name from then on.
    pub last_name: String,
    /// The secondary address from then on.
    pub secondary_email: Option<String>,
    /// The fields that change.
    pub fields: Vec<MailboxField>,
    /// The name of who asked for it.
    pub by: String,
}
