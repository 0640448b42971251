//! Pages that lead to emails, and the demonstration's outbox.

pub(crate) mod first_access;
pub(crate) mod outbox;
