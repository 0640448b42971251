//! Names that are sent to dimail: domain, local part, email address. Each can only be created by
//! parsing.

mod domain_name;
mod email_address;
mod local_part;

pub use domain_name::{DOMAIN_NAME_MAX, DomainName, shown_host};
pub use email_address::{EMAIL_MAX, EmailAddress, shown_address};
pub use local_part::{LOCAL_PART_MAX, LocalPart, local_part_in};

use super::text::is_invisible;

/// Whether the text has invisible characters other than control characters: people see the effect of those.
fn has_hidden(text: &str) -> bool {
    text.chars().any(|c| is_invisible(c) && !c.is_control())
}
