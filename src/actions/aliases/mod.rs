//! Aliases and their destinations.

pub(crate) mod add;
pub(crate) mod remove;
pub(crate) mod retry;
pub(crate) mod wish;
