//! The pages of aliases.

pub(crate) mod add;
pub(crate) mod form;
pub(crate) mod list;
pub(crate) mod remove;
pub(crate) mod show;
