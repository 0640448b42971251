//! What commands print: plain lines on standard output, errors on standard error.

use std::fmt::Display;
use std::io::{IsTerminal, Write};

/// A line on standard output. A reader who is gone is no failure of the command.
pub(super) fn line(text: impl Display) {
    drop(writeln!(std::io::stdout(), "{text}"));
}

/// An error in one line on standard error.
pub(super) fn error(text: impl Display) {
    drop(writeln!(std::io::stderr(), "dimail-portal: {text}"));
}

/// Removes the number that [`Progress`] shows below the lines, until it says more.
pub(super) fn clear() {
    if is_shown() {
        drop(write!(std::io::stderr(), "\r\u{1b}[K"));
    }
}

fn is_shown() -> bool {
    std::io::stdout().is_terminal() && std::io::stderr().is_terminal()
}

/// Lines about many things that are done one after the other: on a terminal with their number
/// below, in a pipe nothing but lines.
pub(super) struct Progress {
    all: usize,
    done: usize,
    shown: bool,
}

impl Progress {
    pub(super) fn of(all: usize) -> Self {
        Self { all, done: 0, shown: is_shown() }
    }

    /// More is to be done than was known.
    pub(super) fn more(&mut self, number: usize) {
        self.all += number;
    }

    /// One thing is done; this is said of it.
    pub(super) fn done(&mut self, text: impl Display) {
        self.done += 1;
        clear();
        line(text);
        if self.shown {
            drop(write!(std::io::stderr(), "{} of {}", self.done, self.all));
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        clear();
    }
}
