//! Typed text: which characters are invisible, which stand for a space, a hyphen or an apostrophe, and
//! the forms in which text is kept and compared.
//!
//! Every field that people type into is read through these functions.

use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};
use unicode_script::{Script, UnicodeScript};

/// The override of the writing direction that shows Latin text backwards. Unlike other invisible
/// characters it is never dropped: what is sent would read differently from what was seen.
const REVERSED: char = '\u{202e}';

/// Whether a character takes no room of its own or changes how its neighbours are shown: control and
/// format characters, fillers, variation selectors.
pub fn is_invisible(c: char) -> bool {
    use GeneralCategory::{Control, Format, LineSeparator, ParagraphSeparator};
    matches!(c.general_category(), Control | Format | LineSeparator | ParagraphSeparator)
        || matches!(c, '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}')
        || matches!(c, '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{ffa0}' | '\u{e0000}'..='\u{e0fff}')
}

/// Whether a character is one of the joiners, which Arabic, Persian and Indian scripts need.
pub fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

/// Whether it is a space of any width, or a tab.
fn is_space(c: char) -> bool {
    c == '\t' || c.general_category() == GeneralCategory::SpaceSeparator
}

/// Whether it is a hyphen, a dash or a minus. The wave dashes and the double hyphen of Japanese are not.
pub fn is_hyphen(c: char) -> bool {
    let is_dash = c.general_category() == GeneralCategory::DashPunctuation;
    is_dash && !matches!(c, '\u{301c}' | '\u{3030}' | '\u{30a0}') || matches!(c, '\u{2d7}' | '\u{2043}' | '\u{2212}')
}

/// Whether it is the straight apostrophe or a character typed instead of it.
pub fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '`' | '\u{b4}' | '\u{2b9}' | '\u{2bb}' | '\u{2bc}' | '\u{2bd}' | '\u{ff07}')
        || matches!(c, '\u{2018}' | '\u{2019}' | '\u{201b}' | '\u{2032}' | '\u{a78b}' | '\u{a78c}')
}

/// The text without spaces, line ends and invisible characters at its ends, as they come along when text
/// is pasted.
pub fn trimmed(typed: &str) -> &str {
    typed.trim_matches(|c: char| c.is_whitespace() || (is_invisible(c) && c != REVERSED))
}

/// Typed text as it is kept: trimmed, in NFC, each hyphen and each run of spaces as the plain one.
pub fn cleaned(typed: &str) -> String {
    let mut text = String::with_capacity(typed.len());
    for c in trimmed(typed).nfc() {
        if is_hyphen(c) {
            text.push('-');
        } else if !is_space(c) {
            text.push(c);
        } else if !text.ends_with(' ') {
            text.push(' ');
        }
    }
    text
}

/// [`cleaned`] text in NFKC: ligatures, full-width and other presentation forms are the letters that they
/// show.
pub fn plain(typed: &str) -> String {
    // Cleaned a second time, because NFKC may turn a presentation form into a space or a hyphen.
    cleaned(&cleaned(typed).nfkc().collect::<String>())
}

/// The form in which two texts are compared: plain, without joiners, in lower case, each apostrophe as the
/// typographic one.
pub fn folded(text: &str) -> String {
    let plain = plain(text);
    let kept = plain.chars().filter(|c| !is_joiner(*c)).map(|c| if is_apostrophe(c) { '\u{2019}' } else { c });
    kept.collect::<String>().to_lowercase().nfc().collect()
}

