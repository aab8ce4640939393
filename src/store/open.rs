//! Opening the file: look before touching, then the pragmas, then the gate, then (if need be) create or upgrade.
//!
//! | setting | why |
//! | --- | --- |
//! | `busy_timeout` 2000 ms, first | Another seamwalk holds the file for a few ms; a mark may wait that long, a screen may not wait longer, and every later statement can already meet a lock. |
//! | `journal_mode=WAL` | One sync a mark where TRUNCATE needs five (PROMISES 1.1). WAL does not notice that the file was moved away, so [`FileIdentity`] does. On a network file system, and where the answer is not `wal`, TRUNCATE. |
//! | `synchronous=FULL` | With NORMAL a power cut loses acknowledged marks (PROMISES 1.1, measured). |
//! | `foreign_keys=ON` | A result without its event must not be possible; off by default in SQLite's own documentation. |
//! | `trusted_schema=OFF` | Functions in a hostile schema do not run (R23). |
//! | `cell_size_check=ON`, `mmap_size=0` | A damaged page is an error, not a read outside it (R23; sqlite.org/security.html). |
//! | `recursive_triggers=OFF`, `ENABLE_TRIGGER=0`, `ENABLE_VIEW=0` | We have neither; DEFENSIVE alone lets a trigger turn FAIL into PASS (PROMISES 1.5). |
//! | `ENABLE_QPSG=1` | A statement stays as it was prepared, whatever is bound to it. Else SQLite prepares one anew at each mark, in case a partial index or samples of values called for another plan: a twentieth of a mark. |
//! | `DEFENSIVE=1`, `DQS_DML=0`, `DQS_DDL=0` | No shadow tables or schema by hand; a misspelt column is an error and not a text. |
//! | `temp_store=MEMORY` | No temporary file with a tester's words in it (R43). |
//! | limits | What a hostile file could ask for stays below what a machine bears (R23). |
//! | `application_id`, `user_version` | Whose file, which format; both are in the header, so both are read before SQLite touches anything (R17, R18). |

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, SystemTime};

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::{Connection, OpenFlags, TransactionBehavior};
use uuid::Uuid;

use super::error::{During, StoreError};
use super::{filesystem, schema};

/// How long another program may hold the file before a write gives up, in milliseconds.
pub const BUSY_TIMEOUT_MS: u64 = 2_000;

/// The bytes of SQLite's header that say what a file is.
const HEADER_BYTES: usize = 100;

/// The outline of 250,000 nodes is about 30 MB; twice that, so that no plan that was read is refused.
const MAX_VALUE_BYTES: i32 = 64 * 1024 * 1024;

/// The limits that a hostile file meets (R23). One attached database is what `VACUUM INTO` itself needs.
const LIMITS: [(Limit, i32); 9] = [
    (Limit::SQLITE_LIMIT_LENGTH, MAX_VALUE_BYTES),
    (Limit::SQLITE_LIMIT_SQL_LENGTH, 100_000),
    (Limit::SQLITE_LIMIT_COLUMN, 100),
    (Limit::SQLITE_LIMIT_EXPR_DEPTH, 50),
    (Limit::SQLITE_LIMIT_COMPOUND_SELECT, 5),
    (Limit::SQLITE_LIMIT_VDBE_OP, 25_000),
    (Limit::SQLITE_LIMIT_ATTACHED, 1),
    (Limit::SQLITE_LIMIT_TRIGGER_DEPTH, 1),
    (Limit::SQLITE_LIMIT_WORKER_THREADS, 0),
];

const SWITCHES: [(DbConfig, bool); 6] = [
    (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
    (DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false),
    (DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false),
    (DbConfig::SQLITE_DBCONFIG_DQS_DML, false),
    (DbConfig::SQLITE_DBCONFIG_DQS_DDL, false),
    (DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true),
];

const PRAGMAS: &str = "PRAGMA synchronous = FULL;
     PRAGMA foreign_keys = ON;
     PRAGMA trusted_schema = OFF;
     PRAGMA cell_size_check = ON;
     PRAGMA mmap_size = 0;
     PRAGMA recursive_triggers = OFF;
     PRAGMA temp_store = MEMORY;";

/// Which file a path leads to: two paths with the same identity are the same file, as long as it exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FileIdentity {
    device: u64,
    inode: u64,
    /// A new file may get the number of one that was deleted; where the system keeps it, this tells them apart.
    made: Option<SystemTime>,
}

