//! Output of commands: plain lines on standard output, errors on standard error.

use std::fmt::Display;
use std::io::{IsTerminal, Write};

/// Prints a line on standard output. A closed pipe is not an error.
pub(super) fn line(text: impl Display) {
    drop(writeln!(std::io::stdout(), "{text}"));
}

/// Prints an error as one line on standard error.
pub(super) fn error(text: impl Display) {
    drop(writeln!(std::io::stderr(), "dimail-portal: {text}"));
}

/// Erases the counter that [`Progress`] shows below the lines, until the next line.
pub(super) fn clear() {
    if is_shown() {
        drop(write!(std::io::stderr(), "\r\u{1b}[K"));
    }
}

fn is_shown() -> bool {
    std::io::stdout().is_terminal() && std::io::stderr().is_terminal()
}

/// Progress output of a sequence: on a terminal with a counter below the lines, in a pipe the lines
/// only.
pub(super) struct Progress {
    all: usize,
    done: usize,
    shown: bool,
}

impl Progress {
    pub(super) fn of(all: usize) -> Self {
        Self { all, done: 0, shown: is_shown() }
    }

    /// Increases the total.
    pub(super) fn more(&mut self, number: usize) {
        self.all += number;
    }

    /// Counts one item as done and prints a line about it.
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
