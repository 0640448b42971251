//! Domains: adding, editing and removing them.

mod compare;
mod lifecycle;
mod limits;
