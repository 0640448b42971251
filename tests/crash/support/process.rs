//! Processes of the program: started, stopped, killed, and killed at the latest when the test ends.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Resource, Rlimit, Signal, kill_process, prlimit};

use super::say;

/// How often an ending process is polled.
const POLL_INTERVAL: Duration = Duration::from_millis(5);
/// The longest that a command may take.
const LONGEST_COMMAND: Duration = Duration::from_mins(1);

/// The program with a command, without this machine's variables, programs and certificates.
pub(crate) fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dimail-portal"));
    command.args(arguments).env_clear().env("NO_COLOR", "1").current_dir(env!("CARGO_MANIFEST_DIR"));
    command.env("SSL_CERT_FILE", "/dev/null");
    // Coverage measurements need this variable in each process.
    if let Some(value) = std::env::var_os("LLVM_PROFILE_FILE") {
        command.env("LLVM_PROFILE_FILE", value);
    }
    command
}

/// The same command, whose process ignores SIGXFSZ: a file that grows beyond a limit is an error then.
pub(crate) fn ignoring_large_files(command: &Command) -> Command {
    let mut wrapped = Command::new("/bin/sh");
    wrapped.args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\""]).arg(command.get_program()).args(command.get_args());
    wrapped.env_clear().current_dir(env!("CARGO_MANIFEST_DIR"));
    wrapped.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    wrapped
}

/// Runs a command to its end, with `input` on its standard input. A command that takes too long is
/// killed, and then has no exit status.
pub(crate) fn run(mut command: Command, input: &str) -> Output {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut process = Process { child: command.spawn().expect("the program starts"), log: None };
    let mut to = process.child.stdin.take().expect("its input");
    // A command that reads nothing may have ended already.
    drop(to.write_all(input.as_bytes()));
    drop(to);
    let stdout = words(process.child.stdout.take().expect("its output"));
    let stderr = words(process.child.stderr.take().expect("its errors"));
    let began = Instant::now();
    while process.is_running() && began.elapsed() < LONGEST_COMMAND {
        std::thread::sleep(POLL_INTERVAL);
    }
    drop(process.child.kill());
    let status = process.child.wait().expect("an end");
    Output { status, stdout: stdout.join().expect("words"), stderr: stderr.join().expect("words") }
}

fn words(mut pipe: impl Read + Send + 'static) -> JoinHandle<Vec<u8>> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        pipe.read_to_end(&mut bytes).expect("words");
        bytes
    })
}

/// A running process; it is killed when this is dropped.
pub(crate) struct Process {
    child: Child,
    log: Option<PathBuf>,
}

impl Process {
    /// Starts a process whose log goes to the end of a file.
    pub(crate) fn logging_to(mut command: Command, log: &Path) -> Self {
        let file = File::options().create(true).append(true).open(log).expect("a log");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(file);
        Self { child: command.spawn().expect("the program starts"), log: Some(log.to_owned()) }
    }

    /// Starts a process and returns the first line that it prints.
    pub(crate) fn printing(mut command: Command) -> (Self, String) {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::inherit());
        let mut process = Self { child: command.spawn().expect("the program starts"), log: None };
        let mut line = String::new();
        let output = process.child.stdout.take().expect("its output");
        BufReader::new(output).read_line(&mut line).expect("a line");
        (process, line)
    }

    /// Whether it is still running.
    pub(crate) fn is_running(&mut self) -> bool {
        self.child.try_wait().expect("its state").is_none()
    }

    /// Kills it with SIGKILL, for which a process cannot prepare.
    pub(crate) fn kill(&mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("its end");
    }

    /// Its process id.
    pub(crate) fn id(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    /// Limits its open files. At once after the start, so that it finds the limit as its own.
    pub(crate) fn limit_files(&self, files: u64) {
        let limit = Rlimit { current: Some(files), maximum: Some(files) };
        prlimit(Some(self.id()), Resource::Nofile, limit).expect("a limit");
    }

    /// Stops it with SIGTERM.
    pub(crate) fn terminate(&self) {
        self.signal(Signal::TERM);
    }

    /// Sends it a signal.
    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(self.id(), signal).expect("a signal");
    }

    /// Waits for its end; returns the exit status and the time that it took.
    pub(crate) async fn end(&mut self, longest: Duration) -> (ExitStatus, Duration) {
        let began = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("its state") {
                return (status, began.elapsed());
            }
            assert!(began.elapsed() < longest, "it has not ended within {longest:?}");
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
        if let (true, Some(log)) = (std::thread::panicking(), &self.log) {
            let text = std::fs::read_to_string(log).unwrap_or_default();
            let lines: Vec<&str> = text.lines().filter(|line| !line.contains("answered")).collect();
            let last = lines.len().saturating_sub(40);
            say(format!("the end of {}:\n{}", log.display(), lines[last..].join("\n")));
        }
    }
}
