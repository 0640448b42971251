//! Emails: delivery, and what is prepared at that moment.

pub(crate) mod deliver;
pub mod first_access;
pub(crate) mod token;
