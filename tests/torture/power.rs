//! Power cuts: the calls of a real writer, replayed up to some moment, with what was not synced dropped, reordered and torn.
//!
//! The model of the disk: what was synced is there. Of what was not, any subset is, in any order, in pieces of 512 bytes.
//! Names (made, taken away, changed) are journalled: they come in order, and for certain only once their folder was
//! synced. Disks that lie about syncing are outside what is claimed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use seamwalk::store::Store;

use crate::table::{Outcome, Plan};
use crate::trace::{self, Call};
use crate::world::{self, Acked, Dice, World};

/// What a disk writes at once.
const SECTOR: usize = 512;

/// Decisions in one traced run: enough pages for SQLite to move its log into the file now and then.
const DECISIONS: u64 = 450;

/// Marks, checkpoints, and closing.
pub(crate) fn marks(plan: Plan) -> Outcome {
    let (seeds, images) = (plan.rounds(1, 5), plan.rounds(300, 2_000));
    let mut lost = Vec::new();
    let mut acked_count = 0;
    let mut checkpoints = 0;
    for seed in 0..seeds as u64 {
        let world = World::with_session();
        let mut disk = Disk::of(world.folder.path());
        let argv = world::writer(&world.database(), DECISIONS, plan.seed + seed);
        let Some(calls) = trace::of(&argv, world.folder.path()) else {
            return Outcome::Skipped("strace is not installed".to_owned());
        };
        checkpoints += calls.iter().filter(|call| **call == Call::Sync(world.database())).count();
        acked_count += world::acked(&said(&calls)).len();
        let check = |path: &Path, acked: &Acked| world::missing(path, acked);
        lost.extend(replay(&calls, &mut disk, images, plan.seed + seed, &check));
    }
    let did = format!(
        "{} images of {acked_count} acknowledged events, {checkpoints} checkpoints, {seeds} seeds",
        seeds * images
    );
    Outcome::new(did, lost)
}

/// From the first format to this one: old or new, both usable, nothing lost.
pub(crate) fn upgrade(plan: Plan) -> Outcome {
    let images = plan.rounds(200, 2_000);
    let world = World::of_format_1();
    let mut disk = Disk::of(world.folder.path());
    let argv = world::writer(&world.database(), 0, plan.seed);
    let Some(calls) = trace::of(&argv, world.folder.path()) else {
        return Outcome::Skipped("strace is not installed".to_owned());
    };
    let check = |path: &Path, _: &Acked| match events_of_format_1(path) {
        Ok(17) => world::missing(path, &Vec::new()),
        other => vec![format!("17 events before, {other:?} after")],
    };
    let lost = replay(&calls, &mut disk, images, plan.seed, &check);
    Outcome::new(format!("{images} images of {} calls", calls.len()), lost)
}

/// How many events there are, the starts included.
pub(crate) fn events_of_format_1(path: &Path) -> Result<usize, String> {
    let said = |error: seamwalk::store::StoreError| error.to_string();
    let store = Store::open_existing(path).map_err(said)?;
    let mut count = 0;
    for head in store.sessions().map_err(said)? {
        count += 1 + store.events(head.id, 0).map_err(said)?.len();
    }
    Ok(count)
}

fn said(calls: &[Call]) -> String {
    let lines = calls.iter().filter_map(|call| match call {
        Call::Said(line) => Some(line.as_str()),
        _ => None,
    });
    lines.collect()
}

/// Takes `images` pictures of the disk at random moments and asks `check` what each lacks.
fn replay(
    calls: &[Call],
    disk: &mut Disk,
    images: usize,
    seed: u64,
    check: &dyn Fn(&Path, &Acked) -> Vec<String>,
) -> Vec<String> {
    let mut dice = Dice::new(seed);
    let mut moments: Vec<usize> = (0..images).map(|_| dice.below(calls.len() + 1)).collect();
    moments.sort_unstable();
    let mut moments = moments.into_iter().peekable();
    let mut heard = String::new();
    let mut lost = Vec::new();
    for at in 0..=calls.len() {
        while moments.next_if_eq(&at).is_some() {
            let image = World::new();
            disk.image(image.folder.path(), &mut dice);
            let wrong = check(&image.database(), &world::acked(&heard));
            lost.extend(wrong.into_iter().map(|wrong| format!("cut before call {at}: {wrong}")));
        }
        match calls.get(at) {
            Some(Call::Said(line)) => heard.push_str(line),
            Some(call) => disk.take(call),
            None => {}
        }
    }
    lost
}

/// A change of a file's content that is not synced.
#[derive(Debug, Clone)]
enum Change {
    Write { offset: usize, bytes: Vec<u8> },
    Truncate(usize),
}

