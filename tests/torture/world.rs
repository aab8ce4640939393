//! A database to torture, and the question afterwards: is everything there that was acknowledged, once, as it was?

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use seamwalk::domain::component::States;
use seamwalk::domain::id::{EventId, PlanId, PromptId, SessionId, derived};
use seamwalk::domain::plan::{Entry, NodeKind, Outline, Plan};
use seamwalk::domain::revision::Revision;
use seamwalk::domain::session::Start;
use seamwalk::domain::time::Timestamp;
use seamwalk::store::{IfOpen, NewSession, Reading, Store};
use tempfile::TempDir;
use uuid::Uuid;

/// How many prompts the plan has.
pub(crate) const PROMPTS: usize = 40;

/// Random numbers that come back with the same seed: xorshift64*.
#[derive(Debug, Clone)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// From 0 to `end`, without `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let number = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        (number as usize) % end.max(1)
    }
}

pub(crate) fn prompt(n: usize) -> PromptId {
    PromptId(derived(&["prompt", &n.to_string()]))
}

pub(crate) fn at(ms: i64) -> Timestamp {
    Timestamp::from_unix_ms(1_795_442_531_000 + ms, 60).unwrap()
}

/// A folder with a database in it; in memory where nothing asks for a disk, since only our order of writes counts.
pub(crate) struct World {
    pub(crate) folder: TempDir,
}

impl World {
    pub(crate) fn new() -> Self {
        let memory = Path::new("/dev/shm");
        let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
        Self { folder: folder.unwrap() }
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.folder.path().join("seamwalk.db")
    }

    /// With a plan and an open session.
    pub(crate) fn with_session() -> Self {
        let world = Self::new();
        start_session(&world.database());
        world
    }

    /// With a copy of the database that format 1 wrote.
    pub(crate) fn of_format_1() -> Self {
        let world = Self::new();
        let old = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/databases/version-1.db");
        std::fs::copy(old, world.database()).unwrap();
        world
    }
}

/// Makes a database with a plan of [`PROMPTS`] prompts and a session on it.
pub(crate) fn start_session(database: &Path) {
    let mut store = Store::open(database).unwrap();
    let mut entries = vec![Entry::new(NodeKind::Section, 1, 1, "Shop")];
    entries
        .extend((0..PROMPTS).map(|n| Entry::new(NodeKind::Prompt, 2, n as u32 + 2, format!("prompt {n}"))));
    let outline = Outline::from_entries(&entries, &[]);
    let plan = Plan { title: "Shop".to_owned(), outline, ..Plan::default() };
    let plan_id = PlanId(derived(&["plan", "shop"]));
    let revision = Revision::new(plan_id, 1, plan, (0..PROMPTS).map(prompt).collect(), Vec::new()).unwrap();
    let reading = Reading { content_hash: [1; 32], problem_count: 0, source: "/plans/shop.md", at: at(0) };
    store.save_revision(&revision, reading).unwrap();
    let start = Start {
        plan: plan_id,
        plan_title: "Shop".to_owned(),
        tester: "ana".to_owned(),
        charter: None,
        time_box_ms: None,
        fields: std::collections::BTreeMap::new(),
        only: None,
        components: States::default(),
        retest: None,
    };
    let new = NewSession { id: SessionId(Uuid::now_v7()), event: EventId(Uuid::now_v7()), at: at(0), start };
    store.start_session(&new, &revision, IfOpen::StartAnother).unwrap();
}

/// What a writer acknowledged: places and identities.
pub(crate) type Acked = Vec<(u64, String)>;

/// The acknowledgements among the lines that a writer wrote.
pub(crate) fn acked(said: &str) -> Acked {
    let line = |line: &str| {
        let (seq, event) = line.strip_prefix("acked ")?.split_once(' ')?;
        Some((seq.parse().ok()?, event.trim().to_owned()))
    };
    said.lines().filter_map(line).collect()
}

/// This very program as a writer.
pub(crate) fn writer(database: &Path, count: u64, seed: u64) -> Vec<String> {
    let this = std::env::current_exe().unwrap().to_str().unwrap().to_owned();
    let database = database.to_str().unwrap().to_owned();
    vec![this, crate::writer::WORD.to_owned(), database, count.to_string(), seed.to_string()]
}

/// Starts `argv` and waits; what it said.
pub(crate) fn said_by(argv: &[String]) -> String {
    let output = Command::new(&argv[0]).args(&argv[1..]).stdin(Stdio::null()).output().unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// True if `program` can be started.
pub(crate) fn has(program: &str) -> bool {
    Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
}

/// What is wrong with the database at `path`, of which `acked` was acknowledged: empty if nothing is.
pub(crate) fn missing(path: &Path, acked: &Acked) -> Vec<String> {
    match look(path, acked) {
        Ok(lost) => lost,
        Err(why) => vec![format!("cannot be read: {why}")],
    }
}

/// The identities of all events, or nothing where they cannot be read.
pub(crate) fn events(path: &Path) -> BTreeSet<EventId> {
    let Ok(store) = Store::open_existing(path) else { return BTreeSet::new() };
    let sessions = store.sessions().unwrap_or_default();
    let events = sessions.iter().flat_map(|head| store.events(head.id, 0).unwrap_or_default());
    events.map(|event| event.id).collect()
}

/// What the program itself would say of the database at `path`.
pub(crate) fn noticed(path: &Path) -> Vec<String> {
    missing(path, &Acked::new())
}

fn look(path: &Path, acked: &Acked) -> Result<Vec<String>, String> {
    let said = |error: seamwalk::store::StoreError| error.to_string();
    let store = Store::open_existing(path).map_err(said)?;
    let mut lost = store.check_file().map_err(said)?;
    for head in store.sessions().map_err(said)? {
        lost.extend(store.audit(head.id).map_err(said)?.into_iter().map(|difference| difference.to_string()));
        let events = store.events(head.id, 0).map_err(said)?;
        let distinct: BTreeSet<EventId> = events.iter().map(|event| event.id).collect();
        if distinct.len() != events.len()
            || store.load_session(head.id).map_err(said)?.seq() != events.len() as u64
        {
            lost.push("an event is there twice, or a place is empty".to_owned());
        }
        for (seq, id) in acked {
            let found = events.get(*seq as usize - 1).map(|event| event.id.to_string());
            if found.as_ref() != Some(id) {
                lost.push(format!("event {seq} was acknowledged as {id} and is {found:?}"));
            }
        }
    }
    Ok(lost)
}
