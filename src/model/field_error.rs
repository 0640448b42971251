//! Errors in the fields of a form: a field and a reason, without any text for people.

use std::time::Duration;

use super::reason::Reason;

/// Why a field's value is not accepted. `i18n` turns each reason into a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldError {
    /// The field is required and was empty.
    Required,
    /// The text has more than this many characters.
    TooLong(usize),
    /// The text contains control characters.
    InvisibleCharacters,
    /// A name without a letter or digit.
    NameWithoutLetter,
    /// A name with `<`, `>`, `@` or an address of the web.
    NameWithAddress,
    /// Not a domain name such as `ville.fr`.
    NotADomainName,
    /// The domain name contains a character that IDNA 2008 does not allow.
    DomainCharacter(char),
    /// A label of the domain name has letters of several scripts.
    DomainMixesScripts,
    /// A web or email address was typed where a domain name is asked for.
    DidYouMean {
        /// The domain in it, in Unicode.
        domain: String,
    },
    /// The domain name has more than 200 characters.
    DomainNameTooLong,
    /// The portal already has this domain.
    DomainTaken,
    /// The portal already has this domain, and the person may see it.
    DomainYours {
        /// Its name in Unicode.
        domain: String,
    },
    /// A public suffix such as `gouv.fr`, which belongs to no single organisation.
    PublicSuffix,
    /// The name of a public mail provider.
    MailProvider,
    /// The name was shown to belong to other people before it was removed here.
    DomainReserved,
    /// The person has added as many domains today as one may.
    DomainsToday,
    /// As many domains of the person wait to be enabled as may.
    DomainsWaiting,
    /// The mail service already has this domain.
    DomainKnownToDimail,
    /// Not an email address such as `nom@exemple.fr`.
    NotAnAddress,
    /// The support address is in the domain itself or in a subdomain.
    SupportInsideDomain,
    /// The local part has characters other than `a-z 0-9 . _ -`.
    LocalPartCharacters,
    /// The whole address of another domain was typed where a local part is asked for.
    InOtherDomain {
        /// The domain in it, in Unicode.
        typed: String,
        /// The domain of the form, in Unicode.
        domain: String,
    },
    /// The local part begins or ends with a dot, or has two in a row.
    LocalPartDots,
    /// The local part is reserved for the mail service.
    LocalPartReserved,
    /// One of several values in the same field.
    OneOf {
        /// The value as typed.
        typed: String,
        /// What is wrong with it.
        error: Box<FieldError>,
    },
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
        /// A free name.
        proposal: Box<NameProposal>,
    },
    /// A mailbox of another domain in this context has the display name.
    DisplayNameTakenElsewhere {
        /// The requested name, as typed.
        name: String,
        /// A name that may be free.
        proposal: Box<NameProposal>,
    },
    /// The address is guarded from the person: the emails to an account above theirs would reach another
    /// person.
    AddressGuarded {
        /// The names of the domain's owners, who may do it.
        owners: String,
    },
    /// The address is guarded also from owners.
    AddressGuardedByStaff,
    /// The address is guarded, and its emails would reach another domain of the portal.
    LeadsElsewhere,
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
    /// More mailboxes for one action than are changed at once; with the limit.
    TooManyChosen(usize),
    /// An alias without a destination.
    NoDestination,
    /// The alias already has this destination.
    DestinationThere,
    /// dimail refused, with this text (without addresses of other domains).
    RefusedByDimail(String),
    /// The person already has a role on this domain.
    AlreadyMember,
    /// The person is already invited.
    AlreadyInvited,
    /// The person's own address, which cannot be invited.
    OwnAddress,
    /// This address has an account.
    AccountExists,
    /// Too many invitations in a short time.
    TooManyInvitations,
    /// Too many addresses have a link to the DNS settings of the domain.
    TooManyDnsLinks,
    /// Too many people are invited as owners of the domain.
    TooManyOwnerInvitations,
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
    /// Mailboxes are ticked, but nothing is to be done with them.
    NoActionChosen,
    /// Too many emails were requested.
    TooManyEmails {
        /// After how long another one is possible, at the latest.
        retry_after: Duration,
    },
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

/// Another last name for a person whose name is taken. The address is what tells the two apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameProposal {
    /// The whole name that comes about.
    pub name: String,
    /// The last name to be typed.
    pub last_name: String,
    /// The address that the mailbox has or will have.
    pub address: String,
    /// Its local part, if the mailbox does not exist yet.
    pub local_part: Option<String>,
}

impl FieldError {
    /// The error of one of the values that were typed in a field, which names it if there are others.
    pub fn one_of<T: AsRef<str>>(self, all: &[T], typed: &str) -> Self {
        if all.len() > 1 { Self::OneOf { typed: typed.to_owned(), error: Box::new(self) } } else { self }
    }

    /// The fields and values that correct the error, so that one press can take them; empty if there are
    /// none.
    pub fn correction(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::DidYouMean { domain } => vec![("name", domain.clone())],
            Self::LocalPartTaken { proposal, .. } if !proposal.is_empty() => vec![("local_part", proposal.clone())],
            Self::DisplayNameTaken { proposal, .. } | Self::DisplayNameTakenElsewhere { proposal, .. } => {
                let last_name = ("last_name", proposal.last_name.clone());
                let local_part = proposal.local_part.clone().map(|part| ("local_part", part));
                std::iter::once(last_name).chain(local_part).collect()
            }
            _ => Vec::new(),
        }
    }
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
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether this field has an error.
    pub fn has(&self, field: &str) -> bool {
        self.0.iter().any(|entry| entry.field == field)
    }

    /// The first error of the field number `n` (from 0) of those with this name.
    pub fn nth(&self, field: &str, n: usize) -> Option<&FieldError> {
        self.0.iter().find(|entry| entry.field == field && entry.n == n).map(|entry| &entry.error)
    }

    /// All errors of the field number `n` (from 0) of those with this name.
    pub fn all_of(&self, field: &str, n: usize) -> impl Iterator<Item = &FieldError> {
        self.0.iter().filter(move |entry| entry.field == field && entry.n == n).map(|entry| &entry.error)
    }

    /// All errors with their fields, in the order of the form.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &FieldError)> {
        self.0.iter().map(|entry| (entry.field, &entry.error))
    }

    /// The errors, if there are any, as the failure of the form.
    pub fn into_result(self) -> Result<(), Self> {
        if self.is_empty() { Ok(()) } else { Err(self) }
    }

    /// The number of the first field of this name that has an error.
    pub fn first(&self, field: &str) -> Option<usize> {
        self.0.iter().find(|entry| entry.field == field).map(|entry| entry.n)
    }
}
