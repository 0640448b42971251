//! The lines of a comparison, by section: the first of each, and how many there are. So a page needs little
//! memory, however much differs.

use std::collections::{BTreeMap, HashMap};

use strum::{AsRefStr, EnumString};

use super::address::{DomainName, LocalPart};
use super::alias::Destination;
use super::comparison::{Difference, Line, LineObject, StoredMailbox, StoredPair, mailbox_line, object_of};
use super::observed::Observed;
use super::pair_comparison::pair_line;
use super::time::Timestamp;

/// How many lines of a section a page shows.
pub const LINES_SHOWN: usize = 200;
/// The longest reason for ignoring a difference, in characters.
pub const IGNORED_BECAUSE_MAX: usize = 200;

/// A section of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, AsRefStr, EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum Section {
    /// What dimail has and the portal has not.
    OnlyThere,
    /// What the portal has and dimail has no longer.
    OnlyHere,
    /// What differs.
    Different,
    /// What can neither be adopted nor pushed.
    Apart,
    /// What the portal is at work on.
    UnderWay,
    /// What is ignored.
    Ignored,
}

impl Section {
    /// All sections, in the order of the page.
    pub const ALL: [Self; 6] =
        [Self::OnlyThere, Self::OnlyHere, Self::Different, Self::Apart, Self::UnderWay, Self::Ignored];

    fn of(difference: Difference) -> Self {
        match difference {
            Difference::OnlyThere => Self::OnlyThere,
            Difference::OnlyHere => Self::OnlyHere,
            Difference::Names | Difference::Activity | Difference::NamesAndActivity | Difference::Back => {
                Self::Different
            }
            Difference::Functional | Difference::HalfMade | Difference::Capitals | Difference::Odd => Self::Apart,
            Difference::UnderWay => Self::UnderWay,
        }
    }
}

/// Who ignores a difference since when, and why.
#[derive(Clone, Debug)]
pub struct Ignored {
    /// The key of the line.
    pub line: String,
    /// Why.
    pub reason: String,
    /// The name of the person.
    pub actor_name: String,
    /// Since when.
    pub since: Timestamp,
}

/// Which lines are wanted.
#[derive(Clone, Debug, Default)]
pub struct LinesWanted {
    /// The only section; all if absent.
    pub section: Option<Section>,
    /// The key of the line before; the first ones if empty.
    pub after: String,
}

/// The lines of a section.
#[derive(Clone, Debug)]
pub struct SectionLines {
    /// Which.
    pub section: Section,
    /// The first lines that are wanted, by key, and since when they are ignored.
    pub lines: BTreeMap<String, (Line, Option<Ignored>)>,
    /// How many there are in all.
    pub total: usize,
    /// Whether others follow.
    pub has_more: bool,
}

impl SectionLines {
    fn add(&mut self, line: Line, ignored: Option<Ignored>, after: &str) {
        self.total += 1;
        if line.key.as_str() <= after {
            return;
        }
        self.lines.insert(line.key.clone(), (line, ignored));
        if self.lines.len() > LINES_SHOWN {
            self.lines.pop_last();
            self.has_more = true;
        }
    }
}

/// A whole comparison.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// Its sections.
    pub sections: Vec<SectionLines>,
    /// How many addresses of other domains are in the same context.
    pub elsewhere: usize,
    /// The keys of ignored differences that there are no longer.
    pub stale: Vec<String>,
}

impl Comparison {
    /// How many differences are to be dealt with.
    #[must_use]
    pub fn open(&self) -> usize {
        let is_open = |one: &&SectionLines| !matches!(one.section, Section::UnderWay | Section::Ignored);
        self.sections.iter().filter(is_open).map(|one| one.total).sum()
    }

    /// Whether nothing at all differs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sections.iter().all(|one| one.total == 0)
    }
}

/// A comparison to which what is stored is added bit by bit.
pub struct Comparing<'a> {
    domain: &'a DomainName,
    observed: &'a Observed,
    wanted: &'a LinesWanted,
    ignored: HashMap<String, Ignored>,
    compared: Vec<bool>,
    compared_pairs: Vec<bool>,
    sections: Vec<SectionLines>,
}

