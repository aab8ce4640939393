//! The store over real files: what is durable, what is refused, and that derived rows equal a replay.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use seamwalk::domain::component::States;
use seamwalk::domain::id::{EventId, PlanId, PromptId, SessionId, derived};
use seamwalk::domain::plan::{Entry, NodeKind, Outline, Plan};
use seamwalk::domain::revision::Revision;
use seamwalk::domain::session::{Command, Event, Fresh, NoteKind, NoteText, Question, Session, Start};
use seamwalk::domain::time::Timestamp;
use seamwalk::domain::verdict::Verdict;
use seamwalk::store::{
    AppendError, Draft, DraftOf, FindError, IfOpen, NewSession, Reading, Saving, Store, StoreError,
};
use tempfile::TempDir;
use uuid::Uuid;

pub(crate) fn at(ms: i64) -> Timestamp {
    Timestamp::from_unix_ms(1_795_442_531_000 + ms, 60).unwrap()
}

fn fresh(n: u64, event: Event) -> Fresh {
    Fresh { id: event_id(n), leader: None, at: at(n as i64 * 1000), lap: None, event }
}

pub(crate) fn event_id(n: u64) -> EventId {
    EventId(Uuid::from_u64_pair(0x0190_0000_0000_7000, 0x8000_0000_0000_0000 | n))
}

pub(crate) fn session_id(n: u64) -> SessionId {
    SessionId(Uuid::from_u64_pair(0x0191_0000_0000_7000, 0x8000_0000_0000_0000 | n))
}

pub(crate) fn prompt(n: u32) -> PromptId {
    PromptId(derived(&["prompt", &n.to_string()]))
}

fn plan_id() -> PlanId {
    PlanId(derived(&["plan", "shop"]))
}

pub(crate) fn revision(number: u32, prompts: u32) -> Revision {
    let mut entries = vec![Entry::new(NodeKind::Section, 1, 1, "Shop")];
    entries.extend((0..prompts).map(|n| Entry::new(NodeKind::Prompt, 2, n + 2, format!("prompt {n}"))));
    let plan =
        Plan { title: "Shop".to_owned(), outline: Outline::from_entries(&entries, &[]), ..Plan::default() };
    Revision::new(plan_id(), number, plan, (0..prompts).map(prompt).collect(), Vec::new()).unwrap()
}

pub(crate) fn reading(hash: u8) -> Reading<'static> {
    Reading { content_hash: [hash; 32], problem_count: 0, source: "/plans/shop.md", at: at(0) }
}

pub(crate) fn start() -> Start {
    Start {
        plan: plan_id(),
        plan_title: "Shop".to_owned(),
        tester: "ana".to_owned(),
        charter: Some("smoke".to_owned()),
        fields: BTreeMap::from([("build".to_owned(), "4f2c".to_owned())]),
        only: None,
        components: States::default(),
        retest: None,
        time_box_ms: None,
    }
}

fn marked(n: u32, verdict: Verdict) -> Event {
    Event::verdict(prompt(n), verdict, format!("prompt {n}"))
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
    store.start_session(&new_session(1), &revision, IfOpen::StartAnother).unwrap();
    Shop { folder, path, store, session: session_id(1) }
}

fn draft(of: DraftOf, text: &str) -> Draft {
    Draft { of, text: text.to_owned(), at: at(7) }
}

