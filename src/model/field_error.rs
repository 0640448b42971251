//! Errors in the fields of a form: a field and a reason, without any text for people.

use super::reason::Reason;

/// Why a field's value is not accepted. `i18n` turns each reason into a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldError {
    /// The field is required and was empty.
    Required,
    /// The text has more than this many characters.
    TooLong(usize),
    /// The text contains control characters.
    ControlCharacters,
    /// Not a domain name such as `ville.fr`.
    NotADomainName,
    /// The domain name has more than 200 characters.
    DomainNameTooLong,
    /// The portal already has this domain.
    DomainTaken,
    /// The mail service already has this domain.
    DomainKnownToDimail,
    /// Not an e-mail address such as `nom@exemple.fr`.
    NotAnAddress,
    /// The support address is in the domain itself or in a subdomain.
    SupportInsideDomain,
    /// The local part has characters other than `a-z 0-9 . _ -`.
    LocalPartCharacters,
    /// The local part begins or ends with a dot, or has two in a row.
    LocalPartDots,
    /// The local part is reserved for the mail service.
    LocalPartReserved,
    /// No local part could be derived from the names.
    LocalPartNotProposable,
    /// A mailbox of this domain has this address already.
    LocalPartTaken {
        /// The existing address.
        address: String,
        /// A free local part.
        proposal: String,
    },
    /// The mail service already has this address.
    AddressKnownToDimail,
    /// Another mailbox of this domain has the display name.
    DisplayNameTaken {
        /// The requested name, as typed.
        name: String,
        /// The mailbox that has it.
        holder: String,
        /// A name that is free.
        proposal: String,
    },
    /// A mailbox of another domain in this context has the display name.
    DisplayNameTakenElsewhere {
        /// The requested name, as typed.
        name: String,
        /// A name that may be free.
        proposal: String,
    },
    /// The address is guarded: it is the account of staff or of an owner of any domain, and the person
    /// is not an owner of this domain. The emails to that account would reach another person.
    AddressGuarded {
        /// The names of the domain's owners, who may do it.
        owners: String,
    },
    /// The secondary address was changed too often: its former addresses must not get more emails.
    SecondaryTooOften,
    /// dimail did not do it, for a reason that needs no details.
    NotDone(Reason),
    /// dimail no longer has this mailbox.
    GoneAtDimail,
    /// The mailbox has changed since the form was loaded.
    ChangedSince,
    /// The text typed as a confirmation is not the address.
    NotTheAddress,
    /// The secondary address is the mailbox itself.
    SecondaryIsMailbox,
    /// More destinations than this in one form.
    TooManyDestinations(usize),
    /// The alias already has this destination.
    DestinationThere,
    /// This destination is being removed.
    DestinationLeaving,
    /// The whole alias is being deleted.
    AliasLeaving,
    /// dimail refused, with this text (without addresses of other domains).
    RefusedByDimail(String),
    /// The person already has a role on this domain.
    AlreadyMember,
    /// The person is already invited.
    AlreadyInvited,
    /// The person's own address, which cannot be invited.
    OwnAddress,
    /// The account of this address is closed.
    AccountClosed,
    /// This address has an account.
    AccountExists,
    /// Too many invitations in a short time.
    TooManyInvitations,
    /// The address and the password do not match, or the account is closed.
    WrongCredentials,
    /// A password that is too short or too long.
    PasswordLength {
        /// The minimum number of characters.
        min: usize,
        /// The maximum number of characters.
        max: usize,
    },
    /// A new password that is too easy to guess.
    WeakPassword(Weakness),
    /// Not the person's current password.
    WrongPassword,
    /// Too many attempts; try later.
    TooManyAttempts,
    /// The address has taken too many wrong passwords: the way in is the link of an email.
    TooManyForAddress,
    /// Too many passwords wait for their test; try again soon.
    TooManyWaiting,
    /// Nothing was chosen in a list.
    NothingChosen,
    /// Too many emails were requested; try later.
    TooManyEmails,
    /// A value that is not among the choices.
    UnknownChoice,
}

/// Why a password is too easy to guess.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weakness {
    /// It is made of spaces.
    Spaces,
    /// It is made of the person's name, address, or the name of the portal.
    Personal,
    /// It is a repetition, a sequence, a row of keys or a date.
    Pattern,
    /// It is among the first that are tried.
    Common,
}

/// The field errors of a form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldErrors(Vec<Entry>);

/// The error of one field: its name, and its number among the fields of that name.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    field: &'static str,
    n: usize,
    error: FieldError,
}

impl FieldErrors {
    /// A single error in one field.
    #[must_use]
    pub fn one(field: &'static str, error: FieldError) -> Self {
        Self(vec![Entry { field, n: 0, error }])
    }

    /// Adds an error to a field.
    pub fn add(&mut self, field: &'static str, error: FieldError) {
        self.add_nth(field, 0, error);
    }

    /// Adds an error to the field number `n` (from 0) of those with this name.
    pub fn add_nth(&mut self, field: &'static str, n: usize, error: FieldError) {
        self.0.push(Entry { field, n, error });
    }

    /// Returns the parsed value, or adds the error to `field` and returns `None`.
    pub fn check<T>(&mut self, field: &'static str, parsed: Result<T, FieldError>) -> Option<T> {
        parsed.map_err(|error| self.add(field, error)).ok()
    }

    /// Whether there are no errors.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether this field has an error.
    #[must_use]
    pub fn has(&self, field: &str) -> bool {
        self.0.iter().any(|entry| entry.field == field)
    }

    /// The first error of the field number `n` (from 0) of those with this name.
    #[must_use]
    pub fn nth(&self, field: &str, n: usize) -> Option<&FieldError> {
        self.0.iter().find(|entry| entry.field == field && entry.n == n).map(|entry| &entry.error)
    }

    /// All errors with their fields, in the order of the form.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &FieldError)> {
        self.0.iter().map(|entry| (entry.field, &entry.error))
    }

    /// The errors, if there are any, as the failure of the form.
    ///
    /// # Errors
    /// The errors.
    pub fn into_result(self) -> Result<(), Self> {
        if self.is_empty() { Ok(()) } else { Err(self) }
    }

    /// The number of the first field of this name that has an error.
    #[must_use]
    pub fn first(&self, field: &str) -> Option<usize> {
        self.0.iter().find(|entry| entry.field == field).map(|entry| entry.n)
    }
}
