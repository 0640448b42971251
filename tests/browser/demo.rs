//! The program under test, started with `demo`.

use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::process::Process;

/// A running demo, with an owner's address and the password that it printed.
pub struct Demo {
    /// Its address, without a final slash.
    pub url: String,
    /// An owner's address.
    pub owner: String,
    /// The address of a person of staff.
    pub staff: String,
    /// The password of all sample people.
    pub password: String,
    _process: Process,
    _folder: TempDir,
}

impl Demo {
    /// Starts the demonstration on a free port.
    pub fn start() -> Self {
        let folder = tempfile::tempdir().unwrap_or_else(|error| panic!("no temporary folder: {error}"));
        let mut command = Command::new(env!("CARGO_BIN_EXE_dimail-portal"));
        command.args(["demo", "--listen", "127.0.0.1:0", "--data"]).arg(folder.path()).stderr(Stdio::null());
        for setting in ["PUBLIC_URL", "STATIC_DIR", "DEFAULT_LANGUAGE", "ACCENT_COLOUR", "BRAND_NAME"] {
            command.env_remove(setting);
        }
        let process = Process::start("the demonstration", &mut command);
        let url = process.find("its address", |line| {
            line.split_whitespace().find(|word| word.starts_with("http://")).map(str::to_owned)
        });
        let password = process.find("the password", |line| line.split('"').nth(1).map(str::to_owned));
        let owner = process.find("an owner", |line| line.strip_suffix(" owner").map(|rest| rest.trim().to_owned()));
        let staff = process.find("staff", |line| line.split_once(" staff:").map(|(email, _)| email.trim().to_owned()));
        Self { url, owner, staff, password, _process: process, _folder: folder }
    }
}
