//! Plans and their revisions: which files were read, and what they said each time they had changed.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::carve::Value;
use super::error::During;
use super::form::{self, FORM};
use super::pieces::{self, EndedEarly};
use super::{Store, StoreError, convert};
use crate::domain::id::PlanId;
use crate::domain::revision::Revision;
use crate::domain::time::Timestamp;

/// One plan in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanHead {
    /// Which plan.
    pub id: PlanId,
    /// Its title when it was last read.
    pub title: String,
    /// The canonical path it was last read from, or `builtin:NAME`; `None` once another plan has that path.
    pub source: Option<String>,
    /// How many prompts its latest revision has.
    pub prompt_count: u32,
    /// When it was last opened.
    pub touched_at: Timestamp,
    /// How many sessions it has, open and finished.
    pub session_count: u32,
}

/// What is known of a plan without reading its outline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredPlan {
    /// Which plan.
    pub id: PlanId,
    /// The number of its latest revision.
    pub revision: u32,
    /// The hash of the file that the latest revision was read from.
    pub content_hash: [u8; 32],
    /// The form that it was stored in.
    pub form: u32,
    /// How many problems that file had.
    pub problem_count: u32,
    /// As [`PlanHead::source`].
    pub source: Option<String>,
    /// True where the plan's file gives it an id.
    pub has_explicit_id: bool,
    /// When it was opened last, in milliseconds since 1970: its file was read after that.
    pub touched_ms: i64,
}

impl StoredPlan {
    /// True if a file with that content need not be read again.
    #[must_use]
    pub fn is_current(&self, content_hash: [u8; 32]) -> bool {
        self.content_hash == content_hash && self.form == FORM
    }
}

/// How a revision came into being.
#[derive(Debug, Clone, Copy)]
pub struct Reading<'a> {
    /// blake3 of the file's bytes.
    pub content_hash: [u8; 32],
    /// How many problems the file has.
    pub problem_count: u32,
    /// The canonical path, or `builtin:NAME`.
    pub source: &'a str,
    /// When it was read.
    pub at: Timestamp,
}

/// Whether a revision was saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Saving {
    /// It is there, just now or from an earlier attempt.
    Saved,
    /// Another process saved another state of the plan under this number: match against that one.
    Overtaken,
}

const STORED: &str = "SELECT p.id, p.revision, r.content_hash, r.problem_count, p.source, \
     p.explicit_id IS NOT NULL, r.form, p.touched_ms \
     FROM plan p JOIN revision r ON r.plan_id = p.id AND r.number = p.revision ";

fn stored(row: &Row<'_>) -> rusqlite::Result<StoredPlan> {
    Ok(StoredPlan {
        id: PlanId(convert::uuid(row, 0)?),
        revision: convert::small_count(row, 1)?,
        content_hash: convert::hash(row, 2)?,
        problem_count: convert::small_count(row, 3)?,
        source: row.get(4)?,
        has_explicit_id: row.get(5)?,
        form: convert::small_count(row, 6)?,
        touched_ms: row.get(7)?,
    })
}

