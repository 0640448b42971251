//! Emails: delivery, and the content that is created at delivery.

pub(crate) mod deliver;
pub mod first_access;
pub(crate) mod token;