impl<'a> Comparing<'a> {
    /// Begins.
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
        Comparison { sections: self.sections, elsewhere: self.observed.elsewhere, stale }
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

#[cfg(test)]
mod tests {
    use super::{Comparing, Comparison, Ignored, LINES_SHOWN, LinesWanted, Section};
    use crate::model::address::{DomainName, LocalPart};
    use crate::model::alias::{AliasDestination, AliasKnown, Destination};
    use crate::model::comparison::{StoredMailbox, StoredPair};
    use crate::model::guard::Guard;
    use crate::model::id::{AliasId, MailboxId};
    use crate::model::mailbox::{Mailbox, MailboxStatus};
    use crate::model::name::{KnownNames, display_key};
    use crate::model::observed::{Listed, ListedActivity, Observed};
    use crate::model::reason::Reason;
    use crate::model::time::Timestamp;
    use crate::model::user::Language;
    use crate::model::wanted::{Known, Wants};

    fn ville() -> DomainName {
        DomainName::parse("ville.fr").expect("a name")
    }

    /// A mailbox from `jean active` or `jean active/gone`, named Jean Dupont; with `busy` it has a job, with `since`
    /// dimail had it.
    fn stored(text: &str) -> StoredMailbox {
        let words: Vec<&str> = text.split(' ').collect();
        let (wants, known) = words[1].split_once('/').unwrap_or((words[1], words[1]));
        let known = Known::parse(known).expect("a word");
        let mailbox = Mailbox {
            id: MailboxId::new(Timestamp(0)),
            local_part: LocalPart::parse(words[0]).expect("a part"),
            first_name: "Jean".into(),
            last_name: "Dupont".into(),
            secondary_email: None,
            wants: Wants::parse(wants).expect("a word"),
            known,
            status: MailboxStatus::of(known, false),
            reason: None,
            to_hand_over: false,
            wanted: None,
            language: Language::Fr,
            version: 1,
            created_at: Timestamp(0),
            there_since: words.contains(&"since").then_some(Timestamp(0)),
        };
        StoredMailbox { mailbox, display_key: display_key("Jean Dupont"), is_busy: words.contains(&"busy") }
    }

    /// An entry of dimail's list from `jean@ville.fr yes Jean Dupont`.
    fn listed(text: &str) -> Listed {
        let words: Vec<&str> = text.split(' ').collect();
        let activity = match words[1] {
            "yes" => ListedActivity::Active,
            "no" => ListedActivity::Inactive,
            "unknown" => ListedActivity::Unclear,
            broken => ListedActivity::NotShown { broken: broken == "broken" },
        };
        let names = (words.len() > 3).then(|| KnownNames {
            given: words[2].into(),
            sur: words[3].into(),
            display: words
                .get(4..)
                .filter(|rest| !rest.is_empty())
                .map_or(words[2..4].join(" "), |rest| rest.join(" ")),
        });
        Listed { address: words[0].into(), names, activity, is_technical: words[0].starts_with("oxadmin@") }
    }

    /// A pair from `contact a@x.fr + present`, with `busy` or `refused` behind it.
    fn pair(text: &str) -> StoredPair {
        let words: Vec<&str> = text.split(' ').collect();
        let pair = AliasDestination {
            id: AliasId::new(Timestamp(0)),
            local_part: LocalPart::parse(words[0]).expect("a part"),
            destination: Destination::parse(words[1]).expect("a destination"),
            wanted: words[2] == "+",
            known: AliasKnown::parse(words[3]).expect("a word"),
            reason: words.contains(&"refused").then_some(Reason::GivenUp),
            cleared: Guard::None,
        };
        StoredPair { pair, is_busy: words.contains(&"busy") }
    }

    fn compared(here: [&[&str]; 2], there: [&[&str]; 2], wanted: &LinesWanted, ignored: Vec<Ignored>) -> Comparison {
        let domain = ville();
        let pairs = there[1].iter().filter_map(|text| text.split_once(' '));
        let pairs = pairs.map(|(part, to)| (part.to_owned(), to.to_owned()));
        let observed = Observed::new(&domain, there[0].iter().map(|text| listed(text)), pairs);
        let mut comparing = Comparing::new(&domain, &observed, wanted, ignored);
        comparing.add_mailboxes(&here[0].iter().map(|text| stored(text)).collect::<Vec<_>>());
        comparing.add_pairs(&here[1].iter().map(|text| pair(text)).collect::<Vec<_>>());
        comparing.finish()
    }

