//! One event as a row: its columns, and the hash by which damage is noticed (R21).
//!
//! The hash is over a fixed order of length-prefixed parts, so that neither JSON's spelling in another version nor a
//! column that is added later changes what an old hash means: it covers the stored bytes, not the domain's value.

use rusqlite::{Row, params};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::convert;
use crate::domain::id::{EventId, PromptId, SessionId};
use crate::domain::session::{Event, NoteKind, NoteText, Recorded};
use crate::domain::time::Timestamp;
use crate::domain::verdict::Verdict;

/// The columns in the order in which rows are read and written.
pub(super) const SELECT: &str = "SELECT seq, id, at_ms, at_offset_min, writer, writer_seq, kind, prompt_id, verdict, \
     wording, target, body, hash FROM event ";

const INSERT: &str = "INSERT INTO event (session_id, seq, id, at_ms, at_offset_min, writer, writer_seq, kind, \
     prompt_id, verdict, wording, target, body, hash) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)";

/// Who wrote an event, and as which of theirs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Writing {
    pub(super) writer: Uuid,
    pub(super) writer_seq: u64,
}

/// A note's body. Its prompt stands in its own column.
#[derive(Serialize, Deserialize)]
struct NoteBody<T> {
    kind: NoteKind,
    text: T,
}

/// The columns that depend on what happened.
#[derive(Default)]
struct Columns<'a> {
    kind: &'static str,
    prompt: Option<Uuid>,
    verdict: Option<&'static str>,
    wording: Option<&'a str>,
    target: Option<Uuid>,
    body: Option<String>,
}

fn columns(event: &Event) -> Columns<'_> {
    let json = |result: serde_json::Result<String>| result.unwrap_or_default();
    match event {
        Event::SessionStarted(start) => {
            Columns { kind: "started", body: Some(json(serde_json::to_string(start))), ..Columns::default() }
        }
        Event::VerdictRecorded { prompt, verdict, wording } => Columns {
            kind: "verdict",
            prompt: Some(prompt.0),
            verdict: Some(verdict.word()),
            wording: Some(wording),
            ..Columns::default()
        },
        Event::VerdictCleared { prompt } => {
            Columns { kind: "cleared", prompt: Some(prompt.0), ..Columns::default() }
        }
        Event::NoteAdded(NoteText { kind, text, prompt }) => Columns {
            kind: "note",
            prompt: prompt.map(|p| p.0),
            body: Some(json(serde_json::to_string(&NoteBody { kind: *kind, text }))),
            ..Columns::default()
        },
        Event::Undone { event } => Columns { kind: "undone", target: Some(event.0), ..Columns::default() },
        Event::Redone { event } => Columns { kind: "redone", target: Some(event.0), ..Columns::default() },
        Event::SessionClosed => Columns { kind: "closed", ..Columns::default() },
        Event::SessionReopened => Columns { kind: "reopened", ..Columns::default() },
    }
}

/// What is hashed, in this order; `None` and the empty text differ.
struct Hashed<'a> {
    session: SessionId,
    seq: u64,
    id: EventId,
    at_ms: i64,
    at_offset_min: i32,
    writing: Writing,
    kind: &'a str,
    prompt: Option<Uuid>,
    verdict: Option<&'a str>,
    wording: Option<&'a str>,
    target: Option<Uuid>,
    body: Option<&'a str>,
}

impl Hashed<'_> {
    fn hash(&self) -> [u8; 32] {
        // In one piece, because hashing many small pieces costs several times as much, and a start hashes every event.
        let mut hashed = Vec::with_capacity(384);
        let mut part = |bytes: Option<&[u8]>| {
            let len = bytes.map_or(u64::MAX, |b| b.len() as u64);
            hashed.extend_from_slice(&len.to_le_bytes());
            hashed.extend_from_slice(bytes.unwrap_or_default());
        };
        part(Some(self.session.0.as_bytes()));
        part(Some(&self.seq.to_le_bytes()));
        part(Some(self.id.0.as_bytes()));
        part(Some(&self.at_ms.to_le_bytes()));
        part(Some(&self.at_offset_min.to_le_bytes()));
        part(Some(self.writing.writer.as_bytes()));
        part(Some(&self.writing.writer_seq.to_le_bytes()));
        part(Some(self.kind.as_bytes()));
        part(self.prompt.as_ref().map(|id| id.as_bytes().as_slice()));
        part(self.verdict.map(str::as_bytes));
        part(self.wording.map(str::as_bytes));
        part(self.target.as_ref().map(|id| id.as_bytes().as_slice()));
        part(self.body.map(str::as_bytes));
        blake3::derive_key("seamwalk event 1", &hashed)
    }
}

