//! All texts of the portal. The rest of the program asks for a text by language, key and arguments.
//!
//! The texts are in Fluent files, `fr/` and `en/` side by side, one pair of files per area. Does not
//! know the database, HTTP or templates. It turns values of `model` into text; no other module contains
//! text for the people who use the pages. What commands print for operators is in English, where it is printed.

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

/// The texts of one language, and whether they may name the portal's support: only if people can know where it
/// is (`SUPPORT_URL`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sentences(pub Language, bool);

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
    /// The texts for a portal without an address for help.
    pub fn new(language: Language) -> Self {
        Self(language, false)
    }

    /// The texts for a portal with this address for help.
    pub fn with_support(language: Language, support_url: Option<&str>) -> Self {
        Self(language, support_url.is_some())
    }

    /// What texts call those who help with the portal (`$portal-support`).
    pub fn portal_support(self) -> &'static str {
        static NAMES: LazyLock<[[String; 2]; 2]> = LazyLock::new(|| {
            [Language::Fr, Language::En].map(|language| {
                ["portal-support-unknown", "portal-support"].map(|key| {
                    let found = FILES.lookup_single_language::<&str>(&Sentences::new(language).locale(), key, None);
                    found.unwrap_or_else(|_| key.to_owned())
                })
            })
        });
        self.own::<String>(&NAMES).as_str()
    }

    /// What belongs to these texts: French or English, each without and with an address for help.
    fn own<T>(self, [french, english]: &'static [[T; 2]; 2]) -> &'static T {
        let [without, with] = match self.0 {
            Language::Fr => french,
            Language::En => english,
        };
        if self.1 { with } else { without }
    }

    /// The text of `key`, or the key itself if there is none (a test finds such keys).
    pub fn t(&self, key: &str) -> String {
        let known = self.plain().read().unwrap_or_else(PoisonError::into_inner).get(key).cloned();
        known.unwrap_or_else(|| self.put_together(key))
    }

    /// Looks up the text of `key` in the files and caches it. Unknown keys are not cached, because
    /// there may be any number of them.
    fn put_together(self, key: &str) -> String {
        let Some(sentence) = self.look_up(key, &[]) else { return key.to_owned() };
        let mut plain = self.plain().write().unwrap_or_else(PoisonError::into_inner);
        plain.insert(key.to_owned(), sentence.clone());
        sentence
    }

    fn plain(self) -> &'static Plain {
        static PLAIN: LazyLock<[[Plain; 2]; 2]> = LazyLock::new(Default::default);
        self.own::<Plain>(&PLAIN)
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
        self.look_up(key, arguments).unwrap_or_else(|| key.to_owned())
    }

    fn look_up(self, key: &str, arguments: &[(&str, &dyn Arg)]) -> Option<String> {
        let mut values: HashMap<&str, FluentValue<'_>> =
            arguments.iter().map(|(name, value)| (*name, value.fluent())).collect();
        values.insert("portal-support", FluentValue::from(self.portal_support()));
        FILES.lookup_single_language(&self.locale(), key, Some(&values)).ok()
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

    const FR: Sentences = Sentences(Language::Fr, false);
    const EN: Sentences = Sentences(Language::En, false);

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
    fn people_are_sent_to_the_support_only_if_they_can_know_where_it_is() {
        let said = |support| Sentences::with_support(Language::En, support).t("reason-cannot-rename");
        assert!(said(Some("https://aide.test")).contains("the portal’s support"));
        assert!(said(None).contains("the people who run this portal") && !said(None).contains("support"));
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
