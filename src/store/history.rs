//! A prompt's marks in past sessions, and what each prompt was judged last.
//!
//! What a question costs depends on how many prompts it is about and how many sessions they were judged in, never on how
//! long the sessions are: `result` leads from a prompt to its sessions and from there to the event that counts. Only
//! [`Store::last_verdicts`] reads whole sessions, and no more of them than it must.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::error::During;
use super::event::{self, DamagedRow};
use super::{Store, StoreError, append, convert};
use crate::domain::history::{Begun, LENGTH, Past, PastMark, PastNote, PastSession, in_order};
use crate::domain::id::{IdMap, IdSet, PlanId, PromptId, SessionId, WriterId};
use crate::domain::session::{Event, NoteText, Recorded, Session};
use crate::domain::verdict::Verdict;

const DOING: &str = "looking for earlier verdicts";

/// The sessions of a plan with the place of each one's first event.
const BEGUN: &str = "SELECT s.id, e.at_ms, e.at_offset_min, e.writer, e.writer_seq, s.tester, s.fields \
     FROM session s JOIN event e ON e.session_id = s.id AND e.seq = 0 WHERE s.plan_id = ?1";

/// The sessions in which a prompt was ever marked: the index holds them all.
const SESSIONS_OF_PROMPT: &str = "SELECT session_id FROM result WHERE prompt_id = ?1";

const VERDICT_IN: &str = "SELECT verdict FROM result WHERE session_id = ?1 AND prompt_id = ?2";

/// Behind [`event::SELECT`]: the event whose verdict counts.
const MARK_IN: &str =
    "WHERE session_id = ?1 AND seq = (SELECT seq FROM result WHERE session_id = ?1 AND prompt_id = ?2)";

/// Behind [`event::SELECT`].
const NOTES_IN: &str =
    "INDEXED BY note_by_prompt WHERE session_id = ?1 AND kind = 'note' AND prompt_id = ?2 ORDER BY seq";

const VERDICTS_OF_SESSION: &str = "SELECT prompt_id, verdict FROM result WHERE session_id = ?1 AND prompt_id > ?2 ORDER BY prompt_id LIMIT ?3";

/// Looking one prompt up costs as much as reading about so many rows of a session in one go.
const ROWS_A_LOOKUP: usize = 8;

