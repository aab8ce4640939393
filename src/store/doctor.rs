//! What is wrong with a database and what to do about it, in sentences.
//!
//! Everything that can be known of the file is looked at: whose it is, where it lies, what lies beside it, SQLite's own
//! check, the hash of every event and plan, and whether the rows are what the events add up to.

use std::fs;
use std::path::{Path, PathBuf};

use super::error::During;
use super::open::beside;
use super::{Store, StoreError, schema};
use crate::domain::id::PlanId;

/// How much is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// SQLite's quick check, and what lies where.
    Quick,
    /// Everything: every page, every event, every plan.
    Full,
}

/// How bad something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// Good to know.
    Note,
    /// Something should be done.
    Warning,
    /// Something is lost, or will be.
    Damage,
}

/// One thing that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is.
    pub grade: Grade,
    /// What it is.
    pub what: String,
    /// What to do; empty where there is nothing.
    pub advice: String,
}

/// What was looked at, and what was found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Checkup {
    /// Said where nothing is wrong: what was looked at.
    pub looked_at: Vec<String>,
    /// What was found, the worst first.
    pub findings: Vec<Finding>,
}

impl Checkup {
    /// The worst that was found.
    #[must_use]
    pub fn worst(&self) -> Option<Grade> {
        self.findings.iter().map(|finding| finding.grade).max()
    }

    fn note(&mut self, what: impl Into<String>, advice: impl Into<String>) {
        self.add(Grade::Note, what, advice);
    }

    fn warn(&mut self, what: impl Into<String>, advice: impl Into<String>) {
        self.add(Grade::Warning, what, advice);
    }

    fn damage(&mut self, what: impl Into<String>, advice: impl Into<String>) {
        self.add(Grade::Damage, what, advice);
    }

    fn add(&mut self, grade: Grade, what: impl Into<String>, advice: impl Into<String>) {
        self.findings.push(Finding { grade, what: what.into(), advice: advice.into() });
    }
}

const RECOVER: &str =
    "keep the file as it is; `seamwalk doctor --recover NEW` makes a new one of all that can be read";

/// Looks at the database at `path`. It is opened as a walk opens it, but never made or upgraded by this.
///
/// # Errors
///
/// [`StoreError::Missing`] if there is none.
pub fn examine(path: &Path, depth: Depth) -> Result<Checkup, StoreError> {
    let mut checkup = Checkup::default();
    if fs::metadata(path).is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound) {
        return Err(StoreError::Missing { path: path.to_owned() });
    }
    look_around(path, &mut checkup);
    match Store::open_existing(path) {
        Ok(store) => {
            if let Err(error) = look_inside(&store, depth, &mut checkup) {
                checkup.damage(error.to_string(), RECOVER);
            }
        }
        Err(error @ (StoreError::Newer { .. } | StoreError::Busy { .. })) => {
            checkup.warn(error.to_string(), "");
        }
        Err(error) => checkup.damage(error.to_string(), RECOVER),
    }
    checkup.findings.sort_by_key(|finding| std::cmp::Reverse(finding.grade));
    Ok(checkup)
}

