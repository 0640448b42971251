//! What commands print: plain lines on standard output, errors on standard error.

use std::fmt::Display;
use std::io::Write;

/// A line on standard output. A reader who is gone is no failure of the command.
pub(super) fn line(text: impl Display) {
    drop(writeln!(std::io::stdout(), "{text}"));
}

/// An error in one line on standard error.
pub(super) fn error(text: impl Display) {
    drop(writeln!(std::io::stderr(), "dimail-portal: {text}"));
}