#[test]
fn a_draft_is_kept_until_it_is_appended_or_thrown_away() {
    let Shop { mut store, session, path, folder: _folder } = shop();
    let on_prompt = |kind| DraftOf::Note { prompt: Some(prompt(1)), kind };
    let on_session = DraftOf::Note { prompt: None, kind: NoteKind::Idea };
    let answer = DraftOf::Answer(Question::Past);
    store.save_draft(session, &draft(on_prompt(NoteKind::Note), "stoc")).unwrap();
    store.save_draft(session, &draft(on_prompt(NoteKind::Bug), "stock is\n-1")).unwrap();
    store.save_draft(session, &draft(on_session, "")).unwrap();
    store.save_draft(session, &draft(answer, "went well")).unwrap();
    drop(store);
    let mut store = Store::open_existing(&path).unwrap();
    let mut kept = store.drafts(session).unwrap();
    kept.sort_by(|a, b| a.text.cmp(&b.text));
    let bug = draft(on_prompt(NoteKind::Bug), "stock is\n-1");
    assert_eq!(kept, [draft(on_session, ""), bug.clone(), draft(answer, "went well")]);
    assert_eq!(store.session_head(session).unwrap().saved, 0, "a draft is no event");

    let note = |prompt| NoteText { kind: NoteKind::Note, text: "stock is -1".to_owned(), prompt };
    let answered = Event::DebriefAnswered { question: Question::Past, answer: Some("well".to_owned()) };
    let bad = Event::Undone { event: event_id(77) };
    let batch = [fresh(1, Event::NoteAdded(note(Some(prompt(1))))), fresh(2, bad)];
    store.append(session, 0, &batch).unwrap_err();
    assert_eq!(store.drafts(session).unwrap().len(), 3, "nothing was appended, nothing is cleared");
    store
        .append(session, 0, &[fresh(1, Event::NoteAdded(note(Some(prompt(2))))), fresh(2, answered)])
        .unwrap();
    assert!(store.drafts(session).unwrap().contains(&bug), "a note on another prompt is another note");
    store.append(session, 2, &[fresh(3, Event::NoteAdded(note(Some(prompt(1)))))]).unwrap();
    assert_eq!(store.drafts(session).unwrap(), [draft(on_session, "")]);
    store.clear_draft(session, &DraftOf::Note { prompt: None, kind: NoteKind::Note }).unwrap();
    assert_eq!(store.drafts(session).unwrap(), []);
    let nowhere = store.save_draft(session_id(9), &bug).unwrap_err();
    assert!(matches!(nowhere, StoreError::NoSuchSession { .. }), "{nowhere}");
}

#[test]
fn the_session_that_was_written_last_is_the_latest_whatever_the_clock_shows() {
    let Shop { mut store, folder: _folder, .. } = shop();
    let year_ms = 365 * 86_400_000;
    for (n, start_ms) in [(2, -10 * year_ms), (3, -year_ms)] {
        let new = NewSession { at: at(start_ms), ..new_session(n) };
        store.start_session(&new, &revision(1, 10), IfOpen::StartAnother).unwrap();
    }
    let order = |store: &Store| store.sessions().unwrap().iter().map(|head| head.id).collect::<Vec<_>>();
    assert_eq!(order(&store), [3, 2, 1].map(session_id));
    store.append(session_id(2), 0, &[fresh(1, marked(0, Verdict::Pass))]).unwrap();
    assert_eq!(order(&store), [2, 3, 1].map(session_id));
    assert_eq!(store.find_session("latest").unwrap(), session_id(2));
    assert_eq!(store.open_session_of(plan_id()).unwrap(), Some(session_id(2)));
}

#[test]
fn a_session_takes_the_turn_once_until_another_is_written() {
    let Shop { mut store, session, path, folder: _folder } = shop();
    let other = session_id(2);
    store.start_session(&new_session(2), &revision(1, 10), IfOpen::StartAnother).unwrap();
    let turns = || -> Vec<i64> {
        let conn = rusqlite::Connection::open(&path).unwrap();
        [session, other]
            .map(|id| {
                conn.query_row("SELECT turn FROM session WHERE id = ?1", [id.0], |row| row.get(0)).unwrap()
            })
            .into()
    };
    let mut seen = vec![turns()];
    for (n, (session, seq)) in [(session, 0), (session, 1), (other, 0), (session, 2)].into_iter().enumerate()
    {
        store.append(session, seq, &[fresh(n as u64 + 10, marked(0, Verdict::Pass))]).unwrap();
        seen.push(turns());
    }
    assert_eq!(seen, [[1, 2], [3, 2], [3, 2], [3, 4], [5, 4]]);
    let latest = store.sessions().unwrap();
    assert_eq!(latest.iter().map(|head| head.id).collect::<Vec<_>>(), [session, other]);
}

