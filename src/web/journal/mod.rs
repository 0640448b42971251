//! The journal of a domain: its page, and its lines as a file.

pub(crate) mod csv;
pub(crate) mod list;
mod query;
mod row;
