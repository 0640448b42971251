//! How the values of settings are written and read.

use std::net::IpAddr;
use std::time::Duration;

use ipnet::IpNet;

use crate::model::{EmailAddress, Language};

/// The networks of the proxies whose headers are trusted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustedProxies(Vec<IpNet>);

impl TrustedProxies {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether an address is one of these proxies.
    pub fn trust(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }
}

pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let number: u64 = digits.trim().parse().map_err(|_| "write a number with ms, s, m, h or d".to_owned())?;
    let millis: u64 = match text.trim_start_matches(digits) {
        "ms" => 1,
        "" | "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return Err("the unit is ms, s, m, h or d".to_owned()),
    };
    let whole = number.checked_mul(millis).filter(|whole| *whole <= 3_650 * 86_400_000);
    whole.map(Duration::from_millis).ok_or_else(|| "ten years at most".to_owned())
}

/// A duration that is not zero.
pub(super) fn some_duration(text: &str) -> Result<Duration, String> {
    duration(text).and_then(|duration| match duration {
        Duration::ZERO => Err("it must be longer than zero".to_owned()),
        longer => Ok(longer),
    })
}

pub(super) fn web_address(text: &str) -> Result<String, String> {
    let address = text.trim_end_matches('/');
    let rest = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"));
    match rest {
        Some(host) if !host.is_empty() && !host.contains(|c: char| c.is_whitespace() || c.is_control()) => {
            Ok(address.to_owned())
        }
        _ => Err("it must begin with https:// or http:// and a host".to_owned()),
    }
}

/// An address without a path: all links begin with the host.
pub(super) fn web_origin(text: &str) -> Result<String, String> {
    let address = web_address(text)?;
    let host = address.split_once("://").map_or("", |(_, host)| host);
    if host.contains(['/', '?', '#', '@']) {
        return Err("it must end after the host and its port, such as https://portail.example.fr".to_owned());
    }
    Ok(address)
}

/// The host of an address without a path, in ASCII.
pub(super) fn host_of(origin: &str) -> Option<String> {
    let (_, place) = origin.split_once("://")?;
    if let Some((address, _)) = place.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return Some(format!("[{address}]"));
    }
    let host = place.split(':').next()?;
    idna::domain_to_ascii(host).ok().filter(|host| !host.is_empty())
}

pub(super) fn host_name(text: &str) -> Result<String, String> {
    let is_address = text.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>().is_ok();
    let is_label = |label: &str| {
        let plain = label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        plain && !label.is_empty() && label.len() <= 63 && !label.starts_with('-') && !label.ends_with('-')
    };
    if is_address || (text.len() <= 253 && text.split('.').all(is_label)) {
        return Ok(text.to_owned());
    }
    Err("write the name of a host, such as portail.example.fr".to_owned())
}

pub(super) fn trusted_proxies(text: &str) -> Result<TrustedProxies, String> {
    let network = |part: &str| {
        let address = part.parse::<IpAddr>().map(|address| IpNet::from(address.to_canonical()));
        address.or_else(|_| part.parse()).map_err(|_| format!("{part} is neither an address nor a network"))
    };
    let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    parts.map(network).collect::<Result<_, _>>().map(TrustedProxies)
}

pub(super) fn help_address(text: &str) -> Result<String, String> {
    if text.starts_with("mailto:") { Ok(text.to_owned()) } else { web_address(text) }
}

/// An email address, as a `mailto:` link, or the address of a page.
pub(super) fn contact(text: &str) -> Result<String, String> {
    match EmailAddress::parse(text.strip_prefix("mailto:").unwrap_or(text)) {
        Ok(email) => Ok(format!("mailto:{email}")),
        Err(_) => web_address(text).map_err(|_| "write an email address, or the address of a page".to_owned()),
    }
}

pub(super) fn colour(text: &str) -> Result<String, String> {
    let digits = text.strip_prefix('#').unwrap_or_default();
    let is_colour = digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit());
    if is_colour { Ok(text.to_owned()) } else { Err("write it as #1f4fa3".to_owned()) }
}

