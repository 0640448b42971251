//! The state file: read at start, written completely after each change.

use std::fs;
use std::io::{Error, ErrorKind, Result};
use std::path::Path;

use crate::fake_dimail::FakeOptions;
use crate::fake_dimail::state::State;

/// The initial state: from the file, if it exists, with the seed's users.
pub(crate) fn start(options: &FakeOptions) -> Result<State> {
    let mut state = match &options.state {
        Some(path) if path.exists() => read(path)?,
        _ => State::default(),
    };
    if options.seed {
        state.seed(options.release);
    }
    keep(options, &state)?;
    Ok(state)
}

/// Writes the state, if a file is configured.
pub(crate) fn keep(options: &FakeOptions, state: &State) -> Result<()> {
    match &options.state {
        Some(path) => write(path, state),
        None => Ok(()),
    }
}

fn read(path: &Path) -> Result<State> {
    let text = fs::read(path)?;
    serde_json::from_slice(&text).map_err(|error| {
        let text = format!("{} is no state of a fake dimail: {error}", path.display());
        Error::new(ErrorKind::InvalidData, text)
    })
}

/// Writes a temporary file and renames it, so that no reader and no crash leaves a partial file.
fn write(path: &Path, state: &State) -> Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    fs::write(&beside, serde_json::to_vec(state)?)?;
    fs::rename(&beside, path)
}
