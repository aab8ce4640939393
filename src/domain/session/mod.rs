//! A session: what was decided, in which order, and what that adds up to.
//!
//! Both faces go through [`Session::decide`], so a key and a command line cannot disagree. Events are facts in the
//! past tense; [`Session::apply`] folds them. Undo takes nothing away: it appends [`Event::Undone`], which names
//! the event that no longer counts.

//!
//! One decision may take several events, of which the first leads: they count together or not at all, so that one
//! undo takes a whole decision back.

mod change;
pub mod clock;
mod command;
mod debrief;
mod decide;
mod event;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use change::{Change, Settled, What, as_mark, as_note};
pub use change::{Mark, MarkPlace, Note, Subject};
pub use clock::{Activity, Away, Clock, Lap, Moment, Times, unmeasured_ms};
pub use command::{Command, Judged, Refusal};
pub use debrief::Question;
pub use decide::one_sentence;
pub use event::{Conditions, Event, Fresh, NoteKind, NoteText, Recorded, ReplayError, Retest, Start};

use super::component::States;
use super::id::{EventId, IdMap, IdSet, PromptId, SessionId};
use super::strategy::Strategy;
use super::time::Timestamp;
use super::verdict::{Standing, Verdict};

/// The most characters of one note; more is refused, so that a slip of the clipboard is noticed.
pub const MAX_NOTE_CHARS: usize = 100_000;

/// The most characters of a charter, which is one sentence.
pub const MAX_CHARTER_CHARS: usize = 500;

/// The shortest time box: a second.
pub const SHORTEST_BOX_MS: u64 = 1000;

/// The longest time box: a thousand hours. A longer one is cut to it.
pub const LONGEST_BOX_MS: u64 = 1000 * 3_600_000;

