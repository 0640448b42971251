//! Compares pairs of an alias and a destination with those that dimail shows.

use super::{Difference, Line, LineObject, Offered, StoredPair, hash};
use crate::model::address::DomainName;
use crate::model::alias::AliasKnown;
use crate::model::observed::SeenPair;

/// The line of a pair; `None` if dimail shows what is known.
#[must_use]
pub fn pair_line(domain: &DomainName, stored: Option<&StoredPair>, seen: Option<&SeenPair>) -> Option<Line> {
    let Offered { difference, adopts, pushes } = pair_difference(stored, seen)?;
    let of_seen = seen.and_then(|seen| seen.pair.clone());
    let pair = stored.map(|stored| (stored.pair.local_part.clone(), stored.pair.destination.clone())).or(of_seen);
    let Some((part, destination)) = pair else {
        let subject = seen.map_or_else(String::new, |seen| seen.in_words(domain));
        let (key, object) = (format!("odd/{}", hash(&subject)), LineObject::Odd);
        return Some(Line { key, object, subject, difference, here: None, there: None, adopts, pushes });
    };
    let state = stored.map(|stored| (stored.pair.wanted, stored.pair.known));
    let hash = hash(&format!("{state:?} {}", seen.is_some()));
    let key = format!("pair/{part}/{}/{}/{hash}", destination.key(), difference.as_ref());
    let subject = format!("{} → {}", part.at(domain), destination.as_str());
    let object = LineObject::Pair(part, destination);
    Some(Line { key, object, subject, difference, here: None, there: None, adopts, pushes })
}

fn pair_difference(stored: Option<&StoredPair>, seen: Option<&SeenPair>) -> Option<Offered> {
    let Some(StoredPair { pair, is_busy }) = stored else {
        let is_odd = seen?.pair.is_none();
        return Some(if is_odd { Offered::nothing(Difference::Odd) } else { Offered::adopting(Difference::OnlyThere) });
    };
    let is_known = pair.known == AliasKnown::Present;
    let is_awaited = pair.wanted && pair.reason.is_none() && pair.known == AliasKnown::Absent;
    match seen {
        Some(_) if is_known => None,
        None if !is_known && (*is_busy || !is_awaited) => None,
        _ if *is_busy => Some(Offered::nothing(Difference::UnderWay)),
        Some(_) => Some(Offered::adopting(Difference::OnlyThere)),
        None => Some(Offered::adopting(Difference::OnlyHere).pushing_if(true)),
    }
}
