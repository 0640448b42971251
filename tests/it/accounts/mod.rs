//! Accounts: signing in, passwords, profile, and what operators do.

mod confirm;
mod manage;
mod profile;
mod reset_password;
mod session_end;
mod sign_in;
mod throttle;
