//! Rows out of the raw pages of a database that SQLite itself may not open any more.
//!
//! Follows <https://www.sqlite.org/fileformat.html>: every page that looks like a leaf of a table or like an index is
//! read for itself, whether or not anything leads to it. What comes out is a guess; whoever asks must verify it by the
//! hashes that rows carry. Nothing here panics on any bytes, and nothing is written.

use std::collections::HashMap;

/// The first bytes of every database.
const MAGIC: &[u8] = b"SQLite format 3\0";
/// What a database has that does not say it.
const USUAL_PAGE_BYTES: usize = 4096;
const WAL_HEADER_BYTES: usize = 32;
const FRAME_HEADER_BYTES: usize = 24;
/// More columns than any of our tables has.
const MOST_COLUMNS: usize = 64;

/// A value of a row.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Null,
    Integer(i64),
    /// No table of ours has one.
    Real,
    Blob(Vec<u8>),
    Text(Vec<u8>),
}

/// Pages by number, those of the log before those of the file.
struct Image<'a> {
    page_bytes: usize,
    /// What a page can hold.
    usable: usize,
    file: &'a [u8],
    log: HashMap<usize, &'a [u8]>,
}

/// Every row that lies on a page of `file`, or of `log` beside it.
pub(super) fn rows(file: &[u8], log: &[u8], mut row: impl FnMut(Vec<Value>)) {
    let header = file.get(..100).filter(|header| header.starts_with(MAGIC));
    let stated = header.map_or(0, |header| match number(header, 16, 2) {
        1 => 65_536,
        bytes => bytes,
    });
    let is_possible = stated.is_power_of_two() && (512..=65_536).contains(&stated);
    let page_bytes = if is_possible { stated } else { USUAL_PAGE_BYTES };
    let reserved = header.map_or(0, |header| usize::from(header[20]));
    let usable = page_bytes.saturating_sub(reserved).max(480);
    let mut frames = Vec::new();
    for frame in log.get(WAL_HEADER_BYTES..).unwrap_or_default().chunks_exact(FRAME_HEADER_BYTES + page_bytes)
    {
        frames.push((number(frame, 0, 4), &frame[FRAME_HEADER_BYTES..]));
    }
    let with_log = Image { page_bytes, usable, file, log: frames.iter().copied().collect() };
    let without = Image { page_bytes, usable, file, log: HashMap::new() };
    for (_, page) in &frames {
        with_log.read_page(page, 0, &mut row);
    }
    for (at, page) in file.chunks(page_bytes).enumerate() {
        let start = if at == 0 { 100 } else { 0 };
        with_log.read_page(page, start, &mut row);
        // Long rows go on elsewhere, maybe on a page that the log holds another state of.
        if !frames.is_empty() {
            without.read_page(page, start, &mut row);
        }
    }
}

/// A big-endian number of `len` bytes; 0 past the end.
fn number(bytes: &[u8], at: usize, len: usize) -> usize {
    bytes.get(at..at + len).unwrap_or_default().iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte))
}

/// A variable-length number and how many bytes it takes.
fn varint(bytes: &[u8]) -> Option<(u64, usize)> {
    let mut value = 0;
    for at in 0..9 {
        let byte = *bytes.get(at)?;
        if at == 8 {
            return Some((value << 8 | u64::from(byte), 9));
        }
        value = value << 7 | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return Some((value, at + 1));
        }
    }
    None
}

impl Image<'_> {
    fn page(&self, page_number: usize) -> Option<&[u8]> {
        let at = page_number.checked_sub(1)?.checked_mul(self.page_bytes)?;
        self.log.get(&page_number).copied().or_else(|| self.file.get(at..at.checked_add(self.page_bytes)?))
    }

    fn read_page(&self, page: &[u8], start: usize, row: &mut impl FnMut(Vec<Value>)) {
        // A leaf of a table with row numbers, of an index, and an index page that leads on.
        let (is_table, header_bytes, pointer_bytes) = match page.get(start) {
            Some(0x0d) => (true, 8, 0),
            Some(0x0a) => (false, 8, 0),
            Some(0x02) => (false, 12, 4),
            _ => return,
        };
        for at in 0..number(page, start + 3, 2) {
            let cell = number(page, start + header_bytes + 2 * at, 2) + pointer_bytes;
            let Some(cell) = page.get(cell..).filter(|cell| !cell.is_empty()) else { continue };
            if let Some(values) = self.payload(cell, is_table).as_deref().and_then(record) {
                row(values);
            }
        }
    }

    /// The whole of a row, from a page and those on which it goes on.
    fn payload(&self, cell: &[u8], is_table: bool) -> Option<Vec<u8>> {
        let (len, mut at) = varint(cell)?;
        let len = usize::try_from(len).ok().filter(|len| *len <= self.file.len().max(1 << 20))?;
        if is_table {
            at += varint(cell.get(at..)?)?.1;
        }
        let most = if is_table { self.usable - 35 } else { (self.usable - 12) * 64 / 255 - 23 };
        if len <= most {
            return Some(cell.get(at..at + len)?.to_vec());
        }
        let least = (self.usable - 12) * 32 / 255 - 23;
        let fitting = least + (len - least) % (self.usable - 4);
        let local = if fitting <= most { fitting } else { least };
        let mut payload = cell.get(at..at + local)?.to_vec();
        let mut next = number(cell.get(at + local..at + local + 4)?, 0, 4);
        while payload.len() < len {
            let page = self.page(next)?;
            let part = (len - payload.len()).min(self.usable - 4);
            payload.extend_from_slice(page.get(4..4 + part)?);
            next = number(page, 0, 4);
        }
        Some(payload)
    }
}

