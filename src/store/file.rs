//! The file of an SQLite database: its folder, its creation, and what is no database.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use sqlx::any::AnyConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;

/// The first bytes of every SQLite database that is not empty.
const HEADER: &[u8] = b"SQLite format 3\0";
/// The file holds addresses and hashes of passwords: only the portal's user may read it. SQLite gives its
/// other files the same mode.
pub(super) const MODE: u32 = 0o600;

/// What is wrong with the file of `DATABASE_URL`.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The setting names no file.
    #[error("DATABASE_URL must name a file: a database in memory would be lost when the portal stops")]
    Missing,
    /// The setting cannot be read.
    #[error("DATABASE_URL can't be read: {0}")]
    Address(#[from] sqlx::Error),
    /// The folder can't be made.
    #[error("the folder of the database can't be made: {0}")]
    Folder(std::io::Error),
    /// The file can't be made.
    #[error("the file of the database can't be made: {0}")]
    File(std::io::Error),
    /// The file is something else.
    #[error("the file of DATABASE_URL is not an SQLite database")]
    NotADatabase,
}

/// The options for the database at `url`. Its folder and its file are made if they are missing.
pub(super) fn prepared(url: &str) -> Result<AnyConnectOptions, FileError> {
    if is_in_memory(url) {
        return Err(FileError::Missing);
    }
    let joiner = if url.contains('?') { '&' } else { '?' };
    let url = if url.contains("mode=") { url.to_owned() } else { format!("{url}{joiner}mode=rwc") };
    let options = AnyConnectOptions::from_str(&url)?;
    // The path as SQLite opens it: decoded.
    let file = SqliteConnectOptions::try_from(&options)?;
    let path = file.get_filename();
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(FileError::Folder)?;
    }
    if url.contains("mode=rwc") {
        make(path)?;
    }
    if is_something_else(path) {
        return Err(FileError::NotADatabase);
    }
    Ok(options)
}

/// The file of the database at `url` and its mode, if it is an SQLite file that other users of the machine may
/// read. Such a file was made by something else than the portal.
pub fn readable_by_others(url: &str) -> Option<(PathBuf, u32)> {
    let options = AnyConnectOptions::from_str(url).ok()?;
    let path = SqliteConnectOptions::try_from(&options).ok()?.get_filename().to_owned();
    let mode = std::fs::metadata(&path).ok()?.permissions().mode() & 0o777;
    (mode & !MODE != 0).then_some((path, mode))
}

/// Whether `url` names a database in memory, or no file at all.
fn is_in_memory(url: &str) -> bool {
    let rest = url.trim_start_matches("sqlite:").trim_start_matches("//");
    let (path, parameters) = rest.split_once('?').unwrap_or((rest, ""));
    path.is_empty() || path == ":memory:" || parameters.split('&').any(|parameter| parameter == "mode=memory")
}

fn make(path: &Path) -> Result<(), FileError> {
    match OpenOptions::new().write(true).create_new(true).mode(MODE).open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(FileError::File(error)),
    }
}

/// Whether the file has a content that is no database. A file that can't be read is SQLite's to tell of.
fn is_something_else(path: &Path) -> bool {
    let mut beginning = Vec::new();
    let read = File::open(path).and_then(|file| file.take(HEADER.len() as u64).read_to_end(&mut beginning));
    read.is_ok() && !beginning.is_empty() && beginning != HEADER
}

#[cfg(test)]
mod tests {
    use super::is_in_memory;

    #[test]
    fn a_database_needs_a_file() {
        for url in ["sqlite::memory:", "sqlite://:memory:", "sqlite://", "sqlite:", "sqlite://x.db?mode=memory"] {
            assert!(is_in_memory(url), "{url}");
        }
        for url in ["sqlite://data/portal.db", "sqlite:portal.db?mode=rw", "sqlite:///srv/memory.db"] {
            assert!(!is_in_memory(url), "{url}");
        }
    }
}
