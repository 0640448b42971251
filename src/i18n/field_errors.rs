//! Errors in form fields, each as a full sentence that says what to do.

use super::problems::reason_key;
use super::{Sentences, Told};
use crate::model::address::shown_address;
use crate::model::{FieldError, NameProposal, Weakness};

impl Sentences {
    /// The sentence for an error.
    pub fn field_error(&self, error: &FieldError) -> Told {
        match error {
            FieldError::RefusedByDimail(words) => self.refused(words),
            FieldError::OneOf { typed, error } => {
                self.field_error(error).within(|text| self.t2("mistake-one-of", "typed", typed, "mistake", text))
            }
            plain => self.plain_error(plain).into(),
        }
    }

    fn plain_error(self, error: &FieldError) -> String {
        match error {
            FieldError::PasswordLength { min, max } => self.t2("mistake-password-length", "min", *min, "max", *max),
            FieldError::WeakPassword(weakness) => self.t(weakness_key(*weakness)),
            FieldError::TooManyChosen(most) => self.t1("mistake-too-many-chosen", "most", most),
            FieldError::TooManyDestinations(most) => self.t1("mistake-too-many-destinations", "most", most),
            FieldError::TooLong(longest) => self.t1("mistake-too-long", "longest", longest),
            FieldError::LocalPartTaken { address, proposal } => {
                self.t2("mistake-local-part-taken", "address", address, "proposal", proposal)
            }
            FieldError::DisplayNameTaken { name, holder, proposal } => self.display_name_taken(name, holder, proposal),
            FieldError::DisplayNameTakenElsewhere { name, proposal } => {
                let taken = self.t1("mistake-display-name-taken-elsewhere", "name", name);
                format!("{taken} {}", self.name_proposal(proposal))
            }
            FieldError::InOtherDomain { typed, domain } => {
                self.t2("mistake-local-part-elsewhere", "typed", typed, "domain", domain)
            }
            FieldError::TooManyEmails { retry_after } => {
                format!("{} {}", self.t("mistake-too-many-emails"), self.try_again(*retry_after))
            }
            FieldError::DomainCharacter(c) => self.t1("mistake-domain-character", "character", c.to_string()),
            FieldError::DomainYours { domain } => self.t1("mistake-domain-yours", "domain", domain),
            FieldError::DidYouMean { domain } => self.t1("mistake-did-you-mean", "domain", domain),
            FieldError::AddressGuarded { owners } => self.t1("address-guarded", "owners", owners),
            FieldError::NotDone(reason) => self.t(reason_key(reason)),
            plain => self.t(plain_key(plain)),
        }
    }

    fn display_name_taken(self, name: &str, holder: &str, proposal: &NameProposal) -> String {
        format!("{} {}", self.name_of_other(name, holder), self.name_proposal(proposal))
    }

    /// That the mailbox with this address has a display name already.
    pub fn name_of_other(self, name: &str, holder: &str) -> String {
        let holder = shown_address(holder);
        let domain = holder.rsplit_once('@').map_or("", |(_, domain)| domain);
        self.t3("mistake-display-name-taken", "name", name, "holder", &holder, "domain", domain)
    }

    /// Which name can be typed into which field, and the address that then comes about.
    fn name_proposal(self, proposal: &NameProposal) -> String {
        let field = self.t("mailbox-last-name");
        let (name, last_name) = (&proposal.name, &proposal.last_name);
        let named = self.t3("mistake-name-proposal", "name", name, "proposal", last_name, "field", field);
        if proposal.local_part.is_none() {
            return named;
        }
        format!("{named} {}", self.t1("mistake-name-proposal-address", "address", shown_address(&proposal.address)))
    }

    /// The label of the button that takes the correction of an error; empty if there is none.
    pub fn correction(&self, error: &FieldError) -> String {
        let correction = error.correction();
        correction.first().map_or_else(String::new, |(_, value)| self.t1("mistake-take", "value", value))
    }

