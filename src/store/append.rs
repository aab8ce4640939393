//! Appending: the events of one decision, and what they change in results and counts, in one transaction.
//!
//! The derived rows follow [`Session::apply`](crate::domain::session::Session::apply): a property test drives both
//! with the same commands and compares them.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension, Row, params};
use uuid::Uuid;

use super::error::During;
use super::event::{self, Writing};
use super::sessions::{events_from, next_writer_seq};
use super::{AppendError, Store, StoreError, convert};
use crate::domain::id::{EventId, PromptId, SessionId};
use crate::domain::session::{Event, Fresh, Recorded, ReplayError, walked_ms};
use crate::domain::time::Timestamp;
use crate::domain::verdict::{Counts, Verdict};

const DOING: &str = "saving";

impl Store {
    /// Appends `batch` after place `expected_seq`, all or nothing; what comes back is durable.
    ///
    /// Events that are there already, because an earlier attempt failed and was saved all the same, count as appended.
    ///
    /// # Errors
    ///
    /// [`AppendError::Stale`] gives the events that somebody else appended meanwhile. After any other error, ask
    /// again with the same batch: nothing is appended twice.
    pub fn append(
        &mut self,
        session: SessionId,
        expected_seq: u64,
        batch: &[Fresh],
    ) -> Result<Vec<Recorded>, AppendError> {
        let writer = self.writer.0;
        self.write(DOING, |conn, path| append(conn, path, writer, session, expected_seq, batch))
    }
}

fn append(
    conn: &Connection,
    path: &Path,
    writer: Uuid,
    session: SessionId,
    expected_seq: u64,
    batch: &[Fresh],
) -> Result<Vec<Recorded>, AppendError> {
    let mut tally = Tally::read(conn, session)
        .during(path, DOING)?
        .ok_or_else(|| StoreError::NoSuchSession { path: path.to_owned(), session })?;
    if tally.seq < expected_seq {
        // The file was replaced by an older copy: what it lacks was acknowledged once.
        let (path, found) = (path.to_owned(), tally.seq);
        return Err(StoreError::MissingEvents { path, session, found, expected: expected_seq }.into());
    }
    if tally.seq > expected_seq {
        return already_there(conn, path, session, expected_seq, batch);
    }
    let first_writer_seq = next_writer_seq(conn, writer).during(path, DOING)?;
    let mut appended = Vec::with_capacity(batch.len());
    for (writer_seq, Fresh { id, at, event }) in (first_writer_seq..).zip(batch) {
        let recorded = Recorded { id: *id, seq: tally.seq + 1, at: *at, event: event.clone() };
        if place_of(conn, *id).during(path, DOING)?.is_some() {
            return Err(AppendError::Taken { event: *id });
        }
        let change = change_of(conn, session, &recorded).during(path, DOING)??;
        event::insert(conn, session, &recorded, Writing { writer, writer_seq }).during(path, DOING)?;
        tally.apply(conn, session, &recorded, change).during(path, DOING)?;
        appended.push(recorded);
    }
    tally.write(conn, session).during(path, DOING)?;
    Ok(appended)
}

/// The session is not where the caller thinks: either this very batch was saved before, or somebody else was quicker.
fn already_there(
    conn: &Connection,
    path: &Path,
    session: SessionId,
    expected_seq: u64,
    batch: &[Fresh],
) -> Result<Vec<Recorded>, AppendError> {
    let mut after = events_from(conn, path, session, expected_seq.saturating_add(1))?;
    let same = |(there, fresh): (&Recorded, &Fresh)| {
        there.id == fresh.id && there.event == fresh.event && there.at == fresh.at
    };
    let saved = !batch.is_empty() && after.len() >= batch.len() && after.iter().zip(batch).all(same);
    if saved {
        after.truncate(batch.len());
        return Ok(after);
    }
    Err(AppendError::Stale { missing: after })
}

fn place_of(conn: &Connection, event: EventId) -> rusqlite::Result<Option<(Uuid, u64)>> {
    conn.prepare_cached("SELECT session_id, seq FROM event WHERE id = ?1")?
        .query_row([event.0], |row| Ok((convert::uuid(row, 0)?, convert::count(row, 1)?)))
        .optional()
}

/// What an event does to the derived rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    /// The prompt's verdict is this one.
    Verdict(PromptId, Verdict),
    /// The prompt's verdict has to be looked for among its earlier events.
    Reconsider(PromptId),
    /// One more note.
    NoteGained,
    /// One note less.
    NoteLost,
    /// Open or not.
    Ended(Option<Timestamp>),
}

