//! The passwords of accounts: their form, their length, and which ones are too easy to guess.
//!
//! Does not know how they are stored.

use unicode_normalization::UnicodeNormalization;
use zxcvbn::feedback::{Feedback, Warning};
use zxcvbn::{Entropy, Score, zxcvbn};

use super::field_error::{FieldError, Weakness};
use super::user::{PASSWORD_MAX, PASSWORD_MIN};

/// The lowest score of the estimator at which a password is accepted: at least 10^8 guesses.
const ENOUGH: Score = Score::Three;
/// What must remain of a password without the words about its person, in letters and digits.
const REST: usize = 8;
/// A shorter word about a person is found in too many sentences.
const WORD: usize = 3;
/// Words that people of French administrations try first; the estimator's own lists are mostly English.
const COMMON: [&str; 16] = [
    "motdepasse",
    "azerty",
    "azertyuiop",
    "qsdfghjklm",
    "wxcvbn",
    "bonjour",
    "bienvenue",
    "mairie",
    "commune",
    "administration",
    "messagerie",
    "soleil",
    "marseille",
    "france",
    "portail",
    "secretaire",
];

/// The one form of a password: the same characters can be typed in several (NFC and NFD).
pub fn normal(typed: &str) -> String {
    typed.nfc().collect()
}

/// Checks a new password in its normal form. `about` is what is known of its person: name, address, the
/// name of the portal. Takes up to some milliseconds; the estimator reads the first 100 characters.
///
/// # Errors
/// If it is too short, too long or too easy to guess.
pub fn check(password: &str, about: &[&str]) -> Result<(), FieldError> {
    if !(PASSWORD_MIN..=PASSWORD_MAX).contains(&password.chars().count()) {
        return Err(FieldError::PasswordLength { min: PASSWORD_MIN, max: PASSWORD_MAX });
    }
    weakness(password, about).map_or(Ok(()), |weakness| Err(FieldError::WeakPassword(weakness)))
}

fn weakness(password: &str, about: &[&str]) -> Option<Weakness> {
    if password.trim().is_empty() {
        return Some(Weakness::Spaces);
    }
    let words = words(about);
    if is_made_of(password, &words) {
        return Some(Weakness::Personal);
    }
    let personal = words.iter().map(String::as_str).chain(about.iter().copied());
    let inputs: Vec<&str> = COMMON.into_iter().chain(personal).collect();
    let estimate = zxcvbn(password, &inputs);
    (estimate.score() < ENOUGH).then(|| reason(&estimate, password))
}

/// The words about a person, folded: of a name, of each side of an address.
fn words(about: &[&str]) -> Vec<String> {
    let split = |text: &str| folded(text).split(|c: char| !c.is_alphanumeric()).map(str::to_owned).collect::<Vec<_>>();
    let mut words: Vec<String> = about.iter().flat_map(|text| split(text)).collect();
    words.retain(|word| word.chars().count() >= WORD);
    // The longest first: "annamarie" is removed before "anna".
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    words
}

/// Lower case without accents.
fn folded(text: &str) -> String {
    deunicode::deunicode(text).to_lowercase()
}

/// Whether little is left without the words about the person.
fn is_made_of(password: &str, words: &[String]) -> bool {
    let whole = folded(password);
    let rest = words.iter().fold(whole.clone(), |rest, word| rest.replace(word.as_str(), " "));
    rest != whole && rest.chars().filter(|c| c.is_alphanumeric()).count() < REST
}

fn reason(estimate: &Entropy, password: &str) -> Weakness {
    match estimate.feedback().and_then(Feedback::warning) {
        Some(
            Warning::StraightRowsOfKeysAreEasyToGuess
            | Warning::ShortKeyboardPatternsAreEasyToGuess
            | Warning::RepeatsLikeAaaAreEasyToGuess
            | Warning::RepeatsLikeAbcAbcAreOnlySlightlyHarderToGuess
            | Warning::SequencesLikeAbcAreEasyToGuess
            | Warning::RecentYearsAreEasyToGuess
            | Warning::DatesAreOftenEasyToGuess,
        ) => Weakness::Pattern,
        Some(_) => Weakness::Common,
        None if zxcvbn(password, &COMMON).score() < ENOUGH => Weakness::Common,
        None => Weakness::Personal,
    }
}

#[cfg(test)]
mod tests {
    use super::{check, normal};
    use crate::model::field_error::{FieldError, Weakness};

    const ABOUT: [&str; 3] = ["Anna Lefèvre-Martin", "anna.martin@mairie.test", "Mon Portail"];

    fn weak(password: &str) -> Option<Weakness> {
        match check(&normal(password), &ABOUT) {
            Ok(()) => None,
            Err(FieldError::WeakPassword(weakness)) => Some(weakness),
            Err(other) => panic!("{password}: {other:?}"),
        }
    }

    #[test]
    fn easy_passwords_are_refused_with_their_reason() {
        for (password, weakness) in [
            ("            ", Weakness::Spaces),
            ("\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}", Weakness::Spaces),
            ("password1234", Weakness::Common),
            ("motdepasse123", Weakness::Common),
            ("azertyuiop12", Weakness::Common),
            ("Bonjour2026!", Weakness::Common),
            ("demonstration", Weakness::Common),
            ("123456789012", Weakness::Pattern),
            ("aaaaaaaaaaaaaaaa", Weakness::Pattern),
            ("abcabcabcabc", Weakness::Pattern),
            ("anna.martin@mairie.test", Weakness::Personal),
            ("ANNA.MARTIN@MAIRIE.TEST", Weakness::Personal),
            ("annamartin2026", Weakness::Personal),
            ("Anna-Lefevre-1975", Weakness::Personal),
            ("lefèvremartin", Weakness::Personal),
            ("Mon Portail 2026", Weakness::Personal),
        ] {
            assert_eq!(weak(password), Some(weakness), "{password:?}");
        }
    }

    #[test]
    fn sentences_are_accepted() {
        for password in [
            "un mot de passe sûr",
            "une autre phrase longue",
            "correct horse battery staple",
            "la banane d'anna est verte",
            "xK9$wq2!Lm0z",
            "日本語の長いパスワードです。",
        ] {
            assert_eq!(weak(password), None, "{password:?}");
        }
    }

    #[test]
    fn lengths_are_those_of_the_normal_form() {
        let decomposed = "e\u{301}".repeat(6);
        assert!(matches!(check(&normal(&decomposed), &[]), Err(FieldError::PasswordLength { .. })));
        assert_eq!(normal("su\u{302}r"), "s\u{fb}r");
        let longest = "une phrase sans fin ".repeat(10);
        assert_eq!(check(&longest, &[]).is_ok(), check(&longest[..100], &[]).is_ok());
        assert!(matches!(check(&format!("{longest}!"), &[]), Err(FieldError::PasswordLength { .. })));
    }
}
