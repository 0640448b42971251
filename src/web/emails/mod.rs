//! First access by email, the page of a login link, and the outbox of the demonstration.

pub(crate) mod first_access;
pub(crate) mod held;
pub(crate) mod login_link;
pub(crate) mod outbox;
