#![doc = include_str!("architecture.md")]

pub mod clock;
pub mod model;
pub mod store;
pub mod urls;
