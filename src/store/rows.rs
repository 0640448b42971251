//! Running statements: one call each, inside and outside of transactions.

use sqlx::SqlSafeStr;
use sqlx::any::AnyRow;

use super::args::{Value, arguments};
use super::{Fault, Store, Tx};

macro_rules! runs_statements {
    ($runner:ty, $this:ident, $executor:expr, $($mutable:tt)*) => {
        impl $runner {
            /// All rows.
            pub(super) async fn all($($mutable)* $this, sql: impl SqlSafeStr, args: Vec<Value>) -> Result<Vec<AnyRow>, Fault> {
                Ok(sqlx::query_with(sql, arguments(args)?).fetch_all($executor).await?)
            }

            /// The only row; an error if there is none.
            pub(super) async fn one($($mutable)* $this, sql: impl SqlSafeStr, args: Vec<Value>) -> Result<AnyRow, Fault> {
                Ok(sqlx::query_with(sql, arguments(args)?).fetch_one($executor).await?)
            }

            /// The first row, if any.
            pub(super) async fn first($($mutable)* $this, sql: impl SqlSafeStr, args: Vec<Value>) -> Result<Option<AnyRow>, Fault> {
                Ok(sqlx::query_with(sql, arguments(args)?).fetch_optional($executor).await?)
            }

            /// How many rows the statement changed.
            pub(super) async fn exec($($mutable)* $this, sql: impl SqlSafeStr, args: Vec<Value>) -> Result<u64, Fault> {
                Ok(sqlx::query_with(sql, arguments(args)?).execute($executor).await?.rows_affected())
            }
        }
    };
}

runs_statements!(Store, self, &self.pool, &);
runs_statements!(Tx, self, &mut *self.sql, &mut);
