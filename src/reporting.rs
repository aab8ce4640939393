//! From sessions in the store to a report: reads what a form asks for, and sees to it that no report takes the place of
//! something that it was made from.
//!
//! Both faces come through here, so that a report is the same from a key and from a command.

mod abreast;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use crate::domain::history::{PastMark, PastSession};
use crate::domain::id::{PlanId, PromptId, SessionId};
use crate::domain::report::{Spending, Spent, Walked};
use crate::domain::revision::Revision;
use crate::domain::session::{Recorded, Session};
use crate::format::report::{self, Extent, Failure, Form, Named, Sessions, Turn, Work};
use crate::store::{SessionHead, Store, StoreError};
use crate::writing::{self, WriteError};

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The database cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The form cannot tell what was asked for.
    #[error("{0}")]
    Refused(String),
    /// The file could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// What the report was written to failed.
    #[error("writing the report: {0}")]
    Output(std::io::Error),
}

impl From<Failure> for ReportError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Write(error) => Self::Output(error),
            Failure::Refused(why) => Self::Refused(why),
            Failure::Source(error) => match error.downcast::<StoreError>() {
                Ok(error) => Self::Store(*error),
                Err(error) => Self::Refused(error.to_string()),
            },
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Source(Box::new(error))
    }
}

/// Sessions of a store, for a report.
pub struct Stored<'s> {
    store: &'s Store,
    named: Vec<Named>,
    known: Known,
    /// A second connection, from when it was worth one.
    second: Option<Store>,
}

impl<'s> Stored<'s> {
    /// The sessions `ids`, each once, in that order.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if one of them is not there, or the database cannot be read.
    pub fn new(store: &'s Store, ids: &[SessionId]) -> Result<Self, StoreError> {
        let heads = store.sessions()?;
        let days: Vec<Day> = heads.iter().map(Day::of).collect();
        let mut named: Vec<Named> = Vec::with_capacity(ids.len());
        for id in ids {
            if named.iter().all(|known| known.id != *id) {
                let listed = heads.iter().find(|head| head.id == *id);
                named.push(name(
                    &listed.map_or_else(|| store.session_head(*id), |head| Ok(head.clone()))?,
                    &days,
                ));
            }
        }
        Ok(Self { store, named, known: Known { heads, revisions: Mutex::default() }, second: None })
    }

    /// Writes them to `out` in `form`.
    ///
    /// # Errors
    ///
    /// [`ReportError`]; what was written until then is no report.
    pub fn write(&mut self, form: Form, extent: Extent, out: &mut dyn Write) -> Result<(), ReportError> {
        Ok(report::write(form, extent, self, out)?)
    }

    /// Writes them to a file in `form`, whole or not at all, and says which: `wanted`, or in an existing folder a file
    /// called as [`report::file_name`] says.
    ///
    /// # Errors
    ///
    /// [`ReportError`]; what was at that place is there still.
    pub fn write_file(&mut self, form: Form, extent: Extent, wanted: &Path) -> Result<PathBuf, ReportError> {
        let path = writing::target(wanted, &report::file_name(form, &self.named));
        self.keep_what_it_is_made_from(&path)?;
        let written = writing::write_whole(&path, |out| self.write(form, extent, out));
        match written {
            Ok(()) => Ok(path),
            Err(ReportError::Output(source)) => Err(WriteError::Io { path, source }.into()),
            Err(error) => Err(error),
        }
    }

    /// A slip of the hand must not put a report in the place of the database or of a plan.
    fn keep_what_it_is_made_from(&self, path: &Path) -> Result<(), WriteError> {
        let Ok(real) = fs::canonicalize(path) else { return Ok(()) };
        let database = self.store.path();
        let beside = real.parent() == database.parent()
            && real.file_name().zip(database.file_name()).is_some_and(|(file, database)| {
                file.as_encoded_bytes().starts_with(database.as_encoded_bytes())
            });
        if beside {
            return Err(WriteError::Database { path: path.to_owned() });
        }
        let is_here = |head: &SessionHead| self.named.iter().any(|named| named.plan == head.plan);
        let mut sources =
            self.known.heads.iter().filter(|head| is_here(head)).filter_map(|h| h.plan_source.as_ref());
        if sources.any(|source| Path::new(source) == real) {
            return Err(WriteError::Plan { path: path.to_owned() });
        }
        Ok(())
    }

