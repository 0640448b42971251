//! The colours of the button of an email, from the accent colour.

/// The portal's blue, as on its pages.
const ACCENT: &str = "#1f4fa3";
/// The colours of the text on it.
const LIGHT: &str = "#ffffff";
const DARK: &str = "#1b1f2a";
/// How much of the accent is left on dark ground; the rest is white.
const KEPT_ON_DARK: u16 = 45;

/// The button on light and on dark ground, and its text: the one with the higher contrast.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Colours {
    pub accent: String,
    pub on_accent: &'static str,
    pub dark: String,
    pub on_dark: &'static str,
}

impl Colours {
    /// The colours for an accent written `#rrggbb`; those of the portal's blue for anything else.
    pub(super) fn new(accent: Option<&str>) -> Self {
        let parts = accent.and_then(parts).or_else(|| parts(ACCENT)).unwrap_or_default();
        let lighter = parts.map(|part| {
            let part = u16::from(part) * KEPT_ON_DARK + 255 * (100 - KEPT_ON_DARK);
            u8::try_from(part / 100).unwrap_or(u8::MAX)
        });
        Self { accent: written(parts), on_accent: on(parts), dark: written(lighter), on_dark: on(lighter) }
    }
}

fn written([red, green, blue]: [u8; 3]) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}

fn parts(colour: &str) -> Option<[u8; 3]> {
    let digits = colour.strip_prefix('#').filter(|d| d.len() == 6 && d.bytes().all(|b| b.is_ascii_hexdigit()))?;
    let part = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
    Some([part(0)?, part(2)?, part(4)?])
}

/// The colour of text on a ground.
fn on(ground: [u8; 3]) -> &'static str {
    // WCAG 2.1, contrast ratio; 0.0136 is the luminance of `DARK`.
    let luminance = luminance(ground);
    let (light, dark) = (1.05 / (luminance + 0.05), (luminance + 0.05) / (0.0136 + 0.05));
    if light >= dark { LIGHT } else { DARK }
}

/// The relative luminance (WCAG 2.1).
fn luminance(colour: [u8; 3]) -> f64 {
    let [red, green, blue] = colour.map(|part| {
        let value = f64::from(part) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

#[cfg(test)]
mod tests {
    use super::{ACCENT, Colours, DARK, LIGHT};

    #[test]
    fn words_stand_out_on_every_accent() {
        let light = |accent| {
            let colours = Colours::new(accent);
            (colours.accent, colours.on_accent)
        };
        assert_eq!(light(None), (ACCENT.to_owned(), LIGHT));
        assert_eq!(light(Some("#ffdd00")), ("#ffdd00".to_owned(), DARK));
        assert_eq!(light(Some("#000091")), ("#000091".to_owned(), LIGHT));
        for odd in ["red", "#fff", "#1f4fa3;x:y", "\"><b>", "#éfaab"] {
            assert_eq!(Colours::new(Some(odd)), Colours::new(None));
        }
    }

    #[test]
    fn the_button_is_lighter_on_dark_ground() {
        let dark = |accent| {
            let colours = Colours::new(Some(accent));
            (colours.dark, colours.on_dark)
        };
        assert_eq!(dark("#1f4fa3"), ("#9aafd5".to_owned(), DARK));
        assert_eq!(dark("#000000"), ("#8c8c8c".to_owned(), DARK));
        assert_eq!(dark("#ffffff"), ("#ffffff".to_owned(), DARK));
    }
}
