//! From a report to a file: whole or not at all (R40).
//!
//! What is written goes into a new file beside the old one, is put on the disk, and takes the old one's name in one
//! step. Whoever looks sees the old file or the new one, and after a crash finds one of them.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// Why a file was not written; what lay there before lies there still.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// Its folder is not there.
    #[error("writing {}: there is no folder {}: make it first", .path.display(), .folder.display())]
    NoFolder {
        /// The file.
        path: PathBuf,
        /// The folder.
        folder: PathBuf,
    },
    /// We may not write there.
    #[error("writing {}: you may not write there: name another place with -o", .path.display())]
    NotAllowed {
        /// The file.
        path: PathBuf,
    },
    /// It is the database, or one of the files that belong to it.
    #[error("writing {}: that is the database itself: name another file with -o", .path.display())]
    Database {
        /// The file.
        path: PathBuf,
    },
    /// It is the plan that was walked.
    #[error("writing {}: that is the plan itself: name another file with -o", .path.display())]
    Plan {
        /// The file.
        path: PathBuf,
    },
    /// Anything else that the system said.
    #[error("writing {}: {source}: what was there before is still there", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl WriteError {
    fn of(path: &Path, source: io::Error) -> Self {
        let path = path.to_owned();
        match source.kind() {
            io::ErrorKind::PermissionDenied => Self::NotAllowed { path },
            _ => Self::Io { path, source },
        }
    }
}

/// Where `wanted` is: in an existing folder the file called `name`, else `wanted` itself.
#[must_use]
pub fn target(wanted: &Path, name: &str) -> PathBuf {
    if wanted.is_dir() { wanted.join(name) } else { wanted.to_owned() }
}

/// Lets `fill` write the file at `path`; nothing is at `path` that `fill` did not finish.
///
/// The file gets the permissions of the one that it replaces, else those that new files get here: a report is for
/// others. A symbolic link stays and what it points to is replaced. What is no plain file, such as a pipe or
/// `/dev/stdout`, is written as it goes, since it cannot be replaced.
///
/// # Errors
///
/// [`WriteError`], or what `fill` fails with.
pub fn write_whole<E: From<WriteError>>(
    path: &Path,
    fill: impl FnOnce(&mut dyn Write) -> Result<(), E>,
) -> Result<(), E> {
    let failed = |source: io::Error| E::from(WriteError::of(path, source));
    let path = &fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let before = fs::metadata(path).ok();
    if before.as_ref().is_some_and(|before| !before.is_file()) {
        let mut out = BufWriter::new(File::options().write(true).open(path).map_err(failed)?);
        fill(&mut out)?;
        return out.flush().map_err(failed);
    }
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        Some(_) | None => Path::new("."),
    };
    if !folder.is_dir() {
        return Err(WriteError::NoFolder { path: path.to_owned(), folder: folder.to_owned() }.into());
    }
    let new = new_file(folder).map_err(failed)?;
    let mut out = BufWriter::new(new.as_file());
    fill(&mut out)?;
    out.flush().map_err(failed)?;
    drop(out);
    if let Some(before) = before {
        new.as_file().set_permissions(before.permissions()).map_err(failed)?;
    }
    new.as_file().sync_all().map_err(failed)?;
    new.persist(path).map_err(|error| failed(error.error))?;
    sync_folder(folder).map_err(failed)
}

/// A file with a name that nobody can guess, readable for whom new files are readable here.
fn new_file(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".seamwalk-").suffix(".part");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // The process's mask takes away what the user does not want others to have.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

/// The new name is on the disk when its folder is.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn what_fails_halfway_leaves_the_old_file_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.md");
        fs::write(&path, "old").unwrap();
        let failed: Result<(), WriteError> = write_whole(&path, |out| {
            out.write_all(&[b'x'; 100_000]).unwrap();
            Err(WriteError::Plan { path: PathBuf::new() })
        });
        assert!(failed.is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        assert_eq!(names(folder.path()), ["report.md"]);
    }

    #[test]
    fn a_finished_file_takes_the_place_of_the_old_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.md");
        for text in ["first", "second"] {
            let done: Result<(), WriteError> = write_whole(&path, |out| {
                out.write_all(text.as_bytes()).unwrap();
                Ok(())
            });
            done.unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
        }
        assert_eq!(names(folder.path()), ["report.md"]);
        let missing = folder.path().join("nowhere").join("report.md");
        let refused = write_whole::<WriteError>(&missing, |_| Ok(())).unwrap_err();
        assert!(refused.to_string().ends_with("make it first"), "{refused}");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_and_permissions_are_kept() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        fs::write(&file, "old").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        symlink(&file, &link).unwrap();
        let done: Result<(), WriteError> = write_whole(&link, |out| {
            out.write_all(b"new").unwrap();
            Ok(())
        });
        done.unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&file).unwrap(), "new");
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
    }
}
