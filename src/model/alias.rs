//! An alias: a local part that forwards to destinations. Each pair of the two has its own status.

use std::collections::{HashMap, HashSet};

use super::address::{DomainName, EmailAddress, LocalPart, local_part_in};
use super::field_error::{FieldError, FieldErrors};
use super::guard::Guard;
use super::id::AliasId;
use super::mailbox::MailboxStatus;
use super::reason::Reason;
use super::typed_address::{bare, listed};

/// The destination at which dimail discards messages.
pub const DISCARD: &str = "devnull@devnull";
/// The maximum number of destinations in one form.
pub const DESTINATIONS_MAX: usize = 50;

/// The status of one destination of an alias.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AliasStatus {
    /// Wanted, not yet at dimail.
    Pending,
    /// At dimail.
    Enabled,
    /// To be removed, not yet gone from dimail.
    Removing,
    /// Refused by dimail or given up.
    Failed,
}

impl AliasStatus {
    const ALL: [Self; 4] = [Self::Pending, Self::Enabled, Self::Removing, Self::Failed];

    /// The name in pages and the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Enabled => "enabled",
            Self::Removing => "removing",
            Self::Failed => "failed",
        }
    }

    /// Parses the name of a status.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }

    /// The status of a destination that is wanted or not, known so at dimail, and refused or not.
    #[must_use]
    pub fn of(wanted: bool, known: AliasKnown, is_refused: bool) -> Self {
        match (wanted, known) {
            (false, _) => Self::Removing,
            // Its removal may have been refused.
            (true, AliasKnown::Present) => Self::Enabled,
            (true, _) if is_refused => Self::Failed,
            (true, _) => Self::Pending,
        }
    }
}

/// What dimail is known to have of one destination.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AliasKnown {
    /// dimail has nothing of it from this portal: nothing was sent, or what was sent was refused.
    New,
    /// dimail has it.
    Present,
    /// dimail is not known to have it, though it may: a call had no certain result, it was shown to be
    /// missing, or a removal may be under way.
    Absent,
}

impl AliasKnown {
    const ALL: [Self; 3] = [Self::New, Self::Present, Self::Absent];

    /// The name in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Present => "present",
            Self::Absent => "absent",
        }
    }

    /// Parses the name in the database.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == word)
    }
}

/// A destination of an alias: an address, or discarding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination {
    text: String,
    key: String,
}

impl Destination {
    /// Parses a destination as people type it.
    ///
    /// # Errors
    /// The field error, if it is not an address. An address with `/`, `?` or `#` is refused, too:
    /// dimail would accept it, but could not be asked to remove it, because it is part of that
    /// request's path.
    pub fn parse(typed: &str) -> Result<Self, FieldError> {
        if bare(typed).eq_ignore_ascii_case(DISCARD) {
            return Ok(Self { text: DISCARD.to_owned(), key: DISCARD.to_owned() });
        }
        let email = EmailAddress::parse(typed)?;
        let text = email.to_string();
        if text.contains(['/', '?', '#']) {
            return Err(FieldError::NotAnAddress);
        }
        Ok(Self { key: email.key(), text })
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The form in which two destinations are compared.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Whether it is this destination, as dimail or a stored call has it.
    #[must_use]
    pub fn is(&self, other: &str) -> bool {
        other.to_lowercase() == self.key
    }

    /// Its local part without `+…`, if it is in this domain.
    #[must_use]
    pub fn local_part_in(&self, domain: &DomainName) -> Option<LocalPart> {
        local_part_in(&self.key, domain)
    }
}

/// A pair of an alias and one of its destinations, as pages and rules use it.
#[derive(Clone, Debug)]
pub struct AliasDestination {
    /// Its key.
    pub id: AliasId,
    /// The local part of the alias.
    pub local_part: LocalPart,
    /// The destination.
    pub destination: Destination,
    /// Whether it should exist; otherwise it is to be removed.
    pub wanted: bool,
    /// What dimail is known to have of it.
    pub known: AliasKnown,
    /// Why it failed, or why it could not be removed.
    pub reason: Option<Reason>,
    /// The highest guard that the person passed who last asked for it.
    pub cleared: Guard,
    /// Whether it is added again because dimail lost it.
    pub is_pushed: bool,
}

impl AliasDestination {
    /// Its status.
    #[must_use]
    pub fn status(&self) -> AliasStatus {
        AliasStatus::of(self.wanted, self.known, self.reason.is_some())
    }
}

/// An alias in the list of a domain.
#[derive(Clone, Debug)]
pub struct AliasRow {
    /// The local part.
    pub local_part: LocalPart,
    /// How many destinations it has.
    pub destinations: i64,
    /// The first of them.
    pub first: String,
    /// How many of them wait to be created or removed.
    pub waiting: i64,
    /// How many of them failed.
    pub failed: i64,
}

/// The submitted fields of the form that adds destinations.
#[derive(Clone, Debug, Default)]
pub struct AliasFields {
    /// The local part as typed.
    pub local_part: String,
    /// The destinations as typed, each field with any number of them; empty ones are ignored.
    pub destinations: Vec<String>,
}

/// Valid destinations, as far as the form can tell.
#[derive(Clone, Debug)]
pub struct NewAlias {
    /// The local part.
    pub local_part: LocalPart,
    /// Each destination, with the number of the first field in which it was typed.
    pub destinations: Vec<(usize, Destination)>,
}

impl NewAlias {
    /// Parses the form. A destination that was typed twice counts once.
    ///
    /// # Errors
    /// The field errors.
    pub fn parse(typed: &AliasFields, domain: &DomainName) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        let local_part = errors.check("local_part", LocalPart::parse_in(&typed.local_part, domain));
        let mut destinations: Vec<(usize, Destination)> = Vec::new();
        for (n, text) in typed.destinations.iter().enumerate() {
            let parts = listed(text);
            for part in &parts {
                match Destination::parse(part) {
                    Ok(new) if destinations.iter().any(|(_, other)| other.key == new.key) => {}
                    Ok(new) if destinations.len() < DESTINATIONS_MAX => destinations.push((n, new)),
                    Ok(_) => {
                        errors.add_nth("destination", n, FieldError::TooManyDestinations(DESTINATIONS_MAX));
                        return Err(errors);
                    }
                    Err(error) => errors.add_nth("destination", n, error.one_of(&parts, part)),
                }
            }
        }
        if destinations.is_empty() && !errors.has("destination") {
            errors.add("destination", FieldError::NoDestination);
        }
        match local_part {
            Some(local_part) if errors.is_empty() => Ok(Self { local_part, destinations }),
            _ => Err(errors),
        }
    }

