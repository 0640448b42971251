//! Single words and numbers: names of statuses and roles, grouped digits.
//!
//! Knows the types of `model` only by their names.

use fluent_templates::fluent_bundle::FluentValue;

use super::Sentences;
use crate::model::mailbox::MailboxStatus;
use crate::model::{DomainStatus, Language, Role};

/// The separator between groups of three digits in French.
const NARROW_SPACE: char = '\u{202f}';
/// The separator between groups of three digits in English.
const COMMA: char = ',';

impl Sentences {
    /// The word for a domain's status.
    pub fn domain_status(&self, status: DomainStatus) -> String {
        self.t(match status {
            DomainStatus::Pending => "status-pending",
            DomainStatus::ActionRequired => "status-action-required",
            DomainStatus::Failed => "status-failed",
            DomainStatus::Enabled => "status-enabled",
            DomainStatus::Disabled => "status-disabled",
        })
    }

    /// The word for a mailbox's status.
    pub fn mailbox_status(&self, status: MailboxStatus) -> String {
        self.t(match status {
            MailboxStatus::Pending => "status-pending",
            MailboxStatus::Enabled => "status-enabled",
            MailboxStatus::Failed => "status-failed",
            MailboxStatus::Disabled => "status-disabled",
        })
    }

    /// The word for a role.
    pub fn role(&self, role: Role) -> String {
        self.t(match role {
            Role::Owner => "role-owner",
            Role::Administrator => "role-administrator",
            Role::Viewer => "role-viewer",
        })
    }

    /// What a person with a role may do.
    pub fn role_about(&self, role: Role) -> String {
        self.t(match role {
            Role::Owner => "role-about-owner",
            Role::Administrator => "role-about-administrator",
            Role::Viewer => "role-about-viewer",
        })
    }

    /// A number with its digits in groups of three.
    pub fn number(&self, number: i64) -> String {
        match self.0 {
            Language::Fr => grouped(&number.to_string(), NARROW_SPACE),
            Language::En => grouped(&number.to_string(), COMMA),
        }
    }
}

/// Formats numbers inside French texts, like `number`.
pub(super) fn french_number<M>(value: &FluentValue<'_>, _: &M) -> Option<String> {
    number_argument(value, NARROW_SPACE)
}

/// Formats numbers inside English texts, like `number`.
pub(super) fn english_number<M>(value: &FluentValue<'_>, _: &M) -> Option<String> {
    number_argument(value, COMMA)
}

fn number_argument(value: &FluentValue<'_>, separator: char) -> Option<String> {
    match value {
        FluentValue::Number(number) => Some(grouped(&number.as_string(), separator)),
        _ => None,
    }
}

/// The digits of an integer in groups of three.
fn grouped(number: &str, separator: char) -> String {
    let figures = number.trim_start_matches('-');
    let mut text = String::from(if figures.len() < number.len() { "-" } else { "" });
    for (index, figure) in figures.chars().enumerate() {
        if index > 0 && (figures.len() - index).is_multiple_of(3) {
            text.push(separator);
        }
        text.push(figure);
    }
    text
}

#[cfg(test)]
mod tests {
    use crate::i18n::Sentences;
    use crate::model::domain::DomainStatus;
    use crate::model::role::Role;
    use crate::model::user::Language::{En, Fr};

    #[test]
    fn figures_stand_in_groups_of_three() {
        assert_eq!(Sentences::new(Fr).number(999), "999");
        assert_eq!(Sentences::new(Fr).number(1_234_567), "1\u{202f}234\u{202f}567");
        assert_eq!(Sentences::new(En).number(-100_000), "-100,000");
        assert_eq!(Sentences::new(En).number(i64::MIN), "-9,223,372,036,854,775,808");
    }

    #[test]
    fn words_are_those_of_the_product() {
        let words = DomainStatus::ALL.map(|status| Sentences::new(Fr).domain_status(status));
        assert_eq!(words, ["En attente", "Action requise", "En erreur", "Actif", "Désactivé"]);
        let roles = [Role::Owner, Role::Administrator, Role::Viewer].map(|role| Sentences::new(Fr).role(role));
        assert_eq!(roles, ["Propriétaire", "Administrateur", "Lecteur"]);
    }
}
