//! A prompt's marks in past sessions, over a real database: against what the sessions themselves say when replayed.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use seamwalk::domain::component::{Ends, States};
use seamwalk::domain::history::{LENGTH, PastMark, PastSession};
use seamwalk::domain::id::{PromptId, SessionId};
use seamwalk::domain::session::{Conditions, Event, Fresh, Session, Start};
use seamwalk::domain::time::Timestamp;
use seamwalk::domain::verdict::Verdict;
use seamwalk::store::{IfOpen, NewSession, Store, StoreError};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::cli::Place;
use super::store::{at, event_id, prompt, reading, revision, session_id, start};

const PROMPTS: u32 = 12;

/// Numbers that look like chance and are the same every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

/// A database with sessions of one plan; their clock jumps about.
struct Walked {
    store: Store,
    sessions: Vec<SessionId>,
    events: u64,
    _folder: Option<TempDir>,
}

impl Walked {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let walked = Self::at(&folder.path().join("seamwalk.db"));
        Self { _folder: Some(folder), ..walked }
    }

    fn at(database: &Path) -> Self {
        let mut store = Store::open(database).unwrap();
        store.save_revision(&revision(1, PROMPTS), reading(1)).unwrap();
        Self { store, sessions: Vec::new(), events: 0, _folder: None }
    }

    /// Begins a session whose identity and clock say nothing of when that was.
    fn begin(&mut self, id: u64, clock_ms: i64, build: &str) -> SessionId {
        let fields = BTreeMap::from([("build".to_owned(), build.to_owned())]);
        let start = Start { fields, tester: format!("tester {id}"), ..start() };
        let new = NewSession { id: session_id(id), event: event_id(1_000_000 + id), at: at(clock_ms), start };
        self.store.start_session(&new, &revision(1, PROMPTS), IfOpen::StartAnother).unwrap();
        self.sessions.push(new.id);
        new.id
    }

    /// Appends what happened to a session of which nothing but its start was known.
    fn append(&mut self, session: SessionId, events: impl IntoIterator<Item = Event>) {
        let mut batch = Vec::new();
        for event in events {
            self.events += 1;
            batch.push(Fresh { id: event_id(self.events), leader: None, at: at(0), lap: None, event });
        }
        self.store.append(session, 0, &batch).unwrap();
    }

    /// The sessions before the one at `place`, replayed, the oldest first.
    fn replayed(&self, place: usize) -> Vec<Session> {
        self.sessions[..place].iter().map(|id| self.store.load_session(*id).unwrap()).collect()
    }
}

/// A mark on the build, with one end real and the other unknown.
fn marked(n: u32, verdict: Verdict, build: &str) -> Event {
    let mut states = States::default();
    states.set("cart", "real".parse().unwrap());
    let conditions =
        Conditions { ends: Some(Ends::of("cart", "stock", &states)), build: Some(build.to_owned()) };
    let (wording, conditions) = (format!("prompt {n}"), conditions.into());
    Event::VerdictRecorded { prompt: prompt(n), verdict, wording, conditions, blocked_by: None }
}

/// Marks, clears and undos; the last prompt is never judged.
fn whatever_happens(dice: &mut Dice, build: &str, next_event: u64) -> Vec<Event> {
    let mut events: Vec<Event> = Vec::new();
    let mut undone = 0;
    for _ in 0..dice.below(3 * u64::from(PROMPTS)) {
        let n = dice.below(u64::from(PROMPTS) - 1) as u32;
        match dice.below(8) {
            0 => events.push(Event::cleared(prompt(n))),
            // The event before it, once.
            1 if events.len() > undone && !matches!(events.last(), Some(Event::Undone { .. })) => {
                events.push(Event::Undone { event: event_id(next_event + events.len() as u64 - 1) });
                undone = events.len();
            }
            verdict => events.push(marked(n, Verdict::ALL[1 + verdict as usize % 5], build)),
        }
    }
    events
}