fn change_of(
    conn: &Connection,
    session: SessionId,
    recorded: &Recorded,
) -> rusqlite::Result<Result<Change, ReplayError>> {
    let seq = recorded.seq;
    Ok(Ok(match &recorded.event {
        Event::SessionStarted(_) => return Ok(Err(ReplayError::StartedTwice { seq })),
        Event::VerdictRecorded { prompt, verdict, .. } => Change::Verdict(*prompt, *verdict),
        Event::VerdictCleared { prompt } => Change::Verdict(*prompt, Verdict::Untested),
        Event::NoteAdded(_) => Change::NoteGained,
        Event::SessionClosed => Change::Ended(Some(recorded.at)),
        Event::SessionReopened => Change::Ended(None),
        Event::Undone { event } | Event::Redone { event } => {
            let undoes = matches!(recorded.event, Event::Undone { .. });
            let target = target(conn, session, *event)?;
            match target {
                Some(target) if target.counts == undoes => match target.prompt {
                    Some(prompt) => Change::Reconsider(prompt),
                    None if undoes => Change::NoteLost,
                    None => Change::NoteGained,
                },
                _ => return Ok(Err(ReplayError::NoSuchChange { seq })),
            }
        }
    }))
}

/// An event that can be taken back.
struct Target {
    /// The prompt whose verdict it changed; `None` for a note.
    prompt: Option<PromptId>,
    counts: bool,
}

fn target(conn: &Connection, session: SessionId, event: EventId) -> rusqlite::Result<Option<Target>> {
    const FIND: &str = "SELECT kind, prompt_id FROM event WHERE id = ?1 AND session_id = ?2 \
         AND kind IN ('verdict', 'cleared', 'note')";
    let read = |row: &Row<'_>| {
        let is_note = row.get_ref(0)?.as_str()? == "note";
        let prompt = convert::optional_uuid(row, 1)?.map(PromptId);
        Ok(prompt.filter(|_| !is_note))
    };
    let found = conn.prepare_cached(FIND)?.query_row(params![event.0, session.0], read).optional()?;
    let Some(prompt) = found else { return Ok(None) };
    Ok(Some(Target { prompt, counts: counts(conn, session, event.0)? }))
}

/// An event counts unless it was taken back after it was last restored.
fn counts(conn: &Connection, session: SessionId, event: Uuid) -> rusqlite::Result<bool> {
    const LATEST: &str =
        "SELECT kind = 'redone' FROM event WHERE target = ?1 AND session_id = ?2 ORDER BY seq DESC LIMIT 1";
    let latest =
        conn.prepare_cached(LATEST)?.query_row(params![event, session.0], |row| row.get(0)).optional()?;
    Ok(latest.unwrap_or(true))
}

/// The place and verdict of the latest event of `prompt` that counts.
fn latest_counting(
    conn: &Connection,
    session: SessionId,
    prompt: PromptId,
) -> rusqlite::Result<(Option<u64>, Verdict)> {
    const EARLIER: &str = "SELECT seq, id, coalesce(verdict, 'untested') FROM event \
         WHERE session_id = ?1 AND prompt_id = ?2 AND kind IN ('verdict', 'cleared') ORDER BY seq DESC";
    let mut statement = conn.prepare_cached(EARLIER)?;
    let mut rows = statement.query(params![session.0, prompt.0])?;
    while let Some(row) = rows.next()? {
        if counts(conn, session, convert::uuid(row, 1)?)? {
            return Ok((Some(convert::count(row, 0)?), convert::verdict(row, 2)?));
        }
    }
    Ok((None, Verdict::Untested))
}

/// The part of a session's row that follows from its events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) seq: u64,
    pub(super) ended_at: Option<Timestamp>,
    pub(super) updated_at: Timestamp,
    pub(super) walking_ms: u64,
    /// `Untested` is not counted here.
    pub(super) counts: Counts,
    pub(super) note_count: u32,
}

