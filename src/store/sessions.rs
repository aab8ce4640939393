//! Sessions: lists, the one that was meant, loading, starting, and which revision each was last opened with.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use rusqlite::{Connection, OptionalExtension, Row, params};
use uuid::Uuid;

use super::append::{self, Tally};
use super::error::During;
use super::event::{self, DamagedRow, Writing};
use super::{FindError, Store, StoreError, convert};
use crate::domain::id::{EventId, IdSet, PlanId, PromptId, SessionId};
use crate::domain::revision::Revision;
use crate::domain::session::{Clock, Event, Recorded, ReplayError, Retest, Session, Start};
use crate::domain::time::Timestamp;
use crate::domain::verdict::{Counts, Verdict};

/// The most sessions that are named when a prefix fits several.
pub const MAX_CANDIDATES: usize = 5;

/// One session in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionHead {
    /// Which session.
    pub id: SessionId,
    /// Its plan.
    pub plan: PlanId,
    /// The plan's title when the session was started.
    pub plan_title: String,
    /// As [`super::PlanHead::source`].
    pub plan_source: Option<String>,
    /// Who walks.
    pub tester: String,
    /// The mission now.
    pub charter: Option<String>,
    /// What the session says of its environment.
    pub fields: BTreeMap<String, String>,
    /// If set, only prompts with this tag belong to the session.
    pub only: Option<String>,
    /// The session of which it walks some prompts once more.
    pub retest_of: Option<SessionId>,
    /// When it was started.
    pub started_at: Timestamp,
    /// When it was closed; `None` while it is open.
    pub ended_at: Option<Timestamp>,
    /// When its latest event happened.
    pub updated_at: Timestamp,
    /// How many prompts have which verdict, among those that the plan had when it was last opened.
    pub counts: Counts,
    /// How many notes count.
    pub note_count: u32,
    /// The `n` of `saved #n`.
    pub saved: u64,
    /// How many milliseconds it may take.
    pub time_box_ms: Option<u64>,
    /// What is being done, whether that is paused, and where the time went.
    pub clock: Clock,
}

/// A session with the state of its plan that it was last opened with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loaded {
    /// What its events add up to.
    pub session: Session,
    /// The plan it was last walked with.
    pub revision: Revision,
}

/// What a session begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSession {
    /// Its identity, fresh.
    pub id: SessionId,
    /// The identity of event 0, fresh.
    pub event: EventId,
    /// When.
    pub at: Timestamp,
    /// Plan, tester and so on.
    pub start: Start,
}

const HEAD: &str = "SELECT s.id, s.plan_id, s.plan_title, p.source, s.tester, s.charter, s.fields, s.only_tag, \
     s.started_ms, s.started_offset_min, s.ended_ms, s.ended_offset_min, s.updated_ms, s.updated_offset_min, \
     s.total, s.pass, s.fail, s.blocked, s.inconclusive, s.skip, s.notes, s.seq, s.time_box_ms, \
     s.pass_provisional, s.pass_real, s.activity, s.is_paused, s.testing_ms, s.bug_investigation_ms, s.set_up_ms, \
     s.off_charter_ms, s.paused_ms, \
     (SELECT CASE WHEN json_valid(e.body) THEN json_extract(e.body, '$.retest.of') END \
      FROM event e WHERE e.session_id = s.id AND e.seq = 0) FROM session s ";

/// Behind [`HEAD`].
const OF_PLAN: &str = "LEFT JOIN plan p ON p.id = s.plan_id WHERE s.plan_id = ?1";

/// Behind [`HEAD`]. All sessions are read anyway, and through an index of turns or plans one whose entry there is damaged
/// would be left out without a word: the condition, which is always true, and the `+` keep SQLite from those.
const IN_TURN: &str =
    "LEFT JOIN plan p ON p.id = s.plan_id WHERE s.id >= x'' ORDER BY +s.turn DESC, s.id DESC";

/// Behind [`HEAD`].
const OF_ID: &str = "LEFT JOIN plan p ON p.id = s.plan_id WHERE s.id = ?1";

