//! What can go wrong with the file, each with the path, what was being done, and what to do next.

use std::io;
use std::path::{Path, PathBuf};

use crate::domain::id::{EventId, PlanId, SessionId};
use crate::domain::session::{Recorded, ReplayError};

/// A failure of the store. Nothing that was acknowledged before is touched by any of these.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database's folder could not be made.
    #[error("creating the folder {path}: {source}: choose another place with --db", path = .path.display())]
    CreateFolder {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The database file could not be made.
    #[error("creating the database {path}: {source}: choose another place with --db", path = .path.display())]
    CreateFile {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file could not be looked at before opening it.
    #[error("looking at the database {path}: {source}: check that you may read it", path = .path.display())]
    LookAtFile {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// There is no database where one was expected.
    #[error("there is no database at {path}: walk a plan first, or name another with --db", path = .path.display())]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// The file is something else. It was not changed.
    #[error("{path} is no seamwalk database ({found}): it was left alone; name another file with --db", path = .path.display())]
    NotOurs {
        /// The file.
        path: PathBuf,
        /// What it seems to be.
        found: String,
    },
    /// The file ends before its own header says it does. It was not changed.
    #[error("the database {path} is cut off: {found} of {expected} bytes are there; it was left alone; restore it from a copy", path = .path.display())]
    CutOff {
        /// The file.
        path: PathBuf,
        /// Bytes that are there.
        found: u64,
        /// Bytes that the header promises.
        expected: u64,
    },
    /// A later seamwalk wrote the file. It was not changed.
    #[error("the database {path} has format {found}, this seamwalk knows {known}: it was left alone; use a newer seamwalk", path = .path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its format.
        found: i64,
        /// The newest format this program knows.
        known: i64,
    },
    /// Tables, indexes, triggers or views are not those that seamwalk makes. The file was not changed.
    #[error("the database {path} was altered by another program ({found}): it was left alone; restore it from a copy", path = .path.display())]
    Altered {
        /// The file.
        path: PathBuf,
        /// The first difference.
        found: String,
    },
    /// The copy that precedes an upgrade could not be made, so nothing was upgraded.
    #[error("copying the database to {copy} before upgrading it: {source}: nothing was changed", copy = .copy.display())]
    CopyBeforeUpgrade {
        /// Where the copy was to go.
        copy: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file was moved, deleted or replaced since it was opened: what was written last is not where it belongs.
    #[error("the database {path} was moved, deleted or replaced meanwhile: put it back, or start seamwalk again", path = .path.display())]
    FileMoved {
        /// Where it was.
        path: PathBuf,
    },
    /// Another program held the file for longer than [`super::BUSY_TIMEOUT_MS`].
    #[error("{doing}: the database {path} is in use by another program: try again", path = .path.display())]
    Busy {
        /// The file.
        path: PathBuf,
        /// What was being done.
        doing: &'static str,
    },
    /// No room is left for the file.
    #[error("{doing}: no room is left for the database {path} ({message}): free some space and try again", path = .path.display())]
    Full {
        /// The file.
        path: PathBuf,
        /// What was being done.
        doing: &'static str,
        /// What the system said, else SQLite's own words.
        message: String,
    },
    /// The file or its folder may not be written.
    #[error("{doing}: the database {path} cannot be written ({message}, code {code}): check its permissions", path = .path.display())]
    ReadOnly {
        /// The file.
        path: PathBuf,
        /// What was being done.
        doing: &'static str,
        /// SQLite's extended result code.
        code: i32,
        /// SQLite's own words.
        message: String,
    },
    /// SQLite found the file damaged.
    #[error("{doing}: the database {path} is damaged ({message}, code {code}): keep it, and restore a copy", path = .path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What was being done.
        doing: &'static str,
        /// SQLite's extended result code.
        code: i32,
        /// SQLite's own words.
        message: String,
    },
    /// Anything else that SQLite refused.
    #[error("{doing}: the database {path} gave an error ({message}, code {code}): run `seamwalk doctor`", path = .path.display())]
    Sqlite {
        /// The file.
        path: PathBuf,
        /// What was being done.
        doing: &'static str,
        /// SQLite's extended result code; 0 where SQLite itself did not complain.
        code: i32,
        /// SQLite's own words.
        message: String,
    },
    /// An event's content is not what was written.
    #[error("event {seq} ({event}) of session {session} in {path} is damaged: {why}; keep the file, and restore a copy", path = .path.display())]
    DamagedEvent {
        /// The file.
        path: PathBuf,
        /// Whose event.
        session: SessionId,
        /// Its place in the session.
        seq: u64,
        /// Which event.
        event: EventId,
        /// What is wrong with it.
        why: String,
    },
    /// The events of a session do not follow each other.
    #[error("the events of session {session} in {path} are damaged: {source}; keep the file, and restore a copy", path = .path.display())]
    DamagedSession {
        /// The file.
        path: PathBuf,
        /// Which session.
        session: SessionId,
        /// What does not follow.
        source: ReplayError,
    },
    /// Some of a session's events are missing at its end.
    #[error("session {session} in {path} has events up to {found} where {expected} were written; keep the file, and restore a copy", path = .path.display())]
    MissingEvents {
        /// The file.
        path: PathBuf,
        /// Which session.
        session: SessionId,
        /// The place of the last event that is there.
        found: u64,
        /// The place of the last event that was written.
        expected: u64,
    },
    /// A stored plan is not what was written.
    #[error("revision {number} of plan {plan} in {path} is damaged: {why}; keep the file, and restore a copy", path = .path.display())]
    DamagedRevision {
        /// The file.
        path: PathBuf,
        /// Which plan.
        plan: PlanId,
        /// Which revision.
        number: u32,
        /// What is wrong with it.
        why: String,
    },
    /// No such session.
    #[error("there is no session {session} in {path}: see `seamwalk sessions`", path = .path.display())]
    NoSuchSession {
        /// The file.
        path: PathBuf,
        /// What was asked for.
        session: SessionId,
    },
    /// No such plan or revision.
    #[error("there is no plan {plan} in {path}: walk its file first", path = .path.display())]
    NoSuchPlan {
        /// The file.
        path: PathBuf,
        /// What was asked for.
        plan: PlanId,
    },
}

impl StoreError {
    /// Why, in a few words: what the system said where it said something.
    #[must_use]
    pub fn brief(&self) -> String {
        match self {
            Self::Full { message, .. }
            | Self::ReadOnly { message, .. }
            | Self::Damaged { message, .. }
            | Self::Sqlite { message, .. } => message.clone(),
            Self::Busy { .. } => "another program holds the database".to_owned(),
            Self::FileMoved { .. } | Self::Missing { .. } => "the database was moved or replaced".to_owned(),
            Self::LookAtFile { source, .. } => source.to_string(),
            other => other.to_string(),
        }
    }

    /// True where the disk or the connection may be at fault, so that the next attempt should reopen the file.
    #[must_use]
    pub fn asks_for_reopening(&self) -> bool {
        matches!(
            self,
            Self::Sqlite { .. }
                | Self::Damaged { .. }
                | Self::ReadOnly { .. }
                | Self::FileMoved { .. }
                | Self::Full { .. }
        )
    }
}

/// Events could not be appended.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// Somebody else appended first: apply `missing`, then decide again.
    #[error("the session was changed by another seamwalk meanwhile ({} events)", .missing.len())]
    Stale {
        /// The events that the caller does not know yet.
        missing: Vec<Recorded>,
    },
    /// An event that cannot follow what is there; nothing was appended.
    #[error("an event that cannot follow was to be appended: {0}")]
    Impossible(#[from] ReplayError),
    /// An event's identity is taken by another event; nothing was appended.
    #[error("the identity {event} is taken by another event")]
    Taken {
        /// The identity.
        event: EventId,
    },
    /// The file refused.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A text that should name one session does not.
#[derive(Debug, thiserror::Error)]
pub enum FindError {
    /// There is no session at all.
    #[error("there is no session yet: walk a plan first")]
    NoSessions,
    /// No session's identity begins so.
    #[error("no session begins with {text:?}: see `seamwalk sessions`")]
    NoMatch {
        /// What was asked for.
        text: String,
    },
    /// More than one does.
    #[error("{text:?} could be {}: give more of it", .candidates.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))]
    Ambiguous {
        /// What was asked for.
        text: String,
        /// At most [`super::MAX_CANDIDATES`] of the sessions that match.
        candidates: Vec<SessionId>,
    },
    /// The text is neither the beginning of an identity nor `latest`.
    #[error("{text:?} is no session: give an id, the beginning of one, or `latest`")]
    NotAnId {
        /// What was asked for.
        text: String,
    },
    /// The file refused.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Says during what, and in which file, SQLite failed.
pub(super) trait During<T> {
    /// Turns SQLite's error into ours.
    fn during(self, path: &Path, doing: &'static str) -> Result<T, StoreError>;
}

impl<T> During<T> for rusqlite::Result<T> {
    fn during(self, path: &Path, doing: &'static str) -> Result<T, StoreError> {
        self.map_err(|error| from_sqlite(&error, path, doing))
    }
}

/// Whether the system's latest complaint can be why a file failed: SQLite keeps it to itself, and most of what a program
/// hears (no such file, try again) is no news.
#[cfg(unix)]
fn says_why(system: &io::Error) -> bool {
    use rustix::io::Errno;
    const CAUSES: [Errno; 14] = [
        Errno::ACCESS,
        Errno::DQUOT,
        Errno::FBIG,
        Errno::IO,
        Errno::MFILE,
        Errno::NFILE,
        Errno::NODEV,
        Errno::NOMEM,
        Errno::NOSPC,
        Errno::NXIO,
        Errno::PERM,
        Errno::ROFS,
        Errno::STALE,
        Errno::TIMEDOUT,
    ];
    system.raw_os_error().is_some_and(|raw| CAUSES.iter().any(|cause| cause.raw_os_error() == raw))
}

#[cfg(not(unix))]
fn says_why(_: &io::Error) -> bool {
    false
}

fn from_sqlite(error: &rusqlite::Error, path: &Path, doing: &'static str) -> StoreError {
    use rusqlite::ErrorCode::{
        CannotOpen, DatabaseBusy, DatabaseCorrupt, DatabaseLocked, DiskFull, NotADatabase, ReadOnly,
        SystemIoFailure,
    };
    // First of all, before anything else is asked of the system.
    let system = io::Error::last_os_error();
    let path = path.to_owned();
    let mut message = error.to_string();
    let Some(cause) = error.sqlite_error() else {
        return StoreError::Sqlite { path, doing, code: 0, message };
    };
    let code = cause.extended_code;
    let is_of_the_disk = matches!(cause.code, CannotOpen | DiskFull | ReadOnly | SystemIoFailure);
    if is_of_the_disk && says_why(&system) {
        message = match cause.code {
            DiskFull => system.to_string(),
            _ => format!("{message}: {system}"),
        };
    }
    match cause.code {
        DatabaseBusy | DatabaseLocked => StoreError::Busy { path, doing },
        DiskFull => StoreError::Full { path, doing, message },
        ReadOnly if code == rusqlite::ffi::SQLITE_READONLY_DBMOVED => StoreError::FileMoved { path },
        ReadOnly | CannotOpen => StoreError::ReadOnly { path, doing, code, message },
        DatabaseCorrupt | NotADatabase => StoreError::Damaged { path, doing, code, message },
        _ => StoreError::Sqlite { path, doing, code, message },
    }
}
