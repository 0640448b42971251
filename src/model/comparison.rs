//! Compares what dimail shows of a domain with what is known of it here: mailboxes, and pairs of an alias and
//! a destination.
//!
//! Must not know: how either side is read, or what is done about a difference.

use sha2::{Digest, Sha256};
use strum::{AsRefStr, EnumString};

use super::address::{DomainName, LocalPart};
use super::alias::{AliasDestination, Destination};
use super::import::FoundMailbox;
use super::mailbox::Mailbox;
use super::name::{KnownNames, display_key, sent_name};
use super::observed::{Seen, SeenState};
use super::wanted::{Known, Wants};

/// The kind of a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, AsRefStr, EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum Difference {
    /// dimail has it, the portal does not.
    OnlyThere,
    /// The portal has it, dimail does not any longer.
    OnlyHere,
    /// Other names.
    Names,
    /// Active on one side only.
    Activity,
    /// Both.
    NamesAndActivity,
    /// dimail has again what it had lost.
    Back,
    /// A mailbox without a user of Open-XChange, which belongs to no person.
    Functional,
    /// A user of Open-XChange without a mailbox, or dimail does not say.
    HalfMade,
    /// dimail writes the address with capitals, and would not find it under the address of the portal.
    Capitals,
    /// The portal's rules do not accept the address or the destination.
    Odd,
    /// The portal is at work on it.
    UnderWay,
}

/// A mailbox of the portal.
#[derive(Clone, Debug)]
pub struct StoredMailbox {
    /// The mailbox.
    pub mailbox: Mailbox,
    /// Its display name in comparable form, which is dimail's for an adopted one.
    pub display_key: String,
    /// Whether it has a job.
    pub is_busy: bool,
}

/// A pair of an alias and a destination of the portal.
#[derive(Clone, Debug)]
pub struct StoredPair {
    /// The pair.
    pub pair: AliasDestination,
    /// Whether its alias has a job.
    pub is_busy: bool,
}

/// A mailbox on one side of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    /// The display name; empty if there is none.
    pub name: String,
    /// Whether it is active, if that is known.
    pub is_active: Option<bool>,
}

/// What a line is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LineObject {
    /// The mailbox at this address of the domain.
    Mailbox(LocalPart),
    /// A pair of an alias and a destination.
    Pair(LocalPart, Destination),
    /// Something whose name the portal does not accept.
    Odd,
}

/// One difference.
#[derive(Clone, Debug)]
pub struct Line {
    /// Object, kind and content: another difference of the same object has another key.
    pub key: String,
    /// What it is about.
    pub object: LineObject,
    /// The same in words: an address, or `alias → destination`.
    pub subject: String,
    /// How it differs.
    pub difference: Difference,
    /// The mailbox here.
    pub here: Option<Side>,
    /// The mailbox at dimail.
    pub there: Option<Side>,
    /// Whether the portal can take over dimail's state.
    pub adopts: bool,
    /// Whether dimail can be given the portal's state.
    pub pushes: bool,
}

impl Line {
    /// Whether it can be ignored: not what changes by itself soon.
    #[must_use]
    pub fn ignores(&self) -> bool {
        self.difference != Difference::UnderWay
    }
}

/// The object of a line, from its key; `None` for an unknown key.
#[must_use]
pub fn object_of(key: &str) -> Option<LineObject> {
    match key.split('/').collect::<Vec<_>>().as_slice() {
        ["mailbox", part, _, _] => LocalPart::parse(part).ok().map(LineObject::Mailbox),
        ["odd", _] => Some(LineObject::Odd),
        ["pair", part, destination, _, _] => {
            let (part, destination) = (LocalPart::parse(part).ok()?, Destination::parse(destination).ok()?);
            Some(LineObject::Pair(part, destination))
        }
        _ => None,
    }
}

/// How an object differs, and whether it can be adopted and pushed.
pub(super) type Offered = (Difference, bool, bool);

/// A difference about which nothing is offered.
pub(super) const fn apart(difference: Difference) -> Offered {
    (difference, false, false)
}

/// The line of a mailbox; `None` if dimail shows what is known.
#[must_use]
pub fn mailbox_line(domain: &DomainName, stored: Option<&StoredMailbox>, seen: Option<&Seen>) -> Option<Line> {
    let (difference, adopts, pushes) = mailbox_difference(domain, stored, seen)?;
    let written = seen.map(|seen| seen.written.as_str());
    let part = stored.map(|stored| stored.mailbox.local_part.clone());
    let part = part.or_else(|| written.and_then(|written| LocalPart::parse(written).ok()));
    let content = [
        stored.map(|StoredMailbox { mailbox: one, .. }| {
            format!("{}\n{}\n{}\n{}", one.first_name, one.last_name, one.wants.as_str(), one.known.as_str())
        }),
        seen.map(|seen| format!("{}\n{:?}\n{:?}", seen.written, seen.names, seen.state)),
    ];
    let hash = hash(&format!("{content:?}"));
    let (key, object) = match part {
        Some(part) if difference != Difference::Odd => {
            (format!("mailbox/{part}/{}/{hash}", difference.as_ref()), LineObject::Mailbox(part))
        }
        _ => (format!("odd/{hash}"), LineObject::Odd),
    };
    let local = match &object {
        LineObject::Mailbox(part) if difference != Difference::Capitals => part.as_str(),
        _ => written.unwrap_or_default(),
    };
    let subject = format!("{local}@{domain}");
    let (here, mut there) = (stored.map(stored_side), seen.map(seen_side));
    if let (Some(here), Some(there), Some(names)) = (&here, &mut there, seen.and_then(|seen| seen.names.as_ref()))
        && difference != Difference::Activity
        && here.name == there.name
    {
        // The display name is the same, the first or the last name is not.
        there.name = [names.given.as_str(), names.sur.as_str()].join(" ");
    }
    Some(Line { key, object, subject, difference, here, there, adopts, pushes })
}

