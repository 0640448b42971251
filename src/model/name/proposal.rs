//! What the portal proposes: a local part for a person, and another last name where the name is taken.

use super::display::display_name;
use super::person::NAME_MAX;
use crate::model::address::{DomainName, LOCAL_PART_MAX, LocalPart};
use crate::model::field_error::NameProposal;
use crate::model::text::latin;

/// Another last name for a person whose name is taken: the last name with `mark` behind it.
pub fn marked_last_name(last: &str, mark: &str) -> String {
    let room = NAME_MAX.saturating_sub(mark.chars().count() + 3);
    let kept: String = last.chars().take(room).collect();
    format!("{} ({mark})", kept.trim_end())
}

/// Proposes a name for a person whose name is taken: with the local part that the mailbox will have
/// (`is_new`) or has.
pub fn proposed_name(
    (first, last): (&str, &str),
    mark: &str,
    part: &LocalPart,
    domain: &DomainName,
    is_new: bool,
) -> NameProposal {
    let last_name = marked_last_name(last, mark);
    let local_part = is_new.then(|| part.to_string());
    NameProposal { name: display_name(first, &last_name), last_name, address: part.at(domain), local_part }
}

/// The local part proposed for a person: the one that [`marked_last_name`] has added to the last name, otherwise
/// `first.last` without accents and other characters; `None` if nothing is left of both names.
pub fn proposed_local_part(first: &str, last: &str) -> Option<LocalPart> {
    marked_local_part(first, last).or_else(|| joined_local_part(first, last))
}

/// The local part in the bracket behind a last name: `Robadey (alice.robadey2)`. It must begin as the one
/// that the names have without it, so that another name in a bracket stays a name: `Durand (Martin)`.
fn marked_local_part(first: &str, last: &str) -> Option<LocalPart> {
    let (name, mark) = last.trim_end().strip_suffix(')')?.rsplit_once('(')?;
    let own = joined_local_part(first, name)?;
    LocalPart::parse(mark).ok().filter(|part| part.as_str() == mark && mark.starts_with(own.as_str()))
}

/// Both names as one local part.
fn joined_local_part(first: &str, last: &str) -> Option<LocalPart> {
    let parts: Vec<String> = [first, last]
        .iter()
        .map(|name| {
            let folded: String = latin(name).chars().filter(|c| is_proposable(*c)).collect();
            folded.trim_matches(['-', '_']).to_owned()
        })
        .filter(|part| !part.is_empty())
        .collect();
    let joined: String = parts.join(".").chars().take(LOCAL_PART_MAX).collect();
    LocalPart::parse(joined.trim_end_matches('.')).ok()
}

/// The `n`th alternative to `first`: `jean.dupont2`, `jean.dupont3` … within the allowed length.
pub fn numbered(first: &LocalPart, n: usize) -> Option<LocalPart> {
    let number = n.to_string();
    let stem: String = first.as_str().chars().take(LOCAL_PART_MAX - number.len()).collect();
    LocalPart::parse(&format!("{}{number}", stem.trim_end_matches('.'))).ok()
}

fn is_proposable(c: char) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_'
}

#[cfg(test)]
mod tests {
    use super::{marked_last_name, numbered, proposed_local_part};
    use crate::model::address::LocalPart;
    use crate::model::name::PersonName;

    #[test]
    fn local_parts_are_proposed_from_names() {
        let proposed = |first: &str, last: &str| proposed_local_part(first, last).map(|p| p.to_string());
        assert_eq!(proposed("Jean-Noël", "D'Ormesson"), Some("jean-noel.dormesson".into()));
        assert_eq!(proposed("Łukasz", "Œuvré ßon"), Some("lukasz.oeuvresson".into()));
        assert_eq!(proposed("Soﬁa", "Steﬀens"), Some("sofia.steffens".into()));
        assert_eq!(proposed("Ａｌｉｃｅ", "Ｒｏｂａｄｅｙ"), Some("alice.robadey".into()));
        for hyphen in ['\u{2010}', '\u{2011}', '–', '—', '\u{2212}', '\u{ff0d}'] {
            assert_eq!(proposed(&format!("Jean{hyphen}Luc"), "X"), Some("jean-luc.x".into()), "{hyphen:?}");
        }
        assert_eq!(proposed("Teʻura", "Cʼhozh"), Some("teura.chozh".into()));
        assert_eq!(proposed("Đặng", "Nguyễn"), Some("dang.nguyen".into()));
        assert_eq!(proposed("Ɓala", "ŉĳ"), Some("bala.nij".into()));
        assert_eq!(proposed("İpek", "𝐒mith"), Some("ipek.smith".into()));
        assert_eq!(proposed("محمد", "علي"), None);
        assert_eq!(proposed("محمد", "Ali"), Some("ali".into()));
        assert_eq!(proposed(&"a".repeat(200), "b").map(|p| p.len()), Some(64));
        assert_eq!(proposed("all", "۞"), None);
    }

    #[test]
    fn a_marked_name_has_the_local_part_of_its_mark() {
        let proposed = |first: &str, last: &str| proposed_local_part(first, last).map(|p| p.to_string());
        for part in ["alice.robadey", "alice.robadey2", "alice.robadey13"] {
            assert_eq!(proposed("Alice", &marked_last_name("Robadey", part)), Some(part.into()));
        }
        let long = numbered(&LocalPart::parse(&"a".repeat(64)).expect("a part"), 2).expect("a part");
        let marked = marked_last_name(&"a".repeat(100), long.as_str());
        assert_eq!(proposed("۞", &marked), Some(long.to_string()));
        // Other brackets are part of the name.
        assert_eq!(proposed("Marie", "Durand (Martin)"), Some("marie.durandmartin".into()));
        assert_eq!(proposed("Alice", "Robadey (2)"), Some("alice.robadey2".into()));
        assert_eq!(proposed("Alice", "Robadey (alice)"), Some("alice.robadeyalice".into()));
        assert_eq!(proposed("Alice", "Robadey (Alice.Robadey2)"), Some("alice.robadeyalicerobadey2".into()));
        assert_eq!(proposed("Alice", "Robadey (alice.robadey@2)"), Some("alice.robadeyalicerobadey2".into()));
    }

    #[test]
    fn a_taken_local_part_gets_a_number() {
        let part = LocalPart::parse(&"a".repeat(64)).expect("a part");
        assert_eq!(numbered(&part, 12).map(|p| p.to_string()), Some(format!("{}12", "a".repeat(62))));
    }

    #[test]
    fn a_taken_name_gets_a_mark_within_its_length() {
        assert_eq!(marked_last_name("Robadey", "alice.robadey2"), "Robadey (alice.robadey2)");
        let long = marked_last_name(&"é".repeat(100), "alice");
        assert_eq!((long.chars().count(), PersonName::parse(&long).is_ok()), (100, true));
    }
}
