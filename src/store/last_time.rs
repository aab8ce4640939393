//! Last time: how each prompt of a plan was judged most recently before a session.

use rusqlite::{OptionalExtension, params};

use super::error::During;
use super::{Store, StoreError, convert};
use crate::domain::id::{IdMap, PlanId, PromptId, SessionId};
use crate::domain::verdict::Verdict;

/// How many verdicts are read at most before earlier sessions are left alone: a tester waits for the answer. It is
/// above what a plan can have, so that the session just before is always read to its end.
const MOST_VERDICTS: usize = 150_000;

impl Store {
    /// For every prompt of `plan` its verdict in the latest session before `session` that judged it; what was never
    /// judged is left out. Sessions are ordered by their start, so that going on with an old one changes nothing here.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if SQLite refuses.
    pub fn last_verdicts(
        &self,
        plan: PlanId,
        session: SessionId,
    ) -> Result<IdMap<PromptId, Verdict>, StoreError> {
        const DOING: &str = "looking for last time's verdicts";
        const STARTED: &str = "SELECT started_ms FROM session WHERE id = ?1";
        const EARLIER: &str = "SELECT id FROM session WHERE plan_id = ?1 AND (started_ms, id) < (?2, ?3) \
             ORDER BY started_ms DESC, id DESC";
        const JUDGED: &str =
            "SELECT prompt_id, verdict FROM result WHERE session_id = ?1 AND verdict <> 'untested'";
        let read = || -> rusqlite::Result<IdMap<PromptId, Verdict>> {
            let conn = self.conn();
            let started: Option<i64> =
                conn.prepare_cached(STARTED)?.query_row([session.0], |row| row.get(0)).optional()?;
            let mut earlier = conn.prepare_cached(EARLIER)?;
            let earlier =
                earlier.query_map(params![plan.0, started, session.0], |row| convert::uuid(row, 0))?;
            let mut judged = conn.prepare_cached(JUDGED)?;
            let (mut verdicts, mut read_count) = (IdMap::default(), 0);
            for earlier in earlier {
                let mut rows = judged.query([earlier?])?;
                while let Some(row) = rows.next()? {
                    read_count += 1;
                    let verdict = convert::verdict(row, 1)?;
                    verdicts.entry(PromptId(convert::uuid(row, 0)?)).or_insert(verdict);
                }
                if read_count >= MOST_VERDICTS {
                    break;
                }
            }
            Ok(verdicts)
        };
        read().during(self.path(), DOING)
    }
}