impl FileIdentity {
    /// Of what is at `path` now. Where the system knows no such numbers, all files look the same.
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        let metadata = fs::metadata(path)?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            Ok(Self { device: metadata.dev(), inode: metadata.ino(), made: metadata.created().ok() })
        }
        #[cfg(not(unix))]
        {
            let _ = metadata;
            Ok(Self { device: 0, inode: 0, made: None })
        }
    }
}

/// The files that this process has open through SQLite, and where.
///
/// POSIX gives up *all* of a process's locks on a file when *any* of its descriptors is closed (R16), so a file in
/// this list is never opened for a look at its header: whoever opened it first has looked already. And another file in
/// the place of one of them is never opened at all (R8): SQLite would take the log that still lies beside it for its
/// own, write it into the wrong file and throw it away.
static OPEN_FILES: Mutex<Vec<(PathBuf, FileIdentity)>> = Mutex::new(Vec::new());

/// An entry of [`OPEN_FILES`], taken back when the connection is closed.
#[derive(Debug)]
struct Registered(PathBuf, FileIdentity);

impl Drop for Registered {
    fn drop(&mut self) {
        let mut open = OPEN_FILES.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = open.iter().position(|(path, file)| *file == self.1 && *path == self.0) {
            open.swap_remove(at);
        }
    }
}

/// A connection with what is needed to notice that its file went away.
#[derive(Debug)]
pub(super) struct OpenFile {
    /// Closed before `registered` is dropped, since fields are dropped in this order.
    pub(super) conn: Connection,
    seen: FileIdentity,
    /// The write-ahead log, while there is one: it carries the latest marks.
    wal: Option<(PathBuf, FileIdentity)>,
    /// `None` once the connection is closed.
    registered: Option<Registered>,
}

impl OpenFile {
    /// Closes the connection, so that whatever is in the file's place may be opened.
    pub(super) fn close(&mut self) -> rusqlite::Result<()> {
        drop(std::mem::replace(&mut self.conn, Connection::open_in_memory()?));
        self.registered = None;
        Ok(())
    }

    /// Fails unless the file (and its log) are still where they were when it was opened (R8).
    pub(super) fn still_there(&self, path: &Path) -> Result<(), StoreError> {
        let same = |path: &Path, seen: FileIdentity| FileIdentity::of(path).is_ok_and(|now| now == seen);
        let there = same(path, self.seen) && self.wal.as_ref().is_none_or(|(wal, seen)| same(wal, *seen));
        if there { Ok(()) } else { Err(StoreError::FileMoved { path: path.to_owned() }) }
    }
}

/// Whether a file that is not there may be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum IfMissing {
    Create,
    Refuse,
}

/// Opens the database at `path`; the answer's path is the canonical one.
pub(super) fn open(path: &Path, if_missing: IfMissing) -> Result<(OpenFile, PathBuf), StoreError> {
    if if_missing == IfMissing::Create {
        create_file(path)?;
    }
    let path = match fs::canonicalize(path) {
        Ok(canonical) => canonical,
        Err(e) if e.kind() == io::ErrorKind::NotFound => {
            return Err(StoreError::Missing { path: path.to_owned() });
        }
        Err(source) => return Err(StoreError::LookAtFile { path: path.to_owned(), source }),
    };
    let (seen, registered) = look_and_register(&path)?;
    let mut conn = connect(&path)?;
    prepare(&mut conn, &path)?;
    let wal = switch_journal(&conn, &path)?;
    let file = OpenFile { conn, seen, wal, registered: Some(registered) };
    file.still_there(&path)?;
    Ok((file, path))
}

/// Makes an empty file that only its owner may read (R43), unless there is one. SQLite gives its side files the same mode.
fn create_file(path: &Path) -> Result<(), StoreError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    let mut folders = fs::DirBuilder::new();
    folders.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
        options.mode(0o600);
        folders.mode(0o700);
    }
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.exists()) {
        folders
            .create(folder)
            .map_err(|source| StoreError::CreateFolder { path: folder.to_owned(), source })?;
    }
    match options.open(path) {
        Ok(file) => drop(file),
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
        Err(source) => return Err(StoreError::CreateFile { path: path.to_owned(), source }),
    }
    Ok(())
}

/// Looks at the header, unless this process did so already, and enters the file in [`OPEN_FILES`].
fn look_and_register(path: &Path) -> Result<(FileIdentity, Registered), StoreError> {
    let failed = |source| StoreError::LookAtFile { path: path.to_owned(), source };
    // Held while looking, so that no connection of ours can take a lock in between and lose it.
    let mut open = OPEN_FILES.lock().unwrap_or_else(PoisonError::into_inner);
    let seen = FileIdentity::of(path).map_err(failed)?;
    if open.iter().any(|(at, file)| at == path && *file != seen) {
        return Err(StoreError::FileMoved { path: path.to_owned() });
    }
    if !cfg!(unix) || !open.iter().any(|(_, file)| *file == seen) {
        look(path)?;
    }
    open.push((path.to_owned(), seen));
    Ok((seen, Registered(path.to_owned(), seen)))
}