    /// dimail's refusal with dimail's own message, which may be empty.
    pub(super) fn refused(self, words: &str) -> Told {
        let words = words.trim();
        if words.is_empty() {
            self.t("mistake-refused").into()
        } else {
            Told::with_words(self.t("reason-refused"), words)
        }
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
        FieldError::InvisibleCharacters => "mistake-control-characters",
        FieldError::NameWithoutLetter => "mistake-name-without-letter",
        FieldError::NameWithAddress => "mistake-name-with-address",
        FieldError::DomainMixesScripts => "mistake-domain-mixes-scripts",
        FieldError::NotADomainName => "mistake-not-a-domain-name",
        FieldError::DomainNameTooLong => "mistake-domain-name-too-long",
        FieldError::DomainTaken => "mistake-domain-taken",
        FieldError::PublicSuffix => "mistake-public-suffix",
        FieldError::MailProvider => "mistake-mail-provider",
        FieldError::DomainReserved => "mistake-domain-reserved",
        FieldError::DomainsToday => "mistake-domains-today",
        FieldError::DomainsWaiting => "mistake-domains-waiting",
        FieldError::DomainKnownToDimail => "mistake-domain-known",
        FieldError::NotAnAddress => "mistake-not-an-address",
        FieldError::SupportInsideDomain => "mistake-support-inside-domain",
        FieldError::LocalPartCharacters => "mistake-local-part-characters",
        FieldError::LocalPartDots => "mistake-local-part-dots",
        FieldError::LocalPartReserved => "mistake-local-part-reserved",
        FieldError::LocalPartNotProposable => "mistake-local-part-not-proposable",
        FieldError::AddressKnownToDimail => "mistake-address-known",
        FieldError::AddressGuardedByStaff => "address-guarded-staff",
        FieldError::LeadsElsewhere => "mistake-leads-elsewhere",
        FieldError::SecondaryTooOften => "mistake-secondary-too-often",
        FieldError::GoneAtDimail => "mistake-gone-at-dimail",
        FieldError::NothingChosen => "mistake-nothing-chosen",
        FieldError::NoActionChosen => "mistake-no-action-chosen",
        FieldError::AlreadyMember => "mistake-already-member",
        FieldError::AlreadyInvited => "mistake-already-invited",
        FieldError::OwnAddress => "mistake-own-address",
        FieldError::AccountExists => "mistake-account-exists",
        FieldError::TooManyInvitations => "mistake-too-many-invitations",
        FieldError::TooManyDnsLinks => "mistake-too-many-dns-links",
        FieldError::TooManyOwnerInvitations => "mistake-owner-invitations",
        FieldError::ChangedSince => "mistake-changed-since",
        FieldError::NotTheAddress => "mistake-not-the-address",
        FieldError::SecondaryIsMailbox => "mistake-secondary-is-mailbox",
        FieldError::NoDestination => "mistake-no-destination",
        FieldError::DestinationThere => "mistake-destination-there",
        FieldError::WrongCredentials => "mistake-wrong-credentials",
        FieldError::WrongPassword => "mistake-wrong-password",
        FieldError::TooManyForAddress => "mistake-too-many-for-address",
        FieldError::TooManyWaiting => "mistake-too-many-waiting",
        FieldError::TooManyAttempts => "mistake-too-many-attempts",
        FieldError::UnknownChoice => "mistake-unknown-choice",
        // Errors with arguments are handled above.
        FieldError::TooLong(_)
        | FieldError::TooManyDestinations(_)
        | FieldError::TooManyChosen(_)
        | FieldError::TooManyEmails { .. }
        | FieldError::LocalPartTaken { .. }
        | FieldError::DisplayNameTaken { .. }
        | FieldError::DisplayNameTakenElsewhere { .. }
        | FieldError::PasswordLength { .. }
        | FieldError::WeakPassword(_)
        | FieldError::NotDone(_)
        | FieldError::AddressGuarded { .. }
        | FieldError::InOtherDomain { .. }
        | FieldError::OneOf { .. }
        | FieldError::DomainCharacter(_)
        | FieldError::DidYouMean { .. }
        | FieldError::DomainYours { .. }
        | FieldError::RefusedByDimail(_) => "mistake-refused",
    }
}

#[cfg(test)]
mod tests {
    use crate::i18n::Sentences;
    use crate::model::field_error::{FieldError, NameProposal};
    use crate::model::user::Language::{En, Fr};

    #[test]
    fn a_taken_name_names_its_holder_and_proposes_another() {
        let taken = |local_part: Option<&str>| FieldError::DisplayNameTaken {
            name: "Jean Dupont".into(),
            holder: "jean.dupont@ville.fr".into(),
            proposal: Box::new(NameProposal {
                name: "Jean Dupont (jean.dupont2)".into(),
                last_name: "Dupont (jean.dupont2)".into(),
                address: "jean.dupont2@ville.fr".into(),
                local_part: local_part.map(str::to_owned),
            }),
        };
        assert_eq!(
            Sentences::new(Fr).field_error(&taken(Some("jean.dupont2"))).text(),
            "Une autre boîte de ville.fr porte déjà le nom «\u{a0}Jean Dupont\u{a0}» (jean.dupont@ville.fr). \
             Le service de messagerie n’en accepte qu’une par nom. Vous pouvez l’appeler «\u{a0}Jean Dupont (jean.dupont2)\u{a0}»\u{a0}: \
             écrivez «\u{a0}Dupont (jean.dupont2)\u{a0}» dans le champ «\u{a0}Nom\u{a0}». L’adresse sera jean.dupont2@ville.fr."
        );
        assert_eq!(
            Sentences::new(En).field_error(&taken(None)).text(),
            "Another mailbox of ville.fr already has the name “Jean Dupont” (jean.dupont@ville.fr). \
             The mail service accepts only one mailbox for each name. You can use the name “Jean Dupont (jean.dupont2)”: \
             write “Dupont (jean.dupont2)” in the field “Last name”."
        );
        assert_eq!(Sentences::new(Fr).correction(&taken(None)), "Utiliser «\u{a0}Dupont (jean.dupont2)\u{a0}»");
    }

    #[test]
    fn dimails_words_stand_apart() {
        let refused = |words: &str| Sentences::new(En).field_error(&FieldError::RefusedByDimail(words.into()));
        let said = refused("No such feature");
        let sentence = "The mail service refused this request. If it happens again, contact the people who run this portal and \
                        quote the technical details.";
        assert_eq!(said.text(), sentence);
        assert_eq!(said.words(), "No such feature");
        assert_eq!(said.to_string(), format!("{sentence} “No such feature”"));
        let one = FieldError::RefusedByDimail("Bad".into()).one_of(&["a@x.fr", "b@x.fr"], "a@x.fr");
        let said = Sentences::new(En).field_error(&one);
        assert_eq!(said.to_string(), format!("“a@x.fr”: {sentence} “Bad”"));
        assert!(refused("  ").text().ends_with("contact the people who run this portal."));
    }

    #[test]
    fn lengths_are_named() {
        assert_eq!(
            Sentences::new(Fr).field_error(&FieldError::TooLong(200)).text(),
            "Ce texte est trop long\u{a0}: 200 caractères au plus."
        );
    }
}