/// Inserts one event.
pub(super) fn insert(
    conn: &rusqlite::Connection,
    session: SessionId,
    recorded: &Recorded,
    writing: Writing,
) -> rusqlite::Result<()> {
    let Columns { kind, prompt, verdict, wording, target, body } = columns(&recorded.event);
    let (at_ms, at_offset_min) = (recorded.at.unix_ms(), recorded.at.offset_min());
    let hash = Hashed {
        session,
        seq: recorded.seq,
        id: recorded.id,
        at_ms,
        at_offset_min,
        writing,
        kind,
        prompt,
        verdict,
        wording,
        target,
        body: body.as_deref(),
    }
    .hash();
    conn.prepare_cached(INSERT)?.execute(params![
        session.0,
        convert::int(recorded.seq),
        recorded.id.0,
        at_ms,
        at_offset_min,
        writing.writer,
        convert::int(writing.writer_seq),
        kind,
        prompt,
        verdict,
        wording,
        target,
        body,
        hash,
    ])?;
    Ok(())
}

/// A row that cannot be believed.
pub(super) struct DamagedRow {
    pub(super) seq: u64,
    pub(super) id: EventId,
    pub(super) why: String,
}

/// Reads a row of [`SELECT`] and verifies its hash.
pub(super) fn read(session: SessionId, row: &Row<'_>) -> rusqlite::Result<Result<Recorded, DamagedRow>> {
    let seq = convert::count(row, 0)?;
    let id = EventId(convert::uuid(row, 1)?);
    let damaged = |why: &str| DamagedRow { seq, id, why: why.to_owned() };
    let text = |column: usize| row.get_ref(column)?.as_str_or_null().map_err(rusqlite::Error::from);
    let at_ms = row.get(2)?;
    let at_offset_min = row.get(3)?;
    let hashed = Hashed {
        session,
        seq,
        id,
        at_ms,
        at_offset_min,
        writing: Writing { writer: convert::uuid(row, 4)?, writer_seq: convert::count(row, 5)? },
        kind: row.get_ref(6)?.as_str()?,
        prompt: convert::optional_uuid(row, 7)?,
        verdict: text(8)?,
        wording: text(9)?,
        target: convert::optional_uuid(row, 10)?,
        body: text(11)?,
    };
    if hashed.hash() != convert::hash(row, 12)? {
        return Ok(Err(damaged("its content does not have the hash it was written with")));
    }
    let Some(at) = Timestamp::from_unix_ms(at_ms, at_offset_min) else {
        return Ok(Err(damaged("its time is out of range")));
    };
    let Some(event) = event_of(&hashed) else {
        return Ok(Err(damaged("it is of a kind or form that this seamwalk does not know")));
    };
    Ok(Ok(Recorded { id, seq, at, event }))
}

fn event_of(row: &Hashed<'_>) -> Option<Event> {
    let target = || row.target.map(EventId);
    Some(match row.kind {
        "started" => Event::SessionStarted(serde_json::from_str(row.body?).ok()?),
        "verdict" => Event::VerdictRecorded {
            prompt: PromptId(row.prompt?),
            verdict: row.verdict?.parse().ok().filter(|v| *v != Verdict::Untested)?,
            wording: row.wording?.to_owned(),
        },
        "cleared" => Event::VerdictCleared { prompt: PromptId(row.prompt?) },
        "note" => {
            let NoteBody { kind, text } = serde_json::from_str::<NoteBody<String>>(row.body?).ok()?;
            Event::NoteAdded(NoteText { kind, text, prompt: row.prompt.map(PromptId) })
        }
        "undone" => Event::Undone { event: target()? },
        "redone" => Event::Redone { event: target()? },
        "closed" => Event::SessionClosed,
        "reopened" => Event::SessionReopened,
        _ => return None,
    })
}
