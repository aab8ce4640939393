//! SIGKILL at any moment: what the screen said is saved is saved.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use rustix::process::Signal;
use seamwalk::domain::verdict::Verdict;
use seamwalk::store::Store;

use super::{Dice, SIZE, World, is_on, saved};
use crate::pty::harness::Pty;

const ROUNDS: usize = 100;
const PROMPTS: usize = 24;
const SEED: u64 = 0x5ea3_3a1c;

/// What the tester did and the disk must hold: written without a look at the program's own session.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Model {
    saved: u64,
    verdicts: BTreeMap<usize, Verdict>,
    notes: Vec<String>,
    undoable: Vec<Change>,
    redoable: Vec<Change>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Change {
    Verdict { prompt: usize, before: Option<Verdict>, after: Option<Verdict> },
    Note { prompt: usize, text: String },
}

/// A key, or several, that make one event.
#[derive(Debug, Clone)]
enum Step {
    Mark(&'static str, Verdict),
    Undo,
    Redo,
    Note(String),
}

impl Step {
    fn keys(&self) -> String {
        match self {
            Self::Mark(key, _) => (*key).to_owned(),
            Self::Undo => "u".to_owned(),
            Self::Redo => "\x12".to_owned(),
            Self::Note(text) => format!("n{text}\r"),
        }
    }
}

impl Model {
    fn set(&mut self, prompt: usize, verdict: Option<Verdict>) {
        match verdict {
            Some(verdict) => self.verdicts.insert(prompt, verdict),
            None => self.verdicts.remove(&prompt),
        };
    }

    /// Does `step` with the cursor on `cursor`; where the cursor is then.
    fn step(&mut self, step: &Step, cursor: usize) -> usize {
        self.saved += 1;
        let (change, forward) = match step {
            Step::Mark(_, verdict) => {
                let before = self.verdicts.get(&cursor).copied();
                self.redoable.clear();
                (Change::Verdict { prompt: cursor, before, after: Some(*verdict) }, true)
            }
            Step::Note(text) => {
                self.redoable.clear();
                (Change::Note { prompt: cursor, text: text.clone() }, true)
            }
            Step::Undo => (self.undoable.pop().unwrap(), false),
            Step::Redo => (self.redoable.pop().unwrap(), true),
        };
        match (&change, forward) {
            (Change::Verdict { prompt, after, .. }, true) => self.set(*prompt, *after),
            (Change::Verdict { prompt, before, .. }, false) => self.set(*prompt, *before),
            (Change::Note { text, .. }, true) => self.notes.push(text.clone()),
            (Change::Note { .. }, false) => drop(self.notes.pop()),
        }
        let at = match (&change, step) {
            (Change::Verdict { prompt, .. }, Step::Mark(..)) => {
                self.untested_after(*prompt).unwrap_or(*prompt)
            }
            (Change::Verdict { prompt, .. } | Change::Note { prompt, .. }, _) => *prompt,
        };
        if forward {
            self.undoable.push(change);
        } else {
            self.redoable.push(change);
        }
        at
    }

    fn untested_after(&self, prompt: usize) -> Option<usize> {
        (prompt + 1..PROMPTS).chain(0..prompt).find(|at| !self.verdicts.contains_key(at))
    }

    /// Where the walk is resumed: on the first untested prompt, else on the first.
    fn resumed_at(&self) -> usize {
        (0..PROMPTS).find(|at| !self.verdicts.contains_key(at)).unwrap_or(0)
    }

