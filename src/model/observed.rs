//! What dimail shows of a domain, in the order in which it is looked up.
//!
//! Must not know: how dimail is asked.

use std::ops::Range;

use super::address::{DomainName, LocalPart};
use super::alias::Destination;
use super::name::KnownNames;

/// Whether dimail says that a listed mailbox is active.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListedActivity {
    /// It is active.
    Active,
    /// It is inactive.
    Inactive,
    /// dimail is changing it, or does not know: also of a user of Open-XChange without a mailbox.
    Unclear,
    /// dimail does not say (2024); `broken` if Open-XChange or IMAP lacks it.
    NotShown { broken: bool },
}

/// An entry of dimail's list of mailboxes.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Its address as dimail writes it, perhaps in another domain of the context.
    pub address: String,
    /// Its names, if it has a user of Open-XChange.
    pub names: Option<KnownNames>,
    /// Whether it is active.
    pub activity: ListedActivity,
    /// Whether it is the context's technical user.
    pub is_technical: bool,
}

/// The state of a mailbox at dimail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeenState {
    /// Active.
    Active,
    /// Inactive.
    Inactive,
    /// Without names at a dimail that does not say whether it is active.
    Nameless,
    /// A user of Open-XChange without a mailbox, or unclear.
    HalfMade,
}

/// A mailbox of the domain at dimail.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Its place in dimail's list.
    pub place: usize,
    /// The local part as dimail writes it.
    pub written: String,
    /// The same in lower case.
    key: String,
    /// Its names, if dimail shows them.
    pub names: Option<KnownNames>,
    /// Its state.
    pub state: SeenState,
}

impl Seen {
    fn new(listed: Listed, part: &str, place: usize) -> Self {
        let has_names = listed.names.is_some();
        let state = match listed.activity {
            ListedActivity::Active => SeenState::Active,
            ListedActivity::Inactive => SeenState::Inactive,
            ListedActivity::Unclear => SeenState::HalfMade,
            ListedActivity::NotShown { broken: true } if has_names => SeenState::HalfMade,
            ListedActivity::NotShown { .. } if has_names => SeenState::Active,
            ListedActivity::NotShown { .. } => SeenState::Nameless,
        };
        Self { place, written: part.to_owned(), key: part.to_lowercase(), names: listed.names, state }
    }

    /// Whether mail can be read, as far as dimail shows it.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.state == SeenState::Active
    }

    /// Whether it is in use and has no user of Open-XChange.
    #[must_use]
    pub fn is_functional(&self) -> bool {
        self.names.is_none() && matches!(self.state, SeenState::Active | SeenState::Nameless)
    }

    /// Whether dimail writes it otherwise than the portal would.
    #[must_use]
    pub fn has_capitals(&self) -> bool {
        self.written != self.key
    }
}

/// A pair of an alias and a destination at dimail.
#[derive(Clone, Debug)]
pub struct SeenPair {
    /// Its place in dimail's list.
    pub place: usize,
    /// As dimail writes it.
    written: (String, String),
    /// The same as the portal writes it; `None` if its rules do not accept it.
    pub pair: Option<(LocalPart, Destination)>,
}

impl SeenPair {
    fn new(place: usize, (part, destination): (String, String)) -> Self {
        // dimail compares aliases case-insensitively.
        let pair = LocalPart::parse(&part).ok().zip(Destination::parse(&destination).ok());
        Self { place, written: (part, destination), pair }
    }

    /// The pair in words, as dimail writes it.
    #[must_use]
    pub fn in_words(&self, domain: &DomainName) -> String {
        let (part, destination) = &self.written;
        format!("{part}@{domain} → {destination}")
    }

    /// Whether it is the alias itself that the portal's rules do not accept, not its destination.
    #[must_use]
    pub fn has_odd_part(&self) -> bool {
        LocalPart::parse(&self.written.0).is_err()
    }

    fn key(&self) -> Option<(&str, &str)> {
        self.pair.as_ref().map(|(part, to)| (part.as_str(), to.key()))
    }
}

/// What dimail shows of a domain.
#[derive(Clone, Debug)]
pub struct Observed {
    /// Its mailboxes, by address in lower case; one that is written so comes first.
    mailboxes: Vec<Seen>,
    /// Its pairs, by alias and destination; those that the portal does not accept come first.
    pairs: Vec<SeenPair>,
    /// How many addresses of other domains its context has.
    pub elsewhere: usize,
}

impl Observed {
    /// Sorts what dimail lists. Its technical user and addresses of other domains are left out.
    #[must_use]
    pub fn new(
        domain: &DomainName,
        listed: impl Iterator<Item = Listed>,
        pairs: impl Iterator<Item = (String, String)>,
    ) -> Self {
        let (mut mailboxes, mut elsewhere) = (Vec::new(), 0);
        for (place, entry) in listed.filter(|entry| !entry.is_technical).enumerate() {
            match entry.address.clone().rsplit_once('@') {
                Some((part, of)) if of.eq_ignore_ascii_case(domain.as_str()) => {
                    mailboxes.push(Seen::new(entry, part, place));
                }
                _ => elsewhere += 1,
            }
        }
        mailboxes.sort_by(|one, other| (&one.key, one.has_capitals()).cmp(&(&other.key, other.has_capitals())));
        let mut pairs: Vec<SeenPair> = pairs.enumerate().map(|(place, pair)| SeenPair::new(place, pair)).collect();
        pairs.sort_by(|one, other| (one.key(), &one.written).cmp(&(other.key(), &other.written)));
        pairs.dedup_by(|one, other| one.pair.is_some() && one.key() == other.key());
        Self { mailboxes, pairs, elsewhere }
    }

    /// The mailboxes at an address, whatever their case.
    #[must_use]
    pub fn places_of(&self, part: &str) -> Range<usize> {
        let first = self.mailboxes.partition_point(|seen| seen.key.as_str() < part);
        let end = self.mailboxes.partition_point(|seen| seen.key.as_str() <= part);
        first..end
    }

    /// The place of a pair.
    #[must_use]
    pub fn place_of_pair(&self, part: &LocalPart, destination: &Destination) -> Option<usize> {
        let wanted = Some((part.as_str(), destination.key()));
        self.pairs.binary_search_by(|seen| seen.key().cmp(&wanted)).ok()
    }

    /// The mailboxes, in their order.
    #[must_use]
    pub fn mailboxes(&self) -> &[Seen] {
        &self.mailboxes
    }

    /// The pairs, in their order.
    #[must_use]
    pub fn pairs(&self) -> &[SeenPair] {
        &self.pairs
    }
}
