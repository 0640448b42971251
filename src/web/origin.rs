//! The origin of a request: the client's address, for rate limits.
//!
//! `X-Forwarded-For` is trusted only as far as trusted proxies wrote it: it is read from right to left,
//! up to the first address that is not a trusted proxy. A client can forge anything to the left of
//! that.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::request::Parts;

use super::Web;
use crate::config::TrustedProxies;

pub(super) const FORWARDED_FOR: &str = "x-forwarded-for";

/// The origin of a request: an IPv4 address, or the /64 of an IPv6 address, since one household or
/// machine has a whole /64.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin(String);

impl Origin {
    fn of(client: IpAddr) -> Self {
        match client {
            IpAddr::V4(address) => Self(address.to_string()),
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                Self(format!("{a:x}:{b:x}:{c:x}:{d:x}::/64"))
            }
        }
    }

    pub(crate) fn text(&self) -> &str {
        &self.0
    }
}

impl FromRequestParts<Web> for Origin {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Infallible> {
        // The server of the router sets `ConnectInfo`; without it all requests would count as one
        // origin.
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip().to_canonical());
        let trusted = &web.app().settings.trusted_proxies;
        Ok(peer.map_or_else(|| Self(String::new()), |peer| Self::of(client(peer, &parts.headers, trusted))))
    }
}

/// The last address of the chain that is not a trusted proxy.
fn client(peer: IpAddr, headers: &HeaderMap, trusted: &TrustedProxies) -> IpAddr {
    let lines = headers.get_all(FORWARDED_FOR).iter().map(|line| line.to_str().unwrap_or_default());
    let named: Vec<&str> = lines.flat_map(|line| line.split(',')).collect();
    let mut client = peer;
    for name in named.into_iter().rev() {
        if !trusted.trust(client) {
            break;
        }
        // An entry that is not an address: the proxy that wrote it is the last known address.
        let Some(address) = address(name.trim()) else { break };
        client = address;
    }
    client
}

/// Parses an address, with or without a port.
fn address(text: &str) -> Option<IpAddr> {
    let with_port = || text.parse::<SocketAddr>().map(|socket| socket.ip());
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    bare.parse().or_else(|_| with_port()).ok().map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use axum::http::{HeaderMap, HeaderValue};
    use clap::Parser;

    use super::{Origin, client};
    use crate::config::Settings;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        settings: Settings,
    }

    fn seen(peer: &str, lines: &[&str]) -> String {
        let trusted =
            Line::parse_from(["it", "--trusted-proxies", "127.0.0.1,10.0.0.0/8,::1"]).settings.trusted_proxies;
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(super::FORWARDED_FOR, HeaderValue::from_str(line).expect("a header"));
        }
        let peer: IpAddr = peer.parse().expect("an address");
        Origin::of(client(peer.to_canonical(), &headers, &trusted)).text().to_owned()
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        assert_eq!(seen("203.0.113.9", &["198.51.100.1"]), "203.0.113.9");
        assert_eq!(seen("127.0.0.1", &[]), "127.0.0.1");
        assert_eq!(seen("127.0.0.1", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(seen("::ffff:127.0.0.1", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(seen("::1", &["198.51.100.1:4711"]), "198.51.100.1");
    }

    #[test]
    fn the_last_untrusted_address_counts_whatever_stands_before_it() {
        assert_eq!(seen("127.0.0.1", &["1.1.1.1, 198.51.100.1, 10.0.0.7"]), "198.51.100.1");
        assert_eq!(seen("127.0.0.1", &["1.1.1.1", "198.51.100.1", "10.0.0.7"]), "198.51.100.1");
        assert_eq!(seen("127.0.0.1", &["198.51.100.1, unknown, 10.0.0.7"]), "10.0.0.7");
        assert_eq!(seen("127.0.0.1", &["10.1.1.1, 10.2.2.2"]), "10.1.1.1", "a client inside counts too");
        assert_eq!(seen("127.0.0.1", &[",, ,"]), "127.0.0.1");
    }

    #[test]
    fn of_ipv6_the_network_counts() {
        let one = seen("127.0.0.1", &["2001:db8:1:2:3:4:5:6"]);
        assert_eq!(one, "2001:db8:1:2::/64");
        assert_eq!(seen("127.0.0.1", &["[2001:db8:1:2:ffff::1]:4711"]), one);
        assert_ne!(seen("127.0.0.1", &["2001:db8:1:3::1"]), one);
    }
}
