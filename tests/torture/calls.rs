//! Every Nth system call fails, once or for good, or is the last one.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::table::{Outcome, Plan};
use crate::world::{self, World};
use crate::{power, writer};

/// Decisions in one run.
const DECISIONS: u64 = 12;

/// What a call may fail with.
const ERRORS: [&str; 3] = ["EIO", "ENOSPC", "EDQUOT"];

/// The calls that a commit is made of.
const SETS: [&str; 5] = ["fsync,fdatasync", "pwrite64", "ftruncate", "unlink,rename", "openat"];

/// The Nth call fails, and those after it do not.
pub(crate) fn once(plan: Plan) -> Outcome {
    let faults = ERRORS.map(|error| (format!("error={error}"), ""));
    sweep(plan, &faults, &World::with_session, DECISIONS)
}

/// From the Nth call on all fail.
pub(crate) fn lasting(plan: Plan) -> Outcome {
    let faults = ERRORS.map(|error| (format!("error={error}"), "+"));
    sweep(plan, &faults, &World::with_session, DECISIONS)
}

/// The Nth call is the last thing that the program does.
pub(crate) fn kill(plan: Plan) -> Outcome {
    sweep(plan, &[("signal=SIGKILL".to_owned(), "")], &World::with_session, DECISIONS)
}

/// The same three on the way from the first format to this one.
pub(crate) fn upgrade(plan: Plan) -> Outcome {
    let faults = [("error=EIO", ""), ("error=ENOSPC", "+"), ("signal=SIGKILL", "")];
    sweep(plan, &faults.map(|(fault, times)| (fault.to_owned(), times)), &World::of_format_1, 0)
}

/// What a command writes is whole or not there, whichever of its calls fails: what was at its place before stays until then.
fn whole_or_not(
    plan: Plan,
    words: &[&str],
    name: &str,
    is_whole: &dyn Fn(&World, &Path) -> Result<(), String>,
) -> Outcome {
    const OLD: &str = "what was there before";
    if !world::has("strace") {
        return Outcome::Skipped("strace is not installed".to_owned());
    }
    let (mut lost, mut times, mut old) = (Vec::new(), 0, 0);
    for (fault, more) in [("error=EIO", ""), ("error=ENOSPC", "+"), ("signal=SIGKILL", "")] {
        for calls in ["fsync,fdatasync", "pwrite64,write", "rename,renameat,renameat2,link,linkat"] {
            let mut n = 1;
            loop {
                let world = World::with_session();
                world::said_by(&world::writer(&world.database(), 40, plan.seed));
                let events = world::events(&world.database());
                let file = world.folder.path().join(name);
                // A backup is replaced by backups only.
                let before = match name.ends_with(".db") {
                    true => {
                        std::fs::copy(OLDER_DATABASE, &file).map(|_| std::fs::read(&file).unwrap()).unwrap()
                    }
                    false => OLD.as_bytes().to_vec(),
                };
                std::fs::write(&file, &before).unwrap();
                let log = tempfile::NamedTempFile::new().unwrap();
                let injected = format!("{calls}:{fault}:when={n}{more}");
                let output = Command::new("strace")
                    .args(["-f", "-qq", "-e", &format!("trace={calls}"), "-o"])
                    .arg(log.path())
                    .args(["-e", &format!("inject={injected}"), env!("CARGO_BIN_EXE_seamwalk"), "--db"])
                    .arg(world.database())
                    .args(words)
                    .arg(&file)
                    .stdin(Stdio::null())
                    .output()
                    .unwrap();
                let trace = std::fs::read_to_string(log.path()).unwrap();
                let is_old = std::fs::read(&file).is_ok_and(|bytes| bytes == before);
                old += usize::from(is_old);
                if let Err(why) = is_whole(&world, &file)
                    && !is_old
                {
                    lost.push(format!("{injected}: neither old nor new: {why}"));
                }
                if output.status.success() && is_old {
                    lost.push(format!("{injected}: it is said to be done, and is not"));
                }
                if world::events(&world.database()) != events {
                    lost.push(format!("{injected}: the database changed"));
                }
                if !(trace.contains("(INJECTED)") || trace.contains("killed by SIGKILL")) {
                    break;
                }
                times += 1;
                n += plan.rounds(3, 1);
            }
        }
    }
    Outcome::new(format!("{times} calls hit, {old} times the old one stayed"), lost)
}