impl Tally {
    /// `None` if there is no such session.
    pub(super) fn read(conn: &Connection, session: SessionId) -> rusqlite::Result<Option<Self>> {
        const READ: &str = "SELECT seq, ended_ms, ended_offset_min, updated_ms, updated_offset_min, walking_ms, \
             pass, fail, blocked, inconclusive, skip, notes FROM session WHERE id = ?1";
        let read = |row: &Row<'_>| {
            let mut counts = Counts::default();
            for (column, verdict) in (6..).zip(&Verdict::ALL[1..]) {
                counts.set(*verdict, convert::small_count(row, column)?);
            }
            Ok(Self {
                seq: convert::count(row, 0)?,
                ended_at: convert::optional_timestamp(row, 1)?,
                updated_at: convert::timestamp(row, 3)?,
                walking_ms: convert::count(row, 5)?,
                counts,
                note_count: convert::small_count(row, 11)?,
            })
        };
        conn.prepare_cached(READ)?.query_row([session.0], read).optional()
    }

    /// Writes the session's row.
    pub(super) fn write(&self, conn: &Connection, session: SessionId) -> rusqlite::Result<()> {
        const WRITE: &str = "UPDATE session SET seq = ?2, ended_ms = ?3, ended_offset_min = ?4, updated_ms = ?5, \
             updated_offset_min = ?6, walking_ms = ?7, pass = ?8, fail = ?9, blocked = ?10, inconclusive = ?11, \
             skip = ?12, notes = ?13 WHERE id = ?1";
        conn.prepare_cached(WRITE)?.execute(params![
            session.0,
            convert::int(self.seq),
            self.ended_at.map(Timestamp::unix_ms),
            self.ended_at.map(Timestamp::offset_min),
            self.updated_at.unix_ms(),
            self.updated_at.offset_min(),
            convert::int(self.walking_ms),
            self.counts[Verdict::Pass],
            self.counts[Verdict::Fail],
            self.counts[Verdict::Blocked],
            self.counts[Verdict::Inconclusive],
            self.counts[Verdict::Skip],
            self.note_count,
        ])?;
        Ok(())
    }

    /// Follows one event that was just inserted.
    fn apply(
        &mut self,
        conn: &Connection,
        session: SessionId,
        recorded: &Recorded,
        change: Change,
    ) -> rusqlite::Result<()> {
        match change {
            Change::Verdict(prompt, verdict) => {
                self.set_result(conn, session, prompt, (Some(recorded.seq), verdict))?;
            }
            Change::Reconsider(prompt) => {
                let latest = latest_counting(conn, session, prompt)?;
                self.set_result(conn, session, prompt, latest)?;
            }
            Change::NoteGained => self.note_count += 1,
            Change::NoteLost => self.note_count = self.note_count.saturating_sub(1),
            Change::Ended(at) => self.ended_at = at,
        }
        self.walking_ms += walked_ms(self.updated_at, recorded.at);
        self.updated_at = self.updated_at.max(recorded.at);
        self.seq = recorded.seq;
        Ok(())
    }

    fn set_result(
        &mut self,
        conn: &Connection,
        session: SessionId,
        prompt: PromptId,
        (seq, verdict): (Option<u64>, Verdict),
    ) -> rusqlite::Result<()> {
        const BEFORE: &str = "SELECT verdict, listed FROM result WHERE session_id = ?1 AND prompt_id = ?2";
        // A new row is listed: prompts are marked on the plan that is walked.
        const UPSERT: &str = "INSERT INTO result (session_id, prompt_id, verdict, seq, listed) \
             VALUES (?1, ?2, ?3, ?4, 1) ON CONFLICT (session_id, prompt_id) DO UPDATE SET verdict = ?3, seq = ?4";
        let before = conn
            .prepare_cached(BEFORE)?
            .query_row(params![session.0, prompt.0], |row| Ok((convert::verdict(row, 0)?, row.get(1)?)))
            .optional()?;
        let (before, listed) = before.unwrap_or((Verdict::Untested, true));
        if listed {
            self.count(before, verdict);
        }
        let seq = seq.filter(|_| verdict != Verdict::Untested).map(convert::int);
        conn.prepare_cached(UPSERT)?.execute(params![session.0, prompt.0, verdict.word(), seq])?;
        Ok(())
    }

    fn count(&mut self, before: Verdict, after: Verdict) {
        if before != Verdict::Untested {
            self.counts.remove(before);
        }
        if after != Verdict::Untested {
            self.counts.add(after);
        }
    }

    /// Lists exactly the results whose prompt `is_listed`, and counts again.
    pub(super) fn relist(
        &mut self,
        conn: &Connection,
        session: SessionId,
        is_listed: impl Fn(PromptId) -> bool,
    ) -> rusqlite::Result<()> {
        const RESULTS: &str = "SELECT prompt_id, verdict, listed FROM result WHERE session_id = ?1";
        const RELIST: &str = "UPDATE result SET listed = ?3 WHERE session_id = ?1 AND prompt_id = ?2";
        let read = |row: &Row<'_>| {
            Ok((PromptId(convert::uuid(row, 0)?), convert::verdict(row, 1)?, row.get::<_, bool>(2)?))
        };
        let results: Vec<(PromptId, Verdict, bool)> =
            conn.prepare_cached(RESULTS)?.query_map([session.0], read)?.collect::<rusqlite::Result<_>>()?;
        self.counts = Counts::default();
        let mut relist = conn.prepare_cached(RELIST)?;
        for (prompt, verdict, was_listed) in results {
            let listed = is_listed(prompt);
            if listed != was_listed {
                relist.execute(params![session.0, prompt.0, listed])?;
            }
            if listed {
                self.count(Verdict::Untested, verdict);
            }
        }
        Ok(())
    }
}