fn head(row: &Row<'_>) -> rusqlite::Result<SessionHead> {
    let mut counts = Counts::default();
    for (column, verdict) in (15..).zip(&Verdict::ALL[1..]) {
        counts.set(*verdict, convert::small_count(row, column)?);
    }
    let total = convert::small_count(row, 14)?;
    counts.set(Verdict::Untested, total.saturating_sub(counts.tested()));
    counts.set_grounds(convert::small_count(row, 23)?, convert::small_count(row, 24)?);
    Ok(SessionHead {
        id: SessionId(convert::uuid(row, 0)?),
        plan: PlanId(convert::uuid(row, 1)?),
        plan_title: row.get(2)?,
        plan_source: row.get(3)?,
        tester: row.get(4)?,
        charter: row.get(5)?,
        fields: convert::fields(row, 6)?,
        only: row.get(7)?,
        // Here for people to see, and nothing rests on it: what cannot be read is said by who reads the whole event.
        retest_of: row.get::<_, Option<String>>(32)?.and_then(|id| id.parse().ok()),
        started_at: convert::timestamp(row, 8)?,
        ended_at: convert::optional_timestamp(row, 10)?,
        updated_at: convert::timestamp(row, 12)?,
        counts,
        note_count: convert::small_count(row, 20)?,
        saved: convert::count(row, 21)?,
        time_box_ms: convert::optional_count(row, 22)?,
        clock: append::clock(row, 25)?,
    })
}

/// What to do if the plan has an open session when a new one is about to start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IfOpen {
    /// Go on with that one.
    Join,
    /// Start the new one beside it.
    StartAnother,
}

fn open_session_of(conn: &Connection, plan: PlanId) -> rusqlite::Result<Option<SessionId>> {
    const OPEN: &str = "SELECT id FROM session WHERE plan_id = ?1 AND ended_ms IS NULL \
         ORDER BY turn DESC, id DESC LIMIT 1";
    let id = conn.prepare_cached(OPEN)?.query_row([plan.0], |row| convert::uuid(row, 0)).optional()?;
    Ok(id.map(SessionId))
}

impl Store {
    /// All sessions, the one that was written last first, whatever the clock showed then.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if SQLite refuses.
    pub fn sessions(&self) -> Result<Vec<SessionHead>, StoreError> {
        self.conn()
            .prepare_cached(&format!("{HEAD}{IN_TURN}"))
            .and_then(|mut s| s.query_map([], head)?.collect())
            .during(self.path(), "listing the sessions")
    }

    /// The sessions of one plan, in no particular order.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if SQLite refuses.
    pub fn sessions_of(&self, plan: PlanId) -> Result<Vec<SessionHead>, StoreError> {
        self.conn()
            .prepare_cached(&format!("{HEAD}{OF_PLAN}"))
            .and_then(|mut s| s.query_map([plan.0], head)?.collect())
            .during(self.path(), "listing the sessions of the plan")
    }

    /// One session of the list.
    ///
    /// # Errors
    ///
    /// [`StoreError::NoSuchSession`], or what SQLite refuses.
    pub fn session_head(&self, session: SessionId) -> Result<SessionHead, StoreError> {
        self.conn()
            .prepare_cached(&format!("{HEAD}{OF_ID}"))
            .and_then(|mut s| s.query_row([session.0], head).optional())
            .during(self.path(), "looking for the session")?
            .ok_or_else(|| StoreError::NoSuchSession { path: self.path.clone(), session })
    }

    /// The open session of `plan` that changed last.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if SQLite refuses.
    pub fn open_session_of(&self, plan: PlanId) -> Result<Option<SessionId>, StoreError> {
        open_session_of(self.conn(), plan).during(self.path(), "looking for an open session")
    }

    /// The open session of `plan` that walks `retest`, the one that changed last if there are several.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if SQLite refuses, or names the first event that cannot be believed.
    pub fn open_retest_of(&self, plan: PlanId, retest: &Retest) -> Result<Option<SessionId>, StoreError> {
        const OPEN: &str =
            "SELECT id FROM session WHERE plan_id = ?1 AND ended_ms IS NULL ORDER BY turn DESC, id DESC";
        let open: Vec<SessionId> = self
            .conn()
            .prepare_cached(OPEN)
            .and_then(|mut s| s.query_map([plan.0], |row| convert::uuid(row, 0).map(SessionId))?.collect())
            .during(self.path(), "looking for an open retest")?;
        for session in open {
            if self.start_of(session)?.retest.as_ref() == Some(retest) {
                return Ok(Some(session));
            }
        }
        Ok(None)
    }