    fn reader(&self) -> Reader<'_> {
        Reader { store: self.store, known: &self.known }
    }

    /// Opens a second connection for the sessions `numbers`, unless it would gain nothing or cannot be had.
    fn open_second(&mut self, numbers: &[usize]) {
        let saved = |head: &&SessionHead| numbers.iter().any(|number| self.named[*number].id == head.id);
        let events: u64 = self.known.heads.iter().filter(saved).map(|head| head.saved).sum();
        let processors = thread::available_parallelism().map_or(1, usize::from);
        if self.second.is_none() && numbers.len() > 1 && events >= WORTH_A_CONNECTION && processors > 1 {
            self.second = self.store.another().ok();
        }
    }
}

/// So many events are some ten milliseconds' work; another connection costs one.
pub const WORTH_A_CONNECTION: u64 = 5_000;

/// What is known beside the sessions' events.
struct Known {
    /// Of all sessions of the store: the one before is among them.
    heads: Vec<SessionHead>,
    /// The newest state of each plan, and the one that was read last: sessions of one plan mostly share it.
    revisions: Mutex<Vec<Arc<Revision>>>,
}

/// Reads sessions through one connection. Each is read as it is at one moment, whatever others write meanwhile; two may be
/// read as they are at two moments, through one connection as through two.
struct Reader<'r> {
    store: &'r Store,
    known: &'r Known,
}

impl Reader<'_> {
    fn session(&self, id: SessionId) -> Result<Walked, StoreError> {
        let mut spending = Spending::default();
        let session = self.store.load_session_with(id, |recorded| spending.follow(recorded))?;
        self.walked(session, spending.spent())
    }

    /// As [`Reader::session`], but for how long each prompt took.
    fn session_alone(&self, id: SessionId) -> Result<Walked, StoreError> {
        self.walked(self.store.load_session(id)?, Spent::default())
    }

    fn walked(&self, session: Session, spent: Spent) -> Result<Walked, StoreError> {
        let id = session.id();
        let (plan, number) = self.store.plan_state_of(id)?;
        let revision = self.revision(plan, number)?;
        let source =
            self.known.heads.iter().find(|head| head.id == id).and_then(|head| head.plan_source.clone());
        Ok(Walked { session, revision, source, spent })
    }

    fn revision(&self, plan: PlanId, number: u32) -> Result<Arc<Revision>, StoreError> {
        /// More than two plans side by side are rare, and states of 100,000 prompts are large.
        const KEPT: usize = 2;
        let is_it = |known: &Arc<Revision>| known.plan_id() == plan && known.number() == number;
        // Held while it is read, so that two who need the same one do not both read it.
        let mut revisions = self.known.revisions.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = revisions.iter().find(|known| is_it(known)) {
            return Ok(Arc::clone(known));
        }
        let revision = Arc::new(self.store.revision(plan, number)?);
        if revisions.len() == KEPT {
            revisions.remove(0);
        }
        revisions.push(Arc::clone(&revision));
        Ok(revision)
    }
}

fn name(head: &SessionHead, all: &[Day]) -> Named {
    let day = Day::of(head);
    let is_earlier = |other: &&Day| other.began < day.began && other.sheet == day.sheet;
    Named {
        id: head.id,
        plan: head.plan,
        plan_title: head.plan_title.clone(),
        tester: head.tester.clone(),
        started_at: head.started_at,
        earlier_that_day: all.iter().filter(is_earlier).count(),
    }
}

