//! All texts of the portal. The rest of the program asks for a text by language, key and arguments.
//!
//! The texts are in Fluent files, `fr/` and `en/` side by side, one pair of files per area. Does not
//! know the database, HTTP or templates. It turns values of `model` into text; no other module contains
//! text for people.

mod accessibility;
mod dates;
mod emails;
mod events;
mod field_errors;
mod header;
pub(crate) mod journal;
mod leads;
mod operations;
mod problems;
mod told;
mod words;

use std::collections::HashMap;
use std::sync::{LazyLock, PoisonError, RwLock};

use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::{LanguageIdentifier, langid, static_loader};
pub(crate) use header::accept_language;
pub use told::Told;

use crate::model::{DomainName, EmailAddress, Language, LocalPart};

static_loader! {
    static FILES = {
        locales: "src/i18n",
        // Required by the macro, but lookups never fall back: a missing text must not be hidden by the
        // other language.
        fallback_language: "fr",
        customise: |bundle| {
            // No Unicode isolation marks around arguments: they would be copied together with
            // addresses.
            bundle.set_use_isolating(false);
            // Numbers inside texts are grouped like those of `number`.
            let french = bundle.locales.contains(&langid!("fr"));
            bundle.set_formatter(Some(if french { words::french_number } else { words::english_number }));
        },
    };
}

/// The texts of one language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sentences(pub Language);

/// A cache of texts without arguments by key, because a list uses the same ones in each row.
type Plain = RwLock<HashMap<String, String>>;

/// A value that can be an argument. Numbers stay numbers, so that Fluent can choose plurals.
pub trait Arg {
    /// The value in Fluent's form.
    fn fluent(&self) -> FluentValue<'_>;
}

impl<T: Arg + ?Sized> Arg for &T {
    fn fluent(&self) -> FluentValue<'_> {
        (**self).fluent()
    }
}

impl Arg for str {
    fn fluent(&self) -> FluentValue<'_> {
        FluentValue::from(self)
    }
}

impl Arg for String {
    fn fluent(&self) -> FluentValue<'_> {
        FluentValue::from(self.as_str())
    }
}

impl Arg for DomainName {
    fn fluent(&self) -> FluentValue<'_> {
        FluentValue::from(self.as_str())
    }
}

impl Arg for LocalPart {
    fn fluent(&self) -> FluentValue<'_> {
        FluentValue::from(self.as_str())
    }
}

impl Arg for EmailAddress {
    fn fluent(&self) -> FluentValue<'_> {
        FluentValue::from(self.to_string())
    }
}

macro_rules! numbers {
    ($($number:ty),+) => {$(
        impl Arg for $number {
            fn fluent(&self) -> FluentValue<'_> {
                FluentValue::from(*self)
            }
        }
    )+};
}

numbers!(i8, i16, i32, i64, isize, u8, u16, u32, u64, usize);

impl Sentences {
    /// The text of `key`, or the key itself if there is none (a test finds such keys).
    pub fn t(&self, key: &str) -> String {
        let known = self.plain().read().unwrap_or_else(PoisonError::into_inner).get(key).cloned();
        known.unwrap_or_else(|| self.put_together(key))
    }

    /// Looks up the text of `key` in the files and caches it. Unknown keys are not cached, because
    /// there may be any number of them.
    fn put_together(self, key: &str) -> String {
        let found = FILES.lookup_single_language::<&str>(&self.locale(), key, None);
        let Ok(sentence) = found else { return key.to_owned() };
        let mut plain = self.plain().write().unwrap_or_else(PoisonError::into_inner);
        plain.insert(key.to_owned(), sentence.clone());
        sentence
    }

    fn plain(self) -> &'static Plain {
        static FRENCH: LazyLock<Plain> = LazyLock::new(Plain::default);
        static ENGLISH: LazyLock<Plain> = LazyLock::new(Plain::default);
        match self.0 {
            Language::Fr => &FRENCH,
            Language::En => &ENGLISH,
        }
    }

    /// The text of `key` with one argument.
    pub fn t1(&self, key: &str, name: &str, value: impl Arg) -> String {
        self.sentence(key, &[(name, &value)])
    }

    /// The text of `key` with two arguments.
    pub fn t2(&self, key: &str, name1: &str, value1: impl Arg, name2: &str, value2: impl Arg) -> String {
        self.sentence(key, &[(name1, &value1), (name2, &value2)])
    }

    /// The text of `key` with three arguments.
    #[expect(clippy::too_many_arguments, reason = "three pairs read better in a template than a list")]
    pub fn t3(
        &self,
        key: &str,
        name1: &str,
        value1: impl Arg,
        name2: &str,
        value2: impl Arg,
        name3: &str,
        value3: impl Arg,
    ) -> String {
        self.sentence(key, &[(name1, &value1), (name2, &value2), (name3, &value3)])
    }

    /// The text of `key` with any number of arguments.
    pub fn sentence(&self, key: &str, arguments: &[(&str, &dyn Arg)]) -> String {
        let arguments: HashMap<&str, FluentValue<'_>> =
            arguments.iter().map(|(name, value)| (*name, value.fluent())).collect();
        FILES.lookup_single_language(&self.locale(), key, Some(&arguments)).unwrap_or_else(|_| key.to_owned())
    }

    fn locale(self) -> LanguageIdentifier {
        match self.0 {
            Language::Fr => langid!("fr"),
            Language::En => langid!("en"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Sentences;
    use crate::model::user::Language;

    const FR: Sentences = Sentences(Language::Fr);
    const EN: Sentences = Sentences(Language::En);

    #[test]
    fn a_missing_key_shows_itself() {
        assert_eq!(FR.t("no-such-key"), "no-such-key");
        assert_eq!(EN.t("no-such-key.attribute"), "no-such-key.attribute");
    }

    #[test]
    fn a_missing_argument_shows_the_key() {
        assert_eq!(FR.t("duration-hours"), "duration-hours");
    }

    #[test]
    fn numbers_follow_plurals_and_are_grouped() {
        let hours = |s: Sentences, n: usize| s.t1("duration-hours", "n", n);
        assert_eq!(hours(FR, 0), "0 heure");
        assert_eq!(hours(EN, 0), "0 hours");
        assert_eq!(hours(FR, 1234), "1\u{202f}234 heures");
        assert_eq!(hours(EN, 1234), "1,234 hours");
    }
}