/// The state that a session's events add up to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    id: SessionId,
    start: Start,
    started_at: Timestamp,
    ended_at: Option<Timestamp>,
    updated_at: Timestamp,
    clock: Clock,
    seq: u64,
    strategy: Strategy,
    /// What the start and the settings that count add up to.
    settled: Settled,
    changes: Vec<Change>,
    by_event: IdMap<EventId, u32>,
    latest: IdMap<PromptId, u32>,
    notes_on: IdMap<Option<PromptId>, Vec<u32>>,
    /// By what is in the way: what was ever marked blocked by it, in that order, some of it more than once.
    in_the_way: IdMap<PromptId, Vec<PromptId>>,
    /// The changes to what the session says of itself, few of them.
    settings: Vec<u32>,
    /// Leaders that count, the latest last.
    undoable: Vec<u32>,
    /// Leaders that were taken back, the latest last.
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
                Self::started(id, *start, at)
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
            settled: Settled::at_start(&start),
            start,
            started_at: at,
            ended_at: None,
            updated_at: at,
            clock: Clock::default(),
            seq: 0,
            strategy: Strategy::AsWritten,
            changes: Vec::new(),
            by_event: IdMap::default(),
            latest: IdMap::default(),
            notes_on: IdMap::default(),
            in_the_way: IdMap::default(),
            settings: Vec::new(),
            undoable: Vec::new(),
            redoable: Vec::new(),
        }
    }

    /// Makes room for `events` more at once, where it is known that they will come.
    pub fn expect(&mut self, events: usize) {
        self.changes.reserve_exact(events);
        self.undoable.reserve_exact(events);
        self.by_event.reserve(events);
        self.latest.reserve(events);
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

    /// Milliseconds walked until the latest event: of all activities, without pauses. How it is measured is said in
    /// [`clock`].
    #[must_use]
    pub fn walking_ms(&self) -> u64 {
        self.clock.times.walking_ms()
    }

    /// Milliseconds of `activity` until the latest event.
    #[must_use]
    pub fn activity_ms(&self, activity: Activity) -> u64 {
        self.clock.times.of(activity)
    }

    /// Where the time went until the latest event.
    #[must_use]
    pub fn times(&self) -> Times {
        self.clock.times
    }

    /// What the events say of the time.
    #[must_use]
    pub fn clock(&self) -> Clock {
        self.clock
    }

    /// What is being done, or was before the pause.
    #[must_use]
    pub fn activity(&self) -> Activity {
        self.clock.activity
    }

    /// True while the clock is stopped.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        self.clock.is_paused
    }

    /// The mission now, in one sentence.
    #[must_use]
    pub fn charter(&self) -> Option<&str> {
        self.settled.charter.as_deref()
    }

    /// How many milliseconds the session may take.
    #[must_use]
    pub fn time_box_ms(&self) -> Option<u64> {
        self.settled.time_box_ms
    }

    /// The answers of the debrief, in the order of the questions; a question without an answer is left out.
    pub fn debrief(&self) -> impl Iterator<Item = (Question, &str)> {
        self.settled.debrief.iter().map(|(question, answer)| (*question, answer.as_str()))
    }

    /// The answer to `question`, if there is one.
    #[must_use]
    pub fn debrief_answer(&self, question: Question) -> Option<&str> {
        self.settled.debrief.get(&question).map(String::as_str)
    }

    /// What stands for each component now.
    #[must_use]
    pub fn states(&self) -> &States {
        &self.settled.states
    }

    /// True if anybody said in this session what stands for `component`, be it that nobody knows.
    #[must_use]
    pub fn speaks_of(&self, component: &str) -> bool {
        self.settled.states.iter().any(|(known, _)| known == component)
    }

    /// What the session says of its environment now: `build`, `environment`, …
    #[must_use]
    pub fn fields(&self) -> &BTreeMap<String, String> {
        &self.settled.fields
    }

    /// The order of the walk: as written unless the tester chose another.
    #[must_use]
    pub fn strategy(&self) -> Strategy {
        self.strategy
    }

    /// The verdict of `prompt`.
    #[must_use]
    pub fn verdict(&self, prompt: PromptId) -> Verdict {
        self.mark(prompt).map_or(Verdict::Untested, |mark| mark.verdict)
    }

    /// The verdict of `prompt` with what it rests on.
    #[must_use]
    pub fn standing(&self, prompt: PromptId) -> Standing {
        self.mark(prompt).map_or_else(Standing::default, |mark| mark.standing())
    }

    /// The mark of `prompt` that counts, if it has one.
    #[must_use]
    pub fn mark(&self, prompt: PromptId) -> Option<Mark<'_>> {
        self.mark_at(self.place_of_mark(prompt)?)
    }

    /// Where [`Session::mark`] finds it, for whoever asks for it again and again.
    #[must_use]
    pub fn place_of_mark(&self, prompt: PromptId) -> Option<MarkPlace> {
        let latest = self.counting_places(prompt).next()?;
        matches!(self.changes.get(latest as usize)?.what, What::Mark { .. }).then_some(MarkPlace(latest))
    }

    /// The mark at `place`, as long as nothing more is applied.
    #[must_use]
    pub fn mark_at(&self, place: MarkPlace) -> Option<Mark<'_>> {
        as_mark(self.changes.get(place.0 as usize)?)
    }

    /// All marks of `prompt` that count, the latest first: those that later ones replaced are among them, those that
    /// were taken back are not.
    pub fn marks_of(&self, prompt: PromptId) -> impl Iterator<Item = Mark<'_>> {
        self.counting_changes(prompt).filter_map(as_mark)
    }

    /// As [`Session::marks_of`], without those before the prompt was cleared last: each took the place of the one that
    /// follows.
    pub fn marks_since_clear(&self, prompt: PromptId) -> impl Iterator<Item = Mark<'_>> {
        self.counting_changes(prompt).map_while(as_mark)
    }

    /// The prompt whose pass made `prompt` untested again, if nobody touched it since.
    #[must_use]
    pub fn unblocked_by(&self, prompt: PromptId) -> Option<PromptId> {
        match self.latest_change(prompt)?.what {
            What::Clear { unblocked_by, .. } => unblocked_by,
            _ => None,
        }
    }

    /// The prompts that are blocked by `prompt`, in the order in which they were first marked so.
    #[must_use]
    pub fn blocked_by(&self, prompt: PromptId) -> Vec<PromptId> {
        let ever = self.in_the_way.get(&prompt).map_or(&[][..], Vec::as_slice);
        let mut seen = IdSet::default();
        let mut is_blocked = |blocked: &PromptId| {
            seen.insert(*blocked) && self.mark(*blocked).is_some_and(|mark| mark.blocked_by == Some(prompt))
        };
        ever.iter().copied().filter(|blocked| is_blocked(blocked)).collect()
    }

    /// The latest change of the verdict of `prompt` that counts.
    fn latest_change(&self, prompt: PromptId) -> Option<&Change> {
        self.counting_changes(prompt).next()
    }

    /// The changes of the verdict of `prompt` that count, the latest first.
    fn counting_changes(&self, prompt: PromptId) -> impl Iterator<Item = &Change> {
        self.counting_places(prompt).filter_map(|place| self.changes.get(place as usize))
    }

    /// Where they are among all changes.
    fn counting_places(&self, prompt: PromptId) -> impl Iterator<Item = u32> {
        let change_at = |place: u32| self.changes.get(place as usize);
        let before = move |place: &u32| match change_at(*place)?.what {
            What::Mark { before, .. } | What::Clear { before, .. } => before,
            _ => None,
        };
        let latest = self.latest.get(&prompt).copied();
        std::iter::successors(latest, before)
            .filter(move |place| change_at(*place).is_some_and(|change| self.counts(change)))
    }

    fn counts(&self, change: &Change) -> bool {
        self.changes[change.leader as usize].counts
    }

    /// True for an event that undo took back and that was not restored since.
    #[must_use]
    pub fn is_taken_back(&self, event: EventId) -> bool {
        let change = self.by_event.get(&event).map(|idx| &self.changes[*idx as usize]);
        change.is_some_and(|change| !self.counts(change))
    }

    /// The prompts that were ever marked or cleared, in no particular order.
    pub fn touched(&self) -> impl Iterator<Item = PromptId> {
        self.latest.keys().copied()
    }

    /// The prompt that was marked last, if that mark still counts.
    #[must_use]
    pub fn last_marked(&self) -> Option<PromptId> {
        self.undoable.iter().rev().find_map(|idx| match &self.changes[*idx as usize].what {
            What::Mark { prompt, .. } => Some(*prompt),
            _ => None,
        })
    }

    /// The prompt that was marked fail last and fails still, `but` left out.
    #[must_use]
    pub fn last_fail(&self, but: PromptId) -> Option<PromptId> {
        self.undoable.iter().rev().find_map(|idx| match &self.changes[*idx as usize].what {
            What::Mark { prompt, verdict: Verdict::Fail, .. }
                if *prompt != but && self.verdict(*prompt) == Verdict::Fail =>
            {
                Some(*prompt)
            }
            _ => None,
        })
    }

    /// The notes that count, in the order they were written.
    pub fn notes(&self) -> impl Iterator<Item = Note<'_>> {
        self.changes.iter().filter(|change| self.counts(change)).filter_map(as_note)
    }

    /// The notes on `prompt` that count, or on the session for `None`, in the order they were written.
    pub fn notes_on(&self, prompt: Option<PromptId>) -> impl Iterator<Item = Note<'_>> {
        let written = self.notes_on.get(&prompt).map_or(&[][..], Vec::as_slice);
        written
            .iter()
            .filter_map(|idx| self.changes.get(*idx as usize))
            .filter(|change| self.counts(change))
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

    /// The prompts whose verdict the decision changed that `event` led.
    pub fn prompts_changed_by(&self, event: EventId) -> impl Iterator<Item = PromptId> {
        self.decision_of(event).iter().filter_map(|change| change.what.judged())
    }

    /// What the decision was about that `event` led, in a word or two.
    #[must_use]
    pub fn subject_of(&self, event: EventId) -> Subject<'_> {
        match self.decision_of(event) {
            [] => Subject::Nothing,
            [Change { what: What::Note(_), .. }, ..] => Subject::Note,
            [Change { what: What::Component { component, .. }, .. }, ..] => Subject::Component(component),
            [Change { what: What::Field { name, .. }, .. }, ..] => Subject::Field(name),
            [Change { what: What::Charter(_), .. }, ..] => Subject::Charter,
            [Change { what: What::TimeBox(_), .. }, ..] => Subject::TimeBox,
            [Change { what: What::Answer { question, .. }, .. }, ..] => Subject::Debrief(*question),
            [Change { what: What::Mark { prompt, .. } | What::Clear { prompt, .. }, .. }, rest @ ..] => {
                Subject::Prompt { first: *prompt, others: rest.len() }
            }
        }
    }

    /// The changes of one decision: the events of one are appended together, so they lie side by side.
    fn decision_of(&self, leader: EventId) -> &[Change] {
        let Some(first) = self.by_event.get(&leader).copied() else { return &[] };
        let changes = &self.changes[first as usize..];
        let len = changes.iter().take_while(|change| change.leader == first).count();
        &changes[..len]
    }

    fn prompt_of(&self, idx: u32) -> Option<PromptId> {
        match &self.changes[idx as usize].what {
            What::Note(note) => note.prompt,
            what => what.judged(),
        }
    }

    /// Folds one more event.
    ///
    /// # Errors
    ///
    /// [`ReplayError`] if it cannot follow what is there; the session is then unchanged.
    pub fn apply(&mut self, recorded: Recorded) -> Result<(), ReplayError> {
        let Recorded { id, leader, seq, at, lap, event } = recorded;
        if seq != self.seq + 1 {
            return Err(ReplayError::OutOfSequence { expected: self.seq + 1, found: seq });
        }
        let mut clock = self.clock;
        let lap = lap.unwrap_or_else(|| Lap::of(unmeasured_ms(self.updated_at, at)));
        clock.follow(lap, self.is_open(), &event);
        let what = match event {
            Event::SessionStarted(_) => return Err(ReplayError::StartedTwice { seq }),
            Event::VerdictRecorded { prompt, verdict, wording, conditions, blocked_by } => {
                let before = self.latest.get(&prompt).copied();
                let conditions = self.shared(conditions);
                Some(What::Mark { prompt, verdict, wording, conditions, blocked_by, before })
            }
            Event::VerdictCleared { prompt, unblocked_by } => {
                Some(What::Clear { prompt, unblocked_by, before: self.latest.get(&prompt).copied() })
            }
            Event::NoteAdded(note) => Some(What::Note(note)),
            Event::ComponentSet { component, state } => Some(What::Component { component, state }),
            Event::FieldSet { name, value } => Some(What::Field { name, value }),
            Event::CharterSet(charter) => Some(What::Charter(charter)),
            Event::TimeBoxSet(ms) => Some(What::TimeBox(ms)),
            Event::DebriefAnswered { question, answer } => Some(What::Answer { question, answer }),
            Event::ActivitySwitched(_) | Event::Paused | Event::Resumed | Event::AwayExplained { .. } => None,
            Event::Undone { event } => {
                let idx = self.set_counting(event, true, false).ok_or(ReplayError::NoSuchChange { seq })?;
                take_from_top(&mut self.undoable, idx);
                self.redoable.push(idx);
                None
            }
            Event::Redone { event } => {
                let idx = self.set_counting(event, false, true).ok_or(ReplayError::NoSuchChange { seq })?;
                take_from_top(&mut self.redoable, idx);
                self.undoable.push(idx);
                None
            }
            Event::StrategyChosen(strategy) => {
                self.strategy = strategy;
                None
            }
            Event::SessionClosed => {
                self.ended_at = Some(at);
                None
            }
            Event::SessionReopened => {
                self.ended_at = None;
                None
            }
        };
        if let Some(what) = what {
            let leader = self.leader_of(leader).ok_or(ReplayError::NoSuchLeader { seq })?;
            self.push(id, at, what, leader);
        }
        self.clock = clock;
        self.updated_at = self.updated_at.max(at);
        self.seq = seq;
        Ok(())
    }

    /// `conditions`, those of the last change where they are the same.
    fn shared(&self, conditions: Arc<Conditions>) -> Arc<Conditions> {
        match self.changes.last().map(|change| &change.what) {
            // What is the same allocation is not compared any further.
            Some(What::Mark { conditions: known, .. }) if *known == conditions => Arc::clone(known),
            _ => conditions,
        }
    }

    /// The index of a new change's leader: its own without one, else that of the decision which the last change ends.
    fn leader_of(&self, leader: Option<EventId>) -> Option<u32> {
        let Some(leader) = leader else { return Some(self.changes.len() as u32) };
        let idx = *self.by_event.get(&leader)?;
        let follows = self.changes.last().is_some_and(|last| last.leader == idx);
        (follows && self.changes[idx as usize].counts).then_some(idx)
    }

    fn push(&mut self, event: EventId, at: Timestamp, what: What, leader: u32) {
        let idx = self.changes.len() as u32;
        if let What::Note(note) = &what {
            self.notes_on.entry(note.prompt).or_default().push(idx);
        }
        if let Some(prompt) = what.judged() {
            self.latest.insert(prompt, idx);
        }
        if let What::Mark { prompt, blocked_by: Some(by), .. } = &what {
            self.in_the_way.entry(*by).or_default().push(*prompt);
        }
        let is_setting = what.is_setting();
        self.changes.push(Change { event, at, what, leader, counts: true });
        self.by_event.insert(event, idx);
        if is_setting {
            self.settings.push(idx);
            self.settle();
        }
        if leader == idx {
            self.undoable.push(idx);
            self.redoable.clear();
        }
    }

    /// Works out what the session says of itself: the start's word, then each setting's that counts.
    fn settle(&mut self) {
        let mut settled = Settled::at_start(&self.start);
        for idx in &self.settings {
            let change = &self.changes[*idx as usize];
            if self.counts(change) {
                settled.follow(&change.what);
            }
        }
        self.settled = settled;
    }

    /// Flips whether the decision that `event` led counts; `None` if there is no such decision in state `from`.
    fn set_counting(&mut self, event: EventId, from: bool, to: bool) -> Option<u32> {
        let idx = *self.by_event.get(&event)?;
        let change = self.changes.get_mut(idx as usize)?;
        if change.leader != idx || change.counts != from {
            return None;
        }
        change.counts = to;
        if self.decision_of(event).iter().any(|change| change.what.is_setting()) {
            self.settle();
        }
        Some(idx)
    }
}

/// Takes `idx` off `stack`, where it is nearly always on top: another writer may have put something above it.
fn take_from_top(stack: &mut Vec<u32>, idx: u32) {
    if let Some(at) = stack.iter().rposition(|i| *i == idx) {
        stack.remove(at);
    }
}
