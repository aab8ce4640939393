//! One event as a row: its columns, and the hash by which damage is noticed (R21).
//!
//! The hash is over a fixed order of length-prefixed parts, so that neither JSON's spelling in another version nor a
//! column that is added later changes what an old hash means: it covers the stored bytes, not the domain's value.

mod portable;
mod reader;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use blake3::Hasher;
use blake3::hazmat::{self, ContextKey, HasherExt as _};
pub(super) use portable::Portable;
use reader::MarkReader;
pub(super) use reader::{DamagedRow, Reader, read};
use rusqlite::params;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::carve::Value;
use super::convert;
use crate::domain::component::{End, Ends};
use crate::domain::id::{EventId, PromptId, SessionId};
use crate::domain::session::{
    Activity, Away, Conditions, Event, Lap, NoteKind, NoteText, Question, Recorded, Start,
};
use crate::domain::time::Timestamp;
use crate::domain::verdict::{Ground, Verdict};

/// The columns in the order in which rows are read and written.
pub(super) const SELECT: &str = "SELECT seq, id, at_ms, at_offset_min, writer, writer_seq, leader, kind, prompt_id, \
     verdict, wording, target, body, hash, lap_ms, writing_ms FROM event ";

const INSERT: &str = "INSERT INTO event (session_id, seq, id, at_ms, at_offset_min, writer, writer_seq, leader, \
     kind, prompt_id, verdict, wording, target, body, hash, lap_ms, writing_ms) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)";

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

/// What a mark's body says beyond its columns. Nothing of it, and there is no body.
#[derive(Default, PartialEq, Eq, Serialize, Deserialize)]
struct MarkBody {
    /// The caller and what stood for it, the called one and what stood for that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ends: Option<[(String, String); 2]>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    build: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    blocked_by: Option<PromptId>,
}

impl MarkBody {
    fn of(conditions: &Conditions, blocked_by: Option<PromptId>) -> Self {
        let said = |end: &End| (end.component.clone(), end.state.to_string());
        let ends = conditions.ends.as_ref().map(|ends| [said(&ends.from), said(&ends.to)]);
        Self { ends, build: conditions.build.clone(), blocked_by }
    }

    fn read(body: Option<&str>) -> Option<(Conditions, Option<PromptId>)> {
        let Self { ends, build, blocked_by } = match body {
            Some(body) => serde_json::from_str(body).ok()?,
            None => Self::default(),
        };
        let end = |(component, state): (String, String)| Some(End { component, state: state.parse().ok()? });
        let ends = match ends {
            Some([from, to]) => Some(Ends { from: end(from)?, to: end(to)? }),
            None => None,
        };
        Some((Conditions { ends, build }, blocked_by))
    }
}

/// The prompt that had been in the way of one that is untested again.
#[derive(Serialize, Deserialize)]
struct ClearBody {
    unblocked_by: PromptId,
}

/// What stands for a component.
#[derive(Serialize, Deserialize)]
struct ComponentBody<T> {
    component: T,
    state: String,
}

/// What a field says.
#[derive(Serialize, Deserialize)]
struct FieldBody<T> {
    name: T,
    value: Option<T>,
}

/// What a stretch was that no lap holds.
#[derive(Serialize, Deserialize)]
struct AwayBody {
    ms: u64,
    was: Away,
}