#[test]
fn last_time_is_the_latest_earlier_session_that_judged_a_prompt() {
    let Shop { mut store, folder: _folder, .. } = shop();
    let revision = revision(1, 10);
    // What the clock shows says nothing of the order.
    for (n, started_ms) in [(2, 3_000), (3, 1_000), (4, 2_000), (5, 4_000)] {
        let new = NewSession { at: at(started_ms), ..new_session(n) };
        store.start_session(&new, &revision, IfOpen::StartAnother).unwrap();
    }
    let mut event = 0;
    let mut happens = |store: &mut Store, session: u64, seq: u64, event_of: Event| {
        event += 1;
        store.append(session_id(session), seq, &[fresh(event, event_of)]).unwrap();
    };
    happens(&mut store, 1, 0, marked(1, Verdict::Fail));
    happens(&mut store, 3, 0, marked(1, Verdict::Pass));
    happens(&mut store, 3, 1, marked(2, Verdict::Skip));
    happens(&mut store, 4, 0, marked(3, Verdict::Fail));
    happens(&mut store, 4, 1, Event::cleared(prompt(3)));
    happens(&mut store, 2, 0, marked(4, Verdict::Pass));
    happens(&mut store, 5, 0, marked(2, Verdict::Blocked));
    // An old session that goes on is as old as its start.
    happens(&mut store, 1, 1, marked(2, Verdict::Fail));
    let all: Vec<PromptId> = (0..10).map(prompt).collect();
    let known = |store: &Store, session: u64| {
        let before = store.sessions_before(session_id(session)).unwrap();
        let verdicts = store.last_verdicts(&before, &all).unwrap();
        let word = |n: &u32| verdicts.get(&prompt(*n)).map_or("-", |verdict| verdict.word());
        [0, 1, 2, 3, 4].iter().map(word).collect::<Vec<&str>>().join(" ")
    };
    assert_eq!(known(&store, 1), "- - - - -");
    assert_eq!(known(&store, 2), "- fail fail - -");
    assert_eq!(known(&store, 3), "- fail fail - pass");
    assert_eq!(known(&store, 5), "- pass skip - pass");
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

#[test]
fn a_mark_on_a_stale_view_gets_the_missing_events() {
    let Shop { mut store, session, path, folder: _folder } = shop();
    let mut other = Store::open(&path).unwrap();
    let before = store.data_version().unwrap();
    let theirs = other.append(session, 0, &[fresh(1, marked(0, Verdict::Fail))]).unwrap();
    assert_ne!(store.data_version().unwrap(), before);
    let batch = [fresh(2, marked(0, Verdict::Pass))];
    match store.append(session, 0, &batch).unwrap_err() {
        AppendError::Stale { missing } => assert_eq!(missing, theirs),
        error => panic!("{error}"),
    }
    assert_eq!(store.append(session, 1, &batch).unwrap()[0].seq, 2);
    assert_eq!(other.load_session(session).unwrap().verdict(prompt(0)), Verdict::Pass);
    assert_eq!(other.audit(session).unwrap(), []);
}

#[test]
fn two_connections_take_turns_without_losing_a_mark() {
    let Shop { store, session, path, folder: _folder } = shop();
    let mut stores = [store, Store::open(&path).unwrap()];
    let mut seq = 0;
    for n in 1..=40 {
        let store = &mut stores[(n % 2) as usize];
        seq = store.append(session, seq, &[fresh(n, marked(n as u32 % 10, Verdict::Pass))]).unwrap()[0].seq;
    }
    assert_eq!(stores[0].load_session(session).unwrap().seq(), 40);
    assert_eq!(stores[1].audit(session).unwrap(), []);
}

#[test]
fn a_mark_whose_commit_failed_but_was_saved_is_not_doubled() {
    let Shop { mut store, session, folder: _folder, .. } = shop();
    let batch = [fresh(1, marked(0, Verdict::Fail)), fresh(2, marked(1, Verdict::Pass))];
    let appended = store.append(session, 0, &batch).unwrap();
    assert_eq!(store.append(session, 0, &batch).unwrap(), appended);
    store.append(session, 2, &[fresh(3, marked(2, Verdict::Pass))]).unwrap();
    assert_eq!(store.append(session, 0, &batch).unwrap(), appended);
    assert_eq!(store.load_session(session).unwrap().seq(), 3);
    store.start_session(&new_session(1), &revision(1, 10), IfOpen::StartAnother).unwrap();
    assert_eq!(store.sessions().unwrap().len(), 1);
}

#[test]
fn an_impossible_event_appends_nothing() {
    let Shop { mut store, session, folder: _folder, .. } = shop();
    let mark = || fresh(1, marked(0, Verdict::Fail));
    for bad in [
        Event::Undone { event: event_id(77) },
        Event::Redone { event: event_id(1) },
        Event::SessionStarted(start().into()),
    ] {
        let error = store.append(session, 0, &[mark(), fresh(2, bad)]).unwrap_err();
        assert!(matches!(error, AppendError::Impossible(_)), "{error}");
    }
    let error = store.append(session, 0, &[mark(), mark()]).unwrap_err();
    assert!(matches!(error, AppendError::Taken { .. }), "{error}");
    assert_eq!(store.load_session(session).unwrap().seq(), 0);
    assert_eq!(store.audit(session).unwrap(), []);
    let nowhere = store.append(session_id(9), 0, &[mark()]).unwrap_err();
    assert!(matches!(nowhere, AppendError::Store(StoreError::NoSuchSession { .. })), "{nowhere}");
}

#[test]
fn a_session_is_found_by_the_beginning_of_its_id() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(&folder.path().join("s.db")).unwrap();
    assert!(matches!(store.find_session("latest"), Err(FindError::NoSessions)));
    let revision = revision(1, 3);
    store.save_revision(&revision, reading(1)).unwrap();
    for n in [1, 2] {
        store.start_session(&new_session(n), &revision, IfOpen::StartAnother).unwrap();
    }
    store.append(session_id(1), 0, &[fresh(1, marked(0, Verdict::Pass))]).unwrap();
    assert_eq!(store.find_session("latest").unwrap(), session_id(1));
    let whole = session_id(2).to_string();
    assert_eq!(store.find_session(&whole).unwrap(), session_id(2));
    assert_eq!(store.find_session(&whole.replace('-', "").to_uppercase()).unwrap(), session_id(2));
    match store.find_session("0191").unwrap_err() {
        FindError::Ambiguous { candidates, .. } => assert_eq!(candidates, [session_id(2), session_id(1)]),
        error => panic!("{error}"),
    }
    assert!(matches!(store.find_session("0192"), Err(FindError::NoMatch { .. })));
    for text in ["", "newest", "0191zz", "-"] {
        assert!(matches!(store.find_session(text), Err(FindError::NotAnId { .. })), "{text}");
    }
    assert_eq!(store.open_session_of(plan_id()).unwrap(), Some(session_id(1)));
}

