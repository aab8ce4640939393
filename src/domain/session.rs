//! A session: what was decided, in which order, and what that adds up to.
//!
//! Both faces go through [`Session::decide`], so a key and a command line cannot disagree. Events are facts in the
//! past tense; [`Session::apply`] folds them. Undo takes nothing away: it appends [`Event::Undone`], which names
//! the event that no longer counts.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::id::{EventId, IdMap, PlanId, PromptId, SessionId};
use super::time::Timestamp;
use super::verdict::Verdict;

/// The most characters of one note; more is refused, so that a slip of the clipboard is noticed.
pub const MAX_NOTE_CHARS: usize = 100_000;

/// A gap between two events that is longer than this was a break and does not count as walking.
const LONGEST_PAUSE_MS: u64 = 15 * 60_000;

/// What kind of remark a note is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NoteKind {
    /// A remark.
    #[default]
    Note,
    /// Something is broken.
    Bug,
    /// Somebody has to be asked.
    Question,
    /// Something to test or build later.
    Idea,
    /// What was set up, and how.
    Setup,
}

impl NoteKind {
    /// All kinds, in the order in which Tab goes through them.
    pub const ALL: [Self; 5] = [Self::Note, Self::Bug, Self::Question, Self::Idea, Self::Setup];

    /// The word for it, the same in the store, in JSON and on the screen.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Bug => "bug",
            Self::Question => "question",
            Self::Idea => "idea",
            Self::Setup => "setup",
        }
    }

    /// The kind after this one, round and round.
    #[must_use]
    pub fn next(self) -> Self {
        let at = Self::ALL.iter().position(|k| *k == self).unwrap_or(0);
        Self::ALL[(at + 1) % Self::ALL.len()]
    }

    /// The kind that `word` names.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// What a session was started with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Start {
    /// The plan that is walked.
    pub plan: PlanId,
    /// The plan's title at that time.
    pub plan_title: String,
    /// Who walks.
    pub tester: String,
    /// The mission, in one sentence.
    pub charter: Option<String>,
    /// What the session says of its environment: `build`, `environment`, …
    pub fields: BTreeMap<String, String>,
    /// If set, only prompts with this tag belong to the session.
    pub only: Option<String>,
}

/// A remark about a prompt or about the session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteText {
    /// What kind of remark.
    pub kind: NoteKind,
    /// What it says; several lines are fine.
    pub text: String,
    /// The prompt it is about; `None` for the session.
    pub prompt: Option<PromptId>,
}

/// A fact about a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// The session began.
    SessionStarted(Start),
    /// A prompt was given a verdict, with the wording it had then.
    VerdictRecorded {
        /// Which prompt.
        prompt: PromptId,
        /// Never `Untested`.
        verdict: Verdict,
        /// What the prompt said when it was judged.
        wording: String,
    },
    /// A prompt is untested again.
    VerdictCleared {
        /// Which prompt.
        prompt: PromptId,
    },
    /// Somebody remarked something.
    NoteAdded(NoteText),
    /// An earlier event no longer counts.
    Undone {
        /// Which one.
        event: EventId,
    },
    /// An undone event counts again.
    Redone {
        /// Which one.
        event: EventId,
    },
    /// The session is over.
    SessionClosed,
    /// It goes on after all.
    SessionReopened,
}

/// An event that is not appended yet, so that it has no place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fresh {
    /// Made by us before it is written, so that a retry never doubles it.
    pub id: EventId,
    /// When it happened.
    pub at: Timestamp,
    /// What happened.
    pub event: Event,
}

/// An event with its place and time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// Made by us before it is written, so that a retry never doubles it.
    pub id: EventId,
    /// Its place in the session, from 0, without gaps.
    pub seq: u64,
    /// When it happened.
    pub at: Timestamp,
    /// What happened.
    pub event: Event,
}

/// What somebody wants to happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Give `prompt` a verdict other than `Untested`.
    Mark {
        /// Which prompt.
        prompt: PromptId,
        /// What the tester says of it.
        verdict: Verdict,
        /// What the prompt says now.
        wording: String,
    },
    /// Make `prompt` untested again.
    Clear {
        /// Which prompt.
        prompt: PromptId,
    },
    /// Remark something.
    AddNote(NoteText),
    /// Take back the latest mark, clear or note that still counts.
    Undo,
    /// Take the latest undo back.
    Redo,
    /// End the session.
    Close,
    /// Go on with an ended session.
    Reopen,
}