/// The values of a row.
fn record(payload: &[u8]) -> Option<Vec<Value>> {
    let (header_bytes, mut at) = varint(payload)?;
    let header_bytes = usize::try_from(header_bytes).ok()?;
    let mut body = header_bytes;
    let mut values = Vec::new();
    while at < header_bytes {
        let (kind, len) = varint(payload.get(at..header_bytes)?)?;
        at += len;
        let (value, len) = value(kind, payload.get(body..)?)?;
        body = body.checked_add(len)?;
        values.push(value);
        if values.len() > MOST_COLUMNS {
            return None;
        }
    }
    Some(values)
}

fn value(kind: u64, body: &[u8]) -> Option<(Value, usize)> {
    let integer = |len: usize| {
        let bytes = body.get(..len)?;
        let negative = bytes.first().is_some_and(|byte| byte & 0x80 != 0);
        let start: i64 = if negative { -1 } else { 0 };
        Some((Value::Integer(bytes.iter().fold(start, |sum, byte| sum << 8 | i64::from(*byte))), len))
    };
    match kind {
        0 => Some((Value::Null, 0)),
        1..=4 => integer(kind as usize),
        5 => integer(6),
        6 => integer(8),
        7 => body.get(..8).map(|_| (Value::Real, 8)),
        8 | 9 => Some((Value::Integer(i64::from(kind == 9)), 0)),
        10 | 11 => None,
        _ => {
            let len = usize::try_from((kind - 12) / 2).ok()?;
            let bytes = body.get(..len)?.to_vec();
            Some((if kind.is_multiple_of(2) { Value::Blob(bytes) } else { Value::Text(bytes) }, len))
        }
    }
}

impl Value {
    pub(super) fn integer(&self) -> Option<i64> {
        match self {
            Self::Integer(value) => Some(*value),
            _ => None,
        }
    }

    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(bytes) => std::str::from_utf8(bytes).ok(),
            _ => None,
        }
    }

    pub(super) fn blob(&self) -> Option<&[u8]> {
        match self {
            Self::Blob(bytes) => Some(bytes),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_sqlite_wrote_is_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.db");
        let conn = rusqlite::Connection::open(&path).unwrap();
        let long = "long ".repeat(5_000);
        conn.execute_batch(
            "PRAGMA page_size = 1024;
             CREATE TABLE a (x, y, z);
             CREATE TABLE b (k TEXT PRIMARY KEY, v) WITHOUT ROWID;",
        )
        .unwrap();
        let integers = [0, 1, -1, 127, -129, 70_000, -9_000_000, 1 << 40, i64::MIN, i64::MAX];
        for n in integers {
            conn.execute("INSERT INTO a VALUES (?1, ?2, NULL)", rusqlite::params![n, vec![7_u8; 3]]).unwrap();
            conn.execute("INSERT INTO b VALUES (?1, ?2)", rusqlite::params![format!("key {n}"), long])
                .unwrap();
        }
        drop(conn);
        let (mut seen, mut keys) = (Vec::new(), 0);
        rows(&std::fs::read(&path).unwrap(), &[], |row| match row.as_slice() {
            [Value::Integer(n), Value::Blob(bytes), Value::Null] if *bytes == [7; 3] => seen.push(*n),
            [key, text] if key.text().is_some_and(|key| key.starts_with("key ")) => {
                assert_eq!(text.text(), Some(long.as_str()));
                keys += 1;
            }
            _ => {}
        });
        assert_eq!((seen, keys), (integers.to_vec(), integers.len()));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(mut bytes: Vec<u8>, log: Vec<u8>, kind in 0_usize..4, page in 0_usize..3) {
            bytes.resize(4096 * 3, 0);
            bytes[page * 4096 + if page == 0 { 100 } else { 0 }] = [0x0d, 0x0a, 0x02, 0][kind];
            rows(&bytes, &log, |_| ());
        }
    }
}