#[test]
fn counts_follow_the_plan_that_a_session_was_opened_with() {
    let Shop { mut store, session, folder: _folder, .. } = shop();
    store
        .append(session, 0, &[fresh(1, marked(0, Verdict::Pass)), fresh(2, marked(9, Verdict::Fail))])
        .unwrap();
    let smaller = revision(2, 5);
    assert_eq!(store.save_revision(&smaller, reading(2)).unwrap(), Saving::Saved);
    assert_eq!(store.save_revision(&smaller, reading(2)).unwrap(), Saving::Saved);
    assert_eq!(store.save_revision(&smaller, reading(3)).unwrap(), Saving::Overtaken);
    store.set_session_revision(session, &smaller).unwrap();
    let head = store.session_head(session).unwrap();
    assert_eq!((head.counts.total(), head.counts.tested(), head.counts[Verdict::Fail]), (5, 1, 0));
    // The mark of a prompt that is gone stays, and can still be undone.
    store.append(session, 2, &[fresh(3, Event::Undone { event: event_id(2) })]).unwrap();
    assert_eq!(store.session_head(session).unwrap().counts.tested(), 1);
    assert_eq!(store.audit(session).unwrap(), []);
    assert_eq!(store.load(session).unwrap().revision.number(), 2);
}

#[test]
fn a_plan_is_found_by_its_file_and_by_its_content() {
    let Shop { store, folder: _folder, .. } = shop();
    let stored = store.plan_of_source("/plans/shop.md").unwrap().unwrap();
    assert_eq!((stored.id, stored.revision), (plan_id(), 1));
    assert_eq!(store.plans_of_content([1; 32]).unwrap(), std::slice::from_ref(&stored));
    assert_eq!(store.plan(plan_id()).unwrap(), Some(stored));
    assert_eq!(store.plan_of_source("/plans/other.md").unwrap(), None);
    let missing = store.revision(plan_id(), 7).unwrap_err();
    assert!(matches!(missing, StoreError::NoSuchPlan { .. }), "{missing}");
}

fn refused(path: &Path) -> StoreError {
    let before = bytes(path);
    let error = Store::open(path).unwrap_err();
    assert_eq!(bytes(path), before, "the file was changed: {error}");
    let neighbours = std::fs::read_dir(path.parent().unwrap()).unwrap().count();
    assert_eq!(neighbours, 1, "a side file was left: {error}");
    error
}

/// A database that was closed, changed by `change` as another program would, and closed again.
fn changed(change: impl FnOnce(&rusqlite::Connection)) -> (TempDir, PathBuf) {
    let Shop { store, path, folder, .. } = shop();
    drop(store);
    let conn = rusqlite::Connection::open(&path).unwrap();
    change(&conn);
    drop(conn);
    (folder, path)
}

