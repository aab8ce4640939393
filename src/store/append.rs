//! Appending: the events of one decision, and what they change in results and counts, in one transaction.
//!
//! The derived rows follow [`Session::apply`](crate::domain::session::Session::apply): a property test drives both
//! with the same commands and compares them.

use std::collections::BTreeMap;
use std::path::Path;

use rusqlite::{Connection, OptionalExtension, Row, params};
use uuid::Uuid;

use super::error::During;
use super::event::{self, FieldsOf, Writing};
use super::sessions::{events_from, next_writer_seq};
use super::{AppendError, Store, StoreError, convert};
use crate::domain::id::{EventId, PromptId, SessionId};
use crate::domain::session::{Event, Fresh, Recorded, ReplayError, walked_ms};
use crate::domain::time::Timestamp;
use crate::domain::verdict::{Counts, Ground, Standing, Verdict};

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
    let mut latest = None;
    for (writer_seq, fresh) in (first_writer_seq..).zip(batch) {
        let recorded = fresh.clone().at_place(tally.seq + 1);
        if place_of(conn, fresh.id).during(path, DOING)?.is_some() {
            return Err(AppendError::Taken { event: fresh.id });
        }
        // The events of one decision come in one batch, one after the other.
        if fresh.leader.is_some() && fresh.leader != latest {
            return Err(ReplayError::NoSuchLeader { seq: recorded.seq }.into());
        }
        latest = fresh.leader.or(Some(fresh.id));
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
        there.id == fresh.id
            && there.leader == fresh.leader
            && there.event == fresh.event
            && there.at == fresh.at
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
#[derive(Debug, Clone, PartialEq, Eq)]
enum Change {
    /// The prompt stands so.
    Standing(PromptId, Standing),
    /// What a decision changed has to be looked for among the events before it.
    Reconsider(Decision),
    /// One more note.
    NoteGained,
    /// Fields say something else.
    Fields,
    /// Open or not.
    Ended(Option<Timestamp>),
    /// Nothing that is derived.
    Nothing,
}

fn change_of(
    conn: &Connection,
    session: SessionId,
    recorded: &Recorded,
) -> rusqlite::Result<Result<Change, ReplayError>> {
    let seq = recorded.seq;
    Ok(Ok(match &recorded.event {
        Event::SessionStarted(_) => return Ok(Err(ReplayError::StartedTwice { seq })),
        Event::VerdictRecorded { prompt, verdict, conditions, .. } => {
            Change::Standing(*prompt, conditions.standing(*verdict))
        }
        Event::VerdictCleared { prompt, .. } => Change::Standing(*prompt, Standing::default()),
        Event::NoteAdded(_) => Change::NoteGained,
        Event::FieldSet { .. } => Change::Fields,
        Event::ComponentSet { .. } | Event::StrategyChosen(_) => Change::Nothing,
        Event::SessionClosed => Change::Ended(Some(recorded.at)),
        Event::SessionReopened => Change::Ended(None),
        Event::Undone { event } | Event::Redone { event } => {
            let undoes = matches!(recorded.event, Event::Undone { .. });
            match decision(conn, session, *event)? {
                Some(decision) if counts(conn, session, event.0)? == undoes => Change::Reconsider(decision),
                _ => return Ok(Err(ReplayError::NoSuchChange { seq })),
            }
        }
    }))
}

/// What can be taken back as one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Decision {
    /// The prompts whose verdict it changed.
    prompts: Vec<PromptId>,
    /// How many notes it added.
    note_count: u32,
    /// Whether it set a field.
    has_fields: bool,
}

/// The decision that `leader` led; `None` if that led none.
fn decision(conn: &Connection, session: SessionId, leader: EventId) -> rusqlite::Result<Option<Decision>> {
    const FIND: &str = "SELECT kind, prompt_id FROM event WHERE id = ?1 AND session_id = ?2 AND leader IS NULL \
         AND kind IN ('verdict', 'cleared', 'note', 'component', 'field') \
         UNION ALL SELECT kind, prompt_id FROM event WHERE leader = ?1 AND session_id = ?2";
    let mut statement = conn.prepare_cached(FIND)?;
    let mut rows = statement.query(params![leader.0, session.0])?;
    let mut decision = None;
    while let Some(row) = rows.next()? {
        let decision = decision.get_or_insert_with(Decision::default);
        match row.get_ref(0)?.as_str()? {
            "verdict" | "cleared" => decision.prompts.push(PromptId(convert::uuid(row, 1)?)),
            "note" => decision.note_count += 1,
            "field" => decision.has_fields = true,
            _ => {}
        }
    }
    Ok(decision)
}

