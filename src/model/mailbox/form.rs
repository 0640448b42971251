//! The forms of a new mailbox and of a change.

use super::{Mailbox, MailboxField, Wanted};
use crate::model::address::{DomainName, EmailAddress, LocalPart};
use crate::model::field_error::{FieldError, FieldErrors};
use crate::model::name::{PersonName, display_name, proposed_local_part};
use crate::model::text::cleaned;
use crate::model::typed_address::bare;

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

    /// The display name that a form asks for, once both names are typed.
    pub fn asked_name(typed: &MailboxFields) -> Option<String> {
        let first = PersonName::parse(&typed.first_name).ok()?;
        let last = PersonName::parse(&typed.last_name).ok()?;
        Some(display_name(first.as_str(), last.as_str()))
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
