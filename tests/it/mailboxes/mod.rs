//! Mailboxes: creating, editing, listing and deleting them, access, permissions, bulk actions.

pub(crate) mod access;
mod address;
mod bulk;
pub(crate) mod common;
mod correct;
mod create;
mod edit;
mod guard;
mod guarded_addresses;
mod hand_over;
mod lifecycle;
mod list;
mod options;
mod own;
mod takeover;
mod worlds;