#[test]
fn what_is_no_seamwalk_database_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file.db");
    let garbage: Vec<u8> = (0..20_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    for content in [b"x".as_slice(), b"# A plan\n\n- a prompt\n", &garbage, b"SQLite format 3\0"] {
        std::fs::write(&path, content).unwrap();
        let error = refused(&path);
        assert!(matches!(error, StoreError::NotOurs { .. }), "{error}");
    }
    std::fs::remove_file(&path).unwrap();
    std::fs::create_dir(&path).unwrap();
    assert!(matches!(Store::open(&path).unwrap_err(), StoreError::NotOurs { .. }));
}

#[test]
fn another_programs_database_is_refused_and_left_alone() {
    let (_folder, path) = changed(|conn| conn.execute_batch("PRAGMA application_id = 7").unwrap());
    let error = refused(&path);
    assert!(error.to_string().contains("another program's database, application id 0x00000007"), "{error}");
}

#[test]
fn a_newer_database_is_refused_and_left_alone() {
    let (_folder, path) = changed(|conn| conn.execute_batch("PRAGMA user_version = 99").unwrap());
    let error = refused(&path);
    assert!(matches!(error, StoreError::Newer { found: 99, known: 3, .. }), "{error}");
}

#[test]
fn a_cut_off_database_is_refused_and_left_alone() {
    let (_folder, path) = changed(|_| {});
    let whole = bytes(&path);
    for len in [whole.len() / 2, 4096, 200] {
        std::fs::write(&path, &whole[..len]).unwrap();
        let error = refused(&path);
        assert!(matches!(error, StoreError::CutOff { .. }), "{error}");
    }
}

#[test]
fn an_altered_schema_is_refused() {
    for (sql, said) in [
        (
            "CREATE TRIGGER t AFTER INSERT ON event BEGIN UPDATE result SET verdict = 'pass'; END",
            "the trigger",
        ),
        ("CREATE VIEW v AS SELECT 1", "the view"),
        ("CREATE TABLE more (x)", "the table"),
        ("CREATE INDEX i ON event (kind)", "the index"),
        ("DROP INDEX session_by_plan", "missing"),
    ] {
        let (_folder, path) = changed(|conn| conn.execute_batch(sql).unwrap());
        let error = refused(&path);
        assert!(matches!(error, StoreError::Altered { .. }), "{error}");
        assert!(error.to_string().contains(said), "{error}");
    }
}

#[test]
fn a_file_that_a_crash_left_empty_is_finished() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("empty.db");
    std::fs::write(&path, b"").unwrap();
    let store = Store::open(&path).unwrap();
    assert_eq!(store.sessions().unwrap(), []);
    assert!(matches!(
        Store::open_existing(&folder.path().join("none.db")).unwrap_err(),
        StoreError::Missing { .. }
    ));
}

#[test]
fn many_processes_may_create_the_same_database() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deep").join("er").join("s.db");
    let barrier = std::sync::Barrier::new(4);
    let writers: std::collections::BTreeSet<String> = std::thread::scope(|scope| {
        let open = || {
            barrier.wait();
            Store::open(&path).unwrap().writer().to_string()
        };
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(open)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(writers.len(), 1, "there is one database, so one writer");
}

#[cfg(unix)]
#[test]
fn only_its_owner_may_read_a_database() {
    use std::os::unix::fs::PermissionsExt;
    let Shop { store, path, folder: _folder, .. } = shop();
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(path.parent().unwrap()), 0o700);
    for entry in std::fs::read_dir(path.parent().unwrap()).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
    drop(store);
    let left: Vec<_> = std::fs::read_dir(path.parent().unwrap()).unwrap().collect();
    assert_eq!(left.len(), 1, "after a clean end one file holds everything");
}

#[cfg(unix)]
#[test]
fn a_file_that_went_away_is_noticed_before_a_mark_is_acknowledged() {
    type Act = fn(&Path);
    let acts: [(&str, Act); 4] = [
        ("deleted", |path| std::fs::remove_file(path).unwrap()),
        ("moved", |path| std::fs::rename(path, path.with_extension("old")).unwrap()),
        ("replaced", |path| {
            let copy = path.with_extension("copy");
            std::fs::copy(path, &copy).unwrap();
            std::fs::rename(copy, path).unwrap();
        }),
        ("log deleted", |path| std::fs::remove_file(path.with_extension("db-wal")).unwrap()),
    ];
    for (what, act) in acts {
        let Shop { mut store, session, path, folder: _folder } = shop();
        act(&path);
        let error = store.append(session, 0, &[fresh(1, marked(0, Verdict::Fail))]).unwrap_err();
        assert!(matches!(error, AppendError::Store(StoreError::FileMoved { .. })), "{what}: {error}");
    }
}