/// What was said to a question of the debrief.
#[derive(Serialize, Deserialize)]
struct AnswerBody<T> {
    question: Question,
    answer: Option<T>,
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
        Event::VerdictRecorded { prompt, verdict, wording, conditions, blocked_by } => Columns {
            kind: "verdict",
            prompt: Some(prompt.0),
            verdict: Some(verdict.word()),
            wording: Some(wording),
            body: Some(MarkBody::of(conditions, *blocked_by))
                .filter(|body| *body != MarkBody::default())
                .map(|body| json(serde_json::to_string(&body))),
            ..Columns::default()
        },
        Event::VerdictCleared { prompt, unblocked_by } => Columns {
            kind: "cleared",
            prompt: Some(prompt.0),
            body: unblocked_by.map(|unblocked_by| json(serde_json::to_string(&ClearBody { unblocked_by }))),
            ..Columns::default()
        },
        Event::NoteAdded(NoteText { kind, text, prompt }) => Columns {
            kind: "note",
            prompt: prompt.map(|p| p.0),
            body: Some(json(serde_json::to_string(&NoteBody { kind: *kind, text }))),
            ..Columns::default()
        },
        Event::Undone { event } => Columns { kind: "undone", target: Some(event.0), ..Columns::default() },
        Event::Redone { event } => Columns { kind: "redone", target: Some(event.0), ..Columns::default() },
        Event::ComponentSet { component, state } => Columns {
            kind: "component",
            body: Some(json(serde_json::to_string(&ComponentBody { component, state: state.to_string() }))),
            ..Columns::default()
        },
        Event::FieldSet { name, value } => Columns {
            kind: "field",
            body: Some(json(serde_json::to_string(&FieldBody { name, value: value.as_ref() }))),
            ..Columns::default()
        },
        Event::StrategyChosen(strategy) => {
            Columns { kind: "strategy", body: Some(strategy.word().to_owned()), ..Columns::default() }
        }
        Event::CharterSet(charter) => {
            Columns { kind: "charter", body: charter.clone(), ..Columns::default() }
        }
        Event::TimeBoxSet(ms) => {
            Columns { kind: "time_box", body: ms.map(|ms| ms.to_string()), ..Columns::default() }
        }
        Event::ActivitySwitched(activity) => {
            Columns { kind: "activity", body: Some(activity.word().to_owned()), ..Columns::default() }
        }
        Event::Paused => Columns { kind: "paused", ..Columns::default() },
        Event::Resumed => Columns { kind: "resumed", ..Columns::default() },
        Event::AwayExplained { ms, was } => Columns {
            kind: "away",
            body: Some(json(serde_json::to_string(&AwayBody { ms: *ms, was: *was }))),
            ..Columns::default()
        },
        Event::DebriefAnswered { question, answer } => Columns {
            kind: "debrief",
            body: Some(json(serde_json::to_string(&AnswerBody {
                question: *question,
                answer: answer.as_ref(),
            }))),
            ..Columns::default()
        },
        Event::SessionClosed => Columns { kind: "closed", ..Columns::default() },
        Event::SessionReopened => Columns { kind: "reopened", ..Columns::default() },
    }
}

/// What an event says of what the session's row keeps.
pub(super) enum Said {
    Start(Start),
    Field(String, Option<String>),
    Charter(Option<String>),
    TimeBox(Option<u64>),
}

/// What an event of that kind with that body says of the session.
pub(super) fn said_of(kind: &str, body: Option<&str>) -> Option<Said> {
    Some(match kind {
        "started" => Said::Start(serde_json::from_str(body?).ok()?),
        "field" => {
            let FieldBody { name, value } = serde_json::from_str::<FieldBody<String>>(body?).ok()?;
            Said::Field(name, value)
        }
        "charter" => Said::Charter(body.map(str::to_owned)),
        "time_box" => Said::TimeBox(body.map(str::parse).transpose().ok()?),
        _ => return None,
    })
}

/// Fields as the session's row keeps them.
pub(super) fn fields_text(fields: &BTreeMap<String, String>) -> String {
    serde_json::to_string(fields).unwrap_or_else(|_| "{}".to_owned())
}

/// What a mark with that body rests on.
pub(super) fn ground(body: Option<&str>) -> Ground {
    MarkBody::read(body).map(|(conditions, _)| conditions.ground()).unwrap_or_default()
}

/// What is hashed, in this order; `None` and the empty text differ.
struct Hashed<'a> {
    session: SessionId,
    seq: u64,
    id: EventId,
    at_ms: i64,
    at_offset_min: i32,
    writing: Writing,
    leader: Option<Uuid>,
    kind: &'a str,
    prompt: Option<Uuid>,
    verdict: Option<&'a str>,
    wording: Option<&'a str>,
    target: Option<Uuid>,
    body: Option<&'a str>,
    lap: Option<Lap>,
}

