//! Mailboxes: what people do with them. What dimail has to do for it is in `sync`.

pub mod access;
pub mod bulk;
pub mod create;
pub mod edit;
pub mod lifecycle;
pub mod lock;
pub mod password;