    /// The lines as `subject difference`, with `a` and `p` for what is offered.
    fn lines(found: &Comparison) -> Vec<String> {
        let lines = found.sections.iter().flat_map(|section| section.lines.values());
        let offers = |adopts, pushes| {
            if adopts && pushes {
                " ap"
            } else if adopts {
                " a"
            } else {
                ""
            }
        };
        lines
            .map(|(line, _)| {
                format!("{} {}{}", line.subject, line.difference.as_ref(), offers(line.adopts, line.pushes))
            })
            .collect()
    }

    #[test]
    fn the_table_of_mailboxes() {
        for (here, there, wanted) in [
            // What is known is what dimail shows.
            ("jean active", "jean@ville.fr yes Jean Dupont", ""),
            ("jean inactive", "jean@ville.fr no", ""),
            ("jean active", "jean@ville.fr yes", ""),
            ("jean active/new", "", ""),
            ("jean active/half_made", "jean@ville.fr unknown Jean Dupont", ""),
            ("jean inactive", "jean@ville.fr no Other Names", ""),
            // Names are compared as they are sent, and addresses in lower case.
            ("jean active", "JEAN@Ville.FR yes Jean Dupont", ""),
            ("jean active", "jean@ville.fr yes Jean Dupont JEAN DUPONT", ""),
            ("", "oxadmin@ville.fr unknown Context Admin", ""),
            ("", "jean@voisine.fr yes Jean Dupont", ""),
            // One side only.
            ("", "jean@ville.fr yes Jean Dupont", "jean@ville.fr only_there a"),
            ("", "jean@ville.fr no", "jean@ville.fr only_there a"),
            ("jean active", "", "jean@ville.fr only_here ap"),
            ("jean active/gone", "", "jean@ville.fr only_here ap"),
            ("jean inactive/gone", "", "jean@ville.fr only_here a"),
            ("jean absent/half_made", "", "jean@ville.fr only_here a"),
            ("jean active/absent", "jean@ville.fr yes Jean Dupont", "jean@ville.fr only_there a"),
            // Both sides.
            ("jean active", "jean@ville.fr yes Jeanne Dupont", "jean@ville.fr names ap"),
            ("jean active", "jean@ville.fr yes Jean Dupont Somebody Else", "jean@ville.fr names ap"),
            ("jean active", "jean@ville.fr no", "jean@ville.fr activity ap"),
            ("jean inactive", "jean@ville.fr yes Jean Dupont", "jean@ville.fr activity ap"),
            ("jean inactive", "jean@ville.fr yes Paul Roy", "jean@ville.fr names_and_activity ap"),
            ("jean active/gone", "jean@ville.fr yes Jean Dupont", "jean@ville.fr back ap"),
            ("jean absent/half_made", "jean@ville.fr yes Jean Dupont", "jean@ville.fr back a"),
            // What is told apart.
            ("", "jean@ville.fr yes", "jean@ville.fr functional"),
            ("", "jean@ville.fr unknown Jean Dupont", "jean@ville.fr half_made"),
            ("jean active", "jean@ville.fr unknown Jean Dupont", "jean@ville.fr half_made"),
            ("", "Jean@ville.fr yes Jean Dupont", "Jean@ville.fr capitals"),
            ("jean active", "Jean@ville.fr yes Paul Roy", "Jean@ville.fr capitals"),
            ("", "jean+tag@ville.fr yes Jean Dupont", "jean+tag@ville.fr odd"),
            // The portal is at work.
            ("jean active/new busy", "jean@ville.fr yes Jean Dupont", "jean@ville.fr under_way"),
            ("jean active/gone busy", "", "jean@ville.fr under_way"),
            ("jean active/absent busy since", "", "jean@ville.fr under_way"),
            ("jean active/absent busy", "", ""),
            ("jean inactive/active busy", "jean@ville.fr no", "jean@ville.fr under_way"),
            ("jean active busy", "jean@ville.fr yes Jean Dupont", ""),
            // A server that does not show activity.
            ("jean active", "jean@ville.fr ok Jean Dupont", ""),
            ("", "jean@ville.fr broken Jean Dupont", "jean@ville.fr half_made"),
            ("", "jean@ville.fr ok", "jean@ville.fr functional"),
        ] {
            let here: Vec<&str> = Some(here).into_iter().filter(|text| !text.is_empty()).collect();
            let there: Vec<&str> = Some(there).into_iter().filter(|text| !text.is_empty()).collect();
            let found = compared([&here, &[]], [&there, &[]], &LinesWanted::default(), Vec::new());
            assert_eq!(lines(&found).join("; "), wanted, "{here:?} {there:?}");
        }
        let two = ["jean@ville.fr yes Jean Dupont", "JEAN@ville.fr yes Paul Roy"];
        let found = compared([&["jean active"], &[]], [&two, &[]], &LinesWanted::default(), Vec::new());
        assert_eq!(lines(&found), ["JEAN@ville.fr capitals"], "one of them is ours");
        let two = ["a@voisine.fr yes", "oxadmin@voisine.fr unknown", "b@autre.fr no"];
        assert_eq!(compared([&[], &[]], [&two, &[]], &LinesWanted::default(), Vec::new()).elsewhere, 2);
    }