    /// An error of one of the destinations, which names it if others were typed in the same field.
    #[must_use]
    pub fn error_at(&self, n: usize, destination: &Destination, error: FieldError) -> FieldError {
        let typed: Vec<&str> = self.destinations.iter().filter(|(m, _)| *m == n).map(|(_, to)| to.as_str()).collect();
        error.one_of(&typed, destination.as_str())
    }
}

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
    use super::{AliasFields, DISCARD, Destination, NewAlias, Surroundings, Warning};
    use crate::model::address::{DomainName, LocalPart};
    use crate::model::field_error::{FieldError, FieldErrors};
    use crate::model::mailbox::MailboxStatus;

    fn part(text: &str) -> LocalPart {
        LocalPart::parse(text).expect("a part")
    }

    fn parsed(typed: &AliasFields) -> Result<NewAlias, FieldErrors> {
        NewAlias::parse(typed, &DomainName::parse("ville.fr").expect("a name"))
    }

    fn form(destinations: &[&str]) -> AliasFields {
        let destinations = destinations.iter().map(|text| (*text).to_owned()).collect();
        AliasFields { local_part: "Contact".into(), destinations }
    }

    #[test]
    fn destinations_are_addresses_or_nowhere() {
        let read = |typed: &str| Destination::parse(typed).map(|to| (to.as_str().to_owned(), to.key().to_owned()));
        assert_eq!(read(" Jean@Orléans.FR "), Ok(("Jean@xn--orlans-dva.fr".into(), "jean@xn--orlans-dva.fr".into())));
        assert_eq!(read("DevNull@DevNull"), Ok((DISCARD.into(), DISCARD.into())));
        for odd in ["all", "jean", "jean@ville", "a/b@ville.fr", "a?b@ville.fr", "a#b@ville.fr", "x@devnull"] {
            assert_eq!(read(odd), Err(FieldError::NotAnAddress), "{odd}");
        }
        let ville = DomainName::parse("ville.fr").expect("a name");
        let inside = |typed: &str| Destination::parse(typed).ok().and_then(|to| to.local_part_in(&ville));
        assert_eq!(inside("Jean@Ville.fr"), Some(part("jean")));
        assert_eq!(inside("jean@autre.fr"), None);
    }

    #[test]
    fn what_was_typed_twice_counts_once() {
        let new = parsed(&form(&["", "a@x.fr", "A@X.fr", " b@x.fr ", "a@x.fr"])).expect("no mistake");
        let read: Vec<_> = new.destinations.iter().map(|(n, to)| (*n, to.as_str())).collect();
        assert_eq!((new.local_part.as_str(), read), ("contact", vec![(1, "a@x.fr"), (3, "b@x.fr")]));
    }

    #[test]
    fn a_field_takes_several() {
        let new = parsed(&form(&["a@x.fr\r\nZoé <b@x.fr>; mailto:c@x.fr, DevNull@devnull", "d@x.fr e@x.fr"]));
        let new = new.expect("no error");
        let read: Vec<_> = new.destinations.iter().map(|(n, to)| (*n, to.as_str())).collect();
        assert_eq!(read, [(0, "a@x.fr"), (0, "b@x.fr"), (0, "c@x.fr"), (0, DISCARD), (1, "d@x.fr"), (1, "e@x.fr")]);
        let errors = parsed(&form(&["a@x.fr, jean, c@x", "d"])).expect_err("three errors");
        let one = |typed: &str| FieldError::OneOf { typed: typed.into(), error: Box::new(FieldError::NotAnAddress) };
        assert_eq!(errors.all_of("destination", 0).cloned().collect::<Vec<_>>(), [one("jean"), one("c@x")]);
        assert_eq!(errors.nth("destination", 1), Some(&FieldError::NotAnAddress));
    }

    #[test]
    fn each_mistake_knows_its_field() {
        let errors = parsed(&form(&["a@x.fr", "", "b", "c@x"])).expect_err("two mistakes");
        let wrong: Vec<_> = (0..5).map(|n| errors.nth("destination", n)).collect();
        let odd = Some(&FieldError::NotAnAddress);
        assert_eq!(wrong, [None, None, odd, odd, None]);
        let errors = parsed(&form(&[" ", ""])).expect_err("nothing typed");
        assert_eq!(errors, FieldErrors::one("destination", FieldError::NoDestination));
        let many: Vec<String> = (0..60).map(|n| format!("a{n}@x.fr")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let errors = parsed(&form(&many)).expect_err("too many");
        assert_eq!(errors.nth("destination", 50), Some(&FieldError::TooManyDestinations(50)));
        assert!(parsed(&form(&many[..50])).is_ok());
        let all = AliasFields { local_part: "all".into(), ..form(&["a@x.fr"]) };
        let errors = parsed(&all).expect_err("a reserved name");
        assert_eq!(errors.nth("local_part", 0), Some(&FieldError::LocalPartReserved));
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