/// A database of format 1, for the place of an older backup.
const OLDER_DATABASE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/databases/version-1.db");

/// `doctor --backup` over an older backup.
pub(crate) fn backup(plan: Plan) -> Outcome {
    whole_or_not(plan, &["doctor", "--backup"], "copy.db", &|world, file| {
        let wrong = world::noticed(file);
        let is_whole = wrong.is_empty() && world::events(file) == world::events(&world.database());
        if is_whole { Ok(()) } else { Err(format!("{wrong:?}")) }
    })
}

/// `report -o` over an older file.
pub(crate) fn report(plan: Plan) -> Outcome {
    whole_or_not(plan, &["report", "latest", "--format", "json", "-o"], "report.json", &|world, file| {
        let output = Command::new(env!("CARGO_BIN_EXE_seamwalk"))
            .arg("--db")
            .arg(world.database())
            .args(["report", "latest", "--format", "json"])
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let written = std::fs::read(file).map_err(|error| error.to_string())?;
        if written == output.stdout { Ok(()) } else { Err(format!("{} bytes", written.len())) }
    })
}

fn sweep(plan: Plan, faults: &[(String, &str)], world: &dyn Fn() -> World, decisions: u64) -> Outcome {
    if !world::has("strace") {
        return Outcome::Skipped("strace is not installed".to_owned());
    }
    let mut lost = Vec::new();
    let (mut times, mut acked_count) = (0, 0);
    for (fault, more) in faults {
        for calls in SETS {
            // The short form takes every fifth call of the sweep that the full form makes whole.
            let step = plan.rounds(5, 1);
            let mut n = 1 + plan.seed as usize % step;
            loop {
                let world = world();
                let expected = if decisions == 0 { 17 } else { 0 };
                let injected = format!("{calls}:{fault}:when={n}{more}");
                let (said, hit) = injected_into(&world, &injected, decisions, plan.seed + n as u64);
                let acked = world::acked(&said);
                acked_count += acked.len();
                let mut wrong = world::missing(&world.database(), &acked);
                if decisions == 0 && power::events_of_format_1(&world.database()) != Ok(expected) {
                    wrong.push("the events of the first format are not all there".to_owned());
                }
                lost.extend(wrong.into_iter().map(|wrong| format!("{injected}: {wrong}")));
                if !hit {
                    break;
                }
                times += 1;
                n += step;
            }
        }
    }
    Outcome::new(format!("{times} calls hit, {acked_count} events acknowledged all the same"), lost)
}

/// Starts a writer whose calls on the database's files fail as `injected` says; what it said, and whether any did.
fn injected_into(world: &World, injected: &str, decisions: u64, seed: u64) -> (String, bool) {
    let log = tempfile::NamedTempFile::new().unwrap();
    let database = world.database().to_str().unwrap().to_owned();
    let mut command = Command::new("strace");
    command
        .args(["-f", "-qq", "-e", "trace=fsync,fdatasync,pwrite64,ftruncate,unlink,rename,openat", "-o"])
        .arg(log.path());
    for path in ["", "-wal", "-journal", "-shm"] {
        command.args(["-P", &format!("{database}{path}")]);
    }
    let argv = world::writer(&world.database(), decisions, seed);
    debug_assert_eq!(argv[1], writer::WORD);
    let output = command.args(["-e", &format!("inject={injected}")]).args(argv).stdin(Stdio::null()).output();
    let said = String::from_utf8_lossy(&output.unwrap().stdout).into_owned();
    let calls = std::fs::read_to_string(log.path()).unwrap();
    (said, calls.contains("(INJECTED)") || calls.contains("killed by SIGKILL"))
}
