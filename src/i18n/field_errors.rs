//! Errors in form fields, each as a full sentence that says what to do.

use super::Sentences;
use super::problems::reason_key;
use crate::model::field_error::{FieldError, Weakness};

impl Sentences {
    /// The sentence for an error.
    #[must_use]
    pub fn field_error(&self, error: &FieldError) -> String {
        match error {
            FieldError::PasswordLength { min, max } => self.t2("mistake-password-length", "min", *min, "max", *max),
            FieldError::WeakPassword(weakness) => self.t(weakness_key(*weakness)),
            FieldError::TooManyDestinations(most) => self.t1("mistake-too-many-destinations", "most", most),
            FieldError::TooLong(longest) => self.t1("mistake-too-long", "longest", longest),
            FieldError::LocalPartTaken { address, proposal } => {
                self.t2("mistake-local-part-taken", "address", address, "proposal", proposal)
            }
            FieldError::DisplayNameTaken { name, holder, proposal } => self.display_name_taken(name, holder, proposal),
            FieldError::DisplayNameTakenElsewhere { name, proposal } => {
                self.t2("mistake-display-name-taken-elsewhere", "name", name, "proposal", proposal)
            }
            FieldError::AddressGuarded { owners } => self.t1("address-guarded", "owners", owners),
            FieldError::RefusedByDimail(words) => self.refused(words),
            FieldError::NotDone(reason) => self.t(reason_key(reason)),
            plain => self.t(plain_key(plain)),
        }
    }

    fn display_name_taken(self, name: &str, holder: &str, proposal: &str) -> String {
        let domain = holder.rsplit_once('@').map_or("", |(_, domain)| domain);
        let key = "mistake-display-name-taken";
        self.sentence(key, &[("name", &name), ("holder", &holder), ("domain", &domain), ("proposal", &proposal)])
    }

    /// dimail's refusal with dimail's own message, which may be empty.
    pub(super) fn refused(self, words: &str) -> String {
        let words = words.trim();
        if words.is_empty() { self.t("mistake-refused") } else { self.t1("mistake-refused-with-words", "words", words) }
    }
}

fn weakness_key(weakness: Weakness) -> &'static str {
    match weakness {
        Weakness::Spaces => "mistake-password-spaces",
        Weakness::Personal => "mistake-password-personal",
        Weakness::Pattern => "mistake-password-pattern",
        Weakness::Common => "mistake-password-common",
    }
}

/// The key of an error without arguments.
fn plain_key(error: &FieldError) -> &'static str {
    match error {
        FieldError::Required => "mistake-required",
        FieldError::ControlCharacters => "mistake-control-characters",
        FieldError::NotADomainName => "mistake-not-a-domain-name",
        FieldError::DomainNameTooLong => "mistake-domain-name-too-long",
        FieldError::DomainTaken => "mistake-domain-taken",
        FieldError::DomainKnownToDimail => "mistake-domain-known",
        FieldError::NotAnAddress => "mistake-not-an-address",
        FieldError::SupportInsideDomain => "mistake-support-inside-domain",
        FieldError::LocalPartCharacters => "mistake-local-part-characters",
        FieldError::LocalPartDots => "mistake-local-part-dots",
        FieldError::LocalPartReserved => "mistake-local-part-reserved",
        FieldError::LocalPartNotProposable => "mistake-local-part-not-proposable",
        FieldError::AddressKnownToDimail => "mistake-address-known",
        FieldError::SecondaryTooOften => "mistake-secondary-too-often",
        FieldError::GoneAtDimail => "mistake-gone-at-dimail",
        FieldError::NothingChosen => "mistake-nothing-chosen",
        FieldError::AlreadyMember => "mistake-already-member",
        FieldError::AlreadyInvited => "mistake-already-invited",
        FieldError::OwnAddress => "mistake-own-address",
        FieldError::AccountExists => "mistake-account-exists",
        FieldError::AccountClosed => "mistake-account-closed",
        FieldError::TooManyInvitations => "mistake-too-many-invitations",
        FieldError::ChangedSince => "mistake-changed-since",
        FieldError::NotTheAddress => "mistake-not-the-address",
        FieldError::SecondaryIsMailbox => "mistake-secondary-is-mailbox",
        FieldError::DestinationThere => "mistake-destination-there",
        FieldError::DestinationLeaving => "mistake-destination-leaving",
        FieldError::AliasLeaving => "mistake-alias-leaving",
        FieldError::WrongCredentials => "mistake-wrong-credentials",
        FieldError::WrongPassword => "mistake-wrong-password",
        FieldError::TooManyEmails => "mistake-too-many-emails",
        FieldError::TooManyForAddress => "mistake-too-many-for-address",
        FieldError::TooManyWaiting => "mistake-too-many-waiting",
        FieldError::TooManyAttempts => "mistake-too-many-attempts",
        FieldError::UnknownChoice => "mistake-unknown-choice",
        // Errors with arguments are handled above.
        FieldError::TooLong(_)
        | FieldError::TooManyDestinations(_)
        | FieldError::LocalPartTaken { .. }
        | FieldError::DisplayNameTaken { .. }
        | FieldError::DisplayNameTakenElsewhere { .. }
        | FieldError::PasswordLength { .. }
        | FieldError::WeakPassword(_)
        | FieldError::NotDone(_)
        | FieldError::AddressGuarded { .. }
        | FieldError::RefusedByDimail(_) => "mistake-refused",
    }
}

#[cfg(test)]
mod tests {
    use crate::i18n::Sentences;
    use crate::model::field_error::FieldError;
    use crate::model::user::Language::{En, Fr};

    #[test]
    fn a_taken_name_names_its_holder_and_proposes_another() {
        let taken = FieldError::DisplayNameTaken {
            name: "Jean Dupont".into(),
            holder: "jean.dupont@ville.fr".into(),
            proposal: "Jean Dupont (accueil)".into(),
        };
        assert_eq!(
            Sentences(Fr).field_error(&taken),
            "Une autre boîte de ville.fr porte déjà le nom «\u{a0}Jean Dupont\u{a0}» (jean.dupont@ville.fr). \
             La messagerie n'en accepte qu'une par nom. Vous pouvez utiliser «\u{a0}Jean Dupont (accueil)\u{a0}»."
        );
        assert_eq!(
            Sentences(En).field_error(&taken),
            "Another mailbox of ville.fr already bears the name “Jean Dupont” (jean.dupont@ville.fr). \
             The mail service accepts only one for each name. You can use “Jean Dupont (accueil)”."
        );
    }

    #[test]
    fn dimails_words_are_quoted_or_left_out() {
        let refused = |words: &str| Sentences(En).field_error(&FieldError::RefusedByDimail(words.into()));
        assert_eq!(refused("No such feature"), "The mail service refused this request. Its answer: “No such feature”.");
        assert!(refused("  ").ends_with("write to your support."));
    }

    #[test]
    fn lengths_are_named() {
        assert_eq!(
            Sentences(Fr).field_error(&FieldError::TooLong(200)),
            "Ce texte est trop long\u{a0}: 200 caractères au plus."
        );
    }
}
