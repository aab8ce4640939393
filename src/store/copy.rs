//! Whole files or none: backups and what else is put beside a database (R20).
//!
//! Written under a name that nobody can guess, synced, renamed, and the folder synced.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use tempfile::TempPath;

use super::error::During;
use super::open::{FileIdentity, beside};
use super::{Store, StoreError, schema};

/// A copy that was not made. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// There is something at that place that a copy must not replace.
    #[error("{path} is there already: name a file that is not", path = .path.display())]
    There {
        /// The place.
        path: PathBuf,
    },
    /// There is something at that place that is no backup.
    #[error("{path} is no seamwalk database, and will not be replaced by one: name another file", path = .path.display())]
    NoBackup {
        /// The place.
        path: PathBuf,
    },
    /// The database itself was named.
    #[error("{path} is the database itself: name another file", path = .path.display())]
    Itself {
        /// The place.
        path: PathBuf,
    },
    /// The file could not be read.
    #[error("reading {path}: {source}", path = .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The copy could not be written.
    #[error("writing {path}: {source}: nothing was put there", path = .path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The database refused.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Store {
    /// Makes a whole copy at `to`. An older backup there is replaced at once; anything else is left alone.
    ///
    /// # Errors
    ///
    /// [`CopyError`]; what was at `to` is then still there.
    pub fn backup(&self, to: &Path) -> Result<(), CopyError> {
        const DOING: &str = "copying";
        if let (Ok(own), Ok(there)) = (FileIdentity::of(self.path()), FileIdentity::of(to))
            && own == there
        {
            return Err(CopyError::Itself { path: to.to_owned() });
        }
        if to.exists() && !is_backup(to) {
            return Err(CopyError::NoBackup { path: to.to_owned() });
        }
        let (temporary, guard) = temporary_beside(to)?;
        let name = temporary.to_str().ok_or_else(|| CopyError::Write {
            path: to.to_owned(),
            source: io::Error::other("the path is not UTF-8"),
        })?;
        // Into an empty file that is there, so that its mode counts.
        self.conn().execute("VACUUM INTO ?1", [name]).during(self.path(), DOING)?;
        put_in_place(&temporary, guard, to)
    }
}

/// Whether a database of ours lies there that nobody has open.
fn is_backup(path: &Path) -> bool {
    let mut header = [0_u8; 100];
    let is_read = File::open(path).and_then(|mut file| file.read_exact(&mut header)).is_ok();
    let application = u32::from_be_bytes([header[68], header[69], header[70], header[71]]);
    is_read && i64::from(application) == i64::from(schema::APPLICATION_ID) && !beside(path, "-wal").exists()
}

/// Fails if something is at `to`.
pub(super) fn replace_nothing(to: &Path) -> Result<(), CopyError> {
    match fs::symlink_metadata(to) {
        Ok(_) => Err(CopyError::There { path: to.to_owned() }),
        Err(_) => Ok(()),
    }
}

/// An empty file in the folder of `to` that only its owner may read, gone when the guard is dropped.
pub(super) fn temporary_beside(to: &Path) -> Result<(PathBuf, TempPath), CopyError> {
    let made = tempfile::Builder::new()
        .prefix(".seamwalk-")
        .suffix(".part")
        .tempfile_in(folder_of(to))
        .map_err(|source| CopyError::Write { path: to.to_owned(), source })?;
    let guard = made.into_temp_path();
    Ok((guard.to_path_buf(), guard))
}

/// Syncs what was written at `temporary` and gives it the name `to`.
pub(super) fn put_in_place(temporary: &Path, guard: TempPath, to: &Path) -> Result<(), CopyError> {
    let failed = |source| CopyError::Write { path: to.to_owned(), source };
    File::open(temporary).and_then(|file| file.sync_all()).map_err(failed)?;
    guard.persist(to).map_err(|refused| failed(refused.error))?;
    // Windows cannot open a folder; there the rename has to do.
    if cfg!(unix) {
        File::open(folder_of(to)).and_then(|folder| folder.sync_all()).map_err(failed)?;
    }
    Ok(())
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}
