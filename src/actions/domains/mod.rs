//! Domains: what their owners and the operators do with them, from addition to import and push.

pub mod add;
pub mod check_now;
pub mod close;
pub mod edit;
pub mod grant;
pub mod import;
pub mod push;
pub mod remove;