/// Whose session of which day it is. Sessions of one day come in the order in which clocks say that they began: a sheet's
/// letter goes by the day, and so by the clock. The identity decides where two began in the same millisecond.
struct Day {
    began: (i64, SessionId),
    /// The tester's initials and the date.
    sheet: (String, String),
}

impl Day {
    fn of(head: &SessionHead) -> Self {
        let began = (head.started_at.unix_ms(), head.id);
        Self { began, sheet: (report::initials(&head.tester), head.started_at.yymmdd()) }
    }
}

impl Sessions for Stored<'_> {
    fn named(&self) -> &[Named] {
        &self.named
    }

    fn read(&mut self, number_idx: usize) -> Result<Walked, Failure> {
        Ok(self.reader().session(self.named[number_idx].id)?)
    }

    fn read_each(&mut self, numbers: &[usize], work: &Work<'_>) -> Result<(), Failure> {
        self.open_second(numbers);
        let ids: Vec<SessionId> = numbers.iter().map(|number_idx| self.named[*number_idx].id).collect();
        let (ids, known) = (ids.as_slice(), &self.known);
        let here = Reader { store: self.store, known };
        let read_here = |place, turn: &dyn Turn| work(place, &here.session_alone(ids[place])?, turn);
        match &mut self.second {
            None => abreast::alone(ids.len(), read_here),
            // Lent to the other thread as a whole: only one at a time may use a connection.
            Some(second) => abreast::abreast(ids.len(), read_here, move |place, turn| {
                work(place, &Reader { store: second, known }.session_alone(ids[place])?, turn)
            }),
        }
    }

    fn read_before(&mut self, number_idx: usize) -> Result<Option<Walked>, Failure> {
        let earlier = self.store.sessions_before(self.named[number_idx].id)?;
        let has_verdict =
            |id: SessionId| self.known.heads.iter().any(|head| head.id == id && head.counts.tested() > 0);
        match earlier.iter().rev().find(|session| has_verdict(session.id)) {
            Some(before) => Ok(Some(self.reader().session(before.id)?)),
            None => Ok(None),
        }
    }

    fn visit_events(
        &mut self,
        number_idx: usize,
        last_seq: u64,
        visit: &mut dyn FnMut(&Recorded) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        self.store.visit_events(self.named[number_idx].id, last_seq, |recorded| visit(&recorded))
    }

    fn in_order(&mut self, plan: PlanId) -> Result<Vec<usize>, Failure> {
        let began = self.store.sessions_in_order(plan)?;
        let place = |session: &Arc<PastSession>| self.named.iter().position(|named| named.id == session.id);
        Ok(began.iter().filter_map(place).collect())
    }

    fn marks(&mut self, plan: PlanId, prompts: &[PromptId]) -> Result<Vec<Vec<PastMark>>, Failure> {
        let sessions = self.store.sessions_in_order(plan)?;
        let all = |store: &Store, prompts| store.history(&sessions, prompts, usize::MAX);
        let Some(second) = self.second.as_mut().filter(|_| prompts.len() > 1) else {
            return Ok(all(self.store, prompts)?);
        };
        let (first, rest) = prompts.split_at(prompts.len() / 2);
        let (marks, others) = thread::scope(|scope| {
            let other = thread::Builder::new().spawn_scoped(scope, move || all(second, rest));
            (all(self.store, first), other.ok().and_then(|other| other.join().ok()))
        });
        let mut marks = marks?;
        // A thread that there is not, or that failed, leaves what this one can do as well.
        marks.append(&mut others.unwrap_or_else(|| all(self.store, rest))?);
        Ok(marks)
    }

    fn newest_state(&mut self, plan: PlanId) -> Result<Arc<Revision>, Failure> {
        let mut newest = 0;
        for named in self.named.iter().filter(|named| named.plan == plan) {
            newest = newest.max(self.store.plan_state_of(named.id)?.1);
        }
        Ok(self.reader().revision(plan, newest)?)
    }
}