    /// The session that `text` names: a whole id, a unique beginning of one (with or without dashes), or `latest`.
    ///
    /// # Errors
    ///
    /// [`FindError`] says why it names none or too many.
    pub fn find_session(&self, text: &str) -> Result<SessionId, FindError> {
        const DOING: &str = "looking for the session";
        let ids = |sql: &str, parameters: &[&dyn rusqlite::ToSql]| -> Result<Vec<SessionId>, StoreError> {
            self.conn()
                .prepare_cached(sql)
                .and_then(|mut s| {
                    s.query_map(parameters, |row| convert::uuid(row, 0).map(SessionId))?.collect()
                })
                .during(self.path(), DOING)
        };
        let text = text.trim();
        if text == "latest" {
            let latest = ids("SELECT id FROM session ORDER BY turn DESC, id DESC LIMIT 1", &[])?;
            return latest.first().copied().ok_or(FindError::NoSessions);
        }
        let digits: String = text.chars().filter(|c| *c != '-').collect();
        let hexadecimal = digits.chars().all(|c| c.is_ascii_hexdigit());
        if digits.is_empty() || digits.len() > 32 || !hexadecimal {
            return Err(FindError::NotAnId { text: text.to_owned() });
        }
        // A prefix is a range of ids, which the primary key answers.
        let bound = |fill: &str| Uuid::try_parse(&format!("{digits}{}", fill.repeat(32 - digits.len())));
        let (Ok(first), Ok(last)) = (bound("0"), bound("f")) else {
            return Err(FindError::NotAnId { text: text.to_owned() });
        };
        let found = ids(
            "SELECT id FROM session WHERE id BETWEEN ?1 AND ?2 ORDER BY id DESC LIMIT ?3",
            params![first, last, MAX_CANDIDATES as i64],
        )?;
        match found.as_slice() {
            [one] => Ok(*one),
            [] => Err(FindError::NoMatch { text: text.to_owned() }),
            _ => Err(FindError::Ambiguous { text: text.to_owned(), candidates: found }),
        }
    }

    /// A session, folded from its events, and the plan it was last opened with.
    ///
    /// # Errors
    ///
    /// [`StoreError`] names the first event or revision that cannot be believed.
    pub fn load(&self, session: SessionId) -> Result<Loaded, StoreError> {
        let (plan, number, _) = self.pointer(session)?;
        Ok(Loaded { session: self.load_session(session)?, revision: self.revision(plan, number)? })
    }

    /// As [`Store::load`], without the plan.
    ///
    /// # Errors
    ///
    /// As [`Store::load`].
    pub fn load_session(&self, session: SessionId) -> Result<Session, StoreError> {
        self.load_session_with(session, |_| {})
    }

    /// As [`Store::load_session`], with each event handed to `visit` before it is folded; none is kept beside the
    /// session.
    ///
    /// # Errors
    ///
    /// As [`Store::load_session`].
    pub fn load_session_with(
        &self,
        session: SessionId,
        mut visit: impl FnMut(&Recorded),
    ) -> Result<Session, StoreError> {
        /// A damaged row may say any number.
        const MOST_EXPECTED: usize = 100_000;
        let (.., seq) = self.pointer(session)?;
        let damaged = |source| StoreError::DamagedSession { path: self.path.clone(), session, source };
        let mut folded: Option<Session> = None;
        self.visit_events(session, u64::MAX, |recorded| {
            visit(&recorded);
            match &mut folded {
                Some(folded) => folded.apply(recorded).map_err(damaged),
                None => {
                    let mut begun = Session::replay(session, [recorded]).map_err(damaged)?;
                    begun.expect(usize::try_from(seq).unwrap_or(MOST_EXPECTED).min(MOST_EXPECTED));
                    folded = Some(begun);
                    Ok::<_, StoreError>(())
                }
            }
        })?;
        let found = folded.as_ref().map_or(0, Session::seq);
        // A commit between the two reads adds events; only fewer than were written is damage.
        if found < seq {
            let path = self.path.clone();
            return Err(StoreError::MissingEvents { path, session, found, expected: seq });
        }
        folded.ok_or_else(|| damaged(ReplayError::NotStarted { seq: 0 }))
    }

    /// Hands the events of `session` up to place `last_seq` to `visit`, verified, in order, none of them kept.
    ///
    /// # Errors
    ///
    /// [`StoreError`] names the first event that cannot be believed; and what `visit` fails with.
    pub fn visit_events<E: From<StoreError>>(
        &self,
        session: SessionId,
        last_seq: u64,
        visit: impl FnMut(Recorded) -> Result<(), E>,
    ) -> Result<(), E> {
        visit_events(self.conn(), self.path(), session, 0..last_seq.saturating_add(1), visit)
    }

    /// The plan of `session`, and the number of the state of it that it was last opened with.
    ///
    /// # Errors
    ///
    /// [`StoreError::NoSuchSession`], or what SQLite refuses.
    pub fn plan_state_of(&self, session: SessionId) -> Result<(PlanId, u32), StoreError> {
        let (plan, number, _) = self.pointer(session)?;
        Ok((plan, number))
    }

