//! Text that is being typed and is no event yet, so that a crash takes at most its last moments (R6).
//!
//! A draft is nothing that happened: it has no place among the events, is overwritten, and goes in the same
//! transaction in which what it became is appended. `saved #n` does not count it.

use rusqlite::{Connection, Row, params};

use super::error::During;
use super::{Store, StoreError, convert};
use crate::domain::id::{PromptId, SessionId};
use crate::domain::session::{Event, NoteKind, NoteText, Question};
use crate::domain::time::Timestamp;

const DOING: &str = "keeping what is being typed";

/// What is being typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DraftOf {
    /// A note on a prompt, or on the session for `None`; there is one draft for each, whatever its kind.
    Note {
        /// On what.
        prompt: Option<PromptId>,
        /// Which kind it is to be.
        kind: NoteKind,
    },
    /// An answer of the debrief.
    Answer(Question),
}

impl DraftOf {
    fn prompt(&self) -> &[u8] {
        match self {
            Self::Note { prompt: Some(prompt), .. } => prompt.0.as_bytes(),
            Self::Note { prompt: None, .. } | Self::Answer(_) => &[],
        }
    }

    fn topic(&self) -> &'static str {
        match self {
            Self::Note { .. } => "note",
            Self::Answer(question) => question.word(),
        }
    }

    fn kind(&self) -> Option<&'static str> {
        match self {
            Self::Note { kind, .. } => Some(kind.word()),
            Self::Answer(_) => None,
        }
    }
}

/// Text that was being typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// What it was to become.
    pub of: DraftOf,
    /// What was typed so far.
    pub text: String,
    /// When that was kept.
    pub at: Timestamp,
}

impl Store {
    /// Keeps `draft` in place of an earlier one of the same; it is durable when this comes back.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; the earlier one is then still there, unless it is [`StoreError::FileMoved`].
    pub fn save_draft(&mut self, session: SessionId, draft: &Draft) -> Result<(), StoreError> {
        const SAVE: &str = "INSERT INTO draft (session_id, prompt_id, topic, kind, text, at_ms, at_offset_min) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (session_id, prompt_id, topic) \
             DO UPDATE SET kind = ?4, text = ?5, at_ms = ?6, at_offset_min = ?7";
        let Draft { of, text, at } = draft;
        self.write(DOING, |conn, path| {
            let is_there = conn
                .prepare_cached("SELECT 1 FROM session WHERE id = ?1")
                .and_then(|mut s| s.exists([session.0]))
                .during(path, DOING)?;
            if !is_there {
                return Err(StoreError::NoSuchSession { path: path.to_owned(), session });
            }
            conn.prepare_cached(SAVE)
                .and_then(|mut s| {
                    let (unix_ms, offset_min) = (at.unix_ms(), at.offset_min());
                    s.execute(params![
                        session.0,
                        of.prompt(),
                        of.topic(),
                        of.kind(),
                        text,
                        unix_ms,
                        offset_min
                    ])
                })
                .during(path, DOING)?;
            Ok(())
        })
    }

    /// What was being typed in `session`, the latest first.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if SQLite refuses.
    pub fn drafts(&self, session: SessionId) -> Result<Vec<Draft>, StoreError> {
        const DRAFTS: &str = "SELECT prompt_id, topic, kind, text, at_ms, at_offset_min FROM draft \
             WHERE session_id = ?1 ORDER BY at_ms DESC, prompt_id, topic";
        let read = |row: &Row<'_>| {
            Ok(Draft { of: draft_of(row)?, text: row.get(3)?, at: convert::timestamp(row, 4)? })
        };
        self.conn()
            .prepare_cached(DRAFTS)
            .and_then(|mut s| s.query_map([session.0], read)?.collect())
            .during(self.path(), "reading what was being typed")
    }

    /// Forgets what was being typed: the tester threw it away.
    ///
    /// # Errors
    ///
    /// As [`Store::save_draft`].
    pub fn clear_draft(&mut self, session: SessionId, of: &DraftOf) -> Result<(), StoreError> {
        self.write(DOING, |conn, path| clear(conn, session, of).during(path, DOING))
    }
}

fn draft_of(row: &Row<'_>) -> rusqlite::Result<DraftOf> {
    let prompt = match row.get_ref(0)?.as_blob()? {
        [] => None,
        _ => Some(PromptId(convert::uuid(row, 0)?)),
    };
    let (topic, kind) = (row.get_ref(1)?.as_str()?, row.get_ref(2)?.as_str_or_null()?);
    // The table's checks let nothing else in.
    Ok(match Question::from_word(topic) {
        Some(question) => DraftOf::Answer(question),
        None => DraftOf::Note { prompt, kind: kind.and_then(NoteKind::from_word).unwrap_or_default() },
    })
}

fn clear(conn: &Connection, session: SessionId, of: &DraftOf) -> rusqlite::Result<()> {
    conn.prepare_cached("DELETE FROM draft WHERE session_id = ?1 AND prompt_id = ?2 AND topic = ?3")?
        .execute(params![session.0, of.prompt(), of.topic()])?;
    Ok(())
}

/// Forgets the draft of what `event` says, which is kept from now on.
pub(super) fn clear_written(conn: &Connection, session: SessionId, event: &Event) -> rusqlite::Result<()> {
    match event {
        Event::NoteAdded(NoteText { kind, prompt, .. }) => {
            clear(conn, session, &DraftOf::Note { prompt: *prompt, kind: *kind })
        }
        Event::DebriefAnswered { question, .. } => clear(conn, session, &DraftOf::Answer(*question)),
        _ => Ok(()),
    }
}
