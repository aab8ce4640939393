//! An event outside a database, as a rescue file keeps it.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Columns, Hashed, MarkReader, Writing, columns, event_of, storable};
use crate::domain::id::{EventId, PromptId, SessionId};
use crate::domain::session::{Fresh, Lap};
use crate::domain::time::Timestamp;

/// An event outside a database: the columns that are its own, and a hash of them.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::store) struct Portable {
    id: EventId,
    leader: Option<EventId>,
    at_ms: i64,
    at_offset_min: i32,
    kind: String,
    prompt: Option<PromptId>,
    verdict: Option<String>,
    wording: Option<String>,
    target: Option<EventId>,
    body: Option<String>,
    lap_ms: Option<u64>,
    writing_ms: Option<u64>,
    hash: String,
}

impl Portable {
    pub(in crate::store) fn of(session: SessionId, fresh: &Fresh) -> Self {
        let Columns { kind, prompt, verdict, wording, target, body } = columns(&fresh.event);
        let mut portable = Self {
            id: fresh.id,
            leader: fresh.leader,
            at_ms: fresh.at.unix_ms(),
            at_offset_min: fresh.at.offset_min(),
            kind: kind.to_owned(),
            prompt: prompt.map(PromptId),
            verdict: verdict.map(str::to_owned),
            wording: wording.map(str::to_owned),
            target: target.map(EventId),
            body,
            lap_ms: fresh.lap.map(|lap| storable(lap).ms),
            writing_ms: fresh.lap.map(|lap| storable(lap).writing_ms),
            hash: String::new(),
        };
        portable.hash = hex(&portable.hashed(session));
        portable
    }

    /// The event; `None` if it is not what was written, or of a kind that this seamwalk does not know.
    pub(in crate::store) fn read(&self, session: SessionId) -> Option<Fresh> {
        let hashed = self.hashed(session);
        if hex(&hashed) != self.hash {
            return None;
        }
        let at = Timestamp::from_unix_ms(self.at_ms, self.at_offset_min)?;
        let lap = hashed.lap;
        Some(Fresh {
            id: self.id,
            leader: self.leader,
            at,
            lap,
            event: event_of(&hashed, &mut MarkReader::default())?,
        })
    }

    /// Without a place or a writer, which it gets when it is appended.
    fn hashed(&self, session: SessionId) -> Hashed<'_> {
        Hashed {
            session,
            seq: 0,
            id: self.id,
            at_ms: self.at_ms,
            at_offset_min: self.at_offset_min,
            writing: Writing { writer: Uuid::nil(), writer_seq: 0 },
            leader: self.leader.map(|leader| leader.0),
            kind: &self.kind,
            prompt: self.prompt.map(|prompt| prompt.0),
            verdict: self.verdict.as_deref(),
            wording: self.wording.as_deref(),
            target: self.target.map(|target| target.0),
            body: self.body.as_deref(),
            lap: self.lap_ms.map(|ms| Lap { ms, writing_ms: self.writing_ms.unwrap_or_default() }),
        }
    }
}

/// The hash as text.
fn hex(hashed: &Hashed<'_>) -> String {
    blake3::Hash::from(hashed.hash()).to_hex().to_string()
}
