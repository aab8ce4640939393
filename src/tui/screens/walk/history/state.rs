//! What a walk knows of earlier sessions: looked up for the rows that are seen, once nothing else is waiting.
//!
//! Nothing of it is needed to mark, so the first frame and no key ever wait for it. What the screen lacks is asked for
//! after it was drawn, in pieces that take a millisecond or two; a key that comes in between goes first. What was looked
//! up is kept while the walk is open: past sessions do not change while somebody looks.

use crate::domain::history::{Difference, LENGTH, Past, PastMark, PastNote};
use crate::domain::id::{IdMap, IdSet, PromptId, SessionId};
use crate::domain::session::Session;
use crate::domain::verdict::Verdict;
use crate::tui::screens::walk::state::Walk;

/// The most prompts whose marks are kept; some 10 MB.
const MOST_KEPT: usize = 4_000;

/// How many marks are looked up in one piece: each is an event, with all that it rests on. Some 4 ms.
const MARKS_A_PIECE: usize = 128;

/// How many rows of a session are read in one piece.
pub const ROWS_A_PIECE: usize = 2_000;

/// A piece of the past to look up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookBack {
    /// The session that is walked.
    pub session: SessionId,
    /// What about.
    pub what: Wanted,
}

/// What to look up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// The last marks of these prompts.
    Marks(Vec<PromptId>),
    /// The latest pass of each of these prompts.
    Passes(Vec<PromptId>),
    /// The notes on the prompt in a past session.
    Notes(SessionId, PromptId),
    /// What a past session judged.
    Verdicts(Place),
}

/// Where reading past sessions from end to end has come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Place {
    /// How many sessions were read, the latest first.
    pub sessions_read: usize,
    /// The last prompt that was read in the next one.
    pub after: Option<PromptId>,
}

/// What was found.
#[derive(Debug, Clone)]
pub struct Found {
    /// The session that was walked.
    pub session: SessionId,
    /// How many sessions of the plan began before it.
    pub session_count: usize,
    /// The answer.
    pub what: Answer,
}

/// The answer to a [`Wanted`].
#[derive(Debug, Clone)]
pub enum Answer {
    /// The last marks of each prompt, the oldest first.
    Marks(Vec<(PromptId, Vec<PastMark>)>),
    /// The latest pass of each prompt.
    Passes(Vec<(PromptId, Option<PastMark>)>),
    /// The notes on the prompt.
    Notes(PromptId, Vec<PastNote>),
    /// What the session judged behind that place.
    Verdicts(Place, Vec<(PromptId, Verdict)>),
}

/// The past of the session that is walked, as far as it was looked up.
#[derive(Debug, Clone, Default)]
pub struct History {
    /// How many sessions of the plan began before; `None` until something was looked up.
    session_count: Option<usize>,
    past: Past,
    /// The notes that belong to the last mark of a prompt.
    notes: IdMap<PromptId, Vec<PastNote>>,
    /// Prompts that were looked up and are flaky.
    flaky: IdSet<PromptId>,
    search: Search,
    /// Why nothing more is looked up.
    broken: bool,
}

/// The search through the whole plan for what is flaky or suspect; it begins when somebody asks.
#[derive(Debug, Clone, Default)]
struct Search {
    reading: Reading,
    /// What was read of each prompt so far.
    read: IdMap<PromptId, Seen>,
    /// Prompts whose marks may make them flaky.
    doubtful: Vec<PromptId>,
    /// Prompts that fail, whose latest pass is not known.
    fails: Vec<PromptId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Reading {
    #[default]
    NotBegun,
    At(Place),
    Done,
}

/// What is known of a prompt from past sessions read from end to end.
#[derive(Debug, Clone, Copy, Default)]
struct Seen {
    marks: u8,
    passed: bool,
    failed: bool,
}

impl Seen {
    fn is_enough(&self) -> bool {
        usize::from(self.marks) >= LENGTH
    }
}

impl History {
    /// How many sessions of the plan began before; 0 while nobody looked.
    #[must_use]
    pub fn session_count(&self) -> usize {
        self.session_count.unwrap_or(0)
    }

    /// What was looked up.
    #[must_use]
    pub fn past(&self) -> &Past {
        &self.past
    }

    /// The last marks of `prompt`, the oldest first.
    #[must_use]
    pub fn marks(&self, prompt: PromptId) -> &[PastMark] {
        self.past.marks(prompt).unwrap_or_default()
    }

