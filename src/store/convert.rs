//! Columns to domain values and back: identities are 16 bytes, a time is milliseconds and an offset, a count is i64.

use std::collections::BTreeMap;

use rusqlite::Row;
use rusqlite::types::{FromSqlError, Type, ValueRef};
use uuid::Uuid;

use crate::domain::session::Activity;
use crate::domain::time::Timestamp;
use crate::domain::verdict::{Ground, Standing, Verdict};

/// Why a column cannot be what it should be, in rusqlite's own form.
fn wrong(column: usize, kind: Type, why: String) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, kind, Box::new(FromSqlError::Other(why.into())))
}

/// An identity.
pub(super) fn uuid(row: &Row<'_>, column: usize) -> rusqlite::Result<Uuid> {
    uuid_of(row.get_ref(column)?, column)
}

/// An identity that may be absent.
pub(super) fn optional_uuid(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Uuid>> {
    match row.get_ref(column)? {
        ValueRef::Null => Ok(None),
        value => uuid_of(value, column).map(Some),
    }
}

fn uuid_of(value: ValueRef<'_>, column: usize) -> rusqlite::Result<Uuid> {
    match value {
        ValueRef::Blob(bytes) => {
            Uuid::from_slice(bytes).map_err(|e| wrong(column, Type::Blob, e.to_string()))
        }
        other => Err(wrong(column, other.data_type(), "an identity is 16 bytes".to_owned())),
    }
}

/// A time in columns `column` (milliseconds) and `column + 1` (minutes of offset).
pub(super) fn timestamp(row: &Row<'_>, column: usize) -> rusqlite::Result<Timestamp> {
    let ms: i64 = row.get(column)?;
    let offset_min: i32 = row.get(column + 1)?;
    Timestamp::from_unix_ms(ms, offset_min)
        .ok_or_else(|| wrong(column, Type::Integer, format!("{ms} ms, {offset_min} min is no time")))
}

/// A time that may be absent, as [`timestamp`].
pub(super) fn optional_timestamp(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Timestamp>> {
    match row.get_ref(column)? {
        ValueRef::Null => Ok(None),
        _ => timestamp(row, column).map(Some),
    }
}

/// A count.
pub(super) fn count(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    let count: i64 = row.get(column)?;
    u64::try_from(count).map_err(|e| wrong(column, Type::Integer, e.to_string()))
}

/// A count that may be absent.
pub(super) fn optional_count(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<u64>> {
    match row.get_ref(column)? {
        ValueRef::Null => Ok(None),
        _ => count(row, column).map(Some),
    }
}

/// A count that the domain keeps in 32 bits.
pub(super) fn small_count(row: &Row<'_>, column: usize) -> rusqlite::Result<u32> {
    let count: i64 = row.get(column)?;
    u32::try_from(count).map_err(|e| wrong(column, Type::Integer, e.to_string()))
}

/// One of the six words.
pub(super) fn verdict(row: &Row<'_>, column: usize) -> rusqlite::Result<Verdict> {
    let word = row.get_ref(column)?.as_str()?;
    word.parse().map_err(|e: crate::domain::verdict::UnknownVerdict| wrong(column, Type::Text, e.to_string()))
}

/// One of the six words, and in the next column what that rests on.
pub(super) fn standing(row: &Row<'_>, column: usize) -> rusqlite::Result<Standing> {
    let word = row.get_ref(column + 1)?.as_str()?;
    let ground = Ground::from_word(word)
        .ok_or_else(|| wrong(column + 1, Type::Text, format!("{word:?} is nothing to rest on")))?;
    Ok(Standing { verdict: verdict(row, column)?, ground })
}

/// What is being done.
pub(super) fn activity(row: &Row<'_>, column: usize) -> rusqlite::Result<Activity> {
    let word = row.get_ref(column)?.as_str()?;
    Activity::from_word(word).ok_or_else(|| wrong(column, Type::Text, format!("{word:?} is no activity")))
}

/// What a session says of its environment, kept as JSON.
pub(super) fn fields(row: &Row<'_>, column: usize) -> rusqlite::Result<BTreeMap<String, String>> {
    serde_json::from_str(row.get_ref(column)?.as_str()?).map_err(|e| wrong(column, Type::Text, e.to_string()))
}

/// A 32-byte hash.
pub(super) fn hash(row: &Row<'_>, column: usize) -> rusqlite::Result<[u8; 32]> {
    row.get(column)
}

/// A count for a column. Counts beyond `i64::MAX` cannot be reached by appending.
pub(super) fn int(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
