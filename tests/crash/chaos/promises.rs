//! What people were promised by answers that said yes. Where no answer came, it is read from the database.

use std::collections::{BTreeMap, BTreeSet};

/// A local part and its domain.
pub(super) type Address = (String, String);

/// What was promised about the mailbox at one address.
#[derive(Clone, Debug, Default)]
pub(super) struct Mailbox {
    /// `active`, `inactive` or `absent`; `None` after a deletion was taken back, which keeps it as it is.
    pub(super) wants: Option<&'static str>,
    /// The display name, and all that it had before.
    pub(super) name: String,
    pub(super) names: BTreeSet<String>,
    /// Whether it has had a secondary address all the time, or never; `None` if that changed.
    pub(super) has_secondary: Option<bool>,
    /// Whether it was ever to be inactive or absent since it was to be created.
    pub(super) was_unwanted: bool,
}

impl Mailbox {
    pub(super) fn is_to_be(&mut self, wants: Option<&'static str>) {
        self.was_unwanted |= wants != Some("active");
        self.wants = wants;
    }
}

/// All that was promised.
#[derive(Debug, Default)]
pub(super) struct Promises {
    pub(super) mailboxes: BTreeMap<Address, Mailbox>,
    /// Whether a destination of an alias is to be there.
    pub(super) destinations: BTreeMap<(Address, &'static str), bool>,
    /// The domains that were added, and those of them that dimail had accepted by then: one that it refuses later
    /// stays as it is, with all that was asked for there.
    pub(super) domains: BTreeSet<String>,
    pub(super) accepted: BTreeSet<String>,
    /// Whether a role of each domain is offered to an address, and its viewer's role and support address.
    pub(super) invitations: BTreeMap<(String, String), bool>,
    pub(super) roles: BTreeMap<String, String>,
    pub(super) supports: BTreeMap<String, String>,
}

impl Promises {
    pub(super) fn domain_is_added(&mut self, name: &str, is_accepted: bool) {
        self.domains.insert(name.to_owned());
        if is_accepted {
            self.accepted.insert(name.to_owned());
        }
    }
}

/// The state of a mailbox as a word that lives as long as the program.
pub(super) fn wanted(word: &str) -> &'static str {
    match word {
        "active" => "active",
        "inactive" => "inactive",
        "absent" => "absent",
        other => panic!("{other} can't be wanted"),
    }
}
