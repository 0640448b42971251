//! The sections of a comparison: the first lines of each, and how many there are. So a page needs little memory,
//! however much differs.

use std::collections::BTreeMap;

use strum::{AsRefStr, EnumString};

use crate::model::comparison::{Difference, Line};
use crate::model::id::MailboxId;
use crate::model::time::Timestamp;

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

    pub(super) fn of(difference: Difference) -> Self {
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
    pub(super) fn add(&mut self, line: Line, ignored: Option<Ignored>, after: &str) {
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
    /// Mailboxes that dimail has no longer, as far as the lists show: the first ones, without those that are known to
    /// be gone.
    pub missing: Vec<MailboxId>,
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
