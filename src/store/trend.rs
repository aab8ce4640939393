//! The sessions of a plan over time.
//!
//! No session is loaded for it: what each knows of itself stands in its row, and of its verdicts only what it judged is
//! read, in the order of the index.

use std::sync::Arc;

use rusqlite::{Row, params};

use super::error::During;
use super::sessions::SessionHead;
use super::{Store, StoreError, convert};
use crate::domain::grid::Column;
use crate::domain::id::{IdMap, PlanId, PromptId, SessionId};
use crate::domain::trend::{Course, Entry, Points, PromptResult};

const DOING: &str = "reading the trend";

const RESULTS: &str = "SELECT prompt_id, verdict, ground, listed FROM result \
     WHERE session_id = ?1 AND prompt_id > ?2 ORDER BY prompt_id LIMIT ?3";

/// How many verdicts are read in one go.
const ROWS: usize = 10_000;

impl Store {
    /// The sessions of `plan` in the order in which they began, the oldest first, their verdicts not read.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if SQLite refuses.
    pub fn trend_entries(&self, plan: PlanId) -> Result<Vec<Entry>, StoreError> {
        let heads = self.sessions_of(plan)?.into_iter().map(|head| (head.id, head));
        let mut heads: IdMap<SessionId, SessionHead> = heads.collect();
        let entry = |Column { session, started_at, revision, .. }: Column| {
            let head = heads.remove(&session.id)?;
            let (ended_at, listed, walked_ms) = (head.ended_at, head.counts, head.clock.times.walking_ms());
            Some(Entry { session, started_at, ended_at, listed, walked_ms, revision, verdicts: None })
        };
        Ok(self.grid_columns(plan)?.into_iter().filter_map(entry).collect())
    }

    /// The integration points that `session` is about, which was last opened with the state `revision` of the plan. With
    /// `known`, the points of a whole plan in that very state, nothing is read for a session that is about all of it.
    ///
    /// # Errors
    ///
    /// [`StoreError`] names the state or the session that cannot be believed.
    pub fn trend_points(
        &self,
        plan: PlanId,
        session: SessionId,
        revision: u32,
        known: &mut Option<(u32, Arc<Points>)>,
    ) -> Result<Arc<Points>, StoreError> {
        let start = self.start_of(session)?;
        let is_all = start.takes_in_all();
        if let Some((_, points)) = known.as_ref().filter(|(of, _)| is_all && *of == revision) {
            return Ok(Arc::clone(points));
        }
        let points = Arc::new(Points::new(&self.revision(plan, revision)?, &start));
        if is_all {
            *known = Some((revision, Arc::clone(&points)));
        }
        Ok(points)
    }

    /// What `session` says of the prompts after `after`, in the order of their identities, at most `most` of them.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if SQLite refuses.
    pub fn results_of(
        &self,
        session: SessionId,
        after: Option<PromptId>,
        most: usize,
    ) -> Result<Vec<PromptResult>, StoreError> {
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let after = after.as_ref().map_or(&[][..], |prompt| prompt.0.as_bytes());
        let read = |row: &Row<'_>| {
            let (prompt, standing) = (PromptId(convert::uuid(row, 0)?), convert::standing(row, 1)?);
            Ok(PromptResult { prompt, standing, is_listed: row.get(3)? })
        };
        self.conn()
            .prepare_cached(RESULTS)
            .and_then(|mut s| s.query_map(params![session.0, after, most], read)?.collect())
            .during(self.path(), DOING)
    }

    /// The sessions of `plan`, the oldest first, with what their verdicts say.
    ///
    /// # Errors
    ///
    /// As [`Store::trend_points`].
    pub fn trend(&self, plan: PlanId) -> Result<Vec<Entry>, StoreError> {
        let mut entries = self.trend_entries(plan)?;
        let (mut course, mut known) = (Course::default(), None);
        for entry in &mut entries {
            let session = entry.session.id;
            course.begin(self.trend_points(plan, session, entry.revision, &mut known)?);
            let mut after = None;
            loop {
                let rows = self.results_of(session, after, ROWS)?;
                course.take_in(&rows);
                after = match rows.last() {
                    Some(last) if rows.len() == ROWS => Some(last.prompt),
                    Some(_) | None => break,
                };
            }
            entry.verdicts = Some(course.end());
        }
        Ok(entries)
    }
}
