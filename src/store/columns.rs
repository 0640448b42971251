//! How the types of the model are stored: ids, addresses and words as text, timestamps and flags as
//! numbers, what has several parts as JSON. All of them can be arguments and columns of statements.

use serde::{Deserialize, Serialize};
use sqlx::any::{AnyTypeInfo, AnyValueRef};
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::{Any, Database, Decode, Encode, Type};

use crate::model::alias::{AliasKnown, AliasStatus, Destination};
use crate::model::bulk::{Action, NotRequested};
use crate::model::change::{ChangeKind, ChangeOutcome};
use crate::model::job::{Call, Lane, WaitsFor};
use crate::model::mailbox::{MailboxStatus, Wanted};
use crate::model::reason::{Reason, Trouble};
use crate::model::wanted::{Known, Wants};
use crate::model::{
    AliasId, AttemptId, BulkId, ChangeId, CheckReport, ClaimId, Confirming, DnsRecord, DnsShareId, DomainId,
    DomainName, DomainStatus, EmailContent, EmailId, EmailState, Event, FirstAccessId, GivenUp, Guard, InvitationId,
    JobId, Language, LeadWay, LocalPart, MailboxEmail, MailboxId, MemberId, PortalId, Role, SentCallId, Timestamp,
    UserId,
};

/// Stores a type as another one: how it is written, and how it is read.
macro_rules! stored {
    ($type:ty as $stored:ty, $write:expr, $read:expr) => {
        impl Type<Any> for $type {
            fn type_info() -> AnyTypeInfo {
                <$stored as Type<Any>>::type_info()
            }

            fn compatible(found: &AnyTypeInfo) -> bool {
                <$stored as Type<Any>>::compatible(found)
            }
        }

        impl Encode<'_, Any> for $type {
            fn encode_by_ref(&self, buffer: &mut <Any as Database>::ArgumentBuffer) -> Result<IsNull, BoxDynError> {
                let write: fn(&Self) -> Result<$stored, BoxDynError> = $write;
                Encode::<Any>::encode(write(self)?, buffer)
            }
        }

        impl Decode<'_, Any> for $type {
            fn decode(value: AnyValueRef<'_>) -> Result<Self, BoxDynError> {
                let read: fn($stored) -> Result<Self, BoxDynError> = $read;
                read(<$stored as Decode<Any>>::decode(value)?)
            }
        }
    };
}

macro_rules! texts {
    ($($text:ty),+ $(,)?) => {$(
        stored!($text as String, |value| Ok(value.to_string()), |text| Ok(text.parse()?));
    )+};
}

macro_rules! addresses {
    ($($address:ty),+ $(,)?) => {$(
        stored!($address as String, |address| Ok(address.as_str().to_owned()), |text| {
            <$address>::parse(&text).map_err(|_| "not an address".into())
        });
    )+};
}

macro_rules! json {
    ($($json:ty),+ $(,)?) => {$(
        stored!($json as String, |value| Ok(serde_json::to_string(value)?), |text| Ok(serde_json::from_str(&text)?));
    )+};
}

texts! {
    AliasId, AttemptId, ChangeId, ClaimId, DnsShareId, DomainId, EmailId, FirstAccessId, InvitationId, JobId, MailboxId, MemberId,
    BulkId, PortalId, SentCallId, UserId,
    Action, AliasKnown, AliasStatus, ChangeKind, ChangeOutcome, Confirming, DomainStatus, EmailState, GivenUp, Known,
    Lane, LeadWay, MailboxEmail, MailboxStatus, NotRequested, Role, WaitsFor, Wants,
}

addresses!(Destination, DomainName, LocalPart);
json!(Call, CheckReport, EmailContent, Event, Reason, Records, Trouble, Wanted);
stored!(Language as String, |language| Ok(language.code().to_owned()), |code| {
    Self::from_code(&code).ok_or_else(|| "unknown language".into())
});
stored!(Guard as i64, |guard| Ok(guard.as_number()), |number| Ok(Self::from_number(number)));
stored!(Timestamp as i64, |at| Ok(at.0), |micros| Ok(Self(micros)));
stored!(Parts as String, |parts| Ok(parts.0.iter().map(LocalPart::as_str).collect::<Vec<_>>().join(" ")), |text| {
    text.split(' ')
        .filter(|part| !part.is_empty())
        .map(|part| LocalPart::parse(part).map_err(|_| "no local part".into()))
        .collect::<Result<_, _>>()
        .map(Self)
});
stored!(Flag as i64, |flag| Ok(i64::from(flag.0)), |number| Ok(Self(number != 0)));

/// A boolean: 1 or 0, because SQLite has no booleans.
pub(super) struct Flag(pub bool);

impl From<Flag> for bool {
    fn from(flag: Flag) -> Self {
        flag.0
    }
}

/// Local parts, as one text with spaces between them.
pub(super) struct Parts(Vec<LocalPart>);

impl From<Parts> for Vec<LocalPart> {
    fn from(parts: Parts) -> Self {
        parts.0
    }
}

/// The records that dimail expects of a domain.
#[derive(Serialize, Deserialize)]
pub(super) struct Records(pub Vec<DnsRecord>);

impl From<Records> for Vec<DnsRecord> {
    fn from(records: Records) -> Self {
        records.0
    }
}

/// Reads a struct from the columns named like its fields. `field = "column"` is for another name,
/// `field as Type` for a column that is stored as another type, `field: row` for a struct whose
/// columns are in the same row, `field: row if "column"` for one that is missing if that is null,
/// `field: default` for one without a column.
macro_rules! from_row {
    ($type:ty {
        $($field:ident $(= $column:literal)? $(as $stored:ty)? $(: $flat:ident $(if $key:literal)?)?),+ $(,)?
    }) => {
        impl sqlx::FromRow<'_, sqlx::any::AnyRow> for $type {
            fn from_row(row: &sqlx::any::AnyRow) -> sqlx::Result<Self> {
                Ok(Self { $($field: $crate::store::columns::from_row!(
                    @ row, $field $(= $column)? $(as $stored)? $(: $flat $(if $key)?)?
                )),+ })
            }
        }
    };
    (@ $row:ident, $field:ident) => { sqlx::Row::try_get($row, stringify!($field))? };
    (@ $row:ident, $field:ident = $column:literal) => { sqlx::Row::try_get($row, $column)? };
    (@ $row:ident, $field:ident as $stored:ty) => {
        sqlx::Row::try_get::<$stored, _>($row, stringify!($field))?.into()
    };
    (@ $row:ident, $field:ident = $column:literal as $stored:ty) => {
        sqlx::Row::try_get::<$stored, _>($row, $column)?.into()
    };
    (@ $row:ident, $field:ident: default) => { Default::default() };
    (@ $row:ident, $field:ident: row) => { sqlx::FromRow::from_row($row)? };
    (@ $row:ident, $field:ident: row if $key:literal) => {
        match sqlx::Row::try_get::<Option<&str>, _>($row, $key)? {
            Some(_) => Some(sqlx::FromRow::from_row($row)?),
            None => None,
        }
    };
}
pub(super) use from_row;
