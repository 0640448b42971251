//! Warnings about a destination in the alias' own domain.

use std::collections::{HashMap, HashSet};

use crate::model::address::LocalPart;
use crate::model::mailbox::MailboxStatus;

/// A warning about a destination in the alias' own domain. It may be intended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Warning {
    /// It is the alias itself.
    Itself,
    /// It leads back to the alias through other aliases.
    Circle,
    /// It is a mailbox that does not receive messages (yet).
    Mailbox(MailboxStatus),
    /// There is neither a mailbox nor an alias.
    Unknown,
}

/// The surroundings of an alias in its domain, as far as warnings need them.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    /// The pairs reachable from the alias whose destination is in the domain: from, to.
    pub links: Vec<(LocalPart, LocalPart)>,
    /// The mailboxes reachable from the alias.
    pub mailboxes: Vec<(LocalPart, MailboxStatus)>,
    /// The aliases reachable from the alias.
    pub aliases: Vec<LocalPart>,
}

impl Surroundings {
    /// The warning about `target`, a destination of `alias` in its own domain.
    #[must_use]
    pub fn warning(&self, alias: &LocalPart, target: &LocalPart) -> Option<Warning> {
        if alias == target {
            return Some(Warning::Itself);
        }
        if self.leads_to(alias, target) {
            return Some(Warning::Circle);
        }
        if self.aliases.contains(target) {
            return None;
        }
        match self.mailboxes.iter().find(|(part, _)| part == target) {
            Some((_, MailboxStatus::Enabled)) => None,
            Some((_, status)) => Some(Warning::Mailbox(*status)),
            None => Some(Warning::Unknown),
        }
    }

    /// Whether `wanted` can be reached from `start`.
    fn leads_to(&self, wanted: &LocalPart, start: &LocalPart) -> bool {
        let mut links: HashMap<&LocalPart, Vec<&LocalPart>> = HashMap::new();
        for (from, to) in &self.links {
            links.entry(from).or_default().push(to);
        }
        let (mut seen, mut left) = (HashSet::new(), vec![start]);
        while let Some(from) = left.pop() {
            if !seen.insert(from) {
                continue;
            }
            let next = links.get(from).map(Vec::as_slice).unwrap_or_default();
            if next.contains(&wanted) {
                return true;
            }
            left.extend(next);
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::{Surroundings, Warning};
    use crate::model::address::LocalPart;
    use crate::model::mailbox::MailboxStatus;

    fn part(text: &str) -> LocalPart {
        LocalPart::parse(text).expect("a part")
    }

    #[test]
    fn warnings_tell_what_is_odd() {
        let links = [("a", "b"), ("b", "c"), ("c", "a"), ("d", "b"), ("e", "e")];
        let around = Surroundings {
            links: links.iter().map(|(from, to)| (part(from), part(to))).collect(),
            mailboxes: vec![(part("jean"), MailboxStatus::Enabled), (part("zoe"), MailboxStatus::Disabled)],
            aliases: vec![part("a"), part("b"), part("e")],
        };
        let warn = |alias: &str, target: &str| around.warning(&part(alias), &part(target));
        assert_eq!(warn("a", "a"), Some(Warning::Itself));
        assert_eq!(warn("a", "b"), Some(Warning::Circle));
        assert_eq!(warn("d", "b"), None, "a circle elsewhere");
        assert_eq!(warn("d", "e"), None);
        assert_eq!(warn("d", "jean"), None);
        assert_eq!(warn("d", "zoe"), Some(Warning::Mailbox(MailboxStatus::Disabled)));
        assert_eq!(warn("d", "nobody"), Some(Warning::Unknown));
    }
}