    fn pointer(&self, session: SessionId) -> Result<(PlanId, u32, u64), StoreError> {
        let read = |row: &Row<'_>| {
            Ok((PlanId(convert::uuid(row, 0)?), convert::small_count(row, 1)?, convert::count(row, 2)?))
        };
        self.conn()
            .prepare_cached("SELECT plan_id, revision, seq FROM session WHERE id = ?1")
            .and_then(|mut s| s.query_row([session.0], read).optional())
            .during(self.path(), "looking for the session")?
            .ok_or_else(|| StoreError::NoSuchSession { path: self.path.clone(), session })
    }

    /// What `session` was started with: its event 0.
    pub(super) fn start_of(&self, session: SessionId) -> Result<Start, StoreError> {
        let path = self.path();
        match events_in(self.conn(), path, session, 0..1)?.pop() {
            Some(Recorded { event: Event::SessionStarted(start), .. }) => Ok(*start),
            _ => {
                let source = ReplayError::NotStarted { seq: 0 };
                Err(StoreError::DamagedSession { path: path.to_owned(), session, source })
            }
        }
    }

    /// The events of `session` after place `after_seq`, verified, in order.
    ///
    /// # Errors
    ///
    /// [`StoreError`] names the first event that cannot be believed.
    pub fn events(&self, session: SessionId, after_seq: u64) -> Result<Vec<Recorded>, StoreError> {
        events_from(self.conn(), self.path(), session, after_seq.saturating_add(1))
    }

    /// Writes event 0 of a new session on `revision`, which must have been saved.
    ///
    /// Asked again with the same identities (after a failure that turned out saved), it does nothing. With
    /// [`IfOpen::Join`] it does nothing either if the plan has an open session by then, and gives that one back: two
    /// programs that open a plan in the same moment walk together.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; nothing is changed then, unless it is [`StoreError::FileMoved`].
    pub fn start_session(
        &mut self,
        new: &NewSession,
        revision: &Revision,
        if_open: IfOpen,
    ) -> Result<Session, StoreError> {
        const DOING: &str = "starting the session";
        const INSERT: &str = "INSERT INTO session (id, plan_id, revision, plan_title, tester, charter, fields, \
             only_tag, started_ms, started_offset_min, updated_ms, updated_offset_min, seq, turn, time_box_ms, activity, \
             is_paused, testing_ms, bug_investigation_ms, set_up_ms, off_charter_ms, paused_ms, total, \
             pass, fail, blocked, inconclusive, skip, pass_provisional, pass_real, notes) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?9, ?10, 0, ?12, ?13, 'testing', \
             0, 0, 0, 0, 0, 0, ?11, 0, 0, 0, 0, 0, 0, 0, 0)";
        let NewSession { id, event, at, start } = new;
        let total = revision.prompts_of(start).len() as i64;
        let fields = event::fields_text(&start.fields);
        let writer = self.writer.0;
        let joined = self.write(DOING, |conn, path| {
            let first = events_from(conn, path, *id, 0)?;
            if first.first().is_some_and(|first| first.id == *event) {
                return Ok::<Option<SessionId>, StoreError>(None);
            }
            if if_open == IfOpen::Join
                && let Some(open) = open_session_of(conn, start.plan).during(path, DOING)?
            {
                return Ok(Some(open));
            }
            let turn = next_turn(conn).during(path, DOING)?;
            conn.execute(
                INSERT,
                params![
                    id.0,
                    start.plan.0,
                    revision.number(),
                    start.plan_title,
                    start.tester,
                    start.charter,
                    fields,
                    start.only,
                    at.unix_ms(),
                    at.offset_min(),
                    total,
                    convert::int(turn),
                    start.time_box_ms.map(convert::int),
                ],
            )
            .during(path, DOING)?;
            let first = Event::SessionStarted(start.clone().into());
            let started = Recorded { id: *event, leader: None, seq: 0, at: *at, lap: None, event: first };
            let writing = Writing { writer, writer_seq: next_writer_seq(conn, writer).during(path, DOING)? };
            event::insert(conn, *id, &started, writing).during(path, DOING)?;
            Ok(None)
        })?;
        match joined {
            Some(open) => self.load_session(open),
            None => Ok(Session::started(*id, start.clone(), *at)),
        }
    }

    /// The session was opened with another state of its plan: counts are of that state's prompts from now on.
    ///
    /// # Errors
    ///
    /// As [`Store::start_session`], and [`StoreError::NoSuchSession`].
    pub fn set_session_revision(
        &mut self,
        session: SessionId,
        revision: &Revision,
    ) -> Result<(), StoreError> {
        const DOING: &str = "noting the plan's state for the session";
        let (plan, number, _) = self.pointer(session)?;
        if (plan, number) == (revision.plan_id(), revision.number()) {
            // Nothing to note, and a sync saved on every start.
            return Ok(());
        }
        let start = self.start_of(session)?;
        let listed: IdSet<PromptId> = revision.prompts_of(&start).into_iter().map(|(id, _)| id).collect();
        self.write(DOING, |conn, path| {
            let mut tally = Tally::read(conn, session)
                .during(path, DOING)?
                .ok_or_else(|| StoreError::NoSuchSession { path: path.to_owned(), session })?;
            tally.relist(conn, session, |prompt| listed.contains(&prompt)).during(path, DOING)?;
            tally.write(conn, session).during(path, DOING)?;
            conn.execute(
                "UPDATE session SET revision = ?2, total = ?3 WHERE id = ?1",
                params![session.0, revision.number(), listed.len() as i64],
            )
            .during(path, DOING)?;
            Ok(())
        })
    }
}

