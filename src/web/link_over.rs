//! The page of a link that is unknown, used or expired. It is the same for all three: it must not reveal which.

use askama::Template;

use crate::urls;
use crate::web::page::Page;

#[derive(Template)]
#[template(path = "link_over.html")]
pub(super) struct LinkOver {
    pub(super) page: Page,
    pub(super) words: Words,
}

/// What the page says, as keys, and where its button leads.
pub(super) struct Words {
    title: &'static str,
    text: &'static str,
    href: &'static str,
    label: &'static str,
}

/// The words for a link at this route; `None` if the route is not that of a link.
pub(super) fn words(route: &str) -> Option<Words> {
    let (title, text, href, label) = match route {
        "/confirm/{token}" => ("confirm-unknown-title", "confirm-unknown", "/", "invitation-to-portal"),
        "/dns/{token}" => ("dns-link-over-title", "dns-link-over", "/", "invitation-to-portal"),
        "/invitations/{token}" => ("invitation-unknown-title", "invitation-unknown", "/", "invitation-to-portal"),
        "/login-link/{token}" => {
            ("login-link-over-title", "login-link-over", urls::FIRST_ACCESS, "first-access-submit")
        }
        "/reset-password/{token}" => ("reset-over-title", "reset-over", urls::FORGOT_PASSWORD, "reset-ask-again"),
        _ => return None,
    };
    Some(Words { title, text, href, label })
}
