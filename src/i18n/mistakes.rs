//! Errors in form fields, each as a full sentence that says what to do.
//!
//! Does not know forms, fields or validation rules.

use super::Sentences;
use super::problems::reason_key;
use crate::model::mistake::Mistake;

impl Sentences {
    /// The sentence for an error.
    #[must_use]
    pub fn mistake(&self, mistake: &Mistake) -> String {
        match mistake {
            Mistake::PasswordLength { min, max } => self.t2("mistake-password-length", "min", *min, "max", *max),
            Mistake::TooManyDestinations(most) => self.t1("mistake-too-many-destinations", "most", most),
            Mistake::TooLong(longest) => self.t1("mistake-too-long", "longest", longest),
            Mistake::LocalPartTaken { address, proposal } => {
                self.t2("mistake-local-part-taken", "address", address, "proposal", proposal)
            }
            Mistake::DisplayNameTaken { name, holder, proposal } => self.display_name_taken(name, holder, proposal),
            Mistake::DisplayNameTakenElsewhere { name, proposal } => {
                self.t2("mistake-display-name-taken-elsewhere", "name", name, "proposal", proposal)
            }
            Mistake::AddressGuarded { owners } => self.t1("address-guarded", "owners", owners),
            Mistake::RefusedByDimail(words) => self.refused(words),
            Mistake::NotDone(reason) => self.t(reason_key(reason)),
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

/// The key of an error without arguments.
fn plain_key(mistake: &Mistake) -> &'static str {
    match mistake {
        Mistake::Required => "mistake-required",
        Mistake::ControlCharacters => "mistake-control-characters",
        Mistake::NotADomainName => "mistake-not-a-domain-name",
        Mistake::DomainNameTooLong => "mistake-domain-name-too-long",
        Mistake::DomainTaken => "mistake-domain-taken",
        Mistake::DomainKnownToDimail => "mistake-domain-known",
        Mistake::NotAnAddress => "mistake-not-an-address",
        Mistake::SupportInsideDomain => "mistake-support-inside-domain",
        Mistake::LocalPartCharacters => "mistake-local-part-characters",
        Mistake::LocalPartDots => "mistake-local-part-dots",
        Mistake::LocalPartReserved => "mistake-local-part-reserved",
        Mistake::LocalPartNotProposable => "mistake-local-part-not-proposable",
        Mistake::AddressKnownToDimail => "mistake-address-known",
        Mistake::SecondaryTooOften => "mistake-secondary-too-often",
        Mistake::GoneAtDimail => "mistake-gone-at-dimail",
        Mistake::NothingChosen => "mistake-nothing-chosen",
        Mistake::AlreadyMember => "mistake-already-member",
        Mistake::AlreadyInvited => "mistake-already-invited",
        Mistake::OwnAddress => "mistake-own-address",
        Mistake::AccountExists => "mistake-account-exists",
        Mistake::AccountClosed => "mistake-account-closed",
        Mistake::TooManyInvitations => "mistake-too-many-invitations",
        Mistake::ChangedSince => "mistake-changed-since",
        Mistake::NotTheAddress => "mistake-not-the-address",
        Mistake::SecondaryIsMailbox => "mistake-secondary-is-mailbox",
        Mistake::DestinationThere => "mistake-destination-there",
        Mistake::DestinationLeaving => "mistake-destination-leaving",
        Mistake::AliasLeaving => "mistake-alias-leaving",
        Mistake::WrongCredentials => "mistake-wrong-credentials",
        Mistake::WrongPassword => "mistake-wrong-password",
        Mistake::TooManyEmails => "mistake-too-many-emails",
        Mistake::TooManyAttempts => "mistake-too-many-attempts",
        Mistake::UnknownChoice => "mistake-unknown-choice",
        // Errors with arguments are handled above.
        Mistake::TooLong(_)
        | Mistake::TooManyDestinations(_)
        | Mistake::LocalPartTaken { .. }
        | Mistake::DisplayNameTaken { .. }
        | Mistake::DisplayNameTakenElsewhere { .. }
        | Mistake::PasswordLength { .. }
        | Mistake::NotDone(_)
        | Mistake::AddressGuarded { .. }
        | Mistake::RefusedByDimail(_) => "mistake-refused",
    }
}

#[cfg(test)]
mod tests {
    use crate::i18n::Sentences;
    use crate::model::mistake::Mistake;
    use crate::model::user::Language::{En, Fr};

    #[test]
    fn a_taken_name_names_its_holder_and_proposes_another() {
        let taken = Mistake::DisplayNameTaken {
            name: "Jean Dupont".into(),
            holder: "jean.dupont@ville.fr".into(),
            proposal: "Jean Dupont (accueil)".into(),
        };
        assert_eq!(
            Sentences(Fr).mistake(&taken),
            "Une autre boîte de ville.fr porte déjà le nom «\u{a0}Jean Dupont\u{a0}» (jean.dupont@ville.fr). \
             La messagerie n'en accepte qu'une par nom. Vous pouvez utiliser «\u{a0}Jean Dupont (accueil)\u{a0}»."
        );
        assert_eq!(
            Sentences(En).mistake(&taken),
            "Another mailbox of ville.fr already bears the name “Jean Dupont” (jean.dupont@ville.fr). \
             The mail service accepts only one for each name. You can use “Jean Dupont (accueil)”."
        );
    }

    #[test]
    fn dimails_words_are_quoted_or_left_out() {
        let refused = |words: &str| Sentences(En).mistake(&Mistake::RefusedByDimail(words.into()));
        assert_eq!(refused("No such feature"), "The mail service refused this request. Its answer: “No such feature”.");
        assert!(refused("  ").ends_with("write to your support."));
    }

    #[test]
    fn lengths_are_named() {
        assert_eq!(
            Sentences(Fr).mistake(&Mistake::TooLong(200)),
            "Ce texte est trop long\u{a0}: 200 caractères au plus."
        );
    }
}
