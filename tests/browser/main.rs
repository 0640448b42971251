//! The main journeys in a real browser: headless Chromium, controlled through chromedriver, with
//! the program's own `demo`.
//!
//! If `chromium` or `chromedriver` is not installed, the journeys are skipped with a message.
//! `BROWSER_TESTS=required` makes a missing browser or a missing axe-core a failure. A failed
//! journey leaves a screenshot in `target/tmp`.

#![expect(clippy::panic, reason = "a test ends by panicking; what is here runs in tests only")]

mod acts;
mod aliases;
mod announcements;
mod axe;
mod browser;
mod by_keyboard;
mod colleagues;
mod demo;
mod dns;
mod journey;
mod keyboard;
mod life;
mod own_account;
mod pages;
mod process;
mod states;
mod visitor;
mod widths;