    /// A few steps that are possible from here, more undos the more is tested.
    fn next_steps(&self, dice: &mut Dice, round: usize, mut cursor: usize) -> Vec<Step> {
        let mut ahead = self.clone();
        let mut steps = Vec::new();
        for n in 0..1 + dice.below(5) {
            let full = ahead.verdicts.len() * 8 / PROMPTS;
            let step = match dice.below(10) {
                d if d < full && !ahead.undoable.is_empty() => Step::Undo,
                8 if !ahead.redoable.is_empty() => Step::Redo,
                9 => Step::Note(format!("note {round} {n}")),
                _ => {
                    let marks = [
                        ("p", Verdict::Pass),
                        ("f", Verdict::Fail),
                        ("b", Verdict::Blocked),
                        ("i", Verdict::Inconclusive),
                        ("s", Verdict::Skip),
                    ];
                    let (key, verdict) = marks[dice.below(5)];
                    Step::Mark(key, verdict)
                }
            };
            cursor = ahead.step(&step, cursor);
            steps.push(step);
        }
        steps
    }
}

fn text(prompt: usize) -> String {
    format!("Prompt {prompt:02} of the plan")
}

/// What the disk holds, in the model's words.
fn on_disk(world: &World) -> Option<Model> {
    let store = Store::open_existing(&world.database()).ok()?;
    let head = store.sessions().unwrap().into_iter().next()?;
    let loaded = store.load(head.id).unwrap();
    assert_eq!(store.sessions().unwrap().len(), 1, "one session, never two");
    assert_eq!(store.audit(head.id).unwrap(), [], "rows are what a replay gives");
    assert_eq!(store.events(head.id, 0).unwrap().len() as u64, loaded.session.seq(), "no event is doubled");
    let verdicts = loaded.revision.plan().outline.prompts().enumerate().filter_map(|(at, node)| {
        let verdict = loaded.session.verdict(loaded.revision.id_at(node.idx())?);
        (verdict != Verdict::Untested).then_some((at, verdict))
    });
    Some(Model {
        saved: loaded.session.seq(),
        verdicts: verdicts.collect(),
        notes: loaded.session.notes().map(|note| note.note.text.clone()).collect(),
        ..Model::default()
    })
}

/// When the program is killed.
#[derive(Debug, Clone, Copy)]
enum Moment {
    /// As soon as the screen says that the last key is saved.
    Saved,
    /// Some time after the last key was typed.
    After(Duration),
    /// Some time after the program was started.
    Starting(Duration),
    /// While a note is being written.
    InNote,
}

fn kill(pty: &mut Pty) -> Option<u64> {
    pty.signal(Signal::KILL);
    pty.wait();
    // A frame that was cut short may show half a number; then what was seen before it counts.
    pty.bytes().ends_with(b"\x1b[?2026l").then(|| saved(&pty.screen())).flatten()
}

/// One database through a hundred kills. After each the disk must hold the state after some number of the typed
/// steps, in their order, and at least those that the screen called saved; the walk is then resumed on the first
/// untested prompt of exactly that state.
#[test]
#[expect(clippy::print_stderr, reason = "the seed and the figures")]
fn a_kill_loses_nothing_that_was_called_saved() {
    let world = World::new();
    let mut content = "# Kill\n".to_owned();
    for prompt in 0..PROMPTS {
        if prompt % 6 == 0 {
            write!(content, "\n## Part {}\n\n", prompt / 6).unwrap();
        }
        writeln!(content, "- {}", text(prompt)).unwrap();
    }
    let plan = world.write("kill.md", content);
    let seed = std::env::var("SEAMWALK_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(SEED);
    eprintln!("SEAMWALK_SEED={seed}");
    let mut dice = Dice(seed);
    let mut model = Model::default();
    let (mut typed, mut called_saved, mut more_than_seen) = (0, 0, 0);
    for round in 0..ROUNDS {
        let moment = match round % 10 {
            0 => Moment::Starting(Duration::from_micros(dice.next() % 120_000)),
            9 => Moment::InNote,
            n if n % 2 == 1 => Moment::Saved,
            _ => Moment::After(Duration::from_micros(dice.next() % 30_000)),
        };
        let mut pty = world.start(&[&plan], SIZE, &[]);
        if let Moment::Starting(after) = moment {
            std::thread::sleep(after);
            pty.signal(Signal::KILL);
            pty.wait();
            let found = on_disk(&world).unwrap_or_default();
            assert_eq!(found, seen_part(&model), "round {round}, {moment:?}");
            continue;
        }
        let cursor = model.resumed_at();
        pty.wait_until(&format!("round {round}: saved #{}, on prompt {cursor}", model.saved), |screen, _| {
            saved(screen) == Some(model.saved) && is_on(screen, &text(cursor))
        });
        let steps = model.next_steps(&mut dice, round, cursor);
        let mut states = vec![model.clone()];
        let mut cursor = cursor;
        for step in &steps {
            let mut next = states[states.len() - 1].clone();
            cursor = next.step(step, cursor);
            states.push(next);
        }
        let all = states[states.len() - 1].saved;
        let one_by_one = dice.below(2) == 0;
        for (step, state) in steps.iter().zip(&states[1..]) {
            pty.send(&step.keys());
            if one_by_one && state.saved < all {
                pty.wait_until("it is saved", |screen, _| saved(screen) == Some(state.saved));
            }
        }
        let least = match moment {
            Moment::Saved => {
                pty.wait_until("all is saved", |screen, _| saved(screen) == Some(all));
                kill(&mut pty);
                all
            }
            Moment::InNote => {
                pty.wait_until("all is saved", |screen, _| saved(screen) == Some(all));
                pty.send("nhalf a note");
                pty.wait_for("half a note");
                kill(&mut pty);
                all
            }
            Moment::After(wait) => {
                std::thread::sleep(wait);
                kill(&mut pty).unwrap_or(model.saved)
            }
            Moment::Starting(_) => unreachable!(),
        };
        let found = on_disk(&world).unwrap();
        assert!(found.saved >= least, "round {round}: #{} on the disk, #{least} was shown", found.saved);
        assert!(found.saved <= all, "round {round}: #{} on the disk, only {all} were typed", found.saved);
        let reached = states.into_iter().find(|state| state.saved == found.saved).unwrap();
        assert_eq!(found, seen_part(&reached), "round {round}, {moment:?}, {steps:?}");
        typed += steps.len();
        called_saved += least - model.saved;
        more_than_seen += found.saved - least;
        model = reached;
    }
    let store = Store::open_existing(&world.database()).unwrap();
    assert_eq!(store.check_file().unwrap(), Vec::<String>::new());
    let session = world.session();
    assert_eq!(session["saved"], model.saved);
    eprintln!(
        "{ROUNDS} kills: {typed} steps typed, {called_saved} called saved, 0 of them lost; \
         {more_than_seen} more were on the disk"
    );
    assert!(called_saved > 100, "the test saw too little: {called_saved}");
}

/// The part of a model that the disk shows.
fn seen_part(model: &Model) -> Model {
    Model { undoable: Vec::new(), redoable: Vec::new(), ..model.clone() }
}
