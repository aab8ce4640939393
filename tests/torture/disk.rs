//! The disk is full, the medium cannot be written, the file goes away, memory runs out.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use seamwalk::domain::session::{Fresh, Session};
use seamwalk::store::Store;

use crate::table::{Outcome, Plan};
use crate::world::{self, Acked, Dice, World};
use crate::writer::{self, decision};

/// A small file system in memory, for as long as this lives.
struct Mount {
    folder: tempfile::TempDir,
}

impl Mount {
    /// `None` where this process may not mount.
    fn new(size: &str) -> Option<Self> {
        let folder = tempfile::tempdir().ok()?;
        let size = format!("size={size}");
        mount(&["-t", "tmpfs", "-o", &size, "tmpfs"], folder.path()).then_some(Self { folder })
    }

    fn database(&self) -> PathBuf {
        self.folder.path().join("seamwalk.db")
    }

    /// Takes all room that is left; dropping what comes back is not enough, the file must be removed.
    fn fill(&self) -> PathBuf {
        use std::io::Write as _;
        let path = self.folder.path().join("filler");
        let mut file = std::fs::File::create(&path).unwrap();
        while file.write_all(&[0; 4096]).is_ok() {}
        path
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.folder.path()).stderr(Stdio::null()).status();
    }
}

fn mount(options: &[&str], at: &Path) -> bool {
    let status = Command::new("mount").args(options).arg(at).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

/// A store with its session.
fn opened(database: &Path) -> (Store, Session) {
    let store = Store::open_existing(database).unwrap();
    let head = store.sessions().unwrap().remove(0);
    let session = store.load_session(head.id).unwrap();
    (store, session)
}

fn append(store: &mut Store, session: &mut Session, batch: &[Fresh], acked: &mut Acked) -> bool {
    let Ok(recorded) = store.append(session.id(), session.seq(), batch) else { return false };
    for event in recorded {
        acked.push((event.seq, event.id.to_string()));
        session.apply(event).unwrap();
    }
    true
}

/// Full, refused, kept; freed, saved once.
pub(crate) fn full(plan: Plan) -> Outcome {
    let rounds = plan.rounds(25, 100);
    let Some(mount) = Mount::new("6m") else {
        return Outcome::Skipped("mounting needs more rights".to_owned());
    };
    world::start_session(&mount.database());
    let (mut store, mut session) = opened(&mount.database());
    let mut dice = Dice::new(plan.seed);
    let (mut acked, mut lost) = (Acked::new(), Vec::new());
    let mut refused = 0;
    for round in 0..rounds {
        let filler = mount.fill();
        let mut batch = decision(&session, &mut dice);
        // The log has room of its own for a while.
        for _ in 0..2_000 {
            if !append(&mut store, &mut session, &batch, &mut acked) {
                refused += 1;
                break;
            }
            batch = decision(&session, &mut dice);
        }
        std::fs::remove_file(filler).unwrap();
        // What was refused may have been saved all the same: the same events, tried again, count once.
        if !append(&mut store, &mut session, &batch, &mut acked) {
            lost.push(format!("round {round}: a mark that waited is refused after room was made"));
            break;
        }
    }
    drop(store);
    lost.extend(world::missing(&mount.database(), &acked));
    Outcome::new(format!("{rounds} rounds, {refused} refusals, {} events acknowledged", acked.len()), lost)
}

/// Removed, moved, replaced, its log removed: nothing is acknowledged into nowhere.
pub(crate) fn taken_away(plan: Plan) -> Outcome {
    type Act = fn(&Path);
    let acts: [(&str, Act); 4] = [
        ("removed", |path| std::fs::remove_file(path).unwrap()),
        ("moved", |path| std::fs::rename(path, path.with_extension("old")).unwrap()),
        ("replaced", |path| {
            let copy = path.with_extension("copy");
            std::fs::copy(path, &copy).unwrap();
            std::fs::rename(copy, path).unwrap();
        }),
        ("without its log", |path| std::fs::remove_file(path.with_extension("db-wal")).unwrap()),
    ];
    let rounds = plan.rounds(10, 100);
    let mut dice = Dice::new(plan.seed);
    let mut lost = Vec::new();
    for round in 0..rounds {
        for (what, act) in acts {
            let world = World::with_session();
            let (mut store, mut session) = opened(&world.database());
            let mut acked = Acked::new();
            for _ in 0..dice.below(5) {
                let batch = decision(&session, &mut dice);
                append(&mut store, &mut session, &batch, &mut acked);
            }
            act(&world.database());
            let batch = decision(&session, &mut dice);
            if append(&mut store, &mut session, &batch, &mut acked) {
                lost.push(format!("round {round}: a mark was acknowledged while the file was {what}"));
            }
        }
    }
    Outcome::new(format!("{} ways, {rounds} rounds each", acts.len()), lost)
}

/// Overwritten in place by an older copy of itself, as `cp backup.db seamwalk.db` does: that cannot be noticed before
/// the next mark is acknowledged, but afterwards somebody must say so, or nothing is missing.
pub(crate) fn overwritten(plan: Plan) -> Outcome {
    let rounds = plan.rounds(20, 200);
    let mut dice = Dice::new(plan.seed);
    let (mut noticed, mut lost) = (0, Vec::new());
    for round in 0..rounds {
        let world = World::with_session();
        let (mut store, mut session) = opened(&world.database());
        let mut acked = Acked::new();
        let older = std::fs::read(world.database()).unwrap();
        for _ in 0..dice.below(300) {
            let batch = decision(&session, &mut dice);
            append(&mut store, &mut session, &batch, &mut acked);
        }
        std::fs::write(world.database(), older).unwrap();
        for _ in 0..1 + dice.below(3) {
            let batch = decision(&session, &mut dice);
            append(&mut store, &mut session, &batch, &mut acked);
        }
        drop(store);
        if !world::noticed(&world.database()).is_empty() {
            noticed += 1;
        } else if let Some(wrong) = world::missing(&world.database(), &acked).first() {
            lost.push(format!("round {round}: {wrong}"));
        }
    }
    Outcome::new(format!("{rounds} rounds, {noticed} noticed, the others whole"), lost)
}

/// A medium that cannot be written: refused with a sentence, not a byte changed.
pub(crate) fn read_only(_: Plan) -> Outcome {
    let Some(mount_point) = Mount::new("6m") else {
        return Outcome::Skipped("mounting needs more rights".to_owned());
    };
    world::start_session(&mount_point.database());
    let before = std::fs::read(mount_point.database()).unwrap();
    if !mount(&["-o", "remount,ro"], mount_point.folder.path()) {
        return Outcome::Skipped("remounting needs more rights".to_owned());
    }
    let mut lost = Vec::new();
    let said = world::said_by(&world::writer(&mount_point.database(), 3, 1));
    if !world::acked(&said).is_empty() {
        lost.push("a mark was acknowledged on a medium that cannot be written".to_owned());
    }
    if std::fs::read(mount_point.database()).unwrap() != before {
        lost.push("the file changed".to_owned());
    }
    Outcome::new("one medium".to_owned(), lost)
}

/// SQLite may have only so much memory: an error, a file that is whole, and every acknowledged mark.
pub(crate) fn out_of_memory(plan: Plan) -> Outcome {
    let steps = plan.rounds(40, 400);
    let (mut lost, mut refused, mut acked_count) = (Vec::new(), 0, 0);
    for step in 0..steps {
        let world = World::with_session();
        let bytes = 150_000 + step * 600_000 / steps;
        let argv = world::writer(&world.database(), 6, plan.seed + step as u64);
        let output = Command::new(&argv[0])
            .args(&argv[1..])
            .env(writer::HEAP_BYTES, bytes.to_string())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        if output.status.code().is_none() {
            lost.push(format!("{bytes} bytes: {}", output.status));
        }
        let said = String::from_utf8_lossy(&output.stdout);
        refused += usize::from(said.contains("gave up") || said.contains("failed"));
        let acked = world::acked(&said);
        acked_count += acked.len();
        lost.extend(world::missing(&world.database(), &acked));
    }
    Outcome::new(format!("{steps} limits, {refused} refusals, {acked_count} events acknowledged"), lost)
}
