//! Aliases and their destinations.

pub mod manage;
