//! A mailbox: the fields of its forms, its status, and the rules for both.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::address::{DomainName, EmailAddress, LocalPart};
use super::domain::Domain;
use super::field_error::{FieldError, FieldErrors};
use super::id::MailboxId;
use super::name::{PersonName, display_name, proposed_local_part};
use super::reason::Reason;
use super::refusal::{Refusal, Why};
use super::text::cleaned;
use super::time::Timestamp;
use super::typed_address::bare;
use super::user::Language;
use super::wanted::{Certainty, Known, Situation, Step, Wants, next_step};

/// How often the button of a login link can be pressed.
pub const LOGIN_LINK_PRESSES: i64 = 5;

/// The status of a mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MailboxStatus {
    /// Stored here; dimail is not known to have it yet.
    Pending,
    /// At dimail and active.
    Enabled,
    /// Refused by dimail or given up.
    Failed,
    /// At dimail and inactive.
    Disabled,
}

impl MailboxStatus {
    /// All statuses, in the order of a mailbox's lifecycle.
    pub const ALL: [Self; 4] = [Self::Pending, Self::Enabled, Self::Failed, Self::Disabled];

    /// The name in URLs, pages and the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Enabled => "enabled",
            Self::Failed => "failed",
            Self::Disabled => "disabled",
        }
    }

    /// Parses the name of a status.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }
}

impl MailboxStatus {
    /// The status of a mailbox of which dimail was last known to have this.
    #[must_use]
    pub fn of(known: Known, is_refused: bool) -> Self {
        match known {
            Known::Active => Self::Enabled,
            Known::Inactive => Self::Disabled,
            Known::New | Known::Absent if !is_refused => Self::Pending,
            Known::New | Known::Absent | Known::HalfMade | Known::Gone => Self::Failed,
        }
    }

    /// Whether dimail is known to have the mailbox; otherwise it can be corrected, sent again or
    /// deleted.
    #[must_use]
    pub fn is_created(self) -> bool {
        matches!(self, Self::Enabled | Self::Disabled)
    }
}

impl fmt::Display for MailboxStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

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
    /// The refusal that stands: why it failed, or why its names were given up.
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
    ///
    /// # Errors
    /// There is none.
    pub fn recipient(&self, own: bool) -> Result<&str, Refusal> {
        self.secondary_email.as_deref().ok_or(Refusal::Conflict(Why::NoSecondary { own }))
    }
}

/// The submitted fields of a new mailbox.
#[derive(Clone, Debug, Default)]
pub struct MailboxFields {
    /// The first name as typed.
    pub first_name: String,
    /// The last name as typed.
    pub last_name: String,
    /// The local part as typed; if empty, the portal proposes one.
    pub local_part: String,
    /// The secondary address as typed; may be empty.
    pub secondary_email: String,
    /// What is the same when the same form is sent again; `None` if that cannot be told.
    pub request: Option<String>,
}

/// A valid new mailbox, as far as its form can tell.
#[derive(Clone, Debug)]
pub struct NewMailbox {
    /// The first name.
    pub first_name: PersonName,
    /// The last name.
    pub last_name: PersonName,
    /// The local part, typed or proposed.
    pub local_part: LocalPart,
    /// Whether it was proposed by the portal, so that a number may be added if it is taken.
    pub proposed: bool,
    /// The secondary address, if one was given.
    pub secondary_email: Option<EmailAddress>,
    /// What is the same when the same form is sent again.
    pub request: Option<String>,
}

