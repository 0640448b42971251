//! What owners and operators do with domains, from adding to import and push.

pub mod add;
pub(crate) mod check_now;
pub(crate) mod claim;
pub mod close;
pub(crate) mod compare;
pub(crate) mod edit;
pub mod grant;
pub(crate) mod import;
pub(crate) mod push;
pub(crate) mod remove;
pub(crate) mod share_dns;
