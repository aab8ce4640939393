//! The audit: what the derived rows say against what the events add up to.

use std::collections::BTreeMap;

use rusqlite::Row;

use super::append::Tally;
use super::error::During;
use super::{Store, StoreError, convert, event};
use crate::domain::id::{PromptId, SessionId};
use crate::domain::verdict::{Counts, Standing, Verdict};

/// A derived value that is not what the events say.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}: the rows say {stored}, the events say {replayed}")]
pub struct Difference {
    /// Which value.
    pub what: String,
    /// What the derived rows say.
    pub stored: String,
    /// What the events add up to.
    pub replayed: String,
}

/// The event that gave a prompt its verdict, how that stands, and whether the plan lists the prompt.
struct ResultRow {
    event: Option<uuid::Uuid>,
    standing: Standing,
    listed: bool,
}

impl Store {
    /// Replays `session` and compares it with its derived rows; no differences is what has to come back.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the events themselves cannot be believed.
    pub fn audit(&self, session: SessionId) -> Result<Vec<Difference>, StoreError> {
        const DOING: &str = "comparing the results with the events";
        let replayed = self.load_session(session)?;
        let stored = Tally::read(self.conn(), session)
            .during(self.path(), DOING)?
            .ok_or_else(|| StoreError::NoSuchSession { path: self.path.clone(), session })?;
        let rows = self.results(session)?;
        let mut differences = Vec::new();
        let mut compare = |what: &str, stored: String, replayed: String| {
            if stored != replayed {
                differences.push(Difference { what: what.to_owned(), stored, replayed });
            }
        };
        let mut counts = Counts::default();
        let mut touched: Vec<PromptId> = replayed.touched().collect();
        touched.sort_unstable();
        for prompt in &touched {
            let mark = replayed.mark(*prompt);
            let standing = replayed.standing(*prompt);
            let expected = (standing, mark.map(|mark| mark.event.0));
            let row = rows.get(prompt);
            compare(
                &format!("prompt {prompt}"),
                format!("{:?}", row.map(|row| (row.standing, row.event))),
                format!("{:?}", Some(expected)),
            );
            if row.is_some_and(|row| row.listed) && standing.verdict != Verdict::Untested {
                counts.add(standing);
            }
        }
        compare("touched prompts", rows.len().to_string(), touched.len().to_string());
        compare("event", stored.seq.to_string(), replayed.seq().to_string());
        compare("end", format!("{:?}", stored.ended_at), format!("{:?}", replayed.ended_at()));
        compare("latest change", stored.updated_at.rfc3339(), replayed.updated_at().rfc3339());
        compare("clock", format!("{:?}", stored.clock), format!("{:?}", replayed.clock()));
        compare("notes", stored.note_count.to_string(), replayed.notes().count().to_string());
        compare("charter", format!("{:?}", stored.charter), format!("{:?}", replayed.charter()));
        compare("time box", format!("{:?}", stored.time_box_ms), format!("{:?}", replayed.time_box_ms()));
        compare("fields", stored.fields, event::fields_text(replayed.fields()));
        compare("counts", format!("{:?}", stored.counts), format!("{counts:?}"));
        Ok(differences)
    }

    fn results(&self, session: SessionId) -> Result<BTreeMap<PromptId, ResultRow>, StoreError> {
        const RESULTS: &str = "SELECT r.prompt_id, e.id, r.verdict, r.ground, r.listed FROM result r \
             LEFT JOIN event e ON e.session_id = r.session_id AND e.seq = r.seq WHERE r.session_id = ?1";
        let read = |row: &Row<'_>| {
            let result = ResultRow {
                event: convert::optional_uuid(row, 1)?,
                standing: convert::standing(row, 2)?,
                listed: row.get(4)?,
            };
            Ok((PromptId(convert::uuid(row, 0)?), result))
        };
        self.conn()
            .prepare_cached(RESULTS)
            .and_then(|mut s| s.query_map([session.0], read)?.collect())
            .during(self.path(), "reading the results")
    }

    /// SQLite's own check of the whole file; an empty list means that it found nothing.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if SQLite cannot even check.
    pub fn check_file(&self) -> Result<Vec<String>, StoreError> {
        let found: Vec<String> = self
            .conn()
            .prepare("PRAGMA integrity_check(20)")
            .and_then(|mut s| s.query_map([], |row| row.get(0))?.collect())
            .during(self.path(), "checking the database")?;
        Ok(found.into_iter().filter(|line| line != "ok").collect())
    }
}
