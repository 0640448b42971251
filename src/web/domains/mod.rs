//! The pages of domains.

pub(crate) mod add;
pub(crate) mod compare;
mod compare_lines;
pub(crate) mod dns;
pub(crate) mod edit;
pub(crate) mod guide;
pub(crate) mod head;
pub(crate) mod list;
pub(crate) mod remove;
pub(crate) mod share_dns;
pub(crate) mod show;