/// What of a mark can be told from a replayed session.
fn told(mark: &PastMark) -> (SessionId, Verdict, Timestamp, String, Conditions) {
    (mark.session.id, mark.verdict, mark.at, mark.wording.clone(), mark.conditions.clone())
}

fn told_by(session: &Session, n: u32) -> Option<(SessionId, Verdict, Timestamp, String, Conditions)> {
    let mark = session.mark(prompt(n))?;
    Some((session.id(), mark.verdict, mark.at, mark.wording.to_owned(), mark.conditions.clone()))
}

#[test]
fn what_the_store_says_of_the_past_is_what_the_sessions_say() {
    for seed in 0..5 {
        let mut dice = Dice(seed);
        let mut walked = Walked::new();
        let begun = 2 + dice.below(12);
        for n in 0..begun {
            // Neither identities nor clocks are in the order in which the sessions begin.
            let id = (n * 7 + seed) % 13;
            let clock_ms = dice.below(1_000_000) as i64 * if n % 3 == 1 { -1 } else { 1 };
            let session = walked.begin(id, clock_ms, &format!("b{}", n / 2));
            let events = whatever_happens(&mut dice, &format!("b{}", n / 2), walked.events + 1);
            walked.append(session, events);
        }
        let all: Vec<PromptId> = (0..PROMPTS).map(prompt).collect();
        for (place, session) in walked.sessions.iter().enumerate() {
            let before = walked.store.sessions_before(*session).unwrap();
            assert_eq!(
                before.iter().map(|past| past.id).collect::<Vec<_>>(),
                walked.sessions[..place],
                "{seed}"
            );
            let replayed = walked.replayed(place);
            for most in [1, 3, LENGTH, 100] {
                let history = walked.store.history(&before, &all, most).unwrap();
                for (n, marks) in (0..PROMPTS).zip(&history) {
                    let mut expected: Vec<_> = replayed.iter().filter_map(|past| told_by(past, n)).collect();
                    expected.drain(..expected.len().saturating_sub(most));
                    assert_eq!(
                        marks.iter().map(told).collect::<Vec<_>>(),
                        expected,
                        "seed {seed}, prompt {n}"
                    );
                }
            }
            let passes = walked.store.last_passes(&before, &all).unwrap();
            let last = walked.store.last_verdicts(&before, &all).unwrap();
            for (n, pass) in (0..PROMPTS).zip(&passes) {
                let marks: Vec<_> = replayed.iter().rev().filter_map(|past| told_by(past, n)).collect();
                let expected = marks.iter().find(|(_, verdict, ..)| *verdict == Verdict::Pass);
                assert_eq!(pass.as_ref().map(told).as_ref(), expected, "seed {seed}, prompt {n}");
                let expected = marks.first().map(|(_, verdict, ..)| *verdict);
                assert_eq!(last.get(&prompt(n)).copied(), expected, "seed {seed}, prompt {n}");
            }
            for wanted in [vec![], vec![prompt(0)], vec![prompt(PROMPTS - 1), prompt(2)]] {
                let some = walked.store.last_verdicts(&before, &wanted).unwrap();
                let expected = last.iter().filter(|(prompt, _)| wanted.contains(prompt));
                assert_eq!(some.len(), expected.clone().count());
                assert!(expected.into_iter().all(|(prompt, verdict)| some.get(prompt) == Some(verdict)));
            }
        }
    }
}

