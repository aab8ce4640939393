//! Databases that an earlier format wrote: they open with every verdict and note, and can be walked on.
//!
//! `assets/databases/version-N.db` was written by the program that had format N; the JSON beside it is what that program
//! said of its sessions.

use std::path::PathBuf;
use std::process::Command;

use seamwalk::domain::id::EventId;
use seamwalk::domain::session::{Event, Fresh};
use seamwalk::domain::verdict::{Ground, Verdict};
use seamwalk::store::Store;
use serde_json::Value;
use tempfile::TempDir;
use uuid::Uuid;

use super::cli::at;

fn asset(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("assets/databases").join(name)
}

/// A copy of the database that format 1 wrote.
fn copy() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("seamwalk.db");
    std::fs::copy(asset("version-1.db"), &path).unwrap();
    (folder, path)
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

#[test]
fn a_database_of_format_1_says_what_it_said() {
    let (folder, path) = copy();
    for name in ["version-1-closed.json", "version-1-open.json"] {
        let then = said_then(name);
        let id = then["id"].as_str().unwrap();
        let shown = Command::new(env!("CARGO_BIN_EXE_seamwalk"))
            .args(["--db", path.to_str().unwrap(), "show", id, "--format", "json"])
            .output()
            .unwrap();
        assert!(shown.status.success(), "{}", String::from_utf8_lossy(&shown.stderr));
        keeps(&then, &serde_json::from_slice(&shown.stdout).unwrap(), name);
    }
    let copies = std::fs::read_dir(folder.path())
        .unwrap()
        .filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().ends_with(".backup"));
    assert_eq!(copies.count(), 1, "the old file is kept beside the new one");
}

#[test]
fn a_session_of_format_1_goes_on() {
    let (_folder, path) = copy();
    let mut store = Store::open(&path).unwrap();
    let open = said_then("version-1-open.json");
    let id = store.find_session(open["id"].as_str().unwrap()).unwrap();
    let loaded = store.load(id).unwrap();
    let (prompt, node) = loaded.revision.prompts().last().unwrap();
    let event = Event::verdict(prompt, Verdict::Pass, node.text());
    let fresh = Fresh { id: EventId(Uuid::now_v7()), leader: None, at: at(0), event };
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
