//! A few journeys in a real browser: Chromium without a window, driven through chromedriver,
//! against the program's own `demo`.
//!
//! Where `chromium` or `chromedriver` is not installed the journeys are left out, and say so;
//! `BROWSER_TESTS=required` makes that a failure, as it makes a missing axe-core one.
//! A journey that fails leaves a picture of its page in `target/tmp`.

#![expect(clippy::panic, reason = "a test ends by panicking; what is here runs in tests only")]

mod aliases;
mod axe;
mod browser;
mod colleagues;
mod demo;
mod journey;
mod keyboard;
mod life;
mod own_account;
mod process;
mod visitor;