/// Makes a file that we are about to fill readable for its owner only (R43).
#[cfg(unix)]
fn keep_to_owner(path: &Path, metadata: &fs::Metadata) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    if metadata.permissions().mode() & 0o077 == 0 {
        return Ok(());
    }
    fs::set_permissions(path, fs::Permissions::from_mode(0o600))
}

#[cfg(not(unix))]
fn keep_to_owner(_: &Path, _: &fs::Metadata) -> io::Result<()> {
    Ok(())
}

/// Refuses what is not ours, from the bytes alone: nothing is locked, recovered or written (R17, R18).
///
/// An empty file is fine: it is what a crash right after creating leaves, and nothing is lost by finishing it.
fn look(path: &Path) -> Result<(), StoreError> {
    let failed = |source| StoreError::LookAtFile { path: path.to_owned(), source };
    let not_ours = |found: &str| Err(StoreError::NotOurs { path: path.to_owned(), found: found.to_owned() });
    let metadata = fs::metadata(path).map_err(failed)?;
    if !metadata.is_file() {
        return not_ours("no regular file");
    }
    if metadata.len() == 0 {
        return keep_to_owner(path, &metadata).map_err(failed);
    }
    let mut header = [0_u8; HEADER_BYTES];
    match File::open(path).and_then(|mut file| file.read_exact(&mut header)) {
        Ok(()) => {}
        Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => return not_ours("too short for a database"),
        Err(source) => return Err(failed(source)),
    }
    if !header.starts_with(b"SQLite format 3\0") {
        return not_ours("no SQLite database");
    }
    let number = |at: usize| u32::from_be_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]);
    let application_id = number(68);
    if application_id != schema::APPLICATION_ID as u32 {
        return not_ours(&format!("another program's database, application id {application_id:#010x}"));
    }
    newer_is_refused(path, i64::from(number(60)))?;
    let page_bytes = match u16::from_be_bytes([header[16], header[17]]) {
        1 => 65_536,
        bytes => u64::from(bytes),
    };
    let expected = page_bytes * u64::from(number(28));
    let mid_write = ["-wal", "-journal"]
        .iter()
        .any(|suffix| fs::metadata(beside(path, suffix)).is_ok_and(|m| m.len() > 0));
    // The page count is only valid where both counters agree (sqlite.org/fileformat.html, 1.3.7).
    if number(24) == number(92) && !mid_write && metadata.len() < expected {
        return Err(StoreError::CutOff { path: path.to_owned(), found: metadata.len(), expected });
    }
    Ok(())
}

fn newer_is_refused(path: &Path, found: i64) -> Result<(), StoreError> {
    if found > schema::VERSION {
        return Err(StoreError::Newer { path: path.to_owned(), found, known: schema::VERSION });
    }
    Ok(())
}

/// The path of a side file: SQLite appends to the whole name.
pub(super) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// A connection with every setting of the table above but the journal.
fn connect(path: &Path) -> Result<Connection, StoreError> {
    const DOING: &str = "opening";
    // No SQLITE_OPEN_CREATE: a file that vanished meanwhile must not come back empty.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags).during(path, DOING)?;
    conn.busy_timeout(Duration::from_millis(BUSY_TIMEOUT_MS)).during(path, DOING)?;
    for (switch, on) in SWITCHES {
        conn.set_db_config(switch, on).during(path, DOING)?;
    }
    for (limit, value) in LIMITS {
        conn.set_limit(limit, value).during(path, DOING)?;
    }
    conn.execute_batch(PRAGMAS).during(path, DOING)?;
    conn.set_prepared_statement_cache_capacity(48);
    Ok(conn)
}

/// Creates, upgrades or only compares the schema.
fn prepare(conn: &mut Connection, path: &Path) -> Result<(), StoreError> {
    let version = version(conn, path)?;
    newer_is_refused(path, version)?;
    if version == 0 {
        create(conn, path)?;
    } else if version < schema::VERSION {
        upgrade(conn, path, &schema::STEPS)?;
    }
    compare(conn, path)
}

fn version(conn: &Connection, path: &Path) -> Result<i64, StoreError> {
    conn.query_row("PRAGMA user_version", [], |row| row.get(0)).during(path, "reading the format")
}

