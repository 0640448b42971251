//! Nouns and rules of the portal: addresses, roles, statuses, what may follow what.
//!
//! Must not know: the database, HTTP, the clock, any language. Nothing here waits or fails for
//! a reason outside its arguments.

pub mod activity;
pub mod address;
pub mod alias;
pub mod change;
pub mod check;
pub mod creation;
pub mod domain;
pub mod email;
pub mod id;
pub mod import;
pub mod list;
pub mod mailbox;
pub mod member;
pub mod mistake;
pub mod name;
pub mod operation;
pub mod order;
pub mod role;
pub mod throttle;
pub mod time;
pub mod user;
