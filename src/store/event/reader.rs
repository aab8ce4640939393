//! Rows of the table as events: read one after the other, verified a few at a time.

use std::sync::Arc;

use rusqlite::Row;

use super::lanes::{self, LANES};
use super::{Hashed, MarkBody, PURPOSE, ROOM_BYTES, Writing, event_of, hash_of};
use crate::domain::id::{EventId, PromptId, SessionId};
use crate::domain::session::{Conditions, Lap, Recorded};
use crate::domain::time::Timestamp;
use crate::store::convert;

/// A row that cannot be believed.
pub(in crate::store) struct DamagedRow {
    pub(in crate::store) seq: u64,
    pub(in crate::store) id: EventId,
    pub(in crate::store) why: String,
}

/// Reads a row of [`SELECT`] and verifies its hash.
pub(in crate::store) fn read(
    session: SessionId,
    row: &Row<'_>,
) -> rusqlite::Result<Result<Recorded, DamagedRow>> {
    let mut hashed = Vec::with_capacity(ROOM_BYTES);
    let read = ReadRow::of(session, row, &mut hashed, &mut MarkReader::default())?;
    let is_as_written = hash_of(&hashed) == read.hash;
    Ok(read.verified(is_as_written))
}

/// Reads rows of a session one after the other, and verifies a few at a time, which takes half as long.
pub(in crate::store) struct Reader {
    session: SessionId,
    marks: MarkReader,
    /// What is hashed of each row that waits, and of none behind them; kept for their room.
    hashed: [Vec<u8>; LANES],
    waiting: Vec<ReadRow>,
}

impl Reader {
    pub(in crate::store) fn new(session: SessionId) -> Self {
        let hashed = std::array::from_fn(|_| Vec::with_capacity(ROOM_BYTES));
        Self { session, marks: MarkReader::default(), hashed, waiting: Vec::with_capacity(LANES) }
    }

    /// Reads a row of [`SELECT`], which then waits to be verified. There has to be room: see [`Reader::is_full`].
    pub(in crate::store) fn take(&mut self, row: &Row<'_>) -> rusqlite::Result<()> {
        let hashed = &mut self.hashed[self.waiting.len()];
        self.waiting.push(ReadRow::of(self.session, row, hashed, &mut self.marks)?);
        Ok(())
    }

    /// True if those that wait have to be taken out.
    pub(in crate::store) fn is_full(&self) -> bool {
        self.waiting.len() == LANES
    }

    /// Verifies the rows that wait, and takes them out in the order in which they came.
    pub(in crate::store) fn verified(&mut self) -> impl Iterator<Item = Result<Recorded, DamagedRow>> {
        let Self { hashed, waiting, .. } = self;
        // Where nothing is optimised, what takes half as long takes a hundred times as long.
        let found = match cfg!(debug_assertions) || waiting.is_empty() {
            true => [None; LANES],
            false => lanes::derived(&PURPOSE, hashed.each_ref().map(Vec::as_slice)),
        };
        waiting.drain(..).zip(found).zip(hashed.iter()).map(|((row, found), hashed)| {
            let is_as_written = found == Some(row.hash) || hash_of(hashed) == row.hash;
            row.verified(is_as_written)
        })
    }
}

/// A row that was read and not yet verified.
struct ReadRow {
    seq: u64,
    id: EventId,
    /// The hash that it was written with.
    hash: [u8; 32],
    /// The event, or what is wrong if the hash is not.
    event: Result<Recorded, &'static str>,
}

impl ReadRow {
    /// Reads a row of [`SELECT`], and puts what its hash is of into `hashed`.
    fn of(
        session: SessionId,
        row: &Row<'_>,
        hashed: &mut Vec<u8>,
        marks: &mut MarkReader,
    ) -> rusqlite::Result<Self> {
        let seq = convert::count(row, 0)?;
        let id = EventId(convert::uuid(row, 1)?);
        let text = |column: usize| row.get_ref(column)?.as_str_or_null().map_err(rusqlite::Error::from);
        let at_ms = row.get(2)?;
        let at_offset_min = row.get(3)?;
        let read = Hashed {
            session,
            seq,
            id,
            at_ms,
            at_offset_min,
            writing: Writing { writer: convert::uuid(row, 4)?, writer_seq: convert::count(row, 5)? },
            leader: convert::optional_uuid(row, 6)?,
            kind: row.get_ref(7)?.as_str()?,
            prompt: convert::optional_uuid(row, 8)?,
            verdict: text(9)?,
            wording: text(10)?,
            target: convert::optional_uuid(row, 11)?,
            body: text(12)?,
            lap: match convert::optional_count(row, 14)? {
                Some(ms) => Some(Lap { ms, writing_ms: convert::count(row, 15)? }),
                None => None,
            },
        };
        read.put(hashed);
        let event = match Timestamp::from_unix_ms(at_ms, at_offset_min) {
            None => Err("its time is out of range"),
            Some(at) => event_of(&read, marks)
                .map(|event| Recorded { id, leader: read.leader.map(EventId), seq, at, lap: read.lap, event })
                .ok_or("it is of a kind or form that this seamwalk does not know"),
        };
        Ok(Self { seq, id, hash: convert::hash(row, 13)?, event })
    }

    /// The event, if the row's content has the hash that it was written with.
    fn verified(self, is_as_written: bool) -> Result<Recorded, DamagedRow> {
        let event = match is_as_written {
            true => self.event,
            false => Err("its content does not have the hash it was written with"),
        };
        event.map_err(|why| DamagedRow { seq: self.seq, id: self.id, why: why.to_owned() })
    }
}

/// Reads what marks say beyond their columns. Prompt after prompt of a point says the same, which is read once.
#[derive(Default)]
pub(super) struct MarkReader {
    /// The last body and what it says.
    last: Option<(Option<String>, Arc<Conditions>, Option<PromptId>)>,
}

impl MarkReader {
    pub(super) fn read(&mut self, body: Option<&str>) -> Option<(Arc<Conditions>, Option<PromptId>)> {
        if let Some((last, conditions, blocked_by)) = &self.last
            && last.as_deref() == body
        {
            return Some((Arc::clone(conditions), *blocked_by));
        }
        let (conditions, blocked_by) = MarkBody::read(body)?;
        let conditions = Arc::new(conditions);
        self.last = Some((body.map(str::to_owned), Arc::clone(&conditions), blocked_by));
        Some((conditions, blocked_by))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_marks_share_is_read_once_and_what_differs_is_not_shared() {
        let bodies = [
            None,
            Some(r#"{"build":"4f2c"}"#),
            Some(r#"{"build":"4f2c"}"#),
            Some(r#"{"ends":[["cart","real"],["mail","fake: stub"]],"build":"4f2c"}"#),
            Some(r#"{"build":"4f2c"}"#),
            Some(r#"{"blocked_by":"00000000-0000-0000-0000-000000000007"}"#),
            None,
        ];
        let mut reader = MarkReader::default();
        let read = bodies.map(|body| reader.read(body).unwrap());
        for (body, (conditions, blocked_by)) in bodies.into_iter().zip(&read) {
            assert_eq!(MarkBody::read(body), Some(((**conditions).clone(), *blocked_by)), "{body:?}");
        }
        assert!(Arc::ptr_eq(&read[1].0, &read[2].0));
        assert_eq!(reader.read(Some("{")), None);
    }
}