impl Store {
    /// The sessions of `plan` in the order in which they began, the oldest first.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if SQLite refuses.
    pub fn sessions_in_order(&self, plan: PlanId) -> Result<Vec<Arc<PastSession>>, StoreError> {
        let read = |row: &Row<'_>| {
            let begun = Begun {
                session: SessionId(convert::uuid(row, 0)?),
                at: convert::timestamp(row, 1)?,
                writer: WriterId(convert::uuid(row, 3)?),
                writer_seq: convert::count(row, 4)?,
            };
            Ok((begun, row.get::<_, String>(5)?, convert::fields(row, 6)?))
        };
        let rows: Vec<(Begun, String, BTreeMap<String, String>)> = self
            .conn()
            .prepare_cached(BEGUN)
            .and_then(|mut s| s.query_map([plan.0], read)?.collect())
            .during(self.path(), DOING)?;
        let begun = rows.iter().map(|(begun, ..)| *begun).collect();
        let mut sessions: IdMap<SessionId, PastSession> = rows
            .into_iter()
            .map(|(Begun { session: id, .. }, tester, fields)| (id, PastSession { id, tester, fields }))
            .collect();
        Ok(in_order(begun).iter().filter_map(|b| sessions.remove(&b.session)).map(Arc::new).collect())
    }

    /// The sessions of the same plan that began before `session`, the oldest first.
    ///
    /// # Errors
    ///
    /// [`StoreError::NoSuchSession`], or what SQLite refuses.
    pub fn sessions_before(&self, session: SessionId) -> Result<Vec<Arc<PastSession>>, StoreError> {
        let plan = self
            .conn()
            .prepare_cached("SELECT plan_id FROM session WHERE id = ?1")
            .and_then(|mut s| s.query_row([session.0], |row| convert::uuid(row, 0)).optional())
            .during(self.path(), DOING)?
            .ok_or_else(|| StoreError::NoSuchSession { path: self.path.clone(), session })?;
        let mut sessions = self.sessions_in_order(PlanId(plan))?;
        if let Some(at) = sessions.iter().position(|past| past.id == session) {
            sessions.truncate(at);
        }
        Ok(sessions)
    }

    /// The last `most` marks of each of `prompts` in the sessions `before`, which are the oldest first; so are the marks.
    /// Parallel to `prompts`.
    ///
    /// # Errors
    ///
    /// [`StoreError`] names the first event that cannot be believed.
    pub fn history(
        &self,
        before: &[Arc<PastSession>],
        prompts: &[PromptId],
        most: usize,
    ) -> Result<Vec<Vec<PastMark>>, StoreError> {
        let shelf = Shelf::new(self, before);
        let marks = |prompt: &PromptId| {
            let mut marks = Vec::new();
            for session in shelf.sessions_of(*prompt)? {
                if marks.len() == most {
                    break;
                }
                marks.extend(shelf.mark(session, *prompt)?);
            }
            marks.reverse();
            Ok(marks)
        };
        prompts.iter().map(marks).collect()
    }

    /// For each of `prompts` the latest pass in the sessions `before`, which are the oldest first; parallel to `prompts`.
    ///
    /// # Errors
    ///
    /// [`StoreError`] names the first event that cannot be believed.
    pub fn last_passes(
        &self,
        before: &[Arc<PastSession>],
        prompts: &[PromptId],
    ) -> Result<Vec<Option<PastMark>>, StoreError> {
        let shelf = Shelf::new(self, before);
        let pass = |prompt: &PromptId| {
            for session in shelf.sessions_of(*prompt)? {
                if shelf.verdict(session, *prompt)? == Verdict::Pass {
                    return shelf.mark(session, *prompt);
                }
            }
            Ok(None)
        };
        prompts.iter().map(pass).collect()
    }

    /// The notes on `prompt` in `session` that count, in the order they were written.
    ///
    /// # Errors
    ///
    /// [`StoreError`] names the first event that cannot be believed.
    pub fn notes_in(&self, session: SessionId, prompt: PromptId) -> Result<Vec<PastNote>, StoreError> {
        let (conn, path) = (self.conn(), self.path());
        let sql = format!("{}{NOTES_IN}", event::SELECT);
        let read: Vec<Result<Recorded, DamagedRow>> = conn
            .prepare_cached(&sql)
            .and_then(|mut s| {
                s.query_map(params![session.0, prompt.0], |row| event::read(session, row))?.collect()
            })
            .during(path, DOING)?;
        let mut notes = Vec::new();
        for recorded in read {
            let recorded = recorded.map_err(|row| damaged(path, session, row))?;
            let decision = recorded.leader.unwrap_or(recorded.id);
            if let Event::NoteAdded(NoteText { kind, text, .. }) = recorded.event
                && append::counts(conn, session, decision.0).during(path, DOING)?
            {
                notes.push(PastNote { at: recorded.at, kind, text });
            }
        }
        Ok(notes)
    }

    /// What is to be said of the past of `prompts` in `session`: their last marks, and when those passed that fail.
    ///
    /// # Errors
    ///
    /// As [`Store::history`].
    pub fn past_of(&self, session: &Session, prompts: &[PromptId]) -> Result<Past, StoreError> {
        let before = self.sessions_before(session.id())?;
        let mut past = Past::default();
        if before.is_empty() {
            return Ok(past);
        }
        for (prompt, marks) in prompts.iter().zip(self.history(&before, prompts, LENGTH)?) {
            past.set_marks(*prompt, marks);
        }
        let unknown = |prompt: &PromptId| {
            session.verdict(*prompt) == Verdict::Fail && past.last_pass(*prompt).is_none()
        };
        let fails: Vec<PromptId> = prompts.iter().copied().filter(unknown).collect();
        for (prompt, pass) in fails.iter().zip(self.last_passes(&before, &fails)?) {
            past.set_last_pass(*prompt, pass);
        }
        Ok(past)
    }

    /// What each of `prompts` was judged last in the sessions `before`, which are the oldest first; a prompt that was
    /// judged in none is left out.
    ///
    /// Reads whole sessions, the latest first, until rows that told nothing new have cost as much as looking up one by
    /// one what is left: a few prompts that were never judged must not make it read a hundred sessions.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if SQLite refuses.
    pub fn last_verdicts(
        &self,
        before: &[Arc<PastSession>],
        prompts: &[PromptId],
    ) -> Result<IdMap<PromptId, Verdict>, StoreError> {
        let mut open: IdSet<PromptId> = prompts.iter().copied().collect();
        let mut last = IdMap::default();
        let mut in_vain = 0;
        let mut older = before;
        while let Some((session, still_older)) = older.split_last() {
            let worth_reading = (open.len() * (1 + ROWS_A_LOOKUP)).saturating_sub(in_vain);
            let rows = self.verdicts_of(session.id, None, worth_reading)?;
            let is_whole = rows.len() < worth_reading;
            for (prompt, verdict) in rows {
                if verdict != Verdict::Untested && open.remove(&prompt) {
                    last.insert(prompt, verdict);
                } else {
                    in_vain += 1;
                }
            }
            if !is_whole {
                break;
            }
            older = still_older;
        }
        let shelf = Shelf::new(self, older);
        for prompt in open {
            for session in shelf.sessions_of(prompt)? {
                let verdict = shelf.verdict(session, prompt)?;
                if verdict != Verdict::Untested {
                    last.insert(prompt, verdict);
                    break;
                }
            }
        }
        Ok(last)
    }

    /// What `session` judged of the prompts after `after`, in the order of their identities, at most `most` of them. One
    /// that was judged and cleared is untested.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if SQLite refuses.
    pub fn verdicts_of(
        &self,
        session: SessionId,
        after: Option<PromptId>,
        most: usize,
    ) -> Result<Vec<(PromptId, Verdict)>, StoreError> {
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let after = after.as_ref().map_or(&[][..], |prompt| prompt.0.as_bytes());
        let read = |row: &Row<'_>| Ok((PromptId(convert::uuid(row, 0)?), convert::verdict(row, 1)?));
        self.conn()
            .prepare_cached(VERDICTS_OF_SESSION)
            .and_then(|mut s| s.query_map(params![session.0, after, most], read)?.collect())
            .during(self.path(), DOING)
    }
}

