//! The pages of mailboxes.

pub(crate) mod access;
pub(crate) mod address;
pub(crate) mod bulk;
pub(crate) mod create;
pub(crate) mod edit;
pub(crate) mod hand_over;
pub(crate) mod lifecycle;
pub(crate) mod list;
pub(crate) mod options;
pub(crate) mod own;
pub(crate) mod person;
pub(crate) mod show;
