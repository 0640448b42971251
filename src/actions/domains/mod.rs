//! Domains: what their owners and the operators do with them, from addition to import and push.

pub mod import;
pub mod manage;
pub mod push;
