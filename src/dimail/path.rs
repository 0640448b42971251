//! Builds the paths of calls: the only place where names become segments of a URL.
//!
//! The names were parsed before; encoding them is a second safeguard.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::error::CallError;

/// Everything except the unreserved characters of RFC 3986, section 2.3.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Builds a path from its `template`, where each `{}` is replaced by the next of `segments`, encoded.
///
/// # Errors
/// A refusal without status if a segment would lead to another route: dimail decodes before it selects
/// the route, and HTTP libraries remove `.` and `..` (dimail of August 2024).
pub fn path(template: &str, segments: &[&str]) -> Result<String, CallError> {
    let mut parts = template.split("{}");
    let mut path = parts.next().unwrap_or_default().to_owned();
    for (segment, fixed) in segments.iter().zip(parts) {
        if is_odd(segment) {
            return Err(CallError::not_sendable(
                "a name is empty, or has characters that no address of dimail can carry",
            ));
        }
        path.extend(utf8_percent_encode(segment, ENCODED));
        path.push_str(fixed);
    }
    Ok(path)
}

/// The fixed segments in the paths of dimail's routes; all others are names of objects.
const WORDS: [&str; 16] = [
    "",
    "address",
    "aliases",
    "allows",
    "check",
    "code",
    "disable",
    "domains",
    "enable",
    "fix",
    "mailboxes",
    "reset_password",
    "spec",
    "token",
    "users",
    "v2",
];

/// The pattern of a path, for metrics: `/domains/{}/check` for the check of any domain.
pub fn pattern(path: &str) -> String {
    let word = |segment| if WORDS.contains(&segment) { segment } else { "{}" };
    path.split('/').map(word).collect::<Vec<_>>().join("/")
}

/// The domain in a path, as written there; empty if there is none.
pub fn domain_of(path: &str) -> &str {
    path.split_once("/domains/").map_or("", |(_, rest)| rest.split('/').next().unwrap_or_default())
}

fn is_odd(segment: &str) -> bool {
    let odd = |c: char| c.is_control() || matches!(c, '/' | '?' | '#' | '\\');
    matches!(segment, "" | "." | "..") || segment.contains(odd)
}

#[cfg(test)]
mod tests {
    use super::{domain_of, path, pattern};

    #[test]
    fn segments_are_encoded() {
        let destination = path("/domains/{}/aliases/{}/{}", &["ville.fr", "a+b c", "é%2f@x.fr"]);
        assert_eq!(destination.as_deref(), Ok("/domains/ville.fr/aliases/a%2Bb%20c/%C3%A9%252f%40x.fr"));
        assert_eq!(path("/domains/{}/fix/", &["xn--a_-~.fr"]).as_deref(), Ok("/domains/xn--a_-~.fr/fix/"));
        assert_eq!(path("/token/", &[]).as_deref(), Ok("/token/"));
    }

    #[test]
    fn a_segment_cannot_bring_another_placeholder() {
        assert_eq!(path("/d/{}/m/{}", &["{}", "b"]).as_deref(), Ok("/d/%7B%7D/m/b"));
    }

    #[test]
    fn the_domain_of_a_path_is_found_in_both_versions() {
        for path in ["/v2/domains/ville.fr/mailboxes/", "/domains/ville.fr/check", "/domains/ville.fr"] {
            assert_eq!(domain_of(path), "ville.fr", "{path}");
        }
        assert_eq!((domain_of("/domains/"), domain_of("/token/")), ("", ""));
    }

    #[test]
    fn patterns_name_nobody() {
        assert_eq!(pattern("/v2/domains/ville.fr/mailboxes/"), "/v2/domains/{}/mailboxes/");
        assert_eq!(pattern("/domains/ville.fr/aliases/a%40b/c%40d.fr"), "/domains/{}/aliases/{}/{}");
    }

    #[test]
    fn odd_segments_are_refused() {
        for odd in ["", ".", "..", "a/b", "/", "a?b", "a#b", "a\\b", "a\nb", "\u{0}", "\u{7f}", "a\u{85}"] {
            let refused = path("/domains/{}/check", &[odd]).expect_err(odd);
            assert!(!refused.may_have_acted() && !refused.is_conflict(), "{odd:?}");
        }
        assert!(path("/d/{}", &["..."]).is_ok());
    }
}
