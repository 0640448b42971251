//! What people do with mailboxes. The calls to dimail for it are in `sync`.

pub(crate) mod access;
pub(crate) mod bulk;
pub mod create;
pub(crate) mod edit;
pub(crate) mod free_address;
pub(crate) mod hand_over;
pub(crate) mod lifecycle;
pub(crate) mod lock;
pub(crate) mod password;
