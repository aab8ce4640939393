//! The sessions of a plan over time.
//!
//! No session is loaded for it: what each knows of itself stands in its row, and of its verdicts only what it judged is
//! read, in the order of the index.

use std::sync::Arc;

use super::sessions::SessionHead;
use super::{Store, StoreError};
use crate::domain::grid::Column;
use crate::domain::id::{IdMap, PlanId, SessionId};
use crate::domain::trend::{Course, Entry, Points};

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
            let (ended_at, counts, walked_ms) = (head.ended_at, head.counts, head.clock.times.walking_ms());
            Some(Entry { session, started_at, ended_at, counts, walked_ms, revision, verdicts: None })
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
                let rows = self.verdicts_of(session, after, ROWS)?;
                course.take_in(&rows);
                after = match rows.last() {
                    Some((last, _)) if rows.len() == ROWS => Some(*last),
                    Some(_) | None => break,
                };
            }
            entry.verdicts = Some(course.end());
        }
        Ok(entries)
    }
}