#[cfg(unix)]
/// SQLite takes whatever log lies beside a path for that of the file there, and throws it away in the end.
#[test]
fn another_file_in_the_place_of_an_open_one_is_left_alone_with_its_log() {
    let Shop { mut store, session, path, folder: _folder } = shop();
    let copy = path.with_extension("copy");
    std::fs::copy(&path, &copy).unwrap();
    for n in 1..=3 {
        store.append(session, n - 1, &[fresh(n, marked(n as u32, Verdict::Pass))]).unwrap();
    }
    let (log, away) = (path.with_extension("db-wal"), path.with_extension("away"));
    std::fs::rename(&path, &away).unwrap();
    std::fs::rename(&copy, &path).unwrap();
    let before = (bytes(&path), bytes(&log));
    for refused in [store.another(), Store::open_existing(&path)] {
        assert!(matches!(refused.unwrap_err(), StoreError::FileMoved { .. }));
    }
    assert!((bytes(&path), bytes(&log)) == before);
    std::fs::rename(&away, &path).unwrap();
    assert_eq!(store.another().unwrap().load_session(session).unwrap().seq(), 3);
}

#[test]
fn an_older_copy_in_the_files_place_is_noticed() {
    let Shop { mut store, session, path, folder: _folder } = shop();
    drop(store);
    let copy = path.with_extension("copy");
    std::fs::copy(&path, &copy).unwrap();
    store = Store::open(&path).unwrap();
    store.append(session, 0, &[fresh(1, marked(0, Verdict::Fail))]).unwrap();
    drop(store);
    std::fs::rename(&copy, &path).unwrap();
    store = Store::open(&path).unwrap();
    let error = store.append(session, 1, &[fresh(2, marked(1, Verdict::Fail))]).unwrap_err();
    assert!(matches!(error, AppendError::Store(StoreError::MissingEvents { .. })), "{error}");
}

#[cfg(unix)]
#[test]
fn a_file_that_is_put_back_takes_the_mark_once() {
    let Shop { mut store, session, path, folder: _folder } = shop();
    let elsewhere = path.with_extension("old");
    let batch = [fresh(1, marked(0, Verdict::Fail))];
    std::fs::rename(&path, &elsewhere).unwrap();
    assert!(store.append(session, 0, &batch).is_err());
    let error = store.append(session, 0, &batch).unwrap_err();
    assert!(matches!(error, AppendError::Store(StoreError::Missing { .. })), "{error}");
    std::fs::rename(&elsewhere, &path).unwrap();
    store.append(session, 0, &batch).unwrap();
    let loaded = store.load_session(session).unwrap();
    assert_eq!((loaded.seq(), loaded.verdict(prompt(0))), (1, Verdict::Fail));
    assert_eq!(store.audit(session).unwrap(), []);
}

#[test]
fn a_changed_event_is_noticed_and_named() {
    for sql in [
        "UPDATE event SET verdict = 'pass' WHERE seq = 1",
        "UPDATE event SET at_ms = at_ms + 1 WHERE seq = 1",
        "UPDATE event SET wording = 'something else' WHERE seq = 1",
        "UPDATE event SET body = NULL WHERE seq = 0",
    ] {
        let Shop { mut store, session, path, folder: _folder } = shop();
        store.append(session, 0, &[fresh(1, marked(0, Verdict::Fail))]).unwrap();
        rusqlite::Connection::open(&path).unwrap().execute_batch(sql).unwrap();
        let error = store.load(session).unwrap_err();
        assert!(matches!(error, StoreError::DamagedEvent { .. }), "{sql}: {error}");
    }
}

