//! The arguments of statements: texts, numbers, booleans, ids and timestamps as the database keeps
//! them. `args![id, now, name]` stands for `$1`, `$2`, `$3`.

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

/// One argument; a null has a type, which PostgreSQL wants to know.
#[derive(Debug)]
pub(super) enum Value {
    Text(Option<String>),
    Number(Option<i64>),
}

/// What can be an argument.
pub(super) trait Arg {
    /// What stands for the lack of one.
    const NULL: Value;

    /// The argument as the database keeps it.
    fn value(self) -> Value;
}

/// What sqlx takes.
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
