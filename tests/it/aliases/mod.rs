//! Aliases and their destinations.

mod lifecycle;
