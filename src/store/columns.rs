//! Reads columns of a row as types of the model.

use std::str::FromStr;

use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::Row;
use sqlx::any::AnyRow;

use super::Fault;
use crate::model::time::Timestamp;

/// A text column.
pub(super) fn text(row: &AnyRow, column: &'static str) -> Result<String, Fault> {
    Ok(row.try_get(column)?)
}

/// A text column that may be null.
pub(super) fn text_or_null(row: &AnyRow, column: &'static str) -> Result<Option<String>, Fault> {
    Ok(row.try_get(column)?)
}

/// A number.
pub(super) fn number(row: &AnyRow, column: &'static str) -> Result<i64, Fault> {
    Ok(row.try_get(column)?)
}

/// A boolean, stored as 1 or 0.
pub(super) fn flag(row: &AnyRow, column: &'static str) -> Result<bool, Fault> {
    Ok(number(row, column)? != 0)
}

/// A timestamp.
pub(super) fn timestamp(row: &AnyRow, column: &'static str) -> Result<Timestamp, Fault> {
    number(row, column).map(Timestamp)
}

/// A timestamp that may be null.
pub(super) fn timestamp_or_null(row: &AnyRow, column: &'static str) -> Result<Option<Timestamp>, Fault> {
    let micros: Option<i64> = row.try_get(column)?;
    Ok(micros.map(Timestamp))
}

/// An id.
pub(super) fn id<T: FromStr>(row: &AnyRow, column: &'static str) -> Result<T, Fault> {
    text(row, column)?.parse().map_err(|_| Fault::Unreadable { column })
}

/// An id that may be null.
pub(super) fn id_or_null<T: FromStr>(row: &AnyRow, column: &'static str) -> Result<Option<T>, Fault> {
    let parse = |text: String| text.parse().map_err(|_| Fault::Unreadable { column });
    text_or_null(row, column)?.map(parse).transpose()
}

/// The name of an enum value: a status, a role, a kind.
pub(super) fn word<T>(row: &AnyRow, column: &'static str, read: impl Fn(&str) -> Option<T>) -> Result<T, Fault> {
    read(&text(row, column)?).ok_or(Fault::Unreadable { column })
}

/// A JSON column that may be null.
pub(super) fn json_or_null<T: DeserializeOwned>(row: &AnyRow, column: &'static str) -> Result<Option<T>, Fault> {
    let read = |text: String| serde_json::from_str(&text).map_err(|_| Fault::Unreadable { column });
    text_or_null(row, column)?.map(read).transpose()
}

/// The text to store in a JSON column.
pub(super) fn to_json(value: &impl Serialize) -> Result<String, Fault> {
    serde_json::to_string(value).map_err(|_| Fault::Unreadable { column: "json" })
}
