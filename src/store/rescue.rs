//! Events that could not be written, as a file of their own until they can be (R5, R45).
//!
//! ```json
//! {"format": "seamwalk.rescue/1", "database": "shop.db", "session": "…", "after": 12,
//!  "events": [{"id": "…", "leader": null, "at_ms": 1795442531000, "at_offset_min": 60, "kind": "verdict", …,
//!              "hash": "…"}]}
//! ```
//!
//! Events look as in the database and carry a hash as there, so that a file that was cut or changed is noticed. Taking a
//! file in twice adds nothing the second time: identities are made before anything is written.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::event::Portable;
use super::{AppendError, Store};
use crate::domain::id::{EventId, PromptId, SessionId};
use crate::domain::session::{Event, Fresh, Recorded, Session};

/// What the file's `format` says.
const FORMAT: &str = "seamwalk.rescue/1";

/// How often somebody else may append in between before taking in is given up.
const TRIES: usize = 20;

/// Events of one session that wait for a disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rescue {
    /// Whose events.
    pub session: SessionId,
    /// The database that did not take them, for people.
    pub database: String,
    /// The place of the latest event that was known.
    pub after_seq: u64,
    /// In order.
    pub batch: Vec<Fresh>,
}

/// A file that is no rescue file.
#[derive(Debug, thiserror::Error)]
pub enum RescueError {
    /// It is something else, or cut.
    #[error("it is no rescue file of seamwalk: {0}")]
    NotOurs(#[from] serde_json::Error),
    /// A newer seamwalk wrote it.
    #[error("its format is {found:?}, this seamwalk knows {FORMAT:?}: use a newer seamwalk")]
    Unknown {
        /// What it says.
        found: String,
    },
    /// An event in it is not what was written.
    #[error("its event {number} is damaged: it was changed after it was written")]
    Damaged {
        /// Which one, from 1.
        number: usize,
    },
}

#[derive(Serialize, Deserialize)]
struct File {
    format: String,
    database: String,
    session: SessionId,
    after: u64,
    events: Vec<Portable>,
}

#[derive(Deserialize)]
struct Format {
    format: String,
}

impl Rescue {
    /// As the file holds it, ending with a line break.
    #[must_use]
    pub fn to_json(&self) -> String {
        let Self { session, database, after_seq, batch } = self;
        let file = File {
            format: FORMAT.to_owned(),
            database: database.clone(),
            session: *session,
            after: *after_seq,
            events: batch.iter().map(|fresh| Portable::of(*session, fresh)).collect(),
        };
        let mut json = serde_json::to_string_pretty(&file).unwrap_or_default();
        json.push('\n');
        json
    }

    /// Reads a file back.
    ///
    /// # Errors
    ///
    /// [`RescueError`] says what is wrong with it.
    pub fn from_json(bytes: &[u8]) -> Result<Self, RescueError> {
        let Format { format } = serde_json::from_slice(bytes)?;
        if format != FORMAT {
            return Err(RescueError::Unknown { found: format });
        }
        let File { database, session, after, events, .. } = serde_json::from_slice(bytes)?;
        let mut batch = Vec::with_capacity(events.len());
        for (at, event) in events.iter().enumerate() {
            batch.push(event.read(session).ok_or(RescueError::Damaged { number: at + 1 })?);
        }
        Ok(Self { session, database, after_seq: after, batch })
    }
}

/// What became of a rescue file's events.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TakenIn {
    /// Appended now.
    pub added: usize,
    /// There already.
    pub known: usize,
    /// Left out, because what they take back or belong to is not there.
    pub left_out: usize,
    /// Prompts that somebody else decided on since, with the wording: what was rescued counts now, both are kept.
    pub contested: Vec<(PromptId, String)>,
}

impl Store {
    /// Appends what `rescue` holds and the database does not.
    ///
    /// # Errors
    ///
    /// [`AppendError`]; then nothing was appended.
    pub fn take_in(&mut self, rescue: &Rescue) -> Result<TakenIn, AppendError> {
        let mut tries = 0;
        loop {
            let session = self.load_session(rescue.session)?;
            let events = self.events(rescue.session, 0)?;
            let (wanted, taken) = left_to_append(&session, &events, rescue);
            if wanted.is_empty() {
                return Ok(taken);
            }
            match self.append(rescue.session, session.seq(), &wanted) {
                Err(AppendError::Stale { .. }) if tries < TRIES => tries += 1,
                other => return other.map(|_| taken),
            }
        }
    }
}

/// The events of `rescue` that can follow `session`, and what is to be said of all of them.
fn left_to_append(session: &Session, events: &[Recorded], rescue: &Rescue) -> (Vec<Fresh>, TakenIn) {
    let there: HashSet<EventId> = events.iter().map(|event| event.id).collect();
    let mut taken = TakenIn::default();
    let mut after = session.clone();
    let mut wanted = Vec::new();
    let touched = |event: &Event| match event {
        Event::VerdictRecorded { prompt, .. } | Event::VerdictCleared { prompt, .. } => vec![*prompt],
        Event::Undone { event } | Event::Redone { event } => session.prompts_changed_by(*event).collect(),
        _ => Vec::new(),
    };
    let is_ours = |event: &Recorded| rescue.batch.iter().any(|fresh| fresh.id == event.id);
    let since = events.iter().filter(|event| event.seq > rescue.after_seq && !is_ours(event));
    let theirs: HashSet<PromptId> = since.flat_map(|event| touched(&event.event)).collect();
    for fresh in &rescue.batch {
        if there.contains(&fresh.id) {
            taken.known += 1;
        } else if after.apply(fresh.clone().at_place(after.seq() + 1)).is_ok() {
            taken.added += 1;
            if let Event::VerdictRecorded { prompt, wording, .. } = &fresh.event
                && theirs.contains(prompt)
                && taken.contested.iter().all(|(seen, _)| seen != prompt)
            {
                taken.contested.push((*prompt, wording.clone()));
            }
            wanted.push(fresh.clone());
        } else {
            taken.left_out += 1;
        }
    }
    (wanted, taken)
}