/// The turn of the session that is written now: after all others.
fn next_turn(conn: &Connection) -> rusqlite::Result<u64> {
    conn.prepare_cached("SELECT coalesce(max(turn), 0) + 1 FROM session")?
        .query_row([], |row| convert::count(row, 0))
}

/// The place of this writer's next event among all of theirs, from 1.
pub(super) fn next_writer_seq(conn: &Connection, writer: Uuid) -> rusqlite::Result<u64> {
    conn.prepare_cached("SELECT coalesce(max(writer_seq), 0) + 1 FROM event WHERE writer = ?1")?
        .query_row([writer], |row| convert::count(row, 0))
}

/// The events of `session` from place `first_seq` on.
pub(super) fn events_from(
    conn: &Connection,
    path: &Path,
    session: SessionId,
    first_seq: u64,
) -> Result<Vec<Recorded>, StoreError> {
    events_in(conn, path, session, first_seq..u64::MAX)
}

/// The events of `session` at the places `seqs`.
fn events_in(
    conn: &Connection,
    path: &Path,
    session: SessionId,
    seqs: Range<u64>,
) -> Result<Vec<Recorded>, StoreError> {
    let mut events = Vec::new();
    visit_events(conn, path, session, seqs, |event| {
        events.push(event);
        Ok::<(), StoreError>(())
    })?;
    Ok(events)
}

fn visit_events<E: From<StoreError>>(
    conn: &Connection,
    path: &Path,
    session: SessionId,
    seqs: Range<u64>,
    mut visit: impl FnMut(Recorded) -> Result<(), E>,
) -> Result<(), E> {
    const DOING: &str = "reading the events";
    let sql = format!("{} WHERE session_id = ?1 AND seq >= ?2 AND seq < ?3 ORDER BY seq", event::SELECT);
    let mut statement = conn.prepare_cached(&sql).during(path, DOING)?;
    let (first, end) = (convert::int(seqs.start), convert::int(seqs.end));
    let mut rows = statement.query(params![session.0, first, end]).during(path, DOING)?;
    let mut reader = event::Reader::new(session);
    while let Some(row) = rows.next().during(path, DOING)? {
        match reader.read(row).during(path, DOING)? {
            Ok(recorded) => visit(recorded)?,
            Err(DamagedRow { seq, id, why }) => {
                let path = path.to_owned();
                return Err(StoreError::DamagedEvent { path, session, seq, event: id, why }.into());
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::history::tests::steps;

    /// The heads of one plan's sessions cost what that plan has, not what the whole database has; the event that each looks
    /// up is found by its place. Who asks for all sessions reads them all, and rests on no index.
    #[test]
    fn no_question_reads_a_whole_table() {
        const AROUND: &str = "SEARCH p USING PRIMARY KEY; \
             CORRELATED SCALAR SUBQUERY 1; SEARCH e USING PRIMARY KEY";
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("s.db")).unwrap();
        for (sql, expected) in [
            (format!("{HEAD}{OF_PLAN}"), format!("SEARCH s USING INDEX session_by_plan; {AROUND}")),
            (format!("{HEAD}{OF_ID}"), format!("SEARCH s USING PRIMARY KEY; {AROUND}")),
            (
                format!("{HEAD}{IN_TURN}"),
                format!("SEARCH s USING PRIMARY KEY; {AROUND}; USE TEMP B-TREE FOR ORDER BY"),
            ),
        ] {
            assert_eq!(steps(&store, &sql), expected, "{sql}");
        }
    }
}
