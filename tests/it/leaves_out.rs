//! Prints which tests this run skips, in a way that the test harness does not hide.

use std::io::Write;

use crate::support::database::server;

#[test]
fn what_is_left_out_is_said() {
    let mut left_out = Vec::new();
    if server().is_none() {
        left_out.push("PostgreSQL, as TEST_DATABASE_URL names no server");
    }
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let browsers = ["chromium", "chromium-browser", "google-chrome"];
    let has_browser = std::env::split_paths(&paths).any(|path| browsers.iter().any(|name| path.join(name).is_file()));
    if !has_browser {
        left_out.push("a real browser, as no chromium is in PATH");
    }
    for what in left_out {
        // Not `eprintln!`: the test harness hides its output.
        writeln!(std::io::stderr(), "left out: {what}").expect("standard error");
    }
}
