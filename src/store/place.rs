//! What identifies a database among its copies, so that a start after a restore is noticed.

use std::os::unix::fs::MetadataExt;
use std::time::UNIX_EPOCH;

use super::args::args;
use super::{Dialect, Result, Store, Tx};

impl Store {
    /// What identifies this database: it is the same as long as the database is, and another one in a copy
    /// that was restored as the documentation says. On SQLite that is the file, on PostgreSQL the tables of
    /// this server. `None` if the file system does not tell.
    pub async fn place(&self) -> Result<Option<String>> {
        if self.dialect == Dialect::Postgres {
            let sql = "select (select system_identifier from pg_control_system()) || '/' || \
                       cast(cast('emails' as regclass) as oid) || '/' || cast(cast('domains' as regclass) as oid)";
            return self.value(sql, args![]).await.map(Some);
        }
        let file: String = self.value("select file from pragma_database_list where name = 'main'", args![]).await?;
        let Ok(found) = std::fs::metadata(file) else { return Ok(None) };
        // The number of a deleted file is given to the next one.
        let made = found.created().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
        Ok(Some(format!("{}/{}", found.ino(), made.map_or(0, |since| since.as_nanos()))))
    }
}

impl Tx {
    /// Stores what identifies this database, and returns what was stored before.
    pub async fn replace_place(&mut self, place: &str) -> Result<Option<String>> {
        let before = self.first_value("select place from installation where id = 1", args![]).await?;
        let sql = "insert into installation (id, place) values (1, $1) \
                   on conflict (id) do update set place = excluded.place";
        self.exec_one(sql, args![place]).await?;
        Ok(before)
    }
}
