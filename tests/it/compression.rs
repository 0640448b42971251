//! What a first visit weighs, what is compressed, and what is not because it has a secret.

use std::net::SocketAddr;

use dimail_portal::web::{Assets, Web, router};
use reqwest::header::HeaderMap;
use tempfile::TempDir;
use tokio::net::TcpListener;

use crate::support::http::client;
use crate::support::{Anna, Portal, on_both};

on_both!(
    a_first_visit_is_light,
    answers_with_a_secret_are_not_compressed,
    what_another_site_may_have_chosen_is_not_compressed,
    the_logo_is_shown_and_served,
);

/// The most that a first visit may weigh, in bytes, with the heads of the answers.
const LIGHT: usize = 30_000;

/// The headers and the bytes of an answer, as they are transferred.
async fn got(url: &str, headers: &[(&str, &str)]) -> (HeaderMap, Vec<u8>) {
    let request = headers.iter().fold(client().get(url), |request, (name, value)| request.header(*name, *value));
    let answer = request.send().await.expect("an answer");
    (answer.headers().clone(), answer.bytes().await.expect("a body").to_vec())
}

fn text(headers: &HeaderMap, name: &str) -> String {
    headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).collect::<Vec<_>>().join(", ")
}

async fn a_first_visit_is_light(portal: &Portal) {
    let page = portal.visitor().get("/sign-in").await;
    let mut addresses = vec!["/sign-in".to_owned()];
    for (css, name) in [("link[href]", "href"), ("script[src]", "src"), ("img[src]", "src")] {
        addresses.extend(page.attributes(css, name));
    }
    assert!(addresses.len() >= 5, "the page, its stylesheet, scripts and icon: {addresses:?}");
    for (encoding, wanted) in [("gzip, br", "br"), ("gzip", "gzip")] {
        let mut weights = Vec::new();
        for address in &addresses {
            let (headers, body) =
                got(&format!("http://{}{address}", portal.address()), &[("accept-encoding", encoding)]).await;
            assert_eq!(text(&headers, "content-encoding"), wanted, "{address}");
            assert!(text(&headers, "vary").to_lowercase().contains("accept-encoding"), "{address}");
            let head: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
            weights.push(head + body.len());
        }
        let whole: usize = weights.iter().sum();
        assert!(whole <= LIGHT, "{encoding}: {whole} bytes: {weights:?}");
    }
    let (headers, _) = got(&format!("http://{}{}", portal.address(), addresses[1]), &[]).await;
    assert!(text(&headers, "cache-control").contains("immutable") && text(&headers, "content-encoding").is_empty());
}

/// The encoding of the answer to a request with a cookie.
async fn encoding(portal: &Portal, path: &str, headers: &[(&str, &str)]) -> String {
    let all = [&[("accept-encoding", "gzip, br"), ("cookie", "a=b")], headers].concat();
    text(&got(&format!("http://{}{path}", portal.address()), &all).await.0, "content-encoding")
}

async fn answers_with_a_secret_are_not_compressed(portal: &Portal) {
    for path in ["/reset-password/AAAAAAAAAAAAAAAA", "/login-link/AAAAAAAAAAAAAAAA", "/confirm/AAAAAAAAAAAAAAAA"] {
        assert_eq!(encoding(portal, path, &[]).await, "", "{path}");
    }
    assert_eq!(encoding(portal, "/first-access", &[]).await, "br");
    // The sheet with a first password is the answer to a form.
    let anna = portal.sign_in(Anna).await.with("accept-encoding", "gzip, br");
    let sheet = anna.new_mailbox("ville.fr", ["Zoé", "Martin", "", ""]).await;
    assert!(sheet.is(200).has("output[data-secret]") && sheet.header("content-encoding").is_empty());
}

async fn what_another_site_may_have_chosen_is_not_compressed(portal: &Portal) {
    let address = "/sign-in?next=%2Fdomains%3Fq%3Dguess";
    assert_eq!(encoding(portal, "/sign-in", &[]).await, "br");
    assert_eq!(encoding(portal, address, &[]).await, "");
    for (site, wanted) in [("cross-site", ""), ("same-site", ""), ("same-origin", "br"), ("none", "br")] {
        assert_eq!(encoding(portal, address, &[("sec-fetch-site", site)]).await, wanted, "{site}");
    }
}

async fn the_logo_is_shown_and_served(portal: &Portal) {
    let folder = TempDir::new().expect("a folder");
    let png: &[u8] = b"\x89PNG\r\n\x1a\n and the rest";
    let svg: &[u8] = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
    let mut addresses = Vec::new();
    for (name, bytes, kind) in [("a.png", png, "image/png"), ("b.SVG", svg, "image/svg+xml")] {
        let file = folder.path().join(name);
        std::fs::write(&file, bytes).expect("a file");
        let assets = Assets::find(None, None).expect("static files").with_logo(&file).expect("a logo");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("its address");
        let pages = router(&Web::new(portal.app.clone(), assets, None));
        let pages = pages.into_make_service_with_connect_info::<SocketAddr>();
        let serving = tokio::spawn(async move { axum::serve(listener, pages).await });

        let page = crate::support::Visitor::new(address).get("/sign-in").await;
        let src = page.attributes("header .brand img[alt='']", "src");
        assert_eq!((src.len(), page.has("header .brand svg")), (1, false), "{name}");
        assert_eq!(page.select("header .brand span"), ["Portail"], "the name stays beside it");
        let (headers, body) = got(&format!("http://{address}{}", src[0]), &[]).await;
        assert_eq!((text(&headers, "content-type").as_str(), body.as_slice()), (kind, bytes));
        assert!(text(&headers, "content-security-policy").ends_with("sandbox"), "{headers:?}");
        assert!(text(&headers, "cache-control").contains("immutable"));
        addresses.push(src[0].clone());
        serving.abort();
    }
    assert_ne!(addresses[0].split('/').nth(2), addresses[1].split('/').nth(2), "another logo has another address");
    let large = folder.path().join("large.png");
    std::fs::write(&large, [png, &vec![0; 64 * 1024]].concat()).expect("a file");
    let refused = Assets::find(None, None).expect("static files").with_logo(&large).expect_err("it is too large");
    assert!(refused.to_string().starts_with("BRAND_LOGO: the file is larger than 64 KiB"), "{refused}");
}
