//! Databases that an earlier format wrote: they open with every verdict and note, and can be walked on.
//!
//! `assets/databases/version-N.db` was written by the program that had format N; the JSON beside it is what that program
//! said of its sessions.

use std::path::{Path, PathBuf};
use std::process::Command;

use seamwalk::domain::id::EventId;
use seamwalk::domain::session::{Command as Action, Event, Fresh};
use seamwalk::domain::verdict::{Ground, Verdict};
use seamwalk::store::Store;
use serde_json::Value;
use tempfile::TempDir;
use uuid::Uuid;

use super::cli::at;

fn asset(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("assets/databases").join(name)
}

/// A copy of the database that format `version` wrote.
fn copy(version: u32) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("seamwalk.db");
    std::fs::copy(asset(&format!("version-{version}.db")), &path).unwrap();
    (folder, path)
}

/// What the program says now, as JSON.
fn says(path: &Path, args: &[&str]) -> Value {
    let said = Command::new(env!("CARGO_BIN_EXE_seamwalk"))
        .args(["--db", path.to_str().unwrap()])
        .args(args)
        .args(["--format", "json"])
        .output()
        .unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    serde_json::from_slice(&said.stdout).unwrap()
}

fn said_then(name: &str) -> Value {
    serde_json::from_slice(&std::fs::read(asset(name)).unwrap()).unwrap()
}

/// Every value of `then` is in `now`, at the same place; `now` may say more.
fn keeps(then: &Value, now: &Value, place: &str) {
    match (then, now) {
        (Value::Object(then), Value::Object(now)) => {
            for (key, value) in then {
                keeps(
                    value,
                    now.get(key).unwrap_or_else(|| panic!("{place}.{key} is gone")),
                    &format!("{place}.{key}"),
                );
            }
        }
        (Value::Array(then), Value::Array(now)) => {
            assert_eq!(then.len(), now.len(), "{place}");
            for (at, (then, now)) in then.iter().zip(now).enumerate() {
                keeps(then, now, &format!("{place}[{at}]"));
            }
        }
        (then, now) => assert_eq!(then, now, "{place}"),
    }
}

/// Every session of format `version` is shown as it was then, and the old file is kept.
fn says_what_it_said(version: u32, sessions: &[&str]) {
    let (folder, path) = copy(version);
    for name in sessions {
        let name = format!("version-{version}-{name}.json");
        let then = said_then(&name);
        keeps(&then, &says(&path, &["show", then["id"].as_str().unwrap()]), &name);
    }
    let copies = std::fs::read_dir(folder.path())
        .unwrap()
        .filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().ends_with(".backup"));
    assert_eq!(copies.count(), 1, "the old file is kept beside the new one");
}

#[test]
fn a_database_of_format_1_says_what_it_said() {
    says_what_it_said(1, &["closed", "open"]);
}

#[test]
fn a_database_of_format_2_says_what_it_said() {
    says_what_it_said(2, &["finished", "open", "retest"]);
    let (_folder, path) = copy(2);
    keeps(&said_then("version-2-sessions.json"), &says(&path, &["sessions"]), "sessions");
}

#[test]
fn what_format_2_derived_is_what_its_events_add_up_to() {
    let (_folder, path) = copy(2);
    let mut store = Store::open(&path).unwrap();
    let heads = store.sessions().unwrap();
    assert_eq!(heads.len(), 3);
    for head in &heads {
        assert_eq!(store.audit(head.id).unwrap(), [], "{head:?}");
    }
    let walked = |tester: &str| {
        let of = heads.iter().filter(|head| head.tester == tester);
        of.map(|head| head.clock.times.walking_ms()).collect::<Vec<_>>()
    };
    // An hour's break and a clock that went back are no walking, nor is what lay between finishing and reopening.
    assert_eq!(walked("bo"), [179_000]);
    assert_eq!(walked("ana"), [11_000, 215_000]);
    // Undo still finds what an older program decided: the last thing that counts is a note.
    let bo = heads.iter().find(|head| head.tester == "bo").unwrap().id;
    let mut session = store.load_session(bo).unwrap();
    for expected in ["4f2c", "5a00"] {
        let mut commands = 0;
        while session.fields()["build"] != expected && commands < 20 {
            let command = if expected == "4f2c" { Action::Undo } else { Action::Redo };
            let batch = Fresh::decided(session.decide(command).unwrap(), at(0), || EventId(Uuid::now_v7()));
            for recorded in store.append(bo, session.seq(), &batch).unwrap() {
                session.apply(recorded).unwrap();
            }
            commands += 1;
        }
        assert_eq!(store.session_head(bo).unwrap().fields["build"], expected);
        assert_eq!(store.audit(bo).unwrap(), []);
    }
}

#[test]
fn a_session_of_format_1_goes_on() {
    let (_folder, path) = copy(1);
    let mut store = Store::open(&path).unwrap();
    let open = said_then("version-1-open.json");
    let id = store.find_session(open["id"].as_str().unwrap()).unwrap();
    let loaded = store.load(id).unwrap();
    let (prompt, node) = loaded.revision.prompts().last().unwrap();
    let event = Event::verdict(prompt, Verdict::Pass, node.text());
    let fresh = Fresh { id: EventId(Uuid::now_v7()), leader: None, at: at(0), lap: None, event };
    store.append(id, loaded.session.seq(), &[fresh]).unwrap();
    let session = store.load_session(id).unwrap();
    assert_eq!(session.verdict(prompt), Verdict::Pass);
    assert_eq!(session.standing(prompt).ground, Ground::Unstated);
    assert!(session.seq() == loaded.session.seq() + 1);
    for head in store.sessions().unwrap() {
        assert_eq!(store.audit(head.id).unwrap(), []);
        assert_eq!((head.counts.provisional(), head.counts.passed_for_real()), (0, 0));
    }
    assert_eq!(store.check_file().unwrap(), Vec::<String>::new());
    drop(store);
    Store::open_existing(&path).unwrap();
}
