//! Which answers are compressed.
//!
//! The length of a compressed answer tells something about its content, also through TLS: if an answer
//! contains a secret and a text that another site chooses, that site can guess the secret piece by piece
//! from the lengths that a listener on the network sees (BREACH). So two kinds of answers are sent as they
//! are: those with a secret, and those to a request whose text another site may have chosen.
//!
//! Cookies are `SameSite=Lax`, so another site can send a person's request only as a navigation, and choose
//! only its address. A form of another site is refused, and the answers to forms are short: they are sent
//! as they are too, among them the sheet with a first password.

use axum::extract::{MatchedPath, Request};
use axum::http::header::{ACCEPT_ENCODING, COOKIE};
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::Response;
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;

/// Compresses as well as it can be done in a few milliseconds.
pub(super) fn layer() -> CompressionLayer {
    CompressionLayer::new().quality(CompressionLevel::Precise(6))
}

/// Drops the encodings that the client accepts if its answer is to be sent as it is.
pub(super) async fn choose(mut request: Request, next: Next) -> Response {
    if !may_compress(&request) {
        request.headers_mut().remove(ACCEPT_ENCODING);
    }
    next.run(request).await
}

fn may_compress(request: &Request) -> bool {
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    let is_link = request.extensions().get::<MatchedPath>().is_some_and(|route| route.as_str().contains("{token}"));
    let is_chosen = request.uri().query().is_some() && !is_from_here(request.headers());
    is_read && !is_link && !(is_chosen && request.headers().contains_key(COOKIE))
}

/// Whether a browser says that a page of the portal or the person sent the request. One that says nothing
/// may have been told by any site.
fn is_from_here(headers: &HeaderMap) -> bool {
    headers.get("sec-fetch-site").is_some_and(|site| matches!(site.as_bytes(), b"same-origin" | b"none"))
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::extract::Request;
    use axum::http::header::COOKIE;

    use super::may_compress;

    #[test]
    fn what_another_site_may_have_chosen_is_not_compressed() {
        let asked = |method: &str, address: &str, headers: &[(&str, &str)]| {
            let mut request = Request::builder().method(method).uri(address);
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            may_compress(&request.body(Body::empty()).expect("a request"))
        };
        let cookie = (COOKIE.as_str(), "a=b");
        assert!(asked("GET", "/domains", &[cookie]));
        assert!(asked("GET", "/sign-in?next=/domains", &[]));
        assert!(!asked("GET", "/domains?q=x", &[cookie]));
        for (site, may) in [("same-origin", true), ("none", true), ("same-site", false), ("cross-site", false)] {
            assert_eq!(asked("GET", "/domains?q=x", &[cookie, ("sec-fetch-site", site)]), may, "{site}");
        }
        assert!(!asked("POST", "/domains", &[("sec-fetch-site", "same-origin")]));
    }
}
