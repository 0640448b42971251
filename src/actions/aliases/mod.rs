//! Aliases and their destinations.

pub mod add;
pub mod remove;
