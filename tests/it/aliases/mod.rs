//! Aliases and their destinations.

mod manage;