/// Why a command cannot be carried out now; shown to the tester as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Only open sessions change.
    #[error("the session is finished: reopen it first")]
    SessionClosed,
    /// Only finished sessions can be reopened.
    #[error("the session is open already")]
    SessionOpen,
    /// There is no verdict to take away.
    #[error("this prompt has no verdict yet")]
    NothingToClear,
    /// No event is left that counts.
    #[error("nothing to undo")]
    NothingToUndo,
    /// Nothing was undone since the last event.
    #[error("nothing to redo")]
    NothingToRedo,
    /// `Untested` is not a mark.
    #[error("untested is no mark: clear the verdict instead")]
    UntestedIsNoMark,
    /// A note without text.
    #[error("the note is empty")]
    EmptyNote,
    /// A note beyond [`MAX_NOTE_CHARS`].
    #[error("the note is longer than {MAX_NOTE_CHARS} characters: keep the rest in a file")]
    NoteTooLong,
}

/// An event that cannot follow what is there: the file was damaged or made by hand.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReplayError {
    /// The first event is not a start.
    #[error("event {seq} comes before the session's start")]
    NotStarted {
        /// Place of the event.
        seq: u64,
    },
    /// A place is missing or taken twice.
    #[error("event {found} follows where event {expected} should be")]
    OutOfSequence {
        /// The place that should have come.
        expected: u64,
        /// The place that came.
        found: u64,
    },
    /// A second start.
    #[error("event {seq} starts the session a second time")]
    StartedTwice {
        /// Place of the event.
        seq: u64,
    },
    /// `Undone` or `Redone` names an event that is no change of this session, or is in that state already.
    #[error("event {seq} takes back or restores an event that it cannot")]
    NoSuchChange {
        /// Place of the event.
        seq: u64,
    },
}

/// A prompt's verdict with what belongs to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark<'a> {
    /// The event that gave it.
    pub event: EventId,
    /// Never `Untested`.
    pub verdict: Verdict,
    /// When.
    pub at: Timestamp,
    /// What the prompt said when it was judged.
    pub wording: &'a str,
}

/// A note that counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Note<'a> {
    /// The event that added it.
    pub event: EventId,
    /// When.
    pub at: Timestamp,
    /// Kind, text and prompt.
    pub note: &'a NoteText,
}

/// What one event changed, and whether that still counts.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Change {
    event: EventId,
    at: Timestamp,
    what: What,
    counts: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum What {
    /// A verdict, or `Untested` for a clear; `before` is the prompt's previous change.
    Verdict {
        prompt: PromptId,
        verdict: Verdict,
        wording: String,
        before: Option<u32>,
    },
    Note(NoteText),
}

/// The state that a session's events add up to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    id: SessionId,
    start: Start,
    started_at: Timestamp,
    ended_at: Option<Timestamp>,
    updated_at: Timestamp,
    walking_ms: u64,
    seq: u64,
    changes: Vec<Change>,
    by_event: IdMap<EventId, u32>,
    latest: IdMap<PromptId, u32>,
    notes_on: IdMap<Option<PromptId>, Vec<u32>>,
    undoable: Vec<u32>,
    redoable: Vec<u32>,
}

impl Session {
    /// Folds `events`, which must begin with the start and be in sequence.
    ///
    /// # Errors
    ///
    /// [`ReplayError`] names the first event that cannot follow the ones before it.
    pub fn replay(id: SessionId, events: impl IntoIterator<Item = Recorded>) -> Result<Self, ReplayError> {
        let mut events = events.into_iter();
        let mut session = match events.next() {
            Some(Recorded { seq: 0, at, event: Event::SessionStarted(start), .. }) => {
                Self::started(id, start, at)
            }
            Some(other) => return Err(ReplayError::NotStarted { seq: other.seq }),
            None => return Err(ReplayError::NotStarted { seq: 0 }),
        };
        for event in events {
            session.apply(event)?;
        }
        Ok(session)
    }