    /// The notes on `prompt` in the session of its last mark.
    #[must_use]
    pub fn notes(&self, prompt: PromptId) -> &[PastNote] {
        self.notes.get(&prompt).map_or(&[], Vec::as_slice)
    }

    /// True if `prompt` was looked up and is flaky.
    #[must_use]
    pub fn is_flaky(&self, prompt: PromptId) -> bool {
        self.flaky.contains(&prompt)
    }

    /// The prompts that were looked up and are flaky, in no particular order.
    pub fn flaky(&self) -> impl Iterator<Item = PromptId> {
        self.flaky.iter().copied()
    }

    /// Why the integration point of `prompt` is suspect, as far as that is known.
    #[must_use]
    pub fn suspicion(&self, session: &Session, prompt: PromptId) -> Vec<Difference> {
        self.past.suspicion(session, prompt)
    }

    /// While the plan is searched for what is flaky or suspect: how many sessions were read, of how many.
    #[must_use]
    pub fn searching(&self) -> Option<(usize, usize)> {
        let total = self.session_count.filter(|count| *count > 0 && !self.broken)?;
        match self.search.reading {
            Reading::At(place) => Some((place.sessions_read, total)),
            Reading::Done if !self.search.doubtful.is_empty() || !self.search.fails.is_empty() => {
                Some((total, total))
            }
            Reading::NotBegun | Reading::Done => None,
        }
    }

    /// Nothing more is looked up.
    pub fn give_up(&mut self) {
        self.broken = true;
    }

    /// True if the plan is searched, or was.
    fn has_searched(&self) -> bool {
        self.search.reading != Reading::NotBegun
    }

    /// Searches the whole plan for what is flaky or suspect from now on; `fails` are the prompts that fail.
    fn search(&mut self, mut fails: Vec<PromptId>) {
        fails.retain(|prompt| self.past.last_pass(*prompt).is_none());
        self.search.fails = fails;
        self.search.reading = Reading::At(Place::default());
    }

    /// The verdict of `prompt` is another one in `session` than it was.
    pub fn changed(&mut self, session: &Session, prompt: PromptId) {
        if self.past.marks(prompt).is_some() {
            self.judge(session, prompt);
        } else if self.search.reading == Reading::Done {
            self.search.doubtful.push(prompt);
        }
        if self.has_searched()
            && session.verdict(prompt) == Verdict::Fail
            && self.past.last_pass(prompt).is_none()
        {
            self.search.fails.push(prompt);
        }
    }

    fn judge(&mut self, session: &Session, prompt: PromptId) {
        match self.past.is_flaky(session, prompt) {
            true => self.flaky.insert(prompt),
            false => self.flaky.remove(&prompt),
        };
    }

    /// The next piece that is lacking: for the prompts of `seen`, then for `current`, then for the search.
    fn lacking(&self, session: &Session, seen: &[PromptId], current: Option<PromptId>) -> Option<Wanted> {
        if self.broken || self.session_count == Some(0) {
            return None;
        }
        let is_unknown = |prompt: &PromptId| self.past.marks(*prompt).is_none();
        let most_marks = self.session_count.unwrap_or(LENGTH).clamp(1, LENGTH);
        let unknown = seen.iter().copied().filter(is_unknown).take(MARKS_A_PIECE / most_marks);
        let unknown: Vec<PromptId> = unknown.collect();
        if !unknown.is_empty() {
            return Some(Wanted::Marks(unknown));
        }
        if let Some(current) = current {
            if session.verdict(current) == Verdict::Fail && self.past.last_pass(current).is_none() {
                return Some(Wanted::Passes(vec![current]));
            }
            if let Some(last) = self.marks(current).last().filter(|_| !self.notes.contains_key(&current)) {
                return Some(Wanted::Notes(last.session.id, current));
            }
        }
        let some = |prompts: &[PromptId]| {
            prompts.iter().copied().take(MARKS_A_PIECE / most_marks).collect::<Vec<_>>()
        };
        match self.search.reading {
            Reading::NotBegun => None,
            _ if !self.search.fails.is_empty() => Some(Wanted::Passes(some(&self.search.fails))),
            Reading::At(place) => Some(Wanted::Verdicts(place)),
            Reading::Done if !self.search.doubtful.is_empty() => {
                Some(Wanted::Marks(some(&self.search.doubtful)))
            }
            Reading::Done => None,
        }
    }

