//! What an error says about the database: whether it is away for now, why, and whether the connection
//! can be used again.

use std::io;

use super::Fault;

/// What an error of a statement means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// The statement or its data are at fault; the database works.
    Statement,
    /// Another transaction has a lock, or the server ended the statement: it may be repeated.
    Locked,
    /// The database does not work at the moment, at least not over this connection.
    Away,
}

/// Why the database does not work, as far as the error tells; each has another remedy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// Nothing listens at the address.
    Refused,
    /// There is no such host.
    NoHost,
    /// The server does not answer in time.
    NoAnswer,
    /// The server's certificate is not trusted, or TLS is not possible.
    Certificate,
    /// The server does not accept user or password.
    Credentials,
    /// The database can be read only.
    ReadOnly,
    /// The disk is full.
    Full,
    /// The server accepts no more connections.
    TooMany,
    /// Another program or transaction has a lock.
    Locked,
    /// Anything else.
    Other,
}

impl Fault {
    /// Whether the same request may succeed later, without a change of the portal.
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::NoAnswer | Self::Unsure | Self::Busy => true,
            Self::Sql(error) => meaning(error) != Meaning::Statement,
            Self::Denied(_) | Self::RowsChanged { .. } | Self::Unreadable { .. } => false,
        }
    }

    /// The same fault, of a commit: without an answer of the database it is open whether it stored anything.
    pub(super) fn of_a_commit(self) -> Self {
        match self {
            Self::NoAnswer => Self::Unsure,
            Self::Sql(error) if code(&error).is_none() => {
                tracing::warn!(%error, "a commit was not answered");
                Self::Unsure
            }
            answered => answered,
        }
    }

    /// Whether another program or transaction had a lock for the whole time of the wait.
    pub(super) fn is_locked(&self) -> bool {
        matches!(self, Self::Sql(error) if meaning(error) == Meaning::Locked)
    }

    /// Why the database does not work.
    pub fn cause(&self) -> Cause {
        match self {
            Self::NoAnswer | Self::Unsure => Cause::NoAnswer,
            Self::Busy => Cause::Locked,
            Self::Sql(error) => cause(error),
            Self::Denied(_) | Self::RowsChanged { .. } | Self::Unreadable { .. } => Cause::Other,
        }
    }
}

/// The code of a database's own error. SQLite's extended codes carry the plain one in their last byte.
enum Code {
    Sqlite(u32),
    Postgres(String),
}

fn code(error: &sqlx::Error) -> Option<Code> {
    let code = error.as_database_error()?.code()?.into_owned();
    Some(match code.parse::<u32>() {
        // An SQLSTATE has five characters.
        Ok(number) if code.len() < 5 => Code::Sqlite(number & 0xff),
        _ => Code::Postgres(code),
    })
}

/// What an error of a statement means.
pub(super) fn meaning(error: &sqlx::Error) -> Meaning {
    use sqlx::Error as E;
    match code(error) {
        // busy, locked
        Some(Code::Sqlite(5 | 6)) => Meaning::Locked,
        // out of memory, read-only, interrupted, I/O error, full, cannot open
        Some(Code::Sqlite(7..=10 | 13 | 14)) => Meaning::Away,
        Some(Code::Postgres(code)) => match code.as_str() {
            // lock not available, statement cancelled, serialization failure, deadlock
            "55P03" | "57014" | "40001" | "40P01" => Meaning::Locked,
            // read-only transaction, idle too long in a transaction, no such database
            "25006" | "25P03" | "3D000" => Meaning::Away,
            // connection, credentials, resources, operator, system
            code if ["08", "28", "53", "57", "58"].iter().any(|class| code.starts_with(class)) => Meaning::Away,
            _ => Meaning::Statement,
        },
        Some(Code::Sqlite(_)) => Meaning::Statement,
        None => match error {
            E::Io(_) | E::Tls(_) | E::Protocol(_) | E::PoolTimedOut | E::PoolClosed | E::WorkerCrashed => Meaning::Away,
            _ => Meaning::Statement,
        },
    }
}

/// Whether other connections that are as old probably have the same fault: the server went away or
/// became a read-only one, as after a fail-over.
pub(super) fn concerns_all(error: &sqlx::Error) -> bool {
    matches!(error, sqlx::Error::Io(_)) || matches!(code(error), Some(Code::Postgres(code)) if code == "25006")
}

/// Why the database does not work.
pub(super) fn cause(error: &sqlx::Error) -> Cause {
    match code(error) {
        Some(Code::Sqlite(5 | 6)) => Cause::Locked,
        Some(Code::Sqlite(8)) => Cause::ReadOnly,
        Some(Code::Sqlite(13)) => Cause::Full,
        Some(Code::Postgres(code)) => match code.as_str() {
            "25006" => Cause::ReadOnly,
            "53100" => Cause::Full,
            "53300" => Cause::TooMany,
            "55P03" | "57014" => Cause::Locked,
            code if code.starts_with("28") => Cause::Credentials,
            _ => Cause::Other,
        },
        Some(Code::Sqlite(_)) => Cause::Other,
        None => match error {
            sqlx::Error::Io(error) => io_cause(error),
            sqlx::Error::Tls(_) => Cause::Certificate,
            sqlx::Error::PoolTimedOut => Cause::NoAnswer,
            _ => Cause::Other,
        },
    }
}

fn io_cause(error: &io::Error) -> Cause {
    use io::ErrorKind as K;
    if error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()).is_some() {
        return Cause::Certificate;
    }
    match error.kind() {
        K::ConnectionRefused => Cause::Refused,
        K::TimedOut | K::HostUnreachable | K::NetworkUnreachable => Cause::NoAnswer,
        // The standard library has no kind for it.
        _ if error.to_string().contains("lookup address") => Cause::NoHost,
        _ => Cause::Other,
    }
}
