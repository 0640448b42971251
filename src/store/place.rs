//! What identifies a database among its copies, so that a start after a restore is noticed.

use std::os::unix::fs::MetadataExt;
use std::time::UNIX_EPOCH;

use super::args::args;
use super::mark::Mark;
use super::{Dialect, Result, Store, Tx};

/// What identifies a database among its copies.
#[derive(Clone, Debug)]
pub struct Place {
    /// The same as long as the database is where it is.
    identity: String,
    /// SQLite: tells a copy that was written over the file.
    mark: Option<Mark>,
}

impl Place {
    /// To be called when the transaction of [`Tx::replace_place`] has been committed.
    pub fn settle(&self) {
        if let Some(mark) = &self.mark {
            mark.settle();
        }
    }
}

impl Store {
    /// What identifies this database: it is the same as long as the database is, and another one in a copy
    /// that was restored. On SQLite that is the file and a mark beside it, on PostgreSQL the tables of this
    /// server. `None` if the file system does not tell.
    pub async fn place(&self) -> Result<Option<Place>> {
        if self.dialect == Dialect::Postgres {
            let sql = "select (select system_identifier from pg_control_system()) || '/' || \
                       cast(cast('emails' as regclass) as oid) || '/' || cast(cast('domains' as regclass) as oid)";
            return Ok(Some(Place { identity: self.value(sql, args![]).await?, mark: None }));
        }
        let file: String = self.value("select file from pragma_database_list where name = 'main'", args![]).await?;
        let Ok(found) = std::fs::metadata(&file) else { return Ok(None) };
        // The number of a deleted file is given to the next one.
        let made = found.created().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
        let identity = format!("{}/{}", found.ino(), made.map_or(0, |since| since.as_nanos()));
        Ok(Some(Place { identity, mark: Some(Mark::beside(&file)) }))
    }
}

impl Tx {
    /// Stores what identifies this database, and returns whether it is a copy of the one of the last start.
    pub async fn replace_place(&mut self, place: &Place) -> Result<bool> {
        let found = self.first("select place, mark from installation where id = 1", args![]).await?;
        let (before, stored): (Option<String>, Option<String>) = found.unwrap_or_default();
        let stored = stored.as_deref();
        let is_moved = before.is_some_and(|before| before != place.identity);
        let is_copy = is_moved || place.mark.as_ref().is_some_and(|mark| mark.tells_copy(stored));
        let mark = place.mark.as_ref().and_then(|mark| mark.replace(stored));
        let sql = "insert into installation (id, place, mark) values (1, $1, $2) \
                   on conflict (id) do update set place = excluded.place, mark = excluded.mark";
        self.exec_one(sql, args![&place.identity, mark]).await?;
        Ok(is_copy)
    }
}
