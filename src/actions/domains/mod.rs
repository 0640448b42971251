//! What owners and operators do with domains, from adding to import and push.

pub mod add;
pub mod check_now;
pub mod close;
pub mod edit;
pub mod grant;
pub mod import;
pub mod push;
pub mod remove;
