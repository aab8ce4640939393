//! What every prompt of a plan was judged in every session of it.
//!
//! Asked row by row, for the rows that somebody looks at: `result` leads from a prompt to its sessions, whose number is
//! all that an answer depends on. Which prompts a session is about is asked once for a state of the plan.

use std::sync::Arc;

use rusqlite::Row;

use super::error::During;
use super::{Store, StoreError, convert};
use crate::domain::grid::{self, Column, Members, Prompts};
use crate::domain::history::PastSession;
use crate::domain::id::{IdMap, PlanId, PromptId, SessionId};
use crate::domain::time::Timestamp;

const DOING: &str = "reading the sessions of the plan";

const COLUMNS: &str = "SELECT id, started_ms, started_offset_min, ended_ms IS NULL, revision \
     FROM session WHERE plan_id = ?1";

const RESULTS_OF_PROMPT: &str = "SELECT session_id, verdict, ground FROM result WHERE prompt_id = ?1";

impl Store {
    /// The sessions of `plan` as columns, in the order in which they began, the oldest first.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if SQLite refuses.
    pub fn grid_columns(&self, plan: PlanId) -> Result<Vec<Column>, StoreError> {
        type Facts = (Timestamp, bool, u32);
        let read = |row: &Row<'_>| {
            let id = SessionId(convert::uuid(row, 0)?);
            Ok((id, (convert::timestamp(row, 1)?, row.get(3)?, convert::small_count(row, 4)?)))
        };
        let facts: IdMap<SessionId, Facts> = self
            .conn()
            .prepare_cached(COLUMNS)
            .and_then(|mut s| s.query_map([plan.0], read)?.collect())
            .during(self.path(), DOING)?;
        let sessions = self.sessions_in_order(plan)?;
        let column = |session: Arc<PastSession>| {
            let (started_at, is_open, revision) = *facts.get(&session.id)?;
            Some(Column { session, started_at, is_open, revision })
        };
        // One that another program began between the two questions comes with the next look.
        Ok(sessions.into_iter().filter_map(column).collect())
    }

    /// What each of `prompts` was judged in the sessions `columns`; parallel to `prompts`.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if SQLite refuses.
    pub fn grid_rows(&self, columns: &[Column], prompts: &[PromptId]) -> Result<Vec<grid::Row>, StoreError> {
        let places: IdMap<SessionId, usize> =
            columns.iter().enumerate().map(|(place, column)| (column.session.id, place)).collect();
        let mut asked = self.conn().prepare_cached(RESULTS_OF_PROMPT).during(self.path(), DOING)?;
        let read = |row: &Row<'_>| Ok((SessionId(convert::uuid(row, 0)?), convert::standing(row, 1)?));
        let mut row_of = |prompt: &PromptId| {
            let found = asked.query_map([prompt.0], read)?;
            let found: Vec<_> = found.collect::<rusqlite::Result<_>>()?;
            let known = |(session, standing)| Some((*places.get(&session)?, standing));
            Ok(grid::Row::new(columns.len(), found.into_iter().filter_map(known)))
        };
        prompts
            .iter()
            .map(&mut row_of)
            .collect::<rusqlite::Result<Vec<grid::Row>>>()
            .during(self.path(), DOING)
    }

    /// Which of `prompts` each of the sessions is about that were last opened with the state `number` of the plan.
    ///
    /// # Errors
    ///
    /// [`StoreError`] names the state or the session that cannot be believed.
    pub fn grid_members(
        &self,
        prompts: &Prompts,
        number: u32,
        sessions: &[SessionId],
    ) -> Result<Vec<(SessionId, Arc<Members>)>, StoreError> {
        let current = prompts.revision();
        let state = match current.number() == number {
            true => Arc::clone(current),
            false => Arc::new(self.revision(current.plan_id(), number)?),
        };
        // Most sessions are about all of it: they share one answer.
        let mut all: Option<Arc<Members>> = None;
        let mut found = Vec::with_capacity(sessions.len());
        for session in sessions {
            let start = self.start_of(*session)?;
            let members = match &all {
                Some(all) if start.takes_in_all() => Arc::clone(all),
                _ => Arc::new(prompts.members(&state, &start)),
            };
            if start.takes_in_all() {
                all = Some(Arc::clone(&members));
            }
            found.push((*session, members));
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::history::tests::steps;

    /// Every question is answered by a search in an index, never by reading a table that grows from end to end.
    #[test]
    fn no_question_reads_a_whole_table() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("s.db")).unwrap();
        for (sql, expected) in [
            (COLUMNS, "SEARCH session USING INDEX session_by_plan"),
            (RESULTS_OF_PROMPT, "SEARCH result USING INDEX result_by_prompt"),
        ] {
            assert_eq!(steps(&store, sql), expected, "{sql}");
        }
    }
}
