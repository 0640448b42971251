//! Addresses as people type and paste them: `Name <a@b>`, `mailto:a@b`, several in one field.
//!
//! Must not know: which addresses are valid. It says where in a text an address stands.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use super::text::{plain, trimmed};

/// The address in a typed text: without a name before `<…>`, without `mailto:`, as plain characters. A text
/// in which no single address can be made out is returned as it is.
pub fn bare(typed: &str) -> String {
    let text = trimmed(typed);
    let text = text.strip_suffix([',', ';']).map_or(text, trimmed);
    let text = in_brackets(text).unwrap_or(text);
    plain(&without_scheme(trimmed(text)))
}

/// The text between `<` and `>` at the end, if what stands before is a name.
fn in_brackets(text: &str) -> Option<&str> {
    let (name, address) = text.strip_suffix(['>', '＞'])?.rsplit_once(['<', '＜'])?;
    let name = trimmed(name);
    let is_quoted = name.len() > 1 && name.starts_with('"') && name.ends_with('"');
    // A second address before it: then it is a list.
    let is_list = name.contains('@') && name.contains([',', ';', ' ']);
    let is_name = !name.contains(['<', '>', '\n', '\r']) && (is_quoted || !is_list);
    is_name.then_some(address)
}

/// Without `mailto:` in front, and without subject and the like behind it (RFC 6068).
fn without_scheme(text: &str) -> Cow<'_, str> {
    const SCHEME: &str = "mailto:";
    let Some((scheme, rest)) = text.split_at_checked(SCHEME.len()) else { return text.into() };
    if !scheme.eq_ignore_ascii_case(SCHEME) {
        return text.into();
    }
    let address = rest.split('?').next().unwrap_or_default();
    percent_decode_str(address).decode_utf8().unwrap_or(Cow::Borrowed(address))
}

/// The parts of a text that lists addresses: one per line, or separated by commas, semicolons or spaces. A
/// comma inside quotes, brackets or a name (`Martin, Zoé <zoe@ville.fr>`) separates nothing.
pub fn listed(typed: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    let mut name = String::new();
    for (part, end) in pieces(typed) {
        let part = trimmed(part);
        if part.is_empty() {
            continue;
        }
        let whole = if name.is_empty() { part.to_owned() } else { format!("{name}, {part}") };
        // The first half of a name before a comma; its address comes after it.
        if end == ',' && !part.contains(['@', '＠']) {
            name = whole;
            continue;
        }
        if !name.is_empty() && !part.ends_with(['>', '＞']) {
            parts.extend(name.split(", ").map(str::to_owned));
            parts.extend(words(part));
        } else {
            parts.extend(words(&whole));
        }
        name.clear();
    }
    parts.extend(name.split(", ").filter(|part| !part.is_empty()).map(str::to_owned));
    parts
}

/// The pieces of a text between separators outside of quotes and brackets, each with the separator after it.
fn pieces(typed: &str) -> Vec<(&str, char)> {
    let (mut pieces, mut from, mut is_quoted, mut is_bracketed) = (Vec::new(), 0, false, false);
    // A quote without its end quotes nothing.
    let quotes = typed.matches('"').count().is_multiple_of(2);
    for (at, c) in typed.char_indices() {
        match c {
            '"' if quotes => is_quoted = !is_quoted,
            '<' | '＜' => is_bracketed = true,
            '>' | '＞' => is_bracketed = false,
            '\n' | '\r' => (is_quoted, is_bracketed) = (false, false),
            _ => {}
        }
        if matches!(c, '\n' | '\r' | ',' | ';' | '，' | '；' | '、') && !is_quoted && !is_bracketed {
            pieces.push((typed.get(from..at).unwrap_or_default(), if c == '，' { ',' } else { c }));
            from = at + c.len_utf8();
        }
    }
    pieces.push((typed.get(from..).unwrap_or_default(), '\n'));
    pieces
}

/// The words of a part if each is an address: a browser makes spaces of line ends that are pasted into a
/// field of one line.
fn words(part: &str) -> Vec<String> {
    let words: Vec<&str> = part.split_whitespace().collect();
    let each_is_address = words.iter().all(|word| word.contains('@') && !word.contains(['<', '"']));
    if words.len() > 1 && each_is_address {
        words.into_iter().map(str::to_owned).collect()
    } else {
        vec![part.to_owned()]
    }
}

#[cfg(test)]
mod tests {
    use super::{bare, listed};

    #[test]
    fn an_address_is_found_in_what_was_pasted() {
        for typed in [
            "zoe@ville.fr",
            " zoe@ville.fr\r\n",
            "\u{feff}zoe@ville.fr",
            "\u{200b}zoe@ville.fr\u{200b}",
            "\u{202a}zoe@ville.fr\u{202c}",
            "\u{2068}zoe@ville.fr\u{2069}",
            "Zoé Martin <zoe@ville.fr>",
            "\"Martin, Zoé\" <zoe@ville.fr>",
            "Martin, Zoé < zoe@ville.fr >",
            "zoe@ville.fr <zoe@ville.fr>",
            "\"zoe@ville.fr, moi\" <zoe@ville.fr>",
            "<zoe@ville.fr>",
            "mailto:zoe@ville.fr",
            "MAILTO:zoe%40ville.fr?subject=Bonjour",
            "Zoé <mailto:zoe@ville.fr>",
            "<mailto:zoe@ville.fr>;",
            "zoe@ville.fr,",
            "ｚｏｅ＠ｖｉｌｌｅ．ｆｒ",
            "Zoé ＜zoe＠ville.fr＞",
        ] {
            assert_eq!(bare(typed), "zoe@ville.fr", "{typed:?}");
        }
    }

    #[test]
    fn two_addresses_are_not_one() {
        for typed in
            ["a@x.fr, Zoé <zoe@ville.fr>", "a@x.fr\nZoé <zoe@ville.fr>", "<a@x.fr> <zoe@ville.fr>", "a@x.fr;b@x.fr"]
        {
            assert_ne!(bare(typed), "zoe@ville.fr", "{typed:?}");
        }
    }

    #[test]
    fn lists_are_cut_into_their_parts() {
        for (typed, parts) in [
            ("a@x.fr", vec!["a@x.fr"]),
            ("a@x.fr\r\nb@x.fr\n\n", vec!["a@x.fr", "b@x.fr"]),
            ("a@x.fr,b@x.fr; c@x.fr;", vec!["a@x.fr", "b@x.fr", "c@x.fr"]),
            ("a@x.fr b@x.fr\tc@x.fr", vec!["a@x.fr", "b@x.fr", "c@x.fr"]),
            ("Zoé <a@x.fr>, \"Roy, Paul\" <b@x.fr>", vec!["Zoé <a@x.fr>", "\"Roy, Paul\" <b@x.fr>"]),
            ("ROY, Paul <a@x.fr>; MARTIN, Zoé <b@x.fr>", vec!["ROY, Paul <a@x.fr>", "MARTIN, Zoé <b@x.fr>"]),
            ("Zoé Martin <a@x.fr>\nPaul <b@x.fr>", vec!["Zoé Martin <a@x.fr>", "Paul <b@x.fr>"]),
            ("jean, a@x.fr", vec!["jean", "a@x.fr"]),
            ("a@x.fr, jean", vec!["a@x.fr", "jean"]),
            ("Zoé \"la chef <a@x.fr>, b@x.fr", vec!["Zoé \"la chef <a@x.fr>", "b@x.fr"]),
            ("devnull@devnull", vec!["devnull@devnull"]),
            (" , ;\n", vec![]),
        ] {
            assert_eq!(listed(typed), parts, "{typed:?}");
        }
    }
}
