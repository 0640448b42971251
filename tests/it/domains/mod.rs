//! Domains: adding, editing and removing them.

mod lifecycle;
mod limits;
