//! Accounts of the portal: creation, changes, closing, sign-in; their passwords.

pub(crate) mod browsers;
pub(crate) mod confirm;
pub mod manage;
pub mod new;
pub(crate) mod password_hash;
pub(crate) mod profile;
pub mod queue;
pub mod reset_password;
pub(crate) mod throttle;
