//! What is to be dealt with, and what ended: changes and emails.

pub(crate) mod act;
pub(crate) mod list;
mod row;
pub(crate) mod staff;
