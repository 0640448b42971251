//! The way in for holders who have no account: whoever names a mailbox has a login link sent to its
//! secondary address. The answer is the same, and takes as long, whether there is one or not.

use std::net::{IpAddr, SocketAddr};

use askama::Template;
use axum::extract::{ConnectInfo, FromRequestParts, State};
use axum::http::request::Parts;
use axum::response::{Html, IntoResponse, Response};

use super::Web;
use super::error::{Failure, invalid};
use super::fields::Fields;
use super::page::{Page, Told};
use crate::actions::first_access::{self, NotAsked};
use crate::model::mistake::Mistakes;
use crate::urls;

#[derive(Template)]
#[template(path = "first_access.html")]
struct FirstAccess {
    page: Page,
    address: String,
    mistakes: Told,
    is_asked: bool,
}

pub(super) async fn show(page: Page) -> Result<Response, Failure> {
    let form = FirstAccess { page, address: String::new(), mistakes: Told::default(), is_asked: false };
    Ok(Html(form.render()?).into_response())
}

pub(super) async fn ask(
    State(web): State<Web>,
    Origin(origin): Origin,
    page: Page,
    typed: Fields,
) -> Result<Response, Failure> {
    let address = typed.text("address");
    match first_access::ask(web.app(), &address, &origin).await? {
        Err(NotAsked::TooMany(wait)) => {
            Err(Failure::TooMany("first-access-too-many", urls::FIRST_ACCESS.to_owned(), wait))
        }
        Err(NotAsked::Mistake(mistake)) => {
            let mistakes = page.mistakes(&Mistakes::one("address", mistake));
            invalid(&FirstAccess { page, address, mistakes, is_asked: false })
        }
        // What was typed is not repeated: the answer is the same to the letter.
        Ok(()) => {
            let told = FirstAccess { page, address: String::new(), mistakes: Told::default(), is_asked: true };
            Ok(Html(told.render()?).into_response())
        }
    }
}

/// From where somebody asks, as far as the limit can tell them apart.
pub(super) struct Origin(String);

impl FromRequestParts<Web> for Origin {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &Web) -> Result<Self, Self::Rejection> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        Ok(Self(peer.map(|ConnectInfo(peer)| network(peer.ip())).unwrap_or_default()))
    }
}

/// An address of IPv4; of IPv6 the network, in which one person has all addresses.
fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::network;

    #[test]
    fn a_network_of_ipv6_is_one_origin() {
        let of = |address: &str| network(address.parse().expect("an address"));
        assert_eq!(of("203.0.113.7"), "203.0.113.7");
        assert_eq!(of("::ffff:203.0.113.7"), "203.0.113.7");
        assert_eq!(of("2001:db8:1:2:3::4"), of("2001:db8:1:2::9"));
        assert_ne!(of("2001:db8:1:2::9"), of("2001:db8:1:3::9"));
    }
}
