//! Why an order was not carried out, or not yet.

use serde::{Deserialize, Serialize};

use super::address::DomainName;

/// Why an order ended without being carried out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum Reason {
    /// dimail refused it, with this text.
    Refused {
        /// dimail's text, unchanged.
        detail: String,
    },
    /// dimail already has this domain.
    DomainKnown,
    /// The address exists at dimail, and the portal did not create it.
    AddressTaken,
    /// The display name is taken in the context.
    DisplayNameTaken {
        /// The address that has it, if dimail returned it.
        holder: Option<String>,
    },
    /// Another domain of the context has a mailbox with this local part.
    LocalPartTakenElsewhere,
    /// Open-XChange has a user, but there is no mailbox.
    HalfMade,
    /// The mailbox was deleted, but Open-XChange still has its user.
    UserLeft,
    /// dimail answers success for disabling a mailbox, but does not disable it (2024).
    CannotDisable,
    /// dimail answers success for enabling a mailbox, but does not enable it.
    CannotEnable,
    /// dimail answers success for new names, but does not change them.
    CannotRename,
    /// dimail no longer has the mailbox.
    Gone,
    /// No answer for too long.
    GivenUp,
}

/// Why an order could not be carried out yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "trouble", rename_all = "snake_case")]
pub enum Trouble {
    /// dimail did not answer, or the answer could not be read.
    NoAnswer {
        /// What happened, for the operators.
        detail: String,
    },
    /// A check timed out: the name servers of its domain do not answer dimail.
    NameServers,
    /// A fault of the installation: credentials, address or version of dimail.
    Installation {
        /// What happened, for the operators.
        detail: String,
    },
    /// An error of the portal itself, such as its database.
    Portal,
}

/// Removes the addresses of other domains from a text of dimail, because people of this domain must not
/// see them.
#[must_use]
pub fn without_foreign_addresses(detail: &str, domain: &DomainName) -> String {
    let in_address = |c: char| c.is_alphanumeric() || ".!#$%&*+-/=?^_`{|}~@".contains(c);
    let is_foreign = |word: &str| {
        let bare = word.trim_end_matches(['.', '?', '!', '-']);
        bare.rsplit_once('@').is_some_and(|(_, host)| !host.eq_ignore_ascii_case(domain.as_str()))
    };
    let mut cleaned = String::new();
    let mut rest = detail;
    while let Some(start) = rest.find(in_address) {
        let (between, from) = rest.split_at(start);
        let (word, after) = from.split_at(from.find(|c| !in_address(c)).unwrap_or(from.len()));
        cleaned.push_str(between);
        cleaned.push_str(if is_foreign(word) { "…" } else { word });
        rest = after;
    }
    cleaned.push_str(rest);
    cleaned
}

#[cfg(test)]
mod tests {
    use super::without_foreign_addresses;
    use crate::model::address::DomainName;

    #[test]
    fn foreign_addresses_are_hidden() {
        let ville = DomainName::parse("ville.fr").expect("a name");
        let cleaned = |detail| without_foreign_addresses(detail, &ville);
        assert_eq!(cleaned("used by <a@autre.fr>, not a@ville.fr."), "used by <…>, not a@ville.fr.");
        assert_eq!(cleaned("a@autre.fr,b@ville.fr;c@é.fr"), "…,b@ville.fr;…");
        assert_eq!(cleaned("no address\nat all"), "no address\nat all");
    }
}
