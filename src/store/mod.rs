//! The SQLite file: the only room that knows rusqlite.
//!
//! Event rows are appended and never changed; results and counts beside them are derived in the same transaction.
//! "Saved" may be said when [`Store::append`] came back, and not before: the commit is then on the disk, in the file
//! that lies where the tester put it.

mod append;
mod audit;
mod carve;
mod convert;
mod copy;
mod doctor;
mod drafts;
mod error;
mod event;
mod filesystem;
mod form;
mod grid;
mod history;
mod open;
mod pieces;
mod plans;
mod recover;
mod rescue;
mod schema;
mod sessions;
mod trend;

use std::path::{Path, PathBuf};

use rusqlite::{Connection, TransactionBehavior};

pub use audit::Difference;
pub use copy::CopyError;
pub use doctor::{Checkup, Depth, Finding, Grade, examine};
pub use drafts::{Draft, DraftOf};
pub use error::{AppendError, FindError, StoreError};
pub use open::BUSY_TIMEOUT_MS;
pub use plans::{PlanHead, Reading, Saving, StoredPlan};
pub use recover::{Recovered, recover};
pub use rescue::{Rescue, RescueError, TakenIn};
pub use sessions::{IfOpen, Loaded, MAX_CANDIDATES, NewSession, SessionHead};

use crate::domain::id::WriterId;
use error::During;
use open::{IfMissing, OpenFile};

/// An open database.
#[derive(Debug)]
pub struct Store {
    file: OpenFile,
    path: PathBuf,
    writer: WriterId,
    /// An earlier failure came from the disk: what the connection believes may be wrong (PROMISES 1.3).
    doubtful: bool,
}

impl Store {
    /// Opens the database at `path`, and makes it with its folder if it is not there.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; a file that is not ours, newer, cut off or altered is refused with its bytes unchanged.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        Self::of(open::open(path, IfMissing::Create)?)
    }

    /// Opens the database at `path`, which must be there.
    ///
    /// # Errors
    ///
    /// As [`Store::open`], and [`StoreError::Missing`].
    pub fn open_existing(path: &Path) -> Result<Self, StoreError> {
        Self::of(open::open(path, IfMissing::Refuse)?)
    }

    /// Another connection to the same file, with the same settings, for another thread that reads sessions one after the
    /// other: it keeps few pages, since none is read twice.
    ///
    /// # Errors
    ///
    /// As [`Store::open_existing`], and [`StoreError::FileMoved`] if another file is there by now.
    pub fn another(&self) -> Result<Self, StoreError> {
        const KEPT: &str = "PRAGMA cache_size = -256";
        self.file.still_there(&self.path)?;
        let another = Self::open_existing(&self.path)?;
        another.conn().execute_batch(KEPT).during(&self.path, "opening a second time")?;
        // The log may have gone meanwhile.
        self.file.still_there(&self.path)?;
        Ok(another)
    }

    fn of((file, path): (OpenFile, PathBuf)) -> Result<Self, StoreError> {
        let writer = file
            .conn
            .query_row("SELECT writer FROM meta", [], |row| convert::uuid(row, 0))
            .during(&path, "reading who writes here")?;
        Ok(Self { file, path, writer: WriterId(writer), doubtful: false })
    }

    /// Closes the connection and opens the same path again, as is needed after a failure of the disk.
    ///
    /// # Errors
    ///
    /// As [`Store::open_existing`]; the store can then be asked again later.
    pub fn reopen(&mut self) -> Result<(), StoreError> {
        // The old connection has to go first: closing it later would give up the new one's locks.
        self.file.close().during(&self.path, "reopening")?;
        self.doubtful = true;
        *self = Self::open_existing(&self.path)?;
        Ok(())
    }

    /// Where the database is, as a canonical path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The identity that this database's own events carry.
    #[must_use]
    pub fn writer(&self) -> WriterId {
        self.writer
    }

    /// A number that changes when another connection has written; never by this store's own writes.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if SQLite refuses.
    pub fn data_version(&self) -> Result<i64, StoreError> {
        self.conn()
            .prepare_cached("PRAGMA data_version")
            .and_then(|mut s| s.query_row([], |row| row.get(0)))
            .during(&self.path, "asking for changes")
    }

    fn conn(&self) -> &Connection {
        &self.file.conn
    }

    /// Runs `work` in one immediate transaction, commits, and makes sure that the file is where it was.
    fn write<T, E: From<StoreError> + Blame>(
        &mut self,
        doing: &'static str,
        work: impl FnOnce(&Connection, &Path) -> Result<T, E>,
    ) -> Result<T, E> {
        if self.doubtful {
            // What the connection believes may be wrong, so a retry must not rest on it.
            self.reopen()?;
        }
        let outcome = self.transact(doing, work);
        if let Err(error) = &outcome {
            self.doubtful = error.store_error().is_some_and(StoreError::asks_for_reopening);
        }
        outcome
    }

    fn transact<T, E: From<StoreError>>(
        &mut self,
        doing: &'static str,
        work: impl FnOnce(&Connection, &Path) -> Result<T, E>,
    ) -> Result<T, E> {
        let path = &self.path;
        let begun = self.file.conn.transaction_with_behavior(TransactionBehavior::Immediate);
        let tx = begun.during(path, doing)?;
        let done = work(&tx, path)?;
        tx.commit().during(path, doing)?;
        self.file.still_there(path)?;
        Ok(done)
    }
}

/// Whether the file is what failed.
trait Blame {
    /// The store's own error, if it is one.
    fn store_error(&self) -> Option<&StoreError>;
}

impl Blame for StoreError {
    fn store_error(&self) -> Option<&StoreError> {
        Some(self)
    }
}

impl Blame for AppendError {
    fn store_error(&self) -> Option<&StoreError> {
        match self {
            Self::Store(error) => Some(error),
            Self::Stale { .. } | Self::Impossible(_) | Self::Taken { .. } => None,
        }
    }
}
