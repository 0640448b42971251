//! Arguments of statements: text, numbers, booleans, ids and timestamps in their database form.
//! `args![id, now, name]` binds `$1`, `$2`, `$3`.

use sqlx::Arguments;
use sqlx::any::AnyArguments;

use super::Fault;
use crate::model::id::{
    AliasId, AttemptId, CreationAttemptId, DomainId, EmailId, FirstAccessId, InvitationId, MailboxId, MemberId,
    OperationId, OrderId, PortalId, UserId,
};
use crate::model::time::Timestamp;

/// The arguments of a statement, in order.
macro_rules! args {
    [$($arg:expr),* $(,)?] => {
        vec![$($crate::store::args::Arg::value($arg)),*]
    };
}
pub(super) use args;

/// One argument. A null carries its type, which PostgreSQL needs.
#[derive(Debug)]
pub(super) enum Value {
    Text(Option<String>),
    Number(Option<i64>),
}

/// A type that can be bound.
pub(super) trait Arg {
    /// The null of this type.
    const NULL: Value;

    /// The value in its database form.
    fn value(self) -> Value;
}

/// Converts to sqlx's arguments.
pub(super) fn arguments(values: Vec<Value>) -> Result<AnyArguments, Fault> {
    let mut arguments = AnyArguments::default();
    for value in values {
        let added = match value {
            Value::Text(text) => arguments.add(text),
            Value::Number(number) => arguments.add(number),
        };
        added.map_err(sqlx::Error::Encode)?;
    }
    Ok(arguments)
}

macro_rules! texts {
    ($($kind:ty),+ $(,)?) => {$(
        impl Arg for $kind {
            const NULL: Value = Value::Text(None);

            fn value(self) -> Value {
                Value::Text(Some(self.to_string()))
            }
        }
    )+};
}

texts!(
    &str,
    &String,
    AliasId,
    AttemptId,
    CreationAttemptId,
    DomainId,
    EmailId,
    FirstAccessId,
    InvitationId,
    MailboxId,
    MemberId,
    OperationId,
    OrderId,
    PortalId,
    UserId,
);

impl Arg for String {
    const NULL: Value = Value::Text(None);

    fn value(self) -> Value {
        Value::Text(Some(self))
    }
}

impl Arg for i64 {
    const NULL: Value = Value::Number(None);

    fn value(self) -> Value {
        Value::Number(Some(self))
    }
}

impl Arg for u32 {
    const NULL: Value = Value::Number(None);

    fn value(self) -> Value {
        Value::Number(Some(i64::from(self)))
    }
}

impl Arg for bool {
    const NULL: Value = Value::Number(None);

    fn value(self) -> Value {
        Value::Number(Some(i64::from(self)))
    }
}

impl Arg for Timestamp {
    const NULL: Value = Value::Number(None);

    fn value(self) -> Value {
        Value::Number(Some(self.0))
    }
}

impl<T: Arg> Arg for Option<T> {
    const NULL: Value = T::NULL;

    fn value(self) -> Value {
        self.map_or(T::NULL, T::value)
    }
}

impl Arg for &Option<String> {
    const NULL: Value = Value::Text(None);

    fn value(self) -> Value {
        Value::Text(self.clone())
    }
}