#[test]
fn a_past_mark_says_who_gave_it_when_and_under_what_conditions() {
    let mut walked = Walked::new();
    let first = walked.begin(5, 9_000, "39aa");
    let new_build = Event::FieldSet { name: "build".to_owned(), value: Some("4f2c".to_owned()) };
    walked.append(first, [marked(0, Verdict::Fail, "39aa"), marked(0, Verdict::Pass, "39aa"), new_build]);
    let second = walked.begin(3, -9_000, "4f2c");
    let before = walked.store.sessions_before(second).unwrap();
    let fields = BTreeMap::from([("build".to_owned(), "4f2c".to_owned())]);
    assert_eq!(before, [Arc::new(PastSession { id: first, tester: "tester 5".to_owned(), fields })]);
    let history = walked.store.history(&before, &[prompt(0), prompt(1)], LENGTH).unwrap();
    let [marks, none] = history.as_slice() else { panic!("{history:?}") };
    assert_eq!((marks.len(), none.len()), (1, 0));
    assert_eq!((marks[0].verdict, marks[0].wording.as_str()), (Verdict::Pass, "prompt 0"));
    // The mark keeps the build that it was given on, whatever the session says by now.
    assert_eq!(marks[0].conditions.build.as_deref(), Some("39aa"));
    assert_eq!(walked.store.sessions_before(first).unwrap(), []);
}

#[test]
fn reading_a_session_piece_by_piece_misses_nothing() {
    let mut walked = Walked::new();
    let session = walked.begin(1, 0, "1");
    let verdict = |n| if n % 3 == 0 { Verdict::Fail } else { Verdict::Pass };
    let marks = (0..PROMPTS).map(|n| marked(n, verdict(n), "1"));
    walked.append(session, marks.chain([Event::cleared(prompt(4))]));
    let whole = walked.store.verdicts_of(session, None, usize::MAX).unwrap();
    assert_eq!(whole.len(), PROMPTS as usize);
    assert!(whole.contains(&(prompt(3), Verdict::Fail)) && whole.contains(&(prompt(4), Verdict::Untested)));
    assert!(whole.is_sorted_by_key(|(prompt, _)| *prompt));
    let (head, tail) = whole.split_at(5);
    assert_eq!(walked.store.verdicts_of(session, Some(head[4].0), usize::MAX).unwrap(), tail);
}

#[test]
fn a_plan_has_a_past_of_its_own_only() {
    let walked = Walked::new();
    let nobody = walked.store.sessions_before(session_id(1)).unwrap_err();
    assert!(matches!(nobody, StoreError::NoSuchSession { .. }), "{nobody}");
    let other = seamwalk::domain::id::PlanId(seamwalk::domain::id::derived(&["plan", "other"]));
    assert_eq!(walked.store.sessions_in_order(other).unwrap(), []);
}

#[test]
fn show_tells_programs_and_people_what_earlier_sessions_say() {
    let place = Place::new();
    let mut walked = Walked::at(&place.home_database());
    let first = walked.begin(5, 9_000, "39aa");
    let passed = [0, 1, 2].map(|n| marked(n, Verdict::Pass, "39aa"));
    walked.append(first, passed);
    let second = walked.begin(3, -9_000, "4f2c");
    walked.append(second, [marked(0, Verdict::Fail, "4f2c"), marked(1, Verdict::Pass, "4f2c")]);
    drop(walked);
    let ended = place.run(&["show", &second.to_string(), "--format", "json"]);
    let found: Value = serde_json::from_str(&ended.stdout).unwrap();
    let prompt = |n: usize| &found["prompts"][n];
    for n in [0, 1, 2] {
        let history = json!([
            {"session": first.to_string(), "verdict": "pass", "marked_at": at(0).rfc3339(), "build": "39aa"}
        ]);
        assert_eq!((&prompt(n)["history"], &prompt(n)["flaky"]), (&history, &json!(false)));
    }
    assert_eq!((&prompt(3)["history"], &prompt(3)["suspect"]), (&json!([]), &Value::Null));
    assert_eq!(prompt(0)["suspect"], "build 4f2c, was 39aa");
    assert_eq!(prompt(1)["suspect"], Value::Null);
    let text = place.run(&["show", &second.to_string()]).stdout;
    assert!(text.contains("newly fails: build 4f2c, was 39aa"), "{text}");
    assert!(text.contains("last: pass, 2026-11-23 15:02, build 39aa, tester 5"), "{text}");
    // Nothing came before the first one.
    let text = place.run(&["show", &first.to_string()]).stdout;
    assert!(!text.contains("last:") && !text.contains("Suspects"), "{text}");
}
