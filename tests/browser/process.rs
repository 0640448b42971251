//! Programs that a test starts: their output is read, and they are killed when the test ends.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Once;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// How long a program may take until it has printed the expected line.
const START: Duration = Duration::from_mins(2);

/// A running program; it is killed when this is dropped.
pub struct Process {
    name: String,
    child: Child,
    lines: Receiver<String>,
}

impl Process {
    /// Starts a program whose standard output is read.
    pub fn start(name: &str, command: &mut Command) -> Self {
        let started = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn();
        let mut child = started.unwrap_or_else(|error| panic!("{name} does not start: {error}"));
        let Some(output) = child.stdout.take() else { panic!("{name} has no standard output") };
        let (told, lines) = channel();
        // Reads on after the receiver is gone: a full pipe would stop the program.
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                drop(told.send(line));
            }
        });
        Self { name: name.to_owned(), child, lines }
    }

    /// Reads lines until `pick` returns a value for one of them.
    pub fn find<T>(&self, what: &str, pick: impl Fn(&str) -> Option<T>) -> T {
        self.try_find(pick).unwrap_or_else(|said| panic!("{} did not print {what}; it said:\n{said}", self.name))
    }

    /// The same; what the program said instead if it ended before.
    pub fn try_find<T>(&self, pick: impl Fn(&str) -> Option<T>) -> Result<T, String> {
        let until = Instant::now() + START;
        let mut said = String::new();
        while let Ok(line) = self.lines.recv_timeout(until.saturating_duration_since(Instant::now())) {
            if let Some(found) = pick(&line) {
                return Ok(found);
            }
            said.push_str(&line);
            said.push('\n');
        }
        Err(said)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The first of these programs that is in `PATH`.
pub fn in_path(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let candidates = names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    candidates.into_iter().find(|candidate| candidate.is_file())
}

/// Reports that a test is skipped: prints one line on standard error, once, or fails if
/// `BROWSER_TESTS=required` is set.
pub fn left_out(once: &'static Once, what: &str) {
    assert!(std::env::var("BROWSER_TESTS").as_deref() != Ok("required"), "BROWSER_TESTS=required, but {what}");
    // Not `eprintln!`: the test runner hides its output when the test passes.
    once.call_once(|| drop(writeln!(std::io::stderr(), "\nleft out: {what}")));
}
