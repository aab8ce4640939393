//! The store over real files: what is durable, what is refused, and that derived rows equal a replay.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use seamwalk::domain::id::{EventId, PlanId, PromptId, SessionId, derived};
use seamwalk::domain::plan::{Entry, NodeKind, Outline, Plan};
use seamwalk::domain::revision::Revision;
use seamwalk::domain::session::{Command, Event, Fresh, NoteKind, NoteText, Session, Start};
use seamwalk::domain::time::Timestamp;
use seamwalk::domain::verdict::Verdict;
use seamwalk::store::{AppendError, FindError, NewSession, Reading, Saving, Store, StoreError};
use tempfile::TempDir;
use uuid::Uuid;

pub(crate) fn at(ms: i64) -> Timestamp {
    Timestamp::from_unix_ms(1_795_442_531_000 + ms, 60).unwrap()
}

fn fresh(n: u64, event: Event) -> Fresh {
    Fresh { id: event_id(n), at: at(n as i64 * 1000), event }
}

fn event_id(n: u64) -> EventId {
    EventId(Uuid::from_u64_pair(0x0190_0000_0000_7000, 0x8000_0000_0000_0000 | n))
}

fn session_id(n: u64) -> SessionId {
    SessionId(Uuid::from_u64_pair(0x0191_0000_0000_7000, 0x8000_0000_0000_0000 | n))
}

fn prompt(n: u32) -> PromptId {
    PromptId(derived(&["prompt", &n.to_string()]))
}

fn plan_id() -> PlanId {
    PlanId(derived(&["plan", "shop"]))
}

fn revision(number: u32, prompts: u32) -> Revision {
    let mut entries = vec![Entry::new(NodeKind::Section, 1, 1, "Shop")];
    entries.extend((0..prompts).map(|n| Entry::new(NodeKind::Prompt, 2, n + 2, format!("prompt {n}"))));
    let plan =
        Plan { title: "Shop".to_owned(), outline: Outline::from_entries(&entries, &[]), ..Plan::default() };
    Revision::new(plan_id(), number, plan, (0..prompts).map(prompt).collect(), Vec::new()).unwrap()
}

fn reading(hash: u8) -> Reading<'static> {
    Reading { content_hash: [hash; 32], problem_count: 0, source: "/plans/shop.md", at: at(0) }
}

fn start() -> Start {
    Start {
        plan: plan_id(),
        plan_title: "Shop".to_owned(),
        tester: "ana".to_owned(),
        charter: Some("smoke".to_owned()),
        fields: BTreeMap::from([("build".to_owned(), "4f2c".to_owned())]),
        only: None,
    }
}

fn marked(n: u32, verdict: Verdict) -> Event {
    Event::VerdictRecorded { prompt: prompt(n), verdict, wording: format!("prompt {n}") }
}

/// A database with one plan of ten prompts and one session.
struct Shop {
    folder: TempDir,
    path: PathBuf,
    store: Store,
    session: SessionId,
}

fn new_session(n: u64) -> NewSession {
    NewSession { id: session_id(n), event: event_id(1_000_000 + n), at: at(0), start: start() }
}

fn shop() -> Shop {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data").join("seamwalk.db");
    let mut store = Store::open(&path).unwrap();
    let revision = revision(1, 10);
    assert_eq!(store.save_revision(&revision, reading(1)).unwrap(), Saving::Saved);
    store.start_session(&new_session(1), &revision).unwrap();
    Shop { folder, path, store, session: session_id(1) }
}

fn bytes(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap()
}

#[test]
fn what_is_appended_reads_back_equal() {
    let Shop { mut store, session, path, folder: _folder } = shop();
    let note = NoteText { kind: NoteKind::Bug, text: "stock\n-1".to_owned(), prompt: Some(prompt(1)) };
    let batch = [
        fresh(1, marked(0, Verdict::Pass)),
        fresh(2, marked(1, Verdict::Fail)),
        fresh(3, Event::NoteAdded(note)),
        fresh(4, Event::Undone { event: event_id(2) }),
        fresh(5, Event::SessionClosed),
    ];
    let appended = store.append(session, 0, &batch).unwrap();
    assert_eq!(store.audit(session).unwrap(), []);
    drop(store);
    let store = Store::open_existing(&path).unwrap();
    assert_eq!(store.events(session, 0).unwrap(), appended);
    let loaded = store.load(session).unwrap();
    assert_eq!(loaded.session.verdict(prompt(0)), Verdict::Pass);
    assert_eq!(loaded.session.verdict(prompt(1)), Verdict::Untested);
    assert_eq!(loaded.session.started_at().offset_min(), 60);
    assert_eq!(loaded.revision, revision(1, 10));
    let head = store.session_head(session).unwrap();
    assert_eq!((head.saved, head.counts.total(), head.counts.tested(), head.note_count), (5, 10, 1, 1));
    assert_eq!(head.ended_at, Some(at(5000)));
    assert_eq!(store.sessions().unwrap(), [head]);
    assert_eq!(store.plans().unwrap()[0].session_count, 1);
}
