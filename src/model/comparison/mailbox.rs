//! Compares mailboxes with those that dimail shows.

use super::{Difference, Line, LineObject, Offered, Side, StoredMailbox, hash};
use crate::model::address::{DomainName, LocalPart};
use crate::model::import::FoundMailbox;
use crate::model::mailbox::Mailbox;
use crate::model::name::{KnownNames, display_key, sent_name};
use crate::model::observed::{Seen, SeenState};
use crate::model::wanted::{Known, Wants};

/// The line of a mailbox; `None` if dimail shows what is known.
#[must_use]
pub fn mailbox_line(domain: &DomainName, stored: Option<&StoredMailbox>, seen: Option<&Seen>) -> Option<Line> {
    let Offered { difference, adopts, pushes } = mailbox_difference(domain, stored, seen)?;
    let written = seen.map(|seen| seen.written.as_str());
    let part = stored.map(|stored| stored.mailbox.local_part.clone());
    let part = part.or_else(|| written.and_then(|written| LocalPart::parse(written).ok()));
    let content = [
        stored.map(|StoredMailbox { mailbox: one, .. }| {
            format!("{}\n{}\n{}\n{}", one.first_name, one.last_name, one.wants, one.known)
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
        _ => return Offered::adopting(Difference::OnlyThere),
    };
    Offered::nothing(difference)
}

/// A mailbox of the portal that dimail does not show. It is not created as long as it is to be inactive.
fn missing(StoredMailbox { mailbox, is_busy, .. }: &StoredMailbox) -> Option<Offered> {
    match mailbox.known {
        // It is being created again, or its deletion is not certain yet.
        Known::Absent if *is_busy && mailbox.there_since.is_some() => Some(Offered::nothing(Difference::UnderWay)),
        Known::New | Known::Absent => None,
        _ if *is_busy => Some(Offered::nothing(Difference::UnderWay)),
        _ => Some(Offered::adopting(Difference::OnlyHere).pushing_if(mailbox.wants == Wants::Active)),
    }
}

fn different(domain: &DomainName, stored: &StoredMailbox, seen: &Seen) -> Option<Offered> {
    let Mailbox { known, wants, .. } = stored.mailbox;
    let difference = match known {
        Known::HalfMade if seen.state == SeenState::HalfMade => return None,
        _ if seen.state == SeenState::HalfMade => Difference::HalfMade,
        Known::New | Known::Absent => unknown(seen).difference,
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
        _ if stored.is_busy => Some(Offered::nothing(Difference::UnderWay)),
        Difference::HalfMade | Difference::Functional => Some(Offered::nothing(difference)),
        _ if seen.has_capitals() => Some(Offered::nothing(Difference::Capitals)),
        Difference::OnlyThere => Some(Offered::adopting(difference)),
        _ => Some(Offered::adopting(difference).pushing_if(wants != Wants::Absent)),
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