/// An event counts unless it was taken back after it was last restored.
fn counts(conn: &Connection, session: SessionId, event: Uuid) -> rusqlite::Result<bool> {
    const LATEST: &str =
        "SELECT kind = 'redone' FROM event WHERE target = ?1 AND session_id = ?2 ORDER BY seq DESC LIMIT 1";
    let latest =
        conn.prepare_cached(LATEST)?.query_row(params![event, session.0], |row| row.get(0)).optional()?;
    Ok(latest.unwrap_or(true))
}

/// The place and standing of the latest event of `prompt` that counts.
fn latest_counting(
    conn: &Connection,
    session: SessionId,
    prompt: PromptId,
) -> rusqlite::Result<(Option<u64>, Standing)> {
    const EARLIER: &str = "SELECT seq, coalesce(leader, id), coalesce(verdict, 'untested'), body FROM event \
         WHERE session_id = ?1 AND prompt_id = ?2 AND kind IN ('verdict', 'cleared') ORDER BY seq DESC";
    let mut statement = conn.prepare_cached(EARLIER)?;
    let mut rows = statement.query(params![session.0, prompt.0])?;
    while let Some(row) = rows.next()? {
        if counts(conn, session, convert::uuid(row, 1)?)? {
            let verdict = convert::verdict(row, 2)?;
            let ground = match verdict {
                Verdict::Untested => Ground::Unstated,
                _ => event::ground(row.get_ref(3)?.as_str_or_null()?),
            };
            return Ok((Some(convert::count(row, 0)?), Standing { verdict, ground }));
        }
    }
    Ok((None, Standing::default()))
}

/// What the fields say: the start's word, then that of each field's event that counts.
fn fields(conn: &Connection, session: SessionId) -> rusqlite::Result<BTreeMap<String, String>> {
    const SET: &str = "SELECT kind, body, coalesce(leader, id) FROM event WHERE session_id = ?1 \
         AND kind IN ('started', 'field') ORDER BY seq";
    let mut statement = conn.prepare_cached(SET)?;
    let mut rows = statement.query([session.0])?;
    let mut fields = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let (kind, body) = (row.get_ref(0)?.as_str()?, row.get_ref(1)?.as_str()?);
        match event::fields_of(kind, body) {
            Some(FieldsOf::Start(started)) => fields = started,
            Some(FieldsOf::Set(name, value)) if counts(conn, session, convert::uuid(row, 2)?)? => match value
            {
                Some(value) => drop(fields.insert(name, value)),
                None => drop(fields.remove(&name)),
            },
            Some(FieldsOf::Set(..)) | None => {}
        }
    }
    Ok(fields)
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
    /// As JSON.
    pub(super) fields: String,
}