    /// A session of which nothing is known but its start, event 0.
    #[must_use]
    pub fn started(id: SessionId, start: Start, at: Timestamp) -> Self {
        Self {
            id,
            start,
            started_at: at,
            ended_at: None,
            updated_at: at,
            walking_ms: 0,
            seq: 0,
            changes: Vec::new(),
            by_event: IdMap::default(),
            latest: IdMap::default(),
            notes_on: IdMap::default(),
            undoable: Vec::new(),
            redoable: Vec::new(),
        }
    }

    /// Which session this is.
    #[must_use]
    pub fn id(&self) -> SessionId {
        self.id
    }

    /// What it was started with.
    #[must_use]
    pub fn start(&self) -> &Start {
        &self.start
    }

    /// When it was started.
    #[must_use]
    pub fn started_at(&self) -> Timestamp {
        self.started_at
    }

    /// When it was closed; `None` while it is open.
    #[must_use]
    pub fn ended_at(&self) -> Option<Timestamp> {
        self.ended_at
    }

    /// When its latest event happened.
    #[must_use]
    pub fn updated_at(&self) -> Timestamp {
        self.updated_at
    }

    /// True until it is closed, and again after it is reopened.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.ended_at.is_none()
    }

    /// Place of the latest event, which is also how many events followed the start: the `n` of `saved #n`.
    #[must_use]
    pub fn seq(&self) -> u64 {
        self.seq
    }

    /// Milliseconds walked: the time between events, without gaps of more than a quarter of an hour.
    #[must_use]
    pub fn walking_ms(&self) -> u64 {
        self.walking_ms
    }

    /// The verdict of `prompt`.
    #[must_use]
    pub fn verdict(&self, prompt: PromptId) -> Verdict {
        self.mark(prompt).map_or(Verdict::Untested, |mark| mark.verdict)
    }

    /// The mark of `prompt` that counts, if it has one.
    #[must_use]
    pub fn mark(&self, prompt: PromptId) -> Option<Mark<'_>> {
        let mut idx = self.latest.get(&prompt).copied();
        while let Some(change) = idx.and_then(|i| self.changes.get(i as usize)) {
            let What::Verdict { verdict, wording, before, .. } = &change.what else { return None };
            if change.counts {
                let marked = *verdict != Verdict::Untested;
                return marked.then_some(Mark {
                    event: change.event,
                    verdict: *verdict,
                    at: change.at,
                    wording,
                });
            }
            idx = *before;
        }
        None
    }

    /// The prompts that were ever marked or cleared, in no particular order.
    pub fn touched(&self) -> impl Iterator<Item = PromptId> {
        self.latest.keys().copied()
    }

    /// The prompt that was marked last, if that mark still counts.
    #[must_use]
    pub fn last_marked(&self) -> Option<PromptId> {
        self.undoable.iter().rev().find_map(|idx| match &self.changes[*idx as usize].what {
            What::Verdict { prompt, verdict, .. } if *verdict != Verdict::Untested => Some(*prompt),
            What::Verdict { .. } | What::Note(_) => None,
        })
    }

    /// The notes that count, in the order they were written.
    pub fn notes(&self) -> impl Iterator<Item = Note<'_>> {
        self.changes.iter().filter(|change| change.counts).filter_map(as_note)
    }

    /// The notes on `prompt` that count, or on the session for `None`, in the order they were written.
    pub fn notes_on(&self, prompt: Option<PromptId>) -> impl Iterator<Item = Note<'_>> {
        let written = self.notes_on.get(&prompt).map_or(&[][..], Vec::as_slice);
        written
            .iter()
            .filter_map(|idx| self.changes.get(*idx as usize))
            .filter(|c| c.counts)
            .filter_map(as_note)
    }

    /// What `undo` would take back next: the prompt it is about, if it is about one.
    #[must_use]
    pub fn next_undo(&self) -> Option<Option<PromptId>> {
        self.undoable.last().map(|idx| self.prompt_of(*idx))
    }

    /// What `redo` would restore next: the prompt it is about, if it is about one.
    #[must_use]
    pub fn next_redo(&self) -> Option<Option<PromptId>> {
        self.redoable.last().map(|idx| self.prompt_of(*idx))
    }

    /// The prompt whose verdict the event gave or cleared.
    #[must_use]
    pub fn prompt_changed_by(&self, event: EventId) -> Option<PromptId> {
        match &self.changes.get(*self.by_event.get(&event)? as usize)?.what {
            What::Verdict { prompt, .. } => Some(*prompt),
            What::Note(_) => None,
        }
    }

    fn prompt_of(&self, idx: u32) -> Option<PromptId> {
        match &self.changes[idx as usize].what {
            What::Verdict { prompt, .. } => Some(*prompt),
            What::Note(note) => note.prompt,
        }
    }

    /// What must be recorded for `command` to have happened.
    ///
    /// # Errors
    ///
    /// A [`Refusal`] says why it cannot happen now; nothing is changed either way.
    pub fn decide(&self, command: Command) -> Result<Vec<Event>, Refusal> {
        if !self.is_open() && command != Command::Reopen {
            return Err(Refusal::SessionClosed);
        }
        let event = match command {
            Command::Mark { verdict: Verdict::Untested, .. } => return Err(Refusal::UntestedIsNoMark),
            Command::Mark { prompt, verdict, wording } => Event::VerdictRecorded { prompt, verdict, wording },
            Command::Clear { prompt } => {
                self.mark(prompt).ok_or(Refusal::NothingToClear)?;
                Event::VerdictCleared { prompt }
            }
            Command::AddNote(note) => Event::NoteAdded(checked(note)?),
            Command::Undo => Event::Undone { event: self.top(&self.undoable).ok_or(Refusal::NothingToUndo)? },
            Command::Redo => Event::Redone { event: self.top(&self.redoable).ok_or(Refusal::NothingToRedo)? },
            Command::Close => Event::SessionClosed,
            Command::Reopen if self.is_open() => return Err(Refusal::SessionOpen),
            Command::Reopen => Event::SessionReopened,
        };
        Ok(vec![event])
    }

    fn top(&self, stack: &[u32]) -> Option<EventId> {
        stack.last().map(|idx| self.changes[*idx as usize].event)
    }

    /// Folds one more event.
    ///
    /// # Errors
    ///
    /// [`ReplayError`] if it cannot follow what is there; the session is then unchanged.
    pub fn apply(&mut self, recorded: Recorded) -> Result<(), ReplayError> {
        let Recorded { id, seq, at, event } = recorded;
        if seq != self.seq + 1 {
            return Err(ReplayError::OutOfSequence { expected: self.seq + 1, found: seq });
        }
        match event {
            Event::SessionStarted(_) => return Err(ReplayError::StartedTwice { seq }),
            Event::VerdictRecorded { prompt, verdict, wording } => {
                self.push_verdict(id, at, prompt, verdict, wording);
            }
            Event::VerdictCleared { prompt } => {
                self.push_verdict(id, at, prompt, Verdict::Untested, String::new());
            }
            Event::NoteAdded(note) => self.push(id, at, What::Note(note)),
            Event::Undone { event } => {
                let idx = self.set_counting(event, true, false).ok_or(ReplayError::NoSuchChange { seq })?;
                take_from_top(&mut self.undoable, idx);
                self.redoable.push(idx);
            }
            Event::Redone { event } => {
                let idx = self.set_counting(event, false, true).ok_or(ReplayError::NoSuchChange { seq })?;
                take_from_top(&mut self.redoable, idx);
                self.undoable.push(idx);
            }
            Event::SessionClosed => self.ended_at = Some(at),
            Event::SessionReopened => self.ended_at = None,
        }
        self.walking_ms += walked_ms(self.updated_at, at);
        self.updated_at = self.updated_at.max(at);
        self.seq = seq;
        Ok(())
    }

    fn push_verdict(
        &mut self,
        id: EventId,
        at: Timestamp,
        prompt: PromptId,
        verdict: Verdict,
        wording: String,
    ) {
        let idx = self.changes.len() as u32;
        let before = self.latest.insert(prompt, idx);
        self.push(id, at, What::Verdict { prompt, verdict, wording, before });
    }

    fn push(&mut self, event: EventId, at: Timestamp, what: What) {
        let idx = self.changes.len() as u32;
        if let What::Note(note) = &what {
            self.notes_on.entry(note.prompt).or_default().push(idx);
        }
        self.changes.push(Change { event, at, what, counts: true });
        self.by_event.insert(event, idx);
        self.undoable.push(idx);
        self.redoable.clear();
    }

    /// Flips whether the change of `event` counts; `None` if there is no such change in state `from`.
    fn set_counting(&mut self, event: EventId, from: bool, to: bool) -> Option<u32> {
        let idx = *self.by_event.get(&event)?;
        let change = self.changes.get_mut(idx as usize)?;
        if change.counts != from {
            return None;
        }
        change.counts = to;
        Some(idx)
    }
}

