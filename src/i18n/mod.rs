//! All texts of the portal. The rest of the program asks for a text by language, key and arguments.
//!
//! The texts are in Fluent files, `fr/` and `en/` side by side, one pair of files per area. Does not
//! know the database, HTTP or templates. It turns values of `model` into text; no other module contains
//! text for the people who use the pages. What commands print for operators is in English, where it is printed.

mod accessibility;
mod bulk;
mod dates;
mod emails;
mod events;
mod field_errors;
mod header;
pub(crate) mod journal;
mod leads;
mod problems;
mod told;
mod words;

use std::borrow::Cow;
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
pub struct Sentences(pub Language, Support);

/// How texts name the portal's support.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Support {
    /// As "the people who run this portal", because no address for help is set.
    Unknown,
    /// By its name.
    Named,
    /// By its name between two [`SUPPORT_MARK`]s.
    Marked,
}

/// The invisible character (word joiner) before and after the name of the support in texts of pages. Pages turn what
/// it encloses into a link. It is removed from arguments, so that no typed text becomes a link.
pub(crate) const SUPPORT_MARK: char = '\u{2060}';

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
        FluentValue::from(unmarked(self))
    }
}

impl Arg for String {
    fn fluent(&self) -> FluentValue<'_> {
        self.as_str().fluent()
    }
}

/// A text of the portal as a part of another one. It keeps its marks.
#[derive(Clone, Copy, Debug)]
pub struct Said<'a>(pub(crate) &'a str);

impl Arg for Said<'_> {
    fn fluent(&self) -> FluentValue<'_> {
        FluentValue::from(self.0)
    }
}

/// A text without the marks around the portal's support, for what shows no links.
pub(crate) fn unmarked(text: &str) -> Cow<'_, str> {
    if text.contains(SUPPORT_MARK) { text.replace(SUPPORT_MARK, "").into() } else { text.into() }
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
        Self(language, Support::Unknown)
    }

    /// The texts for a portal with this address for help.
    pub fn with_support(language: Language, support_url: Option<&str>) -> Self {
        Self(language, if support_url.is_some() { Support::Named } else { Support::Unknown })
    }

    /// The same for pages, which mark the support.
    pub(crate) fn of_pages(language: Language, support_url: Option<&str>) -> Self {
        Self(language, if support_url.is_some() { Support::Marked } else { Support::Unknown })
    }

    /// What texts call those who help with the portal (`$portal-support`).
    pub fn portal_support(self) -> &'static str {
        static NAMES: LazyLock<[[String; 3]; 2]> = LazyLock::new(|| {
            [Language::Fr, Language::En].map(|language| {
                let locale = Sentences::new(language).locale();
                let [unknown, named] = ["portal-support-unknown", "portal-support"].map(|key| {
                    FILES.lookup_single_language::<&str>(&locale, key, None).unwrap_or_else(|_| key.to_owned())
                });
                let marked = format!("{SUPPORT_MARK}{named}{SUPPORT_MARK}");
                [unknown, named, marked]
            })
        });
        self.own::<String>(&NAMES).as_str()
    }

    /// What belongs to these texts: French or English, each for the three ways to name the support.
    fn own<T>(self, [french, english]: &'static [[T; 3]; 2]) -> &'static T {
        let [unknown, named, marked] = match self.0 {
            Language::Fr => french,
            Language::En => english,
        };
        match self.1 {
            Support::Unknown => unknown,
            Support::Named => named,
            Support::Marked => marked,
        }
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
        static PLAIN: LazyLock<[[Plain; 3]; 2]> = LazyLock::new(Default::default);
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
    use super::{Said, Sentences, Support};
    use crate::model::user::Language;

    const FR: Sentences = Sentences(Language::Fr, Support::Unknown);
    const EN: Sentences = Sentences(Language::En, Support::Unknown);

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
    fn no_argument_is_marked_but_the_support() {
        let pages = Sentences::of_pages(Language::En, Some("https://aide.test"));
        let refused = pages.t("reason-cannot-rename");
        assert!(refused.contains("\u{2060}the portal’s support\u{2060}"), "{refused}");
        let name = "\u{2060}the portal’s support\u{2060}";
        assert!(!pages.t1("member-role-told", "name", name).contains('\u{2060}'));
        assert_eq!(pages.t1("alias-kept", "reason", Said(&refused)).matches('\u{2060}').count(), 2);
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
