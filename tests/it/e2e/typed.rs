//! What a tester types into a walk and what the disk must then hold: an oracle written without a look at the program's
//! own session. The killing tests here and in `tests/torture` use it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use seamwalk::domain::verdict::Verdict;
use seamwalk::store::Store;

use super::Dice;

/// How many prompts the plan has.
const PROMPTS: usize = 24;

/// The `n` of `saved #n`.
pub(crate) fn saved(screen: &str) -> Option<u64> {
    let at = screen.find("saved #")? + "saved #".len();
    let digits = screen[at..].split(|c: char| !c.is_ascii_digit()).next()?;
    digits.parse().ok()
}

/// What stands in the outline behind the cursor and the verdict: a prompt as far as it fits, without what counts as
/// decoration, and without the strip of its last verdicts, which may come a moment after it.
pub(crate) fn under_cursor(screen: &str) -> Option<String> {
    let row = screen.lines().find_map(|row| row.strip_prefix("│›"))?;
    let cell = row.split('│').next()?.trim();
    let text = cell.split_once(' ').map_or("", |(_, text)| text);
    let text = text.split_once("  ").map_or(text, |(text, _)| text);
    Some(text.trim_end_matches(['¶', ' ', '…']).to_owned())
}

/// True if the cursor is on the prompt that says `text`.
pub(crate) fn is_on(screen: &str, text: &str) -> bool {
    under_cursor(screen).is_some_and(|seen| !seen.is_empty() && text.starts_with(&seen))
}

/// What the tester did and the disk must hold: written without a look at the program's own session.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Model {
    pub(crate) saved: u64,
    pub(crate) verdicts: BTreeMap<usize, Verdict>,
    pub(crate) notes: Vec<String>,
    undoable: Vec<Change>,
    redoable: Vec<Change>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Change {
    Verdict { prompt: usize, before: Option<Verdict>, after: Option<Verdict> },
    Note { prompt: usize, text: String },
}

/// A key, or several, that make one event.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    Mark(&'static str, Verdict),
    Undo,
    Redo,
    Note(String),
}

impl Step {
    pub(crate) fn keys(&self) -> String {
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
    pub(crate) fn step(&mut self, step: &Step, cursor: usize) -> usize {
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
    pub(crate) fn resumed_at(&self) -> usize {
        (0..PROMPTS).find(|at| !self.verdicts.contains_key(at)).unwrap_or(0)
    }

    /// The part that the disk shows.
    pub(crate) fn seen_part(&self) -> Self {
        Self { undoable: Vec::new(), redoable: Vec::new(), ..self.clone() }
    }

    /// A few steps that are possible from here, more undos the more is tested.
    pub(crate) fn next_steps(&self, dice: &mut Dice, round: usize, mut cursor: usize) -> Vec<Step> {
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

pub(crate) fn text(prompt: usize) -> String {
    format!("Prompt {prompt:02} of the plan")
}

/// The plan that is walked.
pub(crate) fn plan() -> String {
    let mut content = "# Kill\n".to_owned();
    for prompt in 0..PROMPTS {
        if prompt % 6 == 0 {
            write!(content, "\n## Part {}\n\n", prompt / 6).unwrap();
        }
        writeln!(content, "- {}", text(prompt)).unwrap();
    }
    content
}

/// What the disk holds, in the model's words.
pub(crate) fn on_disk(database: &Path) -> Option<Model> {
    let store = Store::open_existing(database).ok()?;
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
