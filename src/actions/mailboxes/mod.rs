//! What people do with mailboxes. The calls to dimail for it are in `sync`.

pub mod access;
pub(crate) mod asker;
pub mod bulk;
pub mod create;
pub mod edit;
pub mod lifecycle;
pub mod lock;
pub mod password;