fn stored_side(stored: &StoredMailbox) -> Side {
    let is_active = match stored.mailbox.known {
        Known::Active => Some(true),
        Known::Inactive => Some(false),
        Known::New | Known::Absent | Known::HalfMade | Known::Gone => None,
    };
    Side { name: stored.mailbox.display_name(), is_active }
}

fn seen_side(seen: &Seen) -> Side {
    let name = seen.names.as_ref().map_or_else(String::new, |names| {
        if names.display.is_empty() {
            format!("{} {}", names.given, names.sur).trim().to_owned()
        } else {
            names.display.clone()
        }
    });
    Side { name, is_active: (seen.state != SeenState::HalfMade).then(|| seen.is_active()) }
}

fn mailbox_difference(domain: &DomainName, stored: Option<&StoredMailbox>, seen: Option<&Seen>) -> Option<Offered> {
    match (stored, seen) {
        (None, None) => None,
        (None, Some(seen)) => Some(unknown(seen)),
        (Some(stored), None) => missing(stored),
        (Some(stored), Some(seen)) => different(domain, stored, seen),
    }
}

/// A mailbox of dimail that is not one of the portal's.
fn unknown(seen: &Seen) -> Offered {
    let difference = match seen.state {
        _ if LocalPart::parse(&seen.written).is_err() => Difference::Odd,
        _ if seen.has_capitals() => Difference::Capitals,
        SeenState::HalfMade => Difference::HalfMade,
        _ if seen.is_functional() => Difference::Functional,
        _ => return (Difference::OnlyThere, true, false),
    };
    apart(difference)
}

/// A mailbox of the portal that dimail does not show. It is not created as long as it is to be inactive.
fn missing(StoredMailbox { mailbox, is_busy, .. }: &StoredMailbox) -> Option<Offered> {
    match mailbox.known {
        // It is being created again, or its deletion is not certain yet.
        Known::Absent if *is_busy && mailbox.there_since.is_some() => Some(apart(Difference::UnderWay)),
        Known::New | Known::Absent => None,
        _ if *is_busy => Some(apart(Difference::UnderWay)),
        _ => Some((Difference::OnlyHere, true, mailbox.wants == Wants::Active)),
    }
}

fn different(domain: &DomainName, stored: &StoredMailbox, seen: &Seen) -> Option<Offered> {
    let Mailbox { known, wants, .. } = stored.mailbox;
    let difference = match known {
        Known::HalfMade if seen.state == SeenState::HalfMade => return None,
        _ if seen.state == SeenState::HalfMade => Difference::HalfMade,
        Known::New | Known::Absent => unknown(seen).0,
        Known::HalfMade | Known::Gone => Difference::Back,
        Known::Active | Known::Inactive => {
            let other_activity = seen.is_active() != (known == Known::Active);
            match (has_other_names(domain, stored, seen), other_activity) {
                (false, false) => return None,
                (true, false) => Difference::Names,
                (false, true) => Difference::Activity,
                (true, true) => Difference::NamesAndActivity,
            }
        }
    };
    match difference {
        _ if stored.is_busy => Some(apart(Difference::UnderWay)),
        Difference::HalfMade | Difference::Functional => Some(apart(difference)),
        _ if seen.has_capitals() => Some(apart(Difference::Capitals)),
        Difference::OnlyThere => Some((difference, true, false)),
        _ => Some((difference, true, wants != Wants::Absent)),
    }
}

/// Whether an active mailbox shows other names. Those of an inactive one are sent when it becomes active, and
/// names that dimail does not show replace none.
#[must_use]
pub fn has_other_names(domain: &DomainName, stored: &StoredMailbox, seen: &Seen) -> bool {
    let Some(shown) = seen.names.as_ref().filter(|_| seen.is_active()) else { return false };
    let mailbox = &stored.mailbox;
    let is_display_told = !shown.display.is_empty();
    if is_display_told && display_key(&shown.display) != stored.display_key {
        return true;
    }
    let same = |shown: &str, own: &str| sent_name(shown) == sent_name(own);
    let parts_told = !(shown.given.is_empty() && shown.sur.is_empty());
    let parts_agree = same(&shown.given, &mailbox.first_name) && same(&shown.sur, &mailbox.last_name);
    // What was adopted lacks invisible characters, and has two names where dimail has one.
    parts_told && !parts_agree && !is_adopted(domain, mailbox, shown)
}

fn is_adopted(domain: &DomainName, mailbox: &Mailbox, shown: &KnownNames) -> bool {
    let known = [shown.given.as_str(), shown.sur.as_str(), shown.display.as_str()];
    let found = FoundMailbox::new(domain, mailbox.local_part.clone(), known, true);
    (found.first_name, found.last_name) == (mailbox.first_name.clone(), mailbox.last_name.clone())
}

/// The beginning of a hash, enough to tell the states of one object apart.
pub(super) fn hash(text: &str) -> String {
    let hash = Sha256::digest(text.as_bytes());
    let number = hash.first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes));
    format!("{number:016x}")
}
