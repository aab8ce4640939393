//! Rows of the table as events.

use std::sync::Arc;

use rusqlite::Row;

use super::{Hashed, MarkBody, ROOM_BYTES, Writing, event_of, hash_of};
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
    Reader::new(session).read(row)
}

/// Reads rows of a session one after the other.
pub(in crate::store) struct Reader {
    session: SessionId,
    marks: MarkReader,
    /// What is hashed of a row; kept for its room.
    hashed: Vec<u8>,
}

impl Reader {
    pub(in crate::store) fn new(session: SessionId) -> Self {
        Self { session, marks: MarkReader::default(), hashed: Vec::with_capacity(ROOM_BYTES) }
    }

    /// Reads a row of [`SELECT`] and verifies its hash.
    pub(in crate::store) fn read(&mut self, row: &Row<'_>) -> rusqlite::Result<Result<Recorded, DamagedRow>> {
        let seq = convert::count(row, 0)?;
        let id = EventId(convert::uuid(row, 1)?);
        let text = |column: usize| row.get_ref(column)?.as_str_or_null().map_err(rusqlite::Error::from);
        let at_ms = row.get(2)?;
        let at_offset_min = row.get(3)?;
        let hashed = Hashed {
            session: self.session,
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
        hashed.put(&mut self.hashed);
        let damaged = |why: &str| Ok(Err(DamagedRow { seq, id, why: why.to_owned() }));
        if hash_of(&self.hashed) != convert::hash(row, 13)? {
            return damaged("its content does not have the hash it was written with");
        }
        let Some(at) = Timestamp::from_unix_ms(at_ms, at_offset_min) else {
            return damaged("its time is out of range");
        };
        match event_of(&hashed, &mut self.marks) {
            Some(event) => {
                let (leader, lap) = (hashed.leader.map(EventId), hashed.lap);
                Ok(Ok(Recorded { id, leader, seq, at, lap, event }))
            }
            None => damaged("it is of a kind or form that this seamwalk does not know"),
        }
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
