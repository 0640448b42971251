//! A mark that changes at each start, in the database and in a file beside it, so that a copy that was
//! written over the file of an SQLite database is noticed.
//!
//! The file is written before the database and once more after it, so that they agree whenever the portal is
//! killed: in between it holds the mark before, too.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;

use uuid::Uuid;

use super::file::MODE;

/// The end of the name of the file.
const BESIDE: &str = ".mark";
/// The mark of a copy that the portal made.
pub(super) const COPY: &str = "copy";

/// The mark of this start.
#[derive(Clone, Debug)]
pub(super) struct Mark {
    file: PathBuf,
    new: String,
}

impl Mark {
    /// A new mark, to be written beside this database.
    pub(super) fn beside(database: &str) -> Self {
        Self { file: format!("{database}{BESIDE}").into(), new: Uuid::new_v4().simple().to_string() }
    }

    /// Whether the database is a copy of the one of the last start; `stored` is its mark. A missing file tells
    /// nothing: before the first start there is none, and a folder may be read-only.
    pub(super) fn tells_copy(&self, stored: Option<&str>) -> bool {
        let marks = self.marks();
        stored == Some(COPY) || !marks.is_empty() && !marks.iter().any(|mark| stored == Some(mark))
    }

    /// Replaces the mark; returns the one that belongs into the database. It is the one of the file, if that
    /// cannot be written.
    pub(super) fn replace(&self, stored: Option<&str>) -> Option<String> {
        match self.write(&format!("{}\n{}", stored.unwrap_or_default(), self.new)) {
            Ok(()) => Some(self.new.clone()),
            Err(error) => {
                tracing::info!(%error, file = %self.file.display(), "the mark of the database could not be written");
                self.marks().pop()
            }
        }
    }

    /// The database has the mark: the one before does not count any more.
    pub(super) fn settle(&self) {
        // Unless another portal has started meanwhile.
        if self.marks().last() == Some(&self.new)
            && let Err(error) = self.write(&self.new)
        {
            tracing::info!(%error, file = %self.file.display(), "the mark of the database could not be written");
        }
    }

    fn marks(&self) -> Vec<String> {
        let marks = std::fs::read_to_string(&self.file).unwrap_or_default();
        marks.lines().filter(|mark| !mark.is_empty()).map(str::to_owned).collect()
    }

    fn write(&self, marks: &str) -> io::Result<()> {
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(MODE).open(&self.file)?;
        file.write_all(marks.as_bytes())?;
        file.sync_all()
    }
}
