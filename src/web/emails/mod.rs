//! First access by email, and the outbox of the demonstration.

pub(crate) mod first_access;
pub(crate) mod outbox;