/// Makes the tables in one transaction, unless another process did so meanwhile.
fn create(conn: &mut Connection, path: &Path) -> Result<(), StoreError> {
    const DOING: &str = "creating the tables";
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate).during(path, DOING)?;
    if version(&tx, path)? != 0 {
        return Ok(());
    }
    let tables: i64 =
        tx.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).during(path, DOING)?;
    if tables > 0 {
        return Err(StoreError::Altered {
            path: path.to_owned(),
            found: "tables without a format".to_owned(),
        });
    }
    for statement in schema::STATEMENTS {
        tx.execute_batch(statement).during(path, DOING)?;
    }
    tx.execute("INSERT INTO meta (one, writer) VALUES (1, ?1)", [Uuid::now_v7()]).during(path, DOING)?;
    tx.execute_batch(&stamp(schema::VERSION)).during(path, DOING)?;
    tx.commit().during(path, DOING)
}

fn stamp(version: i64) -> String {
    format!("PRAGMA application_id = {}; PRAGMA user_version = {version};", schema::APPLICATION_ID)
}

/// Copies the file beside itself, then takes every missing step in one transaction (R19).
fn upgrade(conn: &mut Connection, path: &Path, steps: &[&str]) -> Result<(), StoreError> {
    const DOING: &str = "upgrading";
    let copy = copy_before_upgrade(conn, path)?;
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate).during(path, DOING)?;
    let found = version(&tx, path)?;
    let newest = steps.len() as i64 + 1;
    if found >= newest {
        // Another process was quicker, and made a copy too.
        drop(tx);
        return fs::remove_file(&copy).map_err(|source| StoreError::CopyBeforeUpgrade { copy, source });
    }
    for step in steps.iter().skip((found.max(1) - 1) as usize) {
        tx.execute_batch(step).during(path, DOING)?;
    }
    tx.execute_batch(&stamp(newest)).during(path, DOING)?;
    tx.commit().during(path, DOING)
}

/// A whole, synced copy with an unguessable name, readable by its owner only.
fn copy_before_upgrade(conn: &Connection, path: &Path) -> Result<PathBuf, StoreError> {
    const DOING: &str = "copying before upgrading";
    let suffix = format!(".v{}-{}.backup", version(conn, path)?, Uuid::now_v7().simple());
    let copy = beside(path, &suffix);
    let failed = |source| StoreError::CopyBeforeUpgrade { copy: copy.clone(), source };
    let name = copy.to_str().ok_or_else(|| failed(io::Error::other("the path is not UTF-8")))?;
    create_file(&copy)?;
    if let Err(error) = conn.execute("VACUUM INTO ?1", [name]).during(path, DOING) {
        // Half a copy would only mislead; the original is whole.
        let _ = fs::remove_file(&copy);
        return Err(error);
    }
    // VACUUM INTO does not sync what it writes (sqlite.org/lang_vacuum.html).
    File::open(&copy).and_then(|file| file.sync_all()).map_err(failed)?;
    Ok(copy)
}

/// Compares every table, index, trigger and view with what this program makes (R23).
fn compare(conn: &Connection, path: &Path) -> Result<(), StoreError> {
    const DOING: &str = "comparing the tables";
    let mut statement = conn
        .prepare("SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid")
        .during(path, DOING)?;
    let mut rows = statement.query([]).during(path, DOING)?;
    let altered = |found: String| StoreError::Altered { path: path.to_owned(), found };
    let mut missing: Vec<&str> = schema::STATEMENTS.to_vec();
    while let Some(row) = rows.next().during(path, DOING)? {
        let text = |column: usize| row.get::<_, String>(column).during(path, DOING);
        let (kind, name, sql) = (text(0)?, text(1)?, text(2)?);
        let Some(at) = missing.iter().position(|expected| *expected == sql) else {
            return Err(altered(format!("the {kind} {name:?} is not ours")));
        };
        missing.swap_remove(at);
    }
    match missing.first() {
        Some(sql) => Err(altered(format!("missing: {}", sql.lines().next().unwrap_or_default()))),
        None => Ok(()),
    }
}