/// Latin characters without their accents, in lower case, presentation forms as their letters; other
/// scripts as they are.
pub fn latin(text: &str) -> String {
    plain(text)
        .chars()
        .flat_map(|c| {
            let is_latin = c < '\u{250}' || c.script() == Script::Latin;
            let plain = if is_latin && !c.is_ascii() { deunicode::deunicode_char(c) } else { None };
            plain.map_or_else(|| c.to_string(), str::to_owned).chars().collect::<Vec<_>>()
        })
        .collect::<String>()
        .to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::{cleaned, folded, is_invisible, plain, trimmed};

    #[test]
    fn every_space_and_hyphen_becomes_the_plain_one() {
        for space in [" ", "  ", "\t", "\u{a0}", "\u{202f}", "\u{2009}", "\u{3000}", " \u{a0} ", "\u{1680}"] {
            assert_eq!(cleaned(&format!("{space}Jean{space}Paul{space}")), "Jean Paul", "{space:?}");
        }
        for hyphen in
            ['-', '\u{2010}', '\u{2011}', '\u{2012}', '–', '—', '\u{2015}', '\u{2212}', '\u{fe63}', '\u{ff0d}']
        {
            assert_eq!(cleaned(&format!("Jean{hyphen}Luc")), "Jean-Luc", "{hyphen:?}");
        }
        assert_eq!(cleaned("Zoe\u{301}"), "Zo\u{e9}");
        assert_eq!(cleaned("ス\u{30a0}ト\u{301c}"), "ス\u{30a0}ト\u{301c}");
    }

    #[test]
    fn what_comes_along_when_pasting_is_dropped() {
        for odd in [
            "\u{feff}",
            "\u{200b}",
            "\u{202a}",
            "\u{2068}",
            "\u{200e}",
            "\u{ad}",
            "\u{0}",
            "\r\n",
            "\u{e0001}",
            "\u{fe0f}",
        ] {
            assert_eq!(trimmed(&format!("{odd} {odd}x y{odd}")), "x y", "{odd:?}");
            assert!(is_invisible(odd.chars().next().unwrap_or('x')), "{odd:?}");
        }
        assert_eq!(trimmed("\u{202e}abc"), "\u{202e}abc", "it was seen backwards");
        for visible in ["a", "é", "\u{301}", "-", "·", "👩", "\u{e000}"] {
            assert!(!visible.chars().any(is_invisible), "{visible}");
        }
    }

    #[test]
    fn presentation_forms_are_their_letters() {
        assert_eq!(plain("Soﬁa Steﬀens"), "Sofia Steffens");
        assert_eq!(plain("Ａｌｉｃｅ　Ｒｏｂａｄｅｙ"), "Alice Robadey");
        assert_eq!(plain("Jean\u{2011}Luc"), "Jean-Luc");
        assert_eq!(plain("\u{1d409}\u{1d41e}\u{1d41a}\u{1d427}"), "Jean");
    }

    #[test]
    fn texts_that_look_alike_are_equal_after_folding() {
        for (one, other) in [
            ("Jean  Paul", "jean\u{a0}paul"),
            ("D'Arc", "d\u{2019}ARC"),
            ("Cʼhozh", "C'hozh"),
            ("Teʻura", "Te`ura"),
            ("Soﬁa", "SOFIA"),
            ("Jean\u{2010}Luc", "jean-luc"),
            ("Zoé", "ZOE\u{301}"),
            ("علی\u{200c}رضا", "علیرضا"),
            ("É", "e\u{301}"),
        ] {
            assert_eq!(folded(one), folded(other), "{one} {other}");
        }
        assert_ne!(folded("Zoé"), folded("Zoe"));
        assert_ne!(folded("Jean-Luc"), folded("Jean Luc"));
    }

    #[test]
    fn each_form_is_stable() {
        for text in
            ["Jean –\u{a0}\u{ad}Luc", "ﬁ\u{ff0d}ﬀ", "Å\u{212b}", "İstanbul", "ΣΑΣ", "\u{fdfa}", "a \u{308} b", "Straße"]
        {
            assert_eq!(cleaned(&cleaned(text)), cleaned(text), "{text:?}");
            assert_eq!(plain(&plain(text)), plain(text), "{text:?}");
            assert_eq!(folded(&folded(text)), folded(text), "{text:?}");
        }
    }
}
