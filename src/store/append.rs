//! Appending: the events of one decision, and what they change in results and counts, in one transaction.
//!
//! The derived rows follow [`Session::apply`](crate::domain::session::Session::apply): a property test drives both
//! with the same commands and compares them.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension, Row, params};
use uuid::Uuid;

use super::error::During;
use super::event::{self, Said, Writing};
use super::sessions::{events_from, next_writer_seq};
use super::{AppendError, Store, StoreError, convert, drafts};
use crate::domain::id::{EventId, PromptId, SessionId};
use crate::domain::session::{
    Activity, Clock, Event, Fresh, Lap, Recorded, ReplayError, Start, Times, unmeasured_ms,
};
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
        drafts::clear_written(conn, session, &recorded.event).during(path, DOING)?;
        appended.push(recorded);
    }
    tally.write(conn, session).during(path, DOING)?;
    take_turn(conn, session).during(path, DOING)?;
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
            && there.lap == fresh.lap.map(event::storable)
    };
    let saved = !batch.is_empty() && after.len() >= batch.len() && after.iter().zip(batch).all(same);
    if saved {
        after.truncate(batch.len());
        return Ok(after);
    }
    Err(AppendError::Stale { missing: after })
}

/// The session is the one that was written last from now on. Nothing is written where it was already.
fn take_turn(conn: &Connection, session: SessionId) -> rusqlite::Result<()> {
    const TAKE: &str = "UPDATE session SET turn = (SELECT max(turn) + 1 FROM session) WHERE id = ?1 \
         AND EXISTS (SELECT 1 FROM session other WHERE other.turn >= session.turn AND other.id <> ?1)";
    conn.prepare_cached(TAKE)?.execute([session.0])?;
    Ok(())
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
    /// The session says something else of itself.
    Settled,
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
        Event::FieldSet { .. } | Event::CharterSet(_) | Event::TimeBoxSet(_) => Change::Settled,
        Event::ComponentSet { .. }
        | Event::StrategyChosen(_)
        | Event::ActivitySwitched(_)
        | Event::Paused
        | Event::Resumed
        | Event::AwayExplained { .. }
        | Event::DebriefAnswered { .. } => Change::Nothing,
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
    /// Whether it changed what the session's row says of the session.
    settles: bool,
}

/// The decision that `leader` led; `None` if that led none.
fn decision(conn: &Connection, session: SessionId, leader: EventId) -> rusqlite::Result<Option<Decision>> {
    const FIND: &str = "SELECT kind, prompt_id FROM event WHERE id = ?1 AND session_id = ?2 AND leader IS NULL \
         AND kind IN ('verdict', 'cleared', 'note', 'component', 'field', 'charter', 'time_box', 'debrief') \
         UNION ALL SELECT kind, prompt_id FROM event WHERE leader = ?1 AND session_id = ?2";
    let mut statement = conn.prepare_cached(FIND)?;
    let mut rows = statement.query(params![leader.0, session.0])?;
    let mut decision = None;
    while let Some(row) = rows.next()? {
        let decision = decision.get_or_insert_with(Decision::default);
        match row.get_ref(0)?.as_str()? {
            "verdict" | "cleared" => decision.prompts.push(PromptId(convert::uuid(row, 1)?)),
            "note" => decision.note_count += 1,
            "field" | "charter" | "time_box" => decision.settles = true,
            _ => {}
        }
    }
    Ok(decision)
}

/// An event counts unless it was taken back after it was last restored.
pub(super) fn counts(conn: &Connection, session: SessionId, event: Uuid) -> rusqlite::Result<bool> {
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

/// What the session's row says of the session: the start's word, then that of each setting that counts.
fn settled(conn: &Connection, session: SessionId) -> rusqlite::Result<Option<Start>> {
    const SET: &str = "SELECT kind, body, coalesce(leader, id) FROM event WHERE session_id = ?1 \
         AND kind IN ('started', 'field', 'charter', 'time_box') ORDER BY seq";
    let mut statement = conn.prepare_cached(SET)?;
    let mut rows = statement.query([session.0])?;
    let mut settled: Option<Start> = None;
    while let Some(row) = rows.next()? {
        let said = event::said_of(row.get_ref(0)?.as_str()?, row.get_ref(1)?.as_str_or_null()?);
        match (said, &mut settled) {
            (Some(Said::Start(start)), _) => settled = Some(start),
            (Some(said), Some(settled)) if counts(conn, session, convert::uuid(row, 2)?)? => match said {
                Said::Field(name, Some(value)) => drop(settled.fields.insert(name, value)),
                Said::Field(name, None) => drop(settled.fields.remove(&name)),
                Said::Charter(charter) => settled.charter = charter,
                Said::TimeBox(ms) => settled.time_box_ms = ms,
                Said::Start(_) => {}
            },
            _ => {}
        }
    }
    Ok(settled)
}

/// The part of a session's row that follows from its events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) seq: u64,
    pub(super) ended_at: Option<Timestamp>,
    pub(super) updated_at: Timestamp,
    pub(super) clock: Clock,
    /// `Untested` is not counted here.
    pub(super) counts: Counts,
    pub(super) note_count: u32,
    /// As JSON.
    pub(super) fields: String,
    pub(super) charter: Option<String>,
    pub(super) time_box_ms: Option<u64>,
}