#[test]
fn missing_events_and_changed_plans_are_noticed() {
    let Shop { mut store, session, path, folder: _folder } = shop();
    store.append(session, 0, &[fresh(1, marked(0, Verdict::Fail))]).unwrap();
    let conn = rusqlite::Connection::open(&path).unwrap();
    conn.execute_batch("PRAGMA foreign_keys = OFF; DELETE FROM event WHERE seq = 1").unwrap();
    let error = store.load(session).unwrap_err();
    assert!(matches!(error, StoreError::MissingEvents { found: 0, expected: 1, .. }), "{error}");
    conn.execute_batch("UPDATE revision SET outline = CAST(x'00' || outline AS BLOB)").unwrap();
    let error = store.revision(plan_id(), 1).unwrap_err();
    assert!(matches!(error, StoreError::DamagedRevision { .. }), "{error}");
}

#[test]
fn the_audit_names_a_result_that_the_events_do_not_give() {
    let Shop { mut store, session, path, folder: _folder } = shop();
    store.append(session, 0, &[fresh(1, marked(0, Verdict::Fail))]).unwrap();
    let conn = rusqlite::Connection::open(&path).unwrap();
    conn.execute_batch("UPDATE result SET verdict = 'pass'; UPDATE session SET pass = 1, fail = 0").unwrap();
    let differences = store.audit(session).unwrap();
    assert_eq!(differences.len(), 2, "{differences:?}");
    assert!(store.check_file().unwrap().is_empty());
}

#[test]
fn a_time_reads_back_with_its_offset() {
    let Shop { mut store, session, folder: _folder, .. } = shop();
    let mut seq = 0;
    for (n, (ms, offset_min)) in
        [(0, 0), (1, -720), (1_795_442_531_042, 840), (2_147_483_648_000, 345), (-1, 1)]
            .into_iter()
            .enumerate()
    {
        let at = Timestamp::from_unix_ms(ms, offset_min).unwrap();
        let batch = [Fresh {
            id: event_id(n as u64 + 1),
            leader: None,
            at,
            lap: None,
            event: marked(0, Verdict::Pass),
        }];
        let appended = store.append(session, seq, &batch).unwrap();
        seq = appended[0].seq;
        let back = store.events(session, seq - 1).unwrap();
        assert_eq!((back[0].at, back[0].at.offset_min()), (at, offset_min));
        assert_eq!(store.audit(session).unwrap(), []);
    }
}

mod derived_rows {
    //! Whatever is decided, the derived rows are what a replay of the events gives.

    use proptest::prelude::*;

    use super::*;
    use seamwalk::domain::component::ComponentState::{self, Absent, Real, Unknown};
    use seamwalk::domain::session::{Activity, Away, Judged, Lap, Moment};

    /// Odd prompts are about an integration point.
    fn judged(n: u32) -> Judged {
        let ends = (n % 2 == 1).then(|| ("web".to_owned(), format!("part {n}")));
        Judged { prompt: prompt(n), wording: format!("prompt {n}"), ends }
    }

    #[derive(Debug, Clone)]
    enum Step {
        Decide(Command),
        /// The plan was edited so that it has this many prompts, and the session was opened again.
        Edit(u32),
        /// The store was closed and opened again.
        Restart,
    }

    fn step() -> impl Strategy<Value = Step> {
        let verdict = proptest::sample::select(&Verdict::ALL[1..]);
        let kind = proptest::sample::select(NoteKind::ALL.to_vec());
        let states = [Real, Absent, Unknown, ComponentState::fake("stub"), ComponentState::Fake(None)];
        let state = ("web|part [0-5]", proptest::sample::select(states.to_vec()));
        prop_oneof![
            6 => (0..6_u32, verdict)
                .prop_map(|(n, verdict)| Step::Decide(Command::Mark { judged: judged(n), verdict })),
            3 => (0..6_u32, 0..6_u32).prop_map(|(n, by)| {
                Step::Decide(Command::Block { judged: vec![judged(n), judged((n + 1) % 6)], by: prompt(by) })
            }),
            2 => state.prop_map(|(component, state)| {
                Step::Decide(Command::SetComponents(vec![(component, state), ("web".to_owned(), Real)]))
            }),
            2 => ("build|environment", proptest::option::of("[a-z]{0,2}"))
                .prop_map(|(name, value)| Step::Decide(Command::SetFields(vec![(name, value)]))),
            2 => (0..6_u32).prop_map(|n| Step::Decide(Command::Clear { prompt: prompt(n) })),
            2 => (kind, proptest::option::of(0..6_u32), "[a-z\n'\"é]{1,8}x").prop_map(|(kind, n, text)| {
                Step::Decide(Command::AddNote(NoteText { kind, text, prompt: n.map(prompt) }))
            }),
            1 => proptest::option::of("[ab]").prop_map(|charter| Step::Decide(Command::SetCharter(charter))),
            1 => proptest::option::of(1000..9000_u64).prop_map(|ms| Step::Decide(Command::SetTimeBox(ms))),
            2 => proptest::sample::select(&Activity::ALL[..])
                .prop_map(|activity| Step::Decide(Command::Switch(activity))),
            1 => Just(Step::Decide(Command::Pause)),
            1 => Just(Step::Decide(Command::Resume)),
            1 => (0..5000_u64, proptest::sample::select(vec![Away::Break, Away::Work]))
                .prop_map(|(ms, was)| Step::Decide(Command::ExplainAway { ms, was })),
            1 => (proptest::sample::select(&Question::ALL[..]), "[ab]?")
                .prop_map(|(question, answer)| Step::Decide(Command::Answer { question, answer })),
            6 => Just(Step::Decide(Command::Undo)),
            3 => Just(Step::Decide(Command::Redo)),
            1 => Just(Step::Decide(Command::Close)),
            2 => Just(Step::Decide(Command::Reopen)),
            1 => (1..8_u32).prop_map(Step::Edit),
            1 => Just(Step::Restart),
        ]
    }

