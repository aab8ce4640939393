//! What the parts cost, at 1,000, 10,000 and 100,000 prompts: `cargo bench --bench inside`.
//!
//! `cargo bench --bench inside -- match 100000` measures only what has these words in its name. A row gives the least
//! and the median of several runs in milliseconds. The database lies in memory where the system has `/dev/shm`, so that
//! the figures are the program's; the disk's own sync comes on top and is measured from outside, in a pseudo-terminal.
#![expect(clippy::print_stdout, reason = "the table goes where the reader sends it")]
#![expect(clippy::unwrap_used, reason = "a measurement that cannot be made has to stop")]

#[path = "plans/edited.rs"]
mod edited;
mod plans;
#[path = "plans/walked.rs"]
mod walked;

use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use seamwalk::domain::history::LENGTH;
use seamwalk::domain::id::{EventId, PlanId, SessionId};
use seamwalk::domain::identity;
use seamwalk::domain::plan::{NodeRef, Plan};
use seamwalk::domain::progress::Progress;
use seamwalk::domain::revision::Revision;
use seamwalk::domain::session::{Event, Fresh, Recorded, Session, Start};
use seamwalk::domain::time::Timestamp;
use seamwalk::domain::verdict::Verdict;
use seamwalk::format::{self, SourceKind};
use seamwalk::opening::{self, Choices, Opened, Source};
use seamwalk::store::Store;
use seamwalk::tui::fuzzy;
use seamwalk::tui::runtime::effects::parse;
use tempfile::TempDir;
use uuid::Uuid;

const SIZES: [usize; 3] = [1_000, 10_000, 100_000];
/// A part is measured until it took that long together, or was run [`MOST_RUNS`] times.
const LONG_ENOUGH: Duration = Duration::from_millis(1500);
const FEWEST_RUNS: usize = 5;
const MOST_RUNS: usize = 200;

fn main() {
    let bench = Bench { words: std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect() };
    println!("{:<34}{:>12}{:>12}{:>7}", "part", "least ms", "median ms", "runs");
    for prompts in SIZES {
        outline_parts(&bench, prompts);
        opening_parts(&bench, prompts);
        finding_parts(&bench, prompts);
        session_parts(&bench, prompts);
    }
    history_parts(&bench, 10_000, 100);
}

/// What earlier sessions say: of a screenful, of what fails, of everything.
fn history_parts(bench: &Bench, prompts: usize, sessions: usize) {
    if !bench.wants(&format!("history {prompts}")) {
        return;
    }
    let place = Place::with(&plans::plan(prompts));
    let mut store = Store::open(&place.folder.path().join("seamwalk.db")).unwrap();
    let plan = opening::open_plan(&mut store, Source::File(&place.plan()), at(0), &parse).unwrap();
    walked::walked(&mut store, &plan.revision, sessions, at(0));
    drop(store);
    let (store, Opened { session, revision, .. }) = place.open();
    let all = revision.ids();
    let before = store.sessions_before(session.id()).unwrap();
    let part = |name: &str| format!("history {name}");
    bench.measure(
        &part("sessions before"),
        prompts,
        || (),
        |()| store.sessions_before(session.id()).unwrap(),
    );
    bench.measure(
        &part("of 40 prompts"),
        prompts,
        || (),
        |()| store.history(&before, &all[..40], LENGTH).unwrap(),
    );
    bench.measure(
        &part("last pass of 48"),
        prompts,
        || (),
        |()| store.last_passes(&before, &all[..48]).unwrap(),
    );
    let last = before.last().unwrap().id;
    bench.measure(&part("2,000 rows"), prompts, || (), |()| store.verdicts_of(last, None, 2_000).unwrap());
    bench.measure(&part("notes of one"), prompts, || (), |()| store.notes_in(last, all[0]).unwrap());
    bench.measure(&part("last verdicts"), prompts, || (), |()| store.last_verdicts(&before, all).unwrap());
    bench.measure(&part("of all"), prompts, || (), |()| store.past_of(&session, all).unwrap());
}

/// Runs what was asked for and prints a row for each.
struct Bench {
    words: Vec<String>,
}

impl Bench {
    fn wants(&self, name: &str) -> bool {
        self.words.iter().all(|word| name.contains(word.as_str()))
    }

    /// Measures `work` on what `prepare` makes; preparing and dropping are not counted.
    fn measure<I, O>(
        &self,
        name: &str,
        prompts: usize,
        mut prepare: impl FnMut() -> I,
        mut work: impl FnMut(&mut I) -> O,
    ) {
        let name = format!("{name} {prompts}");
        if !self.wants(&name) {
            return;
        }
        let mut runs: Vec<Duration> = Vec::new();
        while runs.len() < FEWEST_RUNS
            || (runs.len() < MOST_RUNS && runs.iter().sum::<Duration>() < LONG_ENOUGH)
        {
            let mut input = prepare();
            let begun = Instant::now();
            let output = black_box(work(black_box(&mut input)));
            runs.push(begun.elapsed());
            drop(output);
        }
        runs.sort_unstable();
        let ms = |run: Duration| run.as_secs_f64() * 1e3;
        println!("{name:<34}{:>12.3}{:>12.3}{:>7}", ms(runs[0]), ms(runs[runs.len() / 2]), runs.len());
    }
}

fn at(ms: i64) -> Timestamp {
    Timestamp::from_unix_ms(1_795_442_531_000 + ms, 60).unwrap()
}