/// What events are hashed for, hashed itself: for a text as short as an event's that is a seventh of the work.
static PURPOSE: LazyLock<ContextKey> = LazyLock::new(|| hazmat::hash_derive_key_context("seamwalk event 1"));

impl Hashed<'_> {
    fn hash(&self) -> [u8; 32] {
        let mut hashed = Vec::with_capacity(ROOM_BYTES);
        self.put(&mut hashed);
        hash_of(&hashed)
    }

    /// Puts what is hashed into `hashed`, in place of what was there: in one piece, because hashing many small pieces costs
    /// several times as much, and a start hashes every event.
    fn put(&self, hashed: &mut Vec<u8>) {
        hashed.clear();
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
        // Format 1 had no leader, and its hashes stay what they are.
        if let Some(leader) = &self.leader {
            part(Some(leader.as_bytes()));
        }
        // Nor had format 2 laps. Their parts are shorter than a leader, so that neither is taken for the other.
        if let Some(Lap { ms, writing_ms }) = &self.lap {
            part(Some(&ms.to_le_bytes()));
            part(Some(&writing_ms.to_le_bytes()));
        }
    }
}

/// What most events take of what is hashed.
const ROOM_BYTES: usize = 512;

fn hash_of(hashed: &[u8]) -> [u8; 32] {
    *Hasher::new_from_context_key(&PURPOSE).update(hashed).finalize().as_bytes()
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
    let lap = recorded.lap.map(storable);
    let hash = Hashed {
        session,
        seq: recorded.seq,
        id: recorded.id,
        at_ms,
        at_offset_min,
        writing,
        leader: recorded.leader.map(|leader| leader.0),
        kind,
        prompt,
        verdict,
        wording,
        target,
        body: body.as_deref(),
        lap,
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
        recorded.leader.map(|leader| leader.0),
        kind,
        prompt,
        verdict,
        wording,
        target,
        body,
        hash,
        lap.map(|lap| convert::int(lap.ms)),
        lap.map(|lap| convert::int(lap.writing_ms)),
    ])?;
    Ok(())
}

/// `lap` as the columns can hold it, which is what its hash is of.
pub(super) fn storable(lap: Lap) -> Lap {
    let ms = lap.ms.min(i64::MAX as u64);
    Lap { ms, writing_ms: lap.writing_ms.min(ms) }
}

/// The event that a row of the table holds which was found outside of it; `None` if it is none, or damaged.
pub(super) fn carved(row: &[Value]) -> Option<(SessionId, Recorded)> {
    // Format 1 had no leader, format 2 no lap.
    let (leader, middle, lap) = match row.len() {
        14 => (None, row.get(7..13)?, None),
        15 => (row.get(7), row.get(8..14)?, None),
        17 => (row.get(7), row.get(8..14)?, row.get(14..16)),
        _ => return None,
    };
    let count = |value: &Value| value.integer().and_then(|count| u64::try_from(count).ok());
    let lap = match lap {
        Some([ms, writing_ms]) => {
            count(ms).map(|ms| Lap { ms, writing_ms: count(writing_ms).unwrap_or_default() })
        }
        _ => None,
    };
    let id = |value: &Value| value.blob().and_then(|bytes| Uuid::from_slice(bytes).ok());
    let [session, seq, event, at_ms, at_offset_min, writer, writer_seq] = row.get(..7)? else { return None };
    let [kind, prompt, verdict, wording, target, body] = middle else { return None };
    let session = SessionId(id(session)?);
    let hashed = Hashed {
        session,
        seq: u64::try_from(seq.integer()?).ok()?,
        id: EventId(id(event)?),
        at_ms: at_ms.integer()?,
        at_offset_min: i32::try_from(at_offset_min.integer()?).ok()?,
        writing: Writing { writer: id(writer)?, writer_seq: u64::try_from(writer_seq.integer()?).ok()? },
        leader: leader.and_then(id),
        kind: kind.text()?,
        prompt: id(prompt),
        verdict: verdict.text(),
        wording: wording.text(),
        target: id(target),
        body: body.text(),
        lap,
    };
    if row.last()?.blob()? != hashed.hash() {
        return None;
    }
    let at = Timestamp::from_unix_ms(hashed.at_ms, hashed.at_offset_min)?;
    let leader = hashed.leader.map(EventId);
    let (id, seq) = (hashed.id, hashed.seq);
    Some((
        session,
        Recorded { id, leader, seq, at, lap, event: event_of(&hashed, &mut MarkReader::default())? },
    ))
}

