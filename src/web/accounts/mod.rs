//! Sign-in, passwords, and the page of the person's own account.

pub(crate) mod confirm;
pub(crate) mod profile;
pub(crate) mod reset_password;
pub(crate) mod sign_in;
