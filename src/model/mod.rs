//! Types and rules of the portal: addresses, roles, statuses and their transitions.
//!
//! Must not know: the database, HTTP, the clock, any language. Functions here do no I/O: their results
//! depend only on their arguments.

pub mod activity;
pub mod address;
pub mod alias;
pub mod check;
pub mod creation;
pub mod domain;
pub mod email;
pub mod field_error;
pub mod id;
pub mod import;
pub mod list;
pub mod mailbox;
pub mod member;
pub mod name;
pub mod operation;
pub mod options;
pub mod order;
pub mod reason;
pub mod refusal;
pub mod role;
pub mod throttle;
pub mod time;
pub mod user;