pub(super) fn language(text: &str) -> Result<Language, String> {
    Language::from_code(text).ok_or_else(|| "fr or en".to_owned())
}

pub(super) fn time_zone(text: &str) -> Result<jiff::tz::TimeZone, String> {
    jiff::tz::TimeZone::get(text).map_err(|_| "write it as Europe/Paris".to_owned())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{
        colour, contact, duration, host_name, host_of, some_duration, trusted_proxies, web_address, web_origin,
    };

    #[test]
    fn proxies_are_addresses_and_networks() {
        let read = trusted_proxies(" 127.0.0.1, 10.0.0.0/8,fd00::/8, ").expect("networks");
        for (address, trusted) in [("127.0.0.1", true), ("10.9.8.7", true), ("fd12::1", true), ("127.0.0.2", false)] {
            assert_eq!(read.trust(address.parse().expect("an address")), trusted, "{address}");
        }
        assert!(!trusted_proxies("").expect("none").trust([127, 0, 0, 1].into()));
        for odd in ["proxy", "10.0.0.0/33", "127.0.0.1:80", "10.0.0.0/8 127.0.0.1"] {
            assert!(trusted_proxies(odd).is_err(), "{odd:?}");
        }
    }

    #[test]
    fn durations_are_read_with_and_without_a_unit() {
        assert_eq!(duration("90"), Ok(Duration::from_secs(90)));
        assert_eq!(duration("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(duration("5m"), Ok(Duration::from_mins(5)));
        assert_eq!(duration("48h"), Ok(Duration::from_hours(48)));
        for odd in ["", "m", "-1", "1w", "1.5h", "99999999999999999999", "9999999999999h"] {
            assert!(duration(odd).is_err(), "{odd:?}");
        }
    }

    #[test]
    fn host_names_are_ascii_names_or_addresses() {
        for host in ["portail", "portail.example.fr", "192.0.2.1", "[2001:db8::1]", "xn--caf-dma.fr"] {
            assert_eq!(host_name(host), Ok(host.to_owned()));
        }
        for odd in ["", "a b", "-a.fr", "a..fr", "é.fr", "a.fr\r\nMAIL", "https://a.fr"] {
            assert!(host_name(odd).is_err(), "{odd:?}");
        }
        let hosts =
            ["https://portail.fr", "https://café.fr:8443", "http://[::1]:8000", "http://192.0.2.1"].map(host_of);
        let wanted = ["portail.fr", "xn--caf-dma.fr", "[::1]", "192.0.2.1"].map(|host| Some(host.to_owned()));
        assert_eq!(hosts, wanted);
        assert!(some_duration("0").is_err() && some_duration("0ms").is_err() && some_duration("1ms").is_ok());
    }

    #[test]
    fn addresses_and_colours_are_looked_at() {
        assert_eq!(web_address("https://a.fr/"), Ok("https://a.fr".into()));
        assert!(web_address("a.fr").is_err());
        assert!(web_address("https://").is_err());
        assert_eq!(web_origin("https://a.fr:8443/"), Ok("https://a.fr:8443".into()));
        for odd in ["https://a.fr/portail", "https://a.fr/?x", "https://a.fr#x", "https://u:p@a.fr", "a.fr"] {
            assert!(web_origin(odd).is_err(), "{odd:?}");
        }
        assert_eq!(contact("a@b.fr"), Ok("mailto:a@b.fr".into()));
        assert_eq!(contact("mailto:a@b.fr"), Ok("mailto:a@b.fr".into()));
        assert_eq!(contact("https://b.fr/aide"), Ok("https://b.fr/aide".into()));
        assert!(contact("a.b.fr").is_err() && contact("").is_err());
        assert!(colour("#1f4fa3").is_ok());
        assert!(colour("red").is_err());
        assert!(colour("#12345g").is_err());
    }
}
