//! The language preference of a browser.

use crate::model::Language;

/// The supported language that an `Accept-Language` header prefers, if any (RFC 9110, 12.5.4). Of equal
/// weights the first one wins. `q=0` excludes a language.
pub fn accept_language(header: &str) -> Option<Language> {
    let mut best: Option<(f32, Language)> = None;
    for element in header.split(',') {
        let (code, weight) = read(element);
        let Some(language) = Language::from_code(code) else { continue };
        if weight > best.map_or(0.0, |(heaviest, _)| heaviest) {
            best = Some((weight, language));
        }
    }
    best.map(|(_, language)| language)
}

/// One element, such as `fr-CA;q=0.8`. A weight that cannot be parsed counts as 0.
fn read(element: &str) -> (&str, f32) {
    let mut parts = element.split(';').map(str::trim);
    let code = parts.next().unwrap_or_default();
    let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
    let weight = weight.map_or(1.0, |text| text.trim().parse::<f32>().unwrap_or(0.0));
    (code, if (0.0..=1.0).contains(&weight) { weight } else { 0.0 })
}

#[cfg(test)]
mod tests {
    use super::accept_language;
    use crate::model::user::Language::{En, Fr};

    #[test]
    fn the_heaviest_known_language_wins() {
        assert_eq!(accept_language("fr-FR,fr;q=0.9,en-US;q=0.8"), Some(Fr));
        assert_eq!(accept_language("de, en;q=0.5, fr;q=0.7"), Some(Fr));
        assert_eq!(accept_language("fr;q=0.2,EN-gb"), Some(En));
        assert_eq!(accept_language("en,fr"), Some(En));
    }

    #[test]
    fn refused_unknown_and_broken_wishes_do_not_count() {
        assert_eq!(accept_language("fr;q=0, en;q=0.001"), Some(En));
        assert_eq!(accept_language("fr;q=0"), None);
        assert_eq!(accept_language("fr;q=NaN, en;q=7"), None);
        assert_eq!(accept_language("*, de"), None);
        assert_eq!(accept_language(""), None);
        assert_eq!(accept_language(",;q=,;;,"), None);
    }
}