fn parsed(text: &str) -> Plan {
    format::parse(text.as_bytes(), SourceKind::Markdown, "plan").unwrap().plan
}

const PLAN: PlanId = PlanId(Uuid::from_u128(1));

fn revision(plan: Plan) -> Revision {
    let matched = identity::matched(PLAN, None, &plan);
    Revision::new(PLAN, 1, plan, matched.ids, matched.removed).unwrap()
}

/// Reading a plan, and knowing its prompts again.
fn outline_parts(bench: &Bench, prompts: usize) {
    let text = plans::plan(prompts);
    let plan = parsed(&text);
    let known = revision(plan.clone());
    let edited = parsed(&edited::edited(&text, 10));
    bench.measure("parse", prompts, || (), |()| parsed(&text));
    bench.measure("match first", prompts, || (), |()| identity::matched(PLAN, None, &plan));
    bench.measure("match unchanged", prompts, || (), |()| identity::matched(PLAN, Some(&known), &plan));
    bench.measure("match edited", prompts, || (), |()| identity::matched(PLAN, Some(&known), &edited));
}

/// A database in memory if there can be one, with a plan beside it.
struct Place {
    folder: TempDir,
}

impl Place {
    fn with(plan: &str) -> Self {
        let shared_memory = Path::new("/dev/shm");
        let folder =
            if shared_memory.is_dir() { TempDir::new_in(shared_memory) } else { TempDir::new() }.unwrap();
        let place = Self { folder };
        fs::write(place.plan(), plan).unwrap();
        place
    }

    fn plan(&self) -> PathBuf {
        self.folder.path().join("plan.md")
    }

    /// All that happens between the command line and a walk.
    fn open(&self) -> (Store, Opened) {
        let mut store = Store::open(&self.folder.path().join("seamwalk.db")).unwrap();
        let choices = Choices { tester: Some("ana".to_owned()), ..Choices::default() };
        let opened = opening::open(&mut store, Source::File(&self.plan()), &choices, at(0), &parse).unwrap();
        (store, opened)
    }
}

/// From a file to a walk: never seen, known, edited.
fn opening_parts(bench: &Bench, prompts: usize) {
    let text = plans::plan(prompts);
    let edited = edited::edited(&text, 10);
    bench.measure("open first sight", prompts, || Place::with(&text), |place| place.open());
    let known = Place::with(&text);
    let (store, opened) = known.open();
    let plan = opened.revision.plan_id();
    bench.measure("load revision", prompts, || (), |()| store.revision(plan, 1).unwrap());
    bench.measure("open known", prompts, || (), |()| known.open());
    let was_edited = || {
        let place = Place::with(&text);
        drop(place.open());
        fs::write(place.plan(), &edited).unwrap();
        place
    };
    bench.measure("open edited", prompts, was_edited, |place| place.open());
}

/// What a key of the search costs in the matcher alone.
fn finding_parts(bench: &Bench, prompts: usize) {
    let plan = parsed(&plans::plan(prompts));
    let texts: Vec<&str> = plan.outline.nodes().map(NodeRef::text).collect();
    for query in ["e", "order", "order 77", "zzz"] {
        bench.measure(&format!("rank '{query}'"), prompts, || (), |()| fuzzy::ranked(query, &texts));
    }
}

/// A session with an event a prompt: replaying, loading, counting, adding one.
fn session_parts(bench: &Bench, events: usize) {
    let place = Place::with(&plans::plan(events));
    let (mut store, Opened { revision, session, .. }) = place.open();
    let batch: Vec<Fresh> =
        (1..).zip(revision.prompts()).map(|(n, (prompt, node))| fresh(n, prompt, node.text())).collect();
    let recorded = store.append(session.id(), 0, &batch).unwrap();
    let started = || {
        let start = Recorded {
            id: EventId(Uuid::from_u128(1)),
            leader: None,
            seq: 0,
            at: at(0),
            lap: None,
            event: Event::SessionStarted(session.start().clone().into()),
        };
        let all: Vec<Recorded> = std::iter::once(start).chain(recorded.iter().cloned()).collect();
        Some(all)
    };
    let id = session.id();
    bench.measure("replay events", events, started, |all| {
        Session::replay(id, all.take().unwrap_or_default()).unwrap()
    });
    bench.measure("load session of events", events, || (), |()| store.load_session(id).unwrap());
    let full = store.load_session(id).unwrap();
    bench.measure("progress", events, || (), |()| Progress::new(&revision, &full));
    let only = Session::started(
        SessionId(Uuid::from_u128(2)),
        Start { only: Some("critical".to_owned()), ..session.start().clone() },
        at(0),
    );
    bench.measure("progress with --only", events, || (), |()| Progress::new(&revision, &only));
    let (prompt, _) = revision.prompts().next().unwrap();
    let mut seq = full.seq();
    let one_more = || {
        seq += 1;
        (seq, [fresh(seq, prompt, "once more")])
    };
    bench.measure("append one without sync", events, one_more, |(seq, one)| {
        store.append(id, *seq - 1, one).unwrap()
    });
}

fn fresh(seq: u64, prompt: seamwalk::domain::id::PromptId, wording: &str) -> Fresh {
    let id = EventId(Uuid::from_u128(1_000_000 + u128::from(seq)));
    let event = Event::verdict(prompt, Verdict::Pass, wording);
    Fresh { id, leader: None, at: at(i64::try_from(seq).unwrap_or(0)), lap: None, event }
}
