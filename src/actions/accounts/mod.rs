//! Accounts of the portal: made, changed, closed, signed in to; their passwords.

pub mod manage;
pub mod new;
pub(crate) mod password_hash;
pub mod profile;
pub mod reset_password;
pub mod throttle;
