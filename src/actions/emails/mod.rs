//! Emails: delivery, and the content that is created at delivery.

pub(crate) mod deliver;
pub(crate) mod first_access;
pub mod login_link;
pub mod restored;
pub(crate) mod token;
pub mod unrecorded;
mod unsent;