/// Permissions, the kind of file system, and what lies beside.
fn look_around(path: &Path, checkup: &mut Checkup) {
    let bytes = fs::metadata(path).map_or(0, |metadata| metadata.len());
    checkup.looked_at.push(format!("the file: {bytes} bytes"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        for file in [path.to_owned(), beside(path, "-wal"), beside(path, "-shm")] {
            let mode = fs::metadata(&file).map_or(0, |metadata| metadata.permissions().mode() & 0o777);
            if mode & 0o077 != 0 {
                checkup.note(
                    format!("others on this machine may read or write {} (mode {mode:o})", file.display()),
                    format!("if they should not: chmod 600 {}", file.display()),
                );
            }
        }
    }
    match super::filesystem::kind_of(path) {
        Some(kind) if kind.is_network => checkup.warn(
            format!("the database lies on a network file system ({})", kind.name),
            "its promises about syncing and locks cannot be relied on: keep it on a disk of this machine, with --db",
        ),
        Some(kind) => checkup.looked_at.push(format!("the file system: {}", kind.name)),
        None => {}
    }
    for (name, what, advice) in things_beside(path) {
        match what {
            Beside::Rescue => checkup.warn(
                format!("changes that could not be saved wait in {}", name.display()),
                format!("take them in: seamwalk doctor --rescue {}", name.display()),
            ),
            Beside::Log(bytes) => checkup.note(
                format!("there is a log of {bytes} bytes: a seamwalk is open now, or was killed; nothing in it is lost"),
                advice,
            ),
            Beside::Journal(bytes) => {
                checkup.note(format!("there is a rollback journal of {bytes} bytes: a write was cut off and will be taken back"), advice);
            }
            Beside::OldCopy => checkup.note(
                format!("a copy from before an upgrade lies in {}", name.display()),
                "delete it once you trust the upgrade",
            ),
        }
    }
}

enum Beside {
    Rescue,
    Log(u64),
    Journal(u64),
    OldCopy,
}

fn things_beside(path: &Path) -> Vec<(PathBuf, Beside, &'static str)> {
    let own = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let Ok(entries) = fs::read_dir(folder.unwrap_or(Path::new("."))) else { return Vec::new() };
    let mut found = Vec::new();
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let bytes = entry.metadata().map_or(0, |metadata| metadata.len());
        let what = match name.strip_prefix(own) {
            Some("-wal") if bytes > 0 => Beside::Log(bytes),
            Some("-journal") if bytes > 0 => Beside::Journal(bytes),
            Some(rest) if rest.starts_with(".v") && rest.ends_with(".backup") => Beside::OldCopy,
            _ if name.starts_with("seamwalk-rescue-") && name.ends_with(".json") => Beside::Rescue,
            _ => continue,
        };
        let advice = match &what {
            Beside::Log(_) | Beside::Journal(_) => "whoever copies the database copies it too",
            Beside::Rescue | Beside::OldCopy => "",
        };
        found.push((entry.path(), what, advice));
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found
}

fn look_inside(store: &Store, depth: Depth, checkup: &mut Checkup) -> Result<(), StoreError> {
    let version = rusqlite::version();
    checkup.looked_at.push(format!(
        "the format: {} (SQLite {version}), tables and indexes as seamwalk makes them",
        schema::VERSION
    ));
    let pragma = match depth {
        Depth::Quick => "PRAGMA quick_check(20)",
        Depth::Full => "PRAGMA integrity_check(20)",
    };
    for line in store.lines(pragma)?.into_iter().filter(|line| line != "ok") {
        checkup.damage(format!("SQLite's check: {line}"), RECOVER);
    }
    let strays = store.lines("SELECT \"table\" FROM pragma_foreign_key_check LIMIT 20")?;
    for table in strays {
        checkup.damage(format!("a row of {table} refers to one that is not there"), RECOVER);
    }
    checkup.looked_at.push(match depth {
        Depth::Quick => "SQLite's quick check".to_owned(),
        Depth::Full => "SQLite's check of every page and index".to_owned(),
    });
    if depth == Depth::Full {
        look_at_events(store, checkup)?;
        look_at_plans(store, checkup)?;
    }
    for plan in store.plans()? {
        let Some(source) = plan.source.filter(|source| !source.contains(':') || source.contains('/')) else {
            continue;
        };
        if !Path::new(&source).exists() {
            checkup.note(
                format!("the plan file {source} of {:?} is gone", plan.title),
                "its sessions keep what it said; opened at another place it goes on with the same prompts",
            );
        }
    }
    Ok(())
}

/// The hash of every event, and whether the rows are what the events add up to.
fn look_at_events(store: &Store, checkup: &mut Checkup) -> Result<(), StoreError> {
    let (mut sessions, mut events) = (0, 0);
    for head in store.sessions()? {
        sessions += 1;
        events += head.saved + 1;
        match store.audit(head.id) {
            Ok(differences) => {
                for difference in differences {
                    checkup.damage(format!("session {}: {difference}", head.id), RECOVER);
                }
            }
            Err(error) => checkup.damage(error.to_string(), RECOVER),
        }
    }
    checkup.looked_at.push(format!(
        "{events} events of {sessions} sessions: each as it was written, and the verdicts are what they add up to"
    ));
    Ok(())
}

fn look_at_plans(store: &Store, checkup: &mut Checkup) -> Result<(), StoreError> {
    let revisions = store.revisions()?;
    for (plan, number) in &revisions {
        if let Err(error) = store.revision(*plan, *number) {
            checkup.damage(error.to_string(), RECOVER);
        }
    }
    checkup.looked_at.push(format!("{} states of plans: each as it was written", revisions.len()));
    Ok(())
}

impl Store {
    /// The first column of what `sql` answers.
    fn lines(&self, sql: &str) -> Result<Vec<String>, StoreError> {
        self.conn()
            .prepare(sql)
            .and_then(|mut s| s.query_map([], |row| row.get(0))?.collect())
            .during(self.path(), "checking the database")
    }

    /// Every stored state of every plan.
    fn revisions(&self) -> Result<Vec<(PlanId, u32)>, StoreError> {
        self.conn()
            .prepare("SELECT plan_id, number FROM revision ORDER BY plan_id, number")
            .and_then(|mut s| {
                let one = |row: &rusqlite::Row<'_>| {
                    Ok((PlanId(super::convert::uuid(row, 0)?), super::convert::small_count(row, 1)?))
                };
                s.query_map([], one)?.collect()
            })
            .during(self.path(), "listing the states of plans")
    }
}
