//! Compares a whole domain with what dimail shows, some stored rows at a time.

mod sections;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};

pub use sections::{Comparison, IGNORED_BECAUSE_MAX, Ignored, LinesWanted, Section, SectionLines};

use super::address::{DomainName, LocalPart};
use super::alias::Destination;
use super::comparison::{Difference, Line, LineObject, StoredMailbox, StoredPair, mailbox_line, object_of, pair_line};
use super::id::MailboxId;
use super::observed::Observed;

/// How many mailboxes a comparison names that dimail has no longer: each is looked for once more.
const MISSING_NAMED: usize = 200;

/// A comparison to which stored rows are added in batches.
pub struct Comparing<'a> {
    domain: &'a DomainName,
    observed: &'a Observed,
    wanted: &'a LinesWanted,
    ignored: HashMap<String, Ignored>,
    compared: Vec<bool>,
    compared_pairs: Vec<bool>,
    sections: Vec<SectionLines>,
    missing: Vec<MailboxId>,
}

impl<'a> Comparing<'a> {
    /// A comparison to which nothing was added yet.
    #[must_use]
    pub fn new(domain: &'a DomainName, observed: &'a Observed, wanted: &'a LinesWanted, ignored: Vec<Ignored>) -> Self {
        let empty = |section| SectionLines { section, lines: BTreeMap::new(), total: 0, has_more: false };
        Self {
            domain,
            observed,
            wanted,
            ignored: ignored.into_iter().map(|ignored| (ignored.line.clone(), ignored)).collect(),
            compared: vec![false; observed.mailboxes().len()],
            compared_pairs: vec![false; observed.pairs().len()],
            sections: Section::ALL.map(empty).into(),
            missing: Vec::new(),
        }
    }

    /// Compares stored mailboxes.
    pub fn add_mailboxes(&mut self, stored: &[StoredMailbox]) {
        for stored in stored {
            let part = &stored.mailbox.local_part;
            for place in self.observed.places_of(part.as_str()) {
                mark(&mut self.compared, place);
            }
            for line in lines_at(self.domain, self.observed, part, Some(stored)) {
                let is_missing = line.difference == Difference::OnlyHere && stored.mailbox.known.is_present();
                if is_missing && self.missing.len() < MISSING_NAMED {
                    self.missing.push(stored.mailbox.id);
                }
                self.add(line);
            }
        }
    }

    /// Compares stored pairs.
    pub fn add_pairs(&mut self, stored: &[StoredPair]) {
        for stored in stored {
            let place = self.observed.place_of_pair(&stored.pair.local_part, &stored.pair.destination);
            if let Some(place) = place {
                mark(&mut self.compared_pairs, place);
            }
            let seen = place.and_then(|place| self.observed.pairs().get(place));
            if let Some(line) = pair_line(self.domain, Some(stored), seen) {
                self.add(line);
            }
        }
    }

    /// Adds what dimail alone has.
    #[must_use]
    pub fn finish(mut self) -> Comparison {
        let left = |compared: &[bool]| -> Vec<usize> {
            compared.iter().enumerate().filter(|(_, is_compared)| !**is_compared).map(|(place, _)| place).collect()
        };
        for place in left(&self.compared) {
            self.add_all(mailbox_line(self.domain, None, self.observed.mailboxes().get(place)));
        }
        for place in left(&self.compared_pairs) {
            self.add_all(pair_line(self.domain, None, self.observed.pairs().get(place)));
        }
        let stale = self.ignored.into_keys().collect();
        Comparison { sections: self.sections, elsewhere: self.observed.elsewhere, stale, missing: self.missing }
    }

    fn add_all(&mut self, lines: impl IntoIterator<Item = Line>) {
        for line in lines {
            self.add(line);
        }
    }

    fn add(&mut self, line: Line) {
        let ignored = if line.ignores() { self.ignored.remove(&line.key) } else { None };
        let section = if ignored.is_some() { Section::Ignored } else { Section::of(line.difference) };
        let after = if self.wanted.section == Some(section) { self.wanted.after.as_str() } else { "" };
        if let Some(lines) = self.sections.iter_mut().find(|lines| lines.section == section) {
            lines.add(line, ignored, after);
        }
    }
}

fn mark(compared: &mut [bool], place: usize) {
    if let Some(compared) = compared.get_mut(place) {
        *compared = true;
    }
}

/// The lines of an address: dimail may have others that differ from it by case.
#[must_use]
pub fn lines_at(
    domain: &DomainName,
    observed: &Observed,
    part: &LocalPart,
    stored: Option<&StoredMailbox>,
) -> Vec<Line> {
    let mut seen = observed.mailboxes().get(observed.places_of(part.as_str())).unwrap_or_default().iter();
    let own = stored.and_then(|stored| mailbox_line(domain, Some(stored), seen.next()));
    own.into_iter().chain(seen.filter_map(|seen| mailbox_line(domain, None, Some(seen)))).collect()
}

/// The line of a pair.
#[must_use]
pub fn line_of_pair(
    domain: &DomainName,
    observed: &Observed,
    (part, destination): (&LocalPart, &Destination),
    stored: Option<&StoredPair>,
) -> Option<Line> {
    let place = observed.place_of_pair(part, destination);
    pair_line(domain, stored, place.and_then(|place| observed.pairs().get(place)))
}

/// The line with this key of what the portal's rules do not accept.
#[must_use]
pub fn odd_line(domain: &DomainName, observed: &Observed, key: &str) -> Option<Line> {
    if object_of(key) != Some(LineObject::Odd) {
        return None;
    }
    let mailboxes = observed.mailboxes().iter().filter_map(|seen| mailbox_line(domain, None, Some(seen)));
    let pairs = observed.pairs().iter().filter_map(|seen| pair_line(domain, None, Some(seen)));
    mailboxes.chain(pairs).find(|line| line.key == key)
}