impl Store {
    /// All plans, the one opened last first.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if SQLite refuses.
    pub fn plans(&self) -> Result<Vec<PlanHead>, StoreError> {
        const PLANS: &str = "SELECT p.id, p.title, p.source, r.prompt_count, p.touched_ms, p.touched_offset_min, \
             (SELECT count(*) FROM session s WHERE s.plan_id = p.id) \
             FROM plan p JOIN revision r ON r.plan_id = p.id AND r.number = p.revision \
             ORDER BY p.touched_ms DESC, p.id";
        let head = |row: &Row<'_>| {
            Ok(PlanHead {
                id: PlanId(convert::uuid(row, 0)?),
                title: row.get(1)?,
                source: row.get(2)?,
                prompt_count: convert::small_count(row, 3)?,
                touched_at: convert::timestamp(row, 4)?,
                session_count: convert::small_count(row, 6)?,
            })
        };
        self.conn()
            .prepare_cached(PLANS)
            .and_then(|mut s| s.query_map([], head)?.collect())
            .during(self.path(), "listing the plans")
    }

    /// What is known of `plan`.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if SQLite refuses.
    pub fn plan(&self, plan: PlanId) -> Result<Option<StoredPlan>, StoreError> {
        self.conn()
            .prepare_cached(&format!("{STORED} WHERE p.id = ?1"))
            .and_then(|mut s| s.query_row([plan.0], stored).optional())
            .during(self.path(), "looking for the plan")
    }

    /// The plan that was last read from `source`.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if SQLite refuses.
    pub fn plan_of_source(&self, source: &str) -> Result<Option<StoredPlan>, StoreError> {
        self.conn()
            .prepare_cached(&format!("{STORED} WHERE p.source = ?1"))
            .and_then(|mut s| s.query_row([source], stored).optional())
            .during(self.path(), "looking for the plan of the file")
    }

    /// The plan whose file says that it is `explicit_id`, from wherever it was read.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if SQLite refuses.
    pub fn plan_of_explicit_id(&self, explicit_id: &str) -> Result<Option<StoredPlan>, StoreError> {
        self.conn()
            .prepare_cached(&format!("{STORED} WHERE p.explicit_id = ?1 ORDER BY p.touched_ms DESC LIMIT 1"))
            .and_then(|mut s| s.query_row([explicit_id], stored).optional())
            .during(self.path(), "looking for the plan of the id")
    }

    /// The plans whose latest revision was read from a file with this content, the one opened last first.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if SQLite refuses.
    pub fn plans_of_content(&self, content_hash: [u8; 32]) -> Result<Vec<StoredPlan>, StoreError> {
        self.conn()
            .prepare_cached(&format!("{STORED} WHERE r.content_hash = ?1 ORDER BY p.touched_ms DESC, p.id"))
            .and_then(|mut s| s.query_map([content_hash], stored)?.collect())
            .during(self.path(), "looking for the plan of the content")
    }

    /// A stored state of a plan, verified.
    ///
    /// # Errors
    ///
    /// [`StoreError::NoSuchPlan`], [`StoreError::DamagedRevision`], or what SQLite refuses.
    pub fn revision(&self, plan: PlanId, number: u32) -> Result<Revision, StoreError> {
        const ONE: &str = "SELECT rowid, form, hash FROM revision WHERE plan_id = ?1 AND number = ?2";
        const DOING: &str = "reading the plan";
        let path = &self.path;
        let damaged = |why: String| StoreError::DamagedRevision { path: path.clone(), plan, number, why };
        let row = |row: &Row<'_>| {
            Ok((row.get::<_, i64>(0)?, convert::small_count(row, 1)?, convert::hash(row, 2)?))
        };
        let (rowid, form, hash) = self
            .conn()
            .prepare_cached(ONE)
            .and_then(|mut s| s.query_row(params![plan.0, number], row).optional())
            .during(path, DOING)?
            .ok_or_else(|| StoreError::NoSuchPlan { path: path.clone(), plan })?;
        let blob = self.conn().blob_open("main", "revision", "outline", rowid, true).during(path, DOING)?;
        let blob_len = blob.len();
        let mut hasher = blake3::Hasher::new();
        let read = pieces::read(
            blob_len,
            |into, at| {
                blob.read_at_exact(into, at)?;
                hasher.update(into);
                Ok(())
            },
            |pieces| {
                let mut fill =
                    |into: &mut [u8]| pieces.fill(into).map_err(|EndedEarly| "it cannot be read".to_owned());
                match form {
                    1 => {
                        let mut bytes = vec![0; blob_len];
                        fill(&mut bytes).and_then(|()| form::unpacked(&bytes, 1))
                    }
                    _ => form::read(form, blob_len, fill),
                }
            },
        );
        let read = read.during(path, DOING)?;
        // What was read is worth a look only if it is what was written: whatever is wrong follows from that.
        if *hasher.finalize().as_bytes() != hash {
            return Err(damaged("its content does not have the hash it was written with".to_owned()));
        }
        let revision = read.map_err(damaged)?;
        if (revision.plan_id(), revision.number()) != (plan, number) {
            return Err(damaged("it is another plan's".to_owned()));
        }
        Ok(revision)
    }

    /// Saves a new state of a plan, and that this is its latest; the source is taken from any plan that had it.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; nothing is changed then, unless it is [`StoreError::FileMoved`].
    pub fn save_revision(&mut self, revision: &Revision, reading: Reading<'_>) -> Result<Saving, StoreError> {
        const DOING: &str = "saving the plan";
        const INSERT: &str = "INSERT INTO revision \
             (plan_id, number, content_hash, form, prompt_count, problem_count, hash, outline) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
        let outline = form::packed(revision).map_err(|why| StoreError::DamagedRevision {
            path: self.path.clone(),
            plan: revision.plan_id(),
            number: revision.number(),
            why,
        })?;
        self.write(DOING, |conn, path| {
            let plan = revision.plan_id();
            let there: Option<[u8; 32]> = conn
                .query_row(
                    "SELECT content_hash FROM revision WHERE plan_id = ?1 AND number = ?2",
                    params![plan.0, revision.number()],
                    |row| convert::hash(row, 0),
                )
                .optional()
                .during(path, DOING)?;
            match there {
                Some(hash) if hash == reading.content_hash => {}
                Some(_) => return Ok(Saving::Overtaken),
                None => {
                    touch(conn, path, revision, reading)?;
                    let hash = *blake3::hash(&outline).as_bytes();
                    let prompt_count = revision.ids().len() as i64;
                    conn.execute(
                        INSERT,
                        params![
                            plan.0,
                            revision.number(),
                            reading.content_hash,
                            FORM,
                            prompt_count,
                            reading.problem_count,
                            hash,
                            outline,
                        ],
                    )
                    .during(path, DOING)?;
                }
            }
            Ok(Saving::Saved)
        })
    }

    /// Notes that a plan was opened again without having changed, maybe from another place.
    ///
    /// # Errors
    ///
    /// As [`Store::save_revision`].
    pub fn touch_plan(&mut self, revision: &Revision, reading: Reading<'_>) -> Result<(), StoreError> {
        self.write("noting that the plan was opened", |conn, path| touch(conn, path, revision, reading))
    }
}

