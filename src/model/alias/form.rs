//! The form that adds destinations to an alias.

use super::destination::Destination;
use crate::model::address::{DomainName, LocalPart};
use crate::model::field_error::{FieldError, FieldErrors};
use crate::model::typed_address::listed;

/// The maximum number of destinations in one form.
pub const DESTINATIONS_MAX: usize = 50;

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
    pub fn parse(typed: &AliasFields, domain: &DomainName) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        let local_part = errors.check("local_part", LocalPart::parse_in(&typed.local_part, domain));
        let mut destinations: Vec<(usize, Destination)> = Vec::new();
        for (n, text) in typed.destinations.iter().enumerate() {
            let parts = listed(text);
            for part in &parts {
                match Destination::parse(part) {
                    Ok(new) if destinations.iter().any(|(_, other)| other.key() == new.key()) => {}
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

#[cfg(test)]
mod tests {
    use super::{AliasFields, NewAlias};
    use crate::model::address::DomainName;
    use crate::model::alias::DISCARD;
    use crate::model::field_error::{FieldError, FieldErrors};

    fn parsed(typed: &AliasFields) -> Result<NewAlias, FieldErrors> {
        NewAlias::parse(typed, &DomainName::parse("ville.fr").expect("a name"))
    }

    fn form(destinations: &[&str]) -> AliasFields {
        let destinations = destinations.iter().map(|text| (*text).to_owned()).collect();
        AliasFields { local_part: "Contact".into(), destinations }
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
}