/// Turns the write-ahead log on, and gives its identity; where it cannot be, the rollback journal stays.
fn switch_journal(conn: &Connection, path: &Path) -> Result<Option<(PathBuf, FileIdentity)>, StoreError> {
    const DOING: &str = "choosing the journal";
    const TRIES: u64 = 100;
    let ask = |pragma: &str| conn.query_row(pragma, [], |row| row.get::<_, String>(0));
    let is_network = filesystem::kind_of(path).is_some_and(|kind| kind.is_network);
    let wanted = if is_network { "PRAGMA journal_mode = TRUNCATE" } else { "PRAGMA journal_mode = WAL" };
    let mut tries = 0;
    let mode = loop {
        // SQLite does not wait here while another process is switching at the same time.
        match ask(wanted).during(path, DOING) {
            Err(StoreError::Busy { .. }) if tries < TRIES => {
                tries += 1;
                thread::sleep(Duration::from_millis(BUSY_TIMEOUT_MS / TRIES));
            }
            other => break other?,
        }
    };
    if mode != "wal" {
        ask("PRAGMA journal_mode = TRUNCATE").during(path, DOING)?;
        return Ok(None);
    }
    // The log comes into being with the first read.
    version(conn, path)?;
    let wal = beside(path, "-wal");
    FileIdentity::of(&wal)
        .map(|seen| Some((wal, seen)))
        .map_err(|source| StoreError::LookAtFile { path: path.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use super::schema::{STEPS, VERSION};
    use super::*;

    /// Steps that lead to this program's format, and `more`.
    fn steps_then<const N: usize>(more: [&'static str; N]) -> Vec<&'static str> {
        STEPS.into_iter().chain(more).collect()
    }

    #[test]
    fn an_upgrade_that_fails_leaves_the_old_file_and_a_copy() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("old.db");
        let (mut file, path) = open(&path, IfMissing::Create).unwrap();
        let steps = steps_then(["CREATE TABLE more (x) STRICT; nonsense"]);
        let error = upgrade(&mut file.conn, &path, &steps).unwrap_err();
        assert!(matches!(error, StoreError::Sqlite { doing: "upgrading", .. }), "{error}");
        assert_eq!(version(&file.conn, &path).unwrap(), VERSION);
        compare(&file.conn, &path).unwrap();
        let copies = fs::read_dir(folder.path())
            .unwrap()
            .filter(|e| e.as_ref().unwrap().file_name().to_string_lossy().ends_with(".backup"));
        assert_eq!(copies.count(), 1);
    }

    #[test]
    fn an_upgrade_takes_every_step_and_stamps_the_file_once() {
        let folder = tempfile::tempdir().unwrap();
        let (mut file, path) = open(&folder.path().join("old.db"), IfMissing::Create).unwrap();
        let steps = steps_then(["CREATE TABLE a (x TEXT) STRICT", "CREATE TABLE b (x TEXT) STRICT"]);
        upgrade(&mut file.conn, &path, &steps).unwrap();
        assert_eq!(version(&file.conn, &path).unwrap(), VERSION + 2);
        upgrade(&mut file.conn, &path, &steps).unwrap();
        let altered = compare(&file.conn, &path).unwrap_err();
        assert!(altered.to_string().contains("the table \"a\" is not ours"), "{altered}");
    }

    #[test]
    fn the_settings_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let (file, _) = open(&folder.path().join("s.db"), IfMissing::Create).unwrap();
        let pragma = |name: &str| -> String {
            file.conn
                .query_row(&format!("PRAGMA {name}"), [], |row| {
                    row.get_ref(0).map(|value| match value {
                        rusqlite::types::ValueRef::Integer(n) => n.to_string(),
                        other => other.as_str().unwrap().to_owned(),
                    })
                })
                .unwrap()
        };
        for (name, value) in [
            ("journal_mode", "wal"),
            ("synchronous", "2"),
            ("foreign_keys", "1"),
            ("trusted_schema", "0"),
            ("cell_size_check", "1"),
            ("mmap_size", "0"),
            ("recursive_triggers", "0"),
            ("temp_store", "2"),
            ("busy_timeout", "2000"),
            ("application_id", "1397047629"),
            ("user_version", &VERSION.to_string()),
        ] {
            assert_eq!(pragma(name), value, "{name}");
        }
        for (switch, on) in SWITCHES {
            assert_eq!(file.conn.db_config(switch).unwrap(), on);
        }
    }

    #[test]
    fn a_trigger_or_view_that_is_there_all_the_same_does_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let (file, _) = open(&folder.path().join("s.db"), IfMissing::Create).unwrap();
        file.conn
            .execute_batch(
                "CREATE TABLE t (x); CREATE TRIGGER g AFTER INSERT ON t BEGIN UPDATE t SET x = 'changed'; END;
                 INSERT INTO t VALUES ('said'); CREATE VIEW v AS SELECT 1;",
            )
            .unwrap();
        let x: String = file.conn.query_row("SELECT x FROM t", [], |row| row.get(0)).unwrap();
        assert_eq!(x, "said");
        assert!(file.conn.prepare("SELECT * FROM v").is_err());
    }
}