/// The state of a plan that a row of the table holds which was found outside of it, and the hash of its file; `None` if
/// it is none, or damaged.
pub(super) fn carved(row: &[Value]) -> Option<(Revision, [u8; 32])> {
    let [plan, number, content_hash, form, _, _, hash, outline] = row else { return None };
    let outline = outline.blob()?;
    if hash.blob()? != blake3::hash(outline).as_bytes() {
        return None;
    }
    let revision = form::unpacked(outline, u32::try_from(form.integer()?).ok()?).ok()?;
    let is_it =
        plan.blob()? == revision.plan_id().0.as_bytes() && number.integer()? == i64::from(revision.number());
    is_it.then_some((revision, content_hash.blob()?.try_into().ok()?))
}

fn touch(
    conn: &Connection,
    path: &Path,
    revision: &Revision,
    reading: Reading<'_>,
) -> Result<(), StoreError> {
    const DOING: &str = "noting that the plan was opened";
    const UPSERT: &str = "INSERT INTO plan \
         (id, title, explicit_id, source, revision, touched_ms, touched_offset_min) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) \
         ON CONFLICT (id) DO UPDATE SET title = ?2, explicit_id = ?3, source = ?4, revision = max(revision, ?5), \
         touched_ms = ?6, touched_offset_min = ?7";
    let plan = revision.plan_id();
    conn.execute(
        "UPDATE plan SET source = NULL WHERE source = ?1 AND id <> ?2",
        params![reading.source, plan.0],
    )
    .during(path, DOING)?;
    conn.execute(
        UPSERT,
        params![
            plan.0,
            revision.plan().title,
            revision.plan().id,
            reading.source,
            revision.number(),
            reading.at.unix_ms(),
            reading.at.offset_min(),
        ],
    )
    .during(path, DOING)?;
    Ok(())
}
