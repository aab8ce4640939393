//! Keeps what the database did not take in a file of its own: from the first refusal on, so that no kill, panic or
//! vanished terminal can lose it, and until it is saved after all.
//!
//! The file lies beside the database, or, where that folder takes nothing, in the folder for temporary files. Nobody else
//! may read it, and its name cannot be guessed.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::domain::id::EventId;
use crate::store::Rescue;

/// What every rescue file's name begins with.
pub const NAME: &str = "seamwalk-rescue-";

/// The file in which the events that wait are kept, while some do.
#[derive(Debug, Default)]
pub struct RescueFile {
    path: Option<PathBuf>,
    /// The events that it holds.
    holds: Vec<EventId>,
}

impl RescueFile {
    /// Where the events that wait are kept; `None` if none wait, or no folder took them.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Keeps `rescue`, beside `database` if possible. The same events again cost nothing.
    pub fn keep(&mut self, rescue: &Rescue, database: &Path) {
        let holds: Vec<EventId> = rescue.batch.iter().map(|fresh| fresh.id).collect();
        let is_there = self.path.as_ref().is_some_and(|path| path.exists());
        if is_there && self.holds == holds {
            return;
        }
        let beside = database.parent().unwrap_or(Path::new(".")).to_owned();
        let json = rescue.to_json();
        let written = [beside, std::env::temp_dir()].iter().find_map(|folder| write_new(folder, &json).ok());
        if let Some(path) = written {
            self.drop_file();
            (self.path, self.holds) = (Some(path), holds);
        }
    }

    /// Keeps `rescue` at `path` as well: a folder, or a file that is not there yet.
    ///
    /// # Errors
    /// What the system said.
    pub fn keep_at(path: &Path, rescue: &Rescue) -> io::Result<PathBuf> {
        let json = rescue.to_json();
        if path.is_dir() {
            return write_new(path, &json);
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut file = tempfile::Builder::new().prefix(".seamwalk-").tempfile_in(folder)?;
        fill(file.as_file_mut(), &json)?;
        file.persist_noclobber(path).map_err(|refused| refused.error)?;
        sync_folder(folder);
        Ok(path.to_owned())
    }

    /// All is saved: the file would only mislead.
    pub fn drop_file(&mut self) {
        self.holds.clear();
        if let Some(path) = self.path.take() {
            // One that stays is taken in without harm: what it holds is known by then.
            let _ = fs::remove_file(path);
        }
    }
}

/// The rescue files that lie beside `database`, by name.
#[must_use]
pub fn found_beside(database: &Path) -> Vec<PathBuf> {
    let folder = database.parent().filter(|folder| !folder.as_os_str().is_empty());
    let Ok(entries) = fs::read_dir(folder.unwrap_or(Path::new("."))) else { return Vec::new() };
    let is_one = |name: &str| name.starts_with(NAME) && name.ends_with(".json");
    let mut found: Vec<PathBuf> = entries
        .flatten()
        .filter(|entry| entry.file_name().to_str().is_some_and(is_one))
        .map(|entry| entry.path())
        .collect();
    found.sort();
    found
}

/// Writes a whole file with a name that nobody can guess, or none.
fn write_new(folder: &Path, json: &str) -> io::Result<PathBuf> {
    let mut file =
        tempfile::Builder::new().prefix(NAME).suffix(".json").rand_bytes(16).tempfile_in(folder)?;
    fill(file.as_file_mut(), json)?;
    let (_, path) = file.keep().map_err(|refused| refused.error)?;
    sync_folder(folder);
    Ok(path)
}

fn fill(file: &mut File, json: &str) -> io::Result<()> {
    file.write_all(json.as_bytes())?;
    file.sync_all()
}

/// So that the name survives a power cut too, where folders can be synced.
fn sync_folder(folder: &Path) {
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::{PromptId, SessionId, derived};
    use crate::domain::session::{Event, Fresh};
    use crate::domain::time::Timestamp;
    use crate::domain::verdict::Verdict;

    fn rescue(events: u8) -> Rescue {
        let fresh = |n: u8| Fresh {
            id: EventId(derived(&["event", &n.to_string()])),
            leader: None,
            at: Timestamp::from_unix_ms(1_795_442_531_000, 60).unwrap(),
            lap: None,
            event: Event::verdict(PromptId(derived(&["prompt"])), Verdict::Fail, "as it was"),
        };
        Rescue {
            session: SessionId(derived(&["session"])),
            database: "shop.db".to_owned(),
            after_seq: 3,
            batch: (0..events).map(fresh).collect(),
        }
    }

    fn files(folder: &Path) -> Vec<PathBuf> {
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
    }

    #[test]
    fn what_waits_is_in_one_file_until_it_is_saved() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("shop.db");
        let mut file = RescueFile::default();
        for events in [1, 2, 2] {
            file.keep(&rescue(events), &database);
            assert_eq!(files(folder.path()), [file.path().unwrap()]);
            let read = Rescue::from_json(&fs::read(file.path().unwrap()).unwrap()).unwrap();
            assert_eq!(read, rescue(events));
        }
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(fs::metadata(file.path().unwrap()).unwrap().permissions().mode() & 0o777, 0o600);
        }
        file.drop_file();
        assert_eq!((files(folder.path()), file.path()), (Vec::new(), None));
    }

    #[test]
    fn a_folder_that_takes_nothing_is_not_the_end() {
        let folder = tempfile::tempdir().unwrap();
        let mut file = RescueFile::default();
        file.keep(&rescue(1), &folder.path().join("gone").join("shop.db"));
        assert!(file.path().unwrap().starts_with(std::env::temp_dir()));
        file.drop_file();
    }

    #[test]
    fn elsewhere_is_a_new_file_or_a_folder_and_never_an_old_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mine.json");
        assert_eq!(RescueFile::keep_at(&path, &rescue(1)).unwrap(), path);
        let refused = RescueFile::keep_at(&path, &rescue(2)).unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(Rescue::from_json(&fs::read(&path).unwrap()).unwrap(), rescue(1));
        let in_folder = RescueFile::keep_at(folder.path(), &rescue(1)).unwrap();
        assert!(in_folder.file_name().unwrap().to_str().unwrap().starts_with(NAME));
        assert_eq!(files(folder.path()).len(), 2);
    }
}