    fn lap() -> impl Strategy<Value = Option<Lap>> {
        let lap = (0..100_000_u64, 0..200_000_u64);
        proptest::option::of(lap.prop_map(|(ms, writing_ms)| Lap { ms, writing_ms: writing_ms.min(ms) }))
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn equal_a_replay(steps in proptest::collection::vec((step(), 0..2_000_000_i64, lap()), 1..60)) {
            let Shop { mut store, session: id, path, folder: _folder } = shop();
            let mut session: Session = store.load_session(id).unwrap();
            let mut now = 0;
            let mut number = 1;
            for (n, (step, ms, lap)) in steps.into_iter().enumerate() {
                now += ms - 100_000;
                match step {
                    Step::Decide(command) => {
                        let Ok(events) = session.decide(command) else { continue };
                        let mut ids = (n as u64 * 100..).map(event_id);
                        let batch = Fresh::decided(events, Moment { at: at(now), lap }, || ids.next().unwrap());
                        for recorded in store.append(id, session.seq(), &batch).unwrap() {
                            session.apply(recorded).unwrap();
                        }
                    }
                    Step::Edit(prompts) => {
                        number += 1;
                        let revision = revision(number, prompts);
                        store.save_revision(&revision, reading(number as u8)).unwrap();
                        store.set_session_revision(id, &revision).unwrap();
                    }
                    Step::Restart => {
                        drop(store);
                        store = Store::open_existing(&path).unwrap();
                    }
                }
            }
            prop_assert_eq!(store.audit(id).unwrap(), []);
            prop_assert_eq!(&store.load_session(id).unwrap(), &session);
            let head = store.session_head(id).unwrap();
            prop_assert_eq!(head.saved, session.seq());
            prop_assert_eq!(head.ended_at, session.ended_at());
            prop_assert_eq!(head.clock, session.clock());
            prop_assert_eq!(head.charter.as_deref(), session.charter());
            prop_assert_eq!(head.time_box_ms, session.time_box_ms());
            if number == 1 {
                let progress = seamwalk::domain::progress::Progress::new(&revision(1, 10), &session);
                prop_assert_eq!(head.counts, progress.totals());
            }
        }
    }
}

/// What was written last stands at the end of its page: a damaged index must not hide a session.
#[test]
fn no_bit_at_the_end_of_a_page_hides_a_session() {
    const PAGE: usize = 4096;
    let Shop { store, path, session, folder } = shop();
    drop(store);
    let whole = std::fs::read(&path).unwrap();
    assert_eq!(whole.len() % PAGE, 0);
    let damaged = folder.path().join("damaged.db");
    for page_end in (PAGE..=whole.len()).step_by(PAGE) {
        for at in page_end - 12..page_end {
            for bit in 0..8 {
                let mut bytes = whole.clone();
                bytes[at] ^= 1 << bit;
                std::fs::write(&damaged, bytes).unwrap();
                let sessions = Store::open_existing(&damaged).and_then(|store| store.sessions());
                // Its name may be what is damaged; that its events are others' is said by who reads them.
                let is_there = sessions.as_ref().map_or(true, |sessions| sessions.len() == 1);
                assert!(is_there, "bit {bit} of byte {at} hides {session}");
            }
        }
    }
}
