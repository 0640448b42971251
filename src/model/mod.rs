//! Types and rules of the portal: addresses, roles, statuses and their transitions.
//!
//! Must not know: the database, HTTP, the clock, any language. Functions here do no I/O: their results
//! depend only on their arguments.

pub(crate) mod activity;
pub mod address;
pub mod alias;
pub mod check;
pub(crate) mod confirm;
pub(crate) mod creation;
pub mod delivery;
pub mod domain;
pub mod email;
pub mod field_error;
pub(crate) mod foreign_addresses;
pub(crate) mod guard;
pub mod id;
pub(crate) mod idna2008;
pub(crate) mod import;
pub(crate) mod lead;
pub(crate) mod list;
pub mod mailbox;
pub(crate) mod member;
pub mod name;
pub(crate) mod operation;
pub(crate) mod options;
pub(crate) mod order;
pub(crate) mod password;
pub(crate) mod public_names;
pub(crate) mod reason;
pub mod refusal;
pub mod role;
pub(crate) mod text;
pub(crate) mod throttle;
pub mod time;
pub(crate) mod typed_address;
pub mod user;
