//! Problems of domains and mailboxes, as text for people who know little about DNS.

use super::{Sentences, Told};
use crate::model::DomainName;
use crate::model::address::shown_address;
use crate::model::foreign_addresses::without_foreign_addresses;
use crate::model::reason::{Reason, Trouble};

impl Sentences {
    /// A check code of dimail: what is wrong, and what to do about it.
    pub fn problem(&self, code: &str) -> (String, String) {
        match problem_keys(code) {
            Some((what, todo)) => (self.t(what), self.t(todo)),
            None => (self.t1("problem-unknown", "code", code), self.t("problem-unknown-todo")),
        }
    }

    /// What to do about a check code if the page cannot show the expected record; `None` if the usual
    /// text fits.
    pub fn unlisted(&self, code: &str) -> Option<String> {
        let key = match code {
            "no_mx" | "wrong_mx" | "one_mx" => "problem-unlisted-mx",
            "no_spf" | "wrong_spf" | "invalid_spf" => "problem-unlisted-spf",
            "no_dkim" | "wrong_dkim" => "problem-unlisted-dkim",
            _ if code.contains("_cname_") => "problem-unlisted-cname",
            _ if problem_keys(code).is_none() => "problem-unlisted-other",
            _ => return None,
        };
        Some(self.t(key))
    }

    /// Why a change ended without being carried out. dimail's own words are kept apart from ours; only staff
    /// sees addresses of other domains in them.
    pub fn reason(&self, reason: &Reason, domain: &DomainName, staff: bool) -> Told {
        match reason {
            Reason::Refused { detail, .. } if staff => self.refused(detail),
            Reason::Refused { detail, .. } => self.refused(&without_foreign_addresses(detail, domain)),
            Reason::DisplayNameTaken { holder } => self.name_taken(holder.as_deref(), domain, staff).into(),
            plain => self.t(reason_key(plain)).into(),
        }
    }

    fn name_taken(self, holder: Option<&str>, domain: &DomainName, staff: bool) -> String {
        let own =
            |holder: &str| holder.rsplit_once('@').is_some_and(|(_, host)| host.eq_ignore_ascii_case(domain.as_str()));
        match holder.filter(|holder| staff || own(holder)) {
            Some(holder) => self.t1("reason-display-name-taken", "holder", shown_address(holder)),
            None => self.t("reason-display-name-taken-elsewhere"),
        }
    }

    /// Why a change is not carried out yet. Technical details are for operators and left out here.
    pub fn trouble(&self, trouble: &Trouble) -> String {
        self.t(match trouble {
            Trouble::Refused { .. } => "trouble-check-refused",
            Trouble::NoAnswer { .. } => "trouble-no-answer",
            Trouble::NameServers => "trouble-name-servers",
            Trouble::Installation { .. } => "trouble-installation",
            Trouble::Portal => "trouble-portal",
        })
    }
}

/// The key of a reason that needs no argument.
pub(super) fn reason_key(reason: &Reason) -> &'static str {
    match reason {
        Reason::DomainKnown => "reason-domain-known",
        Reason::AddressTaken => "reason-address-taken",
        Reason::LocalPartTakenElsewhere => "reason-local-part-taken-elsewhere",
        Reason::HalfMade => "reason-half-made",
        Reason::UserLeft => "reason-user-left",
        Reason::CannotDisable => "reason-cannot-disable",
        Reason::CannotEnable => "reason-cannot-enable",
        Reason::CannotRename => "reason-cannot-rename",
        Reason::Guarded => "reason-guarded",
        Reason::Gone => "mistake-gone-at-dimail",
        Reason::GivenUp => "reason-given-up",
        // Reasons with arguments are handled above.
        Reason::Refused { .. } | Reason::DisplayNameTaken { .. } => "mistake-refused",
    }
}

/// The keys of the two texts for a check code of dimail.
fn problem_keys(code: &str) -> Option<(&'static str, &'static str)> {
    Some(match code {
        "no_test" => ("problem-no-test", "problem-no-test-todo"),
        "must_exist" => ("problem-must-exist", "problem-must-exist-todo"),
        "no_mx" => ("problem-no-mx", "problem-no-mx-todo"),
        "wrong_mx" => ("problem-wrong-mx", "problem-wrong-mx-todo"),
        "one_mx" => ("problem-one-mx", "problem-one-mx-todo"),
        "no_cname_imap" => ("problem-no-cname-imap", "problem-no-cname-todo"),
        "no_cname_smtp" => ("problem-no-cname-smtp", "problem-no-cname-todo"),
        "no_cname_webmail" => ("problem-no-cname-webmail", "problem-no-cname-todo"),
        "wrong_cname_imap" => ("problem-wrong-cname-imap", "problem-wrong-cname-todo"),
        "wrong_cname_smtp" => ("problem-wrong-cname-smtp", "problem-wrong-cname-todo"),
        "wrong_cname_webmail" => ("problem-wrong-cname-webmail", "problem-wrong-cname-todo"),
        "no_spf" => ("problem-no-spf", "problem-no-spf-todo"),
        "wrong_spf" => ("problem-wrong-spf", "problem-wrong-spf-todo"),
        "invalid_spf" => ("problem-invalid-spf", "problem-invalid-spf-todo"),
        "no_dkim" => ("problem-no-dkim", "problem-no-dkim-todo"),
        "wrong_dkim" => ("problem-wrong-dkim", "problem-wrong-dkim-todo"),
        "no_cert" => ("problem-no-cert", "problem-no-cert-todo"),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use crate::i18n::Sentences;
    use crate::model::address::DomainName;
    use crate::model::reason::Reason;
    use crate::model::user::Language::{En, Fr};

    #[test]
    fn each_code_says_what_is_wrong_and_what_to_do() {
        for code in ["no_test", "must_exist", "wrong_mx", "no_cname_imap", "wrong_spf", "no_dkim", "no_cert", "odd_new"]
        {
            for sentences in [Sentences::new(Fr), Sentences::new(En)] {
                let (what, todo) = sentences.problem(code);
                assert!(what.ends_with('.') && todo.ends_with('.'), "{code}: {what} / {todo}");
            }
        }
        assert!(Sentences::new(En).problem("odd_new").0.contains("odd_new"));
    }

    #[test]
    fn nobody_is_told_to_publish_a_second_spf() {
        let (_, todo) = Sentences::new(En).problem("wrong_spf");
        assert!(todo.contains("do not publish a second"), "{todo}");
    }

    #[test]
    fn other_domains_are_named_to_staff_only() {
        let ville = DomainName::parse("ville.fr").expect("a name");
        let taken = Reason::DisplayNameTaken { holder: Some("jean@autre.fr".into()) };
        assert!(!Sentences::new(Fr).reason(&taken, &ville, false).text().contains("autre.fr"));
        assert!(Sentences::new(Fr).reason(&taken, &ville, true).text().contains("jean@autre.fr"));
        let refused = Reason::Refused { status: Some(409), detail: "used by jean@autre.fr".into() };
        assert!(!Sentences::new(En).reason(&refused, &ville, false).words().contains("autre.fr"));
        assert!(Sentences::new(En).reason(&refused, &ville, true).words().contains("jean@autre.fr"));
        let own = Reason::DisplayNameTaken { holder: Some("jean@ville.fr".into()) };
        assert!(Sentences::new(En).reason(&own, &ville, false).text().contains("jean@ville.fr"));
    }
}
