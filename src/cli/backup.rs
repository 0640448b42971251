//! `backup FILE`: a copy of the embedded database, beside a running portal.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use clap::Args;

use super::{CommandError, parts, quiet_log, say};
use crate::config::{Settings, WrongSetting};
use crate::store::Store;

/// The owner alone may read a backup: it holds names, addresses and password hashes.
const MODE: u32 = 0o600;

/// A copy of the embedded database (SQLite). Runs beside a running portal. FILE is replaced only by a
/// complete copy, and only its owner may read it.
#[derive(Args, Debug)]
pub(super) struct Backup {
    /// The file to write
    file: PathBuf,
    #[command(flatten)]
    settings: Settings,
}

impl Backup {
    pub(super) async fn run(&self) -> Result<(), CommandError> {
        quiet_log(self.settings.log_format);
        let settings = parts::settled(&self.settings)?;
        let store = parts::store(&settings).await?;
        if !store.is_embedded() {
            return Err(WrongSetting(
                "DATABASE_URL is not that of an embedded database: back it up with pg_dump, see docs/operation.md"
                    .to_owned(),
            )
            .into());
        }
        let unfinished = beside(&self.file);
        let copied = copy(&store, &unfinished, &self.file).await;
        store.close().await;
        if copied.is_err() {
            drop(fs::remove_file(&unfinished));
        }
        copied.map(|()| say::line(format!("{}\twritten", self.file.display())))
    }
}

/// The name under which the copy is made, in the same folder.
fn beside(file: &Path) -> PathBuf {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(".unfinished");
    file.with_file_name(name)
}

async fn copy(store: &Store, unfinished: &Path, file: &Path) -> Result<(), CommandError> {
    let unwritable = |error: io::Error| CommandError::other(format!("{} can't be written: {error}", file.display()));
    empty(unfinished).map_err(unwritable)?;
    store.copy_to(unfinished).await.map_err(|fault| CommandError::other(format!("{}: {fault}", file.display())))?;
    File::open(unfinished).and_then(|copy| copy.sync_all()).map_err(unwritable)?;
    fs::rename(unfinished, file).map_err(unwritable)
}

/// Makes an empty file for the owner alone, into which SQLite writes.
fn empty(path: &Path) -> io::Result<()> {
    let file = OpenOptions::new().write(true).create(true).truncate(true).mode(MODE).open(path)?;
    file.set_permissions(Permissions::from_mode(MODE))
}
