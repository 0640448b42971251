//! Compares what dimail shows of a domain with what is known of it here: mailboxes, and pairs of an alias and
//! a destination.
//!
//! Must not know: how either side is read, or what is done about a difference.

mod mailbox;
mod pair;

pub use mailbox::{has_other_names, mailbox_line};
pub use pair::pair_line;
use sha2::{Digest, Sha256};
use strum::{AsRefStr, EnumString};

use super::address::LocalPart;
use super::alias::{AliasDestination, Destination};
use super::mailbox::Mailbox;

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
struct Offered {
    difference: Difference,
    adopts: bool,
    pushes: bool,
}

impl Offered {
    /// A difference about which nothing is offered.
    fn nothing(difference: Difference) -> Self {
        Self { difference, adopts: false, pushes: false }
    }

    /// A difference that the portal can take over.
    fn adopting(difference: Difference) -> Self {
        Self { difference, adopts: true, pushes: false }
    }

    fn pushing_if(self, pushes: bool) -> Self {
        Self { pushes, ..self }
    }
}

/// The beginning of a hash, enough to tell the states of one object apart.
fn hash(text: &str) -> String {
    let hash = Sha256::digest(text.as_bytes());
    let number = hash.first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes));
    format!("{number:016x}")
}
