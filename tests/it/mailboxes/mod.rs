//! What people do with mailboxes.

pub(crate) mod access;
mod bulk;
pub(crate) mod common;
mod correct;
mod create;
mod edit;
mod guard;
mod guarded_addresses;
mod lifecycle;
mod list;
mod options;
