//! Which characters a label of an internationalised domain name may have: IDNA 2008 (RFC 5892), without
//! mixed scripts.
//!
//! Must not know: the ASCII form. The crate `idna` carries out UTS 46, which also accepts symbols that no
//! registry allows.

use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};
use unicode_script::{Script, ScriptExtension, UnicodeScript};

use super::field_error::FieldError;
use super::text::{is_invisible, is_joiner};

/// Checks a label in its Unicode form, as mapped by UTS 46 (lower case, NFC).
///
/// # Errors
/// The character that is not allowed, or that scripts are mixed.
pub fn check_label(label: &str) -> Result<(), FieldError> {
    let characters: Vec<char> = label.chars().collect();
    for (n, c) in characters.iter().enumerate() {
        let before = n.checked_sub(1).and_then(|n| characters.get(n));
        let after = characters.get(n + 1);
        if !is_allowed(*c) && !fits(*c, before, after, label) {
            return Err(FieldError::DomainCharacter(*c));
        }
    }
    if let Some(mark) = characters.first().filter(|c| is_mark(**c)) {
        return Err(FieldError::DomainCharacter(*mark));
    }
    // RFC 5891, 4.2.3.1: reserved for encodings such as `xn--`.
    if !label.is_ascii() && label.chars().skip(2).take(2).eq(['-', '-']) {
        return Err(FieldError::NotADomainName);
    }
    if mixes_scripts(label) {
        return Err(FieldError::DomainMixesScripts);
    }
    Ok(())
}

/// The scripts that Japanese, Korean and Chinese are written with (UTS 39, 5.1).
const WRITTEN_TOGETHER: [&[Script]; 3] = [
    &[Script::Han, Script::Hiragana, Script::Katakana],
    &[Script::Han, Script::Hangul],
    &[Script::Han, Script::Bopomofo],
];

/// Whether no single script (or group of them) has all characters. Digits and hyphens belong to each.
fn mixes_scripts(label: &str) -> bool {
    let is_of =
        |c: char, scripts: &[Script]| scripts.iter().any(|script| c.script_extension().contains_script(*script));
    let is_group = |scripts: &&[Script]| label.chars().all(|c| is_of(c, scripts));
    ScriptExtension::for_str(label).is_empty() && !WRITTEN_TOGETHER.iter().any(is_group)
}

fn is_mark(c: char) -> bool {
    matches!(c.general_category(), GeneralCategory::NonspacingMark | GeneralCategory::SpacingMark)
}

/// Whether the character is allowed anywhere (PVALID). The joiners depend on their neighbours, which the
/// crate `idna` has checked.
fn is_allowed(c: char) -> bool {
    use GeneralCategory::{DecimalNumber, LowercaseLetter, ModifierLetter, OtherLetter};
    if c == '-' || is_joiner(c) || matches!(c, '\u{6fd}' | '\u{6fe}' | '\u{f0b}' | '\u{3007}') {
        return true;
    }
    let is_letter_or_digit =
        matches!(c.general_category(), LowercaseLetter | OtherLetter | ModifierLetter | DecimalNumber) || is_mark(c);
    is_letter_or_digit && !is_excepted(c) && !is_invisible(c)
}

/// Letters and marks that RFC 5892 excludes by name (2.6 to 2.9), or allows between certain neighbours
/// only.
fn is_excepted(c: char) -> bool {
    matches!(c, '\u{640}' | '\u{7fa}' | '\u{302e}' | '\u{302f}' | '\u{3031}'..='\u{3035}' | '\u{303b}')
        || matches!(c, '\u{1100}'..='\u{11ff}' | '\u{a960}'..='\u{a97f}' | '\u{d7b0}'..='\u{d7ff}')
        || matches!(c, '\u{20d0}'..='\u{20ff}' | '\u{1d100}'..='\u{1d24f}')
        || matches!(c, '\u{660}'..='\u{669}' | '\u{6f0}'..='\u{6f9}')
}

/// Whether a character stands where its rule demands (CONTEXTO, RFC 5892, appendix A).
fn fits(c: char, before: Option<&char>, after: Option<&char>, label: &str) -> bool {
    let has_script = |c: Option<&char>, script| c.is_some_and(|c| c.script() == script);
    match c {
        '\u{b7}' => before == Some(&'l') && after == Some(&'l'),
        '\u{375}' => has_script(after, Script::Greek),
        '\u{5f3}' | '\u{5f4}' => has_script(before, Script::Hebrew),
        '\u{30fb}' => label.chars().any(|c| matches!(c.script(), Script::Hiragana | Script::Katakana | Script::Han)),
        '\u{660}'..='\u{669}' => !label.contains(|c| matches!(c, '\u{6f0}'..='\u{6f9}')),
        '\u{6f0}'..='\u{6f9}' => !label.contains(|c| matches!(c, '\u{660}'..='\u{669}')),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::check_label;
    use crate::model::field_error::FieldError;

    #[test]
    fn letters_digits_and_hyphens_of_one_script_are_allowed() {
        for label in [
            "orléans",
            "l-haÿ-les-roses",
            "straße",
            "παπάς",
            "москва",
            "東京タワー",
            "しんじゅく",
            "col·lectiu",
            "서울",
            "القاهرة",
            "ไทย",
            "c2",
            "नमस्ते",
        ] {
            assert_eq!(check_label(label), Ok(()), "{label}");
        }
    }

    #[test]
    fn what_idna_2008_forbids_is_named() {
        for (label, c) in [
            ("l’haÿ", '’'),
            ("i♥mail", '♥'),
            ("col·labora·cio", '·'),
            ("a…b", '…'),
            ("mairie☎", '☎'),
            ("a\u{20dd}b", '\u{20dd}'),
            ("ـمصر", '\u{640}'),
            ("été€", '€'),
            ("a_é", '_'),
            ("٣۴", '٣'),
            ("\u{301}a", '\u{301}'),
            ("ab\u{375}", '\u{375}'),
        ] {
            assert_eq!(check_label(label), Err(FieldError::DomainCharacter(c)), "{label}");
        }
        assert_eq!(check_label("éa--b"), Err(FieldError::NotADomainName));
    }

    #[test]
    fn scripts_are_not_mixed() {
        for label in ["vіlle", "mаirie-2", "paypaӏ", "ωeb", "villeкo", "한a", "tokyo東", "한ア"] {
            assert_eq!(check_label(label), Err(FieldError::DomainMixesScripts), "{label}");
        }
    }
}