/// The clock in eight columns from `column` on: activity, whether it is paused, and the times.
pub(super) fn clock(row: &Row<'_>, column: usize) -> rusqlite::Result<Clock> {
    let ms = |offset: usize| convert::count(row, column + 2 + offset);
    Ok(Clock {
        activity: convert::activity(row, column)?,
        is_paused: row.get(column + 1)?,
        times: Times::new([ms(0)?, ms(1)?, ms(2)?, ms(3)?], ms(4)?),
    })
}

impl Tally {
    /// `None` if there is no such session.
    pub(super) fn read(conn: &Connection, session: SessionId) -> rusqlite::Result<Option<Self>> {
        const READ: &str = "SELECT seq, ended_ms, ended_offset_min, updated_ms, updated_offset_min, \
             pass, fail, blocked, inconclusive, skip, notes, pass_provisional, pass_real, fields, charter, \
             time_box_ms, activity, is_paused, testing_ms, bug_investigation_ms, set_up_ms, off_charter_ms, \
             paused_ms FROM session WHERE id = ?1";
        let read = |row: &Row<'_>| {
            let mut counts = Counts::default();
            for (column, verdict) in (5..).zip(&Verdict::ALL[1..]) {
                counts.set(*verdict, convert::small_count(row, column)?);
            }
            counts.set_grounds(convert::small_count(row, 11)?, convert::small_count(row, 12)?);
            Ok(Self {
                seq: convert::count(row, 0)?,
                ended_at: convert::optional_timestamp(row, 1)?,
                updated_at: convert::timestamp(row, 3)?,
                clock: clock(row, 16)?,
                counts,
                note_count: convert::small_count(row, 10)?,
                fields: row.get(13)?,
                charter: row.get(14)?,
                time_box_ms: convert::optional_count(row, 15)?,
            })
        };
        conn.prepare_cached(READ)?.query_row([session.0], read).optional()
    }

    /// Writes the session's row.
    pub(super) fn write(&self, conn: &Connection, session: SessionId) -> rusqlite::Result<()> {
        const WRITE: &str = "UPDATE session SET seq = ?2, ended_ms = ?3, ended_offset_min = ?4, updated_ms = ?5, \
             updated_offset_min = ?6, pass = ?7, fail = ?8, blocked = ?9, inconclusive = ?10, skip = ?11, \
             notes = ?12, pass_provisional = ?13, pass_real = ?14, fields = ?15, charter = ?16, time_box_ms = ?17, \
             activity = ?18, is_paused = ?19, testing_ms = ?20, bug_investigation_ms = ?21, set_up_ms = ?22, \
             off_charter_ms = ?23, paused_ms = ?24 WHERE id = ?1";
        let Clock { times, activity, is_paused } = self.clock;
        conn.prepare_cached(WRITE)?.execute(params![
            session.0,
            convert::int(self.seq),
            self.ended_at.map(Timestamp::unix_ms),
            self.ended_at.map(Timestamp::offset_min),
            self.updated_at.unix_ms(),
            self.updated_at.offset_min(),
            self.counts[Verdict::Pass],
            self.counts[Verdict::Fail],
            self.counts[Verdict::Blocked],
            self.counts[Verdict::Inconclusive],
            self.counts[Verdict::Skip],
            self.note_count,
            self.counts.provisional(),
            self.counts.passed_for_real(),
            self.fields,
            self.charter,
            self.time_box_ms.map(convert::int),
            activity.word(),
            is_paused,
            convert::int(times.of(Activity::Testing)),
            convert::int(times.of(Activity::BugInvestigation)),
            convert::int(times.of(Activity::SetUp)),
            convert::int(times.of(Activity::OffCharter)),
            convert::int(times.paused_ms()),
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
        let lap = recorded.lap.unwrap_or_else(|| Lap::of(unmeasured_ms(self.updated_at, recorded.at)));
        self.clock.follow(lap, self.ended_at.is_none(), &recorded.event);
        match change {
            Change::Standing(prompt, standing) => {
                self.set_result(conn, session, prompt, (Some(recorded.seq), standing))?;
            }
            Change::Reconsider(Decision { prompts, note_count, settles }) => {
                for prompt in prompts {
                    let latest = latest_counting(conn, session, prompt)?;
                    self.set_result(conn, session, prompt, latest)?;
                }
                self.note_count = match recorded.event {
                    Event::Undone { .. } => self.note_count.saturating_sub(note_count),
                    _ => self.note_count + note_count,
                };
                if settles {
                    self.settle(conn, session)?;
                }
            }
            Change::NoteGained => self.note_count += 1,
            Change::Settled => self.settle(conn, session)?,
            Change::Ended(at) => self.ended_at = at,
            Change::Nothing => {}
        }
        self.updated_at = self.updated_at.max(recorded.at);
        self.seq = recorded.seq;
        Ok(())
    }

    fn settle(&mut self, conn: &Connection, session: SessionId) -> rusqlite::Result<()> {
        if let Some(Start { fields, charter, time_box_ms, .. }) = settled(conn, session)? {
            self.fields = event::fields_text(&fields);
            (self.charter, self.time_box_ms) = (charter, time_box_ms);
        }
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