impl NewMailbox {
    /// Parses the form of a new mailbox of `domain`.
    ///
    /// # Errors
    /// All field errors.
    pub fn parse(typed: &MailboxFields, domain: &DomainName) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        let first_name = errors.check("first_name", PersonName::parse(&typed.first_name));
        let last_name = errors.check("last_name", PersonName::parse(&typed.last_name));
        let proposed = cleaned(&typed.local_part).is_empty();
        let local_part = if proposed {
            match (&first_name, &last_name) {
                (Some(first), Some(last)) => {
                    let proposal = proposed_local_part(first.as_str(), last.as_str());
                    errors.check("local_part", proposal.ok_or(FieldError::LocalPartNotProposable))
                }
                _ => None,
            }
        } else {
            errors.check("local_part", LocalPart::parse_in(&typed.local_part, domain))
        };
        let address = local_part.as_ref().map(|part| part.at(domain));
        let secondary = secondary_email(&typed.secondary_email, address.as_deref());
        let secondary_email = errors.check("secondary_email", secondary);
        match (first_name, last_name, local_part, secondary_email) {
            (Some(first_name), Some(last_name), Some(local_part), Some(secondary_email)) => {
                let request = typed.request.clone();
                Ok(Self { first_name, last_name, local_part, proposed, secondary_email, request })
            }
            _ => Err(errors),
        }
    }

    /// The local part that a form asks for, which may not be whole yet.
    pub fn asked_part(typed: &MailboxFields, domain: &DomainName) -> Option<LocalPart> {
        if !cleaned(&typed.local_part).is_empty() {
            return LocalPart::parse_in(&typed.local_part, domain).ok();
        }
        let first = PersonName::parse(&typed.first_name).ok()?;
        let last = PersonName::parse(&typed.last_name).ok()?;
        proposed_local_part(first.as_str(), last.as_str())
    }

    /// The name that Open-XChange will show.
    #[must_use]
    pub fn display_name(&self) -> String {
        display_name(self.first_name.as_str(), self.last_name.as_str())
    }
}

/// The submitted fields of a change.
#[derive(Clone, Debug, Default)]
pub struct EditedFields {
    /// The first name as typed.
    pub first_name: String,
    /// The last name as typed.
    pub last_name: String,
    /// The secondary address as typed; may be empty.
    pub secondary_email: String,
    /// The version that the person saw; if empty, it is not compared.
    pub version: String,
}

/// Valid new data of a mailbox, as far as its form can tell.
#[derive(Clone, Debug)]
pub struct EditedMailbox {
    /// The first name.
    pub first_name: PersonName,
    /// The last name.
    pub last_name: PersonName,
    /// The secondary address, if one was given.
    pub secondary_email: Option<EmailAddress>,
}

impl EditedMailbox {
    /// Parses the form that changes this mailbox at `address`.
    ///
    /// # Errors
    /// All field errors.
    pub fn parse(typed: &EditedFields, before: &Mailbox, address: &str) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = |typed, stored| PersonName::parse_or_keep(typed, stored);
        let first_name = errors.check("first_name", name(&typed.first_name, &before.first_name));
        let last_name = errors.check("last_name", name(&typed.last_name, &before.last_name));
        let secondary = errors.check("secondary_email", secondary_email(&typed.secondary_email, Some(address)));
        match (first_name, last_name, secondary) {
            (Some(first_name), Some(last_name), Some(secondary_email)) => {
                Ok(Self { first_name, last_name, secondary_email })
            }
            _ => Err(errors),
        }
    }

    /// The name that Open-XChange will show.
    #[must_use]
    pub fn display_name(&self) -> String {
        display_name(self.first_name.as_str(), self.last_name.as_str())
    }

    /// The wanted data, requested by `by`.
    #[must_use]
    pub fn wanted(&self, fields: Vec<MailboxField>, by: &str) -> Wanted {
        Wanted {
            first_name: self.first_name.as_str().to_owned(),
            last_name: self.last_name.as_str().to_owned(),
            secondary_email: self.secondary_email.as_ref().map(ToString::to_string),
            fields,
            by: by.to_owned(),
        }
    }

    /// The fields that differ from `before`.
    #[must_use]
    pub fn changes(&self, before: &Mailbox) -> Vec<MailboxField> {
        let secondary = self.secondary_email.as_ref().map(ToString::to_string);
        let differs = |field: &MailboxField| match field {
            MailboxField::FirstName => self.first_name.as_str() != before.first_name,
            MailboxField::LastName => self.last_name.as_str() != before.last_name,
            MailboxField::SecondaryEmail => secondary != before.secondary_email,
        };
        MailboxField::ALL.into_iter().filter(differs).collect()
    }
}

/// Parses an optional secondary address, which must not be the mailbox at `address` itself.
///
/// # Errors
/// The field error, if it is not an address, or is the mailbox's own.
pub fn secondary_email(typed: &str, address: Option<&str>) -> Result<Option<EmailAddress>, FieldError> {
    if bare(typed).is_empty() {
        return Ok(None);
    }
    let email = EmailAddress::parse(typed)?;
    if address == Some(email.key().as_str()) {
        return Err(FieldError::SecondaryIsMailbox);
    }
    Ok(Some(email))
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
