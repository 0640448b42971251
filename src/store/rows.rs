//! Running statements: one call each, inside and outside of transactions.

use futures::TryStreamExt;
use sqlx::any::AnyRow;
use sqlx::{Any, Decode, FromRow, SqlSafeStr as Sql, Type};

use super::args::{Args, copied};
use super::connection::{Connection, may_repeat};
use super::patience::deadline;
use super::{Fault, Result, Store, Tx};

/// A type that is read from a row.
pub(super) trait Row: for<'r> FromRow<'r, AnyRow> + Send + Unpin {}

impl<T: for<'r> FromRow<'r, AnyRow> + Send + Unpin> Row for T {}

/// A type that is read from a column.
pub(super) trait Cell: for<'r> Decode<'r, Any> + Type<Any> + Send + Unpin {}

impl<T: for<'r> Decode<'r, Any> + Type<Any> + Send + Unpin> Cell for T {}

macro_rules! runs_statements {
    ($runner:ty, $this:ident ($($mutable:tt)*), $connection:expr) => {
        impl $runner {
            /// All rows.
            pub(super) async fn all<T: Row>($($mutable)* $this, sql: impl Sql, args: Args) -> Result<Vec<T>> {
                let query = sqlx::query_as_with(sql, args.bound()?);
                let Connection { sql: connection, waits, .. } = &mut $connection;
                let mut found = query.fetch(&mut **connection);
                let mut rows = Vec::new();
                // A long list may take long, as long as rows arrive.
                while let Some(row) = waits.answer(found.try_next()).await? {
                    waits.until = None;
                    rows.push(row);
                }
                Ok(rows)
            }

            /// The only row; an error if there is none.
            pub(super) async fn one<T: Row>($($mutable)* $this, sql: impl Sql, args: Args) -> Result<T> {
                let query = sqlx::query_as_with(sql, args.bound()?);
                let Connection { sql: connection, waits, .. } = &mut $connection;
                waits.answer(query.fetch_one(&mut **connection)).await
            }

            /// The first row, if any.
            pub(super) async fn first<T: Row>($($mutable)* $this, sql: impl Sql, args: Args) -> Result<Option<T>> {
                let query = sqlx::query_as_with(sql, args.bound()?);
                let Connection { sql: connection, waits, .. } = &mut $connection;
                waits.answer(query.fetch_optional(&mut **connection)).await
            }

            /// The values of the first column in all rows.
            pub(super) async fn values<T: Cell>($($mutable)* $this, sql: impl Sql, args: Args) -> Result<Vec<T>> {
                let rows: Vec<(T,)> = $this.all(sql, args).await?;
                Ok(rows.into_iter().map(|(value,)| value).collect())
            }

            /// The value of the first column in the only row; an error if there is none.
            pub(super) async fn value<T: Cell>($($mutable)* $this, sql: impl Sql, args: Args) -> Result<T> {
                $this.one(sql, args).await.map(|(value,)| value)
            }

            /// The value of the first column in the first row, if any.
            pub(super) async fn first_value<T: Cell>(
                $($mutable)* $this,
                sql: impl Sql,
                args: Args,
            ) -> Result<Option<T>> {
                let row: Option<(T,)> = $this.first(sql, args).await?;
                Ok(row.map(|(value,)| value))
            }

            /// Whether there is a row.
            pub(super) async fn exists($($mutable)* $this, sql: impl Sql, args: Args) -> Result<bool> {
                let query = sqlx::query_with(sql, args.bound()?);
                let Connection { sql: connection, waits, .. } = &mut $connection;
                Ok(waits.answer(query.fetch_optional(&mut **connection)).await?.is_some())
            }

            /// Runs a statement that must change one row.
            ///
            /// # Errors
            /// [`Fault::RowsChanged`] if it changed none or several: that is a bug of the portal.
            pub(super) async fn exec_one($($mutable)* $this, sql: impl Sql, args: Args) -> Result<()> {
                let sql = sql.into_sql_str();
                match $this.rows_changed(sql.clone(), args).await? {
                    1 => Ok(()),
                    rows => Err(Fault::RowsChanged { rows, statement: sql.as_str().to_owned() }),
                }
            }

            /// Runs a statement that may change any number of rows, none included.
            pub(super) async fn exec_any($($mutable)* $this, sql: impl Sql, args: Args) -> Result<()> {
                $this.rows_changed(sql, args).await.map(|_| ())
            }

            /// Whether the statement changes a row.
            pub(super) async fn changes($($mutable)* $this, sql: impl Sql, args: Args) -> Result<bool> {
                $this.rows_changed(sql, args).await.map(|rows| rows > 0)
            }
        }
    };
}

runs_statements!(Store, self (&), self.reader().await?);
runs_statements!(Tx, self (&mut), *self.connection()?);

impl Tx {
    async fn rows_changed(&mut self, sql: impl Sql, args: Args) -> Result<u64> {
        let Connection { sql: connection, waits, .. } = self.connection()?;
        let query = sqlx::query_with(sql, args.bound()?);
        Ok(waits.answer(query.execute(&mut **connection)).await?.rows_affected())
    }
}

impl Store {
    async fn rows_changed(&self, sql: impl Sql, args: Args) -> Result<u64> {
        let (sql, args, until) = (sql.into_sql_str(), args.bound()?, deadline());
        let Connection { sql: connection, waits, .. } = &mut self.writer(until).await?;
        loop {
            let query = sqlx::query_with(sql.clone(), copied(&args));
            match waits.answer(query.execute(&mut **connection)).await {
                Err(fault) if fault.is_locked() && may_repeat(until) => {}
                done => return Ok(done?.rows_affected()),
            }
        }
    }

    /// Runs a statement that changes at most one row and returns it.
    pub(super) async fn claimed<T: Row>(&self, sql: impl Sql, args: Args) -> Result<Option<T>> {
        let (sql, args, until) = (sql.into_sql_str(), args.bound()?, deadline());
        let Connection { sql: connection, waits, .. } = &mut self.writer(until).await?;
        loop {
            let query = sqlx::query_as_with(sql.clone(), copied(&args));
            // All rows are read, though there is one at most: SQLite stores the claim when it has returned the last, and
            // fails only then if the disk is full.
            match waits.answer(query.fetch_all(&mut **connection)).await {
                Err(fault) if fault.is_locked() && may_repeat(until) => {}
                done => return Ok(done?.into_iter().next()),
            }
        }
    }
}
