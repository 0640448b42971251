//! Accounts of the portal: creation, changes, closing, sign-in; their passwords.

pub mod manage;
pub mod new;
pub(crate) mod password_hash;
pub mod profile;
pub mod reset_password;
pub mod throttle;