/// Past sessions, for looking up single prompts.
struct Shelf<'a> {
    conn: &'a Connection,
    path: &'a Path,
    sessions: &'a [Arc<PastSession>],
    /// The place of each among `sessions`.
    places: IdMap<SessionId, usize>,
}

impl<'a> Shelf<'a> {
    fn new(store: &'a Store, sessions: &'a [Arc<PastSession>]) -> Self {
        let places = sessions.iter().enumerate().map(|(place, session)| (session.id, place)).collect();
        Self { conn: store.conn(), path: store.path(), sessions, places }
    }

    /// The sessions in which `prompt` was ever marked, the latest first.
    fn sessions_of(&self, prompt: PromptId) -> Result<Vec<&'a Arc<PastSession>>, StoreError> {
        let read = |row: &Row<'_>| convert::uuid(row, 0).map(SessionId);
        let found: Vec<SessionId> = self
            .conn
            .prepare_cached(SESSIONS_OF_PROMPT)
            .and_then(|mut s| s.query_map([prompt.0], read)?.collect())
            .during(self.path, DOING)?;
        let mut places: Vec<usize> = found.iter().filter_map(|id| self.places.get(id)).copied().collect();
        places.sort_unstable_by(|a, b| b.cmp(a));
        Ok(places.into_iter().map(|place| &self.sessions[place]).collect())
    }

    fn verdict(&self, session: &PastSession, prompt: PromptId) -> Result<Verdict, StoreError> {
        self.conn
            .prepare_cached(VERDICT_IN)
            .and_then(|mut s| {
                s.query_row(params![session.id.0, prompt.0], |row| convert::verdict(row, 0)).optional()
            })
            .during(self.path, DOING)
            .map(Option::unwrap_or_default)
    }

    /// The mark of `prompt` that counts in `session`.
    fn mark(&self, session: &Arc<PastSession>, prompt: PromptId) -> Result<Option<PastMark>, StoreError> {
        let sql = format!("{}{MARK_IN}", event::SELECT);
        let recorded = self
            .conn
            .prepare_cached(&sql)
            .and_then(|mut s| {
                s.query_row(params![session.id.0, prompt.0], |row| event::read(session.id, row)).optional()
            })
            .during(self.path, DOING)?;
        match recorded {
            Some(Ok(Recorded {
                at,
                event: Event::VerdictRecorded { verdict, wording, conditions, .. },
                ..
            })) => {
                let (session, conditions) = (Arc::clone(session), Arc::unwrap_or_clone(conditions));
                Ok(Some(PastMark { session, verdict, at, wording, conditions }))
            }
            // What the rows say beyond the events is for the audit.
            Some(Ok(_)) | None => Ok(None),
            Some(Err(row)) => Err(damaged(self.path, session.id, row)),
        }
    }
}

fn damaged(path: &Path, session: SessionId, row: DamagedRow) -> StoreError {
    let DamagedRow { seq, id, why } = row;
    StoreError::DamagedEvent { path: path.to_owned(), session, seq, event: id, why }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// What SQLite does to answer `sql`, step by step.
    pub(in crate::store) fn steps(store: &Store, sql: &str) -> String {
        let mut explained = store.conn().prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let blanks = vec![rusqlite::types::Null; explained.parameter_count()];
        let steps: Vec<String> = explained
            .query_map(rusqlite::params_from_iter(blanks), |row| row.get(3))
            .unwrap()
            .collect::<rusqlite::Result<_>>()
            .unwrap();
        let steps: Vec<&str> = steps.iter().map(|step| step.split(" (").next().unwrap()).collect();
        steps.join("; ")
    }

    /// Every question is answered by a search in an index, never by reading a table that grows from end to end.
    #[test]
    fn no_question_reads_a_whole_table() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("s.db")).unwrap();
        let mark = format!("{}{MARK_IN}", event::SELECT);
        let notes = format!("{}{NOTES_IN}", event::SELECT);
        for (sql, expected) in [
            (BEGUN, "SEARCH s USING INDEX session_by_plan; SEARCH e USING PRIMARY KEY"),
            (SESSIONS_OF_PROMPT, "SEARCH result USING COVERING INDEX result_by_prompt"),
            (VERDICT_IN, "SEARCH result USING PRIMARY KEY"),
            (
                mark.as_str(),
                "SEARCH event USING PRIMARY KEY; SCALAR SUBQUERY 1; SEARCH result USING PRIMARY KEY",
            ),
            (notes.as_str(), "SEARCH event USING INDEX note_by_prompt"),
            (VERDICTS_OF_SESSION, "SEARCH result USING PRIMARY KEY"),
        ] {
            assert_eq!(steps(&store, sql), expected, "{sql}");
        }
    }
}