/// How much walking lies between an event at `before` and the next one at `at`: nothing if that was a break.
#[must_use]
pub fn walked_ms(before: Timestamp, at: Timestamp) -> u64 {
    let gap_ms = at.ms_since(before);
    if gap_ms <= LONGEST_PAUSE_MS { gap_ms } else { 0 }
}

fn as_note(change: &Change) -> Option<Note<'_>> {
    match &change.what {
        What::Note(note) => Some(Note { event: change.event, at: change.at, note }),
        What::Verdict { .. } => None,
    }
}

/// Takes `idx` off `stack`, where it is nearly always on top: another writer may have put something above it.
fn take_from_top(stack: &mut Vec<u32>, idx: u32) {
    if let Some(at) = stack.iter().rposition(|i| *i == idx) {
        stack.remove(at);
    }
}

fn checked(note: NoteText) -> Result<NoteText, Refusal> {
    if note.text.trim().is_empty() {
        return Err(Refusal::EmptyNote);
    }
    if note.text.chars().count() > MAX_NOTE_CHARS {
        return Err(Refusal::NoteTooLong);
    }
    let NoteText { kind, mut text, prompt } = note;
    text.truncate(text.trim_end().len());
    Ok(NoteText { kind, text, prompt })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_unix_ms(1_795_442_531_000 + ms, 60).unwrap()
    }

    fn prompt(n: u128) -> PromptId {
        PromptId(Uuid::from_u128(n))
    }

    fn session() -> Session {
        let start = Start {
            plan: PlanId(Uuid::from_u128(1)),
            plan_title: "Shop".to_owned(),
            tester: "ana".to_owned(),
            charter: None,
            fields: BTreeMap::new(),
            only: None,
        };
        Session::started(SessionId(Uuid::from_u128(2)), start, at(0))
    }

    /// Decides `command` and applies it a second after the latest event.
    fn act(session: &mut Session, command: Command) -> Result<(), Refusal> {
        for event in session.decide(command)? {
            let seq = session.seq() + 1;
            let id = EventId(Uuid::from_u128(1000 + u128::from(seq)));
            session.apply(Recorded { id, seq, at: at(seq as i64 * 1000), event }).unwrap();
        }
        Ok(())
    }

    fn mark(n: u128, verdict: Verdict) -> Command {
        Command::Mark { prompt: prompt(n), verdict, wording: format!("prompt {n}") }
    }

    fn note(text: &str) -> Command {
        Command::AddNote(NoteText { kind: NoteKind::Bug, text: text.to_owned(), prompt: Some(prompt(1)) })
    }

    /// What a tester sees: marks by prompt, and notes.
    fn seen(session: &Session) -> (BTreeMap<PromptId, (Verdict, EventId)>, Vec<NoteText>) {
        let marks = session
            .touched()
            .filter_map(|id| session.mark(id).map(|mark| (id, (mark.verdict, mark.event))))
            .collect();
        (marks, session.notes().map(|note| note.note.clone()).collect())
    }

    #[test]
    fn the_latest_mark_counts_and_undo_goes_back_one_by_one() {
        let mut session = session();
        for verdict in [Verdict::Fail, Verdict::Pass, Verdict::Skip] {
            act(&mut session, mark(1, verdict)).unwrap();
        }
        for expected in [Verdict::Pass, Verdict::Fail, Verdict::Untested] {
            act(&mut session, Command::Undo).unwrap();
            assert_eq!(session.verdict(prompt(1)), expected);
        }
        assert_eq!(act(&mut session, Command::Undo), Err(Refusal::NothingToUndo));
        act(&mut session, Command::Redo).unwrap();
        assert_eq!(session.verdict(prompt(1)), Verdict::Fail);
        act(&mut session, mark(2, Verdict::Pass)).unwrap();
        assert_eq!(act(&mut session, Command::Redo), Err(Refusal::NothingToRedo));
    }

    #[test]
    fn closing_twice_is_refused() {
        let mut session = session();
        assert_eq!(act(&mut session, Command::Reopen), Err(Refusal::SessionOpen));
        act(&mut session, Command::Close).unwrap();
        for command in [Command::Close, mark(1, Verdict::Pass), Command::Undo, note("x")] {
            assert_eq!(act(&mut session, command), Err(Refusal::SessionClosed));
        }
        act(&mut session, Command::Reopen).unwrap();
        act(&mut session, mark(1, Verdict::Pass)).unwrap();
    }

    #[test]
    fn what_says_nothing_is_refused() {
        let mut session = session();
        assert_eq!(act(&mut session, Command::Clear { prompt: prompt(1) }), Err(Refusal::NothingToClear));
        assert_eq!(act(&mut session, mark(1, Verdict::Untested)), Err(Refusal::UntestedIsNoMark));
        assert_eq!(act(&mut session, note(" \n")), Err(Refusal::EmptyNote));
        assert_eq!(act(&mut session, note(&"x".repeat(MAX_NOTE_CHARS + 1))), Err(Refusal::NoteTooLong));
        assert_eq!(session, self::session());
    }

    #[test]
    fn an_event_that_cannot_follow_changes_nothing() {
        let mut session = session();
        act(&mut session, mark(1, Verdict::Pass)).unwrap();
        let before = session.clone();
        let recorded = |seq: u64, event: Event| Recorded { id: EventId(Uuid::nil()), seq, at: at(9), event };
        let unknown = EventId(Uuid::from_u128(77));
        for (bad, error) in [
            (recorded(3, Event::SessionClosed), ReplayError::OutOfSequence { expected: 2, found: 3 }),
            (recorded(2, Event::Undone { event: unknown }), ReplayError::NoSuchChange { seq: 2 }),
            (
                recorded(2, Event::SessionStarted(before.start().clone())),
                ReplayError::StartedTwice { seq: 2 },
            ),
        ] {
            assert_eq!(session.apply(bad), Err(error));
            assert_eq!(session, before);
        }
    }

    #[test]
    fn breaks_and_clocks_that_step_back_are_no_walking() {
        assert_eq!(walked_ms(at(0), at(1000)), 1000);
        assert_eq!(walked_ms(at(1000), at(0)), 0);
        assert_eq!(walked_ms(at(0), at(LONGEST_PAUSE_MS as i64 + 1)), 0);
    }

    fn command() -> impl Strategy<Value = Command> {
        let verdict = proptest::sample::select(&Verdict::ALL[1..]);
        prop_oneof![
            5 => (0..4_u128, verdict).prop_map(|(n, verdict)| mark(n, verdict)),
            2 => (0..4_u128).prop_map(|n| Command::Clear { prompt: prompt(n) }),
            2 => "[a-z]{1,5}".prop_map(|text| note(&text)),
            3 => Just(Command::Undo),
            2 => Just(Command::Redo),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn undo_restores_what_was_seen_before_any_command(commands in proptest::collection::vec(command(), 0..40)) {
            let mut session = session();
            for command in commands {
                let before = seen(&session);
                let undoes = command == Command::Undo;
                if act(&mut session, command).is_err() {
                    prop_assert_eq!(seen(&session), before);
                    continue;
                }
                let mut again = session.clone();
                act(&mut again, if undoes { Command::Redo } else { Command::Undo }).unwrap();
                prop_assert_eq!(seen(&again), before);
            }
        }

        #[test]
        fn all_undone_is_untested_and_all_redone_is_as_before(commands in proptest::collection::vec(command(), 0..40)) {
            let mut session = session();
            for command in commands {
                let _ = act(&mut session, command);
            }
            let end = seen(&session);
            let redoable = session.redoable.len();
            while act(&mut session, Command::Undo).is_ok() {}
            prop_assert_eq!(seen(&session), Default::default());
            while session.redoable.len() > redoable {
                act(&mut session, Command::Redo).unwrap();
            }
            prop_assert_eq!(seen(&session), end);
        }
    }
}