fn event_of(row: &Hashed<'_>, marks: &mut MarkReader) -> Option<Event> {
    let target = || row.target.map(EventId);
    Some(match row.kind {
        "started" => Event::SessionStarted(serde_json::from_str(row.body?).ok()?),
        "verdict" => {
            let (conditions, blocked_by) = marks.read(row.body)?;
            Event::VerdictRecorded {
                prompt: PromptId(row.prompt?),
                verdict: row.verdict?.parse().ok().filter(|v| *v != Verdict::Untested)?,
                wording: row.wording?.to_owned(),
                conditions,
                blocked_by,
            }
        }
        "cleared" => {
            let body = row.body.map(serde_json::from_str::<ClearBody>).transpose().ok()?;
            let unblocked_by = body.map(|body| body.unblocked_by);
            Event::VerdictCleared { prompt: PromptId(row.prompt?), unblocked_by }
        }
        "note" => {
            let NoteBody { kind, text } = serde_json::from_str::<NoteBody<String>>(row.body?).ok()?;
            Event::NoteAdded(NoteText { kind, text, prompt: row.prompt.map(PromptId) })
        }
        "undone" => Event::Undone { event: target()? },
        "redone" => Event::Redone { event: target()? },
        "component" => {
            let ComponentBody { component, state } =
                serde_json::from_str::<ComponentBody<String>>(row.body?).ok()?;
            Event::ComponentSet { component, state: state.parse().ok()? }
        }
        "field" => {
            let FieldBody { name, value } = serde_json::from_str::<FieldBody<String>>(row.body?).ok()?;
            Event::FieldSet { name, value }
        }
        "strategy" => Event::StrategyChosen(row.body?.parse().ok()?),
        "charter" => Event::CharterSet(row.body.map(str::to_owned)),
        "time_box" => Event::TimeBoxSet(row.body.map(str::parse).transpose().ok()?.filter(|ms| *ms > 0)),
        "activity" => Event::ActivitySwitched(Activity::from_word(row.body?)?),
        "paused" => Event::Paused,
        "resumed" => Event::Resumed,
        "away" => {
            let AwayBody { ms, was } = serde_json::from_str(row.body?).ok()?;
            Event::AwayExplained { ms, was }
        }
        "debrief" => {
            let AnswerBody { question, answer } =
                serde_json::from_str::<AnswerBody<String>>(row.body?).ok()?;
            Event::DebriefAnswered { question, answer }
        }
        "closed" => Event::SessionClosed,
        "reopened" => Event::SessionReopened,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_hashed_for_its_purpose_as_ever() {
        let id = Uuid::from_u128(7);
        let hashed = Hashed {
            session: SessionId(id),
            seq: 1,
            id: EventId(id),
            at_ms: -1,
            at_offset_min: 60,
            writing: Writing { writer: id, writer_seq: 2 },
            leader: None,
            kind: "note",
            prompt: Some(id),
            verdict: None,
            wording: None,
            target: None,
            body: Some("{}"),
            lap: None,
        };
        let mut room = b"what was hashed before".to_vec();
        hashed.put(&mut room);
        assert_eq!(hashed.hash(), blake3::derive_key("seamwalk event 1", &room));
    }
}
