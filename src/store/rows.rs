//! Running statements: one call each, inside and outside of transactions.

use sqlx::any::AnyRow;
use sqlx::{Any, Decode, FromRow, SqlSafeStr as Sql, Type};

use super::args::Args;
use super::{Fault, Result, Store, Tx};

/// A type that is read from a row.
pub(super) trait Row: for<'r> FromRow<'r, AnyRow> + Send + Unpin {}

impl<T: for<'r> FromRow<'r, AnyRow> + Send + Unpin> Row for T {}

/// A type that is read from a column.
pub(super) trait Cell: for<'r> Decode<'r, Any> + Type<Any> + Send + Unpin {}

impl<T: for<'r> Decode<'r, Any> + Type<Any> + Send + Unpin> Cell for T {}

macro_rules! runs_statements {
    ($runner:ty, $this:ident ($($mutable:tt)*), $executor:expr, $($turn:tt)*) => {
        impl $runner {
            /// All rows.
            pub(super) async fn all<T: Row>($($mutable)* $this, sql: impl Sql, args: Args) -> Result<Vec<T>> {
                Ok(sqlx::query_as_with(sql, args.bound()?).fetch_all($executor).await?)
            }

            /// The only row; an error if there is none.
            pub(super) async fn one<T: Row>($($mutable)* $this, sql: impl Sql, args: Args) -> Result<T> {
                Ok(sqlx::query_as_with(sql, args.bound()?).fetch_one($executor).await?)
            }

            /// The first row, if any.
            pub(super) async fn first<T: Row>($($mutable)* $this, sql: impl Sql, args: Args) -> Result<Option<T>> {
                Ok(sqlx::query_as_with(sql, args.bound()?).fetch_optional($executor).await?)
            }

            /// The values of the first column in all rows.
            pub(super) async fn values<T: Cell>($($mutable)* $this, sql: impl Sql, args: Args) -> Result<Vec<T>> {
                Ok(sqlx::query_scalar_with(sql, args.bound()?).fetch_all($executor).await?)
            }

            /// The value of the first column in the only row; an error if there is none.
            pub(super) async fn value<T: Cell>($($mutable)* $this, sql: impl Sql, args: Args) -> Result<T> {
                Ok(sqlx::query_scalar_with(sql, args.bound()?).fetch_one($executor).await?)
            }

            /// The value of the first column in the first row, if any.
            pub(super) async fn first_value<T: Cell>(
                $($mutable)* $this,
                sql: impl Sql,
                args: Args,
            ) -> Result<Option<T>> {
                Ok(sqlx::query_scalar_with(sql, args.bound()?).fetch_optional($executor).await?)
            }

            /// Whether there is a row.
            pub(super) async fn exists($($mutable)* $this, sql: impl Sql, args: Args) -> Result<bool> {
                Ok(sqlx::query_with(sql, args.bound()?).fetch_optional($executor).await?.is_some())
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

            async fn rows_changed($($mutable)* $this, sql: impl Sql, args: Args) -> Result<u64> {
                $($turn)*
                Ok(sqlx::query_with(sql, args.bound()?).execute($executor).await?.rows_affected())
            }
        }
    };
}

runs_statements!(Store, self (&), &self.pool, let _turn = self.turn().await;);
runs_statements!(Tx, self (&mut), &mut *self.sql,);
