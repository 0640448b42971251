//! The pages of domains.

pub(crate) mod dns;
pub(crate) mod head;
pub(crate) mod manage;
