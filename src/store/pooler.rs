//! Recognises a pooler in transaction mode between the portal and PostgreSQL. It gives each transaction
//! another session of the server: prepared statements, time limits and the lock of a migration are lost or
//! reach another connection.

use sqlx::any::AnyConnectOptions;
use sqlx::{AnyConnection, AssertSqlSafe, Connection, Executor, Row};
use uuid::Uuid;

/// Whether another connection shares the session of `one` at the server: then it reads what `one` sets.
pub(super) async fn shares_sessions(one: &mut AnyConnection, options: &AnyConnectOptions) -> Result<bool, sqlx::Error> {
    let mark = Uuid::new_v4().simple().to_string();
    let mut other = AnyConnection::connect_with(options).await?;
    // Statements without arguments, which are not prepared: that would fail behind such a pooler.
    let set = format!("select set_config('dimail_portal.session', '{mark}', false)");
    one.execute(AssertSqlSafe(set)).await?;
    other.execute("begin").await?;
    let row = other.fetch_one("select coalesce(current_setting('dimail_portal.session', true), '')").await?;
    let seen: String = row.try_get(0)?;
    other.execute("rollback").await?;
    one.execute("reset dimail_portal.session").await?;
    other.close().await?;
    Ok(seen == mark)
}

/// Whether the answer to a connection comes from a pooler that does not pass on the portal's parameters.
pub(super) fn refuses_parameters(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(|error| error.message().contains("unsupported startup parameter"))
}
