//! The pages of aliases.

pub(crate) mod form;
pub(crate) mod manage;