    /// Takes in what was found; true if another prompt is flaky or suspect than before.
    fn take_in(&mut self, session: &Session, all: &[PromptId], found: Found) -> bool {
        self.session_count = Some(found.session_count);
        match found.what {
            Answer::Marks(marks) => {
                if self.past.looked_up() + marks.len() > MOST_KEPT {
                    self.past.forget_marks();
                    self.notes.clear();
                }
                let answered: IdSet<PromptId> = marks.iter().map(|(prompt, _)| *prompt).collect();
                self.search.doubtful.retain(|prompt| !answered.contains(prompt));
                let before = self.flaky.len();
                for (prompt, marks) in marks {
                    self.past.set_marks(prompt, marks);
                    self.judge(session, prompt);
                }
                self.flaky.len() != before
            }
            Answer::Passes(passes) => {
                let answered: IdSet<PromptId> = passes.iter().map(|(prompt, _)| *prompt).collect();
                self.search.fails.retain(|prompt| !answered.contains(prompt));
                let mut more = false;
                for (prompt, pass) in passes {
                    self.past.set_last_pass(prompt, pass);
                    more |= !self.suspicion(session, prompt).is_empty();
                }
                more
            }
            Answer::Notes(prompt, notes) => {
                self.notes.insert(prompt, notes);
                false
            }
            Answer::Verdicts(place, verdicts) => {
                self.read_on(place, &verdicts);
                if self.has_read_enough(all) {
                    self.conclude(session);
                }
                false
            }
        }
    }

    fn read_on(&mut self, place: Place, verdicts: &[(PromptId, Verdict)]) {
        for (prompt, verdict) in verdicts.iter().filter(|(_, verdict)| *verdict != Verdict::Untested) {
            let seen = self.search.read.entry(*prompt).or_default();
            if !seen.is_enough() {
                seen.marks += 1;
                seen.passed |= *verdict == Verdict::Pass;
                seen.failed |= *verdict == Verdict::Fail;
            }
        }
        let next = match verdicts.last().filter(|_| verdicts.len() == ROWS_A_PIECE) {
            Some((last, _)) => Place { after: Some(*last), ..place },
            None => Place { sessions_read: place.sessions_read + 1, after: None },
        };
        self.search.reading = Reading::At(next);
    }

    /// True once no session is left, or none can add to what is looked at of any prompt in `all`.
    fn has_read_enough(&self, all: &[PromptId]) -> bool {
        let Reading::At(Place { sessions_read, after: None }) = self.search.reading else { return false };
        let is_enough = |prompt: &PromptId| self.search.read.get(prompt).is_some_and(Seen::is_enough);
        sessions_read >= self.session_count() || (sessions_read >= LENGTH && all.iter().all(is_enough))
    }

    /// All is read: which prompts passed once and failed once?
    fn conclude(&mut self, session: &Session) {
        self.search.reading = Reading::Done;
        for (prompt, seen) in std::mem::take(&mut self.search.read) {
            let is = session.verdict(prompt);
            let (passed, failed) = (seen.passed || is == Verdict::Pass, seen.failed || is == Verdict::Fail);
            if passed && failed {
                self.search.doubtful.push(prompt);
            }
        }
    }
}

impl Walk {
    /// What of the past the screen lacks, with an outline of `rows` rows.
    #[must_use]
    pub fn lacking(&self, rows: usize) -> Option<LookBack> {
        let shown = self.tree.rows().iter().skip(self.tree.top()).take(rows);
        let seen: Vec<PromptId> = shown.filter_map(|row| self.revision.id_at(row.node()?)).collect();
        let current = self.current_prompt();
        let what = self.history.lacking(&self.session, &seen, current)?;
        Some(LookBack { session: self.session.id(), what })
    }

    /// Takes in what was looked up; what belongs to another session is dropped.
    pub fn look_back(&mut self, found: Found) -> bool {
        if found.session != self.session.id() {
            return false;
        }
        let is_news = self.history.take_in(&self.session, self.revision.ids(), found);
        if is_news && !self.filter.notable.is_empty() {
            self.set_filter(self.filter.clone());
        }
        is_news
    }

    /// Searches the whole plan for what is flaky or suspect from now on.
    pub fn search_past(&mut self) {
        if !self.history.has_searched() {
            let fails = self.revision.prompts();
            let fails = fails.filter(|(_, node)| self.progress.verdict(node.idx()) == Some(Verdict::Fail));
            self.history.search(fails.map(|(id, _)| id).collect());
        }
    }
}