    #[test]
    fn the_table_of_pairs() {
        for (here, there, wanted) in [
            ("contact a@x.fr + present", "Contact A@X.fr", ""),
            ("contact a@x.fr + new refused", "", ""),
            ("contact a@x.fr - present busy", "contact a@x.fr", ""),
            ("", "contact a@x.fr", "contact@ville.fr → a@x.fr only_there a"),
            ("contact a@x.fr + new refused", "contact a@x.fr", "contact@ville.fr → a@x.fr only_there a"),
            ("contact a@x.fr + present", "", "contact@ville.fr → a@x.fr only_here ap"),
            ("contact a@x.fr - present busy", "", "contact@ville.fr → a@x.fr under_way"),
            ("contact a@x.fr + absent busy", "contact a@x.fr", "contact@ville.fr → a@x.fr under_way"),
            ("", "contact devnull@devnull", "contact@ville.fr → devnull@devnull only_there a"),
            ("", "contact a/b@x.fr", "contact@ville.fr → a/b@x.fr odd"),
            ("", "all a@x.fr", "all@ville.fr → a@x.fr odd"),
        ] {
            let here: Vec<&str> = Some(here).into_iter().filter(|text| !text.is_empty()).collect();
            let there: Vec<&str> = Some(there).into_iter().filter(|text| !text.is_empty()).collect();
            let found = compared([&[], &here], [&[], &there], &LinesWanted::default(), Vec::new());
            assert_eq!(lines(&found).join("; "), wanted, "{here:?} {there:?}");
        }
    }

    #[test]
    fn an_ignored_difference_is_shown_again_when_it_changes() {
        let of = |there: &str, ignored: Vec<Ignored>| {
            compared([&["jean active"], &[]], [&[there], &[]], &LinesWanted::default(), ignored)
        };
        let sections = |found: &Comparison| -> Vec<Section> {
            found.sections.iter().filter(|one| one.total > 0).map(|one| one.section).collect()
        };
        let first = of("jean@ville.fr yes Jeanne Dupont", Vec::new());
        assert_eq!((first.open(), sections(&first)), (1, vec![Section::Different]));
        let line = first.sections[2].lines.keys().next().expect("a line").clone();
        let ignored = || {
            let (reason, actor_name) = ("known".to_owned(), "Anna".to_owned());
            vec![Ignored { line: line.clone(), reason, actor_name, since: Timestamp(0) }]
        };
        let again = of("jean@ville.fr yes Jeanne Dupont", ignored());
        assert_eq!((again.open(), sections(&again), again.stale.len()), (0, vec![Section::Ignored], 0));
        for other in ["jean@ville.fr yes Jeannette Dupont", "jean@ville.fr no"] {
            let changed = of(other, ignored());
            assert_eq!((changed.open(), sections(&changed), changed.stale.len()), (1, vec![Section::Different], 1));
        }
    }

    #[test]
    fn a_page_has_the_first_lines_of_a_section() {
        let there: Vec<String> = (0..=2 * LINES_SHOWN).map(|n| format!("a{n:04}@ville.fr yes A Nr{n}")).collect();
        let there: Vec<&str> = there.iter().rev().map(String::as_str).collect();
        let (mut wanted, mut seen) = (LinesWanted::default(), Vec::new());
        loop {
            let found = compared([&[], &[]], [&there, &[]], &wanted, Vec::new());
            let section = &found.sections[0];
            assert_eq!(section.total, there.len());
            seen.extend(section.lines.values().map(|(line, _)| line.subject.clone()));
            if !section.has_more {
                break;
            }
            let after = section.lines.keys().next_back().expect("a line").clone();
            wanted = LinesWanted { section: Some(Section::OnlyThere), after };
        }
        assert!(seen.is_sorted() && seen.len() == there.len(), "{}", seen.len());
    }
}
