#![doc = include_str!("architecture.md")]

pub mod actions;
pub mod cli;
pub mod clock;
pub mod config;
pub mod dimail;
pub mod fake_dimail;
pub mod i18n;
pub mod mail;
pub mod model;
#[cfg(test)]
#[path = "../tests/support/silent_address.rs"]
mod silent_address;
pub mod store;
pub(crate) mod telemetry;
pub mod urls;
pub mod web;
pub mod worker;
