//! The pages that the law asks for, which anybody may read.

pub(crate) mod accessibility;
pub(crate) mod privacy;

use crate::web::Page;

/// Whom to ask, as a link and the words of the link.
pub(crate) struct Contact {
    href: String,
    label: String,
}

/// The contact of a setting, else the portal's support; `None` if neither is set.
fn contact(page: &Page, setting: Option<&str>) -> Option<Contact> {
    let label = |href: &str| href.strip_prefix("mailto:").unwrap_or(href).to_owned();
    let href = setting.or(page.support_url())?;
    Some(Contact { href: href.to_owned(), label: label(href) })
}