impl Tally {
    /// `None` if there is no such session.
    pub(super) fn read(conn: &Connection, session: SessionId) -> rusqlite::Result<Option<Self>> {
        const READ: &str = "SELECT seq, ended_ms, ended_offset_min, updated_ms, updated_offset_min, walking_ms, \
             pass, fail, blocked, inconclusive, skip, notes, pass_provisional, pass_real, fields \
             FROM session WHERE id = ?1";
        let read = |row: &Row<'_>| {
            let mut counts = Counts::default();
            for (column, verdict) in (6..).zip(&Verdict::ALL[1..]) {
                counts.set(*verdict, convert::small_count(row, column)?);
            }
            counts.set_grounds(convert::small_count(row, 12)?, convert::small_count(row, 13)?);
            Ok(Self {
                seq: convert::count(row, 0)?,
                ended_at: convert::optional_timestamp(row, 1)?,
                updated_at: convert::timestamp(row, 3)?,
                walking_ms: convert::count(row, 5)?,
                counts,
                note_count: convert::small_count(row, 11)?,
                fields: row.get(14)?,
            })
        };
        conn.prepare_cached(READ)?.query_row([session.0], read).optional()
    }

    /// Writes the session's row.
    pub(super) fn write(&self, conn: &Connection, session: SessionId) -> rusqlite::Result<()> {
        const WRITE: &str = "UPDATE session SET seq = ?2, ended_ms = ?3, ended_offset_min = ?4, updated_ms = ?5, \
             updated_offset_min = ?6, walking_ms = ?7, pass = ?8, fail = ?9, blocked = ?10, inconclusive = ?11, \
             skip = ?12, notes = ?13, pass_provisional = ?14, pass_real = ?15, fields = ?16 WHERE id = ?1";
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
            self.counts.provisional(),
            self.counts.passed_for_real(),
            self.fields,
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
            Change::Standing(prompt, standing) => {
                self.set_result(conn, session, prompt, (Some(recorded.seq), standing))?;
            }
            Change::Reconsider(Decision { prompts, note_count, has_fields }) => {
                for prompt in prompts {
                    let latest = latest_counting(conn, session, prompt)?;
                    self.set_result(conn, session, prompt, latest)?;
                }
                self.note_count = match recorded.event {
                    Event::Undone { .. } => self.note_count.saturating_sub(note_count),
                    _ => self.note_count + note_count,
                };
                if has_fields {
                    self.read_fields(conn, session)?;
                }
            }
            Change::NoteGained => self.note_count += 1,
            Change::Fields => self.read_fields(conn, session)?,
            Change::Ended(at) => self.ended_at = at,
            Change::Nothing => {}
        }
        self.walking_ms += walked_ms(self.updated_at, recorded.at);
        self.updated_at = self.updated_at.max(recorded.at);
        self.seq = recorded.seq;
        Ok(())
    }

    fn read_fields(&mut self, conn: &Connection, session: SessionId) -> rusqlite::Result<()> {
        self.fields = event::fields_text(&fields(conn, session)?);
        Ok(())
    }

    fn set_result(
        &mut self,
        conn: &Connection,
        session: SessionId,
        prompt: PromptId,
        (seq, standing): (Option<u64>, Standing),
    ) -> rusqlite::Result<()> {
        const BEFORE: &str =
            "SELECT verdict, ground, listed FROM result WHERE session_id = ?1 AND prompt_id = ?2";
        // A new row is listed: prompts are marked on the plan that is walked.
        const UPSERT: &str = "INSERT INTO result (session_id, prompt_id, verdict, ground, seq, listed) \
             VALUES (?1, ?2, ?3, ?4, ?5, 1) \
             ON CONFLICT (session_id, prompt_id) DO UPDATE SET verdict = ?3, ground = ?4, seq = ?5";
        let before = conn
            .prepare_cached(BEFORE)?
            .query_row(params![session.0, prompt.0], |row| Ok((convert::standing(row, 0)?, row.get(2)?)))
            .optional()?;
        let (before, listed) = before.unwrap_or((Standing::default(), true));
        if listed {
            self.count(before, standing);
        }
        let seq = seq.filter(|_| standing.verdict != Verdict::Untested).map(convert::int);
        let (verdict, ground) = (standing.verdict.word(), standing.ground.word());
        conn.prepare_cached(UPSERT)?.execute(params![session.0, prompt.0, verdict, ground, seq])?;
        Ok(())
    }

    fn count(&mut self, before: Standing, after: Standing) {
        if before.verdict != Verdict::Untested {
            self.counts.remove(before);
        }
        if after.verdict != Verdict::Untested {
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
        const RESULTS: &str = "SELECT prompt_id, verdict, ground, listed FROM result WHERE session_id = ?1";
        const RELIST: &str = "UPDATE result SET listed = ?3 WHERE session_id = ?1 AND prompt_id = ?2";
        let read = |row: &Row<'_>| {
            Ok((PromptId(convert::uuid(row, 0)?), convert::standing(row, 1)?, row.get::<_, bool>(3)?))
        };
        let results: Vec<(PromptId, Standing, bool)> =
            conn.prepare_cached(RESULTS)?.query_map([session.0], read)?.collect::<rusqlite::Result<_>>()?;
        self.counts = Counts::default();
        let mut relist = conn.prepare_cached(RELIST)?;
        for (prompt, standing, was_listed) in results {
            let listed = is_listed(prompt);
            if listed != was_listed {
                relist.execute(params![session.0, prompt.0, listed])?;
            }
            if listed {
                self.count(Standing::default(), standing);
            }
        }
        Ok(())
    }
}
