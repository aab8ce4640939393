//! Bytes of a plan's file, or a sentence that says why there are none.
//!
//! Knows files, not plans: whatever is in them is the formats' business. Refuses what would hang or flood: a plan
//! is a plain file of at most [`format::MAX_FILE_BYTES`].

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::format;

/// As many bytes as the formats take: more need not be read to be refused.
const MAX_FILE_BYTES: u64 = format::MAX_FILE_BYTES as u64;

/// Why a file could not be read. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// Nothing is there.
    #[error("reading {}: there is no such file{}", .path.display(), hint_for_missing(.path))]
    Missing {
        /// What was asked for.
        path: PathBuf,
    },
    /// It is a folder.
    #[error("reading {}: it is a folder: name a file in it", .path.display())]
    Folder {
        /// What was asked for.
        path: PathBuf,
    },
    /// It is a FIFO, a socket or a device, which might never end.
    #[error("reading {}: it is no plain file: pipe it in and name `-` instead", .path.display())]
    NoPlainFile {
        /// What was asked for.
        path: PathBuf,
    },
    /// We may not read it.
    #[error("reading {}: you may not read it: check its permissions", .path.display())]
    NotAllowed {
        /// What was asked for.
        path: PathBuf,
    },
    /// It is larger than [`format::MAX_FILE_BYTES`].
    #[error("reading {name}: it is larger than {} MiB: cut it into several plans", MAX_FILE_BYTES / 1024 / 1024)]
    TooLarge {
        /// The path, or what standard input is called.
        name: String,
    },
    /// Anything else that the system said.
    #[error("reading {name}: {source}")]
    Io {
        /// The path, or what standard input is called.
        name: String,
        /// What the system said.
        source: io::Error,
    },
}

/// A word without dot and slash was probably meant as a command.
fn hint_for_missing(path: &Path) -> &'static str {
    let typed = path.to_string_lossy();
    if typed.contains(['.', '/', '\\']) { "" } else { ", and no such command: see `seamwalk --help`" }
}

/// Reads the plain file at `path`; symbolic links are followed.
///
/// # Errors
///
/// [`ReadError`] says what is in the way.
pub fn read_file(path: &Path) -> Result<Vec<u8>, ReadError> {
    read_bounded(open(path)?, &path.display().to_string())
}

/// When what is at `path` was last changed or put there, in milliseconds since 1970; `None` where the system does not
/// say. Not when it was last written to, where more is known: a file that is moved or unpacked brings that with it.
#[must_use]
pub fn changed_ms(path: &Path) -> Option<i64> {
    let metadata = fs::metadata(path).ok()?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        metadata.ctime().checked_mul(1000)?.checked_add(metadata.ctime_nsec() / 1_000_000)
    }
    #[cfg(not(unix))]
    {
        let since = metadata.modified().ok()?.duration_since(std::time::UNIX_EPOCH).ok()?;
        i64::try_from(since.as_millis()).ok()
    }
}

/// The hash (blake3) of what [`read_file`] would give, without holding it: enough to know a file again.
///
/// # Errors
///
/// As [`read_file`].
pub fn hash_file(path: &Path) -> Result<[u8; 32], ReadError> {
    /// Enough for the hash to work on many blocks at a time.
    const AT_ONCE: usize = 128 * 1024;
    let mut file = open(path)?.take(MAX_FILE_BYTES + 1);
    let mut hasher = blake3::Hasher::new();
    let mut buffer = vec![0; AT_ONCE];
    loop {
        match file.read(&mut buffer) {
            Ok(0) if file.limit() == 0 => {
                return Err(ReadError::TooLarge { name: path.display().to_string() });
            }
            Ok(0) => return Ok(*hasher.finalize().as_bytes()),
            Ok(len) => drop(hasher.update(&buffer[..len])),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(source) => return Err(ReadError::Io { name: path.display().to_string(), source }),
        }
    }
}

/// Opens what is a plain file.
fn open(path: &Path) -> Result<File, ReadError> {
    // Looked at before it is opened: opening a FIFO waits for a writer that may never come.
    let metadata = fs::metadata(path).map_err(|error| from_io(path, error))?;
    if metadata.is_dir() {
        return Err(ReadError::Folder { path: path.to_owned() });
    }
    if !metadata.is_file() {
        return Err(ReadError::NoPlainFile { path: path.to_owned() });
    }
    File::open(path).map_err(|error| from_io(path, error))
}

/// The path of a file that is there, without links.
///
/// # Errors
///
/// [`ReadError`] says what is in the way.
pub fn canonical(path: &Path) -> Result<PathBuf, ReadError> {
    fs::canonicalize(path).map_err(|error| from_io(path, error))
}

/// Reads all of `input`, which people know as `name`.
///
/// # Errors
///
/// [`ReadError::TooLarge`] beyond [`format::MAX_FILE_BYTES`], [`ReadError::Io`] for what the system says.
pub fn read_bounded(input: impl Read, name: &str) -> Result<Vec<u8>, ReadError> {
    let mut bytes = Vec::new();
    input
        .take(MAX_FILE_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(|source| ReadError::Io { name: name.to_owned(), source })?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(ReadError::TooLarge { name: name.to_owned() });
    }
    Ok(bytes)
}

fn from_io(path: &Path, source: io::Error) -> ReadError {
    let path = path.to_owned();
    match source.kind() {
        io::ErrorKind::NotFound => ReadError::Missing { path },
        io::ErrorKind::PermissionDenied => ReadError::NotAllowed { path },
        _ => ReadError::Io { name: path.display().to_string(), source },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_mebibytes_are_read_and_one_byte_more_is_refused() {
        let bytes = read_bounded(io::repeat(b'-').take(MAX_FILE_BYTES), "it").unwrap();
        assert_eq!(bytes.len() as u64, MAX_FILE_BYTES);
        let error = read_bounded(io::repeat(b'-'), "standard input").unwrap_err();
        assert!(matches!(error, ReadError::TooLarge { .. }));
        assert_eq!(
            error.to_string(),
            "reading standard input: it is larger than 10 MiB: cut it into several plans"
        );
    }

    #[test]
    fn a_file_is_known_by_the_hash_of_what_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plan.md");
        for len in [0, 1, 200_000, MAX_FILE_BYTES as usize] {
            fs::write(&path, vec![b'-'; len]).unwrap();
            assert_eq!(hash_file(&path).unwrap(), *blake3::hash(&read_file(&path).unwrap()).as_bytes());
        }
        fs::write(&path, vec![b'-'; MAX_FILE_BYTES as usize + 1]).unwrap();
        assert!(matches!(hash_file(&path), Err(ReadError::TooLarge { .. })));
        assert!(matches!(hash_file(folder.path()), Err(ReadError::Folder { .. })));
    }

    #[test]
    fn what_is_no_plain_file_is_named_for_what_it_is() {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(read_file(folder.path()), Err(ReadError::Folder { .. })));
        let missing = read_file(&folder.path().join("plan.md")).unwrap_err();
        assert!(matches!(missing, ReadError::Missing { .. }));
        let word = read_file(Path::new("sesions")).unwrap_err().to_string();
        assert!(word.ends_with("and no such command: see `seamwalk --help`"), "{word}");
    }

    #[cfg(unix)]
    #[test]
    fn a_device_is_refused_before_it_is_opened() {
        assert!(matches!(read_file(Path::new("/dev/zero")), Err(ReadError::NoPlainFile { .. })));
    }
}