impl Change {
    /// Does the change, of a write only the sectors that `keeps` lets through.
    fn apply(&self, content: &mut Vec<u8>, mut keeps: impl FnMut() -> bool) {
        match self {
            Self::Truncate(len) => {
                if keeps() {
                    content.resize(*len, 0);
                }
            }
            Self::Write { offset, bytes } => {
                for (n, sector) in bytes.chunks(SECTOR).enumerate() {
                    if keeps() {
                        let start = offset + n * SECTOR;
                        if content.len() < start + sector.len() {
                            content.resize(start + sector.len(), 0);
                        }
                        content[start..start + sector.len()].copy_from_slice(sector);
                    }
                }
            }
        }
    }
}

#[derive(Debug, Clone, Default)]
struct Inode {
    synced: Vec<u8>,
    pending: Vec<Change>,
}

#[derive(Debug, Clone)]
enum Naming {
    Create(PathBuf, usize),
    Unlink(PathBuf),
    Rename(PathBuf, PathBuf),
}

impl Naming {
    fn apply(&self, names: &mut BTreeMap<PathBuf, usize>) {
        match self {
            Self::Create(path, inode) => drop(names.insert(path.clone(), *inode)),
            Self::Unlink(path) => drop(names.remove(path)),
            Self::Rename(from, to) => {
                if let Some(inode) = names.remove(from) {
                    names.insert(to.clone(), inode);
                }
            }
        }
    }
}

/// What is certainly on the disk of one folder, and what may be.
struct Disk {
    folder: PathBuf,
    inodes: Vec<Inode>,
    /// As the program sees them.
    names: BTreeMap<PathBuf, usize>,
    /// As they are after a cut, without the pending changes.
    synced_names: BTreeMap<PathBuf, usize>,
    pending_names: Vec<Naming>,
}

impl Disk {
    /// Everything that lies in `folder` now is synced.
    fn of(folder: &Path) -> Self {
        let mut disk = Self {
            folder: folder.to_owned(),
            inodes: Vec::new(),
            names: BTreeMap::new(),
            synced_names: BTreeMap::new(),
            pending_names: Vec::new(),
        };
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            disk.inodes.push(Inode { synced: std::fs::read(&path).unwrap(), pending: Vec::new() });
            disk.names.insert(path, disk.inodes.len() - 1);
        }
        disk.synced_names = disk.names.clone();
        disk
    }

    fn rename(&mut self, naming: Naming) {
        naming.apply(&mut self.names);
        self.pending_names.push(naming);
    }

    fn change(&mut self, path: &Path, change: Change) {
        if let Some(inode) = self.names.get(path) {
            self.inodes[*inode].pending.push(change);
        }
    }

    fn take(&mut self, call: &Call) {
        match call {
            Call::Create(path) if self.names.contains_key(path) => {}
            Call::Create(path) => {
                self.inodes.push(Inode::default());
                self.rename(Naming::Create(path.clone(), self.inodes.len() - 1));
            }
            Call::Write { path, offset, bytes } => {
                self.change(path, Change::Write { offset: *offset, bytes: bytes.clone() });
            }
            Call::Truncate { path, len } => self.change(path, Change::Truncate(*len)),
            Call::Sync(path) if *path == self.folder => {
                for naming in self.pending_names.drain(..) {
                    naming.apply(&mut self.synced_names);
                }
            }
            Call::Sync(path) => {
                if let Some(inode) = self.names.get(path) {
                    let Inode { synced, pending } = &mut self.inodes[*inode];
                    for change in pending.drain(..) {
                        change.apply(synced, || true);
                    }
                }
            }
            Call::Unlink(path) => self.rename(Naming::Unlink(path.clone())),
            Call::Rename { from, to } => self.rename(Naming::Rename(from.clone(), to.clone())),
            Call::Said(_) => {}
        }
    }

    /// Writes into `folder` what the disk might hold after a cut now.
    fn image(&self, folder: &Path, dice: &mut Dice) {
        let mut names = self.synced_names.clone();
        let journalled = dice.below(self.pending_names.len() + 1);
        self.pending_names.iter().take(journalled).for_each(|naming| naming.apply(&mut names));
        // From nothing to everything that was not synced.
        let kept_of_8 = [0, 1, 4, 7, 8][dice.below(5)];
        let is_reordered = dice.below(3) == 0;
        for (path, inode) in names {
            // The index of the log lives in memory that is mapped, and is made anew after a cut.
            if path.to_string_lossy().ends_with("-shm") {
                continue;
            }
            let Inode { synced, pending } = &self.inodes[inode];
            let mut content = synced.clone();
            let mut order: Vec<usize> = (0..pending.len()).collect();
            if is_reordered {
                for at in (1..order.len()).rev() {
                    order.swap(at, dice.below(at + 1));
                }
            }
            for at in order {
                pending[at].apply(&mut content, || dice.below(8) < kept_of_8);
            }
            let name = path.file_name().unwrap();
            std::fs::write(folder.join(name), content).unwrap();
        }
    }
}
