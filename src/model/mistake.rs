//! What a person got wrong in a form: a field and a reason, without any sentence.

use super::order::Reason;

/// Why the content of a field can't be taken. `i18n` turns each into a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mistake {
    /// The field is required and was empty.
    Required,
    /// The text has more than this many characters.
    TooLong(usize),
    /// The text holds control characters.
    ControlCharacters,
    /// Not a domain name such as `ville.fr`.
    NotADomainName,
    /// The domain name has more than 200 characters.
    DomainNameTooLong,
    /// This domain is known to the portal already.
    DomainTaken,
    /// The mail service knows this domain already.
    DomainKnownToDimail,
    /// Not an e-mail address such as `nom@exemple.fr`.
    NotAnAddress,
    /// The support address lies in the domain itself or below it.
    SupportInsideDomain,
    /// The local part has characters other than `a-z 0-9 . _ -`.
    LocalPartCharacters,
    /// The local part begins or ends with a dot, or has two in a row.
    LocalPartDots,
    /// The local part is kept for the mail service.
    LocalPartReserved,
    /// No local part could be made from the names.
    LocalPartNotProposable,
    /// A mailbox of this domain has this address already.
    LocalPartTaken {
        /// The address that exists.
        address: String,
        /// A free local part.
        proposal: String,
    },
    /// The mail service holds this address already.
    AddressKnownToDimail,
    /// The display name belongs to another mailbox of this domain.
    DisplayNameTaken {
        /// The name that was asked for, as typed.
        name: String,
        /// The mailbox that holds it.
        holder: String,
        /// A name that is free.
        proposal: String,
    },
    /// The display name belongs to a mailbox of another domain in this context.
    DisplayNameTakenElsewhere {
        /// The name that was asked for, as typed.
        name: String,
        /// A name that may be free.
        proposal: String,
    },
    /// The address is the account of an owner or of staff, and who asks is no owner: emails to that
    /// account would reach somebody else.
    AddressGuarded {
        /// The names of the domain's owners, who may.
        owners: String,
    },
    /// The secondary address has changed so often of late that its former ones got emails enough.
    SecondaryTooOften,
    /// dimail did not do it, for a reason that needs no more words.
    NotDone(Reason),
    /// dimail has no such mailbox any more.
    GoneAtDimail,
    /// The mailbox has changed since the form was opened.
    ChangedSince,
    /// What was typed to confirm is not the address.
    NotTheAddress,
    /// The secondary address is the mailbox itself.
    SecondaryIsMailbox,
    /// More destinations than this in one form.
    TooManyDestinations(usize),
    /// The alias has this destination already.
    DestinationThere,
    /// This destination is being removed at the moment.
    DestinationLeaving,
    /// The whole alias is being deleted at the moment.
    AliasLeaving,
    /// dimail refused, with its own words (addresses of other domains taken out).
    RefusedByDimail(String),
    /// The person has a role on this domain already.
    AlreadyMember,
    /// The person is invited already.
    AlreadyInvited,
    /// Nobody invites themselves.
    OwnAddress,
    /// The account of this address is closed.
    AccountClosed,
    /// This address has an account.
    AccountExists,
    /// So many invitations in so short a time.
    TooManyInvitations,
    /// Address and password don't belong together, or the account is closed.
    WrongCredentials,
    /// A password that is too short or too long.
    PasswordLength {
        /// The fewest characters.
        min: usize,
        /// The most characters.
        max: usize,
    },
    /// Not the person's password until now.
    WrongPassword,
    /// Too many attempts; wait.
    TooManyAttempts,
    /// Nothing was chosen in a list.
    NothingChosen,
    /// Too many emails asked for; wait.
    TooManyEmails,
    /// A value that this list of choices doesn't have.
    UnknownChoice,
}

/// The mistakes of a form, each with the field it belongs to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mistakes(Vec<(&'static str, Mistake)>);

impl Mistakes {
    /// One mistake in one field.
    #[must_use]
    pub fn one(field: &'static str, mistake: Mistake) -> Self {
        Self(vec![(field, mistake)])
    }

    /// Notes a mistake in a field.
    pub fn add(&mut self, field: &'static str, mistake: Mistake) {
        self.0.push((field, mistake));
    }

    /// The parsed value, or `None` with its mistake noted under `field`.
    pub fn check<T>(&mut self, field: &'static str, parsed: Result<T, Mistake>) -> Option<T> {
        parsed.map_err(|mistake| self.add(field, mistake)).ok()
    }

    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each mistake with its field, in the order of the form.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &Mistake)> {
        self.0.iter().map(|(field, mistake)| (*field, mistake))
    }
}
